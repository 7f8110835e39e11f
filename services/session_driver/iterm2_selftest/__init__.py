"""Checks the whole iTerm2 backend against the iTerm2 that runs, in a window of its own."""

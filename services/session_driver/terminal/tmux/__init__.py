"""Terminals in tmux: on a server of our own, and those of a person who lets us adopt them."""

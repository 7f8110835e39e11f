"""Judges every call before it may reach a terminal, and keeps the questions to people."""

"""Owns the terminals of one node: types what was cleared, records what was printed."""

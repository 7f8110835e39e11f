"""Holds the terminals of a node, so that they outlive its driver. No broker, no policy."""

"""From the shape of a text to what it would do."""

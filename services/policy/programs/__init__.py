"""Programs that take what is typed, and what a text is to each of them."""

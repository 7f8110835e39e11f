"""Small languages that commands carry in an argument, read for what they would do."""

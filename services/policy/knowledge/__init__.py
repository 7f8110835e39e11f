"""What is known about commands, as data, and how their arguments are read by it."""

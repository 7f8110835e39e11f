"""One terminal: a shell on a pseudo-terminal, what it printed and when its commands ended."""

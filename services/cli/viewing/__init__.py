"""A session in the terminal of whoever runs `eim attach`."""

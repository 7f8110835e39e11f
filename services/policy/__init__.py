"""What a call may do, decided from the log alone: pure functions, no input or output."""

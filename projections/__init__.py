"""What the log means: pure folds of events into state."""

"""Tells people, where they are, that something waits for them; takes the answers of Slack."""

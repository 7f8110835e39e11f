"""What people are shown of a question, on each surface alike; nothing in it is obeyed or hidden."""

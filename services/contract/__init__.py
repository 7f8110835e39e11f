"""The questions that services answer for each other; the shapes both sides share."""

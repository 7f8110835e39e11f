"""Where projections are stored; the only SQL of the project lives here."""

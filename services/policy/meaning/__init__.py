"""From a text's shape to its effects: words expanded, state followed, commands read."""

"""From a text to its shape: grammars for each shell, and the second opinion on them."""

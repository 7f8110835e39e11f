"""The command enhanced-iterm-mcp, alias eim: the composition root."""

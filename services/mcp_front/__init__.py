"""The MCP server: takes tool calls from clients and answers when their outcome is known."""

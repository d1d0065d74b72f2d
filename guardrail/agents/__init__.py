"""The doors that agents come through: hooks, MCP, frameworks, and the reader of their shells."""

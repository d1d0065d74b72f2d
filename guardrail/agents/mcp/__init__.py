"""The MCP server: what an agent may ask of the gate. No tool of it approves anything."""

"""What programs use: the HTTP interface under /api, and tools for assistants (MCP) under /mcp or over stdio."""

"""The page for an office: an adapter of the conversation core, with accounts of its own."""

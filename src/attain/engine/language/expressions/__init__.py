"""One scalar SQL expression: its tokens, its allow-list, its names. No types of fields and no printing."""

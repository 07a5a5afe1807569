"""Legacy bytes that stand in a text as characters, read as if they were Latin-1 or cp1252."""

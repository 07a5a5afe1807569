"""Office documents: where their text stands, and which font each piece of it is in."""

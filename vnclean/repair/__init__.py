"""The inverse of damage: mojibake, escapes, legacy charsets, lost characters."""

"""The loops of the package, compiled: text, numbers and arrays in, numbers and arrays out.

Knows no rule and no edit, imports nothing of ours, and gives the GIL back while it reads a long
text. Each function has a slow, obvious twin in `tests/core/`.
"""

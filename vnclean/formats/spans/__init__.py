"""Formats in which text is only a part: a reader says where it stands, the rest stays.

A format of its own is one module: a class derived from `SpanFormat` (a file of characters) or
`PackageFormat` (an archive of parts) that yields spans; see `span.py` for what a span tells.
"""

"""Letters written as escapes: HTML entities, Unicode escapes, percent and quoted-printable."""

r"""Escapes that were shown instead of read: `&#7879;`, `\u1ec7`, `%E1%BB%87`, `=E1=BB=87`.

Each is right where a program reads it, so code, JSON, regular expressions, URLs and markup stay;
in prose the Vietnamese word that comes out is the proof.
"""

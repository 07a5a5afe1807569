"""Typos and lexical variants."""

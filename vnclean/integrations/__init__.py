"""Thin adapters to other libraries, one file each; every import of theirs is inside the call."""

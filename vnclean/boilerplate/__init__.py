"""Furniture of web pages: what a page puts around its text, found and taken away."""

from vnclean.boilerplate.duplicates import Duplicates
from vnclean.boilerplate.plain import Boilerplate
from vnclean.boilerplate.templates import Templates

__all__ = ["Boilerplate", "Duplicates", "Templates"]

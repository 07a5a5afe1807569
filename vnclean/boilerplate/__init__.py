"""Furniture of web pages: what a page puts around its text, found and taken away."""

from vnclean.boilerplate.duplicates import Duplicates
from vnclean.boilerplate.templates import Templates
from vnclean.boilerplate.transform import Boilerplate

__all__ = ["Boilerplate", "Duplicates", "Templates"]

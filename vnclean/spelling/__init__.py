"""Typos, lost and stray spaces, and the lexical variants of chats."""

from vnclean.spelling.breaks import WordBreaks
from vnclean.spelling.teencode import Teencode
from vnclean.spelling.typos import Spelling
from vnclean.spelling.unwrap import Unwrap

__all__ = ["Spelling", "Teencode", "Unwrap", "WordBreaks"]

"""Typos, lost and stray spaces, and the lexical variants of chats."""

from vnclean.spelling.teencode import Teencode
from vnclean.spelling.transform import Spelling
from vnclean.spelling.unwrap import Unwrap
from vnclean.spelling.word_breaks import WordBreaks

__all__ = ["Spelling", "Teencode", "Unwrap", "WordBreaks"]

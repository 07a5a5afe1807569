"""Patterns of users: those that could take for ever are refused, the usual ones are not."""

from __future__ import annotations

import pytest

from vnclean.errors import ConfigError
from vnclean.spelling.pattern_ambiguity import is_ambiguous
from vnclean.spelling.protected_words import protected

ENDLESS = [
    "(a+)+$", "(a*)*b", "(?:a|aa)+$", r"(\w+)*x", "(x?)+y", "(a?){20}a{20}", "(a{1,9}){1,9}b",
    r"(.*)(.*)x", ".*.*.*x", r"^(([a-z])+.)+[A-Z]([a-z])+$", r"(\w+ ?)+x", r"(\s*\w+\s*)+x",
    "(?i)(?:ab|AB)+c", r"(?:\d|[0-9]x|1)+", r"(a)(?:b\1)+", "(?:a.|ab)+c", "([^x]+y?)+z",
    "((a|b)+c?)+",
]  # fmt: skip
USUAL = [
    r"\w+", r"mã số \w+", r"(\d{1,3}\.)+\d+", r"(?:\w+\s)+", "(a|b)*c", "(?:ab|ac)+", ".*foo",
    r"[a-z]+@[a-z]+(\.[a-z]+)+", r"#\w+", r"https?://\S+", r"\d+([.,]\d+)*", r"(\w+-)*\w+",
    "(?i)cty( tnhh)?( mtv)?", r"[A-Z]\w*(?: [A-Z]\w*)*", r"\d{1,2}/\d{1,2}/\d{4}", r"(?<=x)y(?!z)",
    r"(\d{1,3}\.){3}\d", "(?:x|y)?z", r"\b[A-ZĐ]{2,}\d*\b", r"(?:[^ ]+ )+", r"(a)\1", r"\D\S\W+",
]  # fmt: skip


@pytest.mark.parametrize("pattern", ENDLESS)
def test_what_could_take_for_ever_is_refused(pattern):
    assert is_ambiguous(pattern)
    with pytest.raises(ConfigError, match="could take for ever"):
        protected((), (pattern,))


@pytest.mark.parametrize("pattern", USUAL)
def test_what_is_usual_is_taken(pattern):
    assert not is_ambiguous(pattern)
    assert protected((), (pattern,)).patterns[0].pattern == pattern


def test_what_is_no_pattern_is_said():
    for pattern in ("(", "a{2,1}", "(" * 5000 + ")" * 5000, "a{99999999999999}"):
        with pytest.raises(ConfigError, match="no regular expression"):
            protected((), (pattern,))

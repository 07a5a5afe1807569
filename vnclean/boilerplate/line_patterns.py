"""The patterns of single lines: furniture wherever it stands, and flags of other things.

A pattern stands here only where a line speaks for itself; whatever needs its surroundings is the
forest's to decide.
"""

from __future__ import annotations

import re
import sys
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.distinct_lines import HEAD, TAIL, DistinctLines
from vnclean.boilerplate.pattern_table import PatternRow, pattern_rows
from vnclean.boilerplate.phrases import KINDS, phrases, phrases_in
from vnclean.caches import cached

__all__ = [
    "EVIDENCE", "FACT", "FIELD", "FLAGS", "FORMULA", "HEADING", "ITEM", "RULES", "SIGNATURE",
    "TAGS", "PatternMatches", "add_flags", "is_bar", "match_evidence", "match_patterns",
]  # fmt: skip

RULES = tuple(sorted({row.rule for row in pattern_rows("line")}))
"""The names of the certain rules."""
FLAGS = ("field", "item", "signature", "formula", "heading", "tags", "fact")
FIELD, ITEM, SIGNATURE, FORMULA, HEADING, TAGS, FACT = (1 << n for n in range(len(FLAGS)))
"""The flags of a line: a required field of a form; an entry of a list; a signature; what stands at
the head of an official paper; the heading of a list of other articles; a list of tags; a name and
what it is (`Phiên bản: 4.2`), or two cells."""
EVIDENCE = FIELD | HEADING | TAGS
"""The flags of lines that come from a page."""
_EVIDENCE_NAMES = ("field", "heading", "tags")
_MENU, _SHARE_BAR = RULES.index("menu"), RULES.index("share_bar")
_MAX_CHARS = 220
"""Characters of a line of furniture, at most; longer ones may hold a sentence of the author."""
_MAX_CHARS_OF_FLAG = {"item": sys.maxsize, "formula": 159, "tags": 159, "heading": 60}
"""Where it is not as many."""
_MAX_BAR_CHARS = 119
"""Characters of a bar of buttons, at most."""
_SEPARATORS = ("|", "›", "»", "•", "·", "/", " - ")
_SEPARATOR = re.compile("|".join(map(re.escape, _SEPARATORS)))
_ACTION = re.compile(
    r"(?:in|lưu|gửi|tải|chia sẻ|trả lời|trích dẫn|báo xấu|báo cáo|thích|like|share|print|e-?mail)"
    r"(?: [^\W\d]+){0,2}$"
)
"""What a button under a text does, in three words at most."""
_NO_LINK = KINDS.index("function")
_NO_LINKS = (_NO_LINK, KINDS.index("meta"), KINDS.index("slogan"))


class PatternMatches(NamedTuple):
    """Which patterns lines match, whatever stands around them."""

    rule: NDArray[np.int8]
    """The number of the certain rule in `RULES`, or -1."""
    flags: NDArray[np.int8]
    """The sum of the flags that a line has."""

    def select(self, lines: Any) -> PatternMatches:
        """Return those of some of the lines."""
        return PatternMatches(self.rule[lines], self.flags[lines])

    def lines_with(self, flag: int) -> NDArray[np.int64]:
        """Return the numbers of the lines that have a flag."""
        return np.flatnonzero(self.flags & flag)


def match_patterns(distinct: DistinctLines) -> PatternMatches:
    """Match the patterns against each line; a line that is repeated is read once.

    >>> from vnclean.boilerplate.distinct_lines import distinct_lines
    >>> lines = ["Nội dung:(*)", "Nội dung cuộc họp", ">> Xem thêm: Mùa gặt"]
    >>> found = match_patterns(distinct_lines(lines))
    >>> [RULES[rule] if rule >= 0 else "" for rule in found.rule.tolist()]
    ['form', '', 'article_list']
    """
    return add_flags(match_evidence(distinct), distinct)


def match_evidence(distinct: DistinctLines) -> PatternMatches:
    """Match only what says of a line that it comes from a page: the rules and `EVIDENCE` flags."""
    lows = _lower_lines(distinct)
    matched = _match(distinct.lines, lows, is_evidence=True)
    text = "\n".join(lows)
    separators = tuple(each for each in _SEPARATORS if each in text)
    rules = [
        rule if rule >= 0 else _match_entries(line, low, separators)
        for (rule, _), line, low in zip(matched, distinct.lines, lows, strict=True)
    ]
    found = np.array([rules, [flags for _, flags in matched]], dtype=np.int8)
    return PatternMatches(*found[:, distinct.ids])


def add_flags(matches: PatternMatches, distinct: DistinctLines) -> PatternMatches:
    """Return the matches of `match_evidence` with the other flags of the lines."""
    others = _match(distinct.lines, _lower_lines(distinct), is_evidence=False)
    flags = np.array([flags for _, flags in others], dtype=np.int8)
    return PatternMatches(matches.rule, matches.flags | flags[distinct.ids])


def _lower_lines(distinct: DistinctLines) -> list[str]:
    """Return the lines in small letters, as the patterns need them: the middle of some as well."""
    return [
        line.lower() if HEAD + TAIL < len(line) <= _MAX_CHARS else low
        for line, low in zip(distinct.lines, distinct.lower_lines, strict=True)
    ]


class _Alternatives(NamedTuple):
    """Rows that are matched as one expression, and what each of them says of a line."""

    max_chars: int
    holds: str
    as_written: bool
    pattern: re.Pattern[str]
    found: tuple[tuple[int, int], ...]
    """Rule (or -1) and flags by the number of the group that matched; 0 where there are none."""


@cached(64)
def _alternatives(rows: tuple[PatternRow, ...]) -> _Alternatives:
    """Join rows that differ in their patterns only."""
    one = rows[0]
    found = tuple(
        (RULES.index(row.rule), 0) if row.use == "line" else (-1, 1 << FLAGS.index(row.rule))
        for row in rows
    )
    return _Alternatives(
        _MAX_CHARS_OF_FLAG.get(one.rule, _MAX_CHARS),
        one.holds,
        one.as_written,
        re.compile("|".join(f"({row.pattern})" for row in rows)),
        ((-1, 0), *found),
    )


@cached(4096)
def _patterns_for(first: str, is_evidence: bool) -> tuple[_Alternatives, ...]:
    """Return what a line that begins with a character is matched with, in this order."""
    rules = pattern_rows("line") if is_evidence else ()
    joined = tuple(row for row in rules if row.begins)
    single = [row for row in (*rules, *pattern_rows("flag")) if row not in joined
              and (row.use == "line" or is_evidence == (row.rule in _EVIDENCE_NAMES))
              and row.may_begin_with(first)]  # fmt: skip
    return tuple(map(_alternatives, ([joined] if joined else []) + [(row,) for row in single]))


def _match(lines: list[str], lows: list[str], *, is_evidence: bool) -> list[tuple[int, int]]:
    """Return the certain rule of each line by its patterns, or -1, and its flags."""
    text = "\n".join(lows)
    # What is nowhere in the text need not be looked for in each line.
    held: dict[str, list[_Alternatives]] = {}
    found: list[tuple[int, int]] = []
    for line, low in zip(lines, lows, strict=True):
        size = len(line)
        rule, flags = -1, 0
        if (asked := held.get(line[0])) is None:
            asked = [each for each in _patterns_for(line[0], is_evidence) if each.holds in text]
            held[line[0]] = asked
        for max_chars, holds, as_written, pattern, outcomes in asked:
            if size <= max_chars and holds in low:
                match = pattern.match(line if as_written else low)
                if match is not None:
                    outcome, flag = outcomes[match.lastindex or 0]
                    flags |= flag
                    if rule < 0:
                        rule = outcome
        found.append((rule, flags))
    return found


def _match_entries(line: str, low: str, separators: tuple[str, ...]) -> int:
    """Return the rule of a line that is nothing but known entries, or -1: a bar, links, a menu.

    `separators` are those of bars that stand in the text of the line.
    """
    size = len(line)
    if size > _MAX_CHARS:
        return _MENU if size < _LONGEST_MENU and _is_menu(line) else -1
    if size <= _MAX_BAR_CHARS and any(each in low for each in separators) and is_bar(low):
        return _SHARE_BAR
    if ("](" in line and _are_links(line, low)) or (low.startswith(_HOMES) and _is_main_menu(low)):
        return _MENU
    return -1


def is_bar(line: str) -> bool:
    """Say whether a line is a row of buttons and links between separators, and nothing else.

    The line is in small letters.
    """
    if not _SEPARATOR.search(line):
        return False
    parts = [part.strip(" :\t") for part in _SEPARATOR.split(line)]
    if len(parts) > 1 and all(_ACTION.match(part) for part in parts):
        return True
    known = [part for part in parts if phrases().get(part, _NO_LINK) not in _NO_LINKS]
    return len(parts) > 1 and len(known) > 1 and len(known) >= 0.7 * len(parts)


def _are_links(line: str, low: str) -> bool:
    """Say whether a line of Markdown is nothing but links: several, or one known by its text."""
    if _LINKS.fullmatch(line) is None:
        return False
    known = phrases().get(_LINK_TEXT.findall(low)[0].strip(), _NO_LINK)
    return line.count("](") > 1 or known not in _NO_LINKS


_LINKS = re.compile(r"(?:[*+\-] )?(?:!?\[[^\[\]]{0,80}\]\([^()\s]{0,300}\)[\s|·•,/>»-]*)+")
_LINK_TEXT = re.compile(r"\[([^\[\]]*)\]\(")


def _is_main_menu(low: str) -> bool:
    """Say whether a line in small letters is the main menu in one line: it begins with its home."""
    if _SENTENCE.search(low) or low[-1] in ".,;:?!…":
        return False
    return len(_entries(low)) >= _MAIN_ENTRIES


_HOMES = ("trang chủ ", "trang nhất ", "home ")
_MAIN_ENTRIES = 3
"""Entries of menus that such a line names, its home among them, at least."""


def _is_menu(line: str) -> bool:
    """Say whether a long line is a menu in one line, or what a generator reads of a page."""
    if line.startswith("---"):
        return len(_KEY.findall(line)) >= 4 and line.endswith("---")
    if _SENTENCE.search(line):
        return False
    return len(_entries(line.lower())) >= _MENU_ENTRIES


def _entries(low: str) -> set[str]:
    """Return the entries of menus that a line in small letters names."""
    return {phrase for *_, phrase in phrases_in(low) if phrases()[phrase] in _ENTRIES}


_LONGEST_MENU = 4000
_MENU_ENTRIES = 6
"""Entries of menus that a long line without punctuation names, at least."""
_KEY = re.compile(r"(?<!\S)[a-z]\w{2,20}:(?!\S)")
_SENTENCE = re.compile(r"[.,;:?!…]\s")
_ENTRIES = frozenset(KINDS.index(kind) for kind in ("nav", "related", "footer", "share"))

"""The patterns of single lines: furniture wherever it stands, and flags of other things.

A pattern stands here only where a line speaks for itself; whatever needs its surroundings is the
networks' to decide.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vnclean.boilerplate.inline import CLOSING, ODD, REACH, SENTENCE, find_inline, may_hold_inline
from vnclean.boilerplate.line_features import HEAD, TAIL
from vnclean.boilerplate.pattern_table import PatternRow, pattern_rows
from vnclean.boilerplate.phrases import KINDS, phrases, phrases_in, spoken_phrases
from vnclean.caches import cached, cached_table
from vnclean.core.line_prefilter import SPOKEN, LinePrefilter
from vnclean.core.trie import Trie

__all__ = [
    "EVIDENCE", "FACT", "FIELD", "FLAGS", "FORMULA", "HEADING", "ITEM", "RULES", "SIGNATURE",
    "TAGS", "AskedLines", "PatternMatches", "add_flags", "is_bar", "match_evidence",
    "match_patterns",
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
_ACTIONS = ("in", "lưu", "gửi", "tải", "chia sẻ", "trả lời", "trích dẫn", "báo xấu", "báo cáo",
            "thích", "like", "share", "print", "email", "e-mail")  # fmt: skip
_ACTION = re.compile(rf"(?:{'|'.join(_ACTIONS)})(?: [^\W\d]+){{0,2}}$")
"""What a button under a text does, in three words at most."""
_EVIDENCE_SHARE = 0.5
"""The share of a line that is phrases of furniture, at least, where it says so of the page."""
_ENTRIES_ASKED, _INSIDE = -2, -3
"""What is asked besides the rows: is a line nothing but entries, does it hold furniture."""
_PIECE = 1 << 16
"""Characters of lines that are asked at once, about."""
_ONCE = 50_000
"""Different lines of which it is kept what they match."""
_NO_LINK = KINDS.index("function")
_NO_LINKS = (_NO_LINK, KINDS.index("meta"), KINDS.index("slogan"))


Asked = tuple[int, str, list[int]]
"""The number of a line, the line, and what is to be asked of it."""


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


def match_patterns(lines: list[str]) -> PatternMatches:
    """Match the patterns against lines without white space around them.

    >>> found = match_patterns(["Nội dung:(*)", "Nội dung cuộc họp", ">> Xem thêm: Mùa gặt"])
    >>> [RULES[rule] if rule >= 0 else "" for rule in found.rule.tolist()]
    ['form', '', 'article_list']
    """
    return add_flags(match_evidence(lines)[1], lines)


def match_evidence(
    lines: list[str], asked_lines: Iterable[Asked] | None = None
) -> tuple[NDArray[np.bool_], PatternMatches]:
    """Say which lines show that a text comes from a page; where none does, nothing goes.

    Such a line matches a pattern of furniture or consists of its phrases for the greater part.
    Return also what they match of the rules and of the `EVIDENCE` flags. `asked_lines` are those
    that may match, where they are known.

    >>> match_evidence(["Trang chủ", "Mùa gặt đã về trên cánh đồng", "Gửi bình luận"])[0].tolist()
    [True, False, True]
    """
    evidence, flags, rules = bytearray(len(lines)), bytearray(len(lines)), [-1] * len(lines)
    once: dict[str, tuple[int, int]] = {}
    for number, line, asked in asked_lines or AskedLines("\n".join(lines)):
        if line not in once:
            if len(once) > _ONCE:
                once.clear()
            once[line] = _match(line, asked)
        rules[number], flags[number] = found = once[line]
        evidence[number] = found != (-1, 0) or SPOKEN in asked
    matches = PatternMatches(np.array(rules, dtype=np.int8), np.frombuffer(flags, dtype=np.int8))
    return np.frombuffer(evidence, dtype=bool), matches


class AskedLines:
    """The lines of a text that may match a pattern of furniture: number, line, what is asked.

    They are looked for once; of a long text, whose lines may be many, each time anew.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._kept: list[Asked] | None = None

    def __iter__(self) -> Iterator[Asked]:
        found = self._kept
        if found is None:
            if len(self._text) > _PIECE:
                return _asked(self._text, _evidence_prefilter())
            found = self._kept = list(_asked(self._text, _evidence_prefilter()))
        return iter(found)

    def replaced(self, lines: Mapping[int, str]) -> Iterator[Asked]:
        """Yield them as they are where other lines stand in the places of some."""
        yield from (found for found in self if found[0] not in lines)
        for number, line in lines.items():
            yield from ((number, rest, asked) for _, rest, asked in AskedLines(line))

    def with_inline(self) -> list[int]:
        """Return the numbers of the lines that may hold furniture beside a sentence."""
        return [
            number for number, line, asked in self if _INSIDE in asked and may_hold_inline(line)
        ]

    def may_be_page(self) -> bool:
        r"""Say whether a line shows that the text comes from a page, or holds furniture inside.

        >>> [AskedLines(text).may_be_page() for text in ("Mùa gặt\nđã về", "Mùa gặt\nTrang chủ")]
        [False, True]
        """
        return any(
            SPOKEN in asked
            or _match(line, asked) != (-1, 0)
            or (_INSIDE in asked and may_hold_inline(line) and find_inline(line))
            for _, line, asked in self
        )


def add_flags(matches: PatternMatches, lines: list[str]) -> PatternMatches:
    """Return the matches of `match_evidence` with the other flags of the lines."""
    flags = matches.flags.copy()
    for number, line, asked in _asked("\n".join(lines), _flag_prefilter()):
        flags[number] |= _match(line, asked)[1]
    return PatternMatches(matches.rule, flags)


def _asked(text: str, prefilter: LinePrefilter) -> Iterator[Asked]:
    """Yield the lines that may match, with their numbers and what is to be asked of them."""
    at = before = 0
    while at < len(text):
        # Piece by piece, so that memory stays bounded.
        stop = text.find("\n", at + _PIECE) + 1 or len(text)
        piece = text if stop - at == len(text) else text[at:stop]
        found, count = prefilter.find(piece)
        fields = iter(found)
        rows: list[Asked] = []
        last = -1
        for number, start, end, question in zip(fields, fields, fields, fields, strict=True):
            if number == last:
                rows[-1][2].append(question)
            else:
                rows.append((before + number, piece[start:end], [question]))
                last = number
        yield from rows
        at, before = stop, before + count


@cached_table
def _rows() -> tuple[PatternRow, ...]:
    """Return the rows that lines are asked, in this order; a question is a row's number."""
    rules = sorted(pattern_rows("line"), key=lambda row: not row.begins)
    return (*rules, *pattern_rows("flag"))


@cached(64)
def _compiled(question: int) -> tuple[re.Pattern[str], bool, int, int]:
    """Return the pattern of a row, whether case counts, and its rule (or -1) and flag."""
    row = _rows()[question]
    rule = RULES.index(row.rule) if row.use == "line" else -1
    flag = 1 << FLAGS.index(row.rule) if row.use == "flag" else 0
    return re.compile(row.pattern), row.as_written, rule, flag


def _most_chars(row: PatternRow) -> int:
    return _MAX_CHARS_OF_FLAG.get(row.rule, _MAX_CHARS)


def _questions(*, is_evidence: bool) -> list[tuple[int, Sequence[str], str, int]]:
    """Return the rows as the core takes them: number, beginnings, part, characters at most."""
    return [
        (number, row.beginnings, row.holds, _most_chars(row))
        for number, row in enumerate(_rows())
        if (row.use == "line" or row.rule in _EVIDENCE_NAMES) == is_evidence
    ]


@cached_table
def _evidence_prefilter() -> LinePrefilter:
    """Return what asks for the rules, the flags that tell of a page, entries, what is inside."""
    beside = [each for row in pattern_rows("before") for each in row.beginnings]
    rows = [
        *_questions(is_evidence=True),
        (_ENTRIES_ASKED, (*_HOMES, *_ACTIONS), "", _MAX_CHARS),
        (_ENTRIES_ASKED, (), "](", _MAX_CHARS),
        (_INSIDE, beside, "", sys.maxsize),
    ]
    tails = {each for row in pattern_rows("behind") for each in row.beginnings}
    trie, _, kinds = spoken_phrases()
    sizes = HEAD + TAIL, _MAX_BAR_CHARS, _MAX_CHARS, _LONGEST_MENU, SENTENCE - 1, REACH + 1
    return LinePrefilter(
        rows, sorted(tails), trie, kinds != KINDS.index("meta"), entries=_ENTRIES_ASKED,
        tail=_INSIDE, closing=CLOSING, stops=_STOPS, bars="".join(_SEPARATORS[:-1]), odd=ODD,
        sizes=sizes, share=_EVIDENCE_SHARE,
    )  # fmt: skip


@cached_table
def _flag_prefilter() -> LinePrefilter:
    """Return what asks the other flags."""
    return LinePrefilter(
        _questions(is_evidence=False), (), Trie(()), (), entries=0, tail=0, closing="", stops="",
        bars="", odd=ODD, sizes=(0, 0, _MAX_CHARS, 0, 0, 0), share=1,
    )  # fmt: skip


def _match(line: str, asked: list[int]) -> tuple[int, int]:
    """Return the certain rule of a line by its patterns, or -1, and its flags."""
    low = line.lower()
    rule, flags = -1, 0
    for question in asked:
        if question >= 0:
            pattern, as_written, outcome, flag = _compiled(question)
            if (rule < 0 or flag) and pattern.match(line if as_written else low):
                rule, flags = max(rule, outcome), flags | flag
    if rule < 0 and _ENTRIES_ASKED in asked:
        rule = _match_entries(line, low)
    return rule, flags


def _match_entries(line: str, low: str) -> int:
    """Return the rule of a line that is nothing but known entries, or -1: a bar, links, a menu."""
    size = len(line)
    if size > _MAX_CHARS:
        return _MENU if size < _LONGEST_MENU and _is_menu(line) else -1
    if size <= _MAX_BAR_CHARS and is_bar(low):
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
_STOPS = ".,;:?!…"
_SENTENCE = re.compile(rf"[{_STOPS}]\s")
_ENTRIES = frozenset(KINDS.index(kind) for kind in ("nav", "related", "footer", "share"))

"""Charsets as views of UTF-8 bytes, read backwards: from the characters shown to the bytes.

Derived from the forward views of `vnclean.channels.misread_utf8`, so the two can't disagree.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import cached_property

from vnclean.caches import cached_table
from vnclean.channels import CHANNELS, priors_of
from vnclean.channels.misread_utf8 import byte_table
from vnclean.language.alphabet import COMBINING_TONES, MARKED_LETTERS, QUALITY
from vnclean.scan import ANY, Window, late_clue

__all__ = [
    "BEGINNINGS",
    "View",
    "any_sequence",
    "candidate_lines",
    "families",
    "is_candidate",
    "views",
]

OTHER_SCRIPTS = "ÎÏÐÑãäåæçèéêëìí"
"""Lead bytes of Greek, Cyrillic and of the scripts of East Asia, read as windows-1252."""
_WINDOWS = "cp125"
"""How names of Windows' charsets begin."""
_ALIKE_BYTES = 64
"""Of 128, which two charsets of one family show alike."""


@dataclass(frozen=True)
class View:
    """One charset read backwards.

    A text has no sequence unless it has a character of `rare` or a string of `common`.
    """

    name: str
    bytes_of: dict[int, int]
    patterns: dict[str, str]
    """The expressions, as written: most texts need none of them, and compiling takes long."""
    leads: frozenset[str]
    rare: frozenset[str]
    common: tuple[str, ...]

    @cached_property
    def sequence(self) -> re.Pattern[str]:
        """Finds the characters of one UTF-8 sequence of an expected character."""
        return re.compile(self.patterns["sequence"])

    @cached_property
    def long(self) -> re.Pattern[str]:
        """Finds those of three and four bytes."""
        return re.compile(self.patterns["long"])

    @cached_property
    def beginning(self) -> re.Pattern[str]:
        """Finds the first two characters of any sequence."""
        return re.compile(self.patterns["beginning"])

    @cached_property
    def pair(self) -> re.Pattern[str]:
        """Finds those of an expected one, quickly."""
        return re.compile(self.patterns["pair"])

    @cached_property
    def broken(self) -> re.Pattern[str]:
        """Finds those of a Vietnamese letter that has lost its third one."""
        return re.compile(self.patterns["broken"])

    def decode(self, text: str) -> str:
        r"""Return the text with every sequence replaced by the character its bytes stand for.

        >>> views()["cp1252"].decode("Viá»‡t Ã\x90")
        'Việt Ð'
        """
        known: dict[str, str] = {}

        def decode_one(match: re.Match[str]) -> str:
            shown = match.group()
            if shown not in known:
                known[shown] = self._decode_one(shown)
            return known[shown]

        return self.sequence.sub(decode_one, text)

    def _decode_one(self, shown: str) -> str:
        try:
            return shown.translate(self.bytes_of).encode("latin-1").decode("utf-8")
        except UnicodeDecodeError:  # overlong forms, surrogates
            return shown


@cached_table
def views() -> dict[str, View]:
    """Return the views by charset name, the likeliest first: one for each lossless channel.

    C1 controls stand for their own byte in the Windows charsets too: browsers show undefined
    bytes like that, and what one program read as cp1252 another had read as Latin-1.
    """
    return {name: _build(name) for name in _charsets()}


@cached_table
def any_sequence() -> re.Pattern[str]:
    """Return what finds the first two characters of a sequence, in any view."""
    return re.compile("|".join(view.beginning.pattern for view in views().values()))


@cached_table
def families() -> dict[str, str]:
    """Return for each charset the first one that shows most letters alike, or itself.

    >>> families()["latin1"], families()["cp1251"], families()["cp850"]
    ('cp1252', 'cp1251', 'cp437')
    """
    found: dict[str, str] = {}
    for name in _charsets():
        shown = byte_table(name)
        alike = (
            other
            for other in found.values()
            if sum(byte_table(other)[byte] == shown[byte] for byte in shown) >= _ALIKE_BYTES
        )
        found[name] = next(alike, name)
    return found


def _charsets() -> list[str]:
    return [CHANNELS[name].charset for name in priors_of("lossless")]


def _build(charset: str) -> View:
    shown = byte_table(charset, None)
    bytes_of = {ord(character): byte for byte, character in shown.items()}
    if charset.startswith(_WINDOWS):
        for byte in range(0x80, 0xA0):
            bytes_of.setdefault(byte, byte)
    characters: dict[int, str] = {}
    for code, byte in sorted(bytes_of.items()):
        characters[byte] = characters.get(byte, "") + chr(code)

    def some(*these: int) -> str:
        return "".join(characters[byte] for byte in these)

    def one(*these: int) -> str:
        return "[" + re.escape(some(*these)) + "]"

    tail = one(*range(0x80, 0xC0))
    short = one(*range(0xC2, 0xE0)) + tail
    beginning = one(*range(0xC2, 0xF5)) + tail
    long = (
        one(*range(0xE0, 0xF0)) + tail + tail,
        one(*range(0xF0, 0xF5)) + tail + tail + tail,
    )
    seconds = _expected(frozenset(map(chr, bytes_of)))
    for rare_lead in (0xCB, 0xCC, 0xEF):  # not worth a search for a letter of clean text
        if families()[charset] != "cp1252" and MARKED_LETTERS.intersection(some(rare_lead)):
            seconds.pop(rare_lead, None)
    lead = some(*seconds)
    # Lead bytes that the same bytes may follow share a branch.
    branches: dict[frozenset[int], list[int]] = {}
    for first, second in seconds.items():
        branches.setdefault(frozenset(second), []).append(first)
    pair = "|".join(
        f"(?<={one(*first)}){one(*sorted(second))}" for second, first in branches.items()
    )
    usual = [byte for byte in seconds if MARKED_LETTERS.intersection(some(byte))]
    behind = some(*set[int]().union(*(seconds[byte] for byte in usual)))
    return View(
        name=charset,
        bytes_of=bytes_of,
        patterns={
            "sequence": "|".join((short, *long)),
            "long": "|".join(long),
            "beginning": beginning,
            "pair": f"{one(*seconds)}(?:{pair})",
            "broken": one(0xE1) + one(0xBA, 0xBB),
        },
        leads=frozenset(lead),
        rare=frozenset(lead + behind) - MARKED_LETTERS,
        common=tuple(
            first + second
            for byte, following in seconds.items()
            for first in some(byte)
            for second in some(*following)
            if byte < 0xE0 and {first, second} <= MARKED_LETTERS
        ),
    )


def _expected(shown: frozenset[str]) -> dict[int, set[int]]:
    """Return the first two UTF-8 bytes of the characters that mojibake may hide in our texts.

    These are the letters of Vietnamese and of its western neighbours, combining marks,
    punctuation, emoji, and what the charset shows, for text that was misread twice.
    """
    expected = {*MARKED_LETTERS, *map(chr, range(0xA0, 0x180)), *COMBINING_TONES[1:], *shown}
    expected.update(
        *QUALITY.values(), "\u200b\u2013\u2026\u20ac\u2122\u2190\u2212\u25cf\ufeff\U0001f600"
    )
    seconds: dict[int, set[int]] = {}
    for character in expected:
        encoded = character.encode("utf-8")
        if len(encoded) > 1:
            seconds.setdefault(encoded[0], set()).add(encoded[1])
    return dict(sorted(seconds.items()))


def candidate_lines(text: str, unusual: Set[str]) -> list[tuple[int, int]]:
    """Return start and end of the lines in which a lead byte and a continuation byte may stand.

    `unusual` are the characters of the text that clean Vietnamese hardly has (`Scan.unusual`).
    The search is for these: the lead bytes and the continuation bytes of the views are common
    letters too, but in no view both bytes of what is looked for, a few pairs aside.
    """
    leads, tails, pairs = _bytes_shown()
    found: set[tuple[int, int]] = set()

    def line_end(at: int) -> int:
        """Enter the line around an offset, and return its end."""
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        found.add((text.rfind("\n", 0, at) + 1, end))
        return end

    if unusual & tails:
        at = 0
        while match := _unusual_tail().search(text, at):
            at = line_end(match.start() - 1)
    for lead in unusual & leads:
        at = text.find(lead)
        while at >= 0:
            at = text.find(lead, line_end(at) if text[at + 1 : at + 2] in tails else at + 1)
    for pair in pairs:
        at = text.find(pair)
        while at >= 0:
            at = text.find(pair, line_end(at))
    return sorted(found)


def is_candidate(text: str, at: int, unusual: Set[str]) -> bool:
    """Say whether a lead byte and a continuation byte may stand at an offset."""
    leads, tails, pairs = _bytes_shown()
    lead, tail = text[at : at + 1], text[at + 1 : at + 2]
    if lead not in leads or tail not in tails:
        return False
    return lead in unusual or tail in unusual or lead + tail in pairs


def _beginnings() -> tuple[str, tuple[Window, ...]]:
    """Return what finds the places that `is_candidate` tells."""
    leads, tails, pairs = _bytes_shown()
    windows = [
        (_one_of(leads - MARKED_LETTERS), _one_of(tails)),
        (_one_of(leads), _one_of(tails - MARKED_LETTERS)),
        *((f"[{pair[0]}]", f"[{pair[1]}]") for pair in pairs),
    ]
    pattern = "|".join(f"{first}(?={second})" for first, second in windows)
    return pattern, tuple((0, first, second, ANY) for first, second in windows)


BEGINNINGS = late_clue("mojibake.beginning", _beginnings)
"""Finds the places that `is_candidate` tells, in a text that is scanned."""


@cached_table
def _bytes_shown() -> tuple[frozenset[str], frozenset[str], tuple[str, ...]]:
    """Return what shows lead bytes, what shows continuation bytes, and pairs of plain letters."""
    every = views().values()
    leads = frozenset[str](OTHER_SCRIPTS).union(*(view.leads for view in every))
    tails = frozenset(
        chr(code) for view in every for code, byte in view.bytes_of.items() if 0x80 <= byte < 0xC0
    )
    pairs = dict.fromkeys(pair for view in every for pair in view.common)
    return leads, tails, tuple(pairs)


@cached_table
def _unusual_tail() -> re.Pattern[str]:
    """Return what finds the unusual continuation bytes that stand behind a lead byte."""
    leads, tails, _ = _bytes_shown()
    return re.compile(f"{_one_of(tails - MARKED_LETTERS)}(?<={_one_of(leads)}.)", re.DOTALL)


def _one_of(characters: frozenset[str]) -> str:
    return "[" + re.escape("".join(sorted(characters))) + "]"

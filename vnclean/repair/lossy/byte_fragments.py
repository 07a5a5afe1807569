r"""Half-lossy mojibake: what each fragment of shown UTF-8 bytes may have been.

`N\xe1"\x91i` was `Nối`: its three bytes were shown as Latin-1, and an editor straightened the
guillemet. The forward views are run over the letters once, with every combination of losses; what
falls out is the inverse index, fragment -> letters, for each combination. The fragments of a text
together say which combination was at work.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import product
from math import exp, log
from typing import NamedTuple

from vnclean.caches import cached, cached_table, late_pattern
from vnclean.channels.misread_utf8 import STRAIGHT, byte_table, view
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.lexicon import syllables_in_use
from vnclean.repair.mojibake_atoms import shows_blank
from vnclean.repair.word_decoder import log_sum

__all__ = [
    "FRAGMENT",
    "LOOSE",
    "RUN",
    "Fragments",
    "Variant",
    "fragments",
    "is_certain",
    "is_other_charset",
    "is_telling",
    "is_whole",
    "telling_lines",
]

PUNCTUATION = "“”‘’–—…•"
"""Punctuation that Vietnamese texts hold and that UTF-8 writes with three bytes."""

LOOSE = {" ": 0.3, "'": 0.01, '"': 0.01, "?": 0.01, "-": 0.01, ".": 0.03}
"""Characters that may be the end of a fragment, or stand after one that lost its end: how often
they do that."""

NO_LETTER = log(1e-6)
"""Log-probability of a fragment that a variant can't bring forth."""


class Variant(NamedTuple):
    """One way of showing UTF-8 and losing some of it; fields name what became of the bytes.

    `undefined` is what bytes without a character became (None: C1 controls); `controls` whether
    C1 controls were dropped, `hyphen` whether soft hyphens were; the others whether quotes and
    guillemets were straightened and the no-break space made a space (or dropped, where `nbsp` is
    empty).
    """

    charset: str
    undefined: str | None
    controls: bool
    hyphen: bool
    quotes: bool
    guillemets: bool
    nbsp: str

    def show(self, text: str) -> str:
        r"""Return the text as this variant shows it.

        >>> Variant("latin-1", None, False, False, False, True, "\xa0").show("Nối")
        'N\xe1"\x91i'
        """
        shown = view(text, self.charset, self.undefined)
        if self.controls:
            shown = shown.translate(dict.fromkeys(range(0x80, 0xA0)))
        if self.hyphen:
            shown = shown.replace("\xad", "")
        if self.quotes:
            shown = shown.translate(STRAIGHT)
        if self.guillemets:
            shown = shown.replace("«", '"').replace("»", '"')
        return shown.replace("\xa0", self.nbsp)

    @property
    def losses(self) -> int:
        """The number of things that went wrong after the wrong view."""
        return (
            (self.undefined is not None) + self.controls + self.hyphen + self.quotes
            + self.guillemets + (self.nbsp != "\xa0")
        )  # fmt: skip


def _variants() -> list[Variant]:
    found = []
    for charset, undefined, controls, hyphen, quotes, guillemets, nbsp in product(
        ("cp1252", "latin-1", "cp1258"), (None, "", "?", "\ufffd", " ", "\xa0"), (False, True),
        (False, True), (False, True), (False, True), ("\xa0", " ", ""),
    ):  # fmt: skip
        if controls and undefined is not None:
            continue
        if charset == "latin-1" and (undefined is not None or quotes):
            continue
        found.append(Variant(charset, undefined, controls, hyphen, quotes, guillemets, nbsp))
    return found


class Fragments:
    """The inverse index: for each variant, fragment -> letters, and how likely it is."""

    def __init__(self, frequency: dict[str, float]) -> None:
        import numpy as np

        self.variants = _variants()
        letters = [*sorted(MARKED_LETTERS), *PUNCTUATION]
        joined = "\n".join(letters)
        shares = np.array([frequency.get(letter, 0.0) + 1e-7 for letter in letters])
        shares /= shares.sum()
        self.index: list[dict[str, list[str]]] = []
        self.number: dict[str, int] = {}
        """The row of each fragment in `likelihoods`."""
        found = np.zeros((len(letters) * len(self.variants), len(self.variants)))
        for column, variant in enumerate(self.variants):
            index: dict[str, list[str]] = {}
            shown = variant.show(joined).split("\n")
            for letter, fragment in zip(letters, shown, strict=True):
                index.setdefault(fragment, []).append(letter)
            rows = [self.number.setdefault(fragment, len(self.number)) for fragment in shown]
            np.add.at(found[:, column], rows, shares)
            self.index.append(index)
        alone = found[: len(self.number)]
        either = alone.copy()
        for fragment, row in self.number.items():
            if fragment[1:] and fragment[-1] in LOOSE and fragment[:-1] in self.number:
                either[row] += LOOSE[fragment[-1]] * alone[self.number[fragment[:-1]]]
        self.likelihoods = np.log(np.maximum(either, exp(NO_LETTER)))
        """Log-probability of each fragment (row) under each variant (column)."""
        self.prior = np.array([-2.0 * variant.losses for variant in self.variants])

    def letters(self, fragment: str, weights: Sequence[float]) -> dict[str, float]:
        """Return what a fragment may be: letter -> log-probability of showing as the fragment."""
        parts: dict[str, list[float]] = {}
        for weight, index in zip(weights, self.index, strict=True):
            if weight > -12.0:
                for letter in index.get(fragment, ()):
                    parts.setdefault(letter, []).append(weight)
        return {letter: log_sum(held) for letter, held in parts.items()}


@cached_table
def fragments() -> Fragments:
    """Return the index, the letters weighed by their frequency in the syllables in use."""
    frequency: dict[str, float] = dict.fromkeys(PUNCTUATION, 0.003)
    whole = sum(2.0**value for value in syllables_in_use().values())
    for syllable, value in syllables_in_use().items():
        for letter in syllable:
            if not letter.isascii():
                share = 2.0**value / whole
                frequency[letter] = frequency.get(letter, 0.0) + 0.93 * share
                frequency[letter.upper()] = frequency.get(letter.upper(), 0.0) + 0.07 * share
    return Fragments(frequency)


@cached(8)
def _bytes_of(charset: str) -> dict[int, str]:
    """Return for each character that a view shows the byte it stands for, as a code point."""
    return {ord(letter): chr(byte) for byte, letter in byte_table(charset).items()}


def is_whole(line: str) -> bool:
    r"""Say whether a line is UTF-8 in a one-byte view with nothing lost: to be undone exactly.

    >>> is_whole("Th\xc3\xa0nh ph\xe1\xbb\u2018"), is_whole("Th\xc3 nh ph\xe1\xbb\u2018")
    (True, False)
    """
    for charset in ("cp1252", "latin-1", "cp1258", "cp1250"):
        try:
            decoded = line.translate(_bytes_of(charset)).encode("latin-1").decode("utf-8")
        except UnicodeError:
            continue
        return not shows_blank(decoded)
    return False


def _pattern(words: Collection[str]) -> str:
    """Return a regular expression for a set of strings, the longest match first."""
    branches: dict[str, set[str]] = {}
    for word in words:
        if word:
            branches.setdefault(word[0], set()).add(word[1:])
    single = "".join(re.escape(first) for first, rest in sorted(branches.items()) if rest == {""})
    parts = [f"[{single}]"] if single else []
    for first, rest in sorted(branches.items()):
        if rest != {""}:
            inner = _pattern(rest)
            parts.append(re.escape(first) + (f"(?:{inner})" + ("?" if "" in rest else "")))
    return "|".join(parts)


@cached_table
def RUN() -> re.Pattern[str]:  # noqa: N802
    """Return the expression that finds a run of fragments and letters."""
    return re.compile(rf"(?:{_pattern(fragments().number)}|[^\W\d_])+")


@cached_table
def FRAGMENT() -> re.Pattern[str]:  # noqa: N802
    """Return the expression that finds a fragment (the longest at its place) or plain letters."""
    body = _pattern(fragments().number)
    return re.compile(rf"({body})|[^\W\d_]")


_TELLING = late_pattern(
    # One set of letters first, what may follow each of them after: three times as fast a search.
    "[ÃÄÅÆĂáâ](?:"
    # A capital that shows a first byte, after a small letter: nÃ o, Ä‘Ã£.
    "(?<=[a-zß-öø-ÿạ-ỹơưđ‘’“”°³©±»º][ÄÅÆ])(?![A-ZÀ-Ỹ])"
    "|(?<=[a-zß-öø-ÿạ-ỹơưđ‘’“”°³©±»º]Ã)(?![^\\W\\d_])"
    # The two bytes of a small letter, not at the end of a word in capitals: XÃ©, XÃ¹ are notes.
    "|(?<=Ã)(?<![A-ZÀ-Ỹ]Ã)[¡-£¨-ª¬²-µ¹º½]"
    "|(?<=[ÄÆ])[\u0192‘’°¡©¨¯](?![\\s.,;)]*$)"
    "|(?<=á)[º»](?:[^ \n.,;:)\\]…”’“‘–—!?\"'»]|[…”’“‘–—?\"']\\w)"
    "|(?<=â)€"
    '|[»º"]?[\x80-\x9f])'
)
"""Pairs of characters that shown UTF-8 is full of, and clean text of any language is not."""


def is_telling(line: str) -> bool:
    """Say whether a line holds a pair of characters that hardly anything but mojibake has.

    >>> is_telling("Ná»—i lo"), is_telling("nÃ o")
    (True, True)
    >>> is_telling("UBND XÃ®, XÃ»"), is_telling("«khá»…")
    (False, False)
    """
    return _TELLING.search(line) is not None


def telling_lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each telling line; clean lines cost no more than a search.

    >>> list(telling_lines("nÃ o\\nkhá\\nnÃ y"))
    [(0, 4), (9, 13)]
    """
    at = 0
    while not text.isascii() and (pair := _TELLING.search(text, at)) is not None:
        start = text.rfind("\n", 0, pair.start()) + 1
        at = text.find("\n", pair.start())
        at = len(text) if at < 0 else at
        if is_telling(text[start:at]):
            yield start, at


_CERTAIN = late_pattern('á(?:[º»][^\\s.,;:)\\]]|"[\x80-\xbf])[a-z]|[ÄÆ][‘’°¡][a-zÃÆá]')


def is_certain(line: str) -> bool:
    """Say whether one word alone shows that a line is mojibake.

    >>> is_certain("Vá»›i"), is_certain("nÃ o"), is_certain("«khá» quá")
    (True, False, False)
    """
    return _CERTAIN.search(line) is not None


_ODD_LETTER = late_pattern(f"[^\\W\\d_a-zA-Z{''.join(sorted(MARKED_LETTERS))}ªºµƒ]|[\x80-\x9f†‡‰]")


def is_other_charset(line: str) -> bool:
    """Say whether most odd letters of a line are in no fragment: it is in a legacy charset.

    >>> is_other_charset("luÆt này rÃt quan tr†ng, nhÃn månh"), is_other_charset("nhÃ nÆ°á»›c")
    (True, False)
    """
    fragment = FRAGMENT()
    inside = sum(1 for found in fragment.finditer(line) if found[1])
    rest = fragment.sub(lambda found: "" if found[1] else found[0], line)
    return sum(1 for _ in _ODD_LETTER.finditer(rest)) * 3 > inside

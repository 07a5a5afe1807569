"""VIQR as people wrote it in mail: words told apart from punctuation, addresses and arithmetic.

The codec `viqr` reads by the letter of RFC 1456, where `ddi.` is `đị`. Few writers escaped the
full stop. Here a sign that closes a word is read as a mark or as punctuation, whichever gives the
likelier syllable, and a word counts only if it becomes a syllable in use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from vnclean.charsets.detection import Detection
from vnclean.charsets.evidence import known
from vnclean.charsets.viqr import VIQR, VIQR_STAR, Viqr
from vnclean.language.alphabet import MARKED_LETTERS

__all__ = ["ViqrWord", "find_viqr", "read_viqr", "viqr_weight", "weigh_viqr"]

_SIGNED = r"[A-Za-z](?:[A-Za-z]|\\?[`^~'?.(+*])*"
_TOKEN = re.compile(rf"(?<![\w`^~'+*@/\\.-]){_SIGNED}(?![\w@/\\-]|[`^~'?.(+*][A-Za-z0-9])")
_STRONG = re.compile(
    r"[aeoAEO]\^|[uoUO][+*]|[aeiouyAEIOUY][`~]|a\(['`?~.]|[ao]\([a-z]|dd[aeiou]|DD[AEIOUaeiou]"
)
_CLOSING = frozenset(".?'(`~+*")
_PUNCTUATION = {".": 5.0, "?": 8.0, "'": 9.0, "(": 10.0, "`": 14.0, "~": 12.0, "+": 12.0, "*": 10.0}
"""Bits that a sign costs as punctuation after a word."""


class ViqrWord(NamedTuple):
    """A word with its marks read; offsets are characters, `strong` says the signs are telling."""

    start: int
    end: int
    reading: str
    strong: bool
    frequency: int | None
    """The frequency class of the syllable; None where it is not in use."""


def _notation(text: str) -> Viqr:
    return VIQR_STAR if re.search(r"[uU]\*[oO]\*|[uo]\*['`?~.]", text) else VIQR


def find_viqr(text: str) -> Iterator[ViqrWord]:
    """Yield the words of a text that VIQR gives marks to, in order.

    >>> [word.reading for word in find_viqr("Vie^.t Nam, ddi. Gi`? a@b.c e-mail?")]
    ['Việt', 'đi', 'Gì']
    """
    notation = _notation(text)
    strict = "\\." in text or "\\?" in text
    for token in _TOKEN.finditer(text):
        word = token[0]
        end = token.end()
        best: ViqrWord | None = None
        best_bits = 0.0
        cost = 0.0
        while True:
            reading = notation.parse(word)
            bits = _bits(reading) + cost
            if best is None or bits < best_bits:
                frequency = known().get(reading.lower())
                strong = _STRONG.search(word) is not None
                best = ViqrWord(token.start(), end, reading, strong, frequency)
                best_bits = bits
            if not word or word[-1] not in _CLOSING or (strict and word[-2:-1] == "\\"):
                break
            cost += _PUNCTUATION[word[-1]]
            word, end = word[:-1], end - 1
        if best is not None and best.reading != text[best.start : best.end]:
            yield best


def _bits(reading: str) -> float:
    lowered = reading.lower()
    frequency = known().get(lowered)
    if frequency is not None:
        return 30.0 - frequency
    return 40.0 if lowered.isalpha() else 60.0


def viqr_weight(words: list[ViqrWord]) -> float:
    """Return how much speaks for VIQR: telling words that are in use, less those that are not."""
    weight = 0.0
    for word in words:
        if word.strong:
            marked = not MARKED_LETTERS.isdisjoint(word.reading)
            if word.frequency is not None and marked:
                weight += 1.0 if word.frequency >= 12 and len(word.reading) > 1 else 0.4
            else:
                weight -= 1.5
        elif word.frequency is not None:
            weight += 0.2
    return weight


def weigh_viqr(data: bytes) -> Detection | None:
    """Say whether ASCII bytes are VIQR; None where nothing speaks for it."""
    if b"^" not in data and b"+" not in data and b"`" not in data and b"*" not in data:
        return None
    text = _sample_signs(data)
    words = list(find_viqr(text))
    weight = viqr_weight(words)
    strong = sum(word.strong for word in words)
    if weight < 1.5 or strong < 2:
        return None
    name = _notation(text).name
    counts = {"good": float(len(words)), "strong": float(strong), "weight": weight}
    return Detection(name, round(1 - 2.0 ** -(weight + 0.5), 4), (("ascii", 2.0**-weight),), counts)


def _sample_signs(data: bytes, size: int = 12_000) -> str:
    """Return the text, or pieces of it around the signs of VIQR where it is long."""
    if len(data) <= 2 * size:
        return data.decode("latin-1")
    pieces = []
    at = 0
    stride = len(data) // 24
    for place in range(24):
        found = re.compile(rb"[aeoAEO]\^|[uU]\+[oO]\+").search(data, max(at, place * stride))
        if found is None:
            break
        begin = data.rfind(b" ", at, found.start()) + 1 or found.start()
        at = begin + size // 24
        pieces.append(data[begin:at].decode("latin-1").rpartition(" ")[0])
    return "\n".join(pieces)


def read_viqr(text: str) -> str:
    """Read a text that is VIQR as a whole: by the RFC where it escapes, else by the syllables.

    >>> read_viqr("To^i ddi. DDi dda^u? Ve^` nha`.")
    'Tôi đi. Đi đâu? Về nhà.'
    >>> read_viqr("Mu~ ba?o hie^?m, Nga.. To^i ddi\\\\.")
    'Mũ bảo hiểm, Ngạ. Tôi đi.'
    """
    notation = _notation(text)
    if _ESCAPED.search(text):
        return notation.parse(text)
    return _RUN.sub(_read_run, text) if notation is VIQR else _STAR_RUN.sub(_read_star_run, text)


_ESCAPED = re.compile(r"[A-Za-z(^+'`?~.*]\\[.?'(]")
_GUARD = r"(?<![\w@/\\])(?!\S*(?:@|://)|www\.)"
_RUN = re.compile(_GUARD + r"[A-Za-z](?:[A-Za-z]|(?<=[A-Za-z(^+])[`^~'?.(+])+")
_STAR_RUN = re.compile(_GUARD + r"[A-Za-z](?:[A-Za-z]|(?<=[A-Za-z(^*])[`^~'?.(*])+")


def _read_run(match: re.Match[str]) -> str:
    return _best_reading(match, VIQR)


def _read_star_run(match: re.Match[str]) -> str:
    return _best_reading(match, VIQR_STAR)


def _best_reading(match: re.Match[str], notation: Viqr) -> str:
    """Read a run of letters and signs, its last sign as a mark or as punctuation."""
    run = match[0]
    if run[-1] not in _CLOSING:
        return notation.parse(run)
    whole, less = notation.parse(run), notation.parse(run[:-1])
    follows = match.string[match.end() : match.end() + 2]
    cost = _PUNCTUATION[run[-1]]
    if run[-1] in ".?":
        cost += 9.0 if follows[1:].islower() and follows[:1] == " " else -3.0
    return whole if _bits(whole) <= _bits(less) + cost else less + run[-1]

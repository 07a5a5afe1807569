"""VIQR as people wrote it in mail: words told apart from punctuation, addresses and arithmetic.

The codec `viqr` reads by the letter of RFC 1456, where `ddi.` is `đị`. Few writers escaped the
full stop. Here a sign that closes a word is read as a mark or as punctuation, whichever gives the
likelier syllable, and a word counts only if it becomes a syllable in use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from vnclean.caches import late_pattern
from vnclean.charsets.scoring import Detection
from vnclean.charsets.viqr import VIQR, VIQR_STAR, Viqr
from vnclean.language.alphabet import MARKED_LETTERS, decompose
from vnclean.language.lexicon import is_in_use, syllables_in_both_styles
from vnclean.language.not_prose import find_spans

__all__ = [
    "ViqrEdit",
    "ViqrWord",
    "find_viqr",
    "find_viqr_edits",
    "read_viqr",
    "viqr_weight",
    "weigh_viqr",
]

_SIGNED = r"[A-Za-z](?:[A-Za-z]|\\?[`^~'?.(+*])*"
_TOKEN = late_pattern(rf"(?<![\w`^~+*@/\\.$%&#=-]){_SIGNED}(?![\w@/\\$%=-]|[`^~'?.(+*][A-Za-z0-9])")
_STRONG = late_pattern(
    r"[aeoAEO]\^|[uoUO][+*]|[aeiouyAEIOUY][`~]|a\(['`?~.]|[ao]\([a-z]|dd[aeiou]|DD[AEIOUaeiou]"
)
_INNER = late_pattern(r"[aeiouyAEIOUY][.?'][A-Za-z]")
_CLOSING = frozenset(".?'(`~+*")
_PUNCTUATION = {".": 5.0, "?": 8.0, "'": 9.0, "(": 10.0, "`": 14.0, "~": 12.0, "+": 12.0, "*": 10.0}
"""Bits that a sign costs as punctuation after a word."""


class ViqrWord(NamedTuple):
    """A word with its marks read; offsets are characters, `strong` says the signs are telling."""

    start: int
    end: int
    reading: str
    strong: bool
    inner: bool
    """Whether a sign stands between letters."""
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
    strict = _ESCAPED.search(text) is not None
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
                frequency = syllables_in_both_styles().get(reading.lower())
                strong = _STRONG.search(word) is not None
                inner = _INNER.search(word) is not None
                best = ViqrWord(token.start(), end, reading, strong, inner, frequency)
                best_bits = bits
            if not word or word[-1] not in _CLOSING or (strict and word[-2:-1] == "\\"):
                break
            cost += _PUNCTUATION[word[-1]]
            word, end = word[:-1], end - 1
        if best is not None and best.reading != text[best.start : best.end]:
            yield best


def _bits(reading: str) -> float:
    lowered = reading.lower()
    frequency = syllables_in_both_styles().get(lowered)
    if frequency is not None:
        return 30.0 - frequency
    if not lowered.isalpha():
        return 70.0
    return 34.0 if lowered.isascii() else 60.0


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
        elif word.inner:
            weight += 0.6 if word.frequency is not None and word.frequency >= 11 else -1.0
        elif word.frequency is not None:
            weight += 0.1
    return weight


def weigh_viqr(data: bytes) -> Detection | None:
    """Say whether ASCII bytes are VIQR; None where nothing speaks for it."""
    if not _SIGNS.search(data):
        return None
    text = _sample_signs(data)
    words = list(find_viqr(text))
    weight = viqr_weight(words)
    strong = sum(word.strong or word.inner for word in words)
    if weight < 1.1 or strong < 2:
        return None
    name = _notation(text).name
    counts = {"good": float(len(words)), "strong": float(strong), "weight": weight}
    return Detection(name, round(1 - 2.0 ** -(weight + 0.5), 4), (("ascii", 2.0**-weight),), counts)


_SIGNS = late_pattern(
    rb"[aeoAEO]\^|[uoUO][+*]|[aeiouyAEIOUY][`~]|[aeiouyAEIOUY][.?'][a-z]|dd[aeiou]"
)


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
    escaped = _ESCAPED.search(text) is not None
    pieces = []
    at = 0
    for start, end, shown in _whole(text, escaped, _notation(text)):
        pieces.append(text[at:start])
        pieces.append(shown)
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


_ESCAPED = late_pattern(r"[A-Za-z(^+'`?~.*]\\[.?'(+^`~*]")
_RUN = late_pattern(r"(?<![\w@\\])[A-Za-z](?:[A-Za-z]|(?<=[A-Za-z(^+])[`^~'?.(+])+[.?'`]*")
_STAR_RUN = late_pattern(r"(?<![\w@\\])[A-Za-z](?:[A-Za-z]|(?<=[A-Za-z(^*])[`^~'?.(*])+[.?'`]*")


def _best_reading(text: str, start: int, end: int, notation: Viqr) -> str:
    """Read a run of letters and signs, the signs at its end as a mark or as punctuation."""
    follows = text[end : end + 2]
    goes_on = follows[:1] == " " and follows[1:].islower()
    best, least, cost = text[start:end], 1e9, 0.0
    for stop in range(end, max(start, end - 4), -1):
        if stop < end:
            sign = text[stop]
            if sign not in _CLOSING:
                break
            cost += _PUNCTUATION[sign]
            if sign in ".?":
                cost += 9.0 if goes_on else -3.0
        reading = notation.parse(text[start:stop])
        bits = _bits(reading) + cost
        if bits < least:
            best, least = reading + text[stop:end], bits
    return best


def may_be_viqr(text: str) -> bool:
    """Say from the signs in a text whether it could hold VIQR; nearly free on Vietnamese text.

    >>> may_be_viqr("Vie^.t"), may_be_viqr("ca'c ba.n"), may_be_viqr("các bạn. It's")
    (True, True, False)
    """
    if "^" in text or "`" in text or "u+o+" in text or "u*o*" in text:
        return True
    return text.isascii() and _LINE_SIGN.search(text) is not None


class ViqrEdit(NamedTuple):
    """A span of a text and what it says in VIQR; `weight` is the evidence of its line."""

    start: int
    end: int
    text: str
    weight: float


def find_viqr_edits(text: str) -> list[ViqrEdit]:
    """Find VIQR in a text that may hold other things too: mail headers, addresses, arithmetic.

    A line counts as VIQR by its own words, or where it says nothing against it and the lines
    around it are VIQR.

    >>> [edit.text for edit in find_viqr_edits("Vie^.t Nam\\nx = a^2 + b\\nmail: tai@ho.com")]
    ['Việt']
    >>> find_viqr_edits("e-mail? (^_^) a? co' y = e^x")
    []
    """
    lines: list[tuple[int, str, float, list[ViqrWord]]] = []
    start = 0
    for line in text.split("\n"):
        # Beside letters that VIQR makes do without, only its rarer signs are worth a look.
        if (line.isascii() or "^" in line or "`" in line) and _LINE_SIGN.search(line):
            words = _credible(line)
            if words:
                lines.append((start, line, viqr_weight(words), words))
        start += len(line) + 1
    whole = sum(weight for _, line, weight, words in lines if weight > 0 and _proven(line, words))
    escaped = any(weight >= 1 and _ESCAPED.search(line) for _, line, weight, _ in lines)
    edits: list[ViqrEdit] = []
    for start, line, weight, words in lines:
        strong = [word for word in words if word.strong or word.inner]
        right = sum(word.frequency is not None for word in strong)
        if weight < (0.3 if whole >= 6 else 0.9) or right < 0.7 * len(strong):
            continue
        if not _proven(line, words) and (whole < 6 or _foreign(line, words)):
            continue
        if weight >= 2 or whole >= 6 or escaped:
            found = list(_whole(line, escaped, _notation(line)))
        else:
            found = [(w.start, w.end, w.reading) for w in words if w.frequency is not None]
        edits.extend(
            ViqrEdit(start + begin, start + end, shown, max(weight, min(whole, 4.0)))
            for begin, end, shown in found
        )
    return edits


# A backtick that opens something: code in Markdown, a template in JavaScript, a quotation in TeX.
_OPENING = late_pattern(r"(?<![A-Za-z^(+*\\])`(?=\S)|`[$`]")
_PLAIN = late_pattern(r"(?<![\w^`~+*])[A-Za-z]{2,}(?![\w^`~+*'])")


def _credible(line: str) -> list[ViqrWord]:
    """Return the words that VIQR gives marks to, but for those whose signs have another use."""
    words = list(find_viqr(line))
    if "`" in line and _OPENING.search(line):
        words = [word for word in words if "`" not in line[word.start : word.end]]
    if not any(word.frequency is not None and _marks(word.reading) for word in words):
        # `dd` is a letter of Welsh, Luganda and others.
        words = [word for word in words if not line.startswith(("dd", "DD", "Dd"), word.start)]
    return words


def _proven(line: str, words: list[ViqrWord]) -> bool:
    """Say whether a line shows by itself that it is VIQR."""
    used = [word for word in words if word.frequency is not None and len(word.reading) > 1]
    distinct = {word.reading.lower() for word in used if _marks(word.reading)}
    if not line.isascii() and not MARKED_LETTERS.isdisjoint(line):
        return len(distinct) >= 3  # a table, or a text about VIQR
    if len(distinct) < 2 and not any(_marks(word.reading) > 1 for word in used if word.strong):
        return False
    return not _foreign(line, words)


def _foreign(line: str, words: list[ViqrWord]) -> bool:
    """Say whether the words that VIQR leaves alone are mostly none of Vietnamese."""
    plain = _PLAIN.findall(line)
    home = sum(is_in_use(word) for word in plain)
    home += sum(word.frequency is not None for word in words)
    return len(plain) >= 3 and home * 2 < len(plain)


def _marks(reading: str) -> int:
    """Return how many marks the vowels of a word have."""
    parts = [decompose(letter) for letter in reading.lower() if letter != "đ"]
    return sum((not vowel.isascii()) + bool(tone) for vowel, tone in parts)


_LINE_SIGN = late_pattern(_SIGNS.pattern.decode())
_CHUNK = late_pattern(r"\S+")


def _whole(text: str, escaped: bool, notation: Viqr) -> Iterator[tuple[int, int, str]]:
    """Yield what changes in a text that is VIQR from end to end; addresses stay."""
    runs = _RUN if notation is VIQR else _STAR_RUN
    for chunk in _CHUNK.finditer(text):
        if "@" in chunk[0] or any(find_spans(chunk[0])):
            continue
        if escaped:
            shown = notation.parse(chunk[0])
            if shown != chunk[0]:
                yield chunk.start(), chunk.end(), shown
            continue
        for run in runs.finditer(text, *chunk.span()):
            shown = _best_reading(text, *run.span(), notation)
            if shown != run[0]:
                yield run.start(), run.end(), shown

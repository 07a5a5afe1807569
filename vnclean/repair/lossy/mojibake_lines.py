"""Lines of shown UTF-8 that lost bytes on the way: fragments become words, in context."""

from __future__ import annotations

from collections.abc import Iterator

from vnclean.caches import late_pattern
from vnclean.language.casing import has_regular_case
from vnclean.language.lexicon import frequency
from vnclean.language.words import WORD
from vnclean.repair.half_repairs import whole_words
from vnclean.repair.lossy.byte_fragments import (
    is_certain,
    is_other_charset,
    is_whole,
    telling_lines,
)
from vnclean.repair.lossy.fragment_slots import FragmentSlots, line_weights
from vnclean.repair.mojibake_atoms import fill_lost_bytes
from vnclean.repair.other_charsets import lines_in_other_charsets
from vnclean.repair.word_decoder import Slot, decode_words
from vnclean.transform import Edit

__all__ = ["decode_mojibake_lines", "find_mojibake_lines"]

_QUOTE_INSIDE = late_pattern("[^\\W\\d_]['\"][^\\W\\d_]")
_BESIDE_WORDS = frozenset("!\"'(),-./0123456789:;?[]“”‘’…–—")


def find_mojibake_lines(text: str) -> list[tuple[int, int]]:
    """Return start and end of each line that holds pieces of shown UTF-8."""
    found = []
    for start, end in telling_lines(text):
        line = text[start:end]
        if not _lost_nothing(line) and not is_other_charset(line):
            found.append((start, end))
    if found:  # a charset that lost nothing explains a line better
        others = lines_in_other_charsets(text, lambda start, end: False)
        found = [span for span in found if span not in others]
    return found


def _lost_nothing(line: str) -> bool:
    """Say whether a line lost nothing: as a whole, or in each word that is not clean."""
    if "Ì" in line:  # decomposed: what tones lost is known, and `mojibake` puts it back
        line = fill_lost_bytes(line)
    return is_whole(line) or all(
        word.isascii() or _is_clean(word) or is_whole(word) for word in line.split(" ")
    )


def _is_clean(word: str) -> bool:
    """Say whether a word with its punctuation holds nothing but syllables in use."""
    return (
        _BESIDE_WORDS.issuperset(WORD.sub("", word))
        and _QUOTE_INSIDE.search(word) is None
        and all(
            part.isascii() or (has_regular_case(part) and frequency(part) > 0)
            for part in WORD.findall(word)
        )
    )


def decode_mojibake_lines(
    text: str, lines: list[tuple[int, int]], certain: float
) -> Iterator[Edit]:
    """Decode lines of half-lossy mojibake together and yield an edit for each word."""
    from vnclean.language import ngram

    code = ngram.load().code
    weights = line_weights([text[start:end] for start, end in lines])
    cutters = {way: FragmentSlots(way) for way in set(weights)}
    sequence: list[Slot | int] = []
    for (start, end), way in zip(lines, weights, strict=True):
        for slot in cutters[way].cut(text, start, end):
            sequence.append(slot if slot.candidates else code(slot.shown))
        sequence.append(ngram.BOUNDARY * 4)
    words = decode_words(sequence)
    # One word in a document may be anybody's; two are evidence.
    established = len(words) > 1 or any(is_certain(text[start:end]) for start, end in lines)
    edits = [
        word.edit("lossy.half_mojibake", established and word.confidence >= certain)
        for word in words
        if word.is_repair
    ]
    yield from whole_words(text, edits)

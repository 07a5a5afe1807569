"""Which letter ư was lost: `cha` or `chưa`, told by the language model from the words around it.

TCVN3 writes ư with the byte of the soft hyphen, which mail programs and word processors dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vnclean.charsets.undecoded.soft_hyphens import hornless_syllables
from vnclean.charsets.undecoded.words import LegacyWord
from vnclean.language import ngram
from vnclean.language.casing import match_shape
from vnclean.language.lexicon import frequency
from vnclean.language.syllable import is_spellable
from vnclean.repair.word_decoder import Candidate, Slot, decode_words

__all__ = ["restore_lost_horns"]

_MUCH_RARER = 7
"""Frequency classes by which a word must be rarer than one with ư to be no candidate beside it."""


def restore_lost_horns(text: str, words: Sequence[LegacyWord]) -> list[LegacyWord]:
    """Return the words with each lost ư decided in context; others are passed on as they are."""
    restored = {word.start: word for word in words}
    by_start: dict[int, LegacyWord] = {}
    sequence: list[Slot | int] = []
    lines = _lines_with_loss(text, words)
    for piece in _pieces(text, lines, words) if lines else ():
        if isinstance(piece, str):
            sequence.append(ngram.load().code(piece))
        else:
            by_start[piece.start] = piece
            shown = text[piece.start : piece.end]
            sequence.append(Slot(piece.start, piece.end, shown, _candidates(piece)))
    for decoded in decode_words(sequence) if sequence else ():
        start = decoded.slot.start
        if len(decoded.slot.candidates) > 1 or decoded.is_repair:
            restored[start] = by_start[start]._replace(text=decoded.best.surface)
            if not decoded.is_repair:
                del restored[start]
    return [restored[start] for start in sorted(restored)]


def _lines_with_loss(text: str, words: Sequence[LegacyWord]) -> list[tuple[int, int]]:
    """Return the lines that hold a word whose soft hyphens were lost."""
    spans: list[tuple[int, int]] = []
    for word in words:
        if word.misreading.soft_hyphen == "dropped" and not (spans and word.start < spans[-1][1]):
            start = text.rfind("\n", 0, word.start) + 1
            end = text.find("\n", word.end)
            spans.append((start, len(text) if end < 0 else end))
    return spans


def _pieces(
    text: str, spans: Sequence[tuple[int, int]], words: Sequence[LegacyWord]
) -> Iterator[LegacyWord | str]:
    """Yield the words that may have lost a letter, and what stands between them, in order."""
    queue = iter(words)
    dropped = next(w.misreading for w in words if w.misreading.soft_hyphen == "dropped")
    word = next(queue, None)
    for start, end in spans:
        misreading, bits = dropped, 0.0
        at = start
        while at < end:
            while word is not None and word.start < at:
                word = next(queue, None)
            stop = end if word is None or word.start >= end else word.start
            for token in ngram.TOKEN.finditer(text, at, stop):
                if token[0].lower() in hornless_syllables():
                    yield LegacyWord(*token.span(), token[0], misreading, bits)
                else:
                    yield token[0]
            if word is None or word.start >= end:
                break
            misreading, bits = word.misreading, word.bits
            if word.text.isalpha():
                yield word
            else:
                yield from ngram.TOKEN.findall(word.text)
            at = word.end
        yield "\n"


def _candidates(word: LegacyWord) -> tuple[Candidate, ...]:
    """Return what a word may have been, as it stands first."""
    lowered = word.text.lower()
    bare = lowered.replace("ư", "")
    surfaces = [match_shape(word.text, syllable) for syllable in hornless_syllables().get(bare, ())]
    if word.misreading.soft_hyphen != "dropped" or not surfaces:
        surfaces = [word.text]
    elif is_spellable(bare) and 0 < frequency(surfaces[0]) < frequency(bare) + _MUCH_RARER:
        surfaces.insert(0, match_shape(word.text, bare))
    return tuple(Candidate(surface, ngram.load().code(surface), 0.0) for surface in surfaces)

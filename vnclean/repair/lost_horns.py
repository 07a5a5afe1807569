"""Which letter ư was lost: `cha` or `chưa`, told by the language model from the words around it.

TCVN3 writes ư with the byte of the soft hyphen, which mail programs and word processors dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vnclean.charsets.undecoded.soft_hyphens import hornless_syllables
from vnclean.charsets.undecoded.words import LegacyWord
from vnclean.language.casing import match_shape
from vnclean.language.lexicon import is_in_use

__all__ = ["settle_horns"]


def settle_horns(text: str, words: Sequence[LegacyWord]) -> list[LegacyWord]:
    """Return the words with each lost ư decided in context; others are passed on as they are."""
    spans = _lines_with_loss(text, words)
    if not spans:
        return list(words)
    from vnclean.language import ngram
    from vnclean.repair import decoder

    model = ngram.load()
    table = decoder.Candidates()
    rows: list[int] = []
    slots: list[tuple[LegacyWord, tuple[str, ...]] | None] = []
    for piece in _pieces(text, spans, words):
        if isinstance(piece, LegacyWord):
            options = _options(piece)
            codes = [model.code(option) for option in options]
            rows.append(table.add(codes, [0.0] * len(codes)))
            slots.append((piece, options))
        else:
            code = model.code(piece)
            if code >= 0:
                rows.append(table.fixed(code))
                slots.append(None)
    import numpy as np

    decoded = decoder.decode(np.array(rows), table, model)
    settled = {word.start: word for word in words}
    for place, slot in enumerate(slots):
        if slot is None or len(slot[1]) < 2:
            continue
        word, options = slot
        choice = options[int(decoded.best[place])]
        if choice != text[word.start : word.end]:
            settled[word.start] = word._replace(text=choice)
        else:
            settled.pop(word.start, None)
    return [settled[start] for start in sorted(settled)]


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
    from vnclean.language.ngram import TOKEN

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
            for token in TOKEN.finditer(text, at, stop):
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
                yield from TOKEN.findall(word.text)
            at = word.end
        yield "\n"


def _options(word: LegacyWord) -> tuple[str, ...]:
    """Return what a word may have been, as it stands first."""
    lowered = word.text.lower()
    bare = lowered.replace("ư", "")
    whole = tuple(
        match_shape(word.text, syllable) for syllable in hornless_syllables().get(bare, ())
    )
    if word.misreading.soft_hyphen != "dropped" or not whole:
        return (word.text,)
    if is_in_use(bare):
        return (match_shape(word.text, bare), *whole)
    return whole

"""Words typed by the keyboard of Windows whose letters lost their horns, decoded in context.

Those without a sign are asked about too (`nam`: `năm`), since all of such a text went that way.
"""

from __future__ import annotations

from vnclean.caches import late_pattern
from vnclean.language.casing import match_shape
from vnclean.language.typed_tones import may_have_been
from vnclean.repair.word_decoder import Candidate, Slot, decode_words
from vnclean.transform import Edit

__all__ = ["TYPED_TONES", "restore_typed_tones"]

TYPED_TONES = "lossy.typed_tones"
"""The rule."""

_SIGN = late_pattern("[`´~?]")
_WORD = late_pattern("[A-Za-zÐÂÊÔâêô]+(?:[`´~?][A-Za-zÐÂÊÔâêô]*)?")
_QUESTION = late_pattern(r"\?(?=[\s\"'”’)]*(?:\Z|\n|[A-ZÐ]))")
"""A question mark that may be one."""


def restore_typed_tones(text: str, certain: float) -> list[Edit]:
    """Return an edit for each word of a text of that kind; a suggestion below `certain`."""
    from vnclean.language import ngram

    code = ngram.load().code
    sequence: list[Slot | int] = []
    at = 0
    for match in _WORD.finditer(text):
        sequence += map(code, ngram.TOKEN.findall(text, at, match.start()))
        start, at = match.span()
        if match[0].endswith("?") and _QUESTION.match(text, at - 1) is not None:
            at -= 1
        shown = text[start:at]
        surfaces = [
            match_shape(_SIGN.sub("", shown), syllable) for syllable in may_have_been(shown)
        ]
        if surfaces and surfaces != [shown]:
            candidates = tuple(Candidate(surface, code(surface), 0.0) for surface in surfaces)
            sequence.append(Slot(start, at, shown, candidates))
        else:
            sequence += map(code, ngram.TOKEN.findall(shown))
    return [
        word.edit(TYPED_TONES, word.confidence >= certain)
        for word in decode_words(sequence)
        if word.is_repair
    ]

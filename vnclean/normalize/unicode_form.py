"""One way to write each letter: precomposed, with its marks in the order that Unicode knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from vnclean.after_edits import identify_after
from vnclean.caches import cached, late_pattern
from vnclean.language.alphabet import BASE, COMBINING_TONES, QUALITY, VOWELS, compose
from vnclean.language.casing import match_case
from vnclean.language.lexicon import frequency
from vnclean.language.not_prose import Addresses
from vnclean.language.typed_tones import has_typed_tones
from vnclean.language.words import line_bounds, stands_alone, word_bounds
from vnclean.scan import ANY, RARE, Clue, Scan, clue
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["UnicodeForm"]

_TONES = {mark: tone for tone, mark in enumerate(COMBINING_TONES) if mark}
_MARKED = {(BASE[vowel], mark): vowel for vowel, mark in QUALITY.items()}
_LONGEST = 30
"""How many marks on one letter are looked at: Unicode's stream-safe limit. Longer heaps are left
as they are, because putting them in order takes time that grows with the square of their length."""

# Spacing marks that some editors leave beside the letter they belong to; the keyboard of Windows
# types its tones as such into programs of one-byte text.
_SPACING = {
    "´": "\u0301", "ˊ": "\u0301", "`": "\u0300", "ˋ": "\u0300", "˜": "\u0303", "~": "\u0303",
    "ˆ": "\u0302", "˘": "\u0306",
}  # fmt: skip
_VOWEL, _SPACED = "[aeiouyAEIOUYăâêôơưĂÂÊÔƠƯ]", f"[{''.join(_SPACING)}]"
_APART = f"[{''.join(_TONES)}]"
"""Tones that stand behind a blank, as forms and PDF files leave them."""
_BESIDE = clue(
    "unicode_form.beside",
    f"(?<={_VOWEL})(?:{_SPACED}| {_APART})",
    (1, _VOWEL, _SPACED, ANY),
    (0, "[ ]", _APART, ANY),
)
_OPENING = late_pattern(r"(?<![^\W_])`(?=\w)")


@register
@dataclass(frozen=True, repr=False)
class UnicodeForm(Transform):
    """Write letters precomposed (NFC) and mend the mark orders that NFC can't.

    A tone typed before the circumflex, breve or horn (ò + ̂ is ồ), a mark typed twice, and a
    spacing mark in a word or at its end (tiê´ng, go`) or behind a blank are mended as well. Not
    touched: letters of other scripts, signs, and heaps of more than 30 marks on one letter.

    >>> UnicodeForm()("Tiê\u0301ng Viê\u0323t, hô\u0300ng, to\u0300\u0302i\u0300")
    'Tiếng Việt, hồng, tồì'
    """

    name: ClassVar[str] = "unicode_form"
    clues: ClassVar[Sequence[Clue]] = (
        RARE,
        _BESIDE,
    )
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "form.composed": "letter and combining marks were written apart",
        "form.mark_order": "the tone mark was typed before the circumflex, breve or horn",
        "form.doubled_mark": "the same combining mark was typed twice",
        "form.spacing_mark": "a stand-alone mark stood beside its letter (tiê´ng)",
    }

    def concerns(self, scan: Scan) -> bool:
        """Look for a character that normalization moves or changes, or a mark beside a letter."""
        return any(map(_matters, scan.unusual)) or scan.finds(_BESIDE)

    def find(self, scan: Scan) -> Iterator[Edit]:
        """Yield one edit for each letter with its marks, one for each word with a spacing mark."""
        clusters = list(_clusters(scan.text, scan))
        if not scan.finds(_BESIDE):
            yield from clusters
            return
        words = list(_beside(scan))
        taken = 0
        for edit in sorted(clusters + words, key=lambda edit: (edit.start, -edit.end)):
            if edit.start >= taken:
                yield edit
                taken = edit.end


@cached(4096)
def _matters(character: str) -> bool:
    """Say whether normalization may change a character, alone or after others."""
    if "\uf900" <= character <= "\ufaff" or "\U0002f800" <= character <= "\U0002fa1f":
        return False  # compatibility ideographs: NFC takes the variant away
    if "\u1160" <= character <= "\u11ff":
        return True  # Hangul vowels and finals compose with what is before them
    return (
        unicodedata.category(character)[0] == "M"
        or unicodedata.normalize("NFC", character) != character
    )


def _clusters(text: str, scan: Scan) -> Iterator[Edit]:
    moving = set(filter(_matters, scan.unusual))
    if not moving:
        return
    run = re.compile(f"[{re.escape(''.join(sorted(moving)))}]++")
    done = 0
    for at in scan.where(moving):
        match = run.match(text, at) if at >= done else None
        if match is None:
            continue
        done = match.end()
        start, end = max(match.start() - 1, 0), match.end()
        cluster = text[start:end]
        # Other scripts have orders of their own; a sign like the angstrom is no letter.
        if not 2 <= len(cluster) <= _LONGEST + 1 or not _IS_LATIN.fullmatch(cluster):
            continue
        mended, rule = _compose(cluster)
        if mended != cluster:
            yield Edit(start, end, mended, rule)


_IS_LATIN = late_pattern("(?![ªº×÷])[A-Za-z\u00aa-\u024f\u1e00-\u1eff][\u0300-\u036f]+")


def _compose(cluster: str) -> tuple[str, str]:
    """Return a letter and its marks as one letter, and the rule."""
    composed = unicodedata.normalize("NFC", cluster)
    if len(composed) == 1:
        return composed, "form.composed"
    apart = unicodedata.normalize("NFD", cluster)
    letter, marks = apart[0], apart[1:]
    vowel, tone = letter.lower(), 0
    distinct = dict.fromkeys(marks)
    if vowel not in VOWELS:
        return composed, "form.composed"
    for mark in distinct:
        if mark in _TONES and not tone:
            tone = _TONES[mark]
        elif (vowel, mark) in _MARKED:
            vowel = _MARKED[vowel, mark]
        else:
            return composed, "form.composed"  # no Vietnamese letter
    doubled = len(distinct) < len(marks)
    mended = match_case(letter, compose(vowel, tone))
    return mended, "form.doubled_mark" if doubled else "form.mark_order"


def _beside(scan: Scan) -> Iterator[Edit]:
    """Yield words that come into use when the spacing marks in them are put on their letters."""
    text = scan.text
    if has_typed_tones(text):
        return  # horns were lost too: da~ was đã, and dã would be another word
    edits = []
    done = 0
    for match in scan.matches(_BESIDE):
        at = match.start()
        if at < done:
            continue
        start = word_bounds(text, at, at)[0]
        end = at
        while end - start < 16 and (mark := _MARK_AT.match(text, end)):
            end = word_bounds(text, mark.end(), mark.end())[1]
        done = end
        word = _joined(_MARK_AT.sub(lambda mark: _combining(mark[0]), text[start:end]))
        if (
            frequency(word)
            and stands_alone(text, start, end)
            and not scan.once(Addresses).hold(start, end)
            and not (text[end - 1] in "`~" and _quotes_code(text, start))
        ):
            edits.append(Edit(start, end, word, "form.spacing_mark", 0.98))
    told = _lines_that_tell(text, edits)
    # What speaks for them is the text as they leave it.
    for edit, language, at in identify_after(text, edits):
        if line_bounds(text, edit.start)[0] in told or language.is_vietnamese(at):
            yield edit


def _lines_that_tell(text: str, edits: Sequence[Edit]) -> set[int]:
    """Return where the lines begin that have two syllables with a mark in their middle.

    In other languages a mark behind its vowel stands at a word's end (caffe`), if anywhere.
    """
    words: dict[int, set[str]] = {}
    for edit in edits:
        if text[edit.end - 1] not in _SPACING:
            line, _ = line_bounds(text, edit.start)
            words.setdefault(line, set()).add(edit.replacement.lower())
    return {line for line, told in words.items() if len(told) > 1}


_MARK_AT = late_pattern(f"{_SPACED}|(?<! ) {_APART}")


def _combining(mark: str) -> str:
    return _SPACING.get(mark, mark[-1])


def _quotes_code(text: str, start: int) -> bool:
    """Say whether a sign that opens code or a name stands before a word in its line."""
    line = text.rfind("\n", 0, start) + 1
    return _OPENING.search(text, max(line, start - 200), start + 1) is not None


def _joined(apart: str) -> str:
    return re.sub(
        "[^\u0300-\u036f][\u0300-\u036f]+", lambda match: _compose(match.group())[0], apart
    )

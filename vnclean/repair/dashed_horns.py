"""Words of TCVN3 whose ư became a hyphen in text that is Unicode by now: `đ-ợc`, `ng-ời`, `nh-`.

TCVN3 writes ư with the byte of the soft hyphen, and converters took that for a hyphen.
"""

from __future__ import annotations

from collections.abc import Iterator

from vnclean.after_edits import identify_after
from vnclean.caches import late_pattern
from vnclean.charsets.undecoded.soft_hyphens import HORNED_O, hornless_syllables
from vnclean.language.casing import has_regular_case
from vnclean.language.lexicon import is_in_use
from vnclean.scan import clue
from vnclean.transform import Edit

__all__ = ["DASHED_HORN", "find_dashed_horns"]

DASHED_HORN = clue(
    "legacy.dashed_horn",
    rf"-[{HORNED_O}](?<=[^\W\d_]-.)",  # the hyphen first: the search for it is fast
    (1, r"[^\W\d_]", "[-]", f"[{HORNED_O}]"),
)
"""A hyphen before ơ inside a word: nothing but a lost ư puts it there."""
_WORD = late_pattern(r"(?<![\w-])[^\W\d_]+-[^\W\d_]*(?![\w-])|(?<![\w-])-[^\W\d_]+(?![\w-])")
_ENOUGH = 2
"""Different words that tell that a text lost its ư; then also `nh-` and `m-a` are believed."""


def find_dashed_horns(text: str, beside_tcvn3: bool = False) -> Iterator[Edit]:
    """Yield an edit for each word that a hyphen in the place of ư keeps from being one.

    `beside_tcvn3` says that the text has words of TCVN3, so that one such word tells enough.

    >>> [edit.replacement for edit in find_dashed_horns("Ng-ời dân nhà n-ớc, nh- ăn-ten, đi-văng")]
    ['Người', 'nước', 'như']
    """
    if DASHED_HORN.pattern.search(text) is None:
        return
    found = []
    for match in _WORD.finditer(text):
        shown = match.group()
        bare = shown.replace("-", "")
        horn = "Ư" if bare.isupper() and len(bare) > 1 else "ư"
        word = shown.replace("-", horn)
        if bare.lower() in hornless_syllables() and is_in_use(word) and has_regular_case(word):
            found.append(Edit(*match.span(), word, "legacy.dashed_horn", 0.985))
    sure = {edit.replacement for edit in found if DASHED_HORN.pattern.search(text, *_span(edit))}
    for edit, language, at in identify_after(text, found):
        told = edit.replacement in sure or len(sure) >= (1 if beside_tcvn3 else _ENOUGH)
        if told and language.is_vietnamese(at):
            yield edit


def _span(edit: Edit) -> tuple[int, int]:
    return edit.start, edit.end

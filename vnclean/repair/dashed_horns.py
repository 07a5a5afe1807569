"""Words of TCVN3 whose ư became a hyphen in text that is Unicode by now: `đ-ợc`, `ng-ời`, `nh-`.

TCVN3 writes ư with the byte of the soft hyphen, and converters took that for a hyphen.
"""

from __future__ import annotations

from collections.abc import Iterator

from vnclean.after_edits import identify_after
from vnclean.caches import late_pattern
from vnclean.charsets.undecoded.soft_hyphens import HORNED_O, hornless_syllables
from vnclean.language.alphabet import MARKED_LETTERS
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
_VOWEL = late_pattern(f"[aeiouyAEIOUY{''.join(sorted(MARKED_LETTERS - {'đ', 'Đ'}))}]")
_SHORT = 3
"""Characters of a word that may be an abbreviation with a hyphen."""
_ENOUGH = 3
"""Points that tell that a text lost its ư: two for each different word that tells it, one for each
other that may have lost it (`nh-`, `m-a`), one where no ư is left. With fewer, only the first are
mended."""


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
    sure = {edit.replacement for edit in found if _is_told(text, edit)}
    points = len(sure) + len({edit.replacement for edit in found}) + ("ư" not in text)
    lost = points >= _ENOUGH or (beside_tcvn3 and bool(sure))
    for edit, language, at in identify_after(text, found):
        if (lost or edit.replacement in sure) and language.is_vietnamese(at):
            yield edit


def _is_told(text: str, edit: Edit) -> bool:
    """Say whether a word lost an ư for sure: before an ơ, or as its only vowel (nh-ng)."""
    return DASHED_HORN.pattern.search(text, edit.start, edit.end) is not None or (
        edit.end - edit.start > _SHORT and _VOWEL.search(text, edit.start, edit.end) is None
    )

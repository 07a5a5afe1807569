"""The language of a text as it will be: damage hides that a text is Vietnamese."""

from __future__ import annotations

from collections.abc import Iterator

from vnclean.language.identify import LanguageIdentifier
from vnclean.transform import Edit, apply_edits

__all__ = ["identify_after"]


def identify_after(text: str, edits: list[Edit]) -> Iterator[tuple[Edit, LanguageIdentifier, int]]:
    """Yield each edit with the language of the text as all of them leave it, and its place there.

    What speaks for a repair is the text repaired.

    >>> [(edit.start, language.is_vietnamese(at), at) for edit, language, at in identify_after(
    ...     "Ti\\u200bếng Vi\\u200bệt", [Edit(2, 3, "", "demo"), Edit(9, 10, "", "demo")])]
    [(2, True, 2), (9, True, 8)]
    """
    language = LanguageIdentifier(apply_edits(text, edits))
    shift = 0
    for edit in edits:
        yield edit, language, edit.start + shift
        shift += len(edit.replacement) - (edit.end - edit.start)

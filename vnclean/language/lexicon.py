"""The syllables that Vietnamese text uses, with how frequent they are, in both tone styles.

A frequency class is the rounded binary logarithm of occurrences per thousand million syllables.
Source: counts over the training text named in the header of `data/syllables.tsv`.
"""

from __future__ import annotations

from importlib.resources import files

from vnclean.caches import cached_table
from vnclean.language.syllable import OPEN_RHYMES, parse, place_tone

__all__ = ["frequency", "is_in_use", "syllables_in_both_styles", "syllables_in_use"]


@cached_table
def syllables_in_use() -> dict[str, int]:
    """Return the syllables in use (lower case, old tone style) with their frequency class.

    >>> syllables_in_use()["của"] > syllables_in_use()["khuỷu"], "hoà" in syllables_in_use()
    (True, False)
    """
    table = files("vnclean.data").joinpath("syllables.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.split("\n") if line and line[0] != "#")
    return {syllable: int(frequency) for syllable, frequency in rows}


@cached_table
def syllables_in_both_styles() -> dict[str, int]:
    """Return the syllables in use (lower case, either tone style) with their frequency class.

    >>> syllables_in_both_styles()["hoà"] == syllables_in_both_styles()["hòa"]
    True
    """
    both = dict(syllables_in_use())
    for syllable, value in syllables_in_use().items():
        if syllable.endswith(OPEN_RHYMES) and (parts := parse(syllable)) is not None:
            both.setdefault(place_tone(parts, "new"), value)
    return both


def frequency(word: str) -> int:
    """Return the frequency class of a precomposed syllable in either style, 0 if not in use.

    >>> frequency("Hoà") == frequency("hòa") > 0, frequency("web")
    (True, 0)
    """
    return syllables_in_both_styles().get(word.lower(), 0)


def is_in_use(word: str) -> bool:
    """Say whether a precomposed word of any case is a syllable in use, in either tone style.

    >>> is_in_use("Hoà"), is_in_use("web")
    (True, False)
    """
    return word.lower() in syllables_in_both_styles()

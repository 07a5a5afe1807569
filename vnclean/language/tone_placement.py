"""Tone placement inside a word: the misplaced mark, the old and the new style.

Source of facts: `qủa`, `gíơ`, `tòan`, `chuỷên` break the rules of either style; the styles differ
in the open rhymes oa, oe and uy only.
"""

from __future__ import annotations

from vnclean.caches import cached, cached_table
from vnclean.language.alphabet import VOWELS, compose
from vnclean.language.casing import has_regular_case, match_case
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.syllable import Syllable, parse, place_tone, toneless_table

__all__ = [
    "impossible_sequence",
    "mend_placement",
    "other_style",
    "restyle_table",
]

_OPEN = ("oa", "oe", "uy")
_OTHER_READING = frozenset({"gịa"})
"""Well placed when read otherwise: g + ịa in `giặt gịa`, beside gi + ạ."""


def mend_placement(word: str, style: str = "old") -> str | None:
    """Return a syllable with its misplaced tone mark put right; None where nothing is wrong.

    Only where the mended syllable is in use: `più` or `maó` of other languages stay. Loan rhymes
    with a double o (moóc, móoc) are written both ways and stay.

    >>> mend_placement("Tòan"), mend_placement("qủa"), mend_placement("chuỷên")
    ('Toàn', 'quả', 'chuyển')
    >>> mend_placement("hoà"), mend_placement("hòa"), mend_placement("più")
    (None, None, None)
    """
    lowered = word.lower()
    if len(lowered) != len(word):
        return None
    parts = parse(lowered)
    if parts is None or not parts.tone or parts.rhyme.startswith("oo"):
        return None
    old, new = place_tone(parts, "old"), place_tone(parts, "new")
    if lowered in (old, new) or lowered in _OTHER_READING or old not in syllables_in_use():
        return None
    if not has_regular_case(word):
        return None  # `XoÃ`: case that no writer gives a syllable, but mojibake does
    return match_case(word, new if style == "new" else old)


def other_style(word: str) -> str | None:
    """Return an open oa, oe or uy syllable in the style it is not written in; None for others.

    >>> other_style("Hòa"), other_style("Uỷ"), other_style("toàn"), other_style("quý")
    ('Hoà', 'Ủy', None, None)
    """
    lowered = word.lower()
    parts = parse(lowered)
    if parts is None or parts.rhyme not in _OPEN or not parts.tone or parts.onset == "qu":
        return None
    old, new = place_tone(parts, "old"), place_tone(parts, "new")
    if lowered not in (old, new):
        return None
    return match_case(word, new if lowered == old else old)


@cached(2)
def restyle_table(style: str) -> dict[str, str]:
    """Return lower-case syllables of the other style, each with its form in `style`.

    >>> restyle_table("old")["hoà"], restyle_table("new")["thủy"]
    ('hòa', 'thuỷ')
    """
    other = "new" if style == "old" else "old"
    pairs = (
        Syllable(onset, rhyme, tone)
        for onset, rhyme in toneless_table().values()
        if rhyme in _OPEN and onset != "qu"
        for tone in range(1, 6)
    )
    return {place_tone(parts, other): place_tone(parts, style) for parts in pairs}


@cached_table
def _misplaced() -> frozenset[str]:
    """Return every misspelling of a syllable in use that has its tone on another vowel letter."""
    found = set()
    for syllable in syllables_in_use():
        parts = parse(syllable)
        if parts is None or not parts.tone:
            continue
        bare = parts.onset + parts.rhyme
        for at, letter in enumerate(bare):
            if letter in VOWELS:
                moved = bare[:at] + compose(letter, parts.tone) + bare[at + 1 :]
                if mend_placement(moved) == syllable:
                    found.add(moved)
    return frozenset(found)


def _toned(vowels: str) -> str:
    """Return the letters that the given vowels make with a tone mark, both cases."""
    lower = "".join(compose(vowel, tone) for vowel in vowels for tone in range(1, 6))
    return lower + lower.upper()


@cached_table
def impossible_sequence() -> str:
    """Return a regular expression that finds a misplaced tone mark in any word in use.

    It matches in every such word (`hiệu qủa`, `lọai`, `biả`) and in hardly any well-spelled one.
    It is laid out for speed: it begins with one set of letters, and most of those fail at the next
    test. It knows nothing of other languages, and a few rare words (moóc) match too: ask
    `mend_placement` about the word.

    >>> import re
    >>> search = re.compile(impossible_sequence()).search
    >>> [bool(search(word)) for word in ("Tòan", "quả", "HÒA", "LOÀI", "lọai", "haỉ", "biả")]
    [True, False, False, False, True, True, True]
    >>> [bool(search(word)) for word in ("già", "quá", "mùa", "tạo", "cáu")]
    [False, False, False, False, False]
    """
    a, i, o, u, y, ư = (_toned(vowel) for vowel in "aiouyư")
    return (
        f"[{a}{i}{o}{u}{y}{ư}](?:"
        f"[eoăâêôơưEOĂÂÊÔƠƯ](?:(?<![{a}{o}].)|(?<=[{o}][ăĂ]))"  # vịêt, qúôc, ngừơi, hòăn
        f"|[aeiuyAEIUY](?:[acêimnoptuyACÊIMNOPTUY](?<![{a}]..)"  # tòan, chuỷên
        f"|(?<=[gG][{i}{o}{u}{y}][auAU]))"  # gìa
        # haỉ, laọ, qủa, biả, cuả, muì; not new hoà, thuý, nor quá, gió
        f"|(?<=[{_BEFORE}].)(?<![oO][{a}])(?<![uU][{y}])(?<![qQ][uU].)(?<![gG][iI].))"
    )


def impossible_windows() -> tuple[tuple[int, str, str, str], ...]:
    """Return three sets of characters side by side for each way in which that expression matches.

    One fits wherever it matches, and it matches wherever one fits; the number says how many of the
    three stand before the toned letter. Sets are written as in a regular expression.
    """
    a, i, o, u, y, ư = (_toned(vowel) for vowel in "aiouyư")
    every, others = a + i + o + u + y + ư, _BEFORE.translate(dict.fromkeys(map(ord, "oOuUiI")))
    return (
        (0, f"[{i}{u}{y}{ư}]", "[eoăâêôơưEOĂÂÊÔƠƯ]", _ANY),
        (0, f"[{o}]", "[ăĂ]", _ANY),
        (0, f"[{i}{o}{u}{y}{ư}]", "[aeiuyAEIUY]", "[acêimnoptuyACÊIMNOPTUY]"),
        (1, "[gG]", f"[{i}{o}{u}{y}]", "[auAU]"),
        (2, _ANY, f"[{others}]", f"[{every}]"),
        (2, _ANY, "[oO]", f"[{i}{o}{u}{y}{ư}]"),
        (2, "[^qQ]", "[uU]", f"[{a}{i}{o}{u}{ư}]"),
        (2, "[^gG]", "[iI]", f"[{every}]"),
    )


_BEFORE = "".join(vowel + vowel.upper() for vowel in "aâeêôơưoqiuy")
_ANY = r"[\w\W]"

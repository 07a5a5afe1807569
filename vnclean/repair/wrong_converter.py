"""Unicode text that a converter took for VNI: `cơng ty`, `cịn`, `tồn` for `công ty`, `còn`, `toàn`.

The converter reads each letter of windows-1252 as the byte of VNI that it has there, alone or with
the vowel before it, and leaves all others. So such a text has no ô, ò, ó, nor oà, oá, oã; what
stands in their place is often another word, and which it was the words around it tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from vnclean.caches import cached_table, late_pattern
from vnclean.charsets.misread_pages import vni_readings
from vnclean.charsets.undecoded.soft_hyphens import hornless_syllables
from vnclean.language import ngram
from vnclean.language.casing import match_shape
from vnclean.language.lexicon import frequency, syllables_in_both_styles
from vnclean.language.words import line_bounds
from vnclean.repair.word_decoder import Candidate, DecodedWord, Slot, decode_words
from vnclean.scan import ANY, Scan, clue
from vnclean.transform import Edit

__all__ = ["CONVERTED", "find_wrong_conversions", "may_be_converted", "read_as_vni"]

CONVERTED = clue(
    "legacy.converted",
    r"(?:(?<=[cChH])|(?<![^\W\d_]))[ơƠ][nN][gG](?![^\W\d_])|[ịĩỊĨ][nN][gG](?![^\W\d_])"
    r"|(?:(?<=[cC])[ịĩỊĨ][nN]|(?<=[cCnN])[ĩĨ]|[ĩĨ][iI]"
    r"|(?<=[vV])[ơƠ]|(?<=[tT])[ơƠ][iI]|(?<=[mM])[ơƠ][nN]|(?<=[tT])[ồốỒỐ][nN])(?![^\W\d_])",
    (1, r"[cChH\W\d_]", "[ơƠ]", "[nN]", "[gG]"),
    (0, "[ịĩỊĨ]", "[nN]", "[gG]"),
    (1, "[cC]", "[ịĩỊĨ]", "[nN]"),
    (1, "[cCnN]", "[ĩĨ]", "[^a-zA-Z]"),
    (0, "[ĩĨ]", "[iI]", ANY),
    (1, "[vV]", "[ơƠ]", "[^a-zA-Z]"),
    (1, "[tT]", "[ơƠ]", "[iI]"),
    (1, "[mM]", "[ơƠ]", "[nN]"),
    (1, "[tT]", "[ồốỒỐ]", "[nN]"),
)
"""Endings that no syllable has (`khơng`, `phịng`, `cịn`, `nĩi`), and words that hardly any text has
but often what they may have been (`cĩ`, `tơi`, `tồn`): those that are told by three characters
which clean text seldom has."""
_CHANGED = frozenset("ôòóÔÒÓ")
"""The most frequent of the letters that no line has which went through the converter."""
_LOOSE = frozenset({"ơ", "ơi", "ơn", "ồn", "ốn"})
"""Those endings that other words have as well; one alone tells nothing."""
_LEAST_FREQUENCY = 6
"""Frequency class below which no syllable is thought to have gone through the converter."""
_RARER = 3
"""Frequency classes by which a word must be rarer than what it may have been, to tell anything."""
_SURE = 0.9
"""Posterior from which on a telling word is believed to be another."""
_ENOUGH = 2
"""Different telling words that show that lines went through the converter."""


@cached_table
def _pairs() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, vni_readings())))


def read_as_vni(text: str) -> str:
    """Return what a converter from VNI makes of text that is shown in windows-1252 or Unicode.

    >>> read_as_vni("Công ty còn tồn tại trong toàn tỉnh")
    'Cơng ty cịn tồn tại trong tồn tỉnh'
    """
    read = vni_readings()
    return _pairs().sub(lambda found: read[found[0]], text)


@cached_table
def _originals() -> dict[str, tuple[str, ...]]:
    """Return what syllables in use became in the converter, with these, likeliest first."""
    table = syllables_in_both_styles()
    found: dict[str, list[str]] = {}
    syllables = sorted(table, key=lambda syllable: (-table[syllable], syllable))
    converted = read_as_vni("\n".join(syllables)).split("\n")
    for syllable, made in zip(syllables, converted, strict=True):
        if table[syllable] >= _LEAST_FREQUENCY or made == syllable:
            found.setdefault(made, []).append(syllable)
    return {made: tuple(words) for made, words in found.items() if words != [made]}


@cached_table
def _telling() -> re.Pattern[str]:
    """Return what finds a word that would be rare, or none, had no converter made it."""
    words = [
        made
        for made, words in _originals().items()
        if frequency(words[0]) >= (frequency(made) if made in words else 0) + _RARER
    ]
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(words)})(?![^\W\d_])", re.IGNORECASE)


def find_wrong_conversions(text: str) -> list[Edit]:
    """Return an edit for each word that a converter from VNI changed, in lines it went through.

    One word that tells of it may be a slip of the keyboard; then only that word is mended.

    >>> [edit.replacement for edit in find_wrong_conversions("Cơng ty cịn hai phịng trống")]
    ['Công', 'còn', 'phòng']
    >>> find_wrong_conversions("Cô ấy cịn hai phịng trống")
    []
    """
    if not may_be_converted(Scan(text)):
        return []
    edits: list[Edit] = []
    places = [match.start() for match in _telling().finditer(text)]
    for start, end in _converted_lines(text, places):
        told = {match[0].lower() for match in _telling().finditer(text, start, end)}
        repairs = [word for word in _decoded(text, start, end) if word.is_repair]
        sure = told & {w.slot.shown.lower() for w in repairs if w.posterior >= _SURE}
        if len(sure) < _ENOUGH:
            sure = {word for word in sure if not _endings(word, 0, len(word)) <= _LOOSE}
            repairs = [word for word in repairs if word.slot.shown.lower() in sure]
        edits += (
            word.edit("legacy.wrong_converter", True)
            for word in repairs
            if read_as_vni(word.best.surface) == word.slot.shown
        )
    return edits


def may_be_converted(scan: Scan) -> bool:
    """Say whether a word of a text tells of a converter, and stands in a line that may be its."""
    places = scan.places(CONVERTED)
    if not _may_tell(scan.text, places):
        return False  # before any line is looked at
    places = [at for at in places if _is_in_bare_line(scan.text, at)]
    if not _may_tell(scan.text, places):
        return False  # before any pattern is compiled
    found = [match for at in places if (match := CONVERTED.pattern.match(scan.text, at))]
    if not _tells({match[0].lower() for match in found}):
        return False  # before the lines are asked one by one
    return any(_tells(_endings(scan.text, *span)) for span in _converted_lines(scan.text, places))


def _may_tell(text: str, places: list[int]) -> bool:
    """Say whether words that begin so may tell: most texts have `tồn` at most, which tells nothing.

    `ơn` may go on as `ơng` does.
    """
    heads = {text[at : at + 2].lower() for at in places}
    return len(heads) >= _ENOUGH or not heads <= _LOOSE - {"ơn"}


def _is_in_bare_line(text: str, at: int) -> bool:
    """Say whether near a place its line has no letter that the converter changes most."""
    start, end = line_bounds(text, at)
    before, after = f"{text[start:at]}x".splitlines()[-1], f"x{text[at:end]}".splitlines()[0]
    return _CHANGED.isdisjoint(before) and _CHANGED.isdisjoint(after)


def _tells(endings: set[str]) -> bool:
    return len(endings) >= _ENOUGH or not endings <= _LOOSE


def _endings(text: str, start: int, end: int) -> set[str]:
    return {match[0].lower() for match in CONVERTED.pattern.finditer(text, start, end)}


def _converted_lines(text: str, places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the runs of lines around some places without any letter that the converter changes."""
    done = 0
    for at in places:
        if at < done:
            continue
        start, end = _line_start(text, done, at), _line_end(text, at)
        if not _is_unchanged(text[start:end]):
            done = end
            continue
        while start > done:
            last = start - 2 if text.startswith("\r\n", start - 2) else start - 1
            before = _line_start(text, done, last)
            if not _is_unchanged(text[before:start]):
                break
            start = before
        done = end
        while end < len(text):
            done = _line_end(text, end)
            if not _is_unchanged(text[end:done]):
                break
            end = done
        yield start, end


_LINE_ENDS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_TO_LINE_END = late_pattern(f"[^{_LINE_ENDS}]*+(?:\r\n|[{_LINE_ENDS}])?")


def _line_start(text: str, low: int, at: int) -> int:
    """Return where the line of a place begins, not before `low`."""
    return max(low, *(text.rfind(sign, low, at) + 1 for sign in _LINE_ENDS))


def _line_end(text: str, at: int) -> int:
    found = _TO_LINE_END.match(text, at)
    return len(text) if found is None else found.end()


def _is_unchanged(line: str) -> bool:
    return _CHANGED.isdisjoint(line) and _pairs().search(line) is None


def _decoded(text: str, start: int, end: int) -> list[DecodedWord]:
    model = ngram.load()
    has_horns = "ư" in text or "Ư" in text
    sequence: list[Slot | int] = []
    for token in ngram.TOKEN.finditer(text, start, end):
        lowered = token[0].lower()
        originals = _originals().get(lowered)
        if originals is None:
            sequence.append(model.code(token[0]))
            continue
        if not has_horns:  # TCVN3 may have lost them, which makes words that look alike
            originals = (*originals, *hornless_syllables().get(lowered, ()))
        surfaces = [match_shape(token[0], word) for word in originals]
        candidates = tuple(Candidate(surface, model.code(surface), 0.0) for surface in surfaces)
        sequence.append(Slot(*token.span(), token[0], candidates))
    return decode_words(sequence)

"""Letters that look like Vietnamese ones and are not: ƣ for ư, ð for đ, Cyrillic а for a.

The word around decides: only where the result is a Vietnamese syllable in use, and the line is
Vietnamese where the word alone is not proof enough. The table is `data/lookalikes.tsv`. Lines that
are written with such letters as a whole, to look bold or to get past a filter, speak for
themselves: there letters count that are alike with good will only, and the styled ones of
mathematics.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import ascii_letters
from typing import ClassVar

from vnclean.caches import cached_table, late_pattern
from vnclean.language.alphabet import LETTERS, VIETNAMESE_ONLY
from vnclean.language.casing import has_regular_case
from vnclean.language.identify import LanguageIdentifier
from vnclean.language.lexicon import frequency
from vnclean.language.not_prose import Addresses
from vnclean.language.words import WORD, is_damaged, line_bounds, stands_alone, word_bounds
from vnclean.scan import RARE, Clue, Scan
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["Lookalikes"]


@cached_table
def _rows() -> dict[str, tuple[str, str]]:
    """Return each row of the table: a look-alike, the letter it stands for, and its kind."""
    text = files("vnclean.data").joinpath("lookalikes.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.split("\n") if line and line[0] != "#")
    return {shown: (letter, kind) for shown, letter, kind, *_ in rows}


@cached_table
def _table() -> dict[str, tuple[str, str]]:
    """Return those of the rows that are look-alikes by themselves."""
    return {shown: row for shown, row in _rows().items() if row[1] != "loose"}


def _loose() -> dict[int, str]:
    return {ord(shown): letter for shown, (letter, kind) in _rows().items() if kind == "loose"}


@cached_table
def _letters() -> dict[int, str]:
    return {ord(shown): letter for shown, (letter, _) in _table().items()}


_STYLED = (range(0x1D400, 0x1D7CC), range(0xFF21, 0xFF5B), range(0x210A, 0x2135))
"""Letters of mathematics, full-width ones, and letter-like signs, which mathematics lacks else."""


@cached_table
def _all_letters() -> dict[int, str]:
    """Return what all look-alikes and styled letters stand for; strange marks stand for nothing."""
    plain = {
        code: letter
        for codes in _STYLED
        for code in codes
        if (letter := unicodedata.normalize("NFKC", chr(code))) in LETTERS and len(letter) == 1
    }
    marks = {ord(mark) for letter in LETTERS for mark in unicodedata.normalize("NFD", letter)[1:]}
    strange = {code: "" for code in range(0x300, 0x370) if code not in marks}
    return {**plain, **strange, **_letters(), **_loose()}


@cached_table
def _suspicious() -> frozenset[str]:
    """Return the letters that tell that a line may be written with look-alikes as a whole."""
    return frozenset(chr(code) for code in _all_letters() if not 0x300 <= code < 0x370)


def _is_suspicious(letter: str) -> bool:
    """Say the same of one character; most texts have none for which a table has to be made."""
    if not letter.isalnum():
        return False
    styled = any(ord(letter) in codes for codes in _STYLED)
    return letter in _rows() or (styled and letter in _suspicious())


_KINDS = ("ư", "đ", "cyrillic", "greek", "latin")
_ABBREVIATION = late_pattern("[BCDĐGHKLMNPQRSTVXƯ]{1,8}")
_JOINS = frozenset("./-")
_PHONETIC = frozenset("/[]ˈˌː")


@register
@dataclass(frozen=True, repr=False)
class Lookalikes(Transform):
    """Replace letters that only look Vietnamese: ƣ (ư), ð Ð ɖ Ɖ (đ Đ), Cyrillic and Greek ones.

    Only where the word is a Vietnamese syllable in use afterwards, so Icelandic, Turkish, Russian
    and phonetic transcriptions stay; abbreviations (QÐ-UBND) and `đ` after a sum of money only in
    a Vietnamese line. A line that is written with look-alikes or styled letters (𝐛𝐨𝐥𝐝, small
    capitals) as a whole comes back as a whole; formulas stay.

    >>> Lookalikes()("Ðà Nẵng đƣợc nhiều ngƣời biết")
    'Đà Nẵng được nhiều người biết'
    >>> Lookalikes()("Það er gott að vera með ykkur.")
    'Það er gott að vera með ykkur.'
    """

    name: ClassVar[str] = "lookalikes"
    clues: ClassVar[Sequence[Clue]] = (RARE,)
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "lookalike.ư": "the letter oi (ƣ) stood for ư",
        "lookalike.đ": "an eth or an African d stood for đ",
        "lookalike.cyrillic": "a Cyrillic letter stood in a Vietnamese word",
        "lookalike.greek": "a Greek letter stood in a Vietnamese word",
        "lookalike.line": "a line was written with look-alikes or styled letters",
        "lookalike.latin": "a Latin letter of another language stood in a Vietnamese word",
    }

    def concerns(self, scan: Scan) -> bool:
        """Look for one of the letters in the table, or a styled one."""
        return any(map(_is_suspicious, scan.unusual))

    def find(self, scan: Scan) -> Iterator[Edit]:
        """Yield the same for a scanned text."""
        text = scan.text
        language, addresses = LanguageIdentifier(text), Addresses(text)
        done = judged = 0
        for at in scan.where(_suspicious()):
            if at < done:
                continue
            if at >= judged:
                start, judged = line_bounds(text, at)
                if edits := _whole_line(text, start, judged):
                    yield from edits
                    done = judged
                    continue
            if text[at] in _table():
                start, end = word_bounds(text, at, at + 1)
                done = max(end, at + 1)
                word = text[start:end]
                edit = _judge(text, start, end, word, language, addresses)
                if edit is not None:
                    yield edit


_READABLE = frozenset(LETTERS) | frozenset(ascii_letters)
_MANY = 2
"""Words in use of two scripts that tell that a line is written with look-alikes."""
_LATIN = late_pattern("[A-Za-z\u00c0-\u024f\u0300-\u036f\u1ea0-\u1ef9]")
"""A letter or mark that a look-alike stands for: lines in another script have none."""
_WHOLE = late_pattern(r"(?:[^\W\d_]|[\u0300-\u036f])+(?:0(?![0-9]))?")
"""A word with all of its marks; a nought may stand for its last letter."""


def _whole_line(text: str, start: int, end: int) -> list[Edit]:
    """Return an edit for each word of a line that is written with look-alikes as a whole.

    Enough of them must be in use where they are read, and written in letters of two scripts; a
    styled letter is no script, but one with a mark of Vietnamese is no formula.
    """
    if _LATIN.search(text, start, end) is None:
        return []
    found = []
    telling = in_use = 0
    for match in _WHOLE.finditer(text, start, end):
        word = match.group()
        if _suspicious().isdisjoint(word) or _is_usual(word):
            continue
        if is_damaged(text, *match.span()):
            return []  # bytes of letters, read in the code page of another script
        read = _read(word)
        if not _READABLE.issuperset(read):
            continue
        found.append(Edit(*match.span(), read, "lookalike.line", 0.99))
        if has_regular_case(read) and frequency(read):
            in_use += 1
            if any(ord(letter) > 0xFF00 for letter in word):
                telling += 0 if read.isascii() else _MANY
            else:
                telling += _scripts(word) > 1 or not VIETNAMESE_ONLY.isdisjoint(word)
    return found if telling >= _MANY and in_use * 2 > len(found) else []


def _is_usual(word: str) -> bool:
    """Say whether a word has look-alikes of ư and đ only, which whole texts have by mistake."""
    kinds = {_table().get(letter, ("", ""))[1] for letter in word if letter in _suspicious()}
    return kinds <= {"ư", "đ"}


def _read(word: str) -> str:
    read = unicodedata.normalize("NFC", word.translate(_all_letters()))
    if read[-1:] == "0":
        read = read[:-1] + ("O" if read[:-1].isupper() else "o")
    return read


def _scripts(word: str) -> int:
    """Return of how many scripts a word has letters, small capitals and styled letters apart."""
    return len(
        {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
    )


def _judge(
    text: str, start: int, end: int, word: str, language: LanguageIdentifier, addresses: Addresses
) -> Edit | None:
    mended = unicodedata.normalize("NFC", word.translate(_letters()))
    kinds = {_table()[letter][1] for letter in word if letter in _table()}
    kind = min(kinds, key=_KINDS.index)
    rule = f"lookalike.{kind}"
    if addresses.hold(start, end) or not has_regular_case(mended) or is_damaged(text, start, end):
        return None
    around = text[max(0, start - 2) : start] + text[end : end + 2]
    if word.islower() and not _PHONETIC.isdisjoint(around):
        return None
    foreign = sum(letter in _table() for letter in word)
    own = any(letter in _VIETNAMESE for letter in word)
    if frequency(mended) and stands_alone(text, start, end):
        if len(word) == 1 and kind != "latin":
            return None  # a letter that is spoken of
        if kind == "đ" and _is_african(text, start, end):
            return None
        if kind in ("cyrillic", "greek"):
            if any(map(_OTHER_SCRIPT.fullmatch, _beside(text, start, end))):
                return None
            if own:  # two scripts in one word, and the word is in use
                return Edit(start, end, mended, rule, 0.999)
            if _alone(text, start, end) and language.is_vietnamese(start):
                return Edit(start, end, mended, rule, 0.9, Safety.LIKELY)
            return None
        if language.is_vietnamese(start) or _tells(mended, word):
            return Edit(start, end, mended, rule, 0.995)
        return None
    if foreign == 0 or not language.is_vietnamese(start):
        return None
    if kind in ("cyrillic", "greek"):
        if _is_name_of_two_scripts(mended, foreign):
            return Edit(start, end, mended, rule, 0.98)
        return None
    if kind not in ("ư", "đ"):
        return None
    # One letter alone may be spoken of; with a full stop, stroke or hyphen it is an abbreviation.
    joined = text[end : end + 1] in _JOINS or text[start - 1 : start] in ("-", "/")
    if _ABBREVIATION.fullmatch(mended) and (len(mended) > 1 or joined):
        return Edit(start, end, mended, rule, 0.98)
    if mended == "đ" and re.search(r"\d ?\Z", text[max(0, start - 3) : start]):
        return Edit(start, end, mended, rule, 0.97)
    return None


_VIETNAMESE = frozenset(LETTERS)


def _is_name_of_two_scripts(mended: str, foreign: int) -> bool:
    """Say whether a word is a foreign one in ASCII but for some letters: no unit, no symbol."""
    return mended.isascii() and mended.isalpha() and len(mended) >= 4 and foreign * 2 < len(mended)


def _tells(mended: str, word: str) -> bool:
    """Say whether the rest of the word is Vietnamese enough without a look at the line.

    That is so where another letter than the look-alike carries a mark.
    """
    return any(a == b and not a.isascii() for a, b in zip(mended, word, strict=False))


def _alone(text: str, start: int, end: int) -> bool:
    """Say whether both neighbours of a word are Vietnamese, so that it is no foreign phrase."""
    beside = _beside(text, start, end)
    return all(map(frequency, beside)) and bool(beside)


def _beside(text: str, start: int, end: int) -> list[str]:
    """Return the words before and after a word in its line, as far as there are any."""
    before = WORD.findall(text[max(0, start - 40) : start].rpartition("\n")[2])[-1:]
    after = WORD.findall(text[end : end + 40].partition("\n")[0])[:1]
    return before + after


_OTHER_SCRIPT = late_pattern("[\u0370-\u052f]+")
_AFRICAN = late_pattern("[ʋƒɛɔŋɣƲƑƐƆŊƔ]")


def _is_african(text: str, start: int, end: int) -> bool:
    """Say whether letters of Ewe and its neighbours stand near, where ɖ is a letter of its own."""
    return _AFRICAN.search(text, max(0, start - 100), end + 100) is not None

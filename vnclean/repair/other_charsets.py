"""UTF-8 shown in any one-byte charset of Python's that is no view: lines that one explains alone.

The views of `code_page_views` are few, because each is looked for everywhere, a letter at a time.
All other charsets (Greek, Cyrillic, Thai, DOS, Mac ...) are tried on lines that show in them how
our letters of three bytes begin. A line is taken where nearly all of its strange tokens decode, as
they stand and strictly, to words in use.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, product
from typing import NamedTuple

from vnclean.caches import cached_table, late_pattern
from vnclean.channels import CHANNELS, priors_of
from vnclean.channels.misread_utf8 import byte_table, one_byte_charsets
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.casing import has_regular_case
from vnclean.language.lexicon import frequency
from vnclean.language.words import WORD
from vnclean.repair.mojibake_atoms import is_clean_sign, is_punctuation
from vnclean.scan import RARE, Clue, Scan, late_clue
from vnclean.transform import Edit

__all__ = ["SEQUENCES", "begins_in_other_charset", "lines_in_other_charsets", "shows_sequences"]

_MIN_WORDS = 3
"""Distinct words in use that a line must give before a charset is believed."""
_MOST_CHOICES = 64
"""Ways of reading a token that lost its case after which no more are tried."""
_MIN_SHARE = 0.8
"""Share of the strange tokens of a line that must give words in use."""
_IN_CAPITALS = ("Áº", "Á»")
"""How letters of three bytes begin in windows-1252 that was put in capitals."""
_TOKEN = late_pattern(r"[^ \t\n\r]*[^\x00-\x7f][^ \t\n\r]*")
_BEYOND = r"[^\x00-\x7f]"


def _sequences() -> tuple[str, tuple[tuple[int, str, str, str], ...]]:
    rare = RARE.pattern.pattern
    pattern = f"{rare}{_BEYOND}{{2}}|(?<={_BEYOND}){rare}{_BEYOND}"
    return pattern, ((0, rare, _BEYOND, _BEYOND), (1, _BEYOND, rare, _BEYOND))


SEQUENCES: Clue = late_clue("mojibake.sequence", _sequences)
"""Three characters beyond ASCII of which one is rare, as any charset shows three bytes; so that
text without them needs no table of the charsets."""


class _Page(NamedTuple):
    """A charset read backwards; `fold` is what a program did to the case of what it showed."""

    charset: str
    bytes_of: dict[str, bytes]
    """The bytes that a character may stand for: one, but for letters whose case was lost."""
    fold: Callable[[str], str] | None = None


class _Score(NamedTuple):
    """What a charset makes of a line."""

    words: int
    """Distinct tokens that give words in use."""
    good: int
    bad: int
    """Tokens that it can't explain, and that are no clean text."""
    edits: list[Edit]


def shows_sequences(scan: Scan) -> bool:
    """Say whether a text has as many sequences of three bytes as a line must have words.

    One is enough where a program made capitals of it: `VIÁ»‡T`.
    """
    if any(map(scan.text.__contains__, _IN_CAPITALS)):
        return True
    return len(list(islice(scan.matches(SEQUENCES), _MIN_WORDS))) == _MIN_WORDS


def begins_in_other_charset(text: str, start: int, end: int) -> bool:
    """Say whether a part of a text shows how a letter of ours begins in one of the charsets."""
    return _beginning().search(text, start, end) is not None


@cached_table
def _pages() -> tuple[tuple[_Page, ...], tuple[_Page, ...]]:
    """Return the charsets that are views, and all others."""
    known = tuple(CHANNELS[name].charset for name in priors_of("lossless"))
    others = [_page(name) for name in one_byte_charsets(but=known)]
    folded = [_page(known[0], fold) for fold in (str.lower, str.upper)]
    return tuple(map(_page, known)), (*others, *folded)


def _page(charset: str, fold: Callable[[str], str] | None = None) -> _Page:
    bytes_of = {chr(byte): bytes((byte,)) for byte in range(0x80)}
    for byte, shown in byte_table(charset).items():
        shown = fold(shown) if fold is not None else shown
        if len(shown) == 1 and (fold is not None or shown not in bytes_of):
            bytes_of[shown] = bytes_of.get(shown, b"") + bytes((byte,))
    return _Page(charset, bytes_of, fold)


@cached_table
def _beginnings() -> dict[str, tuple[_Page, ...]]:
    """Return for two characters with which our letters of three bytes begin the charsets."""
    found: dict[str, list[_Page]] = {}
    for page in _pages()[1]:
        shown = byte_table(page.charset)
        for second in (0xBA, 0xBB):
            pair = shown[0xE1] + shown[second]
            found.setdefault(page.fold(pair) if page.fold else pair, []).append(page)
    return {pair: tuple(pages) for pair, pages in found.items()}


@cached_table
def _beginning() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(_beginnings()))))


def lines_in_other_charsets(
    text: str, is_explained: Callable[[int, int], bool]
) -> dict[tuple[int, int], list[Edit]]:
    """Return the lines that one of the other charsets explains, each with its edits.

    `is_explained` says of a line, by its span, that the views leave nothing of it open.

    >>> found = lines_in_other_charsets("Viα»‡t Nam Δ‘αΊΉp lαΊ―m", lambda start, end: False)
    >>> [edit.replacement for edits in found.values() for edit in edits]
    ['Việt', 'đẹp', 'lắm']
    """
    found: dict[tuple[int, int], list[Edit]] = {}
    told: dict[object, _Page] = {}
    for span, pages in _lines(text):
        if is_explained(*span):
            continue
        best, page = _best(text, span, pages, 1)
        if page is not None and (best.words >= _MIN_WORDS or _is_heading(text, span, page, best)):
            found[span] = best.edits
            told[page.charset, page.fold] = page
    if told:  # what a whole line told is believed of shorter ones
        for span in _spans(text):
            if span not in found:
                # The views explain BÃ¬NH too, but not in one case.
                pages = [page for page in told.values() if page.fold or not is_explained(*span)]
                best, page = _best(text, span, pages, 1)
                if page is not None and not best.bad:
                    found[span] = best.edits
    return found


def _is_heading(text: str, span: tuple[int, int], page: _Page, score: _Score) -> bool:
    """Say whether a line is in capitals, or small letters, and has nothing that is not explained.

    A few words that a program wrote so: one with a letter of three bytes in it is evidence enough.
    """
    line = text[slice(*span)]
    return page.fold is not None and not score.bad and page.fold(line) == line and " " in line


def _lines(text: str) -> Iterator[tuple[tuple[int, int], list[_Page]]]:
    """Yield the lines that may be in some charsets, with these."""
    at = 0
    while match := _beginning().search(text, at):
        start = text.rfind("\n", 0, match.start()) + 1
        at = text.find("\n", match.end())
        at = len(text) if at < 0 else at
        pairs = set(_beginning().findall(text, start, at))
        found = [page for pair in sorted(pairs) for page in _beginnings()[pair]]
        pages = {(page.charset, page.fold): page for page in found}
        yield (start, at), list(pages.values())


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        if not line.isascii():
            yield start, start + len(line)
        start += len(line) + 1


def _best(
    text: str, span: tuple[int, int], pages: Iterable[_Page], least: int
) -> tuple[_Score, _Page | None]:
    """Return what the best charset makes of a line; None where no one beats the views."""
    best, chosen = _Score(0, 0, 0, []), None
    for page in pages:
        score = _score(text, span, page)
        if (
            score.words >= least
            and score.good >= _MIN_SHARE * (score.good + score.bad)
            and (score.good, -score.bad) > (best.good, -best.bad)
        ):
            best, chosen = score, page
    if chosen is not None and any(
        (view.good, -view.bad) >= (best.good, -best.bad)
        for view in (_score(text, span, page) for page in _pages()[0])
    ):
        chosen = None
    return best, chosen


def _score(text: str, span: tuple[int, int], page: _Page) -> _Score:
    words: set[str] = set()
    good = bad = 0
    edits = []
    for token in _TOKEN.finditer(text, *span):
        decoded = _decode(token[0], page)
        found = WORD.findall(decoded) if decoded else []
        if decoded is None:
            bad += not _is_clean(token[0])
            continue
        edits.append(Edit(*token.span(), decoded, "mojibake.other_charset", 0.99))
        if found and all(map(_is_word, found)):
            good += 1
            words.add(decoded.lower())
    return _Score(len(words), good, bad, edits)


def _decode(token: str, page: _Page) -> str | None:
    try:
        options = [page.bytes_of[letter] for letter in token]
        if page.fold is None:
            decoded = b"".join(options).decode()
        else:
            decoded = _decode_folded(options, page.fold)
    except (KeyError, UnicodeDecodeError):
        return None
    return decoded if _has_clean_signs(decoded) else None


def _has_clean_signs(text: str) -> bool:
    """Say whether all but the letters of a text is what a text has."""
    return all(sign.isascii() or sign.isalpha() or is_clean_sign(sign) for sign in set(text))


def _decode_folded(options: list[bytes], fold: Callable[[str], str]) -> str:
    """Return the likeliest text of bytes of which some lost their case; UnicodeDecodeError if none.

    The bytes of a letter say its case, its neighbours follow it.
    """
    best, most = "", -1
    for choice in islice(product(*options), _MOST_CHOICES):
        try:
            decoded = bytes(choice).decode()
        except UnicodeDecodeError:
            continue
        if not _has_clean_signs(decoded) or any(unicodedata.category(x) == "Cf" for x in decoded):
            continue  # of a quotation mark whose last byte lost its case, the other is invisible
        # A program wrote all of it so, whatever case the bytes tell.
        decoded = fold(decoded)
        found = WORD.findall(decoded)
        weight = min(map(frequency, found), default=0) if all(map(_is_word, found)) else 0
        if weight > most:
            best, most = decoded, weight
    if most < 0:
        raise UnicodeDecodeError("utf-8", b"", 0, 1, "no choice is UTF-8")
    return best


def _is_word(word: str) -> bool:
    return frequency(word) > 0 and has_regular_case(word)


def _is_clean(token: str) -> bool:
    """Say whether a token is clean as it stands: words in use and punctuation."""
    return all(
        letter.isascii() or letter in MARKED_LETTERS or is_punctuation(letter)
        for letter in set(token)
    ) and all(map(_is_word, WORD.findall(token)))

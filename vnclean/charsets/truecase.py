"""Case that a charset could not hold: `CộNG HòA Xã HộI` read from TCVN3 back to capitals.

TCVN3 has no capitals with a tone; headings were set in an upper-case font, or typed in capitals
with the toned letters left small. The capitals around a small toned letter say what it was.
"""

from __future__ import annotations

import re

from vnclean.caches import cached, cached_table, late_pattern
from vnclean.charsets.table import load_table
from vnclean.language.alphabet import MARKED_LETTERS

__all__ = ["case_kinds", "raise_case"]

_WORD = late_pattern(r"[^\W\d_]+")
_MUTE = frozenset(letter.lower() for letter in load_table("tcvn3").lost)
# A word with two letters that are not small.
_CAPITALS = late_pattern(
    r"[^\W\d_{0}][^\W\d_]*?[^\W\d_{0}]".format(
        "a-z" + "".join(sorted(filter(str.islower, MARKED_LETTERS)))
    )
)
_QUALITY = frozenset("ăâđêôơư")
_QUOTES = '["“‘(–•-]*'
_OPENING = late_pattern(
    rf"(\A{_QUOTES}|[.!?…][\"”’)]* [\"“‘(]?|[.!?:…][\"”’)]*[ \r]*\n+{_QUOTES}[ \t]*)"
    rf"([{''.join(sorted(_MUTE))}])"
)
_BETWEEN = late_pattern(r"[.!?;:\n\t|]")


@cached_table
def case_kinds() -> bytes:
    """Return for the code of each letter 1 where it is small, 3 where TCVN3 has no capital of it.

    A line in which no word has two letters of kind 0, and none of kind 3 begins it, a quotation or
    what follows the end of a sentence, is left as it is by `raise_case`.
    """
    small = {*"abcdefghijklmnopqrstuvwxyz", *filter(str.islower, MARKED_LETTERS)}
    kinds = bytearray(max(map(ord, small)) + 1)
    for letter in small:
        kinds[ord(letter)] = 3 if letter in _MUTE else 1
    return bytes(kinds)


def raise_case(text: str, *, openings: bool = True) -> str:
    """Return a text read from TCVN3 with toned letters in capitals where the rest is in capitals.

    A word counts as capitals where two letters or more say so; a word whose case nothing says
    (`Xã`, `ở`) follows the words on both sides. The length never changes.

    A word that opens a sentence gets its capital back; not where `openings` is False, as for text
    in a font that shows how it is meant.

    >>> raise_case("CộNG HòA Xã HộI CHủ NGHĩA VIệT NAM"), raise_case("Hà Nội, UBND Xã Tân Phú")
    ('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 'Hà Nội, UBND Xã Tân Phú')
    """
    text = "\n".join(_raise_line(line) for line in text.split("\n"))
    return _OPENING.sub(_raise_letter, text) if openings else text


def _raise_letter(match: re.Match[str]) -> str:
    return match[1] + match[2].upper()


def _raise_line(line: str) -> str:
    if not _CAPITALS.search(line):  # no word is in capitals, as far as it says
        return line
    words = list(_WORD.finditer(line))
    judged = [_judged(word[0]) for word in words]
    verdicts = [verdict for verdict, _ in judged]
    risen = any(rises for _, rises in judged)
    if not risen or True not in verdicts:
        return line
    before, after = _carried(verdicts), _carried(verdicts[::-1])[::-1]
    pieces = []
    at = 0
    for index, word in enumerate(words):
        verdict = verdicts[index]
        if verdict is None:
            verdict = False not in (before[index], after[index])
            if index and _BETWEEN.search(line, words[index - 1].end(), word.start()):
                verdict = after[index] is True
        if verdict:
            pieces.append(line[at : word.start()])
            pieces.append(word[0].upper())
            at = word.end()
    pieces.append(line[at:])
    return "".join(pieces)


@cached(1 << 14)
def _judged(word: str) -> tuple[bool | None, bool]:
    """Say whether a word is in capitals (None: can't tell), and whether some of it may rise."""
    said = [letter for letter in word if letter not in _MUTE]
    small = [letter for letter in said if letter.islower()]
    if small and _QUALITY.issuperset(small) and len(said) - len(small) > 1:
        # Fonts of capitals show these letters large; `BIêN` is no shape of a word.
        return True, True
    if small:
        return False, False
    return True if len(said) > 1 else None, len(said) < len(word)


def _carried(verdicts: list[bool | None]) -> list[bool | None]:
    """Return for each word the verdict nearest before it."""
    carried: list[bool | None] = []
    last: bool | None = None
    for verdict in verdicts:
        carried.append(last)
        if verdict is not None:
            last = verdict
    return carried

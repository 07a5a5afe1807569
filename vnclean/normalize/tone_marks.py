"""Tone marks on the wrong vowel, and the two styles of the open rhymes oa, oe, uy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from vnclean.after_edits import identify_after
from vnclean.caches import late_pattern
from vnclean.language.alphabet import VIETNAMESE_ONLY
from vnclean.language.identify import LanguageIdentifier
from vnclean.language.lexicon import is_in_use
from vnclean.language.not_prose import Addresses
from vnclean.language.tone_placement import (
    impossible_sequence,
    impossible_windows,
    mend_placement,
    other_style,
)
from vnclean.language.words import is_damaged, stands_alone, word_bounds
from vnclean.scan import Clue, Scan, clue
from vnclean.transform import Edit, Safety, Transform, choice, register

__all__ = ["MisplacedTone", "ToneStyle"]


_IMPOSSIBLE = clue("misplaced_tone.impossible", impossible_sequence(), *impossible_windows())


@register
@dataclass(frozen=True, repr=False)
class MisplacedTone(Transform):
    """Put tone marks that stand on a wrong vowel in their place: qủa, gíơ, tòan, chuỷên.

    Wrong in either style; hòa and hoà are both left alone. Only where the mended word is in use
    and the line, or the whole text, is Vietnamese, so `più`, `aí` and `país` stay; in a line too
    short to tell, a letter that no other language writes is enough (`qủa táo`). Pinyin stays, and
    so does a word that shows other damage. Where old and new style differ, the mended word is
    written in the old one.

    >>> MisplacedTone()("Tòan bộ hiệu qủa, chuỷên đi.")
    'Toàn bộ hiệu quả, chuyển đi.'
    >>> MisplacedTone()("Parlo di più, aí está o país.")
    'Parlo di più, aí está o país.'
    """

    name: ClassVar[str] = "misplaced_tone"
    clues: ClassVar[Sequence[Clue]] = (_IMPOSSIBLE,)
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "tone.misplaced": "the tone mark stands on a vowel that can't carry it (qủa)",
    }

    def find(self, scan: Scan) -> Iterator[Edit]:
        """Yield the same for a scanned text."""
        text = scan.text
        edits = [*_misplaced(scan)]
        language = LanguageIdentifier(text)
        for edit, mended, at in identify_after(text, edits):
            # What is mended speaks for the line where it has a letter of no other language.
            if language.is_vietnamese(edit.start) or (
                not VIETNAMESE_ONLY.isdisjoint(edit.replacement)
                and mended.is_line_vietnamese(at) is not False
            ):
                yield edit


def _misplaced(scan: Scan) -> Iterator[Edit]:
    """Yield an edit for each word whose tone is misplaced, whatever the language."""
    text, addresses = scan.text, Addresses(scan.text)
    done = 0
    for match in scan.matches(_IMPOSSIBLE):
        if match.start() < done:
            continue
        start, end = word_bounds(text, match.start(), match.start())
        done = end
        mended = mend_placement(text[start:end])
        if (
            mended
            and stands_alone(text, start, end)
            and not is_damaged(text, start, end)
            and not addresses.hold(start, end)
            and _PINYIN.search(text, max(0, start - _PINYIN_REACH), end + _PINYIN_REACH) is None
        ):
            yield Edit(start, end, mended, "tone.misplaced", 0.999)


_PINYIN = late_pattern("[āēīōūǎěǐǒǔǖǘǚǜĀĒĪŌŪǍĚǏǑǓǕǗǙǛ]")
"""Letters that Pinyin and other transliterations write and Vietnamese doesn't."""
_PINYIN_REACH = 24
"""Characters in which such a letter tells that a word is of the same phrase."""


_END = r"(?![^\W\d_]|[\u0300-\u036f])"
_NO_LETTER = r"[\W\d_]"
_OLD = clue(
    "tone_style.old",
    f"[òóỏõọùúủũụÒÓỎÕỌÙÚỦŨỤ](?:(?<=[òóỏõọÒÓỎÕỌ])[aeAE]|[yY](?<=[ùúủũụÙÚỦŨỤ].)){_END}",
    (0, "[òóỏõọÒÓỎÕỌ]", "[aeAE]", _NO_LETTER),
    (0, "[ùúủũụÙÚỦŨỤ]", "[yY]", _NO_LETTER),
)
"""Finds open rhymes of the old style: a toned o or u before the last letter."""
_NEW = clue(
    "tone_style.new",
    f"o[àáảãạèéẻẽẹ]{_END}|O[àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸ]{_END}|"
    f"u[ỳýỷỹỵ](?<![qQ]..){_END}|U[ỳýỷỹỵỲÝỶỸỴ](?<![qQ]..){_END}",
    (0, "[oO]", "[àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸ]", _NO_LETTER),
    (1, "[^qQ]", "[uU]", "[ỳýỷỹỵỲÝỶỸỴ]"),
)
"""Finds those of the new style: a toned last letter after o or u."""


@register
@dataclass(frozen=True, repr=False)
class ToneStyle(Transform):
    """Write the open rhymes oa, oe, uy in one tone style: hòa, thủy (old) or hoà, thuỷ (new).

    `style` is "old", "new", "keep" (do nothing) or "auto": a text that mixes both goes to its own
    majority, one that is consistent or even stays as it is. Names (Thanh Hoá, xã Hoà An) have their
    own spelling: "auto" leaves them, the others change them in prose only, not in lists. Words
    that are spoken of (“hoà”) and addresses stay. Raises ConfigError for another style.

    >>> ToneStyle("new")("Hòa bình, Ủy ban"), ToneStyle("old")("Hoà bình, Uỷ ban, quý")
    ('Hoà bình, Uỷ ban', 'Hòa bình, Ủy ban, quý')
    >>> ToneStyle()("hóa học, hòa tan, Uỷ ban"), ToneStyle()("hoá học, thuỷ văn")
    ('hóa học, hòa tan, Ủy ban', 'hoá học, thuỷ văn')
    """

    name: ClassVar[str] = "tone_style"
    clues: ClassVar[Sequence[Clue]] = (
        _OLD,
        _NEW,
    )
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "tone.style": "an open oa, oe or uy was written in the other tone style (hoà, hòa)",
    }

    style: Literal["old", "new", "keep", "auto"] = "auto"

    def __post_init__(self) -> None:
        choice(self.style, ("old", "new", "keep", "auto"), "style")

    @property
    def clue_groups(self) -> Sequence[Sequence[Clue]]:
        """Clues of the style not aimed at; for "auto" those of both."""
        groups = {"old": [[_NEW]], "new": [[_OLD]], "auto": [[_OLD], [_NEW]]}
        return groups.get(self.style, [[]])

    def concerns(self, scan: Scan) -> bool:
        """Look for open rhymes in the style not aimed at; for "auto" there must be both."""
        if self.style == "keep" or scan.is_ascii:
            return False
        if self.style == "new":
            return any(_open_rhymes(scan, _OLD))
        return any(_open_rhymes(scan, _NEW)) and (
            self.style == "old" or any(_open_rhymes(scan, _OLD))
        )

    def find(self, scan: Scan) -> Iterator[Edit]:
        """Yield the same for a scanned text."""
        if not self.concerns(scan):
            return
        text = scan.text
        old = list(_open_words(scan, _OLD)) if self.style != "old" else []
        new = list(_open_words(scan, _NEW)) if self.style != "new" else []
        if self.style == "auto":
            old = [span for span in old if not _is_name(text, *span)]
            new = [span for span in new if not _is_name(text, *span)]
            if len(old) == len(new):
                return  # even: the text does not say which style is its own
            wrong = new if len(old) > len(new) else old
        else:
            wrong = old or new
        for start, end in sorted(wrong):
            if _is_name(text, start, end) and not scan.once(_is_prose):
                continue
            other = other_style(text[start:end])
            if other is not None:
                yield Edit(start, end, other, "tone.style")


def _open_rhymes(scan: Scan, rhyme: Clue) -> Iterator[int]:
    """Yield where an open rhyme of one style has its last letter: what the pattern finds.

    Where it may match, its windows have told the two letters; so the pattern, which takes longer to
    compile than most texts to clean, is not needed.
    """
    text = scan.text
    for at in scan.places(rhyme):
        last, after = text[at + 1], text[at + 2 : at + 3]
        if (
            not (after.isalnum() and not after.isdecimal())
            and not "\u0300" <= after <= "\u036f"
            and (rhyme is _OLD or text[at].isupper() or last.islower())
        ):
            yield at + 1


def _open_words(scan: Scan, rhyme: Clue) -> Iterator[tuple[int, int]]:
    """Yield the bounds of words in use with a toned open rhyme of one style.

    Names of files and addresses, and parts of identifiers, have no say in the style of a text.
    """
    text, addresses = scan.text, scan.once(Addresses)
    for last in _open_rhymes(scan, rhyme):
        start, end = word_bounds(text, last, last)
        if (
            is_in_use(text[start:end])
            and stands_alone(text, start, end)
            and not (text[start - 1 : start] in _QUOTES and text[end : end + 1] in _QUOTES)
            and not addresses.hold(start, end)
        ):
            yield start, end


_QUOTES = frozenset("\"'“”‘’«»")
_OFFICES = frozenset(("ban", "viên", "quyền", "nhiệm", "thác"))
"""What makes an office of Ủy: no name, whatever the capital."""
_PROSE_WORDS = 8
"""Words in small letters that a line of a sentence has at least."""


def _is_name(text: str, start: int, end: int) -> bool:
    """Say whether a word is of a name: beside another capital, or one within a sentence.

    >>> [_is_name(text, 3, 6) for text in ("xã Hoà An", "cô Hoà hát", "Ôi, hoà rồi", "TÀ HOÁ CŨ")]
    [True, True, False, True]
    """
    word = text[start:end]
    if not word[0].isupper():
        return False
    # A blank and a run of letters on either side; patterns would take longer to compile than this.
    first = after = end + 1
    if text[end:first] == " ":
        while after - first < _MAX_LETTERS and _is_letter(text[after : after + 1]):
            after += 1
    if word.lower() in ("ủy", "uỷ") and text[first:after].lower() in _OFFICES:
        return False
    if text[first:after][:1].isupper():
        return True
    before = start - 1
    if text[before:start] != " " or not before:
        return False
    while start - before <= _MAX_LETTERS and _is_letter(text[before - 1 : before]):
        before -= 1
    return before < start - 1 and not text[before - 1 : before].isalnum()


_MAX_LETTERS = 11
"""Letters of the longest word that is thought to belong to a name."""


def _is_letter(character: str) -> bool:
    return character.isalnum() and not character.isdecimal()


def _is_prose(text: str) -> bool:
    """Say whether a text is of sentences, by the lines that have many words in small letters."""
    prose = words = 0
    for line in text.split("\n"):
        found = line.split()
        words += len(found)
        prose += len(found) * (sum(map(str.islower, found)) >= _PROSE_WORDS)
    return prose * 2 >= words

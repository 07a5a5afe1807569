"""Checks of a piece that makes sense both ways, as it stands and decoded, in an intact line.

They are asked in order, and the first that knows decides. Each has an example that it decides,
and where it can decide either way, one of each.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from vnclean.caches import late_pattern
from vnclean.language.alphabet import MARKED_LETTERS, VOWELS
from vnclean.language.lexicon import frequency
from vnclean.language.syllable import is_spellable
from vnclean.language.words import WORD
from vnclean.repair.mojibake_atoms import AtomDecoding, is_punctuation
from vnclean.repair.mojibake_context import MojibakeContext, MojibakePiece

__all__ = ["CHECKS", "AmbiguityCheck", "deciding_check"]

_AROUND_CHARS = 200
_GAIN = 3
"""Frequency classes by which the decoded word must be more common, so that it is damage."""
_GAIN_FOREIGN = 8
_GAIN_BEFORE_SIGN = 10
_LETTER_FREQUENCY = 18
"""Frequency class of a letter of the alphabet that is spoken of."""
_OPENERS = {"”": '“„"', "’": "‘‚'", "»": "«", "›": "‹", "“": "„“", "‘": "‚‘"}
_AFTER_PARTICLE = frozenset('?!,."')
_SENTENCE_START = late_pattern(r"(?:^|[.!?…:;\"“”(\[*•–—-])[ \u00a0]*\Z")


class _Ambiguity(NamedTuple):
    """A piece with what the checks look at."""

    atom: str
    decoding: AtomDecoding
    old: list[str]
    """The words of the atom."""
    new: list[str]
    """The words of the decoding that are not in the atom."""
    before: str
    """The line before the piece, at most 200 characters."""
    after: str
    is_vietnamese: bool
    """Whether the line is."""

    @property
    def gain(self) -> int:
        """Frequency classes by which the rarest new word is more common than the rarest old one."""
        weigh = _weight if len(self.old) == 1 else frequency
        return min(map(_weight, self.new)) - min(map(weigh, self.old), default=0)

    @property
    def neighbours(self) -> list[str]:
        """The words before and after the piece."""
        return WORD.findall(self.before)[-1:] + WORD.findall(self.after[:40])[:1]


def _weight(word: str) -> int:
    """Return how common a word is; a letter of the alphabet may always be spoken of."""
    if len(word) == 1 and word.lower() in VOWELS:
        return _LETTER_FREQUENCY
    return frequency(unicodedata.normalize("NFC", word))


class AmbiguityCheck(NamedTuple):
    """A check, which answers True for damage, False for clean text, None where it can't tell."""

    decide: Callable[[_Ambiguity], bool | None]
    damaged: str
    """A text whose piece it takes for damage; "" where it never does."""
    clean: str
    """A text whose piece it takes for clean; "" where it never does."""


def _stands_in_other_language(piece: _Ambiguity) -> bool | None:
    return None if piece.is_vietnamese else False


def _has_no_ascii_letter(piece: _Ambiguity) -> bool | None:
    """Foreign words stay, unless something very common comes out where nothing else is foreign."""
    if not piece.decoding.foreign:
        return None
    return piece.gain >= _GAIN_FOREIGN and not any(map(_is_strange, piece.before + piece.after))


def _closes_quotation(piece: _Ambiguity) -> bool | None:
    opened = any(sign in piece.before for end in piece.atom for sign in _OPENERS.get(end, ""))
    return False if opened else None


def _ends_with_space(piece: _Ambiguity) -> bool | None:
    """A no-break space before a word is where one belongs."""
    return False if piece.atom[-1] == "\u00a0" and piece.after[:1].isalnum() else None


def _is_in_capitals(piece: _Ambiguity) -> bool | None:
    """In capitals, a syllable and its quote, dash or space look like bytes."""
    if len(piece.decoding.text) == 1 or not all(word.isupper() for word in piece.new):
        return None
    if not is_punctuation(piece.atom[-1]):
        return piece.gain >= _GAIN
    return piece.gain >= _GAIN_BEFORE_SIGN and not all(map(is_spellable, piece.old))


def _stands_among_capitals(piece: _Ambiguity) -> bool | None:
    return False if any(word.isupper() for word in piece.neighbours) else None


def _has_foreign_letter(piece: _Ambiguity) -> bool | None:
    """Ä, Å, Ĺ, Ć are no Vietnamese letters."""
    strange = any(letter.isalpha() and _is_strange(letter) for letter in "".join(piece.old))
    return True if strange else None


def _is_single_letter(piece: _Ambiguity) -> bool | None:
    """À ends a question; elsewhere someone may speak of the letter."""
    alone = len(piece.decoding.text) == 1 and piece.after[:1] not in _AFTER_PARTICLE
    return False if alone else None


def _fits_case(piece: _Ambiguity) -> bool | None:
    """A capital stands where a sentence starts, or among names."""
    fits = (
        all(word.islower() for word in piece.new)
        or _SENTENCE_START.search(piece.before) is not None
        or any(word.istitle() for word in piece.neighbours)
    )
    return fits and piece.gain >= _GAIN


def _is_strange(character: str) -> bool:
    """Say whether a character is neither ASCII nor Vietnamese nor common punctuation."""
    return character > "\x7f" and character not in MARKED_LETTERS and not is_punctuation(character)


CHECKS = (
    AmbiguityCheck(_stands_in_other_language, "", "“VÃ” TÂN PHÚ"),
    AmbiguityCheck(
        _has_no_ascii_letter,
        "“Thưa ông, chuyến tàu 7 giờ ƒë√£ khởi hành rồi!”",
        "Việt Nam đẹp lắm.\n√2 ≈ 1,41; ∆° = 3√∞",
    ),
    AmbiguityCheck(_closes_quotation, "", "Cụm từ ‘XÃ’ và ‘BÃ’ trong mẫu đơn…"),
    AmbiguityCheck(_ends_with_space, "", "Ở khu LÃ\u00a03 và được."),
    AmbiguityCheck(
        _is_in_capitals,
        "HỘI ĐỒNG NHÂN DÂN XÃ HƯNG THỊNH HỌP PHIÃŠN BẤT THƯỜNG",
        "Các thôn, VÃ” và phường đều họp.",
    ),
    AmbiguityCheck(_stands_among_capitals, "", "CÁC THÔN, VÃ\u00a0 VÀ PHƯỜNG ĐỀU HỌP."),
    AmbiguityCheck(_has_foreign_letter, "Bà ấy hát bài SÄ© được nhiều lần.", ""),
    AmbiguityCheck(_is_single_letter, "", "Chữ Ã\u00a0 là một chữ cái được viết nhiều."),
    AmbiguityCheck(
        _fits_case,
        "Là người ở quê, tôi thấy HÃ\u00a0 Nội ồn ào quá; cà phê thì ngon.",
        "Các thôn, VÃ\u00a0 và phường đều họp.",
    ),
)
"""The checks in the order in which they are asked."""


def deciding_check(piece: MojibakePiece, context: MojibakeContext) -> tuple[AmbiguityCheck, bool]:
    """Return the check that decides on a piece, and whether it says that the piece is damage."""
    text = context.text
    low = max(0, piece.start - _AROUND_CHARS)
    atom = text[piece.start : piece.end]
    old = WORD.findall(atom)
    asked = _Ambiguity(
        atom,
        piece.decoding,
        old,
        [word for word in WORD.findall(piece.decoding.text) if word not in old],
        text[low : piece.start].rpartition("\n")[2],
        text[piece.end : piece.end + _AROUND_CHARS].partition("\n")[0],
        context.language.is_vietnamese(piece.start),
    )
    for check in CHECKS:
        verdict = check.decide(asked)
        if verdict is not None:
            return check, verdict
    raise AssertionError("the last check always decides")

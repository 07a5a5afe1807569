"""Legacy Vietnamese text that sits in Unicode text: bytes read in a wrong code page, and VIQR."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_letters
from typing import TYPE_CHECKING, ClassVar

from vnclean.caches import cached
from vnclean.charsets.misread_pages import view_letters
from vnclean.charsets.table import CHARSETS, Charset
from vnclean.charsets.undecoded.documents import LegacyDocument, read_document
from vnclean.charsets.undecoded.hints import PAIRS, SIGNS, has_hint
from vnclean.charsets.undecoded.search import find_legacy, read_lines
from vnclean.charsets.undecoded.viqr_search import find_viqr_edits, may_be_viqr
from vnclean.fixed_point import edits_to_fixed_point, text_at_fixed_point
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.tone_placement import mend_placement
from vnclean.language.typed_tones import has_typed_tones
from vnclean.language.words import line_bounds
from vnclean.repair.dashed_horns import DASHED_HORN, find_dashed_horns
from vnclean.repair.dropped_horns import DROPPED_HORN, find_dropped_horns
from vnclean.repair.good_words import has_good_word, keep_good_words
from vnclean.repair.wrong_converter import CONVERTED, find_wrong_conversions, may_be_converted
from vnclean.scan import ANY, Clue, Scan, Window, late_clue
from vnclean.transform import Edit, Safety, Transform, apply_edits, non_overlapping, register

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vnclean.charsets.undecoded.words import LegacyWord

__all__ = ["Legacy"]


def _rules() -> dict[str, str]:
    """Describe the rules, one for each charset or family of charsets that text is searched for."""
    titles: dict[str, list[str]] = {}
    for charset in CHARSETS:
        if charset.in_text:
            titles.setdefault(charset.rule_name, []).append(charset.title)
    rules = {
        f"legacy.{name}": f"Bytes of {' or '.join(sorted(shown))} were read in another code page."
        for name, shown in titles.items()
    }
    return rules | {
        "legacy.viqr": "Vietnamese written in ASCII with signs for marks.",
        "legacy.dashed_horn": "The letter ư of TCVN3 had become a hyphen (đ-ợc).",
        "legacy.dropped_horn": "The letter ư of TCVN3 was left out (đợc, ngời).",
        "legacy.wrong_converter": "A converter took Unicode for VNI (cơng ty, cịn).",
    }


def _hint() -> tuple[str, tuple[Window, ...]]:
    """Return what finds a hint of legacy bytes, or signs of VIQR in a text that is not ASCII."""
    letters = f"[{re.escape(''.join(sorted(view_letters() | SIGNS)))}^`]"
    pairs = "|".join(f"(?<={a}){b}(?={c})" for a, b, c in PAIRS)
    windows = [(0, letters, ANY, ANY), (0, "[u]", "[+*]", "[o]")]
    windows += ((1, a, b, c or ANY) for a, b, c in PAIRS)
    return f"{letters}|u[+*]o|{pairs}", tuple(windows)


_HINT = late_clue("legacy.hint", _hint)


@register
@dataclass(frozen=True)
class Legacy(Transform):
    """Read TCVN3, VNI, VISCII, VPS, Windows-1258 and VIQR text that was taken for Latin text.

    Whole documents, single lines and cells, single words in clean text. A word changes only where
    it becomes a syllable in use and what stands there is less likely by far; foreign words stay.

    >>> Legacy()("Céng hoµ x· héi chñ nghÜa ViÖt Nam")
    'Cộng hoà xã hội chủ nghĩa Việt Nam'
    >>> Legacy()("Quán café của Zoë ở München, 5 µm")
    'Quán café của Zoë ở München, 5 µm'
    """

    name: ClassVar[str] = "legacy"
    clues: ClassVar[Sequence[Clue]] = (_HINT, DASHED_HORN, DROPPED_HORN, CONVERTED)
    undoes_damage: ClassVar[bool] = True
    rules: ClassVar[dict[str, str]] = _rules()

    def concerns(self, scan: Scan) -> bool:
        """Say whether there are letters or signs that clean Vietnamese does not have."""
        if scan.suspects(_HINT) and (has_hint(scan.unusual, scan.text) or may_be_viqr(scan.text)):
            return True
        return _tells_by_words(scan)

    def find(self, scan: Scan) -> Iterable[Edit]:
        """Yield an edit for each word that reads in a legacy charset."""
        return edits_to_fixed_point(scan.text, _find)

    def cleaned(self, scan: Scan) -> str:
        """Return the text with what `find` is certain of; the same object where that is nothing."""
        text, document = scan.text, scan.once(read_document)
        if document is not None:
            text = _read_as_document(text, document)
            if not self.concerns(Scan(text)):
                return text
        return text_at_fixed_point(text, _clean)


def _tells_by_words(scan: Scan) -> bool:
    """Say whether words that are none tell of damage that leaves letters of Vietnamese."""
    return scan.finds(DASHED_HORN) or scan.finds(DROPPED_HORN) or may_be_converted(scan)


def _read_as_document(text: str, document: LegacyDocument) -> str:
    """Return what a document reads, but for words that are good as they stand."""
    lines = []
    for shown, read in zip(text.split("\n"), document.text.split("\n"), strict=True):
        if has_good_word(shown, read):
            lines.append(apply_edits(shown, _document_edits(shown, document._replace(text=read))))
        else:
            lines.append(read)
    return "\n".join(lines)


def _document_edits(text: str, document: LegacyDocument) -> list[Edit]:
    """Return the edits of a document that is legacy bytes as a whole."""
    return _edits(keep_good_words(text, list(document.words(text))))


def _clean(text: str) -> str:
    """Return the text with what `_find` finds applied; lines that are sure are read at once."""
    by_words = may_be_viqr(text) or _tells_by_words(Scan(text))
    found = None if by_words else _lines_and_words(text)
    if found is None:
        return apply_edits(text, (edit for edit in _find(text) if edit.applies(None)))
    return apply_edits(text, sorted(edit for edit in found if edit.applies(None)))


def _lines_and_words(text: str) -> list[Edit] | None:
    """Return edits of whole lines, and of the words of others; None where more has to be asked."""
    lines, words = read_lines(text)
    if any(word.misreading.soft_hyphen == "dropped" for word in words):
        return None
    edits = _edits(_judged(text, words))
    for start, end, shown, misreading, bits, first, _ in lines:
        claim = _claim(misreading.charset, bits, True)
        if (
            claim[2] is Safety.SUGGEST
            or _is_slip(text[slice(*first)])
            or has_good_word(text[start:end], shown)
        ):
            return None
        edits.append(Edit(start, end, shown, *claim))
    return edits


def _find(text: str) -> list[Edit]:
    document = read_document(text)
    if document is not None:
        return _document_edits(text, document)
    edits = _bytes_edits(text)
    has_tcvn3 = any(edit.rule == "legacy.tcvn3" for edit in edits)
    if more := [
        *find_dashed_horns(text, has_tcvn3),
        *find_dropped_horns(text),
        *find_wrong_conversions(text),
    ]:
        edits = list(non_overlapping(sorted(edits + more)))
    if may_be_viqr(text) and not has_typed_tones(text) and (viqr := list(_viqr_edits(text))):
        edits = list(non_overlapping(sorted(edits + viqr)))
    return edits


def _bytes_edits(text: str) -> list[Edit]:
    words = _judged(text, find_legacy(text))
    if "\xad" not in text and any(word.misreading.soft_hyphen == "dropped" for word in words):
        from vnclean.repair.lost_horns import restore_lost_horns

        words = restore_lost_horns(text, words)
    return _edits(words)


def _edits(words: Iterable[LegacyWord]) -> list[Edit]:
    return [
        Edit(start, end, shown, *_claim(misreading.charset, bits, certain))
        for start, end, shown, misreading, bits, certain in words
    ]


def _judged(text: str, words: Sequence[LegacyWord]) -> Sequence[LegacyWord]:
    """Drop the words that something else explains: a slip, a good word, another damage."""
    words = _without_slips(text, _without_lost_bytes(text, words))
    return keep_good_words(text, words) if words else words


_GRAVE = 0xCC
"""The byte of the grave accent in windows-1258, and the first one of combining tones in UTF-8."""


def _without_lost_bytes(text: str, words: Sequence[LegacyWord]) -> Sequence[LegacyWord]:
    """Drop words of windows-1258 where every tone of the text is a grave accent.

    So is decomposed UTF-8 whose second bytes were lost in part: `BaÌo caÌo`, which was `Báo cáo`.
    """
    told = [word for word in words if word.misreading.charset.name == "windows-1258-vi"]
    if len(told) < _MIN_TONES:
        return words
    for word in told:
        grave = bytes((_GRAVE,)).decode(word.misreading.page, "replace")
        rest = text[word.start : word.end].replace(grave, "")
        if any(letter > "\x7f" and letter not in word.text for letter in rest):
            return words
    return [word for word in words if word.misreading.charset.name != "windows-1258-vi"]


_MIN_TONES = 2
"""Words of one tone only that can't be chance."""


def _without_slips(text: str, words: Sequence[LegacyWord]) -> Sequence[LegacyWord]:
    """Drop words that a misplaced tone explains, where nothing else of their line is legacy.

    `vaò` and `Bôì` read in a legacy charset as well; a slip of the keyboard is far more common.
    """
    slips = {word.start for word in words if _is_slip(text[word.start : word.end])}
    if not slips:
        return words
    told = {line_bounds(text, word.start) for word in words if word.start not in slips}
    return [
        word for word in words if word.start not in slips or line_bounds(text, word.start) in told
    ]


_OURS = MARKED_LETTERS.union(ascii_letters)


def _is_slip(word: str) -> bool:
    return _OURS.issuperset(word) and mend_placement(word) is not None


_ALONE = 0.6
"""The confidence in a word that nothing around it speaks for."""


@cached(1 << 10)
def _claim(charset: Charset, bits: float, certain: bool) -> tuple[str, float, Safety]:
    """Return rule, confidence and safety of a word; those of a run have the same."""
    confidence = 1.0 - 0.5 * 2.0 ** -max(0.0, bits / 2 - 3)
    if not certain:
        confidence = min(confidence, _ALONE)
    return f"legacy.{charset.rule_name}", round(confidence, 4), _safety(confidence)


def _safety(confidence: float) -> Safety:
    if confidence >= 0.98:
        return Safety.SAFE
    return Safety.LIKELY if confidence >= 0.8 else Safety.SUGGEST


def _viqr_edits(text: str) -> Iterator[Edit]:
    for found in find_viqr_edits(text):
        confidence = round(1.0 - 2.0 ** -(1.5 + found.weight), 4)
        claim = ("legacy.viqr", confidence, _safety(confidence))
        yield Edit(found.start, found.end, found.text, *claim)

"""UTF-8 that was read as another charset, once or several times, undone where it is certain.

A piece of text between ASCII signs is decoded under each view; what comes out is judged as
Vietnamese (or at least as a word), and what went in as clean text. `XÃ` + no-break space + `TÂN`
is clean and stays; `lÃ` + no-break space is not. Where both readings make sense, the rest of the
line decides, then the text; if neither can, nothing is changed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Any, ClassVar

from vnclean.caches import cached_table, late_pattern
from vnclean.channels import CHANNELS, priors_of
from vnclean.charsets.undecoded.documents import read_document
from vnclean.core.edits import decode_atoms, find_atoms
from vnclean.fixed_point import edits_to_fixed_point, text_at_fixed_point
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.words import WORD
from vnclean.repair.code_page_views import (
    BEGINNINGS,
    OTHER_SCRIPTS,
    candidate_lines,
    is_candidate,
    views,
)
from vnclean.repair.double_byte import GLUED, find_double_byte
from vnclean.repair.half_repairs import may_be_half, whole_words
from vnclean.repair.mojibake_atoms import (
    LOST_BYTE,
    AtomDecoding,
    decode_atom,
    has_long_sequence,
    is_clean_sign,
    shows_blank,
)
from vnclean.repair.mojibake_checks import deciding_check
from vnclean.repair.mojibake_context import MojibakeContext, MojibakePiece, families_of
from vnclean.repair.other_charsets import (
    SEQUENCES,
    begins_in_other_charset,
    lines_in_other_charsets,
    shows_sequences,
)
from vnclean.repair.whole_texts import decode_whole_text
from vnclean.scan import Clue, Scan
from vnclean.transform import Edit, Safety, Transform, apply_edits, non_overlapping, register

__all__ = ["Mojibake"]

_BEYOND_ASCII = late_pattern("[\u0080-\U0010ffff]+")
_MOST_ATOMS = 1 << 14
"""Distinct atoms after which nothing is known any more."""
_EASTERN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC"})
_SCRIPTS = _EASTERN | {"CYRILLIC", "GREEK"}


def _cause(name: str) -> str:
    """Return what a channel's first line says, up to the example of who does it."""
    return re.split("[,:]", CHANNELS[name].summary)[0]


@register
@dataclass(frozen=True, repr=False)
class Mojibake(Transform):
    """Undo UTF-8 read as another charset: Viá»‡t, Viß╗çt, Vi·ªát; also several times over.

    Views: windows-1252, Latin-1, windows-1258, 1250, 1251, DOS 437 and 850, Mac Roman. Whole
    texts and single words; correct words beside them are not touched. Bytes that were lost on the
    way are not guessed here. Must run before anything that trims, collapses or drops characters.

    >>> Mojibake()("Nguyá»…n sống á»Ÿ Huế. Viß╗çt Nam, Vi·ªát")
    'Nguyễn sống ở Huế. Việt Nam, Việt'
    >>> Mojibake()("UBND XÃ\u00a0TÂN PHÚ, “XÃ” và «cá»…")
    'UBND XÃ\\xa0TÂN PHÚ, “XÃ” và «cá»…'
    """

    name: ClassVar[str] = "mojibake"
    clues: ClassVar[Sequence[Clue]] = (BEGINNINGS, SEQUENCES, GLUED)
    undoes_damage: ClassVar[bool] = True
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        **{
            f"mojibake.utf8_{CHANNELS[name].charset}": f"{_cause(name)} ({CHANNELS[name]('nhân')})"
            for name in priors_of("lossless")
        },
        LOST_BYTE: "UTF-8 was read as windows-1252, and bytes that it has not were left out",
        "mojibake.repeated": "UTF-8 was read as another charset several times over",
        "mojibake.other_charset": "UTF-8 was read as another charset of one byte (cp866, KOI8-R)",
        "mojibake.double_byte": "UTF-8 was read as a charset of East Asia (GBK, Shift-JIS)",
        "mojibake.other": "UTF-8 of another script was read as another charset",
    }

    def concerns(self, scan: Scan) -> bool:
        """Look for a lead byte and a continuation byte of one view, side by side.

        Where a text is legacy bytes as a whole, `legacy` comes first.
        """
        begun = any(_opens(scan.text, found.start()) for found in scan.matches(BEGINNINGS))
        return (begun or shows_sequences(scan) or scan.finds(GLUED)) and scan.once(
            read_document
        ) is None

    def find(self, scan: Scan) -> list[Edit]:
        """Return one edit for each piece between ASCII signs that is undone."""
        return edits_to_fixed_point(scan.text, _find)

    def cleaned(self, scan: Scan) -> str:
        """Return the text with all pieces undone; each of them is likely at least."""
        whole = scan.once(decode_whole_text)
        if whole is not None and not self.concerns(Scan(whole)):
            return whole
        return text_at_fixed_point(scan.text if whole is None else whole, _clean)


def _find(text: str) -> list[Edit]:
    unusual = Scan(text).unusual
    lines = candidate_lines(text, unusual)
    known = _known_atoms()
    others = _in_other_charsets(text, known)
    glued = find_double_byte(text)
    lines = [span for span in lines if span not in others]
    if not lines:
        edits = glued + [edit for span in others for edit in others[span]]
        return list(non_overlapping(sorted(edits)))
    found = [
        (start, find_atoms(text, start, end, known, _decoded, MojibakePiece, Edit))
        for start, end in lines
    ]
    edits = list(_others(text, unusual))
    edits += glued
    edits += (edit for span in others for edit in others[span])
    context = MojibakeContext(
        text,
        [piece for _, (pieces, _, _) in found for piece in pieces],
        {start: len(certain) for start, (_, certain, is_ascii) in found if is_ascii},
    )
    for _, (pieces, certain, is_ascii) in found:
        edits += certain
        if len(certain) < len(pieces):
            edits += filter(None, (_decide(p, context) for p in pieces if not p.decoding.certain))
        if certain and not is_ascii:
            first = next(piece for piece in pieces if piece.decoding.certain)
            edits += _leftovers(first, context)
    edits.sort()
    return list(whole_words(text, list(non_overlapping(edits))))


def _clean(text: str) -> str:
    """Return the text with what `_find` finds applied; nothing is accounted for."""
    scan = Scan(text)
    unusual = scan.unusual
    known = _known_atoms()
    if scan.places(GLUED):
        return apply_edits(text, (edit for edit in _find(text) if edit.applies(None)))
    pieces: list[str] = []
    done = 0
    for start, end in candidate_lines(text, unusual):
        # Where all atoms of a line were misread alike, and one is certain, nothing else is asked.
        decoded = _decode_line(text, start, end, known)
        if decoded is None or begins_in_other_charset(text, done, start):
            return apply_edits(text, _find(text))
        pieces += text[done:start], decoded
        done = end
    if begins_in_other_charset(text, done, len(text)):
        return apply_edits(text, _find(text))
    if not pieces:
        return text
    if any(_others(text, unusual)):
        return apply_edits(text, _find(text))
    pieces.append(text[done:])
    return "".join(pieces)


def _in_other_charsets(text: str, known: dict[str, _Known]) -> dict[tuple[int, int], list[Edit]]:
    """Return the lines that a charset explains that is no view, where the views don't do it."""

    def is_explained(start: int, end: int) -> bool:
        return _decode_line(text, start, end, known) is not None

    return lines_in_other_charsets(text, is_explained)


def _decode_line(text: str, start: int, end: int, known: dict[str, _Known]) -> str | None:
    """Return a line of which all atoms were misread alike, and that is ours now; or None."""
    decoded = decode_atoms(text, start, end, known, _decoded)
    if (
        decoded is None
        or _odd_letter().search(decoded)
        or may_be_half(decoded)
        or shows_blank(decoded)
    ):
        return None
    return decoded


@cached_table
def _odd_letter() -> re.Pattern[str]:
    """Return what finds a Latin letter that isn't ours: foreign, or a sign of the wrong view."""
    latin = map(chr, (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)))
    return re.compile(f"[{''.join(c for c in latin if c not in MARKED_LETTERS)}]")


def _known_atoms() -> dict[str, _Known]:
    """Return what is known of atoms, from text to text."""
    known = _kept_atoms()
    if len(known) > _MOST_ATOMS:
        known.clear()
    return known


@cached_table
def _kept_atoms() -> dict[str, _Known]:
    return {}


_Known = tuple[AtomDecoding | None, tuple[Any, ...] | None, str, tuple[str, ...]]
"""What an atom may have been; an edit but for its place, where that is certain; the text; the
families of the views."""


def _decoded(atom: str) -> _Known:
    decoding = decode_atom(atom)
    if decoding is None:
        return None, None, "", ()
    tail: tuple[Any, ...] | None = None
    if decoding.certain:
        confidence = 0.999 if decoding.quality == 3 else 0.98
        tail = decoding.text, decoding.rule, confidence, Safety.SAFE, ()
    cut = decoding.rule == LOST_BYTE  # of no family: the text has to be asked
    return decoding, tail, decoding.text, (LOST_BYTE,) if cut else families_of(decoding.chain)


def _leftovers(piece: MojibakePiece, context: MojibakeContext) -> Iterator[Edit]:
    """Yield what else went through the views of a piece, in a line that did so as a whole.

    These are letters of other scripts, phonetic signs and the like: too rare to look for.
    """
    if not context.is_damaged(piece.start):
        return
    decoding = piece.decoding
    for gap in context.gaps(*context.bounds(piece.start)):
        for match in _BEYOND_ASCII.finditer(context.text, *gap):
            decoded = match.group()
            for name in decoding.chain:
                decoded = views()[name].decode(decoded)
            if decoded != match.group() and all(
                letter.isalpha() or is_clean_sign(letter) for letter in decoded
            ):
                yield Edit(*match.span(), decoded, decoding.rule, 0.97)


@cached_table
def _other_scripts() -> re.Pattern[str]:
    """Return a pattern for three letters and more of another script, read as windows-1252.

    Greek and Cyrillic letters have two bytes; three bytes mostly are Chinese, Japanese or Korean.
    """
    tail = re.escape("".join(sorted(_tails())))
    # One set of letters first: that makes the search several times as fast.
    return re.compile(
        f"[{OTHER_SCRIPTS}][{tail}](?:(?<=[ÎÏÐÑ].)(?:[ÎÏÐÑ][{tail}]){{2,}}+"
        f"|(?<=[ã-í].)[{tail}](?:[ã-í][{tail}]{{2}})++)"
    )


def _shows_letter(text: str, at: int) -> bool:
    """Say whether the first bytes of a letter of ours stand at an offset, in some view."""
    return any(view.pair.match(text, at) for view in views().values())


def _opens(text: str, at: int) -> bool:
    """Say whether a piece that may be undone begins at an offset."""
    return _shows_letter(text, at) or (
        text[at] in OTHER_SCRIPTS and _other_scripts().match(text, at) is not None
    )


@cached_table
def _tails() -> frozenset[str]:
    """Return what windows-1252 shows for the bytes that never begin a letter."""
    shown = views()["cp1252"].bytes_of.items()
    return frozenset(chr(code) for code, byte in shown if byte < 0xC0)


def _others(text: str, unusual: Set[str]) -> Iterator[Edit]:
    """Yield runs of another script; ftfy, which knows other languages, gives a second opinion."""
    view = views()["cp1252"]
    done = 1
    for at in Scan(text).where(_tails()):  # the second of two, where only a few places are
        if at < done or text[at - 1] not in OTHER_SCRIPTS:
            continue
        match = _other_scripts().match(text, at - 1)
        if match is None or not is_candidate(text, at - 1, unusual):
            continue
        done = match.end() + 1
        decoded = view.decode(match.group())
        scripts = {unicodedata.name(c, "").partition(" ")[0] for c in decoded}
        if scripts <= _SCRIPTS and (scripts <= _EASTERN or len(scripts) == 1):
            from ftfy.badness import is_bad

            if is_bad(match.group()):
                yield Edit(*match.span(), decoded, "mojibake.other", 0.97)


def _decide(piece: MojibakePiece, context: MojibakeContext) -> Edit | None:
    """Decide on a piece that may be clean text."""
    start, end, decoding = piece
    atom = context.text[start:end]
    if decoding.rule == LOST_BYTE:
        if context.shows_windows and context.is_damaged(start):
            return Edit(start, end, decoding.text, LOST_BYTE, 0.98)
        return None
    if "\xa0" in atom and decoding.quality == 1:
        return None  # blanks that stand for bytes without a character: vá»\xa0 was về
    if has_long_sequence(atom) and not context.is_quoted(start, end):
        # Three bytes of one letter, side by side: that is no accident.
        if decoding.quality > 1:
            return Edit(start, end, decoding.text, decoding.rule, 0.99)
        if MARKED_LETTERS.issuperset(set(decoding.text).difference(atom)):
            return Edit(start, end, decoding.text, decoding.rule, 0.95, Safety.LIKELY)
    if context.is_damaged(start) and context.went_through(start, decoding.chain):
        return Edit(start, end, decoding.text, decoding.rule, 0.99)
    if decoding.quality == 3 and deciding_check(piece, context)[1]:
        return Edit(start, end, decoding.text, decoding.rule, 0.95, Safety.LIKELY)
    if decoding.quality == 2 and _is_stray_sign(piece, context):
        return Edit(start, end, decoding.text, decoding.rule, 0.9, Safety.LIKELY)
    return None


def _is_stray_sign(piece: MojibakePiece, context: MojibakeContext) -> bool:
    """Weigh an `Â` before a sign of Latin-1, and `đ` behind a sum of money."""
    text = context.text
    start, end, decoding = piece
    atom = text[start:end]
    before = text[start - 1 : start]
    if decoding.text == "đ":
        return before.isdigit() or (
            text[end : end + 1] in ("/", ".", ")") and context.language.is_vietnamese(start)
        )
    if not atom.startswith(("Â", "┬", "¬", "В")) or WORD.findall(decoding.text):
        return False
    line = text[max(0, start - 200) : start].rpartition("\n")[2]
    if "«" in line or "“" in line:
        return False
    return bool(before.strip()) or len(decoding.text) > 1 or decoding.text in ("©", "«", "»")

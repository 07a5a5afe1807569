"""UTF-8 that was read as another charset, once or several times, undone where it is certain.

A piece of text between ASCII signs is decoded under each view; what comes out is judged as
Vietnamese (or at least as a word), and what went in as clean text. `XÃ` + no-break space + `TÂN`
is clean and stays; `lÃ` + no-break space is not. Where both readings make sense, the rest of the
line decides, then the text; if neither can, nothing is changed.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import ClassVar, NamedTuple

from vnclean.channels import CHANNELS, priors_of
from vnclean.fixed_point import settle
from vnclean.language.alphabet import LETTERS, MARKED_LETTERS, VOWELS
from vnclean.language.casing import has_regular_case
from vnclean.language.identify import Evidence
from vnclean.language.lexicon import frequency
from vnclean.language.syllable import is_spellable
from vnclean.language.words import WORD
from vnclean.repair.code_page_views import (
    BEGINNINGS,
    OTHER_SCRIPTS,
    View,
    candidates,
    families,
    views,
)
from vnclean.scan import Scan
from vnclean.transform import Edit, Safety, Transform, non_overlapping, register

__all__ = ["Mojibake"]

_NO_ASCII = re.compile("[\u0080-\U0010ffff]+")
_ATOM = re.compile("[A-Za-z\u0080-\U0010ffff]++")
_ASCII_OR_VIETNAMESE = re.compile(f"[A-Za-z{''.join(c for c in LETTERS if c > 'z')}]+")
# Signs that may follow or part words in clean text. Among them are bytes of letters in some view.
# Half a word of which bytes were lost or straightened: for the decoder of lossy text, as a whole.
_HALF = re.compile("[ÃÄÅÆº»Ă][?'\"]\\Z")
_PLAIN = frozenset("\u00a0‘’“”„‚«»‹›–—…•·®©™¹²³\u00ad")
_BETWEEN = frozenset("\u00a0–—’•·…®™\u00ad")
_NO_LETTERS = frozenset("ªºƒˆ")  # Unicode calls them letters
_CLOSING = {"”": '“„"', "’": "‘‚'", "»": "«", "›": "‹", "“": "„“", "‘": "‚‘"}
_AFTER_PARTICLE = frozenset('?!,."')
_NESTED = 6
"""How many times over a piece may have been misread."""
_SENTENCE_START = re.compile(r"(?:^|[.!?…:;\"“”(\[*•–—-])[ \u00a0]*\Z")


class _Reading(NamedTuple):
    """What a piece of text may have been."""

    text: str
    rule: str
    certain: bool
    """Whether the piece can't be clean text."""
    quality: int
    """3: Vietnamese words in use; 2: other words, signs; 1: letters that make no word."""
    chain: tuple[str, ...] = ()
    """The views it went through, the last one first."""
    foreign: bool = False
    """Whether the piece would be clean text of another language, or no text at all."""


class _Piece(NamedTuple):
    start: int
    end: int
    reading: _Reading


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
    undoes_damage: ClassVar[bool] = True
    additive: ClassVar[bool] = True
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        **{
            f"mojibake.utf8_{CHANNELS[name].charset}": f"{_cause(name)} ({CHANNELS[name]('nhân')})"
            for name in priors_of("lossless")
        },
        "mojibake.repeated": "UTF-8 was read as another charset several times over",
        "mojibake.other": "UTF-8 of another script was read as another charset",
    }

    def concerns(self, scan: Scan) -> bool:
        """Look for a lead byte and a continuation byte of one view, side by side."""
        if scan.is_ascii:
            return False
        if scan.is_long:
            return any(_opens(scan.text, found.start()) for found in scan.matches(BEGINNINGS))
        return any(_opens(scan.text, at) for at in candidates(scan.text, scan.unusual))

    def proposals(self, text: str) -> list[Edit]:
        """Return one edit for each piece between ASCII signs that is undone."""
        return settle(text, _find)


def _find(text: str) -> list[Edit]:
    places = sorted(set(candidates(text, Scan(text).unusual)))
    if not places:
        return []
    pieces = list(_pieces(text, places))
    others = list(_others(text, places))
    if not pieces:
        return others
    context = _Context(text, pieces)
    edits = []
    for piece in pieces:
        edit = _decide(piece, context)
        if edit is not None:
            edits.append(edit)
    edits += _leftovers(text, pieces, context)
    edits += others
    edits.sort()
    return list(non_overlapping(edits))


def _leftovers(text: str, pieces: list[_Piece], context: _Context) -> Iterator[Edit]:
    """Yield what else went through the same mill in lines that did so as a whole.

    These are letters of other scripts, phonetic signs and the like: too rare to look for.
    """
    at = -1
    for piece in pieces:
        if piece.start < at or not piece.reading.certain or not context.damaged(piece.start):
            continue
        start, at = context.bounds(piece.start)
        for gap_start, gap_end in context.gaps(start, at):
            for match in _NO_ASCII.finditer(text, gap_start, gap_end):
                decoded = match.group()
                for name in piece.reading.chain:
                    decoded = views()[name].decode(decoded)
                if decoded != match.group() and all(c.isalpha() or _is_sign(c) for c in decoded):
                    yield Edit(*match.span(), decoded, piece.reading.rule, 0.97)


def _pieces(text: str, places: list[int]) -> Iterator[_Piece]:
    """Yield every piece between ASCII signs that has a reading other than its own."""
    known: dict[str, _Reading | None] = {}
    done = 0
    for hit in places:
        if hit < done or not _shows_letter(text, hit):
            continue
        start = hit
        while start > done and (text[start - 1].isalpha() or text[start - 1] > "\x7f"):
            start -= 1
        match = _ATOM.match(text, start)
        assert match is not None
        done = match.end()
        atom = match.group()
        if atom not in known:
            known[atom] = _read(atom)
        reading = known[atom]
        if reading is not None and not _HALF.search(text, max(0, start - 3), start):
            yield _Piece(start, done, reading)


@cache
def _other_scripts() -> re.Pattern[str]:
    """Return a pattern for three letters and more of another script, read as windows-1252.

    Greek and Cyrillic letters have two bytes; three bytes mostly are Chinese, Japanese or Korean.
    """
    tail = "".join(
        re.escape(chr(code)) for code, byte in views()["cp1252"].bytes_of.items() if byte < 0xC0
    )
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


def _others(text: str, places: list[int]) -> Iterator[Edit]:
    """Yield runs of another script; ftfy, which knows other languages, gives a second opinion."""
    view = views()["cp1252"]
    done = 0
    for at in places:
        if at < done or text[at] not in OTHER_SCRIPTS:
            continue
        match = _other_scripts().match(text, at)
        if match is None:
            continue
        done = match.end()
        decoded = view.decode(match.group())
        scripts = {unicodedata.name(c, "").partition(" ")[0] for c in decoded}
        if scripts <= _SCRIPTS and (scripts <= _EASTERN or len(scripts) == 1):
            from ftfy.badness import is_bad

            if is_bad(match.group()):
                yield Edit(*match.span(), decoded, "mojibake.other", 0.97)


_EASTERN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC"})
_SCRIPTS = _EASTERN | {"CYRILLIC", "GREEK"}


# -- reading one piece ------------------------------------------------------------------------


def _read(atom: str) -> _Reading | None:
    """Return the best reading of a piece, by the piece alone."""
    best: _Reading | None = None
    best_key = (-len(atom), 0, 0)
    words = set(WORD.findall(atom))
    seen = {atom}
    layer: list[tuple[str, tuple[str, ...]]] = [(atom, ())]
    for depth in range(_NESTED):
        deeper: list[tuple[str, tuple[str, ...]]] = []
        for shown, chain in layer:
            for view in views().values():
                decoded = view.decode(shown)
                if decoded in seen:
                    continue
                seen.add(decoded)
                deeper.append((decoded, (*chain, view.name)))
                quality = _quality(decoded, atom, words, view)
                # A deeper reading is the better one: what still looks like mojibake is mojibake.
                key = (-_left(decoded), quality, -len(decoded))
                if quality and key > best_key:
                    best_key = key
                    rule = "mojibake.repeated" if depth else _rule(view.name, atom)
                    best = _Reading(decoded, rule, False, quality, (*chain, view.name))
        if not deeper or len(deeper) > 40:
            break
        layer = deeper
    if best is None:
        return None
    foreign = _is_foreign(atom)
    certain = best.quality > 1 and not (
        foreign or _is_clean(atom, best.quality) or _was_likelier(atom, best.text)
    )
    return best._replace(certain=certain, foreign=foreign)


def _was_likelier(atom: str, decoded: str) -> bool:
    """Say whether a word in use with a sign behind it would become a rarer word."""
    words = WORD.findall(atom)
    return (
        len(words) == 1
        and atom.startswith(words[0])
        and has_regular_case(words[0])
        and frequency(words[0]) > frequency(unicodedata.normalize("NFC", decoded))
    )


def _rule(charset: str, atom: str) -> str:
    if charset in ("cp1252", "latin1"):
        is_latin1 = any("\x80" <= c <= "\x9f" for c in atom) and not _CP1252_ONLY.search(atom)
        return "mojibake.utf8_latin1" if is_latin1 else "mojibake.utf8_cp1252"
    return "mojibake.utf8_" + charset


_CP1252_ONLY = re.compile("[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


def _left(decoded: str) -> int:
    """Return how many sequences of mojibake a decoded piece still shows."""
    counts = (len(view.pair.findall(decoded)) for view in views().values())
    return min((count for count in counts if count), default=0)


def _quality(decoded: str, atom: str, words: set[str], view: View) -> int:
    """Return 3 if every new word is Vietnamese, 2 if it may be a word, 1 for letters, or 0."""
    if not all(c.isalpha() or _is_sign(c) for c in set(decoded).difference(atom)):
        return 0
    if "\ufffd" in decoded or view.broken.search(decoded):
        return 0  # bytes were lost: for the decoder of lossy text
    quality = 3
    fresh = False
    for word in WORD.findall(decoded):
        if word in words:
            continue
        fresh = True
        word = unicodedata.normalize("NFC", word)
        if any("\u0300" <= c <= "\u036f" for c in word):
            return 0
        if not has_regular_case(word) or not _is_latin(word):
            quality = 1
        elif not frequency(word):
            quality = min(quality, 2)
    return quality if fresh else 2


def _is_sign(character: str) -> bool:
    """Say whether clean text may hold a character that is no letter."""
    category = unicodedata.category(character)
    return category not in ("Cc", "Cn", "Co", "Cs") and (
        category not in ("Mn", "Mc", "Me")
        or character in _VIETNAMESE_MARKS
        or character == "\ufe0f"
    )


_VIETNAMESE_MARKS = frozenset("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")


def _is_latin(word: str) -> bool:
    return all(c < "\u0250" or "\u1e00" <= c <= "\u1eff" or c in _VIETNAMESE_MARKS for c in word)


def _is_clean(atom: str, quality: int) -> bool:
    """Say whether a piece makes sense as clean text: words with quotes, dashes, spaces between.

    Where only an unknown word would come out (quality 2), any punctuation may stand between words:
    blanks after it are forgotten easily.
    """
    at = 0
    for match in WORD.finditer(atom):
        word = match.group()
        if not has_regular_case(word) or not _NO_LETTERS.isdisjoint(word) or _mixes_scripts(word):
            return False
        between = atom[at : match.start()]
        if at and quality == 3 and not _BETWEEN.issuperset(between):
            return False
        if not all(map(_is_plain, between)):
            return False
        at = match.end()
    return all(map(_is_plain, atom[at:]))


def _is_plain(sign: str) -> bool:
    return sign in _PLAIN or unicodedata.category(sign)[0] in "PZ"


def _mixes_scripts(word: str) -> bool:
    return _ASCII_OR_VIETNAMESE.search(word) is not None and not _is_latin(word)


def _is_foreign(atom: str) -> bool:
    """Say whether a piece may be of another script, or a drawing or formula without letters.

    Only short sequences can be that: those of three and four bytes are too peculiar.
    """
    if _peculiar().search(atom):
        return False
    return _ASCII_OR_VIETNAMESE.search(atom) is None


@cache
def _peculiar() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{view.long.pattern})" for view in views().values()))


# -- deciding in context ----------------------------------------------------------------------


class _Context:
    """What the lines of a text, and the text, say about its pieces."""

    def __init__(self, text: str, pieces: list[_Piece]) -> None:
        self.text = text
        self.evidence = Evidence(text)
        self._pieces = pieces
        self._starts = [piece.start for piece in pieces]
        self._lines: dict[int, tuple[int, int]] = {}
        self._document: bool | None = None
        self._chains: dict[int, set[tuple[str, ...]]] = {}
        self._all_chains: set[tuple[str, ...]] | None = None

    def line(self, offset: int) -> tuple[int, int]:
        """Return how many pieces of the line are certain, and how many of its words are intact."""
        start = self.text.rfind("\n", 0, offset) + 1
        if start not in self._lines:
            end = self.text.find("\n", offset)
            self._lines[start] = self._count(start, len(self.text) if end < 0 else end)
        return self._lines[start]

    def _count(self, start: int, end: int) -> tuple[int, int]:
        certain = intact = 0
        at = start
        for piece in islice(self._pieces, bisect_left(self._starts, start), None):
            if piece.start >= end:
                break
            certain += piece.reading.certain
            intact += _intact(self.text[at : piece.start])
            at = piece.end
        return certain, intact + _intact(self.text[at:end])

    def bounds(self, offset: int) -> tuple[int, int]:
        """Return where the line around an offset starts and ends."""
        end = self.text.find("\n", offset)
        return self.text.rfind("\n", 0, offset) + 1, len(self.text) if end < 0 else end

    def gaps(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the spans of a line between its pieces."""
        for piece in islice(self._pieces, bisect_left(self._starts, start), None):
            if piece.start >= end:
                break
            yield start, piece.start
            start = piece.end
        yield start, end

    def damaged(self, offset: int) -> bool:
        """Say whether everything in the line is damaged, as far as can be seen."""
        certain, intact = self.line(offset)
        if intact:
            return False
        return certain > 0 or self.document_damaged

    def opened(self, start: int, end: int) -> bool:
        """Say whether a guillemet was opened before, so that `á»` may be a word and its end."""
        line = self.text[max(0, start - 200) : start].rpartition("\n")[2]
        return "«" in line or "»" in line or "«" in self.text[start:end].partition("»")[0]

    def went_through(self, offset: int, chain: tuple[str, ...]) -> bool:
        """Say whether certain pieces of the line, or of the text, went through the same views."""
        start = self.text.rfind("\n", 0, offset) + 1
        if start not in self._chains:
            self._chains[start] = self._collect(*self.bounds(offset))
        chains = self._chains[start]
        if not chains:
            if self._all_chains is None:
                self._all_chains = self._collect(0, len(self.text))
            chains = self._all_chains
        return _western(chain) in chains

    def _collect(self, start: int, end: int) -> set[tuple[str, ...]]:
        found = set()
        for piece in islice(self._pieces, bisect_left(self._starts, start), None):
            if piece.start >= end:
                break
            if piece.reading.certain:
                found.add(_western(piece.reading.chain))
        return found

    @property
    def document_damaged(self) -> bool:
        """Whether the whole text went through the same mill."""
        if self._document is None:
            certain, intact = self._count(0, len(self.text))
            self._document = certain >= 3 and intact * 10 <= certain
        return self._document


def _western(chain: tuple[str, ...]) -> tuple[str, ...]:
    """Return a chain of views with those that show most letters alike as one."""
    return tuple(families()[name] for name in chain)


def _intact(text: str) -> int:
    """Return how many words in use with a mark a stretch of text holds."""
    if text.isascii():
        return 0
    return sum(not word.isascii() and frequency(word) > 0 for word in WORD.findall(text))


def _decide(piece: _Piece, context: _Context) -> Edit | None:
    start, end, reading = piece
    if reading.certain:
        confidence = 0.999 if reading.quality == 3 else 0.98
        return Edit(start, end, reading.text, reading.rule, confidence)
    atom = context.text[start:end]
    if _peculiar().search(atom) and not context.opened(start, end):
        # Three bytes of one letter, side by side: that is no accident.
        if reading.quality > 1:
            return Edit(start, end, reading.text, reading.rule, 0.99)
        if MARKED_LETTERS.issuperset(set(reading.text).difference(atom)):
            return Edit(start, end, reading.text, reading.rule, 0.95, Safety.LIKELY)
    if context.damaged(start) and context.went_through(start, reading.chain):
        return Edit(start, end, reading.text, reading.rule, 0.99)
    if reading.quality == 3 and _is_damage_alone(piece, context):
        return Edit(start, end, reading.text, reading.rule, 0.95, Safety.LIKELY)
    if reading.quality == 2 and _is_stray_sign(piece, context):
        return Edit(start, end, reading.text, reading.rule, 0.9, Safety.LIKELY)
    return None


def _is_damage_alone(piece: _Piece, context: _Context) -> bool:
    """Weigh one piece that makes sense both ways, in a line that is otherwise intact."""
    text = context.text
    start, end, reading = piece
    atom = text[start:end]
    if not context.evidence.at(start):
        return False
    old = WORD.findall(atom)
    new = [word for word in WORD.findall(reading.text) if word not in old]
    weigh = _weight if len(old) == 1 else frequency
    gained = min(map(_weight, new)) - min(map(weigh, old), default=0)
    low = text.rfind("\n", max(0, start - 200), start) + 1 or max(0, start - 200)
    before = text[low:start]
    after = text[end : end + 200].partition("\n")[0]
    if reading.foreign:
        return gained >= 8 and not any(map(_is_strange, before + after))
    if any(opening in before for sign in atom for opening in _CLOSING.get(sign, "")):
        return False
    if atom[-1] == "\u00a0" and text[end : end + 1].isalnum():
        return False  # a no-break space where one belongs
    if all(word.isupper() for word in new) and len(reading.text) > 1:
        if _is_plain(atom[-1]) and all(map(is_spellable, old)):
            return False  # a syllable and its quote, dash or no-break space
        return gained >= (10 if _is_plain(atom[-1]) else 3)
    neighbours = WORD.findall(before)[-1:] + WORD.findall(after[:40])[:1]
    if any(word.isupper() for word in neighbours):
        return False
    if any(c > "\x7f" and c.isalpha() and c not in MARKED_LETTERS for word in old for c in word):
        return gained >= 3  # Ä, Å, Ĺ, Ć are no Vietnamese letters
    if len(reading.text) == 1 and after[:1] not in _AFTER_PARTICLE:
        return False  # à ends a question; elsewhere someone may speak of the letter
    fits = all(word.islower() for word in new) or _SENTENCE_START.search(before) is not None
    return gained >= 3 and (fits or any(word.istitle() for word in neighbours))


def _is_strange(character: str) -> bool:
    """Say whether a character is neither ASCII nor Vietnamese nor common punctuation."""
    return character > "\x7f" and character not in MARKED_LETTERS and not _is_plain(character)


def _weight(word: str) -> int:
    """Return how common a word is; a letter of the alphabet may always be spoken of."""
    if len(word) == 1 and word.lower() in VOWELS:
        return 18
    return frequency(unicodedata.normalize("NFC", word))


def _is_stray_sign(piece: _Piece, context: _Context) -> bool:
    """Weigh an `Â` before a sign of Latin-1, and `đ` behind a sum of money."""
    text = context.text
    start, end, reading = piece
    atom = text[start:end]
    before = text[start - 1 : start]
    if reading.text == "đ":
        return before.isdigit() or (
            text[end : end + 1] in ("/", ".", ")") and context.evidence.at(start)
        )
    if not atom.startswith(("Â", "┬", "¬", "В")) or WORD.findall(reading.text):
        return False
    line = text[max(0, start - 200) : start].rpartition("\n")[2]
    if "«" in line or "“" in line:
        return False
    return bool(before.strip()) or len(reading.text) > 1 or reading.text in ("©", "«", "»")

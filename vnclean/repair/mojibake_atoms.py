"""Decode an atom, a piece of text between ASCII signs, that may be misread UTF-8.

What comes out is judged as Vietnamese (or at least as a word), and what went in as clean text.
Nothing here knows what stands around the atom.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from vnclean.caches import cached_table, late_pattern
from vnclean.language.alphabet import LETTERS, MARKED_LETTERS
from vnclean.language.casing import has_regular_case
from vnclean.language.lexicon import frequency
from vnclean.language.words import LETTER, WORD
from vnclean.repair.code_page_views import View, any_sequence, views

__all__ = [
    "LOST_BYTE",
    "AtomDecoding",
    "decode_atom",
    "has_long_sequence",
    "is_clean_sign",
    "is_punctuation",
    "shows_blank",
]

_MAX_LAYERS = 6
"""How many times over an atom may have been misread."""
_MAX_FORMS = 40
"""Forms of one layer after which no deeper one is tried."""

_ASCII_OR_VIETNAMESE = late_pattern(f"[A-Za-z{''.join(c for c in LETTERS if c > 'z')}]+")
# Signs that may follow or part words in clean text. Among them are bytes of letters in some view.
_PUNCTUATION = frozenset("\u00a0‘’“”„‚«»‹›–—…•·®©™¹²³\u00ad")
_BETWEEN_WORDS = frozenset("\u00a0–—’•·…®™\u00ad")
_NO_LETTERS = frozenset("ªºƒˆ")  # Unicode calls them letters
_VIETNAMESE_MARKS = frozenset("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")
_TWO_BEYOND_ASCII = late_pattern("[^\x00-\x7f]{2}")
_CP1252_ONLY = re.compile("[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


class AtomDecoding(NamedTuple):
    """What an atom may have been."""

    text: str
    rule: str
    certain: bool
    """Whether the atom can't be clean text."""
    quality: int
    """3: Vietnamese words in use; 2: other words, signs; 1: letters that make no word."""
    chain: tuple[str, ...]
    """The views it went through, the last one first."""
    foreign: bool
    """Whether the atom would be clean text of another language, or no text at all."""


def decode_atom(atom: str) -> AtomDecoding | None:
    """Return the best decoding of an atom, by the atom alone; None where there is none.

    >>> decode_atom("Nguyá»…n").text, decode_atom("Nguyễn")
    ('Nguyễn', None)
    """
    decoded = _decode_usual(atom)
    if decoded is not None:
        return AtomDecoding(decoded, _rule("cp1252", atom), True, 3, ("cp1252",), False)
    found = _decode_in_views(atom)
    if not _CUT.isdisjoint(atom if found is None else found.text):
        return _decode_cut(atom) or found
    return found


def _decode_in_views(atom: str) -> AtomDecoding | None:
    if not any(view.pair.search(atom) for view in views().values()):
        return None
    words = frozenset(WORD.findall(atom))
    found = _decode_whole(atom, words) or _decode_best(atom, words)
    if found is None:
        return None
    foreign = _is_foreign(atom)
    certain = found.quality > 1 and not (
        foreign or _is_clean(atom, found.quality) or _was_likelier(atom, found.text)
    )
    return found._replace(certain=certain, foreign=foreign)


def _decode_usual(atom: str) -> str | None:
    """Return the syllable in use that an atom gives in the usual view, where that is certain.

    None: all has to be asked. Most atoms of a damaged text are of this kind.
    """
    try:
        decoded = atom.translate(views()["cp1252"].bytes_of).encode("latin-1").decode()
    except UnicodeError:
        return None
    if (
        not frequency(decoded)
        or not has_regular_case(decoded)
        or (_TWO_BEYOND_ASCII.search(decoded) and any_sequence().search(decoded))
        or _ASCII_OR_VIETNAMESE.search(atom) is None
    ):
        return None
    certain = (
        _never_clean().search(atom) or not all(map(has_regular_case, WORD.findall(atom)))
    ) and not _was_likelier(atom, decoded)
    return decoded if certain else None


LOST_BYTE = "mojibake.lost_byte"
_CUT = frozenset("ÌÄ")
"""First bytes behind which windows-1252 lacks one second byte of ours: that of ´ and of Đ."""


def fill_lost_bytes(text: str) -> str:
    r"""Return mojibake of windows-1252 with the bytes put in that only one letter of ours can have.

    >>> fill_lost_bytes("baÌo caÌo")
    'baÌ\x81o caÌ\x81o'
    """
    return _lost_acute().sub("Ì\x81", _lost_stroke().sub("Ä\x90", text))


def _decode_cut(atom: str) -> AtomDecoding | None:
    """Return the words in use of an atom whose second bytes are lost where the page has none.

    Only what stands around it tells baÌo (báo) from a grave accent of windows-1258, and from bytes
    of Latin-1 that were lost for another reason.
    """
    whole = fill_lost_bytes(atom)
    if whole == atom:
        return None
    found = _decode_in_views(whole)
    if found is None or found.quality < 3 or found.chain != ("cp1252",):
        return None
    return found._replace(rule=LOST_BYTE, certain=False)


@cached_table
def _lost_acute() -> re.Pattern[str]:
    tails = _tails()
    return re.compile(f"(?<=[AEIOUYaeiouy{tails}])(?<![Qq][Uu])Ì(?:\ufffd|(?![\x80-\x9f{tails}]))")


@cached_table
def _lost_stroke() -> re.Pattern[str]:
    return re.compile(f"(?<![^\\W\\d_])Ä(?:\ufffd|(?![\x80-\x9f{_tails()}]))")


def _tails() -> str:
    """Return what shows the second bytes of UTF-8 in windows-1252, for a set."""
    shown = views()["cp1252"].bytes_of.items()
    return re.escape("".join(chr(code) for code, byte in shown if byte < 0xC0))


@cached_table
def _never_clean() -> re.Pattern[str]:
    """Return what finds signs of the usual view that clean text has not, or not between letters."""
    signs = [chr(code) for code in views()["cp1252"].bytes_of if code > 0x7F]
    signs = [sign for sign in signs if not WORD.match(sign)]
    never = "".join([s for s in signs if not is_punctuation(s)]) + "".join(sorted(_NO_LETTERS))
    parts = "".join(s for s in signs if is_punctuation(s))
    apart = "".join(s for s in parts if s not in _BETWEEN_WORDS)

    return re.compile(f"[{never}]|(?<={LETTER})[{parts}]*[{apart}][{parts}]*(?={LETTER})")


def _decode_whole(atom: str, words: frozenset[str]) -> AtomDecoding | None:
    """Return what the first view makes of an atom where no other can be better.

    So it is where every character outside ASCII is a byte of it, only words in use come out, and
    nothing is left that looks like UTF-8 in any view.
    """
    for view in views().values():
        decoded = view.decode(atom)
        if decoded != atom:
            if (
                len(decoded.encode("utf-8", "surrogatepass")) == len(atom)
                and not any_sequence().search(decoded)
                and _quality(decoded, atom, words, view) == 3
            ):
                return AtomDecoding(decoded, _rule(view.name, atom), False, 3, (view.name,), False)
            break
    return None


def _decode_best(atom: str, words: frozenset[str]) -> AtomDecoding | None:
    """Return the best of what all views make of an atom, over one another as well."""
    best: AtomDecoding | None = None
    best_key = (-len(atom), 0, 0)
    seen = {atom}
    layer: list[tuple[str, tuple[str, ...]]] = [(atom, ())]
    for depth in range(_MAX_LAYERS):
        deeper: list[tuple[str, tuple[str, ...]]] = []
        for shown, chain in layer:
            for view in views().values():
                decoded = view.decode(shown)
                if decoded in seen:
                    continue
                seen.add(decoded)
                path = (*chain, view.name)
                deeper.append((decoded, path))
                quality = _quality(decoded, atom, words, view)
                # A deeper one is the better one: what still looks like mojibake is mojibake.
                key = (-_count_left(decoded), quality, -len(decoded))
                if quality and key > best_key:
                    best_key = key
                    rule = "mojibake.repeated" if depth else _rule(view.name, atom)
                    best = AtomDecoding(decoded, rule, False, quality, path, False)
        if not deeper or len(deeper) > _MAX_FORMS:
            break
        layer = deeper
    return best


def _rule(charset: str, atom: str) -> str:
    if charset in ("cp1252", "latin1"):
        is_latin1 = any("\x80" <= c <= "\x9f" for c in atom) and not _CP1252_ONLY.search(atom)
        return "mojibake.utf8_latin1" if is_latin1 else "mojibake.utf8_cp1252"
    return "mojibake.utf8_" + charset


def _count_left(decoded: str) -> int:
    """Return how many sequences of mojibake a decoded atom still shows."""
    counts = (len(view.pair.findall(decoded)) for view in views().values())
    return min((count for count in counts if count), default=0)


def _quality(decoded: str, atom: str, words: frozenset[str], view: View) -> int:
    """Return 3 if every new word is Vietnamese, 2 if it may be a word, 1 for letters, or 0."""
    if not all(c.isalpha() or is_clean_sign(c) for c in set(decoded).difference(atom)):
        return 0
    if "\ufffd" in decoded or view.broken.search(decoded):
        return 0  # bytes were lost: for the decoder of lossy text
    quality = 3
    fresh = False
    for word in dict.fromkeys(WORD.findall(decoded)):
        if word in words:
            continue
        fresh = True
        word = unicodedata.normalize("NFC", word)
        if any("\u0300" <= c <= "\u036f" for c in word):
            return 0
        if not has_regular_case(word) or not _is_latin(word) or shows_blank(word):
            quality = 1
        elif not frequency(word):
            quality = min(quality, 2)
    return quality if fresh else 2


def shows_blank(decoded: str) -> bool:
    r"""Say whether a blank that stood for a byte without a character was read as the byte A0.

    Of Đ that makes the letter of Malta, of small letters a capital: vá»\xa0 was về, not vỠ.

    >>> shows_blank("Ġến"), shows_blank("vỠ"), shows_blank("SỠ")
    (True, True, False)
    """
    return "Ġ" in decoded or (
        "Ỡ" in decoded
        and any("Ỡ" in word and not has_regular_case(word) for word in WORD.findall(decoded))
    )


def _was_likelier(atom: str, decoded: str) -> bool:
    """Say whether a word in use with a sign behind it would become a rarer word."""
    words = WORD.findall(atom)
    return (
        len(words) == 1
        and atom.startswith(words[0])
        and has_regular_case(words[0])
        and frequency(words[0]) > frequency(unicodedata.normalize("NFC", decoded))
    )


def _is_clean(atom: str, quality: int) -> bool:
    """Say whether an atom makes sense as clean text: words with quotes, dashes, spaces between.

    Where only an unknown word would come out (quality 2), any punctuation may stand between words:
    blanks after it are forgotten easily.
    """
    at = 0
    good: set[str] = set()  # what was judged: an atom may be a megabyte of the same few words
    for match in WORD.finditer(atom):
        word, between = match.group(), atom[at : match.start()]
        if word not in good and (
            not has_regular_case(word) or not _NO_LETTERS.isdisjoint(word) or _mixes_scripts(word)
        ):
            return False
        if at and quality == 3 and not _BETWEEN_WORDS.issuperset(between):
            return False
        if not all(map(is_punctuation, between)):
            return False
        good.add(word)
        at = match.end()
    return all(map(is_punctuation, atom[at:]))


def _is_foreign(atom: str) -> bool:
    """Say whether an atom may be of another script, or a drawing or formula without letters.

    Only short sequences can be that: those of three and four bytes are too peculiar.
    """
    return _ASCII_OR_VIETNAMESE.search(atom) is None and not has_long_sequence(atom)


def has_long_sequence(atom: str) -> bool:
    """Say whether an atom has three or four bytes of one letter side by side, in any view."""
    return any(view.long.search(atom) for view in views().values())


def is_clean_sign(character: str) -> bool:
    """Say whether clean text may hold a character that is no letter."""
    category = unicodedata.category(character)
    return category not in ("Cc", "Cn", "Co", "Cs", "Nd") and (
        category not in ("Mn", "Mc", "Me")
        or character in _VIETNAMESE_MARKS
        or character == "\ufe0f"
    )


def is_punctuation(sign: str) -> bool:
    """Say whether a character is what parts words in clean text: punctuation, blanks."""
    return sign in _PUNCTUATION or unicodedata.category(sign)[0] in "PZ"


def _is_latin(word: str) -> bool:
    """Say whether all letters are those of languages that may stand in our texts."""
    return all(
        c < "\u0180"
        or c in MARKED_LETTERS
        or "\u0218" <= c <= "\u021b"
        or "\u1e00" <= c <= "\u1eff"
        or c in _VIETNAMESE_MARKS
        for c in set(word)
    )


def _mixes_scripts(word: str) -> bool:
    return _ASCII_OR_VIETNAMESE.search(word) is not None and not _is_latin(word)

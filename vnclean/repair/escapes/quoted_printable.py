"""Quoted-printable text of mails that was shown instead of read: `Vi=E1=BB=87t`."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import a2b_qp
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from vnclean.caches import late_pattern
from vnclean.fixed_point import edits_to_fixed_point
from vnclean.language.not_prose import Prose
from vnclean.language.words import WORD
from vnclean.repair.escapes.decoded_words import is_displayable, is_in_use, marked_words_in_use
from vnclean.scan import Clue, Scan, clue
from vnclean.transform import Edit, Safety, Transform, apply_edits, register

__all__ = ["QuotedPrintable"]

_BYTE = "=[0-9a-fA-F]{2}"
_SOFT_BREAK = "(?:=\r?\n)?"
_LETTER_START = clue(
    "quoted_printable.letter",
    f"=[cC][3-6]{_SOFT_BREAK}=[89abAB]|=[eE]1{_SOFT_BREAK}=[bB][abAB]",
    (0, "[=]", "[cC]", "[3-6]"),
    (0, "[=]", "[eE]", "[1]"),
)
_ENCODED = late_pattern(f"{_BYTE}(?:{_SOFT_BREAK}{_BYTE})*|=\r?\n")
_ENCODED_WORD = r"=\?[\w.:-]{2,40}\?(?:[qQ]\?[!-<>@-~=]*|[bB]\?[A-Za-z0-9+/=]*)\?="
_ENCODED_WORDS = clue(
    "quoted_printable.words",
    rf"{_ENCODED_WORD}(?:(?:\r?\n)?[ \t]+{_ENCODED_WORD})*",
    (0, "[=]", "[?]", r"[\w]"),
)
_STRAY_EQUALS = late_pattern(r"=(?![0-9a-fA-F]{2}|\r?\n)")
_QUERY = late_pattern(r"[?&]\w*\Z|://\S*\Z")
_QUERY_CHARS = 100  # characters before an escape in which an address is looked for


@register
@dataclass(frozen=True, repr=False)
class QuotedPrintable(Transform):
    """Decode quoted-printable text of mails: Vi=E1=BB=87t, with its soft line breaks.

    Words must be Vietnamese and in use. `=3D`, `=20` and soft breaks are decoded in a text only
    whose every equals sign belongs to the encoding. Encoded words of headers (RFC 2047), in quoted-
    printable or base 64, come back as a whole.

    >>> QuotedPrintable()("Vi=E1=BB=87t Nam, 2 =3D 1 + 1, ch=C3=BAng=\\n ta")
    'Việt Nam, 2 = 1 + 1, chúng ta'
    >>> QuotedPrintable()("=?UTF-8?Q?H=E1=BB=99p_th=C6=B0?= =?UTF-8?B?IG3hu5tp?=")
    'Hộp thư mới'
    >>> QuotedPrintable()("x=10, tên=A1")
    'x=10, tên=A1'
    """

    name: ClassVar[str] = "quoted_printable"
    clues: ClassVar[Sequence[Clue]] = (_LETTER_START, _ENCODED_WORDS)
    undoes_damage: ClassVar[bool] = True
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "escapes.encoded_word": "a header of a mail was shown in its encoding (=?UTF-8?Q?...?=)",
        "escapes.quoted_printable": "text was shown in the quoted-printable encoding of mails",
    }

    def find(self, scan: Scan) -> list[Edit]:
        """Return one edit for each run of encoded bytes."""
        return edits_to_fixed_point(scan.text, _find)


def _find(text: str) -> list[Edit]:
    words = list(_ENCODED_WORDS.pattern.finditer(text)) if "=?" in text else []
    read = [(word, _decode_words(word.group())) for word in words]
    if all(shown is None or shown.isascii() for _, shown in read):
        read = []  # words in ASCII go with others that are Vietnamese
    edits = [
        Edit(*word.span(), shown, "escapes.encoded_word", 0.99) for word, shown in read if shown
    ]
    if not words:
        return _find_runs(text)
    # Half of an encoded word is worth less than all of it.
    covered = _ENCODED_WORDS.pattern.sub(lambda word: "0" * len(word[0]), text)
    return sorted(edits + _find_runs(covered))


def _decode_words(shown: str) -> str | None:
    """Return what encoded words of a header say; None where that is no Vietnamese."""
    parts: list[tuple[str, bytes]] = []
    for word in re.findall(_ENCODED_WORD, shown):
        charset, kind, text = word[2:-2].split("?", 2)
        try:
            data = b64decode(text) if kind in "bB" else a2b_qp(text.encode(), header=True)
        except ValueError:
            return None
        if parts and parts[-1][0] == charset.lower():  # a letter may be cut between two words
            data = parts.pop()[1] + data
        parts.append((charset.lower(), data))
    try:
        decoded = "".join(data.decode(charset) for charset, data in parts)
    except (LookupError, UnicodeDecodeError):
        return None
    known = all(map(is_displayable, decoded)) and (decoded.isascii() or _spells_words(decoded))
    return decoded if known else None


def _find_runs(text: str) -> list[Edit]:
    if _LETTER_START.pattern.search(text) is None:
        return []
    runs = [(found.span(), _decode(found.group())) for found in _ENCODED.finditer(text)]
    found = [(start, end, decoded) for (start, end), decoded in runs if decoded is not None]
    whole = (
        _STRAY_EQUALS.search(text) is None
        and text.count("=") > 1
        and not text.lstrip().startswith(("{", "["))
        and _spells_words(apply_edits(text, [Edit(*run, "") for run in found]))
    )
    prose = Prose(text, _ENCODED)
    return [
        Edit(start, end, decoded, "escapes.quoted_printable", 0.99)
        for start, end, decoded in found
        if whole
        or (
            not decoded.isascii()
            and _completes_word(text, start, end, decoded)
            and prose.at(start, end)
            and not _QUERY.search(text, max(0, start - _QUERY_CHARS), start)
        )
    ]


def _spells_words(text: str) -> bool:
    """Say whether most words with marks are in use."""
    marked = [word for word in WORD.findall(text) if not word.isascii()]
    return 2 * sum(map(is_in_use, marked)) > len(marked)


def _decode(shown: str) -> str | None:
    data = re.sub("=\r?\n", "", shown)
    try:
        decoded = bytes.fromhex(data.replace("=", "")).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return decoded if all(is_displayable(c) or c == "\r" for c in decoded) else None


def _completes_word(text: str, start: int, end: int, decoded: str) -> bool:
    """Say whether a decoded run and the text around it, encoded or not, make a word in use."""
    around = text[max(0, start - 60) : start] + "\0" + text[end : end + 60]
    read = _ENCODED.sub(lambda found: _decode(found.group()) or found.group(), around)
    left, _, right = read.partition("\0")
    head = re.search(r"[^\W\d_]*\Z", left)
    tail = re.match(r"[^\W\d_]*", right)
    word = (head.group() if head else "") + decoded + (tail.group() if tail else "")
    return marked_words_in_use(word)

"""Percent-encoded words outside addresses: `Vi%E1%BB%87t`, `Vi%u1EC7t`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from vnclean.caches import late_pattern
from vnclean.fixed_point import edits_to_fixed_point
from vnclean.language.not_prose import Prose
from vnclean.repair.escapes.decoded_words import is_displayable, marked_words_in_use
from vnclean.scan import Clue, Scan, clue
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["PercentEncoding"]

_ENCODED = late_pattern("(?:%[0-9a-fA-F]{2})+|(?:%u[0-9a-fA-F]{4})+")
_LETTER_START = clue(
    "percent_encoding.letter",
    "%(?:[c-fC-F][0-9a-fA-F]|u[0-9a-fA-F]{4})",
    (0, "[%]", "[c-fC-F]", "[0-9a-fA-F]"),
    (0, "[%]", "[u]", "[0-9a-fA-F]"),
)
_JAVASCRIPT = late_pattern("%u[0-9a-fA-F]{4}")
_ADDRESS_SIGN = late_pattern(r"[/?&=<>{}\\@\[\]]|\.\w{2,}|:\S")


@register
@dataclass(frozen=True, repr=False)
class PercentEncoding(Transform):
    """Decode percent-encoded UTF-8 in prose: Ti%E1%BA%BFng%20Vi%E1%BB%87t, and Vi%u1EC7t.

    Beside the latter, which only JavaScript's `escape` writes, `%E0` is a letter of Latin-1. The
    words must be Vietnamese and in use. Addresses, file names, queries and code stay: there the
    encoding is right.

    >>> PercentEncoding()("Vi%E1%BB%87t Nam, Ti%E1%BA%BFng%20Vi%E1%BB%87t, 50%")
    'Việt Nam, Tiếng Việt, 50%'
    >>> PercentEncoding()("https://vidu.vn/Vi%E1%BB%87t")
    'https://vidu.vn/Vi%E1%BB%87t'
    """

    name: ClassVar[str] = "percent_encoding"
    clues: ClassVar[Sequence[Clue]] = (_LETTER_START,)
    undoes_damage: ClassVar[bool] = True
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "escapes.percent": "a word was percent-encoded outside an address",
    }

    def find(self, scan: Scan) -> list[Edit]:
        """Return one edit for each token that is decoded."""
        return edits_to_fixed_point(scan.text, _find)


def _find(text: str) -> list[Edit]:
    """Return an edit for each token between blanks that is no address and spells words in use."""
    prose = Prose(text, _ENCODED)
    decode = _decode_javascript if _JAVASCRIPT.search(text) else _decode
    edits: list[Edit] = []
    letters: list[Edit] = []
    done = 0
    for match in _LETTER_START.pattern.finditer(text):
        if match.start() < done:
            continue
        start, end = prose.token(match.start(), match.end())
        start = max(start, done)
        done = end
        token = text[start:end]
        if _ADDRESS_SIGN.search(_ENCODED.sub("", token.rstrip("?"))) or not prose.at(*match.span()):
            continue
        decoded = _ENCODED.sub(lambda found: decode(found.group()), token)
        if decoded != token and marked_words_in_use(decoded):
            edit = Edit(start, end, decoded, "escapes.percent", 0.99)
            is_letter = sum(map(str.isalpha, decoded)) == 1
            (letters if is_letter else edits).append(edit)
    # One letter alone may be talked about; it is proved by another word only.
    return sorted(edits + letters) if edits else []


def _decode(shown: str) -> str:
    if shown[1] == "u":
        decoded = "".join(chr(int(part, 16)) for part in shown.split("%u")[1:])
    else:
        try:
            decoded = bytes.fromhex(shown.replace("%", "")).decode("utf-8")
        except UnicodeDecodeError:
            return shown
    return decoded if all(map(is_displayable, decoded)) else shown


def _decode_javascript(shown: str) -> str:
    """Return the same; bytes that are no UTF-8 are characters of Latin-1."""
    decoded = _decode(shown)
    if decoded != shown or shown[1] == "u":
        return decoded
    decoded = bytes.fromhex(shown.replace("%", "")).decode("latin-1")
    return decoded if all(map(is_displayable, decoded)) else shown

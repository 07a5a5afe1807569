"""VIQR: Vietnamese in ASCII, marks written after their vowel (`Vie^.t Nam`).

Source of facts: RFC 1456. A mark counts only where it makes a Vietnamese letter with what stands
before it; a backslash takes the meaning away. `viqr-star` writes the horn as an asterisk, as many
did in the news groups; both read the asterisk only in `viqr-star`.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import deque
from functools import cached_property
from typing import Any

from vnclean.caches import cached
from vnclean.charsets.incremental import make_codec_info
from vnclean.language.alphabet import BASE, MARKED_LETTERS, QUALITY, VOWELS, compose

__all__ = ["TONE_SIGNS", "VIQR", "VIQR_STAR", "Viqr", "codec_info"]

TONE_SIGNS = ("", "`", "?", "~", "'", ".")
"""The sign of each tone, by tone index."""

_QUALITY_SIGNS = {"\u0306": "(", "\u0302": "^", "\u031b": "+"}


class Viqr:
    """The notation with a given sign for the horn: spellings, parsing and escaping."""

    def __init__(self, name: str, horn: str) -> None:
        self.name = name
        self.horn = horn

    @cached_property
    def spelling(self) -> dict[str, str]:
        """How each Vietnamese letter outside ASCII is written."""
        signs = _QUALITY_SIGNS | {"\u031b": self.horn}
        found = {"đ": "dd", "Đ": "DD"}
        for low in VOWELS:
            for vowel in (low, low.upper()):
                plain = BASE.get(low, low)
                quality = signs[QUALITY[low]] if low in QUALITY else ""
                for tone, sign in enumerate(TONE_SIGNS):
                    letter = compose(vowel, tone)
                    if letter in MARKED_LETTERS:
                        shown = plain.upper() if vowel.isupper() else plain
                        found[letter] = shown + quality + sign
        return found

    @cached_property
    def reading(self) -> dict[str, str]:
        """The letter of each spelling; `Dd` is read as a capital too."""
        return {written: letter for letter, written in self.spelling.items()} | {"Dd": "Đ"}

    @cached_property
    def signs(self) -> str:
        """Every sign that can be a mark."""
        return "`?~'.(^" + self.horn

    @cached_property
    def token(self) -> re.Pattern[str]:
        """An escape, a letter with its marks, or a letter that marks yet to come could change."""
        horn, tone = re.escape(self.horn), "[`?~'.]"
        return re.compile(
            rf"\\(?P<plain>[{re.escape(self.signs)}dD\\])?"
            rf"|(?P<letter>dd|D[dD]|[aA](?:[(^]{tone}?|{tone})|[eE](?:\^{tone}?|{tone})"
            rf"|[oO](?:[\^{horn}]{tone}?|{tone})|[uU](?:{horn}{tone}?|{tone})|[iIyY]{tone})"
            r"|[aeiouydAEIOUYD]"
        )

    @cached_property
    def _writing(self) -> re.Pattern[str]:
        vowels = "".join(sorted(letter for letter in MARKED_LETTERS if letter not in "đĐ"))
        signs = re.escape(self.signs)
        return re.compile(
            rf"(?P<slash>\\)|[dD](?=[dDđĐ])|(?P<sign>(?<=[aeiouyAEIOUY{vowels}])[{signs}])"
            rf"|(?P<letter>[{vowels}đĐ])"
        )

    def parse(self, text: str) -> str:
        """Read a text in the notation.

        >>> VIQR.parse("Vie^.t Nam dda^'t nu+o+'c to^i\\\\.")
        'Việt Nam đất nước tôi.'
        """

        def read(match: re.Match[str]) -> str:
            if match["letter"]:
                return self.reading[match["letter"]]
            return match["plain"] or match[0]

        return self.token.sub(read, text)

    def write(self, text: str) -> str:
        """Write a text in the notation, what would be misread escaped.

        >>> VIQR.write("Việt Nam đất nước tôi.")
        "Vie^.t Nam dda^'t nu+o+'c to^i\\\\."
        """

        def spell(match: re.Match[str]) -> str:
            return self.spelling[match["letter"]] if match["letter"] else "\\" + match[0]

        return self._writing.sub(spell, text)

    def encode(self, text: str, errors: str = "strict") -> tuple[bytes, int]:
        """Return the bytes and the number of characters taken."""
        taken = len(text)
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        return self.write(text).encode("ascii", errors), taken

    def encode_piece(self, text: str, errors: str = "strict") -> tuple[bytes, int]:
        """Encode what a stream gets in one piece, whatever was written before or comes after."""
        encoded, taken = self.encode(text, errors)
        if text[:1] in tuple(self.signs + "dD"):
            encoded = b"\\" + encoded.removeprefix(b"\\")
        if text[-1:] in ("d", "D") and not encoded.endswith((b"\\d", b"\\D")):
            encoded = encoded[:-1] + b"\\" + encoded[-1:]
        return encoded, taken

    def decode(self, data: Any, errors: str = "strict") -> tuple[str, int]:
        """Return the text and the number of bytes taken."""
        return self.parse(bytes(data).decode("ascii", errors)), len(data)

    def decode_part(self, data: bytes, errors: str, final: bool) -> tuple[str, int]:
        """Decode up to the last letter, which signs yet to come could change."""
        text = data.decode("latin-1")
        end = len(text)
        if not final:
            tokens = deque(self.token.finditer(text), maxlen=1)
            if tokens and tokens[0].end() == end and not tokens[0]["plain"]:
                end = tokens[0].start()
        return self.parse(data[:end].decode("ascii", errors)), end

    def encode_part(self, text: str, errors: str, final: bool) -> tuple[bytes, int]:
        """Encode up to the last letter and its marks, which what comes could change."""
        end = len(text)
        if not final:
            end = max(0, end - 1)
            while end and (
                text[end] in self.signs or unicodedata.combining(text[end]) or text[end - 1] in "dD"
            ):
                end -= 1
        return self.encode(text[:end], errors)[0], end


VIQR = Viqr("viqr", "+")
VIQR_STAR = Viqr("viqr-star", "*")


@cached(4)
def codec_info(name: str) -> codecs.CodecInfo:
    """Return what `codecs` wants to know of the notation."""

    return make_codec_info(name, VIQR if name == "viqr" else VIQR_STAR)

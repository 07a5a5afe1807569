"""The codec of a charset that is a table: encode and decode, at once and bit by bit.

Decoding is total: every byte means something, so no error handler is ever needed for it. A mark
that no letter takes stays a combining character after its letter. What comes out is in Unicode
normalization form C. Encoding takes any normalization form.
"""

from __future__ import annotations

import codecs
import unicodedata
from bisect import bisect_left
from typing import Any

from vnclean.caches import cached, late_pattern
from vnclean.charsets.incremental import make_codec_info
from vnclean.charsets.table import Charset, Table, load_table

__all__ = ["TabularCodec", "codec_info", "decode_table", "encode_table"]

_MARK = late_pattern("[\u0300-\u036f]")
_CLUSTER = late_pattern("[^\u0300-\u036f][\u0300-\u036f]+")


def decode_table(data: bytes, table: Table) -> str:
    """Decode bytes by a table; never fails and drops nothing.

    >>> decode_table(b"Vie\\xe4t Nam", load_table("vni"))
    'Việt Nam'
    """
    text, _ = codecs.charmap_decode(data, "strict", table.decoding)
    if not table.marks:
        return text
    for placeholder, marks in table.doubles:
        if placeholder in text:
            text = text.replace(placeholder, marks)
    return unicodedata.normalize("NFC", text)


def encode_table(text: str, table: Table, errors: str = "strict") -> bytes:
    """Encode a text by a table, precomposed or not.

    Raises UnicodeEncodeError for what the charset can't write, unless `errors` says otherwise.

    >>> encode_table("Việt Nam", load_table("vni"))
    b'Vie\\xe4t Nam'
    """
    if not _MARK.search(text):
        return _encode_composed(text, table, errors, text, None)
    pieces: list[str] = []
    origins: list[int] = []
    at = 0
    for cluster in _CLUSTER.finditer(text):
        pieces.append(text[at : cluster.start()])
        origins.extend(range(at, cluster.start()))
        composed = unicodedata.normalize("NFC", cluster[0])
        pieces.append(composed)
        origins.extend([cluster.start()] * len(composed))
        at = cluster.end()
    pieces.append(text[at:])
    origins.extend(range(at, len(text) + 1))
    return _encode_composed("".join(pieces), table, errors, text, origins)


def _encode_composed(
    text: str, table: Table, errors: str, original: str, origins: list[int] | None
) -> bytes:
    """Encode a composed text; positions of errors are told in the original."""
    encoded: list[bytes] = []
    at = 0
    while stranger := table.strangers.search(text, at):
        encoded.append(table.put(text[at : stranger.start()]))
        at = stranger.start()
        parts = unicodedata.normalize("NFD", text[at]) if table.marks else text[at]
        if len(parts) > 1 and not table.strangers.search(parts):
            encoded.append(table.put(parts))  # a letter of another language, base and marks
            at += 1
            continue
        first, last = stranger.span()
        if origins:
            first, last = origins[first], max(origins[last], origins[first] + 1)
        replacement, resume = codecs.lookup_error(errors)(
            UnicodeEncodeError(table.charset.name, original, first, last, "not in this charset")
        )
        if isinstance(replacement, str):
            replacement = _encode_composed(replacement, table, "strict", replacement, None)
        encoded.append(replacement)
        if resume < 0:
            resume += len(original)
        if not 0 <= resume <= len(original):
            raise IndexError(f"position {resume} from error handler out of bounds")
        at = bisect_left(origins, resume) if origins else resume
        if resume >= last:
            at = max(at, stranger.end())
    encoded.append(table.put(text[at:]))
    return b"".join(encoded)


class TabularCodec:
    """Stateless coding and the boundaries at which a stream may be cut."""

    def __init__(self, charset: Charset) -> None:
        self.charset = charset

    @property
    def table(self) -> Table:
        """The rows, read when first needed."""
        return load_table(self.charset.name)

    def encode(self, text: str, errors: str = "strict") -> tuple[bytes, int]:
        """Return the bytes and the number of characters taken."""
        return encode_table(text, self.table, errors), len(text)

    def encode_piece(self, text: str, errors: str = "strict") -> tuple[bytes, int]:
        """Encode what a stream gets in one piece."""
        return self.encode(text, errors)

    def decode(self, data: Any, errors: str = "strict") -> tuple[str, int]:
        """Return the text and the number of bytes taken."""
        return decode_table(bytes(data), self.table), len(data)

    def decode_part(self, data: bytes, errors: str, final: bool) -> tuple[str, int]:
        """Decode up to the last letter, which marks yet to come could change."""
        end = len(data)
        if not final and self.table.marks:
            end = max(0, len(data.rstrip(bytes(self.table.marks))) - 1)
        return decode_table(data[:end], self.table), end

    def encode_part(self, text: str, errors: str, final: bool) -> tuple[bytes, int]:
        """Encode up to the last letter, which combining marks yet to come could change."""
        end = len(text)
        if not final:
            while end and _MARK.match(text[end - 1]):
                end -= 1
            end = max(0, end - 1)
        return encode_table(text[:end], self.table, errors), end


@cached(64)
def codec_info(charset: Charset) -> codecs.CodecInfo:
    """Return what `codecs` wants to know of a charset."""

    return make_codec_info(charset.name, TabularCodec(charset))

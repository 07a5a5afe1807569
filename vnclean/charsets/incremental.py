"""Incremental coders and streams for any codec that can say where its input may be cut."""

from __future__ import annotations

import codecs
from typing import Any, Protocol

__all__ = ["PartCodec", "make_codec_info"]


class PartCodec(Protocol):
    """Coding at once and in parts; `..._part` also returns how much of the input was taken."""

    def encode(self, text: str, errors: str = "strict") -> tuple[bytes, int]:
        """Encode a whole text."""

    def encode_piece(self, text: str, errors: str = "strict") -> tuple[bytes, int]:
        """Encode a piece so that it can stand between any others."""

    def encode_part(self, text: str, errors: str, final: bool) -> tuple[bytes, int]:
        """Encode as much as what is yet to come can't change."""

    def decode(self, data: Any, errors: str = "strict") -> tuple[str, int]:
        """Decode all bytes."""

    def decode_part(self, data: bytes, errors: str, final: bool) -> tuple[str, int]:
        """Decode as much as what is yet to come can't change."""


def make_codec_info(name: str, codec: PartCodec) -> codecs.CodecInfo:
    """Build the classes that `codecs` wants around one codec."""

    class IncrementalEncoder(codecs.BufferedIncrementalEncoder):
        def _buffer_encode(self, input: str, errors: str, final: bool) -> tuple[bytes, int]:
            return codec.encode_part(input, errors, final)

    class IncrementalDecoder(codecs.BufferedIncrementalDecoder):
        def _buffer_decode(self, input: Any, errors: str, final: bool) -> tuple[str, int]:
            return codec.decode_part(bytes(input), errors, final)

    class StreamWriter(codecs.StreamWriter):
        def encode(self, input: str, errors: str = "strict") -> tuple[bytes, int]:
            return codec.encode_piece(input, errors)

    class StreamReader(codecs.StreamReader):
        _all = False

        def decode(self, input: bytes, errors: str = "strict") -> tuple[str, int]:
            # The base class asks again with nothing new when the stream has ended.
            final = self._all or input == self.bytebuffer
            return codec.decode_part(input, errors, final)

        def read(self, size: int = -1, chars: int = -1, firstline: bool = False) -> str:
            self._all = size < 0
            text = super().read(size, chars, firstline)
            while not text and self.bytebuffer:
                text = super().read(size, chars, firstline)
            return text

    return codecs.CodecInfo(
        codec.encode,
        codec.decode,
        streamreader=StreamReader,
        streamwriter=StreamWriter,
        incrementalencoder=IncrementalEncoder,
        incrementaldecoder=IncrementalDecoder,
        name=name,
    )

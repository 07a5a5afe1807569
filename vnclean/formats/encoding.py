"""From bytes to characters: byte order marks, UTF-8, and what to do where it is something else."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain

from vnclean.charsets import detect  # (registers the legacy Vietnamese ones, too)
from vnclean.errors import ConfigError, FormatError
from vnclean.formats.base import RecordError

__all__ = [
    "AUTO",
    "BOM",
    "KEEP",
    "decide_encoding",
    "decode_document",
    "decode_line",
    "detected_encoding",
    "encode_output",
    "mostly_utf8",
    "normal_name",
    "output_encoding",
    "unicode_blocks",
]

AUTO = "auto"
KEEP = "keep"
BOM = "\ufeff"
_SAMPLE = 1 << 20
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ("utf-16", "utf-32")
_SURE = 0.5
"""The least confidence with which a detected encoding is taken."""


def normal_name(encoding: str) -> str:
    """Return the name of an encoding as `codecs` spells it; raises ConfigError if there is none.

    >>> normal_name("UTF8"), normal_name("auto")
    ('utf-8', 'auto')
    """
    if encoding == AUTO:
        return AUTO
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise ConfigError(
            f"There is no encoding named {encoding!r}. You can give one that Python knows "
            "(such as cp1258), or auto."
        ) from None


def unicode_blocks(blocks: Iterable[bytes], encoding: str = AUTO) -> tuple[str, Iterator[bytes]]:
    """Return the blocks of a file as UTF-8 where they are UTF-16 or UTF-32.

    Its byte order mark says so, or the caller, or the places of its zero bytes. The first value is
    the encoding they were converted from, "" where they are as they were. Lone surrogates pass,
    and so does the mark. Reading the blocks raises FormatError where the bytes are damaged.

    >>> name, found = unicode_blocks(["\ufeffà".encode("utf-16-le")])
    >>> name, b"".join(found).decode()
    ('utf-16-le', '\ufeffà')
    """
    source = iter(blocks)
    head = b""
    for block in source:
        head += block
        if not any(mark.startswith(head) for mark, _ in _MARKS):
            break
    rest = chain([head] if head else [], source)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name, _recode(rest, name)
    if encoding == AUTO and b"\0" in head:
        encoding = _wide_encoding(head) or AUTO
    if encoding.startswith(_WIDE):
        # Without a mark and without a word on it, the order is the one that is usual.
        name = encoding if encoding[-2:] in "lebe" else f"{encoding}-le"
        return name, _recode(rest, name)
    return "", rest


def _wide_encoding(head: bytes) -> str | None:
    """Return UTF-16 or UTF-32 where zero bytes speak for it, and the letters that come out too."""
    found = detected_encoding(head)
    if found is None or not found.startswith(_WIDE):
        return None
    text = head[: len(head) // 4 * 4].decode(found, "replace")
    # Binary data, misread so, is full of letters from all over Unicode.
    latin = sum("\t" <= letter < "\u0250" or "\u1ea0" <= letter <= "\u1ef9" for letter in text)
    return found if latin >= 0.9 * len(text) else None


def _recode(blocks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    read = 0
    try:
        for block in blocks:
            read += len(block)
            if text := decoder.decode(block):
                yield text.encode("utf-8", "surrogatepass")
        if text := decoder.decode(b"", final=True):
            yield text.encode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        # What stands before the fault is right, wherever the block begins.
        if text := error.object[: error.start].decode(encoding, "surrogatepass"):
            yield text.encode("utf-8", "surrogatepass")
        at = read - len(error.object) + error.start
        raise FormatError(
            f"it is no {encoding.upper()}, as its first bytes say: see byte {at} ({error.reason})"
        ) from None


def decide_encoding(
    blocks: Iterable[bytes], encoding: str, size: int
) -> tuple[str, Iterator[bytes]]:
    """Return the encoding of a file that is read in pieces, and its blocks again.

    Judged by the first mebibyte (by the first block where `size` is 0, which means that nothing
    may be held back): UTF-8 unless most lines that are not ASCII say otherwise and something else
    is found with confidence.
    """
    if encoding != AUTO:
        return encoding, iter(blocks)
    source = iter(blocks)
    seen: list[bytes] = []
    length = 0
    enough = _SAMPLE if size else 1
    try:
        for block in source:
            seen.append(block)
            length += len(block)
            if length >= enough:
                break
    except FormatError as error:
        source = _raise_later(error)  # what could be read before the break is not lost
    sample = b"".join(seen)
    cut = sample.rfind(b"\n") + 1 if length >= enough else length
    found = "utf-8" if mostly_utf8(sample[:cut]) else detected_encoding(sample[:cut])
    return found or "utf-8", chain(seen, source)


def _raise_later(error: FormatError) -> Iterator[bytes]:
    raise error
    yield b""


def mostly_utf8(data: bytes) -> bool:
    """Say whether bytes are UTF-8, or at least half of their lines that are not ASCII are.

    >>> mostly_utf8("được\\n".encode() + b"\\xb5\\n"), mostly_utf8(b"\\xb5\\xb8")
    (True, False)
    """
    try:
        data.decode()
        return True
    except UnicodeDecodeError:
        pass
    good = bad = 0
    for line in data.split(b"\n"):
        if not line.isascii():
            try:
                line.decode()
                good += 1
            except UnicodeDecodeError:
                bad += 1
    return good >= bad


def detected_encoding(data: bytes) -> str | None:
    """Return the encoding that the words of a text speak for, None where that is not sure."""
    found = detect(data)
    return None if found is None or found.confidence < _SURE else found.encoding


def decode_document(data: bytes, encoding: str) -> tuple[str, str]:
    """Return the text of a whole file and the encoding it was converted from, "" for UTF-8.

    Raises RecordError, with what to do, where the bytes can't be read.

    >>> decode_document("được".encode(), "auto")
    ('được', '')
    """
    if encoding != AUTO:
        return decode_line(data, encoding), "" if encoding == "utf-8" else encoding
    try:
        return data.decode(), ""
    except UnicodeDecodeError as error:
        where = f"byte {error.start} (0x{data[error.start]:02x})"
    if mostly_utf8(data):
        line = data.count(b"\n", 0, error_start(data)) + 1
        raise RecordError(f"it is UTF-8, but line {line} is not: see {where}")
    if b"\0" in data:
        raise RecordError("it is no text: it has zero bytes")
    if found := detected_encoding(data):
        return decode_line(data, found), found
    raise RecordError(
        f"it is not UTF-8 ({where}), and its encoding can't be told; give it with --encoding NAME"
    )


def error_start(data: bytes) -> int:
    """Return the offset of the first byte that is not UTF-8, the length if all are.

    >>> error_start(b"a\\xff")
    1
    """
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return len(data)


def decode_line(data: bytes, encoding: str) -> str:
    """Return the characters of bytes in a known encoding; raises RecordError if they are not."""
    try:
        return data.decode("utf-8" if encoding == AUTO else encoding)
    except UnicodeDecodeError as error:
        raise RecordError(
            f"not {error.encoding.upper()}: byte {error.start} (0x{data[error.start]:02x})"
        ) from None


def output_encoding(read: str, wanted: str, spreadsheet: bool = False) -> str:
    """Return what a text that came in as `read` is written as; "" where its bytes are UTF-8 anyway.

    `wanted` is "" (UTF-16 and UTF-32 stay, all else becomes UTF-8), "keep", or an encoding. What a
    `spreadsheet` opens gets a byte order mark where it came in a charset of old: Excel takes UTF-8
    without one for windows-1252.

    >>> [output_encoding("tcvn3", wanted) for wanted in ("", "keep", "utf-16")]
    ['', 'tcvn3', 'utf-16-le']
    >>> output_encoding("utf-16-le", ""), output_encoding("tcvn3", "", spreadsheet=True)
    ('utf-16-le', 'utf-8-sig')
    """
    if wanted == KEEP:
        return "" if read == "utf-8" else read
    if wanted in _WIDE:
        return f"{wanted}-le"
    if wanted:
        return wanted
    if read.startswith(_WIDE):
        return read
    return "utf-8-sig" if spreadsheet and read not in ("", "utf-8") else ""


def encode_output(data: bytes, encoding: str) -> bytes:
    """Return UTF-8 in another encoding; raises RecordError where that lacks a character.

    >>> encode_output("đã".encode(), "tcvn3")
    b'\\xae\\xb7'
    """
    if encoding in ("utf-8", "utf-8-sig"):
        return data
    text = data.decode("utf-8", "surrogatepass")
    if encoding.startswith(_WIDE):
        return text.encode(encoding, "surrogatepass")
    try:
        out = text.encode(encoding)
        if out.decode(encoding) == text:
            return out
        lost = "some of its signs"
    except UnicodeEncodeError as error:
        lost = f"{text[error.start]!r}, which it lacks"
    except UnicodeError:
        lost = "some of its signs"
    raise RecordError(f"it can't be written as {encoding.upper()}: {lost}")

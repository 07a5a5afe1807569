"""Whether a file is text, told from its first bytes where its name does not say."""

from __future__ import annotations

from vnclean.formats.encoding import detected_encoding, unicode_blocks

__all__ = ["HEAD", "is_text"]

HEAD = 32 << 10
"""How many bytes of a file are looked at."""
_BINARY = (
    b"%PDF", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"BZh", b"\xfd7zXZ",
    b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd", b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF",
    b"ID3", b"OggS", b"fLaC", b"\x7fELF", b"MZ", b"\xca\xfe\xba\xbe", b"SQLite format 3", b"PAR1",
    b"wOFF", b"wOF2", b"%!PS",
)  # fmt: skip
"""Signatures of formats whose first bytes may look like text, from the formats' own papers."""
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b")) + b"\x7f"
_FEW = 0.01
"""The share of control characters above which UTF-8 is no text."""


def is_text(head: bytes) -> bool:
    """Say whether the first bytes of a file are of a text that can be read.

    Not where there are none. In UTF-8 with next to no control characters; else in UTF-16 or an
    encoding in which its words can be read, as control characters are letters of VPS and VISCII.

    >>> is_text("Đọc trước".encode()), is_text(b"\\x89PNG\\r\\n"), is_text(b"\\0\\1\\2\\3" * 9)
    (True, False, False)
    """
    if not head or head.startswith(_BINARY):
        return False
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls <= _FEW * len(head) and _is_utf8(head):
        return True
    if b"\0" in head:
        return unicode_blocks([head[: len(head) & ~3]])[0] != ""
    return detected_encoding(head) is not None


def _is_utf8(head: bytes) -> bool:
    """Say whether bytes are UTF-8, of which the last character may be cut off."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.end == len(head) and error.reason == "unexpected end of data"
    return True

"""Mail: subjects, names and the text of bodies; all else stays, transfer encodings too.

The grammar is that of RFC 5322 and RFC 2045 to 2049, read with the tolerance of Python's `email`;
a mailbox (mbox) is cut at its lines "From ", as RFC 4155 has them.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from vnclean.errors import FormatError
from vnclean.formats.base import (
    MAX_RECORD,
    Chunk,
    Field,
    RecordError,
    Reject,
    Rewritten,
    Visitor,
)
from vnclean.formats.encoding import AUTO, decode_document
from vnclean.formats.lines import document_chunks, too_large
from vnclean.formats.spans.exchange import exchange
from vnclean.formats.spans.markup_spans import HTML, markup_spans
from vnclean.formats.spans.span import TextSpan, guarded

__all__ = ["Mail"]

_HEAD_END = re.compile(rb"\A\r?\n|\r?\n\r?\n|\n\r?\Z")
_BREAK = re.compile(rb"(?:\A|\n\r?\n)(?=From [^\n]*\d)")
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:((?:[^\n]|\n(?=[ \t]))*)", re.M)
_NAMES = frozenset(
    b"subject comments keywords from to cc bcc sender reply-to resent-from resent-to resent-cc "
    b"organization content-description thread-topic".split()
)
"""Fields of a header that hold words or names."""
_WORD = rb"=\?([\w.:-]+)(?:\*[\w-]*)?\?([bBqQ])\?([^?\s]*)\?="
_WORDS = re.compile(rb"%s(?:[ \t\r\n]+%s)*" % (_WORD, re.sub(rb"\((?!\?)", b"(?:", _WORD)))
_ONE_WORD = re.compile(_WORD)
_CHARSET = re.compile(rb"(charset\s*=\s*\"?)([\w.:-]+)", re.I)
_META = re.compile(r"(<meta\s[^<>]*charset\s*=\s*[\"']?)([\w.:-]+)", re.I)
_LINE = re.compile(r"(?:>[ \t]?)*[ \t]*([^\r\n]*[^\r\n \t])")
_SPACE = guarded("^[ \t>]")
_MAX_DEPTH = 20
_MAX_WORD = 45
"""Bytes of an encoded word before they are encoded: 75 characters are the most of one."""
_ASCII = ("us-ascii", "ascii", "ansi_x3.4-1968")


def _text_lines(source: str) -> Iterator[TextSpan]:
    """Yield the lines of a body, without the signs of quotation and blanks that break lines."""
    joint: str | None = None
    for found in _LINE.finditer(source):
        yield TextSpan(*found.span(1), _SPACE, joint)
        joint = "\n"


def _page(source: str) -> Iterator[TextSpan]:
    return markup_spans(source, HTML, ascii_only=source.isascii())


def _one_span(source: str) -> Iterator[TextSpan]:
    yield TextSpan(0, len(source), guarded(""))


@dataclass(frozen=True)
class Mail:
    """Messages and mailboxes: words of the header, bodies of text and HTML; attachments stay.

    Charset and transfer encoding of each part are kept, where the charset can write its text;
    else it becomes UTF-8. Signed and encrypted parts stay. Streamed where it is a mailbox.

    >>> message = b"Subject: =?utf-8?q?hi=E1=BB=87u_q=E1=BB=A7a?=\\n\\nxong\\n"
    >>> Mail().rewrite(Chunk(message, 1, Mail()), lambda text: text.text.upper()).data
    b'Subject: =?utf-8?q?HI=E1=BB=86U_Q=E1=BB=A6A?=\\n\\nXONG\\n'
    """

    name: ClassVar[str] = "mail"
    suffixes: ClassVar[tuple[str, ...]] = (".eml", ".mbox")
    binary: ClassVar[bool] = True
    any_encoding: ClassVar[bool] = False

    max_record: int = field(default=MAX_RECORD, repr=False)

    def split(self, blocks: Iterable[bytes], size: int) -> Iterator[Chunk]:
        """Give a message as a whole, a mailbox in runs of messages."""
        source = iter(blocks)
        held = b""
        for block in source:
            held += block
            if len(held) >= 5:
                break
        if not held.startswith(b"From "):
            yield from document_chunks(_chained(held, source), self.max_record, self)
            return
        line, wanted = 1, 0
        while True:
            if len(held) >= max(size, wanted):
                breaks = [found.end() for found in _BREAK.finditer(held, 1)]
                if breaks:
                    yield Chunk(held[: breaks[-1]], line, self)
                    line += held.count(b"\n", 0, breaks[-1])
                    held, wanted = held[breaks[-1] :], 0
                    continue
                if len(held) > self.max_record:
                    raise FormatError(f"the message at line {line:,} is {too_large(len(held))}")
                wanted = 2 * len(held)
            block = next(source, b"")
            if not block:
                break
            held += block
        if held:
            yield Chunk(held, line, self)

    def rewrite(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        """Exchange the texts of every message; one that can't be read is a reject."""
        done = Rewritten(chunk.data)
        seen = 0

        def counted(text: Field) -> str:
            nonlocal seen
            seen += 1
            return visit(text)

        out: list[bytes] = []
        line = chunk.line
        for message in _messages(chunk.data):
            done.records += 1
            before, seen = seen, 0
            try:
                start = message.find(b"\n") + 1 if message.startswith(b"From ") else 0
                rest = message[start:]
                new = _Entity(counted, line + bool(start)).rewritten(rest)
                out.append(message if new is rest else message[:start] + new)
                done.without += not seen
            except RecordError as fault:
                done.rejects.append(Reject(line, str(fault), message))
            line += message.count(b"\n")
            seen += before
        done.data = b"".join(out)
        if done.data == chunk.data:
            done.data = chunk.data
        return done


def _chained(head: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from source


def _messages(data: bytes) -> Iterator[bytes]:
    """Yield the messages of a mailbox, or a message that stands alone."""
    cuts = [0]
    if data.startswith(b"From "):
        cuts += [found.end() for found in _BREAK.finditer(data, 1)]
    for start, end in zip(cuts, [*cuts[1:], len(data)], strict=True):
        yield data[start:end]


class _Entity:
    """Rewrites a message, or a part of one."""

    def __init__(self, visit: Visitor, line: int) -> None:
        self._visit, self._line = visit, line

    def rewritten(self, data: bytes, depth: int = 0) -> bytes:
        """Return the entity with its texts exchanged; the same object where none changed."""
        from email.parser import BytesHeaderParser

        if depth > _MAX_DEPTH:
            raise RecordError("its parts are nested too deeply")
        end = _HEAD_END.search(data)
        cut = end.end() if end is not None else len(data)
        head, body = data[:cut], data[cut:]
        told = BytesHeaderParser().parsebytes(head)
        new_head = self._header(head)
        new_body, charset = self._body(body, told, depth)
        if charset:
            new_head = _with_charset(new_head, charset)
        if new_head is head and new_body is body:
            return data
        return new_head + new_body

    def _header(self, head: bytes) -> bytes:
        pieces: list[bytes] = []
        at = 0
        for found in _FIELD.finditer(head):
            value = found[2]
            if found[1].lower() in _NAMES and (b"=?" in value or not value.isascii()):
                new = self._value(value)
                if new != value:
                    pieces += head[at : found.start(2)], new
                    at = found.end()
        return b"".join([*pieces, head[at:]]) if pieces else head

    def _value(self, value: bytes) -> bytes:
        """Return the value of a field with its encoded words, or its bare letters, exchanged."""
        if not value.isascii():
            try:
                text, _ = decode_document(value, AUTO)
            except RecordError:
                return value
            new = exchange(text, _header_lines, self._visit, line=self._line)
            return value if new is text else new.encode()
        return _WORDS.sub(self._words, value)

    def _words(self, found: re.Match[bytes]) -> bytes:
        words = list(_ONE_WORD.finditer(found[0]))
        charset, form, _ = words[0].groups()
        try:
            data = b"".join(_decoded_word(word) for word in words)
            text = data.decode(charset.decode())
        except (LookupError, ValueError):
            return found[0]
        if any(word[1].lower() != charset.lower() for word in words):
            return found[0]
        new = exchange(text, _one_span, self._visit, line=self._line)
        if new == text:
            return found[0]
        name = charset.decode() if _can_write(new, charset.decode()) else "utf-8"
        end = b"\r\n " if b"\r\n" in found[0] else b"\n "
        return end.join(_encoded_words(new, name, form))

    def _body(self, body: bytes, told: Any, depth: int) -> tuple[bytes, str]:
        """Return the body of an entity, and its charset where that is another now."""
        kind = told.get_content_type()
        if kind in ("multipart/signed", "multipart/encrypted"):
            return body, ""
        if kind.startswith("multipart/"):
            boundary = told.get_boundary()
            if not isinstance(boundary, str) or not boundary:
                return body, ""
            return self._parts(body, boundary.encode("utf-8", "replace"), depth), ""
        if kind == "message/rfc822":
            return self.rewritten(body, depth + 1), ""
        if (
            kind not in ("text/plain", "text/html")
            or told.get_content_disposition() == "attachment"
        ):
            return body, ""
        transfer = str(told.get("Content-Transfer-Encoding", "7bit")).strip().lower()
        return self._text(body, kind, transfer, str(told.get_content_charset() or ""))

    def _parts(self, body: bytes, boundary: bytes, depth: int) -> bytes:
        marks = re.compile(
            rb"(?:\A|(?<=\n))--%s(--)?[ \t]*(?:\r?\n|\Z)" % re.escape(boundary)
        ).finditer(body)
        pieces: list[bytes] = []
        at, start, changed = 0, -1, False
        for mark in marks:
            if start >= 0:
                end = mark.start()
                for tail in (b"\r\n", b"\n"):
                    if body[start:end].endswith(tail):
                        end -= len(tail)
                        break
                part = body[start:end]
                new = self.rewritten(part, depth + 1)
                changed |= new is not part
                pieces += body[at:start], new
                at = end
            start = -1 if mark[1] else mark.end()
        return b"".join([*pieces, body[at:]]) if changed else body

    def _text(self, body: bytes, kind: str, transfer: str, charset: str) -> tuple[bytes, str]:
        """Return a body of text, and its charset where that is another now."""
        decode, encode = _TRANSFER.get(transfer, (None, None))
        if decode is None or encode is None:
            return body, ""
        try:
            data = decode(body)
        except (ValueError, binascii.Error):
            return body, ""
        text, used = _decoded_text(data, charset)
        read: Callable[[str], Iterable[TextSpan]] = _page if kind == "text/html" else _text_lines
        new = exchange(text, read, self._visit, line=self._line)
        if new is text:
            return body, ""
        if data.isascii() and not new.isascii() and (transfer == "7bit" or not charset):
            return body, ""  # nothing says how its letters would be read
        name = used if used == charset.lower() and _can_write(new, used) else "utf-8"
        told = charset if charset else "us-ascii"
        other = "" if name == told.lower() else name
        if other and kind == "text/html":
            new = _META.sub(rf"\g<1>{name}", new)
        return encode(body, data, new.encode(name)), other if charset else ""


def _header_lines(source: str) -> Iterator[TextSpan]:
    joint: str | None = None
    for found in re.finditer(r"[^\s<>\"](?:[^\r\n<>\"]*[^\s<>\"])?", source):
        yield TextSpan(*found.span(), guarded(r"[<>\",;:@]|^[ \t]"), joint)
        joint = " "


def _can_write(text: str, encoding: str) -> bool:
    try:
        return text.encode(encoding).decode(encoding) == text
    except (LookupError, UnicodeError):
        return False


def _decoded_text(data: bytes, charset: str) -> tuple[str, str]:
    """Return the characters of a part and their encoding: as declared, else by evidence."""
    if charset and charset.lower() not in _ASCII:
        try:
            return data.decode(charset), charset.lower()
        except (LookupError, UnicodeDecodeError):
            pass
    try:
        text, encoding = decode_document(data, AUTO)
    except RecordError:
        raise RecordError("a part of it is in an encoding that can't be told") from None
    return text, encoding or "utf-8"


def _with_charset(head: bytes, charset: str) -> bytes:
    """Return a header that declares another charset."""
    for found in _FIELD.finditer(head):
        if found[1].lower() == b"content-type":
            new = _CHARSET.sub(rb"\g<1>" + charset.encode(), found[2], count=1)
            return head[: found.start(2)] + new + head[found.end(2) :]
    return head


def _decoded_word(word: re.Match[bytes]) -> bytes:
    if word[2] in b"bB":
        return base64.b64decode(word[3], validate=True)
    return quopri.decodestring(word[3].replace(b"_", b"=20"))


def _encoded_words(text: str, charset: str, form: bytes) -> Iterator[bytes]:
    """Yield encoded words for a text, none longer than RFC 2047 allows."""
    held = b""
    for letter in text:
        data = letter.encode(charset)
        size = len(data) * 3 if form in b"qQ" and not data.isalnum() else len(data)
        if held and len(_word_body(held, form)) + size > _MAX_WORD:
            yield _word(held, charset, form)
            held = b""
        held += data
    yield _word(held, charset, form)


def _word_body(data: bytes, form: bytes) -> bytes:
    if form in b"bB":
        return base64.b64encode(data)
    safe = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/"
    return b"".join(
        bytes([code]) if code in safe else b"_" if code == 32 else b"=%02X" % code for code in data
    )


def _word(data: bytes, charset: str, form: bytes) -> bytes:
    return b"=?%s?%s?%s?=" % (charset.encode(), form, _word_body(data, form))


# -- transfer encodings -------------------------------------------------------------------------


def _same(body: bytes) -> bytes:
    return body


def _as_bytes(body: bytes, old: bytes, new: bytes) -> bytes:
    return new


def _from_base64(body: bytes) -> bytes:
    return base64.b64decode(body)


def _as_base64(body: bytes, old: bytes, new: bytes) -> bytes:
    """Return bytes in base64, in lines as long as those that were there."""
    first = body.lstrip(b"\r\n").partition(b"\n")[0].rstrip(b"\r")
    width = max(4, len(first) // 4 * 4)
    end = b"\r\n" if b"\r\n" in body else b"\n"
    packed = base64.b64encode(new)
    lead = body[: len(body) - len(body.lstrip(b"\r\n"))]
    tail = body[len(body.rstrip(b"\r\n")) :]
    return lead + end.join(packed[at : at + width] for at in range(0, len(packed), width)) + tail


def _as_quoted(body: bytes, old: bytes, new: bytes) -> bytes:
    """Return bytes in quoted-printable; lines that did not change stay as they are written."""
    rows = re.findall(rb"(?:[^\n]*=[ \t]*\r?\n)*[^\n]*(?:\n|\Z)", body)
    rows = [row for row in rows if row]
    before, after = old.split(b"\n"), new.split(b"\n")
    if before and not before[-1]:
        before.pop()
    if after and not after[-1]:
        after.pop()
    end = b"=\r\n" if b"\r\n" in body else b"=\n"
    if not len(rows) == len(before) == len(after):
        return b"".join(_quoted(line, end) + end[1:] for line in new.split(b"\n"))
    made = []
    for row, was, line in zip(rows, before, after, strict=True):
        tail = row[len(row.rstrip(b"\r\n")) :]
        made.append(row if was == line else _quoted(line.removesuffix(b"\r"), end) + tail)
    return b"".join(made)


def _quoted(line: bytes, end: bytes) -> bytes:
    return binascii.b2a_qp(line.removesuffix(b"\r")).replace(b"=\n", end)


_Decode = Callable[[bytes], bytes]
_Encode = Callable[[bytes, bytes, bytes], bytes]
_TRANSFER: dict[str, tuple[_Decode, _Encode]] = {
    **dict.fromkeys(("7bit", "8bit", "binary", ""), (_same, _as_bytes)),
    "base64": (_from_base64, _as_base64),
    "quoted-printable": (quopri.decodestring, _as_quoted),
}

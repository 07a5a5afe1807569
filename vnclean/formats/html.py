"""HTML: a page comes in, its text goes out; the one format that is not given back as it came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from vnclean.errors import FormatError
from vnclean.formats.base import Chunk, Field, RecordError, Reject, Rewritten, Visitor
from vnclean.formats.encoding import AUTO, decode_line

__all__ = ["Html"]


@dataclass(frozen=True)
class Html:
    """A web page, read whole; its text without the page's furniture is what comes out (UTF-8).

    The encoding is told from the words, legacy Vietnamese ones too, before what the page declares.
    Needs the extra `html`.

    >>> import vnclean.charsets
    >>> page = "<body><p>Trời mưa suốt đêm, sáng ra mới tạnh, nước tràn cả vào sân.</p></body>"
    >>> chunk = next(Html().split([page.encode("tcvn3")], 1 << 20))
    >>> chunk.format.rewrite(chunk, lambda field: field.text).data.decode()
    'Trời mưa suốt đêm, sáng ra mới tạnh, nước tràn cả vào sân.\\n'
    """

    name: ClassVar[str] = "html"
    suffixes: ClassVar[tuple[str, ...]] = (".html", ".htm", ".xhtml")
    writes: ClassVar[str] = ".txt"
    """The ending of a file of what comes out."""

    encoding: str = AUTO

    def split(self, blocks: Iterable[bytes], size: int) -> Iterator[Chunk]:
        """Give the whole page."""
        yield Chunk(b"".join(blocks), 1, self)

    def rewrite(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        """Return the text of the page, exchanged for what the visitor makes of it."""
        from vnclean.boilerplate.page import decode_page, extract_text

        done = Rewritten(b"", records=1, converted=chunk.converted)
        try:
            if self.encoding == AUTO:
                page, encoding = decode_page(chunk.data)
            else:
                page, encoding = decode_line(chunk.data, self.encoding), self.encoding
            if encoding != "utf-8":
                done.converted = encoding
            text = visit(Field(extract_text(page)))
        except RecordError as fault:
            return Rewritten(b"", [Reject(0, str(fault), chunk.data)], 1)
        except FormatError as fault:
            reason = f"{fault}; give it with --encoding NAME"
            return Rewritten(b"", [Reject(0, reason, chunk.data)], 1)
        if text:
            done.data = (text + "\n").encode("utf-8", "surrogatepass")
        else:
            done.without = 1
        return done

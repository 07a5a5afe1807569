"""A zip archive of parts, some of which hold text: EPUB, Office documents and their like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from vnclean.formats.base import (
    MAX_RECORD,
    Chunk,
    Edited,
    Field,
    RecordError,
    Reject,
    Rewritten,
    Visitor,
)
from vnclean.formats.lines import document_chunks
from vnclean.formats.spans.exchange import Reader, exchange
from vnclean.formats.spans.zip_archive import ZipArchive

__all__ = ["PackageFormat", "Part", "Watch", "part_text"]


class Part(NamedTuple):
    """An entry of a package that holds text: its name, what gives its spans, what follows.

    `restyle` makes what has to change beside the texts, such as the names of fonts. It is asked
    where anything in the package changed, given the source with its texts exchanged, and told
    whether a text of a known charset was decoded.
    """

    name: str
    spans: Reader
    restyle: Callable[[str, bool], str] | None = None


def part_text(data: bytes) -> tuple[str, str]:
    """Return the characters of an XML part and its encoding: UTF-8, or UTF-16 with its mark.

    Raises RecordError for any other.
    """
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16"), "utf-16-le" if data[:1] == b"\xff" else "utf-16-be"
        return data.decode(), "utf-8"
    except UnicodeDecodeError as error:
        raise RecordError(f"a part is no {error.encoding.upper()}: byte {error.start}") from None


class Watch:
    """A visitor that says whether it has `seen` a text, and `decoded` one of a known charset."""

    def __init__(self, visit: Visitor) -> None:
        self._visit = visit
        self.seen = self.decoded = False

    def __call__(self, text: Field) -> str:
        """Return what the visitor makes of a text."""
        self.seen = True
        new = self._visit(text)
        self.decoded |= bool(text.charsets) and (isinstance(new, Edited) or new != text.text)
        return new


@dataclass(frozen=True)
class PackageFormat:
    """What all packages share; one of its own gives `parts`. The archive is read whole.

    Entries in which nothing changed keep their packed bytes; without damage the file stays as it
    is. A package that is damaged, encrypted or a bomb is a reject.
    """

    name: ClassVar[str] = ""
    suffixes: ClassVar[tuple[str, ...]] = ()
    binary: ClassVar[bool] = True
    """Its bytes are no characters, whatever they look like."""
    any_encoding: ClassVar[bool] = False

    max_record: int = field(default=MAX_RECORD, repr=False)

    def parts(self, package: ZipArchive) -> Iterable[Part]:
        """Yield the parts that hold text, in an order that is always the same."""
        raise NotImplementedError

    def split(self, blocks: Iterable[bytes], size: int) -> Iterator[Chunk]:
        """Give the whole package."""
        yield from document_chunks(blocks, self.max_record, self)

    def rewrite(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        """Exchange the texts of all parts."""
        done = Rewritten(chunk.data, records=1)
        watch = Watch(visit)
        changed: dict[str, bytes] = {}
        try:
            package = ZipArchive(chunk.data)
            restyled: list[Part] = []
            for part in self.parts(package):
                source, encoding = part_text(package.read(part.name))
                new = exchange(source, part.spans, watch)
                if new is not source:
                    changed[part.name] = _encoded(new, encoding)
                if part.restyle is not None:
                    restyled.append(part)
            for part in restyled if changed else ():
                data = changed.get(part.name)
                source, encoding = part_text(package.read(part.name) if data is None else data)
                assert part.restyle is not None
                if (new := part.restyle(source, watch.decoded)) != source:
                    changed[part.name] = _encoded(new, encoding)
            done.data = package.with_entries(changed)
        except RecordError as fault:
            return Rewritten(b"", [Reject(0, str(fault), chunk.data)], 1)
        done.without = not watch.seen
        return done


def _encoded(text: str, encoding: str) -> bytes:
    return text.encode(encoding)

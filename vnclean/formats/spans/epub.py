"""EPUB: the pages of a book, its title and table of contents; everything else stays packed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from vnclean.formats.base import RecordError
from vnclean.formats.spans.markup_spans import HTML, MarkupRules, markup_spans
from vnclean.formats.spans.package import PackageFormat, Part
from vnclean.formats.spans.zip_archive import ZipArchive

__all__ = ["Epub"]

_BOOK = MarkupRules(
    within=frozenset(
        "title creator contributor description subject publisher rights source coverage".split()
    )
)
_CONTENTS = MarkupRules(within=frozenset({"text"}))
_RULES = {".xhtml": HTML, ".html": HTML, ".htm": HTML, ".opf": _BOOK, ".ncx": _CONTENTS}
_LOCKED = re.compile(rb"<(?:\w+:)?CipherReference\s[^<>]*URI\s*=\s*[\"']([^\"']*)[\"']")


@dataclass(frozen=True)
class Epub(PackageFormat):
    """A book in EPUB: its pages, title, authors, description and table of contents.

    Styles, pictures, fonts and scripts keep their packed bytes. A book whose pages are encrypted
    is a reject.
    """

    name: ClassVar[str] = "epub"
    suffixes: ClassVar[tuple[str, ...]] = (".epub",)

    def parts(self, package: ZipArchive) -> Iterator[Part]:
        """Yield the pages and what tells of the book, in the order of the archive."""
        if "META-INF/container.xml" not in package.names:
            raise RecordError("it is no EPUB: META-INF/container.xml is missing")
        locked: set[str] = set()
        if "META-INF/encryption.xml" in package.names:
            found = _LOCKED.findall(package.read("META-INF/encryption.xml"))
            locked = {name.decode("utf-8", "replace").lstrip("/") for name in found}
        for name in package.names:
            _, point, ending = name.rpartition(".")
            rules = _RULES.get(f"{point}{ending}".lower())
            if rules is None:
                continue
            if name in locked:
                raise RecordError(f"it is encrypted ({name})")
            yield Part(name, partial(markup_spans, rules=rules))

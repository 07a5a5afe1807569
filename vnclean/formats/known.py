"""Which formats there are, and which of them a file is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import PurePath
from typing import Any, cast

from vnclean.errors import ConfigError
from vnclean.formats.base import Format
from vnclean.formats.compression import suffix_of
from vnclean.formats.delimited import Delimited
from vnclean.formats.html_pages import Html
from vnclean.formats.jsonl import Json, JsonLines
from vnclean.formats.office.binary_office import Excel97, PowerPoint97, Word97
from vnclean.formats.office.open_document import OpenDocument
from vnclean.formats.office.rtf import Rtf
from vnclean.formats.office.sheets import Sheets
from vnclean.formats.office.slides import Slides
from vnclean.formats.office.word import Word
from vnclean.formats.parquet import Parquet
from vnclean.formats.pdf import Pdf
from vnclean.formats.places import Url
from vnclean.formats.spans.epub import Epub
from vnclean.formats.spans.gettext_po import Gettext
from vnclean.formats.spans.mail import Mail
from vnclean.formats.spans.markdown import Markdown
from vnclean.formats.spans.settings import Ini, Properties
from vnclean.formats.spans.source_code import SourceCode
from vnclean.formats.spans.sql import Sql
from vnclean.formats.spans.subtitles import AdvancedSubtitles, SubRip, WebVtt
from vnclean.formats.spans.tex import BibTex, Tex
from vnclean.formats.spans.xml_text import Xml
from vnclean.formats.spans.yaml_text import Yaml
from vnclean.formats.text import Text
from vnclean.formats.warc import Warc

__all__ = [
    "descriptions",
    "format_named",
    "format_of",
    "names",
    "suffixes",
    "with_metadata",
]

_KINDS: tuple[Any, ...] = (
    *(Text, JsonLines, Json, Delimited, Parquet, Html, Warc),
    *(SubRip, WebVtt, AdvancedSubtitles),
    *(Word, Sheets, Slides, OpenDocument, Rtf, Pdf),
    *(Word97, Excel97, PowerPoint97),
    *(Sql, Xml, Gettext, Properties, Ini, Yaml, Markdown, Tex, BibTex, Mail, Epub, SourceCode),
)
"""One row for each format: a new one is entered here."""


def names() -> list[str]:
    """Return the names of the formats, as `--input-format` takes them."""
    return [kind.name for kind in _KINDS]


def descriptions() -> list[tuple[str, str]]:
    """Return the names of the formats, each with what it is and how its files end."""
    return [
        (kind.name, f"{(kind.__doc__ or '').partition(chr(10))[0]} ({' '.join(kind.suffixes)})")
        for kind in _KINDS
    ]


def suffixes() -> list[str]:
    """Return the endings of file names that are known, without those of compression.

    >>> ".jsonl" in suffixes()
    True
    """
    return [suffix for kind in _KINDS for suffix in kind.suffixes]


def format_named(
    name: str, keys: Sequence[str] = (), *, lines: bool = False, encoding: str = "auto"
) -> Format:
    """Return a format by its name; raises ConfigError with the names there are.

    `keys` are the fields or columns that hold text, `lines` makes each line of a plain text file
    a document of its own, `encoding` is "auto" or the name of a codec.

    >>> format_named("jsonl", ["body"])
    JsonLines(keys=('body',), encoding='auto')
    """
    given = {"keys": tuple(keys) or ("text",), "lines": lines, "encoding": encoding}
    for kind in _KINDS:
        if kind.name == name:
            told = {field.name for field in fields(kind)} & given.keys()
            made: Format = kind(**{option: given[option] for option in told})
            return made
    raise ConfigError(
        f"There is no input format named {name!r}. You can choose from: {', '.join(names())}."
    )


def with_metadata(kind: Format, what: str, key: str) -> Format:
    """Return a format that does with metadata as asked: "keep", "drop" or "extract" it.

    "extract" adds a field named `key` to records, "drop" concerns HTML alone: elsewhere it is the
    work of the step `boilerplate`. Raises ConfigError where a format has no place for fields.

    >>> with_metadata(JsonLines(), "extract", "meta").metadata
    'meta'
    """
    options: Any = kind
    if what == "extract":
        if not hasattr(kind, "metadata"):
            raise ConfigError(
                f"--metadata extract needs records to put fields into; {kind.name} has no place "
                "for them. You can use JSON lines, HTML or WARC."
            )
        if key in getattr(kind, "keys", ()):
            raise ConfigError(f"The field {key!r} holds the text: give another --metadata-key.")
        return cast(Format, replace(options, metadata=key))
    if what == "drop" and hasattr(kind, "drop"):
        return cast(Format, replace(options, drop=True))
    return kind


def format_of(path: PurePath | Url) -> str | None:
    """Return the name of the format that a file name speaks of, None if it is unknown.

    >>> format_of(PurePath("crawl/part-01.jsonl.gz")), format_of(PurePath("photo.jpg"))
    ('jsonl', None)
    """
    name = _without_packing(path)
    return next(
        (kind.name for kind in _KINDS for suffix in kind.suffixes if name.endswith(suffix)), None
    )


def _without_packing(path: PurePath | Url) -> str:
    """Return the name of a file in lower case, without the ending of its compression."""
    name = path.name.lower()
    return name.removesuffix(suffix_of(name))

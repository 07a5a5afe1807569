"""Documents of Office 97 to 2003: LibreOffice, where it is installed, makes packages of them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

from vnclean.formats.base import MAX_RECORD, Chunk, RecordError, Reject, Rewritten, Visitor
from vnclean.formats.lines import document_chunks
from vnclean.formats.office.package import OfficeFormat
from vnclean.formats.office.sheets import Sheets
from vnclean.formats.office.slides import Slides
from vnclean.formats.office.word import Word

__all__ = ["Excel97", "PowerPoint97", "Word97"]

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECONDS = 300
"""After so long a conversion is given up."""
_PROGRAMS = ("soffice", "libreoffice")


@dataclass(frozen=True)
class _BinaryOffice:
    binary: ClassVar[bool] = True
    package: ClassVar[type[OfficeFormat]]
    suffixes: ClassVar[tuple[str, ...]] = ()
    name: ClassVar[str] = ""
    writes: ClassVar[str] = ""

    fonts: str = ""
    max_record: int = field(default=MAX_RECORD, repr=False)

    def split(self, blocks: Iterable[bytes], size: int) -> Iterator[Chunk]:
        """Give the whole document."""
        yield from document_chunks(blocks, self.max_record, self)

    def rewrite(self, chunk: Chunk, visit: Visitor) -> Rewritten:
        """Return the document as a package with its texts exchanged."""
        try:
            data = convert(chunk.data, self.suffixes[0], self.writes)
        except RecordError as fault:
            return Rewritten(b"", [Reject(0, str(fault), chunk.data)], 1)
        kind = self.package(self.max_record, self.fonts)
        done = kind.rewrite(Chunk(data, 1, kind), visit)
        if done.rejects:
            done.rejects = [Reject(0, reject.reason, chunk.data) for reject in done.rejects]
        return done


def convert(data: bytes, ending: str, wanted: str) -> bytes:
    """Return a document in another format; raises RecordError, with what to do, where it can't be.

    LibreOffice runs by itself, with a profile of its own that is thrown away, and without macros.
    """
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        raise RecordError(
            "documents of Office 97 to 2003 are read through LibreOffice, which is not installed "
            f"here: install it, or save the file as {wanted}"
        )
    if not data.startswith(_COMPOUND):
        raise RecordError("it is no document of Office 97 to 2003, whatever its name says")
    with TemporaryDirectory(prefix="vnclean-") as folder:
        source = Path(folder, f"document{ending}")
        source.write_bytes(data)
        command = [
            program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore",
            "--convert-to", wanted[1:], "--outdir", f"{folder}/out", str(source),
        ]  # fmt: skip
        _run(command)
        made = Path(folder, "out", f"document{wanted}")
        if not made.exists():
            raise RecordError("LibreOffice can't read it: it is damaged, or needs a password")
        return made.read_bytes()


def _run(command: list[str]) -> None:
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            process.wait(_SECONDS)
        except BaseException as error:
            with contextlib.suppress(ProcessLookupError, AttributeError):
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            if isinstance(error, subprocess.TimeoutExpired):
                raise RecordError(f"LibreOffice took more than {_SECONDS} seconds") from None
            raise


@dataclass(frozen=True)
class Word97(_BinaryOffice):
    """A document of Word 97 to 2003, through LibreOffice; a .docx comes out."""

    package: ClassVar[type[OfficeFormat]] = Word
    name: ClassVar[str] = "doc"
    suffixes: ClassVar[tuple[str, ...]] = (".doc",)
    writes: ClassVar[str] = ".docx"


@dataclass(frozen=True)
class Excel97(_BinaryOffice):
    """A workbook of Excel 97 to 2003, through LibreOffice; an .xlsx comes out."""

    package: ClassVar[type[OfficeFormat]] = Sheets
    name: ClassVar[str] = "xls"
    suffixes: ClassVar[tuple[str, ...]] = (".xls",)
    writes: ClassVar[str] = ".xlsx"


@dataclass(frozen=True)
class PowerPoint97(_BinaryOffice):
    """A presentation of PowerPoint 97 to 2003, through LibreOffice; a .pptx comes out."""

    package: ClassVar[type[OfficeFormat]] = Slides
    name: ClassVar[str] = "ppt"
    suffixes: ClassVar[tuple[str, ...]] = (".ppt", ".pps")
    writes: ClassVar[str] = ".pptx"

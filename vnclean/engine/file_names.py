"""Damaged names of files and folders: what they mean, and how they are given it and get it back."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vnclean.caches import cached
from vnclean.engine.folders import InputError
from vnclean.engine.zip_names import rename_entries
from vnclean.errors import FormatError
from vnclean.formats.archives import stored_names
from vnclean.formats.encoding import detected_encoding
from vnclean.pipeline import Pipeline

__all__ = ["Rename", "find_renames", "mend_names", "rename_all", "undo_script"]

_LONGEST = 255
"""Bytes of a name, in every file system of today."""
_STEPS = (*("unicode_escapes", "percent_encoding", "lossy", "mojibake", "legacy", "unicode_form"),)
"""What is damage in a name; how a word is spelled, and where blanks stand, is its owner's."""
_BLANKS = "_"
"""What stands for a blank in many names."""
_COPY = ".orig"
"""What is put behind the name of an archive as it was before its entries got other names."""


@dataclass(frozen=True, slots=True)
class Rename:
    """A name in a folder, or in an archive, and what it is to be; `fault` says why it stays.

    Names are as `os.fsdecode` gives them. Of an entry of an archive, `entry` is its number.
    """

    folder: str
    old: str
    new: str
    fault: str = ""
    entry: int = -1


@cached(1)
def _pipeline() -> Pipeline:
    standard = Pipeline.preset("standard")
    return standard.without(*(step.name for step in standard if step.name not in _STEPS))


@cached(1)
def _certain() -> Pipeline:
    """Of names that have `_` for blanks: a lost letter can't be told from one of these."""
    return _pipeline().without("lossy")


def mend_names(names: Sequence[str], encoding: str | None = None) -> list[str]:
    r"""Return names as they were meant, those without damage as they are.

    All of them count as evidence for each other. Bytes that are no UTF-8 are read in `encoding`.
    The ending behind the last dot is not touched.

    >>> mend_names(["C«ng v¨n sè 5.doc", "QuyÕt_®Þnh_5.doc", "T_i li_u ti_ng Vi_t.pdf", "a_b"])
    ['Công văn số 5.doc', 'Quyết_định_5.doc', 'Tài liệu tiếng Việt.pdf', 'a_b']
    """
    parts = [_split(_decoded(name, encoding)) for name in names]
    stems = [stem.replace("\n", " ") for stem, _ in parts]
    mended = _each(_pipeline(), stems)
    spaced = [stem.replace(_BLANKS, " ") for stem in mended]
    again = _each(_certain(), spaced)
    found = []
    for (stem, ending), new, blank, other in zip(parts, mended, spaced, again, strict=True):
        if other != blank and other.count(" ") == blank.count(" "):
            signs = iter([sign for sign in new if sign in " _"])
            new = "".join(next(signs) if sign == " " else sign for sign in other)
        found.append((stem if "\n" in stem else new) + unicodedata.normalize("NFC", ending))
    return found


def _split(name: str) -> tuple[str, str]:
    """Return a name without its ending, and that: what stands behind the last dot, if it is short.

    >>> _split("báo cáo.v2.pdf"), _split("Mục 1. Mở đầu"), _split(".env")
    (('báo cáo.v2', '.pdf'), ('Mục 1. Mở đầu', ''), ('.env', ''))
    """
    stem, dot, ending = name.rpartition(".")
    return (stem, dot + ending) if stem and ending.isalnum() and len(ending) < 9 else (name, "")


def _decoded(name: str, encoding: str | None) -> str:
    raw = os.fsencode(name)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode(encoding) if encoding else name
    except UnicodeDecodeError:
        return name


def _each(pipeline: Pipeline, texts: list[str]) -> list[str]:
    """Clean lines as one text, so that one is evidence for the other."""
    lines = pipeline("\n".join(texts)).split("\n")
    return lines if len(lines) == len(texts) else [pipeline(text) for text in texts]


def find_renames(folder: Path, *, archives: bool = True) -> Iterator[Rename]:
    """Yield the names below a folder that are damaged, what is deepest first; writes nothing.

    Hidden files and folders are passed over, links are not followed. With `archives`, the entries
    of zip files are looked at too. Raises InputError where the folder can't be read.
    """

    def stop(error: OSError) -> None:
        raise InputError(f"The folder {error.filename} can't be read: {error.strerror}.") from None

    tree = []
    for root, folders, files in os.walk(folder, onerror=stop):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        tree.append((root, [*folders, *sorted(n for n in files if not n.startswith("."))], files))
    odd = (os.fsencode(n) for _, names, _ in tree for n in names if not _is_utf8(n))
    encoding = detected_encoding(b"\n".join(odd))
    for root, names, files in reversed(tree):
        if archives:
            for name in sorted(files):
                if name.lower().endswith(".zip"):
                    yield from _in_zip(os.path.join(root, name))
        yield from _planned(root, names, mend_names(names, encoding))


def _planned(root: str, names: Sequence[str], mended: Sequence[str]) -> Iterator[Rename]:
    """Yield what is to be renamed in one folder, and why it is not where that can't be."""
    taken = set(names)
    for old, new in zip(names, mended, strict=True):
        if old == new:
            if not _is_utf8(old):
                yield Rename(
                    root, old, old, "its bytes are no UTF-8, and what they are can't be told"
                )
            continue
        fault = _fault(new)
        if not fault and new in taken:
            fault = f"there is {new!r} already"
        if not fault:
            taken.add(new)
        yield Rename(root, old, new, fault)


def _fault(new: str) -> str:
    if "/" in new or "\0" in new or os.sep in new or new in ("", ".", ".."):
        return f"{new!r} is no name of a file"
    if len(os.fsencode(new)) > _LONGEST:
        return f"{new!r} is longer than {_LONGEST} bytes"
    return ""


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
        return True
    except UnicodeEncodeError:
        return False


def _in_zip(path: str) -> Iterator[Rename]:
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(path) as file:
            infos = file.infolist()
            names = stored_names(infos)
            bare = [info.filename for info in infos]
    except (BadZipFile, OSError, NotImplementedError, ValueError):
        return  # no archive, or one that can't be read: nothing is wrong with names
    pieces = sorted({part for name in names for part in name.split("/") if part})
    meant = dict(zip(pieces, mend_names(pieces), strict=True))
    new = ["/".join(meant.get(part, part) for part in name.split("/")) for name in names]
    taken = set(names)
    for number, (old, name) in enumerate(zip(bare, new, strict=True)):
        if old != name:
            clash = name in taken and names[number] != name
            taken.add(name)
            yield Rename(path, old, name, f"there is {name!r} already" if clash else "", number)


def rename_all(renames: Sequence[Rename]) -> list[Rename]:
    """Give names; return what was left as it was, each with the reason. Nothing is overwritten.

    Archives whose entries get other names stay beside the new ones under their name with `.orig`.
    """
    left = [rename for rename in renames if rename.fault]
    inside: dict[str, list[Rename]] = {}
    for rename in renames:
        if rename.fault:
            continue
        if rename.entry >= 0:
            inside.setdefault(rename.folder, []).append(rename)
    for archive, mine in inside.items():
        try:
            rename_entries(Path(archive), Path(archive + _COPY), {r.entry: r.new for r in mine})
        except (FormatError, OSError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            left += [Rename(r.folder, r.old, r.new, reason, r.entry) for r in mine]
    for rename in renames:
        if not rename.fault and rename.entry < 0:
            old, new = (os.path.join(rename.folder, n) for n in (rename.old, rename.new))
            if reason := _move(old, new):
                left.append(Rename(rename.folder, rename.old, rename.new, reason))
    return left


def _move(old: str, new: str) -> str:
    """Rename a file or folder; return why it was not."""
    try:
        if os.path.basename(new) in os.listdir(os.path.dirname(new) or "."):
            return f"there is {os.path.basename(new)!r} already"
        if os.path.lexists(new):  # the same name to a file system that knows of no composed letters
            if not os.path.samefile(old, new):
                return f"there is {os.path.basename(new)!r} already"
            os.rename(old, new)
            return ""
        if os.path.isfile(old) and not os.path.islink(old):
            try:
                os.link(old, new)  # which, unlike a rename, replaces nothing that came meanwhile
            except FileExistsError:
                return f"there is {os.path.basename(new)!r} already"
            except OSError:
                os.rename(old, new)
            else:
                os.unlink(old)
        else:
            os.rename(old, new)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def undo_script(folder: Path, renames: Iterable[Rename]) -> bytes:
    """Return a script for `sh` that gives the old names back, as far as the new ones are there."""
    lines = [
        b"#!/bin/sh",
        b"# Gives the names back that `vnclean names --apply` changed. Nothing is overwritten.",
        b"back() {",
        b'  if [ -e "$2" ] || [ -L "$2" ]; then echo "there already: $2" >&2',
        b'  elif [ -e "$1" ] || [ -L "$1" ]; then mv -- "$1" "$2"; fi',
        b"}",
        b"unpack() {",
        b'  if [ -e "$2" ]; then mv -f -- "$2" "$1"; fi',
        b"}",
        b"cd -- " + _quoted(os.path.abspath(folder)) + b" || exit 1",
    ]
    renames = [rename for rename in renames if not rename.fault]
    for rename in reversed([rename for rename in renames if rename.entry < 0]):
        here = os.path.relpath(rename.folder, folder)
        names = (_quoted(os.path.join(here, name)) for name in (rename.new, rename.old))
        lines.append(b" ".join((b"back", *names)))
    for archive in dict.fromkeys(rename.folder for rename in renames if rename.entry >= 0):
        name = os.path.join(".", os.path.relpath(archive, folder))
        lines.append(b" ".join((b"unpack", _quoted(name), _quoted(name + _COPY))))
    return b"\n".join(lines) + b"\n"


def _quoted(path: str) -> bytes:
    return b"'" + os.fsencode(path).replace(b"'", b"'\\''") + b"'"

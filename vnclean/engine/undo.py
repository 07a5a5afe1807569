"""From cleaned files and their sidecar back to what they were made from, byte for byte."""

from __future__ import annotations

import base64
import contextlib
import json
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import PurePath
from typing import Any

from vnclean.engine.atomic_files import (
    AtomicFile,
    LeftAloneError,
    Original,
    Sink,
    StandardOutput,
    WriteError,
    file_stamp,
    open_output,
)
from vnclean.engine.byte_diff import splice
from vnclean.engine.plan import InputError, same_file
from vnclean.engine.reading import file_blocks
from vnclean.engine.recoding import decode_written
from vnclean.engine.run_paths import Role, check_absent, check_paths, is_inside
from vnclean.engine.sidecar import VERSION, encode_lines, rewind_format, splices_from
from vnclean.errors import FormatError, VncleanError
from vnclean.formats import FileFormat, Format, format_named
from vnclean.formats.compression import compress, decompress_blocks, suffix_of
from vnclean.formats.lines import line_blocks
from vnclean.formats.places import Place
from vnclean.result import undo

__all__ = ["SidecarError", "Undone", "undo_files"]

_BLOCK = 1 << 20
Values = dict[str, Any]


class SidecarError(VncleanError):
    """A sidecar can't be used, or a cleaned file is not the one that it was written for."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a sidecar says of a file: where its lines begin and which place it has."""

    number: int
    name: str
    place: str
    output: str
    kept: bool
    in_place: bool


@dataclass(slots=True)
class Undone:
    """What became of the files: restored, or not, with the reason."""

    restored: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)


def undo_files(
    cleaned: Place, sidecar: Place, output: Place | None, *, replace_there: bool = False
) -> Undone:
    """Write what the cleaned file, or every file in a folder, was made from.

    `output` None is standard output, for a single file. Each file appears whole or not at all;
    one that does not fit the sidecar is named with its first record that differs, the rest is
    done. Raises SidecarError and InputError where nothing can be done.
    """
    if not sidecar.exists():
        raise InputError(f"There is no sidecar named {str(sidecar)!r}. Check the spelling.")
    entries = _entries(sidecar)
    pairs: dict[int, tuple[_Entry, Place, Place | None]] = {}
    if cleaned.is_dir():
        if output is None:
            raise InputError(
                "A folder can't go to standard output. Give a folder: -o FOLDER; the same one with "
                "--overwrite is restored in place."
            )
        for entry in entries.values():
            pairs[entry.number] = (entry, cleaned / entry.output, output / entry.place)
    else:
        entry = _entry_of(cleaned, entries)
        if output is not None and output.is_dir():
            output = output / PurePath(entry.place).name
        pairs[entry.number] = (entry, cleaned, output)
    _check(pairs, sidecar, output if cleaned.is_dir() else None, replace_there)
    done = Undone()
    for number, lines in _groups(sidecar):
        if number not in pairs:
            continue
        entry, source, target = pairs[number]
        try:
            _restore(entry, source, target, lines)
        except (SidecarError, FormatError, LeftAloneError) as error:
            done.failed.append((str(source), str(error)))
        except WriteError:
            raise
        except OSError as error:
            done.failed.append((str(source), f"it can't be read: {error.strerror or error}"))
        except Exception:  # whatever a doctored line makes of a format
            done.failed.append((str(source), "its lines in the sidecar are damaged"))
        else:
            done.restored.append(str(source))
    return done


def _is_in_place(source: Place, target: Place | None) -> bool:
    return target is not None and same_file(source, target)


def _check(
    pairs: dict[int, tuple[_Entry, Place, Place | None]],
    sidecar: Place,
    folder: Place | None,
    replace_there: bool,
) -> None:
    """Check all paths against each other, and that none leads out of the folder."""
    reads: list[Role] = [
        ("the cleaned file", source)
        for _, source, target in pairs.values()
        if not _is_in_place(source, target)  # which --overwrite allows
    ]
    writes: list[Role] = [("the output", target) for _, _, target in pairs.values()]
    for _, _, target in pairs.values():
        if target is not None and folder is not None and not is_inside(target, folder):
            raise SidecarError(
                f"{target} would be written outside {folder}: a link leads there, or the sidecar "
                "was changed. Give another folder after -o."
            )
    check_paths([*reads, ("the sidecar", sidecar)], writes)
    check_absent(writes, replace_there)


# -- reading a sidecar --------------------------------------------------------------------------


def _lines(sidecar: Place) -> Iterator[Values]:
    """Yield the lines of a sidecar after the first, which is checked."""
    number = 0
    blocks: Iterator[bytes] = file_blocks(sidecar, _BLOCK)
    if packs := suffix_of(sidecar.name):
        blocks = decompress_blocks(blocks, packs)
    try:
        for _, block in line_blocks(blocks, _BLOCK):
            for line in filter(None, block.split(b"\n")):
                number += 1
                values = json.loads(line)
                if number == 1:
                    _check_version(sidecar, values)
                elif not isinstance(values, dict):
                    raise ValueError("a line is no object")
                elif "sidecar" not in values:  # a run that was added to has a second head
                    yield values
    except (ValueError, FormatError, RecursionError) as error:
        raise SidecarError(
            f"{sidecar} is damaged in line {max(number, 1):,}, or no sidecar: {error}. "
            "Give what vnclean clean --edits wrote."
        ) from None
    if not number:
        raise SidecarError(f"{sidecar} is empty. Give what vnclean clean --edits wrote.")


def _check_version(sidecar: Place, values: Any) -> None:
    version = values.get("sidecar") if isinstance(values, dict) else None
    if version is None:
        raise SidecarError(f"{sidecar} is no sidecar. Give what vnclean clean --edits wrote.")
    if version != VERSION:
        raise SidecarError(
            f"{sidecar} was written by vnclean {values.get('vnclean')} in another version of the "
            f"format ({version}); this one reads {VERSION}. Use that vnclean to undo."
        )


def _entries(sidecar: Place) -> dict[str, _Entry]:
    """Return the files that a sidecar holds whole; of one that was cleaned twice, the last time."""
    found: dict[str, _Entry] = {}
    number = 0
    for values in _lines(sidecar):
        if values.get("end") is True:
            entry = _entry(sidecar, number, values)
            found[entry.name] = entry
            number += 1
    if not found:
        raise SidecarError(f"{sidecar} holds no file that was cleaned to its end.")
    return found


def _entry(sidecar: Place, number: int, values: Values) -> _Entry:
    """Return what a line says of a file; refuse one that leads out of the folders it is used with.

    Raises SidecarError.
    """
    names = [values.get(key) for key in ("file", "place", "output")]
    flags = [values.get(key) for key in ("kept", "in_place")]
    for name in names[1:]:
        path = PurePath(name) if isinstance(name, str) and "\0" not in name else PurePath()
        if path.is_absolute() or ".." in path.parts or not path.name:
            raise SidecarError(
                f"{sidecar} names the place {name!r}, which is no file inside the folder. "
                "It was changed; it is not used."
            )
    if not isinstance(names[0], str) or not all(isinstance(flag, bool) for flag in flags):
        raise SidecarError(f"{sidecar} was changed: what it says of a file can't be understood.")
    return _Entry(number, *names, *flags)  # type: ignore[arg-type]


def _entry_of(cleaned: Place, entries: dict[str, _Entry]) -> _Entry:
    if len(entries) == 1 and (cleaned.exists() or not next(iter(entries.values())).kept):
        return next(iter(entries.values()))
    if not cleaned.exists():
        raise InputError(f"There is no file or folder named {str(cleaned)!r}. Check the spelling.")
    parts = PurePath(str(cleaned.resolve())).parts
    for at in range(len(parts)):  # the longest name that fits
        for entry in entries.values():
            if PurePath(entry.output).parts == parts[at:]:
                return entry
    few = ", ".join(entry.output for entry in list(entries.values())[:5])
    raise InputError(
        f"The sidecar holds {len(entries)} files ({few}, ...), and none of them fits {cleaned}. "
        "Give the folder that was cleaned into instead."
    )


def _groups(sidecar: Place) -> Iterator[tuple[int, Generator[Values, None, None]]]:
    """Yield the lines of every file; what is not taken of them is passed over."""
    stream = _lines(sidecar)
    for number, first in enumerate(stream):
        group = _group(chain([first], stream))
        yield number, group
        for _ in group:
            pass


def _group(stream: Iterator[Values]) -> Generator[Values, None, None]:
    for values in stream:
        if values.get("end"):
            return
        yield values


# -- putting files back -------------------------------------------------------------------------


def _restore(entry: _Entry, source: Place, target: Place | None, lines: Iterator[Values]) -> None:
    first = next(lines, None)
    if first is not None:
        lines = chain([first], lines)
    if first is not None and "rows" in first:
        if target is None:
            raise SidecarError("its format is no stream: give a file for the original, -o FILE")
        _restore_rows(source, target, lines)
        return
    packs = suffix_of(target.name) if target else ""
    like = Original(target, file_stamp(target) or ()) if _is_in_place(source, target) else None  # type: ignore[arg-type]
    sink: Sink = open_output(target) if target else StandardOutput()
    held: list[bytes] = []
    try:
        empty = True
        for data in _originals(entry, source, lines):
            empty = False
            # Nothing of a file that does not fit shall have gone out.
            held.append(data) if target is None else sink.write(compress(data, packs))
        if empty:
            sink.write(compress(b"", packs))
        for data in held:
            sink.write(data)
    except BaseException:
        sink.discard()
        raise
    _finish(sink, like)


def _finish(sink: Sink, like: Original | None) -> None:
    """Give a restored file its name, with the owner and mode of the one that it replaces."""
    if like is None or not isinstance(sink, AtomicFile):
        sink.commit()
        return
    try:
        sink.ready()
        sink.rename(like)
    except BaseException:
        sink.discard()
        raise


def _originals(entry: _Entry, source: Place, lines: Iterator[Values]) -> Iterator[bytes]:
    """Yield the original bytes, chunk by chunk; raises SidecarError where something differs."""
    cleaned = _Source(source) if entry.kept or entry.in_place else None
    begun = False
    for head in lines:
        _refuse_lost(head)
        texts = [next(lines) for _ in range(head.get("texts", 0))]
        if not entry.kept and entry.in_place:
            continue  # it was left alone in place: it is its own original
        if cleaned is not None and "written" in head and not begun:
            cleaned.decode(head["written"])
        if cleaned is None:
            original = _check_crc(b"".join(s.data for s in splices_from(head["splices"])), head)
        else:
            original = _chunk(head, texts, cleaned.take(head["size"][1]))
        if name := head.get("converted"):
            original = original.decode("utf-8", "surrogatepass").encode(name, "surrogatepass")
        begun = True
        yield original
    if cleaned is not None and not entry.kept:
        yield from cleaned.rest()
    elif cleaned is not None and next(cleaned.rest(), b""):
        raise SidecarError("the file goes on after what vnclean wrote. Use it as vnclean wrote it.")


def _refuse_lost(head: Values) -> None:
    """Raise SidecarError for a line that tells of what the sidecar does not hold."""
    if "lost" in head:
        what = f"the record at line {head['line']:,}" if head["line"] else "it"
        raise SidecarError(f"{what} is not in the sidecar: {head['lost']}")


class _Source:
    """The bytes of a cleaned file, unpacked."""

    def __init__(self, path: Place) -> None:
        blocks = file_blocks(path, _BLOCK)
        packs = suffix_of(path.name)
        self._blocks = decompress_blocks(blocks, packs) if packs else blocks
        self._held = b""

    def decode(self, encoding: str) -> None:
        """Read it as written in another encoding than UTF-8."""
        self._blocks = decode_written(self._blocks, encoding)

    def take(self, size: int) -> bytes:
        """Return the next bytes, fewer only at the end."""
        pieces, there = [self._held], len(self._held)
        while there < size and (block := next(self._blocks, b"")):
            pieces.append(block)
            there += len(block)
        data = b"".join(pieces)
        self._held = data[size:]
        return data[:size]

    def rest(self) -> Iterator[bytes]:
        """Yield what is left."""
        if self._held:
            yield self._held
        yield from self._blocks


def _chunk(head: Values, texts: list[Values], data: bytes) -> bytes:
    """Return the original of one chunk of a cleaned file."""
    fits = len(data) == head["size"][1] and zlib.crc32(data) == head["check"][1]
    back = data
    if "format" in head:
        kind = _kind(head["format"])
        edits = {line["text"]: line["edits"] for line in texts}
        found, strange = rewind_format(kind, head["line"], data, edits)
        if strange and not fits:
            line = next(line for line in texts if line["text"] == min(strange))
            raise _differs(line)
        back = data if found is None else found
        if "encoding" in head:
            back = encode_lines(back, head["encoding"])
    if not fits:
        raise SidecarError(
            f"the record at line {head['line']:,} of the original, or one of those after it, is "
            "not as vnclean wrote it. Use the cleaned file as vnclean wrote it."
        )
    return _check_crc(splice(back, splices_from(head.get("splices", ()))), head)


def _check_crc(original: bytes, head: Values) -> bytes:
    if zlib.crc32(original) != head["check"][0]:
        raise SidecarError(
            f"the original can't be restored from line {head['line']:,} on: the sidecar was "
            "changed, or written by another version of vnclean."
        )
    return original


def _differs(line: Values) -> SidecarError:
    where = f"line {line['line']:,}" + (f" ({line['key']})" if line.get("key") else "")
    return SidecarError(
        f"the record at {where} of the original is not as vnclean wrote it. "
        "Use the cleaned file as vnclean wrote it."
    )


def _kind(values: Values) -> Format:
    """Return a format with the options that were noted."""
    options = {name: _freeze(value) for name, value in values.items() if name != "name"}
    return replace(format_named(values["name"]), **options)  # type: ignore[type-var]


def _freeze(value: Any) -> Any:
    return tuple(map(_freeze, value)) if isinstance(value, list) else value


def _restore_rows(source: Place, target: Place, lines: Iterator[Values]) -> None:
    heads: list[Values] = []

    def counts() -> Iterator[int]:
        for head in lines:
            _refuse_lost(head)
            head["noted"] = [next(lines) for _ in range(head["texts"])]
            heads.append(head)
            yield head["rows"][1]

    sizes = counts()
    first = next(sizes, None)
    if first is None:
        raise SidecarError("the sidecar holds nothing of it")
    kind: Any = _kind(heads[0]["format"])
    assert isinstance(kind, FileFormat)
    like = Original(target, file_stamp(target) or ()) if _is_in_place(source, target) else None  # type: ignore[arg-type]
    file = open_output(target)
    writer = None
    try:
        writer = kind.writer(file.stream, source)
        for data in kind.split_rows(source, chain([first], sizes)):  # type: ignore[attr-defined]
            writer.write(_rows(kind, heads.pop(0), data))
        writer.close()
    except BaseException:
        if writer is not None:
            with contextlib.suppress(Exception):
                writer.close()
        file.discard()
        raise
    _finish(file, like)


def _rows(kind: Any, head: Values, data: bytes) -> bytes:
    left_out = {row: n for n, row in enumerate(head.get("left_out", {}).get("at", ()))}
    there = [row for row in range(head["rows"][0]) if row not in left_out]
    now = {(there[row], key): text for row, key, text in kind.texts(data)}
    texts = {}
    for line in head["noted"]:
        place = (line["line"] - head["line"], line["key"])
        try:
            texts[place] = undo(now.get(place, ""), line["edits"])
        except ValueError:
            raise _differs(line) from None
    rows = base64.b64decode(head["left_out"]["rows"]) if left_out else b""
    restored: bytes = kind.restored(data, texts, left_out, rows, head["last"])
    return restored

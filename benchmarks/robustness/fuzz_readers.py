"""Fuzz the readers of formats: whatever the bytes, each record comes out or is a reject.

    python benchmarks/robustness/fuzz_readers.py --seconds 60               # each reader
    python benchmarks/robustness/fuzz_readers.py --only csv parquet --seed 5
    python benchmarks/robustness/fuzz_readers.py --files 2000               # so many of each

Files of each format, made here or those that the tests have as samples, are broken at random (bits,
cuts, copies, pieces of other files, signs that mean something to the format) and read in blocks and
chunks of random sizes. Asserted of each: no exception but those that name a fault of the file;
every byte is in a chunk or in what is left over; what is rewritten without a change is the chunk
without its rejects; neither blocks nor chunks decide what comes out; no input takes more than
`--patience` seconds or, all together, more than `--memory` GB. A finding is printed with the bytes
that show it.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import io
import json
import random
import resource
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import vnclean.formats.lines
from vnclean.errors import FormatError
from vnclean.formats import Chunk, Field, Reject, format_named
from vnclean.formats.base import Oversized
from vnclean.formats.compression import SUFFIXES, compress, decompress_blocks
from vnclean.formats.encoding import unicode_blocks
from vnclean.formats.known import descriptions, format_of
from vnclean.formats.lines import CutOffError

SENTENCES = ("Tham mưu có hiệu qủa.", "Bài này không có lỗi.", 'Anh nói: "đi, đi"', "a\tb;c|d", "")
SIGNS = {
    "txt": [b"\0", b"\n", b"\r", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3", b"\x85"],
    "jsonl": [b'"', b"\\", b"{", b"[", b"\\ud800", b"\n", b"\0", b'"text"', b":", b"1e999", b"NaN"],
    "csv": [b'"', b",", b"\n", b"\r\n", b'""', b"text", b";", b"\0", b"=", b"\xff"],
    "html": [b"<", b">", b"</div>", b"<!--", b"<p>", b"&amp;", b"<meta charset=utf-16>", b"\0"],
    "warc": [b"\r\n", b"WARC/1.0\r\n", b"Content-Length: 9\r\n", b"\r\n\r\n", b"0", b"9" * 18],
    "parquet": [b"PAR1", b"\0", b"\xff", b"\x15", b"\x80", b"\x7f\xff\xff\xff"],
}
SIGNS["lines"], SIGNS["json"] = SIGNS["txt"], SIGNS["jsonl"]
SAMPLES = Path(__file__).resolve().parents[2] / "tests" / "formats" / "samples" / "damaged"
SPANS = {
    name: [path for path in sorted(SAMPLES.iterdir()) if format_of(path) == name]
    for name in [name for name, _ in descriptions() if name not in SIGNS]
}
"""Formats in which text is only a part, with their samples."""
SPANS["code"] = [Path(__file__)]
_MARKS = (
    b"\n \r\n \0 \xff \xc3 \" ' '' \\ ` ``` < > </ <!-- --> <![CDATA[ ]]> & &#x41; { } [ ] $ $$ % "
    b"# -- /* */ ; : = ( ) \t \\N \\. E' _binary' COPY =?utf-8?q? ?= ~~~ \\begin{ --- msgstr "
    b"Dialogue: --> charset= 9 \xef\xbb\xbf"
)
_PHRASES = [b"COPY a FROM stdin;\n", b"\nFrom a 1\n", b"00:01.000 --> 00:02.000", b'"""', b" "]
SIGNS |= {name: [*_MARKS.split(b" "), *_PHRASES] for name in SPANS}
WHOLE = ("docx", "xlsx", "pptx", "odf", "rtf", "epub", "mail")
"""Formats whose bytes are no characters."""
VERBATIM = ("txt", "lines", "jsonl", "json", "csv", *SPANS)


class FindingError(Exception):
    """What must not be."""


def sound_file(name: str, rng: random.Random) -> bytes:
    """Return a file of a format as someone may write it."""
    if name in SPANS:
        return sample_file(rng.choice(SPANS[name]))
    texts = [
        " ".join(rng.choices(SENTENCES, k=rng.randint(0, 5))) for _ in range(rng.randint(1, 9))
    ]
    records = [{"id": n, "text": text, "more": [text, None]} for n, text in enumerate(texts)]
    if name in ("txt", "lines"):
        data = rng.choice(["\n", "\r\n"]).join(texts).encode()
        return rng.choice([data, b"\xef\xbb\xbf" + data, data.decode().encode("utf-16")])
    if name == "jsonl":
        ascii_only = rng.random() < 0.5
        rows = [json.dumps(record, ensure_ascii=ascii_only) for record in records]
        return "\n".join(rows).encode()
    if name == "json":
        return json.dumps(records, ensure_ascii=False, indent=rng.choice([None, 1])).encode()
    if name == "csv":
        mark = rng.choice([",", ";", "\t"])
        cells = ['"' + text.replace('"', '""') + '"' for text in texts]
        rows = [f"{n}{mark}{cell}" for n, cell in enumerate(cells)]
        return "\r\n".join([f"id{mark}text", *rows]).encode()
    if name == "html":
        body = "".join(f"<p class=a>{text}</p><ul><li><a href=/>{text}</a></ul>" for text in texts)
        return f"<!doctype html><html><head><title>{texts[0]}</title></head>{body}".encode()
    if name == "warc":
        return b"".join(warc_record(text.encode(), rng) for text in texts)
    return parquet_file(texts, rng)


def sample_file(path: Path) -> bytes:
    """Return a sample of the tests; a folder is a package of its files."""
    if not path.is_dir():
        return path.read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(file for file in path.rglob("*") if file.is_file()):
            name = part.relative_to(path).as_posix().removeprefix("0-")
            archive.writestr(name, part.read_bytes())
    return out.getvalue()


def broken_package(data: bytes, other: bytes, signs: list[bytes], rng: random.Random) -> bytes:
    """Return a package with a fault in one of its parts, packed anew."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as written:
        names = archive.namelist()
        chosen = rng.choice(names)
        for name in names:
            part = archive.read(name)
            if name == chosen:
                part = broken(part, part[::-1], signs, rng)
            written.writestr(name, part)
    return out.getvalue()


def warc_record(text: bytes, rng: random.Random) -> bytes:
    body, kind = text, "text/plain"
    if rng.random() < 0.5:
        body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><p>" + text
        kind = "application/http; msgtype=response"
    of = "response" if "http" in kind else rng.choice(["conversion", "resource", "request"])
    head = f"WARC/1.0\r\nWARC-Type: {of}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body + b"\r\n\r\n"


def parquet_file(texts: list[str], rng: random.Random) -> bytes:
    import pyarrow
    import pyarrow.parquet

    columns = {"id": range(len(texts)), "text": texts, "tags": [[t, None] for t in texts]}
    target = io.BytesIO()
    pyarrow.parquet.write_table(
        pyarrow.table(columns), target, row_group_size=rng.randint(1, 9),
        compression=rng.choice(["none", "snappy", "zstd", "gzip"]),
        use_dictionary=rng.random() < 0.5, data_page_version=rng.choice(["1.0", "2.0"]),
        store_schema=rng.random() < 0.5,
    )  # fmt: skip
    return target.getvalue()


def broken(data: bytes, other: bytes, signs: list[bytes], rng: random.Random) -> bytes:
    """Return bytes with one fault more."""
    at, to = sorted((rng.randint(0, len(data)), rng.randint(0, len(data))))
    to = min(to, at + rng.choice([1, 4, 60, 5000]))
    match rng.randrange(7):
        case 0:
            return data[:at] + rng.choice(signs) * rng.choice([1, 1, 1, 2, 300, 5000]) + data[at:]
        case 1:
            return data[:at] + rng.choice(signs) + data[to:]
        case 2:
            return data[:at] + data[to:]
        case 3:
            return data[:to] + data[at:to] * rng.choice([1, 2, 50]) + data[to:]
        case 4:
            return data[:at] + other[at:to] + data[at:]
        case 5 if data:
            changed = bytearray(data)
            for _ in range(rng.choice([1, 1, 3, 20])):
                changed[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
            return bytes(changed)
        case _:
            return data[: rng.randint(0, len(data))]


def blocks_of(data: bytes, size: int) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def starred(field: Field) -> str:
    return field.text + "*" if field.text else field.text


def read(kind: Any, data: bytes, block: int, size: int, visit: Callable[[Field], str]) -> Any:
    """Return what comes out, the rejects and what broke the reading off; check the chunks."""
    out: list[bytes] = []
    rejects: list[Reject] = []
    passed: list[bytes] = []
    rest, fault = b"", ""
    converted, blocks = "", blocks_of(data, block)
    if kind.name not in WHOLE:
        converted, blocks = unicode_blocks(blocks, kind.encoding)
    try:
        for chunk in kind.split(blocks, size):
            passed.append(chunk.data)
            if isinstance(chunk.data, Oversized):
                out.append(bytes(chunk.data))
                continue
            done = chunk.format.rewrite(chunk, visit)
            check_chunk(kind, chunk, done.data, done.rejects, visit)
            out.append(done.data)
            rejects += done.rejects
    except CutOffError as error:
        rest, fault = error.rest, str(error)
    except FormatError as error:
        return b"".join(out), rejects, str(error)
    there = b"".join([*passed, rest])
    if kind.name in VERBATIM and not converted and there != data[: len(there) if fault else None]:
        raise FindingError("the chunks are not the bytes of the file")
    return b"".join([*out, rest]), rejects, fault


def check_chunk(
    kind: Any, chunk: Chunk, data: bytes, rejects: list[Reject], visit: Callable[[Field], str]
) -> None:
    """Check that a chunk without a change is itself, but for what was left out of it."""
    written = getattr(chunk.format, "encoding", "utf-8")
    if kind.name not in VERBATIM or visit is starred or written != "utf-8":
        return
    left, came = chunk.data, data
    for reject in rejects:
        if reject.raw not in left:
            raise FindingError(
                f"the reject of line {reject.line} holds other bytes: {reject.raw!r}"
            )
        left = left.replace(reject.raw, b"", 1)
    if not rejects and left != came:
        raise FindingError("a chunk was changed though no text was")
    if rejects and sorted(left.replace(b"\n", b"")) != sorted(came.replace(b"\n", b"")):
        raise FindingError("bytes are neither in the output nor in a reject")


def try_stream(name: str, data: bytes, rng: random.Random) -> None:
    kind: Any = format_named("txt" if name == "lines" else name, lines=name == "lines")
    if name not in WHOLE:
        kind = replace(kind, encoding=rng.choice(["auto", "utf-8", "utf-8"]))
    if name == "code":
        kind = replace(kind, language=rng.choice(["python", "java", "php", "c", "bash", "sql"]))
    if rng.random() < 0.3:
        kind = replace(kind, max_record=rng.choice([20, 100, 1000]))
    if name == "csv" and rng.random() < 0.3:
        kind = replace(kind, header=False, keys=("2",))
    block, size = rng.choice([1, 7, 100, 1 << 20]), rng.choice([1, 50, 1 << 20])
    if name == "warc":  # looks for heads of records in each block anew: a pipe gives kilobytes
        block = max(block, 100)
    read(kind, data, block, size, lambda field: field.text)
    if getattr(kind, "encoding", "utf-8") != "utf-8" or kind.max_record < 1 << 20:
        return  # what is judged by a sample, or held at once, may depend on the blocks
    one = read(kind, data, block, size, starred)
    two = read(kind, data, 1 << 20, 1 << 20, starred)
    if one[0] != two[0] or sorted(one[1]) != sorted(two[1]):
        raise FindingError(f"blocks of {block} and chunks of {size} bytes give another result")


def try_parquet(data: bytes, rng: random.Random, path: Path) -> None:
    path.write_bytes(data)
    kind: Any = format_named("parquet")
    if rng.random() < 0.3:
        kind = replace(kind, max_record=rng.choice([20, 1000]))
    rows = 0
    try:
        for chunk in kind.split_file(path, rng.choice([1, 200, 1 << 20])):
            if isinstance(chunk, Reject) or isinstance(chunk.data, Oversized):
                continue
            if chunk.line <= rows and kind.count(chunk.data):
                raise FindingError("a row comes twice")
            done = kind.rewrite(chunk, starred)
            rows = chunk.line + done.records - 1
    except FormatError:
        pass


def try_packed(data: bytes, rng: random.Random) -> None:
    suffix = rng.choice([s for s in SUFFIXES if s != ".zst" or find_spec("zstandard")])
    members = [compress(data, suffix), compress(data[::-1], suffix)]
    packed = b"".join(members)
    whole = data + data[::-1]
    for _ in range(rng.randint(0, 2)):
        packed = broken(packed, members[0], [b"\0", b"\xff", packed[:9]], rng)
    out = b""
    try:
        for block in decompress_blocks(blocks_of(packed, rng.choice([1, 100, 1 << 20])), suffix):
            out += block
    except FormatError:
        return
    if packed == b"".join(members) and out != whole:
        raise FindingError(f"what was packed ({suffix}) comes out otherwise")


def fuzz(
    name: str, seconds: float, files: int, seed: int, patience: float, folder: Path
) -> tuple[int, float]:
    """Try broken files of a format for some time; return how many, and what the longest took."""
    count, longest = 0, 0.0
    stop = time.monotonic() + seconds
    while count < files if files else time.monotonic() < stop:
        rng = random.Random(f"{name} {seed} {count}")
        of = "jsonl" if name == "packed" else name
        data, other = sound_file(of, rng), sound_file(of, rng)
        packed = data[:2] == b"PK" and rng.random() < 0.7
        for _ in range(rng.choice([0, 1, 1, 2, 5])):
            data = (broken_package if packed else broken)(data, other, SIGNS[of], rng)
        begun = time.process_time()
        try:
            if name == "parquet":
                try_parquet(data, rng, folder / "a.parquet")
            elif name == "packed":
                try_packed(data, rng)
            else:
                try_stream(name, data, rng)
            longest = max(longest, time.process_time() - begun)
            if time.process_time() - begun > patience:
                raise FindingError(f"it took {time.process_time() - begun:.1f} s")
        except Exception:
            traceback.print_exc()
            shown = base64.b85encode(gzip.compress(data)).decode()
            print(f"{name}, seed {seed}, number {count}: {shown[:20_000]}")
            sys.exit(1)
        count += 1
    return count, longest


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    needs = {"html": "selectolax", "warc": "fastwarc", "parquet": "pyarrow"}
    names = [name for name in (*SIGNS, "packed") if find_spec(needs.get(name, "json"))]
    parser.add_argument("--seconds", type=float, default=60, help="for each reader")
    parser.add_argument("--files", type=int, default=0, help="for each reader, instead")
    parser.add_argument("--only", nargs="+", default=names, choices=names)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=float, default=3.0)
    parser.add_argument("--memory", type=float, default=3.0)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (12 << 30, 12 << 30))
    vnclean.formats.lines._PART = 64  # so that small files have many parts
    with tempfile.TemporaryDirectory() as folder:
        for name in options.only:
            count, longest = fuzz(
                name, options.seconds, options.files, options.seed, options.patience, Path(folder)
            )
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
            print(
                f"{name}: {count:,} files, no finding; {longest:.2f} s and {peak:.2f} GB at most",
                flush=True,
            )
            if peak > options.memory:
                sys.exit(1)


if __name__ == "__main__":
    main()

"""What was once lost without a word, and Parquet that is small as a file and large in memory.

python benchmarks/robustness/faults.py --only ROW      # these rows are part of that table
"""

from __future__ import annotations

import ast
import base64
import gzip
from pathlib import Path
from typing import Any

from hostile import BAD, FINE, GOOD, LINE, STEPS, Bench, hostile, lines, little_memory

HALF = (
    "import sys, vnclean.engine.reading as r\n"
    "real = r.file_blocks\n"
    "def file_blocks(source, size):\n"
    "    yield next(real(source, 4000))\n"
    "    raise OSError(5, 'Input/output error')\n"
    "r.file_blocks = file_blocks\n"
    "from vnclean.cli import main\n"
    "sys.exit(main(sys.argv[1:]))\n"
)
FAILS = (
    "import sys, vnclean.engine.visitor as v\n"
    "real = v.clean_or_reject\n"
    "def clean_or_reject(clean, text):\n"
    "    def fail(text):\n"
    "        raise ZeroDivisionError('boo')\n"
    "    return real(fail if text == 'bad' else clean, text)\n"
    "v.clean_or_reject = clean_or_reject\n"
    "from vnclean.cli import main\n"
    "sys.exit(main(sys.argv[1:]))\n"
)


def rows(path: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet

    found: list[dict[str, Any]] = pyarrow.parquet.read_table(path).to_pylist()
    return found


def write(path: Path, columns: dict[str, Any], **options: Any) -> None:
    import pyarrow
    import pyarrow.parquet

    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(pyarrow.table(columns), path, compression="zstd", **options)


@hostile("a file in place whose second half can't be read")
def _half(bench: Bench) -> Any:
    bench["a.jsonl"] = LINE * 900
    bench.run("clean", "--in-place", "a.jsonl", "--rejects", "r.jsonl", *STEPS, code=HALF)
    sound = bench["a.jsonl"] == LINE * 900 and bench.code == 3
    return bench.row("left as it is and named", sound)


@hostile("a row of Parquet that is left out")
def _row(bench: Bench) -> Any:
    table = {"id": [1, 2, 3], "text": [BAD.decode(), "bad", BAD.decode()], "note": ["a", None, "c"]}
    write(bench / "a.parquet", table)
    aside = ("--rejects", "r.jsonl", "--edits", "e.jsonl")
    bench.run("clean", "a.parquet", "-o", "o.parquet", *aside, *STEPS, code=FAILS)
    code, said = bench.code, bench.said
    [reject] = lines(bench["r.jsonl"])
    sound = reject["line"] == 2
    sound = sound and ast.literal_eval(reject["raw"]) == [{"id": 2, "text": "bad", "note": None}]
    sound = sound and [row["id"] for row in rows(bench / "o.parquet")] == [1, 3]
    bench.run("undo", "o.parquet", "--edits", "e.jsonl", "-o", "back.parquet")
    sound = sound and rows(bench / "back.parquet") == rows(bench / "a.parquet")
    bench.code, bench.said = code, said
    return bench.row("kept with all its columns; undo puts it back", sound and code == 3)


@hostile("undo of one of two files with the same name")
def _same_name(bench: Bench) -> Any:
    bench["in/a.txt"] = b"mot " + BAD
    bench["in/sub/a.txt"] = b"hai " + BAD
    bench.run("clean", "in", "-o", "out", "--edits", "e.jsonl", *STEPS)
    sound = True
    for name in ("a.txt", "sub/a.txt"):
        bench.run("undo", f"out/{name}", "--edits", "e.jsonl", "-o", "back.txt", "--overwrite")
        sound = sound and bench["back.txt"] == bench[f"in/{name}"] and not bench.code
    return bench.row("each is known by its place", sound)


@hostile("undo of an input that could not be read")
def _unread(bench: Bench) -> Any:
    bench["in/a.csv"] = b"id,body\n1," + BAD + b"\n"
    bench["in/b.txt"] = BAD
    bench.run("clean", "in", "-o", "out", "--edits", "e.jsonl", *STEPS)
    bench.run("undo", "out", "--edits", "e.jsonl", "-o", "back")
    sound = bench["back/b.txt"] == BAD and not (bench / "back/a.csv").exists()
    return bench.row("named; no empty file in its place", sound and bench.code == 3)


@hostile("a file of rejects named .gz")
def _packed_rejects(bench: Bench) -> Any:
    bench["a.jsonl"] = LINE + b"{\n" + LINE
    bench.run("clean", "a.jsonl", "-o", "o.jsonl", "--rejects", "r.jsonl.gz", *STEPS)
    [reject] = lines(gzip.decompress(bench["r.jsonl.gz"]))
    sound = reject["raw"] == "{" and bench["o.jsonl"] == FINE * 2
    return bench.row("compressed as its name says", sound and bench.code == 3)


@hostile("standard input that fails as a whole")
def _standard_input(bench: Bench) -> Any:
    data = b"id,body\n" + b"1," + BAD + b"\n"
    bench["a.csv"] = data * 200_000
    with open(bench / "a.csv", "rb") as file:
        bench.run("clean", "-", "--input-format", "csv", "--rejects", "r.jsonl", *STEPS, stdin=file)
    sound = kept(bench) == bench["a.csv"] and not bench.out
    return bench.row("its bytes are in the rejects", sound and bench.code == 3)


def kept(bench: Bench) -> bytes:
    """Return the bytes of all rejects, one behind the other."""
    found = b""
    for row in lines(bench["r.jsonl"]):
        raw = row["raw"].encode()
        if row["encoding"] != "utf-8":
            raw = base64.b64decode(raw)
        found += gzip.decompress(raw) if row["encoding"].startswith("gzip") else raw
    return found


def bomb(fault: str, happened: str, columns: dict[str, Any], group: int, came: list[int]) -> None:
    """Enter a small Parquet file of which not all can be held; the rows that come out are told."""

    def make(bench: Bench) -> Any:
        bench["in/a.jsonl"] = LINE
        made = {name: value() for name, value in columns.items()}
        write(bench / "in/m.parquet", made, row_group_size=group, store_schema=False)
        bench["in/z.jsonl"] = LINE
        bench.run("clean", "in", "-o", "out", "--rejects", "r.jsonl", *STEPS, timeout=100,
                  preexec_fn=little_memory)  # fmt: skip
        sound = bench["out/a.jsonl"] == FINE == bench["out/z.jsonl"] and bench.code == 3
        out = bench / "out/m.parquet"
        found = rows(out) if out.exists() else []
        sound = sound and [row["id"] for row in found] == came
        sound = sound and all(row["text"] == GOOD.decode() for row in found)
        if "rejects" in happened:
            raw = kept(bench)
            sound = sound and len(raw) > (300 << 20) and raw.startswith(b"[{'id': 1, 'text': 'xx")
        return bench.row(happened, sound and (bench / "in/m.parquet").stat().st_size < 2_000_000)

    hostile(fault)(make)


def repeated() -> Any:
    import pyarrow

    places = pyarrow.array([0] * 1_000_000, pyarrow.int32())
    return pyarrow.DictionaryArray.from_arrays(places, ["hiệu qủa " * 100_000])


def three(text: str) -> Any:
    return lambda: [BAD.decode(), text, BAD.decode()]


bomb("Parquet of 1 MB whose rows repeat a text to 1 TB", "named, not decoded; the others cleaned",
     {"id": lambda: range(1_000_000), "text": repeated}, 1_000_000, [])  # fmt: skip
bomb("a row of 300 MB in Parquet of 10 kB", "its bytes in the rejects; the other rows cleaned",
     {"id": lambda: range(3), "text": three("x" * (300 << 20))}, 3, [0, 2])  # fmt: skip
bomb("a page of 1 GB in Parquet of 30 kB", "its row group is named; the other ones are cleaned",
     {"id": lambda: range(3), "text": three("x" * (1 << 30))}, 2, [2])  # fmt: skip
bomb("a list of 300 million numbers in Parquet of 1 kB",
     "its row group is named; the other ones are cleaned",
     {"id": lambda: range(3), "text": lambda: [BAD.decode()] * 3,
      "n": lambda: [[1] * 300_000_000, [1], [1]]}, 2, [2])  # fmt: skip

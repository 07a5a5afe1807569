"""Clean `corpus/raw` and compare with `corpus/clean`; prints a readable diff of what differs.

    python corpus/check.py                  # all documents, preset web
    python corpus/check.py bang_gia hoi_dap # those whose name begins so
    python corpus/check.py --quiet          # a line per document

The exit status is 0 where all documents come out as they should, 1 where one does not.
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

__all__ = ["cleaned", "differences", "expected", "names"]


def names() -> list[str]:
    """Return the file names of the documents, sorted."""
    return sorted(path.name for path in (HERE / "clean").iterdir())


def _bytes(folder: str, name: str) -> bytes:
    data = (HERE / folder / name).read_bytes()
    return gzip.decompress(data) if name.endswith(".gz") else data


def _records(text: str) -> list[dict[str, str]]:
    return [json.loads(row) for row in text.split("\n") if row]


def expected(name: str) -> str:
    """Return what a document must come out as; records one field a line."""
    text = _bytes("clean", name).decode("utf-8")
    return _shown(_records(text)) if name.endswith(".jsonl") else text


def cleaned(name: str, preset: str = "web") -> str:
    """Return a raw document as vnclean gives it back; records one field a line."""
    import vnclean
    from vnclean.charsets import decode

    data = _bytes("raw", name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = decode(data)
    if not name.endswith(".jsonl"):
        return vnclean.clean(text, preset=preset)
    return _shown(
        [{**row, "text": vnclean.clean(row["text"], preset=preset)} for row in _records(text)]
    )


def _shown(records: list[dict[str, str]]) -> str:
    return "".join(f"{row['id']} {key}: {row[key]}\n" for row in records for key in row)


def _visible(text: str) -> str:
    """Write what the eye can't see as escapes: only letters, ASCII and common signs stay."""
    return "".join(
        c if c.isprintable() and not 0x300 <= ord(c) <= 0x36F else f"<{ord(c):04X}>" for c in text
    )


def differences(name: str, preset: str = "web") -> list[str]:
    """Return the lines of a diff, `-` what must come out and `+` what did; empty where equal."""
    right, got = expected(name), cleaned(name, preset)
    if right == got:
        return []
    out = []
    rows = difflib.ndiff(right.split("\n"), got.split("\n"))
    for row in rows:
        if row[:2] in ("- ", "+ "):
            out.append(_visible(row))
        elif row[:2] == "? ":
            out.append(row.rstrip("\n"))
    return out


def main() -> int:
    """Print the differences of all documents, or of those named."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("start", nargs="*", help="documents whose name begins so; all if none")
    parser.add_argument("--preset", default="web", help="preset to clean with (default: web)")
    parser.add_argument("--quiet", action="store_true", help="print no diffs")
    options = parser.parse_args()
    sys.path.insert(0, str(HERE.parent))
    wrong = 0
    for name in names():
        if options.start and not name.startswith(tuple(options.start)):
            continue
        found = differences(name, options.preset)
        wrong += bool(found)
        print(f"{'differs' if found else 'as it should be'}: {name}")
        if not options.quiet:
            print("".join(f"    {row}\n" for row in found), end="")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

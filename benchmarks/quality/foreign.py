"""Do no harm to what is not Vietnamese: each change a preset makes to text of other languages.

    python benchmarks/quality/foreign.py FOLDER [--preset standard] [--between] [--show 10]

This is the command behind the claim "0 changes in foreign text". FOLDER holds UTF-8 files, at any
depth, that are known to hold no Vietnamese: other languages, source code, data. Every file is
cleaned as a whole and line by line, which differ: evidence is gathered over a document. With
`--between` its paragraphs are also set between Vietnamese ones, so that the document is Vietnamese
and only the paragraph itself can tell that it is not. Each change is printed with its context; the
totals are changed lines per 1,000 lines. Exit status 1 where anything changed.

What the figure does not mean: a file that is itself damaged (double encoded, with entities) counts
like a harmed one. Look at the changes before calling them harm.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import vnclean

VIETNAMESE = (
    "Sáng nay trời đổ mưa, nước ngập quá đầu gối, xe cộ đi lại rất khó khăn.",
    "Bà cụ bán xôi đầu ngõ vẫn ngồi đó, nón lá che nghiêng, tay thoăn thoắt gói từng nắm nhỏ.",
    "Tôi hỏi mua hai gói, cụ cười móm mém rồi bảo cứ cầm lấy, mai trả cũng được.",
)
"""Three plain paragraphs that every preset leaves alone; set around foreign ones."""


def texts_of(folder: Path, limit: int) -> Iterator[tuple[Path, str]]:
    """Yield the UTF-8 files of a folder, sorted, up to `limit` characters of each."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            try:
                yield path, path.read_bytes().decode("utf-8")[:limit]
            except UnicodeDecodeError:
                print(f"{path}: not UTF-8, passed over", file=sys.stderr)


def between(text: str) -> str:
    """Return a text with Vietnamese paragraphs before, among and after its own."""
    paragraphs = re.split(r"\n{2,}", text.strip("\n"))  # longer runs of line ends would be ours
    mixed = [VIETNAMESE[0]]
    for number, paragraph in enumerate(paragraphs):
        mixed += [paragraph, VIETNAMESE[number % 3]]
    return "\n\n".join(mixed)


def changed_lines(text: str, edit: vnclean.Edit) -> range:
    """Return the numbers of the lines that an edit touches."""
    first = text.count("\n", 0, edit.start)
    return range(first, first + text.count("\n", edit.start, edit.end) + 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--preset", default="standard")
    parser.add_argument("--between", action="store_true", help="also between Vietnamese paragraphs")
    parser.add_argument("--show", type=int, default=10, help="changes to show per rule and way")
    parser.add_argument("--limit", type=int, default=2_000_000, help="characters read of a file")
    options = parser.parse_args()
    pipe = vnclean.Pipeline.preset(options.preset)
    ways = ["file", "line"] + (["between"] if options.between else [])
    rules: Counter[tuple[str, str]] = Counter()
    harmed: Counter[str] = Counter()
    lines = 0

    def account(way: str, path: Path, text: str, first: int = 0) -> None:
        touched: set[int] = set()
        for edit in pipe.explain(text).edits:
            touched.update(changed_lines(text, edit))
            rules[way, edit.rule] += 1
            if rules[way, edit.rule] <= options.show:
                before, after = text[max(0, edit.start - 40) : edit.start], text[edit.end :][:40]
                where = f"{path.relative_to(options.folder)}:{first + changed_lines(text, edit)[0]}"
                print(f"{way:7} {edit.rule:26} {where}: {before!r} [{text[edit.start : edit.end]!r}"
                      f" -> {edit.replacement!r}] {after!r}")  # fmt: skip
        harmed[way] += len(touched)

    for path, text in texts_of(options.folder, options.limit):
        rows = text.split("\n")
        lines += len(rows)
        account("file", path, text, 1)
        for number, row in enumerate(rows, 1):
            account("line", path, row, number)
        if options.between:
            account("between", path, between(text), 1)

    print(f"\npreset {options.preset}: {lines:,} lines")
    for (way, rule), count in rules.most_common():
        print(f"{way:7} {rule:40} {count:7} changes")
    for way in ways:
        share = 1000 * harmed[way] / max(1, lines)
        print(f"{way:7} {harmed[way]:7} lines changed, {share:.3f} per 1,000")
    return 1 if any(harmed.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

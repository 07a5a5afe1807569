"""How fast page furniture is removed from plain text: pages, clean documents, odd inputs.

    python benchmarks/speed/boilerplate.py                      # our own pages and documents
    python benchmarks/speed/boilerplate.py --pages DATA --text FOLDER -o FILE.json

DATA is laid out as for training/boilerplate.py; FOLDER holds clean text, one paragraph a line, of
which documents of about 5 KB are made. Every document is a call of its own. Processor time, the
best of several rounds, in megabytes (UTF-8) a second; the time beside it is a multiple of one
regular expression that reads the same bytes for an address, which tells how fast the machine is.
The odd inputs are long and run once: what counts is that twice the size takes twice the time.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.measuring import documents, least  # noqa: E402
from training import boilerplate as training  # noqa: E402
from vnclean.boilerplate.transform import Boilerplate  # noqa: E402

SIZE = 5000
"""Bytes of a document, about."""
TOTAL = 2_000_000
"""Bytes of clean text that documents are made of, at most."""
YARDSTICK = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
PHRASES = ["Trang chủ", "Tin tức", "Liên hệ", "Đăng nhập", "Giới thiệu", "Sản phẩm", "Dịch vụ"]


def measured(texts: list[str], rounds: int) -> dict[str, float]:
    step = Boilerplate()
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
    ours = least(lambda: [step(text) for text in texts], rounds)
    bare = least(lambda: [YARDSTICK.findall(text) for text in texts], rounds)
    lines = sum(text.count("\n") + 1 for text in texts)
    return {
        "documents": len(texts),
        "bytes a line": round(size / lines),
        "MB/s": round(size / ours / 1e6, 1),
        "ms a document": round(1e3 * ours / len(texts), 2),
        "times the bare search": round(ours / bare, 2),
    }


def odd_inputs() -> dict[str, Callable[[int], str]]:
    """Return what makes odd inputs of a size, by name."""
    prose = "Trời mưa suốt đêm, sáng ra mới tạnh, nước tràn cả vào sân nhà bà Tư. "
    return {
        "a million lines of menus": lambda n: "\n".join(
            f"{PHRASES[i % 7]} {i % 5000}" for i in range(n)
        ),
        "a million lines, all the same": lambda n: "Trang chủ\n" * n,
        "a line of 10 MB": lambda n: "Trang chủ\n" + prose * (n // 7),
        "a million blank lines": lambda n: "Trang chủ\n" + " \n" * n + prose,
        "300,000 lines of forms": lambda n: "Họ tên:(*)\nNội dung:(*)\nGửi\n" * (n // 10),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=Path, help="labelled pages instead of our own")
    parser.add_argument("--text", type=Path, default=ROOT / "corpus" / "clean")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--no-odd", action="store_true")
    parser.add_argument("-o", "--output", type=Path)
    arguments = parser.parse_args()
    pages = training.load(arguments.pages) if arguments.pages else training.load_own()
    groups = {
        "pages with furniture": [page.text for page in pages if page.furnished],
        "pages without": [page.text for page in pages if not page.furnished],
        "all pages": [page.text for page in pages],
        "all pages as one text": ["\n".join(page.text for page in pages)],
        "clean documents of 5 KB": documents(arguments.text, SIZE, TOTAL),
        "clean text, a file at once": [
            path.read_text(encoding="utf-8")[:TOTAL]
            for path in sorted(arguments.text.glob("*.txt"))
        ],
    }
    figures: dict[str, dict[str, float]] = {
        name: measured(texts, arguments.rounds) for name, texts in groups.items() if texts
    }
    for name, row in figures.items():
        print(f"{name:32}" + "  ".join(f"{value:>9} {key}" for key, value in row.items()))
    step = Boilerplate()
    for name, make in {} if arguments.no_odd else odd_inputs().items():
        seconds = []
        for count in (500_000, 1_000_000):
            text = make(count)
            seconds.append(least(lambda text=text: step(text), 1))
        figures[name] = {"s": round(seconds[1], 2), "of half": round(seconds[0], 2)}
        print(f"{name:32}{seconds[1]:9.2f} s, half of it {seconds[0]:.2f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"most memory: {peak} MB")
    if arguments.output:
        arguments.output.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

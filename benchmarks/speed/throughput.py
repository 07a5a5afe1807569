"""How fast vnclean runs, beside ftfy, unicodedata and a bare scan, on text that none has seen.

    python benchmarks/speed/throughput.py [FOLDER] [--megabytes 4] [--json]

FOLDER holds clean text (`*.txt`, UTF-8; default: corpus/clean, which is too small for more than a
try). It is cut into documents of about 3 KB; those that the preset `standard` would change are left
out, for clean means clean. Each tool runs in a process of its own: a fifth of the documents
first, so that tables and models are loaded, then the rest, each document once. A tool that
remembers what it saw has no advantage by that. The same again line by line, and on text damaged
as a whole by a channel, which says nothing about documents that are damaged here and there.
Processor time; the ratios are what counts, for the speed depends on the machine.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import unicodedata
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import ftfy

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.measuring import documents  # noqa: E402
from vnclean.pipeline import Pipeline  # noqa: E402

SIZE = 3000
"""Bytes of a document, about."""
SHARE = 5
"""One document in so many comes first, and is not counted."""
SCAN = re.compile("[\ue000-\uf8ff]")  # finds nothing, so it reads all of the text
DAMAGED = 200_000
"""Characters of the damaged texts."""


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def each(run: Callable[[str], object]) -> Callable[[list[str]], object]:
    """Call for one text after the other."""

    def over(texts: list[str]) -> None:
        for text in texts:
            run(text)

    return over


def tools() -> dict[str, Callable[[list[str]], object]]:
    standard = Pipeline.preset("standard")
    return {
        "vnclean safe": each(Pipeline.preset("safe")),
        "vnclean standard": each(standard),
        "the same in blocks": standard.clean_block,
        "the same without spelling": each(standard.without("word_breaks", "spelling")),
        "vnclean web": each(Pipeline.preset("web")),
        "vnclean standard, explain": each(standard.explain),
        "ftfy.fix_text": each(ftfy.fix_text),
        "unicodedata NFC": each(nfc),
        "a bare regex scan": each(SCAN.search),
        "encode to UTF-8": each(str.encode),
    }


def unchanged(texts: list[str]) -> list[str]:
    """Return the texts that `standard` leaves alone."""
    standard = Pipeline.preset("standard")
    return [text for text in texts if standard(text) is text]


def speed(name: str, texts: list[str]) -> float:
    """Return megabytes (UTF-8) a second of one pass over texts, but for the first few."""
    run = tools()[name]
    run(texts[::SHARE])
    rest = [text for number, text in enumerate(texts) if number % SHARE]
    begun = time.process_time()
    run(rest)
    taken = time.process_time() - begun
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in rest) / taken / 1e6


def cut(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=Path("corpus/clean"))
    parser.add_argument("--megabytes", type=float, default=4)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    def alone(run: Callable[..., object]) -> object:
        """Run in a process of its own, so that no other run has warmed what it remembers."""
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            return pool.submit(run).result()

    texts = documents(options.folder, SIZE, round(options.megabytes * 1e6))
    texts = alone(partial(unchanged, texts))
    lines = [line for text in texts for line in text.split("\n") if line.strip(" ")]
    lines = alone(partial(unchanged, lines))
    whole = "\n".join(texts)[:DAMAGED]
    inputs = {
        "clean, documents": texts,
        "clean, line by line": lines,
        "mojibake": cut(whole.encode().decode("cp1252", "ignore"), SIZE),
        "lossy (cp1252, ?)": cut(whole.encode("cp1252", "replace").decode("cp1252"), SIZE),
    }
    figures = {
        name: {what: alone(partial(speed, name, given)) for what, given in inputs.items()}
        for name in tools()
    }
    if options.json:
        print(json.dumps(figures, indent=1))
        return
    size = sum(len(text.encode()) for text in texts) / 1e6
    print(f"{size:.1f} MB of clean text; MB/s, in brackets: times ftfy on the same text\n")
    width = max(map(len, figures))
    print(" " * width + "".join(f"{what:>24}" for what in inputs))
    for name, row in figures.items():
        cells = (
            f"{row[what]:9.1f} ({row[what] / figures['ftfy.fix_text'][what]:6.1f})"
            for what in inputs
        )
        print(f"{name:<{width}}" + "".join(f"{cell:>24}" for cell in cells))


if __name__ == "__main__":
    main()

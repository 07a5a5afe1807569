"""How fast vnclean runs, beside ftfy, unicodedata and a bare scan, in one process and run.

    python benchmarks/throughput.py [FOLDER] [--repeat 5] [--json]

FOLDER holds clean text (`*.txt`, UTF-8; default: corpus/clean). Every tool gets the same texts,
file by file and line by line. The ratios are what counts: absolute speed depends on
the machine and on what else it does. Speed on damaged text is measured on the same text after a
channel, so it says nothing about documents that are damaged here and there, which are faster.
"""

from __future__ import annotations

import argparse
import json
import re
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import ftfy

from vnclean.pipeline import Pipeline

SCAN = re.compile("[\ue000-\uf8ff]")  # finds nothing, so it reads all of the text


def each(run: Callable[[str], object]) -> Callable[[list[str]], object]:
    """Call for one text after the other."""

    def over(texts: list[str]) -> None:
        for text in texts:
            run(text)

    return over


def speed(run: Callable[[list[str]], object], texts: list[str], repeat: int) -> float:
    """Return the best of some runs, in megabytes (UTF-8) per second."""
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
    best = 1e9
    for _ in range(repeat):
        begun = time.process_time()
        run(texts)
        best = min(best, time.process_time() - begun)
    return size / best / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=Path("corpus/clean"))
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    texts = [path.read_text(encoding="utf-8") for path in sorted(options.folder.glob("*.txt"))]
    # Clean means clean: what the preset would change is not part of a measurement of clean text.
    standard = Pipeline.preset("standard")
    texts = [standard(text) for text in texts]
    lines = [line for text in texts for line in text.split("\n") if line.strip(" ")]
    lines = [line for line in lines if standard(line) == line]
    document = "\n".join(texts)
    mojibake = document.encode().decode("cp1252", "ignore")[:200_000]
    lossy = document.encode("cp1252", "replace").decode("cp1252")[:200_000]

    tools: dict[str, Callable[[list[str]], object]] = {
        "vnclean safe": each(Pipeline.preset("safe")),
        "vnclean standard": each(standard),
        "the same in blocks": standard.clean_block,
        "the same without spelling": each(standard.without("word_breaks", "spelling")),
        "vnclean web": each(Pipeline.preset("web")),
        "vnclean standard, explain": each(standard.explain),
        "ftfy.fix_text": each(ftfy.fix_text),
        "unicodedata NFC": each(lambda text: unicodedata.normalize("NFC", text)),
        "a bare regex scan": each(SCAN.search),
        "encode to UTF-8": each(str.encode),
    }
    inputs = {
        "clean, file by file": (texts, options.repeat),
        "clean, line by line": (lines, max(options.repeat // 2, 1)),
        "mojibake": ([mojibake], 1),
        "lossy (cp1252, ?)": ([lossy], 1),
    }
    figures = {
        name: {what: speed(run, *given) for what, given in inputs.items()}
        for name, run in tools.items()
    }
    if options.json:
        print(json.dumps(figures, indent=1))
        return
    size = len(document.encode()) / 1e6
    print(f"{size:.1f} MB of clean text; MB/s, in brackets: times ftfy on the same text\n")
    width = max(map(len, tools))
    print(" " * width + "".join(f"{what:>24}" for what in inputs))
    for name, row in figures.items():
        cells = (
            f"{row[what]:9.1f} ({row[what] / figures['ftfy.fix_text'][what]:6.1f})"
            for what in inputs
        )
        print(f"{name:<{width}}" + "".join(f"{cell:>24}" for cell in cells))


if __name__ == "__main__":
    main()

"""Compare ways from HTML to text on labelled pages: how much is right, and how long it takes.

    python benchmarks/quality/html_pages.py DATA            # the shipped weights (fitted to DATA!)
    python benchmarks/quality/html_pages.py DATA --folds 23 # weights that saw no page of the site
    python benchmarks/quality/html_pages.py DATA --folds 5 --seeds 6    # the same over six deals
    python benchmarks/quality/html_pages.py DATA --folds 23 --save benchmarks/results/html.json

DATA is laid out as for training/boilerplate.py, with raw pages in `html/`. The measures are those
of benchmarks/quality/boilerplate.py. Peers as far as installed: trafilatura, jusText, resiliparse,
boilerpy3. Times are processor times, the best of several rounds in which all take turns; the time
beside each is a multiple of that of resiliparse's own extraction of the main content.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.quality import boilerplate as bench  # noqa: E402
from training import page as training  # noqa: E402
from vnclean.html.line_classifier import PageWeights, extract_text, render_text  # noqa: E402
from vnclean.html.lines import read_lines  # noqa: E402
from vnclean.html.parsing import parse  # noqa: E402

Extractor = Callable[[str, str], str]
"""Given the name of a document and its page."""
YARDSTICK = "resiliparse, main content"


def peers() -> dict[str, Extractor]:
    """Return the extractors that are installed."""
    found: dict[str, Extractor] = {}
    try:
        from resiliparse.extract.html2text import extract_plain_text

        found[YARDSTICK] = lambda name, page: extract_plain_text(
            page, main_content=True, alt_texts=False
        )
        found["resiliparse, whole page"] = lambda name, page: extract_plain_text(
            page, main_content=False, alt_texts=False
        )
    except ImportError:
        pass
    try:
        import trafilatura

        found["trafilatura"] = lambda name, page: trafilatura.extract(page) or ""
        found["trafilatura, favor_recall"] = lambda name, page: (
            trafilatura.extract(page, favor_recall=True) or ""
        )
        found["trafilatura, favor_precision"] = lambda name, page: (
            trafilatura.extract(page, favor_precision=True) or ""
        )
    except ImportError:
        pass
    try:
        import justext

        words = justext.get_stoplist("Vietnamese")

        def by_justext(page: str, **options: float) -> str:
            parts = justext.justext(page, words, **options)
            return "\n".join(part.text for part in parts if not part.is_boilerplate)

        found["jusText"] = lambda name, page: by_justext(page)
        found["jusText, lenient"] = lambda name, page: by_justext(
            page, length_low=20, length_high=80, stopwords_low=0.1, stopwords_high=0.15
        )
    except ImportError:
        pass
    try:
        from boilerpy3 import extractors

        keeper = extractors.ArticleExtractor(raise_on_failure=False)
        found["boilerpy3, article"] = lambda name, page: keeper.get_content(page)
    except ImportError:
        pass
    return found


def weights_by_page(sheets: list[Any], count: int, seed: int = 0) -> dict[str, PageWeights]:
    """Return for every document weights that were fitted without its site."""
    found = {}
    for learnt, held in training.base.folds(sheets, count, seed):
        if held:
            weights = training.train(learnt)
            found.update((sheet.document.name, weights) for sheet in held)
    return found


def timed(
    extractors: dict[str, Extractor], pages: dict[str, str], rounds: int
) -> tuple[dict[str, dict[str, str]], dict[str, float]]:
    """Return the texts that each extractor gives, and its best time for a page, in seconds."""
    outputs: dict[str, dict[str, str]] = {}
    best: dict[str, float] = {}
    for _ in range(rounds):
        for title, extract in extractors.items():
            began = time.process_time()
            outputs[title] = {name: extract(name, page) for name, page in pages.items()}
            taken = (time.process_time() - began) / len(pages)
            best[title] = min(best.get(title, taken), taken)
    return outputs, best


def deals(sheets: list[Any], pages: dict[str, str], count: int, seeds: int) -> dict[str, Any]:
    """Return the measures of vnclean for each deal of the sites into folds, and their mean."""
    found: dict[str, Any] = {}
    for seed in range(seeds):
        known = weights_by_page(sheets, count, seed)
        tally = bench.EditCounts()
        for sheet in sheets:
            name = sheet.document.name
            tally.add(sheet.document, extract_text(pages[name], known[name]))
        found[f"deal {seed}"] = tally.measures()
    names = found["deal 0"]
    found["mean"] = {
        name: sum(measures[name] for measures in found.values()) / seeds for name in names
    }
    return found


def versions(*names: str) -> dict[str, str]:
    """Return the versions of packages that are installed."""
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=1, help="deals into folds, vnclean alone")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--worst", type=int, default=0)
    parser.add_argument("--save", type=Path)
    arguments = parser.parse_args()
    sheets = training.load(arguments.data, training.base.load(arguments.data))
    documents = [sheet.document for sheet in sheets]
    pages = {}
    for document in documents:
        path = arguments.data / "html" / f"{document.name}.html"
        pages[document.name] = path.read_bytes().decode("utf-8", "replace")
    if arguments.folds and arguments.seeds > 1:
        print(bench.table(deals(sheets, pages, arguments.folds, arguments.seeds)))
        return
    known = weights_by_page(sheets, arguments.folds) if arguments.folds else {}
    extractors: dict[str, Extractor] = {
        "vnclean": lambda name, page: extract_text(page, known.get(name)),
        "vnclean, every line": lambda name, page: render_text(read_lines(parse(page))),
        **peers(),
    }
    outputs, times = timed(extractors, pages, arguments.rounds)
    rows = {}
    tallies = {}
    for title in extractors:
        tally = bench.EditCounts()
        for document in documents:
            tally.add(document, outputs[title][document.name])
        ratio = times[title] / times.get(YARDSTICK, times["vnclean"])
        rows[title] = {**tally.measures(), "ms a page": times[title] * 1000, "time": ratio}
        tallies[f"{title} ({times[title] * 1000:.1f} ms a page, x{ratio:.2f})"] = tally
    print(bench.table({title: tally.measures() for title, tally in tallies.items()}))
    for document in sorted(tallies[next(iter(tallies))].worst)[: arguments.worst]:
        print(document)
    if arguments.save:
        packages = ("selectolax", "resiliparse", "trafilatura", "jusText", "boilerpy3")
        saved = {
            "command": "python benchmarks/quality/html_pages.py DATA "
            f"--folds {arguments.folds} --save ...",
            "pages": len(pages),
            "sites": len({sheet.site for sheet in sheets}),
            "python": platform.python_version(),
            "versions": versions(*packages),
            "results": {
                title: {
                    name: round(value, 4) if isinstance(value, float) else value
                    for name, value in row.items()
                }
                for title, row in rows.items()
            },
        }
        text = json.dumps(saved, ensure_ascii=False, indent=1) + "\n"
        arguments.save.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

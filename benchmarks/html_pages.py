"""Compare ways from HTML to text on labelled pages: how much is right, and how long it takes.

    python benchmarks/html_pages.py DATA              # the shipped judge (learnt from DATA!)
    python benchmarks/html_pages.py DATA --folds 4    # by models that saw no page of the site

DATA is laid out as for training/boilerplate.py, with raw pages in `html/`. The measures are those
of benchmarks/boilerplate.py. Peers as far as installed: trafilatura, jusText, resiliparse.

Measured with --folds 4 on 23 pages (resiliparse 2.0.1, trafilatura 2.3.1, jusText 3.0.2):

                                         char F1 all  content lost  furniture removed  metadata kept
  vnclean (3.5 ms a page)                        0.989      0.50 %              0.971          0.802
  resiliparse, main content (0.7 ms a page)      0.943      1.34 %              0.867          0.778
  resiliparse, whole page (0.4 ms a page)        0.734      0.28 %              0.093          0.942
  trafilatura (12.4 ms a page)                   0.870      8.01 %              0.895          0.573
  trafilatura, favor_recall (6.7 ms a page)      0.851     11.56 %              0.986          0.463
  jusText (6.0 ms a page)                        0.780     19.16 %              0.930          0.460
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from vnclean.boilerplate.judge import Forests  # noqa: E402
from vnclean.boilerplate.model import Forest  # noqa: E402
from vnclean.boilerplate.page import extract_text  # noqa: E402


def _load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(
        f"{name}_bench", ROOT / "benchmarks" / f"{name}.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


bench = _load("boilerplate")
training = bench.training
Extractor = Callable[[str, str], str]
"""Given the name of a document and its page."""


def peers() -> dict[str, Extractor]:
    """Return the extractors that are installed."""
    found: dict[str, Extractor] = {}
    from resiliparse.extract.html2text import extract_plain_text

    found["resiliparse, main content"] = lambda name, page: extract_plain_text(
        page, main_content=True, alt_texts=False
    )
    found["resiliparse, whole page"] = lambda name, page: extract_plain_text(
        page, main_content=False, alt_texts=False
    )
    try:
        import trafilatura

        found["trafilatura"] = lambda name, page: trafilatura.extract(page) or ""
        found["trafilatura, favor_recall"] = lambda name, page: (
            trafilatura.extract(page, favor_recall=True) or ""
        )
    except ImportError:
        pass
    try:
        import justext

        words = justext.get_stoplist("Vietnamese")
        found["jusText"] = lambda name, page: "\n".join(
            part.text for part in justext.justext(page, words) if not part.is_boilerplate
        )
    except ImportError:
        pass
    return found


def judges(documents: list[Any], count: int) -> dict[str, Forests]:
    """Return for every document a judge that was trained without its site."""
    found = {}
    for learnt, held in training.folds(documents + training.load_own(), count):
        if any(document in held for document in documents):
            tables = training.train(learnt)
            forests = Forests(**{name: Forest(table) for name, table in tables.items()})
            found.update((document.name, forests) for document in held)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=int, default=0)
    arguments = parser.parse_args()
    every = training.load(arguments.data)
    pages = {}
    for document in every:
        path = arguments.data / "html" / f"{document.name}.html"
        if path.exists():
            pages[document.name] = path.read_bytes().decode("utf-8", "replace")
    documents = [document for document in every if document.name in pages]
    known = judges(every, arguments.folds) if arguments.folds else {}
    ours: Extractor = lambda name, page: extract_text(page, known.get(name))  # noqa: E731
    extractors = {"vnclean": ours, **peers()}
    tallies = {}
    for title, extract in extractors.items():
        extract(documents[0].name, pages[documents[0].name])  # models are loaded once
        began = time.process_time()
        outputs = {name: extract(name, page) for name, page in pages.items()}
        taken = (time.process_time() - began) / len(pages) * 1000
        tally = bench.Tally()
        for document in documents:
            tally.add(document, outputs[document.name])
        tallies[f"{title} ({taken:.1f} ms a page)"] = tally.measures()
    print(bench.table(tallies))


if __name__ == "__main__":
    main()

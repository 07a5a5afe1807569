"""Label the lines of raw pages by the agreement of extractors: weak labels in quantity.

    python training/weak_labels.py PAGES -o LABELS.jsonl [--dev DEV] [--limit N]

PAGES is a folder of `<site>/<n>.html`, or a tar file of the same. For each page and each layout a
line of JSON comes out: doc, site, organisation, part, layout, and `lines`: label and text of each
line, both "" for a blank one. DEV is laid out as for training/boilerplate.py, with raw pages in
`html/`: how often the weak labels are wrong there is printed, and nothing of it is written.

How a line is labelled (distant supervision by a vote):

- the witnesses are our own extraction from HTML, trafilatura, resiliparse and jusText; one of them
  keeps a line where most of its words are in its output, at their place;
- a line that stands on most pages of its site belongs to the template: one witness more;
- content: ours and at least two of the others keep it, and it is not of the template;
- boilerplate: no witness keeps it, or it is of the template and at most one does;
- metadata: not boilerplate, and written as a date, byline, source or caption;
- uncertain: all else, from which nothing is to be learnt.

The noise is told with weights of our own extraction that saw no page of the site, and without it.
Danger: what all extractors have in common (tables and captions dropped, contact pages kept) is
noise that no agreement shows.

A quarter of the organisations is set aside by a hash of the name (`held_out`), the others are dealt
to four folds (`fold0` to `fold3`); a page that is added later moves no other one. Needs the extra
`html`, and: pip install trafilatura resiliparse justext lxml_html_clean
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
import tarfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import combinations, groupby
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from training import boilerplate as base  # noqa: E402
from training import page as page_training  # noqa: E402
from vnclean.boilerplate.metadata import metadata_kinds  # noqa: E402
from vnclean.errors import FormatError  # noqa: E402
from vnclean.formats.html_pages import decode_page  # noqa: E402
from vnclean.html.line_classifier import PageWeights, classify_lines  # noqa: E402
from vnclean.html.lines import Page, read_lines  # noqa: E402
from vnclean.html.parsing import parse  # noqa: E402

CONTENT, BOILERPLATE, METADATA, UNCERTAIN = base.LABELS
OURS = "vnclean"
KEPT_SHARE = 0.5
"""The share of a line's characters in an output from which the extractor keeps the line."""
OTHERS_FOR_CONTENT = 2
"""Other extractors that keep a line of content, at least."""
TEMPLATE_PAGES, TEMPLATE_SHARE = 4, 0.6
"""Pages of a site from which its template can be told, and the share that has each line of it."""
MOST_WORDS = 20_000
"""Words of a page that are aligned, at most: the time grows with their square."""
FOLDS, HELD_OUT_OF = 4, 4
"""Folds of the sites that are learnt from; one organisation in so many is set aside."""

Extractor = Callable[[str], str]


class LabelledPage(NamedTuple):
    """A page with what its witnesses say of each line."""

    name: str
    site: str
    page: Page
    kept: dict[str, np.ndarray]
    """By extractor, bool[lines]: whether it keeps the line."""
    template: np.ndarray
    """bool[lines]: whether the line belongs to the template of the site."""
    labels: list[str]


def extractors() -> dict[str, Extractor]:
    """Return the extractors of others, as far as they are installed."""
    found: dict[str, Extractor] = {}
    try:
        import trafilatura

        found["trafilatura"] = lambda page: trafilatura.extract(page, include_comments=False) or ""
    except ImportError:
        pass
    try:
        from resiliparse.extract.html2text import extract_plain_text

        found["resiliparse"] = lambda page: extract_plain_text(page, main_content=True)
    except ImportError:
        pass
    try:
        import justext

        words = justext.get_stoplist("Vietnamese")

        def by_justext(page: str) -> str:
            paragraphs = justext.justext(page.encode("utf-8", "replace"), words, encoding="utf-8")
            return "\n".join(each.text for each in paragraphs if not each.is_boilerplate)

        found["jusText"] = by_justext
    except ImportError:
        pass
    return found


def words_of(text: str) -> list[str]:
    """Return the words of a text in one form: NFC, white space of any kind between them."""
    return unicodedata.normalize("NFC", text).replace("\xa0", " ").split()


def kept_lines(lines: Sequence[str], output: str) -> np.ndarray:
    """Say which lines an output holds, at their place among the others: bool[lines].

    >>> kept_lines(["Trang chủ", "Lũ đã rút", "Trang chủ"], "Lũ đã rút\\nTrang chủ").tolist()
    [False, True, True]
    """
    own = [(word, number) for number, line in enumerate(lines) for word in words_of(line)]
    matcher = difflib.SequenceMatcher(None, [w for w, _ in own], words_of(output), autojunk=False)
    sizes, kept = np.zeros(len(lines)), np.zeros(len(lines))
    for word, number in own:
        sizes[number] += len(word)
    for block in matcher.get_matching_blocks():
        for word, number in own[block.a : block.a + block.size]:
            kept[number] += len(word)
    result: np.ndarray = kept > KEPT_SHARE * np.maximum(sizes, 1)
    return result


def votes_of(
    source: str, page: Page, others: dict[str, Extractor], weights: PageWeights
) -> dict[str, np.ndarray]:
    """Return for each extractor which lines of a page it keeps; those that fail have no vote."""
    votes = {OURS: classify_lines(page, weights)}
    for name, extract in others.items():
        try:
            output = extract(source)
        except Exception as error:  # whatever another tool raises
            print(f"{name} failed: {error!r}"[:200], file=sys.stderr)
            continue
        votes[name] = kept_lines(page.text, output)
    return votes


def template_lines(pages: Iterable[Page]) -> frozenset[str]:
    """Return the lines that most pages of a site have, where there are enough pages to tell."""
    counts: Counter[str] = Counter()
    total = 0
    for page in pages:
        counts.update(set(page.text))
        total += 1
    if total < TEMPLATE_PAGES:
        return frozenset()
    return frozenset(line for line, count in counts.items() if count >= TEMPLATE_SHARE * total)


def weak_labels(page: Page, votes: dict[str, np.ndarray], template: np.ndarray) -> list[str]:
    """Return the label of each line of a page, by agreement."""
    ours = votes[OURS]
    others = sum(vote.astype(int) for name, vote in votes.items() if name != OURS)
    keepers = others + ours
    labels = np.full(len(ours), UNCERTAIN, dtype=object)
    labels[ours & (others >= OTHERS_FOR_CONTENT) & ~template] = CONTENT
    labels[(keepers == 0) | (template & (keepers <= 1))] = BOILERPLATE
    stays = np.flatnonzero(labels != BOILERPLATE).tolist()
    for number, kind in metadata_kinds([page.text[line].strip() for line in stays]).items():
        if kind != "title":
            labels[stays[number]] = METADATA
    return labels.tolist()


# Layouts: how the extractors of the world leave the lines of a page.

Line = tuple[str, str]
"""Label and text; a blank line has neither."""


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in plain
                            if not unicodedata.combining(c)).split())[:60]  # fmt: skip


def _joined(lines: list[Line], between: str) -> Line:
    """Join lines; what is made of different ones teaches nothing."""
    labels = {label for label, _ in lines}
    label = labels.pop() if len(labels) == 1 else UNCERTAIN
    return label, between.join(text for _, text in lines)


def _by_group(page: Page, lines: list[Line], most: int, between: str) -> list[Line]:
    """Join lines of one element, each of so many characters at most."""
    found: list[Line] = []
    keys = [(group, len(text) <= most) for group, text in zip(page.group, page.text, strict=True)]
    for (_, short), run in groupby(zip(keys, lines, strict=True), key=lambda pair: pair[0]):
        own = [line for _, line in run]
        found += [_joined(own, between)] if short and len(own) > 1 else own
    return found


def _blank_between(page: Page, lines: list[Line]) -> list[Line]:
    out: list[Line] = []
    for line in lines:
        out += [line, ("", "")]
    return out[:-1]


def _paragraphs(page: Page, lines: list[Line]) -> list[Line]:
    out: list[Line] = []
    for gap, line in zip(page.gap, lines, strict=True):
        out += [("", ""), line] if gap and out else [line]
    return out


def _marked(page: Page, lines: list[Line]) -> list[Line]:
    return [
        (label, f"- {text}" if tag == "li" else text)
        for tag, (label, text) in zip(page.tag, lines, strict=True)
    ]


def _markdown(page: Page, lines: list[Line]) -> list[Line]:
    out: list[Line] = []
    for number, (label, text) in enumerate(lines):
        tag = page.tag[number]
        if page.links[number] >= 0.8 * len(text):
            text = f"[{text}](/{_slug(text)}.html)"
        if tag[:1] == "h" and tag[1:].isdigit():
            text = f"{'#' * int(tag[1:])} {text}"
        elif tag == "li":
            text = f"* {text}"
        elif "\t" in text:
            text = f"| {' | '.join(text.split(chr(9)))} |"
        out += [("", ""), (label, text)] if page.gap[number] and out else [(label, text)]
    return out


LAYOUTS: dict[str, Callable[[Page, list[Line]], list[Line]]] = {
    "block a line": lambda page, lines: lines,
    "blank lines between": _blank_between,
    "paragraphs": _paragraphs,
    "list marks": _marked,
    "menus glued": lambda page, lines: _by_group(page, lines, 40, ""),
    "cells and entries in a line": lambda page, lines: _by_group(page, lines, 40, " "),
    "elements joined": lambda page, lines: _by_group(page, lines, 10_000, " "),
    "Markdown": _markdown,
}
"""By name; each takes the page and its labelled lines, and returns those of the layout."""


def part_of(organisation: str) -> str:
    """Return the part of an organisation's pages: `held_out`, or one of the folds.

    >>> sorted({part_of(f"site{number}") for number in range(50)})
    ['fold0', 'fold1', 'fold2', 'fold3', 'held_out']
    """
    number = int.from_bytes(blake2b(organisation.encode(), digest_size=8).digest(), "big")
    if number % HELD_OUT_OF == 0:
        return "held_out"
    return f"fold{number // HELD_OUT_OF % FOLDS}"


def read_pages(path: Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield site, name and bytes of the pages in a folder or in a tar file, a site at a time."""
    if path.is_dir():
        for file in sorted(path.glob("*/*.html")):
            yield file.parent.name, file.stem, file.read_bytes()
        return
    with tarfile.open(path) as tar:
        members = [member for member in tar.getmembers() if member.name.endswith(".html")]
        for member in sorted(members, key=lambda member: member.name):
            data = tar.extractfile(member)
            site, name = Path(member.name).parts[-2:]
            if data is not None:
                yield site, name.removesuffix(".html"), data.read()


def label_site(
    site: str,
    pages: list[tuple[str, bytes]],
    others: dict[str, Extractor],
    weights: PageWeights | None = None,
) -> Iterator[LabelledPage]:
    """Yield the pages of one site with their labels; those that can't be read are left out.

    `weights` are those of our own extraction, the shipped ones by default.
    """
    weights = weights or PageWeights.shipped()
    read: list[tuple[str, str, Page]] = []
    for name, data in pages:
        try:
            source, _ = decode_page(data)
        except FormatError as error:
            print(f"{site}/{name}: {error}", file=sys.stderr)
            continue
        page = read_lines(parse(source))
        if page.text and sum(len(text.split()) for text in page.text) <= MOST_WORDS:
            read.append((name, source, page))
    known = template_lines(page for *_, page in read)
    for name, source, page in read:
        votes = votes_of(source, page, others, weights)
        template = np.array([text in known for text in page.text])
        labels = weak_labels(page, votes, template)
        yield LabelledPage(name, site, page, votes, template, labels)


def records(labelled: LabelledPage) -> Iterator[dict[str, Any]]:
    """Yield what is written of a page: a record for each layout."""
    organisation = base.site_of(labelled.site)
    own = list(zip(labelled.labels, labelled.page.text, strict=True))
    for layout, lay_out in LAYOUTS.items():
        yield {
            "doc": f"{labelled.site}/{labelled.name}",
            "site": labelled.site,
            "organisation": organisation,
            "part": part_of(organisation),
            "layout": layout,
            "lines": lay_out(labelled.page, own),
        }


class Figures:
    """What is counted on the way, to be printed at the end."""

    def __init__(self) -> None:
        self.pages: Counter[str] = Counter()
        self.organisations: dict[str, set[str]] = {}
        self.lines: Counter[str] = Counter()
        self.chars: Counter[str] = Counter()
        self.layouts: Counter[tuple[str, str]] = Counter()
        self.agreed: Counter[tuple[str, str]] = Counter()
        self.compared: Counter[tuple[str, str]] = Counter()
        self.template = 0

    def add(self, labelled: LabelledPage) -> None:
        """Count a page."""
        organisation = base.site_of(labelled.site)
        part = part_of(organisation)
        self.pages[part] += 1
        self.organisations.setdefault(part, set()).add(organisation)
        for label, text in zip(labelled.labels, labelled.page.text, strict=True):
            self.lines[label] += 1
            self.chars[label] += len(text)
        self.template += int(labelled.template.sum())
        for pair in combinations(sorted(labelled.kept), 2):
            one, two = (labelled.kept[name] for name in pair)
            self.agreed[pair] += int((one == two).sum())
            self.compared[pair] += len(one)

    def add_record(self, record: dict[str, Any]) -> None:
        """Count the lines of a layout."""
        self.layouts.update((record["layout"], label) for label, _ in record["lines"] if label)

    def report(self) -> str:
        """Return the figures as text."""
        lines = ["part: pages, organisations"]
        lines += [f"  {part:10}{count:6}{len(self.organisations[part]):6}"
                  for part, count in sorted(self.pages.items())]  # fmt: skip
        total, chars = sum(self.lines.values()) or 1, sum(self.chars.values()) or 1
        lines.append("label: lines, share of the lines, share of the characters")
        lines += [
            f"  {label:12}{self.lines[label]:8}{self.lines[label] / total:8.3f}"
            f"{self.chars[label] / chars:8.3f}"
            for label in base.LABELS
        ]
        lines.append(f"lines of a site's template: {self.template}")
        lines.append("layout: lines, and how many teach something")
        for layout in LAYOUTS:
            counts = {label: self.layouts[layout, label] for label in base.LABELS}
            every = sum(counts.values())
            lines.append(f"  {layout:30}{every:8}{every - counts[UNCERTAIN]:8}")
        lines.append("share of the lines on which two extractors agree")
        lines += [f"  {' and '.join(pair):30}{self.agreed[pair] / self.compared[pair]:8.3f}"
                  for pair in sorted(self.compared)]  # fmt: skip
        return "\n".join(lines)


def noise(
    pages: Iterable[tuple[LabelledPage, Sequence[int]]],
) -> dict[str, tuple[int, int, float, float]]:
    """Compare weak labels with labels by hand (numbers of `training.boilerplate.LABELS`).

    Returns for content and boilerplate: lines that have the weak label and are content or
    boilerplate by hand; how many of them are the other; the same share by characters; and the
    share of the lines with that label by hand that have the weak label (recall).
    """
    lines: Counter[tuple[str, str]] = Counter()
    chars: Counter[tuple[str, str]] = Counter()
    for labelled, hand in pages:
        for weak, number, text in zip(labelled.labels, hand, labelled.page.text, strict=True):
            lines[weak, base.LABELS[number]] += 1
            chars[weak, base.LABELS[number]] += len(text)
    found = {}
    for weak, other in ((CONTENT, BOILERPLATE), (BOILERPLATE, CONTENT)):
        right, wrong = lines[weak, weak], lines[weak, other]
        size = max(1, chars[weak, weak] + chars[weak, other])
        every = max(1, sum(lines[label, weak] for label in base.LABELS))
        found[weak] = right + wrong, wrong, chars[weak, other] / size, right / every
    return found


def without_ours(labelled: LabelledPage) -> LabelledPage:
    """Return a page as the other extractors alone would label it."""
    others = sum(vote.astype(int) for name, vote in labelled.kept.items() if name != OURS)
    votes = {**labelled.kept, OURS: others >= OTHERS_FOR_CONTENT}
    return labelled._replace(labels=weak_labels(labelled.page, votes, labelled.template))


def dev_pages(
    folder: Path, others: dict[str, Extractor]
) -> Iterator[tuple[LabelledPage, Sequence[int]]]:
    """Yield the raw pages among documents labelled by hand, with weak labels and those by hand.

    Our own extraction is fitted anew for each site, without its pages.
    """
    sheets = page_training.load(folder, base.load(folder))
    for learnt, held in base.folds(sheets, len({sheet.site for sheet in sheets})):
        weights = page_training.train(learnt)
        for sheet in held:
            name = sheet.document.name
            data = (folder / "html" / f"{name}.html").read_bytes()
            for labelled in label_site(sheet.site, [(name, data)], others, weights):
                by_hand = page_training.label(labelled.page.text, sheet.document.rows)
                yield labelled, by_hand.tolist()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pages", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--dev", type=Path, help="documents labelled by hand, to tell the noise")
    parser.add_argument("--limit", type=int, help="only so many sites")
    arguments = parser.parse_args()
    others = extractors()
    print(f"witnesses: {OURS}, {', '.join(others)}", file=sys.stderr)
    if len(others) < OTHERS_FOR_CONTENT:
        parser.error("two other extractors are needed: pip install trafilatura resiliparse justext")
    figures = Figures()
    output = arguments.output.open("w", encoding="utf-8") if arguments.output else None
    by_site = groupby(read_pages(arguments.pages), key=lambda page: page[0])
    for count, (site, pages) in enumerate(by_site):
        if arguments.limit is not None and count >= arguments.limit:
            break
        for labelled in label_site(site, [(name, data) for _, name, data in pages], others):
            figures.add(labelled)
            for record in records(labelled):
                figures.add_record(record)
                if output is not None:
                    output.write(json.dumps(record, ensure_ascii=False) + "\n")
    if output is not None:
        output.close()
    print(figures.report())
    if arguments.dev is not None:
        known = list(dev_pages(arguments.dev, others))
        alone = [(without_ours(labelled), hand) for labelled, hand in known]
        for title, pages_by_hand in (("all witnesses", known), ("without ours", alone)):
            print(f"noise, {title}: lines, wrong, share of lines, of characters, recall")
            for label, (every, wrong, chars, recall) in noise(pages_by_hand).items():
                share = wrong / max(1, every)
                print(f"  {label:12}{every:6}{wrong:6}{share:8.4f}{chars:8.4f}{recall:8.3f}")


if __name__ == "__main__":
    main()

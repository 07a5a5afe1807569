"""Site templates: the lines that many documents of a site share, learnt from a corpus."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from vnclean.boilerplate.lines import LineRules, removal_edits, split_lines
from vnclean.boilerplate.pattern_table import named_pattern
from vnclean.caches import cached
from vnclean.errors import ConfigError
from vnclean.transform import Edit, Safety, Transform, register

if TYPE_CHECKING:
    from vnclean.scan import Scan

__all__ = ["Learner", "SiteTemplates", "Templates", "site_of"]

_FORMAT = "vnclean site templates 1"
_SHARE, _LEAST = 0.02, 8
"""A template line stands in so great a share of a site's documents, and in so many, at least."""
_TELLING = 20
"""Characters from which a line tells by itself; shorter ones, and headings with a colon, go only
beside such a line: alone they may well be the headings of the site's own articles."""
_ENTRIES = 1_500_000
"""Lines counted at once (some 130 bytes each); beyond, those seen least are forgotten."""
_LONGEST = 2000
_ROUNDS = 10
_BLANKS = re.compile(r"\s+")
# Content that many documents share: the formulas of letters and laws, of prayer, of courtesy.
_FORMULA = named_pattern("legal_formula")


def _print(line: str) -> int:
    """Return 64 bits that stand for a line; white space and case are left out."""
    key = _BLANKS.sub(" ", line).casefold().encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(key, digest_size=8).digest(), "big")


def _protected(line: str) -> bool:
    return len(line) > _LONGEST or _FORMULA.match(line) is not None


def site_of(address: str) -> str:
    """Return the site that an address speaks of: its host, or the address itself.

    >>> site_of("https://www.bao.vn/tin/1.html"), site_of("bao-xom")
    ('bao.vn', 'bao-xom')
    """
    host = address.partition("://")[2] or address
    return host.partition("/")[0].partition(":")[0].lower().removeprefix("www.")


class SiteTemplates(NamedTuple):
    """The lines that belong to the template of a site, as 64-bit prints, by site."""

    sites: dict[str, dict[int, bool]]
    """For each line whether it tells by itself."""

    def as_bytes(self) -> bytes:
        """Return the templates as JSON lines: a header, then a line for each site."""
        rows = [json.dumps({"format": _FORMAT})]
        for site, lines in sorted(self.sites.items()):
            names = {kind: sorted(f"{p:016x}" for p, tells in lines.items() if tells is kind)
                     for kind in (True, False)}  # fmt: skip
            row = {"site": site, "telling": names[True], "beside": names[False]}
            rows.append(json.dumps(row, ensure_ascii=False))
        return ("\n".join(rows) + "\n").encode("utf-8", "surrogatepass")

    @staticmethod
    def read(path: Path) -> SiteTemplates:
        """Read templates that were written; raises ConfigError where the file is none."""
        try:
            if not path.is_file():
                raise ValueError("it is no regular file")
            head, *rows = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
            if json.loads(head).get("format") != _FORMAT:
                raise ValueError("it begins otherwise")
            sites = {}
            for row in map(json.loads, rows):
                lines = {int(name, 16): True for name in row["telling"]}
                lines.update((int(name, 16), False) for name in row["beside"])
                sites[str(row["site"])] = lines
        except (AttributeError, KeyError, OSError, RecursionError, TypeError, ValueError) as error:
            raise ConfigError(
                f"{path} can't be used as site templates ({error}). "
                "You can make them with: vnclean boilerplate learn CORPUS -o FILE"
            ) from None
        return SiteTemplates(sites)


class Learner:
    """Counts, in one pass and bounded memory, in how many documents of a site a line stands.

    When there are more than `entries` lines, those seen least are forgotten: counts may come out
    too low by as many documents as there were such clearances, never too high. Lines that a
    document has more than twice (refrains) and formulas of law, letters and prayer are not counted.
    """

    def __init__(self, entries: int = _ENTRIES) -> None:
        self._most = entries
        self._counts: dict[str, dict[int, int]] = {}
        self._documents: Counter[str] = Counter()
        self._size = 0
        self._floor = 0

    def add(self, site: str, text: str) -> None:
        """Count a document."""
        self._documents[site] += 1
        counts = self._counts.setdefault(site, {})
        before = len(counts)
        lines = split_lines(text).text
        times = Counter(lines)
        for line, count in times.items():
            if count > 2 or _protected(line):
                continue
            # The sign of a count says whether the line tells by itself.
            key = _print(line)
            step = 1 if len(line) >= _TELLING and line[-1] != ":" else -1
            counts[key] = counts.get(key, 0) + step
        self._size += len(counts) - before
        while self._size > self._most:
            self._clear()

    def _clear(self) -> None:
        self._floor += 1
        for site, counts in self._counts.items():
            kept = {key: count for key, count in counts.items() if abs(count) > self._floor}
            self._size -= len(counts) - len(kept)
            self._counts[site] = kept

    def result(self) -> SiteTemplates:
        """Return the templates of all sites that have one."""
        sites = {}
        for site, counts in self._counts.items():
            least = max(_LEAST, _SHARE * self._documents[site])
            lines = {key: count > 0 for key, count in counts.items() if abs(count) >= least}
            if any(lines.values()):
                sites[site] = lines
        return SiteTemplates(sites)


def learn(documents: Iterable[tuple[str, str]]) -> SiteTemplates:
    """Return the templates of the sites of documents, given as pairs of site and text."""
    learner = Learner()
    for site, text in documents:
        learner.add(site, text)
    return learner.result()


@cached(8)
def _read(path: str, changed: int) -> tuple[SiteTemplates, dict[int, list[str]]]:
    templates = SiteTemplates.read(Path(path))
    where: dict[int, list[str]] = {}
    for site, lines in templates.sites.items():
        for line in lines:
            where.setdefault(line, []).append(site)
    return templates, where


@register
@dataclass(frozen=True)
class Templates(Transform):
    """Remove the lines that belong to the template of a document's site, as learnt from a corpus.

    `path` is a file that `vnclean boilerplate learn` wrote. The site is told from the lines: it is
    the one whose template covers most of the document. Short lines go only beside long ones.
    Danger: what many documents of a site share by right goes too, unless it is a formula of law,
    letters or prayer; learn from whole sites, not from a series of alike documents. Raises
    ConfigError when it is used with a file that can't be read. Without a path it does nothing.

    >>> Templates()("Trang chủ\\nTin tức")
    'Trang chủ\\nTin tức'
    """

    path: str = ""

    name: ClassVar[str] = "templates"
    safety: ClassVar[Safety] = Safety.LIKELY
    rules: ClassVar[dict[str, str]] = {
        "templates.line": "a line that many documents of the site share",
        "templates.block": "a short line of the site's template, beside a longer one",
    }

    def concerns(self, scan: Scan) -> bool:
        """Say whether there is a template to compare with."""
        return bool(self.path)

    def find(self, scan: Scan) -> Iterator[Edit]:
        """Yield an edit for each line of the template."""
        text = scan.text
        if not self.path:
            return
        try:
            changed = os.stat(self.path).st_mtime_ns
        except OSError as error:
            raise ConfigError(
                f"The site templates {self.path} can't be read: {error.strerror}."
            ) from None
        templates, where = _read(self.path, changed)
        lines = split_lines(text)
        gone: LineRules = {}
        alive = list(range(len(lines.text)))
        for _ in range(_ROUNDS):
            drop = _find([lines.text[line] for line in alive], templates, where)
            if not drop:
                break
            gone.update((alive[number], found) for number, found in drop.items())
            alive = [line for number, line in enumerate(alive) if number not in drop]
        else:
            return
        yield from removal_edits(lines, gone, len(text))


def _find(lines: list[str], templates: SiteTemplates, where: dict[int, list[str]]) -> LineRules:
    """Return the lines that belong to the template of the site that covers most of them."""
    times = Counter(lines)
    prints = [0 if _protected(line) or times[line] > 2 else _print(line) for line in lines]
    covered: Counter[str] = Counter()
    for line, key in zip(lines, prints, strict=True):
        for site in where.get(key, ()):
            if templates.sites[site][key]:
                covered[site] += len(line)
    if not covered:
        return {}
    site = min(covered, key=lambda name: (-covered[name], name))
    known = templates.sites[site]
    gone: LineRules = {}
    low = 0
    while low < len(prints):
        high = low
        while high < len(prints) and prints[high] in known:
            high += 1
        if any(known[key] for key in prints[low:high]):
            for number in range(low, high):
                rule = "templates.line" if known[prints[number]] else "templates.block"
                gone[number] = 0.97, rule
        low = max(high, low + 1)
    return gone

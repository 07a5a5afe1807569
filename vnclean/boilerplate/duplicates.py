"""The transform that removes what one document says twice by mistake, never by art."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from vnclean.boilerplate.lines import LineRules, Lines, removal_edits, split_lines
from vnclean.boilerplate.pattern_table import named_pattern
from vnclean.core.repeats import may_repeat
from vnclean.transform import Edit, Safety, Transform, apply_edits, register

if TYPE_CHECKING:
    from vnclean.scan import Scan

__all__ = ["Duplicates"]

_LONG = 40
"""Characters from which a line that stands twice in a row is no verse and no cell."""
_PROSE = 100
"""Characters from which a line with a full stop at its end is prose, and a paragraph."""
_TITLE = range(20, 201)
"""How many characters a title has."""
_TITLE_LINES, _TITLE_REACH = 3, 6
"""The title is among the first lines, and is repeated within a few lines."""
_COPY, _COPY_SHARE = 400, 0.25
"""Characters of a second copy of the article, at least, and its share of the document."""
_ROUNDS = 10

_END = re.compile(r"[.!?…][\"”’')\]]*$")
_WORD = re.compile(r"[^\W\d_]+")
_MARKED = re.compile(r"[^\x00-\x7f]")
# What is repeated on purpose: entries and cells, what people say, code, clauses and formulas.
_ON_PURPOSE = named_pattern("repeated_on_purpose")
_STRUCTURED = re.compile(r"[\t|{}<>=\\]| {3}|\.{4}|…{2}|_{3}|;$|:$")
_CREDIT = named_pattern("picture_credit")
_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")


@register
@dataclass(frozen=True)
class Duplicates(Transform):
    """Remove what a document repeats by mistake: the title, a caption, a paragraph, the article.

    Only what is long, or stands side by side, and occurs exactly twice goes; the first one stays,
    and of two captions the one with the credit. Refrains, cells of tables, dialogue, lists and
    legal formulas stay. Danger: a text that repeats a long paragraph for effect, once, side by
    side, loses it.

    >>> line = "Nước lên nhanh trong đêm, cả xóm thức trắng để dọn đồ đạc lên gác."
    >>> tail = "\\nĐến sáng thì mưa tạnh, nhưng nước vẫn ngập tới đầu gối ở hầu hết các ngõ, "
    >>> tail += "và suốt buổi không ai dám ra khỏi nhà."
    >>> Duplicates()(line + "\\n" + line + tail) == line + tail
    True
    >>> Duplicates()("À ơi, con ngủ cho ngoan\\nÀ ơi, con ngủ cho ngoan")
    'À ơi, con ngủ cho ngoan\\nÀ ơi, con ngủ cho ngoan'
    """

    name: ClassVar[str] = "duplicates"
    safety: ClassVar[Safety] = Safety.LIKELY
    rules: ClassVar[dict[str, str]] = {
        "duplicates.title": "the title, repeated below itself",
        "duplicates.caption": "a caption without its credit, beside the same with it",
        "duplicates.line": "a long line that stands twice in a row",
        "duplicates.article": "the second copy of the whole article",
        "duplicates.sentence": "a caption that the paragraph beside it says as a sentence",
    }

    def concerns(self, scan: Scan) -> bool:
        """Say whether a long line occurs twice, or a caption stands beside the same words."""
        if "\n" not in scan:
            return False
        # In most texts blanks are single and letters have one small form: lines are nearly keys.
        plain = "  " not in scan and not any(
            char.isspace() or len(key := char.casefold()) > 1 or key != char.lower()
            for char in scan.unusual
        )
        if plain and not may_repeat(scan.text, _TITLE.start):
            return False
        lines = [
            line for line in map(str.strip, scan.text.split("\n")) if len(line) >= _TITLE.start
        ]
        return _may_repeat(lines) if plain else _may_repeat(list(map(_key, lines)))

    def find(self, scan: Scan) -> Iterator[Edit]:
        """Yield an edit for each line that goes; repeated until no other line would go."""
        text = scan.text
        lines = split_lines(text)
        gone: LineRules = {}
        maybe: LineRules = {}
        alive = list(range(len(lines.text)))
        current, view = text, lines
        for _ in range(_ROUNDS):
            drop, doubtful = _find(view)
            maybe = {alive[number]: found for number, found in doubtful.items()}
            if not drop:
                break
            gone.update((alive[number], found) for number, found in drop.items())
            current = apply_edits(current, removal_edits(view, drop, len(current)))
            alive = [line for number, line in enumerate(alive) if number not in drop]
            view = split_lines(current)
        else:
            return
        edits = list(removal_edits(lines, gone, len(text)))
        edits += [
            Edit(lines.start[number], lines.end[number], "", rule, confidence, Safety.SUGGEST)
            for number, (confidence, rule) in maybe.items()
        ]
        yield from sorted(edits)


_HEAD = 16
"""Characters by which lines are first compared."""


def _may_repeat(lines: list[str]) -> bool:
    """Say whether two lines are the same, or one begins or holds what is said beside it.

    Blanks in the lines are single. Takes time linear in the size of the lines.
    """
    heads = [line[:_HEAD].casefold() for line in lines]
    if len(set(heads)) != len(heads):
        counts = Counter(heads)
        seen: set[str] = set()
        before = ""
        for line, head in zip(lines, heads, strict=True):
            key = line.casefold() if counts[head] > 1 else ""
            if key and (key in seen or _begins(key, before)):
                return True
            seen.add(key)
            before = key
    return any(_holds(one, two) or _holds(two, one) for one, two in pairwise(lines))


def _begins(one: str, two: str) -> bool:
    """Say whether one of two lines begins with the other, but for its full stop."""
    return two != "" and (one.startswith(two.rstrip(".")) or two.startswith(one.rstrip(".")))


def _holds(long: str, short: str) -> bool:
    """Say whether a line at least twice as long says another one, but for its full stop."""
    return len(long) >= 2 * len(short) and short.rstrip(".").casefold() in long.casefold()


def _key(line: str) -> str:
    """Return a line without what does not matter: case, runs of blanks."""
    return " ".join(line.split()).casefold()


def _prose(line: str) -> bool:
    return len(line) >= _PROSE and _END.search(line) is not None and line.count("|") < 2


def _by_mistake(line: str, least: int, words: int) -> bool:
    """Say whether a line, were it repeated, would be so by mistake."""
    return (
        len(line) >= least
        and not _ON_PURPOSE.match(line)
        and not _STRUCTURED.search(line)
        and len(_WORD.findall(line)) >= words
        and _MARKED.search(line) is not None
    )


def _find(lines: Lines) -> tuple[LineRules, LineRules]:
    """Return the lines to remove and those to suggest."""
    text = lines.text
    keys = [_key(line) for line in text]
    counts = Counter(keys)
    gone: LineRules = {}
    maybe: LineRules = {}
    _titles(text, keys, counts, gone)
    for number in range(1, len(text)):
        above, below = text[number - 1], text[number]
        # The fewest characters of a line that any of the rules looks at.
        if len(above) < _TITLE.start or len(below) < _TITLE.start or number - 1 in gone:
            continue
        if keys[number - 1] == keys[number]:
            if (
                counts[keys[number]] == 2
                and _by_mistake(below, _LONG, 8)
                and (_prose(below) or _among_prose(text, number - 1, number))
            ):
                gone.setdefault(number, (0.95, "duplicates.line"))
        else:
            _beside(text, keys, counts, number, gone, maybe)
    _copies(text, keys, counts, gone)
    return gone, {number: found for number, found in maybe.items() if number not in gone}


def _among_prose(text: list[str], first: int, last: int) -> bool:
    return (first > 0 and _prose(text[first - 1])) or (
        last + 1 < len(text) and _prose(text[last + 1])
    )


def _titles(text: list[str], keys: list[str], counts: Counter[str], gone: LineRules) -> None:
    """Find the title that is repeated above the body."""
    for first in range(min(_TITLE_LINES, len(text))):
        line = text[first]
        if len(line) not in _TITLE or counts[keys[first]] != 2 or line[-1] in ".:;,":
            continue
        if not _by_mistake(line, _TITLE.start, 4):
            continue
        for again in range(first + 1, min(first + _TITLE_REACH, len(text) - 1) + 1):
            if keys[again] == keys[first]:
                after = again + 1
                if after < len(text) and _DATE.search(text[after]) and len(text[after]) < _PROSE:
                    after += 1
                # A poem may be called by its first verse, but verse does not go on with prose.
                if after < len(text) and _prose(text[after]):
                    gone[again] = 0.95, "duplicates.title"
                break
            if _prose(text[again]):
                break


def _beside(
    text: list[str],
    keys: list[str],
    counts: Counter[str],
    number: int,
    gone: LineRules,
    maybe: LineRules,
) -> None:
    """Find a caption beside itself with a credit, and a line that its neighbour says as well."""
    above, below = keys[number - 1], keys[number]
    short, long = (
        (number - 1, number) if len(above) < len(below) else (number, number - 1)
    )  # of the lines, by their lengths
    if short in gone or long in gone or counts[keys[short]] != 1:
        return
    if keys[long].startswith(keys[short].rstrip(".")):
        rest = keys[long][len(keys[short].rstrip(".")) :]
        if _CREDIT.match(rest) and _by_mistake(text[short], 25, 5):
            gone[short] = 0.95, "duplicates.caption"
            return
        if (
            rest in (".", "!", "?", "…")
            and short > 0
            and _by_mistake(text[short], _LONG, 8)
            and _among_prose(text, number - 1, number)
        ):
            gone[short] = 0.9, "duplicates.line"
            return
    if short > 1 and len(keys[long]) >= 2 * len(keys[short]) and _by_mistake(text[short], _LONG, 8):
        said = keys[long].find(keys[short].rstrip("."))
        end = said + len(keys[short].rstrip("."))
        if (
            said >= 0
            and keys[long][end : end + 1] in ".!?…"
            and (said == 0 or keys[long][said - 2 : said] in (". ", "! ", "? ", "… "))
        ):
            # Below a paragraph that ends with it stands a caption; above one, it may be a heading.
            if short > long and end + 1 == len(keys[long]) and keys[short].endswith("."):
                gone[short] = 0.9, "duplicates.sentence"
            else:
                maybe[short] = 0.7, "duplicates.sentence"


def _copies(text: list[str], keys: list[str], counts: Counter[str], gone: LineRules) -> None:
    """Find the second copy of an article: a long run of lines, prose for the most part."""
    total = sum(map(len, text))
    first: dict[str, int] = {}
    examined: dict[int, int] = {}
    for number, line in enumerate(text):
        key = keys[number]
        if counts[key] != 2 or not _prose(line):
            continue
        if key not in first:
            first[key] = number
            continue
        origin = first[key]
        shift = number - origin
        # A run has one distance between its copies, so that each is gone through only once.
        if examined.get(shift, -1) >= number:
            continue
        low = number
        while low - 1 - shift >= 0 and low - 1 > origin and keys[low - 1] == keys[low - 1 - shift]:
            low -= 1
        high = number + 1
        while high < len(text) and high - shift < low and keys[high] == keys[high - shift]:
            high += 1
        examined[shift] = high - 1
        run = text[low:high]
        size = sum(map(len, run))
        prose = [each for each in run if _prose(each)]
        if (
            size >= max(_COPY, _COPY_SHARE * total)
            and len(prose) >= 2
            and sum(map(len, prose)) >= 0.6 * size
            and not any(_formula(each) for each in run)
        ):
            for each in range(low, high):
                gone.setdefault(each, (0.95, "duplicates.article"))


_FORMULA = named_pattern("clause")


def _formula(line: str) -> bool:
    return _FORMULA.match(line) is not None or "\t" in line or line.count("|") > 1

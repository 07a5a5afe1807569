"""The signals: figures of a text, each computed when it is first asked for.

Shares lie between 0 and 1. A syllable is a run of letters, as Vietnamese writes a blank between
syllables; words of other languages count as syllables that can't be spelled.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from vnclean.caches import cached
from vnclean.errors import no_text
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.syllable import is_spellable
from vnclean.registry import registry
from vnclean.result import Result

if TYPE_CHECKING:
    from vnclean.transform import Edit

__all__ = ["SIGNALS", "Quality", "is_signal", "quality"]

_WORD = re.compile(r"[^\W\d_]+")
_BLANK = re.compile(r"\s+")
_CHUNK = re.compile(r"\S+")
_MARKED = re.compile(f"[{''.join(sorted(MARKED_LETTERS))}]")
_MARKED_TOO = re.compile("[\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b]")
_PLAIN = re.compile(r"""[\w\s.,;:?!'"()/%\-–—“”‘’…]+""")
_DIGIT = re.compile(r"\d")
_CAPITAL = re.compile(f"[A-Z{''.join(sorted(filter(str.isupper, MARKED_LETTERS)))}]")
_END = re.compile(r"""[.?!…:;]["'”’»)\]]*$""")
_BULLET = re.compile(r"^[-*+•●▪◦‣·–—>]\s|^[-•●▪◦‣·]\S")
_LOST = "\ufffd"

STOP_WORDS = frozenset(
    "và của là có các cho được trong với không một những để người này đã khi từ theo đến cũng "
    "như về tại ở do bị vì nhưng mà thì nên sẽ còn hay trên phải làm nhiều đó ra vào rất".split()
)
"""Function words that running text can't do without: an own list of the most frequent ones."""

FURNITURE = frozenset({"boilerplate", "duplicates", "templates"})
"""Steps that take away what a page put around its text."""
_UNSEEN = -math.log(100_000)
"""What a word outside the model's vocabulary is thought to cost beyond the price of its class."""

_spellable = cached(1 << 16)(is_spellable)


class Quality:
    """The signals of a text: attributes, each computed when it is first asked for.

    `before` holds the signals of the text as it was before it was cleaned, where that is known.

    >>> found = Quality("Trời mưa suốt đêm, sáng ra mới tạnh.")
    >>> found.syllables, found.spellable, found.sentence_lines
    (8, 1.0, 1.0)
    >>> Quality("It rained all night.").spellable
    0.0
    """

    def __init__(self, text: str, result: Result | None = None) -> None:
        self.text = text
        self._result = result

    @classmethod
    def of(cls, result: Result) -> Quality:
        """Return the signals of a cleaned text, those of its cleaning with them.

        `result` is what `Pipeline.explain` gives.
        """
        return cls(result.text, result)

    @cached_property
    def before(self) -> Quality:
        """The signals of the text as it came; its own where nothing is known of a cleaning."""
        if self._result is None or self._result.original == self.text:
            return self
        return Quality(self._result.original)

    # -- size -------------------------------------------------------------------------------------

    @cached_property
    def characters(self) -> int:
        """Characters, blanks included."""
        return len(self.text)

    @cached_property
    def _words(self) -> list[str]:
        return _WORD.findall(self.text.lower())

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(self._words)

    @cached_property
    def syllables(self) -> int:
        """Runs of letters."""
        return len(self._words)

    @cached_property
    def syllable_length(self) -> float:
        """Letters per syllable, on average; 3.2 to 3.8 in Vietnamese."""
        return _share(sum(map(len, self._words)), self.syllables)

    @cached_property
    def _lines(self) -> list[str]:
        return [line for line in map(str.strip, self.text.split("\n")) if line]

    @cached_property
    def lines(self) -> int:
        """Lines that are not blank."""
        return len(self._lines)

    # -- language ---------------------------------------------------------------------------------

    @cached_property
    def spellable(self) -> float:
        """Share of the syllables that Vietnamese spelling allows."""
        good = sum(count for word, count in self._counts.items() if _spellable(word))
        return _share(good, self.syllables)

    @cached_property
    def marked(self) -> float:
        """Share of the letters that bear a mark, đ among them; 0.22 to 0.33 in Vietnamese."""
        marks = len(_MARKED.findall(self.text)) + len(_MARKED_TOO.findall(self.text))
        return min(1.0, _share(marks, sum(map(len, self._words))))  # two marks on a letter

    @cached_property
    def stop_words(self) -> float:
        """Share of the syllables that are frequent function words."""
        return _share(sum(self._counts[word] for word in STOP_WORDS), self.syllables)

    @cached_property
    def perplexity(self) -> float:
        """Perplexity per syllable of the language model that ships; infinite without syllables.

        Case is left out. A word that the model never saw costs as if there were 100,000 of them.
        """
        total, number = _surprise(self.text.lower())
        return math.exp(min(total / number, 700)) if number else math.inf

    # -- what it is made of -----------------------------------------------------------------------

    @cached_property
    def _visible(self) -> int:
        return len(self.text) - sum(map(len, _BLANK.findall(self.text)))

    @cached_property
    def symbols(self) -> float:
        """Share of the characters but blanks that are no letter, digit or common punctuation."""
        odd = len(_PLAIN.sub("", self.text))
        return _share(odd, self._visible)

    @cached_property
    def digits(self) -> float:
        """Share of the characters but blanks that are digits."""
        return _share(len(_DIGIT.findall(self.text)), self._visible)

    @cached_property
    def capitals(self) -> float:
        """Share of the letters that are upper case."""
        return min(1.0, _share(len(_CAPITAL.findall(self.text)), sum(map(len, self._words))))

    @cached_property
    def sentence_lines(self) -> float:
        """Share of the lines that end with punctuation."""
        return _share(sum(_END.search(line) is not None for line in self._lines), self.lines)

    @cached_property
    def bullet_lines(self) -> float:
        """Share of the lines that begin with the sign of a list."""
        return _share(sum(_BULLET.match(line) is not None for line in self._lines), self.lines)

    @cached_property
    def ellipsis_lines(self) -> float:
        """Share of the lines that break off with dots."""
        return _share(sum(line.endswith(("…", "...")) for line in self._lines), self.lines)

    # -- repetition -------------------------------------------------------------------------------

    @cached_property
    def repeated_lines(self) -> float:
        """Share of the characters in lines that stood in the text before."""
        counts = Counter(self._lines)
        again = sum(len(line) * (count - 1) for line, count in counts.items())
        return _share(again, sum(map(len, self._lines)))

    @cached_property
    def top_pair(self) -> float:
        """Share of the syllables in the most frequent pair of syllables."""
        pairs = Counter(pairwise(self._words))
        most = max(pairs.values(), default=0)
        return min(1.0, _share(2 * most, self.syllables)) if most > 1 else 0.0  # pairs overlap

    @cached_property
    def repeated_runs(self) -> float:
        """Share of the syllables in runs of eight that stood in the text before."""
        words, seen, upto, covered = self._words, set(), 0, 0
        for at, run in enumerate(zip(*(words[k:] for k in range(8)), strict=False)):
            if run in seen:
                covered += at + 8 - max(at, upto)
                upto = at + 8
            else:
                seen.add(run)
        return _share(covered, self.syllables)

    # -- cleaning ---------------------------------------------------------------------------------

    @cached_property
    def damaged(self) -> float:
        """Share of the words of the original that are damaged, mended or not; and U+FFFD left."""
        if self._result is None:
            return _share(sum(_LOST in word for word in _CHUNK.findall(self.text)), self._spans[1])
        edits = [*self._result.edits, *self._result.suggestions]
        touched = self._touched(edit for edit in edits if _undoes_damage(edit.rule))
        left = sum(_LOST in word for word in _CHUNK.findall(self.text))
        return min(1.0, _share(touched + left, self._spans[1]))

    @cached_property
    def repaired(self) -> float:
        """Share of the words of the original that an edit changed, furniture left out."""
        if self._result is None:
            return 0.0
        edits = (e for e in self._result.edits if not _is_furniture(e) and _visible(e))
        return _share(self._touched(edits), self._spans[1])

    @cached_property
    def furniture(self) -> float:
        """Share of the characters of the original that were taken away as furniture of a page."""
        if self._result is None:
            return 0.0
        gone = sum(
            edit.end - edit.start - len(edit.replacement)
            for edit in self._result.edits
            if _is_furniture(edit)
        )
        return _share(max(gone, 0), len(self._result.original))

    @cached_property
    def _spans(self) -> tuple[list[tuple[int, int]], int]:
        """The words of the original, between blanks, and how many they are."""
        text = self.text if self._result is None else self._result.original
        spans = [match.span() for match in _CHUNK.finditer(text)]
        return spans, len(spans)

    def _touched(self, edits: Iterable[Edit]) -> int:
        """Count the words of the original that meet one of the edits."""
        ends = [end for _, end in self._spans[0]]
        found: set[int] = set()
        for edit in edits:
            at = bisect_right(ends, edit.start)
            while at < len(ends) and self._spans[0][at][0] < max(edit.end, edit.start + 1):
                found.add(at)
                at += 1
        return len(found)

    # -- by name ----------------------------------------------------------------------------------

    def __getitem__(self, name: str) -> float:
        """Return a signal by its name; raises KeyError where there is none.

        >>> Quality("mưa to, gió lớn")["before.syllables"]
        4
        """
        if not is_signal(name):
            raise KeyError(name)
        own = name.removeprefix("before.")
        value: float = getattr(self.before if own != name else self, own)
        return value

    def as_dict(self, names: Sequence[str] | None = None) -> dict[str, float | None]:
        """Return signals as plain values, without `names` all of the text as it is now.

        Shares have four digits; None stands for infinity.
        """
        chosen = names if names is not None else [*SIGNALS]
        return {name: _rounded(self[name]) for name in chosen}

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value}" for name, value in self.as_dict().items())
        return f"Quality({inside})"


SIGNALS: dict[str, str] = {
    name: (value.__doc__ or "").partition("\n")[0]
    for name, value in vars(Quality).items()
    if isinstance(value, cached_property) and not name.startswith("_") and name != "before"
}
"""Name -> meaning of every signal."""

_OF_CLEANING = frozenset({"damaged", "repaired", "furniture"})


def is_signal(name: str) -> bool:
    """Say whether there is a signal of this name.

    >>> is_signal("marked"), is_signal("before.marked"), is_signal("before.furniture")
    (True, True, False)
    """
    own = name.removeprefix("before.")
    return own in SIGNALS and (own == name or own not in _OF_CLEANING)


def quality(text: str | Result) -> Quality:
    """Return the quality signals of a text, or of what `explain` made of one.

    Of a text alone nothing is known of its cleaning: `repaired` and `furniture` are 0.

    >>> quality("Trời mưa suốt đêm.").as_dict(["syllables", "spellable"])
    {'syllables': 4, 'spellable': 1.0}
    """
    if isinstance(text, Result):
        return Quality.of(text)
    if not isinstance(text, str):
        raise no_text(text)
    return Quality(text)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _rounded(value: float) -> float | None:
    if isinstance(value, int):
        return value
    if math.isinf(value):
        return None
    return round(value, 4) if value < 10 else round(value, 1)


def _surprise(text: str) -> tuple[float, int]:
    """Return the sum of -log P of the syllables of a lower-case text, and their number."""
    import numpy as np

    from vnclean.language import ngram

    model = ngram.load()
    found = [code for code in map(model.code, ngram.TOKEN.findall(text)) if code != ngram.SKIP]
    codes = np.array([ngram.BOUNDARY * 4, *found], np.int64)
    words = codes >> 2
    unseen = (words == ngram.UNKNOWN) | (words == ngram.FOREIGN)
    counted = (words >= len(ngram.CLASSES)) | unseen
    value = model.score_sequence(codes)[1:] - model.case(codes[:-1], codes[1:])
    value = (value + _UNSEEN * unseen[1:])[counted[1:]]
    return 0.0 - float(value.sum(dtype=np.float64)), len(value)


@cached(4096)
def _steps(rule: str) -> frozenset[str]:
    """Return the names of the steps that the rules of an edit (joined by +) belong to."""
    parts = rule.split("+")
    return frozenset(
        name for name, kind in registry().items() if not kind.rules.keys().isdisjoint(parts)
    )


@cached(4096)
def _undoes_damage(rule: str) -> bool:
    return any(registry()[name].undoes_damage for name in _steps(rule))


def _is_furniture(edit: Edit) -> bool:
    return not _steps(edit.rule).isdisjoint(FURNITURE)


def _visible(edit: Edit) -> bool:
    """Say whether an edit does more than tidy blanks."""
    return not _steps(edit.rule) <= {"spacing", "spaces", "invisible"}

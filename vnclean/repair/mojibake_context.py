"""What the lines of a text, and the text as a whole, say about its pieces of misread UTF-8."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from vnclean.caches import late_pattern
from vnclean.language.identify import LanguageIdentifier
from vnclean.language.lexicon import frequency
from vnclean.language.words import WORD
from vnclean.repair.code_page_views import families
from vnclean.repair.mojibake_atoms import AtomDecoding

__all__ = ["MojibakeContext", "MojibakePiece", "families_of"]

_WINDOWS = late_pattern("[ÌÄÆâ»º][€‚ƒ„†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_OPENED_WITHIN_CHARS = 200


class MojibakePiece(NamedTuple):
    """An atom of a text with what it may have been; offsets are characters."""

    start: int
    end: int
    decoding: AtomDecoding


class _Counts(NamedTuple):
    """What a span holds."""

    certain: int
    """Pieces that can't be clean text."""
    intact: int
    """Words in use with a mark."""


class MojibakeContext:
    """Answers questions on the surroundings of pieces; each line is counted once.

    `ascii_between` has the lines, by where they start, that are nothing but ASCII between their
    pieces, each with how many of these can't be clean text.
    """

    def __init__(
        self, text: str, pieces: Sequence[MojibakePiece], ascii_between: Mapping[int, int]
    ) -> None:
        self.text = text
        self.language = LanguageIdentifier(text)
        self._pieces = pieces
        self._starts = [piece.start for piece in pieces]
        self._counts = {at: _Counts(certain, 0) for at, certain in ascii_between.items()}
        self._document: bool | None = None
        self._chains: dict[int, set[tuple[str, ...]]] = {}
        self._all_chains: set[tuple[str, ...]] | None = None

    def bounds(self, offset: int) -> tuple[int, int]:
        """Return where the line around an offset starts and ends."""
        end = self.text.find("\n", offset)
        return self.text.rfind("\n", 0, offset) + 1, len(self.text) if end < 0 else end

    def gaps(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the spans of a line between its pieces."""
        for piece in self._within(start, end):
            yield start, piece.start
            start = piece.end
        yield start, end

    def is_damaged(self, offset: int) -> bool:
        """Say whether everything in the line is damaged, as far as can be seen."""
        counts = self._counts_of_line(offset)
        return not counts.intact and (counts.certain > 0 or self.document_is_damaged)

    def _counts_of_line(self, offset: int) -> _Counts:
        start, end = self.bounds(offset)
        if start not in self._counts:
            self._counts[start] = self._count(start, end)
        return self._counts[start]

    @property
    def document_is_damaged(self) -> bool:
        """Whether the whole text went through the same views."""
        if self._document is None:
            counts = self._count(0, len(self.text))
            self._document = counts.certain >= 3 and counts.intact * 10 <= counts.certain
        return self._document

    @cached_property
    def shows_windows(self) -> bool:
        """Whether second bytes from 80 to 9F stand in the text as windows-1252 shows them."""
        return _WINDOWS.search(self.text) is not None

    def is_quoted(self, start: int, end: int) -> bool:
        """Say whether a guillemet was opened before, so that `á»` may be a word and its end."""
        line = self.text[max(0, start - _OPENED_WITHIN_CHARS) : start].rpartition("\n")[2]
        return "«" in line or "»" in line or "«" in self.text[start:end].partition("»")[0]

    def went_through(self, offset: int, chain: tuple[str, ...]) -> bool:
        """Say whether certain pieces of the line, or of the text, went through the same views."""
        start, end = self.bounds(offset)
        if start not in self._chains:
            self._chains[start] = self._collect_chains(start, end)
        chains = self._chains[start]
        if not chains:
            if self._all_chains is None:
                self._all_chains = self._collect_chains(0, len(self.text))
            chains = self._all_chains
        return families_of(chain) in chains

    def _within(self, start: int, end: int) -> Sequence[MojibakePiece]:
        return self._pieces[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _count(self, start: int, end: int) -> _Counts:
        certain = sum([piece.decoding.certain for piece in self._within(start, end)])
        between = "\n".join([self.text[begin:stop] for begin, stop in self.gaps(start, end)])
        return _Counts(certain, _count_intact(between))

    def _collect_chains(self, start: int, end: int) -> set[tuple[str, ...]]:
        chains = {
            piece.decoding.chain for piece in self._within(start, end) if piece.decoding.certain
        }
        return set(map(families_of, chains))


def families_of(chain: tuple[str, ...]) -> tuple[str, ...]:
    """Return a chain of views with those that show most letters alike as one."""
    return tuple(families()[name] for name in chain)


def _count_intact(text: str) -> int:
    """Return how many words in use with a mark a stretch of text holds."""
    if text.isascii():
        return 0
    return sum(not word.isascii() and frequency(word) > 0 for word in WORD.findall(text))

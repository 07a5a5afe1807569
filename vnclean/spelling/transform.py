"""The transform that mends misspelt words: found by the sieve, judged in context."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

import numpy as np

from vnclean.fixed_point import settle
from vnclean.language import ngram
from vnclean.language.alphabet import LETTERS
from vnclean.language.casing import match_shape
from vnclean.language.identify import in_address
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.syllable import parse
from vnclean.scan import Scan
from vnclean.spelling import context_network
from vnclean.spelling.error_model import KINDS
from vnclean.spelling.lexicon import (
    CURATED,
    NEVER_DOUBLED,
    SEEN,
    SURE,
    UNSEEN,
    doubtful_words,
    foreign_words,
    has_marks,
    is_unseen,
    is_variant,
    sifted,
    suspect_pairs,
)
from vnclean.spelling.protected_words import protected
from vnclean.spelling.scorer import (
    EDGE,
    HOPELESS,
    UNSURE,
    Odds,
    Slot,
    echoes,
    judge,
    judge_closely,
    likelihoods,
    misfits,
    probability,
    surprise,
)
from vnclean.spelling.tokens import BREAK, Token, around, canonical, tokenise
from vnclean.spelling.word_lookup import Found
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["Spelling"]

PAIR_ODDS = {0: 0.0, UNSEEN: 0.0, SEEN: 3.0, SURE: 5.5, CURATED: 8.5}
"""Log-odds that a suspect pair adds to its right word, by its evidence: the model was trained on
text with misspellings, so it takes the frequent ones for words."""

APPLY, MENTION = 2.2, -2.5
"""Log-odds from which an edit is applied, and from which it is suggested."""

MISFIT = -6.0
"""Log-odds of the context model alone from which a word is looked at."""

SEARCHED = 2.6
"""Log-odds added where every word is looked at: who asks for that has a text with more slips than
edited text has. What is applied by default is chosen without."""

ERRORS = 6e-4
"""Slips per word in edited text."""

PARAGRAPH = 4000
"""Characters before and after a misspelling that are read closely at most."""

SPACE_LOST = -9.0
DOUBLED = -8.0
ECHOED = -13.0
"""Log-rates per word: two words glued, a word written twice, a word written over its neighbour."""

_OURS = frozenset(LETTERS) | frozenset("fjwzFJWZ")
_BESIDE_LEFT = frozenset("-_/@\\'’.&+=#–0123456789")
_BESIDE_RIGHT = frozenset("-_/@\\'’&+=#–0123456789")


@register
@dataclass(frozen=True)
class Spelling(Transform):
    """Mend misspelt words where the context leaves no doubt, and suggest the rest.

    Danger: what is rare is not always wrong. Verse, dialect and quotations of errors can be
    taken for slips; `keep` (words, phrases) and `patterns` (regular expressions that match up to
    200 characters around a word) protect what they match.
    `thorough` looks at every word with the context model too, about fifty times slower; so does a
    pipeline whose `min_confidence` is below 0.9.

    >>> Spelling()("công tác tuyền truyền đến người dân")
    'công tác tuyên truyền đến người dân'
    >>> Spelling(keep=("tuyền",))("công tác tuyền truyền đến người dân")
    'công tác tuyền truyền đến người dân'
    """

    keep: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    thorough: bool = False

    name: ClassVar[str] = "spelling"
    additive: ClassVar[bool] = True
    safety: ClassVar[Safety] = Safety.LIKELY
    least: ClassVar[float] = 0.5
    rules: ClassVar[dict[str, str]] = {
        "spelling.hoi_nga": "hỏi for ngã or ngã for hỏi",
        "spelling.tone_lost": "a tone mark is missing",
        "spelling.tone_added": "a tone mark too many",
        "spelling.tone_wrong": "another tone mark than the right one",
        "spelling.mark_lost": "a breve, circumflex, horn or stroke is missing",
        "spelling.mark_added": "a breve, circumflex, horn or stroke too many",
        "spelling.mark_wrong": "another breve, circumflex or horn than the right one",
        "spelling.sound": "spelt as a region speaks it (s/x, ch/tr, d/gi/r, final c/t, n/ng)",
        "spelling.bare": "a syllable without its marks",
        "spelling.raw_keys": "left-over keys of Telex or VNI typing",
        "spelling.swapped": "two letters in the wrong order",
        "spelling.letter_doubled": "a letter twice",
        "spelling.letter_lost": "a letter is missing",
        "spelling.letter_added": "a letter too many",
        "spelling.key": "a neighbouring key was hit",
        "spelling.marks": "several marks of a syllable are wrong",
        "spelling.space_lost": "two words without the space between them",
        "spelling.doubled": "a word written twice",
        "spelling.echoed": "a word written over its neighbour",
    }

    def __post_init__(self) -> None:
        protected(self.keep, self.patterns)

    def asked(self, min_confidence: float | None) -> Transform:
        """Return the thorough form where more is asked for than what is applied by default.

        Zero stands for every proposal that there is anyway: it is what damaged text is repaired
        with at any price, and guesses about words that are rare would not make that better.
        """
        if self.thorough or not min_confidence or min_confidence >= probability(APPLY):
            return self
        return replace(self, thorough=True)

    def concerns(self, scan: Scan) -> bool:
        """Ask the sieve; texts in ASCII are left alone, no word is judged without marks nearby."""
        if scan.is_ascii:
            return False
        found = scan.once(sifted)
        return self.thorough or bool(found.words or found.pairs)

    def foresee(self, scan: Scan, suggested: bool = True) -> Iterable[Edit] | None:
        """Return what the sieve finds and the judge thinks of it; a line is all that they see."""
        if self.thorough or protected(self.keep, self.patterns).patterns:
            return None  # a pattern may match across lines
        return self._sifted(scan.text, scan.once(sifted), suggested, alone=True)

    def proposals(self, text: str) -> Iterable[Edit]:
        """Yield corrections (likely) and suggestions."""
        return self.search(Scan(text))

    def search(self, scan: Scan, suggested: bool = True) -> Iterable[Edit]:
        """Return corrections (likely) and suggestions."""
        text = scan.text
        if not self.concerns(scan):
            return []
        first = self._sifted(text, scan.once(sifted), suggested)
        if not self.thorough and not any(edit.applies(None) for edit in first):
            return first
        return settle(
            text,
            lambda now: self._closer(
                now, first if now is text else self._sifted(now, None, suggested)
            ),
        )

    def _closer(self, text: str, found: list[Edit]) -> list[Edit]:
        """Return what the sieve found, and more where it found what is surely wrong."""
        if self.thorough:
            return self._weighed(text, [(0, len(text))], found)
        # Misspellings come in company: a paragraph that has one is read closely.
        lines: list[tuple[int, int]] = []
        for edit in found:
            if edit.applies(None) and not (lines and edit.start < lines[-1][1]):
                low = max(text.rfind("\n", 0, edit.start) + 1, edit.start - PARAGRAPH)
                high = text.find("\n", edit.end)
                high = min(len(text) if high < 0 else high, edit.end + PARAGRAPH)
                lines.append((max(low, lines[-1][1] if lines else 0), high))
        return self._weighed(text, lines, found) if lines else found

    def _sifted(
        self, text: str, found: Found | None = None, suggested: bool = True, alone: bool = False
    ) -> list[Edit]:
        """Return what the sieve finds and the judge thinks of it.

        Some suggestions are left out unless they are wanted. `alone` takes every word as if the
        text had it only once.
        """
        words, pairs, _ = found or sifted(text)
        words = [span for span in words if self._is_strange(text[span[0] : span[1]])]
        suspects = [found for found in (_suspect(text, *pair) for pair in pairs) if found]
        if not suggested:  # words that are doubled are at most suggested, but for a few
            suspects = [s for s in suspects if s.right or s.words[0] in NEVER_DOUBLED]
        spans = sorted([*words, *((found.start, found.end) for found in suspects)])
        if not spans:
            return []
        seen = Counter([] if alone else (text[start:end].lower() for start, end in spans))
        tokens = around(text, spans)
        index = {token.start: number for number, token in enumerate(tokens)}
        doubt: dict[int, tuple[str, int]] = {}
        doubles: list[int] = []
        for pair in suspects:
            place = index.get(pair.start)
            if place is None or index.get(pair.middle + 1) != place + 1:
                continue
            if not pair.right:
                doubles.append(place)
                continue
            for at, word, fixed in zip((place, place + 1), pair.words, pair.right, strict=True):
                if pair.evidence == UNSEEN:
                    doubt.setdefault(at, ("", UNSEEN))
                elif at not in doubt or word != fixed:
                    doubt[at] = (fixed, pair.evidence) if word != fixed else ("", 0)
        for start, _ in words:
            if start in index:
                doubt.setdefault(index[start], ("", 0))
        edits = list(self._edits(text, tokens, doubt, seen, 0.0))
        edits += self._undoubled(text, tokens, doubles)
        return _best_of(edits)

    def _weighed(self, text: str, parts: list[tuple[int, int]], found: list[Edit]) -> list[Edit]:
        """Return what is found, and all else in some parts that the model finds unlikely."""
        tokens: list[Token] = []
        for start, end in parts:
            tokens += [*tokenise(text, start, end), *BREAK]
        codes = [token.code for token in tokens]
        low = surprise(np.array(codes))
        after = np.r_[low[1:], 0.0]
        places = np.flatnonzero((low < -8) | ((low < -5.5) & (after < -6))).tolist()
        states = None
        if self.thorough:
            states = context_network.load().states(np.array(codes))
            every = [place for place in range(len(tokens)) if self._doubtful(tokens, place)]
            words = [canonical(tokens[place].text) for place in every]
            hits = misfits(states[every], words, MISFIT)
            places = sorted({*places, *(every[hit] for hit in hits)})
        doubt = {place: ("", 0) for place in places if self._doubtful(tokens, place)}
        sure = sum(edit.applies(None) for edit in found)
        noise = math.log(max(1.0, (sure + 0.6) / (len(tokens) + 1000) / ERRORS))
        seen = Counter(token.text.lower() for token in tokens)
        return _best_of([*found, *self._edits(text, tokens, doubt, seen, noise, codes, states)])

    def _doubtful(self, tokens: list[Token], place: int) -> bool:
        """Say whether an unlikely word may be a misspelling: a syllable, or hardly foreign."""
        token = tokens[place]
        first = place == 0 or tokens[place - 1].code == EDGE
        if not (token.text.islower() or (first and token.code & 3 == ngram.TITLE)):
            return False
        word = canonical(token.text)
        if word in syllables_in_use() or parse(word) is not None:
            return True
        if has_marks(token.text):
            return self._is_strange(token.text)
        return token.code >> 2 == ngram.FOREIGN and len(token.text) > 3

    def _is_strange(self, word: str) -> bool:
        """Say whether a word is spelt with our letters and yet not one that is known."""
        if not _OURS.issuperset(word):
            return False
        lowered = canonical(word)
        return lowered not in foreign_words() and (
            lowered not in syllables_in_use() or lowered in doubtful_words()
        )

    def _edits(
        self,
        text: str,
        tokens: list[Token],
        doubt: dict[int, tuple[str, int]],
        seen: Counter[str],
        noise: float,
        codes: Sequence[int] | None = None,
        states: np.ndarray | None = None,
    ) -> Iterator[Edit]:
        """Yield an edit for each word in doubt that another word fits better."""
        places = [place for place in sorted(doubt) if self._open(text, tokens, place)]
        if not places:
            return
        if codes is None:
            codes = [token.code for token in tokens]
        words = [canonical(tokens[place].text) for place in places]
        floors = [HOPELESS - noise - PAIR_ODDS[doubt[place][1]] for place in places]
        verdicts = self._judged(tokens, codes, places, words, floors, states)
        more = SEARCHED if self.thorough else 0.0
        for place, verdict, word in zip(places, verdicts, words, strict=True):
            token = tokens[place]
            fixed, evidence = doubt[place]
            options: list[tuple[float, str, str]] = []
            for other, kind, odds in verdict:
                odds += noise + more
                if other == fixed:
                    odds += PAIR_ODDS[evidence]
                if odds < MENTION:
                    continue
                if evidence != CURATED and is_variant(word, other):
                    odds = min(odds, APPLY - 1) - 4
                options.append((odds, match_shape(token.text, other), kind))
            options += self._split(tokens, place)
            options.sort(reverse=True)
            if not options or options[0][0] < MENTION:
                continue
            # What else it may be takes its share of the odds.
            weights = [math.exp(min(odds, 40.0)) for odds, _, _ in options]
            total = 1 + sum(weights)
            odds, replacement, kind = options[0]
            share = weights[0] / total
            odds = math.log(share / max(1 - share, 1e-9))
            if odds < MENTION:
                continue
            often = seen[token.text.lower()]
            sure = odds - more >= APPLY and (often < 3 + len(text) // 50_000 or evidence >= 3)
            if self._names(tokens, place):
                sure = False
                odds -= 2
            yield Edit(
                token.start,
                token.end,
                replacement,
                f"spelling.{kind}",
                round(probability(odds), 3),
                Safety.LIKELY if sure else Safety.SUGGEST,
                tuple(
                    (other, round(weight / total, 3))
                    for (_, other, _), weight in zip(options[1:4], weights[1:4], strict=False)
                    if weight / total > 0.02
                ),
            )

    def _judged(
        self,
        tokens: list[Token],
        codes: Sequence[int],
        places: list[int],
        words: list[str],
        floors: list[float],
        states: np.ndarray | None,
    ) -> list[Odds]:
        """Return what the judge says of words in doubt, the context model heard where it may tell.

        It is slow, so by default it is asked only about what the n-grams leave open.
        """
        if states is not None:
            return judge_closely(np.array(codes), places, words, states[places])
        if self.thorough:
            verdicts: list[Odds] = [() for _ in places]
            unsure = list(range(len(places)))
        else:
            verdicts = judge(codes, places, words, floors)
            unsure = [
                number
                for number, odds in enumerate(verdicts)
                if odds and UNSURE[0] < odds[0][2] < UNSURE[1]
            ]
        if unsure:
            # What stands on the other side of a break is not seen.
            breaks = np.array([-1, *(n for n, t in enumerate(tokens) if t.start < 0), len(tokens)])
            after = np.searchsorted(breaks, [places[number] for number in unsure])
            lows, highs = breaks[after - 1] + 1, breaks[after]
            keys = [
                (words[number], places[number] - low, tuple(codes[low:high]))
                for number, low, high in zip(unsure, lows.tolist(), highs.tolist(), strict=True)
            ]
            said = {key: _CLOSE[key] for key in keys if key in _CLOSE}
            new = [n for n, key in enumerate(keys) if key not in said]
            if new:
                row = np.array(codes)
                some = [places[unsure[n]] for n in new]
                edges = lows[new], highs[new]
                states = context_network.load().states_at(row, np.array(some), edges)
                again = judge_closely(row, some, [words[unsure[n]] for n in new], states)
                said.update(zip((keys[n] for n in new), again, strict=True))
                if len(_CLOSE) + len(said) > _MOST:
                    _CLOSE.clear()
                _CLOSE.update(said)
            for number, key in zip(unsure, keys, strict=True):
                verdicts[number] = said[key]
        return verdicts

    def _open(self, text: str, tokens: list[Token], place: int) -> bool:
        """Say whether a word may be touched at all."""
        token = tokens[place]
        shape = token.code & 3
        if token.start < 0 or not token.text.isalpha() or len(token.text) < 2:
            return False
        if shape == ngram.MIXED or (
            shape == ngram.TITLE and place and tokens[place - 1].code != EDGE
        ):
            return False
        left, right = text[token.start - 1 : token.start], text[token.end : token.end + 1]
        if (left and left in _BESIDE_LEFT) or (right and right in _BESIDE_RIGHT):
            return False
        if right in (".", ":", "(") and text[token.end + 1 : token.end + 2].isalnum():
            return False
        if in_address(text, token.start, token.end):
            return False
        if protected(self.keep, self.patterns).holds(text, token.start, token.end):
            return False
        near = tokens[max(0, place - 4) : place] + tokens[place + 1 : place + 5]
        # A word in another language has marked neighbours too, but they are no words of ours.
        ours = [
            has_marks(other.text) and canonical(other.text) in syllables_in_use() for other in near
        ]
        return sum(ours) >= 2

    def _names(self, tokens: list[Token], place: int) -> bool:
        """Say whether a word stands among names: its neighbour has a capital inside a sentence."""
        after = tokens[place + 1 : place + 2]
        before = tokens[max(place - 2, 0) : place]
        title = [t for t in after if t.code & 3 == ngram.TITLE and t.code >> 2 != ngram.BOUNDARY]
        if len(before) == 2 and before[1].code & 3 == ngram.TITLE and before[0].code != EDGE:
            title.append(before[1])
        return len(title) == 2

    def _split(self, tokens: list[Token], place: int) -> list[tuple[float, str, str]]:
        """Return the ways to read a strange word as two that lack the space between them."""
        token = tokens[place]
        word = token.text
        if not self._is_strange(word) or parse(word) is not None or len(word) < 4 or len(word) > 14:
            return []
        model = ngram.load()
        pairs = [
            (word[:at], word[at:])
            for at in range(1, len(word))
            if _is_word(word[:at]) and _is_word(word[at:])
        ]
        if not pairs:
            return []
        before = [t.code for t in tokens[max(place - 3, 0) : place]]
        after = [t.code for t in tokens[place + 1 : place + 4]]
        middles = [[token.code], *([model.code(one), model.code(two)] for one, two in pairs)]
        stays, *values = likelihoods([Slot(before, middles, after)])[0]
        return [
            (value + SPACE_LOST - stays + 11.0, f"{one} {two}", "space_lost")
            for (one, two), value in zip(pairs, values, strict=True)
        ]

    def _undoubled(self, text: str, tokens: list[Token], places: list[int]) -> Iterator[Edit]:
        """Yield edits for words that are written twice in a row."""
        model = ngram.load()
        open_ones: list[int] = []
        slots: list[Slot] = []
        for place in places:
            one, two = tokens[place : place + 2]
            if two.code & 3 != ngram.LOWER or not self._open(text, tokens, place + 1):
                continue
            around_it = tokens[max(place - 1, 0) : place] + tokens[place + 2 : place + 3]
            if canonical(one.text) in {canonical(token.text) for token in around_it}:
                continue  # three in a row are meant
            before = [t.code for t in tokens[max(place - 3, 0) : place]]
            after = [t.code for t in tokens[place + 2 : place + 5]]
            grammar = canonical(one.text) in NEVER_DOUBLED
            instead = () if grammar else echoes(one.code, after[0] if after else EDGE)
            middles = [[one.code, two.code], [one.code], *([one.code, code] for code in instead)]
            open_ones.append(place)
            slots.append(Slot(before, middles, after))
        for place, slot, (stays, once, *values) in zip(
            open_ones, slots, likelihoods(slots), strict=True
        ):
            one, two = tokens[place : place + 2]
            grammar = canonical(one.text) in NEVER_DOUBLED
            options = [(once - stays + DOUBLED + 6, one.text, "doubled")]
            options += [
                (
                    value - stays + ECHOED + 6,
                    f"{one.text} {model.vocabulary[middle[1] >> 2]}",
                    "echoed",
                )
                for middle, value in zip(slot.middles[2:], values, strict=True)
            ]
            options.sort(reverse=True)
            odds, replacement, kind = options[0]
            if odds < MENTION:
                continue
            sure = grammar and kind == "doubled" and odds > 0
            # Other words are doubled for emphasis or sound, or meet where two compounds do.
            odds = odds + 4 if sure else min(odds - 2, 0.8)
            yield Edit(
                one.start,
                two.end,
                replacement,
                f"spelling.{kind}",
                round(probability(odds), 3),
                Safety.LIKELY if sure else Safety.SUGGEST,
                tuple(
                    (other, round(probability(min(o - 2, 0.7)), 3))
                    for o, other, _ in options[1:4]
                    if o > MENTION
                ),
            )


_CLOSE: dict[tuple[str, int, tuple[int, ...]], Odds] = {}
_MOST = 1 << 12
"""What the context model said is remembered: texts repeat themselves, and are looked at twice."""


class _Suspect(NamedTuple):
    """A suspect pair: where it stands, its words, the right ones (none: one is doubled)."""

    start: int
    middle: int
    end: int
    words: tuple[str, str]
    right: tuple[str, ...]
    evidence: int


def _suspect(text: str, start: int, middle: int, end: int) -> _Suspect | None:
    """Return what is known of a pair that the sieve found; None where it is none after all."""
    if text[middle] != " ":
        return None
    if text[start].isupper() and not text[start + 1].isupper():
        before = text[max(start - 4, 0) : start].rstrip(" \"“‘'(-–*•")
        if before and before[-1] not in ".?!:;…\n":
            return None  # a name, which can be anything
    words = canonical(text[start:middle]), canonical(text[middle + 1 : end])
    if words[0] == words[1]:
        return _Suspect(start, middle, end, words, (), 0)
    right, evidence = suspect_pairs().get(" ".join(words), ("", 0))
    if right:
        return _Suspect(start, middle, end, words, tuple(right.split(" ")), evidence)
    if is_unseen(*words):
        return _Suspect(start, middle, end, words, words, UNSEEN)
    return None  # another pair has the same hash


def _is_word(word: str) -> bool:
    """Say whether a part of a glued word can stand alone."""
    lowered = canonical(word)
    return (
        (word.islower() or (word[:1].isupper() and word[1:].islower()))
        and syllables_in_use().get(lowered, 0) >= 15
        and lowered not in doubtful_words()
    )


def _best_of(edits: list[Edit]) -> list[Edit]:
    """Return the edits in order; of those that overlap, the most certain."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.safety is Safety.SUGGEST, -e.confidence, e.start)):
        at = bisect_left(kept, edit.start, key=lambda e: e.start)
        if at and kept[at - 1].end > edit.start:
            continue
        if at < len(kept) and kept[at].start < edit.end:
            continue
        kept.insert(at, edit)
    return kept


assert all(f"spelling.{kind}" in Spelling.rules for kind in KINDS)

"""Slow, obvious twins of the kernel of suspects: tokens as the pattern of the model finds them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from vnclean.language import ngram
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.syllable import parse
from vnclean.spelling import context_network
from vnclean.spelling.lexicon import has_marks, is_unknown
from vnclean.spelling.scorer import confusion_set

EDGE = ngram.BOUNDARY * 4


class SlowToken(NamedTuple):
    """A word or sign of a text; an edge between parts begins at -1."""

    start: int
    end: int
    text: str
    code: int


BREAK = [SlowToken(-1, -1, "", EDGE)] * 3


def tokens_of(text: str, parts: Iterable[tuple[int, int]]) -> list[SlowToken]:
    """Return the tokens of some parts, three edges behind each."""
    found: list[SlowToken] = []
    for start, end in parts:
        for match in ngram.TOKEN.finditer(text, start, end):
            code = ngram.load().code(match[0])
            if code != ngram.SKIP:
                found.append(SlowToken(*match.span(), match[0], code))
        found += BREAK
    return found


def stretches(text: str, spans: Iterable[tuple[int, int]], reach: int) -> list[tuple[int, int]]:
    """Return the parts around sorted spans: within the line, in whole words, joined that touch."""
    found: list[tuple[int, int]] = []
    for start, stop in spans:
        low, high = max(start - reach, 0), min(stop + reach, len(text))
        line = text.rfind("\n", low, start)
        if line >= 0:
            low = line + 1
        elif low:
            while low < start and text[low - 1].isalnum() and text[low].isalnum():
                low += 1
        line = text.find("\n", stop, high)
        if line >= 0:
            high = line
        elif high < len(text):
            while high > stop and text[high - 1].isalnum() and text[high].isalnum():
                high -= 1
        if found and low <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], high)
        else:
            found.append((low, high))
    return found


def is_word(token: str) -> bool:
    return token[0].isalnum() and not token[0].isdecimal()


def is_ours(word: str) -> bool:
    return has_marks(word) and ngram.canonical(word) in syllables_in_use()


def may_change(text: str, tokens: Sequence[SlowToken], place: int) -> bool:
    """Say whether a word may be touched: one of ours, among ours, and no name."""
    token = tokens[place]
    start, end, word, shape = token.start, token.end, token.text, token.code & 3
    if start < 0 or len(word) < 2 or not word.isalpha():
        return False
    if shape == ngram.MIXED or (shape == ngram.TITLE and place and tokens[place - 1].code != EDGE):
        return False
    left, right = text[start - 1 : start] if start else "", text[end : end + 1]
    if left and left in "-_/@\\'’.&+=#–0123456789":
        return False
    if right and right in "-_/@\\'’&+=#–0123456789":
        return False
    if right in (".", ":", "(") and text[end + 1 : end + 2].isalnum():
        return False
    ours = 0
    for side in (tokens[max(place - 4, 0) : place][::-1], tokens[place + 1 : place + 5]):
        for near in side:
            if near.start < 0:
                break
            ours += is_ours(near.text)
    return ours >= 2


def is_among_names(tokens: Sequence[SlowToken], place: int) -> bool:
    """Say whether the words on both sides have a capital inside a sentence."""
    if place < 2 or place + 1 >= len(tokens):
        return False
    before, just_before, after = tokens[place - 2], tokens[place - 1], tokens[place + 1]
    return (
        after.code & 3 == just_before.code & 3 == ngram.TITLE
        and after.code >> 2 != ngram.BOUNDARY
        and before.code != EDGE
    )


def may_be_misspelt(tokens: Sequence[SlowToken], place: int) -> bool:
    """Say whether a word may be a misspelling: a syllable, or hardly foreign; and no name."""
    token = tokens[place]
    first = place == 0 or tokens[place - 1].code == EDGE
    if not (token.text.islower() or (first and token.code & 3 == ngram.TITLE)):
        return False
    word = ngram.canonical(token.text)
    if word in syllables_in_use() or parse(word) is not None:
        return True
    if has_marks(token.text):
        return is_unknown(token.text)
    return token.code >> 2 == ngram.FOREIGN and len(token.text) > 3


def unlikely(tokens: Sequence[SlowToken], alone: float, first: float, second: float) -> list[int]:
    """Return the places whose words the n-grams find unlikely, by themselves or with the next."""
    low = ngram.load().score_sequence(np.array([token.code for token in tokens], np.int64))
    after = [*low[1:], 0.0]
    return [
        place
        for place in range(len(tokens))
        if (low[place] < alone or (low[place] < first and after[place] < second))
        and may_be_misspelt(tokens, place)
    ]


def ranked(
    tokens: Sequence[SlowToken],
    place: int,
    floor: float,
    limits: tuple[float, float],
    weights: tuple[float, float, float],
    all_by_both: bool,
    state: np.ndarray | None = None,
) -> list[tuple[float, int]]:
    """Return the five likeliest candidates of a word, with their log-odds against it."""
    codes = [EDGE] * 3 + [token.code for token in tokens] + [EDGE] * 3
    window = codes[place : place + 7]
    core = confusion_set(ngram.canonical(tokens[place].text)).core
    best = core.rank(window, floor)
    if not (all_by_both or (best and limits[0] < best[0][0] < limits[1])):
        return best
    model = context_network.load()
    low = max((at for at in range(place) if tokens[at].start < 0), default=-1) + 1
    high = next((at for at in range(place, len(tokens)) if tokens[at].start < 0), len(tokens))
    if state is None:
        state = model.states(np.array(codes[3 + low : 3 + high], np.int64))[[place - low]]
    ids = np.array(core.codes) >> 2
    fits = model.fits(state, np.zeros_like(ids), ids).tolist()
    near, far, base = weights
    values = [
        near * each + far * fit + rate
        for each, fit, rate in zip(core.near(window), fits, core.rates, strict=True)
    ]
    odds = sorted((values[0] - value - base, k) for k, value in enumerate(values) if k)
    return [(-each, k) for each, k in odds[:5] if not math.isinf(each)]

"""From suspects to edits: what each may have been meant for, and whether that is certain enough."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress

from vnclean.caches import cached
from vnclean.core.suspects import Reading
from vnclean.language import ngram
from vnclean.language.casing import match_shape
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.not_prose import is_address
from vnclean.language.syllable import parse
from vnclean.spelling.lexicon import (
    CURATED,
    NEVER_DOUBLED,
    SEEN,
    SURE,
    UNSEEN,
    doubtful_words,
    is_unknown,
    is_variant,
    odds_of_meaning,
)
from vnclean.spelling.protected_words import Protected
from vnclean.spelling.scorer import (
    HOPELESS,
    STRANGE,
    Hypothesis,
    likely_between,
    log_likelihoods,
    meant,
    probability,
    score,
)
from vnclean.spelling.suspects import Suspect, Suspects
from vnclean.spelling.tokens import EDGE, Token, canonical
from vnclean.transform import Edit, Safety

__all__ = ["APPLY", "corrections", "decide", "hypotheses", "more_certain", "most_certain"]

PAIR_ODDS = {0: 0.0, UNSEEN: 0.0, SEEN: 3.0, SURE: 5.5, CURATED: 8.5}
"""Log-odds that a suspect pair adds to its right word, by its evidence: the model was trained on
text with misspellings, so it takes the frequent ones for words."""

APPLY, MENTION = 2.2, -2.5
"""Log-odds from which an edit is applied, and from which it is suggested."""

SEARCHED = 2.6
"""Log-odds added where every word is looked at: who asks for that has a text with more errors than
edited text has. What is applied by default is chosen without."""

SPACE_LOST = -9.0
DOUBLED = -8.0
ECHOED = -13.0
"""Log-rates per word: two words glued, a word written twice, a word written over its neighbour."""

AGAINST_DOUBLES = 6.0
"""Log-odds against words that are meant to stand twice in a row."""

_QUOTES = frozenset("\"'“”‘’«»")


def corrections(
    text: str, suspects: Suspects, kept: Protected, thorough: bool = False, certain: bool = False
) -> list[Edit]:
    """Return the edits and suggestions for the suspects of a text; they may overlap.

    With `certain` no suggestions, and what can't become more than one is not looked at.
    """
    tokens = suspects.tokens
    searched = SEARCHED if thorough else 0.0
    may_change = tokens.changeable([each.place for each in suspects.words], not certain)
    words = list(compress(suspects.words, may_change))
    if certain:
        words = [
            each
            for each in words
            if each.evidence >= SURE or tokens.small(each.place) not in suspects.terms
        ]
    least = APPLY + searched if certain else MENTION
    edits = []
    for suspect, options in hypotheses(suspects, words, thorough, least):
        if options and options[0].log_odds >= least:
            edit = decide(suspects, suspect, options, searched)
            if edit is not None and not _is_kept(text, edit.start, edit.end, kept):
                edits.append(edit)
    edits += _undoubled(text, tokens, suspects.doubled, kept, certain)
    return [edit for edit in edits if edit.safety is not Safety.SUGGEST] if certain else edits


def hypotheses(
    suspects: Suspects, words: Sequence[Suspect], thorough: bool = False, least: float = MENTION
) -> Iterator[tuple[Suspect, list[Hypothesis]]]:
    """Yield of some of the suspects what may have been meant, the likeliest first.

    The log-odds are those of each alone against the word as it stands. Suspects of which none can
    be `least` are left out.
    """
    if not words:
        return
    tokens, noise = suspects.tokens, suspects.noise
    prior = noise + (SEARCHED if thorough else 0.0)
    odds = [PAIR_ODDS[suspect.evidence] for suspect in words]
    scored = score(
        tokens,
        [suspect.place for suspect in words],
        [HOPELESS - noise - each for each in odds],
        odds,
        prior,
        least,
        suspects.states,
        thorough,
    )
    for suspect, more, others in zip(words, odds, scored, strict=True):
        if others is None:
            continue
        token = tokens.token(suspect.place)
        most = others[0][0] + prior + more if others else least - 1
        if most < least and not _two_words(token.text):
            continue
        form = canonical(token.text)
        options = _missing_space(tokens, suspect.place)
        for log_odds, number in others:
            other, kind = meant(tokens, suspect.place, number)
            log_odds += prior
            if other == suspect.right:
                log_odds += PAIR_ODDS[suspect.evidence]
            if log_odds < MENTION:
                continue
            if suspect.evidence != CURATED and is_variant(form, other):
                log_odds = min(log_odds, APPLY - 1) - 4
            options.append(Hypothesis(log_odds, match_shape(token.text, other), kind))
        yield suspect, sorted(options, reverse=True)


def decide(
    suspects: Suspects,
    suspect: Suspect,
    options: Sequence[Hypothesis],
    searched: float = 0.0,
) -> Edit | None:
    """Return an edit to the likeliest hypothesis, a suggestion where it is not certain enough.

    `searched` are the log-odds that were added because every word was looked at.
    """
    if not options or options[0].log_odds < MENTION:
        return None
    token = suspects.tokens.token(suspect.place)
    # What else it may be takes its share of the odds.
    weights = [math.exp(min(option.log_odds, 40.0)) for option in options]
    total = 1 + sum(weights)
    share = weights[0] / total
    log_odds = math.log(share / max(1 - share, 1e-9))
    # Hỏi and ngã are taken for each other by whole regions: the right one is no other word.
    if options[0].kind != "hoi_nga":
        log_odds -= odds_of_meaning(canonical(token.text), suspect.evidence)
    if log_odds < MENTION:
        return None
    sure = log_odds - searched >= APPLY and (
        suspect.evidence >= SURE or token.text.lower() not in suspects.terms
    )
    if suspects.tokens.is_among_names(suspect.place):
        sure = False
        log_odds -= 2
    return Edit(
        token.start,
        token.end,
        options[0].text,
        f"spelling.{options[0].kind}",
        round(probability(log_odds), 3),
        Safety.LIKELY if sure else Safety.SUGGEST,
        tuple(
            (other.text, round(weight / total, 3))
            for other, weight in zip(options[1:4], weights[1:4], strict=False)
            if weight / total > 0.02
        ),
    )


def more_certain(edit: Edit, noise: float) -> Edit:
    """Return an edit with log-odds added to its confidence."""
    left = max(1 - edit.confidence, 0.0005)
    confidence = probability(math.log(edit.confidence / left) + noise)
    return edit._replace(confidence=max(edit.confidence, round(confidence, 3)))


def most_certain(edits: Iterable[Edit]) -> list[Edit]:
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


def _is_kept(text: str, start: int, end: int, kept: Protected) -> bool:
    """Say whether a word is part of an address, or what the user wants left alone."""
    return is_address(text, start, end) or kept.holds(text, start, end)


def _is_word(word: str) -> bool:
    """Say whether a part of a glued word can stand alone."""
    lowered = canonical(word)
    return (
        (word.islower() or (word[:1].isupper() and word[1:].islower()))
        and syllables_in_use().get(lowered, 0) >= 15
        and lowered not in doubtful_words()
    )


@cached(1 << 14)
def _two_words(word: str) -> list[tuple[str, str]]:
    """Return the ways to cut a strange word into two that can stand alone."""
    if not 4 <= len(word) <= 14 or not is_unknown(word) or parse(word) is not None:
        return []
    return [
        (word[:at], word[at:])
        for at in range(1, len(word))
        if _is_word(word[:at]) and _is_word(word[at:])
    ]


def _missing_space(tokens: Reading, place: int) -> list[Hypothesis]:
    """Return the ways to read a strange word as two that lack the space between them."""
    token = tokens.token(place)
    pairs = _two_words(token.text)
    if not pairs:
        return []
    model = ngram.load()
    before, after = _codes_around(tokens, place, place + 1)
    middles = [[token.code], *([model.code(one), model.code(two)] for one, two in pairs)]
    stays, *values = log_likelihoods(before, middles, after)
    return [
        Hypothesis(value + SPACE_LOST - stays - STRANGE, f"{one} {two}", "space_lost")
        for (one, two), value in zip(pairs, values, strict=True)
    ]


def _codes_around(tokens: Reading, first: int, end: int) -> tuple[list[int], list[int]]:
    """Return the codes of the three tokens before some, and of the three behind them."""
    return tokens.codes[max(first - 3, 0) : first].tolist(), tokens.codes[end : end + 3].tolist()


def _undoubled(
    text: str, tokens: Reading, places: Iterable[int], kept: Protected, certain: bool
) -> Iterator[Edit]:
    """Yield edits for words that are written twice in a row."""
    doubled = frozenset(places)
    for place in sorted(doubled):
        one, two = tokens.token(place), tokens.token(place + 1)
        form = canonical(one.text)
        if certain and form not in NEVER_DOUBLED:
            continue
        if (
            two.code & 3 != ngram.LOWER
            or not tokens.changeable([place + 1])[0]
            or _is_kept(text, two.start, two.end, kept)
        ):
            continue
        beside = [at for at in (place - 1, place + 2) if 0 <= at < len(tokens)]
        if form in {canonical(tokens.token(at).text) for at in beside}:
            continue  # three in a row are meant
        if not doubled.isdisjoint((place - 2, place + 2)) or _is_quoted(text, one.start, two.end):
            continue  # so are two pairs, as they imitate sounds, and what is spoken of
        before, after = _codes_around(tokens, place, place + 2)
        middles = [[one.code, two.code], [one.code]]
        if form not in NEVER_DOUBLED:
            instead = likely_between(one.code, after[0] if after else EDGE)
            middles += [[one.code, code] for code in instead]
        edit = _decide_doubled(one, two, middles, log_likelihoods(before, middles, after))
        if edit is not None:
            yield edit


def _is_quoted(text: str, start: int, end: int) -> bool:
    """Say whether quotes stand around a span and nothing else."""
    return text[start - 1 : start] in _QUOTES and text[end : end + 1] in _QUOTES


def _decide_doubled(
    one: Token, two: Token, middles: Sequence[Sequence[int]], values: Sequence[float]
) -> Edit | None:
    """Return an edit of a doubled word: said once, or another word instead of the second one."""
    vocabulary = ngram.load().vocabulary
    stays, once, *others = values
    options = [Hypothesis(once - stays + DOUBLED + AGAINST_DOUBLES, one.text, "doubled")]
    options += [
        Hypothesis(
            value - stays + ECHOED + AGAINST_DOUBLES,
            f"{one.text} {vocabulary[middle[1] >> 2]}",
            "echoed",
        )
        for middle, value in zip(middles[2:], others, strict=True)
    ]
    options.sort(reverse=True)
    log_odds, replacement, kind = options[0]
    if log_odds < MENTION:
        return None
    sure = canonical(one.text) in NEVER_DOUBLED and kind == "doubled" and log_odds > 0
    # Other words are doubled for emphasis or sound, or meet where two compounds do.
    log_odds = log_odds + 4 if sure else min(log_odds - 2, 0.8)
    return Edit(
        one.start,
        two.end,
        replacement,
        f"spelling.{kind}",
        round(probability(log_odds), 3),
        Safety.LIKELY if sure else Safety.SUGGEST,
        tuple(
            (option.text, round(probability(min(option.log_odds - 2, 0.7)), 3))
            for option in options[1:4]
            if option.log_odds > MENTION
        ),
    )

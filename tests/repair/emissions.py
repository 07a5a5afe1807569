"""What a channel model says of single tokens, in words for tests; the package asks its table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from vnclean.core.emissions import EmissionTable
from vnclean.repair.lossy.channel_model import ChannelModel
from vnclean.repair.word_decoder import Candidate


class Emission(NamedTuple):
    """What clean text and each channel say of a token, without context, as log-probabilities.

    `clean` is for clean text, `by_channel` for each channel in the order of
    `ChannelModel.channels`. `candidates` holds for each channel that explains the token as damaged
    what it was. `damaged`: no clean text explains it. `itself`: the token as a candidate where it
    may be right.
    """

    token: str
    clean: float
    by_channel: tuple[float, ...]
    candidates: dict[int, tuple[Candidate, ...]]
    damaged: bool
    itself: Candidate | None
    is_word: bool


def emissions(model: ChannelModel, tokens: Iterable[str]) -> dict[str, Emission]:
    """Return what clean text and the channels say of each token."""
    distinct = dict.fromkeys(tokens)
    table = model.learn(distinct)
    numbers = [table.numbers[token] for token in distinct]
    logs = zip(*(each.tolist() for each in table.logs(numbers)), strict=True)
    facts = zip(*(each.tolist() for each in table.facts(numbers)), strict=True)
    found = {}
    for token, number, (clean, by_channel), (is_word, damaged, _) in zip(
        distinct, numbers, logs, facts, strict=True
    ):
        code, score = table.itself(number)
        itself = None if code < 0 else Candidate(token, code, score)
        found[token] = Emission(
            token, clean, tuple(by_channel), candidates(model, table, number), damaged, itself,
            is_word,
        )  # fmt: skip
    return found


def candidates(
    model: ChannelModel, table: EmissionTable, number: int
) -> dict[int, tuple[Candidate, ...]]:
    """Return what a token was before the damage, by channel."""
    found: dict[int, list[Candidate]] = {}
    token = table.tokens[number]
    for n, left, right, channels, code, score in table.candidates(number):
        candidate = Candidate(model.surface(token, n, left, right), code, score)
        for channel in range(len(model.channels)):
            if channels >> channel & 1:
                found.setdefault(channel, []).append(candidate)
    return {channel: tuple(found[channel]) for channel in sorted(found)}

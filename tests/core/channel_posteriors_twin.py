"""The states of lines the slow, obvious way: one line, one state after the other."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

from tests.core.emissions_twin import log_sum

Mixture = tuple[tuple[int, ...], tuple[float, ...], float]


def likelihood_of(
    words: Sequence[tuple[float, Sequence[float]]],
    channels: int,
    leak: float,
    in_places: Sequence[float],
) -> list[float]:
    """Return log-probabilities of a line's words, given under clean text and each channel."""

    def of_line(channel: int, share: float) -> float:
        return sum(
            log_sum([by_channel[channel] + log(share), clean + log(1 - share)])
            for clean, by_channel in words
        )

    throughout = [of_line(n, 1 - leak) for n in range(channels)]
    places = [log_sum([of_line(n, share) for share in in_places]) for n in range(channels)]
    clean = float(sum(clean for clean, _ in words))
    return [clean, *throughout, *(value - log(len(in_places)) for value in places)]


def posteriors_of(
    likelihood: Sequence[Sequence[float]],
    first: Sequence[float],
    document_lines: int,
    rounds: int,
    pseudo_lines: float,
    most: float,
) -> list[list[float]]:
    prior = list(first)
    posterior: list[list[float]] = []
    for _ in range(rounds):
        posterior = []
        for line in likelihood:
            joint = [value + log(share) for value, share in zip(line, prior, strict=True)]
            whole = log_sum(joint)
            posterior.append([exp(value - whole) for value in joint])
        if document_lines < 2:
            break
        masses = [sum(line[s] for line in posterior) for s in range(1, len(first))]
        mass = sum(masses)
        share = (mass + pseudo_lines * (1 - first[0])) / (document_lines + pseudo_lines)
        share = min(max(share, 1 - first[0]), most)
        held = pseudo_lines / (mass + pseudo_lines)
        known = [
            own / (mass + pseudo_lines) + begun / sum(first[1:]) * held
            for own, begun in zip(masses, first[1:], strict=True)
        ]
        prior = [1 - share, *(share * value for value in known)]
    return posterior


def mixture_of(
    posterior: Sequence[float], leak: float, in_places: float, least: float
) -> tuple[Mixture, int, float]:
    """Return what a line is decoded with, its likeliest channel, and whether it is throughout."""
    width = len(posterior) // 2
    by_channel = [posterior[1 + n] + posterior[1 + width + n] for n in range(width)]
    damage = max(sum(by_channel), 1e-300)
    whole = sum(posterior[1 : width + 1])
    shares = [value / damage for value in by_channel]
    held = [n for n in range(width) if shares[n] >= least]
    as_is = whole / damage * leak + (1 - whole / damage) * (1 - in_places)
    weights = tuple(round(2 * log(shares[n])) / 2 for n in held)
    mixture = tuple(held), weights, round(2 * log(as_is)) / 2
    return mixture, by_channel.index(max(by_channel)), whole / max(1 - posterior[0], 1e-300)

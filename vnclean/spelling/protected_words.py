"""What a user wants left alone: words, phrases, and whatever a pattern matches."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vnclean.caches import cached
from vnclean.errors import ConfigError
from vnclean.language.tone_placement import other_style
from vnclean.spelling.pattern_ambiguity import is_ambiguous

__all__ = ["Protected", "protected"]

REACH = 200
"""How many characters around a word a pattern may match at most."""


@dataclass(frozen=True)
class Protected:
    """Words in lower case, and patterns; phrases are patterns too."""

    words: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]

    def holds(self, text: str, start: int, end: int) -> bool:
        """Say whether a word of the text is to be left alone."""
        if text[start:end].lower() in self.words:
            return True
        low, high = max(0, start - REACH), end + REACH
        return any(
            match.start() < end and match.end() > start
            for pattern in self.patterns
            for match in pattern.finditer(text, low, high)
        )


@cached(64)
def protected(keep: tuple[str, ...], patterns: tuple[str, ...] = ()) -> Protected:
    """Return what words and patterns protect; raises ConfigError for what can't be used.

    A word is meant in every case and in both tone styles; an entry of several words protects them
    where they stand together.

    >>> protected(("Hoà", "bàn hành")).holds("Hòa bàn hành", 0, 3)
    True
    """
    for name, values in (("keep", keep), ("patterns", patterns)):
        if isinstance(values, str) or not all(isinstance(value, str) for value in values):
            raise ConfigError(f'{name} is a list of strings: {name} = ["...", "..."].')
    words: set[str] = set()
    phrases: list[str] = []
    for entry in keep:
        lowered = entry.lower()
        if len(parts := lowered.split()) > 1:
            phrases.append(r"\s+".join(map(re.escape, parts)))
            continue
        words.add(lowered)
        if (other := other_style(lowered)) is not None:
            words.add(other)
    compiled = []
    for pattern in patterns:
        try:
            compiled.append(re.compile(pattern))
            endless = is_ambiguous(pattern)
        except (RecursionError, OverflowError, re.error) as error:
            raise ConfigError(
                f"The pattern {pattern!r} is no regular expression: {error}."
            ) from None
        if endless:
            raise ConfigError(
                f"The pattern {pattern!r} could take for ever: it can match one text in many ways. "
                "Write it so that what is repeated begins or ends with a sign of its own: a+ for "
                "(a+)+, (\\w+ )+ for (\\w+ ?)+."
            )
    if phrases:
        compiled.append(re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE))
    return Protected(frozenset(words), tuple(compiled))

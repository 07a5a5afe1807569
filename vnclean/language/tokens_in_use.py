"""Which tokens of a text hold words with marks that are not in use: asked of whole documents."""

from __future__ import annotations

from collections.abc import Iterable, Set

from vnclean.caches import cached_table
from vnclean.language.casing import has_regular_case
from vnclean.language.lexicon import frequency
from vnclean.language.words import WORD

__all__ = ["split_at_blanks", "strange_tokens"]

_MOST_TOKENS = 1 << 15
"""Tokens that are remembered at most."""


def split_at_blanks(text: str) -> list[str]:
    r"""Return what stands between blanks of ASCII, which are bytes of no letter in any charset.

    >>> split_at_blanks("Vi\u1ec7t Nam\n2\u00a0kg")
    ['Việt', 'Nam', '2\xa0kg']
    """
    return text.replace("\n", " ").replace("\t", " ").replace("\r", " ").split(" ")


def strange_tokens(tokens: Set[str]) -> set[str]:
    """Return the tokens with a word beyond ASCII that is no syllable in use, or in odd case.

    >>> sorted(strange_tokens({"(Việt", "ViÖt", "vIệt", "Nam", "x–y"}))
    ['ViÖt', 'vIệt']
    """
    known = _known_tokens()
    if len(known) > _MOST_TOKENS:
        known.clear()
    new = [token for token in tokens if token not in known]
    odd = {word for word in set(WORD.findall(" ".join(new))) if not _is_in_use(word)}
    known.update(_are_strange(new, odd))
    return {token for token in tokens if known.get(token)}


def _are_strange(tokens: Iterable[str], odd: Set[str]) -> Iterable[tuple[str, bool]]:
    for token in tokens:
        yield token, bool(odd) and not odd.isdisjoint(WORD.findall(token))


def _is_in_use(word: str) -> bool:
    if word.isascii() or word == "đ":  # the unit of money
        return True
    return frequency(word) > 0 and has_regular_case(word)


@cached_table
def _known_tokens() -> dict[str, bool]:
    return {}

"""How chats respell syllables by rule, written forward: `vậy` -> `zậy`, `phải` -> `fải`.

Each rule is a small pure function from a lower-case syllable to the form it is given. The syllables
of the language are put through them once, and what comes out leads back. A form that is a syllable
in use, or a word of another language that the model knows, is left out: it says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from vnclean.caches import cached_table
from vnclean.language import ngram
from vnclean.language.alphabet import fold
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.tone_placement import other_style
from vnclean.spelling.lexicon import foreign_words

__all__ = ["RULES", "respelt"]

USUAL = 12
"""Binary logarithm of the frequency from which a syllable is one that is respelt."""


def _exchange(pattern: str, replacement: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def exchange(word: str) -> str:
        return compiled.sub(replacement, word, count=1)

    return exchange


def _dotted(word: str) -> str:
    """Write each `i` behind the first letter as `j`; a tone that stood on it is lost."""
    return word[:1] + "".join("j" if fold(letter) == "i" else letter for letter in word[1:])


_IE = "iê iề iế iể iễ iệ".split()
_UO = "uô uồ uố uổ uỗ uộ".split()
_I, _U = "i ì í ỉ ĩ ị".split(), "u ù ú ủ ũ ụ".split()


def _shortened(word: str) -> str:
    """Say `iê` and `uô` as one short vowel, as they are spoken fast."""
    for longer, shorter in zip(_IE + _UO, _I + _U, strict=True):
        if longer in word[1:]:
            return word[:1] + word[1:].replace(longer, shorter)
    return word


RULES: dict[str, Callable[[str], str]] = {
    "f": _exchange("^ph", "f"),
    "w": _exchange("^qu", "w"),
    "q": _exchange("^qu", "q"),
    "k": _exchange("^c(?!h)", "k"),
    "z": _exchange("^(?:gi|d|v)(?=.)", "z"),
    "dz": _exchange("^(?:gi|d|v)(?=.)", "dz"),
    "j": _dotted,
    "g": _exchange("(?<=.)ng$", "g"),
    "h": _exchange("(?<=..)nh$", "h"),
    "gh": _exchange("^(n?)gh", r"\1g"),
    "short": _shortened,
}


_MARKED = frozenset(("g", "h", "short"))
"""Rules whose forms are no variants without a marked letter: too many are English words."""


@cached_table
def respelt() -> dict[str, tuple[str, ...]]:
    """Return each respelt form with the syllables it may stand for, the most frequent first.

    >>> respelt()["zậy"], respelt()["fải"], respelt()["thág"]
    (('vậy', 'dậy'), ('phải',), ('tháng',))
    """
    words = sorted(syllables_in_use().items(), key=lambda item: (-item[1], item[0]))
    known = ngram.load().id_of
    found: dict[str, list[str]] = {}
    for word, frequency in words:
        if frequency < USUAL:
            break
        for name, rule in RULES.items():
            form = rule(word)
            if (
                form == word
                or form in syllables_in_use()
                or form in foreign_words()
                or len(form) < 2
            ):
                continue
            if form.isascii() and (form in known or name in _MARKED):
                continue  # zip, fan; ring, log
            if other_style(form) in syllables_in_use():
                continue
            sources = found.setdefault(form, [])
            if word not in sources and len(sources) < 3:
                sources.append(word)
    return {form: tuple(sources) for form, sources in found.items()}

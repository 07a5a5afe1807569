"""The language of chats: teencode, short forms and stretched letters, brought to standard spelling.

The variants are one line each in `data/spelling_teencode.tsv`; where one has several readings the
language model chooses among them, and may leave it as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from vnclean.language import ngram
from vnclean.language.alphabet import fold
from vnclean.language.syllable import in_use
from vnclean.normalize.evidence import in_address
from vnclean.repair import lattice
from vnclean.settle import settle
from vnclean.spelling.protect import protected
from vnclean.spelling.tables import rows
from vnclean.spelling.tokens import canonical
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["Teencode"]

_STRETCHED = re.compile(r"([^\W\d_])\1\1")
_DOUBLE_END = re.compile(r"([aeiouyhmn])\1$")
_BESIDE = frozenset("-_/@\\'’&+#0123456789")
_ROMAN = re.compile(r"[ivxlc]+\Z")


@cache
def variants() -> dict[str, tuple[float, tuple[str, ...]]]:
    """Return each variant with the log-probability that it is meant so, and what it stands for.

    >>> variants()["ko"]
    (-8.0, ('không',))
    """
    return {
        variant: (float(stays), tuple(forms.split("|")))
        for variant, stays, forms in rows("spelling_teencode.tsv")
    }


@register
@dataclass(frozen=True)
class Teencode(Transform):
    """Write teencode, short forms and stretched letters as standard words.

    For chats and comments only: single letters (`k`, `t`, `m`) are read as words where the
    context allows. Emoji, emoticons, links and names stay; so does what `keep` (words, phrases)
    and `patterns` (regular expressions) match.

    >>> Teencode()("hnay t ko đi đc, mn đi vui nhaaaa :))")
    'hôm nay tôi không đi được, mọi người đi vui nha :))'
    """

    keep: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()

    name: ClassVar[str] = "teencode"
    safety: ClassVar[Safety] = Safety.LIKELY
    rules: ClassVar[dict[str, str]] = {
        "social.teencode": "a variant of the chat language for a standard word",
        "social.stretched": "letters were repeated for emphasis",
    }

    def __post_init__(self) -> None:
        protected(self.keep, self.patterns)

    def proposals(self, text: str) -> Iterable[Edit]:
        """Yield a standard form for each variant."""
        return settle(text, lambda now: list(self._find(now)))

    def _find(self, text: str) -> Iterator[Edit]:
        tokens = [
            match for match in ngram.TOKEN.finditer(text) if match[0].isalpha() or match[0] == "\n"
        ]
        options = [self._options(text, match) for match in tokens]
        if not any(options):
            return
        model = ngram.load()
        table = lattice.Candidates()
        slots: list[int] = []
        for match, choices in zip(tokens, options, strict=True):
            if choices:
                codes = [model.code(form.split(" ")[0]) for form, _, _ in choices]
                slots.append(table.add(codes, [score for _, score, _ in choices]))
            else:
                code = model.code(match[0])
                slots.append(table.fixed(lattice.EDGE if code == ngram.SKIP else code))
        decoded = lattice.decode(slots, table, model)
        for number, (match, choices) in enumerate(zip(tokens, options, strict=True)):
            if not choices:
                continue
            form, _, rule = choices[int(decoded.best[number])]
            if form == match[0]:
                continue
            confidence = round(float(decoded.confidence[number]), 3)
            yield Edit(
                match.start(),
                match.end(),
                form,
                rule,
                confidence,
                Safety.LIKELY if confidence >= 0.5 else Safety.SUGGEST,
                tuple(
                    (choices[k][0], round(float(p), 3))
                    for k, p in decoded.ranked(number)[1:4]
                    if p > 0.02
                ),
            )

    def _options(self, text: str, match: re.Match[str]) -> list[tuple[str, float, str]]:
        """Return (form, channel log-probability, rule) for a word that may be a variant."""
        word = match[0]
        if not _may_vary(word):
            return []
        if text[match.start() - 1 : match.start()] in _BESIDE and match.start():
            return []
        if text[match.end() : match.end() + 1] in _BESIDE and match.end() < len(text):
            return []
        if in_address(text, match.start(), match.end()):
            return []
        if protected(self.keep, self.patterns).holds(text, match.start(), match.end()):
            return []
        lowered = word.lower()
        entry = variants().get(lowered)
        rule = "social.teencode"
        short = lowered
        if entry is None:
            short = _unstretched(lowered)
            if short == lowered:
                return []
            rule = "social.stretched"
            entry = variants().get(short, (-8.0, ()))
            if not entry[1] or short in in_use():
                entry = (-8.0, (short, *entry[1]))
        stays, forms = entry
        title = word[:1].isupper()
        choices = [(word, stays, "")]
        for place, form in enumerate(forms):
            shown = form[:1].upper() + form[1:] if title else form
            choices.append((shown, -float(place), rule))
        return choices


def _may_vary(word: str) -> bool:
    """Say whether the case of a word is one that variants have: small, or one capital first."""
    return word.islower() or (word[:1].isupper() and (len(word) == 1 or word[1:].islower()))


def _unstretched(word: str) -> str:
    """Return a word with its stretched letters said once; itself where none are.

    >>> _unstretched("đẹppppp"), _unstretched("quáaaa"), _unstretched("nhaa"), _unstretched("xoong")
    ('đẹp', 'quá', 'nha', 'xoong')
    """
    plain = fold(word)
    if _STRETCHED.search(plain) is None:
        end = _DOUBLE_END.search(plain)
        if end is None or canonical(word) in in_use() or (word.isascii() and len(word) > 5):
            return word
        short = word[:-1]
        return short if canonical(short) in in_use() or short in variants() else word
    if len(set(plain)) == 1 or _ROMAN.match(word):
        return word
    kept: list[str] = []
    for at, letter in enumerate(word):
        if at and plain[at] == plain[at - 1]:
            if fold(kept[-1]) == kept[-1]:  # keep the marks, wherever in the run they stand
                kept[-1] = letter if letter != plain[at] else kept[-1]
            continue
        kept.append(letter)
    return "".join(kept)

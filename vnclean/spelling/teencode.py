"""The language of chats: teencode, short forms and stretched letters, brought to standard spelling.

The variants are one line each in `data/spelling_teencode.tsv`, and what `chat_spellings.py` makes
by rule; where one has several readings the language model chooses among them, and may leave it as
it stands.
Only the words of a text that may be variants are looked at, in a window of their own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from vnclean.caches import cached_table, late_pattern
from vnclean.core.word_finder import WordFinder
from vnclean.fixed_point import edits_to_fixed_point
from vnclean.language import ngram
from vnclean.language.alphabet import fold
from vnclean.language.casing import is_capitalized
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.not_prose import Addresses
from vnclean.language.words import is_damaged
from vnclean.repair import decoder
from vnclean.scan import Scan
from vnclean.spelling.chat_spellings import respelt
from vnclean.spelling.lexicon import rows
from vnclean.spelling.protected_words import protected
from vnclean.spelling.tokens import Token, around, canonical
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["Teencode"]

_STRETCHED = late_pattern(r"([^\W\d_])\1\1")
_DOUBLE_END = late_pattern(r"([aeiouyhmn])\1$")
_BESIDE = frozenset("-_/@\\'’&+#0123456789")
_ROMAN = late_pattern(r"[ivxlc]+\Z")
_BEGINS = frozenset(".?!…\n")
_OPENS, _CLOSES = frozenset("([{\"“‘'<"), frozenset(")]}\"”’'>")
_QUOTES = " \"“”‘'(*•–-:"

REACH = 40
"""Characters of context on either side of a variant."""

PLAIN = 2.0
"""How much likelier, as log-odds, a word is meant as it stands where nothing else around is of the
chat language."""

FOREIGN = 4.0
"""The same for a word in ASCII that has a capital or stands beside a word of another language."""

_UNITS = frozenset("a b c d đ e g h k kg km l m mm cm s t v w p n z".split())
"""What stands for a unit or a class behind a number: 30 m, lớp 3 a."""


@cached_table
def variants() -> dict[str, tuple[float, tuple[str, ...]]]:
    """Return each variant with the log-probability that it is meant so, and what it stands for.

    >>> variants()["ko"]
    (-8.0, ('không',))
    """
    known = {
        variant: (float(stays), tuple(forms.split("|")))
        for variant, stays, forms in rows("spelling_teencode.tsv")
    }
    for form, words in respelt().items():
        known.setdefault(form, (-5.0 if form.isascii() else -8.0, words))
    return known


@cached_table
def _finder() -> WordFinder:
    usual = [word for word in syllables_in_use() if word not in variants()]
    return WordFinder(_is_variant, (*usual, *(word.capitalize() for word in usual)))


def _is_variant(word: str) -> bool:
    """Say whether a word may be a variant, as it is written."""
    if not (word.islower() or is_capitalized(word)):
        return False
    lowered = word.lower()
    if lowered in variants():
        return True
    return lowered not in syllables_in_use() and _unstretched(lowered) != lowered


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

    def find(self, scan: Scan) -> Iterable[Edit]:
        """Yield a standard form for each variant."""
        return edits_to_fixed_point(scan.text, lambda now: list(self._find(now)))

    def _find(self, text: str) -> Iterator[Edit]:
        options: dict[int, list[_Option]] = {}
        spans: list[tuple[int, int]] = []
        addresses = Addresses(text)
        for start, end in _finder().find(text, 0, len(text)):
            if choices := self._options(addresses, start, end):
                options[start] = choices
                spans.append((start, end))
        if not spans:
            return
        tokens = around(text, spans, REACH)
        model = ngram.load()
        table = decoder.Candidates()
        chatty = _chatty(tokens, options)
        slots: list[int] = []
        for number, token in enumerate(tokens):
            if choices := options.get(token.start, []):
                stays, *others = choices
                if number not in chatty:
                    odd = token.text.isascii() and (
                        token.text[0].isupper() or (stays[1] > -5 and _is_foreign(tokens, number))
                    )
                    stays = (stays[0], stays[1] + PLAIN + (FOREIGN if odd else 0.0), stays[2])
                choices = [stays, *others]
                codes = [model.code(form.split(" ")[0]) for form, _, _ in choices]
                slots.append(table.add(codes, [score for _, score, _ in choices]))
            else:
                slots.append(table.fixed(token.code))
        decoded = decoder.decode(slots, table, model)
        for number, token in enumerate(tokens):
            if not (choices := options.get(token.start, [])):
                continue
            form, _, rule = choices[int(decoded.best[number])]
            if form == token.text:
                continue
            confidence = round(float(decoded.confidence[number]), 3)
            yield Edit(
                token.start,
                token.end,
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

    def _options(self, addresses: Addresses, start: int, end: int) -> list[_Option]:
        """Return (form, channel log-probability, rule) for a word that may be a variant."""
        text = addresses.text
        word = text[start:end]
        before, after = text[start - 1 : start], text[end : end + 1]
        if (before and before in _BESIDE) or (after and after in _BESIDE):
            return []
        if before and before in _OPENS and after and after in _CLOSES:
            return []  # spoken of: (i), "b"
        if (after == "." and text[end + 1 : end + 2].isalpha()) or after == "(":
            return []  # v.v., nn.Module, f(x)
        if before == "." and _ABBREVIATED.search(text, max(0, start - 4), start):
            return []  # t.p
        if is_damaged(text, start, end) or _is_masked(text, start, end):
            return []
        lowered = word.lower()
        if word[0].isupper() and not _begins(text, start, end):
            return []  # a name, or the letter of a list
        if lowered in _UNITS and text[max(start - 3, 0) : start].rstrip(" ")[-1:].isdigit():
            return []
        if addresses.hold(start, end):
            return []
        if protected(self.keep, self.patterns).holds(text, start, end):
            return []
        entry = variants().get(lowered)
        rule = "social.teencode"
        short = lowered
        if entry is None:
            short = _unstretched(lowered)
            if short == lowered:
                return []
            rule = "social.stretched"
            entry = variants().get(short, (-8.0, ()))
            if not entry[1] or short in syllables_in_use():
                entry = (-8.0, (short, *entry[1]))
        stays, forms = entry
        title = word[:1].isupper()
        choices = [(word, stays, "")]
        for place, form in enumerate(forms):
            shown = form[:1].upper() + form[1:] if title else form
            choices.append((shown, -float(place), rule))
        return choices


_Option = tuple[str, float, str]


_ABBREVIATED = late_pattern(r"(?<![^\W\d_])[^\W\d_]{1,2}\.\Z")


def _is_masked(text: str, start: int, end: int) -> bool:
    """Say whether a star hides the end of a word or multiplies: it is none that opens or closes.

    >>> _is_masked("đ*t m* mày", 4, 5), _is_masked("**đi ko**", 5, 7), _is_masked("a * b", 4, 5)
    (True, False, True)
    """
    if text[end : end + 1] == "*":
        line = text.rfind("\n", 0, start) + 1
        return _OPENING_STAR.search(text, line, start + 1) is None
    factor = text[max(0, start - 3) : start] == " * " or text[end : end + 3] == " * "
    return factor and end - start == 1


_OPENING_STAR = late_pattern(r"(?<![^\W_])\*+(?=\w)")


def _begins(text: str, start: int, end: int) -> bool:
    """Say whether a word with a capital begins a sentence, and is no letter of a list."""
    low = max(start - 8, 0)
    head = text[low:start].rstrip(_QUOTES)
    if (head and head[-1] not in _BEGINS) or (not head and low):
        return False
    after = text[end : end + 2]
    return not (
        after[:1] in (".", ")", ":", "(", "/") or (after[:1] == " " and after[1:].isupper())
    )


def _is_foreign(tokens: list[Token], number: int) -> bool:
    """Say whether a neighbour of a word is a word of another language, or a name without marks."""
    around_it = (*tokens[max(number - 1, 0) : number], *tokens[number + 1 : number + 2])
    return any(
        token.code >> 2 == ngram.FOREIGN or (token.text[:1].isupper() and token.text.isascii())
        for token in around_it
    )


def _chatty(tokens: list[Token], options: dict[int, list[_Option]]) -> set[int]:
    """Return the places of tokens that have another word of the chat language near them."""
    sure = [start for start, choices in options.items() if choices[0][1] <= -5]  # in order
    near: set[int] = set()
    for number, token in enumerate(tokens):
        if token.start not in options:
            continue
        low = bisect_left(sure, token.start - NEAR)
        high = bisect_right(sure, token.start + NEAR)
        if high - low > (token.start in sure[low:high]):
            near.add(number)
    return near


NEAR = 120
"""Characters within which chat language makes more of it likely."""


def _unstretched(word: str) -> str:
    """Return a word with its stretched letters said once; itself where none are.

    >>> _unstretched("đẹppppp"), _unstretched("quáaaa"), _unstretched("nhaa"), _unstretched("xoong")
    ('đẹp', 'quá', 'nha', 'xoong')
    """
    plain = fold(word)
    if len(set(plain)) == 1 or _ROMAN.match(word):
        return word
    if _STRETCHED.search(plain) is None:
        end = _DOUBLE_END.search(plain)
        if (
            end is None
            or canonical(word) in syllables_in_use()
            or (word.isascii() and len(word) > 5)
        ):
            return word
        short = word[:-1]
        return short if canonical(short) in syllables_in_use() or short in variants() else word
    kept: list[str] = []
    for at, letter in enumerate(word):
        if at and plain[at] == plain[at - 1]:
            if fold(kept[-1]) == kept[-1]:  # keep the marks, wherever in the run they stand
                kept[-1] = letter if letter != plain[at] else kept[-1]
            continue
        kept.append(letter)
    return "".join(kept)

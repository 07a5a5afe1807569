"""UTF-8 shown in a charset of East Asia: two bytes a character, an odd one lost: `Kh么ng`, `v脿`.

The syllables of the language are shown forward in each charset, and looked up backwards; blanks
and punctuation of ASCII are never part of a character there, so words stay apart. Several words
of a line must say the same charset; what a lost byte leaves open the language model chooses.
"""

from __future__ import annotations

from vnclean.caches import cached, late_pattern
from vnclean.language.lexicon import frequency, syllables_in_both_styles
from vnclean.repair.word_decoder import Candidate, DecodedWord, Slot, decode_words
from vnclean.scan import Scan, clue
from vnclean.transform import Edit, Safety

__all__ = ["GLUED", "find_double_byte"]

_CHARSETS = ("gbk", "cp949", "big5", "shift_jis")
_EASTERN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff61-\uff9f"
GLUED = clue(
    "mojibake.double_byte", f"[A-Za-z][{_EASTERN}]", (0, "[A-Za-z]", f"[{_EASTERN}]", r"[\w\W]")
)
"""A letter of ASCII with one of East Asia right behind it: neither language writes that."""
_TOKEN = late_pattern(r"[^\s!-/:->@\[-`{-~]+")
"""What stands between blanks and signs of ASCII; `?` may be a byte that was lost."""
_FAR = late_pattern(f"[{_EASTERN}]")
_MIN_WORDS = 2
"""Different words that a line must give before a charset is believed."""
_MIN_SHARE = 0.8
"""Share of the words with letters of East Asia that must be syllables in it."""
_LEAST = 0.9
"""Posterior from which a word with a lost byte is put in."""


@cached(8)
def _shown(charset: str) -> dict[str, tuple[str, ...]]:
    """Return what the syllables in use look like in a charset, with the syllables."""
    found: dict[str, list[str]] = {}
    for syllable in syllables_in_both_styles():
        if syllable.isascii():
            continue
        for word in dict.fromkeys((syllable, syllable.capitalize(), syllable.upper())):
            shown = word.encode().decode(charset, "replace").replace("\ufffd", "?")
            found.setdefault(shown, []).append(word)
    return {shown: tuple(words) for shown, words in found.items()}


def find_double_byte(text: str) -> list[Edit]:
    """Return an edit for each word, in lines of which most strange words are of one charset.

    >>> [edit.replacement for edit in find_double_byte("Kh么ng c贸 g矛 kh贸")]
    ['Không', 'có', 'gì', 'khó']
    """
    edits: list[Edit] = []
    done = 0
    for at in Scan(text).places(GLUED):  # the window is all of the pattern
        if at < done:
            continue
        start = text.rfind("\n", 0, at) + 1
        done = text.find("\n", at)
        done = len(text) if done < 0 else done
        edits += _line(text, start, done)
    return edits


def _line(text: str, start: int, end: int) -> list[Edit]:
    from vnclean.language import ngram

    tokens = list(_TOKEN.finditer(text, start, end))
    shown = [token[0].replace("\ufffd", "?") for token in tokens]
    strange = {word for word in shown if _FAR.search(word)}
    if len(strange) < _MIN_WORDS:
        return []  # before any table is made
    best = max(_CHARSETS, key=lambda charset: len(strange & _shown(charset).keys()))
    known = _shown(best)
    hits = strange & known.keys()
    if len(hits) < _MIN_WORDS or len(hits) < _MIN_SHARE * len(strange):
        return []
    code = ngram.load().code
    sequence: list[Slot | int] = [ngram.BOUNDARY * 4]
    at = start
    for token, word in zip(tokens, shown, strict=True):
        sequence += map(code, ngram.TOKEN.findall(text, at, token.start()))
        at = token.end()
        words = known.get(word)
        if words is None:
            sequence += map(code, ngram.TOKEN.findall(token[0]))
            continue
        opens = not sequence[1:]
        candidates = tuple(
            Candidate(word, code(word), _case_score(word, opens))
            for word in sorted(words, key=frequency, reverse=True)
        )
        sequence.append(Slot(*token.span(), token[0], candidates))
    sequence.append(ngram.BOUNDARY * 4)
    return [_edit(word) for word in decode_words(sequence)]


def _edit(word: DecodedWord) -> Edit:
    confidence = round(min(word.posterior, 0.98), 4)
    safety = Safety.LIKELY if word.posterior >= _LEAST else Safety.SUGGEST
    start, end = word.slot.start, word.slot.end
    return Edit(start, end, word.best.surface, "mojibake.double_byte", confidence, safety)


def _case_score(word: str, opens: bool) -> float:
    """Return how likely the case of a word is, for what the bytes leave open."""
    if word.islower():
        return -3.0 if opens else 0.0
    return (0.0 if opens else -3.0) if not word.isupper() else -5.0

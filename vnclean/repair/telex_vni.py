"""Keys typed without an input method: Telex (`Vieejt Nam`) and VNI (`Vie65t Nam`).

The keys of a syllable are read as an input method reads them, tone and marks in any place after
their vowel. A word changes only where the keys give a syllable in use, the word as it stands is
none and cannot be one in another language's spelling (`as`, `of`, `her`), and the line shows more
of the same. Codes, passwords, addresses and names of files stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from vnclean.caches import cached, cached_table, late_pattern
from vnclean.core.evidence import EvidenceTable
from vnclean.language.alphabet import MARKED_LETTERS, decompose
from vnclean.language.lexicon import is_in_use, syllables_in_both_styles
from vnclean.language.syllable import Syllable, place_tone, toneless_table
from vnclean.repair.word_evidence import Weigh, forms, given_evidence
from vnclean.scan import Scan
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["Typing", "evidence_of_words", "read_keys"]

# Facts of the two input methods, as every keyboard program documents them.
_TELEX_TONES = {"f": 1, "r": 2, "x": 3, "s": 4, "j": 5}
_VNI_TONES = {"2": 1, "3": 2, "4": 3, "1": 4, "5": 5}
_TELEX_MARKS = {("a", "a"): "â", ("e", "e"): "ê", ("o", "o"): "ô", ("d", "d"): "đ",
                ("a", "w"): "ă", ("o", "w"): "ơ", ("u", "w"): "ư"}  # fmt: skip
_VNI_MARKS = {("a", "6"): "â", ("e", "6"): "ê", ("o", "6"): "ô", ("d", "9"): "đ",
              ("a", "8"): "ă", ("o", "7"): "ơ", ("u", "7"): "ư"}  # fmt: skip

_CHUNK = late_pattern(r"\S+")
_TELEX_WORD = late_pattern(r"[A-Za-z]{2,9}")
_VNI_WORD = late_pattern(r"[A-Za-z]{1,7}[1-9][A-Za-z1-9]{0,8}")
_NEVER_TYPED = late_pattern(r"[@/\\_#=<>&%$]|\w\.\w")
_TELEX_HINT = late_pattern(r"(?i)aa|ee|oo|dd|[aou]w|[aeiouy][a-z]{0,3}[fjx]\b|[aeiouy][sr]\b")
# What no word of keys is without: a tone key behind a vowel, a letter twice, w, or a digit.
_KEY = late_pattern(r"(?i)[aeiouy].*[frsxj]|w|a.*a|e.*e|o.*o|d.*d|[1-9]")
RARER_CLASSES = 7
"""Frequency classes by which a plain syllable must be rarer to be taken for keys (`khoong`)."""

MIN_EVIDENCE, LIKELY_EVIDENCE = 1.5, 2.0
"""What the words of a line must weigh together to be read as keys, and to be changed."""

MIN_KEYS = 1.0
"""What the words that are keys must weigh by themselves."""

PLAIN_SYLLABLE, OTHER_WORD, MARKED_WORD = 0.1, -0.5, -0.7
"""Weights of words that are no keys. Who types one word through an input method types all so."""

VNI_KEYS, SHORT_VNI_KEYS = 1.0, 0.5
"""Weights of words with digits, longer and of two characters."""

CERTAIN_KEYS, DOUBLED_WITH_TONE, DOUBLED_KEYS, OTHER_KEYS = 1.2, 1.0, 0.6, 0.35
"""Weights of Telex words by how few words of other languages are spelled like them."""


@register
@dataclass(frozen=True)
class Typing(Transform):
    """Read Telex and VNI keys that no input method turned into letters.

    Only in lines with several such words. English text, codes and passwords stay as they are.

    >>> Typing()("Vieejt Nam ddaats nuwowcs toi yeeu")
    'Việt Nam đất nước toi yêu'
    >>> Typing()("The users of Windows need a password: Xoo2r5")
    'The users of Windows need a password: Xoo2r5'
    """

    name: ClassVar[str] = "typing"
    undoes_damage: ClassVar[bool] = True
    safety: ClassVar[Safety] = Safety.LIKELY
    rules: ClassVar[dict[str, str]] = {
        "typing.telex": "Telex keys that were not turned into letters.",
        "typing.vni": "VNI keys that were not turned into letters.",
    }

    def concerns(self, scan: Scan) -> bool:
        """Say whether a line may hold keys, and any pair of letters is one that only keys make."""
        if not scan.once(_lines_of_keys):
            return False
        return _TELEX_HINT.search(scan.text) is not None or _VNI_WORD.search(scan.text) is not None

    def find(self, scan: Scan) -> Iterable[Edit]:
        """Yield an edit for each word that is keys, in lines that show several."""
        for start, end in scan.once(_lines_of_keys):
            yield from _line_edits(scan.text[start:end], start)


@cached(1 << 16)
def read_keys(word: str, method: str) -> str | None:
    """Return the syllable that the keys of a word give, or None where they give none in use.

    `method` is "telex" or "vni". The case of the first letter, or of all, is kept.

    >>> read_keys("Vieejt", "telex"), read_keys("Vie65t", "vni"), read_keys("dduwowngf", "telex")
    ('Việt', 'Việt', 'đường')
    >>> read_keys("hello", "telex") is None, read_keys("nuoc71", "vni")
    (True, 'nước')
    """
    lowered = word.lower()
    tones, marks = (_TELEX_TONES, _TELEX_MARKS) if method == "telex" else (_VNI_TONES, _VNI_MARKS)
    tone = 0
    letters: list[str] = []
    used = False
    for at, key in enumerate(lowered):
        if key in tones and (method == "vni" or _has_vowel(letters)) and letters:
            if method == "telex" and key in "rsx" and not _tone_place(lowered, at):
                letters.append(key)
                continue
            if tone:
                return None
            tone = tones[key]
            used = True
            continue
        if _apply(letters, key, marks):
            used = True
            continue
        if method == "telex" and key == "w" and not letters:
            letters.append("ư")
            used = True
            continue
        letters.append(key)
    if not used:
        return None
    parts = toneless_table().get("".join(letters))
    if parts is None:
        return None
    syllable = place_tone(Syllable(*parts, tone))
    if not is_in_use(syllable) or MARKED_LETTERS.isdisjoint(syllable):
        return None
    capital = next(letter for letter in word if letter.isalpha()).isupper()
    if word.isupper() and sum(letter.isalpha() for letter in word) > 1:
        return syllable.upper()
    return syllable[0].upper() + syllable[1:] if capital else syllable


def _has_vowel(letters: list[str]) -> bool:
    return any(decompose(letter)[0] in "aăâeêioôơuưy" for letter in letters)


def _tone_place(word: str, at: int) -> bool:
    """Say whether a tone key stands after a vowel, and not where an onset would begin."""
    return at + 1 == len(word) or word[at + 1] not in "aeiouy" or word[at - 1] in "aeiouyw"


def _apply(letters: list[str], key: str, marks: dict[tuple[str, str], str]) -> bool:
    """Let a key change a letter typed before it; say whether it did."""
    for at in range(len(letters) - 1, -1, -1):
        changed = marks.get((letters[at], key))
        if changed is None:
            continue
        if letters[at] == "d" and at != 0:
            return False
        letters[at] = changed
        if changed == "ơ" and at and letters[at - 1] == "u":
            letters[at - 1] = "ư"
        elif changed == "ư" and at + 1 < len(letters) and letters[at + 1] == "o":
            letters[at + 1] = "ơ"
        return True
    # The second w of `uwow`: the horn is there already.
    return key in "w7" and bool(letters) and letters[-1] in "ơư"


@cached_table
def _evidence() -> EvidenceTable:
    """Return what plain words and those with digits weigh as keys; others are none."""
    return EvidenceTable(
        bytes(128) + b"\1", "123456789", [0.0], CERTAIN_KEYS, CERTAIN_KEYS, MIN_KEYS - 1e-6,
        **given_evidence("keys"),
    )  # fmt: skip


def evidence_of_words() -> tuple[list[str], Weigh]:
    """Return the words whose weight ships, and what weighs them."""
    return [word for word in forms(MARKED_LETTERS) if word.isascii()], _learn


def _lines_of_keys(text: str) -> list[tuple[int, int]]:
    """Return the lines whose words may weigh enough as keys: no other has an edit."""
    (lines,) = _evidence().lines(text, _learn)
    return lines


def _learn(words: list[str]) -> list[list[float]]:
    found = ((word, _keys(word)) for word in words)
    return [[_weight_of_keys(word.lower(), keys[1]) if keys else 0.0] for word, keys in found]


def _is_typed(word: str) -> bool:
    """Say whether a word may be keys, or a plain word beside them."""
    return (_VNI_WORD.fullmatch(word) or _TELEX_WORD.fullmatch(word)) is not None


def _keys(word: str) -> tuple[str, str] | None:
    """Return the reading of a word that is keys, and the input method; None where it is none."""
    if not _KEY.search(word) or not _is_typed(word) or not _one_case(word):
        return None
    method = "vni" if _VNI_WORD.fullmatch(word) else "telex"
    reading = read_keys(word, method)
    if reading is None:
        return None
    table = syllables_in_both_styles()
    standing = table.get(word.lower())
    if standing and table[reading.lower()] < standing + RARER_CLASSES:
        return None
    return reading, method


def _line_edits(line: str, offset: int) -> Iterator[Edit]:
    found: list[tuple[int, int, str, str]] = []
    weight = of_keys = 0.0
    for chunk in _CHUNK.finditer(line):
        core = _core(chunk)
        word = line[core[0] : core[1]]
        if not word or _NEVER_TYPED.search(chunk[0].rstrip(".,;:!?")):
            continue
        if not _is_typed(word):
            weight += MARKED_WORD if not word.isascii() else 0.0
        elif keys := _keys(word):
            more = _weight_of_keys(word.lower(), keys[1])
            of_keys += more
            weight += more
            found.append((core[0], core[1], *keys))
        elif _one_case(word):
            if is_in_use(word):
                weight += PLAIN_SYLLABLE
            elif len(word) > 2:
                weight += OTHER_WORD
    if not found or weight < MIN_EVIDENCE or of_keys < MIN_KEYS:
        return
    confidence = round(1.0 - 0.5 * 2.0**-weight, 4)
    safety = Safety.LIKELY if weight >= LIKELY_EVIDENCE else Safety.SUGGEST
    for start, end, reading, method in found:
        yield Edit(offset + start, offset + end, reading, f"typing.{method}", confidence, safety)


def _core(chunk: re.Match[str]) -> tuple[int, int]:
    """Return the span of a chunk without the punctuation around it."""
    text = chunk[0]
    lead = len(text) - len(text.lstrip("\"'([{“‘«-–—"))
    bare = text.rstrip("\"')]}”’».,;:!?…-–—")
    return chunk.start() + lead, chunk.start() + max(lead, len(bare))


def _one_case(word: str) -> bool:
    letters = [letter for letter in word if letter.isalpha()]
    return all(map(str.isupper, letters)) or not any(map(str.isupper, letters[1:]))


def _weight_of_keys(word: str, method: str) -> float:
    """Return how much a word says for keys: much where no other language spells like that."""
    if method == "vni":
        return VNI_KEYS if len(word) > 2 else SHORT_VNI_KEYS
    doubled = sum(pair in word for pair in ("aa", "uw", "ow", "aw", "dd"))
    if word.endswith(("f", "j")) or "j" in word[1:] or "uwow" in word or word[:2] == "dd":
        return CERTAIN_KEYS
    if doubled and word[-1] in "sxrfj":
        return DOUBLED_WITH_TONE
    return DOUBLED_KEYS if doubled else OTHER_KEYS

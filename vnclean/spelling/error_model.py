"""The error model: what a writer makes of a syllable, each kind of error written forward.

Each error is a small pure function from a lower-case syllable to the forms that one such error
turns it into. What a form may have been meant for is not computed: all syllables in use are put
through all errors once (`training/misspellings.py`), and `misspelling_table` looks a form up.

Source of facts: the confusions are those that Vietnamese schoolbooks and style guides warn of
(hỏi/ngã, s/x, ch/tr, d/gi/r, l/n, final c/t, n/ng); the keys are those of a QWERTY keyboard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vnclean.caches import cached_table
from vnclean.language.alphabet import (
    BASE,
    LETTERS,
    VOWELS,
    compose,
    decompose,
    fold,
    split_tone,
)
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.syllable import Syllable, parse, place_tone, toneless_table

__all__ = ["ERRORS", "KINDS", "MARKS", "misspellings", "telex_keys", "typed"]

_TONED = frozenset(letter for letter in LETTERS if decompose(letter)[1])
_DIGRAPHS = ("ch", "gh", "kh", "ng", "nh", "ph", "th", "tr")
_KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_ONSETS = (
    ("s", "x"), ("ch", "tr"), ("d", "gi"), ("d", "r"), ("gi", "r"), ("l", "n"), ("d", "v"),
    ("gi", "v"), ("ng", "ngh"), ("g", "gh"), ("c", "k"), ("qu", "h"),
)  # fmt: skip
_ENDS = (
    ("c", "t"), ("n", "ng"), ("n", "nh"), ("ch", "t"), ("iu", "iêu"), ("ưu", "iêu"),
    ("ưu", "ươu"), ("ui", "uôi"), ("ưi", "ươi"), ("ai", "ay"), ("ăm", "âm"), ("ăn", "âng"),
    ("au", "âu"), ("ao", "au"), ("ay", "ây"), ("im", "iêm"), ("ip", "iêp"), ("om", "ôm"),
    ("ong", "ông"), ("oc", "ôc"), ("op", "ôp"), ("up", "ôp"),
)  # fmt: skip


@cached_table
def _neighbours() -> dict[str, str]:
    """Return the keys around each letter key."""
    place = {
        key: (row, column + row * 0.5)
        for row, keys in enumerate(_KEY_ROWS)
        for column, key in enumerate(keys)
    }
    return {
        key: "".join(
            other
            for other, (y, x) in place.items()
            if other != key and abs(y - place[key][0]) <= 1 and abs(x - place[key][1]) <= 1
        )
        for key in place
    }


def _toned(letters: str, tone: int) -> str | None:
    """Write a toneless syllable with a tone; None where that can't be spelled."""
    entry = toneless_table().get(letters)
    if entry is None or (tone < 4 and entry[1].endswith(("c", "p", "t", "ch"))):
        return None
    return place_tone(Syllable(*entry, tone))


def _both(raw: str) -> Iterator[str]:
    """Yield a form as it stands, and with its tone mark in the right place."""
    yield raw
    if not _TONED.isdisjoint(raw):
        parts = parse(raw)
        if parts is not None:
            yield place_tone(parts)


def hoi_nga(word: str) -> Iterator[str]:
    """Hỏi for ngã or ngã for hỏi, which the South and the Centre speak alike (`nghĩ` for `nghỉ`).

    >>> list(hoi_nga("nghỉ"))
    ['nghĩ']
    """
    for at, letter in enumerate(word):
        vowel, tone = decompose(letter)
        if tone in (2, 3):
            yield word[:at] + compose(vowel, 5 - tone) + word[at + 1 :]


def tone_wrong(word: str) -> Iterator[str]:
    """Another tone than the right one, hỏi for ngã apart (`bàn` for `bán`).

    >>> "bàn" in tone_wrong("bán"), "ban" in tone_wrong("bán")
    (True, False)
    """
    for at, letter in enumerate(word):
        vowel, tone = decompose(letter)
        if tone:
            for other in range(1, 6):
                if other != tone and {other, tone} != {2, 3}:
                    yield word[:at] + compose(vowel, other) + word[at + 1 :]


def tone_lost(word: str) -> Iterator[str]:
    """No tone mark where one belongs (`tuyên` for `tuyển`).

    >>> list(tone_lost("tuyển"))
    ['tuyên']
    """
    parts = split_tone(word)
    if parts is not None and parts[1]:
        yield parts[0]


def tone_added(word: str) -> Iterator[str]:
    """A tone mark where none belongs (`tuyền` for `tuyên`).

    >>> sorted(tone_added("tuyên"))
    ['tuyến', 'tuyền', 'tuyển', 'tuyễn', 'tuyện']
    """
    if split_tone(word) != (word, 0):
        return
    for tone in range(1, 6):
        whole = _toned(word, tone)
        if whole is not None:
            yield whole


def mark_lost(word: str) -> Iterator[str]:
    """One letter without its breve, circumflex, horn or stroke (`đuợc` for `được`).

    >>> sorted(set(mark_lost("được")))
    ['dược', 'đuợc', 'đưọc']
    """
    for at, letter in enumerate(word):
        vowel, tone = decompose(letter)
        if vowel in BASE:
            plain = BASE[vowel]
            yield from _both(
                word[:at] + (compose(plain, tone) if plain in VOWELS else plain) + word[at + 1 :]
            )


def mark_added(word: str) -> Iterator[str]:
    """One letter with a breve, circumflex, horn or stroke too many (`đảm` for `dảm`).

    >>> "công" in mark_added("cong")
    True
    """
    for at, letter in enumerate(word):
        vowel, tone = decompose(letter)
        for marked, plain in BASE.items():
            if plain == vowel:
                yield from _both(
                    word[:at]
                    + (compose(marked, tone) if marked in VOWELS else marked)
                    + word[at + 1 :]
                )


def mark_wrong(word: str) -> Iterator[str]:
    """Another breve, circumflex or horn than the right one (`cơng` for `công`).

    >>> list(mark_wrong("công"))
    ['cơng']
    """
    for at, letter in enumerate(word):
        vowel, tone = decompose(letter)
        for marked, plain in BASE.items():
            if vowel in BASE and vowel != marked and BASE[vowel] == plain:
                yield word[:at] + compose(marked, tone) + word[at + 1 :]


def bare(word: str) -> Iterator[str]:
    """A syllable without any of its marks, two of them at least (`viec` for `việc`).

    >>> list(bare("việc")), list(bare("nhà"))
    (['viec'], [])
    """
    plain = fold(word)
    if sum(a != b for a, b in zip(plain, word, strict=True)) > 1 or (
        split_tone(word) is not None
        and any(decompose(c)[1] and decompose(c)[0] in BASE for c in word)
    ):
        yield plain


def key(word: str) -> Iterator[str]:
    """A neighbouring key for the right one (`truòng`, `bsn` for `ban`).

    >>> "bsn" in key("ban"), "trìng" in key("trình")
    (True, True)
    """
    for at, letter in enumerate(word):
        vowel, tone = decompose(letter)
        if vowel not in _neighbours():
            continue
        for other in _neighbours()[vowel]:
            if (other in VOWELS) != (vowel in VOWELS):
                if not tone:
                    yield word[:at] + other + word[at + 1 :]
            else:
                yield from _both(
                    word[:at] + (compose(other, tone) if tone else other) + word[at + 1 :]
                )


def letter_lost(word: str) -> Iterator[str]:
    """One letter or digraph left out; the tone stays where it can (`tổ` for `tổng`).

    >>> "tổ" in letter_lost("tổng"), "nhưn" in letter_lost("nhưng")
    (True, True)
    """
    parts = split_tone(word)
    for at in range(len(word)):
        for size in (1, 2):
            if len(word) - size < 2 or (size == 2 and word[at : at + 2] not in _DIGRAPHS):
                continue
            left = word[:at] + word[at + size :]
            yield left
            if parts is not None and parts[1] and decompose(word[at])[1]:
                whole = _toned(parts[0][:at] + parts[0][at + size :], parts[1])
                if whole is not None:
                    yield whole
            else:
                yield from _both(left)


def letter_doubled(word: str) -> Iterator[str]:
    """One letter twice (`ttháng` for `tháng`).

    >>> "ttháng" in letter_doubled("tháng")
    True
    """
    for at, letter in enumerate(word):
        yield word[: at + 1] + fold(letter) + word[at + 1 :]
        yield word[:at] + fold(letter) + word[at:]


def letter_added(word: str) -> Iterator[str]:
    """A letter too many, of a key beside the ones struck (`theoi` for `theo`).

    >>> "theoi" in letter_added("theo"), "tổng" in letter_added("tổn")
    (True, True)
    """
    near = _neighbours()
    for at in range(len(word) + 1):
        around = set(near.get(fold(word[at - 1]), "") if at else "")
        around |= set(near.get(fold(word[at]), "") if at < len(word) else "")
        around |= set("gnhc") if at == len(word) else set()
        for letter in sorted(around):
            yield from _both(word[:at] + letter + word[at:])


def swapped(word: str) -> Iterator[str]:
    """Two letters in the wrong order (`gai` for `gia`, `nhuwgn`).

    >>> "gai" in swapped("gia"), "motọ" in swapped("một")
    (True, False)
    """
    parts = split_tone(word)
    for at in range(len(word) - 1):
        if word[at] == word[at + 1]:
            continue
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        if parts is not None and parts[1]:
            plain = parts[0]
            whole = _toned(plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :], parts[1])
            if whole is not None:
                yield whole


def sound(word: str) -> Iterator[str]:
    """Another spelling of what a region speaks alike (`xử` for `sử`, `chọn` for `trọn`).

    >>> "trọn" in sound("chọn"), "mặt" in sound("mặc"), "dấu" in sound("giấu")
    (True, True, True)
    """
    parts = parse(word)
    if parts is None:
        return
    onset, rhyme, tone = parts
    onsets = {a if onset == b else b for a, b in _ONSETS if onset in (a, b)}
    ends = {
        rhyme[: -len(a)] + b
        for pair in _ENDS
        for a, b in (pair, pair[::-1])
        if rhyme.endswith(a) and not (a in ("n", "c", "t") and rhyme.endswith(("ng", "nh", "ch")))
    }
    changed = [other + rhyme for other in onsets if other != "gi" or rhyme[0] != "i"]
    for letters in changed + [parts.onset + end for end in ends]:
        whole = _toned(letters, tone)
        if whole is not None and whole != word:
            yield whole


_TELEX_MARKS = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
_TELEX_TONES = " frxsj"
_VNI_MARKS = {"ă": "a8", "â": "a6", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7", "đ": "d9"}
_VNI_TONES = " 23415"


def telex_keys(word: str) -> str:
    """Return the Telex keys that are left when each mark letter is typed out.

    >>> telex_keys("được"), telex_keys("đưowcj")
    ('dduwowjc', 'dduwowcj')
    """
    return "".join(
        _TELEX_MARKS.get(vowel, vowel) + (_TELEX_TONES[tone] if tone else "")
        for vowel, tone in map(decompose, word)
    )


def raw_keys(word: str) -> Iterator[str]:
    """Telex or VNI keys that the input method did not take (`đưowcj`, `na8m`, `vieejt`).

    >>> "đưowcj" in raw_keys("được"), "dduwowcj" in raw_keys("được"), "na8m" in raw_keys("năm")
    (True, True, True)
    """
    for form in dict.fromkeys(_half_typed(word)):
        if word in typed(form):
            yield form


def _half_typed(word: str) -> Iterator[str]:
    """Yield a word as its first letters are taken and the keys of the rest stand there raw."""
    parts = split_tone(word)
    if parts is None:
        return
    plain, tone = parts
    for marks, tones in ((_TELEX_MARKS, _TELEX_TONES), (_VNI_MARKS, _VNI_TONES)):
        tail = tones[tone] if tone else ""
        for at in range(len(plain)):
            head = plain[:at]
            rest = "".join(marks.get(letter, letter) for letter in plain[at:])
            if rest != plain[at:]:
                yield head + rest + tail
                toned = _toned_on(head, tone) if tone else None
                if toned is not None:
                    yield toned + rest
        if tone:
            yield plain + tail
            for at in range(1, len(plain)):
                yield plain[:at] + tail + plain[at:]


def _toned_on(letters: str, tone: int) -> str | None:
    for at in range(len(letters) - 1, -1, -1):
        if letters[at] in VOWELS:
            return letters[:at] + compose(letters[at], tone) + letters[at + 1 :]
    return None


_TELEX_READ = {keys: letter for letter, keys in _TELEX_MARKS.items()}
_VNI_READ = {keys: letter for letter, keys in _VNI_MARKS.items()}


def typed(word: str) -> Iterator[str]:
    """Read left-over Telex or VNI keys; the opposite of `raw_keys`.

    >>> list(typed("đưowcj")), list(typed("na8m")), list(typed("theo"))
    (['được'], ['năm'], [])
    """
    for read, tones in ((_TELEX_READ, _TELEX_TONES), (_VNI_READ, _VNI_TONES)):
        tone = 0
        out: list[str] = []
        for at, letter in enumerate(word):
            vowel, own = decompose(letter)
            tone = own or tone
            pair = (BASE.get(out[-1], out[-1]) if out else "") + vowel
            if out and pair in read and out[-1] != read[pair]:
                out[-1] = read[pair]
            elif at and vowel in tones[1:] and any(c in VOWELS for c in out) and not own:
                if vowel in "rsx" and at < len(word) - 1 and word[at + 1] in VOWELS:
                    out.append(vowel)
                else:
                    tone = tones.index(vowel)
            elif vowel in "w789" and out and vowel == "w" and out[-1] in "uo":
                out[-1] = "ư" if out[-1] == "u" else "ơ"
            else:
                out.append(vowel)
        letters = "".join(out).replace("ưo", "ươ").replace("uơ", "ươ")
        for form in {"".join(out), letters}:
            whole = _toned(form, tone)
            if whole is not None and whole != word and whole in syllables_in_use():
                yield whole


ErrorFunction = Callable[[str], Iterator[str]]

ERRORS: dict[str, ErrorFunction] = {
    "hoi_nga": hoi_nga,
    "tone_lost": tone_lost,
    "tone_added": tone_added,
    "tone_wrong": tone_wrong,
    "mark_lost": mark_lost,
    "mark_added": mark_added,
    "mark_wrong": mark_wrong,
    "sound": sound,
    "bare": bare,
    "raw_keys": raw_keys,
    "swapped": swapped,
    "letter_doubled": letter_doubled,
    "letter_lost": letter_lost,
    "letter_added": letter_added,
    "key": key,
}
"""Each kind of error with the function that makes it, likeliest first."""

MARKS = "marks"
"""The kind of a form that only differs from a syllable in its marks, by more than one error."""

KINDS = (*ERRORS, MARKS)
"""The names of the kinds of errors."""


def misspellings(word: str) -> dict[str, str]:
    """Return the forms that one error makes of a lower-case word, each with the kind of error.

    Where two kinds make the same form, the one named first in `ERRORS` counts.

    >>> misspellings("ban")["bàn"], misspellings("tổng")["tổ"]
    ('tone_added', 'letter_lost')
    """
    forms: dict[str, str] = {}
    for kind, error in ERRORS.items():
        for form in error(word):
            if form != word:
                forms.setdefault(form, kind)
    return forms

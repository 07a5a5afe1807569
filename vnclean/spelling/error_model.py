"""The slips of the pen and the keyboard, written forward: what a writer makes of a syllable.

Each slip is a small pure function from a lower-case syllable to the forms that one such slip
turns it into. Most of them are their own inverse (a wrong tone, a neighbouring key), the others
come in pairs (a letter lost, a letter too many), so `before` finds what a form may have been by
running the opposite slips on it: nothing about the damage is written down twice.

Source of facts: the confusions are those that Vietnamese schoolbooks and style guides warn of
(hỏi/ngã, s/x, ch/tr, d/gi/r, l/n, final c/t, n/ng); the keys are those of a QWERTY keyboard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache

from vnclean.language.alphabet import (
    BASE,
    CONSONANTS,
    LETTERS,
    VOWELS,
    compose,
    decompose,
    fold,
    split_tone,
)
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.syllable import Syllable, parse, place_tone, toneless_table

__all__ = ["KINDS", "MARKS", "SLIPS", "after", "before", "telex_keys", "typed"]

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


@cache
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


def unbare(word: str) -> Iterator[str]:
    """Every syllable in use that reads so without its marks; the opposite of `bare`."""
    if word.isascii():
        yield from (full for full in _by_plain().get(word, ()) if word in bare(full))


@cache
def _by_plain() -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = {}
    for word in syllables_in_use():
        table.setdefault(fold(word), []).append(word)
    return {plain: tuple(words) for plain, words in table.items()}


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


def _inserted(word: str) -> Iterator[str]:
    """Yield every syllable that has one letter more; the opposite of `letter_lost`."""
    parts = split_tone(word)
    for at in range(len(word) + 1):
        for letter in (*VOWELS, *CONSONANTS, *_DIGRAPHS):
            if parts is None:
                yield word[:at] + letter + word[at:]
                continue
            letters = parts[0][:at] + letter + parts[0][at:]
            if letters not in toneless_table():
                continue
            # Where the letter carried the tone, the tone went with it.
            for tone in range(6) if letter in VOWELS and not parts[1] else parts[1:]:
                whole = _toned(letters, tone)
                if whole is not None:
                    yield whole


def _deleted(word: str) -> Iterator[str]:
    """Yield the forms with one letter less; the opposite of a letter too many."""
    parts = split_tone(word)
    for at in range(len(word)):
        yield from _both(word[:at] + word[at + 1 :])
        if parts is not None and decompose(word[at])[1]:  # the tone moved onto the added letter
            whole = _toned(parts[0][:at] + parts[0][at + 1 :], parts[1])
            if whole is not None:
                yield whole


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


Slip = Callable[[str], Iterator[str]]

SLIPS: dict[str, tuple[Slip, Slip]] = {
    "hoi_nga": (hoi_nga, hoi_nga),
    "tone_lost": (tone_lost, tone_added),
    "tone_added": (tone_added, tone_lost),
    "tone_wrong": (tone_wrong, tone_wrong),
    "mark_lost": (mark_lost, mark_added),
    "mark_added": (mark_added, mark_lost),
    "mark_wrong": (mark_wrong, mark_wrong),
    "sound": (sound, sound),
    "bare": (bare, unbare),
    "raw_keys": (raw_keys, typed),
    "swapped": (swapped, swapped),
    "letter_doubled": (letter_doubled, _deleted),
    "letter_lost": (letter_lost, _inserted),
    "letter_added": (letter_added, _deleted),
    "key": (key, key),
}
"""Each kind of slip with the function that makes it and the one that undoes it, likeliest first."""

MARKS = "marks"
"""The kind of a form that only differs from a syllable in its marks, by more than one slip."""

KINDS = (*SLIPS, MARKS)
"""The names of the slips."""


@lru_cache(maxsize=1 << 14)
def after(word: str) -> dict[str, str]:
    """Return the forms that one slip makes of a lower-case word, each with the kind of slip.

    Where two kinds make the same form, the one named first in `SLIPS` counts.

    >>> after("ban")["bàn"], after("tổng")["tổ"]
    ('tone_added', 'letter_lost')
    """
    forms: dict[str, str] = {}
    for kind, (forward, _) in SLIPS.items():
        for form in forward(word):
            if form != word:
                forms.setdefault(form, kind)
    return forms


@lru_cache(maxsize=1 << 14)
def before(form: str) -> dict[str, str]:
    """Return the syllables in use that one slip may have made a form of, with the kind of slip.

    A form that is no syllable in use may also have several marks wrong (kind `MARKS`). Sorted.

    >>> before("tuyền")["tuyên"], before("ttháng")["tháng"], before("đưowcj")["được"]
    ('tone_added', 'letter_doubled', 'raw_keys')
    """
    # A few forms are traced back one by one; for more, all slips of all syllables are made once.
    few = _traced.cache_info().misses < ENOUGH
    words = dict(_traced(form) if few else _made().get(form, ()))
    if form not in syllables_in_use():
        for word in _by_plain().get(fold(form), ()):
            words.setdefault(word, MARKS)
    return words


ENOUGH = 2000
"""Forms that are traced back before it pays to make all slips of all syllables (in a second)."""


@lru_cache(maxsize=1 << 14)
def _traced(form: str) -> tuple[tuple[str, str], ...]:
    """Return (syllable, kind) by the opposite slips on a form."""
    words: dict[str, str] = {}
    for kind, (forward, inverse) in SLIPS.items():
        for word in inverse(form):
            if (
                word != form
                and word not in words
                and word in syllables_in_use()
                and form in forward(word)
            ):
                words[word] = kind
    return tuple(sorted(words.items()))


@cache
def _made() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return (syllable, kind) for every form that a slip makes; the same as `_traced` gives."""
    made: dict[str, list[tuple[str, str]]] = {}
    for word in sorted(syllables_in_use()):
        for form, kind in after(word).items():
            made.setdefault(form, []).append((word, kind))
    return {form: tuple(words) for form, words in made.items()}

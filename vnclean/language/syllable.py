"""The Vietnamese syllable: onset, rhyme and tone, and what can be spelled.

Source of facts: the standard description of the written syllable (onset + rhyme + tone, with
the spelling rules c/k/qu, g/gh, ng/ngh and the stop codas that carry only sắc and nặng).
"""

from __future__ import annotations

from typing import NamedTuple

from vnclean.caches import cached, cached_table
from vnclean.language.alphabet import BASE, compose, decompose, split_tone, strip_tones

__all__ = [
    "ONSETS",
    "OPEN_RHYMES",
    "RHYMES",
    "Syllable",
    "is_spellable",
    "parse",
    "place_tone",
    "spellable_syllables",
    "toneless_table",
]

ONSETS = (
    "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh",
    "nh", "p", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x",
)  # fmt: skip
"""The onsets as they are written; `p` begins loan words only (pin, pa-tê)."""

RHYMES = tuple(
    """
    a ac ach ai am an ang anh ao ap at au ay
    ăc ăm ăn ăng ăp ăt
    âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et
    ê êch êm ên êng ênh êp êt êu
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    o oc oi om on ong op ot oa oac oach oai oam oan oang oanh oao oap oat oay
    oăc oăm oăn oăng oăt oe oen oeo oet oong ooc
    ô ôc ôi ôm ôn ông ôp ôt
    ơ ơi ơm ơn ơp ơt
    u ua uc ui um un ung up ut uôc uôi uôm uôn uông uôt
    uân uâng uât uây uê uêch uên uênh uêt uêu uơ uy uya uych uyên uyêt uyn uynh uyp uyt uyu
    ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
    y yêm yên yêng yêt yêu ynh yt ych
    """.split()
)
"""The rhymes (glide, nucleus and coda), as written without a tone."""

OPEN_RHYMES = tuple(
    compose(rhyme[0], tone) + rhyme[1] for rhyme in ("oa", "oe", "uy") for tone in range(1, 6)
)
"""The rhymes that the new tone style writes in another way, with their tones in the old one."""

_FRONT = frozenset("ieêy")
_STOPS = ("c", "p", "t", "ch")
# After `qu` the glide is part of the onset, so only rhymes that begin with another vowel follow.
_QU_START = frozenset("aăâeêioôơy")
_QU_NOT = ("oa", "oă", "oe", "oo", "ia", "iê", "ơm", "ơp", "ôi", "ôm", "ôn", "ông", "ơn",
           "oi", "om", "on", "op", "ot", "ôp", "ôt", "oc", "ong")  # fmt: skip
# The letter y stands for the vowel i alone in open syllables, or after no onset with a coda.
_Y_ALONE = frozenset(("", "h", "k", "l", "m", "s", "t", "v", "qu", "th", "b", "đ", "d", "n", "r"))


class Syllable(NamedTuple):
    """A syllable taken apart; `onset` and `rhyme` are lower case and without tone."""

    onset: str
    rhyme: str
    tone: int


def _fits(onset: str, rhyme: str) -> bool:
    first = rhyme[0]
    if onset == "qu":
        return first in _QU_START and not rhyme.startswith(_QU_NOT)
    if onset == "gi":
        return first not in "iy" and rhyme[:2] not in ("oa", "oă", "oe", "uy", "uê", "uâ")
    if first == "y":
        if rhyme == "y":
            return onset in _Y_ALONE
        return onset == "" and rhyme.startswith("yê")
    if onset == "" and rhyme.startswith("iê"):
        return False  # written yê without an onset
    if onset in ("gh", "ngh", "k"):
        return first in _FRONT
    if onset in ("c", "g", "ng") and first in _FRONT:
        # `gi` + coda (gìn, gỉ) is the onset gi that shares its i with the rhyme.
        return onset == "g" and first == "i"
    return True


@cached_table
def toneless_table() -> dict[str, tuple[str, str]]:
    """Return every spellable toneless syllable with its (onset, rhyme); some 3,000 entries.

    >>> toneless_table()["giêng"], toneless_table()["quôc"]
    (('gi', 'êng'), ('qu', 'ôc'))
    """
    table: dict[str, tuple[str, str]] = {}
    for onset in ONSETS:
        for rhyme in RHYMES:
            if _fits(onset, rhyme):
                # Longer onsets come later and win: gi + a rather than g + ia.
                table[onset + rhyme] = (onset, rhyme)
    return table


@cached(1 << 15)
def parse(syllable: str) -> Syllable | None:
    """Take a syllable apart (any case, precomposed); None where it can't be Vietnamese.

    The tone may stand on any vowel: `parse` says what a syllable is, not whether its tone
    mark is well placed. For that compare with `place_tone`.

    >>> parse("Nguyễn")
    Syllable(onset='ng', rhyme='uyên', tone=3)
    >>> parse("quốc"), parse("gì"), parse("web")
    (Syllable(onset='qu', rhyme='ôc', tone=4), Syllable(onset='g', rhyme='i', tone=1), None)
    >>> parse("cạc"), parse("càc")
    (Syllable(onset='c', rhyme='ac', tone=5), None)
    """
    lowered = syllable.lower()
    entry = toneless_table().get(strip_tones(lowered))
    if entry is None:
        return None
    parts = split_tone(lowered)
    if parts is None or (parts[1] < 4 and entry[1].endswith(_STOPS)):
        return None
    return Syllable(*entry, parts[1])


def is_spellable(syllable: str) -> bool:
    """Say whether the spelling rules allow a syllable, its tone mark standing in a right place.

    >>> is_spellable("khuỷu"), is_spellable("chuỷên"), is_spellable("hoà"), is_spellable("hòa")
    (True, False, True, True)
    """
    parts = parse(syllable)
    if parts is None:
        return False
    lowered = syllable.lower()
    return lowered in (place_tone(parts, "old"), place_tone(parts, "new"))


def _nucleus(rhyme: str, style: str) -> int:
    """Return the position in the rhyme of the vowel letter that carries the tone mark."""
    vowels = [i for i, letter in enumerate(rhyme) if decompose(letter)[0] in "aăâeêioôơuưy"]
    marked = [i for i in vowels if rhyme[i] in BASE]
    if marked:
        return marked[-1]  # ươ, iê, uô, uyê: the last one with a quality mark
    if len(vowels) == 1:
        return vowels[0]
    closed = vowels[-1] != len(rhyme) - 1
    if closed or len(vowels) == 3:
        return vowels[1]
    if rhyme in ("oa", "oe", "uy"):
        return vowels[1] if style == "new" else vowels[0]
    return vowels[0]


@cached_table
def _positions() -> dict[tuple[str, str], int]:
    return {(rhyme, style): _nucleus(rhyme, style) for rhyme in RHYMES for style in ("old", "new")}


def place_tone(parts: Syllable, style: str = "old") -> str:
    """Write a syllable with its tone mark in place, lower case; `style` is "old" or "new".

    Only the open rhymes oa, oe, uy (without `qu`) differ: hòa/hoà, khỏe/khoẻ, thủy/thuỷ.

    >>> place_tone(Syllable("h", "oa", 1)), place_tone(Syllable("h", "oa", 1), "new")
    ('hòa', 'hoà')
    >>> place_tone(Syllable("qu", "y", 4)), place_tone(Syllable("gi", "a", 1), "new")
    ('quý', 'già')
    """
    onset, rhyme, tone = parts
    if not tone:
        return onset + rhyme
    at = _positions()[rhyme, style]
    return onset + rhyme[:at] + compose(rhyme[at], tone) + rhyme[at + 1 :]


def spellable_syllables(style: str = "old") -> list[str]:
    """Return every syllable that can be spelled, lower case, in one tone style, sorted.

    >>> len(spellable_syllables()) > 15_000, "đường" in spellable_syllables()
    (True, True)
    """
    return sorted(
        place_tone(Syllable(onset, rhyme, tone), style)
        for onset, rhyme in toneless_table().values()
        for tone in ((4, 5) if rhyme.endswith(_STOPS) else range(6))
    )

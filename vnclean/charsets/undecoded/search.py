"""Find legacy text that sits undecoded in Unicode text, word by word.

Each line is a walk over its words. A word is either as it should be, or bytes of some charset seen
through some code page; changing one's mind costs. What a word costs as it stands and as it reads in
the charset is measured in bits: few for a frequent syllable, many for something no language writes.
So one strange word does little, a line of them much, and a clean line among legacy ones stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence, Set
from functools import cache, lru_cache

from vnclean.charsets.misread_pages import PAGES, view_letters, view_to_bytes
from vnclean.charsets.table import load_table
from vnclean.charsets.table_codec import decode_table
from vnclean.charsets.truecase import raise_case
from vnclean.charsets.undecoded.filter import keep_certain
from vnclean.charsets.undecoded.words import (
    CASE_LOST,
    CHARSETS,
    DASHED,
    LOST,
    TOKEN,
    LegacyWord,
    Misreading,
)
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.casing import has_regular_case, match_shape
from vnclean.language.lexicon import is_in_use, syllables_in_both_styles
from vnclean.language.syllable import is_spellable

__all__ = ["find_legacy", "hints", "hints_in_lines", "without_horn"]

_RARE = ("bkhcm1", "bkhcm2", "vietware-f", "vietware-x")

ENTER = 9.0
"""Bits it costs to take a word for legacy after one that is not."""
LEAVE = 4.0
_BEYOND = re.compile(r"[^\t\r -~]")
_WORD = re.compile(r"[^\W\d_]+")
_MARK = re.compile("[\u0300-\u036f]")
_AMONG = frozenset("§©®«·°±²³½×÷ªº¹")
_INSIDE = re.compile(
    "[A-Za-z][§©®«·°±²³½×÷ªº¹]+[A-Za-z]|[®§©«·×÷ªº¹][a-z]|[a-z][«·©®§][A-Za-z]"
    # No word is a consonant with a sign: `v«`, `m©`.
    r"|(?<=\s[b-df-hj-np-tv-z])[©«½]|(?<=\s[cgknpqt][ghr])[©«½]"
)
_IMPOSSIBLE = 60.0
_STRANGEST = 44.0
_UNSEEN = 120.0
_UNUSED = 34.0
# What UTF-8 looks like in a Latin code page: not ours to mend.
_UTF8 = re.compile('á[º»"“”]|Æ[°¡]|Ä[‘\x91ƒ\x83]|Ã[\xa0-\xbf]')
# A question mark inside a word stands for a lost letter; legacy bytes lose none.
_QUERY = re.compile(r"[A-Za-z\x80-\U0010ffff]\?[A-Za-z\x80-\U0010ffff]|(?<!\S)[A-Za-z]+\?\s+[a-z]")
_SIGN = 13.0
_ODD_CASE = 11.0


def hints(unusual: Set[str], text: str) -> bool:
    """Say whether the unusual characters of a text could be legacy bytes.

    >>> hints({"Ö"}, "ViÖt"), hints({"®", "–"}, "Sữa Vinamilk® – tốt"), hints({"®"}, "®i")
    (True, False, True)
    """
    if len(text) < _SHORT and _PAIR_ONLY.search(text):
        return True
    if not unusual:
        return False
    if not view_letters().isdisjoint(unusual):
        return True
    return not _AMONG.isdisjoint(unusual) and _INSIDE.search(text) is not None


def hints_in_lines(unusual: Set[str], text: str) -> bool:
    """Say whether some lines of a text could have hints if they were a text."""
    return hints(unusual, text) or _PAIR_ONLY.search(text) is not None


_SHORT = 400
# Pairs of VNI in which no letter is foreign to Vietnamese, but that no Vietnamese word has, and a
# capital inside a word. Not looked for in long texts: those have other letters that tell.
_PAIR_ONLY = re.compile(
    "[âáàãêéèúùõìòÂÁÀÃÊÉÈÚÙÕÌÒÓÝÔ](?:(?<=[aeâêô][ìò])|(?<=[oõý]ì)|(?<=[uýõ]ò)|(?<=[aA][âáàãêéèúùõÂÁÀÃÊÉÈÚÙÕ])|(?<=[eE][âáàãùõÂÁÀÃÙÕ])"
    "|(?<=[oO][âùõÂÙÕ])|(?<=[uUyYôÔ][ùõÙÕ])|(?<=[a-zà-ỹ][ÌÒÓÕÊÝÈÉÔ])(?=[a-z]))"
)


@cache
def _strange() -> re.Pattern[str]:
    """Return what a line must hold to be looked at: letters that hint, signs that may."""
    letters = "".join(map(re.escape, sorted(view_letters() | _AMONG)))
    return re.compile(f"[{letters}]")


def _hinted(text: str) -> list[tuple[int, int]]:
    """Return the lines with something that could be legacy bytes.

    One pass for single characters. Pairs of ordinary letters are looked for in short texts only:
    where a longer one is legacy, other lines tell, and then all lines are read.
    """
    if len(text) < _SHORT:
        return [line for line in _lines(text) if _hint().search(text, *line)]
    found: list[tuple[int, int]] = []
    sure = view_letters()
    end = seen = -1
    for match in _strange().finditer(text):
        at = match.start()
        if at < end or (at < seen and match[0] not in sure):
            continue
        start = text.rfind("\n", 0, at) + 1
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        if match[0] in sure or _INSIDE.search(text, max(start, at - 1), stop):
            found.append((start, stop))
            end = stop
        seen = stop
    return found


@cache
def _hint() -> re.Pattern[str]:
    letters = "".join(map(re.escape, sorted(view_letters())))
    return re.compile(f"[{letters}]|{_INSIDE.pattern}|{_PAIR_ONLY.pattern}")


def find_legacy(text: str) -> list[LegacyWord]:
    """Return the words of a text that are legacy bytes, in order.

    >>> [word.text for word in find_legacy("Tên: NguyÔn V¨n An")]
    ['Nguyễn', 'Văn']
    """
    hinted = _hinted(text)
    if not hinted:
        return []
    misreadings = _candidates(text, hinted)
    if not misreadings:
        return []
    costs = _Costs(misreadings)
    found: dict[int, list[LegacyWord]] = {}
    for line in hinted:
        words = _walk(text, *line, costs, {})
        if words:
            found[line[0]] = words
    if not found:
        return []
    # What was found makes more of it likely: look again, and at lines without a hint too.
    weight: Counter[Misreading] = Counter()
    for words in found.values():
        for misreading in {word.misreading for word in words}:
            weight[misreading] += min(10, sum(word.misreading == misreading for word in words))
    prior = {misreading: min(8.0, 1.0 + count / 3) for misreading, count in weight.items()}
    words_found: list[LegacyWord] = []
    for line in _lines(text):
        if _BEYOND.search(text, *line):
            words_found.extend(_walk(text, *line, costs, prior))
    return keep_certain(text, words_found)


def _lines(text: str) -> list[tuple[int, int]]:
    lines = []
    start = 0
    while True:
        end = text.find("\n", start)
        if end < 0:
            lines.append((start, len(text)))
            return lines
        lines.append((start, end))
        start = end + 1


def _candidates(text: str, lines: Sequence[tuple[int, int]]) -> list[Misreading]:
    """Return the few misreadings that explain the strange words of some lines best."""
    tokens: Counter[str] = Counter()
    for start, end in lines:
        tokens.update(token for token in TOKEN.findall(text, start, end) if not _plain(token))
        if len(tokens) > 300:
            break
    sample = [token for token, _ in tokens.most_common(120)]
    strange = [token for token in sample if not is_in_use(token)]
    if not strange:
        return []
    standing = [as_is(token) for token in strange]
    letters = frozenset("".join(sample))
    scored: list[tuple[float, int, Misreading]] = []
    for order, page in enumerate(PAGES):
        if page != "cp1252" and not _worth(page, letters):
            continue
        for charset in CHARSETS:
            if charset == "windows-1258-vi" and page == "cp1258":
                continue
            if charset in (DASHED, LOST) and "\xad" in text:
                continue
            gain = 0.0
            for token, cost in zip(strange, standing, strict=True):
                decoded = _read(token, Misreading(charset, page))
                if decoded and decoded != token:
                    gain += max(-8.0, min(14.0, cost - as_read(decoded, charset)))
            if gain > 4:
                scored.append((gain, -order, Misreading(charset, page)))
    scored = _distinct(scored, sample)
    scored.sort(reverse=True)
    best = scored[0][0] if scored else 0.0
    return [misreading for gain, _, misreading in scored[:4] if gain > 0.15 * best]


def _distinct(
    scored: Sequence[tuple[float, int, Misreading]], sample: Sequence[str]
) -> list[tuple[float, int, Misreading]]:
    """Keep the first of the misreadings that say the same of all words of a sample."""
    seen: set[tuple[str, ...]] = set()
    kept = []
    for entry in scored:
        texts = tuple(_read(token, entry[2]) or "" for token in sample)
        if texts not in seen:
            seen.add(texts)
            kept.append(entry)
    return kept


def _worth(page: str, letters: frozenset[str]) -> bool:
    """Say whether a page beside cp1252 can show something of a text that cp1252 can't."""
    beyond = {letter for letter in letters if letter > "\x7f" and not _in(letter, "cp1252")}
    if any(_in(letter, page) for letter in beyond):
        return True
    return page == "iso8859-15" and not letters.isdisjoint("¤¦¨´¸¼½¾ŠšŽžŒœŸ€")


@cache
def _in(letter: str, page: str) -> bool:
    return view_to_bytes(letter, page) is not None


def _plain(token: str) -> bool:
    return token.isascii() and token.replace("-", "").isalpha()


@lru_cache(maxsize=1 << 14)
def _read(token: str, misreading: Misreading) -> str | None:
    """Return what a token says in a misreading, None where it can't be bytes of it."""
    raw = view_to_bytes(token, misreading.page)
    if raw is None:
        return None
    if misreading.charset == LOST:
        return _WORD.sub(_with_horn, decode_table(raw, load_table("tcvn3")))
    if misreading.charset == DASHED:
        return _undashed(decode_table(raw, load_table("tcvn3")))
    return decode_table(raw, load_table(misreading.charset))


@cache
def without_horn() -> dict[str, tuple[str, ...]]:
    """Return what syllables in use look like without their letters ư, likeliest syllable first.

    >>> without_horn()["thởng"], without_horn()["nh"][0]
    (('thưởng',), 'như')
    """
    found: dict[str, list[str]] = {}
    for syllable in sorted(syllables_in_both_styles(), key=_rarity):
        if "ư" in syllable and syllables_in_both_styles()[syllable] >= 6:
            found.setdefault(syllable.replace("ư", ""), []).append(syllable)
    return {key: tuple(syllables) for key, syllables in found.items() if key}


def _rarity(syllable: str) -> tuple[int, str]:
    return -syllables_in_both_styles()[syllable], syllable


def _with_horn(match: re.Match[str]) -> str:
    word = match[0]
    lowered = word.lower()
    if is_in_use(lowered) or (word.isascii() and word.isupper()) or len(lowered) != len(word):
        return word
    whole = without_horn().get(lowered)
    return match_shape(word, whole[0]) if whole else word


def _undashed(text: str) -> str:
    """Read the hyphens of a word as the letter ư where that gives syllables in use."""
    parts = text.split("-")
    if not 1 < len(parts) <= 5:
        return text
    best = [(0.0, parts[0])]
    # Each hyphen is a letter or stays; keep the cheapest misreading for each last word.
    for part in parts[1:]:
        grown = []
        for bits, done in best:
            last = done.rpartition("-")[2]
            grown.append((bits + _part_bits(last) + 3.0, f"{done}-{part}"))
            grown.append((bits, f"{done}ư{part}"))
        best = sorted(grown)[:6]
    ended = [(bits + _part_bits(done.rpartition("-")[2]), done) for bits, done in best]
    return min(ended)[1]


def _part_bits(word: str) -> float:
    if not word:
        return 0.0
    frequency = syllables_in_both_styles().get(word.lower())
    if frequency is not None:
        return 30.0 - frequency
    if "ư" in word:
        return _IMPOSSIBLE
    return 24.0 if word.isascii() and len(word) > 3 else 34.0


def as_is(token: str) -> float:
    """Return the bits that a token with letters outside ASCII costs if it is no damage."""
    if _MARK.search(token):
        token = unicodedata.normalize("NFC", token)
    bits = _signs(token)
    if bits >= _SIGN:
        return min(bits + 4.0 + 2.2 * len(token), _STRANGEST)
    for word in _WORD.findall(token):
        if word.isascii():
            continue
        frequency = syllables_in_both_styles().get(word.lower())
        if frequency is not None and has_regular_case(word):
            bits += 30.0 - frequency
        elif is_spellable(word) and has_regular_case(word):
            bits += 8.0 + 2.2 * len(word)  # a name, or a word that lost a mark
        else:
            marked = sum(letter > "\x7f" for letter in word)
            cost = 8.0 + 2.2 * len(word) + 7.0 * (marked - 1)
            if not has_regular_case(word):
                cost += _ODD_CASE
            if _PAIR.search(word) and not _PAIR_ELSEWHERE.search(word):
                cost += 6.0
            bits += min(cost, _STRANGEST)
    return bits


# A vowel with the sign that VNI writes after it; the few such pairs of other languages aside.
_PAIR = re.compile("[aeouyöôAEOUYÖÔ][àáâãäåèéêëïòõøùúûüÀÁÂÃÄÅÈÉÊËÏÕØÙÚÛÜ]")
_PAIR_ELSEWHERE = re.compile("a[ïëéüú]|o[ëïéùû]|e[ïûéô]|u[éëèê]|y[éè]|é[eé]", re.I)


def as_read(text: str, charset: str) -> float:
    """Return the bits that a decoded token costs as Vietnamese."""
    bits = _signs(text) + 2 * _SIGN * len(_MARK.findall(text))
    if bits >= _SIGN:
        return bits + _UNUSED
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        frequency = syllables_in_both_styles().get(word.lower())
        if frequency is None:
            bits += _UNUSED if is_spellable(word) else _loan(word)
        else:
            bits += 30.0 - frequency
        if charset not in CASE_LOST and not has_regular_case(word):
            bits += _ODD_CASE
    return bits


_ABBREVIATION = re.compile("[A-ZĐƯƠĂÂÊÔ]{2,6}")


@lru_cache(maxsize=1 << 14)
def _loan(word: str) -> float:
    """Return the bits of a word that is no syllable: an abbreviation, or syllables run together."""
    if _ABBREVIATION.fullmatch(word) or word in "đĐ":
        return 20.0
    lowered = word.lower()
    if 4 <= len(lowered) <= 14:
        reached = {0}
        for end in range(1, len(lowered) + 1):
            if any(is_in_use(lowered[start:end]) for start in reached if 1 < end - start <= 7):
                reached.add(end)
        if len(lowered) in reached:
            return 30.0
    return _IMPOSSIBLE


_OPENERS = "«“‘(\xa0–—…"
_CLOSERS = "»”’)\xa0–—…"
_TRAILERS = "®™°²³¹"


_LETTERLIKE = re.compile("[µªº]")
_VOWEL = re.compile("[aeiouyAEIOUY\x80-\U0010ffff]")


def _signs(token: str) -> float:
    """Return the bits that signs among the letters of a token cost."""
    token = token.replace("-", "")
    if token.isalpha() and not _LETTERLIKE.search(token):
        return 0.0
    token = token.lstrip(_OPENERS).rstrip(_CLOSERS)
    bare = token.rstrip(_TRAILERS)
    bits = 0.0
    if len(bare) < len(token):
        # A trade mark or a unit closes a word, but no word is without a vowel.
        bits = 2.0 if "°" in token or "²" in token or _VOWEL.search(bare) else _SIGN
    strange = len(_LETTERLIKE.findall(bare)) + sum(
        not letter.isalpha() and not _MARK.match(letter) for letter in bare
    )
    return bits + _SIGN * strange


class _Costs:
    """What each distinct token costs as it stands and in each misreading."""

    def __init__(self, misreadings: Sequence[Misreading]) -> None:
        self.misreadings = misreadings
        self._known: dict[str, tuple[float, tuple[float, ...], tuple[str, ...]]] = {}

    def __getitem__(self, token: str) -> tuple[float, tuple[float, ...], tuple[str, ...]]:
        found = self._known.get(token)
        if found is None:
            found = self._known[token] = self._measure(token)
        return found

    def _measure(self, token: str) -> tuple[float, tuple[float, ...], tuple[str, ...]]:
        if _plain(token):
            return 0.0, *self._measure_plain(token)
        standing = as_is(token)
        bits = []
        texts = []
        for misreading in self.misreadings:
            decoded = _read(token, misreading)
            if decoded is None:
                bits.append(_UNSEEN)
                texts.append(token)
            else:
                bits.append(standing if decoded == token else as_read(decoded, misreading.charset))
                texts.append(decoded)
        return standing, tuple(bits), tuple(texts)

    def _measure_plain(self, token: str) -> tuple[tuple[float, ...], tuple[str, ...]]:
        """Plain words say little, but for those that lost a letter."""
        strange = 1.0 if len(token) > 1 and not is_in_use(token) else -0.3
        bits = []
        texts = []
        for misreading in self.misreadings:
            shown = token
            if misreading.charset in (DASHED, LOST):
                shown = _read(token, misreading) or token
            bits.append(strange if shown == token else -0.3)
            texts.append(shown)
        return tuple(bits), tuple(texts)


def _walk(
    text: str, start: int, end: int, costs: _Costs, prior: dict[Misreading, float]
) -> list[LegacyWord]:
    """Find the cheapest walk through a line and return the words taken for legacy."""
    if len(_UTF8.findall(text, start, end)) > max(1, (end - start) / 60):
        return []
    tokens = list(TOKEN.finditer(text, start, end))
    measured = [costs[token[0]] for token in tokens]
    context = _context(tokens, measured)
    count = len(costs.misreadings)
    lossy = 8.0 if _QUERY.search(text, start, end) else 0.0
    rare = [
        lossy + (6.0 if misreading.charset in _RARE else 0.0) for misreading in costs.misreadings
    ]
    expected = [prior.get(misreading, 0.0) for misreading in costs.misreadings]
    enter = [ENTER + less - more / 3 for less, more in zip(rare, expected, strict=True)]
    best = [0.0] + [ENTER + less - more for less, more in zip(rare, expected, strict=True)]
    back: list[list[int]] = []
    for token, (clean, legacy, _) in zip(tokens, measured, strict=True):
        if not _plain(token[0]):
            clean = max(0.0, clean + context)
        steps = []
        stay = min(range(count + 1), key=lambda state: best[state] + (LEAVE if state else 0.0))
        arrived = best[stay] + (LEAVE if stay else 0.0)
        origin = 0 if best[0] <= arrived else stay
        following = [min(best[0], arrived) + clean]
        steps.append(origin)
        floor = min(best[0], arrived)
        for state in range(1, count + 1):
            here = best[state]
            if floor + enter[state - 1] < here:
                here = floor + enter[state - 1]
                steps.append(origin)
            else:
                steps.append(state)
            following.append(here + legacy[state - 1])
        best = following
        back.append(steps)
    state = min(range(count + 1), key=lambda state: best[state])
    if state == 0 and all(steps[0] == 0 for steps in back):
        return []
    path = []
    for steps in reversed(back):
        path.append(state)
        state = steps[state]
    path.reverse()
    _fill(tokens, measured, path)
    return _words(text, start, end, tokens, measured, path, costs.misreadings, context < 0)


def _fill(
    tokens: Sequence[re.Match[str]],
    measured: Sequence[tuple[float, tuple[float, ...], tuple[str, ...]]],
    path: list[int],
) -> None:
    """Read the few words between legacy words as legacy too: a line is seldom in two charsets."""
    told = [at for at, token in enumerate(tokens) if not _plain(token[0])]
    states = Counter(path[at] for at in told if path[at])
    if not states:
        return
    state, most = states.most_common(1)[0]
    lettered = sum(any(map(str.isalpha, tokens[at][0])) for at in told)
    if most < 2 or most < 0.7 * lettered:
        return
    for at in told:
        if path[at]:
            continue
        token, shown = tokens[at][0], measured[at][2][state - 1]
        if measured[at][1][state - 1] >= _UNSEEN or _MARK.search(shown):
            continue
        if not any(map(str.isalpha, token)):
            # A dash, or a capital letter at its place.
            following = tokens[at + 1][0] if at + 1 < len(tokens) else ""
            if shown not in "đĐ" and not is_in_use(shown):
                continue
            if not following[:1].islower() and not tokens[at].string.startswith(
                ")", tokens[at].end()
            ):
                continue
        path[at] = state


def _context(
    tokens: Sequence[re.Match[str]],
    measured: Sequence[tuple[float, tuple[float, ...], tuple[str, ...]]],
) -> float:
    """Return the bits by which a foreign word is less likely here: more among Vietnamese words."""
    home = abroad = 0
    for token, (_, _, texts) in zip(tokens, measured, strict=True):
        word = token[0]
        if is_in_use(word) or any(
            is_in_use(shown.strip("“”‘’")) for shown in texts if shown != word
        ):
            home += 1
        elif len(word) > 1:
            abroad += 1
    if abroad > home + 1:
        return -3.0
    return 6.0 if home >= 3 and home >= 2 * abroad else 0.0


def _words(
    text: str,
    start: int,
    end: int,
    tokens: Sequence[re.Match[str]],
    measured: Sequence[tuple[float, tuple[float, ...], tuple[str, ...]]],
    path: Sequence[int],
    misreadings: Sequence[Misreading],
    abroad: bool,
) -> list[LegacyWord]:
    """Turn a walk into words, each with the evidence of its run, capitals restored."""
    words_found: list[LegacyWord] = []
    # A word that was filled in has the evidence of its line.
    gains: dict[int, float] = {}
    toned = {
        state
        for state, (_, _, texts), token in zip(path, measured, tokens, strict=True)
        if state and len(texts[state - 1]) < len(token[0])
    }
    for state, (clean, legacy, _) in zip(path, measured, strict=True):
        if state:
            gains[state] = gains.get(state, 0.0) + clean - legacy[state - 1]
    at = 0
    while at < len(path):
        state = path[at]
        stop = at
        while stop < len(path) and path[stop] == state:
            stop += 1
        if state:
            misreading = misreadings[state - 1]
            bits = sum(measured[i][0] - measured[i][1][state - 1] for i in range(at, stop))
            changed = [i for i in range(at, stop) if measured[i][2][state - 1] != tokens[i][0]]
            good = sum(
                measured[i][1][state - 1] < _UNUSED - 4
                and not MARKED_LETTERS.isdisjoint(measured[i][2][state - 1])
                for i in changed
            )
            if misreading.charset == "windows-1258-vi" and state not in toned:
                good = -99  # no tone anywhere: what is left where the others were lost
            bits = max(bits, gains[state] / 2)
            if (
                good < 0
                or (bits < 24 and good < max(1, 0.6 * len(changed)))
                or (abroad and bits < 16)
            ):
                at = stop
                continue
            for i in range(at, stop):
                shown = measured[i][2][state - 1]
                if shown != tokens[i][0]:
                    words_found.append(LegacyWord(*tokens[i].span(), shown, misreading, bits))
        at = stop
    if any(word.misreading.charset in CASE_LOST for word in words_found):
        words_found = _raised(text, start, end, words_found)
    return words_found


def _raised(text: str, start: int, end: int, words_found: list[LegacyWord]) -> list[LegacyWord]:
    """Give words read from TCVN3 the capitals that the line around them tells."""
    pieces = []
    places = []
    at = start
    length = 0
    for word in words_found:
        pieces.append(text[at : word.start])
        length += word.start - at
        places.append(length)
        pieces.append(word.text)
        length += len(word.text)
        at = word.end
    pieces.append(text[at:end])
    line = raise_case("".join(pieces))
    return [
        word._replace(text=line[place : place + len(word.text)])
        if word.misreading.charset in CASE_LOST
        else word
        for word, place in zip(words_found, places, strict=True)
    ]

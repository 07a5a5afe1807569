"""Slow, obvious twins of what is compiled; the tests compare the two.

The hashes are part of data files, so they are written here as what they are: a polynomial of the
letters, modulo 2 ** 32, whose last letter has the weight `FACTOR ** 2 ** 15`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

FACTOR = 0x01000193
MIX = 0x9E3779B1
MODULUS = 1 << 32


# --- prefilter -----------------------------------------------------------------------------------


Windows = Sequence[tuple[int, Collection[int], Collection[int], Collection[int]]]


def find_places(
    text: str, classes: Sequence[int], windows: Windows, behind: Mapping[int, Collection[int]]
) -> list[tuple[int, int]]:
    """Return where windows fit, and their bits, in a text with line feeds around it.

    `behind` has the classes that may stand behind windows of some bits.
    """
    kinds = [classes[min(ord(letter), len(classes) - 1)] for letter in f"\n\n{text}\n\n\n"]
    found = []
    for at in range(len(kinds) - 3):
        bits = 0
        for bit, *window in windows:
            window.append(behind.get(bit, kinds))
            if all(kind in kept for kind, kept in zip(kinds[at : at + 4], window, strict=True)):
                bits |= bit
        if bits:
            found.append((at - 2, bits))
    return found


def select(places: list[tuple[int, int]], offsets: Sequence[tuple[int, int]]) -> list[int]:
    """Return where a pattern may match."""
    found = {at + shift for at, bits in places for shift, bit in offsets if bits & bit}
    return sorted(at for at in found if at >= 0)


# --- lookup --------------------------------------------------------------------------------------


def word_hash(word: str) -> int:
    """Return the hash of a word, letter by letter from its end."""
    total = 0
    for distance, letter in enumerate(reversed(word)):
        total += ord(letter) * pow(FACTOR, (1 << 15) - distance, MODULUS)
    return total % MODULUS


def pair_hash(first: str, second: str) -> int:
    """Return the hash of a pair of words."""
    return (word_hash(first) * MIX + word_hash(second)) % MODULUS


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the words between characters that are no letters; some are empty."""
    edges = [at for at, letter in enumerate(text) if not 65 <= ord(letter) <= 0x1EF9]
    for low, high in pairwise([-1, *edges, len(text)]):
        yield low + 1, high


def is_fragment(word: str, consonants: str, capitals: str) -> bool:
    """Say whether a word is up to three consonants, `qu`, or a capital letter alone."""
    if word in ("qu", "Qu", "QU") or (len(word) == 1 and word in capitals):
        return True
    return 1 <= len(word) <= 3 and set(word) <= set(consonants)


def scan_words(
    text: str,
    is_known: set[int],
    is_suspect: set[int],
    lower: str,
    consonants: str,
    capitals: str,
) -> tuple[list[tuple[int, int]], list[tuple[int, int, int]], list[int]]:
    """Return strange words, suspect pairs and fragments; `is_known` has hashes without 8 bits."""
    words, fragments = [], []
    for begin, end in spans(text):
        word = text[begin:end]
        if not word or word_hash(word) >> 8 in is_known | {0}:
            continue
        if is_fragment(word, consonants, capitals):
            if f" {text} "[begin] in " \n" and f" {text} "[end + 1] in " \n":
                fragments.append(begin)
        elif 1 < len(word) < 1 << 15 and word[0] in lower and not word.isascii():
            words.append((begin, end))
    pairs = [
        (low, middle, high)
        for (low, middle), (start, high) in pairwise(spans(text))
        if pair_hash(text[low:middle], text[start:high]) in is_suspect
    ]
    return words, pairs, fragments


# --- trie ----------------------------------------------------------------------------------------


def find_phrases(text: str, phrases: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Return line, start in it, size and number of the phrases, the longest at each place."""
    longest = sorted(phrases, key=len, reverse=True)
    pattern = re.compile(rf"\W({'|'.join(map(re.escape, longest))})(?!\w)")
    found = []
    for match in pattern.finditer(f"\n{text}") if phrases else ():
        before = text[: match.start()]
        start = len(before) - before.rfind("\n") - 1
        found.append((before.count("\n"), start, len(match[1]), phrases.index(match[1])))
    return found


# --- line prefilter ------------------------------------------------------------------------------


Row = tuple[int, Sequence[str], str, int]


def fold(text: str) -> str:
    """Return a text as beginnings have it."""
    return "".join(
        " " if letter.isspace() else "0" if letter.isdecimal()
        else "\ue000" if "\ue000" <= letter <= "\uf8ff" else letter.lower()[0]
        for letter in text
    )  # fmt: skip


def find_lines(
    text: str, rows: Sequence[Row], tails: Sequence[str], phrases: Sequence[str],
    counts: Sequence[bool], *, entries: int, tail: int, closing: str, stops: str, bars: str,
    odd: str, sizes: tuple[int, int, int, int, int, int], share: float,
) -> tuple[list[tuple[int, int, int, int]], int]:  # fmt: skip
    """Return line, start, end and question of lines that may match, and how many there are."""
    short, longest_bar, longest, longest_menu, first, reach = sizes
    found = []
    number = at = 0
    for raw in text.split("\n"):
        start, line = at + len(raw) - len(raw.lstrip()), raw.strip()
        at += len(raw) + 1
        if not line:
            continue
        size, asked = len(line), []
        is_odd = any(letter in odd for letter in line[: size if size <= longest else MOST])
        low = line.lower()
        hits = find_phrases(low, phrases) if size <= min(short, longest) else []
        spoken = sum(hit[2] for hit in hits if counts[hit[3]])
        if spoken and spoken >= share * len(low):
            asked.append(-1)
        if size <= longest:
            is_bar = " - " in line or any(bar in line for bar in bars)
            may_be_entries = is_bar and size <= min(longest_bar, short) and (hits or line[0] == ":")
        else:
            rule = line.startswith("---")
            may_be_entries = size < longest_menu and (
                rule or not any(a in stops and b.isspace() for a, b in pairwise(line))
            )
        if is_odd or may_be_entries:
            asked.append(entries)
        behind = [
            place for place in range(max(first, size - reach), size) if line[place] in closing
        ]
        rests = [line[place + 1 :] for place in behind]
        folded = [fold(rest.lstrip()) for rest in rests]
        folded += [" " + fold(rest.lstrip()) for rest in rests if rest[:1].isspace()]
        is_odd_behind = any(letter in odd for letter in line[max(first, size - reach) :])
        if is_odd or is_odd_behind or any(rest.startswith(tuple(tails)) for rest in folded):
            asked.append(tail)
        for question, beginnings, part, most in rows:
            fits = (not beginnings or fold(line).startswith(tuple(beginnings))) and part in low
            if size <= most and (is_odd or fits):
                asked.append(question)
        found += [(number, start, start + size, question) for question in asked]
        number += 1
    return found, number


MOST = 6
"""Characters of the longest beginning in the tests; of long lines no more are read for odd ones."""

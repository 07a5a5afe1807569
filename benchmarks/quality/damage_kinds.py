"""Measure the repair of every kind of damage that the world has shown, against its goal.

    python benchmarks/quality/damage_kinds.py DATA_FOLDER [--n 12] [--only WORD...] [--show 3]

DATA_FOLDER holds clean text, `*.txt`, one paragraph a line; each file is a domain. `--n` texts of a
domain, of some 600 characters each, go through every kind as a whole and come back by
`vnclean.clean` (preset `standard`), which isn't told the kind. Two figures, each as the mean over
the domains and as the worst of them: the share of the damaged words that are recovered exactly
(case included, unless the damage took it; the style of oa, oe, uy not counted), and the share of
the undamaged words that were changed. A word is what stands between blanks. `goal` is what the
first should reach.

A kind is a forward function, as a channel is: those that `vnclean.channels` doesn't have stand
here until the repair knows them, because a channel that is registered takes part in it at once.
"""

from __future__ import annotations

import argparse
import difflib
import quopri
import random
import re
import sys
import unicodedata
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import vnclean  # noqa: E402
from benchmarks.measuring import documents_of  # noqa: E402
from benchmarks.quality.channels import WORD, same  # noqa: E402
from vnclean.channels import CHANNELS, view  # noqa: E402
from vnclean.channels.code_pages import cp1252_bestfit  # noqa: E402
from vnclean.channels.misread_utf8 import one_byte_charsets  # noqa: E402
from vnclean.language.alphabet import VOWELS, compose, decompose  # noqa: E402
from vnclean.repair.wrong_converter import read_as_vni  # noqa: E402

Damage = Callable[[str], str]

TONES = "\u0300\u0301\u0303\u0309\u0323"


def tones_apart(text: str) -> str:
    """Return a text whose tones are combining characters and whose vowels are whole."""
    found = []
    for letter in text:
        vowel, tone = decompose(letter) if letter.lower() not in VOWELS else (letter, 0)
        mark = unicodedata.normalize("NFD", compose("a", tone))[1:] if tone else ""
        found.append(vowel + mark)
    return "".join(found)


# --- U+FFFD saved once more


def saved_once_more(text: str) -> str:
    """A file with U+FFFD saved as UTF-8 and opened as windows-1252: ï¿½ for each."""
    return text.replace("\ufffd", view("\ufffd", "cp1252"))


def fffd_saved(text: str) -> str:
    """A decoder told that Latin-1 is UTF-8, and the file opened as windows-1252 afterwards."""
    return saved_once_more(CHANNELS["ascii_fffd"](text))


def fffd_and_qmark_saved(text: str) -> str:
    """A windows-1252 page with `?` for what it lacks, read as UTF-8, then as windows-1252."""
    return saved_once_more(CHANNELS["cp1252_replace_then_utf8"](text))


def fffd_bestfit_saved(text: str) -> str:
    """The same with best fit instead of `?` where Windows has one."""
    return saved_once_more(CHANNELS["cp1252_bestfit_then_utf8"](text))


# --- windows-1252 with bytes lost


def soft_hyphen_lost(text: str) -> str:
    """UTF-8 as windows-1252 in a browser or editor that drops soft hyphens (the byte AD)."""
    return view(text, "cp1252").replace("\xad", "")


def undefined_as(mark: str, text: str) -> str:
    """UTF-8 as windows-1252, the bytes without a character shown as a blank of some kind."""
    return view(text, "cp1252", mark)


def undefined_blank_soft_hyphen_lost(text: str) -> str:
    """Both: copied from a page that showed nothing for either."""
    return view(text, "cp1252", " ").replace("\xad", "")


# --- decomposed text as windows-1252


def decomposed_as_cp1252(form: Damage, undefined: str | None, text: str) -> str:
    """Text with its marks apart (macOS, windows-1258 editors) in UTF-8, read as windows-1252."""
    return view(form(text), "cp1252", undefined)


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


# --- code pages of more than one byte, and all others


def double_byte(charset: str, text: str) -> str:
    """UTF-8 on a Windows set to Chinese, Japanese or Korean; odd bytes become `?`."""
    return text.encode().decode(charset, "replace").replace("\ufffd", "?")


def other_code_page(charset: str, text: str) -> str:
    """UTF-8 read in another one-byte code page, bytes it leaves undefined as C1 controls."""
    return view(text, charset)


def code_pages() -> list[str]:
    """Return Python's one-byte charsets that `vnclean.channels` has no channel for."""
    known = [entry.charset for entry in CHANNELS.values() if entry.kind == "lossless"]
    return one_byte_charsets(but=known)


# --- case


def upper_mojibake(text: str) -> str:
    """Mojibake of windows-1252 in a heading or a column that a program wrote in capitals."""
    return view(text, "cp1252").upper()


def lower_mojibake(text: str) -> str:
    """The same in small letters: search keys, user names, addresses."""
    return view(text, "cp1252").lower()


# --- the wrong converter


def vni_over_unicode(text: str) -> str:
    """A converter from VNI run over Unicode: old theses and school documents (`cơng ty`)."""
    return read_as_vni(text)


def vni_over_tcvn3(text: str) -> str:
    """A converter from VNI run over TCVN3 shown as windows-1252 (`triĨn`)."""
    return read_as_vni(_shown_tcvn3(text))


def _shown_tcvn3(text: str) -> str:
    return text.encode("tcvn3", "replace").decode("cp1252", "replace")


def horn_as_hyphen(text: str) -> str:
    """TCVN3 through a program that wrote a hyphen for the soft hyphen, which is its ư."""
    return _horns(text, "-")


def horn_dropped(text: str) -> str:
    """TCVN3 through a program that dropped the soft hyphen, which is its ư."""
    return _horns(text, "")


def _horns(text: str, mark: str) -> str:
    return text.replace("ư", mark)


# --- tones as signs

_KEYBOARD = dict(zip(TONES, "`´~??", strict=True))


def keyboard_signs(text: str) -> str:
    """What the Vietnamese keyboard of Windows types into a program of one-byte text."""
    return "".join(_KEYBOARD.get(letter, letter) for letter in tones_apart(text))


def keyboard_signs_cp1252(text: str) -> str:
    """The same where the letters lose their horns and breves as well."""
    return cp1252_bestfit(keyboard_signs(text))


def tones_behind_blanks(text: str) -> str:
    """Combining tones that a PDF or a form put behind a blank: nươ ́c."""
    return re.sub(f"([{TONES}])", r" \1", tones_apart(text))


# --- letters of other alphabets


def styled(first: int, text: str) -> str:
    """Letters written with mathematical ones, as posts of social networks do for bold type."""
    made = []
    for letter in nfd(text):
        if "A" <= letter <= "Z":
            letter = chr(first + ord(letter) - 65)
        elif "a" <= letter <= "z":
            letter = chr(first + 26 + ord(letter) - 97)
        made.append(letter)
    return "".join(made)


def full_width(text: str) -> str:
    """Full-width letters, from East Asian input methods."""
    return "".join(
        chr(ord(letter) + 0xFEE0) if letter.isascii() and letter.isalpha() else letter
        for letter in nfd(text)
    )


_SPOOFED = str.maketrans(
    "ABCEHIKMNOPTXYaceghiopstuvyknmbdrlwfzq",
    "АВСЕНІКМПОРТХҮɑсеɡһіорѕтᴜѵуᴋпᴍƄԁгⅼᴡғᴢԛ",
)


def spoofed(text: str) -> str:
    """Whole texts in Cyrillic, small-capital and other look-alikes, to get past a filter."""
    return unicodedata.normalize("NFC", nfd(text).translate(_SPOOFED))


def joiners(mark: str, text: str) -> str:
    """An invisible joiner behind every letter, to get past a filter or a copy check."""
    return re.sub(r"([^\W\d_])", rf"\1{mark}", text)


def look_alikes(table: str, rate: int, text: str) -> str:
    """Every so many letters that have a look-alike of another alphabet are written with it."""
    pairs = dict(zip(*table.split(), strict=True))
    count = 0
    made = []
    for letter in text:
        if letter in pairs:
            count += 1
            letter = letter if count % rate else pairs[letter]
        made.append(letter)
    return "".join(made)


GREEK = "ABEHIKMNOPTXYovu ΑΒΕΗΙΚΜΝΟΡΤΧΥονυ"
CYRILLIC = "ABCEHIKMOPTXYaceiopsxy АВСЕНІКМОРТХУасеіорѕху"


# --- escapes


def _letters(write: Damage, text: str) -> str:
    return re.sub("[^\0-\x7f]+", lambda found: write(found[0]), text)


def _each(write: Callable[[str], str], text: str) -> str:
    return _letters(lambda run: "".join(map(write, run)), text)


def backslash_u_and_x(text: str) -> str:
    """What Python's `unicode_escape` and JavaScript's minifiers write: \\xF2 beside \\u1ED9."""
    return _each(lambda c: f"\\x{ord(c):02X}" if ord(c) < 256 else f"\\u{ord(c):04X}", text)


def percent_u_and_byte(text: str) -> str:
    """JavaScript's `escape`: %E1 for Latin-1, %u1EC7 for the rest."""
    return _each(lambda c: f"%{ord(c):02X}" if ord(c) < 256 else f"%u{ord(c):04X}", text)


def octal(text: str) -> str:
    """The bytes of UTF-8 in octal: git's quoted paths, logs of C programs."""
    return _letters(lambda run: "".join(f"\\{byte:03o}" for byte in run.encode()), text)


def r_escapes(text: str) -> str:
    """What R prints on a Windows console: <U+1EC7>."""
    return _each(lambda c: f"<U+{ord(c):04X}>", text)


def bare_u(text: str) -> str:
    """JSON whose backslashes were stripped: u201c, u1ec7."""
    return _each(lambda c: f"u{ord(c):04x}", text)


def rfc2047_q(text: str) -> str:
    """A mail header's words, quoted-printable, line by line and folded after 40 characters."""
    return "\n".join(_encoded_words(line, _q) for line in text.split("\n"))


def rfc2047_b(text: str) -> str:
    """The same in base 64."""
    return "\n".join(_encoded_words(line, _b) for line in text.split("\n"))


def _q(part: str) -> str:
    shown = quopri.encodestring(part.encode(), header=True).decode().replace("=\n", "")
    return f"=?UTF-8?Q?{shown.replace('?', '=3F')}?="


def _b(part: str) -> str:
    return f"=?UTF-8?B?{b64encode(part.encode()).decode()}?="


def _encoded_words(line: str, write: Callable[[str], str]) -> str:
    return "\n ".join(write(part) for part in re.findall(".{1,40}", line)) if line else line


def entities_of_mojibake(text: str) -> str:
    """Mojibake that a page's template wrote as entities, one for each byte."""
    from html.entities import codepoint2name

    def write(letter: str) -> str:
        name = codepoint2name.get(ord(letter))
        return f"&{name};" if name else f"&#{ord(letter)};"

    return _each(write, view(text, "cp1252"))


# --- file names


def underscores(text: str) -> str:
    """File names and labels written by a program that has ASCII only: `_` for each letter."""
    return re.sub("[^\0-\x7f]", "_", text)


class Kind(NamedTuple):
    """A kind of damage, what should come back of its words in %, and the forward function."""

    name: str
    goal: float
    damage: Damage
    wanted: Damage = str
    """What should come back of a text; all of it, unless its case is gone."""


def _kinds() -> Iterator[Kind]:
    yield Kind("ï¿½ for every letter", 94.0, fffd_saved)
    yield Kind("ï¿½ beside ?", 96.5, fffd_and_qmark_saved)
    yield Kind("ï¿½ beside ?, best fit", 96.5, fffd_bestfit_saved)
    yield Kind("cp1252, soft hyphen lost", 99.5, soft_hyphen_lost)
    yield Kind("cp1252, undefined a blank", 99.5, partial(undefined_as, " "))
    yield Kind("cp1252, undefined NBSP", 99.5, partial(undefined_as, "\xa0"))
    yield Kind("cp1252, both", 99.5, undefined_blank_soft_hyphen_lost)
    for form in (nfd, tones_apart):
        for undefined in ("", "\ufffd"):
            name = f"{form.__name__} as cp1252, 81 {'U+FFFD' if undefined else 'lost'}"
            yield Kind(name, 98.0, partial(decomposed_as_cp1252, form, undefined))
    for name, goal in (("gbk", 90.0), ("cp949", 90.0), ("big5", 85.0), ("shift_jis", 85.0)):
        yield Kind(f"UTF-8 as {name}", goal, partial(double_byte, name))
    for name in code_pages():
        yield Kind(f"UTF-8 as {name}", 97.0, partial(other_code_page, name))
    yield Kind("mojibake in capitals", 90.0, upper_mojibake, str.upper)
    yield Kind("mojibake in small letters", 97.0, lower_mojibake, str.lower)
    yield Kind("VNI converter on Unicode", 90.0, vni_over_unicode)
    yield Kind("VNI converter on TCVN3", 90.0, vni_over_tcvn3)
    yield Kind("ư a hyphen", 99.0, horn_as_hyphen)
    yield Kind("ư dropped", 90.0, horn_dropped)
    yield Kind("tones as signs", 97.0, keyboard_signs)
    yield Kind("tones as signs in cp1252", 97.0, keyboard_signs_cp1252)
    yield Kind("tones behind blanks", 97.0, tones_behind_blanks)
    for name, first in (("bold", 0x1D400), ("sans bold", 0x1D5D4), ("script", 0x1D4D0)):
        yield Kind(f"mathematical {name}", 97.0, partial(styled, first))
    yield Kind("full width", 97.0, full_width)
    yield Kind("look-alikes for the whole text", 97.0, spoofed)
    for mark in "\u034f\u200d\u2060":
        yield Kind(f"U+{ord(mark):04X} in words", 97.0, partial(joiners, mark))
    yield Kind("Greek look-alikes, each 5th", 99.0, partial(look_alikes, GREEK, 5))
    yield Kind("Cyrillic look-alikes, each 5th", 99.0, partial(look_alikes, CYRILLIC, 5))
    for write in (backslash_u_and_x, percent_u_and_byte, octal, r_escapes, bare_u, rfc2047_q,
                  rfc2047_b, entities_of_mojibake):  # fmt: skip
        yield Kind(f"escapes: {write.__name__}", 99.5, write)
    yield Kind("_ for each letter", 90.0, underscores)


def aligned(gold: str, made: str) -> list[tuple[str, str]]:
    """Return the words of a text, each with what came of it; blanks may have come or gone."""
    left, right = gold.split(), made.split()
    if len(left) == len(right):
        return list(zip(left, right, strict=True))
    pairs: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(None, left, right, False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "insert":
            there = right[c:d] if d - c == b - a else [""] * (b - a)
            pairs += zip(left[a:b], there, strict=True)
    return pairs


class Figures:
    """Words damaged and recovered, undamaged and changed."""

    def __init__(self) -> None:
        self.damaged = self.right = self.whole = self.changed = 0
        self.examples: Counter[str] = Counter()

    def add(self, kind: Kind, gold: str, hurt: str, made: str) -> None:
        parts: list[str] = hurt.split()
        if len(parts) != len(gold.split()):  # blanks came in: each word by itself
            parts = [kind.damage(word) for word in gold.split()]
        for (word, result), broken in zip(aligned(gold, made), parts, strict=True):
            if not WORD.search(word):
                continue
            good = same(word, result)
            if broken != word:
                self.damaged += 1
                self.right += good
            else:
                self.whole += 1
                self.changed += not good
            if not good:
                self.examples[f"{broken} -> {result or '...'} ({word})"] += 1

    @property
    def recovered(self) -> float:
        return 100 * self.right / self.damaged if self.damaged else 100.0

    @property
    def harmed(self) -> float:
        return 100 * self.changed / self.whole if self.whole else 0.0


def texts(folder: Path, count: int, size: int = 600) -> dict[str, list[str]]:
    """Return some texts of each domain, the same in every run."""
    found = {}
    for path in sorted(folder.glob("*.txt")):
        there = documents_of(path, size, 1e9)
        random.Random(3).shuffle(there)
        found[path.stem] = there[:count]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--n", type=int, default=12, help="texts of each domain")
    parser.add_argument("--preset", default="standard")
    parser.add_argument("--only", nargs="*", help="kinds whose names hold one of these")
    parser.add_argument("--show", type=int, default=0, help="failures to show of each kind")
    options = parser.parse_args()
    mend = vnclean.Pipeline.preset(options.preset).without("tone_style")
    domains = {  # slips of the clean text are mended as well, with damage or without
        domain: list(map(mend, there)) for domain, there in texts(options.folder, options.n).items()
    }
    short = 0
    print(f"{'kind':34}{'goal':>6}{'mean':>7}{'worst':>7} {'domain':18}{'changed':>8}{'worst':>7}")
    for kind in _kinds():
        if options.only and not any(part in kind.name for part in options.only):
            continue
        rows: dict[str, Figures] = {}
        for domain, there in domains.items():
            rows[domain] = Figures()
            for text in there:
                hurt = kind.damage(text)
                rows[domain].add(kind, kind.wanted(text), hurt, mend(hurt))
        mean = sum(row.recovered for row in rows.values()) / len(rows)
        worst = min(rows, key=lambda domain: rows[domain].recovered)
        harmed = [row.harmed for row in rows.values()]
        below = mean < kind.goal or sum(harmed) / len(harmed) > 0.3
        short += below
        print(f"{kind.name:34}{kind.goal:6.1f}{mean:7.1f}{rows[worst].recovered:7.1f} {worst:18}"
              f"{sum(harmed) / len(harmed):8.2f}{max(harmed):7.2f}{'  below' * below}",
              flush=True)  # fmt: skip
        examples: Counter[str] = sum((row.examples for row in rows.values()), Counter())
        for example, times in examples.most_common(options.show):
            print(f"    {times:4}  {example}")
    print(f"{short} kinds below their goals")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())

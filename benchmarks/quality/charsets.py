"""Measure the legacy charsets: detection, decoding, text lifted out of Unicode, false alarms.

    python benchmarks/quality/charsets.py DATA_FOLDER [--other FOLDER] [--real FILE ...]

DATA_FOLDER holds clean Vietnamese text (`*.txt`, UTF-8, a paragraph a line). The folder after
`--other` holds text in other languages (`fr.txt`, `ru.txt`, a sentence a line). A file after
`--real` holds real strings, a JSON object a line with `bytes_hex` and `decoded_...` (what another
converter made of them).
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
import unicodedata
from collections import Counter
from functools import partial
from pathlib import Path

import vnclean.charsets  # noqa: F401  (registers the codecs)
from vnclean.charsets.detection import decode, detect
from vnclean.charsets.table import charset_names, load_table
from vnclean.language.alphabet import MARKED_LETTERS, decompose
from vnclean.language.tone_placement import restyle_table

MAIN = ("utf-8", "windows-1258-vi", "tcvn3", "vni", "viscii", "vps", "viqr")
OTHERS = ("tcvn5712-1", "bkhcm1", "bkhcm2", "vietware-x", "vietware-f", "utf-16-le")
SAME = {("tcvn5712-1", "tcvn3"), ("windows-1258-vi", "cp1258")}
OTHER_CHARSETS = {
    "fr": ("cp1252", "utf-8"), "de": ("cp1252", "utf-8"), "es": ("cp1252", "utf-8"),
    "pt": ("cp1252", "utf-8"), "is": ("cp1252", "utf-8"), "sv": ("cp1252", "utf-8"),
    "it": ("cp1252",), "fi": ("cp1252",), "cs": ("cp1250", "utf-8"), "pl": ("cp1250", "utf-8"),
    "hu": ("cp1250",), "ro": ("cp1250",), "tr": ("cp1254", "utf-8"), "ru": ("koi8-r", "cp1251"),
    "ja": ("shift-jis", "euc-jp"), "zh_CN": ("gbk",), "zh_Hans": ("gbk",),
}  # fmt: skip


def lower_lost(text: str, charset: str) -> str:
    """Put what a charset can't write into the other case, as its fonts do."""
    if charset.startswith(("utf", "viqr", "windows")):
        return text
    lost = load_table(charset).lost
    return "".join(letter.swapcase() if letter in lost else letter for letter in text)


def encoded(text: str, charset: str) -> bytes | None:
    """Encode a text, or None where it holds more than the charset does."""
    try:
        return lower_lost(text, charset).encode(charset)
    except UnicodeEncodeError:
        return None


def marked(text: str) -> bool:
    """Say whether a text holds a Vietnamese letter outside ASCII."""
    return not MARKED_LETTERS.isdisjoint(text)


def read_lines(folder: Path, limit: int, seed: int = 7) -> list[str]:
    """Return random lines of all text files under a folder."""
    lines = [
        unicodedata.normalize("NFC", line)
        for path in sorted(folder.rglob("*.txt"))
        for line in path.read_text(encoding="utf-8").split("\n")
        if line.strip()
    ]
    random.Random(seed).shuffle(lines)
    return lines[:limit]


def measure_detection(lines: list[str]) -> None:
    """Print the share of pieces of 50, 200 and 1,000 bytes whose charset is named right."""
    pool = "\n".join(lines)
    for charset in MAIN + OTHERS:
        shown = []
        for size in (50, 200, 1000):
            rng = random.Random(size)
            right = total = exact = 0
            wrong: Counter[str] = Counter()
            while total < 1000:
                at = rng.randrange(len(pool) - size * 3)
                at = pool.find(" ", at) + 1
                raw = encoded(pool[at : at + size * 2], charset)
                if raw is None:
                    continue
                raw = raw[: size - size % 2]
                if charset == "utf-8":
                    raw = raw.decode("utf-8", "ignore").encode()
                if raw.isascii() and charset not in ("viqr", "utf-16-le"):
                    continue
                if charset == "viqr" and not marked(raw.decode("viqr")):
                    continue
                total += 1
                found = detect(raw)
                name = found.encoding if found else "none"
                hit = name == charset or (charset, name) in SAME
                right += hit
                if not hit:
                    wrong[name] += 1
                exact += decode(raw).casefold() == raw.decode(charset).casefold()
            shown.append(f"{size} B: {right / total:7.2%} named, {exact / total:7.2%} read")
            if wrong:
                shown[-1] += f" {dict(wrong.most_common(3))}"
        print(f"  {charset:16} " + " | ".join(shown))


def measure_documents(lines: list[str]) -> None:
    """Print how many documents of 40 lines are decoded character by character."""
    for charset in MAIN + OTHERS:
        right = folded = total = 0
        for start in range(0, len(lines) - 40, 40):
            kept = [line for line in lines[start : start + 40] if encoded(line, charset)]
            text = "\n".join(kept)
            raw = encoded(text, charset)
            if not raw:
                continue
            total += 1
            got = decode(raw)
            right += got == text
            folded += got.casefold() == text.casefold()
        print(f"  {charset:16} exact {right / total:7.2%}  but for case {folded / total:7.2%}")


def views(charset: str) -> tuple[str, ...]:
    """Name the code pages that a charset's bytes are wrongly read in."""
    return ("cp1252", "latin-1", "iso8859-15", "cp1258", "cp1254", "cp1250")


def seen(raw: bytes, page: str) -> str:
    """Read bytes in a wrong code page, bytes it leaves undefined as C1 controls."""
    return "".join(bytes([byte]).decode(page, "ignore") or chr(byte) for byte in raw)


def measure_legacy(lines: list[str]) -> None:
    """Print how many sentences and syllables come back from text wrongly read, in four settings."""
    from vnclean.repair.legacy import Legacy

    repair = Legacy()
    for charset in ("tcvn3", "vni", "viscii", "vps", "windows-1258-vi", "viqr"):
        pages = ("cp1252",) if charset == "viqr" else views(charset)
        for page in pages:
            if charset == "windows-1258-vi" and page == "cp1258":
                continue
            right = total = document = harm = folded = 0
            for start in range(0, min(len(lines), 2000) - 20, 20):
                damaged, wanted = [], []
                for index, line in enumerate(lines[start : start + 20]):
                    raw = encoded(line, charset)
                    if raw is None or not marked(line):
                        continue
                    view = seen(raw, page)
                    wanted.append(line)
                    # Every fourth sentence stays clean, to see that it comes to no harm.
                    damaged.append(line if index % 4 == 3 else view)
                    if index % 4 == 3:
                        continue
                    got = repair(view)
                    total += 1
                    right += got == line
                    folded += got.casefold() == line.casefold()
                fixed = repair("\n".join(damaged)).split("\n")
                for had, want, got in zip(damaged, wanted, fixed, strict=True):
                    if had == want:
                        harm += got != want
                    else:
                        document += got.casefold() == want.casefold()
            print(
                f"  {charset:16} as {page:11} alone {right / total:7.2%} (but for case "
                f"{folded / total:7.2%}), among clean lines {document / total:7.2%}, harmed {harm}"
            )


def measure_soft_hyphen(lines: list[str]) -> None:
    """Print the share of syllables that come back from TCVN3 whose byte AD was lost or dashed."""
    from vnclean.repair.legacy import Legacy

    repair = Legacy()
    for name, byte in (("kept", "\xad"), ("dashed", "-"), ("lost", "")):
        right = total = 0
        for start in range(0, min(len(lines), 2000) - 10, 10):
            text = "\n".join(line for line in lines[start : start + 10] if encoded(line, "tcvn3"))
            raw = encoded(text, "tcvn3")
            if not raw:
                continue
            got = repair(seen(raw, "cp1252").replace("\xad", byte)).casefold().split()
            want = text.casefold().split()
            total += len(want)
            if len(got) == len(want):
                right += sum(a == b for a, b in zip(got, want, strict=True))
            else:
                right += sum((Counter(got) & Counter(want)).values())
        print(f"  soft hyphen {name:7} {right / total:8.3%} of {total} words")


def measure_short(lines: list[str]) -> None:
    """Print how often one word in a clean sentence, and a cell of two words, comes back."""
    from vnclean.repair.legacy import Legacy

    repair = Legacy()
    rng = random.Random(3)
    for charset in ("tcvn3", "vni", "viscii", "vps"):
        alone = cells = total = cell_total = 0
        for line in lines[:2000]:
            words = line.split(" ")
            places = [i for i, word in enumerate(words) if marked(word) and word.isalpha()]
            if len(places) < 4:
                continue
            at = rng.choice(places)
            raw = encoded(words[at], charset)
            if raw is None or seen(raw, "cp1252") == words[at]:
                continue
            total += 1
            damaged = " ".join([*words[:at], seen(raw, "cp1252"), *words[at + 1 :]])
            alone += repair(damaged).casefold() == line.casefold()
            cell = " ".join(words[at : at + 2])
            raw = encoded(cell, charset)
            if raw is None:
                continue
            cell_total += 1
            cells += repair(seen(raw, "cp1252")).casefold() == cell.casefold()
        print(
            f"  {charset:8} a word in a clean sentence {alone / total:6.2%} of {total}; "
            f"a cell of two words {cells / cell_total:6.2%}"
        )


def measure_false_alarms(folder: Path) -> None:
    """Print how often text in other languages is taken for Vietnamese, and how often changed."""
    from vnclean.repair.legacy import Legacy

    repair = Legacy()
    vietnamese = {*charset_names(), "cp1258"}
    for path in sorted(folder.glob("*.txt")):
        sentences = [s for s in path.read_text(encoding="utf-8").split("\n") if s.strip()]
        changed = [s for s in sentences if repair(s) != s]
        named = sum((found := detect(s)) is not None and bool(found) for s in sentences)
        shown = [
            f"{path.stem:8} {len(sentences):5} sentences: {len(changed)} changed, {named} named"
        ]
        for charset in OTHER_CHARSETS.get(path.stem, ("utf-8",)):
            pool = "  ".join(sentences).encode(charset, "ignore")
            pieces = [pool[at : at + 200] for at in range(0, len(pool) - 200, 200)][:1000]
            alarms = 0
            for piece in pieces:
                if charset == "utf-8":
                    piece = piece.decode("utf-8", "ignore").encode()
                found = detect(piece)
                alarms += found is not None and found.encoding in vietnamese
            shown.append(f"{charset}: {alarms} alarms of {len(pieces)}")
        print("  " + "; ".join(shown))
        for sentence in changed[:3]:
            print(f"      {sentence[:90]!r} -> {repair(sentence)[:90]!r}")


def measure_harm(lines: list[str]) -> None:
    """Print how many clean Vietnamese lines are changed, and what a scan costs."""
    from vnclean.repair.legacy import Legacy

    repair = Legacy()
    changed = [line for line in lines if repair(line) != line]
    text = "\n".join(lines)
    started = time.perf_counter()
    whole = repair(text)
    spent = time.perf_counter() - started
    print(
        f"  {len(lines)} clean lines: {len(changed)} changed alone; as one text "
        f"{'unchanged' if whole == text else 'CHANGED'}, "
        f"{len(text) / spent / 1e6:.1f} M characters/s"
    )
    for line in changed[:5]:
        print(f"      {line[:100]!r}\n   -> {repair(line)[:100]!r}")


def typed(word: str, method: str) -> str:
    """Type a syllable in Telex or VNI, the tone key last; the case of the first letter is kept."""
    telex = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
    vni = {"ă": "a8", "â": "a6", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7", "đ": "d9"}
    marks, tones = (telex, " frxsj") if method == "telex" else (vni, " 23415")
    keys, tone = "", 0
    for letter in word.lower():
        vowel, this = decompose(letter)
        tone = this or tone
        keys += marks.get(vowel, vowel)
    keys += tones[tone].strip()
    return keys[0].upper() + keys[1:] if word[0].isupper() else keys


def as_keys(method: str, match: re.Match[str]) -> str:
    """Type a word that has marks; leave the others."""
    return typed(match[0], method) if marked(match[0]) else match[0]


def measure_typing(lines: list[str], folder: Path | None) -> None:
    """Print how many words typed without an input method come back, and what it does elsewhere."""
    from vnclean.repair.telex_vni import Typing

    repair = Typing()
    for method in ("telex", "vni"):
        right = total = exact = whole = 0
        for line in lines[:2000]:
            if not marked(line):
                continue
            keys = re.sub(r"[^\W\d_]+", partial(as_keys, method), line)
            got, want = repair(keys).split(), line.split()
            pairs = [(a, b) for a, b in zip(got, want, strict=True) if marked(b)]
            same = sum(restyled(a) == restyled(b) for a, b in pairs)
            right, total = right + same, total + len(pairs)
            exact, whole = exact + (same == len(pairs)), whole + 1
        print(f"  {method:6} words {right / total:7.2%} of {total}, sentences {exact / whole:7.2%}")
    harmed = [line for line in lines if repair(line) != line]
    print(f"  {len(lines)} clean lines: {len(harmed)} changed {[x[:80] for x in harmed[:3]]}")
    for path in sorted(folder.glob("*.txt")) if folder else []:
        sentences = path.read_text(encoding="utf-8").split("\n")
        harmed = [line for line in sentences if repair(line) != line]
        if harmed or path.stem == "code":
            print(f"  {path.stem}: {len(harmed)} of {len(sentences)} changed {harmed[:2]}")


def restyled(word: str) -> str:
    """Return a word in lower case and the old tone style."""
    lowered = word.lower().strip(".,;:!?()\"'")
    return restyle_table("old").get(lowered, lowered)


def measure_real(paths: list[Path]) -> None:
    """Print how real strings are named and read, against another converter's reading."""
    from vnclean.repair.legacy import Legacy

    repair = Legacy()
    for path in paths:
        named: Counter[str] = Counter()
        same = lifted = total = 0
        shown = 0
        for row in map(json.loads, path.read_text(encoding="utf-8").split("\n")[:-1]):
            raw = bytes.fromhex(row["bytes_hex"])
            want = row[next(key for key in row if key.startswith("decoded"))]
            charset = "tcvn3" if "tcvn" in path.name else "viscii"
            total += 1
            found = detect(raw)
            named[found.encoding if found else "none"] += 1
            text = decode(raw)
            if plain(text) == plain(want) or plain(raw.decode(charset)) == plain(text):
                same += 1
            elif shown < 12:
                shown += 1
                print(f"      {text[:110]!r}\n    ? {want[:110]!r}")
            lifted += plain(repair(row["cp1252"])) == plain(text)
        print(
            f"  {path.name}: named {dict(named.most_common(4))}; text as the other converter's "
            f"or by the table {same / total:.2%}; the same lifted out of cp1252 "
            f"{lifted / total:.2%}"
        )


def plain(text: str) -> str:
    """Take out what the other converter dropped: tags, case, blanks."""
    text = re.sub(r"<[^>]*>|#[0-9a-zA-Z]{1,8}|\s+", "", text)
    return unicodedata.normalize("NFC", text).casefold()


def main() -> None:
    """Run all measures that the arguments allow."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--other", type=Path)
    parser.add_argument("--real", type=Path, nargs="*", default=[])
    parser.add_argument("--lines", type=int, default=4000)
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    lines = read_lines(options.data, options.lines)
    parts = {
        "detection": lambda: measure_detection(lines),
        "documents": lambda: measure_documents(lines),
        "legacy": lambda: measure_legacy(lines),
        "short": lambda: measure_short(lines),
        "hyphen": lambda: measure_soft_hyphen(lines),
        "typing": lambda: measure_typing(lines, options.other),
        "harm": lambda: measure_harm(lines),
        "other": lambda: options.other and measure_false_alarms(options.other),
        "real": lambda: measure_real(options.real),
    }
    for name, measure in parts.items():
        if not options.only or name in options.only:
            print(name)
            measure()


if __name__ == "__main__":
    main()

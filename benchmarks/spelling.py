"""How well misspellings are found and mended, and what is done to clean text.

    python benchmarks/spelling.py errors PAIRS.jsonl [--min-confidence 0.5] [--thorough] [--show]
    python benchmarks/spelling.py harm FOLDER_OR_FILE... [--show]
    python benchmarks/spelling.py noise FOLDER_OR_FILE... [--rate 0.05] [--show]
    python benchmarks/spelling.py social PAIRS.jsonl

`errors`: lines with errors marked by people ({"wrong": ..., "right": ...}). Detection: a word that
people changed is touched. Correction: it becomes what they wrote. Precision is over all words that
were changed, also in lines without a marked error; letters are compared without case.
`harm`: words changed in clean text, per million, each one shown.
`noise`: slips put into clean text, by kind; precision counts only what was not damaged.
`social`: error reduction rate and accuracy against the normal form of social-media lines.
"""

from __future__ import annotations

import argparse
import difflib
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from vnclean.language.ngram import TOKEN, canonical
from vnclean.language.syllable import in_use
from vnclean.pipeline import Pipeline
from vnclean.result import Result
from vnclean.spelling import Spelling, slips
from vnclean.transform import Edit, apply_edits, from_config

Gold = list[tuple[int, int, str]]


def gold_edits(wrong: str, right: str) -> Gold:
    """Return (start, end, right text) for the runs of words that differ, case apart."""
    a, b = list(TOKEN.finditer(wrong)), list(TOKEN.finditer(right))
    one, two = [m[0].lower() for m in a], [m[0].lower() for m in b]
    edits: Gold = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if j > i:
            start, end = a[i].start(), a[j - 1].end()
        else:
            start = end = a[i - 1].end() if i else 0
        edits.append((start, end, right[b[k].start() : b[m - 1].end()] if m > k else ""))
    return edits


def same(a: str, b: str) -> bool:
    return [canonical(x) for x in TOKEN.findall(a)] == [canonical(x) for x in TOKEN.findall(b)]


def pipeline(options: argparse.Namespace) -> Pipeline | SymSpell:
    if options.symspell:
        return SymSpell()
    names = [name for name in options.steps.split(",") if name not in ("teencode", "spelling")]
    steps = [from_config(name, {}) for name in names]
    spelling = Spelling(thorough=options.thorough)
    return Pipeline((*steps, spelling), options.min_confidence)


def changed(run: Pipeline | SymSpell, text: str) -> list[Edit]:
    return list(run.explain(text).edits)


def judged(edits: list[Edit], gold: Gold, wrong: str) -> Iterator[tuple[Edit, bool, bool]]:
    """Yield each edit, whether it touches a marked error, and whether the result is right."""
    for edit in edits:
        touched = [g for g in gold if g[0] <= edit.end and g[1] >= edit.start]
        touched = [
            g for g in touched if g[0] == g[1] or min(g[1], edit.end) > max(g[0], edit.start)
        ]
        if not touched:
            yield edit, False, False
            continue
        low = min(edit.start, *(g[0] for g in touched))
        high = max(edit.end, *(g[1] for g in touched))
        mine = wrong[low : edit.start] + edit.replacement + wrong[edit.end : high]
        theirs, at = "", low
        for start, end, fixed in touched:
            theirs += wrong[at:start] + " " * (start == end) + fixed
            at = end
        yield edit, True, same(mine, theirs + wrong[at:high])


class SymSpell:
    """symspellpy with our syllables: a word not in use becomes the nearest, most frequent one."""

    def __init__(self) -> None:
        from symspellpy import SymSpell as Other
        from symspellpy import Verbosity

        self.closest = Verbosity.TOP
        self.other = Other(max_dictionary_edit_distance=1, prefix_length=7)
        for word, frequency in in_use().items():
            self.other.create_dictionary_entry(word, 2**frequency)

    def explain(self, text: str) -> Result:
        edits = []
        for match in TOKEN.finditer(text):
            word = canonical(match[0])
            if not match[0].islower() or word in in_use():
                continue
            found = self.other.lookup(word, self.closest, max_edit_distance=1)
            if found and found[0].term != word:
                edits.append(Edit(match.start(), match.end(), found[0].term, "symspell"))
        return Result(text, apply_edits(text, edits), tuple(edits))


def records(paths: list[Path]) -> list[dict[str, str]]:
    return [
        json.loads(line)
        for path in paths
        for line in path.read_text(encoding="utf-8").split("\n")
        if line
    ]


def near(text: str, edit: Edit) -> str:
    """Return an edit with some text around it, for a report."""
    around = text[max(0, edit.start - 30) : edit.end + 30].replace("\n", " ")
    what = f"{text[edit.start : edit.end]} -> {edit.replacement}"
    return f"{what} {edit.confidence:.3f} {edit.rule} | {around}"


def f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def errors(options: argparse.Namespace) -> None:
    rows = records(options.paths)
    run = pipeline(options)
    total = made = found = mended = 0
    characters, seconds = 0, 0.0
    by_rule: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        gold = gold_edits(row["wrong"], row["right"])
        total += len(gold)
        begun = time.perf_counter()
        edits = changed(run, row["wrong"])
        seconds += time.perf_counter() - begun
        characters += len(row["wrong"].encode())
        for edit, touched, right in judged(edits, gold, row["wrong"]):
            made += 1
            found += touched
            mended += right
            verdict = "right" if right else "wrong" if touched else "unmarked"
            by_rule[edit.rule][verdict] += 1
            if options.show:
                print(f"{verdict:9}{near(row['wrong'], edit)}")
        if options.missed:
            for start, end, fixed in gold:
                if not any(e.start <= end and e.end >= start for e in edits):
                    print("missed  ", row["wrong"][max(0, start - 30) : end + 30], "->", fixed)
    speed = characters / seconds / 1e6
    print(f"{len(rows)} lines, {total} marked errors, {made} changes, {speed:.2f} MB/s")
    for what, hits in (("detection", found), ("correction", mended)):
        precision, recall = hits / max(made, 1), hits / max(total, 1)
        print(
            f"{what}: precision {precision:.4f} recall {recall:.4f} F1 {f1(precision, recall):.4f}"
        )
    for rule, verdicts in sorted(by_rule.items()):
        print(f"  {rule}: {dict(verdicts)}")


def texts(paths: list[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        for file in sorted(path.glob("*.txt")) if path.is_dir() else [path]:
            yield file.name, file.read_text(encoding="utf-8")


def harm(options: argparse.Namespace) -> None:
    run = pipeline(options)
    for name, text in texts(options.paths):
        begun = time.perf_counter()
        edits = changed(run, text)
        seconds = time.perf_counter() - begun
        words = len(TOKEN.findall(text))
        size = len(text.encode()) / 1e6
        print(
            f"{name}: {words:,} words, {len(edits)} changes, {1e6 * len(edits) / words:.1f} per "
            f"million, {size / seconds:.1f} MB/s"
        )
        if options.show:
            for edit in edits:
                print(f"    {near(text, edit)}")


Slip = Callable[[str, random.Random], str | None]


def one_of(kind: str) -> Slip:
    def slip(word: str, dice: random.Random) -> str | None:
        forms = sorted(set(slips.SLIPS[kind][0](word)) - {word})
        return dice.choice(forms) if forms else None

    return slip


def noise(options: argparse.Namespace) -> None:
    run = pipeline(options)
    dice = random.Random(1)
    kinds: dict[str, Slip | None] = {kind: one_of(kind) for kind in slips.SLIPS}
    kinds |= {"doubled": None, "space_lost": None}
    lines = [
        line for _, text in texts(options.paths) for line in text.split("\n") if line.count(" ") > 8
    ]
    dice.shuffle(lines)
    lines = lines[: options.lines]
    for kind, slip in kinds.items():
        put = right = wrong = stray = 0
        size, seconds = 0, 0.0
        for line in lines:
            pieces: list[str] = []
            damage: Gold = []
            at = length = 0
            words = list(TOKEN.finditer(line))
            for number, match in enumerate(words):
                word = match[0]
                if not word.islower() or dice.random() >= options.rate:
                    continue
                if slip is not None:
                    form = slip(canonical(word), dice)
                    span, fixed = match.span(), word
                elif kind == "doubled":
                    form, span, fixed = f"{word} {word}", match.span(), word
                else:
                    after = words[number + 1 : number + 2]
                    if not after or not after[0][0].islower() or line[match.end()] != " ":
                        continue
                    span = (match.start(), after[0].end())
                    form, fixed = word + after[0][0], f"{word} {after[0][0]}"
                if form is None or span[0] < at:
                    continue
                pieces += [line[at : span[0]], form]
                begin = length + span[0] - at
                damage.append((begin, begin + len(form), fixed))
                length = begin + len(form)
                at = span[1]
            text = "".join([*pieces, line[at:]])
            begun = time.perf_counter()
            edits = changed(run, text)
            seconds += time.perf_counter() - begun
            size += len(text.encode())
            put += len(damage)
            for edit, touched, good in judged(edits, damage, text):
                right += good
                wrong += touched and not good
                stray += not touched
                if options.show and not good:
                    print(f"    {'wrong' if touched else 'stray'} {near(text, edit)}")
        made = right + wrong + stray
        recall, precision = right / max(put, 1), right / max(made, 1)
        print(
            f"{kind:15} {put:6} slips: recall {recall:.4f} precision {precision:.4f}"
            f" ({wrong} wrong, {stray} stray) {size / seconds / 1e6:.2f} MB/s"
        )


def social(options: argparse.Namespace) -> None:
    rows = records(options.paths)
    run = Pipeline(tuple(from_config(name, {}) for name in options.steps.split(",")))
    tokens = same_before = same_after = 0
    for row in rows:
        wrong, right, mine = row["wrong"].split(), row["right"].split(), run(row["wrong"]).split()
        tokens += len(right)
        for version in (wrong, mine):
            blocks = difflib.SequenceMatcher(
                None, version, right, autojunk=False
            ).get_matching_blocks()
            hits = sum(block.size for block in blocks)
            if version is wrong:
                same_before += hits
            else:
                same_after += hits
    reduction = (same_after - same_before) / (tokens - same_before)
    before, after = same_before / tokens, same_after / tokens
    print(f"accuracy {before:.4f} -> {after:.4f}, error reduction {reduction:.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("errors", "harm", "noise", "social"))
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--steps", default="misplaced_tone,teencode,spelling")
    parser.add_argument("--min-confidence", type=float)
    parser.add_argument("--thorough", action="store_true")
    parser.add_argument("--symspell", action="store_true", help="measure symspellpy instead")
    parser.add_argument("--rate", type=float, default=0.05)
    parser.add_argument("--lines", type=int, default=2000)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--missed", action="store_true")
    options = parser.parse_args()
    {"errors": errors, "harm": harm, "noise": noise, "social": social}[options.what](options)


if __name__ == "__main__":
    main()

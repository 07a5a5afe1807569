"""How well misspellings are found and mended, and what is done to clean text.

    python benchmarks/quality/spelling.py report DATA [--json benchmarks/results/spelling.json]
    python benchmarks/quality/spelling.py errors PAIRS.jsonl [--min-confidence P] [--thorough]
    python benchmarks/quality/spelling.py harm FOLDER_OR_FILE... [--show]
    python benchmarks/quality/spelling.py noise FOLDER_OR_FILE... [--rate 0.05] [--show]
    python benchmarks/quality/spelling.py social PAIRS.jsonl

`report`: all of it in one run beside the peers of `spelling_peers.py`, those that are missing left
out. DATA has typo_viwiki_dev30.jsonl, vilexnorm_dev.jsonl and clean/*.txt.
`errors`: lines with errors marked by people ({"wrong": ..., "right": ...}). Detection: a word that
people changed is touched. Correction: it becomes what they wrote. Precision is over all words that
were changed, also in lines without a marked error; letters are compared without case.
`harm`: words changed in clean text, per million, each one shown.
`noise`: slips put into clean text, by kind. Precision is over all edits but those that are made
on the undamaged line as well: most of them mend a slip of its writer; they are counted as `before`,
and `harm` shows them.
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
from typing import Any

from spelling_peers import PEERS, MissingPeerError, Peer

import vnclean
from vnclean.language.ngram import TOKEN, canonical
from vnclean.pipeline import Pipeline
from vnclean.registry import from_config
from vnclean.spelling import Spelling, error_model
from vnclean.transform import Edit

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


def pipeline(options: argparse.Namespace) -> Corrector:
    if options.peer:
        return PEERS[options.peer]()
    names = [name for name in options.steps.split(",") if name not in ("teencode", "spelling")]
    steps = [from_config(name, {}) for name in names]
    spelling = Spelling(thorough=options.thorough)
    return Pipeline((*steps, spelling), options.min_confidence)


Corrector = Pipeline | Peer


def changed(run: Corrector, text: str) -> list[Edit]:
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


def measured(
    run: Corrector,
    rows: list[dict[str, str]],
    see: Callable[[str, Gold, list[tuple[Edit, bool, bool]]], object] = lambda *row: None,
) -> dict[str, Any]:
    """Return detection and correction over all rows; every edit that is made is judged.

    `see` is told of every row: its text, what people changed, and the judged edits.
    """
    total = made = found = mended = 0
    size, seconds = 0, 0.0
    for row in rows:
        gold = gold_edits(row["wrong"], row["right"])
        total += len(gold)
        begun = time.perf_counter()
        edits = changed(run, row["wrong"])
        seconds += time.perf_counter() - begun
        size += len(row["wrong"].encode())
        verdicts = list(judged(edits, gold, row["wrong"]))
        made += len(verdicts)
        found += sum(touched for _, touched, _ in verdicts)
        mended += sum(right for _, _, right in verdicts)
        see(row["wrong"], gold, verdicts)
    figures: dict[str, Any] = {"marked_errors": total, "changes": made}
    for what, hits in (("detection", found), ("correction", mended)):
        precision, recall = hits / max(made, 1), hits / max(total, 1)
        figures[what] = {
            "precision": round(precision, 4),
            "recall": round(recall, 4),
            "f1": round(f1(precision, recall), 4),
        }
    figures["mb_per_s"] = round(size / max(seconds, 1e-9) / 1e6, 3)
    return figures


def errors(options: argparse.Namespace) -> None:
    rows = records(options.paths)
    by_rule: dict[str, Counter[str]] = defaultdict(Counter)

    def see(text: str, gold: Gold, verdicts: list[tuple[Edit, bool, bool]]) -> None:
        for edit, touched, right in verdicts:
            verdict = "right" if right else "wrong" if touched else "unmarked"
            by_rule[edit.rule][verdict] += 1
            if options.show:
                print(f"{verdict:9}{near(text, edit)}")
        if options.missed:
            for start, end, fixed in gold:
                if not any(e.start <= end and e.end >= start for e, _, _ in verdicts):
                    print("missed  ", text[max(0, start - 30) : end + 30], "->", fixed)

    figures = measured(pipeline(options), rows, see)
    print(
        f"{len(rows)} lines, {figures['marked_errors']} marked errors, "
        f"{figures['changes']} changes, {figures['mb_per_s']:.2f} MB/s"
    )
    for what in ("detection", "correction"):
        values = figures[what]
        print(
            f"{what}: precision {values['precision']:.4f} recall {values['recall']:.4f} "
            f"F1 {values['f1']:.4f}"
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
        forms = sorted(set(error_model.ERRORS[kind](word)) - {word})
        return dice.choice(forms) if forms else None

    return slip


def noisy(
    run: Corrector, paths: list[Path], rate: float, count: int, show: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield for each kind of slip what becomes of it in clean text."""
    dice = random.Random(1)
    kinds: dict[str, Slip | None] = {kind: one_of(kind) for kind in error_model.ERRORS}
    kinds |= {"doubled": None, "space_lost": None}
    lines = [line for _, text in texts(paths) for line in text.split("\n") if line.count(" ") > 8]
    dice.shuffle(lines)
    lines = lines[:count]
    own = [
        {(line[edit.start : edit.end], edit.replacement) for edit in changed(run, line)}
        for line in lines
    ]
    for kind, slip in kinds.items():
        put = right = wrong = stray = before = 0
        size, seconds = 0, 0.0
        for line, known in zip(lines, own, strict=True):
            text, damage = damaged(line, kind, slip, rate, dice)
            begun = time.perf_counter()
            edits = changed(run, text)
            seconds += time.perf_counter() - begun
            size += len(text.encode())
            put += len(damage)
            for edit, touched, good in judged(edits, damage, text):
                if not touched and (text[edit.start : edit.end], edit.replacement) in known:
                    before += 1
                    continue
                right += good
                wrong += touched and not good
                stray += not touched
                if show and not good:
                    print(f"    {'wrong' if touched else 'stray'} {near(text, edit)}")
        yield (
            kind,
            {
                "slips": put,
                "recall": round(right / max(put, 1), 4),
                "precision": round(right / max(right + wrong + stray, 1), 4),
                "wrong": wrong,
                "stray": stray,
                "mb_per_s": round(size / max(seconds, 1e-9) / 1e6, 2),
            },
        )


def damaged(
    line: str, kind: str, slip: Slip | None, rate: float, dice: random.Random
) -> tuple[str, Gold]:
    """Return a line with slips of one kind in it, and where they are."""
    pieces: list[str] = []
    damage: Gold = []
    at = length = 0
    words = list(TOKEN.finditer(line))
    for number, match in enumerate(words):
        word = match[0]
        if not word.islower() or dice.random() >= rate:
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
    return "".join([*pieces, line[at:]]), damage


def noise(options: argparse.Namespace) -> None:
    run = pipeline(options)
    for kind, row in noisy(run, options.paths, options.rate, options.lines, options.show):
        print(
            f"{kind:15} {row['slips']:6} slips: recall {row['recall']:.4f} "
            f"precision {row['precision']:.4f} ({row['wrong']} wrong, {row['stray']} stray) "
            f"{row['mb_per_s']:.2f} MB/s"
        )


def normalized(run: Pipeline, rows: list[dict[str, str]]) -> dict[str, float]:
    """Return the share of words that are as they should be, before and after."""
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
    return {
        "before": round(same_before / tokens, 4),
        "accuracy": round(same_after / tokens, 4),
        "error_reduction": round((same_after - same_before) / (tokens - same_before), 4),
    }


def social(options: argparse.Namespace) -> None:
    run = Pipeline(tuple(from_config(name, {}) for name in options.steps.split(",")))
    row = normalized(run, records(options.paths))
    print(
        f"accuracy {row['before']:.4f} -> {row['accuracy']:.4f}, "
        f"error reduction {row['error_reduction']:.4f}"
    )


def report(options: argparse.Namespace) -> None:
    """Measure everything, ours and the peers, on the same data; print it and keep it as JSON."""
    (folder,) = options.paths
    first = (from_config("misplaced_tone", {}),)
    runs: dict[str, Corrector] = {
        "vnclean": Pipeline((*first, Spelling())),
        "vnclean --min-confidence 0.5": Pipeline((*first, Spelling()), 0.5),
        "vnclean --thorough": Pipeline((*first, Spelling(thorough=True))),
        "vnclean --thorough --min-confidence 0.5": Pipeline((*first, Spelling(thorough=True)), 0.5),
    }
    for name, kind in PEERS.items():
        try:
            runs[name] = kind()
        except MissingPeerError as how:
            print(f"{name}: not on this machine, left out ({how})")
    rows = records([folder / "typo_viwiki_dev30.jsonl"])
    figures: dict[str, Any] = {
        "command": f"python benchmarks/quality/spelling.py report DATA --lines {options.lines}",
        "version": vnclean.__version__,
        "lines": len(rows),
        "steps": "misplaced_tone, spelling; line by line",
        "errors": {},
    }
    print(f"{'':42} changes  detection P R F1          correction P R F1         MB/s")
    for name, run in runs.items():
        found = measured(run, rows)
        if isinstance(run, Peer):
            found["version"] = run.version
        figures["errors"][name] = found
        cells = [
            f"{found[what][key]:.4f}"
            for what in ("detection", "correction")
            for key in ("precision", "recall", "f1")
        ]
        print(f"{name:42} {found['changes']:7}  {'  '.join(cells)}  {found['mb_per_s']:.3f}")
    own = runs["vnclean"]
    print("slips put into clean text, by kind:")
    figures["noise"] = {"rate": options.rate, "lines": options.lines, "kinds": {}}
    clean = [folder / "clean" / name for name in ("news.txt", "wiki.txt", "literature.txt")]
    for kind, row in noisy(own, clean, options.rate, options.lines, False):
        figures["noise"]["kinds"][kind] = row
        print(f"  {kind:15} recall {row['recall']:.4f}  precision {row['precision']:.4f}")
    print("words changed in clean text, per million:")
    figures["clean"] = {}
    for name, text in texts([folder / "clean"]):
        words, edits = len(TOKEN.findall(text)), changed(own, text)
        per = round(1e6 * len(edits) / words, 1)
        figures["clean"][name] = {"words": words, "changes": len(edits), "per_million": per}
        print(f"  {name:24} {len(edits):4} in {words:,}: {per}")
    chat = folder / "vilexnorm_dev.jsonl"
    if chat.exists():
        steps = ("misplaced_tone", "teencode", "spelling")
        figures["social"] = normalized(
            Pipeline(tuple(from_config(name, {}) for name in steps)), records([chat])
        )
        print(f"social-media lines: {figures['social']}")
    if options.json:
        text = json.dumps(figures, ensure_ascii=False, indent=1) + "\n"
        options.json.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("report", "errors", "harm", "noise", "social"))
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--steps", default="misplaced_tone,teencode,spelling")
    parser.add_argument("--min-confidence", type=float)
    parser.add_argument("--thorough", action="store_true")
    parser.add_argument("--peer", choices=sorted(PEERS), help="measure it instead")
    parser.add_argument("--json", type=Path, help="where `report` writes its figures")
    parser.add_argument("--rate", type=float, default=0.05)
    parser.add_argument("--lines", type=int, default=2000)
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--missed", action="store_true")
    options = parser.parse_args()
    kinds = {"report": report, "errors": errors, "harm": harm, "noise": noise, "social": social}
    kinds[options.what](options)


if __name__ == "__main__":
    main()

"""Measure the repair of lossy damage: every channel, calibration, mixed documents, clean text.

    python benchmarks/quality/channels.py DATA_FOLDER [--n 1000] [--json FILE] [--gate [SECTION]]

DATA_FOLDER holds clean text, `*.txt`, one paragraph a line. Sentences are drawn from news and
wiki where there are such files, else from all of them. Every sentence is damaged by a channel and
repaired by a call of its own of `vnclean.clean`, which isn't told the channel (preset `standard`;
`restore` for lost diacritics and tones), once with min_confidence=0 and once as it ships. Figures
are % of the damaged words restored exactly (case included; where a tone mark stands in oa, oe, uy
is not counted), and "harmed" is % of the undamaged words that were changed. A word is what stands
between blanks. Calibration (expected error over 20 bins, precision and share of the repairs above
0.95) is that of the transform alone.

What the figures do not mean: the text is edited prose. Chat, names lists and tables have less
context and come out worse.
"""

from __future__ import annotations

import argparse
import difflib
import json
import random
import re
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from vnclean.channels import CHANNELS, in_lines
from vnclean.language.ngram import canonical
from vnclean.pipeline import Pipeline
from vnclean.repair.diacritics import RestoreDiacritics, RestoreTones
from vnclean.repair.lossy.transform import Lossy
from vnclean.scan import Scan
from vnclean.transform import Edit, Transform, apply_edits

WORD = re.compile(r"[^\W\d_]+")
SENTENCE = re.compile(r"(?<=[.!?]) +(?=[A-ZĐ])")
SKIPPED = {"cp1253_bestfit"} | {name for name, kind in CHANNELS.items() if kind.kind == "lossless"}
# Another transform undoes it exactly; it is measured because this one may meet it.
ALSO = ("utf8_as_cp1258",)


def sentences(folder: Path, count: int) -> list[str]:
    files = [folder / f"{name}.txt" for name in ("news", "wiki")]
    files = [path for path in files if path.exists()] or sorted(folder.rglob("*.txt"))
    found: list[str] = []
    for path in files:
        lines = path.read_text(encoding="utf-8").split("\n")
        here = [s for line in lines for s in SENTENCE.split(line) if len(s.split()) >= 6]
        random.Random(1).shuffle(here)
        found += here[: max(count // len(files), 1)]
    return found


def same(gold: str, made: str) -> bool:
    """Whether two words are equal but for the tone style."""
    if gold == made:
        return True
    left, right = WORD.findall(gold), WORD.findall(made)
    return (
        WORD.sub("", gold) == WORD.sub("", made)
        and len(left) == len(right)
        and all(
            canonical(a) == canonical(b) and [c.isupper() for c in a] == [c.isupper() for c in b]
            for a, b in zip(left, right, strict=True)
        )
    )


def aligned(gold: str, made: str) -> list[tuple[str, str]]:
    left, right = gold.split(), made.split()
    if len(left) == len(right):
        return list(zip(left, right, strict=True))
    pairs: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, left, right, False).get_opcodes():
        if tag != "insert":
            partners = right[c:d] if d - c == b - a else [""] * (b - a)
            pairs += zip(left[a:b], partners, strict=True)
    return pairs


def transform_for(name: str) -> Transform:
    if name == "no_diacritics":
        return RestoreDiacritics()
    return RestoreTones() if name == "no_tones" else Lossy()


def repair_with_ftfy(text: str) -> str:
    import ftfy

    return ftfy.fix_text(text, explain=False)


def pipeline_for(name: str, config: Path | None) -> Pipeline:
    if config is not None:
        return Pipeline.from_toml(config)
    return Pipeline.preset("restore" if name in ("no_diacritics", "no_tones") else "standard")


def channel_figures(name: str, texts: list[str], pipeline: Pipeline) -> dict[str, Any]:
    bold = replace(pipeline, min_confidence=0.0)
    damage, transform = CHANNELS[name], transform_for(name)
    damaged = untouched = 0
    right = {"all": 0, "default": 0, "ftfy": 0}
    harmed = {"all": 0, "default": 0, "ftfy": 0}
    judged: list[tuple[float, bool]] = []
    for gold in texts:
        broken = damage(gold)
        proposals = list(transform.find(Scan(broken)))
        made = {
            "all": bold(broken),
            "default": pipeline(broken),
            "ftfy": repair_with_ftfy(broken),
        }
        for kind, text in made.items():
            for word, result in aligned(gold, text):
                if not WORD.search(word):
                    continue
                if damage(word) != word:
                    right[kind] += same(word, result)
                    damaged += kind == "all"
                else:
                    harmed[kind] += not same(word, result)
                    untouched += kind == "all"
        judged += judge(gold, broken, proposals)
    row: dict[str, Any] = {"damaged": damaged, "undamaged": untouched}
    for kind in right:
        row[f"recovered_{kind}"] = round(100 * right[kind] / max(damaged, 1), 2)
        row[f"harmed_{kind}"] = round(100 * harmed[kind] / max(untouched, 1), 3)
    row.update(calibration(judged))
    return row


def judge(gold: str, broken: str, edits: list[Edit]) -> Iterator[tuple[float, bool]]:
    """Yield the confidence of each edit and whether it is right."""
    blanks = [m.span() for m in re.finditer(r"\S+", broken)]
    words = gold.split()
    if len(blanks) != len(words):
        return
    at = 0
    for edit in edits:
        while at < len(blanks) - 1 and blanks[at][1] <= edit.start:
            at += 1
        start, end = blanks[at]
        if edit.end > end:
            continue
        inside = [e for e in edits if start <= e.start and e.end <= end]
        shifted = [e._replace(start=e.start - start, end=e.end - start) for e in inside]
        yield edit.confidence, same(words[at], apply_edits(broken[start:end], shifted))


def calibration(judged: list[tuple[float, bool]]) -> dict[str, Any]:
    """Expected calibration error over 20 bins of equal width, in %, and precision above 0.95."""
    error = 0.0
    for number in range(20):
        here = [(c, r) for c, r in judged if number / 20 <= c < (number + 1) / 20 + (number == 19)]
        error += abs(sum(c for c, _ in here) - sum(r for _, r in here))
    sure = [r for c, r in judged if c >= 0.95]
    return {
        "edits": len(judged),
        "ece": round(100 * error / max(len(judged), 1), 2),
        "precision_at_095": round(100 * sum(sure) / max(len(sure), 1), 2),
        "share_at_095": round(100 * len(sure) / max(len(judged), 1), 1),
    }


def documents(folder: Path, count: int) -> list[list[str]]:
    lines = [
        line
        for path in sorted(folder.rglob("*.txt"))
        for line in path.read_text(encoding="utf-8").split("\n")
        if len(line.split()) >= 6
    ]
    random.Random(2).shuffle(lines)
    size = min(40, max(len(lines) // max(count, 1), 20))
    return [lines[n : n + size] for n in range(0, min(len(lines), count * size), size)]


def mixed_figures(folder: Path, names: list[str]) -> dict[str, Any]:
    """One line in 20 is damaged: how many of them are found, and how many others are changed."""
    pipeline = Pipeline.preset("standard").without("tone_style")
    damaged = found = other = changed = 0
    missed: list[str] = []
    for number, lines in enumerate(documents(folder, 100)):
        name = names[number % len(names)]
        chosen = set(range(number % 20, len(lines), 20))
        text = "\n".join(lines)
        broken = in_lines(CHANNELS[name], text, chosen)
        made = pipeline(broken).split("\n")
        usual = pipeline(text).split("\n")  # slips of the clean text are mended as well
        for place, (line, before, after, alone) in enumerate(
            zip(lines, broken.split("\n"), made, usual, strict=True)
        ):
            if place in chosen and before != line:
                damaged += 1
                found += after != before
                if after == before:
                    missed.append(f"{name}: {before[:80]}")
            else:
                other += 1
                changed += after != alone
                if after != alone:
                    missed.append(f"changed: {before[:80]} -> {after[:80]}")
    return {
        "damaged_lines": damaged,
        "recall_of_damaged_lines": round(100 * found / max(damaged, 1), 2),
        "other_lines": other,
        "other_lines_changed": changed,
        "missed": missed[:20],
    }


def clean_figures(folder: Path) -> dict[str, Any]:
    """What the transform does to text that nothing is wrong with, in all and line by line."""
    transform = Lossy()
    words = changed = 0
    examples: list[str] = []
    for path in sorted(folder.rglob("*.txt")):
        text = path.read_text(encoding="utf-8")
        words += len(WORD.findall(text))
        for part in [text, *text.split("\n")]:
            for edit in transform.edits(part):
                changed += 1
                examples.append(f"{part[max(edit.start - 20, 0) : edit.end + 20]!r}")
    return {
        "words": words,
        "changed": changed,
        "changed_per_million": round(1e6 * changed / max(2 * words, 1), 2),
        "examples": examples[:10],
    }


def speed_figures(texts: list[str], names: tuple[str, ...]) -> dict[str, float]:
    """MB (of the damaged text's UTF-8) per second on one core, the text decoded in one call."""
    whole = "\n".join(texts)
    found = {}
    for name in names:
        broken = CHANNELS[name](whole)
        transform = transform_for(name)
        list(transform.find(Scan(broken[:2000])))
        began = time.perf_counter()
        for _ in transform.find(Scan(broken)):
            pass
        found[name] = round(len(broken.encode()) / 1e6 / (time.perf_counter() - began), 3)
    return found


def gate(figures: dict[str, Any], floors: Path, section: str) -> list[str]:
    """Return a sentence for each figure that is below its floor."""
    wanted = tomllib.loads(floors.read_text(encoding="utf-8"))[section]
    failed = []
    for name, floor in wanted.items():
        value: Any = figures
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if value is None:
            continue
        worse = value > floor if name.endswith(("changed", "ece", "per_million")) else value < floor
        if worse:
            failed.append(f"{name} is {value}, its limit is {floor}")
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--n", type=int, default=1000, help="sentences for each channel")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument(
        "--gate",
        nargs="?",
        const="lossy",
        metavar="SECTION",
        help="exit 1 where a floor of this section of floors.toml is missed",
    )
    parser.add_argument("--only", nargs="*", help="channels to measure")
    parser.add_argument("--config", type=Path, help="a pipeline (TOML) instead of the presets")
    parser.add_argument("--channels-only", action="store_true", help="leave out all but channels")
    options = parser.parse_args()
    texts = sentences(options.folder, options.n)
    names = options.only or [n for n in [*CHANNELS, *ALSO] if n not in SKIPPED or n in ALSO]
    show: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True)  # noqa: E731
    figures: dict[str, Any] = {
        "command": f"python benchmarks/quality/channels.py DATA_FOLDER --n {options.n}",
        "sentences": len(texts),
        "steps": {
            preset: [step.name for step in pipeline_for(name, options.config)]
            for preset, name in (("standard", names[0]), ("restore", "no_tones"))
        },
        "channel": {},
    }
    show(f"{'channel':30} recovered: all default ftfy | harmed all default | ECE p@.95 share")
    for name in dict.fromkeys(names):
        row = figures["channel"][name] = channel_figures(
            name, texts, pipeline_for(name, options.config)
        )
        show(
            f"{name:30} {row['recovered_all']:6.2f} {row['recovered_default']:6.2f}"
            f" {row['recovered_ftfy']:6.2f} | {row['harmed_all']:.3f} {row['harmed_default']:.3f}"
            f" | {row['ece']:.2f} {row['precision_at_095']:.2f} {row['share_at_095']:.1f}"
        )
    if not options.channels_only:
        lossy = [name for name, kind in CHANNELS.items() if kind.kind in ("substitute", "view")]
        figures["mixed"] = mixed_figures(options.folder, lossy)
        show(f"mixed documents: {figures['mixed']}")
        figures["clean"] = clean_figures(options.folder)
        show(f"clean text: {figures['clean']}")
        figures["speed"] = speed_figures(
            texts, ("cp1252_bestfit", "cp1252_replace_then_utf8", "ascii_qmark", "no_diacritics")
        )
        show(f"speed, MB/s: {figures['speed']}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if options.gate:
        failed = gate(figures, Path(__file__).parents[1] / "floors.toml", options.gate)
        for sentence in failed:
            show(sentence)
        return 1 if failed else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Train the networks that tell the furniture of pages from their text, and write them as integers.

    python training/line_network.py DATA --weak LABELS --texts FOLDER --folds MODELS
        -o vnclean/data/boilerplate_model.bin
    python benchmarks/quality/boilerplate.py DATA --weak LABELS --models MODELS

DATA is laid out as for training/boilerplate.py, LABELS is written by training/weak_labels.py (those
set aside there are never read), FOLDER holds running text (`*.txt.xz`, a paragraph a line), which
is put into the frames of pages. Needs PyTorch; what comes out runs in
`vnclean/core/line_network.pyx`.

A page is read line by line by gated recurrent units (Cho et al. 2014), downwards and upwards. Two
outputs for each line: is it furniture, is it metadata. A line counts by the root of its length, a
page by the root of its lines, an organisation with many pages less for each. Several networks of
different beginnings are averaged. Weights are rounded to 1 / 2,048; the outputs are brought to
probabilities by a straight line (Platt 1999) over pages of organisations that a network did not
see: for that, and for measuring, four models are trained without a fold of the organisations each.
"""

from __future__ import annotations

import argparse
import json
import lzma
import math
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from training import boilerplate as base  # noqa: E402
from training.page_variants import (  # noqa: E402
    Parts,
    Row,
    bare,
    framed,
    is_body,
    is_frame,
    partly_furnished,
    parts_of,
)
from training.weak_labels import LAYOUTS  # noqa: E402
from vnclean.boilerplate.line_network import write_networks  # noqa: E402
from vnclean.boilerplate.page_features import NAMES, features, split_lines  # noqa: E402
from vnclean.core.line_network import LineNetwork  # noqa: E402

FOLDS, NETWORKS = 4, 2
LAYOUTS_LEARNT = 3
"""Layouts of a weakly labelled page that are learnt from."""
LEAST_CONTENT, LEAST_SHARE = 200, 0.03
"""Characters of content of a weakly labelled page, and their share: a page with less is a list that
the extractors gave up, and its labels say nothing."""
WEIGHTS = {"hand": 3.0, "own": 1.5, "weak": 1 / 3, "framed": 0.7}
"""What a page counts by where its labels come from; there are three layouts of each weak page."""
VARIANT = 0.5
"""What another form of a page counts beside it."""
METADATA = 0.3
"""What a line of metadata counts for the furniture: it is kept, but is neither loss nor gain."""
PAGES_OF_ORGANISATION = 6
"""Pages from which on those of one organisation count less."""
FRAMED = 350
"""Texts in frames of others, for each fold."""
PASSAGE = (3, 6, 12, 25)
PARAGRAPHS = 6000
INPUTS, WIDTH = 32, 32
EPOCHS, RATE, DECAY, CLIP = 12, 3e-3, 1e-3, 5.0
DROPPED_FEATURES, DROPPED_INPUTS, DROPPED_STATES = 0.1, 0.25, 0.3
BATCH, BUCKET, LONGEST = 16, 160, 700
SKIPPED_LINES = 0.08
"""Lines left out of every second page."""


class Sheet(NamedTuple):
    """What is learnt of a page."""

    name: str
    fold: int
    values: np.ndarray
    """float32[lines, features]."""
    labels: np.ndarray
    """A number of `base.LABELS` a line."""
    weights: np.ndarray
    sizes: np.ndarray
    """Characters of each line, blanks apart."""


class Page(NamedTuple):
    """A labelled page and where it comes from."""

    name: str
    organisation: str
    fold: int
    source: str
    rows: list[Row]


def rows_of(document: base.Document) -> list[Row]:
    """Return the lines of a document with their labels."""
    lines = split_lines(document.text)
    return [
        (base.LABELS[label], text, before)
        for label, text, before in zip(
            document.labels.tolist(), lines.text, lines.before, strict=True
        )
    ]


def pages_of(documents: Sequence[base.Document], source: str) -> Iterator[Page]:
    """Yield documents labelled by hand, dealt to the folds by organisation."""
    for fold, (_, held) in enumerate(base.folds(list(documents), FOLDS)):
        for document in held:
            yield Page(document.name, document.site, fold, source, rows_of(document))


def weak_pages(
    path: Path, layouts: Sequence[str] = (), *, is_held_out: bool = False
) -> Iterator[Page]:
    """Yield weakly labelled pages in these layouts, or in some drawn for each page.

    Those set aside are yielded where they are asked for, then no others are.
    """
    with path.open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            if (record["part"] == "held_out") != is_held_out:
                continue
            drawn = random.Random(crc32(record["doc"].encode()))
            if record["layout"] not in (layouts or drawn.sample(list(LAYOUTS), LAYOUTS_LEARNT)):
                continue
            rows = rows_of_lines(record["lines"])
            own = sum(len(text) for label, text, _ in rows if label == "content")
            if own >= max(LEAST_CONTENT, LEAST_SHARE * sum(len(text) for _, text, _ in rows)):
                name = f"{record['doc']}#{record['layout']}"
                fold = -1 if is_held_out else int(record["part"].removeprefix("fold"))
                yield Page(name, record["organisation"], fold, "weak", rows)


def rows_of_lines(lines: Sequence[tuple[str, str]]) -> list[Row]:
    """Return labelled lines with the blank ones before each counted.

    >>> rows_of_lines([("content", "Mùa gặt"), ("", ""), ("content", "đã về")])
    [('content', 'Mùa gặt', 0), ('content', 'đã về', 1)]
    """
    rows: list[Row] = []
    gap = 0
    for label, text in lines:
        for part in text.split("\n"):
            if part.strip():
                rows.append((label, part, gap))
                gap = 0
            else:
                gap += 1
    return rows


def passages(folder: Path | None, count: int, chance: random.Random) -> list[list[Row]]:
    """Return passages of running text."""
    texts = []
    for path in sorted(folder.glob("*.txt.xz")) if folder else []:
        with lzma.open(path, "rt", encoding="utf-8") as file:
            texts.append([line.strip()[:1500] for line in islice(file, PARAGRAPHS)
                          if line.strip()])  # fmt: skip
    found: list[list[Row]] = []
    for _ in range(count if texts else 0):
        text, size = chance.choice(texts), chance.choice(PASSAGE)
        start = chance.randrange(max(1, len(text) - size))
        found.append([("content", line, 0) for line in text[start : start + size]])
    return found


def framed_pages(pages: Sequence[Page], texts: Path | None, fold: int) -> Iterator[Page]:
    """Yield texts of a fold in frames of other pages of it; nearly half are lists of our own."""
    chance = random.Random(fold + 5)
    cut = [(page, parts_of(page.rows)) for page in pages]
    frames = [parts for _, parts in cut if parts and is_frame(parts)]
    own = [parts.body for page, parts in cut if parts and page.source == "own"
           and not any(label == "boilerplate" for label, *_ in page.rows)]  # fmt: skip
    others = [
        parts.body for page, parts in cut if parts and page.source != "own" and is_body(parts)
    ]
    running = passages(texts, 60, chance)
    if not (frames and own and others):
        return
    for number in range(FRAMED):
        kind = chance.random()
        body = chance.choice(own if kind < 0.45 else running if kind < 0.6 and running else others)
        frame: Parts = chance.choice(frames)
        name = f"framed {fold}-{number}"
        yield Page(name, name, fold, "framed", framed(frame, body, chance))


def variants_of(page: Page) -> Iterator[Page]:
    """Yield another form of a page that has furniture and text; of every second weak one."""
    chance = random.Random(crc32(page.name.encode()) + 7)
    labels = [label for label, *_ in page.rows]
    if "boilerplate" not in labels or labels.count("content") < 3:
        return
    is_bare = chance.random() < (0.25 if page.source == "weak" else 0.5)
    rows = bare(page.rows) if is_bare else partly_furnished(page.rows, chance)
    if page.source != "weak" or chance.random() < 0.5:
        yield page._replace(name=f"{page.name}~", rows=rows)


def sheet_of(page: Page, share: float) -> Sheet:
    """Return the features of a page; `share` is what its organisation's pages count."""
    text = "\n".join("\n" * before + line for _, line, before in page.rows)
    lines = split_lines(text)
    labels = np.array([base.LABELS.index(label) for label, *_ in page.rows])
    sizes = np.array([len(line) for line in lines.text])
    weights = np.sqrt(sizes) / math.sqrt(len(sizes)) * WEIGHTS[page.source] * share
    if page.name.endswith("~"):
        weights = weights * VARIANT
    solid = np.array([len(line.replace(" ", "")) for line in lines.text])
    return Sheet(page.name, page.fold, features(lines).T, labels, weights, solid)


def sheets(data: Path, weak: Path | None, texts: Path | None) -> list[Sheet]:
    """Return all that is learnt from."""
    pages = [*pages_of(base.load(data), "hand"), *pages_of(base.load_own(), "own")]
    pages += weak_pages(weak) if weak else []
    every = list(pages)
    for fold in range(FOLDS):
        every += framed_pages([page for page in pages if page.fold == fold], texts, fold)
    for page in pages:
        every += variants_of(page)
    counts = Counter(page.organisation for page in pages if page.source == "weak")
    most = PAGES_OF_ORGANISATION
    return [
        sheet_of(page, math.sqrt(most / max(most, counts[page.organisation]))) for page in every
        if page.rows
    ]  # fmt: skip


# The network.


def network(features_count: int) -> Any:
    """Return a network without training; needs PyTorch."""
    from torch import nn

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.drop = nn.Dropout(DROPPED_FEATURES)
            self.first = nn.Linear(features_count, INPUTS)
            self.rest = nn.Sequential(nn.ReLU(), nn.Dropout(DROPPED_INPUTS))
            self.units = nn.GRU(INPUTS, WIDTH, bidirectional=True, batch_first=True)
            self.out = nn.Sequential(nn.Dropout(DROPPED_STATES), nn.Linear(2 * WIDTH, 2))

        def forward(self, values: Any) -> Any:
            return self.out(self.units(self.rest(self.first(self.drop(values))))[0])

    return Network()


def train(known: Sequence[Sheet], seed: int, epochs: int = EPOCHS) -> dict[str, np.ndarray]:
    """Train one network and return its weights as whole numbers, as the core takes them."""
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    chance = random.Random(seed)
    values = np.concatenate([sheet.values for sheet in known])
    mean, scale = values.mean(axis=0), 1 / (values.std(axis=0) + 1e-3)
    known = [sheet for sheet in known if (sheet.labels < 3).any()]
    inputs = [torch.tensor((sheet.values - mean) * scale).clamp(-CLIP, CLIP) for sheet in known]
    model = network(len(NAMES))
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    steps = epochs * math.ceil(len(known) / BATCH) + epochs * 2
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    order = list(range(len(known)))
    for _ in range(epochs):
        chance.shuffle(order)
        batches = []
        for start in range(0, len(order), BUCKET):
            bucket = sorted(order[start : start + BUCKET], key=lambda each: len(inputs[each]))
            batches += [bucket[low : low + BATCH] for low in range(0, len(bucket), BATCH)]
        chance.shuffle(batches)
        model.train()
        for batch in batches:
            longest = min(LONGEST, max(len(inputs[each]) for each in batch))
            shown = torch.zeros(len(batch), longest, len(NAMES))
            wanted = torch.zeros(len(batch), longest, 2)
            counts = torch.zeros(len(batch), longest, 2)
            for row, each in enumerate(batch):
                sheet, size = known[each], len(inputs[each])
                start = chance.randint(0, size - LONGEST) if size > LONGEST else 0
                kept = np.arange(start, min(size, start + LONGEST))
                if chance.random() < 0.5:
                    kept = kept[torch.rand(len(kept)).numpy() > SKIPPED_LINES]
                labels, weights = sheet.labels[kept], sheet.weights[kept]
                shown[row, : len(kept)] = inputs[each][torch.from_numpy(kept)]
                wanted[row, : len(kept), 0] = torch.tensor(labels == 1).float()
                wanted[row, : len(kept), 1] = torch.tensor(labels == 2).float()
                weights = np.where(labels == 3, 0, weights)
                counts[row, : len(kept), 1] = torch.tensor(weights).float()
                weights = np.where(labels == 2, METADATA * weights, weights)
                counts[row, : len(kept), 0] = torch.tensor(weights).float()
            losses = torch.nn.functional.binary_cross_entropy_with_logits(
                model(shown), wanted, reduction="none"
            )
            loss = (losses * counts).sum() / counts[..., 0].sum().clamp(min=1e-3)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    state = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    return quantised(state, mean, scale)


def _rounded(values: np.ndarray, bits: int, kind: type) -> np.ndarray:
    most = np.iinfo(kind).max
    return np.clip(np.rint(values.astype(np.float64) * (1 << bits)), -most, most).astype(kind)


def quantised(state: dict[str, np.ndarray], mean: np.ndarray, scale: np.ndarray) -> dict[str, Any]:
    """Return the weights of a network as `vnclean.core.line_network.LineNetwork` takes them."""
    sides = ("l0", "l0_reverse")
    bias = [state[f"units.bias_ih_{side}"].copy() for side in sides]
    own = [state[f"units.bias_hh_{side}"] for side in sides]
    for known, more in zip(bias, own, strict=True):
        known[: 2 * WIDTH] += more[: 2 * WIDTH]
    steps = (np.arange(4096) - 2048 + 0.5) / 256
    return {
        "mean": mean.astype(np.float32),
        "scale": scale.astype(np.float32),
        "first": _rounded(state["first.weight"], 11, np.int16),
        "first_bias": _rounded(state["first.bias"], 23, np.int32),
        "inputs": _rounded(
            np.stack([state[f"units.weight_ih_{side}"] for side in sides]), 11, np.int16
        ),
        "states": _rounded(
            np.stack([state[f"units.weight_hh_{side}"] for side in sides]), 11, np.int16
        ),
        "bias": _rounded(np.stack(bias), 23, np.int32),
        "state_bias": _rounded(np.stack([each[2 * WIDTH :] for each in own]), 23, np.int32),
        "out": _rounded(state["out.1.weight"], 11, np.int16),
        "out_bias": _rounded(state["out.1.bias"], 23, np.int32),
        "sigmoid": _rounded(1 / (1 + np.exp(-steps)), 12, np.int16),
        "tanh": _rounded(np.tanh(steps), 12, np.int16),
    }


def calibrated(scores: np.ndarray, right: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Fit 1 / (1 + exp(-(slope * score + offset))) by Newton's method (Platt 1999)."""
    slope, offset = 1.0, 0.0
    design = np.stack([scores, np.ones_like(scores)])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(slope * scores + offset, -30, 30)))
        slant = design @ (weights * (right - chance))
        bend = (design * (weights * chance * (1 - chance))) @ design.T + 1e-6 * np.eye(2)
        step = np.linalg.solve(bend, slant)
        slope, offset = slope + step[0], offset + step[1]
    return float(slope), float(offset)


def lines_of_outputs(
    trained: Sequence[dict[str, Any]], known: Sequence[Sheet]
) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return by output the scores of lines, whether they are such, and what they count.

    `known` are pages of organisations that the networks did not see.
    """
    cores = [LineNetwork(arrays) for arrays in trained]
    found: dict[str, list[tuple[np.ndarray, np.ndarray, np.ndarray]]] = {}
    for sheet in known:
        values = np.ascontiguousarray(sheet.values.T)
        scores = np.sum([core.sums(values) for core in cores], axis=0) / (len(cores) * (1 << 23))
        for row, (name, label) in enumerate((("furniture", 1), ("metadata", 2))):
            told = sheet.labels < 3
            if name == "furniture":
                told &= sheet.labels < 2
            own = scores[row, told], sheet.labels[told] == label, sheet.weights[told]
            found.setdefault(name, []).append(own)
    return {name: tuple(map(np.concatenate, zip(*parts, strict=True)))  # type: ignore[misc]
            for name, parts in found.items()}  # fmt: skip


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--weak", type=Path, help="what training/weak_labels.py wrote")
    parser.add_argument("--texts", type=Path, help="a folder of running text")
    parser.add_argument("--networks", type=int, default=NETWORKS, help="how many are averaged")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--folds", type=Path, required=True, help="a folder for the folds' models")
    parser.add_argument("-o", "--output", type=Path)
    arguments = parser.parse_args()
    known = sheets(arguments.data, arguments.weak, arguments.texts)
    print(f"{len(known)} pages, {sum(len(sheet.labels) for sheet in known)} lines", flush=True)
    arguments.folds.mkdir(parents=True, exist_ok=True)

    def of(learnt: Sequence[Sheet], seed: int) -> list[dict[str, Any]]:
        return [train(learnt, seed + each, arguments.epochs) for each in range(arguments.networks)]

    models, told = [], []
    for fold in range(FOLDS):
        models.append(of([sheet for sheet in known if sheet.fold != fold], 10 * fold))
        held = [sheet for sheet in known if sheet.fold == fold and sheet.weights.any()]
        told.append(lines_of_outputs(models[-1], [s for s in held if "framed" not in s.name]))
        print(f"fold {fold} is trained", flush=True)
        write_networks(models[-1], {}, arguments.folds / f"fold{fold}.bin")

    def header(folds: Sequence[int]) -> dict[str, tuple[float, float]]:
        return {
            name: calibrated(*map(np.concatenate, zip(*(told[each][name] for each in folds),
                                                      strict=True)))
            for name in ("furniture", "metadata")
        }  # fmt: skip

    for fold in range(FOLDS):
        others = [each for each in range(FOLDS) if each != fold]
        write_networks(models[fold], header(others), arguments.folds / f"fold{fold}.bin")
    lines = header(range(FOLDS))
    print("slope and offset:", json.dumps(lines))
    if arguments.output:
        write_networks(of(known, 100), lines, arguments.output)


if __name__ == "__main__":
    main()

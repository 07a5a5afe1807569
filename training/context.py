"""Train the context network of the spelling scorer from any folder of clean text.

    python training/context.py FOLDER -o vnclean/data/context [--minutes 50] [--device cpu]

FOLDER holds `*.txt.xz` or `*.txt` (UTF-8, a paragraph or sentence a line). Needs PyTorch, which the
package itself does not. Writes `context.bin` (8-bit weights, read by
`vnclean.spelling.context_network`)
and `context.json`: options, hashes of the inputs, losses on held-out text. The length of the
training is given as time, so the bytes differ from run to run; the shape and the recipe do not.

Each place of a text is an example: from the words on both sides, two losses ask for the word that
stands there. One is the likelihood among all words (by a sample of them); the other among the words
that can be mistaken for each other: some word that an error may have made of the right one is
taken for what was written, and the right one has to win among all that the writer may have meant.
One word in 25 of what is read is replaced by a misspelling of itself, so that misspelt neighbours
mislead little. Lines that repeat are read once, the last fiftieth of each file is held out.

    python training/context.py --fit DEV_FOLDER

fits, on every other line of clean text that neither model was trained on, how much the n-grams and
this model have to say (`NEAR`, `FAR`, `BASE` in `vnclean/spelling/scorer.py`), from
misspellings put into the text at the rates of `vnclean.spelling.lexicon.RATES`; and prints how
likely an edit of each range of odds is right.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import math
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from vnclean.language import ngram
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.model_file import write_arrays
from vnclean.spelling import context_network, error_model, misspelling_table, scorer
from vnclean.spelling.lexicon import RATES
from vnclean.spelling.tokens import EDGE, canonical, tokenise

SHARES = {"wiki": 3.0, "technical": 2.0, "legal": 0.5, "news_vietnews_1": 0.5}
"""How often a file counts, by the beginning of its name; others once."""

LENGTH = 128
"""Words of a piece of text."""

CANDIDATES = 24
"""Words that are told apart at a time, at most."""

HELD_OUT = 0.02


# ---- text -------------------------------------------------------------------------------------


class Codes(dict[str, int]):
    """The code of each token; what the language model does not see is 65535."""

    def __missing__(self, token: str) -> int:
        code = ngram.load().code(token)
        code = 65535 if code == ngram.SKIP else code
        if len(self) < 1_000_000:
            self[token] = code
        return code


def encode(path: Path, codes: Codes) -> np.ndarray:
    """Return the codes of the words of a file, lines that repeat left out."""
    seen: set[int] = set()
    parts = []
    with lzma.open(path, "rb") if path.suffix == ".xz" else path.open("rb") as file:
        rest = b""
        while True:
            block = file.read(1 << 23)
            whole, _, rest = (rest + block).rpartition(b"\n") if block else (rest, b"", b"")
            fresh = []
            for line in whole.decode().split("\n"):
                number = hash(line)
                if len(line) <= 20 or number not in seen:
                    fresh.append(line)
                    seen.add(number)
            tokens = ngram.TOKEN.findall("\n".join(fresh) + "\n")
            part = np.fromiter(map(codes.__getitem__, tokens), np.uint16)
            parts.append(part[part != 65535])
            if not block:
                return np.concatenate(parts)


def mistaken() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what the writer may have meant by each word, what may be written for it, how many."""
    model = ngram.load()
    size = len(model.vocabulary)
    meant: list[list[int]] = [[] for _ in range(size)]
    written: list[list[int]] = [[] for _ in range(size)]
    for word in model.vocabulary:
        if word in syllables_in_use():
            own = model.id_of[word]
            for other in misspelling_table.sources(word):
                if other in model.id_of:
                    meant[own].append(model.id_of[other])
                    written[model.id_of[other]].append(own)
    return table(meant), table(written), np.array([len(row) for row in written])


def table(rows: list[list[int]]) -> np.ndarray:
    """Return lists of numbers as rows, filled up with -1."""
    whole = np.full((len(rows), max(map(len, rows))), -1, np.int64)
    for row, numbers in zip(whole, rows, strict=True):
        row[: len(numbers)] = sorted(numbers)
    return whole


def batches(parts: list[tuple[np.ndarray, float]], size: int) -> Iterator[np.ndarray]:
    """Yield batches of pieces of text in random order, for ever."""
    dice = np.random.default_rng(3)
    pieces = []
    for codes, share in parts:
        while share > 0:
            begin = int(dice.integers(0, LENGTH))
            count = int((len(codes) - begin) // LENGTH * min(share, 1.0))
            pieces += [codes[begin + k * LENGTH :][:LENGTH] for k in range(count)]
            share -= 1
    while True:
        order = dice.permutation(len(pieces))
        for at in range(0, len(order) - size + 1, size):
            yield np.stack([pieces[k] for k in order[at : at + size]]).astype(np.int64)


# ---- the network ------------------------------------------------------------------------------


def normal(values: torch.Tensor) -> torch.Tensor:
    """Scale each vector to a mean square of one."""
    scale = torch.rsqrt(values.float().pow(2).mean(-1, keepdim=True) + 1e-5)
    return values * scale.to(values.dtype)


class Side(nn.Module):
    """Reads a text in one direction: gated convolutions that look back `STEPS` words."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(2 * width, 2 * width) for _ in context_network.STEPS)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Return what is known after each word."""
        for step, layer in zip(context_network.STEPS, self.layers, strict=True):
            own = normal(values)
            older = functional.pad(own, (0, 0, step, 0))[:, :-step]
            change, gate = layer(torch.cat((older, own), -1)).chunk(2, -1)
            values = values + change * torch.sigmoid(gate)
        return values


class Network(nn.Module):
    """The context model; `vnclean.spelling.context_network` computes the same with numpy."""

    def __init__(self, words: int, width: int, middle: int) -> None:
        super().__init__()
        self.inp = nn.Embedding(words, width)
        self.case = nn.Embedding(4, width)
        self.forward_side, self.backward_side = Side(width), Side(width)
        self.mid = nn.Linear(2 * width, 2 * middle)
        self.top = nn.Linear(middle, width)
        self.out = nn.Embedding(words, width)
        self.bias = nn.Parameter(torch.zeros(words))
        nn.init.normal_(self.inp.weight, std=0.5)
        nn.init.normal_(self.case.weight, std=0.1)
        nn.init.normal_(self.out.weight, std=0.05)

    def forward(self, codes: torch.Tensor) -> torch.Tensor:
        """Return what the words around each place ask for."""
        values = (self.inp(codes >> 2) + self.case(codes & 3)).to(torch.bfloat16)
        left = self.forward_side(values)
        right = self.backward_side(values.flip(1)).flip(1)
        left = functional.pad(left, (0, 0, 1, 0))[:, :-1]
        right = functional.pad(right, (0, 0, 0, 1))[:, 1:]
        change, gate = self.mid(normal(torch.cat((left, right), -1))).chunk(2, -1)
        return self.top(change * torch.sigmoid(gate))


class Losses:
    """The two losses of a batch, see the head of this file."""

    def __init__(self, network: Network, number: np.ndarray, sample: int, device: str) -> None:
        self.network, self.sample, self.device = network, sample, device
        self.comma = ngram.load().id_of[","]
        self.meant, self.written, self.many = (torch.from_numpy(t).to(device) for t in mistaken())
        share = torch.from_numpy((number + 3.0) ** 0.75).to(device)
        self.share = share / share.sum()
        self.drawn = torch.log(-torch.expm1(sample * torch.log1p(-self.share))).float()

    def noisy(self, codes: torch.Tensor) -> torch.Tensor:
        """Replace one word in 25 by a misspelling of it, some of these by what is no word."""
        codes = codes.clone()
        hit = torch.rand(codes.shape, device=self.device) < 0.04
        words = codes[hit] >> 2
        chance = torch.rand(words.shape, device=self.device)
        misspelt = self.written[words, (chance * self.many[words].clamp(min=1)).long()]
        misspelt = torch.where(misspelt < 0, words, misspelt)
        lost = torch.rand(words.shape, device=self.device) < 0.15
        codes[hit] = torch.where(lost, ngram.FOREIGN, misspelt) * 4 + (codes[hit] & 3)
        return codes

    def __call__(self, codes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the mean loss among all words, and among those that can be mistaken."""
        words = codes >> 2
        states = self.network(self.noisy(codes))
        use = (words > ngram.BOUNDARY) & (words != ngram.NUMBER) & (words != self.comma)
        use[:, :4] = use[:, -4:] = False
        return self.among_all(states[use], words[use])

    def among_all(
        self, states: torch.Tensor, words: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return both losses of some places."""
        out, bias = self.network.out.weight, self.network.bias
        fit = (states.float() * functional.embedding(words, out)).sum(-1) + bias[words]
        others = torch.unique(torch.multinomial(self.share, self.sample, replacement=True))
        scores = (states @ out[others].to(states.dtype).T).float()
        scores = scores + (bias[others] - self.drawn[others])
        place = torch.full_like(self.many, -1)
        place[others] = torch.arange(len(others), device=self.device)
        same = place[words]
        rows = torch.nonzero(same >= 0)[:, 0]
        scores = scores.index_put((rows, same[rows]), torch.tensor(-1e9, device=self.device))
        first = torch.logaddexp(torch.logsumexp(scores, -1), fit) - fit
        return first.mean(), self.among_mistaken(states, words, fit)

    def among_mistaken(
        self, states: torch.Tensor, words: torch.Tensor, fit: torch.Tensor
    ) -> torch.Tensor:
        """Return the loss among the words that may be meant by one that can be written."""
        many = self.many[words]
        chosen = torch.rand(many.shape, device=self.device) < 0.5
        use = torch.nonzero((many > 0) & chosen)[:, 0]
        words, many, states, fit = words[use], many[use], states[use].float(), fit[use]
        # What was written: the word itself or a misspelling of it, each with the same chance.
        pick = (torch.rand(many.shape, device=self.device) * (many + 1)).long()
        misspelt = self.written[words, pick.clamp(max=self.written.shape[1] - 1)]
        seen = torch.where(pick < many, misspelt, words)
        rivals = torch.cat((seen[:, None], self.meant[seen][:, :CANDIDATES]), 1)
        out, bias = self.network.out.weight, self.network.bias
        sides = functional.embedding(rivals.clamp(min=0), out)
        scores = torch.bmm(sides, states[:, :, None])[:, :, 0] + bias[rivals.clamp(min=0)]
        scores = scores.masked_fill((rivals < 0) | (rivals == words[:, None]), -1e9)
        loss = torch.logaddexp(torch.logsumexp(scores, -1), fit) - fit
        weight = (many + 1).float()
        return (loss * weight).sum() / weight.sum()


# ---- training ---------------------------------------------------------------------------------


def train(options: argparse.Namespace) -> dict[str, Any]:
    """Train from a folder, write the model and return what went in and came out."""
    torch.manual_seed(1)
    torch.set_num_threads(options.threads)
    codes = Codes()
    files = sorted([*options.folder.glob("*.txt.xz"), *options.folder.glob("*.txt")])
    texts = {path.name: encode(path, codes) for path in files}
    size = len(ngram.load().vocabulary)
    number = sum(np.bincount(text >> 2, minlength=size) for text in texts.values())
    parts, held = [], []
    for name, text in texts.items():
        cut = int(len(text) * (1 - HELD_OUT))
        share = next((many for start, many in SHARES.items() if name.startswith(start)), 1.0)
        parts.append((text[:cut], share))
        held.append((text[cut:], 1.0))
    network = Network(size, options.width, options.middle).to(options.device)
    network.bias.data += (
        torch.log((torch.from_numpy(number) + 1.0) / number.sum()).float().to(options.device)
    )
    losses = Losses(network, number, options.sample, options.device)
    tables = [network.inp.weight, network.out.weight]
    inner = [p for p in network.parameters() if p.dim() > 1 and all(p is not t for t in tables)]
    others = [p for p in network.parameters() if all(p is not q for q in inner)]
    optimizer = torch.optim.AdamW(
        [{"params": inner, "weight_decay": 0.02}, {"params": others, "weight_decay": 0.0}],
        lr=options.rate, betas=(0.9, 0.98),
    )  # fmt: skip
    kind = options.device.split(":")[0]

    def both(batch: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        with torch.autocast(kind, torch.bfloat16):
            result: tuple[torch.Tensor, torch.Tensor] = losses(
                torch.from_numpy(batch).to(options.device)
            )
            return result

    begun, step, words = time.time(), 0, 0
    for batch in batches(parts, options.batch):
        done = (time.time() - begun) / 60 / options.minutes
        if done >= 1:
            break
        rate = options.rate * min(1, (step + 1) / 200)
        for group in optimizer.param_groups:
            group["lr"] = rate * (0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * done)))
        one, two = both(batch)
        (one + two).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step, words = step + 1, words + batch.size
        if step % 200 == 0:
            print(f"{step} {words:,} words: {float(one):.3f} {float(two):.4f}", file=sys.stderr)
    figures = {}
    with torch.no_grad():
        for (name, _), (text, _) in zip(texts.items(), held, strict=True):
            if len(text) > LENGTH * options.batch * 8:
                pieces = batches([(text, 1.0)], options.batch)
                found = np.array([[float(x) for x in both(next(pieces))] for _ in range(8)])
                figures[name] = dict(zip(("all", "mistaken"), found.mean(0).round(3), strict=True))
    total = export(network, options.output.with_suffix(".bin"))
    return {
        "what": "The context model of vnclean's spelling; weights only. See training/README.md.",
        "options": {
            key: value for key, value in sorted(vars(options).items())
            if isinstance(value, int | float | str)
        },
        "input_sha256": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files
        },
        "held_out_loss": figures,
        "words_read": words,
        "parameters": sum(p.numel() for p in network.parameters()),
        "bytes": total,
        "sha256": hashlib.sha256(options.output.with_suffix(".bin").read_bytes()).hexdigest(),
    }  # fmt: skip


def export(network: nn.Module, path: Path) -> int:
    """Write the weights, eight bits each with a scale for each row; return the bytes."""
    arrays: dict[str, np.ndarray] = {}
    for name, tensor in network.state_dict().items():
        values = tensor.float().cpu().numpy()
        name = name.replace("_side.layers.", "_").removesuffix(".weight").replace(".", "_")
        if values.ndim < 2 or name == "case":
            arrays[name] = values
            continue
        scale = np.abs(values).max(1) / 127 + 1e-12
        arrays[name] = np.clip(np.round(values / scale[:, None]), -127, 127).astype(np.int8)
        arrays[f"{name}_scale"] = scale.astype(np.float32)
    return write_arrays(path, context_network.MAGIC, {}, arrays)


# ---- the scorer's weights ----------------------------------------------------------------------


class Examples:
    """Words of clean text and misspellings of them, as rows of candidates; what stands is first."""

    def __init__(self) -> None:
        self.rows: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.right: list[int] = []
        self.clean: list[bool] = []

    def add(self, codes: np.ndarray, places: list[int], words: list[str], meant: list[str]) -> None:
        """Add what both models say of some places of a text."""
        model = context_network.load()
        padded = [EDGE] * 3 + codes.tolist() + [EDGE] * 3
        for begin in range(0, len(places), 2000):
            here = places[begin : begin + 2000]
            states = model.states_at(codes, np.array(here))
            for number, place in enumerate(here):
                word, right = words[begin + number], meant[begin + number]
                row = scorer.confusion_set(word)
                those = [word, *map(row.word_of, range(1, len(row.core)))]
                if right in those and len(those) > 1:
                    owner = np.full(len(those), number)
                    near = np.array(row.core.near(padded[place : place + 7]))
                    far = model.fits(states, owner, np.array(row.core.codes) >> 2)
                    self.rows.append((near, far, np.array(row.core.rates)))
                    self.right.append(those.index(right))
                    self.clean.append(word == right)

    def add_text(self, text: str, dice: random.Random, most: int) -> None:
        """Add words of a text as they are, and as many with a misspelling in them."""
        tokens = tokenise(text, 0, len(text))
        codes = np.array([token.code for token in tokens])
        chosen = [
            place
            for place, token in enumerate(tokens)
            if token.text.islower() and token.text.isalpha() and len(token.text) > 1
        ]
        some = sorted(dice.sample(chosen, min(most, len(chosen))))
        words = [canonical(tokens[place].text) for place in some]
        self.add(codes, some, words, words)
        damaged, places, written, meant = codes.copy(), [], [], []
        last = -5
        for place in chosen:
            word = canonical(tokens[place].text)
            forms = list(error_model.misspellings(word).items())
            if place - last < 5 or not forms or dice.random() < 0.4:
                continue
            ((form, _kind),) = dice.choices(forms, [RATES[kind] for _, kind in forms])
            damaged[place] = ngram.load().code(form)
            places.append(place)
            written.append(form)
            meant.append(word)
            last = place
        some = sorted(dice.sample(range(len(places)), min(most // 2, len(places))))
        self.add(damaged, *([part[k] for k in some] for part in (places, written, meant)))


def fit(folder: Path, prior: float = 6e-4) -> None:
    """Fit the weights of both models in the scorer's odds; print them with their reliability."""
    dice = random.Random(11)
    examples = Examples()
    for name in ("literature", "news", "technical", "wiki"):
        lines = (folder / f"{name}.txt").read_text("utf-8").split("\n")[1::2]
        examples.add_text("\n".join(lines), dice, 8000)
    count, width = len(examples.rows), max(len(row[0]) for row in examples.rows)
    near, far, rates = (torch.zeros(count, width) for _ in range(3))
    real = torch.zeros(count, width, dtype=torch.bool)
    for k, row in enumerate(examples.rows):
        for part, values in zip((near, far, rates), row, strict=True):
            part[k, : len(values)] = torch.from_numpy(values).float()
        real[k, : len(row[0])] = True
    near, far = near - near[:, :1], far - far[:, :1]
    right, clean = torch.tensor(examples.right), torch.tensor(examples.clean)
    other = (torch.arange(width) > 0).float()
    # There are far more misspellings here than in life.
    more = torch.log((~clean).sum() / clean.sum()) - math.log(prior)

    def logits(weights: torch.Tensor) -> torch.Tensor:
        values = weights[0] * near + weights[1] * far + rates
        return (values + other * weights[2]).masked_fill(~real, -1e9)

    use = torch.ones(count, dtype=torch.bool)
    weights = torch.tensor([0.7, 0.3, 0.0], requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=60, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = functional.cross_entropy((logits(weights) + other * more)[use], right[use])
        value.backward()
        return value

    for _ in range(2):
        final = float(optimizer.step(loss).detach())
        with torch.no_grad():
            values = logits(weights)
            best, at = values[:, 1:].max(1)
            odds = best - values[:, 0]
        use &= ~(clean & (odds > 3))  # clean text has misspellings too
    print("NEAR, FAR, BASE:", [round(x, 3) for x in weights.tolist()], final)
    good = (at + 1 == right) & ~clean
    weight = torch.where(clean, (1 - prior) / clean.sum(), prior / (~clean).sum()) * use
    for low in range(-5, 7):
        chosen = (odds >= low) & (odds < low + 1)
        share = float((weight * (chosen & good)).sum() / (weight * chosen).sum().clamp(min=1e-12))
        print(f"odds {low} to {low + 1}: right {share:.3f} of {int((chosen & use).sum())}")


def main() -> None:
    """Read the command line; train and write both files, or fit the scorer's weights."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path("vnclean/data/context"))
    parser.add_argument("--fit", action="store_true", help="fit the scorer's weights on FOLDER")
    parser.add_argument("--minutes", type=float, default=50)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--width", type=int, default=192)
    parser.add_argument("--middle", type=int, default=256)
    parser.add_argument("--batch", type=int, default=48, help="pieces of text of 128 words")
    parser.add_argument("--sample", type=int, default=1024, help="words told apart from each one")
    parser.add_argument("--rate", type=float, default=2e-3)
    options = parser.parse_args()
    if options.fit:
        fit(options.folder)
        return
    text = json.dumps(train(options), ensure_ascii=False, indent=1, sort_keys=True)
    options.output.with_suffix(".json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()

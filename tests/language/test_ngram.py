"""The language model: training on a tiny folder, the file, and the reader against plain counts."""

from __future__ import annotations

import importlib.util
import json
import lzma
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from vnclean.core.ngram import StaticFunction
from vnclean.errors import ModelError
from vnclean.language import ngram

SCRIPT = Path(__file__).parents[2] / "training" / "ngram.py"
pytestmark = pytest.mark.skipif(not SCRIPT.exists(), reason="the training scripts are not here")

INVENTORY = """
    đường phố ngõ hẻm nhà vườn cây lá gió mưa nắng trời sông núi biển thuyền bến chợ gạo muối
    cá tôm cua ốc hoa quả bưởi ổi xoài mít Lan Hùng Huệ Thảo Đà Nẵng Huế Cần Thơ bay bơi chạy
"""
WORDS = INVENTORY.split()


@pytest.fixture(scope="module")
def trainer():
    spec = importlib.util.spec_from_file_location("train_ngram", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sentences(seed: int, count: int) -> str:
    """Return text with some structure: a word is followed by one of a few."""
    dice = random.Random(seed)
    lines = []
    for _ in range(count):
        words = [dice.choice(WORDS)]
        for _ in range(dice.randrange(2, 14)):
            follow = (WORDS.index(words[-1]) * 7 + dice.choice((1, 2, 2, 3, 9))) % len(WORDS)
            words.append(WORDS[follow])
        lines.append(" ".join(words).replace("gạo muối", "gạo, muối") + dice.choice(".?!"))
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("texts")
    (path / "b.txt").write_text(sentences(1, 3000), "utf-8")
    (path / "wiki.txt.xz").write_bytes(lzma.compress(sentences(2, 1500).encode()))
    (path / "notes.md").write_text("not read", "utf-8")
    return path


OPTIONS = ["--threshold", "0", "--least-long", "1", "--rounds", "1", "--width", "4"]


@pytest.fixture(scope="module")
def trained(trainer, folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("model") / "tiny"
    trainer.main([str(folder), "-o", str(out), "--dev", str(folder), *OPTIONS])
    return out


@pytest.fixture(scope="module")
def model(trained):
    return ngram.Model(trained.with_suffix(".bin"))


def test_same_input_same_bytes(trainer, folder, trained, tmp_path):
    trainer.main([str(folder), "-o", str(tmp_path / "again"), *OPTIONS])
    first = trained.with_suffix(".bin").read_bytes()
    assert (tmp_path / "again.bin").read_bytes() == first


def test_the_report_says_what_went_in_and_out(trained):
    report = json.loads(trained.with_suffix(".json").read_text("utf-8"))
    assert sorted(report["input_sha256"]) == ["b.txt", "wiki.txt.xz"]
    assert report["bytes"] == trained.with_suffix(".bin").stat().st_size
    assert set(report["ngrams_kept"]) == {"1", "2", "3", "4"}
    assert 1 < report["perplexity_per_syllable"]["b"]["perplexity"] < 10


def test_vocabulary_begins_with_classes(model):
    assert model.vocabulary[: len(ngram.CLASSES)] == ngram.CLASSES
    assert all(model.id_of[word] == number for number, word in enumerate(model.vocabulary))
    assert {"đường", "huệ", "thơ"} <= set(model.vocabulary)


@pytest.mark.parametrize(
    ("surface", "word", "case"),
    [
        ("Đường", "đường", ngram.TITLE),
        ("ĐƯỜNG", "đường", ngram.UPPER),
        ("hụê", "huệ", ngram.LOWER),
        ("khuỷu", "<unk>", ngram.LOWER),
        ("Xyz", "<foreign>", ngram.TITLE),
        ("iPod", "<foreign>", ngram.MIXED),
        ("1.250,5", "<num>", ngram.LOWER),
        ("?", "<s>", ngram.LOWER),
        ("\n", "<s>", ngram.LOWER),
        (",", ",", ngram.LOWER),
    ],
)
def test_codes(model, surface, word, case):
    assert model.code(surface) == model.id_of[word] * 4 + case


def test_other_punctuation_is_skipped(model):
    assert model.code("“") == model.code("*") == ngram.SKIP


def _word_logs(model, words):
    parts = [np.array([model.id_of[word] * 4]) for word in words]
    return float((model.score(parts[:-1], parts[-1]) - model.case(parts[-2], parts[-1]))[0])


def test_probabilities_of_all_words_sum_to_one(model):
    """After contexts seen and unseen, up to what quantisation costs."""
    every = np.arange(len(model.vocabulary)) * 4
    dice = random.Random(5)
    contexts = [[dice.choice(WORDS).lower() for _ in range(size)] for size in (1, 2, 3) * 8]
    contexts += [["<s>"], ["<s>", "đường"], ["đường", "<s>"]]
    for context in contexts:
        parts = [np.full(len(every), model.id_of[word] * 4) for word in context]
        logs = model.score(parts, every) - model.case(parts[-1], every)
        assert float(np.exp(logs).sum()) == pytest.approx(1, abs=0.12), context


def test_probabilities_of_cases_sum_to_one(model):
    before = np.repeat(np.arange(len(model.vocabulary) * 4), 4)
    word = model.id_of["đà"] * 4
    codes = word + np.tile(np.arange(4), len(before) // 4)
    chance = np.exp(model.case(before, codes)).reshape(-1, 4).sum(1)
    assert chance == pytest.approx(np.ones(len(chance)), abs=5e-3)


def test_nothing_before_a_boundary_matters(model):
    a, b, edge, word = (np.array([model.code(token)]) for token in ("đường", "Huế", ".", "Lan"))
    values = [model.score(context, word)[0] for context in ([edge], [a, edge], [b, b, edge])]
    assert max(values) - min(values) < 1e-6
    values = [model.score([left, edge, a], word)[0] for left in (a, b)]
    assert values[0] == values[1]


@pytest.mark.slow
def test_whole_contexts_follow_the_relative_frequencies(model):
    tokens = ngram.TOKEN.findall(sentences(1, 3000).lower())
    runs = [run for run in zip(*(tokens[k:] for k in range(4)), strict=False)
            if all(word in model.id_of for word in run)]  # fmt: skip
    for run, _ in Counter(runs).most_common(10):
        context = [other for other in runs if other[:3] == run[:3]]
        share = context.count(run) / len(context)
        assert np.exp(_word_logs(model, list(run))) == pytest.approx(share, abs=0.2), run


def test_sequences_agree_with_score(model):
    dice = np.random.default_rng(3)
    size = len(model.vocabulary)
    codes = dice.integers(1, size, 2000) * 4 + dice.integers(0, 3, 2000)
    padded = np.r_[[ngram.BOUNDARY * 4] * 3, codes]
    expected = model.score([padded[:-3], padded[1:-2], padded[2:-1]], padded[3:])
    assert (model.score_sequence(codes) == expected).all()
    assert (model.score([padded[2:-1]], codes) == model.score([padded[2:-1].tolist()], codes)).all()


# ---- the static functions ---------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 2, 3, 50, 3000, 40_000])
@pytest.mark.parametrize("bits", [4, 8])
def test_static_functions_give_every_value_and_few_strangers(trainer, count, bits):
    dice = np.random.default_rng(count)
    keys = np.unique(dice.integers(0, 1 << 42, count + 5).astype(np.uint64))[:count]
    value = dice.integers(0, 16, len(keys)).astype(np.uint8)
    extra = dice.integers(0, 16, len(keys)).astype(np.uint8)
    shape, planes = trainer.function(keys, value, bits, extra)
    arrays = {f"x_{name}": plane for name, plane in planes.items()}
    table = StaticFunction(shape, arrays["x_check"], arrays["x_value"], arrays["x_extra"])
    hit, found, further = table.find(keys)
    assert hit.tolist() == list(range(len(keys)))
    assert found.tolist() == value.tolist()
    assert further.tolist() == extra.tolist()
    strangers = dice.integers(1 << 42, 1 << 43, 20_000).astype(np.uint64)
    # One in 256, or one in 4096 with four more bits of fingerprint.
    assert len(table.find(strangers)[0]) < (160 if bits == 4 else 25)
    assert arrays["x_check"].nbytes < 1.25 * count + 2000


# ---- the file ---------------------------------------------------------------------------------


def test_a_missing_file(tmp_path):
    with pytest.raises(ModelError, match=r"can't be read.*Reinstall"):
        ngram.Model(tmp_path / "none.bin")


def test_an_empty_file(tmp_path):
    (tmp_path / "empty.bin").write_bytes(b"")
    with pytest.raises(ModelError, match="can't be read"):
        ngram.Model(tmp_path / "empty.bin")


def test_another_kind_of_file_or_version(trained, tmp_path):
    data = trained.with_suffix(".bin").read_bytes()
    for other in (b"PK\x03\x04", data.replace(b"n-gram 1", b"n-gram 0", 1)):
        (tmp_path / "other.bin").write_bytes(other)
        with pytest.raises(ModelError, match="no language model of this version"):
            ngram.Model(tmp_path / "other.bin")


@pytest.mark.parametrize("where", [30, 1000, -5])
def test_an_altered_byte(trained, tmp_path, where):
    data = bytearray(trained.with_suffix(".bin").read_bytes())
    data[where] ^= 1
    (tmp_path / "altered.bin").write_bytes(data)
    with pytest.raises(ModelError, match="altered"):
        ngram.Model(tmp_path / "altered.bin")


@pytest.mark.parametrize("length", [18, 40, 5000])
def test_a_file_cut_short(trained, tmp_path, length):
    data = trained.with_suffix(".bin").read_bytes()
    (tmp_path / "short.bin").write_bytes(data[:length])
    with pytest.raises(ModelError, match="short"):
        ngram.Model(tmp_path / "short.bin")


def test_arrays_are_little_endian(trained):
    data = trained.with_suffix(".bin").read_bytes()
    start = len(ngram.MAGIC) + 40
    header = json.loads(data[start : start + int.from_bytes(data[start - 8 : start], "little")])
    assert all(kind[0] in "<|" for kind, _, _ in header["arrays"].values())


# ---- the model that ships ---------------------------------------------------------------------


def test_the_model_that_ships_knows_vietnamese():
    model = ngram.load()
    for left, right, wrong in (
        ("Việt", "Nam", "Nem"), ("thành", "phố", "phở"), ("Đà", "Nẵng", "Nắng"),
    ):  # fmt: skip
        before = [np.array([model.code(left)])]
        good, bad = (model.score(before, np.array([model.code(w)]))[0] for w in (right, wrong))
        assert good > bad + 2


def test_the_model_that_ships_is_within_its_budget():
    folder = Path(ngram.__file__).parent.parent / "data"
    assert sum(part.stat().st_size for part in folder.glob("ngram.*")) <= 32_000_000


def test_words_of_the_vocabulary_are_canonical() -> None:
    """So a word that is one of them needs not be brought into that form."""
    words = [word for word in ngram.load().vocabulary if word[0].isalpha()]
    assert words == list(map(ngram.canonical, words))
    assert len(words) > 9000

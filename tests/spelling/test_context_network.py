"""The context model: the file, the network against a slow one, and what spelling makes of it."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest

import vnclean
from vnclean.errors import ModelError
from vnclean.language import ngram
from vnclean.language.model_file import read_arrays, write_arrays
from vnclean.pipeline import Pipeline
from vnclean.scan import Scan
from vnclean.spelling import Spelling, context_network, scorer
from vnclean.spelling.context_network import STEPS, ContextModel

TEXT = (
    "Hôm qua trời mưa to nên cả xóm ở nhà. Bác Tư kể chuyện ngày xưa, lũ trẻ ngồi nghe say sưa; "
    "ai cũng mong trời tạnh để ra đồng bắt cá."
)


def codes_of(text: str) -> np.ndarray:
    code = ngram.load().code
    found = [code(token) for token in ngram.TOKEN.findall(text)]
    return np.array([number for number in found if number != ngram.SKIP])


# --- the file ----------------------------------------------------------------------------------


def test_arrays_come_back_and_the_same_input_gives_the_same_bytes(tmp_path):
    arrays = {"b": np.arange(5, dtype=np.int8), "a": np.ones((2, 3), np.float32)}
    size = write_arrays(tmp_path / "one", b"magic\n", {"what": "test"}, arrays)
    write_arrays(tmp_path / "two", b"magic\n", {"what": "test"}, dict(reversed(arrays.items())))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert len((tmp_path / "one").read_bytes()) == size
    header, back = read_arrays(tmp_path / "one", b"magic\n", "test model", "a script")
    assert header["what"] == "test"
    assert all((back[name] == values).all() for name, values in arrays.items())


def test_a_file_that_is_missing_or_altered_is_refused_with_advice(tmp_path):
    with pytest.raises(ModelError, match=r"can't be read.*training/context\.py"):
        ContextModel(tmp_path / "none")
    shipped = ContextModel.path()
    data = bytearray(shipped.read_bytes())
    (tmp_path / "short").write_bytes(data[:-3])
    data[len(data) // 2] ^= 1
    (tmp_path / "altered").write_bytes(data)
    (tmp_path / "other").write_bytes(b"vnclean context 0\n" + bytes(data[18:]))
    for name, reason in (("short", "cut short"), ("altered", "altered"), ("other", "version")):
        with pytest.raises(ModelError, match=reason):
            ContextModel(tmp_path / name)


def test_the_model_is_small_and_says_where_it_is_from():
    import json

    figures = json.loads(ContextModel.path().with_suffix(".json").read_text("utf-8"))
    assert figures["bytes"] == ContextModel.path().stat().st_size <= 10_000_000
    assert len(figures["input_sha256"]) > 1
    import hashlib

    assert figures["sha256"] == hashlib.sha256(ContextModel.path().read_bytes()).hexdigest()


# --- the network -------------------------------------------------------------------------------


def slow_side(codes, place, way, arrays, side):
    """Return what one side of a place says, word by word and layer by layer."""

    def weight(name):
        return arrays[name].astype(np.float64) * arrays[f"{name}_scale"][:, None]

    def normal(vector):
        return vector / math.sqrt(float(vector @ vector) / len(vector) + 1e-5)

    def after_layer(at, layer):
        if not 0 <= at < len(codes):
            return None
        if layer == 0:
            word, shape = int(codes[at]) >> 2, int(codes[at]) & 3
            own = arrays["inp"][word].astype(np.float64) * arrays["inp_scale"][word]
            return own + arrays["case"][shape]
        own = after_layer(at, layer - 1)
        older = after_layer(at + way * STEPS[layer - 1], layer - 1)
        older = np.zeros(len(own)) if older is None else normal(older)
        name = f"{side}_{layer - 1}"
        both = weight(name) @ np.concatenate([older, normal(own)]) + arrays[f"{name}_bias"]
        half = len(both) // 2
        return own + both[:half] / (1 + np.exp(-both[half:]))

    found = after_layer(place + way, len(STEPS))
    return np.zeros(arrays["inp"].shape[1]) if found is None else found


@pytest.mark.parametrize("place", [0, 1, 9, 30])
def test_the_network_is_what_its_definition_says(place):
    _, arrays = read_arrays(ContextModel.path(), context_network.MAGIC, "context model", "")
    codes = codes_of(TEXT)
    both = np.concatenate(
        [
            slow_side(codes, place, -1, arrays, "forward"),
            slow_side(codes, place, 1, arrays, "backward"),
        ]
    )
    both /= math.sqrt(float(both @ both) / len(both) + 1e-5)
    mid = arrays["mid"].astype(np.float64) * arrays["mid_scale"][:, None]
    out = mid @ both + arrays["mid_bias"]
    half = len(out) // 2
    top = arrays["top"].astype(np.float64) * arrays["top_scale"][:, None]
    state = top @ (out[:half] / (1 + np.exp(-out[half:]))) + arrays["top_bias"]
    assert np.allclose(context_network.load().states(codes)[place], state, atol=1e-3)


def test_single_places_and_whole_texts_agree_and_repeat():
    model = context_network.load()
    codes = np.tile(codes_of(TEXT), 40)
    assert len(codes) > context_network.CHUNK
    whole = model.states(codes)
    assert whole.shape == (len(codes), whole.shape[1])
    places = np.array(
        [0, 1, 16, 17, context_network.CHUNK - 1, context_network.CHUNK, len(codes) - 1]
    )
    assert (model.states_at(codes, places) == whole[places]).all()
    assert (model.states(codes) == whole).all()
    assert (ContextModel(ContextModel.path()).states(codes) == whole).all()
    assert len(model.states(codes[:0])) == 0


def test_a_place_sees_only_what_lies_within_its_bounds():
    model = context_network.load()
    codes = codes_of(TEXT)
    some = np.array([5])
    alone = model.states_at(codes[3:12], some - 3)
    bounded = model.states_at(codes, some, (np.array([3]), np.array([12])))
    assert (alone == bounded).all()


def test_the_word_that_stands_in_a_place_is_not_seen_there():
    model = context_network.load()
    codes = codes_of(TEXT)
    other = codes.copy()
    other[7] = model_code = ngram.load().code("ghế")
    assert model_code != codes[7]
    assert (model.states(codes)[7] == model.states(other)[7]).all()


# --- what the spelling makes of it -------------------------------------------------------------

BY_CONTEXT = {
    "Xe tải trở hàng bị lật giữa đường.": "chở",
    "Mẹ tôi mới mua một con cá chép rất to về nấu canh trua.": "chua",
}


@pytest.mark.parametrize("text", BY_CONTEXT)
def test_words_that_only_the_context_shows_wrong_are_found(text):
    edits = list(Spelling(thorough=True).find(Scan(text)))
    assert [edit.replacement for edit in edits if edit.confidence >= 0.5] == [BY_CONTEXT[text]]


def test_whoever_asks_for_less_than_the_certain_gets_a_thorough_look():
    plain = Spelling(keep=("xưa",))
    assert plain.strengthened(0.95) is plain
    assert plain.strengthened(0.0) is plain
    assert plain.strengthened(0.5) == Spelling(keep=("xưa",), thorough=True)
    text = next(iter(BY_CONTEXT))
    pipe = Pipeline((Spelling(),), 0.5)
    assert pipe(text) == Pipeline((Spelling(thorough=True),), 0.5)(text) != text


def test_clean_text_does_not_open_the_model():
    script = (
        "import vnclean\n"
        f"text = {TEXT!r}\n"
        "assert vnclean.clean(text) is text\n"
        "from vnclean.spelling import context_network\n"
        "print(context_network.load.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "0", done.stderr


def test_the_context_model_is_asked_only_where_the_ngrams_are_not_sure(monkeypatch):
    asked = []
    real = ContextModel.states_at
    monkeypatch.setattr(
        ContextModel,
        "states_at",
        lambda self, *given: asked.append(len(given[1])) or real(self, *given),
    )
    assert Spelling()(TEXT) is TEXT
    assert not asked
    assert scorer.UNSURE[0] < 0 < scorer.UNSURE[1]
    assert vnclean.clean("công tác tuyền truyền") == "công tác tuyên truyền"


def test_marked_words_of_another_language_are_no_evidence_for_ours() -> None:
    thorough = Spelling(thorough=True)
    for text in (
        "Construite au début du siècle, la façade a été rénovée; l'escalier, où se mêlent "
        "deux époques, mène à la salle.",
        "Défense d'entrer après la tombée de la nuit et prière de ne pas gêner les élèves.",
    ):
        assert not list(thorough.edits(text))

"""The compiled decoder against its twin, against every sequence written out, and hostile input."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core import decoder_twin
from tests.core.decoder_twin import Limits, Slot
from tests.core.ngram_twin import EDGE, SCRIPT, Twin, random_model
from vnclean.core.decoder import Candidates, Decoded, Decoder
from vnclean.core.ngram import NgramModel
from vnclean.language import ngram
from vnclean.language.model_file import read_arrays

pytestmark = pytest.mark.skipif(not SCRIPT.exists(), reason="the training scripts are not here")

SIZE = 9
WHOLE = Limits(1e9, 64, 0, 0.0, 1, ((4, 0.0, 0),), 0.0)
"""Nothing is dropped, and the distant words are not asked: the decoder must be exact."""

candidate = st.tuples(st.integers(0, SIZE * 4 - 1), st.floats(-3, 0))
edge: st.SearchStrategy[Slot] = st.just([(EDGE, 0.0)])


def slots_of(widest: int) -> st.SearchStrategy[Slot]:
    return st.one_of(edge, st.lists(candidate, min_size=1, max_size=widest))


def decode(slots: list[Slot], model: NgramModel, limits: Limits) -> Decoded:
    table = Candidates()
    rows = [table.add_options([("", *option) for option in slot]) for slot in slots]
    return Decoder(model, **limits._asdict()).decode(rows, table)


def check(decoded: Decoded, slots: list[Slot], expected: list[dict[int, float]]) -> None:
    assert len(decoded) == len(slots) == len(expected)
    for at, (slot, posterior) in enumerate(zip(slots, expected, strict=True)):
        found = dict(decoded.ranked(at))
        assert found == pytest.approx(posterior, abs=2e-5)
        assert list(found.values()) == sorted(found.values(), reverse=True)
        best = int(decoded.best[at])
        assert found[best] == decoded.confidence[at] == max(found.values())
        assert decoded.codes[at] == slot[best][0]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([2, 3, 4]), st.integers(0, 2), st.lists(slots_of(3), max_size=6))
def test_posteriors_are_those_of_all_sequences_written_out(
    order: int, seed: int, slots: list[Slot]
) -> None:
    model, twin = random_model(seed, SIZE)
    limits = WHOLE._replace(stages=((order, 0.0, 0),))
    expected = decoder_twin.write_out(slots, twin, order)
    check(decode(slots, model, limits), slots, expected)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 2),
    st.lists(slots_of(5), max_size=9),
    st.sampled_from(
        [
            Limits(),
            Limits(1.5, 3, 2, 1.0, 2, ((3, 0.5, 2), (4, 0.0, 0)), 1.1),
            Limits(2.0, 2, 5, 9.0, 2, ((2, 2.0, 0), (3, 1.0, 1), (4, 0.0, 0)), 0.5),
            Limits(9.0, 64, 0, 0.0, 1, ((3, 0.0, 0),), 0.9),
        ]
    ),
)
def test_pruning_is_that_of_the_twin(seed: int, slots: list[Slot], limits: Limits) -> None:
    model, twin = random_model(seed, SIZE)
    check(decode(slots, model, limits), slots, decoder_twin.decode(slots, twin, limits))


@pytest.mark.slow
def test_candidates_that_are_the_same_word() -> None:
    """Walking over bigrams and looking them up give the same where codes or words repeat."""
    model, twin = random_model(1, SIZE)
    dice = random.Random(0)
    for width in (1, 2, 9, 60):
        slots = [
            [(dice.randrange(SIZE * 4), dice.uniform(-2, 0)) for _ in range(width)]
            for _ in range(4)
        ]
        for limits in (Limits(), Limits(pair_margin=1e9, most=7)):
            check(decode(slots, model, limits), slots, decoder_twin.decode(slots, twin, limits))


# ---- the model that ships ---------------------------------------------------------------------


@dataclass
class Shipped:
    """The model that ships, as the twin asks it."""

    core: NgramModel
    twin: Twin
    known: dict[tuple[int, ...], float] = field(default_factory=dict)
    following: dict[int, frozenset[int]] = field(default_factory=dict)

    def prior(self, code: int) -> float:
        return float(self.core.prior([code])[0])

    def backoff(self, code: int) -> float:
        return float(self.twin.backoff(code))

    def is_tied(self, before: int, code: int) -> bool:
        word = before // 4
        if word not in self.following:
            self.following[word] = frozenset(self.core.successors(word).tolist())
        return code // 4 in self.following[word]

    def score(self, *codes: int) -> float:
        if codes not in self.known:
            context = [[code] for code in codes[:-1]]
            self.known[codes] = float(self.core.score(context, [codes[-1]])[0])
        return self.known[codes]

    def distant(self, words: list[int], at: int, code: int) -> float:
        return self.twin.distant(words, at, code)


@pytest.fixture(scope="module")
def shipped() -> Shipped:
    path = Path(ngram.__file__).parent.parent / "data" / "ngram.bin"
    header, arrays = read_arrays(path, ngram.MAGIC, "model", "")
    return Shipped(ngram.load().core, Twin({**arrays, **header}, {}))


SENTENCES = """
Hôm qua trời mưa to nên cả nhà ở lại trong căn phòng nhỏ nhìn ra vườn.
Theo quy định của pháp luật, người lao động được nghỉ phép hằng năm và hưởng nguyên lương.
Bà ngoại kể chuyện ngày xưa, khi làng còn nghèo; ai cũng phải đi bộ ra chợ huyện!
Kết quả nghiên cứu cho thấy nhiệt độ trung bình tăng 1,5 độ so với năm 1990.
Em Nguyễn Thị Hương học lớp 5A trường tiểu học Lê Quý Đôn, quận Hải Châu, thành phố Đà Nẵng.
"""


def damaged(shape: Any) -> list[Slot]:
    """Return slots for the sentences: what looks alike after the damage may stand there."""
    model = ngram.load()
    forms: dict[str, list[tuple[int, float]]] = {}
    for number, word in enumerate(model.vocabulary[:6000]):
        if word[0].isalpha():
            for case, surface in enumerate((word, word.capitalize())):
                forms.setdefault(shape(surface), []).append((number * 4 + case, -0.1 * case))
    slots: list[Slot] = []
    for token in ngram.TOKEN.findall(SENTENCES):
        code = model.code(token)
        if code >= 0:
            slots.append(forms.get(shape(token)) or [(code, 0.0)])
    return slots


def with_question_marks(text: str) -> str:
    return "".join(letter if letter < "\x80" else "?" for letter in text)


def only_length(text: str) -> str:
    return text[0] + "?" * (len(text) - 1)


def test_damaged_text_is_decoded_as_by_the_twin(shipped: Shipped) -> None:
    slots = damaged(with_question_marks)
    assert sum(len(slot) > 1 for slot in slots) > 50
    check(
        decode(slots, shipped.core, Limits()), slots, decoder_twin.decode(slots, shipped, Limits())
    )


@pytest.mark.slow
def test_wide_rows_are_decoded_as_by_the_twin(shipped: Shipped) -> None:
    slots = damaged(only_length)[:40]
    assert max(map(len, slots)) > 100
    check(
        decode(slots, shipped.core, Limits()), slots, decoder_twin.decode(slots, shipped, Limits())
    )


# ---- sentences, lengths, threads ----------------------------------------------------------------


def test_a_line_gives_the_same_alone_and_among_others() -> None:
    model, _ = random_model(0, SIZE)
    dice = random.Random(4)
    lines = [
        [[(dice.randrange(8, SIZE * 4), 0.0) for _ in range(3)] for _ in range(length)]
        for length in (1, 4, 9, 2, 6)
    ]
    together = decode([slot for line in lines for slot in [*line, [(EDGE, 0.0)]]], model, Limits())
    at = 0
    for line in lines:
        alone = decode(line, model, Limits())
        for k in range(len(line)):
            assert alone.ranked(k) == together.ranked(at + k)
        assert together.ranked(at + len(line)) == [(0, 1.0)]
        at += len(line) + 1


@pytest.mark.slow
def test_long_sentences_are_decoded_as_by_the_twin() -> None:
    """A few slots in every 400 are decided early."""
    model, twin = random_model(2, SIZE)
    dice = random.Random(1)
    slots = [[(dice.randrange(8, SIZE * 4), 0.0) for _ in range(2)] for _ in range(900)]
    decoded = decode(slots, model, Limits())
    check(decoded, slots, decoder_twin.decode(slots, twin, Limits()))
    assert [len(decoded.ranked(at)) for at in (396, 397, 398, 796, 797, 798)] == [1] * 6


def test_a_hundred_thousand_slots_without_an_edge() -> None:
    model, _ = random_model(0, SIZE)
    table = Candidates()
    row = table.add([8, 12, 16], [0.0, 0.0, 0.0])
    decoded = Decoder(model, **Limits()._asdict()).decode([row] * 100_000, table)
    assert len(decoded) == 100_000
    assert (decoded.confidence > 0).all()


def test_nothing_and_settled_slots() -> None:
    model, _ = random_model(0, SIZE)
    assert len(decode([], model, Limits())) == 0
    decoded = decode([[(20, -5.0)], [(20, 7.0)]], model, Limits())
    assert decoded.codes.tolist() == [20, 20]
    assert decoded.confidence.tolist() == [1.0, 1.0]
    assert decoded.ranked(1) == [(0, 1.0)]


def test_one_decoder_serves_many_threads() -> None:
    model, _ = random_model(0, SIZE)
    dice = random.Random(2)
    table = Candidates()
    rows = [table.add([dice.randrange(SIZE * 4) for _ in range(4)], [0.0] * 4) for _ in range(2000)]
    decoder = Decoder(model, **Limits()._asdict())
    expected = decoder.decode(rows, table)
    found: list[Decoded] = []
    threads = [
        threading.Thread(target=lambda: found.append(decoder.decode(rows, table))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    for decoded in found:
        assert decoded.best.tolist() == expected.best.tolist()
        assert decoded.confidence.tolist() == expected.confidence.tolist()


# ---- the doors ----------------------------------------------------------------------------------


def test_rows_and_fixed_words() -> None:
    table = Candidates()
    assert table.add([400, 404], [0.0, -1.0]) == 0
    assert table.add(np.array([8]), np.array([0.5], np.float32)) == 1
    assert table.add_options((("a", 4, -1.0), ("b", 5, -2))) == 2
    assert table.fixed(400) == table.fixed(400) == 3
    assert len(table) == 4
    assert [table.codes(row).tolist() for row in range(4)] == [[400, 404], [8], [4, 5], [400]]
    assert [table.scores(row).tolist() for row in range(4)] == [[0, -1], [0.5], [-1, -2], [0]]
    for row in (-1, 4):
        with pytest.raises(IndexError):
            table.codes(row)


@pytest.mark.parametrize(
    ("codes", "scores", "message"),
    [
        ([], [], "at least one"), ([4], [0.0, 1.0], "one score for each"), ([-1], [0.0], "no code"),
        ([4], [float("-inf")], "finite"), ([4, 8], [0.0, float("nan")], "finite"),
        ([4], [float("inf")], "finite"),
    ],
)  # fmt: skip
def test_rows_that_are_refused(codes: list[int], scores: list[float], message: str) -> None:
    table = Candidates()
    with pytest.raises(ValueError, match=message):
        table.add(codes, scores)
    if len(codes) == len(scores):
        with pytest.raises(ValueError, match=message):
            table.add_options([("", *option) for option in zip(codes, scores, strict=True)])
    assert len(table) == 0
    assert table.add([4], [0.0]) == 0


def test_other_things_in_rows() -> None:
    table = Candidates()
    for codes, scores in ((["x"], [0.0]), ([4], ["x"]), ([1 << 40], [0.0]), ([None], [0.0])):
        with pytest.raises((TypeError, ValueError, OverflowError)):
            table.add(codes, scores)  # type: ignore[arg-type]
    for options in ([()], [("a",)], [4], [("a", 4)]):
        with pytest.raises((TypeError, IndexError)):
            table.add_options(options)  # type: ignore[arg-type]
    assert len(table) == 0


def test_a_row_that_adds_to_its_own_table() -> None:
    class Meddler(list[int]):
        def __getitem__(self, place: Any) -> Any:
            table.add([4] * 5000, [0.0] * 5000)
            return 4

    table = Candidates()
    with pytest.raises(BufferError, match="in use"):
        table.add(Meddler([4, 4]), [0.0, 0.0])
    assert table.add([4], [0.0]) == 0


def test_decode_refuses_what_table_and_model_do_not_have() -> None:
    model, _ = random_model(0, SIZE)
    table = Candidates()
    decoder = Decoder(model, **Limits()._asdict())
    for rows in ([0], [-1]):
        with pytest.raises(ValueError, match="no row"):
            decoder.decode(rows, table)
    row = table.add([SIZE * 4], [0.0])
    with pytest.raises(ValueError, match="no code 36"):
        decoder.decode([row], table)
    with pytest.raises(TypeError):
        decoder.decode([0], None)  # type: ignore[arg-type]
    decoded = decode([[(4, 0.0)]], model, Limits())
    for slot in (-1, 1):
        with pytest.raises(IndexError):
            decoded.ranked(slot)


@pytest.mark.parametrize(
    "change",
    [
        {"most": 0}, {"most": 65}, {"message_most": 0}, {"pair_margin": -1.0},
        {"pair_margin": float("nan")}, {"message_margin": float("nan")}, {"message_rounds": -1},
        {"stages": ()}, {"stages": ((1, 0.0, 0),)}, {"stages": ((5, 0.0, 0),)},
        {"stages": ((4, float("nan"), 0),)}, {"stages": ((4, 0.0, 65),)},
        {"stages": ((4, 0.0, 0),) * 5}, {"stages": ((3, 5.0, 6),)},
    ],
)  # fmt: skip
def test_limits_that_make_no_sense(change: dict[str, Any]) -> None:
    model, _ = random_model(0, SIZE)
    with pytest.raises(ValueError, match=r"candidates|Margins|stage"):
        Decoder(model, **Limits()._replace(**change)._asdict())


@settings(deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.integers(0, SIZE * 4 - 1),
                st.one_of(st.floats(-1e308, 1e308), st.sampled_from([0.0, -800.0, 800.0])),
            ),
            min_size=1,
            max_size=70,
        ),
        max_size=12,
    )
)
def test_extreme_log_probabilities_give_probabilities(slots: list[Slot]) -> None:
    model, _ = random_model(0, SIZE)
    decoded = decode(slots, model, Limits())
    for at, slot in enumerate(slots):
        ranked = decoded.ranked(at)
        assert sum(p for _, p in ranked) == pytest.approx(1, abs=1e-4)
        assert all(0 <= p <= 1 and 0 <= k < len(slot) for k, p in ranked)


@pytest.mark.slow
def test_huge_rows() -> None:
    model, _ = random_model(0, SIZE)
    table = Candidates()
    dice = np.random.default_rng(0)
    wide = [
        table.add(dice.integers(0, SIZE * 4, size), dice.normal(0, 1, size))
        for size in (100_000, 3, 2000, 2000)
    ]
    decoded = Decoder(model, **Limits()._asdict()).decode([*wide, *wide], table)
    assert (decoded.confidence > 0).all()
    assert all(len(decoded.ranked(at)) <= 6 for at in range(len(decoded)))


@pytest.mark.slow
def test_the_gil_is_given_back() -> None:
    """While one thread decodes, another runs Python code."""
    model, _ = random_model(0, SIZE)
    table = Candidates()
    row = table.add([8, 12, 16], [0.0, 0.0, 0.0])
    rows = np.full(100_000, row)
    decoder, stop, ticks = Decoder(model, **Limits()._asdict()), threading.Event(), [0]

    def tick() -> None:
        while not stop.is_set():
            ticks[0] += 1
            time.sleep(0)

    other = threading.Thread(target=tick)
    other.start()
    seen = 0
    for _ in range(5):
        before = ticks[0]
        decoder.decode(rows, table)
        # Were the GIL held, a call could see the other thread once, as it begins.
        seen = max(seen, ticks[0] - before)
    stop.set()
    other.join()
    assert seen > 10

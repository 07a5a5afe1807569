"""The compiled error model gives what its twin gives, and refuses what makes no sense."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.channel_posteriors_twin import likelihood_of
from tests.core.emissions_twin import TOKEN, Channel, Emissions, read, said_of
from vnclean.core.decoder import Candidates
from vnclean.core.emissions import CleanTokens, EmissionTable, FormIndex, hashes_of
from vnclean.language import ngram
from vnclean.repair.decoder import decode
from vnclean.repair.lossy.form_table import inverted

EDGE, NOTHING, OWN_CODE, OWN = -2.0, -21.0, 4000, -1.5

CHANNELS: list[Channel] = [
    lambda text: text.translate(str.maketrans("áàấ", "???")),
    lambda text: text.translate(str.maketrans("áàấđ", "aaad")),
    lambda text: text.replace("ấ", "?á").replace("\U0001f600", ""),
]


@st.composite
def models(draw: st.DrawFn) -> Emissions:
    word = st.text("báàấđ\U0001f600", min_size=1, max_size=4)
    surfaces = draw(st.lists(word, min_size=1, max_size=30, unique=True))
    numbers = st.lists(st.floats(-9, 0), min_size=len(surfaces), max_size=len(surfaces))
    common = draw(st.integers(0, len(surfaces)))
    return Emissions(surfaces, common, CHANNELS, draw(numbers), draw(numbers), EDGE, NOTHING)


def index_of(
    surfaces: list[str], common: int, channels: list[Channel], *said: list[float]
) -> FormIndex:
    numbers = np.arange(len(surfaces), dtype=np.int32)
    parts = [(numbers[:common], surfaces[:common]), (numbers[common:], surfaces[common:])]
    return FormIndex(range(400, 400 + len(surfaces)), *said, **inverted(parts, channels))


LOGS = [-2.0, -3.0, -4.0, -5.0]
NATS = {
    "strange": -16.0, "stranger": -9.0, "unexplained": -24.0, "punctuation": -5.5, "alone": -3.0,
    "glued": -9.25, "several": -6.0,
}  # fmt: skip


def clean_tokens(place: dict[str, int]) -> CleanTokens:
    """Return what a small world says of clean tokens: codes are 40 to 49, by the token's length."""
    return CleanTokens(
        place, LOGS, code=lambda token: -1 if token == "(" else 40 + len(token) % 10,
        pattern=str.isupper, leaves=lambda letter: letter.isascii(), is_syllable=place.__contains__,
        fragments={"b"}, opening="(", longest=4, edge=4, foreign=8, **NATS,
    )  # fmt: skip


def table_of(forms: dict[str, str]) -> EmissionTable:
    """Return a table of one channel, from surfaces and what it makes of them."""
    channel: Channel = lambda text: "\n".join(forms.get(line, line) for line in text.split("\n"))  # noqa: E731
    zeros = [0.0] * len(forms)
    index = index_of(list(forms), len(forms), [channel], zeros, [-1.0] * len(forms))
    return EmissionTable(index, 1, EDGE, NOTHING)


tokens = st.text("?báđa\U0001f600", min_size=1, max_size=5)


@settings(deadline=None)
@given(models(), st.lists(tokens, min_size=1, unique=True), st.floats(-20, 0), st.booleans())
def test_tokens_are_learnt_as_by_the_twin(
    model: Emissions, given_tokens: list[str], clean: float, damaged: bool
) -> None:
    index = index_of(model.surfaces, model.common, model.channels, model.shares, model.logs)
    table = EmissionTable(index, len(CHANNELS), EDGE, NOTHING)
    mixture = ((2, 0), (-0.5, -1.0), -3.0)
    for token in given_tokens:
        stem = token.strip("?")
        lead = len(token) - len(token.lstrip("?")) if stem else 0
        trail = len(token) - lead - len(stem) if stem else 0
        same = sum((channel(token) == token) << n for n, channel in enumerate(CHANNELS))
        number = table.learn(
            token, lead=lead, trail=trail, is_word=True, damaged=damaged, clean=clean, same=same,
            code=8, own_code=OWN_CODE, own_score=OWN,
        )  # fmt: skip
        word = model.word(token, lead, trail, clean, damaged)
        (own_clean,), (by_channel,) = table.logs([number])
        assert own_clean == clean
        assert by_channel.tolist() == pytest.approx(word.by_channel)
        _, (is_damaged,), (explains,) = table.facts([number])
        assert is_damaged == damaged
        assert explains == sum(1 << channel for channel in word.candidates)
        for channel in range(len(CHANNELS)):
            held = [
                (n, left, right, score)
                for n, left, right, channels, _, score in table.candidates(number)
                if channels >> channel & 1
            ]
            assert held == word.candidates.get(channel, [])
        options = Candidates()
        slots = table.rows([number], [0], [0], [mixture], options, 4, True)
        mixed = model.mixed(word, token, OWN, mixture)
        codes = [OWN_CODE if n is None else 400 + n for n, _ in mixed] or [8]
        assert options.codes(slots.rows[0]).tolist() == codes
        scores = [score for _, score in mixed] or [0.0]
        assert options.scores(slots.rows[0]).tolist() == pytest.approx(scores)
        entries = table.entries(slots.origins_of(0, range(len(codes))))
        assert [n for n, _, _ in entries] == [
            -1 if n is None else n for n, _ in mixed or [(None, 0)]
        ]
        assert slots.slots.tolist() == ([0] if mixed or damaged else [])


@given(
    st.text(
        st.one_of(st.sampled_from("aá?\ufffd1.,:/ \t\n\x85\u2028٣²ⅷ_-\U0001f600𝟙"), st.characters())
    ),
    st.integers(0, 5000),
)
def test_a_text_is_cut_as_the_pattern_cuts_it(text: str, gap: int) -> None:
    begins = [gap]
    for line in text.split("\n"):
        begins.append(begins[-1] + len(line) + gap)
    table = table_of({})
    kind, start, line = table.read(text, begins[:-1], clean_tokens({}))
    found = [table.tokens[number] for number in kind]
    assert list(zip(found, start.tolist(), line.tolist(), strict=True)) == read(text, begins[:-1])
    assert table.tokens == list(dict.fromkeys(found))
    again, *_ = table.read(text, begins[:-1], clean_tokens({}))
    assert again.tolist() == kind.tolist()


@given(st.lists(st.tuples(st.floats(-30, 0), st.integers(0, 3), st.booleans()), max_size=30))
def test_lines_are_weighed_as_by_the_twin(given_tokens: list[tuple[float, int, bool]]) -> None:
    channels: list[Channel] = [
        lambda text: text.translate(str.maketrans("áà", "??")),
        lambda text: text.replace("á", "").replace("bà", "c"),
    ]
    index = index_of(["bá", "bà", "cá"], 3, channels, [0.0] * 3, [-1.0, -2.5, -7.0])
    table = EmissionTable(index, 2, EDGE, NOTHING)
    by_line: dict[int, list[int]] = {}
    kinds, lines = [], []
    for n, (clean, line, damaged) in enumerate(sorted(given_tokens, key=lambda each: each[1])):
        token = ("b?", "b", "c", "c?")[n % 4]
        is_word = n % 5 > 0
        kinds.append(table.learn(token, clean=clean, is_word=is_word, damaged=damaged, same=n % 4))
        lines.append(line)
        by_line.setdefault(line, []).append(kinds[-1])
    total = table.sum_by_line(kinds, lines, 4, 0.002, (0.3, 0.05))
    channel = [0, 1, 0, 1]
    damaged_words, good, distinct = table.explained(kinds, lines, channel)
    for line in range(4):
        held = by_line.get(line, [])
        is_word, is_damaged, explains = table.facts(held)
        clean_logs, channel_logs = table.logs(held)
        words = [
            (own, other)
            for own, other, word in zip(
                clean_logs.tolist(), channel_logs.tolist(), is_word, strict=True
            )
            if word
        ]
        assert total[line].tolist() == pytest.approx(likelihood_of(words, 2, 0.002, (0.3, 0.05)))
        of_damage = [
            (number, explained >> channel[line] & 1)
            for number, word, lost, explained in zip(
                held, is_word, is_damaged, explains.tolist(), strict=True
            )
            if word and lost
        ]
        assert damaged_words[line] == len(of_damage)
        assert good[line] == sum(1 for _, explained in of_damage if explained)
        assert distinct[line] == len({number for number, explained in of_damage if explained})


def test_a_text_gets_its_words_back() -> None:
    table = table_of({"bá": "b?", "á": "?"})
    text = "x b??\n (?)"
    clean = clean_tokens({})
    kind, start, _ = table.read(text, [0, 6], clean)
    shown = [table.tokens[n] for n in kind]
    assert shown == ["x", " ", "b??", "\n", " ", "(", "?", ")"]
    at = [2, 6]
    entries = [[c[:3] for c in table.candidates(kind[n])] for n in at]
    assert entries == [[(0, 0, 1)], [(1, 0, 0)]]
    assert table.replaced(text, start[at], kind[at], [0, 1], ["bá", "á"]) == "x bá?\n (á)"
    assert table.replaced(text, start[at], kind[at], [-1, -1], ["bá", "á"]) is text
    with pytest.raises(ValueError, match="one after the other"):
        table.replaced(text, start[at][::-1], kind[at][::-1], [1, 0], ["bá", "á"])
    with pytest.raises(ValueError, match="begins somewhere"):
        table.read(text, [0], clean)


@given(st.lists(st.text("?\ufffdbBáa \n(1", min_size=1, max_size=6)))
def test_what_clean_text_says_is_learnt_as_by_the_twin(texts: list[str]) -> None:
    place = {"b": 0, "bá": 1, "Bá": 2, "aa": 3}
    table, clean = table_of({"bá": "b?", "á": "?"}), clean_tokens(place)
    tokens = [token for text in texts for token in TOKEN.findall(text)]
    table.learn_all(tokens, clean)
    for number, token in enumerate(table.tokens):
        word = said_of(token, place, LOGS, NATS)
        ((own,), _), ((is_word,), (damaged,), _) = table.logs([number]), table.facts([number])
        assert (own, is_word, damaged) == pytest.approx(word[:3]), token
        assert table.itself(number) == pytest.approx(word[3:]), token


def sequence() -> tuple[EmissionTable, list[int]]:
    """Return a table with a word, a mark that may be a word, and a blank."""
    table = table_of({"bá": "b?", "á": "?"})
    return table, [
        table.learn("b?", is_word=True, damaged=True, code=12),
        table.learn("?", is_mark=True, code=16, own_code=4),
        table.learn(" ", opens=True),
    ]


def test_a_mark_after_a_word_is_an_edge_and_after_a_blank_a_word() -> None:
    table, (word, mark, blank) = sequence()
    options = Candidates()
    way = [((0,), (0.0,), -1.0)]
    kinds = [word, mark, blank, mark]
    slots = table.rows(kinds, range(4), [0] * 4, way, options, 4, True)
    assert [options.codes(row).tolist() for row in slots.rows] == [[400], [4], [401, 4]]
    assert (slots.slots.tolist(), slots.places.tolist()) == ([0, 3], [0, 2])
    assert slots.origins([0, 0, 1]).tolist() == [0, -1]


def test_without_marks_that_end_only_words_are_repaired() -> None:
    table, (word, mark, blank) = sequence()
    options = Candidates()
    way = [((0,), (0.0,), -1.0)]
    kinds = [word, blank, mark]
    slots = table.rows(kinds, [0, 1, 2, -1, 0], [0, 0, 0, -1, -1], way, options, 4, False)
    assert [options.codes(row).tolist() for row in slots.rows] == [[400], [16], [4], [12]]
    assert slots.slots.tolist() == [0, 0]


def test_the_posterior_of_a_token_as_it_stands() -> None:
    table, (word, mark, blank) = sequence()
    options = Candidates()
    way = [((0,), (0.0,), -1.0)]
    kinds = [blank, mark, blank, word, blank, mark]
    slots = table.rows(kinds, range(6), [0] * 6, way, options, 4, True)
    decoded = decode(slots.rows, options, ngram.load())
    own = []
    for place in slots.places:
        numbers, shares = zip(*decoded.ranked(place), strict=True)
        own.append(dict(zip(slots.origins_of(place, numbers), shares, strict=True)).get(-1, 0.0))
    every = range(len(slots.slots))
    assert slots.own_posteriors(decoded, every, 2.0).tolist() == own
    assert any(own)
    assert not slots.own_posteriors(decoded, every, 0.0).any()
    with pytest.raises(IndexError, match="no slot"):
        slots.own_posteriors(decoded, [9], 2.0)


def test_words_of_a_long_text_are_counted_part_by_part() -> None:
    clean, table = clean_tokens({"b": 0, "bá": 1}), table_of({"bá": "b?"})
    for blank in (" ", "\n", ""):
        text = f"bá{blank}" * 90_000
        _, times = table.count(text, clean, 13)
        assert times.tolist() == [90_000 if blank else 1], blank


def test_equal_tokens_share_a_row() -> None:
    table, (word, _, _) = sequence()
    slots = table.rows(
        [word] * 3,
        range(3),
        [0, 0, 1],
        [((0,), (w,), 0.0) for w in (0.0, 1.0)],
        Candidates(),
        4,
        True,
    )
    assert slots.rows[0] == slots.rows[1] != slots.rows[2]


def test_what_makes_no_sense_is_refused() -> None:
    table, numbers = sequence()
    with pytest.raises(ValueError, match="line of its own"):
        hashes_of("a\nb", "a")
    held = inverted([(np.arange(2), ["bá", "á"]), (np.arange(0), [])], CHANNELS[:1])
    index = FormIndex([400, 401], [0.0] * 2, [0.0] * 2, **held)
    for wrong, match in (
        ({"surfaces": held["surfaces"] + np.uint16(9)}, "no surface"),
        ({"hashes": held["hashes"][::-1].copy()}, "order of their hashes"),
        ({"rares": held["rares"] + np.uint32(9)}, "behind the common"),
        ({"starts": held["starts"][:-1]}, "has its surfaces"),
        ({"channels": held["channels"][:-1]}, "has its channels"),
    ):
        with pytest.raises(ValueError, match=match):
            FormIndex([400, 401], [0.0] * 2, [0.0] * 2, **{**held, **wrong})
    with pytest.raises(ValueError, match="one code"):
        FormIndex([400], [0.0], [], **held)
    with pytest.raises(ValueError, match="channels are possible"):
        EmissionTable(index, 33, EDGE, NOTHING)
    with pytest.raises(ValueError, match="inside the token"):
        table.learn("ab", lead=2, trail=1)
    with pytest.raises(IndexError, match="no token"):
        table.logs([9])
    with pytest.raises(IndexError, match="no entry"):
        table.entries([99])
    with pytest.raises(IndexError, match="no such token"):
        table.rows(numbers, [3], [0], [((0,), (0.0,), 0.0)], Candidates(), 4, True)
    with pytest.raises(ValueError, match="no channel"):
        table.rows(numbers, [0], [0], [((1,), (0.0,), 0.0)], Candidates(), 4, True)
    slots = table.rows(numbers, [0], [0], [((0,), (0.0,), 0.0)], Candidates(), 4, True)
    with pytest.raises(IndexError, match="no candidate"):
        slots.origins(np.array([5]))
    with pytest.raises(ValueError, match="one best"):
        slots.origins(np.array([0, 0]))


def test_a_table_that_is_empty_has_no_tokens() -> None:
    table = table_of({})
    assert [each.shape for each in table.logs([])] == [(0,), (0, 1)]
    slots = table.rows([], [], [], [], Candidates(), 4, True)
    assert slots.rows.tolist() == slots.origins([]).tolist() == []


def test_words_that_are_favoured_and_words_in_capitals() -> None:
    surfaces = ["Lũ", "LŨ", "Lò"]
    lost: Channel = lambda text: text.translate(str.maketrans("ũŨò", "???"))  # noqa: E731
    forms = inverted([(np.arange(2), surfaces[:2]), (np.arange(0), [])], [lost])
    table = EmissionTable(FormIndex([401, 402], [0.0] * 2, [-1.0] * 2, **forms), 1, EDGE, NOTHING)
    both = table.learn("L?", is_word=True, code=12, own_code=6, own_score=-2.0)
    forms = inverted([(np.arange(1), surfaces[2:]), (np.arange(0), [])], [lost])
    small = EmissionTable(FormIndex([401], [0.0], [-1.0], **forms), 1, EDGE, NOTHING)
    one = small.learn("L?", is_word=True, code=12, own_code=-1)
    favours, uncased = np.zeros(200), np.zeros(200)
    favours[100], uncased[100], uncased[1] = 3.0, 5.0, 7.0
    way = [((0,), (0.0,), 0.0)]
    capitals = np.array([False, True])

    def rows(
        table: EmissionTable, number: int, **liking: np.ndarray
    ) -> list[tuple[list[int], list[float]]]:
        options = Candidates()
        slots = table.rows([number] * 2, [0, 1], [0, 0], way, options, 4, True, **liking)
        return [(options.codes(row).tolist(), options.scores(row).tolist()) for row in slots.rows]

    assert rows(table, both, favours=favours, capitals=capitals, uncased=uncased) == [
        ([401, 402, 6], [3.0, 3.0, -2.0]),
        ([402, 6], [8.0, 5.0]),
    ]
    assert rows(small, one, capitals=capitals) == [([401], [0.0])] * 2  # there are no others
    with pytest.raises(IndexError, match="said of word"):
        rows(table, both, favours=favours[:9])
    with pytest.raises(IndexError, match="said of word"):
        rows(table, both, capitals=capitals, uncased=uncased[:9])
    with pytest.raises(ValueError, match="in capitals or"):
        rows(table, both, capitals=capitals[:1])


@given(st.lists(st.text("?\ufffdBbáa \n(1", min_size=1, max_size=6)))
def test_words_are_counted(texts: list[str]) -> None:
    clean = clean_tokens({"b": 0, "bá": 1})
    table = table_of({"bá": "b?"})
    for text in texts:
        held, times = table.count(text, clean, 13)
        counted = dict(zip(held.tolist(), times.tolist(), strict=True))
        words = [
            token
            for token in TOKEN.findall(text)
            if not set(token) & set(" \n(") and (token[0] in "?\ufffd" or token.isalnum())
        ]  # in this world each of these has a code
        expected = np.bincount([(40 + len(token) % 10) >> 2 for token in words], minlength=13)
        for word in (10, 11, 12):
            assert counted.get(word, 0) == expected[word]

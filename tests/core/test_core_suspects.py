"""The kernel of suspects against its slow twin, on our documents, at random, and on oddities."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core import suspects_twin as twin
from vnclean.channels import CHANNELS
from vnclean.core.suspects import LETTERS, LOWER, MISSPELT, OURS, UNKNOWN, Reading, WordTable
from vnclean.core.tokens import stretches
from vnclean.language import ngram
from vnclean.language.lexicon import syllables_in_use
from vnclean.spelling import context_network
from vnclean.spelling.lexicon import is_unknown, prefilter_words
from vnclean.spelling.scorer import BASE, FAR, NEAR, UNSURE, confusion_set
from vnclean.spelling.suspects import _describe, word_table
from vnclean.spelling.tokens import canonical

CORPUS = sorted((Path(__file__).parents[2] / "corpus" / "clean").glob("*.txt"))
HOSTILE = (
    "",
    "\n",
    "   ",
    "a" * 5000,
    "ế" * 40,
    "1" * 3000 + ".5",
    "Ǆ ǅ ǆ İ ı ſ ß ﬁ K Å",
    "\ud800 \U0001f600 \U00010400 đ\U0001f600ẹp",
    "a\u0300 e\u0301 việ\u0323t",
    "NGƯỜI Người nGười người. Người, người\nNgười",
    "m² ٣٤ x_y hoà thuỷ Hoà THUỶ bêtông ôtô Facebook facebook ttháng nhàcửa",
    "tuyền.vn tuyền@x tuyền: a tuyền(x) -tuyền tuyền- 3tuyền tuyền3",
)
WORDS = st.sampled_from(sorted(syllables_in_use()))
TEXTS = st.lists(
    st.one_of(
        WORDS,
        WORDS.map(str.title),
        WORDS.map(str.upper),
        WORDS.flatmap(lambda word: st.sampled_from([word + word[-1], word[1:], word[::-1]])),
        st.text(st.sampled_from("aăâeêđghnưoơôqtuyáàạậệợíìjwzAĐỘ"), min_size=1, max_size=6),
        st.text(max_size=3),
        st.sampled_from([",", ".", "\n", "1.234", "(", "%", "bêtông", "Facebook", "hoà"]),
    ),
    max_size=40,
).map(" ".join)


def damaged(text: str, dice: random.Random) -> str:
    """Return a text with a letter of each tenth word doubled, dropped, or without its marks."""
    words = text.split(" ")
    for at in range(len(words)):
        if len(words[at]) > 2 and dice.random() < 0.1:
            cut = dice.randrange(len(words[at]))
            head, tail = words[at][:cut], words[at][cut:]
            words[at] = dice.choice((head + tail[:1] + tail, head + tail[1:], tail + head))
    return " ".join(words)


def documents() -> list[str]:
    dice = random.Random(3)
    texts = [path.read_text(encoding="utf-8")[:3000] for path in CORPUS]
    texts = dice.sample(texts, min(len(texts), 12)) + list(HOSTILE)
    texts += [damaged(text, dice) for text in texts]
    return texts + [CHANNELS["cp1252_bestfit"](text) for text in texts[:4]]


def check(text: str, dice: random.Random) -> int:
    """Compare all that the kernel says of a text; return how many words were ranked."""
    found = prefilter_words(text)
    spans = sorted([*found.words, *((start, end) for start, _, end in found.pairs)])
    spans += [] if spans else [(len(text) // 2, len(text) // 2)]
    parts = stretches(text, spans, 36)
    assert parts == twin.stretches(text, spans, 36)
    assert word_table().unknown(text, found.words) == [
        span for span in found.words if is_unknown(text[slice(*span)])
    ]
    ranked = 0
    for some in (parts, [(0, len(text))]):
        tokens, slow = Reading(word_table(), text, some), twin.tokens_of(text, some)
        got = [tokens.token(place) for place in range(len(tokens))]
        assert [(t.start, t.end, t.text, t.code) for t in got] == slow
        places = range(len(slow))
        assert tokens.codes.tolist() == [token.code for token in slow]
        assert tokens.misspellable() == [p for p in places if twin.may_be_misspelt(slow, p)]
        limits = (-8.0, -5.5, -6.0)
        assert tokens.unlikely(*limits) == twin.unlikely(slow, *limits)
        free = [twin.may_change(text, slow, p) for p in places]
        names = [twin.is_among_names(slow, p) for p in places]
        assert tokens.changeable(places) == free
        assert tokens.changeable(places, False) == [
            may and not name for may, name in zip(free, names, strict=True)
        ]
        assert [tokens.is_among_names(p) for p in places] == names
        assert [tokens.small(p) for p in places] == [token.text.lower() for token in slow]
        starts = {token.start: p for p, token in enumerate(slow) if token.start >= 0}
        assert all(tokens.place(at) == starts.get(at, -1) for at in range(-2, len(text) + 2))
        small = [token.text.lower() for token in slow if token.text[:1].isalpha()]
        often = {word for word in tokens.often(3) if word[:1].isalpha()}
        assert often == {word for word in small if small.count(word) >= 3}
        words = [p for p in places if free[p]]
        some_words = sorted(dice.sample(words, min(len(words), 12)))
        weights, floors = (NEAR, FAR, BASE), [dice.uniform(-12, 0) for _ in some_words]
        odds = [dice.choice((0.0, 3.0, 8.5)) for _ in some_words]
        every = context_network.load().states(tokens.codes)
        for both, states in ((False, None), (True, None), (True, every)):
            result = tokens.score(
                some_words, floors, odds, 0.5, -2.5, UNSURE, weights, context_network.load,
                states, both,
            )  # fmt: skip
            for p, floor, more, one in zip(some_words, floors, odds, result, strict=True):
                state = None if states is None else states[[p]]
                slow_one = twin.ranked(slow, p, floor, UNSURE, weights, both, state)
                passes = bool(slow_one) and slow_one[0][0] + 0.5 + more >= -2.5
                assert one == (slow_one if passes or is_unknown(slow[p].text) else None)
        ranked += len(some_words)
    return ranked


def test_the_same_as_the_twin_on_documents_and_oddities() -> None:
    dice = random.Random(9)
    assert sum(check(text, dice) for text in documents()) > 200


@given(TEXTS, st.integers(0, 99))
@settings(deadline=None, max_examples=60)
def test_the_same_as_the_twin_on_words_at_random(text: str, seed: int) -> None:
    check(text, random.Random(seed))


@given(TEXTS, st.data())
def test_the_same_stretches_as_the_twin(text: str, data: st.DataObject) -> None:
    places = st.integers(0, len(text))
    drawn = data.draw(st.lists(st.tuples(places, places), max_size=6))
    spans = sorted((min(pair), max(pair)) for pair in drawn)
    reach = data.draw(st.integers(0, 40))
    assert stretches(text, spans, reach) == twin.stretches(text, spans, reach)


def test_words_are_described_here_as_the_language_describes_them() -> None:
    dice = random.Random(4)
    words = dice.sample(sorted(syllables_in_use()), 600)
    words += [damaged(f"{word} {word}x", dice).replace(" ", "") for word in words]
    words += [word for text in HOSTILE for word in text.split()]
    for word in words:
        for form in (word, word.title(), word.upper(), word.lower(), word[:1] + word[1:].upper()):
            assert word_table().describe(form) == _describe(form), form


def table(met: list[str]) -> WordTable:
    """Return a table of few words that notes which others it asks for."""

    def describe(word: str) -> tuple[int, int]:
        met.append(word)
        return (ngram.SKIP, 0) if word == "!" else (4 * ngram.FOREIGN, LETTERS | UNKNOWN)

    words = ("<unk>", "<s>", "<num>", "<foreign>", "nhà", "to")
    model = ngram.load()
    return WordTable(
        model.core, "nhàtoNHÀTOáÁ", "nhatoNHATOaA", words, ("nhà", "to"), ("to",), (), ("nha",),
        describe, lambda word: None,
    )  # fmt: skip


def test_others_are_asked_for_once() -> None:
    met: list[str] = []
    known = table(met)
    assert known.describe("Nhà") == (17, OURS | LETTERS | MISSPELT)
    assert known.describe("to") == (20, LETTERS | MISSPELT | LOWER | UNKNOWN)  # doubtful
    assert known.describe("ton") == (12, LETTERS | LOWER | UNKNOWN)  # no syllable could be so
    text = "nhá! web web nhá"
    for _ in range(2):
        tokens = Reading(known, text, [(0, len(text))])
        assert [tokens.token(place).text for place in range(4)] == ["nhá", "web", "web", "nhá"]
    assert met == ["nhá", "!", "web"]


def test_words_are_forgotten_when_they_are_many() -> None:
    met: list[str] = []
    known = table(met)
    first = len(known)
    signs = [chr(0x4E00 + number) for number in range(270)]
    text = " ".join(f"{one}{two}" for one in signs for two in signs)
    tokens = Reading(known, text, [(0, len(text))])
    assert len(known) > 65_536
    held = Reading(known, "web nhà", [(0, 7)])  # while readings are held, nothing is forgotten
    assert len(known) > 65_536
    assert tokens.token(0).text == text[:2]
    del tokens, held
    assert Reading(known, "nhà to web", [(0, 10)]).codes.tolist() == [16, 20, 12, 4, 4, 4]
    assert len(known) == first + 1
    assert known.describe("NHÀ") == (18, OURS | LETTERS | MISSPELT)


def test_threads_may_share_a_table() -> None:
    texts = documents()[:8]
    expected = [twin.tokens_of(text, [(0, len(text))]) for text in texts]
    known = word_table()
    wrong: list[int] = []

    def read(number: int) -> None:
        for _ in range(5):
            tokens = Reading(known, texts[number], [(0, len(texts[number]))])
            if tokens.codes.tolist() != [token.code for token in expected[number]]:
                wrong.append(number)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_what_does_not_fit_is_refused() -> None:
    known, text = word_table(), "nhà to"
    for part in ((-1, 2), (3, 2), (0, 7)):
        with pytest.raises(ValueError, match="not in the text"):
            Reading(known, text, [part])
        with pytest.raises(ValueError, match="not in the text"):
            known.unknown(text, [part])
        with pytest.raises(ValueError, match="not in the text"):
            stretches(text, [part], 3)
    tokens = Reading(known, text, [(0, 6)])
    for place in (-1, len(tokens)):
        for ask in (tokens.token, tokens.small, tokens.is_among_names):
            with pytest.raises(ValueError, match="no token"):
                ask(place)
        with pytest.raises(ValueError, match="no token"):
            tokens.changeable([place])
    with pytest.raises(ValueError, match="no word"):
        tokens.score([3], [0.0], [0.0], 0.0, 0.0, UNSURE, (NEAR, FAR, BASE), context_network.load)
    with pytest.raises(ValueError, match="zip"):
        tokens.score([0], [], [], 0.0, 0.0, UNSURE, (NEAR, FAR, BASE), context_network.load)
    for letters, plain in (("\U0001f600", "a"), ("ab", "a"), ("İ", "i")):
        with pytest.raises(ValueError, match="etter"):
            WordTable(
                ngram.load().core, letters, plain, (), (), (), (), (), _describe, canonical
            )  # fmt: skip
    with pytest.raises(ValueError, match="vocabulary"):
        WordTable(
            ngram.load().core, "", "", ["a"] * 20_000, (), (), (), (), _describe, canonical
        )  # fmt: skip
    bad = table([])
    assert np.array_equal(Reading(bad, "", []).codes, [])


@given(st.lists(st.sampled_from(sorted(syllables_in_use())), max_size=4), st.integers(0, 9))
def test_candidates_are_those_of_the_confusion_set(words: list[str], seed: int) -> None:
    """Of words in use, of forms that could be none, of others, in any case."""
    dice = random.Random(seed)
    broken = [damaged(f"{word} {word}x", dice).replace(" ", "")[:12] for word in words]
    for word in [*words, *broken, "hoà", "facebook", "Straße"]:
        for form in (word, word.title(), word.upper()):
            expected = confusion_set(ngram.canonical(form)).core
            found = word_table().candidates(form)
            assert (found.codes, found.rates) == (expected.codes, expected.rates), form

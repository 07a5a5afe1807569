"""Which words a reading takes for suspects: the thresholds, on words on both sides of each."""

from __future__ import annotations

import numpy as np

from tests.core.suspects_twin import SlowToken, may_be_misspelt
from vnclean.core.suspects import Reading
from vnclean.language import ngram
from vnclean.spelling import context_network
from vnclean.spelling.scorer import misfits
from vnclean.spelling.suspects import Terms, unlikely_words, word_table
from vnclean.spelling.tokens import BREAK, Token, canonical, tokenise

TEXTS = (
    "ông sống giản gị và khiêm tốn, con đường trước nhà em rất vắn vẻ vào buổi trưa.",
    "đội tuyển đã thi đấu rất tốt, mẹ em nấu cơn rất ngon mỗi buổi chiều.",
    "hàng trăn hộ dân phải di dời, tàu cá bị chìm ngoài khơi vùng biến phía nam.",
    "người nông dân gặt lúc trên cánh đồng, cô chú ý lắng nge lời thầy dạy.",
    "bà con gặp khó khắn về vốn, cán bộ hưu chí trong phường đều đến dự.",
)


def slow(tokens: list[Token]) -> list[SlowToken]:
    return [SlowToken(token.start, token.end, token.text, token.code) for token in tokens]


def test_a_close_reading_takes_unlikely_words_and_unlikely_neighbours() -> None:
    alone, both, near = 0, 0, 0
    for text in TEXTS:
        tokens = [*tokenise(text, 0, len(text)), *BREAK]
        low = ngram.load().score_sequence(np.array([token.code for token in tokens]))
        after = np.r_[low[1:], 0.0]
        chosen = (low < -8) | ((low < -5.5) & (after < -6))
        found = unlikely_words(text, [(0, len(text))], 1, thorough=False)
        wanted = [
            place
            for place in np.flatnonzero(chosen).tolist()
            if may_be_misspelt(slow(tokens), place)
        ]
        assert [suspect.place for suspect in found.words] == wanted
        words = np.array([may_be_misspelt(slow(tokens), place) for place in range(len(tokens))])
        alone += int((words & (low < -8) & (low > -16)).sum())
        both += int((words & (low < -5.5) & (low > -8) & (after < -6) & (after > -12)).sum())
        near += int((words & (low < -4) & (low > -8) & ~chosen).sum())
    assert min(alone, both, near) > 0


def test_a_thorough_reading_takes_what_the_network_finds_amiss_too() -> None:
    more = 0
    for text in TEXTS:
        tokens = [*tokenise(text, 0, len(text)), *BREAK]
        codes = np.array([token.code for token in tokens])
        states = context_network.load().states(codes)
        places = [place for place in range(len(tokens)) if may_be_misspelt(slow(tokens), place)]
        words = [canonical(tokens[place].text) for place in places]
        levels = {
            limit: {places[hit] for hit in misfits(states[places], words, limit)}
            for limit in (-12.0, -6.0)
        }
        close = {s.place for s in unlikely_words(text, [(0, len(text))], 1, thorough=False).words}
        found = {s.place for s in unlikely_words(text, [(0, len(text))], 1, thorough=True).words}
        assert found == close | levels[-6.0]
        more += len(levels[-12.0] - levels[-6.0] - close)
    assert more > 0


def test_a_term_is_what_a_text_has_three_times_and_more_in_long_texts() -> None:
    def is_term(times: int, length: int) -> bool:
        text = "tôm " * times + "a" * (length - 4 * times)
        spans = [(at, at + 3) for at in range(0, 4 * times, 4)]
        known = Reading(word_table(), text, [(0, 4 * times)])
        strange = text.replace("tôm", "ttm")
        unknown = Terms(strange, lambda least: word_table().often(strange, spans, least))
        found = "tôm" in Terms(text, known.often)
        assert found == ("ttm" in unknown)
        return found

    assert not is_term(2, 100)
    assert is_term(3, 49_999)
    assert not is_term(3, 50_000)
    assert is_term(4, 99_999)

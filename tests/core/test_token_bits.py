"""What a token costs: the compiled sums against the slow ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.core import token_bits_twin as twin
from vnclean.charsets.undecoded.costs import _bits, _is_plain
from vnclean.language.lexicon import is_in_use, syllables_in_use

SIGNS = "aeouyAEOVnthg" + "àáâãäåèéêëïòõøùúûüưđơệ" + "-«»“”®™°²³¹µªº½_ \xa0–…12\u0301\u0309ÖƠ𝒜ǅ"
tokens = st.lists(
    st.one_of(
        st.text(SIGNS, max_size=5),
        st.characters(),
        st.sampled_from(sorted(syllables_in_use())),
        st.sampled_from(sorted(syllables_in_use())).map(str.upper),
        st.sampled_from(sorted(syllables_in_use())).map(str.capitalize),
    ),
    min_size=1,
    max_size=3,
).map("".join)


@given(tokens)
def test_what_is_known_of_a_token(token: str) -> None:
    clean, own, plain, lettered = _bits().know(token, _is_plain(token))
    assert clean == (0.0 if plain else twin.clean_bits(token))
    assert _bits().clean(token) == twin.clean_bits(token)
    assert own == (1 if is_in_use(token) else -1 if len(token) > 1 else 0)
    assert lettered == any(map(str.isalpha, token))


@given(tokens, tokens, st.booleans(), st.booleans())
def test_what_a_reading_costs(token: str, reading: str, same: bool, case_lost: bool) -> None:
    if same:
        reading = token
    plain = _is_plain(token)
    assert _bits().decoded(reading, case_lost) == twin.decoded_bits(reading, case_lost)
    found = _bits().weigh(token, reading, plain, case_lost)
    assert found == twin.weigh(token, reading, plain, case_lost)


@given(tokens)
def test_words_run_together(token: str) -> None:
    assert _bits().are_run_together(token) == twin.are_run_together(token)

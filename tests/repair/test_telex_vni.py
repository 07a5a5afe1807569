"""Telex and VNI keys that no input method read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnclean.language.alphabet import BASE, decompose
from vnclean.repair import telex_vni
from vnclean.repair.telex_vni import Typing, read_keys

mend = Typing()


def telex(word: str) -> str:
    """Type a lower-case syllable, its tone key last."""
    marks = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
    typed, tone = "", 0
    for letter in word:
        vowel, this = decompose(letter)
        tone = this or tone
        typed += marks.get(vowel, vowel)
    return typed + ("", "f", "r", "x", "s", "j")[tone]


def vni(word: str) -> str:
    marks = {"ă": "8", "â": "6", "ê": "6", "ô": "6", "ơ": "7", "ư": "7", "đ": "9"}
    typed, tone = "", 0
    for letter in word:
        vowel, this = decompose(letter)
        tone = this or tone
        typed += BASE.get(vowel, vowel) + marks.get(vowel, "")
    return typed + ("", "2", "3", "4", "1", "5")[tone]


@pytest.mark.parametrize("sentence", [
    "Hôm nay trời đẹp quá", "chúng tôi muốn đi học tiếng anh", "đường về quê xa lắm rồi",
    "người ta đang xây một chiếc cầu mới", "mẹ mua ở chợ một con cá lớn",
])  # fmt: skip
def test_sentences(sentence: str) -> None:
    words = sentence.split()
    typed = " ".join(telex(w.lower()) if not w.isascii() else w for w in words)
    assert mend(typed).lower() == sentence.lower()
    typed = " ".join(vni(w.lower()) if not w.isascii() else w for w in words)
    assert mend(typed).lower() == sentence.lower()


def test_the_tone_key_may_stand_anywhere_after_its_vowel() -> None:
    for keys in ("Vieejt", "Vieetj", "Vietej", "Viejet"):
        assert read_keys(keys, "telex") == "Việt"
    for keys in ("Vie65t", "Viet65", "Viet56"):
        assert read_keys(keys, "vni") == "Việt"
    assert read_keys("nuowcs", "telex") == read_keys("nuwowcs", "telex") == "nước"


@pytest.mark.parametrize("text", [
    "The users of Windows need good food and too much bass for class.",
    "as of now her uses cars; we see floors, teams press boss week",
    "password: Xoo2r5 aas123 ddos x86 H2O CO2 mp3 A4 B52 F1",
    "const offset = foo.barf(0); if (x) return loops;",
    "Ha Noi la thu do cua Viet Nam",
    "Sáng nay trời mưa nhỏ, phố vắng.",
    "vieejt@mail.com http://ddaats.vn/nuwowcs file_ddaays.txt",
])  # fmt: skip
def test_what_must_stay(text: str) -> None:
    assert mend(text) is text


@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    once = mend(text)
    assert mend(once) == once


@given(
    st.lists(
        st.sampled_from(
            "Vieejt Nam ddaats nuwowcs Vie65t nuoc71 B1 as of her Xoo2r5 đẹp lắm, (tieesng) “toi”\n"
            "abc-ddi ddi.com hoocj_sinh\nCOVID19 dduwowngf. khoong 2x a".split(" ")
        ),
        max_size=20,
    )
)
def test_lines_that_are_left_out_have_no_keys(words: list[str]) -> None:
    text = " ".join(words)
    found = mend.edits(text)
    with pytest.MonkeyPatch.context() as patch:
        spans = [match.span() for match in re.finditer(r"[^\n]+", text)]
        patch.setattr(telex_vni, "_lines_of_keys", lambda _: spans)
        assert mend.edits(text) == found


@given(st.text("aeodwfrxsj16 9nghtcAD", max_size=9))
def test_what_has_no_key_is_no_word_of_keys(word: str) -> None:
    if not telex_vni._KEY.search(word) and word.isalnum():
        assert read_keys(word, "telex") is None
        assert read_keys(word, "vni") is None

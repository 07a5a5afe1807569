"""Text of the keyboard of Windows in one-byte programs: tones as signs, horns and breves lost."""

from __future__ import annotations

import pytest

from vnclean.channels.code_pages import cp1252_bestfit
from vnclean.language.alphabet import TONES, decompose
from vnclean.language.typed_tones import has_typed_tones, may_have_been
from vnclean.pipeline import Pipeline
from vnclean.repair.lossy.transform import Lossy

SIGNS = dict(zip(TONES, ("", "`", "?", "~", "´", "?"), strict=True))


def typed(text: str) -> str:
    """Return what the keyboard types: each tone behind its vowel, the letters by best fit."""
    parts = (decompose(letter) for letter in text)
    return cp1252_bestfit("".join(vowel + SIGNS[TONES[tone]] for vowel, tone in parts))


PROSE = [
    "Những người bạn được mời đến đều là học trò cũ của trường.",
    "Sáng nay trời mưa rất to, nước ngập cả con đường trước cửa nhà.",
    "Tôi đã viết thư cho mẹ từ hôm trước nhưng chưa được trả lời.",
]
OTHERS = [
    "caffe` perche´ piu`, Bogota´, ma~e",
    "use `ls` and `cd` ~ or a?b:c, don´t",
    "Anh đi đâu? Nhà ai?",
    "Ca´c ba.n",
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_comes_back(text: str) -> None:
    assert has_typed_tones(typed(text))
    assert Lossy()(typed(text)) == text
    assert Pipeline.preset("standard")(typed(text)) == text


@pytest.mark.parametrize("text", PROSE)
def test_it_is_mended_as_a_whole_or_not_at_all(text: str) -> None:
    assert Pipeline.preset("safe")(typed(text)) == typed(text)


@pytest.mark.parametrize("text", OTHERS)
def test_other_text_is_none_of_it(text: str) -> None:
    assert not has_typed_tones(text)
    assert Lossy()(text) is text


def test_a_form_leads_back_to_its_syllable() -> None:
    for syllable in ("đường", "người", "những", "ăn", "chuyện", "tư", "độ"):
        assert syllable in may_have_been(typed(syllable))

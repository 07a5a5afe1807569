"""What comes out of `standard`: whole words, or words as they came in; never half of a repair."""

from __future__ import annotations

import random
import re

import pytest

import vnclean
from vnclean.channels import CHANNELS, in_words

SENTENCES = (
    "Mấy đứa trẻ trong xóm rủ nhau ra bờ đê thả diều suốt buổi chiều hè.",
    "Bà ngoại gói từng chiếc bánh bằng lá chuối vừa hơ qua lửa cho mềm.",
    "Đoàn thuyền về bến lúc trời còn tối, cá đầy khoang, ai cũng mừng.",
    "Công ty sẽ gửi hợp đồng và phiếu thu qua bưu điện trước thứ sáu.",
    "Người thợ già chỉnh lại chiếc đồng hồ cổ treo giữa phòng khách.",
    "Những cây phượng trước cổng trường đỏ rực khi mùa thi đến gần.",
    "Ông lão lặng lẽ quét sân đình, gom lá khô thành từng đống nhỏ.",
    "Lũ rút chậm, ruộng lúa ngập bùn, dân làng phải gieo lại từ đầu.",
)
SIGN = re.compile(
    "[\\ufffd\\x80-\\x9fÃÄÅÆ¡¤-§©«¬®-»¼-¿×÷†‡‰‹›ˆ˜ƒ]|[^\\W\\d_]\\?[^\\W\\d_]|[^\\W\\d_][\\u0300-\\u036f]"
)
"""What tells that letters of a word are lost or misread."""
DAMAGES = [name for name, entry in CHANNELS.items() if entry.kind != "strip"]
LOSSLESS = [name for name, entry in CHANNELS.items() if entry.kind == "lossless"]


def half_repaired(hurt: str, made: str) -> list[tuple[str, str]]:
    """Return the words that were changed and still show damage that they showed before."""
    before, after = re.split("[ \n]", hurt), re.split("[ \n]", made)
    if len(before) != len(after):  # a blank was a letter: the words can't be told apart
        return []
    return [
        (old, new)
        for old, new in zip(before, after, strict=True)
        if old != new and SIGN.search(new) and SIGN.search(old)
    ]


HALVED_BY_SAFE = {"latin1_guillemet_straightened"}
"""Half-lossy views of which `safe`, which has no step for them, mends single letters."""
HALVED_MIXTURES = {9, 23, 25}
"""Seeds of mixtures in which a view of the bytes of a word was itself damaged."""


def known_to_fail(values: list[str] | range, failing: set[str] | set[int]) -> list[object]:
    """Return parameters, those that fail today under strict xfail: strike out what passes."""
    mark = pytest.mark.xfail(strict=True, reason="half a word is mended")
    return [pytest.param(v, marks=[mark] if v in failing else []) for v in values]


@pytest.mark.slow
@pytest.mark.parametrize("name", DAMAGES)
def test_a_word_is_repaired_or_left(name: str) -> None:
    no_half_word(name, "standard")


@pytest.mark.parametrize("name", known_to_fail(DAMAGES, HALVED_BY_SAFE))
def test_a_word_is_repaired_or_left_by_safe(name: str) -> None:
    no_half_word(name, "safe")


def no_half_word(name: str, preset: str) -> None:
    """Assert that a channel leaves no word that is half repaired."""
    damage = CHANNELS[name].damage
    found = []
    for text in (*SENTENCES, "\n".join(SENTENCES)):
        hurt = damage(text)
        found += half_repaired(hurt, vnclean.clean(hurt, preset=preset))
    assert not found


@pytest.mark.parametrize("seed", known_to_fail(range(40), HALVED_MIXTURES))
def test_mixtures_of_channels_leave_no_half_word(seed: int) -> None:
    chance = random.Random(seed)
    text = hurt = " ".join(SENTENCES[:3])
    first, second = chance.sample(DAMAGES, 2)
    for name in (first, second):
        words = chance.sample(range(len(text.split())), 15)
        hurt = in_words(CHANNELS[name].damage, hurt, words)
    found = half_repaired(hurt, vnclean.clean(hurt, preset="standard"))
    assert not found, (first, second)


@pytest.mark.slow
@pytest.mark.parametrize("name", LOSSLESS)
def test_standard_recovers_what_safe_does_wherever_a_text_is_cut(name: str) -> None:
    chance = random.Random(name)
    hurt = CHANNELS[name].damage("\n".join(SENTENCES))
    for _ in range(20):
        low, high = sorted(chance.sample(range(len(hurt)), 2))
        piece = hurt[low:high]
        assert right(vnclean.clean(piece, preset="standard")) >= right(vnclean.clean(piece))


def right(text: str) -> int:
    """Return how many words of a text are those of the sentences."""
    whole = set(" ".join(SENTENCES).split())
    return sum(word in whole for word in text.split())

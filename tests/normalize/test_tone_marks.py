"""Misplaced tone marks and tone styles."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnclean
from tests import strategies as vn
from vnclean.language.syllable import spellable_syllables
from vnclean.language.tone_placement import _misplaced, impossible_sequence, mend_placement
from vnclean.normalize import MisplacedTone, ToneStyle, tone_marks
from vnclean.scan import Scan

PATTERN = re.compile(impossible_sequence())


def _found(word: str) -> bool:
    return PATTERN.search(word) is not None


def test_the_patterns_find_every_misplaced_mark_in_either_case() -> None:
    missed = [w for w in _misplaced() for w in (w, w.upper(), w.capitalize()) if not _found(w)]
    assert missed == []


def test_the_patterns_are_rare_in_well_spelled_words() -> None:
    well_spelled = set(spellable_syllables("old")) | set(spellable_syllables("new"))
    assert sum(map(_found, well_spelled)) < 300
    assert all(mend_placement(word) is None for word in well_spelled)


@pytest.mark.parametrize("template", ["{}", "“{}”", "({}),", "về {}.", "{}:", "-{}-", "{}\n"])
def test_every_misplaced_mark_is_mended_in_a_vietnamese_line(template: str) -> None:
    step = MisplacedTone()
    for word in sorted(_misplaced()):
        mended = mend_placement(word)
        assert mended is not None
        line = "Những điều ấy được viết là " + template
        assert step(line.format(word)) == line.format(mended)


FOREIGN = [
    "Parlo di più con Lucía, aí está o país.",
    "Raúl caía aún más; el baúl y la raíz, María.",
    "Le maïs, là-bas, où était Noé, coïncide.",
    "Ele saiu daí, caí no baú, muito ruím.",
    "Xem https://vidu.vn/hiệu-qủa.html nhé các bạn",
]


@pytest.mark.parametrize("line", FOREIGN)
def test_other_languages_and_addresses_stay(line: str) -> None:
    assert MisplacedTone()(line) is line
    for style in ("old", "new", "auto"):
        assert ToneStyle(style)(line) is line


@given(old=st.lists(vn.toned(), min_size=1, max_size=6))
def test_styles_are_inverse_on_words_in_use(old: list[tuple[str, str]]) -> None:
    first = " ".join(pair[0] for pair in old)
    second = " ".join(pair[1] for pair in old)
    assert ToneStyle("new")(first) == second
    assert ToneStyle("old")(second) == first
    assert ToneStyle("old")(first) is first
    assert ToneStyle("auto")(first) is first
    assert ToneStyle("auto")(second) is second
    assert ToneStyle("keep")(first + second) == first + second


def test_auto_goes_to_the_majority_and_leaves_a_tie() -> None:
    assert ToneStyle()("hoá, toà, thủy") == "hoá, toà, thuỷ"
    assert ToneStyle()("hóa, TÒA, Thuỷ") == "hóa, TÒA, Thủy"
    tie = "hóa, thuỷ"
    assert ToneStyle()(tie) is tie


PARTS = [
    "Tác g_iả, đoạ_n văn, _Ủy quyền",
    "TUỲ_CHỌN hoặc TÙY_CHỌN",
    "&Hoà, T&òan bộ cuốn sách",
    "hoà2",
]


@pytest.mark.parametrize("text", PARTS)
def test_parts_of_words_stay(text: str) -> None:
    assert MisplacedTone()(text) is text
    for style in ("old", "new", "auto"):
        assert ToneStyle(style)(text) is text


def test_addresses_have_no_vote() -> None:
    text = "https://vidu.vn/hoà-bình?q=hoá-học và http://vidu.vn/hoà-tan; hóa đơn, hóa_chất"
    assert ToneStyle()(text) is text
    assert ToneStyle()(text + " thuỷ") == text + " thuỷ"
    assert ToneStyle()(text + " thuỷ, tòa") == text + " thủy, tòa"


NAMES = [
    "Huyện Hoà An, xã Thuỵ Hùng, tỉnh Khánh Hòa, phố Hòa Mã",
    "STT\tPHƯỜNG\n1\tHoà Cường Bắc\n2\tHòa Thuận Tây\n3\tHoà Hải",
    "Cô Hoà và anh Thụy cùng đi",
    "Có người viết “hoà”, có người viết “hòa”; “thuý” hay 'thúy', «toà» cũng vậy",
]


@pytest.mark.parametrize("text", NAMES)
def test_names_and_words_that_are_spoken_of_keep_their_style(text: str) -> None:
    assert ToneStyle()(text) is text
    assert ToneStyle()(text + "\nhoá, toà, thoả") == text + "\nhoá, toà, thoả"


def test_one_style_reaches_names_in_prose_only() -> None:
    table = "Phường Hoà Cường\nPhường Hoà Hải\nXã Hoà Bắc"
    assert ToneStyle("old")(table) is table
    prose = "Sáng nay bà con ở xã Hoà Bắc ra đồng từ sớm để kịp mùa gặt."
    assert ToneStyle("old")(prose) == prose.replace("Hoà", "Hòa")


@pytest.mark.slow
@pytest.mark.parametrize("template", ["{}", "Công ty {}", "Hôm nay {} được nói đến."])
def test_a_misplaced_mark_makes_no_other_word_whatever_charset_reads_it(template: str) -> None:
    # `vaò` and `Bôì` are words in a legacy charset as well: the slip comes first.
    made_other = []
    for word in sorted(_misplaced()):
        for slip in (word, word.capitalize()):
            text, mended = template.format(slip), template.format(mend_placement(slip))
            if (made := vnclean.clean(text, preset="safe")) not in (text, mended):
                made_other.append((text, made))
    assert not made_other


@pytest.mark.parametrize(
    "text",
    [
        "Nữ ca sĩ (bính âm: Lín Huì Měi) sinh ở Đài Loan",
        "TIẾNG VIÁ»‡T",
        "đường qủ\ufffd dài",
        "món qủ?n này",
    ],
)
def test_pinyin_and_words_with_other_damage_stay(text: str) -> None:
    assert MisplacedTone()(text) == text


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("qủa bưởi", "quả bưởi"),
        ("Khỏan thu", "Khoản thu"),
        ("Nhìêu ngừơi hỏi vế tuyên truỳên", "Nhiều người hỏi vế tuyên truyền"),
    ],
)
def test_a_line_of_slips_speaks_for_itself(text: str, mended: str) -> None:
    assert MisplacedTone()(text) == mended


RHYMES = st.text(
    st.sampled_from("oOuUqQ" + "òỎụỤáÀẹẺýỴaAeEyYhn" + " \n,_3²½\u0301\u0373中😀\ufb01"), max_size=30
)


@given(RHYMES)
def test_places_of_open_rhymes_are_those_of_the_patterns(text: str) -> None:
    for rhyme in (tone_marks._OLD, tone_marks._NEW):
        found = [match.end() - 1 for match in rhyme.pattern.finditer(text)]
        assert list(tone_marks._open_rhymes(Scan(text), rhyme)) == found

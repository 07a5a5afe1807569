"""Lost diacritics and tones: what comes back, and what stays because nothing was lost."""

from __future__ import annotations

import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

from vnclean.channels import no_diacritics, no_tones
from vnclean.repair import diacritics
from vnclean.repair.diacritics import RestoreDiacritics, RestoreTones
from vnclean.scan import Scan
from vnclean.transform import apply_edits

SENTENCES = [
    "Việt Nam là một nước nằm ở Đông Nam Á.",
    "Hôm nay trời mưa rất to nên chúng tôi không đi chơi được.",
    "Nhà trường đã thông báo cho học sinh nghỉ học buổi chiều.",
    "Bạn có khỏe không? Tôi rất khỏe.",
]

STAY = [
    "This is the best way to see the man in the song, so I can do that. He is a good man.",
    "Mr. Nguyen Van Anh from Ha Noi said that he can go to Da Nang.",
    "pip install vnclean && python -m http.server",
    "def ban(hang, tin): return hang in tin",
    "Hôm qua tôi đi Da Lat, Nha Trang, Phan Thiet.",
    "Anh ấy cho con đi chơi hai hôm trong tuần, mua hai cây kem.",
    "Xem http://vidu.vn/thoi-su-trong-nuoc-hom-nay-co-gi nhé",
    "La vie est belle, mon ami, tu me manques",
    "khong",
    "Nguyen Van An, Tran Thi Be, Le Van Cu",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_diacritics_come_back(sentence: str) -> None:
    assert RestoreDiacritics()(no_diacritics(sentence)) == sentence


@pytest.mark.parametrize("sentence", SENTENCES)
def test_tones_come_back(sentence: str) -> None:
    assert RestoreTones()(no_tones(sentence)) == sentence


def test_a_part_of_a_text_comes_back() -> None:
    text = "Ông nói: toi khong biet gi ca, nhung anh ay biet. Rồi ông đi."
    assert RestoreDiacritics()(text) == (
        "Ông nói: tôi không biết gì cả, nhưng anh ấy biết. Rồi ông đi."
    )


@pytest.mark.parametrize("text", [*STAY, *SENTENCES])
def test_names_english_code_and_marked_text_stay(text: str) -> None:
    assert RestoreDiacritics()(text) is text
    assert RestoreTones()(text) is text


@given(
    st.lists(
        st.one_of(
            strategies.sentences(),
            strategies.sentences().map(no_diacritics),
            strategies.sentences().map(no_tones),
            st.sampled_from([*STAY, "", "không?", "Bạn khoe khong?"]),
        ),
        max_size=8,
    )
)
def test_lines_that_are_left_out_have_no_part_in_what_is_found(lines: list[str]) -> None:
    text = "\n".join(lines)
    whole = [(0, len(text))]
    for transform in (RestoreTones(), RestoreDiacritics()):
        found = transform.edits(text)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(diacritics, "_lines_lacking_marks", lambda text: [whole, whole])
            patch.setattr(diacritics, "_with_context", lambda text, lines: [(0, len(text))])
            assert transform.edits(text) == found
        if found:
            assert transform.concerns(Scan(text))


@given(strategies.clean_documents())
def test_clean_documents_hardly_change(text: str) -> None:
    # A line of a clean document may be in plain letters on purpose: only few words are touched.
    changed = len(RestoreDiacritics().edits(text)) + len(RestoreTones().edits(text))
    assert changed <= len(text.split()) / 100


@given(strategies.anything())
def test_any_text_survives(text: str) -> None:
    for transform in (RestoreTones(), RestoreDiacritics()):
        edits = list(transform.find(Scan(text)))
        apply_edits(text, edits)
        if edits:
            assert transform.concerns(Scan(text))
        mended = transform(text)
        again = transform(mended)
        assert transform(again) == again


def test_tones_that_tell_what_another_tone_is_come_back_in_one_go() -> None:
    once = RestoreTones()("XÔ'XÔ'XÔ'XÔ")
    assert RestoreTones()(once) == once

"""UTF-8 in any one-byte charset of Python's: whole texts come back, clean text and others stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vnclean.channels import CHANNELS, priors_of, view
from vnclean.channels.misread_utf8 import one_byte_charsets
from vnclean.repair.half_repairs import may_be_half, whole_words
from vnclean.repair.mojibake import Mojibake
from vnclean.scan import Scan
from vnclean.transform import Edit, apply_edits

mend = Mojibake()
VIEWS = [CHANNELS[name].charset for name in priors_of("lossless")]
OTHERS = one_byte_charsets(but=VIEWS)
TEXT = """Chiều nay lũ trẻ lại kéo nhau ra gò Mối thả diều, đứa nào cũng lấm lem bùn đất.
Ông Tựu chủ quán bảo: “Mưa thế này thì chợ vắng lắm, về sớm thôi…”
Sổ nợ quý trước vẫn để trong ngăn kéo dưới, chìa khóa ở chỗ cũ – đừng quên nhé.
Hẹn gặp lại"""
FOREIGN = (
    "แม่น้ำเจ้าพระยาไหลผ่านกรุงเทพมหานคร ป้ายแบบเป็นแบบแผน แปลกแปลงแบ่งแป้ง",
    "Старый мост через реку закрыли на ремонт, а объезд ещё не готов.",
    "Το παλιό γεφύρι έκλεισε για επισκευή και ο δρόμος άδειασε.",
    "الجسر القديم مغلق للصيانة والطريق الجديد لم يكتمل بعد",
    "Příliš žluťoučký kůň úpěl ďábelské ódy, šest krásných květin",
    "┌──────┬──────┐ │ tổng │ nợ   │ ├──────┼──────┤",
)


@pytest.mark.parametrize("charset", OTHERS)
def test_whole_texts_come_back(charset: str) -> None:
    assert mend(view(TEXT, charset)) == TEXT


@pytest.mark.parametrize("charset", OTHERS)
def test_the_quick_way_makes_what_the_edits_make(charset: str) -> None:
    hurt = view(TEXT, charset)
    assert mend(hurt) == apply_edits(hurt, mend.find(Scan(hurt)))


@pytest.mark.parametrize("text", FOREIGN)
def test_other_languages_stay(text: str) -> None:
    assert mend(text) == text
    assert mend(f"{TEXT}\n{text}") == f"{TEXT}\n{text}"


def test_one_word_proves_no_charset() -> None:
    hurt = "Trong phông chữ Hy Lạp, " + view("“Việt”", "cp1253") + " hiện ra như thế."
    assert mend(hurt) == hurt


def test_the_tables_are_as_many_as_python_has() -> None:
    assert len(OTHERS) > 35
    assert set(VIEWS).isdisjoint(OTHERS)


LINE = "Bà con xã Hoà Bình có việc làm ổn định và cho vay vốn trong vụ mùa, không ai bị đói."


def test_mojibake_whose_case_was_changed_comes_back() -> None:
    assert mend(view(LINE, "cp1252").lower()) == LINE.lower()
    made = mend(view(LINE, "cp1252").upper())
    assert made == LINE.upper(), "what a program wrote in capitals stays so"
    whole = "HỘI CHỢ HÀNG VIỆT, UBND XÃ TÂN ĐÔNG"
    assert mend(view(whole, "cp1252").upper()) == whole


@pytest.mark.parametrize("fold", [str.lower, str.upper])
def test_clean_lines_in_one_case_stay(fold: Callable[[str], str]) -> None:
    for line in (LINE, TEXT):
        assert mend(fold(line)) == fold(line)


def test_a_token_is_mended_whole_or_not_at_all() -> None:
    half = [Edit(2, 4, "à", "mojibake.x", 1.0)]
    assert not list(whole_words("Äo\xc3\xa0n", half))
    assert list(whole_words("To\xc3\xa0n", half)) == half
    assert may_be_half("Äoàn")
    assert not may_be_half("Đoàn “thể”, Zoë")

"""Lossy repair: candidates are complete, evidence is needed, nothing is invented."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import strategies
from hypothesis import given

from tests.call_counts import assert_linear
from tests.repair.emissions import emissions
from vnclean.channels import CHANNELS, in_lines, priors_of, view
from vnclean.language.identify import LanguageIdentifier
from vnclean.pipeline import Pipeline
from vnclean.repair.lossy import lost_letters
from vnclean.repair.lossy.byte_fragments import fragments
from vnclean.repair.lossy.channel_model import channel_model
from vnclean.repair.lossy.form_table import inventory
from vnclean.repair.lossy.transform import Lossy
from vnclean.repair.mojibake import Mojibake
from vnclean.scan import Scan
from vnclean.transform import Edit, Safety, apply_edits

TEXT = (
    "Sáng nay mưa lớn làm ngập nhiều tuyến đường ở trung tâm thành phố.\n"
    "Người dân phải dắt xe qua những đoạn nước sâu hơn nửa mét.\n"
    "Theo đài khí tượng thủy văn, mưa còn kéo dài đến hết ngày mai.\n"
    "Nhà trường đã thông báo cho học sinh nghỉ học buổi chiều."
)
LOSSY = sorted(name for name, channel in CHANNELS.items() if channel.kind in ("substitute", "view"))
EXACT = [name for name in LOSSY if CHANNELS[name].kind == "view"]


def repair(text: str) -> str:
    """Repair lossy damage, then lines of mojibake that lost nothing."""
    return Mojibake()(Lossy()(text))


NEVER = [
    "Bạn có khỏe không? Tôi thì khỏe. Sao thế? Ừ?",
    "Anh chọn C? Hay là B? Không biết!",
    "Thật à?! Thế sao?? Hả???",
    "x = a ? b : c",
    "return a?b:c; foo?.bar ?? baz",
    "https://example.vn/tim?q=nha+dat&trang=2 và http://a.vn/?id=3",
    "Xem tại www.example.com/watch?v=abc123 nhé",
    "/tim/kiem.php?tu_khoa=b?o&trang=2",
    "^(https?|ftp)://colou?r [a-z]+?(x|y)?$",
    "What?he said, is it caf? or r?sum?",
    "Is this right? I don't know. Who?What?Where?",
    "1. Nf3? d5! 2. e4?! Qxd5?? 3. c4 b5?",
    "Ô chữ: c?t, b?n, ?n",
    "Nạn nhân là Nguyễn ? và Trần ??",
    "Ông ??? đã nói gì? ### [...] ***",
    "Giá trị \ufffd không rõ nguồn gốc",
    "Từ đ\ufffd không rõ nguồn gốc",
    "Là gì?Tại sao?Thế nào? là gì?tại sao?thế nào?",
    "Não, não é assim; as ações são boas. O coração está no português.",
    "Það var ágætt við Ðorp, ýmis orð og síða.",
    "Mañana será otro día, ¿verdad? señor niño",
    "SELECT * FROM t WHERE a=? AND b=? AND c IN (?,?,?)",
    "Điện thoại: 09?? ??? 123 hay 0?12",
    "file?.txt img??.png *.tx?",
    "The flags are ASCII (?a), DOTALL (?s), IGNORECASE (?i), UNICODE (?u)",
    "my $re = qr/(?x) \\b (?i: colou?r ) (?<name> a\\?b )/; exit $?;",
    "UBND XÃ\u00a0TÂN PHÚ, “XÃ”, «khá», HỢP TÁC XÃ®, XÃ»",
    "«Ba con cá»… là câu mở đầu. “Rất khá”, «khá»!",
    "Co^ng ty cu?a chu'ng to^i o+? Ha` No^.i",
    "the tin dung la gi? cach mo the va dieu kien the nao",
    "chi muon an gi? chao? sup hay com? em nau cho",
]


@pytest.mark.parametrize("text", NEVER)
def test_nothing_is_invented(text: str) -> None:
    assert Lossy()(text) is text


def test_nothing_is_invented_between_others() -> None:
    whole = "\n".join(NEVER)
    assert Lossy()(whole) is whole


@pytest.mark.slow
@pytest.mark.parametrize("name", priors_of("substitute"))
def test_every_surface_is_among_the_candidates_of_its_damaged_form(name: str) -> None:
    store, model = inventory(), channel_model((name,))
    surfaces = [store.surfaces[n] for n in store.common]
    forms = CHANNELS[name]("\n".join(surfaces)).split("\n")
    known = emissions(model, forms)
    for surface, form in zip(surfaces, forms, strict=True):
        if form != surface:
            options = known[form].candidates[0]
            assert any(option.surface == surface for option in options), (surface, form)


def test_every_fragment_leads_back_to_its_letter() -> None:
    index = fragments()
    for number, variant in enumerate(index.variants):
        for letter in "àÁđĐẳỡộƠự“…":
            fragment = variant.show(letter)
            assert letter in index.index[number][fragment], (variant, letter)


SHORT_LINES = [
    "Cập nhật mật khẩu thất bại",
    "Chính sách sử dụng và các điều khoản",
    "Phường Mỹ Thọ, tỉnh Đắk Nông",
    "Chọn từng mục trước khi sửa, rồi thử lại",
    "lựa tên đã đăng nhập ở lần trước đó",
    "Sáng nay mưa lớn làm ngập cả tuyến phố ở trung tâm, ai cũng đi làm muộn vì kẹt xe, còn trẻ em "
    "thì được nghỉ ở nhà với ông bà, chơi đùa và học vẽ",
]


@pytest.mark.parametrize("text", [TEXT, *SHORT_LINES])
@pytest.mark.parametrize("hyphen", ["\xad", ""], ids=["hyphen", "no hyphen"])
@pytest.mark.parametrize("undefined", ["", " ", "\xa0"], ids=["lost", "blank", "nbsp"])
def test_bytes_shown_as_blanks_and_soft_hyphens_lost(
    undefined: str, hyphen: str, text: str
) -> None:
    shown = view(text, "cp1252", undefined).replace("\xad", hyphen)
    assert repair(shown) == text
    assert Pipeline.preset("standard")(shown) == text


@pytest.mark.parametrize("name", LOSSY)
def test_damaged_prose_comes_back(name: str) -> None:
    damaged = CHANNELS[name](TEXT)
    mended = repair(damaged)
    wrong = [
        (gold, made)
        for gold, made in zip(TEXT.split(), mended.split(), strict=True)
        if gold != made
    ]
    assert len(wrong) <= (1 if name in EXACT else 3), (name, wrong)


@pytest.mark.parametrize("name", LOSSY)
def test_one_damaged_line_in_a_clean_document(name: str) -> None:
    document = "\n".join([TEXT] * 3)
    damaged = in_lines(CHANNELS[name], document, [5])
    mended = repair(damaged).split("\n")
    for number, (gold, made) in enumerate(zip(document.split("\n"), mended, strict=True)):
        assert number == 5 or made == gold
    before = damaged.split("\n")[5]
    assert mended[5] != before or before == document.split("\n")[5]


@pytest.mark.parametrize("name", LOSSY)
def test_lines_apart_come_out_as_lines_together(name: str) -> None:
    damaged = CHANNELS[name](TEXT)
    apart = "\n".join(repair(line) for line in damaged.split("\n"))
    together = repair(damaged)
    differing = sum(a != b for a, b in zip(apart.split(), together.split(), strict=True))
    # A document knows its channel better than a line does: a few words may come out otherwise.
    assert differing <= 2


def test_the_form_field_of_a_portal() -> None:
    text = "Nội dung:(*)\nMã xác nhận:         L?y l?i m\ufffd b?o m?t"
    assert Lossy()(text).endswith("Lấy lại mã bảo mật")


def test_straightened_guillemets() -> None:
    assert Lossy()('N\xe1"\x91i l\xe1\xba\xa1i li\xc3\xaan l\xe1\xba\xa1c') == "Nối lại liên lạc"


def test_a_word_alone_is_only_suggested() -> None:
    (edit,) = Lossy().find(Scan("Ðu?ng"))
    assert edit.replacement == "Đường"
    assert edit.safety is Safety.SUGGEST


def test_a_line_feed_as_the_only_new_token() -> None:
    model = channel_model(tuple(priors_of("substitute"))[:2])
    emissions(model, ["a"])
    assert not emissions(model, ["\n"])["\n"].is_word


def test_runners_up_are_named() -> None:
    edits = list(Lossy().find(Scan("B? ?n xong r?i, con ?i ch?i ?ây, b? ? nhà.")))
    assert any(edit.alternatives for edit in edits)
    for edit in edits:
        assert 0 < edit.confidence <= 1
        assert edit.rule in Lossy.rules
        assert all(other != edit.replacement for other, _ in edit.alternatives)


def test_question_marks_at_the_end_stay() -> None:
    damaged = CHANNELS["cp1252_replace"]("Bạn có biết đường về nhà không? Tôi thì không biết.")
    assert Lossy()(damaged) == "Bạn có biết đường về nhà không? Tôi thì không biết."


def test_clean_text_loads_neither_model_nor_numpy() -> None:
    code = (
        "import sys\n"
        "from vnclean.repair.lossy.transform import Lossy\n"
        "from vnclean.scan import Scan\n"
        "text = 'Bạn có khỏe không? Tôi thì khỏe. Đi đâu? “XÃ” – 3 × 4 = 12'\n"
        "assert not Lossy().concerns(Scan(text))\n"
        "assert Lossy()(text) is text\n"
        "assert 'numpy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def check_edits(text: str, edits: list[Edit]) -> None:
    at = 0
    for edit in edits:
        assert at <= edit.start <= edit.end <= len(text)
        assert text[edit.start : edit.end] != edit.replacement
        at = edit.end
    apply_edits(text, edits)


@given(strategies.anything())
def test_any_text_survives_and_is_settled_in_one_go(text: str) -> None:
    transform = Lossy()
    edits = list(transform.find(Scan(text)))
    check_edits(text, edits)
    mended = transform(text)
    if edits:
        assert transform.concerns(Scan(text))
    assert transform(mended) == mended
    assert all(0 <= edit.confidence <= 1 for edit in edits)


@given(strategies.clean_documents())
def test_clean_documents_stay(text: str) -> None:
    assert Lossy()(text) is text


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["?" * 10**6, "a?" * 50_000, "\ufffd" * 400_000, "x?y\n" * 10_000, "Ã" * 100_000]
)
def test_hostile_text_takes_linear_work(text: str) -> None:
    assert_linear(lambda part: list(Lossy().find(Scan(part))), text)


def test_a_line_is_judged_once_however_many_words_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """To judge it takes a look at all of it: a line of 80,000 characters would take minutes."""
    judged: list[str] = []

    def identifier(text: str) -> LanguageIdentifier:
        judged.append(text)
        return LanguageIdentifier(text)

    monkeypatch.setattr(lost_letters, "LanguageIdentifier", identifier)
    list(Lossy().find(Scan("b?n " * 50)))
    assert len(judged) == len(set(judged)) <= 2  # once in each look at the text


@pytest.mark.parametrize("name", [name for name in LOSSY if "\ufffd" in CHANNELS[name](TEXT)])
def test_marks_that_were_saved_once_more_are_the_same_marks(name: str) -> None:
    damaged = CHANNELS[name](TEXT)
    again = repair(damaged.replace("\ufffd", "ï¿½"))
    assert again == repair(damaged).replace("\ufffd", "ï¿½")


def test_what_stands_whole_in_the_document_is_likelier_in_its_gaps() -> None:
    gap = "Bà H?i bán xôi."
    (alone,) = Lossy().find(Scan(gap))
    (among,) = Lossy().find(Scan("Bà Hợi dậy sớm.\nAi cũng quý bà Hợi.\n" + gap))
    assert (alone.replacement, among.replacement) == ("Hải", "Hợi")


def test_a_line_of_capitals_is_read_by_its_words() -> None:
    assert lost_letters._is_in_capitals("TH? TP")
    assert not lost_letters._is_in_capitals("TP 3")
    damaged = CHANNELS["ascii_qmark"].damage("QUYẾT ĐỊNH BẢO TRÌ HỒ CHỨA NƯỚC SẠCH SAU BÃO LŨ")
    found = {edit.replacement for edit in Lossy().find(Scan(damaged))}
    assert {"SẠCH", "HỒ", "LŨ"} <= found


def test_one_lost_word_tells_of_a_line_in_which_nothing_escaped() -> None:
    gold = "Anh đang đi với cả nhà mình."
    assert Lossy()("Anh dang di v?i c? nhà mình.") == gold
    assert Lossy()("Anh dang đi v?i cả nhà mình.") == gold.replace("đang", "dang")


def test_a_guess_beside_a_word_that_stays_is_none() -> None:
    """Slots 0 to 4 stand side by side, as do 5 and 6; 2 is damaged and is not repaired."""
    repaired = np.array([0, 1, 3, 4, 6])
    only_damage = np.array([True, True, True, True, True, False, True])
    beside = np.array([True, True, True, True, False, True])
    applied, guessed = np.ones(5, bool), np.array([True, True, False, True, True])
    lost_letters._keep_from_holes(applied, guessed, only_damage, beside, repaired)
    # 1 goes, so 0 stands beside a hole too; 3 is sure, and 4 stands behind it.
    assert applied.tolist() == [False, False, True, True, True]


@pytest.mark.parametrize(
    "text",
    ["Bạn có khỏe không?. Tôi vẫn khỏe.", "“Đi đâu?” Anh hỏi thế? và đi ngay.", "Ai? rồi sao?, kệ"],
)
def test_questions_behind_words_in_use_are_not_decoded(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = Lossy()
    assert step.concerns(Scan(text))
    assert not any(edit.applies(None) for edit in step.find(Scan(text)))
    monkeypatch.setattr(Lossy, "_restored", None)
    assert step.cleaned(Scan(text)) is text


@pytest.mark.parametrize("text", ["M?t con đường?. Ai đi?", "Trời s?. Rồi mai.", "th?, rồi sao?"])
def test_a_letter_before_a_question_mark_that_may_be_another_is_decoded(text: str) -> None:
    assert not Lossy()._only_asks(Scan(text))

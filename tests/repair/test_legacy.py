"""Legacy text that sits undecoded in Unicode text."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies as vn
from tests.call_counts import assert_linear
from vnclean.charsets.table import code_page
from vnclean.repair.legacy import Legacy
from vnclean.scan import Scan
from vnclean.transform import Safety, apply_edits

SENTENCES = (
    "Sáng nay trời mưa nhỏ, phố vắng và quán cà phê đầu ngõ vẫn mở cửa như mọi ngày.",
    "Chị bán hàng kể rằng cá dưới sông đã ít hơn trước, nhưng vườn thì vẫn xanh tốt.",
    "Em gái tôi học lớp chín, thích vẽ và hay hỏi những câu mà thầy cũng phải nghĩ.",
    "Đường về quê qua hai cây cầu cũ; người ta đang xây một chiếc mới rộng gấp đôi.",
)
PAGES = ("cp1252", "latin-1", "iso8859-15", "cp1258", "cp1254", "cp1250", "iso8859-10",
         "iso8859-14")  # fmt: skip
mend = Legacy()


def view(text: str, charset: str, page: str = "cp1252") -> str:
    table = code_page(page)
    return "".join(table[byte] for byte in text.encode(charset))


@pytest.mark.parametrize("charset", ["tcvn3", "vni", "viscii", "vps"])
@pytest.mark.parametrize("page", PAGES)
def test_sentences_come_back_whatever_page_they_were_read_in(charset: str, page: str) -> None:
    for sentence in SENTENCES:
        assert mend(view(sentence, charset, page)) == sentence


def test_a_document_with_clean_lines() -> None:
    lines = [SENTENCES[0], view(SENTENCES[1], "vni"), SENTENCES[2], "", view(SENTENCES[3], "vni")]
    want = [SENTENCES[0], SENTENCES[1], SENTENCES[2], "", SENTENCES[3]]
    assert mend("\n".join(lines)) == "\n".join(want)


@pytest.mark.parametrize(
    ("damaged", "whole"),
    [
        ("ViÖt Nam", "Việt Nam"),
        ("Vieät Nam", "Việt Nam"),
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("Họ tên: NguyÔn V¨n Hïng", "Họ tên: Nguyễn Văn Hùng"),
        ("NgµyTh¸ng", "NgµyTh¸ng"),
        ("Thµnh phè Hå ChÝ Minh", "Thành phố Hồ Chí Minh"),
    ],
)
def test_cells_and_headings(damaged: str, whole: str) -> None:
    assert mend(damaged) == whole


@pytest.mark.parametrize("shown", ["\xad", "-", ""])
def test_the_letter_that_is_a_soft_hyphen(shown: str) -> None:
    sentence = "Người ta thương nhau như vườn cũ, chưa được mười năm đã trưởng thành hơn trước."
    damaged = view(sentence, "tcvn3").replace("\xad", shown)
    assert mend(damaged) == sentence


@pytest.mark.parametrize(
    ("damaged", "whole"),
    [
        ("To^i ye^u tie^'ng nu+o+'c to^i tu+` khi mo+'i ra ddo+`i\\.",
         "Tôi yêu tiếng nước tôi từ khi mới ra đời."),
        ("To^i ddi. DDi dda^u? Ve^` nha`.", "Tôi đi. Đi đâu? Về nhà."),
        ("From: An <an@mail.com>\nVie^.t Nam mo^.t ti`nh ye^u\nhttp://a.b/c^d?e=o~",
         "From: An <an@mail.com>\nViệt Nam một tình yêu\nhttp://a.b/c^d?e=o~"),
    ],
)  # fmt: skip
def test_viqr_in_mail(damaged: str, whole: str) -> None:
    assert mend(damaged) == whole


@pytest.mark.parametrize(
    "text",
    [
        *SENTENCES,
        "e-mail? a? co' gi? O.K. (^_^) :o) x^2 + y^2 = a^2 + 2a*b",
        "The cost (in USD) was e.g. 5+ or ~3; see foo.bar? `ls -a` it's o'clock",
        "Où est le café à Noël ? Ça va être déjà l'été, où êtes-vous allés ?",
        "Größe für Mädchen, schön, müde, süß; Öl über Äpfel",
        "Það er gott veður í dag, segir þú; ég ætla heim á morgun.",
        "Zażółć gęślą jaźń. Příliš žluťoučký kůň. Şu güzel köyü görüyor musun?",
        "Não há razão para São João; coração, mãe, avó. El niño soñó aquí.",
        "Så må vi gå på två små öar, är det så?",
        "Sữa Vinamilk® giá 25.000₫, nặng 5 µg, nóng 30°C, rộng 20 m², ½ lít ©2020 «phở»",
        "Zoë và Müller gặp Søren ở Malmö, São Paulo và Besançon; anh Lü đến sau",
        "né bé mét thùng: má tôi né mấy bé ấy, còn mét vải thì để đó",
    ],
)
def test_what_must_stay(text: str) -> None:
    assert mend(text) is text


@pytest.mark.parametrize(
    "text",
    [
        "A kép-előállítás és a szöveg-átalakítás külön lépés.",
        "Suður-ameríkönsk-íslensk orðabók",
        "Nákladně-pořízený-dům pana Dvořákův-Kučerův",
        "„%s”-varijanta nije pronađena",
        "¿¿?? hora ¿¿:?? día",
        "Kuzey-güneydoğu-batı çizgisi",
        "Sinine või must, kollane või hall",
        "Idź do gó_ry i na dó_ł",
        "Giá 0,92 € = ¥149,5 = £0,79",
        "´ € £ ¥ SIGN",
        "© 2020 ® ™ ° § ¶ † ‡",
        "Type `:va` and then `:vi` to go on.",
        "const a = `${b} li`; const c = `${d} > va`;",
        "$sum = $pu+$ps+$cu+$cs;",
        "Y ddau fachgen a ddaeth adre.",
        "Amagezi ga ddi ne ddala",
        "a^\tâ\ne^\tê\no^\tô\nu+\tư\no+\tơ\na(\tă",
    ],
)
@pytest.mark.parametrize("between", [False, True])
def test_other_languages_and_signs_stay_in_any_company(text: str, between: bool) -> None:
    if between:
        text = "\n\n".join([SENTENCES[0], text, SENTENCES[1]])
    assert not mend.edits(text)


@pytest.mark.parametrize("text", ["Chữ 'ViÖt Nam' hiện ra như vậy.", "vaø Ferrari"])
def test_a_word_without_company_is_but_suggested(text: str) -> None:
    assert mend(text) is text
    assert all(edit.safety is Safety.SUGGEST for edit in mend.suggestions(text))
    assert mend.suggestions(text)


@pytest.mark.parametrize(
    ("damaged", "whole"),
    [
        ("NguyÔn", "Nguyễn"),
        ("Ngaøy 18/7,", "Ngày 18/7,"),
        ("BIªN B¶N HäP PHô HUYNH §ÇU N¨M HäC", "BIÊN BẢN HỌP PHỤ HUYNH ĐẦU NĂM HỌC"),
    ],
)  # fmt: skip
def test_cells_of_one_word_and_small_letters_between_capitals(damaged: str, whole: str) -> None:
    assert mend(damaged) == whole


@given(st.text("aeiouthnmg ®·µ¸©¶¹§ÖÊÔñõøùûïöôäåâáàãêéèëÈ¡¢\n`^'.+", max_size=160))
def test_scraps_of_legacy_bytes_settle_at_once(text: str) -> None:
    once = mend(text)
    assert mend(once) == once


@given(st.text(max_size=120))
def test_any_text(text: str) -> None:
    edits = mend.edits(text)
    fixed = apply_edits(text, edits)
    if not mend.concerns(Scan(text)):
        assert not edits
    assert mend(fixed) == fixed


LINES = (
    *SENTENCES,
    "Việt Nam",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "ở đây mua đồ cũ",
    "vaò nhà, Bôì",
    "The quick brown fox",
    "“Phố vắng và quán cà phê đầu ngõ”",
    "Tổng số 5đồng_lẻ (50%đã trả), hỏi?rồi",
    "",
)


@given(
    st.lists(
        st.tuples(
            st.one_of(st.sampled_from(LINES), vn.sentences()),
            st.sampled_from(["", "tcvn3", "tcvn3", "vni", "viscii", "windows-1258-vi"]),
            st.sampled_from(["", "\xad", "-"]),
        ),
        max_size=6,
    ),
    st.sampled_from(["\n", "\n", " ", "\n\n"]),
)
def test_the_text_is_what_the_edits_make_of_it(
    lines: list[tuple[str, str, str]], between: str
) -> None:
    parts = []
    for line, charset, lost in lines:
        try:
            shown = view(line, charset) if charset else line
        except UnicodeEncodeError:
            shown = line
        parts.append(shown.replace("\xad", lost))
    text = between.join(parts)
    assert mend.cleaned(Scan(text)) == apply_edits(text, mend.edits(text))


@given(st.lists(st.sampled_from(SENTENCES), max_size=3), st.sampled_from(["tcvn3", "vni", "vps"]))
def test_a_second_run_finds_nothing(sentences: list[str], charset: str) -> None:
    once = mend(view("\n".join(sentences), charset))
    assert mend(once) == once
    assert once == "\n".join(sentences)


def test_clean_text_needs_no_look() -> None:
    assert not mend.concerns(Scan("\n".join(SENTENCES) * 40))


def test_edits_carry_rule_and_safety() -> None:
    (edit,) = mend.edits("Tên: NguyÔn")
    assert edit.rule == "legacy.tcvn3"
    assert edit.safety in (Safety.SAFE, Safety.LIKELY)
    assert {edit.rule for edit in mend.edits(view(SENTENCES[0], "vni"))} == {"legacy.vni"}
    assert pickle.loads(pickle.dumps(mend)) == mend


def test_long_lines_take_linear_work() -> None:
    assert_linear(mend, " ".join([view(SENTENCES[0], "tcvn3")] * 400))


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("Ph-ơng án đ-ợc duyệt, nh-ng ch-a làm", "Phương án được duyệt, nhưng chưa làm"),
        ("Bác kể: nh-ng ch-a thấy ai", "Bác kể: nh-ng ch-a thấy ai"),
        ("l-ợng m-a và x-ởng", "lượng mưa và xưởng"),
        ("Xem tệp th-ờng-trực.pdf nhé các bạn", "Xem tệp th-ờng-trực.pdf nhé các bạn"),
    ],
)
def test_a_hyphen_in_the_place_of_a_horn(text: str, mended: str) -> None:
    assert Legacy()(text) == mended

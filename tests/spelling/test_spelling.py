"""Spelling: what is mended, what is only said, what stays; the prefilter against a slow one."""

from __future__ import annotations

import random
import runpy
import unicodedata
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies as vn
from tests.call_counts import assert_linear
from vnclean.errors import ConfigError, ModelError
from vnclean.fixed_point import edits_to_fixed_point
from vnclean.language import ngram, not_prose
from vnclean.language.lexicon import syllables_in_use
from vnclean.pipeline import Pipeline
from vnclean.scan import Scan
from vnclean.spelling import (
    Spelling,
    Teencode,
    Unwrap,
    WordBreaks,
    error_model,
    lexicon,
    misspelling_table,
    segmentation,
)
from vnclean.spelling.chat_spellings import RULES, respelt
from vnclean.spelling.misspelling_table import MisspellingTable
from vnclean.spelling.word_lookup import WordPrefilter
from vnclean.transform import Edit, Safety, Transform, apply_edits

Find = Callable[[str], Iterable[Edit]]
FindInLines = Callable[[str, list[tuple[int, int]]], Iterable[Edit]]
DATA = Path(lexicon.__file__).parent.parent / "data"

# --- what is mended ----------------------------------------------------------------------------

MENDED = {
    "Sở đã bàn hành kế hoạch tổ chức hội thi.": "Sở đã ban hành kế hoạch tổ chức hội thi.",
    "Đẩy mạnh công tác tuyền truyền pháp luật.": "Đẩy mạnh công tác tuyên truyền pháp luật.",
    "Nhà máy cần nâng cao năng xuất lao động.": "Nhà máy cần nâng cao năng suất lao động.",
    "Xưởng nhận sữa chữa xe máy các loại.": "Xưởng nhận sửa chữa xe máy các loại.",
    "Chính phủ hổ trợ người dân vùng lũ.": "Chính phủ hỗ trợ người dân vùng lũ.",
    "Con số này dược công bố vào hôm qua.": "Con số này được công bố vào hôm qua.",
    "Vào ttháng tới, trường sẽ khai giảng.": "Vào tháng tới, trường sẽ khai giảng.",
    "Ban quản lý côngtác xã hội của tỉnh.": "Ban quản lý công tác xã hội của tỉnh.",
    "Đây là ý kiến của của người dân.": "Đây là ý kiến của người dân.",
    "Anh ấy đưowcj mời đến dự lễ.": "Anh ấy được mời đến dự lễ.",
    "CHÍNH SÁCH HỔ TRỢ NGƯỜI DÂN": "CHÍNH SÁCH HỖ TRỢ NGƯỜI DÂN",
}


@pytest.mark.parametrize("wrong", MENDED)
def test_what_is_certain_is_mended(wrong: str) -> None:
    assert Spelling()(wrong) == MENDED[wrong]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Huyện thực hiện đảm đảm nguyên tắc tập trung dân chủ.", ("đảm bảo", "bảo đảm")),
        ("Chuyện đó có gắng mấy cũng không xong.", ("cố",)),
    ],
)
def test_what_is_likely_is_said_with_the_right_word_first(text: str, right: tuple[str]) -> None:
    (edit,) = Spelling().find(Scan(text))
    assert edit.replacement in right
    assert edit.applies(None) is False or edit.confidence > 0.85


def test_an_edit_says_why_and_how_sure() -> None:
    (edit,) = Spelling().find(Scan("công tác tuyền truyền"))
    assert (edit.start, edit.end, edit.replacement) == (9, 14, "tuyên")
    assert edit.rule == "spelling.tone_added"
    assert edit.safety is Safety.LIKELY
    assert 0.9 < edit.confidence <= 1


# --- what stays --------------------------------------------------------------------------------

KEPT = [
    "Chị Bàn Hành ở tổ số 5, xã Tuyền Truyền.",
    "Ông Đặng Thái Sơn và bà Nguyễn Thị Nhàn chơi piano ở Warszawa.",
    "Họ nói in-tơ-nét, cà-phê, Pa-ri, Mát-xcơ-va và Bê-ô-grát.",
    "luôn luôn, ngày ngày, xanh xanh, hì hì, từ từ rồi cũng xong",
    "Xem thêm tại https://ví-dụ.vn/tuyền-truyền hoặc gửi thư đến tuyền@ví-dụ.vn.",
    "Chiều nầy con tầu chở giầu mầu đen xẩy ra chuyện.",
    "print(f'bàn_hành = {tuyền_truyền}')",
    "The quick brown fox jumps over the lazy dog, et le café est très fort à Orléans.",
    "Vận tốc 80 km/h, nặng 3,5 kg, dài 12 m², giá 1.250.000 đ.",
    "Con ngựa đá con ngựa đá, con ngựa đá không đá con ngựa.",
]


@pytest.mark.parametrize("text", KEPT)
def test_names_loans_addresses_and_variants_stay(text: str) -> None:
    assert Spelling()(text) is text
    assert WordBreaks()(text) is text


def test_words_and_patterns_can_be_kept() -> None:
    text = "công tác tuyền truyền"
    assert Spelling(keep=("tuyền",))(text) is text
    assert Spelling(patterns=(r"tuyền \w+",))(text) is text
    with pytest.raises(ConfigError, match="regular expression"):
        Spelling(patterns=("(",))
    pipe = Pipeline.from_toml('steps = ["spelling"]\n[spelling]\nkeep = ["tuyền"]')
    assert pipe(text) is text


def test_a_form_that_repeats_all_through_a_text_is_a_term() -> None:
    line = "Người ta gọi nó là cây nghĩm vàng trong rừng.\n"
    assert Spelling()(line * 8) == line * 8


# --- the contract ------------------------------------------------------------------------------


@pytest.mark.parametrize("transform", [Spelling(), WordBreaks(), Teencode()], ids=repr)
@given(text=st.one_of(vn.anything(), vn.documents()))
@settings(max_examples=60, deadline=None)
def test_idempotent_and_replayed_by_its_edits(transform: Spelling, text: str) -> None:
    edits = transform.edits(text)
    once = apply_edits(text, edits)
    assert transform(text) == once
    assert transform(once) == once
    assert all(text[edit.start : edit.end] != edit.replacement for edit in edits)
    if not edits:
        assert transform(text) is text


@pytest.mark.parametrize(
    "transform", [Spelling(), Spelling(keep=("nghành", "sữa chữa")), WordBreaks()], ids=repr
)
@given(
    text=st.lists(st.sampled_from([*MENDED, "ttháng", "nh ân dân ,gì", "nghành"])).map("\n".join)
)
@settings(max_examples=60, deadline=None)
def test_lines_that_changed_are_all_that_need_another_look(transform: Transform, text: str) -> None:
    edits = transform.edits(text)

    def everywhere(text: str, find: Find, again: FindInLines) -> list[Edit]:
        return edits_to_fixed_point(text, find, lambda now, _: again(now, [(0, len(now))]))

    with pytest.MonkeyPatch.context() as patch:
        for module in ("transform", "word_breaks"):
            patch.setattr(f"vnclean.spelling.{module}.edits_to_fixed_point", everywhere)
        assert transform.edits(text) == edits


@pytest.mark.parametrize("transform", [Spelling(), WordBreaks(signs=False)], ids=repr)
@given(text=vn.clean_documents())
@settings(max_examples=80, deadline=None)
def test_clean_text_is_a_fixed_point(transform: Spelling, text: str) -> None:
    assert transform(text) is text


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    ["a", "bàn hành kế hoạch ", "của ", "nh ân dân ", "D Ị CH V Ụ\n", "đẹp,xấu", "kooo ", "áá"],
)
def test_work_is_linear(piece: str) -> None:
    text = piece * (40_000 // len(piece))
    for transform in (Spelling(), WordBreaks(), Teencode()):
        assert_linear(transform, text)


def test_the_prefilter_that_ships_is_made_of_the_tables(tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "training" / "prefilter.py"
    if not script.exists():
        pytest.skip("the training scripts are not here")
    runpy.run_path(str(script))["write"](tmp_path / "made.bin")
    assert (tmp_path / "made.bin").read_bytes() == lexicon.prefilter_path().read_bytes()


def test_a_clean_line_is_asked_for_its_suspects_only() -> None:
    scan = Scan("Cần Thơ là thành phố lớn nhất miền Tây Nam Bộ.")
    assert not Spelling().concerns(scan)
    assert not WordBreaks(signs=False).concerns(scan)
    assert scan._answers.keys() == {lexicon.prefilter_words}


# --- the error model ---------------------------------------------------------------------------


@pytest.mark.slow
def test_the_table_of_misspellings_is_what_the_error_model_makes() -> None:
    slow: dict[str, list[tuple[str, str]]] = {}
    for word in sorted(syllables_in_use()):
        for form, kind in error_model.misspellings(word).items():
            slow.setdefault(form, []).append((word, kind))
    table = misspelling_table.load()
    assert all(table.sources(form) == rows for form, rows in slow.items())
    dice = random.Random(5)
    letters = sorted(set("".join(slow)))
    strange = ("".join(dice.choices(letters, k=dice.randint(0, 10))) for _ in range(3000))
    hostile = ("", "\0", "a\0", "ban\0", "ß", "😂", "Ban", "bàn hành", "x" * 1000, "\ud800")
    for form in (*strange, *hostile, *(f"{form}x" for form in dice.sample(sorted(slow), 1000))):
        assert table.sources(form) == slow.get(form, []), form


def test_a_table_of_misspellings_is_written_the_same_and_checked(tmp_path: Path) -> None:
    table = {"bàn": (("ban", "tone_added"),), "bna": (("ban", "swapped"), ("bán", "tone_lost"))}
    path = tmp_path / "table.bin"
    size = MisspellingTable.write(path, table, "a test")
    assert size == path.stat().st_size
    opened = MisspellingTable(path)
    assert all(tuple(opened.sources(form)) == rows for form, rows in table.items())
    assert opened.sources("ban") == opened.sources("baan") == []
    shipped = MisspellingTable.path().read_bytes()
    for change, reason in (
        (shipped[:-1], "cut short"),
        (shipped.replace(b"inventory_sha256", b"inventory_sha255"), "altered"),
        (b"vnclean misspellings 0\n" + shipped[23:], "version"),
    ):
        path.write_bytes(change)
        with pytest.raises(ModelError, match=rf"{reason}.*training/misspellings\.py"):
            MisspellingTable(path)


def test_a_table_made_from_another_inventory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.bin"
    monkeypatch.setattr(misspelling_table, "_inventory_hash", lambda: "another")
    MisspellingTable.write(path, {"bna": (("ban", "swapped"),)}, "a test")
    monkeypatch.undo()
    with pytest.raises(ModelError, match="another inventory"):
        MisspellingTable(path)


@pytest.mark.parametrize("kind", error_model.ERRORS)
def test_each_kind_of_error_makes_forms_and_is_named_by_a_rule(kind: str) -> None:
    error = error_model.ERRORS[kind]
    assert set(error("được")) | set(error("nghỉ")) | set(error("ban")) - {"được"}
    assert f"spelling.{kind}" in Spelling.rules
    assert kind in lexicon.LOG_RATES
    assert error.__doc__


# --- the prefilter -----------------------------------------------------------------------------

WORDS = ["nhà", "to", "bàn", "hành", "ơi", "Huế", "x", "được", "thấy"]


def slow(text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int, int]]]:
    """Return what the prefilter must find, letter by letter."""
    edges = [-1]
    edges += [at for at, letter in enumerate(text) if not 65 <= ord(letter) <= 0x1EF9]
    edges.append(len(text))
    spans = [(low + 1, high) for low, high in pairwise(edges)]
    words = [
        (low, high)
        for low, high in spans
        if high - low > 1
        and text[low:high] not in WORDS
        and not text[low:high].isascii()
        and text[low].islower()
    ]
    pairs = [
        (low, middle, high)
        for (low, middle), (start, high) in pairwise(spans)
        if (text[low:middle], text[start:high]) == ("bàn", "hành")
    ]
    return words, pairs


@given(
    st.lists(st.sampled_from([*WORDS, "ngà", "“", ".", "", "1", "dẩt", "bàn hành"]), max_size=30)
)
@settings(max_examples=200, deadline=None)
def test_the_prefilter_finds_what_a_slow_one_finds(words: list[str]) -> None:
    text = " ".join(words)
    prefilter = WordPrefilter(WORDS, [("bàn", "hành")])
    assert prefilter.find(text)[:2] == slow(text)


@pytest.mark.parametrize("shift", range(7))
def test_no_word_is_lost_in_a_long_text(shift: int) -> None:
    text = "x" * shift + " bàn hành ngà to" * 6500
    prefilter = WordPrefilter(WORDS + ["x" * n for n in range(8)], [("bàn", "hành")])
    assert prefilter.find(text)[:2] == slow(text)
    assert prefilter.find("a" * 100_000 + " ngà bàn hành").pairs != []


# --- spaces and chats --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("ĐIỀ U KHO ẢN SỬ D ỤNG", "ĐIỀU KHOẢN SỬ DỤNG"),
        ("ủy ban nh ân dân tỉnh", "ủy ban nhân dân tỉnh"),
        ("nhà cửa,ruộng vườn", "nhà cửa, ruộng vườn"),
        ("Trời đã sáng.Mọi người ra đồng.", "Trời đã sáng. Mọi người ra đồng."),
        ("mua rau , thịt và cá .", "mua rau, thịt và cá."),
    ],
)
def test_spaces_are_set(wrong: str, right: str) -> None:
    assert WordBreaks()(wrong) == right


@pytest.mark.parametrize(
    "text",
    [
        "lúc 7:30 ngày 3.7.2020, tỷ lệ 1:3, giá 3,5 triệu",
        "xem báo.vn, tệp ghi.chú.txt, TP.HCM, v.v.",
        "vitamin C ở trẻ, khối A ở Hà Nội, 40 độ C ở ngoài trời",
        "A B C D E và C A B E D là khác nhau",
    ],
)
def test_numbers_addresses_and_single_letters_keep_their_spaces(text: str) -> None:
    assert WordBreaks()(text) is text


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("ko bít nữa", "không biết nữa"),
        ("đẹppppp quáaaa", "đẹp quá"),
        ("hnay mn đi đâu z", "hôm nay mọi người đi đâu vậy"),
        ("vui wá 😂😂 =))))", "vui quá 😂😂 =))))"),
    ],
)
def test_chat_language_becomes_standard(wrong: str, right: str) -> None:
    assert Teencode()(wrong) == right


def test_units_and_numerals_are_no_teencode() -> None:
    for text in ("giá 50k", "dài 5 m/s", "mục iii) và viii)", "www.vn"):
        assert Teencode()(text) is text


def test_wrapped_lines_are_joined_and_verse_and_lists_are_not() -> None:
    wrapped = (
        "Mùa nước nổi năm nay về sớm hơn mọi năm, bà con\n"
        "trong xóm lo gặt cho kịp trước khi nước lên cao, ngư\u1eddi\n"
        "lớn trẻ nhỏ đều ra đồng từ lúc trời còn tờ mờ sáng."
    )
    assert Unwrap()(wrapped) == wrapped.replace("\n", " ")
    for text in (
        "Trời xanh\nMây trắng\nNắng vàng",
        "- cam một ký lô rưỡi, mua ở chợ đầu mối\n- quýt hai ký lô, mua ở chợ\n- táo nửa ký lô",
        "Một dòng.\n\nHai dòng.",
    ):
        assert Unwrap()(text) is text


# --- tables ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(DATA.glob("spelling*.tsv")), ids=lambda path: path.stem)
def test_tables_are_in_normal_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    rows = [row for row in text.split("\n")[:-1] if row[0] != "#"]
    assert text.startswith("# ")
    assert text.endswith("\n")
    assert unicodedata.is_normalized("NFC", text)
    keys = [row.split("\t")[0] for row in rows]
    assert keys == sorted(set(keys))
    assert text == text.lower() or all(row == row.lower() for row in rows)


CONFUSIONS = dict(map(tuple, lexicon.rows("spelling_confusions.tsv")))
UNTOLD = {"nồng cốt"}
"""Misspellings that the language model, trained on text that has them, takes for the right form."""


def faults_of(wrong: str, right: str) -> list[str]:
    """Say what is wrong with a line of the table of confusions."""
    found = []
    changed = [(a, b) for a, b in zip(wrong.split(" "), right.split(" "), strict=True) if a != b]
    if not changed or any(b not in misspelling_table.sources(a) for a, b in changed):
        found.append("no misspelling of it")
    if any(word not in syllables_in_use() for word in right.split(" ")):
        found.append("a syllable that is not in use")
    if right in CONFUSIONS:
        found.append("a misspelling by another line")
    if list(Spelling().find(Scan(f"Hôm ấy {right} như vậy."))):
        found.append("a misspelling itself")
    if wrong not in UNTOLD and rarity(right) > rarity(wrong):
        found.append("rarer than its misspelling")
    return found


def rarity(words: str) -> float:
    model = ngram.load()
    return -float(model.score_sequence([model.code(word) for word in words.split(" ")]).sum())


def test_confusions_are_misspellings_and_what_they_are_for_is_none() -> None:
    assert {a: b for a, b in CONFUSIONS.items() if faults_of(a, b)} == {}
    assert all(rarity(CONFUSIONS[wrong]) > rarity(wrong) for wrong in UNTOLD)


@pytest.mark.parametrize(
    ("wrong", "right", "fault"),
    [
        ("đọc giã", "đọc giả", "a misspelling itself"),
        ("độc giã", "độc giả", ""),
        ("năng suất", "năng xuất", "a misspelling by another line"),
        ("năng suất", "năng xuất", "rarer than its misspelling"),
        ("bàn bạc", "bàn bạct", "a syllable that is not in use"),
        ("bàn bạc", "con mèo", "no misspelling of it"),
    ],
)
def test_a_wrong_line_of_confusions_is_refused(wrong: str, right: str, fault: str) -> None:
    found = faults_of(wrong, right)
    assert fault in found if fault else found == []


def test_an_edit_can_be_undone() -> None:
    text = "công tác tuyền truyền"
    edits = Spelling().edits(text)
    assert edits == [
        Edit(9, 14, "tuyên", "spelling.tone_added", edits[0].confidence, Safety.LIKELY)
    ]


# --- chats -------------------------------------------------------------------------------------

CHATS = {
    "K biết đâu 😂😂 đẹppppp quáaaa": "Không biết đâu 😂😂 đẹp quá",
    "bn iu ơi, mai mk đi hok nha": "bạn yêu ơi, mai mình đi không nha",
    "ny cũ nt cho t hqua 😭": "người yêu cũ nhắn tin cho tôi hôm qua 😭",
    "sao m k nói vs t sớm hơn": "sao mày không nói với tôi sớm hơn",
    "đẹp zai quá z ta :))": "đẹp trai quá vậy ta :))",
    "trc giờ ck e hay zậy lắm á": "trước giờ chồng em hay vậy lắm á",
    "thích thì nhích thôiii, lo jì": "thích thì nhích thôi, lo gì",
    "A ơi cho e hỏi cty mk còn tuyển nv ko ạ": (
        "Anh ơi cho em hỏi công ty mình còn tuyển nhân viên không ạ"
    ),
    "nge nói fim này hay lắm": "nghe nói phim này hay lắm",
}


@pytest.mark.parametrize("chat", CHATS)
def test_chats_are_written_out(chat: str) -> None:
    assert Teencode()(chat) == CHATS[chat]


@pytest.mark.parametrize(
    "text",
    [
        "Mua 30 m vải, 5 kg gạo, 200 g đường, hẹn lúc 2 h chiều ở lớp 3 a.",
        "Phương án A: chọn đáp án B. Điểm C nằm giữa hai điểm kia.",
        "Cuốn The Lord of the Rings được dịch sang tiếng Việt.",
        "Các bước gồm: (i) chuẩn bị, (ii) thực hiện, (iii) báo cáo.",
        "Lớp nn.Module có hàm f(x), v.v. và biến log của nó.",
        "Bà Lee và ông Ann Nguyễn đến dự, linh mục Lm. Phaolô chủ lễ.",
        "Em viết chữ “b” lên bảng; cô đọc chữ \"c\".",
        "Xem https://t.co/k-ko và thư gửi m@ko.vn, thẻ #ko, tên @dc.",
        ":v =)) ^^ <3 xD :3 -_- T_T 😂",
    ],
)  # fmt: skip
def test_what_is_no_chat_stays(text: str) -> None:
    assert Teencode()(text) is text


def test_the_forms_of_chats_lead_back_by_rule() -> None:
    forms = respelt()
    assert forms["wê"] == ("quê",)
    assert "ring" not in forms
    assert "zip" not in forms
    assert not set(forms) & set(syllables_in_use())
    for form, words in forms.items():
        assert any(rule(word) == form for word in words for rule in RULES.values())


def test_the_table_of_variants_is_in_order() -> None:
    table = list(lexicon.rows("spelling_teencode.tsv"))
    assert [row[0] for row in table] == sorted({row[0] for row in table})
    for variant, stays, forms in table:
        assert variant == variant.lower() == unicodedata.normalize("NFC", variant)
        assert float(stays) <= 0
        assert variant not in forms.split("|")


# --- cut words and signs -----------------------------------------------------------------------

BREAKS = {
    "phục vụ nh ân dân trong tỉnh": "phục vụ nhân dân trong tỉnh",
    "ĐIỀ U KHO ẢN SỬ DỤNG": "ĐIỀU KHOẢN SỬ DỤNG",
    "D Ị CH V Ụ": "DỊCH VỤ",
    "D Ị CH V Ụ CÔNG": "DỊCH VỤ CÔNG",
    "CỘ NG HÒA XÃ HỘ I CHỦ NGHĨ A VIỆ T NAM": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "QUYẾ T ĐỊ NH": "QUYẾT ĐỊNH",
    "THÔNG T Ư LIÊN T ỊCH": "THÔNG TƯ LIÊN TỊCH",
    "Chư ơng trình m ục tiêu quốc gia": "Chương trình mục tiêu quốc gia",
    "cơ quan nhà n ước có thẩm quy ền": "cơ quan nhà nước có thẩm quyền",
    "Đi ều 5. Trách nhi ệm của đơn v ị": "Điều 5. Trách nhiệm của đơn vị",
    "ho ạt động s ản xu ất kinh doanh": "hoạt động sản xuất kinh doanh",
    "ban qu ản lý dự án": "ban quản lý dự án",
    "ng ười lao động được nghỉ": "người lao động được nghỉ",
    "th ực hi ện theo quy đ ịnh": "thực hiện theo quy định",
    "đ ại biểu Qu ốc hội": "đại biểu Quốc hội",
    "các đ ồng chí l ãnh đạo": "các đồng chí lãnh đạo",
    "tr ường học và b ệnh viện": "trường học và bệnh viện",
    "Tôi đến muộn,anh ấy đã đi rồi.": "Tôi đến muộn, anh ấy đã đi rồi.",
    "Trời mưa.Chúng tôi ở nhà.": "Trời mưa. Chúng tôi ở nhà.",
    "Anh ấy hỏi:Bạn đi đâu?": "Anh ấy hỏi: Bạn đi đâu?",
    "Vui quá!Cả nhà cùng cười.": "Vui quá! Cả nhà cùng cười.",
    "Bạn khỏe không?Tôi khỏe.": "Bạn khỏe không? Tôi khỏe.",
    "Tôi đến muộn , anh ấy đã đi rồi .": "Tôi đến muộn, anh ấy đã đi rồi.",
    "Bạn khỏe không ? Tôi khỏe .": "Bạn khỏe không? Tôi khỏe.",
    "Vui quá ! Cả nhà cùng cười .": "Vui quá! Cả nhà cùng cười.",
    "gạo ,muối ,đường đều tăng giá": "gạo, muối, đường đều tăng giá",
    "Hội nghị tổ chức ngày 15/8/2023,tại Hà Nội.": "Hội nghị tổ chức ngày 15/8/2023, tại Hà Nội.",
    "Giá tăng 3,5%;lượng giảm 2,1%.": "Giá tăng 3,5%; lượng giảm 2,1%.",
    "Anh Nam,chị Lan cùng đi.": "Anh Nam, chị Lan cùng đi.",
    "Ở Hà Nội,người dân vui mừng.": "Ở Hà Nội, người dân vui mừng.",
}

WHOLE = [
    "Giá 1.250.000,5 đồng, lúc 7:30 ngày 15/8/2023 tại km 12+300.",
    "Xem tuoitre.vn, vnexpress.net/thoi-su/abc,def và ví-dụ.vn.",
    "TP.HCM, Q.1, P.Bến Nghé, Tp.Đà Nẵng, GS.TS.Nguyễn Văn An, PGS.TS Trần Bá",
    "a.m., p.m., v.v., tr.15, T.Ư, T.W, U.S.A, UBND.HĐND",
    "số 12/2020/NĐ-CP, 15:30:45, 3.14, 2,5m, 10h30, 1:2, 3:0",
    "hoa.lan@vidu.vn,nam@vidu.vn",
    "C:\\Tài liệu\\báo cáo.docx, tệp báo.cáo.cuối.docx",
    "a ,b ;c : ngôn ngữ, f(x,y), mảng[i,j], {a:b}",
    "Em ơi... em đâu rồi?!... Thôi!!!",
    '"Anh đi đâu?"... "Đi chợ."',
    "Cho a, b, c thỏa a<b,b<c và x=1,y=2.",
    'Tiếng Anh: "Hello,world" và tên lớp nn.Linear.Mã nguồn ở dưới.',
    "HỌC SINH LỚP 12 A THI MÔN LÝ",
    "PHÒNG B TẦNG 3 KHU C",
    "KHỐI A VÀ KHỐI D",
    "Ô CỬA Ở Ý",
    "Ông Y Ê Ban và bà H Hen Niê",
    "Vitamin B 12, vitamin C và D",
    "nhóm máu O, A, B và A B",
    "điểm A, điểm B và đường thẳng d",
    "anh Th., chị Ng. và ông Tr.",
    "bạn Nh ở lớp C",
    "TÊN B Ị CAN: X",
    "Bài A Ă Â và B C D Đ",
    "Kiến trúc sư Ch. Le Corbusier",
    "hàm số y = a x + b",
    "Ba má ơi ! ! !",
    "Trận đấu kết thúc với tỷ số 2 : 1 .",
    "Mục 1 . Nội dung",
    "§ 5 . Điều khoản",
    ":) :( ;) :D nhé",
    "192.168.1.1, phiên bản 2.0.1",
    "Nguyễn Thị A, Trần Văn B, bị cáo C",
    "Nội dung : họp giao ban",
    "(xem phần trên )và phần dưới",
    "một số vấn đề( xem bảng 1)",
    'Ông nói:"Tôi sẽ đi."',
]


@pytest.mark.parametrize("cut", BREAKS)
def test_cut_words_are_joined_and_signs_set(cut: str) -> None:
    assert WordBreaks()(cut) == BREAKS[cut]


@pytest.mark.parametrize("text", WHOLE)
def test_numbers_dates_addresses_and_letters_stay(text: str) -> None:
    assert WordBreaks()(text) is text


@pytest.mark.parametrize("veto", segmentation.VETOES, ids=lambda veto: veto.name)
def test_each_veto_holds_for_its_example_and_for_nothing_else(veto: segmentation.Veto) -> None:
    def vetoes(run: str) -> list[str]:
        groups = segmentation.likeliest_segmentation(run.split(" "))
        assert any(len(group) > 1 for group in groups)
        return [other.name for other in segmentation.VETOES if other.holds(groups)]

    assert vetoes(veto.example) == [veto.name]
    assert vetoes(veto.counter_example) == []
    assert WordBreaks()(veto.example) is veto.example
    assert WordBreaks()(veto.counter_example) != veto.counter_example


@given(st.lists(st.sampled_from("nh ân dân th anh tra ba b a ở tỉnh Xq Đi ều".split()), min_size=1))
@settings(max_examples=100, deadline=None)
def test_a_segmentation_leaves_no_piece_out(pieces: list[str]) -> None:
    for groups in (segmentation.likeliest_segmentation(pieces), segmentation.segment(pieces)):
        assert [piece for group in groups for piece in group] == pieces
        for group in groups:
            assert len(group) <= segmentation.MOST_PIECES
            assert len(group) == 1 or segmentation.is_word("".join(group))


def test_lines_of_windows_are_joined_without_a_trace() -> None:
    wrapped = (
        "Sáng hôm ấy trời trong xanh, bà con trong xóm kéo nhau ra đồng gặt\r\n"
        "lúa từ rất sớm. Tiếng cười nói rộn ràng khắp cánh đồng, ai cũng mo-\r\n"
        "ng vụ này được mùa để có tiền sửa lại mái nhà đã dột từ mùa bão.\r\n"
    )
    joined = wrapped.replace("mo-\r\nng", "mong").replace("gặt\r\n", "gặt ")
    assert Unwrap()(wrapped) == joined


@pytest.mark.parametrize(
    "unit", ["ko bik j lun á, ntn z? ", "Vie^.t Nam nu+o+'c ", "e\u0302\u0323"]
)
def test_a_line_full_of_variants_is_read_once_for_its_addresses(monkeypatch, unit):
    """Not once for each of its words."""
    read = 0
    real = not_prose.find_spans

    def counted(text, kinds, start, end):
        nonlocal read
        read += end - start
        return real(text, kinds, start, end)

    monkeypatch.setattr(not_prose, "find_spans", counted)
    text = unit * 800
    Teencode()(text)
    assert read < 6 * len(text)


def test_two_doubled_pairs_side_by_side_and_quoted_ones_are_meant() -> None:
    kept = "Anh của của và và em. Tiếng “các các” vọng ra."
    assert Spelling()(kept) == kept
    assert Spelling()("Anh của của em rất vui.") == "Anh của em rất vui."

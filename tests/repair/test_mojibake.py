"""Mojibake: every view comes back, and nothing that is clean is touched."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies as vn
from vnclean import channels
from vnclean.channels import misread_utf8
from vnclean.language.alphabet import MARKED_LETTERS
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.syllable import spellable_syllables
from vnclean.language.words import WORD
from vnclean.repair import mojibake, mojibake_atoms, mojibake_checks
from vnclean.repair.code_page_views import views
from vnclean.repair.lossy.transform import Lossy
from vnclean.repair.mojibake import Mojibake
from vnclean.repair.mojibake_context import MojibakeContext, MojibakePiece
from vnclean.repair.whole_texts import decode_whole_text
from vnclean.scan import Scan
from vnclean.transform import apply_edits

mend = Mojibake()

VIEWS = [channels.CHANNELS[name].charset for name in channels.priors_of("lossless")]
LINES = (
    "Sáng sớm, bà cụ ra vườn hái mấy quả ổi chín, để dành cho lũ trẻ đi học về.",
    "Cơn bão số 3 suy yếu dần; tuy vậy, mưa lớn vẫn còn ở các tỉnh ven biển Bắc Bộ.",
    "“Thưa ông, chuyến tàu 7 giờ đã khởi hành rồi!” – người gác ga trả lời…",
    "HỘI ĐỒNG NHÂN DÂN XÃ HƯNG THỊNH HỌP PHIÊN BẤT THƯỜNG",
    "Nghề dệt lụa ở làng Vạn Phúc có từ hơn một nghìn năm trước, nổi tiếng khắp nơi.",
    "Giá xăng tăng 1.250 đồng/lít từ 15 giờ chiều nay; dầu hỏa giữ nguyên.",
    "Ý kiến của anh Lữ, chị Ngỗi và bé Ẩn đều được ghi vào sổ.",
    "Là người ở quê, tôi thấy Hà Nội ồn ào quá; cà phê thì ngon, giá ở đây cũng rẻ.",
)


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("times", [1, 2, 3])
def test_whole_lines_come_back(name: str, times: int) -> None:
    for line in LINES:
        hurt = line
        for _ in range(times):
            hurt = getattr(channels, f"utf8_as_{name}")(hurt)
        assert mend(hurt) == line


@pytest.mark.parametrize("name", VIEWS)
def test_one_damaged_word_comes_back_and_its_neighbours_stay(name: str) -> None:
    damage = getattr(channels, f"utf8_as_{name}")
    for line in LINES:
        words = line.split(" ")
        for number, word in enumerate(words):
            if not word.isascii():
                hurt = [*words[:number], damage(word), *words[number + 1 :]]
                assert mend(" ".join(hurt)) == line


@pytest.mark.parametrize("name", VIEWS)
def test_every_letter_has_a_way_back(name: str) -> None:
    damage = getattr(channels, f"utf8_as_{name}")
    view = views()[name]
    for letter in MARKED_LETTERS:
        assert view.decode(damage(letter)) == letter
        assert view.pair.search(damage(letter))


@given(text=vn.sentences(), name=st.sampled_from(VIEWS))
def test_vietnamese_sentences_come_back(text: str, name: str) -> None:
    line = f"Một người kể: {text} Thế là hết chuyện."
    assert mend(getattr(channels, f"utf8_as_{name}")(line)) == line


def _tails() -> dict[str, set[str]]:
    """Return, per view, what clean text may hold beside a word and is a continuation byte."""
    signs: dict[str, set[str]] = {}
    for name, view in views().items():
        signs[name] = {
            chr(code)
            for code, byte in view.bytes_of.items()
            if 0x80 <= byte <= 0xBF and unicodedata.category(chr(code))[0] in "PZ"
        }
    return signs


LEADS = {
    letter
    for view in views().values()
    for letter in MARKED_LETTERS
    if ord(letter) in view.bytes_of and view.bytes_of[ord(letter)] >= 0xC2
}
# In capitals, for those are the bytes; and in lower case, for the letters á â ã ê đ are bytes too.
ENDING = sorted(
    shown
    for syllable in spellable_syllables()
    for shown in (syllable, syllable.upper(), syllable.capitalize())
    if shown[-1] in LEADS
)


@pytest.mark.slow
def test_correct_syllables_before_punctuation_stay() -> None:
    signs = set("\u00a0‘’“”–—…»®•™©").union(*_tails().values())
    changed = []
    for word in ENDING:
        for sign in sorted(signs):
            for line in (
                f"UBND {word}{sign}TÂN PHÚ",
                f"“{word}{sign} TÂN PHÚ",
                f"‘{word}{sign} và",
                f"«{word}{sign} và",
                f"{word}{sign}",
                f"Các thôn, {word}{sign} và phường đều họp.",
                f"CÁC THÔN, {word}{sign} VÀ PHƯỜNG ĐỀU HỌP.",
            ):
                if mend(line) is not line:
                    changed.append((line, mend(line)))
    assert changed == []


@pytest.mark.slow
def test_correct_syllables_behind_punctuation_stay() -> None:
    starting = sorted(
        shown
        for syllable in syllables_in_use()
        for shown in (syllable, syllable.upper(), syllable.capitalize())
        if not shown[0].isascii()
    )
    for word in starting:
        for sign in "\u00a0‘’“”–—…«»®•©":
            for line in (f"xã{sign}{word} Phú", f"XÃ{sign}{word} PHÚ", f"{sign}{word}{sign}"):
                assert mend(line) is line


CLEAN = (
    "Bảng chữ cái: A, Ă, Â, B, C, D, Đ, E, Ê; chữ “Ă”, chữ “Â”, chữ «Â», chữ Ê…",
    "Các nguyên âm có dấu: À\u00a0, Á\u00a0, Ả\u00a0, Ã\u00a0, Ạ\u00a0.",
    "«Ba con cá»… «Chiếc lá»\u00a0của ông, «mẹ và má»”",
    "IRMÃ\u00a0MARIA, “AMANHÔ, MAÇÃ® – São Paulo é “grande”",
    "Il a dit : «\u00a0Été à la campagne\u00a0», SOCIÉTÉ\u00a0» FRANÇAISE",
    "„Spaß“ und „Größe“, ‚Straße‘: Äpfel – Öl – Übung; SÄ\u00a0– ÜÖ»",
    "Í þorpinu Ísafirði er gott að vera, „Þór“ sagði: Á»",
    "İstanbul’da “ÂŞIK” şarkısı, Ğ–ğ; kâğıt.",
    "¿Dónde está? ¡Aquí! «Año» – señor… EL NIÑO”",
    "Ще не вмерла; Гі, Ді, Её «Її» — Єва",
    "├── tệp\n│   ├── ảnh\n└─┬─ ┤├┤",
    "√2 ≈ 1,41; ∆° = 3√∞; x·≥ 5",
    "Ăştia sunt băieţii „mari”; CĂŞTIGĂ»",
    "Ĺaďa, Ćeť – Žluťoučký kůň úpěl ďábelské ódy",
)


@pytest.mark.parametrize("line", CLEAN)
def test_clean_lines_stay(line: str) -> None:
    assert mend(line) is line
    assert mend("Việt Nam đẹp lắm.\n" + line) == "Việt Nam đẹp lắm.\n" + line


@pytest.mark.parametrize("check", mojibake_checks.CHECKS, ids=lambda check: check.decide.__name__)
def test_each_check_decides_its_examples(
    check: mojibake_checks.AmbiguityCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, bool]] = []

    def record(piece: MojibakePiece, context: MojibakeContext) -> tuple[object, bool]:
        asked.append(mojibake_checks.deciding_check(piece, context))
        return asked[-1]

    monkeypatch.setattr(mojibake, "deciding_check", record)
    for text, verdict in ((check.damaged, True), (check.clean, False)):
        if text:
            asked.clear()
            assert (mend(text) is not text) is verdict
            assert (check, verdict) in asked


@given(
    text=vn.sentences(), name=st.sampled_from(VIEWS), edge=st.sampled_from(["", "“", "…", "(", "–"])
)
def test_an_atom_that_is_decoded_at_once_has_no_better_decoding(
    text: str, name: str, edge: str
) -> None:
    for word in text.split():
        atom = getattr(channels, f"utf8_as_{name}")(edge + word + edge)
        words = frozenset(WORD.findall(atom))
        found = mojibake_atoms._decode_whole(atom, words)
        assert found is None or found == mojibake_atoms._decode_best(atom, words)


@given(text=vn.sentences(), name=st.sampled_from(VIEWS), end=st.sampled_from(["", "”", "…", "²"]))
def test_what_is_certain_at_once_is_certain_by_all_rules(text: str, name: str, end: str) -> None:
    for word in text.split():
        atom = getattr(channels, f"utf8_as_{name}")(word) + end
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(mojibake_atoms, "_decode_usual", lambda _: None)
            expected = mojibake_atoms.decode_atom(atom)
        assert mojibake_atoms.decode_atom(atom) == expected


@given(
    st.lists(st.tuples(vn.sentences(), st.sampled_from(["", *VIEWS])), min_size=1, max_size=4),
    st.sampled_from([" ", "\n", "\n\n", " “XÃ” và ", "?"]),
)
def test_the_text_is_what_the_edits_make_of_it(parts: list[tuple[str, str]], between: str) -> None:
    text = between.join(
        getattr(channels, f"utf8_as_{name}")(part) if name else part for part, name in parts
    )
    assert mend(text) == apply_edits(text, mend.edits(text))


def test_other_languages_in_damaged_lines_come_back() -> None:
    line = "Nhà văn Müller, ca sĩ Björk, François và São Paulo; Café Ödön – 25 °C, 10 m², “Łódź” 😀"
    for name in VIEWS:
        assert mend(getattr(channels, f"utf8_as_{name}")(line)) == line


WHOLE = (
    "Sáng mai cả xóm ra đồng từ lúc trời còn mờ sương, “nhanh lên” – bác Ích gọi với theo.\n"
    "Đò ngang vắng khách; giá vé 5.000 đ → 7.000 đ/lượt.\nỞ phía bên kia sông, khói bếp đã lên."
)


@pytest.mark.parametrize("charset", ["cp1252", "latin-1"])
def test_a_text_that_was_misread_as_a_whole_is_decoded_at_once(charset: str) -> None:
    shown = misread_utf8.view(WHOLE, charset)
    assert decode_whole_text(shown) == WHOLE
    assert Mojibake()(shown) == WHOLE == apply_edits(shown, Mojibake().find(Scan(shown)))
    assert not Lossy().concerns(Scan(shown))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(WHOLE, id="clean"),
        pytest.param(misread_utf8.view(WHOLE, "cp1252") + "\nĐò", id="partly"),
        pytest.param(misread_utf8.view(misread_utf8.view(WHOLE, "cp1252"), "cp1252"), id="twice"),
        pytest.param(misread_utf8.view(WHOLE, "cp1252", ""), id="bytes_lost"),
        pytest.param(misread_utf8.view(WHOLE.replace("trời", "tr?i"), "cp1252"), id="letters_lost"),
        pytest.param(misread_utf8.view("Đò ngang: x → y, ý", "cp1252"), id="few_words"),
        pytest.param(
            misread_utf8.view("Zażółć gęślą jaźń, proszę państwa, żółw śpi", "cp1252"), id="foreign"
        ),
    ],
)
def test_a_text_that_leaves_anything_to_ask_is_not(text: str) -> None:
    assert decode_whole_text(text) is None

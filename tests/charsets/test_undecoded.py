"""Legacy text in Unicode text: what is read, what a path costs, what is kept."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.legacy_viterbi_twin import TOKEN, Token
from vnclean.charsets.table import CHARSETS, Charset, code_page, find_charset
from vnclean.charsets.table_codec import encode_table
from vnclean.charsets.truecase import case_kinds, raise_case
from vnclean.charsets.undecoded import search, viterbi
from vnclean.charsets.undecoded.costs import MisreadingCosts
from vnclean.charsets.undecoded.documents import read_document
from vnclean.charsets.undecoded.filter import keep_certain
from vnclean.charsets.undecoded.viterbi import LegacyWalk
from vnclean.charsets.undecoded.words import LegacyWord, Misreading
from vnclean.core.legacy_viterbi import CHANGED, GOOD, States, TokenTable
from vnclean.repair.legacy import Legacy
from vnclean.repair.lossy.transform import Lossy
from vnclean.repair.mojibake import Mojibake
from vnclean.scan import Scan
from vnclean.transform import apply_edits

TCVN3, RARE = find_charset("tcvn3"), find_charset("vietware-x")
assert TCVN3 is not None
assert RARE is not None
AS_CP1252 = Misreading(TCVN3, "cp1252")
SENTENCE = "Chị bán hàng kể rằng cá dưới sông đã ít hơn trước, nhưng vườn thì vẫn xanh tốt."
CLEAN = "Một dòng sạch có dấu."


def view(text: str, charset: str = "tcvn3", page: str = "cp1252") -> str:
    return "".join(code_page(page)[byte] for byte in text.encode(charset))


def line_of(gain: float) -> list[str]:
    """Return what is found in a line of one word that is cheaper by some bits as legacy bytes."""
    return decoded("viÖt", {"viÖt": Token(15.0 + gain, 0, False, True, (15.0,), CHANGED_GOOD)})


CHANGED_GOOD = bytes([CHANGED | GOOD])


def decoded(text: str, tokens: dict[str, Token]) -> list[str]:
    """Return the legacy words of a line whose tokens cost what is told."""
    costs = MisreadingCosts([AS_CP1252])
    costs.tokens = TokenTable(
        [0],
        lambda word: tokens[word][:4],
        lambda word, _: (
            "việt" if tokens[word].kinds[0] else word,
            tokens[word].legacy[0],
            tokens[word].kinds[0],
        ),
    )
    return [word.text for word in decode_line(text, costs, {})]


def decode_line(text: str, costs: MisreadingCosts, prior: dict[int, float]) -> list[LegacyWord]:
    span = (0, len(text))
    walk = LegacyWalk(text, costs, range(len(costs.misreadings)), prior)
    return list(walk.words(span, costs.tokens.line(text, *span)))


def test_a_word_is_legacy_where_it_gains_more_than_entering_costs() -> None:
    assert viterbi.ENTER_BITS == 9.0
    assert line_of(8.9) == []
    assert line_of(9.1) == ["việt"]


def found_in(text: str, **gains: float) -> list[str]:
    """Return what is found in a line whose words are cheaper by some bits as legacy bytes."""
    tokens = {}
    for word in TOKEN.findall(text):
        legacy = 15.0 if word in gains else 60.0
        home = 1 if word in gains else -1 if word in FOREIGN else 0
        kinds = CHANGED_GOOD if word in gains else b"\0"
        clean = legacy + gains.get(word, -50.0)
        tokens[word] = Token(clean, home, word.isascii(), True, (legacy,), kinds)
    return decoded(text, tokens)


FOREIGN = {"quick", "brown", "jumps"}


def test_a_rare_charset_costs_more_to_enter() -> None:
    for charset, bits in ((TCVN3, 9.0), (RARE, 15.0)):
        for gain, found in ((bits - 0.1, []), (bits + 0.1, ["việt"])):
            costs = MisreadingCosts([Misreading(charset, "cp1252")])
            costs.tokens = TokenTable(
                [0],
                lambda _, gain=gain: (15.0 + gain, 0, False, True),  # type: ignore[misc]
                lambda *_: ("việt", 15.0, CHANGED | GOOD),
            )
            assert [word.text for word in decode_line("viÖt", costs, {})] == found


def test_a_run_is_left_where_that_costs_less_than_to_stay() -> None:
    # To leave costs four bits, to enter again nine.
    assert found_in("viÖt ab viÖt", viÖt=20.0, ab=-12.9) == ["việt", "việt", "việt"]
    assert found_in("viÖt ab viÖt", viÖt=20.0, ab=-13.1) == ["việt", "việt"]


def test_a_line_with_lost_letters_is_legacy_where_more_speaks_for_it() -> None:
    assert found_in("co?n viÖt", viÖt=16.9) == []
    assert found_in("co?n viÖt", viÖt=17.1) == ["việt"]


def test_a_line_of_another_language_holds_legacy_words_where_more_speaks_for_it() -> None:
    assert found_in("quick brown jumps viÖt", viÖt=15.9) == []
    assert found_in("quick brown jumps viÖt", viÖt=16.1) == ["việt"]
    assert [viterbi._context_bits(0, abroad) for abroad in (1, 2)] == [0.0, -3.0]


def test_what_is_no_word_of_ours_is_read_where_much_speaks_for_it() -> None:
    for gain, found in ((23.9, []), (24.1, ["việt"])):
        token = Token(30.0 + gain, 0, False, True, (30.0,), bytes([CHANGED]))
        assert decoded("xÖx", {"xÖx": token}) == found


@given(st.data())
def test_the_path_is_the_cheapest_of_all(data: st.DataObject) -> None:
    bits = st.integers(0, 30).map(float)
    length, states = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 2))
    clean = data.draw(st.lists(bits, min_size=length, max_size=length))
    row = st.lists(bits, min_size=states, max_size=states)
    legacy = data.draw(st.lists(row, min_size=length, max_size=length))
    first, enter = data.draw(row), data.draw(row)

    def cost(path: tuple[int, ...]) -> float:
        # Before the first token a line may be clean, or in a misreading.
        total = min(first[path[0] - 1], enter[path[0] - 1]) if path[0] else 0.0
        for before, after in itertools.pairwise(path):
            if before != after:
                total += viterbi.LEAVE_BITS if before else 0.0
                total += enter[after - 1] if after else 0.0
        return total + sum(
            values[state - 1] if state else stays
            for state, stays, values in zip(path, clean, legacy, strict=True)
        )

    every = itertools.product(range(states + 1), repeat=length)
    table = TokenTable(
        range(states),
        lambda word: (clean[ord(word) - 97], 0, False, True),
        lambda word, column: (word, legacy[ord(word) - 97][column], CHANGED),
    )
    line = table.line(" ".join("abcde"[:length]), 0, 2 * length)
    walk = States(range(states), first, enter, viterbi.LEAVE_BITS, 0.0)
    best = [0] * length
    for state, _, _, places in line.runs(walk, 0.0, 0.0, 1e9):
        for place in places:
            best[place] = abs(state)
    assert cost(tuple(best)) <= min(map(cost, every))


@given(st.lists(st.sampled_from([*SENTENCE.split(), *view(SENTENCE).split(), "–", "the", "är"])))
def test_a_line_that_is_skipped_has_no_legacy_word(words: list[str]) -> None:
    text = " ".join(words)
    table = MisreadingCosts([AS_CP1252, Misreading(TCVN3, "cp1252", "dropped")])
    for prior in ({}, {0: 8.0}):
        found = decode_line(text, table, prior)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(viterbi, "_stays_clean", lambda *_: False)
            assert decode_line(text, table, prior) == found


def test_where_little_is_damaged_hinted_lines_and_neighbours_are_read() -> None:
    lines = [CLEAN] * 20
    lines[10] = view(SENTENCE)
    lines[17] = "Kieát"
    spans = search.line_spans("\n".join(lines))
    read = search._lines_to_read("\n".join(lines), {spans[10]})
    assert read == [spans[at] for at in (8, 9, 10, 11, 12, 17)]


def test_where_much_is_damaged_all_lines_are_read() -> None:
    text = "\n".join([CLEAN] * 20)
    spans = search.line_spans(text)
    assert search._lines_to_read(text, set(spans[:6])) == spans
    assert len(search._lines_to_read(text, set(spans[:5]))) == 7


def test_a_word_in_a_line_of_another_language_is_not_kept() -> None:
    foreign, home = "The quick brown ViÖt jumps over", "Người ViÖt của tôi"
    word = LegacyWord(16, 20, "Việt", AS_CP1252, 20.0)
    assert keep_certain(foreign, [word]) == []
    kept = keep_certain(home, [word._replace(start=6, end=10)])
    assert [found.certain for found in kept] == [True]


def test_every_fact_of_a_charset_follows_from_its_entry() -> None:
    for charset in CHARSETS:
        small = not any(letter.isupper() for letter in charset.table.letters - set("ĂÂĐÊÔƠƯ"))
        assert charset.case_lost == (small and not charset.upper), charset.name
        assert not charset.extends or find_charset(charset.extends) is not None


@given(st.text('aeàảĐđÀHN.!?…: "“”(–\t5', max_size=24))
def test_a_line_that_asks_for_no_capitals_gets_none(text: str) -> None:
    costs = MisreadingCosts([AS_CP1252])
    found = costs.tokens.line(text, 0, len(text)).reading([], case_kinds())
    assert found is not None
    if not found[2]:
        assert raise_case(text) == text


DOCUMENT = (
    "Sáng mai cả xóm ra đồng từ lúc trời còn mờ sương, bác Tư gọi với theo: nhanh chân lên!\n"
    "Đò ngang vắng khách, giá vé 5.000 đ một lượt.\n"
    "Phía bên kia sông, khói bếp đã lên; trẻ nhỏ ríu rít đến lớp học (cạnh đình làng cũ).\n"
    "Mỗi nhà giữ một bản, đọc kỹ rồi ký tên trước ngày rằm tháng bảy."
)


def shown(charset: Charset, text: str = DOCUMENT) -> str:
    raw = encode_table(text, charset.table)
    return "".join(code_page("cp1252")[byte] for byte in raw)


@pytest.mark.parametrize("charset", [c for c in CHARSETS if c.in_text], ids=lambda c: c.name)
def test_a_document_in_one_charset_is_read_at_once(charset: Charset) -> None:
    text = shown(charset)
    document = read_document(text)
    assert document is not None
    assert document.charset is charset
    assert document.text.lower() == DOCUMENT.lower()
    assert apply_edits(text, Legacy().find(Scan(text))) == Legacy()(text)
    assert Legacy()(text).lower() == DOCUMENT.lower()
    assert not Lossy().concerns(Scan(text))
    assert not Mojibake().concerns(Scan(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(DOCUMENT, id="clean"),
        pytest.param(shown(TCVN3) + "\nĐò", id="partly"),
        pytest.param(shown(TCVN3)[:80], id="few_words"),
        pytest.param(shown(TCVN3) + "\n© 2003", id="sign_alone"),
        pytest.param(shown(TCVN3) + " Vinaxyz®", id="sign_at_a_word"),
        pytest.param(shown(TCVN3).replace("\xad", ""), id="lost_horns"),
        pytest.param(DOCUMENT.encode().decode("latin-1"), id="utf8"),
        pytest.param(
            "À l'été, le père et la mère s'élançaient déjà vers la forêt près de l'île, où l'âne "
            "bêlait; après dîner, l'élève épelait « théâtre », « fenêtre », « hôpital », « goût » "
            "et « maïs », très étonné d'être là, même fatigué, près du feu où brûlait le bûcher.",
            id="french",
        ),
    ],
)
def test_a_document_that_leaves_anything_to_ask_is_not(text: str) -> None:
    assert read_document(text) is None


def test_good_words_stay_in_a_document_of_legacy_bytes() -> None:
    text = shown(TCVN3) + "\n" + "Công ty: " + shown(TCVN3, "Công ty cổ phần Giếng Vàng")
    assert read_document(text) is not None
    assert Legacy()(text).endswith("\nCông ty: Công ty cổ phần Giếng Vàng")


@pytest.mark.parametrize("rest", ["x", "?", "?a"], ids=["letters", "marks", "lost"])
def test_a_document_with_one_long_word_is_read_in_linear_time(rest: str) -> None:
    text = shown(TCVN3)
    begun = time.process_time()
    read_document(f"{text} {rest * 200_000}")
    assert time.process_time() - begun < 2  # a search that begins anew at each letter takes minutes

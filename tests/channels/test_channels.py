"""The channels: what each does to every letter, and that the register is whole."""

from __future__ import annotations

import strategies
from hypothesis import given
from hypothesis import strategies as st

import vnclean.channels
from vnclean.channels import CHANNELS, in_cells, in_lines, in_words, priors_of
from vnclean.language.alphabet import MARKED_LETTERS, VIETNAMESE_ONLY

LETTERS = "".join(sorted(MARKED_LETTERS))


def test_every_channel_is_public_and_says_where_it_comes_from() -> None:
    for name, channel in CHANNELS.items():
        assert getattr(vnclean.channels, name) is CHANNELS[name].damage
        assert name in dir(vnclean.channels)
        assert len(channel.summary) > 30, name


def test_ascii_is_not_damaged() -> None:
    plain = "".join(map(chr, range(0x20, 0x7F)))
    for name, channel in CHANNELS.items():
        assert channel(plain) == plain, name


def test_every_lossy_channel_loses_something_of_the_alphabet() -> None:
    for name, channel in CHANNELS.items():
        forms = channel("\n".join(LETTERS)).split("\n")
        if channel.kind == "lossless":
            assert len(set(forms)) == len(LETTERS), name
        elif channel.kind != "view" or name.endswith(("dropped", "qmark", "fffd")):
            assert len(set(forms)) < len(LETTERS), name


def test_best_fit_keeps_what_the_page_has() -> None:
    for page in ("cp1250", "cp1252"):
        fit = CHANNELS[f"{page}_bestfit"]
        for letter in MARKED_LETTERS:
            try:
                letter.encode(page)
            except UnicodeEncodeError:
                assert fit(letter).isascii() or letter == "Đ", letter
            else:
                assert fit(letter) == letter
        assert set(fit("".join(VIETNAMESE_ONLY - set("ơƠưƯ")))) == {"?"}


def test_greek_and_cyrillic_pages_do_the_same_to_vietnamese() -> None:
    assert CHANNELS["cp1251_bestfit"](LETTERS) == CHANNELS["cp1253_bestfit"](LETTERS)


def test_damage_reaches_only_what_is_chosen() -> None:
    damage = CHANNELS["ascii_qmark"]
    assert in_lines(damage, "mã\nmã\nmã", [2]) == "mã\nmã\nm?"
    assert in_cells(damage, "mã,số\nlấy,lại", [1], ",") == "mã,s?\nlấy,l?i"
    assert in_words(damage, "Lấy lại, mã", [2]) == "Lấy lại, m?"


@given(strategies.anything())
def test_channels_survive_any_text_and_keep_the_lines(text: str) -> None:
    for name, channel in CHANNELS.items():
        assert channel(text).count("\n") == text.count("\n"), name


@given(st.text(f"aăÂđơ{LETTERS}?\ufffdÐãß€”\u0323\u0301\x91 1x\U0001f600", max_size=6))
def test_a_channel_leaves_a_text_where_it_leaves_each_of_its_characters(text: str) -> None:
    for name in (*priors_of("substitute"), *priors_of("strip")):
        kept = all(CHANNELS[name](letter) == letter for letter in text)
        assert (CHANNELS[name](text) == text) == kept, name

"""Hypothesis strategies for Vietnamese text, clean, damaged and hostile; shared by all tests.

Clean: `letters`, `syllables`, `spellable`, `words`, `sentences`, `paragraphs`, `documents`.
Damaged: `damaged` and `damaged_documents`, through every channel of `vnclean.channels`.
Hostile: `any_text` (lone surrogates too), `mark_soups`, `control_soups`, `mojibake_soups`,
`question_soups`, `line_soups`; `hostile` is any of them, `anything` all of the above.

What is drawn is text that is *spelled* like Vietnamese; it means nothing, so a language model finds
it unlikely. For what must be repaired by context, use sentences that someone wrote (`corpus/clean`,
`written_lines`).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from vnclean.language.alphabet import COMBINING_TONES, CONSONANTS, LETTERS, QUALITY
from vnclean.language.lexicon import syllables_in_use
from vnclean.language.syllable import parse, place_tone, spellable_syllables
from vnclean.spelling import error_model

__all__ = [
    "any_text",
    "anything",
    "channels",
    "clean_documents",
    "control_soups",
    "damaged",
    "damaged_documents",
    "documents",
    "foreign",
    "hostile",
    "letters",
    "line_soups",
    "mark_soups",
    "misspelt_lines",
    "mojibake_soups",
    "names",
    "numbers",
    "paragraphs",
    "question_soups",
    "sentences",
    "short_texts",
    "spellable",
    "syllables",
    "toned",
    "words",
    "written_lines",
]

CORPUS = Path(__file__).resolve().parent.parent / "corpus"

# --- clean text ------------------------------------------------------------------------------


def letters() -> SearchStrategy[str]:
    """Draw one Vietnamese letter of either case, precomposed."""
    return st.sampled_from(LETTERS)


@cache
def _common(at_least: int) -> list[str]:
    return sorted(
        syllable for syllable, frequency in syllables_in_use().items() if frequency >= at_least
    )


def syllables(at_least: int = 10) -> SearchStrategy[str]:
    """Draw a lower-case syllable in use, old tone style; `at_least` is its frequency class."""
    return st.sampled_from(_common(at_least))


@cache
def _spellable(style: str) -> list[str]:
    return spellable_syllables(style)


def spellable(style: str = "old") -> SearchStrategy[str]:
    """Draw any syllable that can be spelled, in use or not, lower case."""
    return st.sampled_from(_spellable(style))


def toned() -> SearchStrategy[tuple[str, str]]:
    """Draw an open oa, oe or uy syllable in use as the pair (old style, new style)."""
    return st.sampled_from(_toned())


@cache
def _toned() -> list[tuple[str, str]]:
    found = []
    for syllable in syllables_in_use():
        parts = parse(syllable)
        if parts is not None and parts.tone and place_tone(parts) != place_tone(parts, "new"):
            found.append((place_tone(parts), place_tone(parts, "new")))
    return sorted(found)


def cased(strategy: SearchStrategy[str]) -> SearchStrategy[str]:
    """Give what is drawn one of the three cases of running text, mostly the lower one."""
    return st.builds(
        lambda text, case: case(text),
        strategy,
        st.sampled_from([str.lower, str.lower, str.lower, str.lower, str.title, str.upper]),
    )


def words() -> SearchStrategy[str]:
    """Draw a word of one to three syllables, in one case."""
    return cased(st.lists(syllables(), min_size=1, max_size=3).map(" ".join))


def names() -> SearchStrategy[str]:
    """Draw a name: capitalised syllables, sometimes a name of another language or minority."""
    return st.one_of(
        st.lists(syllables(12), min_size=2, max_size=4).map(
            lambda parts: " ".join(part.capitalize() for part in parts)
        ),
        st.sampled_from(
            ["Y Moan Êban", "Krông Pắk", "Đắk Lắk", "Hlốc", "Ka Rơ", "François Müller", "Smith",
             "Nguyễn Văn A.", "TP.HCM", "UBND", "HĐND", "K’Tiên", "São Paulo", "Łódź"]
        ),
    )  # fmt: skip


def numbers() -> SearchStrategy[str]:
    """Draw a number, date, price, measure, article number or telephone number."""
    return st.one_of(
        st.integers(0, 10**6).map(str),
        st.sampled_from(
            ["1.500.000 đồng", "3,5%", "15/5/2020", "9.7", "07h30", "21-NQ/TW", "2021 – 2026", "½",
             "15°C", "024.3825.1234", "17.118/17.118", "XIII", "m²", "5x3=15", "1:0"]
        ),
    )  # fmt: skip


def foreign() -> SearchStrategy[str]:
    """Draw what stands in Vietnamese text and is none: URLs, addresses, code, English, French."""
    return st.sampled_from(
        ["https://vidu.vn/tin?id=3&trang=2", "lan.anh@vidu.com.vn", "for (i = 0; i < n; i++)", "C?",
         "a ? b : c", "r'^\\d+$'", "website", "the quick brown fox", "déjà vu", "crème brûlée",
         "COVID-19", "#hashtag", "@ten_nguoi", "C:\\Users\\An", "<b>", "{\"k\": 1}", "e4!?",
         "naïve"]
    )  # fmt: skip


def _punctuate(parts: list[tuple[str, str]], end: str) -> str:
    text = "".join(word + mark for word, mark in parts).rstrip(" ,;:–-")
    return text[:1].upper() + text[1:] + end


def sentences(foreign_words: bool = True) -> SearchStrategy[str]:
    """Draw one sentence: words, names, numbers, punctuation; some end in a question mark.

    It is in NFC, in the old tone style, with single spaces; `foreign_words` may be left out.
    """
    choices = [words(), words(), words(), words(), names(), numbers()]
    if foreign_words:
        choices.append(foreign())
    mark = st.sampled_from([" ", " ", " ", " ", " ", ", ", "; ", ": ", " – ", " (tức là) "])
    end = st.sampled_from([".", ".", ".", "?", "!", "…", "", ".", "?!", ".”"])
    body = st.lists(st.tuples(st.one_of(choices), mark), min_size=1, max_size=12)
    return st.builds(_punctuate, body, end)


def paragraphs(foreign_words: bool = True) -> SearchStrategy[str]:
    """Draw one line of one to four sentences."""
    return st.lists(sentences(foreign_words), min_size=1, max_size=4).map(" ".join)


def documents(foreign_words: bool = True) -> SearchStrategy[str]:
    """Draw a document: a title, paragraphs, single blank lines here and there, a last line end."""
    line = st.one_of(paragraphs(foreign_words), paragraphs(foreign_words), sentences(foreign_words))
    gap = st.sampled_from(["\n", "\n\n"])
    return st.builds(
        lambda lines, tail: "".join(text + space for text, space in lines) + tail,
        st.lists(st.tuples(line, gap), min_size=0, max_size=6),
        line,
    )


@cache
def _corpus(folder: str) -> tuple[str, ...]:
    texts = []
    for path in sorted((CORPUS / folder).glob("*")):
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
        text = data.decode("utf-8")
        if path.name.removesuffix(".gz").endswith(".jsonl"):
            texts.extend(json.loads(line)["text"] for line in text.split("\n") if line)
        else:
            texts.append(text)
    return tuple(texts)


def clean_documents() -> SearchStrategy[str]:
    """Draw one of the clean documents of `corpus/clean`: real prose, no damage."""
    return st.sampled_from(_corpus("clean"))


@cache
def _lines() -> list[str]:
    return sorted({line for text in _corpus("clean") for line in text.split("\n") if line})


def written_lines() -> SearchStrategy[str]:
    """Draw one non-blank line of `corpus/clean`: what a language model finds likely."""
    return st.sampled_from(_lines())


# --- damaged text ----------------------------------------------------------------------------


@cache
def channels() -> dict[str, Callable[[str], str]]:
    """Return every way to damage text by name: the register of `vnclean.channels`."""
    from vnclean.channels import CHANNELS

    return dict(CHANNELS)


def _channel() -> SearchStrategy[tuple[str, Callable[[str], str]]]:
    return st.deferred(lambda: st.sampled_from(sorted(channels().items())))


def damaged(clean: SearchStrategy[str] | None = None) -> SearchStrategy[tuple[str, str, str]]:
    """Draw (clean text, damaged text, name of the channel); by default of a sentence."""
    return st.builds(
        lambda text, channel: (text, channel[1](text), channel[0]),
        sentences() if clean is None else clean,
        _channel(),
    )


@st.composite
def damaged_documents(draw: st.DrawFn) -> str:
    """Draw a document of which each line went through a channel of its own, or through none."""
    out = []
    for line in draw(documents()).split("\n"):
        if draw(st.booleans()):
            line = draw(_channel())[1](line)
        out.append(line)
    return "\n".join(out)


# --- hostile text ----------------------------------------------------------------------------


def any_text(max_size: int = 60) -> SearchStrategy[str]:
    """Draw any str at all: every code point, lone surrogates and noncharacters included."""
    return st.text(st.characters(exclude_categories=()), max_size=max_size)


_MARKS = "".join(
    sorted({mark for mark in (*COMBINING_TONES, *QUALITY.values()) if mark})
    + list("\u0340\u0341\u0342\u0344\u0345\u034f\u0338\u0335´`^~˘¨")
)


def mark_soups() -> SearchStrategy[str]:
    """Draw letters under heaps of combining and spacing marks, in any order."""
    return st.text(st.sampled_from("aeiouyđAEIOUYĐâăêôơưƣ t" + _MARKS + _MARKS), max_size=60)


_CONTROLS = "".join(map(chr, (*range(0x00, 0x20), *range(0x7F, 0xA0), 0xAD)))
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u202e\u2060\u2066\u2069\ufeff\u2028\u2029"
_SPACES = "\u00a0\u1680\u2002\u2003\u2007\u2009\u200a\u202f\u205f\u3000"


def control_soups() -> SearchStrategy[str]:
    """Draw letters between control characters, odd spaces, invisible and private characters."""
    soup = _CONTROLS + _INVISIBLE + _SPACES + "\ue000\uf8ff\ufffe\ufffc\ufffd\ud83d\udc00"
    return st.text(st.sampled_from(soup + "viêt namà đường .,?\n\r"), max_size=60)


def mojibake_soups() -> SearchStrategy[str]:
    """Draw what looks like mojibake and may be none: its letters in any order, between words."""
    high = "".join(bytes([byte]).decode("latin-1") for byte in range(0x80, 0x100))
    shown = bytes(range(0x80, 0x100)).decode("cp1252", "ignore")
    lead = "áºá»Ã¡Ã Ä‘Æ°Æ¡"
    pieces = st.one_of(
        st.text(st.sampled_from(high + shown + lead * 12), min_size=1, max_size=6),
        st.sampled_from(["XÃ\u00a0", "“XÔ", "Nguyá»…n", "Viá»‡t", "&amp;", "&#7879;", "&nbsp",
                         "&lt;b&gt;", "\\u1ec7", "u1ec7", "%E1%BB%87", "=E1=BB=87", "\\", "\\u",
                         "&amp;amp;", "&#x110000;", "&#0;", "%", "ViÖt", "Vieät", "Vie^.t"]),
        syllables(),
    )  # fmt: skip
    return st.lists(st.tuples(pieces, st.sampled_from(["", " ", ""])), max_size=12).map(
        lambda parts: "".join(piece + space for piece, space in parts)
    )


def question_soups() -> SearchStrategy[str]:
    """Draw words with `?` and U+FFFD strewn over them: damage, questions, code, all mixed."""
    pieces = st.one_of(
        syllables(),
        syllables().map(lambda s: s[:1] + "?" + s[2:]),
        syllables().map(lambda s: s[:-1] + "\ufffd"),
        st.sampled_from(["?", "??", "\ufffd", "\ufffd\ufffd", "?!", "C?", "Ð", "ð", "a ? b : c"]),
        foreign(),
    )
    return st.lists(st.tuples(pieces, st.sampled_from(["", " ", " ", "\n"])), max_size=14).map(
        lambda parts: "".join(piece + space for piece, space in parts)
    )


def line_soups() -> SearchStrategy[str]:
    """Draw lines with every kind of end, blank and indented ones, tabs, and spaces in runs."""
    ends = st.sampled_from(["\n", "\r\n", "\r", "\n\n\n", " \n", "\x0b", "\x0c", "\x85", "\u2028"])
    spaces = st.sampled_from(["", " ", "  ", "\t", "\u00a0", "   "])
    line = st.builds(lambda a, text, b: a + text + b, spaces, st.one_of(sentences(), st.just("")),
                     spaces)  # fmt: skip
    return st.lists(st.tuples(line, ends), max_size=6).map(
        lambda parts: "".join(text + end for text, end in parts)
    )


def hostile() -> SearchStrategy[str]:
    """Draw text that is no text: any of the soups, or any str."""
    return st.one_of(
        any_text(), mark_soups(), control_soups(), mojibake_soups(), question_soups(), line_soups(),
        st.text(st.sampled_from(CONSONANTS + "aeiouy 0?&%\\"), max_size=60),
    )  # fmt: skip


def anything() -> SearchStrategy[str]:
    """Draw clean, damaged or hostile text: what every transform must survive unharmed."""
    return st.one_of(
        hostile(), documents(), damaged_documents(), damaged().map(lambda drawn: drawn[1])
    )


@st.composite
def misspelt_lines(draw: st.DrawFn) -> str:
    """A line of a document of ours with a slip in some of its words."""
    words = draw(written_lines()).split(" ")
    for at in draw(st.sets(st.integers(0, len(words) - 1), max_size=3)):
        forms = sorted(error_model.misspellings(words[at])) if words[at].islower() else []
        forms += [f"{words[at]} {words[at]}"]
        words[at] = draw(st.sampled_from(forms))
    return " ".join(words)


def short_texts() -> SearchStrategy[str]:
    """What many short texts may hold: whole, misspelt and damaged lines, and anything at all."""
    return st.one_of(misspelt_lines(), damaged(written_lines()).map(lambda d: d[1]), anything())

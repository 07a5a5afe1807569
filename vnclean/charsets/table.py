"""A legacy charset as data: which bytes stand for which Vietnamese letter, and what the rest is.

The tables are `data/charsets/*.tsv`, indexed by the letters of `vnclean.language.alphabet`. A new
charset is one table and one entry of `CHARSETS`.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

from vnclean.caches import cached, cached_table
from vnclean.language.alphabet import MARKED_LETTERS

__all__ = [
    "CHARSETS",
    "Charset",
    "Table",
    "charset_called",
    "charset_names",
    "find_charset",
    "load_table",
]


@dataclass(frozen=True, eq=False)
class Charset:
    """All that is known of a charset but its table, which is `data/charsets/<name>.tsv`."""

    name: str
    """The name of its codec."""
    title: str
    aliases: tuple[str, ...] = ()
    rest: str = "cp1252"
    """The codec of the bytes that the table does not mention."""
    capitals_of: str = ""
    """The charset all of whose letters it draws upper case, those of ASCII too."""
    public: str = ""
    """The name that `detect` gives it, where that is not the codec's."""
    family: str = ""
    """The rule of its repairs (`legacy.bkhcm`), where it shares one with others."""
    rare: bool = False
    """Whether evidence for another charset counts more."""
    case_lost: bool = False
    """Whether capitals with a tone come out in lower case."""
    soft_hyphen: bool = False
    """Whether its ư is the soft hyphen, which programs drop or turn into a hyphen."""
    needs_tone: bool = False
    """Whether only the tones behind vowels tell it from the code page it is read in."""
    extends: str = ""
    """The charset it shares the usual bytes with: it must win clearly against that one."""
    in_bytes: bool = True
    """Whether detection tries it."""
    in_text: bool = True
    """Whether text is searched for its bytes, read in a wrong code page."""

    @property
    def upper(self) -> bool:
        """Whether every letter is drawn upper case."""
        return bool(self.capitals_of)

    @property
    def public_name(self) -> str:
        """The name that `detect` gives it."""
        return self.public or self.name

    @property
    def rule_name(self) -> str:
        """The last part of the rule of its repairs: `vni` of `legacy.vni`."""
        return self.family or self.public_name

    @property
    def table(self) -> Table:
        """The rows, read when first needed."""
        return load_table(self.name)


CHARSETS = (
    Charset(
        "tcvn3", "TCVN3 (ABC, .VnTime)", ("abc", "vn3", "vscii-3", "tcvn-5712-3"),
        case_lost=True, soft_hyphen=True,
    ),
    Charset("vni", "VNI Windows", ("vni-windows", "vni-win", "x-viet-vni")),
    Charset("viscii", "VISCII 1.1", ("viscii1.1", "csviscii"), "latin-1"),
    Charset(
        "windows-1258-vi", "Windows-1258, vowel + tone", ("cp1258-vi",), "cp1258",
        public="cp1258", needs_tone=True,
    ),
    Charset("vps", "VPS", ("vps-win", "x-viet-vps")),
    Charset("bkhcm2", "BK HCM 2", ("bk-hcm-2",), family="bkhcm", rare=True),
    Charset(
        "vietware-f", "VietWare F", ("vietwaref",), family="vietware", rare=True, case_lost=True
    ),
    Charset("vietware-x", "VietWare X", ("vietwarex",), family="vietware", rare=True),
    Charset("bkhcm1", "BK HCM 1", ("bk-hcm-1",), family="bkhcm", rare=True),
    Charset(
        "tcvn5712-1", "TCVN 5712-1 (VN1)",
        ("tcvn-5712-1", "tcvn5712", "tcvn", "vn1", "vscii-1", "x-viet-tcvn5712"), "latin-1",
        rare=True, extends="tcvn3", in_text=False,
    ),
    Charset(
        "tcvn3-h", "TCVN3 upper case (.VnTimeH)", ("abc-h", "tcvn3h"),
        capitals_of="tcvn3", in_bytes=False, in_text=False,
    ),
)  # fmt: skip
"""Every charset that is a table, the most frequent first: of equal evidence the first wins.

VIQR is a notation in ASCII and has a module of its own."""


def _squeezed(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


@cached_table
def _by_squeezed_name() -> dict[str, Charset]:
    return {
        _squeezed(name): charset
        for charset in CHARSETS
        for name in (charset.name, *charset.aliases)
    }


def find_charset(name: str) -> Charset | None:
    """Return the charset with a name or alias; case, hyphens and underscores don't matter.

    >>> find_charset("ABC").name, find_charset("x_viet_vps").name, find_charset("utf-8")
    ('tcvn3', 'vps', None)
    """
    return _by_squeezed_name().get(_squeezed(name))


@cached_table
def _by_exact_name() -> dict[str, Charset]:
    return {
        name: charset for charset in CHARSETS for name in (charset.name, charset.public) if name
    }


def charset_called(encoding: str) -> Charset | None:
    """Return the charset with a codec name or a public name, None for every other encoding.

    >>> charset_called("cp1258").name, charset_called("utf-8")
    ('windows-1258-vi', None)
    """
    return _by_exact_name().get(encoding)


def charset_names() -> tuple[str, ...]:
    """Return the names of all Vietnamese charsets that importing `vnclean.charsets` registers.

    >>> "tcvn3" in charset_names(), "viqr" in charset_names()
    (True, True)
    """
    return (*(charset.name for charset in CHARSETS), "viqr", "viqr-star")


def code_page(name: str) -> str:
    """Return the 256 characters of a code page; the bytes it leaves undefined are C1 controls.

    >>> code_page("cp1252")[0x93], code_page("cp1252")[0x81]
    ('“', '\\x81')
    """
    return "".join(bytes([byte]).decode(name, "ignore") or chr(byte) for byte in range(256))


_PRIVATE = 0xE000  # plus a byte: stands for that byte's combining marks while decoding


class Table:
    """The rows of one charset, ready for decoding and encoding."""

    def __init__(self, charset: Charset, rows: dict[str, bytes]) -> None:
        self.charset = charset
        self.rows = rows

    @cached_property
    def letters(self) -> frozenset[str]:
        """The Vietnamese letters outside ASCII that the charset can write."""
        return frozenset(self.rows) & MARKED_LETTERS

    @cached_property
    def lost(self) -> frozenset[str]:
        """The Vietnamese letters that the charset can't write: the declared lossy set."""
        return MARKED_LETTERS - self.letters

    @cached_property
    def _single(self) -> dict[int, str]:
        """What each byte means on its own."""
        page = code_page(self.charset.rest)
        if self.charset.upper:
            page = page[:128].upper() + page[128:]
            small = load_table(self.charset.capitals_of).rows  # its capitals stay, too
            drawn = {code[0]: letter.upper() for letter, code in small.items()}
            page = "".join(drawn.get(byte, shown) for byte, shown in enumerate(page))
        rows = {code[0]: letter for letter, code in self.rows.items() if len(code) == 1}
        return dict(enumerate(page)) | rows

    @cached_property
    def marks(self) -> dict[int, str]:
        """The bytes that combine with the letter before them, and the combining marks they are.

        Got from the letters of two bytes: what the letter has that its first byte has not.
        """
        found = {
            byte: shown for byte, shown in self._single.items() if unicodedata.combining(shown[0])
        }
        for letter, code in self.rows.items():
            if len(code) == 2:
                found[code[1]] = _surplus(letter, self._single[code[0]])
        return found

    @cached_property
    def decoding(self) -> str:
        """The character of each of the 256 bytes; see `doubles` for those of the private area."""
        shown = {
            byte: marks if len(marks) == 1 else chr(_PRIVATE + byte)
            for byte, marks in self.marks.items()
        }
        return "".join((self._single | shown)[byte] for byte in range(256))

    @cached_property
    def doubles(self) -> tuple[tuple[str, str], ...]:
        """The characters in `decoding` that stand for two combining marks, with those marks."""
        return tuple(
            (chr(_PRIVATE + byte), marks) for byte, marks in self.marks.items() if len(marks) > 1
        )

    @cached_property
    def encoding(self) -> dict[int, int | bytes]:
        """The bytes of each character that can be encoded, for `codecs.charmap_encode`."""
        table: dict[int, int | bytes] = {
            ord(shown): byte
            for byte, shown in self._single.items()
            if byte not in self.marks and shown not in self.lost
        }
        return table | {ord(key): code for key, code in self.rows.items() if len(key) == 1}

    @cached_property
    def strangers(self) -> re.Pattern[str]:
        """A run of characters that the charset can't write."""
        return re.compile(f"[^{re.escape(''.join(map(chr, self.encoding)))}]+")

    def put(self, text: str) -> bytes:
        """Return the bytes of a text without strangers."""
        return codecs.charmap_encode(text, "strict", self.encoding)[0]


def _surplus(letter: str, base: str) -> str:
    """Return the combining marks of a letter that its base does not have."""
    rest = list(unicodedata.normalize("NFD", base))
    marks = []
    for part in unicodedata.normalize("NFD", letter):
        if part in rest:
            rest.remove(part)
        else:
            marks.append(part)
    return unicodedata.normalize("NFC", "".join(marks))


@cached(64)
def load_table(name: str) -> Table:
    """Read the table of a charset by its registered name.

    Raises KeyError for a name that is not in `CHARSETS`.

    >>> load_table("tcvn3").rows["ệ"].hex(), sorted(load_table("tcvn3").lost)[:3]
    ('d6', ['À', 'Á', 'Ã'])
    """

    charset = _by_exact_name()[name]
    text = files("vnclean.data").joinpath("charsets", f"{name}.tsv").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in text.split("\n") if line and line[0] != "#")
    return Table(charset, {letter: bytes.fromhex(code) for letter, code in lines})

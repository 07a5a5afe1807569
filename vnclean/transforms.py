"""All transforms, importable from one place; importing this module fills the registry."""

from vnclean.boilerplate import Boilerplate, Duplicates
from vnclean.normalize import (
    Compatibility,
    FoldAscii,
    Invisible,
    Lookalikes,
    MisplacedTone,
    Spaces,
    Spacing,
    ToneStyle,
    UnicodeForm,
)
from vnclean.repair.escapes import Entities, PercentEncoding, QuotedPrintable, UnicodeEscapes
from vnclean.repair.legacy import Legacy
from vnclean.repair.lossy import Lossy
from vnclean.repair.mojibake import Mojibake
from vnclean.repair.restore import RestoreDiacritics, RestoreTones
from vnclean.repair.typing import Typing
from vnclean.spelling import Spelling, Teencode, Unwrap, WordBreaks

__all__ = [
    "Boilerplate",
    "Compatibility",
    "Duplicates",
    "Entities",
    "FoldAscii",
    "Invisible",
    "Legacy",
    "Lookalikes",
    "Lossy",
    "MisplacedTone",
    "Mojibake",
    "PercentEncoding",
    "QuotedPrintable",
    "RestoreDiacritics",
    "RestoreTones",
    "Spaces",
    "Spacing",
    "Spelling",
    "Teencode",
    "ToneStyle",
    "Typing",
    "UnicodeEscapes",
    "UnicodeForm",
    "Unwrap",
    "WordBreaks",
]

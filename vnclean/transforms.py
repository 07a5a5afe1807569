"""All transforms, importable from one place, and with `|` between them a pipeline.

Those of `vnclean.spelling` are imported when they are asked for: they need numpy and their tables,
which most pipelines do not.
"""

from typing import TYPE_CHECKING, Any

import vnclean.pipeline  # noqa: F401  (gives `|` its meaning)
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
from vnclean.repair.diacritics import RestoreDiacritics, RestoreTones
from vnclean.repair.escapes.entities import Entities
from vnclean.repair.escapes.percent import PercentEncoding
from vnclean.repair.escapes.quoted_printable import QuotedPrintable
from vnclean.repair.escapes.unicode_escapes import UnicodeEscapes
from vnclean.repair.legacy import Legacy
from vnclean.repair.lossy.transform import Lossy
from vnclean.repair.mojibake import Mojibake
from vnclean.repair.telex_vni import Typing

if TYPE_CHECKING:
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


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import vnclean.spelling

    return getattr(vnclean.spelling, name)

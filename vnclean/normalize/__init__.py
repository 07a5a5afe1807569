"""Text in one shape: Unicode form, look-alikes, invisible characters, blanks, tone marks.

Importing this module enters the transforms into the registry.
"""

from vnclean.normalize.blanks import Spaces, Spacing
from vnclean.normalize.compatibility import Compatibility
from vnclean.normalize.folding import FoldAscii
from vnclean.normalize.form import UnicodeForm
from vnclean.normalize.invisible import Invisible
from vnclean.normalize.lookalikes import Lookalikes
from vnclean.normalize.tones import MisplacedTone, ToneStyle

__all__ = [
    "Compatibility",
    "FoldAscii",
    "Invisible",
    "Lookalikes",
    "MisplacedTone",
    "Spaces",
    "Spacing",
    "ToneStyle",
    "UnicodeForm",
]

"""Text in one shape: Unicode form, look-alikes, invisible characters, blanks, tone marks.

Importing this module enters the transforms into the registry.
"""

from vnclean.normalize.compatibility import Compatibility
from vnclean.normalize.fold import FoldAscii
from vnclean.normalize.invisible import Invisible
from vnclean.normalize.lookalikes import Lookalikes
from vnclean.normalize.spaces import Spaces, Spacing
from vnclean.normalize.tone_marks import MisplacedTone, ToneStyle
from vnclean.normalize.unicode_form import UnicodeForm

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

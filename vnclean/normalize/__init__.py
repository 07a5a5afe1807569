"""Text in one shape: Unicode form, look-alikes, invisible characters, blanks, tone marks.

Importing this module enters the transforms into the registry.
"""

from vnclean.normalize.tones import MisplacedTone, ToneStyle

__all__ = ["MisplacedTone", "ToneStyle"]

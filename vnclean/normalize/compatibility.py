"""Compatibility forms: full-width letters and Latin ligatures, as an option."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from vnclean.caches import late_pattern
from vnclean.scan import RARE, Clue, Scan
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["Compatibility"]

_FORMS = late_pattern("[\uff01-\uff5e\uffe0-\uffe6]+|[\ufb00-\ufb06]+")


@register
@dataclass(frozen=True, repr=False)
class Compatibility(Transform):
    """Write full-width letters, digits and signs, and the ligatures ﬀ ﬁ ﬂ, as plain ones.

    In no preset: in Chinese or Japanese lines full-width punctuation is the right one, and a
    typesetter may want the ligatures. Superscripts, fractions and the like keep their meaning and
    stay in any case. Source of the forms: Unicode's compatibility mappings.

    >>> Compatibility()("Ｈà Nội， ２０２０, eﬃcient, m²")
    'Hà Nội, 2020, efficient, m²'
    """

    name: ClassVar[str] = "compatibility"
    clues: ClassVar[Sequence[Clue]] = (RARE,)
    safety: ClassVar[Safety] = Safety.SAFE
    rules: ClassVar[dict[str, str]] = {
        "compatibility.width": "a full-width form became a plain one",
        "compatibility.ligature": "a Latin ligature became its letters",
    }

    width: bool = True
    ligatures: bool = True

    def concerns(self, scan: Scan) -> bool:
        """Look for one such form."""
        return any(_FORMS.match(character) for character in scan.unusual)

    def find(self, scan: Scan) -> Iterator[Edit]:
        """Yield one edit for each run of such forms."""
        for match in _FORMS.finditer(scan.text):
            run = match.group()
            is_ligature = run[0] < "\ufb10"
            if self.ligatures if is_ligature else self.width:
                rule = "compatibility.ligature" if is_ligature else "compatibility.width"
                plain = unicodedata.normalize("NFKC", run)
                if plain != run:
                    yield Edit(match.start(), match.end(), plain, rule)

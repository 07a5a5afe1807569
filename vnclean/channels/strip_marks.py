"""Text typed or stored without its marks: no letter looks damaged, but the marks are gone."""

from __future__ import annotations

from vnclean.channels.registry import channel
from vnclean.language.alphabet import fold, strip_tones


@channel("strip")
def no_diacritics(text: str) -> str:
    """Typed without a Vietnamese keyboard, or folded for a search index, an address, an SMS.

    >>> no_diacritics("Việt Nam là một nước")
    'Viet Nam la mot nuoc'
    """
    return fold(text)


@channel("strip")
def no_tones(text: str) -> str:
    """Tones lost, quality marks kept: old typesetting, faulty font conversion, hasty typing.

    >>> no_tones("Việt Nam là một nước")
    'Viêt Nam la môt nươc'
    """
    return strip_tones(text)

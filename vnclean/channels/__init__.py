"""Damage, written forward: what happens to Vietnamese text in the world.

Each channel is a small pure function from clean to damaged text, public, and registered by name
in `CHANNELS`. The repair is derived from them, the tests and the benchmark are driven by them,
and you can stress your own pipeline with them.

>>> import vnclean.channels
>>> vnclean.channels.cp1252_bestfit("Đường")
'Ðu?ng'
>>> vnclean.channels.CHANNELS["cp1252_replace"]("Lấy lại mã")
'L?y l?i mã'
"""

from vnclean.channels import ascii_only, code_pages, misread_utf8, strip_marks, tone_signs  # noqa: F401
from vnclean.channels.in_places import in_cells, in_lines, in_words
from vnclean.channels.misread_utf8 import view
from vnclean.channels.registry import CHANNELS, Channel, Damage, priors_of

__all__ = ["CHANNELS", "Channel", "in_cells", "in_lines", "in_words", "priors_of", "view"]


def __getattr__(name: str) -> Damage:
    if name not in CHANNELS:
        raise AttributeError(f"module {__name__!r} has no channel {name!r}")
    return CHANNELS[name].damage


def __dir__() -> list[str]:
    return sorted([*__all__, *CHANNELS])

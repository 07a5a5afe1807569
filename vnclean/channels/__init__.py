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

from vnclean.channels.ascii_only import (
    ascii_fffd,
    ascii_fffd_nfd,
    ascii_qmark,
    ascii_qmark_nfd,
    utf8_bytes_fffd,
    utf8_bytes_qmark,
)
from vnclean.channels.code_pages import (
    cp1250_bestfit,
    cp1251_bestfit,
    cp1252_bestfit,
    cp1252_bestfit_then_utf8,
    cp1252_replace,
    cp1252_replace_then_utf8,
    cp1253_bestfit,
    cp1258_as_cp1252,
)
from vnclean.channels.in_places import in_cells, in_lines, in_words
from vnclean.channels.misread_utf8 import (
    cp1252_nbsp_as_space,
    cp1252_quotes_straightened,
    cp1252_undef_dropped,
    cp1252_undef_fffd,
    cp1252_undef_qmark,
    latin1_c1_dropped,
    latin1_guillemet_straightened,
    latin1_nbsp_as_space,
    utf8_as_cp437,
    utf8_as_cp850,
    utf8_as_cp1250,
    utf8_as_cp1251,
    utf8_as_cp1252,
    utf8_as_cp1258,
    utf8_as_cp1258_fffd,
    utf8_as_latin1,
    utf8_as_macroman,
    view,
)
from vnclean.channels.registry import CHANNELS, Channel, priors_of
from vnclean.channels.strip_marks import no_diacritics, no_tones

__all__ = [
    "CHANNELS",
    "Channel",
    "ascii_fffd",
    "ascii_fffd_nfd",
    "ascii_qmark",
    "ascii_qmark_nfd",
    "cp1250_bestfit",
    "cp1251_bestfit",
    "cp1252_bestfit",
    "cp1252_bestfit_then_utf8",
    "cp1252_nbsp_as_space",
    "cp1252_quotes_straightened",
    "cp1252_replace",
    "cp1252_replace_then_utf8",
    "cp1252_undef_dropped",
    "cp1252_undef_fffd",
    "cp1252_undef_qmark",
    "cp1253_bestfit",
    "cp1258_as_cp1252",
    "in_cells",
    "in_lines",
    "in_words",
    "latin1_c1_dropped",
    "latin1_guillemet_straightened",
    "latin1_nbsp_as_space",
    "no_diacritics",
    "no_tones",
    "priors_of",
    "utf8_as_cp437",
    "utf8_as_cp850",
    "utf8_as_cp1250",
    "utf8_as_cp1251",
    "utf8_as_cp1252",
    "utf8_as_cp1258",
    "utf8_as_cp1258_fffd",
    "utf8_as_latin1",
    "utf8_as_macroman",
    "utf8_bytes_fffd",
    "utf8_bytes_qmark",
    "view",
]

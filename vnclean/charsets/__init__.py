"""Legacy Vietnamese charsets: registered with `codecs` on import, detected, converted.

>>> b"Vi\\xd6t Nam".decode("tcvn3"), "Việt Nam".encode("vni")
('Việt Nam', b'Vie\\xe4t Nam')

`tcvn3` (ABC), `tcvn3-h`, `tcvn5712-1`, `vni`, `viscii`, `vps`, `viqr`, `viqr-star`,
`windows-1258-vi`, `bkhcm1`, `bkhcm2`, `vietware-x`, `vietware-f`. The codec `cp1258` stays
Python's own.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

from vnclean.charsets.table import charset_names, find_charset

if TYPE_CHECKING:
    from vnclean.charsets.convert import Conversion, convert
    from vnclean.charsets.detection import Detection, decode, detect

__all__ = ["Conversion", "Detection", "charset_names", "convert", "decode", "detect"]

_HOMES = {
    "Conversion": "convert",
    "convert": "convert",
    "Detection": "detection",
    "decode": "detection",
    "detect": "detection",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        found = getattr(import_module(f"vnclean.charsets.{_HOMES[name]}"), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _search(name: str) -> codecs.CodecInfo | None:
    squeezed = name.replace("_", "-")
    if squeezed in ("viqr", "csviqr"):
        from vnclean.charsets import viqr

        return viqr.codec_info("viqr")
    if squeezed in ("viqr-star", "viqr*"):
        from vnclean.charsets import viqr

        return viqr.codec_info("viqr-star")
    charset = find_charset(name)
    if charset is None:
        return None
    from vnclean.charsets import table_codec

    return table_codec.codec_info(charset)


codecs.register(_search)

"""All transforms, importable from one place; importing this module fills the registry."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

_MODULES = (
    "vnclean.repair.escapes",
    "vnclean.repair.mojibake",
    "vnclean.repair.legacy",
    "vnclean.repair.lossy",
    "vnclean.repair.restore",
    "vnclean.repair.typing",
    "vnclean.normalize",
    "vnclean.boilerplate",
)
for _m in _MODULES:  # TODO(lead): explicit imports once all rooms stand
    if find_spec(_m) is not None:
        import_module(_m)

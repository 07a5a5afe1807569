"""vnclean gives damaged Vietnamese text back as its author wrote it.

The public face: everything in `__all__` is a promise. Names are imported on first use, so that
`import vnclean` stays cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = [
    "ConfigError",
    "Detection",
    "Edit",
    "Pipeline",
    "Result",
    "Safety",
    "Transform",
    "VncleanError",
    "__version__",
    "aclean",
    "clean",
    "clear_caches",
    "decode",
    "detect",
    "explain",
    "presets",
    "quality",
    "transforms",
    "undo",
]

_HOME = {
    "ConfigError": "vnclean.errors",
    "Detection": "vnclean.charsets",
    "Edit": "vnclean.transform",
    "Pipeline": "vnclean.pipeline",
    "Result": "vnclean.result",
    "Safety": "vnclean.transform",
    "Transform": "vnclean.transform",
    "VncleanError": "vnclean.errors",
    "aclean": "vnclean.pipeline",
    "clean": "vnclean.pipeline",
    "clear_caches": "vnclean.caches",
    "decode": "vnclean.charsets",
    "detect": "vnclean.charsets",
    "explain": "vnclean.pipeline",
    "presets": "vnclean.pipeline",
    "quality": "vnclean.signals",
    "undo": "vnclean.result",
}

if TYPE_CHECKING:
    from vnclean import transforms
    from vnclean.caches import clear_caches
    from vnclean.charsets import Detection, decode, detect
    from vnclean.errors import ConfigError, VncleanError
    from vnclean.pipeline import Pipeline, aclean, clean, explain, presets
    from vnclean.result import Result, undo
    from vnclean.signals import quality
    from vnclean.transform import Edit, Safety, Transform


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "transforms":
        return import_module("vnclean.transforms")
    if name not in _HOME:
        raise AttributeError(f"module 'vnclean' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

"""The exceptions of the package: one small tree, sentences that say what to do next."""

from __future__ import annotations

__all__ = [
    "ConfigError",
    "FormatError",
    "MissingExtraError",
    "ModelError",
    "VncleanError",
    "no_text",
]


def no_text(value: object) -> TypeError:
    """Return the error for a value that is given where a text is wanted: what it is, what to do.

    >>> str(no_text(b"Vi\\xd6t"))
    'A text (str) is wanted, not bytes: vnclean.decode(data) makes one of them.'
    """
    kind = type(value).__name__
    if isinstance(value, bytes | bytearray | memoryview):
        what = "vnclean.decode(data) makes one of them"
    elif value is None or value != value:  # NaN, by which pandas writes that there is no value
        what = "a missing value has none, so pass it over"
    elif hasattr(value, "__iter__"):
        what = "Pipeline.clean_many takes several, Pipeline.clean_batch takes Arrow data"
    else:
        what = "str(value) makes one of it"
    return TypeError(f"A text (str) is wanted, not {kind}: {what}.")


class VncleanError(Exception):
    """Base of every error that vnclean raises on purpose."""


class ConfigError(VncleanError, ValueError):
    """An option, preset or config file can't be used as it stands."""


class FormatError(VncleanError, ValueError):
    """An input file or record can't be read."""


class ModelError(VncleanError):
    """A data file of the package is missing or damaged."""


class MissingExtraError(VncleanError, ImportError):
    """An optional package is needed; the message gives the pip line."""

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the package {package}. "
            f"You can install it with: pip install 'vnclean[{extra}]'"
        )

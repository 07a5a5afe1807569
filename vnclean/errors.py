"""The exceptions of the package: one small tree, sentences that say what to do next."""

from __future__ import annotations

__all__ = ["ConfigError", "FormatError", "MissingExtraError", "ModelError", "VncleanError"]


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

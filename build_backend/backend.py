"""The build backend: that of setuptools, which asks for Zig's C compiler where there is none.

So Python and pip are all that it takes to install from source.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

from compiled_core import ROOT, needs_zig
from setuptools import build_meta
from setuptools.build_meta import (
    build_editable,
    build_sdist,
    get_requires_for_build_sdist,
    prepare_metadata_for_build_editable,
    prepare_metadata_for_build_wheel,
)

__all__ = [
    "build_editable",
    "build_sdist",
    "build_wheel",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]

Settings = dict[str, Any] | None


def _with_compiler(requires: Callable[[Settings], list[str]], settings: Settings) -> list[str]:
    return [*requires(settings), *(["ziglang>=0.13"] if needs_zig() else [])]


def get_requires_for_build_wheel(config_settings: Settings = None) -> list[str]:
    """Return what a wheel needs to be built, a compiler among it where there is none."""
    return _with_compiler(build_meta.get_requires_for_build_wheel, config_settings)


def get_requires_for_build_editable(config_settings: Settings = None) -> list[str]:
    """Return what an editable install needs, a compiler among it where there is none."""
    return _with_compiler(build_meta.get_requires_for_build_editable, config_settings)


def build_wheel(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    """Build a wheel from the sources as they are now."""
    # setuptools would take along every module that an earlier build left there.
    shutil.rmtree(ROOT / "build", ignore_errors=True)
    return build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)

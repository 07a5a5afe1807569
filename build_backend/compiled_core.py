"""How the core is compiled: by Cython, then by the C compiler at hand or that of Zig.

`VNCLEAN_BUILD` in the environment names one of `VARIANTS`; a build always compiles everything, so
that no object of another variant is taken for its own.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

from setuptools import Extension
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).resolve().parent.parent
CORE = Path("vnclean", "core")


@dataclass(frozen=True)
class Variant:
    """One way to compile the core."""

    compile_args: tuple[str, ...]
    link_args: tuple[str, ...] = ()
    is_checked: bool = False
    """Whether indexes are checked and assertions hold."""
    needs_clang: bool = False
    """Whether only Clang knows the options; that of Zig is taken."""


_SANITIZE = ("-fsanitize=address,undefined", "-fno-sanitize-recover=undefined")
VARIANTS = {
    "release": Variant(("-O3", "-g0")),
    "debug": Variant(("-O1", "-g", "-UNDEBUG"), is_checked=True),
    "asan": Variant(
        ("-O1", "-g", "-UNDEBUG", "-fno-omit-frame-pointer", *_SANITIZE), _SANITIZE, is_checked=True
    ),
    "fuzz": Variant(
        (
            "-O1",
            "-g",
            "-UNDEBUG",
            "-fsanitize=fuzzer-no-link,undefined",
            "-fsanitize-trap=undefined",
        ),
        is_checked=True,
        needs_clang=True,
    ),
}
"""No variant is built for one processor, and none lets the compiler reorder sums."""


def variant() -> Variant:
    """Return the variant that the environment asks for."""
    name = os.environ.get("VNCLEAN_BUILD") or "release"
    if name not in VARIANTS:
        raise SystemExit(f"VNCLEAN_BUILD is {name!r}; it can be one of {', '.join(VARIANTS)}.")
    return VARIANTS[name]


def extensions() -> list[Extension]:
    """Return an extension for each `.pyx` file of the core."""
    return [
        Extension(".".join(path.with_suffix("").parts), [path.as_posix()])
        for path in sorted(path.relative_to(ROOT) for path in (ROOT / CORE).glob("*.pyx"))
    ]


def has_compiler() -> bool:
    """Say whether the C compiler that Python was built with, or `$CC`, can be used.

    On Windows setuptools finds Microsoft's compiler by itself, or says what to install.
    """
    if sys.platform == "win32":
        return True
    command = shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "empty.c")
        source.write_text("int nothing;\n", encoding="ascii")
        try:
            # Having a command of that name is not enough: on macOS it may only offer to install.
            done = subprocess.run(
                [*command, "-c", str(source), "-o", str(source.with_suffix(".o"))],
                capture_output=True,
                check=False,
            )
        except OSError:
            return False
    return done.returncode == 0


def needs_zig() -> bool:
    """Say whether the compiler of Zig is to be used."""
    return variant().needs_clang or not has_compiler()


class BuildCore(build_ext):
    """Compiles the core; `build_ext` of setuptools with our options."""

    def initialize_options(self) -> None:
        """Leave nothing as an earlier build made it; use all processors."""
        super().initialize_options()
        self.force = True
        self.parallel = os.cpu_count()

    def build_extensions(self) -> None:
        """Have Cython write C, out of the way of the sources, and compile that."""
        chosen = variant()
        self._translate(chosen.is_checked)
        # Fused multiply-adds round once instead of twice, where the processor has them.
        compile_args, link_args = (*chosen.compile_args, "-ffp-contract=off"), chosen.link_args
        if self.compiler.compiler_type == "msvc":
            compile_args, link_args = ("/Od" if chosen.is_checked else "/O2",), ()
        elif needs_zig():
            self._use_zig()
        for extension in self.extensions:
            extension.extra_compile_args = [*compile_args]
            extension.extra_link_args = [*link_args]
            if not chosen.is_checked:
                extension.define_macros = [("CYTHON_WITHOUT_ASSERTIONS", "1")]
        super().build_extensions()

    def _translate(self, is_checked: bool) -> None:
        from Cython.Build import cythonize

        translated = cythonize(
            self.extensions,
            build_dir=str(Path(self.build_temp, "cython")),
            force=True,
            compiler_directives={
                "language_level": "3",
                "boundscheck": is_checked,
                "initializedcheck": is_checked,
                "wraparound": False,
                "cdivision": True,
                "freethreading_compatible": True,
            },
        )
        for extension, in_c in zip(self.extensions, translated, strict=True):
            extension.sources = in_c.sources

    def _use_zig(self) -> None:
        # Without a target, Zig compiles for the processor it runs on.
        command = [sys.executable, "-m", "ziglang", "cc", "-mcpu=baseline"]
        undefined = ["-undefined", "dynamic_lookup"] if sys.platform == "darwin" else []
        self.compiler.set_executables(
            preprocessor=[*command, "-E"],
            compiler=[*command, "-DNDEBUG", "-fwrapv"],
            compiler_so=[*command, "-DNDEBUG", "-fwrapv", "-fPIC"],
            linker_so=[*command, "-shared", *undefined],
        )

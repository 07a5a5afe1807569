"""The command line: thin doors to the engine. Each command is loaded when it is called."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from types import FrameType
from typing import Any

import click

import vnclean
from vnclean.errors import VncleanError

__all__ = ["main"]

_COMMANDS = {
    "clean": ("vnclean.cli.clean", "Clean files, folders or standard input."),
    "names": ("vnclean.cli.names", "Show damaged names of files and folders, and mend them."),
    "undo": ("vnclean.cli.undo", "Restore what was cleaned from the result and its sidecar."),
    "check": ("vnclean.cli.check", "Report what cleaning would change; writes nothing."),
    "diff": ("vnclean.cli.diff", "Show what cleaning would change, line by line; writes nothing."),
    "explain": (
        "vnclean.cli.explain",
        "Explain every change of a text: place, rule, confidence; writes nothing.",
    ),
    "stats": (
        "vnclean.cli.stats",
        "Tell what a corpus is like: sizes, damage, encodings, quality; writes nothing.",
    ),
    "inspect": (
        "vnclean.cli.damage_report",
        "Judge the state of texts: encodings, damage, tone style; writes nothing.",
    ),
    "detect": (
        "vnclean.cli.charsets",
        "Tell the encoding of files, legacy Vietnamese ones too; writes nothing.",
    ),
    "decode": (
        "vnclean.cli.charsets",
        "Detect the encoding of a file and write its text as UTF-8.",
    ),
    "convert": ("vnclean.cli.charsets", "Convert a file from one encoding to another."),
    "boilerplate": (
        "vnclean.cli.boilerplate",
        "Learn what the pages of a web site share, so that `clean` can take it away.",
    ),
    "list": (
        "vnclean.cli.listing",
        "List presets, transforms, rules, input formats and quality signals.",
    ),
}
"""Name -> module and first line of help, so that `--help` loads none of them."""

_EPILOG = """\b
Examples:
  vnclean clean crawl/ -o cleaned/ --preset web
  vnclean clean posts.jsonl.gz -o posts.clean.jsonl.gz --text-key body
  vnclean diff article.txt
  vnclean < damaged.txt > mended.txt

\b
Exit codes: 0 fine, 1 would change (check, diff), 2 wrong usage, 3 some inputs failed.
"""


class _Commands(click.Group):
    """A group that loads a command when it is called, and cleans where none is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, (module, _) in _COMMANDS.items() if find_spec(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = _COMMANDS.get(cmd_name, ("",))[0]
        if not module or find_spec(module) is None:
            return None
        found = getattr(import_module(module), "listing" if cmd_name == "list" else cmd_name, None)
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in self.list_commands(ctx)])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and sys.stdin.isatty():
            click.echo(ctx.get_help(), err=True)
            ctx.exit(2)
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if (
            not args
            or (args[0].startswith("-") and args[0] not in own)
            or (args[0] not in _COMMANDS and _is_input(args[0]))
        ):
            args = ["clean", *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None:
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), 1)
            hint = f"Did you mean {near[0]!r}?" if near else "See vnclean --help."
            raise click.UsageError(
                f"There is no command and no file or folder named {args[0]!r}. {hint}", ctx
            )
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Commands,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(vnclean.__version__, message="vnclean %(version)s")
def _vnclean() -> None:
    """Give damaged Vietnamese text back as its author wrote it.

    Without a command, vnclean cleans: a file that is named, or standard input.
    """


def _is_input(name: str) -> bool:
    return os.path.exists(name) or "://" in name or any(sign in name for sign in "*?[")


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code. Never shows a traceback for a known fault."""
    _prepare()
    try:
        # Not through click's own `main`: it ends with 1 where a pipe is closed, which here means
        # that something would change.
        if "_VNCLEAN_COMPLETE" in os.environ:
            _vnclean.main(prog_name="vnclean")
        given = sys.argv[1:] if args is None else list(args)
        with _signals(), _vnclean.make_context("vnclean", given) as context:
            code = _vnclean.invoke(context)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        from vnclean.cli.terminal import printable

        error.__dict__["message"] = printable(error.message)  # which names what was given
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        if sys.stderr.isatty():
            _say("")
        _say("Stopped.")
        return 130
    except BrokenPipeError:
        _close_quietly()
        return 141
    except VncleanError as error:
        from vnclean.cli.terminal import LinesError

        said = f"Error: {error}"
        for line in said.split("\n") if isinstance(error, LinesError) else [said]:
            _say(line)
        return _code(error)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _say(f"Error: {where}{error.strerror or error}.")
        return 3
    except Exception as error:
        said = f"{_place_of(error)}{type(error).__name__}: {error}"
        _say(f"Internal error: {said}. Please report it.")
        return 3


def _code(error: VncleanError) -> int:
    from vnclean.errors import ConfigError, MissingExtraError

    if isinstance(error, ConfigError | MissingExtraError):
        return 2
    return 2 if any(kind.__name__ == "InputError" for kind in type(error).__mro__) else 3


def _place_of(error: BaseException) -> str:
    """Return where an exception comes from, for who is to mend it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    code = trace and trace.tb_frame.f_code
    return f"{code.co_filename}:{trace.tb_lineno}: " if code and trace else ""


def _say(message: str) -> None:
    from vnclean.cli.terminal import say

    try:
        say(message)
    except OSError:
        _close_quietly()


def _prepare() -> None:
    """Make streams total for any text, and use one thread a process."""
    # Processes are spread over the processors, so numpy's threads would only be in each other's
    # way: they wait by spinning. It reads this when it is imported, which nothing has done yet.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    if sys.stdin is None:  # closed by the caller
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if sys.stdout is None:
        sys.stderr.write("Error: standard output is closed.\n")
        sys.exit(3)
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            encoding = None if stream.isatty() else "utf-8"
            reconfigure(encoding=encoding, errors="backslashreplace", newline="")


@contextlib.contextmanager
def _signals() -> Iterator[None]:
    """Let a signal to end clean up like Ctrl-C; afterwards the host program's handlers are back."""
    handlers = {}
    with contextlib.suppress(ValueError):  # in another thread the host program decides
        for name in ("SIGTERM", "SIGHUP"):
            if (number := getattr(signal, name, None)) is not None:
                handlers[number] = signal.signal(number, _terminate)
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler or signal.SIG_DFL)


def _terminate(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _close_quietly() -> None:
    """Point the streams at nothing, so that the interpreter has nothing to complain about."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            os.dup2(nothing, stream.fileno())

"""The command `vnclean` in processes forked from one that has loaded the library.

A fresh interpreter takes half a second to load it. Where the start is not what a test is about, the
file that `write_command` writes stands for the command: it hands arguments, environment, folder and
streams to a server, which forks for each call and gives its exit code back. What the command line
itself imports is still imported by each process anew, and numbers, caches and signals are its own.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).parents[2]

_CLIENT = """\
#!{python} -IS
import json, os, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect({address!r})
asked = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode()
socket.send_fds(server, [len(asked).to_bytes(8, "little")], [0, 1, 2])
server.sendall(asked)
sys.exit(int(server.makefile().read() or 255))
"""


def write_command(path: Path, address: Path) -> None:
    """Write a file that stands for the command `vnclean`."""
    client = _CLIENT.format(python=sys.executable, address=str(address))
    path.write_text(client, encoding="utf-8")
    path.chmod(0o755)


@contextlib.contextmanager
def command_server(folder: Path) -> Iterator[Path]:
    """Start a server and give its address. It ends with the process that called."""
    address = folder / "vnclean"
    server = subprocess.Popen(
        [sys.executable, "-m", __name__, str(address)], cwd=folder, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert server.stdin is not None
    assert server.stdout is not None
    with server, server.stdout, server.stdin:
        assert server.stdout.readline() == b"ready\n"
        yield address


def _load() -> None:
    """Load what all commands share, and the tables that the first text to clean reads."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"  # as the command line does before numpy is there
    import rich.console
    import rich.table  # noqa: F401

    import vnclean.engine  # noqa: F401
    from vnclean import Pipeline

    for preset in ("safe", "web", "social"):
        Pipeline.preset(preset)("Tham mÆ°u cÃ³ hiá»‡u qủa, công tác tuyền truyền, hoà bình dc.")
    gc.freeze()


def _serve(address: str) -> None:
    """Answer calls, each in a process of its own, until standard input is closed."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(64)
    signal.signal(signal.SIGCHLD, _reap)
    print("ready", flush=True)
    while select.select([listener, sys.stdin], [], [])[0] == [listener]:
        call, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            _answer(call)
        call.close()


def _reap(number: int, frame: FrameType | None) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _answer(call: socket.socket) -> None:
    """Run a command and send its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, streams, _, _ = socket.recv_fds(call, 8, 3)
    asked = call.makefile("rb").read(int.from_bytes(size, "little"))
    arguments, environment, folder = json.loads(asked)
    command = os.fork()
    if command:
        os.closerange(0, 3)
        for stream in streams:
            os.close(stream)  # or who reads from the command would wait for this process, too
        call.sendall(b"%d" % os.waitstatus_to_exitcode(os.waitpid(command, 0)[1]))
        os._exit(0)
    call.close()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = os.fdopen(0, encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["vnclean", *arguments]
    try:
        runpy.run_module("vnclean", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # to take all apart that was loaded would be most of the work


if __name__ == "__main__":
    _load()
    _serve(sys.argv[1])

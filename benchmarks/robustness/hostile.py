"""What happens when someone, or chance, means harm: paths, links, devices, planted files, bombs.

    python benchmarks/robustness/faults.py --only ROW      # these rows are part of that table

Every row is a run of the command line in a folder of its own; it counts only if nothing that was
there is lost, nothing is written elsewhere, and the run ends.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import random
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

Case = Callable[[Any], tuple[str, str, int, bool]]
"""Makes of a desk: what happened, the message, the exit code, whether nothing was lost."""

BAD, GOOD = "hiệu qủa".encode(), "hiệu quả".encode()
LINE = b'{"text": "%s"}\n' % BAD
FINE = LINE.replace(BAD, GOOD)
STEPS = ("--config", "steps.toml")
# Prints where the time of a run has gone, and stops it: the journal is gone, the end not yet.
STOP = (
    "import os, sys, vnclean.engine.journal as j\n"
    "real = j.Journal.remove\n"
    "def remove(self):\n"
    "    real(self)\n"
    "    os.kill(os.getpid(), 9)\n"
    "j.Journal.remove = remove\n"
    "from vnclean.cli import main\n"
    "sys.exit(main(sys.argv[1:]))\n"
)
NAMED: dict[str, Case] = {}


def hostile(fault: str) -> Callable[[Case], Case]:
    def enter(make: Case) -> Case:
        NAMED[fault] = make
        return make

    return enter


class Bench:
    """A folder with a configuration, and the command line in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.code = 0
        self.said = self.out = ""
        self["steps.toml"] = b'steps = ["misplaced_tone"]\n'

    def __setitem__(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def __getitem__(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def start(self, *args: str, code: str = "", **more: Any) -> subprocess.Popen[bytes]:
        program = ["-c", code] if code else ["-m", "vnclean"]
        return subprocess.Popen(
            [sys.executable, *program, *args], cwd=more.pop("cwd", self.folder),
            stdin=more.pop("stdin", subprocess.DEVNULL), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, **more,
        )  # fmt: skip

    def run(self, *args: str, timeout: float = 60, **more: Any) -> int:
        return self.end(self.start(*args, **more), timeout)

    def end(self, process: subprocess.Popen[bytes], timeout: float = 60) -> int:
        """Wait for the end; 999 is the code of what did not end."""
        try:
            out, error = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            out, error = process.communicate()
            process.returncode = 999
        self.code, self.out = process.returncode, out.decode("utf-8", "replace")
        self.said = error.decode("utf-8", "replace").replace(f"{self.folder}/", "")
        return self.code

    @property
    def message(self) -> str:
        lines = [line for line in self.said.split("\n") if line.strip()]
        return next((line for line in lines if "rror" in line), lines[0] if lines else "")

    def left(self) -> set[str]:
        """Names of temporary files that were not taken away."""
        return {p.name for p in self.folder.rglob("*") if "vnclean-" in p.name}

    def row(self, happened: str, sound: bool) -> tuple[str, str, int, bool]:
        sound = sound and "Traceback" not in self.said and self.code != 999
        return happened, self.message, self.code, sound


def lines(data: bytes) -> list[Any]:
    return [json.loads(line) for line in data.split(b"\n") if line]


# -- two runs ------------------------------------------------------------------------------------

SLOW = (
    "import sys, time, vnclean.engine.cleaning as c\n"
    "real = c.Cleaner.clean\n"
    "def clean(self, piece):\n"
    "    time.sleep(0.4)\n"
    "    return real(self, piece)\n"
    "c.Cleaner.clean, c.CHUNK = clean, 4000\n"
    "if __name__ == '__main__':\n"
    "    from vnclean.cli import main\n"
    "    sys.exit(main(sys.argv[1:]))\n"
)


@hostile("two runs with one output at once")
def _two(bench: Bench) -> Any:
    bench["a.jsonl"] = LINE * 2000
    first = bench.start("clean", "a.jsonl", "-o", "out.jsonl", "--overwrite", *STEPS, code=SLOW)
    wait_for(lambda: bench.left())
    bench.run("clean", "a.jsonl", "-o", "out.jsonl", "--overwrite", *STEPS)
    second, said = bench.code, bench.message
    bench.end(first)
    sound = second == 2 and bench.code == 0 and bench["out.jsonl"] == FINE * 2000
    bench.code, bench.said = second, said
    return bench.row("the second is refused and names the first, which ends whole", sound)


@hostile("two runs with one file of rejects")
def _two_rejects(bench: Bench) -> Any:
    bench["a.jsonl"] = LINE * 2000 + b"{\n"
    bench["b.jsonl"] = LINE + b"{{\n"
    aside = ("--rejects", "r.jsonl", "--overwrite", *STEPS)
    first = bench.start("clean", "a.jsonl", "-o", "one.jsonl", *aside, code=SLOW)
    wait_for(lambda: bench.left())
    bench.run("clean", "b.jsonl", "-o", "two.jsonl", *aside)
    second, said = bench.code, bench.message
    bench.end(first)
    sound = second == 2 and [row["raw"] for row in lines(bench["r.jsonl"])] == ["{"]
    bench.code, bench.said = second, said
    return bench.row("the second is refused, the first ends whole", sound)


@hostile("a link planted under a temporary name")
def _planted(bench: Bench) -> Any:
    bench["victim"] = b"precious"
    bench["a.jsonl"] = LINE
    for name in (".out.jsonl.vnclean-part", ".out.jsonl.vnclean-journal"):
        (bench / name).symlink_to("victim")
    bench.run("clean", "a.jsonl", "-o", "out.jsonl", *STEPS)
    first = bench["victim"] == b"precious"
    for name in bench.left():
        (bench / name).unlink()
    os.link(bench / "victim", bench / ".two.jsonl.vnclean-part")
    bench.run("clean", "a.jsonl", "-o", "two.jsonl", *STEPS)
    return bench.row("not followed; what it led to stays", first and bench["victim"] == b"precious")


def wait_for(what: Callable[[], object]) -> None:
    limit = time.monotonic() + 60
    while not what() and time.monotonic() < limit:
        time.sleep(0.02)


# -- side files -----------------------------------------------------------------------------------


@hostile("--overwrite that stops early")
def _overwrite(bench: Bench) -> Any:
    for number in range(3):
        bench[f"in/{number}.jsonl"] = LINE * 400 + b"{%d\n" % number
    aside = ("--rejects", "r.jsonl", "--edits", "e.jsonl", *STEPS)
    bench.run("clean", "in", "-o", "out", *aside)
    before = {name: bench[name] for name in ("r.jsonl", "e.jsonl", "out/0.jsonl", "out/2.jsonl")}
    process = bench.start("clean", "in", "-o", "out", *aside, "--overwrite", code=SLOW)
    wait_for(lambda: bench.left())
    process.send_signal(signal.SIGTERM)
    bench.end(process)
    sound = all(bench[name] == data for name, data in before.items())
    return bench.row("stopped; sidecar and rejects stay with the outputs they tell of", sound)


def collide(fault: str, *args: str) -> None:
    def make(bench: Bench) -> Any:
        bench["a.jsonl"] = LINE + b"{\n"
        bench["t.json"] = LINE
        bench["sub/x"] = b""
        os.link(bench / "a.jsonl", bench / "hard.json")
        (bench / "soft.json").symlink_to("a.jsonl")
        before = {p: p.read_bytes() for p in bench.folder.iterdir() if p.is_file()}
        bench.run("clean", "a.jsonl", *args, *STEPS)
        after = {p: p.read_bytes() for p in bench.folder.iterdir() if p.is_file()}
        return bench.row("refused, nothing touched", bench.code == 2 and after == before)

    NAMED[fault] = make


collide("--report is an existing file", "-o", "o.jsonl", "--report", "t.json")
collide("--report is an input through a link",
        "-o", "o.jsonl", "--overwrite", "--report", "soft.json")  # fmt: skip
collide("--report is an input through a hard link",
        "-o", "o.jsonl", "--overwrite", "--report", "hard.json")  # fmt: skip
collide("--rejects is the output", "-o", "o.jsonl", "--rejects", "./sub/../o.jsonl")
collide("--rejects is the sidecar", "-o", "o.jsonl", "--rejects", "x.jsonl", "--edits", "x.jsonl")
collide("--edits is the input", "-o", "o.jsonl", "--edits", "a.jsonl", "--overwrite")
collide("--rejects is the configuration",
        "-o", "o.jsonl", "--rejects", "steps.toml", "--overwrite")  # fmt: skip
collide("--rejects is the journal", "-o", "o.jsonl", "--rejects", ".o.jsonl.vnclean-journal")


@hostile("the input has the temporary name of the output")
def _part(bench: Bench) -> Any:
    name = ".o.jsonl.vnclean-part"
    bench[name] = LINE
    bench.run("clean", name, "--input-format", "jsonl", "-o", "o.jsonl", *STEPS)
    sound = bench[name] == LINE and not (bench / "o.jsonl").exists() and bench.code == 2
    return bench.row("refused, nothing touched", sound)


# -- devices ---------------------------------------------------------------------------------------


@hostile("devices as output, rejects, sidecar and report")
def _devices(bench: Bench) -> Any:
    bench["a.jsonl"] = LINE + b"{\n"
    bench["b.txt"] = BAD
    null = bench / "null"  # never the machine's own
    if os.geteuid() == 0:
        os.mknod(null, stat.S_IFCHR | 0o666, os.makedev(1, 3))
    else:
        null = Path("/dev/null")
    (bench / "n.jsonl").symlink_to(null)
    os.mkfifo(bench / "p.jsonl")
    os.mkfifo(bench / "q.json")
    got: dict[str, bytes] = {}

    def read(name: str) -> None:
        with open(bench / name, "rb") as file:
            got[name] = file.read()

    readers = [threading.Thread(target=read, args=(n,), daemon=True) for n in ("p.jsonl", "q.json")]
    for reader in readers:
        reader.start()
    bench.run("clean", "a.jsonl", "-o", "p.jsonl", "--rejects", str(null), "--edits", "n.jsonl",
              "--report", "q.json", "--overwrite", *STEPS, timeout=20)  # fmt: skip
    code, said = bench.code, bench.said
    for reader in readers:
        reader.join(5)
    kinds = {name: (bench / name).lstat().st_mode for name in ("p.jsonl", "q.json", "n.jsonl")}
    sound = (
        code == 3
        and got.get("p.jsonl") == FINE
        and b"fingerprint" in got.get("q.json", b"")
        and stat.S_ISCHR(null.stat().st_mode)
        and stat.S_ISFIFO(kinds["p.jsonl"])
        and stat.S_ISFIFO(kinds["q.json"])
        and stat.S_ISLNK(kinds["n.jsonl"])
    )
    for command in (["decode", "b.txt"], ["convert", "b.txt", "--to", "tcvn3"]):
        sound = sound and not bench.run(*command, "-o", str(null), "--overwrite")
        sound = sound and stat.S_ISCHR(null.stat().st_mode)
    bench.run("boilerplate", "learn", "a.jsonl", "-o", str(null), "--overwrite")
    sound = sound and not bench.code and stat.S_ISCHR(null.stat().st_mode)
    bench.code, bench.said = code, said
    return bench.row("written to, not replaced", sound)


@hostile("a pipe as input (`<(...)`)")
def _fifo(bench: Bench) -> Any:
    os.mkfifo(bench / "p.jsonl")
    data = LINE * 9000
    feeder = subprocess.Popen([sys.executable, "-c", "import sys\nwith open('p.jsonl', 'wb') as f:"
                               " f.write(bytes.fromhex(sys.argv[1]) * 9000)", LINE.hex()],
                              cwd=bench.folder)  # fmt: skip
    bench.run("clean", "p.jsonl", "-o", "o.jsonl", "--jobs", "2", *STEPS, timeout=30)
    feeder.kill()
    feeder.wait()
    there = (bench / "o.jsonl").exists() and bench["o.jsonl"] == data.replace(BAD, GOOD)
    return bench.row("read once, cleaned", not bench.code and there)


@hostile("a pipe as input that nobody writes to")
def _idle(bench: Bench) -> Any:
    os.mkfifo(bench / "p.jsonl")
    process = bench.start("clean", "p.jsonl", "-o", "o.jsonl", *STEPS)
    time.sleep(2)
    process.send_signal(signal.SIGTERM)
    bench.end(process, 10)
    return bench.row("waits, and stops when it is told to", bench.code == 143)


# -- bytes ----------------------------------------------------------------------------------------


@hostile("a CSV's header with bytes that are not UTF-8")
def _header(bench: Bench) -> Any:
    head = b"id,te\xffn,text\n"
    bench["a.csv"] = head + b"1,x," + BAD + b"\n"
    bench.run("clean", "a.csv", "-o", "o.csv", *STEPS)
    sound = bench["o.csv"] == head + b"1,x," + GOOD + b"\n"
    return bench.row("the header stays byte for byte", sound and not bench.code)


@hostile("a CSV cell that would become a formula")
def _formula(bench: Bench) -> Any:
    bench["a.csv"] = "id,text\n1,\u200b=1+1 hiệu qủa\n2,\u00a0@SUM(A1)\n3,-5\n".encode()
    bench.run("clean", "a.csv", "-o", "o.csv", "--preset", "standard")
    cells = [row.split(",")[1] for row in bench["o.csv"].decode().split("\n")[1:4]]
    sound = not any(cell[:1] in "=@" for cell in cells[:2]) and cells[2] == "-5"
    return bench.row("keeps what stands before the sign", sound and "quả" in cells[0])


# -- ends ----------------------------------------------------------------------------------------


@hostile("killed between the journal's removal and the end")
def _end(bench: Bench) -> Any:
    bench["in/a.jsonl"] = LINE * 3 + b"{\n"
    bench["in/b.txt"] = b"\xff\n" + BAD
    bench["in/c.jsonl"] = LINE
    aside = ("--rejects", "r.jsonl", "--edits", "e.jsonl", "--report", "r.json", *STEPS)
    bench.run("clean", "in", "-o", "peace", *aside)
    peace = {name: bench[name] for name in ("r.jsonl", "e.jsonl", "r.json", "peace/a.jsonl")}
    for name in ("r.jsonl", "e.jsonl", "r.json"):
        (bench / name).unlink()
    bench.run("clean", "in", "-o", "out", *aside, code=STOP)
    bench.run("clean", "in", "-o", "out", *aside, "--resume")
    report = json.loads(bench["r.json"])
    told, wanted = report["records"], json.loads(peace["r.json"])["records"]
    sound = (
        sorted(bench["r.jsonl"].split(b"\n")) == sorted(peace["r.jsonl"].split(b"\n"))
        and sum(b'"sidecar"' in line for line in bench["e.jsonl"].split(b"\n")) == 1
        and bench["out/a.jsonl"] == peace["peace/a.jsonl"]
    )
    happened = "--resume adds nothing twice"
    return bench.row(happened, sound and (told == wanted or told == 0 or told == 1))


KILL_EARLIER = STOP.replace("    real(self)\n    os.kill", "    os.kill")


@hostile("killed before the journal's removal")
def _report(bench: Bench) -> Any:
    bench["in/a.jsonl"] = LINE * 3 + b"{\n"
    bench["in/c.jsonl"] = LINE
    aside = ("--rejects", "r.jsonl", "--report", "r.json", *STEPS)
    bench.run("clean", "in", "-o", "peace", *aside)
    peace = json.loads(bench["r.json"])
    rejects = bench["r.jsonl"]
    for name in ("r.jsonl", "r.json"):
        (bench / name).unlink()
    bench.run("clean", "in", "-o", "out", *aside, code=KILL_EARLIER)
    with_report = (bench / "r.json").exists()
    (bench / "r.json").unlink(missing_ok=True)
    bench.run("clean", "in", "-o", "out", *aside, "--resume")
    report = json.loads(bench["r.json"])
    for one in (report, peace):
        for key in ("seconds", "bytes_per_second"):
            one.pop(key)
    same = report == peace and bench["r.jsonl"] == rejects
    return bench.row("the report is there before; --resume writes it anew, whole",
                     same and with_report)  # fmt: skip


# -- in place ------------------------------------------------------------------------------------


@hostile("an input that grows while it is cleaned in place")
def _appended(bench: Bench) -> Any:
    bench["a.jsonl"] = LINE * 400
    bench["b.jsonl"] = LINE
    process = bench.start("clean", "--in-place", "a.jsonl", "b.jsonl", *STEPS, code=SLOW)
    wait_for(lambda: bench.left())
    with open(bench / "a.jsonl", "ab") as file:
        file.write(b'{"text": "late"}\n')
    bench.end(process)
    sound = bench["a.jsonl"] == LINE * 400 + b'{"text": "late"}\n' and bench["b.jsonl"] == FINE
    return bench.row("left as it is and named, the others cleaned", sound and bench.code == 3)


@hostile("an input that is replaced while it is read")
def _replaced(bench: Bench) -> Any:
    bench["a.jsonl"] = LINE * 4000
    process = bench.start("clean", "a.jsonl", "-o", "o.jsonl", *STEPS, code=SLOW)
    wait_for(lambda: bench.left())
    with open(bench / "a.jsonl", "r+b") as file:
        file.write(LINE.replace(b"text", b"nope"))
        os.fsync(file.fileno())
    process_code = bench.end(process)
    sound = process_code == 3 and not (bench / "o.jsonl").exists()
    return bench.row("named; no mixture gets the name of the output", sound)


@hostile("owner, mode and attributes in place")
def _owner(bench: Bench) -> Any:
    bench["a.jsonl"] = LINE
    path = bench / "a.jsonl"
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, 1234, 2345)
    xattr = True
    try:
        os.setxattr(path, "user.note", b"mine")
    except OSError:
        xattr = False
    bench.run("clean", "--in-place", "a.jsonl", *STEPS)
    state = path.stat()
    sound = bench["a.jsonl"] == FINE and state.st_mode & 0o7777 == 0o640
    if os.geteuid() == 0:
        sound = sound and (state.st_uid, state.st_gid) == (1234, 2345)
    sound = sound and (not xattr or os.getxattr(path, "user.note") == b"mine")
    return bench.row("kept", sound and not bench.code)


@hostile("a file of several names in place")
def _names(bench: Bench) -> Any:
    bench["a.jsonl"] = LINE
    os.link(bench / "a.jsonl", bench / "same")
    bench.run("clean", "--in-place", "a.jsonl", *STEPS)
    sound = bench["a.jsonl"] == LINE and (bench / "a.jsonl").stat().st_nlink == 2
    return bench.row("left as it is and named", sound and bench.code == 3)


# -- settings ------------------------------------------------------------------------------------


@hostile("settings planted in a folder above")
def _settings(bench: Bench) -> Any:
    bench["vnclean.toml"] = b'steps = ["lossy"]\n'
    bench["work/a.txt"] = BAD
    bench.run("clean", "--in-place", "a.txt", "-v", cwd=bench / "work")
    return bench.row("not looked for outside the project", bench["work/a.txt"] == GOOD)


@hostile("settings that others may write")
def _writable(bench: Bench) -> Any:
    bench["vnclean.toml"] = b'steps = ["lossy"]\n'
    (bench / "vnclean.toml").chmod(0o666)
    bench["a.txt"] = BAD
    bench.run("clean", "--in-place", "a.txt")
    sound = bench["a.txt"] == BAD and bench.code == 2
    return bench.row("refused, nothing touched", sound)


@hostile("settings of the project")
def _told(bench: Bench) -> Any:
    bench["pyproject.toml"] = b'[tool.vnclean]\nsteps = ["misplaced_tone"]\n'
    bench["sub/a.txt"] = BAD
    bench.run("clean", "a.txt", "-o", "o.txt", "-v", "--report", "r.json", cwd=bench / "sub")
    sound = "pyproject.toml" in bench.said and "pyproject.toml" in str(
        json.loads(bench["sub/r.json"]).get("settings")
    )
    return bench.row("named by -v and in the report", sound and not bench.code)


@hostile("a list of words that is a device")
def _keep(bench: Bench) -> Any:
    bench["vnclean.toml"] = b'preset = "standard"\n[spelling]\nkeep_file = "/dev/zero"\n'
    bench["a.txt"] = BAD
    bench.run("clean", "a.txt", timeout=20, preexec_fn=little_memory)
    return bench.row("refused", bench.code == 2)


@hostile("a configuration that is a device")
def _config(bench: Bench) -> Any:
    bench["a.txt"] = BAD
    bench.run("clean", "a.txt", "--config", "/dev/zero", timeout=20, preexec_fn=little_memory)
    return bench.row("refused", bench.code == 2)


@hostile("a pattern that backtracks without end")
def _pattern(bench: Bench) -> Any:
    bench["vnclean.toml"] = (
        b'preset = "standard"\n[spelling]\npatterns = ["(a+)+$", "(?:a|aa)+$"]\n'
    )
    bench["a.txt"] = "Công tác tuyền truyền.\n".encode() + b"a" * 60 + " tuyền truyền!\n".encode()
    bench.run("clean", "a.txt", timeout=30)
    return bench.row("refused, with advice", bench.code == 2)


# -- bombs -----------------------------------------------------------------------------------------


def little_memory() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))


def packed_zeros(size: int, before: bytes, after: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1 << 20)
    out = [packer.compress(before)]
    out += [packer.compress(block) for _ in range(size >> 20)]
    return b"".join([*out, packer.compress(after), packer.flush()])


def kept(bench: Bench, before: bytes, zeros: int, after: bytes) -> bool:
    """Say whether the rejects hold a record, in parts, and take little of the disk."""
    want = zlib.crc32(before)
    for _ in range(zeros >> 20):
        want = zlib.crc32(bytes(1 << 20), want)
    have = size = 0
    with open(bench / "r.jsonl", "rb") as file:
        for part, row in enumerate(map(json.loads, file), 1):
            if row["encoding"] != "gzip+base64" or row["part"] != part:
                return False
            raw = zlib.decompress(base64.b64decode(row["raw"]), 31)
            have, size = zlib.crc32(raw, have), size + len(raw)
    small = (bench / "r.jsonl").stat().st_size < 6 << 20
    sound = size == len(before) + zeros + len(after) and have == zlib.crc32(after, want)
    return small and sound


def bomb(fault: str, name: str, head: bytes, before: bytes, after: bytes, tail: bytes) -> None:
    def make(bench: Bench) -> Any:
        bench["in/a.jsonl"] = LINE
        bench[f"in/{name}"] = packed_zeros(2 << 30, head + before, after + tail)
        bench["in/z.jsonl"] = LINE
        bench.run("clean", "in", "-o", "out", "--rejects", "r.jsonl", *STEPS, timeout=300,
                  preexec_fn=little_memory)  # fmt: skip
        sound = bench["out/a.jsonl"] == FINE == bench["out/z.jsonl"] and bench.code == 3
        if head:
            rest = (head + tail).replace(BAD, GOOD)
            sound = sound and gzip.decompress(bench[f"out/{name}"]) == rest
        return bench.row(KEPT, sound and kept(bench, before, 2 << 30, after))

    NAMED[fault] = make


KEPT = "left out, its bytes in the rejects (some MB); the rest is cleaned"
bomb("2 GB of zeros in a line of a 2 MB .jsonl.gz", "m.jsonl.gz", LINE, b'{"text": "',
     b'"}\n', LINE)  # fmt: skip
bomb("2 GB of zeros in a 2 MB .txt.gz", "m.txt.gz", b"", b"", b"", b"")
bomb("2 GB in a quoted cell of a .csv.gz", "m.csv.gz", b"text,n\n%s,1\n" % BAD, b'"a\n',
     b'\n""",2\n', b"%s,3\n" % BAD)  # fmt: skip


@hostile("a file of 1 TB that is a hole but for 4 kB")
def _sparse(bench: Bench) -> Any:
    bench["in/a.jsonl"] = LINE
    for name in ("m.jsonl", "n.txt"):
        bench[f"in/{name}"] = LINE * 20
        os.truncate(bench / f"in/{name}", 1 << 40)
    bench["in/z.jsonl"] = LINE
    bench.run("clean", "in", "-o", "out", "--rejects", "r.jsonl", *STEPS, timeout=60,
              preexec_fn=little_memory)  # fmt: skip
    sound = bench["out/a.jsonl"] == FINE == bench["out/z.jsonl"] and bench.code == 3
    sound = sound and len(lines(bench["r.jsonl"])) == 2
    return bench.row("not read, named; the others cleaned", sound)


@hostile("a WARC record of 1 GB")
def _warc(bench: Bench) -> Any:
    bench["in/a.jsonl"] = LINE
    head = (
        b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"
    )
    small = head % len(BAD) + BAD + b"\r\n\r\n"
    size = 1 << 30
    bench["in/m.warc.gz"] = packed_zeros(size, small + head % size, b"\r\n\r\n" + small)
    bench.run("clean", "in", "-o", "out", "--rejects", "r.jsonl", *STEPS, timeout=300,
              preexec_fn=little_memory)  # fmt: skip
    made = list((bench / "out").rglob("m.*"))
    came = gzip.decompress(made[0].read_bytes()).count(GOOD) if made else 0
    sound = bench["out/a.jsonl"] == FINE and bench.code == 3 and came == 2
    return bench.row(KEPT, sound and kept(bench, head % size, size, b""))


@hostile("Parquet with two columns of one name")
def _doubled(bench: Bench) -> Any:
    import pyarrow
    import pyarrow.parquet

    bench["in/a.jsonl"] = LINE
    column = pyarrow.array([BAD.decode()])
    for name, names in (("m", ["text", "text"]), ("n", ["text", "id", "id"])):
        table = pyarrow.Table.from_arrays([column] * len(names), names=names)
        pyarrow.parquet.write_table(table, bench / f"in/{name}.parquet")
    bench["in/z.jsonl"] = LINE
    bench.run("clean", "in", "-o", "out", *STEPS)
    sound = bench["out/a.jsonl"] == FINE == bench["out/z.jsonl"] and bench.code == 3
    sound = sound and (bench / "out/n.parquet").exists()
    return bench.row("named, the others cleaned", sound)


@hostile("a step or a format that fails")
def _fails(bench: Bench) -> Any:
    bench["in/a.jsonl"] = LINE
    bench["in/m.csv"] = b"text\n" + BAD + b"\n"
    bench["in/z.jsonl"] = LINE
    code = (
        "import sys, vnclean.formats.delimited as d\n"
        "def rewrite(self, chunk, visit): raise ZeroDivisionError('boo')\n"
        "d.Delimited.rewrite = rewrite\n"
        "from vnclean.cli import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    bench.run("clean", "in", "-o", "out", "--rejects", "r.jsonl", *STEPS, code=code)
    sound = bench["out/a.jsonl"] == FINE == bench["out/z.jsonl"] and bench.code == 3
    sound = sound and lines(bench["r.jsonl"])[0]["raw"].encode() == b"text\n" + BAD + b"\n"
    return bench.row("its bytes are in the rejects, the others cleaned", sound)


@hostile("a name of 255 bytes")
def _long_name(bench: Bench) -> Any:
    name = "ệ" * 83 + ".txt"
    assert len(name.encode()) <= 255
    name = "a" * (255 - len(name.encode())) + name
    bench[f"in/{name}"] = BAD
    bench.run("clean", "in", "-o", "out", *STEPS)
    first = not bench.code and bench[f"out/{name}"] == GOOD
    bench.run("clean", f"in/{name}", "-o", name, "--rejects", name.replace("a", "b"), *STEPS)
    second = not bench.code and bench[name] == GOOD
    bench.run("clean", "--in-place", f"in/{name}", *STEPS)
    sound = first and second and bench[f"in/{name}"] == GOOD and not bench.code
    return bench.row("written, also in place", sound)


# -- doctored files -------------------------------------------------------------------------------


def doctored(data: bytes, rng: random.Random) -> bytes:
    """Return bytes with a fault: cut, a value of another kind, bits, depth."""
    rows = data.split(b"\n")
    row = rng.randrange(max(1, len(rows) - 1))
    kind = rng.randrange(7)
    if kind == 0:
        return data[: rng.randrange(len(data))]
    if kind == 1:
        rows[row] = rng.choice([b"[]", b"5", b"null", b'""', b"{}", b"[" * 90_000, b"\xff", b"{"])
    elif kind == 2 and (values := values_of(rows[row])):
        key = rng.choice(sorted(values))
        values[key] = rng.choice([None, -1, 10**30, "", ".", "..", "/x", [], {}, [[1]], True, "\0"])
        rows[row] = json.dumps(values).encode()
    elif kind == 3 and (values := values_of(rows[row])):
        del values[rng.choice(sorted(values))]
        rows[row] = json.dumps(values).encode()
    elif kind == 4:
        rows[row] = rows[row] * 2
    elif kind == 5 and rows[row]:
        at = rng.randrange(len(rows[row]))
        rows[row] = rows[row][:at] + bytes([rng.randrange(256)]) + rows[row][at + 1 :]
    else:
        rows[row] = b""
    return b"\n".join(rows)


def values_of(row: bytes) -> dict[str, Any]:
    try:
        values = json.loads(row)
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


FUZZ = """
import io, os, sys, contextlib
from pathlib import Path
sys.path.insert(0, {here!r})
from hostile import doctored
import random
from vnclean.cli import main
for seed in range({number}):
    data = Path({good!r}).read_bytes()
    rng = random.Random(seed)
    for _ in range(rng.randint(1, 2)):
        data = doctored(data, rng)
    os.makedirs(str(Path({bad!r}).parent), exist_ok=True)
    Path({bad!r}).write_bytes(data)
    if {undone!r}:
        Path("undone").mkdir(exist_ok=True)
        if not Path("undone/link").is_symlink(): os.symlink("..", "undone/link")
    try:
        code = main({args!r})
    except BaseException as error:
        print("ESCAPED", seed, type(error).__name__, error)
        continue
    if code not in (0, 2, 3): print("CODE", seed, code)
    print("Internal", file=sys.stderr) if False else None
"""


def fuzzed(fault: str, good: str, bad: str, *args: str, number: int = 150) -> None:
    def make(bench: Bench) -> Any:
        bench["in/a.jsonl"] = LINE * 3 + b"{\n"
        bench["in/b.csv"] = b"text\n" + BAD + b"\n"
        bench["in/c.txt"] = BAD
        documents = [f"Trang chủ của báo xóm làng\nBài {n} hôm nay\n" for n in range(12)]
        bench["pages.jsonl"] = b"".join(
            json.dumps({"url": "http://x.vn/1", "text": text}).encode() + b"\n"
            for text in documents
        )
        bench["good.toml"] = (
            b'preset = "standard"\nmin_confidence = 0.9\n'
            b'with = ["teencode"]\nwithout = ["spaces"]\n'
            b'[tone_style]\nstyle = "old"\n[spelling]\nkeep = ["a"]\npatterns = ["b+"]\n'
        )
        bench.run("boilerplate", "learn", "pages.jsonl", "-o", "good.templates")
        bench.run("clean", "in", "-o", "done", "--edits", "good.jsonl", *STEPS)
        code = KILL_EARLIER
        bench.run("clean", "in", "-o", "cut", *STEPS, code=code)
        shutil.copy(bench / "cut/.vnclean-journal", bench / "good.journal")
        before = tree(bench)
        program = FUZZ.format(here=str(Path(__file__).parent), good=good, bad=bad, number=number,
                              args=list(args), undone="undone" in args)  # fmt: skip
        bench.run(code=program, timeout=600)
        after = tree(bench)
        new = {name for name in after if before.get(name) != after[name]}
        allowed = ("undone/", "cut/", "bad", "out.txt")
        strange = {name for name in new if not name.startswith(allowed)}
        wrong = [line for line in bench.out.split("\n") if line.startswith(("ESCAPED", "CODE"))]
        internal = bench.said.count("Internal error")
        sound = not (wrong or strange or internal) and bench.code == 0
        if not sound:
            print(fault, wrong[:3], strange, internal, bench.said[-600:], file=sys.stderr)
        bench.said = ""
        return bench.row(
            f"{number} of them: one clear error each, nothing written elsewhere", sound
        )

    NAMED[fault] = make


def tree(bench: Bench) -> dict[str, bytes]:
    return {
        str(path.relative_to(bench.folder)): path.read_bytes()
        for path in bench.folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


fuzzed("doctored sidecars", "good.jsonl", "bad.jsonl",
       "undo", "done", "--edits", "bad.jsonl", "-o", "undone", "--overwrite")  # fmt: skip
fuzzed("doctored journals", "good.journal", "cut/.vnclean-journal",
       "clean", "in", "-o", "cut", *STEPS, "--resume", number=60)  # fmt: skip
fuzzed("doctored templates", "good.templates", "bad.templates",
       "clean", "in/c.txt", "-o", "out.txt", "--overwrite", "--isolated", "--templates",
       "bad.templates")  # fmt: skip
fuzzed("doctored settings", "good.toml", "bad.toml",
       "clean", "in/c.txt", "-o", "out.txt", "--overwrite", "--config", "bad.toml")  # fmt: skip


@hostile("a sidecar that leads through a link")
def _through(bench: Bench) -> Any:
    bench["in/sub/a.txt"] = BAD
    bench["victim/a.txt"] = b"precious"
    bench.run("clean", "in", "-o", "out", "--edits", "e.jsonl", *STEPS)
    (bench / "undone").mkdir()
    (bench / "undone/sub").symlink_to("../victim")
    bench.run("undo", "out", "--edits", "e.jsonl", "-o", "undone", "--overwrite")
    return bench.row("refused", bench["victim/a.txt"] == b"precious" and bench.code in (2, 3))


# -- messages --------------------------------------------------------------------------------------

EVIL = "a\x1b[31m\u202etxt\nError: forged\x9b.jsonl"


@hostile("control and bidi characters in names and texts")
def _control(bench: Bench) -> Any:
    bench[f"in/{EVIL}"] = '{"text": "x \x9b31m\u202e hiệu qủa"}\n{\n'.encode()
    name = f"in/{EVIL}"
    seen = ""
    for args in (
        ["clean", "in", "-o", "out", "-v", *STEPS],
        ["check", "in", *STEPS],
        ["check", "in", "--format", "json", *STEPS],
        ["diff", "in", "--color", "always", *STEPS],
        ["explain", name, *STEPS],
        ["inspect", name],
        ["detect", name],
        ["stats", "in", *STEPS],
        ["clean", name + "x", "-o", "o2"],
        [name + "x"],
        ["undo", "out", "--edits", EVIL],
        ["boilerplate", "learn", "in", "-o", "t.json"],
    ):
        bench.run(*args)
        seen += bench.said + re.sub(r"\x1b\[[0-9;]*m", "", bench.out)  # colours are its own
    raw = {sign for sign in "\x1b\x9b\u202e" if sign in seen}
    sound = not raw and "\nError: forged" not in seen and "Traceback" not in seen
    bench.code, bench.said = 0, ""
    return bench.row("shown escaped", sound)


@hostile("a password in a URL")
def _password(bench: Bench) -> Any:
    url = "https://user:s3cret@localhost:1/a.jsonl"
    store = "memory://user:s3cret@x/out"
    bench["a.jsonl"] = LINE
    seen = ""
    for args in (
        ["clean", url, "-o", "o.jsonl", "--rejects", "r.jsonl"],
        ["check", url],
        ["clean", "a.jsonl", "-o", url],
        ["clean", "a.jsonl", "-o", store + ".txt"],
        ["clean", "a.jsonl", "-o", "o2.jsonl", "--report", store + ".pdf"],
        [url + "?token=s3cret"],
        ["clean", "nothing://user:s3cret@x/a.jsonl"],
    ):
        bench.run(*args)
        seen += bench.said + bench.out
    for path in bench.folder.rglob("*.json*"):
        seen += path.read_text(errors="replace")
    bench.said = ""
    return bench.row("masked", "s3cret" not in seen)

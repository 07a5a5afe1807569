"""What happens when something is wrong: every fault, its message, its exit code, nothing lost.

    python benchmarks/robustness/faults.py                      # prints the table
    python benchmarks/robustness/faults.py --write docs/faults.md

Every row is a run of the command line on inputs made here. A row counts only if every record of its
inputs is found again: cleaned in the output, or with its bytes in the file of rejects; what was
cut off is finished with --resume, and must then be byte-identical to an undisturbed run.
"""

from __future__ import annotations

import argparse
import base64
import bz2
import contextlib
import gzip
import json
import lzma
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

BAD, GOOD = "hiệu qủa".encode(), "hiệu quả".encode()
WORDS = "ba nam con mai lan hoa sen xanh vui em anh cam chanh na mơ me xoan thông lim tre".split()
CONFIG = 'steps = ["misplaced_tone"]\n'
RUN = (
    "import sys, vnclean.engine.writing as w\n"
    "w.CHECKPOINT, w.CHECKPOINT_SECONDS = 1 << 20, 0.05\n"
    "if __name__ == '__main__':\n"
    "    from vnclean.cli import main\n"
    "    sys.exit(main(sys.argv[1:]))\n"
)


def jsonl(number: int, tail: bytes = b"") -> bytes:
    return b'{"id": %d, "text": "%s%s"}' % (number, BAD, tail)


ROWS = [jsonl(number) for number in range(20)]


@dataclass
class Ran:
    code: int
    error: str


@dataclass
class Desk:
    """A folder with inputs, and what a run made of them."""

    folder: Path
    options: list[str] = field(default_factory=list)

    @property
    def source(self) -> Path:
        return self.folder / "in"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def rejects(self) -> Path:
        return self.folder / "rejects.jsonl"

    def put(self, name: str, data: bytes) -> Path:
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def command(self, *more: str) -> list[str]:
        config = self.folder / "steps.toml"
        config.write_text(CONFIG, encoding="utf-8")
        return [
            *(sys.executable, "-c", RUN, "clean", str(self.source), "-o", str(self.out)),
            *("--rejects", str(self.rejects), "--config", str(config), *self.options, *more),
        ]

    def start(self, *more: str, **options: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
            self.command(*more), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, **options
        )

    def run(self, *more: str, **options: object) -> Ran:
        return self.end(self.start(*more, **options))

    def end(self, process: subprocess.Popen[bytes]) -> Ran:
        error = process.communicate(timeout=300)[1].decode("utf-8", "replace")
        return Ran(process.returncode, error.replace(f"{self.folder}/", "").replace("in/", ""))

    def kept(self) -> list[dict[str, object]]:
        if not self.rejects.exists():
            return []
        lines = self.rejects.read_bytes().split(b"\n")[:-1]
        return [json.loads(line) for line in lines]

    def raw(self) -> list[bytes]:
        return [
            str(row["raw"]).encode() if row["encoding"] == "utf-8"
            else base64.b64decode(str(row["raw"]))
            for row in self.kept()
        ]  # fmt: skip

    def tree(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.out)): path.read_bytes()
            for path in sorted(self.out.rglob("*"))
            if path.is_file()
        }

    def lines(self) -> list[bytes]:
        """All lines of all outputs, unpacked."""
        found: list[bytes] = []
        for name, data in self.tree().items():
            assert "vnclean-" not in name, f"{name} was left"
            found += [line for line in unpacked(name, data).split(b"\n") if line]
        return found

    def accounted(self, records: list[bytes]) -> bool:
        """Say whether each record came out cleaned, or is in the rejects as it was."""
        have = Counter(self.lines()) + Counter(self.raw())
        want = Counter(records)
        for record, count in want.items():
            if have[record] + have[record.replace(BAD, GOOD)] < count:
                return False
        return sum(have.values()) == sum(want.values())


def unpacked(name: str, data: bytes) -> bytes:
    if name.endswith(".zst"):
        import zstandard

        unpack = zstandard.ZstdDecompressor()
        return bytes(unpack.stream_reader(data, read_across_frames=True).read())
    for suffix, unpack in (
        (".gz", gzip.decompress),
        (".bz2", bz2.decompress),
        (".xz", lzma.decompress),
    ):
        if name.endswith(suffix):
            return unpack(data)
    return data


@dataclass
class Row:
    fault: str
    happened: str
    message: str
    code: int
    sound: bool


CASES: list[tuple[str, Callable[[Desk], Row]]] = []


def case(fault: str) -> Callable[[Callable[[Desk, str], Row]], Callable[[Desk, str], Row]]:
    def enter(make: Callable[[Desk, str], Row]) -> Callable[[Desk, str], Row]:
        CASES.append((fault, lambda desk: make(desk, fault)))
        return make

    return enter


def simple(
    fault: str, name: str, data: bytes, records: list[bytes], code: int, *options: str
) -> None:
    """Enter a fault of one file, which lies between two sound ones."""

    def make(desk: Desk) -> Row:
        desk.options += options
        suffix = "".join(Path(name).suffixes[:1])
        sound = b"\n".join(ROWS) + b"\n"
        if suffix == ".csv":
            sound = b"id,text\n" + b"".join(b"%d,%s\n" % (n, BAD) for n in range(20))
        if suffix in (".parquet", ".json"):
            suffix, sound = ".jsonl", b"\n".join(ROWS) + b"\n"
        desk.put(f"a{suffix}", sound)
        desk.put(name, data)
        desk.put(f"z{suffix}", sound)
        ran = desk.run()
        around = [line for line in sound.split(b"\n") if line] * 2
        if suffix == ".txt" and "--lines" not in options:
            around = ROWS * 2
        left = len(desk.kept())
        came = len(desk.lines()) - len(around)
        happened = (
            f"{came:,} lines came out, {left:,} left out" if left else f"{came:,} lines came out"
        )
        return Row(fault, happened, said(ran), ran.code,
                   ran.code == code and desk.accounted([*around, *records]))  # fmt: skip

    CASES.append((fault, make))


def said(ran: Ran) -> str:
    """Return the line that names the fault."""
    if ran.code == -signal.SIGKILL:
        return ""
    lines = [line for line in ran.error.split("\n") if line.strip()]
    lines = [line for line in lines if not line.startswith("Settings: ")]
    return lines[0] if lines else ""


def packed(suffix: str, data: bytes) -> bytes:
    if suffix == ".zst":
        import zstandard

        return zstandard.ZstdCompressor().compress(data)
    return {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}[suffix](data)


def text(*rows: bytes) -> bytes:
    return b"".join(row + b"\n" for row in rows)


def enter_files() -> None:
    for suffix in (".gz", ".zst", ".xz", ".bz2"):
        if suffix == ".zst" and find_spec("zstandard") is None:
            continue  # the extra is not installed, so the tool can't read them either
        cut_off(f"{suffix} cut off in the middle", suffix)
    whole = bytearray(packed(".gz", text(*ROWS)))
    whole[-6] ^= 1
    simple("gzip with a wrong checksum", "m.jsonl.gz", bytes(whole), [*ROWS, b""], 3)
    simple("garbage behind a gzip member", "m.jsonl.gz",
           packed(".gz", text(*ROWS)) + b"garbage", [*ROWS, b""], 3)  # fmt: skip
    simple("a file named .gz that is none", "m.jsonl.gz", text(*ROWS), [b""], 3)
    wrong = b'{"id": 1, "text": "\xff\xfe"}'
    simple(
        "bytes that are not UTF-8 in JSON lines",
        "m.jsonl",
        text(*ROWS, wrong, *ROWS),
        [*ROWS, wrong, *ROWS],
        3,
    )
    simple("bytes that are not UTF-8 in a CSV", "m.csv", b"id,text\n1,\xff\n2," + BAD + b"\n",
           [b"id,text", b"1,\xff\n", b"2," + BAD], 3)  # fmt: skip
    simple("bytes that are not UTF-8 in a line of text", "m.txt", text(BAD, b"\xff", BAD),
           [BAD, b"\xff", BAD], 3, "--lines")  # fmt: skip
    document = text(BAD, b"\xff", *[BAD] * 9)
    simple("the same, the file being one document", "m.txt", document, [document], 3)
    for fault, row in {
        "a malformed JSON line": b'{"id": 1, "text": ',
        "JSON that is nested 100,000 levels deep": b"[" * 100_000,
        "zero bytes in the middle of JSON lines": b'{"text": "a\0b"}\0',
    }.items():
        lost = [*ROWS, row, *ROWS]
        simple(fault, "m.jsonl", text(*ROWS, row, *ROWS), lost, 3)
    for fault, row in {
        "a lone surrogate in JSON": b'{"text": "\\ud800 ' + BAD + b'"}',
        "NaN, Infinity, 1e999": b'{"a": NaN, "b": -Infinity, "c": 1e999, "text": "' + BAD + b'"}',
        "an integer of 10,000 digits": b'{"a": ' + b"9" * 10_000 + b', "text": "' + BAD + b'"}',
        "the same key twice": b'{"text": "' + BAD + b'", "text": "' + BAD + b'"}',
        "a line without the key": b'{"id": 1}',
    }.items():
        simple(fault, "m.jsonl", text(*ROWS, row), [*ROWS, row], 0)
    uneven = b"id,text\n1\n2,%s,more,and more\n3,%s\n" % (BAD, BAD)
    simple("CSV rows of uneven length", "m.csv", uneven, uneven.strip().split(b"\n"), 0)
    open_quote = b'2,"%s\n3,b\n' % BAD
    simple("a quote in a CSV that is never closed", "m.csv", b"id,text\n1,%s\n" % BAD + open_quote,
           [b"id,text", b"1," + BAD, open_quote], 3)  # fmt: skip
    simple("a CSV without the column", "m.csv", b"id,body\n1,%s\n" % BAD, [b""], 3)
    picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0" * 9
    simple("a picture named .txt", "m.txt", picture, [picture], 3)
    simple("an empty file", "m.jsonl", b"", [], 0)
    simple("an empty gzip file (0 bytes)", "m.jsonl.gz", b"", [], 0)
    long = b'{"text": "' + b"Nam " * 25_000_000 + BAD + b'"}'
    simple("a record of 100 MB", "m.jsonl", text(*ROWS, long, *ROWS), [*ROWS, long, *ROWS], 0)


def cut_off(fault: str, suffix: str) -> None:
    """Enter a compressed file that breaks off: what could be unpacked comes out."""

    def make(desk: Desk) -> Row:
        rng = random.Random(1)
        many = [
            jsonl(number, b" " + " ".join(rng.choices(WORDS, k=9)).encode())
            for number in range(60_000)
        ]
        whole = packed(suffix, text(*many))
        desk.put("a.jsonl", text(*ROWS))
        desk.put(f"m.jsonl{suffix}", whole[: len(whole) // 2])
        desk.put("z.jsonl", text(*ROWS))
        ran = desk.run()
        kept = desk.raw()
        came = desk.lines()[len(ROWS) : -len(ROWS)]
        [rest] = kept
        count = len(came)
        sound = (
            came == [record.replace(BAD, GOOD) for record in many[:count]]
            and text(*many[count:]).startswith(rest)
            and bool(count or rest or suffix != ".gz")
        )
        happened = f"{count:,} whole records came out; the broken one ({len(rest)} bytes) left out"
        return Row(fault, happened, said(ran), ran.code, sound and ran.code == 3)

    CASES.append((fault, make))


@case("UTF-16 with a byte order mark")
def _utf16(desk: Desk, fault: str) -> Row:
    desk.put("m.jsonl", text(*ROWS).decode().encode("utf-16"))
    ran = desk.run("-v")
    sound = desk.tree() == {"m.jsonl": text(*ROWS).replace(BAD, GOOD)}
    return Row(
        fault, "read, cleaned, written as UTF-8", said(ran), ran.code, sound and not ran.code
    )


@case("UTF-16 without a byte order mark")
def _utf16_bare(desk: Desk, fault: str) -> Row:
    desk.put("m.jsonl", text(*ROWS).decode().encode("utf-16-le"))
    ran = desk.run("-v")
    mended = text(*ROWS).replace(BAD, GOOD).decode()
    sound = desk.tree() == {"m.jsonl": mended.encode("utf-16-le")}
    happened = "recognised, cleaned, written in UTF-16 as it came"
    return Row(fault, happened, said(ran), ran.code, sound and not ran.code)


@case("a Parquet file that was cut off")
def _parquet(desk: Desk, fault: str) -> Row:
    import pyarrow
    import pyarrow.parquet

    path = desk.put("m.parquet", b"")
    pyarrow.parquet.write_table(pyarrow.table({"text": [BAD.decode()] * 1000}), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    desk.put("z.jsonl", text(*ROWS))
    ran = desk.run()
    sound = desk.lines() == [row.replace(BAD, GOOD) for row in ROWS] and len(desk.kept()) == 1
    return Row(fault, "not read (its directory is at its end); named in the rejects", said(ran),
               ran.code, sound and ran.code == 3)  # fmt: skip


@case("a Parquet file with a damaged row group")
def _parquet_damaged(desk: Desk, fault: str) -> Row:
    import pyarrow
    import pyarrow.parquet

    path = desk.put("m.parquet", b"")
    rng = random.Random(1)
    rows = [f"{BAD.decode()} {' '.join(rng.choices(WORDS, k=30))}" for _ in range(3000)]
    table = pyarrow.table({"text": rows})
    pyarrow.parquet.write_table(
        table, path, row_group_size=1000, write_page_checksum=True, use_dictionary=False
    )
    data = bytearray(path.read_bytes())
    start = pyarrow.parquet.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    data[start + 40 : start + 4000] = b"\xff" * 3960
    path.write_bytes(data)
    desk.put("z.jsonl", text(*ROWS))
    ran = desk.run()
    sound = ran.code == 3 and len(desk.kept()) == 1 and "z.jsonl" in desk.tree()
    if "m.parquet" in desk.tree():
        came = pyarrow.parquet.read_table(desk.out / "m.parquet")["text"].to_pylist()
        expected = [row.replace(BAD.decode(), GOOD.decode()) for row in rows]
        sound = sound and came == expected[:1000] + expected[2000:]
        happened = (
            f"{len(came):,} of 3,000 rows came out; the damaged group is named in the rejects"
        )
    else:
        happened = "no output; named in the rejects"
    return Row(fault, happened, said(ran), ran.code, sound)


def unreadable(desk: Desk, fault: str, make: Callable[[Path], object]) -> Row:
    desk.put("a.jsonl", text(*ROWS))
    make(desk.source / "m.txt")
    desk.put("z.jsonl", text(*ROWS))
    ran = desk.run()
    sound = ran.code == 3 and desk.accounted([*ROWS, b"", *ROWS])
    return Row(fault, "named in the rejects, the others cleaned", said(ran), ran.code, sound)


@case("a link that leads nowhere")
def _link(desk: Desk, fault: str) -> Row:
    return unreadable(desk, fault, lambda path: path.symlink_to("nothing"))


@case("a file without permission to read")
def _permission(desk: Desk, fault: str) -> Row:
    if os.geteuid() == 0:  # the superuser may read everything: take what the kernel refuses
        return unreadable(desk, "a file that the kernel refuses to read",
                          lambda path: path.symlink_to("/proc/self/mem"))  # fmt: skip
    return unreadable(desk, fault, lambda path: path.touch(mode=0))


def large(desk: Desk, files: int = 6) -> list[bytes]:
    rows = [jsonl(number, b" Nam" * 40) for number in range(12_000)]
    for number in range(files):
        desk.put(f"{number}.jsonl", text(*rows))
    return rows * files


def finish(desk: Desk, records: list[bytes]) -> bool:
    """Go on with a run that was cut off; say whether the end is as if nothing had happened."""
    ran = desk.run("--resume")
    if ran.code != 0:
        return False
    found = desk.tree()
    peace = Desk(desk.folder / "peace")
    shutil.copytree(desk.source, peace.source, dirs_exist_ok=True, copy_function=os.link)
    peace.run()
    return found == peace.tree() and desk.accounted(records)


@case("the disk is full")
def _full(desk: Desk, fault: str) -> Row:
    records = large(desk)
    desk.out.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=7m", "tmpfs", str(desk.out)],
            stderr=subprocess.DEVNULL,
        ).returncode
    )
    try:
        if mounted:
            ran = desk.run()
            subprocess.run(["mount", "-o", "remount,size=500m", str(desk.out)], check=True)
        else:  # the nearest that anyone may do: no file may grow beyond a limit
            ran = desk.run(
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20,) * 2)
            )
        whole = all(data.count(b"\n") == 12_000 for name, data in desk.tree().items()
                    if "vnclean-" not in name)  # fmt: skip
        sound = whole and ran.code == 3 and finish(desk, records)
    finally:
        if mounted:
            subprocess.run(["umount", str(desk.out)], check=True)
    line = next(line for line in ran.error.split("\n") if line.startswith("Error"))
    happened = "stopped, no output half-written; with room made, --resume ends it"
    return Row(fault, happened, line, ran.code, sound)


def wait_for_part(desk: Desk) -> None:
    limit = time.monotonic() + 300
    while time.monotonic() < limit:
        journal = desk.out / ".vnclean-journal"
        with contextlib.suppress(OSError):
            if journal.read_bytes().count(b"\n") > 1:
                return
        time.sleep(0.01)
    raise TimeoutError


@case("a file vanishes in the middle of a run")
def _vanishes(desk: Desk, fault: str) -> Row:
    records = large(desk)
    process = desk.start("--jobs", "2")
    wait_for_part(desk)
    (desk.source / "5.jsonl").unlink()
    ran = desk.end(process)
    sound = ran.code == 3 and desk.accounted([*records[: len(records) * 5 // 6], b""])
    return Row(
        fault, "the others are cleaned, it is named in the rejects", said(ran), ran.code, sound
    )


def interrupted(desk: Desk, fault: str, number: signal.Signals, code: int) -> Row:
    records = large(desk)
    process = desk.start("--jobs", "2", start_new_session=True)
    wait_for_part(desk)
    if number == signal.SIGINT:
        os.killpg(process.pid, number)  # as a terminal does
    else:
        process.send_signal(number)
    ran = desk.end(process)
    sound = ran.code == code and finish(desk, records)
    return Row(fault, "stopped; --resume ends it, byte-identical", said(ran), ran.code, sound)


@case("Ctrl-C (SIGINT)")
def _sigint(desk: Desk, fault: str) -> Row:
    return interrupted(desk, fault, signal.SIGINT, 130)


@case("SIGTERM")
def _sigterm(desk: Desk, fault: str) -> Row:
    return interrupted(desk, fault, signal.SIGTERM, 143)


@case("SIGKILL, power cut")
def _sigkill(desk: Desk, fault: str) -> Row:
    return interrupted(desk, fault, signal.SIGKILL, -9)


@case("SIGHUP, SIGQUIT, SIGALRM, SIGUSR1, SIGXCPU, SIGBUS")
def _signals(desk: Desk, fault: str) -> Row:
    rows = []
    for name in fault.split(", "):
        number = signal.Signals[name]
        code = 128 + number if name == "SIGHUP" else -number
        shutil.rmtree(desk.out, ignore_errors=True)
        shutil.rmtree(desk.folder / "peace", ignore_errors=True)
        desk.rejects.unlink(missing_ok=True)
        rows.append(interrupted(desk, fault, number, code))
    return Row(fault, rows[0].happened, rows[0].message, rows[0].code, all(r.sound for r in rows))


@case("a worker process is killed (out of memory)")
def _worker(desk: Desk, fault: str) -> Row:
    records = large(desk)
    process = desk.start("--jobs", "2")
    wait_for_part(desk)
    children = subprocess.run(
        ["pgrep", "-P", str(process.pid), "-f", "spawn_main"], stdout=subprocess.PIPE, text=True
    ).stdout.split()
    os.kill(int(children[-1]), signal.SIGKILL)
    ran = desk.end(process)
    sound = ran.code == 3 and finish(desk, records)
    line = next(line for line in ran.error.split("\n") if line.startswith("Error"))
    return Row(fault, "stopped; --resume ends it, byte-identical", line, ran.code, sound)


@case("the reader of the output goes away (`| head -1`)")
def _pipe(desk: Desk, fault: str) -> Row:
    large(desk, 1)
    command = desk.command()
    at, config = command.index("-o"), command.index("--config")
    process = subprocess.Popen(
        [*command[: at - 1], str(desk.source / "0.jsonl"), *command[config : config + 2]],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    first = process.stdout.readline()
    process.stdout.close()
    error = process.stderr.read().decode()
    code = process.wait(60)
    sound = first.rstrip(b"\n") == jsonl(0, b" Nam" * 40).replace(BAD, GOOD) and code == 141
    return Row(fault, "stopped quietly", error, code, sound and not error)


@case("an input that changed before --resume")
def _changed(desk: Desk, fault: str) -> Row:
    large(desk)
    process = desk.start("--jobs", "2")
    wait_for_part(desk)
    process.kill()
    process.communicate()
    for number in range(6):
        desk.put(f"{number}.jsonl", text(*ROWS))
    ran = desk.run("--resume")
    return Row(fault, "refused, nothing touched", said(ran), ran.code, ran.code == 2)


@case("an output that exists")
def _exists(desk: Desk, fault: str) -> Row:
    desk.put("a.jsonl", text(*ROWS))
    desk.out.mkdir()
    (desk.out / "a.jsonl").write_bytes(b"mine")
    ran = desk.run()
    return Row(fault, "refused, nothing touched", said(ran), ran.code,
               ran.code == 2 and desk.tree() == {"a.jsonl": b"mine"})  # fmt: skip


def cell(value: str) -> str:
    shown = value if len(value) < 170 else value[:160] + " …"
    return shown.replace("|", "\\|").replace("\n", " ")


def table(rows: list[Row]) -> str:
    lines = [
        "| fault | what happened | message | exit code | nothing lost |",
        "|---|---|---|--:|---|",
    ]
    for row in rows:
        message = f"`{cell(row.message)}`" if row.message else "none"
        lines.append(
            f"| {row.fault} | {row.happened} | {message} | {row.code} "
            f"| {'yes' if row.sound else '**NO**'} |"
        )
    return "\n".join(lines) + "\n"


HEAD = """# Faults, and what becomes of them

Written by `python benchmarks/robustness/faults.py --write docs/faults.md`, which runs every row.
The folder that is cleaned holds sound files beside the faulty one. *Nothing lost* is checked, not
claimed: every record of the inputs is in the output, cleaned, or with its bytes in the file of
`--rejects`; a run that was cut off is finished with `--resume` and compared with one that was left
in peace. Where someone means harm (paths, links, devices, planted or doctored files) it is checked
that what was there stays, that nothing is written elsewhere, and that the run ends. Exit codes: 0
fine, 2 wrong usage, 3 something was left out, 128 + N ended by signal N.

"""


def enter_hostile() -> None:
    """Enter the rows of the modules beside this one."""
    sys.path.insert(0, str(Path(__file__).parent))
    import hostile
    import losses  # noqa: F401  (enters its rows among them)

    def entered(fault: str, make: hostile.Case) -> Callable[[Desk], Row]:
        return lambda desk: Row(fault, *make(hostile.Bench(desk.folder)))

    for fault, make in hostile.NAMED.items():
        CASES.append((fault, entered(fault, make)))


def check(only: str = "", say: Callable[[Row], object] = lambda row: None) -> list[Row]:
    """Run the rows whose fault holds `only`."""
    if all(fault != "a record of 100 MB" for fault, _ in CASES):
        enter_files()
        enter_hostile()
    rows = []
    for fault, make in CASES:
        if only in fault:
            with tempfile.TemporaryDirectory() as folder:
                desk = Desk(Path(folder).resolve())
                desk.source.mkdir()
                rows.append(make(desk))
                say(rows[-1])
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="", help="run the rows whose name holds this")
    parser.add_argument("--write", type=Path, help="write the table to a file")
    options = parser.parse_args()
    for number in (signal.SIGHUP, signal.SIGQUIT):  # a shell may have them ignored in the
        signal.signal(number, signal.SIG_DFL)  # background, here and in what is started here
    signal.signal(signal.SIGINT, signal.default_int_handler)
    rows = check(options.only, lambda row: print(row, flush=True) if not row.sound else None)
    print(table(rows), end="")
    if options.write:
        options.write.write_text(HEAD + table(rows), encoding="utf-8", newline="")
    if not all(row.sound for row in rows):
        sys.exit(1)


if __name__ == "__main__":
    main()

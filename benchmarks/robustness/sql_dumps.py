"""Dumps of real databases: cleaned, loaded again, and compared with what was dumped.

    python benchmarks/robustness/sql_dumps.py                        # about 5 MB of each
    python benchmarks/robustness/sql_dumps.py --only mariadb --megabytes 200

Servers of their own are started in a temporary folder, with no port, and ended. A table of texts
(damaged, with quotes, backslashes, line ends, none), bytes, numbers, times and values of PHP and
JSON is dumped, cleaned by the command line and loaded into an empty database. Asserted: as many
rows; all other columns equal; each text what `Pipeline` makes of it (of `--sample` rows). What is
not installed is named, and left out. Prints the size, the seconds of a processor and the memory of
the cleaning.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import vnclean.charsets  # noqa: F401  (registers the legacy ones)
from vnclean.channels import utf8_as_cp1252  # type: ignore[attr-defined]
from vnclean.pipeline import Pipeline

SENTENCES = (
    "Trời mưa suốt đêm, sáng ra mới tạnh, nước tràn cả vào sân.",
    "Bà cụ bán nước chè ở đầu ngõ vẫn nhớ tên từng đứa trẻ.",
    "Hợp tác xã đã trả xong nợ, năm nay chia lãi cho xã viên.",
    "Anh ấy nói: 'Đi sớm thì về sớm', rồi khoác áo ra cửa.",
    'Tờ giấy ghi "không được vào", nhưng cửa lại mở toang.',
    "Đường dẫn là C:\\tài liệu\\thơ, ai cũng mở được.",
    "Dòng thứ nhất của bài thơ\nvà dòng thứ hai, không có vần.",
    "Cột một\tcột hai\tcột ba; hết 50%, còn 100 đồng.",
    "Một câu bình thường không có lỗi nào cả, viết cho đủ bài.",
    "Thư viện huyện mở cửa từ thứ hai đến thứ sáu hằng tuần.",
)
ROWS = 2000
SAME = "noi_dung, tieu_de, du_lieu, so, ngay, php, json"
OTHERS = "id, du_lieu, so, ngay, php, json"


def rows() -> list[tuple[int, str, str | None, bytes, str, str, str, str]]:
    """Return the rows that a table is filled with, over and over."""
    rng = random.Random(17)
    kinds: list[Callable[[str], str]] = [utf8_as_cp1252, undecoded]
    made = []
    for number in range(ROWS):
        text = " ".join(rng.choices(SENTENCES, k=rng.randint(1, 8)))
        if rng.random() < 0.3:
            text = rng.choice(kinds)(text)
        title = None if rng.random() < 0.1 else rng.choice(["", "Nhan đề hiệu qủa", "a'b\\"])
        value = f'a:1:{{s:{len("hiệu qủa".encode())}:"hiệu qủa";}}'
        made.append(
            (number, text, title, rng.randbytes(rng.randint(0, 60)), f"{number}.25",
             "2020-02-29 12:00:00", value, '{"a": "x\\"y", "b": [1, null]}')
        )  # fmt: skip
    return made


def undecoded(text: str) -> str:
    """Return a text whose TCVN3 was taken for Latin-1."""
    return text.encode("tcvn3", "replace").decode("latin-1")


def hexed(text: str | bytes | None) -> str:
    data = text.encode() if isinstance(text, str) else text
    return "NULL" if data is None else data.hex()


class MariaDb:
    """A server of MariaDB or MySQL in a folder."""

    name = "mariadb"

    def __init__(self, folder: Path) -> None:
        self.folder, self.socket = folder, folder / "s"
        data = folder / "data"
        install = shutil.which("mariadb-install-db")
        assert install is not None
        me = ["--user=root"] if os.geteuid() == 0 else []
        out: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        own = ["--no-defaults", f"--datadir={data}", *me]
        rights = "--auth-root-authentication-method=normal"
        subprocess.run([install, *own, rights], check=True, **out)
        server = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
        where = [f"--socket={self.socket}", f"--pid-file={folder / 'pid'}", "--skip-networking"]
        self.server = subprocess.Popen([server, *own, *where, "--max-allowed-packet=64M"], **out)
        for _ in range(120):
            if self.socket.exists() and self.run("SELECT 1", check=False):
                return
            time.sleep(0.5)
        raise SystemExit("the server does not start")

    @staticmethod
    def missing() -> str:
        tools = ("mariadb-install-db", "mariadb", "mariadb-dump")
        return next((tool for tool in tools if shutil.which(tool) is None), "")

    def client(self, tool: str) -> list[str]:
        more = ["--default-character-set=utf8mb4", "--max-allowed-packet=64M"]
        return [tool, "--no-defaults", f"--socket={self.socket}", "-uroot", *more]

    def run(self, code: str, base: str = "", check: bool = True) -> str:
        command = [*self.client("mariadb"), "-N", "-B", *filter(None, [base])]
        done = subprocess.run(command, input=code.encode(), capture_output=True, check=False)
        if done.returncode and check:
            raise SystemExit(f"{self.name}: {done.stderr.decode()[:500]}")
        return "" if done.returncode else done.stdout.decode()

    def fill(self, megabytes: float) -> None:
        def text(value: str | None) -> str:
            return f"CONVERT(x'{hexed(value)}' USING utf8mb4)" if value is not None else "NULL"

        values = (
            f"({n},{text(a)},{text(b)},x'{hexed(c)}',{d},'{e}',{text(f)},{text(g)})"
            for n, a, b, c, d, e, f, g in rows()
        )
        self.run(
            "CREATE DATABASE a CHARACTER SET utf8mb4; CREATE DATABASE b CHARACTER SET utf8mb4;"
        )
        self.run(
            "CREATE TABLE bai (id INT PRIMARY KEY, noi_dung LONGTEXT, tieu_de VARCHAR(200), "
            "du_lieu BLOB, so DECIMAL(10,2), ngay DATETIME, php TEXT, json TEXT);"
            "INSERT INTO bai VALUES " + ",".join(values) + ";",
            "a",
        )
        for number in range(1, copies(megabytes)):
            more = f"SELECT id + {number * ROWS}, {SAME} FROM bai WHERE id < {ROWS}"
            self.run(f"INSERT INTO bai {more};", "a")

    def dump(self, target: Path) -> None:
        command = [*self.client("mariadb-dump"), "a"]
        with target.open("wb") as out:
            subprocess.run(command, stdout=out, check=True)

    def load(self, source: Path) -> None:
        command = [*self.client("mariadb"), "b"]
        with source.open("rb") as data:
            subprocess.run(command, stdin=data, check=True)

    def others(self, base: str) -> str:
        return self.run(
            "SELECT COUNT(*), SUM(CRC32(CONCAT_WS('|', id, HEX(du_lieu), so, ngay, php, json))), "
            "SUM(noi_dung IS NULL), SUM(tieu_de IS NULL) FROM bai",
            base,
        )

    def texts(self, base: str, count: int) -> list[list[str | None]]:
        found = self.run(
            f"SELECT HEX(noi_dung), HEX(tieu_de) FROM bai ORDER BY id DESC LIMIT {count}", base
        )
        return [unhexed(line.split("\t")) for line in found.splitlines()]

    def close(self) -> None:
        self.server.terminate()
        self.server.wait(60)


class Postgres:
    """A cluster of PostgreSQL in a folder; as root it runs as its own user."""

    name = "postgresql"
    options: tuple[str, ...] = ()

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.chmod(0o755)
        data = folder / "data"
        data.mkdir()
        if os.geteuid() == 0:
            shutil.chown(data, "postgres")
            shutil.chown(folder, "postgres")
        self.tool("initdb", "-D", str(data), "-E", "UTF8", "--locale=C", "-U", "me", "-A", "trust")
        self.tool("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o",
                  f"-c listen_addresses='' -k {folder} -c fsync=off", "start")  # fmt: skip

    @staticmethod
    def bin() -> Path | None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        path = shutil.which("initdb")
        return found[-1].parent if found else (Path(path).parent if path else None)

    @classmethod
    def missing(cls) -> str:
        return "" if cls.bin() else "initdb"

    def tool(self, name: str, *arguments: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
        folder = self.bin()
        assert folder is not None
        own = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        options: Any = {"check": True, "stdout": subprocess.DEVNULL, **more}
        command = [*own, str(folder / name), *arguments]
        done: subprocess.CompletedProcess[bytes] = subprocess.run(
            command, cwd=self.folder, **options
        )
        return done

    def run(self, code: str, base: str = "postgres") -> str:
        done = self.tool(
            "psql", "-h", str(self.folder), "-U", "me", "-X", "-q", "-A", "-t",
            "-v", "ON_ERROR_STOP=1", base, input=code.encode(), stdout=subprocess.PIPE,
        )  # fmt: skip
        return done.stdout.decode()

    def fill(self, megabytes: float) -> None:
        def text(value: str | None) -> str:
            return f"convert_from('\\x{hexed(value)}','UTF8')" if value is not None else "NULL"

        values = (
            f"({n},{text(a)},{text(b)},'\\x{hexed(c)}',{d},'{e}',{text(f)},{text(g)})"
            for n, a, b, c, d, e, f, g in rows()
        )
        self.run("CREATE DATABASE a")
        self.run("CREATE DATABASE b")
        self.run(
            "CREATE TABLE bai (id int PRIMARY KEY, noi_dung text, tieu_de text, du_lieu bytea, "
            "so numeric(10,2), ngay timestamp, php text, json text);"
            "INSERT INTO bai VALUES " + ",".join(values) + ";",
            "a",
        )
        more = (
            f"SELECT id + {ROWS} * n, {SAME} FROM bai, generate_series(1, {copies(megabytes) - 1})"
        )
        self.run(f"INSERT INTO bai {more} AS n", "a")

    def dump(self, target: Path) -> None:
        with target.open("wb") as out:
            self.tool("pg_dump", "-h", str(self.folder), "-U", "me", *self.options, "a", stdout=out)

    def load(self, source: Path) -> None:
        with source.open("rb") as data:
            self.tool("psql", "-h", str(self.folder), "-U", "me", "-X", "-q", "-v",
                      "ON_ERROR_STOP=1", "b", stdin=data)  # fmt: skip

    def others(self, base: str) -> str:
        return self.run(
            "SELECT count(*), sum(hashtext(concat_ws('|', id, encode(du_lieu, 'hex'), so, ngay,"
            " php, json))::bigint), sum((noi_dung IS NULL)::int), "
            "sum((tieu_de IS NULL)::int) FROM bai",
            base,
        )

    def texts(self, base: str, count: int) -> list[list[str | None]]:
        found = self.run(
            "SELECT coalesce(encode(convert_to(noi_dung, 'UTF8'), 'hex'), 'NULL') || E'\\t' || "
            "coalesce(encode(convert_to(tieu_de, 'UTF8'), 'hex'), 'NULL') FROM bai "
            f"ORDER BY id DESC LIMIT {count}",
            base,
        )
        return [unhexed(line.split("\t")) for line in found.splitlines()]

    def close(self) -> None:
        self.tool("pg_ctl", "-D", str(self.folder / "data"), "-m", "fast", "stop")


class PostgresInserts(Postgres):
    """The same, dumped as INSERT commands of several rows."""

    name = "postgresql-inserts"
    options = ("--inserts", "--rows-per-insert=50")


class Sqlite:
    """Files of SQLite, dumped by Python."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.bases = {name: sqlite3.connect(folder / name) for name in "ab"}

    @staticmethod
    def missing() -> str:
        return ""

    def fill(self, megabytes: float) -> None:
        self.bases["a"].execute(
            "CREATE TABLE bai (id INTEGER PRIMARY KEY, noi_dung TEXT, tieu_de TEXT, du_lieu BLOB, "
            "so REAL, ngay TEXT, php TEXT, json TEXT)"
        )
        for number in range(copies(megabytes)):
            made = ((row[0] + number * ROWS, *row[1:]) for row in rows())
            self.bases["a"].executemany("INSERT INTO bai VALUES (?,?,?,?,?,?,?,?)", made)
        self.bases["a"].commit()

    def dump(self, target: Path) -> None:
        with target.open("w", encoding="utf-8", newline="") as out:
            out.write("PRAGMA foreign_keys=OFF;\n")
            out.writelines(f"{line}\n" for line in self.bases["a"].iterdump())

    def load(self, source: Path) -> None:
        held = ""
        with source.open(encoding="utf-8", newline="") as data:
            for line in data:
                held += line
                if held.rstrip().endswith(";") and sqlite3.complete_statement(held):
                    self.bases["b"].execute(held)
                    held = ""
        assert not held.strip(), held[:100]

    def others(self, base: str) -> str:
        count = check = 0
        for row in self.bases[base].execute(f"SELECT {OTHERS} FROM bai ORDER BY id"):
            count, check = count + 1, zlib.crc32(repr(row).encode(), check)
        return f"{count} {check}"

    def texts(self, base: str, count: int) -> list[list[str | None]]:
        query = f"SELECT noi_dung, tieu_de FROM bai ORDER BY id DESC LIMIT {count}"
        return [list(row) for row in self.bases[base].execute(query)]

    def close(self) -> None:
        for base in self.bases.values():
            base.close()


SERVERS: tuple[Any, ...] = (MariaDb, Postgres, PostgresInserts, Sqlite)


def copies(megabytes: float) -> int:
    """Return how often the rows are to be there; once they are about 0.95 MB."""
    return max(1, round(megabytes / 0.95))


def unhexed(values: list[str]) -> list[str | None]:
    return [None if value == "NULL" else bytes.fromhex(value).decode() for value in values]


def try_server(kind: Any, megabytes: float, sample: int, folder: Path) -> str:
    server = kind(folder)
    try:
        server.fill(megabytes)
        dump, out = folder / "dump.sql", folder / "clean.sql"
        server.dump(dump)
        options = ["-p", "safe", "--jobs", "1", "--quiet"]
        command = [sys.executable, "-m", "vnclean", "clean", str(dump), "-o", str(out), *options]
        done = subprocess.Popen(command)
        _, status, usage = os.wait4(done.pid, 0)
        assert status == 0, status
        seconds = usage.ru_utime + usage.ru_stime
        server.load(out)
        before_load, after_load = server.others("a"), server.others("b")
        assert before_load == after_load, (before_load, after_load)
        pipeline = Pipeline.preset("safe")
        wanted = [[value and pipeline(value) for value in row] for row in server.texts("a", sample)]
        assert wanted == server.texts("b", sample)
        changed = sum(a != b for a, b in zip(wanted, server.texts("a", sample), strict=True))
        size = dump.stat().st_size / 1e6
        return (
            f"{size:,.0f} MB, {after_load.replace('|', ' ').split()[0]} rows, other columns equal, "
            f"{changed:,} of {len(wanted):,} texts mended; {seconds:,.0f} s of a processor "
            f"({size / seconds:.1f} MB/s), {usage.ru_maxrss / 1024:,.0f} MB of memory"
        )
    finally:
        server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--megabytes", type=float, default=5)
    parser.add_argument("--sample", type=int, default=2000)
    names = [kind.name for kind in SERVERS]
    parser.add_argument("--only", nargs="+", default=names, choices=names)
    options = parser.parse_args()
    for kind in SERVERS:
        if kind.name not in options.only:
            continue
        if tool := kind.missing():
            print(f"{kind.name}: LEFT OUT, {tool} is not installed", flush=True)
            continue
        with tempfile.TemporaryDirectory() as folder:
            told = try_server(kind, options.megabytes, options.sample, Path(folder))
            print(f"{kind.name}: {told}", flush=True)


if __name__ == "__main__":
    main()

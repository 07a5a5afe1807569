"""Archives that are gone into: whatever their names say, nothing leads out, and faults are said."""

from __future__ import annotations

import io
import random
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from vnclean.engine import RunOptions, clean_files, plan_cleaning
from vnclean.engine.folders import Choice
from vnclean.engine.plan import InputOptions
from vnclean.engine.undo import undo_files
from vnclean.formats.archives import members
from vnclean.pipeline import Pipeline

PIPE = Pipeline.from_toml('steps = ["misplaced_tone"]')
BAD, GOOD = "hiệu qủa\n".encode(), "hiệu quả\n".encode()


def packed(path: Path, names: list[str], data: bytes = BAD) -> Path:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for name in names:
                file.writestr(name, data)
        return path
    with tarfile.open(path, "w:gz" if path.suffix == ".gz" else "w") as file:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return path


def walked(path: Path, out: Path, **more):
    reading = InputOptions(choice=Choice(archives=True))
    summary = clean_files(plan_cleaning([str(path)], str(out), reading), PIPE, RunOptions(**more))
    found = {
        file.relative_to(out).as_posix(): file.read_bytes()
        for file in sorted(out.rglob("*"))
        if file.is_file()
    }
    return found, summary


@pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz"])
def test_what_is_inside_is_read_like_a_folder_and_undone(tmp_path, ending):
    archive = packed(tmp_path / f"a{ending}", ["one.txt", "sub/two.md", "README", "./three.txt"])
    found, summary = walked(archive, tmp_path / "out", edits=tmp_path / "e")
    names = ["README", "one.txt", "sub/two.md", "three.txt"]
    assert found == dict.fromkeys(sorted(names), GOOD)
    assert not summary.failed
    assert not undo_files(tmp_path / "out", tmp_path / "e", tmp_path / "back").failed
    assert (tmp_path / "back" / "sub" / "two.md").read_bytes() == BAD


@pytest.mark.parametrize("ending", [".zip", ".tar"])
@pytest.mark.parametrize(
    "name", ["../out.txt", "/etc/x.txt", "a/../../x.txt", "C:/x.txt", "..\\x.txt", "a//b.txt"]
)
def test_no_name_leads_out(tmp_path, ending, name):
    archive = packed(tmp_path / f"a{ending}", [name, "good.txt"])
    before = {path.name for path in tmp_path.iterdir()}
    found, summary = walked(archive, tmp_path / "out")
    assert found == {"good.txt": GOOD}
    assert "leads out of the archive" in summary.faults[0][2]
    assert {path.name for path in tmp_path.iterdir()} - before == {"out"}


def test_names_that_come_twice_go_to_two_files(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        archive = packed(tmp_path / "a.zip", ["a.txt", "a.txt", "A.TXT"])
    found, _ = walked(archive, tmp_path / "out")
    assert found == dict.fromkeys(["a.txt", "a (2).txt", "A (3).TXT"], GOOD)


def test_links_and_devices_are_no_files(tmp_path):
    with tarfile.open(tmp_path / "a.tar", "w") as file:
        for kind, name in ((tarfile.SYMTYPE, "link"), (tarfile.CHRTYPE, "dev"), (b"5", "folder")):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            file.addfile(info)
        info = tarfile.TarInfo("a.txt")
        info.size = len(BAD)
        file.addfile(info, io.BytesIO(BAD))
    assert walked(tmp_path / "a.tar", tmp_path / "out")[0] == {"a.txt": GOOD}


def test_encrypted_members_and_bombs_are_said(tmp_path):
    archive = packed(tmp_path / "a.zip", ["a.txt", "b.txt"])
    data = bytearray(archive.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    second = data.index(b"PK\x01\x02", at + 4)
    data[second + 24 : second + 28] = struct.pack("<I", 0xFFFFFFF0)
    archive.write_bytes(data)
    assert [member.fault.split(" ")[-1] for member, _ in members(archive)] == [
        "folder", "4,294,967,280"
    ]  # fmt: skip
    found, summary = walked(archive, tmp_path / "out")
    assert (found, len(summary.faults)) == ({}, 2)


@pytest.mark.parametrize("encoding", ["utf-8", "tcvn3", "cp437"])
def test_names_are_read_in_what_they_speak(tmp_path, encoding):
    names = ["báo cáo tổng kết năm học.txt", "kế hoạch công tác tháng một.txt", "đề án.txt"]
    if encoding == "cp437":
        names = ["café.txt", "naïve.txt"]
    archive = packed(tmp_path / "a.zip", [f"n{n}" + "x" * (len(name.encode(encoding)) - 2)
                                          for n, name in enumerate(names)])  # fmt: skip
    data = archive.read_bytes()
    for n, name in enumerate(names):
        raw = name.encode(encoding)
        data = data.replace(f"n{n}".encode() + b"x" * (len(raw) - 2), raw)
    archive.write_bytes(data)
    assert [str(below) for _, below in members(archive)] == names


@pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz"])
def test_damaged_archives_are_said(tmp_path, ending):
    rng = random.Random(5)
    whole = packed(tmp_path / f"a{ending}", ["one.txt", "sub/two.txt"], BAD * 50).read_bytes()
    for number in range(150):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        if number % 3 == 0:
            del data[rng.randrange(len(data)) :]
        path = tmp_path / f"b{number}{ending}"
        path.write_bytes(data)
        found, summary = walked(path, tmp_path / f"out{number}")
        assert all(reason for _, _, reason in summary.faults)
        assert found or summary.faults, number

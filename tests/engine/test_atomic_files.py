"""Files that appear whole or not at all, wherever they lie, and what they take over."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from vnclean.engine import atomic_files
from vnclean.engine.atomic_files import (
    AtomicFile,
    JoinedFile,
    LeftAloneError,
    Original,
    StandardOutput,
    WriteError,
    file_stamp,
    finish_part,
    open_output,
    part_name,
    scratch_path,
)
from vnclean.formats.places import Url, place

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX owners, modes, links")


@pytest.fixture
def scratch(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path / f"vnclean-{os.getuid()}"


def url(name: str) -> Url:
    found = place(name)
    assert isinstance(found, Url)
    return found


def test_what_belongs_to_a_remote_file_lies_in_a_folder_of_ones_own(scratch):
    path = scratch_path(url("s3://bucket/a.txt"), "part")
    assert path.parent == scratch
    assert scratch.stat().st_mode & 0o777 == 0o700
    digest, _, rest = path.name.partition("-")
    assert (len(digest), rest) == (16, "a.txt.part")
    assert scratch_path(url("s3://bucket/a.txt/"), "part").name[:16] == digest
    assert scratch_path(url("s3://other/a.txt"), "part").name[:16] != digest
    long = scratch_path(url("s3://bucket/" + "x" * 100 + "y.txt"), "part")
    assert long.name.partition("-")[2] == "x" * 59 + "y.txt.part"


@pytest.mark.parametrize("fault", ["mode", "link", "file", "owner"])
def test_a_folder_that_others_may_enter_is_refused(scratch, tmp_path, monkeypatch, fault):
    if fault == "mode":
        scratch.mkdir(mode=0o700)
        scratch.chmod(0o701)
    elif fault == "link":
        (tmp_path / "theirs").mkdir(mode=0o700)
        scratch.symlink_to(tmp_path / "theirs")
    elif fault == "file":
        scratch.touch()
    else:
        scratch.mkdir(mode=0o700)
        monkeypatch.setattr(os, "getuid", lambda: 4321)
        scratch.rename(tmp_path / "vnclean-4321")
    with pytest.raises(WriteError):
        scratch_path(url("s3://bucket/a.txt"), "part")


def test_a_remote_file_is_brought_to_its_place_when_it_is_whole(scratch):
    pytest.importorskip("fsspec")
    there = url("memory://box/atomic/a.txt")
    file = open_output(there)
    file.write(b"whole")
    assert not there.exists()
    assert file.part.parent == scratch
    file.commit()
    with there.open() as stream:
        assert stream.read() == b"whole"
    assert list(scratch.iterdir()) == []
    with pytest.raises(WriteError, match="gone from this machine"):
        open_output(there, keep=3)
    part = open_output(there)
    part.write(b"torn")
    part.close()
    kept = open_output(there, keep=2)
    kept.write(b"!")
    kept.close()
    finish_part(there)
    with there.open() as stream:
        assert stream.read() == b"to!"
    assert list(scratch.iterdir()) == []


def test_a_part_gets_its_name_where_it_is_a_file_that_is_there(tmp_path):
    finish_part(tmp_path / "a")
    assert not (tmp_path / "a").exists()
    part_name(tmp_path / "a").write_bytes(b"x")
    finish_part(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"x"
    (tmp_path / "d").symlink_to("/dev/null")
    part_name(tmp_path / "d").write_bytes(b"x")
    finish_part(tmp_path / "d")
    assert (tmp_path / "d").is_symlink()
    (tmp_path / "target").write_bytes(b"precious")
    part_name(tmp_path / "b").symlink_to(tmp_path / "target")
    finish_part(tmp_path / "b")
    assert not (tmp_path / "b").exists()


def replaced(path: Path, stamp: tuple[int, ...] | None = None) -> None:
    file = AtomicFile(path)
    file.write(b"new")
    try:
        file.ready()
        file.rename(Original(path, stamp or file_stamp(path) or ()))
    except LeftAloneError:
        file.discard()
        raise


def test_attributes_stay_but_those_of_the_system(tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    path.chmod(0o640)
    given = {"user.a": b"1", "security.x": b"2", "user.b": b"3"}
    taken: dict[str, bytes] = {}
    monkeypatch.setattr(os, "listxattr", lambda _: list(given), raising=False)
    monkeypatch.setattr(os, "getxattr", lambda _, name: given[name], raising=False)
    monkeypatch.setattr(
        os, "setxattr", lambda _, name, value: taken.update({name: value}), raising=False
    )
    replaced(path)
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert taken == {"user.a": b"1", "user.b": b"3"}


@pytest.mark.parametrize(
    ("code", "is_left"), [(errno.ENOTSUP, False), (errno.EPERM, True), (errno.EIO, True)]
)
def test_a_file_system_without_attributes_keeps_none(tmp_path, monkeypatch, code, is_left):
    def fail(*_: object) -> list[str]:
        raise OSError(code, "no")

    (tmp_path / "a").write_bytes(b"old")
    monkeypatch.setattr(os, "listxattr", fail, raising=False)
    if is_left:
        with pytest.raises(LeftAloneError, match=r"can't be kept \(no\)"):
            replaced(tmp_path / "a")
    else:
        replaced(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == (b"old" if is_left else b"new")
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.parametrize("other", ["user", "group", "both", "none"])
def test_the_owner_is_asked_for_only_where_it_is_another(tmp_path, monkeypatch, other):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "chown", lambda _, user, group: asked.append((user, group)))
    state = path.stat()
    user = state.st_uid + (other in ("user", "both"))
    group = state.st_gid + (other in ("group", "both"))
    real = Path.stat

    def stat(self: Path, **options: bool) -> os.stat_result:
        found = real(self, **options)
        return os.stat_result((*found[:4], user, group, *found[6:10])) if self == path else found

    monkeypatch.setattr(Path, "stat", stat)
    monkeypatch.setattr(atomic_files, "file_stamp", lambda _: (1,))
    replaced(path, (1,))
    assert asked == ([] if other == "none" else [(user, group)])


def test_one_of_two_names_is_left_alone(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "b").hardlink_to(tmp_path / "a")
    with pytest.raises(LeftAloneError, match="2 names"):
        replaced(tmp_path / "a")


def test_what_tells_that_a_file_changed(tmp_path):
    path = tmp_path / "a"
    assert file_stamp(path) is None
    path.write_bytes(b"a")
    stamp = file_stamp(path)
    assert stamp == file_stamp(path)
    os.utime(path, ns=(1, 1))
    assert file_stamp(path) != stamp
    assert file_stamp(tmp_path) is None
    assert file_stamp(Path("/dev/null")) is None
    with pytest.raises(LeftAloneError, match="has changed"):
        replaced(path, stamp)


class Format:
    """A writer of a format that notes what it is asked."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def write(self, data: bytes) -> None:
        self.told.append(data)

    def close(self) -> None:
        self.told.append("closed")


@pytest.mark.parametrize("end", ["commit", "discard"])
def test_a_format_is_closed_once(tmp_path, end):
    writer = Format()
    file = JoinedFile(open_output(tmp_path / "a"), writer)  # type: ignore[arg-type]
    file.write(b"x")
    file.write(b"")
    if end == "commit":
        file.ready()
        file.commit()
    file.discard()
    file.discard()
    assert writer.told == [b"x", "closed"]
    assert (tmp_path / "a").exists() == (end == "commit")


def test_bytes_for_standard_output_go_out_at_once(monkeypatch):
    out = io.BytesIO()
    flushed: list[bytes] = []
    out.flush = lambda: flushed.append(out.getvalue())  # type: ignore[method-assign]
    monkeypatch.setattr(atomic_files.sys, "stdout", SimpleNamespace(buffer=out))
    sink = StandardOutput()
    for data in (b"a", b"b"):
        sink.write(data)
    sink.commit()
    sink.discard()
    assert flushed == [b"a", b"ab"]


def test_names_are_brought_to_the_disk_with_their_files(tmp_path, monkeypatch):
    synced: list[bool] = []
    real = os.fsync
    monkeypatch.setattr(
        os,
        "fsync",
        lambda number: synced.append(os.path.isdir(f"/dev/fd/{number}")) or real(number),
    )
    before = len(os.listdir("/dev/fd"))
    with open_output(tmp_path / "deep" / "er" / "a") as file:
        file.write(b"x")
    assert synced == [False, True]
    assert len(os.listdir("/dev/fd")) == before
    atomic_files.sync_folder(tmp_path / "gone")

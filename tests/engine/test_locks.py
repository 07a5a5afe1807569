"""One owner for a file: locked while it is written, never opened through a link."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vnclean.engine import locks
from vnclean.engine.atomic_files import (
    AtomicFile,
    InUseError,
    WriteError,
    hidden_name,
    open_output,
    part_name,
)
from vnclean.engine.locks import BusyError, is_left_over, open_owned

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX links and locks")


def test_a_second_writer_is_refused_and_the_first_goes_on(tmp_path):
    first = AtomicFile(tmp_path / "a")
    first.write(b"whole")
    with pytest.raises(InUseError, match=rf"another run \(process {os.getpid()}\) is writing it"):
        AtomicFile(tmp_path / "a")
    first.commit()
    assert (tmp_path / "a").read_bytes() == b"whole"
    with AtomicFile(tmp_path / "a") as again:
        again.write(b"more")
    assert (tmp_path / "a").read_bytes() == b"more"


def test_what_a_dead_run_left_holds_nobody_up(tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from vnclean.engine.atomic_files import *\n"
        "f = AtomicFile(Path(sys.argv[1])); f.write(b'torn'); f.flushed(); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "a")], check=False)
    assert part_name(tmp_path / "a").read_bytes() == b"torn"
    kept = AtomicFile(tmp_path / "a", keep=2)
    kept.write(b"!")
    kept.commit()
    assert (tmp_path / "a").read_bytes() == b"to!"


def test_a_part_that_is_shorter_than_it_was_is_not_gone_on_with(tmp_path):
    part_name(tmp_path / "a").write_bytes(b"abc")
    with pytest.raises(WriteError, match="less is left"):
        AtomicFile(tmp_path / "a", keep=4)
    AtomicFile(tmp_path / "a", keep=3).discard()


@pytest.mark.parametrize("keep", [False, True])
def test_a_planted_link_is_never_followed(tmp_path, keep):
    victim, name = tmp_path / "victim", tmp_path / "part"
    victim.write_bytes(b"precious")
    for plant in (name.symlink_to, name.hardlink_to):
        plant(victim)
        if keep:
            with pytest.raises(OSError, match="no such file"):
                open_owned(name, keep)
            name.unlink()
        else:
            descriptor = open_owned(name, keep)
            os.write(descriptor, b"mine")
            os.close(descriptor)
            assert name.read_bytes() == b"mine"
            name.unlink()
        assert victim.read_bytes() == b"precious"


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() != 0, reason="needs to give files away")
def test_a_file_of_someone_else_is_not_what_a_run_left(tmp_path):
    name = tmp_path / "part"
    name.write_bytes(b"theirs")
    assert is_left_over(name)
    os.chown(name, 1234, -1)
    assert not is_left_over(name)
    with pytest.raises(OSError, match="no such file"):
        open_owned(name, keep=True)


def test_a_file_that_got_its_name_meanwhile_is_not_emptied(tmp_path, monkeypatch):
    """The other run ends between our opening and our locking its part."""
    name, given = tmp_path / "part", tmp_path / "output"
    name.write_bytes(b"whole")
    real, moved = locks._lock, []

    def lock(descriptor):
        if not moved:
            moved.append(name.rename(given))
        real(descriptor)

    monkeypatch.setattr(locks, "_lock", lock)
    descriptor = open_owned(name, keep=False)
    os.write(descriptor, b"new")
    os.close(descriptor)
    assert (given.read_bytes(), name.read_bytes()) == (b"whole", b"new")


def test_a_file_system_without_locks_will_do(tmp_path, monkeypatch):
    def none(*args):
        raise OSError(errno.ENOSYS, "no locks")

    monkeypatch.setattr(locks.fcntl, "flock", none)
    os.close(open_owned(tmp_path / "a", keep=False))

    def held(*args):
        raise OSError(errno.EWOULDBLOCK, "held")

    monkeypatch.setattr(locks.fcntl, "flock", held)
    with pytest.raises(BusyError, match=r"another run \(vnclean\)"):
        open_owned(tmp_path / "a", keep=False)


def test_a_name_that_others_keep_changing_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(os.path, "samestat", lambda a, b: False)
    with pytest.raises(OSError, match="keep changing"):
        open_owned(tmp_path / "a", keep=False)


@pytest.mark.parametrize("length", [1, 240, 241, 242, 255])
def test_names_of_255_bytes_have_temporary_ones(tmp_path, length):
    name = "ệ" * (length // 3) + "a" * (length % 3)
    assert len(os.fsencode(hidden_name(name, "part"))) <= 255
    assert hidden_name(name, "part") != hidden_name(name, "journal")
    with open_output(tmp_path / name) as file:
        file.write(b"x")
    assert (tmp_path / name).read_bytes() == b"x"


def test_two_long_names_have_two_temporary_ones():
    assert hidden_name("a" * 254 + "b", "part") != hidden_name("a" * 255, "part")


def test_a_pipe_is_written_to_and_stays(tmp_path):
    os.mkfifo(tmp_path / "p")
    code = "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read())"
    reader = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "p")], stdout=subprocess.PIPE
    )
    file = open_output(tmp_path / "p")
    for _ in range(3):
        file.write(b"x" * 100_000)
    assert file.sync() == file.flushed() == 300_000
    file.put_behind_earlier()
    file.commit()
    assert reader.communicate()[0] == b"x" * 300_000
    assert (tmp_path / "p").is_fifo()


def test_a_full_device_is_said(tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    (tmp_path / "d").symlink_to("/dev/full")
    file = open_output(tmp_path / "d")
    with pytest.raises(WriteError, match="No space"):
        file.write(b"x")
    file.discard()
    assert (tmp_path / "d").is_symlink()


def test_a_socket_is_refused(tmp_path, monkeypatch):
    import socket

    monkeypatch.chdir(tmp_path)  # its path must be short
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("s")
        with pytest.raises(WriteError, match="neither a file nor a pipe"):
            open_output(Path("s"))


def test_what_was_written_goes_behind_what_there_was(tmp_path):
    target = tmp_path / "a"
    for expected in (b"new", b"newnew"):
        file = AtomicFile(target)
        file.write(b"new")
        file.put_behind_earlier()
        file.commit()
        assert target.read_bytes() == expected


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_a_new_file_has_the_mode_of_any_other(tmp_path):
    before = os.umask(0)
    try:
        os.close(open_owned(tmp_path / "a", keep=False))
        (tmp_path / "b").touch()
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode

"""Names of files: mended, never overwritten, given back."""

from __future__ import annotations

import os
import random
import subprocess
import unicodedata
import zipfile
from pathlib import Path

import pytest

from vnclean.engine.file_names import find_renames, mend_names, rename_all, undo_script
from vnclean.engine.zip_names import rename_entries
from vnclean.errors import FormatError

NAMES = [
    "Báo cáo tổng kết năm học", "Kế hoạch công tác tháng", "Quyết định khen thưởng",
    "Danh sách học sinh lớp", "Đề cương ôn tập", "Thông báo tuyển sinh", "Biên bản họp tổ",
]  # fmt: skip
WAYS = [
    lambda name: name.encode("tcvn3").decode("latin-1"),
    lambda name: name.encode("utf-8").decode("cp1252", "replace").replace("\ufffd", "?"),
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: os.fsdecode(name.encode("tcvn3")),
    lambda name: name,
    lambda name: name.replace(" ", "_"),
]


def names_below(folder: Path) -> set[bytes]:
    return {
        os.fsencode(os.path.join(os.path.relpath(root, folder), name))
        for root, folders, files in os.walk(folder)
        for name in (*folders, *files)
    }


@pytest.mark.skipif(os.name == "nt", reason="names of bytes, and sh")
@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_names_are_nothing_is_lost_and_all_come_back(tmp_path, seed):
    rng = random.Random(seed)
    folder = tmp_path / "it's here"
    here = [folder]
    for number in range(40):
        name = rng.choice(WAYS)(rng.choice(NAMES)) + ("" if number % 5 else f" {number}")
        path = rng.choice(here) / name
        if number % 7 == 0 and not os.path.lexists(path):
            path.mkdir(parents=True)
            here.append(path)
        elif not os.path.lexists(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_name(name + ".txt").write_text(str(number), encoding="utf-8")
    before = names_below(folder)
    texts = sorted(path.read_bytes() for path in folder.rglob("*.txt"))
    found = list(find_renames(folder))
    assert names_below(folder) == before
    script = undo_script(folder, found)
    left = rename_all(found)
    assert all(rename.fault for rename in left)
    assert sorted(path.read_bytes() for path in folder.rglob("*.txt")) == texts
    after = names_below(folder)
    assert len(after) == len(before)
    assert len(found) > len(left)
    still = [rename for rename in find_renames(folder) if not rename.fault]
    assert still == []
    (tmp_path / "undo.sh").write_bytes(script)
    subprocess.run(["sh", str(tmp_path / "undo.sh")], check=True, timeout=60)
    assert names_below(folder) == before


@pytest.mark.parametrize(
    "name",
    ["IMG_2020_01.jpg", "my_file_name.txt", "Bao_cao_tong_ket.doc", "naïve café.txt", "Makefile",
     "Hợp_đồng_lao_động_2021.pdf", "Müller_Straße.doc", "50% off.txt", "100%25.txt", "t_n.txt",
     "hòa bình - hoà bình.txt", "Nguyễn Văn A_CV.pdf", "..", "a\nb.txt"],
    ids=ascii,
)  # fmt: skip
def test_good_names_stay(name):
    assert mend_names([name]) == [name]


def test_what_is_no_name_is_not_given(tmp_path):
    (tmp_path / "Báo%2Fcáo%20tổng%20kết.txt").touch()
    (tmp_path / f"{'BÃ¡o cÃ¡o ' * 14}.txt").touch()
    assert all("/" not in rename.new for rename in find_renames(tmp_path) if not rename.fault)


def test_a_file_that_came_meanwhile_is_not_overwritten(tmp_path):
    (tmp_path / "C«ng v¨n.txt").write_text("old", encoding="utf-8")
    found = list(find_renames(tmp_path))
    (tmp_path / "Công văn.txt").write_text("new", encoding="utf-8")
    [left] = rename_all(found)
    assert "already" in left.fault
    assert (tmp_path / "Công văn.txt").read_text(encoding="utf-8") == "new"
    assert (tmp_path / "C«ng v¨n.txt").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("count", [0, 1, 40])
def test_entries_get_names_and_keep_their_bytes(tmp_path, count):
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for n in range(count):
            with file.open(f"old {n}", "w") as entry:  # a size that follows the bytes
                entry.write(f"một {n} ".encode() * n)
        file.comment = b"note"
    rename_entries(archive, tmp_path / "kept.zip", {n: f"mới {n}" for n in range(0, count, 2)})
    with zipfile.ZipFile(archive) as file, zipfile.ZipFile(tmp_path / "kept.zip") as old:
        assert file.testzip() is None
        assert file.comment == b"note"
        assert len(file.namelist()) == count
        for n, (name, was) in enumerate(zip(file.namelist(), old.namelist(), strict=True)):
            assert name == (f"mới {n}" if n % 2 == 0 else f"old {n}")
            assert file.read(name) == old.read(was)
    with pytest.raises(FormatError, match="already"):
        rename_entries(archive, tmp_path / "kept.zip", {})


def test_damaged_archives_are_left_as_they_are(tmp_path):
    rng = random.Random(3)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("B¸o c¸o tæng kÕt.txt", "một")
        file.writestr("hai.txt", "hai" * 50)
    whole = (tmp_path / "a.zip").read_bytes()
    for number in range(150):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        folder = tmp_path / f"f{number}"
        folder.mkdir()
        (folder / "a.zip").write_bytes(data)
        left = rename_all(list(find_renames(folder)))
        kept = folder / "a.zip.orig"
        assert (kept if kept.exists() else folder / "a.zip").read_bytes() == data
        assert {path.name for path in folder.iterdir()} <= {"a.zip", "a.zip.orig"}
        assert all(rename.fault for rename in left)

"""Forty documents as offices keep them, written by the libraries that many programs use.

Each is made twice, in old fonts and as it has to come out; the old one is cleaned, and all that its
readers see must be the other one. With LibreOffice the same, as OpenDocument and RTF, and pictures
of the pages. Left out, and said so, where python-docx, openpyxl, python-pptx or LibreOffice are
missing.
"""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import pytest

from tests.formats.office_documents import make
from tests.formats.test_spans import PRESET, cleaned, parts
from vnclean.engine import RunOptions, clean_files, plan_cleaning
from vnclean.engine.plan import InputOptions

COUNT = 40
SOFFICE = shutil.which("soffice")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _libraries():
    for name in ("docx", "openpyxl", "pptx"):
        try:
            __import__(name)
        except ImportError:
            warnings.warn(f"Office documents are not tested: {name} is missing", stacklevel=1)
            pytest.skip(f"{name} is missing: pip install -e '.[dev]'")


@pytest.fixture(scope="module")
def office():
    if SOFFICE is None:
        warnings.warn("OpenDocument and RTF are not tested: LibreOffice is missing", stacklevel=1)
        pytest.skip("LibreOffice is missing: apt-get install libreoffice-writer libreoffice-calc")
    return SOFFICE


def convert(office: str, path: Path, ending: str, folder: Path) -> Path:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [
        office,
        profile,
        "--headless",
        "--convert-to",
        ending,
        "--outdir",
        str(folder),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder / f"{path.stem}.{ending}"


def tree(data: bytes) -> list[str]:
    """Return the tags of a part, without runs of which no letter is left."""
    text = re.sub(r"<(w:t|a:t)(?: xml:space=\"preserve\")?></\1>|<a:t/>", "", data.decode())
    text = re.sub(r" xml:space=\"preserve\"(?=>\S[^<]*\S<|>\S<|><)| w:date=\"[^\"]*\"", "", text)
    return re.split(r"(?<=>)(?=<)", html.unescape(text))


def sheets(path: Path) -> Any:
    """Return all that a reader of a workbook sees, with fonts, but not how styles are numbered."""
    from openpyxl import load_workbook

    seen: list[Any] = []
    for sheet in load_workbook(path, rich_text=True):
        for row in sheet.iter_rows():
            for cell in row:
                comment = cell.comment.text if cell.comment else None
                seen.append((repr(cell.value), cell.font.name, cell.number_format, comment))
        seen.append([table.column_names for table in sheet.tables.values()])
        seen.append((sheet.oddHeader.center.text, sheet.oddHeader.center.font, sheet.merged_cells))
    return seen


@pytest.mark.parametrize("number", range(COUNT))
def test_what_comes_out_is_what_was_meant(tmp_path: Path, number: int):
    for name in ("old", "meant"):
        (tmp_path / name).mkdir()
    old = make(number, tmp_path / "old", old=True)
    meant = make(number, tmp_path / "meant", old=False)
    target, summary = cleaned(tmp_path, old.name, old.read_bytes())
    assert not summary.failed
    before, wanted, found = (parts(path.read_bytes()) for path in (old, meant, target))
    if old.suffix == ".xlsx":
        assert sheets(target) == sheets(meant)
    for name in wanted:
        if name.endswith(".xml") and old.suffix != ".xlsx" and name != "docProps/core.xml":
            assert tree(found[name]) == tree(wanted[name]), name
        if not name.endswith((".xml", ".xlsx")):
            assert found[name] == before[name]


@pytest.mark.parametrize("number", range(0, COUNT, 8))
@pytest.mark.parametrize("ending", ["odf", "rtf"])
def test_what_libre_office_writes(tmp_path: Path, office: str, number: int, ending: str):
    """Damaged and meant are converted; the damaged one cleaned reads like the other one."""
    for name in ("old", "meant", "text"):
        (tmp_path / name).mkdir()
    old = make(number, tmp_path / "old", old=True)
    meant = make(number, tmp_path / "meant", old=False)
    native = {"docx": "odt", "xlsx": "ods", "pptx": "odp"}[old.suffix[1:]]
    if ending == "rtf" and native != "odt":
        pytest.skip("only texts are RTF")
    kind = "rtf" if ending == "rtf" else native
    damaged = convert(office, old, kind, tmp_path / "old")
    wanted = convert(office, meant, kind, tmp_path / "meant")
    exact = PRESET.without("spacing")  # blanks before a deletion stand at the end of a line
    target, summary = cleaned(tmp_path, damaged.name, damaged.read_bytes(), exact)
    assert not summary.failed
    if kind == "odp":
        texts = [
            re.findall(rb">([^<>]+)<", parts(path.read_bytes())["content.xml"])
            for path in (target, wanted)
        ]
        assert [t for t in texts[0] if t.strip()] == [t for t in texts[1] if t.strip()]
        return
    plain = (
        "csv:Text - txt - csv (StarCalc):44,34,76" if kind == "ods" else "txt:Text (encoded):UTF8"
    )
    results = []
    for number, path in enumerate((target, wanted)):
        folder = tmp_path / "text" / str(number)
        folder.mkdir()
        convert(office, path, plain, folder)
        results.append(next(folder.glob(f"{path.stem}.*")).read_text(encoding="utf-8"))
    assert results[0] == results[1]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_office_97_comes_out_as_packages(tmp_path: Path, office: str, number: int):
    """Through LibreOffice and back: the texts are those that were meant, in fonts of Unicode."""
    for name in ("old", "meant"):
        (tmp_path / name).mkdir()
    old = make(number, tmp_path / "old", old=True)
    meant = make(number, tmp_path / "meant", old=False)
    kind = {"docx": "doc", "xlsx": "xls", "pptx": "ppt"}[old.suffix[1:]]
    damaged = convert(office, old, kind, tmp_path / "old")
    wanted = convert(office, meant, kind, tmp_path / "meant")
    found = []
    for path in (damaged, wanted):
        target = tmp_path / f"{path.parent.name}.{kind}x"
        tasks = plan_cleaning([str(path)], str(target), InputOptions())
        assert not clean_files(tasks, PRESET, RunOptions(jobs=1)).failed
        text = b"\n".join(data for _, data in sorted(parts(target.read_bytes()).items()))
        lines = re.findall(rb"<(w:p|a:p|si)\b[^<>]*(?<!/)>(.*?)</\1>", text, re.S)
        found.append(
            sorted({b"".join(re.findall(rb">([^<>]+)</(?:w:t|a:t|t)>", line)) for _, line in lines})
        )
    assert found[0] == found[1]

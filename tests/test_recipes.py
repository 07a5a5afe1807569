"""CONTRIBUTING.md is followed to the letter: in a copy, with no files but those that it names."""

from __future__ import annotations

import re
import shlex
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.project_copy import ROOT, copy_project, run_python

pytestmark = pytest.mark.slow

CHANNEL = '''

@channel("substitute", prior=0.5)
def cp1257_bestfit(text: str) -> str:
    """A Windows program set to the Baltic languages stores Unicode in an ANSI column."""
    return _fit(text, "cp1257")
'''
VIEW = '''

@channel("lossless")
def utf8_as_cp866(text: str) -> str:
    """UTF-8 read as DOS code page 866, by a console set to Russian."""
    return view(text, "cp866")
'''
TRANSFORM = '''"""Rows of dots that stand for a blank to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from vnclean.scan import Scan
from vnclean.transform import Edit, Safety, Transform, register

__all__ = ["DotLeaders"]

_ROW = re.compile("\\u2026{3,}")


@register
@dataclass(frozen=True, repr=False)
class DotLeaders(Transform):
    """Shorten rows of ellipses to two."""

    name: ClassVar[str] = "dot_leaders"
    rules: ClassVar[dict[str, str]] = {"dots.leaders": "a row of ellipses"}

    def find(self, scan: Scan) -> Iterator[Edit]:
        """Yield an edit for each row of three or more."""
        for match in _ROW.finditer(scan.text):
            yield Edit(*match.span(), "\\u2026\\u2026", "dots.leaders", 1.0, Safety.SAFE)
'''
FORMAT = '''"""Lyrics of songs with times: [00:12.00]text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from vnclean.formats.spans.document import SpanFormat
from vnclean.formats.spans.span import TextSpan

__all__ = ["Lyrics"]

_LINE = re.compile(r"(?m)^(?:\\[[\\d:.]+\\])+([^\\[\\r\\n]+)")


@dataclass(frozen=True)
class Lyrics(SpanFormat):
    """Lyrics; the times stay."""

    name: ClassVar[str] = "lrc"
    suffixes: ClassVar[tuple[str, ...]] = (".lrc",)

    def spans(self, source: str) -> Iterable[TextSpan]:
        """Yield what is sung."""
        for found in _LINE.finditer(source):
            yield TextSpan(*found.span(1))
'''
DAMAGED = "[ar:hi\u1ec7u q\u1ee7a]\n[00:12.00]hi\u1ec7u q\u1ee7a\n"
CLEAN = "[ar:hi\u1ec7u q\u1ee7a]\n[00:12.00]hi\u1ec7u qu\u1ea3\n"


class Recipe:
    """A recipe of CONTRIBUTING.md, and a copy of the project in which it is followed."""

    def __init__(self, title: str, folder: Path) -> None:
        text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
        section = text.partition(f"\n### {title}\n")[2].partition("\n### ")[0]
        assert section, title
        self.steps = "\n".join(re.findall(r"^- .*(?:\n  .*)*", section, re.M))
        self.files = re.findall(r"`((?:vnclean|tests)/[\w./-]+\.\w+|[A-Z]+\.md)`", self.steps)
        self.tests = re.findall(r"^    pytest (.+)$", section, re.M)
        self.folder = folder
        copy_project(folder)

    def write(self, name: str, text: str) -> None:
        """Write a file, which the recipe must name."""
        assert any(
            fnmatch(name, known.replace("NAME", "*").replace("EXT", "*")) for known in self.files
        ), name
        (self.folder / name).write_text(text, encoding="utf-8")

    def add(self, name: str, text: str) -> None:
        self.write(name, self.read(name) + text)

    def replace(self, name: str, old: str, new: str) -> None:
        assert old in self.read(name), old
        self.write(name, self.read(name).replace(old, new, 1))

    def read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def run(self, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        return run_python(self.folder, *command, **more)

    def failures(self, *more: str) -> set[str]:
        """Run the tests that the recipe names; return those that fail, by function or by file."""
        (tests,) = self.tests
        options = ["-m", "not slow", "-p", "no:cacheprovider", "-rfE", *more]
        done = self.run("-m", "pytest", *shlex.split(tests), *options)
        found = re.findall(r"^(?:FAILED|ERROR) (?:\S*::(\w+)|(\S+))", done.stdout, re.M)
        assert found or done.returncode == 0, done.stdout + done.stderr
        return {test or file for test, file in found}

    def prints(self, code: str) -> str:
        done = self.run("-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def test_a_channel(tmp_path: Path) -> None:
    recipe = Recipe("Add a channel", tmp_path)
    recipe.add("vnclean/channels/code_pages.py", CHANNEL)
    recipe.add("vnclean/channels/misread_utf8.py", VIEW)
    assert "test_the_table_of_clues_that_ships_is_made_of_the_clues" in recipe.failures()
    assert recipe.run("training/clues.py").returncode == 0
    assert recipe.failures() == set()
    rules = "from vnclean.repair.mojibake import Mojibake; print(*Mojibake.rules)"
    assert "mojibake.utf8_cp866" in recipe.prints(rules).split()
    mended = "from vnclean import clean; from vnclean.channels import CHANNELS as c; " \
        "print(clean(c['utf8_as_cp866']('Đường về quê')))"  # fmt: skip
    assert recipe.prints(mended) == "Đường về quê"
    done = recipe.run("benchmarks/quality/channels.py", "corpus/clean", "--n", "4",
                      "--channels-only", "--only", "cp1257_bestfit")  # fmt: skip
    assert re.search(r"^cp1257_bestfit +\d", done.stderr, re.M), done.stderr


def test_a_channel_without_its_story(tmp_path: Path) -> None:
    recipe = Recipe("Add a channel", tmp_path)
    recipe.add("vnclean/channels/code_pages.py", re.sub(' *""".*"""\n', "", CHANNEL))
    assert "docstring" in recipe.run("-c", "import vnclean.channels").stderr


def test_a_charset(tmp_path: Path) -> None:
    recipe = Recipe("Add a charset", tmp_path)
    vps = '    Charset("vps",'
    entry = '    Charset("turned", "VPS with its bytes in another order"),\n'
    recipe.replace("vnclean/charsets/table.py", vps, entry + vps)
    assert recipe.failures("-k", "table_is_in_normal") == {"test_the_table_is_in_normal_form"}
    lines = recipe.read("vnclean/data/charsets/vps.tsv").split("\n")[:-1]
    rows = [line.split("\t") for line in lines if line[0] != "#"]
    turned = zip(rows, [*rows[9:], *rows[:9]], strict=True)
    table = "".join(f"{letter}\t{code}\n" for (letter, _), (_, code) in turned)
    head = "# A charset that never was.\n# Source of facts: none.\n# Checked by nobody.\n"
    recipe.write("vnclean/data/charsets/turned.tsv", head + table)
    assert recipe.run("training/clues.py").returncode == 0
    assert recipe.failures() == set()
    code = (
        "from vnclean import charsets, explain\n"
        "text = 'Đường về quê nội còn xa lắm, trời thì đã tối mà mưa vẫn chưa ngớt.'\n"
        "data = text.encode('turned')\n"
        "result = explain(data.decode('cp1252', 'replace'))\n"
        "print(charsets.detect(data).encoding, result.text == text, result.edits[0].rule)"
    )
    assert recipe.prints(code) == "turned True legacy.turned"


def test_a_transform(tmp_path: Path) -> None:
    recipe = Recipe("Add a transform", tmp_path)
    recipe.write("vnclean/normalize/dot_leaders.py", TRANSFORM)
    step = '    "teencode",\n'
    recipe.replace("vnclean/presets/social.toml", step, f'{step}    "dot_leaders",\n')
    recipe.replace("ARCHITECTURE.md", "also `teencode` |", "also `teencode`, `dot_leaders` |")
    dots = "Họ tên \u2026\u2026\u2026\tHọ tên \u2026\u2026\tsocial\n"
    recipe.write("tests/golden/synthetic/dots.tsv", dots)
    assert recipe.failures("--exitfirst")  # nobody imports it
    fold = "from vnclean.normalize.fold"
    line = "from vnclean.normalize.dot_leaders import DotLeaders\n"
    recipe.replace("vnclean/normalize/__init__.py", fold, line + fold)
    recipe.replace("vnclean/transforms.py", "    FoldAscii,\n", "    DotLeaders,\n    FoldAscii,\n")
    assert recipe.failures() == set()
    shown = "from tests.test_properties import TRANSFORMS; print(*(t.name for t in TRANSFORMS))"
    assert "dot_leaders" in recipe.prints(shown).split()


def test_a_correction(tmp_path: Path) -> None:
    table = "vnclean/data/spelling_confusions.tsv"
    recipe = Recipe("Add a correction", tmp_path)
    before = recipe.read(table)

    def table_with(row: str) -> str:
        rows = before.split("\n")[:-1]
        head = [line for line in rows if line.startswith("#")]
        return "\n".join([*head, *sorted({*rows[len(head) :], row})]) + "\n"

    recipe.write(table, table_with("đọc giã\tđọc giả"))
    assert "test_confusions_are_misspellings_and_what_they_are_for_is_none" in recipe.failures()
    recipe.add(table, "bàn hoang\tbàn hoàn\n")
    assert "test_tables_are_in_normal_form" in recipe.failures()
    recipe.write(table, table_with("độc giã\tđộc giả"))
    assert recipe.failures() == set()
    code = "from vnclean.spelling import Spelling; print(Spelling()('Báo có nhiều độc giã ở quê.'))"
    assert recipe.prints(code) == "Báo có nhiều độc giả ở quê."


def test_a_format(tmp_path: Path) -> None:
    known = "vnclean/formats/known.py"
    recipe = Recipe("Add a format", tmp_path)
    recipe.write("vnclean/formats/spans/lyrics.py", FORMAT)
    text = "from vnclean.formats.spans.subtitles"
    recipe.replace(known, text, f"from vnclean.formats.spans.lyrics import Lyrics\n{text}")
    recipe.replace(known, "*(SubRip,", "*(Lyrics, SubRip,")
    forgotten = {"test_a_session_goes_as_it_went", "test_every_format_has_its_samples"}
    assert recipe.failures() >= forgotten
    recipe.write("tests/formats/samples/damaged/song.lrc", DAMAGED)
    recipe.write("tests/formats/samples/clean/song.lrc", CLEAN)
    assert recipe.failures() == {"test_a_session_goes_as_it_went"}
    sessions = {name: recipe.read(name) for name in recipe.files if name.endswith(".cmd")}
    (command,) = re.findall("`UPDATE_CMD=1 pytest (.*?)`", recipe.steps)
    recipe.run("-m", "pytest", *shlex.split(command), UPDATE_CMD="1")
    for name, before in sessions.items():
        assert before != recipe.read(name)
        assert "lrc" in recipe.read(name)
    assert recipe.failures() == set()

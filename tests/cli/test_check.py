"""`check` as a linter: SARIF, places in files, settings of a project, hooks for pre-commit."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vnclean.charsets  # noqa: F401  (registers them)
from tests import strategies as vn
from vnclean.cli.each_text import regions
from vnclean.cli.options import Shared
from vnclean.config import find_project
from vnclean.errors import ConfigError
from vnclean.formats import Field
from vnclean.pipeline import Pipeline
from vnclean.registry import from_config, read_words
from vnclean.report.sarif import Sarif, artifact_uri
from vnclean.spelling import Spelling, Teencode
from vnclean.spelling.protected_words import protected
from vnclean.transform import Edit, Safety

ROOT = Path(__file__).parents[2]
Command = Callable[..., CompletedProcess[bytes]]
SEED = "Sở tăng cường công tác tuyền truyền.\r\nTham mưu có hiệu qủa.\r\n"


# -- SARIF --------------------------------------------------------------------------------------


def required(value: dict[str, Any], *names: str) -> Iterator[Any]:
    for name in names:
        assert name in value, name
        yield value[name]


def assert_sarif(log: dict[str, Any]) -> list[dict[str, Any]]:
    """Check what SARIF 2.1.0 and GitHub's code scanning require; return the results."""
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert driver["name"] == "vnclean"
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        for text in required(rule, "shortDescription", "fullDescription", "help"):
            assert text["text"]
        assert rule["defaultConfiguration"]["level"] in ("note", "warning", "error")
    seen = set()
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("note", "warning", "error")
        assert result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert not place["artifactLocation"]["uri"].startswith("/")
        region = place["region"]
        line, column, end, after = required(
            region, "startLine", "startColumn", "endLine", "endColumn"
        )
        assert (1, 1) <= (line, column) <= (end, after)
        print_of = (result["ruleId"], result["partialFingerprints"]["primaryLocationLineHash"])
        assert print_of not in seen
        seen.add(print_of)
        for fix in result.get("fixes", ()):
            assert fix["description"]["text"]
            (change,) = fix["artifactChanges"]
            assert change["artifactLocation"] == place["artifactLocation"]
            (replacement,) = change["replacements"]
            assert replacement["deletedRegion"] == region
            assert isinstance(replacement["insertedContent"]["text"], str)
    assert isinstance(run["invocations"][0]["executionSuccessful"], bool)
    return run["results"]


@pytest.mark.slow
def test_sarif_is_what_code_scanning_takes(tmp_path: Path, command: Command) -> None:
    (tmp_path / "tin tức.txt").write_bytes(b"\xef\xbb\xbf" + SEED.encode())
    (tmp_path / "posts.jsonl").write_text(
        '{"n": 1}\n{"text": "x \\u1ea1 hiệu qủa \\"và\\" hiệu qủa"}\n{"text": 1\n', encoding="utf-8"
    )
    (tmp_path / "cũ.txt").write_bytes(
        "Cộng hòa xã hội chủ nghĩa Việt Nam. Độc lập, tự do, hạnh phúc.\n".encode("tcvn3")
    )
    done = command(tmp_path, "check", ".", "--format", "sarif", "--with", "spelling")
    assert done.returncode == 3, done.stderr
    log = json.loads(done.stdout)
    results = assert_sarif(log)
    found = {
        (
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            result["ruleId"],
            *result["locations"][0]["physicalLocation"]["region"].values(),
        )
        for result in results
    }
    assert ("tin%20t%E1%BB%A9c.txt", "spelling.tone_added", 1, 24, 1, 29) in found
    assert ("tin%20t%E1%BB%A9c.txt", "tone.misplaced", 2, 18, 2, 21) in found
    assert ("posts.jsonl", "tone.misplaced", 2, 25, 2, 28) in found
    assert ("posts.jsonl", "tone.misplaced", 2, 41, 2, 44) in found
    assert ("c%C5%A9.txt", "encoding", 1, 1, 1, 1) in found
    levels = {result["ruleId"]: result["level"] for result in results}
    assert levels["tone.misplaced"] == "error"
    assert levels["spelling.tone_added"] == "warning"
    invocation = log["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert "malformed" in invocation["toolExecutionNotifications"][0]["message"]["text"]


@pytest.mark.slow
def test_sarif_of_clean_text_is_a_document_too(tmp_path: Path, command: Command) -> None:
    done = command(tmp_path, "check", "--format", "sarif", stdin="Một dòng sạch.\n".encode())
    assert done.returncode == 0
    assert assert_sarif(json.loads(done.stdout)) == []


def test_sarif_holds_nothing_back_and_tells_equal_findings_apart() -> None:
    written: list[str] = []
    sarif = Sarif(written.append, [Spelling()])
    text = "qủa tuyền\n" * 3
    for line in range(3):
        start = 10 * line + 4
        edit = Edit(start, start + 5, "tuyên", "spelling.tone_added", 0.7, Safety.SUGGEST,
                    (("tuyến", 0.2),))  # fmt: skip
        sarif.add("a.txt", Field(text), edit, (line + 1, 5, line + 1, 10), False)
        assert "".join(written).count('"ruleId"') == line + 1
    sarif.close()
    results = assert_sarif(json.loads("".join(written)))
    assert [result["level"] for result in results] == ["note"] * 3
    assert [
        fix["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"]
        for fix in results[0]["fixes"]
    ] == ["tuyên", "tuyến"]
    assert "suggestion" in results[0]["message"]["text"]


def test_a_fingerprint_outlives_changes_elsewhere() -> None:
    def fingerprint(text: str) -> str:
        written: list[str] = []
        sarif = Sarif(written.append, [Spelling()])
        start = text.index("tuyền")
        edit = Edit(start, start + 5, "tuyên", "spelling.tone_added")
        sarif.add("a.txt", Field(text), edit, (1, 1, 1, 1), True)
        sarif.close()
        (result,) = json.loads("".join(written))["runs"][0]["results"]
        return str(result["partialFingerprints"]["primaryLocationLineHash"])

    assert fingerprint("x\ncông tác tuyền truyền\ny") == fingerprint(
        "thêm một dòng\nx\ncông tác tuyền truyền\nkhác"
    )
    assert fingerprint("công tác tuyền truyền") != fingerprint("về tuyền truyền")


def test_a_fix_that_would_break_its_record_is_not_offered() -> None:
    written: list[str] = []
    sarif = Sarif(written.append, [])
    sarif.add("a.jsonl", Field("a", 1, 10, "text"), Edit(0, 1, '"', "x.y"), (1, 10, 1, 11), True)
    sarif.close()
    (result,) = json.loads("".join(written))["runs"][0]["results"]
    assert "fixes" not in result


def test_uris(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert artifact_uri("./a b.txt") == "a%20b.txt"
    assert artifact_uri(str(tmp_path / "sub" / "á.txt")) == "sub/%C3%A1.txt"
    assert artifact_uri("../x.txt").startswith("file:///")
    assert artifact_uri("-") == "stdin"
    assert artifact_uri("s3://kho/bài.txt") == "s3://kho/b%C3%A0i.txt"


# -- places -------------------------------------------------------------------------------------


@pytest.mark.slow
@given(text=st.one_of(vn.damaged_documents(), vn.anything()), crlf=st.booleans())
def test_a_region_leads_to_what_is_wrong(text: str, crlf: bool) -> None:
    if crlf:
        text = text.replace("\n", "\r\n")
    result = Pipeline.preset("safe").explain(text)
    lines = text.split("\n")
    edits = [*result.edits, *result.suggestions]
    for edit, (line, column, end, after) in zip(edits, regions(Field(text), edits), strict=True):
        if line == end:
            found = lines[line - 1][column - 1 : after - 1]
        else:
            first, *inner, last = lines[line - 1 : end]
            found = "\n".join([first[column - 1 :], *inner, last[: after - 1]])
        assert found == text[edit.start : edit.end]


# -- the command --------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_codes(tmp_path: Path, command: Command) -> None:
    (tmp_path / "a.txt").write_text(SEED, encoding="utf-8")
    (tmp_path / "b.txt").write_text("Một dòng sạch.\n", encoding="utf-8")
    (tmp_path / "c.txt").write_bytes(b"\0\1\2" * 100)
    assert command(tmp_path, "check", "a.txt", "b.txt").returncode == 1
    assert command(tmp_path, "check", "b.txt").returncode == 0
    assert command(tmp_path, "check", "b.txt", "--formt", "json").returncode == 2
    assert command(tmp_path, "check", "b.txt", "d.txt").returncode == 2
    assert command(tmp_path, "check", "b.txt", "c.txt").returncode == 3


@pytest.mark.slow
def test_a_suggestion_alone_is_a_finding_where_it_is_asked_for(
    tmp_path: Path, command: Command
) -> None:
    (tmp_path / "a.txt").write_text("Huyện thực hiện đảm đảm nguyên tắc.\n", encoding="utf-8")
    found = command(tmp_path, "check", "a.txt", "--only", "spelling")
    assert found.returncode == 1
    assert b"(suggestion)" in found.stdout
    assert (
        command(tmp_path, "check", "a.txt", "--only", "spelling", "--no-suggestions").returncode
        == 0
    )


# -- settings of a project ----------------------------------------------------------------------


def test_the_nearest_settings_are_found(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.vnclean]\npreset = 'safe'\n")
    found = find_project(below)
    assert found is not None
    assert found.config == {"preset": "safe"}
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\nvnclean = 1\n")
    assert find_project(below) == found
    (tmp_path / "a" / "vnclean.toml").write_text("preset = 'web'\n")
    assert find_project(below) == (tmp_path / "a" / "vnclean.toml", {"preset": "web"})
    (tmp_path / "a" / ".vnclean.toml").write_text("preset = 'search'\n")
    assert find_project(below) == (tmp_path / "a" / ".vnclean.toml", {"preset": "search"})
    (below / "vnclean.toml").write_text("preset = \n")
    with pytest.raises(ConfigError, match="--isolated"):
        find_project(below)


def test_settings_are_looked_for_inside_the_project(tmp_path: Path, monkeypatch) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "elsewhere"))
    (tmp_path / "vnclean.toml").write_text("preset = 'safe'\n")
    assert find_project(below) is None
    for sign in ("pyproject.toml", ".git"):
        (below / sign).mkdir()
        assert find_project(below) is None
        (below / sign).rmdir()
        (tmp_path / sign).mkdir()
        assert find_project(below) is not None
        (tmp_path / sign).rmdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_project(below) is not None


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
@pytest.mark.parametrize(("mode", "good"), [(0o644, True), (0o600, True), (0o646, False)])
def test_settings_that_others_may_write_are_refused(tmp_path: Path, mode: int, good: bool) -> None:
    path = tmp_path / "vnclean.toml"
    path.write_text("preset = 'safe'\n")
    path.chmod(mode)
    if good:
        assert find_project(tmp_path) is not None
    else:
        with pytest.raises(ConfigError, match="can be written by others"):
            find_project(tmp_path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="needs to give files away")
def test_settings_of_others_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "vnclean.toml"
    path.write_text("preset = 'safe'\n")
    os.chown(path, 1234, 1234)
    with pytest.raises(ConfigError, match="belongs to another user"):
        find_project(tmp_path)
    os.chown(path, 0, 1234)
    path.chmod(0o664)
    with pytest.raises(ConfigError, match="can be written by others"):
        find_project(tmp_path)


def test_what_goes_before_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "vnclean.toml").write_text(
        'preset = "safe"\nmin_confidence = 0.9\nwithout = ["spaces"]\n'
        '[spelling]\nkeep = ["tuyền"]\n[tone_style]\nstyle = "new"\n',
        encoding="utf-8",
    )
    (tmp_path / "other.toml").write_text('steps = ["spacing"]\n[spelling]\nthorough = false\n')
    pipe = Shared().pipeline()
    assert "spaces" not in [step.name for step in pipe]
    assert pipe.min_confidence == 0.9
    assert Shared(isolated=True).pipeline() == Pipeline.preset("standard")
    web = Shared(preset="web").pipeline()
    assert "spaces" in [step.name for step in web]
    assert web["tone_style"].options() == {"style": "new"}
    assert Shared(min_confidence=0.5).pipeline().min_confidence == 0.5
    (step,) = Shared(only=("spelling",)).pipeline()
    assert step == Spelling(keep=("tuyền",), thorough=True)
    (step,) = Shared(only=("spelling:thorough=false",)).pipeline()
    assert step == Spelling(keep=("tuyền",))
    (step,) = Shared(only=('spelling:keep=["a", "bc"],thorough=false',)).pipeline()
    assert step == Spelling(keep=("a", "bc"))
    (step,) = Shared(only=("spelling",), thorough=False).pipeline()
    assert step == Spelling(keep=("tuyền",))
    (step,) = Shared(only=("spelling",), config="other.toml").pipeline()
    assert step == Spelling()
    assert Shared(with_=("spelling",), thorough=True).pipeline()["spelling"] == Spelling(
        keep=("tuyền",), thorough=True
    )
    with pytest.raises(ConfigError, match="not a step"):
        Shared(config="other.toml").pipeline()
    (tmp_path / "vnclean.toml").write_text("[spelling]\nkep = []\n")
    with pytest.raises(ConfigError, match=r"vnclean.toml.*keep"):
        Shared().pipeline()


def test_words_of_a_file_are_kept(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_bytes(
        "\ufeff# của dự án\r\nTuyền\r\n\r\nbàn hành  \nTuyền\n".encode()
    )
    assert read_words(tmp_path / "words.txt") == ("Tuyền", "bàn hành")
    (tmp_path / "v.toml").write_text(
        'steps = ["spelling"]\n[spelling]\nkeep = ["dược"]\nkeep_file = "words.txt"\n',
        encoding="utf-8",
    )
    pipe = Pipeline.from_toml(tmp_path / "v.toml")
    assert pipe["spelling"] == Spelling(keep=("dược", "Tuyền", "bàn hành"))
    text = "Sở đã bàn hành kế hoạch tuyền truyền."
    assert pipe(text) is text
    assert Pipeline.from_toml(pipe.to_toml()) == pipe
    with pytest.raises(ConfigError, match="one entry per line"):
        from_config("spelling", {"keep_file": "none.txt"}, tmp_path)
    with pytest.raises(ConfigError, match="name of a file"):
        from_config("spelling", {"keep_file": ["words.txt"]}, tmp_path)
    (tmp_path / "bad.txt").write_bytes(b"qu\xff\n")
    with pytest.raises(ConfigError, match="UTF-8"):
        read_words(tmp_path / "bad.txt")


def test_what_is_protected() -> None:
    text = "Sở đã bàn hành kế hoạch tuyền truyền về Hoà Bình."
    kept = protected(("HÒA", "bàn  hành"), (r"tuyền \w+",))
    assert kept.holds(text, 6, 9)
    assert kept.holds(text, text.index("hành"), text.index("hành") + 4)
    assert not kept.holds(text, text.index("kế"), text.index("kế") + 2)
    assert kept.holds(text, text.index("truyền"), text.index("truyền") + 6)
    assert kept.holds(text, text.index("Hoà"), text.index("Hoà") + 3)
    with pytest.raises(ConfigError, match="list of strings"):
        Spelling(keep="tuyền")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="regular expression"):
        Spelling(patterns=("[",))


def test_teencode_keeps_words_too() -> None:
    assert Teencode(keep=("ko",))("tôi ko biết đc") == "tôi ko biết được"


# -- pre-commit ---------------------------------------------------------------------------------


def hooks() -> list[dict[str, Any]]:
    yaml = pytest.importorskip("yaml")
    loaded: list[dict[str, Any]] = yaml.safe_load(
        (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    )
    return loaded


@pytest.mark.slow
def test_the_hooks_run(tmp_path: Path, command: Command) -> None:
    assert [hook["id"] for hook in hooks()] == [
        "vnclean-check", "vnclean-fix", "vnclean-spelling",
    ]  # fmt: skip
    for hook in hooks():
        assert hook["language"] == "python"
        assert hook["require_serial"] is True
        program, *arguments = hook["entry"].split(" ")
        assert program == "vnclean"
        wrong, clean = tmp_path / "wrong.txt", tmp_path / "clean.txt"
        wrong.write_text(SEED, encoding="utf-8", newline="")
        clean.write_text("Một dòng sạch.\n", encoding="utf-8")
        before = wrong.read_bytes()
        done = command(tmp_path, *arguments, "wrong.txt", "clean.txt")
        fails = done.returncode != 0 or wrong.read_bytes() != before  # as pre-commit judges
        assert fails, hook["id"]
        assert (wrong.read_bytes() != before) == (hook["id"] == "vnclean-fix")
        again = command(tmp_path, *arguments, "clean.txt")
        assert again.returncode == 0


# -- what the page on the linter says -----------------------------------------------------------


@pytest.mark.slow
def test_the_page_names_every_key_and_its_settings_are_right(
    tmp_path: Path, command: Command
) -> None:
    page = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
    settings = page.partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "vnclean.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "words.txt").write_text("một\n", encoding="utf-8")
    pipe = Pipeline.from_toml(tmp_path / "vnclean.toml")
    assert pipe["spelling"].options()["keep"] == ("Tuyền", "bàn hành", "một")
    (tmp_path / "a.txt").write_text("Vào ttháng tới, trừơng sẽ khai giảng.\n" + SEED, "utf-8")
    done = command(tmp_path, "check", "a.txt", "--only", "spelling", "--format", "json")
    table = page.partition("## `--format json`")[2].partition("A file that is not")[0]
    told = set(re.findall(r"`(\w+)`", "".join(re.findall(r"(?m)^\| ([^|]+) \|", table))))
    keys = set()
    for line in done.stdout.decode().splitlines():
        keys |= set(json.loads(line))
    assert keys <= told
    assert told - keys <= {"alternatives"}

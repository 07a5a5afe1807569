"""The command line, as a user meets it.

`tests/cmd/*.cmd` are sessions: `$` a command, `>` its standard output, `!` its standard error,
`=` its exit code. `UPDATE_CMD=1 pytest tests/cli/test_cli.py` writes them anew; read what differs.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

import vnclean
import vnclean.charsets
from vnclean import cli
from vnclean.cli import main
from vnclean.cli.diff_view import paint_hunks, short, visible
from vnclean.pipeline import Pipeline

SESSIONS = sorted((Path(__file__).parents[1] / "cmd").glob("*.cmd"))
ROOT = Path(__file__).parents[2]
needs_shell = pytest.mark.skipif(os.name == "nt", reason="sessions are written for sh")

RECORDS = (
    '{"id": 1, "text": "hiệu qủa \\"thật\\" và hiệu qủa", "n": 1e999}\n'
    "\n"
    '{"id": 2, "body": {"vi": "nền hoà bình"}, "text": "sạch"}\n'
)
TCVN3 = (
    "Cộng hòa xã hội chủ nghĩa Việt Nam. Độc lập, tự do, hạnh phúc.\n"
    "Tham mưu có hiệu qủa cho cấp trên về công tác tổ chức.\n"
).encode("tcvn3")
FILES = {
    "steps.toml": b'steps = ["misplaced_tone", "tone_style"]\n[tone_style]\nstyle = "old"\n',
    "wrong.toml": b'steps = ["misplaced_tone"\n',
    "a.txt": "Một dòng sạch.\r\nTham mưu có hiệu qủa và hoà bình.\r\nHết".encode(),
    "clean.txt": "Một dòng sạch.\n".encode(),
    "empty.txt": b"",
    "lines.txt": "hiệu qủa\n\nmột\nhoà bình".encode(),
    "broken.txt": b"qu\xe1 b\xffd\n",
    "tcvn3.txt": TCVN3,
    "tcvn3.csv": (
        "số,text\n1,Tham mưu có hiệu qủa cho cấp trên về công tác tổ chức.\n2,Nền hòa bình.\n"
    ).encode("tcvn3"),
    "posts.jsonl": RECORDS.encode(),
    "bad.jsonl": RECORDS.encode() + b'{"id": 3\n',
    "cut.jsonl.gz": gzip.compress(RECORDS.encode() * 500, mtime=0)[:-8],
    "table.csv": 'id;text\r\n1;"một; hiệu qủa"\r\n2;sạch\r\n'.encode(),
    "crawl/one.txt": "hiệu qủa\n".encode(),
    "crawl/sub/two.txt": "sạch\n".encode(),
    "crawl/photo.jpg": b"\xff\xd8",
    "pictures/photo.jpg": b"\xff\xd8",
    "typos.txt": (
        "Sở tăng cường công tác tuyền truyền.\nHuyện thực hiện đảm đảm nguyên tắc.\n"
    ).encode(),
    "project/pyproject.toml": (
        b'[tool.vnclean]\nsteps = ["misplaced_tone"]\n'
        b'[tool.vnclean.spelling]\nkeep_file = "words.txt"\n'
    ),
    "project/words.txt": "# tên riêng\ntuyền truyền\n".encode(),
    "project/sub/news.txt": "Công tác tuyền truyền có hiệu  qủa.\n".encode(),
}


@pytest.fixture
def desk(tmp_path: Path, commands: dict[str, Path]) -> Path:
    """A folder with inputs of all kinds, and the command."""
    for name, data in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (tmp_path / ".bin").mkdir()
    shutil.copy(commands["forked"], tmp_path / ".bin" / "vnclean")
    return tmp_path


@pytest.fixture
def fresh(desk: Path, commands: dict[str, Path]) -> Path:
    """The same, where a process's start and end are what is tested."""
    shutil.copy(commands["fresh"], desk / ".bin" / "vnclean")
    return desk


def environment(desk: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{desk / '.bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "",
        "COLUMNS": "80",
        "LC_ALL": "C.UTF-8",
    }


def run(desk: Path, command: str, **options) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command, shell=True, cwd=desk, env=environment(desk), capture_output=True, timeout=300,
        **options,
    )  # fmt: skip


def replay(desk: Path, session: str) -> str:
    out = []
    for block in session.split("\n"):
        if block.startswith("#") or not block.strip():
            out.append(block)
        if not block.startswith("$ "):
            continue
        done = run(desk, block[2:], stdin=subprocess.DEVNULL)
        out.append(block)
        for sign, data in ((">", done.stdout), ("!", done.stderr)):
            text = data.decode("utf-8", "backslashreplace").replace("\r", "\\r")
            rows = text.split("\n")
            if rows[-1] == "":
                rows.pop()
            else:
                rows[-1] += "\\"  # no line feed at the end
            out += [f"{sign} {row}".rstrip() for row in rows]
        out.append(f"= {done.returncode}")
    return "\n".join(out).rstrip("\n") + "\n"


@needs_shell
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=() if path.stem == "help" else pytest.mark.slow, id=path.stem)
        for path in SESSIONS
    ],
)
def test_a_session_goes_as_it_went(path, desk, request):
    if path.stem == "help":
        request.getfixturevalue("fresh")
    expected = path.read_text(encoding="utf-8")
    found = replay(desk, expected)
    if os.environ.get("UPDATE_CMD"):
        path.write_text(found, encoding="utf-8", newline="\n")
    else:
        assert found == expected


def test_there_are_sessions():
    assert len(SESSIONS) >= 5


# -- what sessions can't show -------------------------------------------------------------------


@pytest.mark.slow
@needs_shell
def test_a_closed_pipe_ends_quietly(fresh):
    (fresh / "long.jsonl").write_bytes(RECORDS.encode() * 3_000)
    for command in ("clean", "clean -j 2", "check", "diff", "explain --format json"):
        done = run(fresh, f"vnclean {command} long.jsonl --config steps.toml | head -1")
        assert done.stderr == b"", command
        assert done.stdout.count(b"\n") == 1
    status = run(
        fresh, 'vnclean clean long.jsonl --config steps.toml | true; echo "${PIPESTATUS[0]}"',
        executable="/bin/bash",
    )  # fmt: skip
    assert status.stdout in (b"141\n", b"0\n")


@pytest.mark.slow
@needs_shell
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "term"]
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_signal_ends_it_without_a_trace(desk, number, code, jobs):
    (desk / "long.jsonl").write_bytes(RECORDS.encode() * 200_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "vnclean", "clean", "long.jsonl", "-o", "out/x.jsonl",
         "--config", "steps.toml", "-j", str(jobs)],
        cwd=desk, env=environment(desk), stderr=subprocess.PIPE, start_new_session=True,
        # What runs in the background of a shell is told to ignore Ctrl-C, and so are its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    part = desk / "out" / ".x.jsonl.vnclean-part"
    until = time.monotonic() + 300
    while not (part.exists() and part.stat().st_size) and time.monotonic() < until:
        time.sleep(0.02)
    os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
    error = process.communicate(timeout=300)[1]
    assert process.returncode == code
    assert b"Traceback" not in error
    left = {path.name for path in (desk / "out").iterdir()}
    # On a slow machine it has come so far that it can be gone on with.
    assert left in (set(), {".x.jsonl.vnclean-part", ".x.jsonl.vnclean-journal"})


@needs_shell
def test_standard_input_is_answered_line_by_line(desk):
    process = subprocess.Popen(
        [sys.executable, "-m", "vnclean", "--lines", "--config", "steps.toml"],
        cwd=desk, env=environment(desk), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("hiệu qủa\n".encode())
    process.stdin.flush()
    assert process.stdout.readline().decode() == "hiệu quả\n"
    process.stdin.close()
    assert process.wait(timeout=300) == 0
    process.stdout.close()


@pytest.mark.slow
@needs_shell
def test_a_full_disk_and_closed_streams_are_sentences(fresh):
    if Path("/dev/full").exists():
        done = run(fresh, "vnclean a.txt --config steps.toml > /dev/full")
        assert (done.returncode, done.stderr) == (3, b"Error: No space left on device.\n")
    assert run(fresh, "vnclean a.txt --config steps.toml >&-").returncode == 3
    assert run(fresh, "vnclean a.txt --config steps.toml 2>&-").returncode == 0
    assert run(fresh, "vnclean <&-").returncode == 0


@pytest.mark.slow
def test_lone_surrogates_do_not_stop_the_reports(desk):
    (desk / "s.jsonl").write_bytes(b'{"text": "\\ud800 hi\\u1ec7u q\\u1ee7a"}\n')
    for command in ("check", "diff", "explain", "explain --format json", "diff --color always"):
        done = run(desk, f"vnclean {command} s.jsonl --config steps.toml")
        assert b"Traceback" not in done.stderr, command
        assert done.returncode in (0, 1)


@pytest.mark.slow
def test_programs_get_one_object_per_line(desk):
    text = RECORDS.split("\n")[0]
    for command in ("check", "diff", "explain"):
        done = run(desk, f"vnclean {command} posts.jsonl --config steps.toml --format json")
        rows = [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]
        assert all(row["file"] == "posts.jsonl" for row in rows)
    edits = rows[0]["edits"]
    original = json.loads(text.replace("1e999", "1"))["text"]
    for edit in edits:
        assert original[edit["start"] : edit["end"]] == edit["before"] == "qủa"
        assert text[edit["column"] - 1 :].startswith("qủa")


def test_a_report_counts_what_was_done(desk):
    run(desk, "vnclean clean crawl posts.jsonl -o out --config steps.toml --report r.json")
    report = json.loads((desk / "r.json").read_text(encoding="utf-8"))
    assert report["rules"] == {"tone.misplaced": 3}
    assert (report["files"], report["files_changed"], report["texts"]) == (3, 2, 4)
    assert Pipeline.from_toml(report["pipeline"]).fingerprint() == report["fingerprint"]


@pytest.mark.slow
def test_a_report_for_people_shows_samples_and_escapes_them(desk):
    (desk / "x.txt").write_text("Tham mưu có hiệu qủa <script> cho cấp trên.", encoding="utf-8")
    run(desk, "vnclean clean x.txt bad.jsonl -o out --config steps.toml --report r.html")
    page = (desk / "r.html").read_text(encoding="utf-8")
    assert "có hiệu q<del>ủa</del> &lt;script&gt; cho" in page
    assert "có hiệu q<ins>uả</ins> &lt;script&gt; cho" in page
    assert "<script" not in page
    assert "http" not in page.replace("bad.jsonl", "")
    assert "<script" not in page
    assert "tone.misplaced" in page
    assert "malformed JSON" in page


def test_list_names_everything(desk):
    tables = json.loads(
        run(desk, "vnclean list presets transforms rules formats --format json").stdout
    )
    assert [row["name"] for row in tables["presets"]] == vnclean.presets()
    assert {row["name"] for row in tables["transforms"]} == set(vnclean.registry.registry())
    assert all(row["help"] for rows in tables.values() for row in rows)


def test_help_of_the_group_says_what_the_commands_say():
    context = click.Context(cli._vnclean, info_name="vnclean")
    for name in cli._vnclean.list_commands(context):
        command = cli._vnclean.get_command(context, name)
        assert command is not None, name
        assert command.get_short_help_str(200) == cli._COMMANDS[name][1], name


def test_help_loads_nothing_that_is_not_needed():
    code = (
        "import sys; from vnclean.cli import main; main(['--help']);"
        "print([m for m in ('vnclean.pipeline', 'rich', 'numpy', 'ftfy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stdout.decode().rstrip().endswith("[]")


def test_with_takes_options_and_only_leaves_the_rest_out():
    from vnclean.cli.options import Shared

    toml = str(Path(__file__).parent / "nothing.toml")
    with pytest.raises(vnclean.ConfigError, match="can't be read"):
        Shared(config=toml).pipeline()
    pipe = Shared(
        preset="web", with_=("tone_style:style=new",), only=("tone_style",), min_confidence=0.9
    ).pipeline()
    assert pipe.to_toml() == (
        'min_confidence = 0.9\nsteps = ["tone_style"]\n\n[tone_style]\nstyle = "new"\n'
    )
    with pytest.raises(vnclean.ConfigError, match="NAME:option=value"):
        Shared(with_=("tone_style:new",)).pipeline()


# -- diffs --------------------------------------------------------------------------------------


@pytest.mark.slow
@needs_shell
@pytest.mark.parametrize("context", [0, 1, 3])
def test_a_diff_is_one_that_patch_applies(desk, context):
    lines = ["một", "hiệu qủa", "hai", "ba", "bốn hoà bình", "năm", "", "sáu hiệu qủa"] * 3
    (desk / "p.txt").write_text("\n".join(lines), encoding="utf-8", newline="")
    run(desk, f"vnclean diff p.txt -U {context} --config steps.toml > p.diff")
    if run(desk, "patch --version").returncode:
        pytest.skip("no patch")
    done = run(desk, "patch -o patched.txt p.txt p.diff")
    assert done.returncode == 0, done
    run(desk, "vnclean clean p.txt -o q.txt --config steps.toml")
    assert (desk / "patched.txt").read_bytes() == (desk / "q.txt").read_bytes()


def test_a_diff_of_whole_lines_taken_away():
    from vnclean.transform import Edit

    text = "a\nb\nc\nd\n"
    found = list(paint_hunks(text, [Edit(2, 4, "", "r")], "t", context=1, color=False))
    assert found[2:] == ["@@ -1,3 +1,2 @@", " a", "-b", " c"]
    found = list(paint_hunks(text, [Edit(1, 4, "", "r")], "t", context=0, color=False))
    assert found[2:] == ["@@ -1,3 +1 @@", "-a", "-b", "-c", "+ac"]


def test_a_painted_diff_cuts_long_lines_and_shows_what_can_not_be_seen():
    from vnclean.transform import Edit

    text = "x" * 500 + "\u200b" + "y" * 500
    found = "\n".join(paint_hunks(text, [Edit(500, 501, "", "r")], "t", context=0, color=True))
    assert "\\u200b" in found
    assert len(found) < 800
    assert visible("\x1b[31m") == "\\u001b[31m"
    assert short("a" * 99, 10).count("a") == 8


def test_a_call_from_a_program_leaves_its_signals_alone():
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    assert cli.main(["list", "presets"]) == 0
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before


@pytest.mark.parametrize("command", ["detect", "decode", "convert", "inspect"])
def test_files_that_are_read_whole_are_read_up_to_a_limit(tmp_path, monkeypatch, capfd, command):
    """A sparse file of 1 GB is not; what is named besides is."""
    with open(tmp_path / "large.txt", "wb") as file:
        file.write("Tiếng Việt có dấu.\n".encode() * 60)
        file.truncate(1 << 27)
    (tmp_path / "small.txt").write_bytes("Tiếng Việt có dấu.".encode("tcvn3"))
    monkeypatch.chdir(tmp_path)
    names = ["large.txt"] if command in ("decode", "convert") else ["large.txt", "small.txt"]
    code = main([command, *names, "--max-record", "1K"])
    out, error = capfd.readouterr()
    if command == "detect":
        assert code == 0
        assert "large.txt: judged by its first 1,024 bytes; --max-record reads more" in error
        assert out.startswith("large.txt: utf-8, confidence 0.999")
    else:
        assert code == 3
        assert "large.txt: left out: too large: 1,048,576 bytes or more" in error
        assert "--max-record allows more" in error
        assert "large.txt" not in out
    assert ("small.txt: tcvn3" in out) == (len(names) > 1)


@needs_shell
@pytest.mark.parametrize("rejects", [[], ["--rejects", "rejects"]], ids=["dropped", "kept"])
def test_a_stream_is_answered_record_by_record(desk, rejects):
    """Also where several records come at once, and where one of them is none."""
    process = subprocess.Popen(
        [sys.executable, "-m", "vnclean", "clean", "--format", "jsonl", "--line-buffered",
         "--config", "steps.toml", *rejects],
        cwd=desk, env=environment(desk), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, bufsize=0,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    for sent, back in (
        ('{"text": "hiệu qủa"}\n', '{"text": "hiệu quả"}\n'),
        (
            '{"text": "một"}\nnone\n{"text": "hiệu qủa"}\n{"te',
            '{"text": "một"}\n{"text": "hiệu quả"}\n',
        ),
        ('xt": "hai"}\n', '{"text": "hai"}\n'),
    ):  # fmt: skip
        process.stdin.write(sent.encode())
        got = b""
        while len(got) < len(back.encode()):
            got += process.stdout.read(1)
        assert got.decode() == back
    _, error = process.communicate(timeout=60)
    assert process.returncode == 3
    assert error.startswith(b"-:3: left out: malformed JSON")
    if rejects:
        assert json.loads((desk / "rejects").read_bytes())["raw"] == "none"


def test_a_stream_needs_records(desk, monkeypatch, capfd):
    monkeypatch.chdir(desk)
    assert main(["clean", "a.txt", "--line-buffered", "--config", "steps.toml"]) == 2
    assert "a.txt is read whole" in capfd.readouterr().err
    assert main(["clean", "posts.jsonl", "--line-buffered", "-j", "2", "--isolated"]) == 2
    assert "leave --jobs out" in capfd.readouterr().err

"""Weak labels: the vote of extractors, the layouts, and parts that stay what they are."""

from __future__ import annotations

import io
import json
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("selectolax")

from training import weak_labels as weak
from vnclean.html.lines import read_lines
from vnclean.html.parsing import parse

STORY = [
    "Sáng nay, hàng trăm hộ dân ven sông đã trở về nhà sau ba ngày đi tránh lũ ở trường học.",
    "Nước rút nhanh hơn dự báo, nhưng đường vào xóm vẫn ngập bùn, xe máy chưa thể đi lại được.",
]
MENU = ["Trang chủ", "Tin tức", "Liên hệ"]
FOOT = "Tòa soạn: số 3 đường Bờ Kè"
SOURCE = (
    "<body><ul>"
    + "".join(f"<li><a href='/'>{entry}</a></li>" for entry in MENU)
    + f"</ul><div><h1>Dân trở về sau lũ</h1><p>{'</p><p>'.join(STORY)}</p></div>"
    "<table><tr><td>Thôn Đông</td><td>12 hộ</td></tr></table>"
    f"<div class=foot>{FOOT}</div></body>"
)
LINES = [*MENU, "Dân trở về sau lũ", *STORY, "Thôn Đông\t12 hộ", FOOT]


def votes(**kept: list[str]) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    return {name: np.array([line in lines for line in LINES]) for name, lines in kept.items()}


def labels_of(template: list[str], **kept: list[str]) -> dict[str, str]:
    page = read_lines(parse(SOURCE))
    assert page.text == LINES
    flags = np.array([line in template for line in LINES])
    return dict(zip(LINES, weak.weak_labels(page, votes(**kept), flags), strict=True))


def test_labels_are_what_the_witnesses_agree_on() -> None:
    found = labels_of(
        [], vnclean=[*LINES[3:7], FOOT], one=[*STORY, "Tin tức"], two=LINES[3:6], three=[STORY[0]]
    )
    assert [found[line] for line in STORY] == ["content"] * 2
    assert found["Trang chủ"] == "boilerplate"
    # One witness for it, or ours and one other: nobody knows.
    assert {found[line] for line in ("Tin tức", "Dân trở về sau lũ", LINES[6], FOOT)} == {
        "uncertain"
    }


def test_the_template_of_a_site_is_a_witness() -> None:
    kept = {"vnclean": LINES[3:], "one": LINES[4:6], "two": LINES[4:6]}
    assert labels_of([], **kept)[FOOT] == "uncertain"
    assert labels_of([FOOT], **kept)[FOOT] == "boilerplate"
    # A sentence that stands everywhere and that all keep: the witnesses contradict each other.
    assert labels_of([STORY[0]], **kept)[STORY[0]] == "uncertain"


def test_dates_and_bylines_are_metadata() -> None:
    source = SOURCE.replace("</h1>", "</h1><p>Thứ ba, 03/05/2022 07:15</p>")
    page = read_lines(parse(source))
    every = np.ones(len(page.text), dtype=bool)
    kept = {"vnclean": every, "one": every, "two": every}
    found = dict(zip(page.text, weak.weak_labels(page, kept, ~every), strict=True))
    assert found["Thứ ba, 03/05/2022 07:15"] == "metadata"
    assert found["Dân trở về sau lũ"] == "content"


def test_templates_need_several_pages() -> None:
    pages = [read_lines(parse(SOURCE.replace("ba ngày", f"{n} ngày"))) for n in range(4)]
    assert weak.template_lines(pages[:3]) == frozenset()
    assert weak.template_lines(pages) == frozenset(LINES) - {STORY[0]}
    assert weak.template_lines([*pages[:2], *(read_lines(parse(f"<p>{n}")) for n in "ab")]) == (
        frozenset()
    )


def test_layouts_are_those_of_extractors() -> None:
    page = read_lines(parse(SOURCE))
    own = [("boilerplate" if line in (*MENU, FOOT) else "content", line) for line in LINES]
    laid = {name: lay_out(page, own) for name, lay_out in weak.LAYOUTS.items()}
    assert laid["block a line"] == own
    assert [line for line in laid["blank lines between"] if line[0]] == own
    assert ("boilerplate", "- Tin tức") in laid["list marks"]
    assert ("boilerplate", "* [Tin tức](/tin-tuc.html)") in laid["Markdown"]
    assert ("content", "# Dân trở về sau lũ") in laid["Markdown"]
    assert ("content", "| Thôn Đông | 12 hộ |") in laid["Markdown"]
    for lines in laid.values():
        said = "".join(text for _, text in lines)
        assert all(line in said for line in STORY)
        assert all(label in (*weak.base.LABELS, "") for label, _ in lines)
        assert all((label == "") == (text == "") for label, text in lines)


def test_glued_lines_of_one_label_keep_it_and_others_teach_nothing() -> None:
    page = read_lines(parse("<ul class=menu><p>Trang chủ<p>Tin tức<p>Lũ rút</ul>"))
    same = [("boilerplate", text) for text in page.text]
    assert weak.LAYOUTS["menus glued"](page, same) == [("boilerplate", "Trang chủTin tứcLũ rút")]
    mixed = [*same[:2], ("content", "Lũ rút")]
    assert weak.LAYOUTS["cells and entries in a line"](page, mixed) == [
        ("uncertain", "Trang chủ Tin tức Lũ rút")
    ]


def test_parts_are_stable_and_a_quarter_is_set_aside() -> None:
    parts = [weak.part_of(f"bao-{number}") for number in range(2000)]
    assert 0.22 < parts.count("held_out") / len(parts) < 0.28
    assert all(0.15 < parts.count(f"fold{n}") / len(parts) < 0.23 for n in range(4))
    # Names that were dealt out once stay where they are.
    assert [weak.part_of(name) for name in ("vidu", "baolang", "truonglang")] == PARTS


PARTS = ["fold1", "held_out", "fold3"]


def test_noise_is_told_for_both_labels() -> None:
    page = read_lines(parse(SOURCE))
    labels = ["boilerplate"] * 4 + ["content"] * 2 + ["uncertain"] * 2
    hand = [1, 1, 1, 0, 0, 1, 0, 1]
    labelled = weak.LabelledPage("1", "bao.example", page, {}, np.zeros(8, bool), labels)
    found = weak.noise([(labelled, hand)])
    assert found["content"][:2] == (2, 1)
    assert found["boilerplate"][:2] == (4, 1)
    assert found["content"][3] == pytest.approx(1 / 3)
    assert found["boilerplate"][3] == pytest.approx(3 / 5)


def test_without_ours_the_others_decide() -> None:
    page = read_lines(parse(SOURCE))
    kept = votes(vnclean=MENU, one=STORY, two=[*STORY, FOOT])
    labelled = weak.LabelledPage("1", "bao.example", page, kept, np.zeros(8, bool), [])
    found = dict(zip(LINES, weak.without_ours(labelled).labels, strict=True))
    assert [found[line] for line in (*STORY, "Trang chủ", FOOT)] == [
        "content", "content", "boilerplate", "uncertain"
    ]  # fmt: skip


def test_pages_come_from_a_folder_or_a_tar_file(tmp_path: Path) -> None:
    folder = tmp_path / "pages/bao.example"
    folder.mkdir(parents=True)
    (folder / "1.html").write_text(SOURCE, encoding="utf-8")
    packed = tmp_path / "pages.tar.xz"
    with tarfile.open(packed, "w:xz") as tar:
        member = tarfile.TarInfo("bao.example/1.html")
        data = SOURCE.encode()
        member.size = len(data)
        tar.addfile(member, io.BytesIO(data))
    assert list(weak.read_pages(tmp_path / "pages")) == list(weak.read_pages(packed))


def test_the_script_writes_a_record_for_each_layout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for n in range(4):
        path = tmp_path / f"pages/bao.example/{n}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SOURCE.replace("ba ngày", f"{n} ngày"), encoding="utf-8")
    text = "\n".join(STORY)
    others = {"one": lambda page: text, "two": lambda page: text, "three": lambda page: 1 / 0}
    monkeypatch.setattr(weak, "extractors", lambda: others)
    output = tmp_path / "labels.jsonl"
    monkeypatch.setattr(sys, "argv", ["weak_labels", str(tmp_path / "pages"), "-o", str(output)])
    weak.main()
    captured = capsys.readouterr()
    assert "three failed" in captured.err
    assert "one and two" in captured.out
    rows = [json.loads(row) for row in output.read_text(encoding="utf-8").split("\n") if row]
    assert len(rows) == 4 * len(weak.LAYOUTS)
    assert {row["part"] for row in rows} == {weak.part_of(weak.base.site_of("bao.example"))}
    plain = [row["lines"] for row in rows if row["layout"] == "block a line"]
    assert all(["boilerplate", "Trang chủ"] in lines for lines in plain)

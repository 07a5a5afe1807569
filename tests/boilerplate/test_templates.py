"""Site templates: what many documents of a site share goes, what they share by right stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vnclean.boilerplate.templates import Learner, SiteTemplates, Templates, learn
from vnclean.cli import main
from vnclean.errors import ConfigError
from vnclean.scan import Scan

HEAD = ["Báo Xóm Chài - tiếng nói của bà con ven sông", "Trang chủ", "Tin tức"]
FOOT = ["Tòa soạn: số 3 đường Bến Chợ, thị trấn Cái Nước", "Bản quyền thuộc Báo Xóm Chài"]
FORMULAS = [
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;",
    "Quyết định này có hiệu lực kể từ ngày ký.",
    "Xin trân trọng cảm ơn bạn đọc đã theo dõi bài viết!",
]
REFRAIN = ["À ơi, gió đưa cây cải về trời với mẹ"] * 3


def body(number: int) -> list[str]:
    return [f"Câu chuyện thứ {number} của xóm kể rằng nước lên {number} phân trong đêm.", "Kết"]


def page(number: int) -> str:
    return "\n".join([*HEAD, *FORMULAS, *body(number), *REFRAIN, *FOOT])


def content(number: int) -> str:
    return "\n".join([*FORMULAS, *body(number), *REFRAIN])


PAGES = [page(number) for number in range(40)]


@pytest.fixture
def clean(tmp_path: Path) -> Templates:
    path = tmp_path / "site.tpl"
    path.write_bytes(learn(("xom.vn", text) for text in PAGES).as_bytes())
    return Templates(str(path))


def test_furniture_goes_and_what_is_shared_by_right_stays(clean: Templates) -> None:
    for number in (0, 7, 99):  # 99 was not learnt from
        assert clean(page(number)) == content(number)
        assert clean(clean(page(number))) == content(number)


def test_short_lines_stay_where_no_longer_one_is_beside_them(clean: Templates) -> None:
    text = "Trang chủ\nNgười ta kể chuyện ấy mãi về sau."
    assert clean(text) is text


def test_sites_are_kept_apart(tmp_path: Path) -> None:
    own = "Quán nhỏ đầu làng mở cửa từ sáng sớm mỗi ngày"
    learner = Learner()
    for number in range(30):
        learner.add("a.vn", f"{own}\nBài {number} nói về mưa nắng trong năm ấy ở quê tôi.")
        learner.add("b.vn", f"{HEAD[0]}\n{own} {number}\nĐoạn {number} kể về chuyến đi xa.")
    path = tmp_path / "sites.tpl"
    path.write_bytes(learner.result().as_bytes())
    text = f"{HEAD[0]}\n{HEAD[0]} nữa\n{own}\nVà chuyện còn dài."
    assert HEAD[0] not in Templates(str(path))(f"{HEAD[0]}\nMột bài viết khác hẳn.").split("\n")
    assert own in text


def test_few_documents_make_no_template() -> None:
    assert learn(("x", text) for text in PAGES[:7]).sites == {}


def test_memory_is_bounded_and_frequent_lines_are_kept() -> None:
    learner = Learner(entries=200)
    for number in range(300):
        lines = [f"Dòng riêng số {number} thứ {k} của trang này." for k in range(20)]
        learner.add("x", "\n".join([HEAD[0], *lines]))
        assert learner._size <= 200
    assert len(learner.result().sites.get("x", {})) == 1


def test_templates_come_back_from_a_file(tmp_path: Path) -> None:
    found = learn(("x", text) for text in PAGES)
    (tmp_path / "t").write_bytes(found.as_bytes())
    assert SiteTemplates.read(tmp_path / "t") == found


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": "other"}', "\ufffd"])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="vnclean boilerplate learn"):
        Templates(str(path))("Trang chủ")


def test_a_missing_file_is_named_and_no_file_does_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.tpl"):
        Templates(str(tmp_path / "none.tpl"))("Trang chủ")
    assert not Templates().concerns(Scan("a\nb"))
    assert Templates()("a\nb") == "a\nb"


@given(st.lists(st.sampled_from([*HEAD, *FOOT, *FORMULAS, *body(3), "", "\ud800"]), max_size=12))
@settings(max_examples=60)
def test_it_is_idempotent_and_total(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / "shared.tpl"
    if not path.exists():
        path.write_bytes(learn(("xom.vn", text) for text in PAGES).as_bytes())
    clean = Templates(str(path))
    once = clean("\n".join(lines))
    assert clean(once) == once


def test_the_command_line_learns_and_cleans(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    corpus = tmp_path / "pages.jsonl"
    rows = [
        json.dumps({"url": f"https://www.xom.vn/{number}", "text": text}, ensure_ascii=False)
        for number, text in enumerate(PAGES)
    ]
    corpus.write_text("\n".join(rows) + "\n", encoding="utf-8")
    target = tmp_path / "site.tpl"
    assert main(["boilerplate", "learn", str(corpus), "-o", str(target)]) == 0
    assert "xom.vn: 6 lines" in capfd.readouterr().err
    assert main(["clean", str(corpus), "-q", "--only", f"templates:path={target}"]) == 0
    first = json.loads(capfd.readouterr().out.split("\n")[0])
    assert first["text"] == content(0)
    assert main(["boilerplate", "learn", str(corpus), "-o", str(target)]) == 2


def test_folders_of_texts_are_sites(tmp_path: Path) -> None:
    folder = tmp_path / "xom"
    folder.mkdir()
    for number, text in enumerate(PAGES[:20]):
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    target = tmp_path / "site.tpl"
    assert main(["boilerplate", "learn", str(tmp_path), "-o", str(target)]) == 0
    assert Templates(str(target))(PAGES[3]) == content(3)

"""What is known about a text goes into a field of its record; everything else stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnclean.cli import main
from vnclean.formats.base import RecordError
from vnclean.formats.fields import add_fields
from vnclean.html.metadata import metadata_fields

BODY = "Sáng nay, hàng trăm hộ dân ven sông đã trở về nhà sau ba ngày tránh lũ ở trường học. " * 2
TEXT = f"Dân trở về sau lũ\nThứ ba, 03/05/2022 07:15\n{BODY.strip()}\n{BODY.strip()}\nHoài Thu"
FOUND = {"title": "Dân trở về sau lũ", "date": "2022-05-03T07:15:00", "byline": "Hoài Thu"}


def test_recognised_fields_are_added_and_the_rest_stays_byte_for_byte(
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture,  # type: ignore[type-arg]
) -> None:
    text = json.dumps(TEXT, ensure_ascii=False)
    source = tmp_path / "a.jsonl"
    row = f'{{"n":1e999,"text": {text} , "n":"hai"}}'
    source.write_text(f'{row}\n{{"no": "text"}}\n\n', encoding="utf-8")
    assert main(["clean", str(source), "-q", "--metadata", "extract"]) == 0
    out = capfdbinary.readouterr().out.decode()
    first, second, third, rest = out.split("\n")
    assert first.startswith(row[:-1] + ", ")
    assert {name: json.loads(first)["metadata"][name] for name in FOUND} == FOUND
    assert (second, third, rest) == ('{"no": "text"}', "", "")


def test_the_field_can_be_named_and_is_never_doubled(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "a.jsonl"
    source.write_text(json.dumps({"text": TEXT, "metadata": 1})[:-1] + f', "n": {"1" * 9000}}}\n')
    assert main(["clean", str(source), "-q", "--metadata", "extract"]) == 3
    assert "--metadata-key" in capfd.readouterr().err
    named = ["--metadata", "extract", "--metadata-key", "meta"]
    assert main(["clean", str(source), "-q", *named]) == 0
    row = json.loads(capfd.readouterr().out, parse_int=str)
    assert row["meta"]["title"] == FOUND["title"]
    assert main(["clean", str(source), *named[:3], "text"]) == 2


def test_formats_without_records_are_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "a.txt"
    source.write_text(TEXT, encoding="utf-8")
    assert main(["clean", str(source), "--metadata", "extract"]) == 2
    assert "JSON lines" in capfd.readouterr().err


def test_drop_is_the_work_of_boilerplate(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "a.txt"
    source.write_text(TEXT, encoding="utf-8")
    assert main(["clean", str(source), "-q", "--metadata", "drop"]) == 2
    assert "--preset web" in capfd.readouterr().err
    assert main(["clean", str(source), "-q", "--metadata", "drop", "-p", "web"]) == 0
    assert "Hoài Thu" not in capfd.readouterr().out


def test_pages_give_records_with_what_they_declare(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("selectolax")
    told = {
        "@graph": [{"@type": "NewsArticle", "headline": "Lũ rút", "articleSection": "Xã hội",
                    "datePublished": "2022-05-03T07:00:00+07:00", "author": [{"name": "Hoài Thu"}]}]
    }  # fmt: skip
    source = tmp_path / "a.html"
    source.write_text(
        f"<head><script type='application/ld+json'>{json.dumps(told)}</script>"
        "<link rel=canonical href='https://xom.vn/1'><meta property=og:site_name content=Xóm>"
        f"<script type='application/ld+json'>{{</script></head><h1>Lũ rút rồi</h1><p>{BODY}</p>",
        encoding="utf-8",
    )
    assert main(["clean", str(source), "-q", "--metadata", "extract"]) == 0
    row = json.loads(capfd.readouterr().out)
    assert row["url"] == "https://xom.vn/1"
    assert row["text"].startswith("Lũ rút rồi\n\n")
    assert row["metadata"] == {
        "title": "Lũ rút", "date": "2022-05-03T07:00:00+07:00", "byline": "Hoài Thu",
        "category": "Xã hội", "site": "Xóm",
    }  # fmt: skip
    assert (
        main(["clean", str(source), "-o", f"{tmp_path}/out/", "-q", "--metadata", "extract"]) == 0
    )
    assert (tmp_path / "out" / "a.jsonl").exists()
    assert main(["clean", str(source), "-q", "--metadata", "drop"]) == 0
    assert capfd.readouterr().out == BODY.strip() + "\n"


def test_templates_have_an_option_of_their_own(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    line = "Tòa soạn: số 3 đường Bến Chợ, thị trấn Cái Nước"
    rows = [{"url": "https://xom.vn/", "text": f"{BODY} {n}\n{line}"} for n in range(20)]
    source = tmp_path / "a.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    learnt = tmp_path / "site.tpl"
    assert main(["boilerplate", "learn", str(source), "-o", str(learnt)]) == 0
    capfd.readouterr()
    assert main(["clean", str(source), "-q", "--templates", str(learnt)]) == 0
    texts = [json.loads(row)["text"] for row in capfd.readouterr().out.split("\n") if row]
    assert len(texts) == 20
    assert not any(line in text for text in texts)
    assert main(["clean", str(source), "--templates", str(source)]) == 2
    assert "vnclean boilerplate learn" in capfd.readouterr().err


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9), max_size=4),
       st.sampled_from([None, (",", ":")]), st.booleans())  # fmt: skip
def test_adding_a_field_adds_nothing_else(
    record: dict[str, object], marks: tuple[str, str] | None, ascii_only: bool
) -> None:
    source = json.dumps(record, ensure_ascii=ascii_only, separators=marks)
    if "meta" in record:
        with pytest.raises(RecordError):
            add_fields(source, "meta", {"a": "ế"}, ascii_only=ascii_only)
        return
    new = add_fields(source + " ", "meta", {"a": "ế"}, ascii_only=ascii_only)
    assert json.loads(new) == {**record, "meta": {"a": "ế"}}
    assert new.startswith(source[:-1])
    assert new.endswith("} ")


@pytest.mark.parametrize("source", ["[]", "1", '"a"', "{"])
def test_only_objects_have_fields(source: str) -> None:
    with pytest.raises(RecordError):
        add_fields(source, "meta", {}, ascii_only=False)


@given(st.text(max_size=200))
def test_any_text_can_be_described(text: str) -> None:
    assert all(metadata_fields(text).values())

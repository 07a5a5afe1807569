"""WARC and WET: pages of an archive become records, what is broken is kept."""

from __future__ import annotations

import gzip
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

pytest.importorskip("selectolax")
pytest.importorskip("fastwarc")

from fastwarc import warc

from vnclean.cli import main
from vnclean.formats import warc as warc_reader
from vnclean.formats.warc import Warc

TEXT = "Sáng nay, hàng trăm hộ dân ven sông đã trở về nhà sau ba ngày tránh lũ ở trường học."
PAGE = (
    "<html><head><title>Lũ rút</title><meta property='article:published_time' "
    "content='2022-05-03T07:00:00+07:00'></head><body><nav><a href='/'>Trang chủ</a></nav>"
    f"<h1>Dân trở về sau lũ</h1><p>{TEXT}</p><p>{TEXT.replace('Sáng', 'Chiều')}</p></body></html>"
)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


def record(kind: str, content: bytes, *, number: int = 1, content_type: str = "") -> bytes:
    """Return one record as an archive holds it."""
    made = warc.WarcRecord()
    made.init_headers(getattr(warc.WarcRecordType, kind))
    made.headers["WARC-Record-ID"] = f"<urn:uuid:00000000-0000-0000-0000-{number:012d}>"
    made.headers["WARC-Date"] = "2023-01-02T03:04:05Z"
    made.headers["WARC-Target-URI"] = f"https://xom.vn/{number}"
    made.is_http = kind == "response"
    if content_type:
        made.headers["Content-Type"] = content_type
    made.set_bytes_content(content)
    out = BytesIO()
    made.write(out, checksum_data=True)
    return out.getvalue()


def response(body: bytes = PAGE.encode(), number: int = 1, head: bytes = OK) -> bytes:
    return record("response", head + body, number=number)


def rewritten(data: bytes, size: int = 1 << 20, block: int = 1000, **options: Any) -> Any:
    kind = Warc(**options)
    blocks = (data[at : at + block] for at in range(0, len(data), block))
    parts = [chunk.format.rewrite(chunk, lambda f: f.text) for chunk in kind.split(blocks, size)]
    rows = [json.loads(line) for part in parts for line in part.data.decode().split("\n") if line]
    rejects = [reject for part in parts for reject in part.rejects]
    return rows, rejects, sum(part.without for part in parts)


def test_pages_become_records_and_all_else_is_passed_over() -> None:
    data = b"".join([
        record("warcinfo", b"software: x\r\n"),
        record("request", b"GET / HTTP/1.1\r\n\r\n"),
        response(number=7),
        response(b"\x89PNG", 8, b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n"),
        response(number=9, head=OK.replace(b"200 OK", b"404 Not Found")),
    ])  # fmt: skip
    rows, rejects, without = rewritten(data)
    text = f"Dân trở về sau lũ\n\n{TEXT}\n\n{TEXT.replace('Sáng', 'Chiều')}"
    assert rows == [{
        "url": "https://xom.vn/7", "date": "2023-01-02T03:04:05Z",
        "id": "urn:uuid:00000000-0000-0000-0000-000000000007", "charset": "utf-8", "text": text,
    }]  # fmt: skip
    assert (rejects, without) == ([], 0)


def test_metadata_goes_into_the_record() -> None:
    rows, _, _ = rewritten(response(), metadata="meta")
    assert rows[0]["meta"]["title"] == "Lũ rút"
    assert rows[0]["meta"]["date"] == "2022-05-03T07:00:00+07:00"


def test_legacy_charsets_and_encodings_of_the_content() -> None:
    packed = OK.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
    chunked = OK.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n")
    body = PAGE.encode()
    data = b"".join([
        response(PAGE.encode("tcvn3", "replace"), 1),
        response(gzip.compress(body), 2, packed),
        response(f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n", 3, chunked),
    ])  # fmt: skip
    rows, rejects, _ = rewritten(data)
    assert not rejects
    assert [row["charset"] for row in rows] == ["tcvn3", "utf-8", "utf-8"]
    assert all(TEXT in row["text"] for row in rows)


def test_the_texts_of_wet_are_taken_as_they_are() -> None:
    text = "Trang chủ\nTin tức\n\n" + TEXT
    rows, _, _ = rewritten(record("conversion", text.encode(), content_type="text/plain"))
    assert [row["text"] for row in rows] == [text]


def test_what_is_broken_is_a_reject_and_the_rest_is_done() -> None:
    whole = [response(number=n) for n in range(1, 7)]
    whole[1] = whole[1].replace(b"h1>", b"h2>")
    whole[2] = whole[2].replace(b"Content-Length: ", b"Content-Size: ")
    whole[3] = b"rubbish between two records\r\n"
    whole[4] = record("response", b"no http at all", number=5)
    rows, rejects, _ = rewritten(b"".join(whole))
    assert [row["url"][-1] for row in rows] == ["1", "6"]
    assert [reject.line for reject in rejects] == [2, 3, 4]
    assert [reject.raw for reject in rejects] == [whole[1], whole[2] + whole[3], whole[4]]
    for reject, reason in zip(rejects, ("digest", "Content-Length", "HTTP"), strict=True):
        assert reason in reject.reason


@given(st.integers(1, 5000), st.integers(1, 3000), st.lists(st.integers(0, 4), max_size=8))
@example(1, 1, [4])
@settings(max_examples=60, deadline=None)
def test_records_do_not_depend_on_blocks_and_chunks(size: int, block: int, what: list[int]) -> None:
    kinds = [response(), record("request", b"GET"), b"rubbish\n", response()[:-30] + b"\r\n\r\n"]
    kinds.append(response() + b"\r\n" * 9 + b"\nrubbish\n")
    data = b"".join(kinds[kind] for kind in what)
    assert rewritten(data, size, block) == rewritten(data)


def test_what_is_no_record_is_not_looked_through_for_each_block(monkeypatch):
    looked = 0

    class Counting:
        def search(self, data, start, end):
            nonlocal looked
            looked += min(end, len(data)) - start
            return real.search(data, start, end)

    real = warc_reader._NEXT
    monkeypatch.setattr(warc_reader, "_NEXT", Counting())
    data = b"rubbish\n" * 50_000 + response()
    blocks = [data[at : at + 500] for at in range(0, len(data), 500)]
    chunks = list(Warc().split(blocks, 1 << 20))
    assert b"".join(chunk.data for chunk in chunks) == data
    assert looked < 4 * len(data)


@given(st.binary(max_size=300), st.integers(0, 900))
@settings(max_examples=60, deadline=None)
def test_no_byte_of_what_is_broken_is_lost(noise: bytes, at: int) -> None:
    data = response()
    data = data[:at] + noise + data[at:]
    rows, rejects, without = rewritten(data)
    assert rows or without or rejects or not data.strip()


def test_a_head_without_an_end_does_not_take_the_next_record_with_it() -> None:
    broken = b"WARC/1.0\r\nWARC-Type: response\r\n"
    rows, rejects, _ = rewritten(broken * 3 + response())
    assert [reject.raw for reject in rejects] == [broken] * 3
    assert rows == rewritten(response())[0]


def test_heads_without_an_end_are_not_looked_through_for_each_other(monkeypatch):
    looked = 0

    class Counting:
        def search(self, data, start, end):
            nonlocal looked
            found = real.search(data, start, end)
            looked += (found.end() if found else min(end, len(data))) - start
            return found

    real = warc_reader._HEAD_END
    monkeypatch.setattr(warc_reader, "_HEAD_END", Counting())
    data = b"WARC/1.0\r\nx\n" * 5_000
    assert sum(len(chunk.data) for chunk in Warc().split([data], 1 << 20)) == len(data)
    assert looked < 8 * len(data)


def archive(path: Path, count: int) -> bytes:
    data = b"".join(gzip.compress(response(number=n)) for n in range(count))
    path.write_bytes(data)
    return data


@pytest.mark.slow
def test_the_command_line_is_the_same_for_all_jobs(tmp_path: Path) -> None:
    source = tmp_path / "crawl.warc.gz"
    archive(source, 40)
    for jobs in (1, 2):
        target = tmp_path / f"out{jobs}.jsonl"
        assert main(["clean", str(source), "-o", str(target), "-q", "-j", str(jobs)]) == 0
    first = (tmp_path / "out1.jsonl").read_bytes()
    assert first == (tmp_path / "out2.jsonl").read_bytes()
    assert [json.loads(row)["url"] for row in first.decode().split("\n")[:-1]] == [
        f"https://xom.vn/{n}" for n in range(40)
    ]


def test_a_folder_of_archives_is_mirrored_as_json_lines(tmp_path: Path) -> None:
    archive(tmp_path / "in.warc.gz", 1)
    folder = tmp_path / "crawl"
    folder.mkdir()
    archive(folder / "a.warc.gz", 2)
    assert main(["clean", str(folder), "-o", str(tmp_path / "out"), "-q"]) == 0
    rows = gzip.decompress((tmp_path / "out" / "a.jsonl.gz").read_bytes()).decode()
    assert rows.count("\n") == 2


def test_a_cut_off_archive_gives_what_it_has(tmp_path: Path) -> None:
    source = tmp_path / "crawl.warc.gz"
    data = archive(source, 3)
    source.write_bytes(data[:-50])
    target, rejects = tmp_path / "out.jsonl", tmp_path / "rejects.jsonl"
    command = ["clean", str(source), "-o", str(target), "--rejects", str(rejects), "-q"]
    assert main(command) == 3
    assert target.read_bytes().count(b"\n") == 2
    kept = [json.loads(row) for row in rejects.read_text().split("\n") if row]
    assert len(kept) == 1
    assert "cut off" in kept[0]["reason"]
    assert kept[0]["line"] == 3


def test_preset_web_judges_pages_once_and_wet_by_its_words(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    menu = "Trang chủ\nTin tức\nLiên hệ\nĐăng nhập\n\n"
    body = " ".join([TEXT] * 4)
    data = record("conversion", (menu + body).encode(), content_type="text/plain")
    source = tmp_path / "a.warc.wet"
    source.write_bytes(data + response(number=2))
    assert main(["clean", str(source), "-q", "-p", "web"]) == 0
    rows = [json.loads(row) for row in capfd.readouterr().out.split("\n") if row]
    assert rows[0]["text"] == body
    assert rows[1]["text"].startswith("Dân trở về sau lũ")


def test_templates_are_learnt_by_the_addresses_of_pages(tmp_path: Path) -> None:
    source = tmp_path / "crawl.warc.gz"
    archive(source, 10)
    target = tmp_path / "site.tpl"
    assert main(["boilerplate", "learn", str(source), "-o", str(target)]) == 0
    assert '"site": "xom.vn"' in target.read_text(encoding="utf-8")

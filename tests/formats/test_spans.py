"""The contract of formats with spans: what is no text stays, and all of it can be undone.

Every format that is registered is held to it, with its samples in `tests/formats/samples/`.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import any_text
from vnclean.cli import main
from vnclean.engine import RunOptions, clean_files, plan_cleaning
from vnclean.engine.plan import InputOptions
from vnclean.engine.undo import undo_files
from vnclean.errors import FormatError
from vnclean.formats import Chunk, Field, Reject, format_of
from vnclean.formats.base import Edited
from vnclean.formats.known import _KINDS, format_named
from vnclean.formats.spans.document import SpanFormat
from vnclean.formats.spans.exchange import exchange, splice_text, texts_of
from vnclean.formats.spans.package import PackageFormat
from vnclean.formats.spans.pieces import Replacement, between_joints, single_edit, spread
from vnclean.formats.spans.span import PLAIN, TextSpan
from vnclean.pipeline import Pipeline
from vnclean.transform import Edit, apply_edits

FOLDER = Path(__file__).parent / "samples"
FORMATS = [kind for kind in _KINDS if issubclass(kind, SpanFormat | PackageFormat)]
SAMPLES = sorted(path.name for path in (FOLDER / "damaged").iterdir())
SUFFIXES = tuple(
    suffix for kind in FORMATS if issubclass(kind, SpanFormat) for suffix in kind.suffixes
)
TEXTS = [name for name in SAMPLES if name.endswith(SUFFIXES)]
PRESET = Pipeline.preset("standard")


def sample(kind: str, name: str) -> bytes:
    """Return a sample as a file; a folder of parts as a package, in the order of their names."""
    path = FOLDER / kind / name
    if not path.is_dir():
        return path.read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(file for file in path.rglob("*") if file.is_file()):
            stored = zipfile.ZIP_STORED if part.name == "mimetype" else zipfile.ZIP_DEFLATED
            entry = zipfile.ZipInfo(part.relative_to(path).as_posix().removeprefix("0-"))
            entry.compress_type = stored
            archive.writestr(entry, part.read_bytes())
    return out.getvalue()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def content(name: str, data: bytes) -> Any:
    """Return what is compared of a file: its bytes, or those of its parts."""
    return parts(data) if (FOLDER / "damaged" / name).is_dir() else data


def kind_of(name: str) -> Any:
    named = format_of(Path(name))
    assert named is not None
    return format_named(named)


def rewritten(
    kind: Any, data: bytes, change: Callable[[Field], str], size: int = 1 << 20
) -> tuple[bytes, list[Reject]]:
    out, rejects = b"", []
    try:
        for chunk in kind.split([data], size):
            done = chunk.format.rewrite(chunk, change)
            out += done.data
            rejects += done.rejects
    except FormatError as error:  # the engine makes a reject of it
        rejects.append(Reject(0, str(error), whole=False))
    return out, rejects


def same(field: Field) -> str:
    return field.text


def cleaned(
    folder: Path, name: str, data: bytes, pipeline: Pipeline = PRESET, **reading: Any
) -> tuple[Path, Any]:
    source = folder / name
    source.write_bytes(data)
    target = folder / "out" / name
    target.parent.mkdir(exist_ok=True)
    tasks = plan_cleaning([str(source)], str(target), InputOptions(**reading))
    options = RunOptions(jobs=1, edits=folder / "edits", account=True)
    return target, clean_files(tasks, pipeline, options)


# -- every format -------------------------------------------------------------------------------


def test_every_format_has_its_samples():
    found = {format_of(Path(name)) for name in SAMPLES}
    assert {kind.name for kind in FORMATS if kind.suffixes} <= found
    assert sorted(path.name for path in (FOLDER / "clean").iterdir()) == SAMPLES


@pytest.mark.parametrize("name", SAMPLES)
def test_damage_is_mended_and_undone(tmp_path, name):
    data = sample("damaged", name)
    target, summary = cleaned(tmp_path, name, data)
    assert not summary.failed
    assert content(name, target.read_bytes()) == content(name, sample("clean", name))
    undone = undo_files(target, tmp_path / "edits", tmp_path / f"back-{name}")
    assert (undone.failed, (tmp_path / f"back-{name}").read_bytes()) == ([], data)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_without_damage_is_the_same_to_the_byte(tmp_path, name):
    data = sample("clean", name)
    target, summary = cleaned(tmp_path, name, data)
    assert (target.read_bytes() == data, summary.tally.changed) == (True, 0)


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_given_back_as_it_was_leaves_every_byte(name):
    for which in ("damaged", "clean"):
        data = sample(which, name)
        assert rewritten(kind_of(name), data, same) == (data, [])
        assert rewritten(kind_of(name), data, same, size=50) == (data, [])


def frame(kind: SpanFormat, source: str) -> str:
    """Return a source without its texts."""
    found = [piece.span for pieces in texts_of(source, kind.spans) for piece in pieces]
    return splice_text(source, [Replacement(span.start, span.end, "\0") for span in found])


@pytest.mark.parametrize("name", TEXTS)
@given(put=any_text(), seed=st.integers(0, 9))
def test_whatever_is_put_there_stays_inside_the_texts(name, put, seed):
    kind, source = kind_of(name), sample("damaged", name).decode()
    chance = random.Random(seed)

    def change(field: Field) -> str:
        at = sorted(chance.choices(range(len(field.text) + 1), k=2))
        edits = [Edit(*at, put, "test"), Edit(at[1], at[1], "ạ", "test")]
        kept = list(between_joints(field.text, edits, field.joints))
        return Edited(apply_edits(field.text, kept), kept)

    data, rejects = rewritten(kind, source.encode(), change)
    assert rejects == []
    new = data.decode()
    assert frame(kind, new).replace("\0", "") == frame(kind, source).replace("\0", "")


@pytest.mark.parametrize("name", TEXTS)
@given(data=st.data())
def test_a_file_that_is_damaged_itself_stays_or_is_said(name, data):
    kind, whole = kind_of(name), bytearray(sample("damaged", name))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(whole)))
        whole[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=4))
    out, rejects = rewritten(kind, bytes(whole), same)
    assert rejects or kind_converted(kind, bytes(whole)) or out == bytes(whole)


def kind_converted(kind: Any, data: bytes) -> bool:
    return any(chunk.format.rewrite(chunk, same).converted for chunk in kind.split([data], 1 << 20))


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_file_in_another_encoding_of_unicode_is_read_and_undone(tmp_path, name, encoding):
    data = sample("damaged", name).decode().encode(encoding)
    target, summary = cleaned(tmp_path, name, data)
    assert not summary.failed
    kind = kind_of(name)
    wanted = frame(kind, kind.declare_utf8(sample("clean", name).decode()))
    settled = next(iter(kind.split([sample("damaged", name)], 1 << 20))).format
    written = encoding if settled.any_encoding else "utf-8-sig"
    assert frame(kind, target.read_bytes().decode(written)) == wanted
    undone = undo_files(target, tmp_path / "edits", tmp_path / f"back-{name}")
    assert (undone.failed, (tmp_path / f"back-{name}").read_bytes()) == ([], data)


# -- pieces -------------------------------------------------------------------------------------

letters = st.text("ab \n\ufffc", max_size=12)


@given(letters, letters)
def test_one_edit_makes_one_text_of_another(old, new):
    edits = single_edit(old, new)
    assert splice_text(old, edits) == new
    assert len(edits) == (old != new)


@st.composite
def edited(draw: Any) -> tuple[str, list[Replacement], list[tuple[int, int]]]:
    """Draw a text, edits of it, and joints: line feeds and places with nothing."""
    text = draw(st.text("ab\n", min_size=1, max_size=20))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    edits = [Replacement(a, b, draw(st.text("abc\n", max_size=4))) for a, b in pairs]
    solid = [(at, at + 1) for at, letter in enumerate(text) if letter == "\n"]
    empty = {(at, at) for at in draw(st.sets(st.integers(0, len(text)), max_size=3))}
    return text, edits, sorted({*solid, *empty})


@given(edited())
def test_edits_between_joints_leave_their_number(drawn):
    text, edits, joints = drawn
    kept = list(between_joints(text, edits, joints))
    solid = [joint for joint in joints if joint[0] < joint[1]]
    assert all(edit.end <= a or edit.start >= b for edit in kept for a, b in solid)
    assert kept == sorted(kept)
    harmless = [e for e in edits if all(e.end <= a or e.start >= b for a, b in solid)]
    assert [edit for edit in kept if edit in edits] == harmless


@given(edited())
def test_pieces_with_their_edits_make_up_the_text(drawn):
    text, edits, joints = drawn
    kept = list(between_joints(text, edits, joints))
    starts = [0, *(end for _, end in joints)]
    ends = [*(start for start, _ in joints), len(text)]
    bounds = list(zip(starts, ends, strict=True))
    made = []
    for (start, end), own in zip(bounds, spread(text, kept, bounds), strict=True):
        assert all(start <= a <= b <= end for a, b, _ in own)
        shifted = [Replacement(a - start, b - start, new) for a, b, new in own]
        made.append(splice_text(text[start:end], shifted))
    joined = made[0] + "".join(
        text[a:b] + piece for (a, b), piece in zip(joints, made[1:], strict=True)
    )
    assert joined == splice_text(text, kept)


def test_a_text_that_the_format_does_not_hold_stays_and_the_others_change():
    def words(source: str) -> Iterator[TextSpan]:
        at = 0
        for word in source.split(","):
            yield TextSpan(at, at + len(word), PLAIN)
            at += len(word) + 1

    changes = {"a": "A", "b": "B,B", "c": "C"}
    assert exchange("a,b,c,d", words, lambda field: changes.get(field.text, field.text)) == (
        "A,b,C,d"
    )


def test_a_field_of_pieces_knows_where_each_of_them_stands():
    seen: list[Field] = []
    chunk = Chunk(sample("damaged", "film.srt"), 1, kind_of("film.srt"))
    chunk.format.rewrite(chunk, lambda field: seen.append(field) or field.text)
    (field,) = seen
    at = field.text.index("qủa"), field.text.index("Hoµ")
    assert field.positions(at) == [(4, 14), (8, 7)]


@pytest.mark.parametrize(
    ("name", "source", "made"),
    [
        ("a.md", "`mã` và hiệu qủa http://a.vn rồi\n", "`mã` và hiệu quả http://a.vn rồi\n"),
        ("a.po", 'msgid "a"\nmsgstr " hiệu qủa "\n', 'msgid "a"\nmsgstr " hiệu quả "\n'),
        ("a.xml", "<a> hiệu qủa <b>cao</b> </a>", "<a> hiệu quả <b>cao</b> </a>"),
    ],
)
def test_blanks_at_the_edges_of_a_span_are_layout(
    name: str, source: str, made: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(source, encoding="utf-8")
    assert main(["clean", str(tmp_path / name), "-o", str(tmp_path / f"out_{name}")]) == 0
    assert (tmp_path / f"out_{name}").read_text(encoding="utf-8") == made


@pytest.mark.parametrize("name", [name for name in SAMPLES if (FOLDER / "damaged" / name).is_dir()])
def test_a_package_can_be_inspected(name: str, tmp_path: Path, capsys: Any) -> None:
    (tmp_path / name).write_bytes(sample("damaged", name))
    assert main(["inspect", str(tmp_path / name)]) == 0
    assert "words (" in capsys.readouterr().out

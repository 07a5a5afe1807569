"""Arrow data through a pipeline: types, nulls, chunks and metadata stay."""

from __future__ import annotations

from typing import Any

import pytest

from vnclean.errors import ConfigError
from vnclean.pipeline import Pipeline

pa = pytest.importorskip("pyarrow")
PIPE = Pipeline.preset("safe")
TEXTS = ["có hiệu qủa", None, "bình thường", "", "có hiệu qủa"]
CLEAN = ["có hiệu quả", None, "bình thường", "", "có hiệu quả"]


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view"])
def test_arrays_keep_their_type_and_nulls(kind: str) -> None:
    array = pa.array(TEXTS, type=getattr(pa, kind)())
    cleaned = PIPE.clean_batch(array)
    assert cleaned.type == array.type
    assert cleaned.to_pylist() == CLEAN


def test_chunked_and_dictionary_arrays() -> None:
    chunked = pa.chunked_array([TEXTS[:2], [], TEXTS[2:]], type=pa.string())
    cleaned = PIPE.clean_batch(chunked)
    assert [len(chunk) for chunk in cleaned.chunks] == [2, 0, 3]
    assert cleaned.to_pylist() == CLEAN
    encoded = pa.array(TEXTS).dictionary_encode()
    assert PIPE.clean_batch(encoded).type == encoded.type
    assert PIPE.clean_batch(encoded).to_pylist() == CLEAN


@pytest.mark.parametrize("kind", [pa.table, pa.record_batch])
def test_tables_and_batches_keep_schema_and_other_columns(kind: Any) -> None:
    schema = pa.schema(
        [
            ("id", pa.int64()),
            pa.field("text", pa.string(), metadata={"k": "v"}),
            ("raw", pa.string()),
        ],
        metadata={"made": "by hand"},
    )
    data = kind({"id": list(range(5)), "text": TEXTS, "raw": TEXTS}, schema=schema)
    cleaned = PIPE.clean_batch(data, "text")
    assert type(cleaned) is type(data)
    assert cleaned.schema.equals(schema, check_metadata=True)
    assert cleaned.column("text").to_pylist() == CLEAN
    assert cleaned.column("raw").to_pylist() == TEXTS
    assert PIPE.clean_batch(data).column("raw").to_pylist() == CLEAN


def test_each_distinct_value_is_cleaned_once() -> None:
    from vnclean.arrow import clean_batch

    seen: list[str] = []
    clean_batch(lambda texts: seen.extend(texts) or texts, pa.array(TEXTS * 3))
    assert sorted(seen) == sorted({text for text in TEXTS if text is not None})


def test_wrong_columns_say_what_there_is() -> None:
    table = pa.table({"id": [1], "text": ["a"]})
    with pytest.raises(ConfigError, match="columns are: id, text"):
        PIPE.clean_batch(table, "body")
    with pytest.raises(ConfigError, match="int64, not text"):
        PIPE.clean_batch(table, ["id"])
    with pytest.raises(ConfigError, match="holds no text"):
        PIPE.clean_batch(pa.array([1]))

"""The adapters without their libraries: what they share, and what they say when one is missing."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from vnclean.cli.engine_options import Engine
from vnclean.engine import Listener, RunOptions
from vnclean.engine.options import OptionsError
from vnclean.errors import ConfigError, MissingExtraError
from vnclean.integrations.common import clean_texts, require_package, text_columns
from vnclean.integrations.huggingface import TextCleaner
from vnclean.pipeline import Pipeline, pipeline_of

CALLS: dict[str, Any] = {
    "spark": lambda module: module.clean_dataframe(None),
    "ray": lambda module: module.clean_dataset(None),
    "datatrove": lambda module: module.VncleanFormatter(),
    "huggingface": lambda module: module.clean_dataset(None),
    "polars": lambda module: module.clean("text"),
    "pandas": lambda module: module.clean_series(None),
    "sklearn": lambda module: module.VncleanTextTransformer(),
    "dask": lambda module: module.clean_bag(None),
    "haystack": lambda module: module.VncleanDocumentCleaner(),
    "langchain": lambda module: module.VncleanTransformer(),
    "llamaindex": lambda module: module.VncleanTransform(),
}
PACKAGES = {
    "langchain": "langchain_core",
    "llamaindex": "llama_index",
    "spark": "pyspark",
    "huggingface": "datasets",
}


@pytest.mark.parametrize("name", CALLS)
def test_a_missing_library_names_its_extra(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    package = PACKAGES.get(name, name)
    for module in [module for module in sys.modules if module.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"vnclean.integrations.{name}", raising=False)
    adapter = import_module(f"vnclean.integrations.{name}")
    monkeypatch.delitem(sys.modules, f"vnclean.integrations.{name}")
    with pytest.raises(MissingExtraError, match=rf"needs the package {package}.*\[{name}\]"):
        CALLS[name](adapter)


def test_a_broken_library_is_not_called_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "click.testing", None)
    assert require_package("json", "none", "A test").__name__ == "json"
    with pytest.raises(MissingExtraError):
        require_package("no_such_package.part", "none", "A test")


def test_columns_are_checked() -> None:
    assert text_columns("a", ["a", "b"], ["a"]) == ("a",)
    with pytest.raises(ConfigError, match="columns are: a, b"):
        text_columns(["c"], ["a", "b"], ["a"])
    with pytest.raises(ConfigError, match="'b' holds no text"):
        text_columns(["b"], ["a", "b"], ["a"])


def test_each_text_is_cleaned_once_and_what_is_none_stays() -> None:
    seen: list[str] = []

    def clean(text: str) -> str:
        seen.append(text)
        return text + "!"

    missing = float("nan")
    done = clean_texts(clean, ["a", None, missing, "a", "", 1])
    assert done[:2] == ["a!", None]
    assert done[2] is missing
    assert done[3:] == ["a!", "!", 1]
    assert seen == ["a", ""]


def test_hugging_face_batches_of_dicts() -> None:
    clean = TextCleaner(("text",), "safe")
    batch = {"id": [1, 2], "text": ["có hiệu qủa", None]}
    assert clean(batch) == {"text": ["có hiệu quả", None]}
    with pytest.raises(ConfigError, match="columns are: id, text"):
        TextCleaner(("body",))(batch)
    assert pipeline_of("safe") is Pipeline.preset("safe")


@pytest.mark.slow
def test_an_engine_that_is_not_installed_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    code = (
        "import sys; sys.modules['ray'] = None\n"
        "from vnclean.cli import main\n"
        "sys.exit(main(['clean', 'a.txt', '-o', 'b.txt', '--engine', 'ray']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "pip install 'vnclean[ray]'" in done.stderr
    assert not (tmp_path / "b.txt").exists()


def test_options_that_belong_to_another_engine_are_refused() -> None:
    with pytest.raises(click.UsageError, match="--engine ray"):
        Engine("local", "auto").clean([], Pipeline(), RunOptions(), Listener())
    with pytest.raises(OptionsError, match="--edits works with --engine local"):
        Engine("ray").clean([], Pipeline(), RunOptions(edits=Path("a.jsonl")), Listener())

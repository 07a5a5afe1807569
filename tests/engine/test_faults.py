"""Rows of the table of faults, the quick ones; benchmarks/robustness/faults.py runs them all."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "robustness" / "faults.py"
QUICK = (
    "gzip with a wrong checksum",
    "garbage behind a gzip member",
    "bytes that are not UTF-8 in a CSV",
    "a malformed JSON line",
    "a quote in a CSV that is never closed",
    "a lone surrogate in JSON",
    "a picture named .txt",
    "UTF-16 without a byte order mark",
    "a link that leads nowhere",
    "an output that exists",
    "a link planted under a temporary name",
    "--report is an input through a hard link",
    "--rejects is the journal",
    "devices as output, rejects, sidecar and report",
    "killed before the journal's removal",
    "a name of 255 bytes",
    "a step or a format that fails",
    "a sidecar that leads through a link",
)


@pytest.fixture(scope="module")
def faults():
    """The table, loaded once."""
    spec = importlib.util.spec_from_file_location("faults", PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "faults", module)
        spec.loader.exec_module(module)
        if not hasattr(module.resource, "setrlimit"):
            pytest.skip("POSIX only")
        patch.setenv("PYTHONPATH", str(PATH.parents[2]))
        yield module


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs links and signals")
@pytest.mark.parametrize("fault", QUICK)
def test_nothing_is_lost(fault, faults):
    rows = faults.check(fault)
    assert [row.fault for row in rows] == [fault]
    assert all(row.sound for row in rows), rows

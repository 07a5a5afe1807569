"""What a run did, for programs (JSON) and for people (HTML)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vnclean import __version__
from vnclean.engine import Summary
from vnclean.engine.atomic_files import open_output
from vnclean.errors import ConfigError
from vnclean.formats.places import Place, place
from vnclean.pipeline import Pipeline

__all__ = ["as_dict", "check_report_name", "write_report"]

_KINDS = (".json", ".html", ".htm")


def as_dict(summary: Summary, pipeline: Pipeline, settings: Path | None = None) -> dict[str, Any]:
    """Return what a run did as plain values; times in seconds, sizes in bytes.

    `settings` is the file that said what to do, where there was one.
    """
    return {
        "vnclean": __version__,
        "pipeline": pipeline.to_toml(),
        "fingerprint": pipeline.fingerprint(),
        "settings": None if settings is None else str(settings.absolute()),
        "files": summary.files,
        "files_changed": summary.files_changed,
        "failed": summary.failed,
        "not_written": summary.left,
        "seconds": round(summary.seconds, 3),
        "bytes_per_second": round(summary.read / max(summary.seconds, 1e-9)),
        "busiest": [
            {"file": name, "edits": -less, "changed": changed, "texts": texts}
            for less, changed, texts, name in summary.busiest
        ],
        "faults": [
            {"file": name, "line": line, "reason": reason} for name, line, reason in summary.faults
        ],
        **summary.tally.as_dict(),
    }


def check_report_name(name: str) -> None:
    """Raise ConfigError where a report of that name can't be written."""
    path = place(name)
    if path.suffix.lower() not in _KINDS:
        raise ConfigError(
            f"A report is a .json or .html file; {path} is neither. Give --report FILE.html."
        )


def write_report(
    path: Place, summary: Summary, pipeline: Pipeline, settings: Path | None = None
) -> None:
    """Write the report of a run; the ending of the name chooses the kind."""
    values = as_dict(summary, pipeline, settings)
    if path.suffix.lower() == ".json":
        text = json.dumps(values, ensure_ascii=False, indent=2) + "\n"
    else:
        from vnclean.report.html_report import page

        text = page(values)
    with open_output(path) as file:
        file.write(text.encode("utf-8", "backslashreplace"))

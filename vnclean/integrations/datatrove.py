"""datatrove: a formatter that cleans documents, with counts. Needs the extra `datatrove`."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from vnclean.errors import MissingExtraError
from vnclean.pipeline import Pipeline, pipeline_of

try:
    from datatrove.pipeline.base import PipelineStep
except ImportError:
    PipelineStep = object

__all__ = ["VncleanFormatter"]


class VncleanFormatter(PipelineStep):  # type: ignore[misc]
    """Cleans the text of every document; ids, metadata and order stay.

    Runs on datatrove's local, Slurm and Ray executors (it pickles, and the model is read once per
    process). Its statistics count documents (`total`, `changed`, `dropped`), `edits`, and edits
    per rule (`edits_tone.misplaced`, ...). A document on which a step fails goes to the
    `exclusion_writer`, its text as it was, the reason under `filter_reason`; without a writer it
    is forwarded as it was. With `drop_empty` so does one of which nothing is left: a page that
    was furniture alone. Raises MissingExtraError without datatrove.

        pipeline = [
            JsonlReader("crawl/"),
            VncleanFormatter("web", exclusion_writer=JsonlWriter("rejects/")),
            JsonlWriter("cleaned/"),
        ]
        SlurmPipelineExecutor(pipeline, job_name="vnclean", tasks=1000, time="20:00:00", ...)
    """

    type = "FORMAT"
    name = "vnclean"

    def __init__(
        self,
        preset: Pipeline | str = "standard",
        *,
        exclusion_writer: Any = None,
        drop_empty: bool = False,
    ) -> None:
        if PipelineStep is object:
            raise MissingExtraError("datatrove", "datatrove", "A datatrove pipeline")
        super().__init__()
        self.pipeline = pipeline_of(preset)
        self.exclusion_writer = exclusion_writer
        self.drop_empty = drop_empty

    def format(self, text: str) -> str:
        """Return one text cleaned, and count what was done to it."""
        result = self.pipeline.explain(text)
        if result.changed:
            self.stat_update("changed")
            self.stat_update("edits", value=len(result.edits))
            rules = Counter(rule for edit in result.edits for rule in edit.rule.split("+"))
            for rule, count in rules.items():
                self.stat_update(f"edits_{rule}", value=count)
        return result.text

    def run(self, data: Iterable[Any], rank: int = 0, world_size: int = 1) -> Iterator[Any]:
        """Yield the documents with their texts cleaned."""
        with self.exclusion_writer or contextlib.nullcontext() as writer:
            for document in data:
                self.stat_update("total")
                reason = ""
                with self.track_time():
                    try:
                        text = self.format(document.text)
                    except Exception as error:  # costs its document, not the task
                        reason = f"a cleaning step failed with {type(error).__name__}: {error}"
                    else:
                        if self.drop_empty and document.text and not text.strip():
                            reason = "nothing is left of it"
                        else:
                            document.text = text
                if not reason:
                    self.stat_update("forwarded")
                    self.update_doc_stats(document)
                    yield document
                    continue
                failed = reason.startswith("a cleaning")
                self.stat_update("failed" if failed else "empty")
                if writer is None and failed:
                    yield document
                    continue
                self.stat_update("dropped")
                if writer is not None:
                    document.metadata["filter_reason"] = reason
                    writer.write(document, rank)

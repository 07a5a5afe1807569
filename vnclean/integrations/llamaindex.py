"""LlamaIndex: a transformation that cleans nodes and documents. Extra `llamaindex`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vnclean.errors import MissingExtraError
from vnclean.integrations.common import clean_texts
from vnclean.pipeline import Pipeline, pipeline_of

try:
    from llama_index.core.schema import TransformComponent
except ImportError:
    TransformComponent = object

__all__ = ["VncleanTransform"]


class VncleanTransform(TransformComponent):  # type: ignore[misc]
    """Cleans the text of nodes, in place as transformations do; ids, metadata and relations stay.

    Put it first, before the splitter: evidence is gathered over whole documents. The cache of an
    IngestionPipeline is found again as long as version and steps are the same. Raises
    MissingExtraError without llama-index-core.

        IngestionPipeline(transformations=[VncleanTransform("web"), SentenceSplitter()])
    """

    config: str = ""
    fingerprint: str = ""

    def __init__(self, preset: Pipeline | str = "standard", **fields: Any) -> None:
        if TransformComponent is object:
            raise MissingExtraError("llama_index", "llamaindex", "A LlamaIndex transformation")
        pipeline = pipeline_of(fields.get("config") or preset)
        fields |= {"config": pipeline.to_toml(), "fingerprint": pipeline.fingerprint()}
        super().__init__(**fields)

    def __call__(self, nodes: Sequence[Any], **kwargs: Any) -> Sequence[Any]:
        """Return the nodes with their texts cleaned."""
        old = [node.get_content() for node in nodes]
        for node, text, new in zip(
            nodes, old, clean_texts(pipeline_of(self.config), old), strict=True
        ):
            if new != text:
                node.set_content(new)
        return nodes

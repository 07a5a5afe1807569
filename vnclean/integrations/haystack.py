"""Haystack: a component that cleans documents before they are indexed. Extra `haystack`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vnclean.errors import MissingExtraError
from vnclean.integrations.common import clean_texts
from vnclean.pipeline import Pipeline, pipeline_of

try:
    from haystack import Document, component, default_from_dict, default_to_dict
except ImportError:
    component = None

__all__ = ["VncleanDocumentCleaner"]


def _component(kind: Any) -> Any:
    return kind if component is None else component(kind)


def _documents(run: Any) -> Any:
    return run if component is None else component.output_types(documents=list[Document])(run)


@_component
class VncleanDocumentCleaner:
    """Cleans the content of documents; documents that are clean are passed on as they are.

    A changed document gets a new id from its content, unless `keep_id`, and loses its embedding;
    its meta stays. `preset` is the name of a preset, TOML text, or a Pipeline. To load a saved
    pipeline, Haystack 3 wants to be told that it may (`allow_deserialization_module`). Raises
    MissingExtraError without haystack.

        pipeline.add_component("clean", VncleanDocumentCleaner("web"))
        pipeline.connect("converter", "clean")
        pipeline.connect("clean", "splitter")
    """

    def __init__(self, preset: Pipeline | str = "standard", keep_id: bool = False) -> None:
        if component is None:
            raise MissingExtraError("haystack", "haystack", "A Haystack component")
        self.pipeline = pipeline_of(preset)
        self.keep_id = keep_id

    def to_dict(self) -> dict[str, Any]:
        """Return the component as plain values."""
        config: dict[str, Any] = default_to_dict(
            self, preset=self.pipeline.to_toml(), keep_id=self.keep_id
        )
        return config

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Any:
        """Return the component that `to_dict` gave."""
        return default_from_dict(cls, data)

    @_documents
    def run(self, documents: list[Any]) -> dict[str, list[Any]]:
        """Return the documents, cleaned, under `documents`."""
        contents = clean_texts(self.pipeline, [document.content for document in documents])
        cleaned = [
            document
            if new == document.content
            else replace(
                document,
                content=new,
                id=document.id if self.keep_id else "",
                embedding=None,
                sparse_embedding=None,
            )
            for document, new in zip(documents, contents, strict=True)
        ]
        return {"documents": cleaned}

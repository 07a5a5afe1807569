"""LangChain: a document transformer that cleans page contents. Extra `langchain`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vnclean.errors import MissingExtraError
from vnclean.integrations.common import clean_texts
from vnclean.pipeline import Pipeline, pipeline_of

try:
    from langchain_core.documents import BaseDocumentTransformer
except ImportError:
    BaseDocumentTransformer = object

__all__ = ["VncleanTransformer"]


class VncleanTransformer(BaseDocumentTransformer):  # type: ignore[misc]
    """Cleans the content of documents; ids and metadata stay, clean documents are passed on.

    Raises MissingExtraError without langchain-core.

        documents = VncleanTransformer("web").transform_documents(loader.load())
        store.add_documents(splitter.split_documents(documents))
    """

    def __init__(self, preset: Pipeline | str = "standard") -> None:
        if BaseDocumentTransformer is object:
            raise MissingExtraError("langchain_core", "langchain", "A LangChain transformer")
        self.pipeline = pipeline_of(preset)

    def transform_documents(self, documents: Sequence[Any], **kwargs: Any) -> Sequence[Any]:
        """Return the documents with their contents cleaned."""
        contents = clean_texts(self.pipeline, [document.page_content for document in documents])
        return [
            document
            if new == document.page_content
            else document.model_copy(update={"page_content": new})
            for document, new in zip(documents, contents, strict=True)
        ]

"""Steps before an index: Haystack, LangChain, LlamaIndex."""

from __future__ import annotations

import asyncio

import pytest

from tests.integrations.samples import TEXTS, expected, needs
from vnclean.pipeline import Pipeline

pytestmark = pytest.mark.integrations
GIVEN = [text for text in TEXTS if text is not None]
WANTED = [text for text in expected() if text is not None]


@needs("haystack")
def test_haystack_component_in_a_pipeline() -> None:
    from haystack import Document
    from haystack import Pipeline as Graph

    from vnclean.integrations.haystack import VncleanDocumentCleaner

    given = [Document(content=text, meta={"n": k}) for k, text in enumerate(GIVEN)]
    given.append(Document(content=None, meta={"n": -1}))
    graph = Graph()
    graph.add_component("clean", VncleanDocumentCleaner())
    try:
        from haystack.core.serialization import allow_deserialization_module
    except ImportError:  # of version 2, which trusts every module
        pass
    else:
        allow_deserialization_module("vnclean.integrations.haystack")
    graph = Graph.loads(graph.dumps())
    done = graph.run({"clean": {"documents": given}})["clean"]["documents"]
    assert [document.content for document in done] == [*WANTED, None]
    assert [document.meta for document in done] == [document.meta for document in given]
    for old, new in zip(given, done, strict=True):
        assert (new.id == old.id) == (new.content == old.content)
    keeping = VncleanDocumentCleaner(Pipeline.preset("safe"), keep_id=True)
    assert [new.id for new in keeping.run(given)["documents"]] == [old.id for old in given]
    again = VncleanDocumentCleaner.from_dict(keeping.to_dict())
    assert (again.pipeline, again.keep_id) == (Pipeline.preset("safe"), True)


@needs("langchain_core")
def test_langchain_transformer() -> None:
    from langchain_core.documents import Document

    from vnclean.integrations.langchain import VncleanTransformer

    given = [Document(text, id=str(k), metadata={"n": k}) for k, text in enumerate(GIVEN)]
    done = VncleanTransformer().transform_documents(given)
    assert [document.page_content for document in done] == WANTED
    assert [(d.id, d.metadata) for d in done] == [(d.id, d.metadata) for d in given]
    assert [document.page_content for document in given] == GIVEN
    later = asyncio.run(VncleanTransformer("safe").atransform_documents(given))
    assert len(later) == len(given)


@needs("llama_index")
def test_llamaindex_transformation() -> None:
    from llama_index.core.ingestion import IngestionPipeline
    from llama_index.core.schema import Document, TextNode

    from vnclean.integrations.llamaindex import VncleanTransform

    nodes = [TextNode(text=text, id_=str(k), metadata={"n": k}) for k, text in enumerate(GIVEN)]
    done = VncleanTransform()(nodes)
    assert [node.get_content() for node in done] == WANTED
    assert [(node.node_id, node.metadata) for node in done] == [
        (str(k), {"n": k}) for k in range(len(GIVEN))
    ]
    steps = IngestionPipeline(transformations=[VncleanTransform("safe")])
    (cleaned,) = steps.run(documents=[Document(text="có hiệu qủa", metadata={"a": 1})])
    assert cleaned.get_content() == "có hiệu quả"
    step = VncleanTransform(Pipeline.preset("web"))
    assert VncleanTransform.from_dict(step.to_dict()) == step
    assert step.fingerprint == Pipeline.preset("web").fingerprint()

from collections.abc import Iterator

import pytest
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda

from knowledge.library import Library
from knowledge.retriever import PassageRetriever
from tests.knowledge.material import CountingEmbedder, load, write_reports


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("retriever")
    write_reports(folder / "reports", 4)
    made = Library(folder / "data", CountingEmbedder(), create=True)
    load(made, folder / "reports")
    yield made
    made.close()


def test_documents_tell_whose_words_they_are_and_where_they_stand(library: Library) -> None:
    documents = PassageRetriever(library=library, limit=3).invoke("白鹭区检查食品安全单位多少家")
    assert 0 < len(documents) <= 3
    for document in documents:
        told = document.metadata
        assert (told["bureau"], told["period"]) == ("白鹭区市场监管局", "2023年")
        text = library.report(told["report_id"]).text
        assert text[told["start"] : told["end"]] == document.page_content
        assert document.id
        assert document.id.startswith(told["report_id"])
        assert told["section"]
        assert told["file"].endswith("report-0001.txt")
    scores = [d.metadata["score"] for d in documents]
    assert scores == sorted(scores, reverse=True)


def test_a_bureau_that_is_not_held_gives_no_document(library: Library) -> None:
    assert PassageRetriever(library=library).invoke("没有县检查食品安全单位多少家") == []


def test_it_composes_with_a_chain(library: Library) -> None:
    def joined(documents: list[Document]) -> str:
        return "\n".join(d.page_content for d in documents)

    chain = PassageRetriever(library=library, limit=1) | RunnableLambda(joined)
    assert "编号2的" in chain.invoke("编号2的问题")
    assert len(chain.batch(["编号1的问题", "编号3的问题"])) == 2

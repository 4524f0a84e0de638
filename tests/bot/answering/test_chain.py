import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda

from bot.answering.model_writer import (
    NothingRetrieved,
    PassageRetriever,
    answer_chain,
    fit_documents,
)
from bot.assistant.assistant import Assistant
from bot.assistant.models import open_endpoint
from bot.model.endpoint import ChatEndpoint
from bot.model.tokens import token_count
from knowledge.library import Library
from knowledge.retrieval.question import Question
from knowledge.retrieval.search import Hit
from prompts.loading import Prompts
from tests.bot.conftest import settings_for
from tests.bot.model.chat_server import KEY, Behaviour, ChatServer, refuses, says
from tests.conftest import ROOT, SAMPLES, loaded_library
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
    assert PassageRetriever(library=library).invoke("柳湾县检查食品安全单位多少家") == []


def test_it_composes_with_a_chain(library: Library) -> None:
    def joined_text(documents: list[Document]) -> str:
        return "\n".join(d.page_content for d in documents)

    chain = PassageRetriever(library=library, limit=1) | RunnableLambda(joined_text)
    assert "编号2的" in chain.invoke("编号2的问题")
    assert len(chain.batch(["编号1的问题", "编号3的问题"])) == 2


# -- retriever, prompt and model


PROMPT = Prompts.load().choose("answer")
EVERYONE = "各局2023年食品安全做了什么"


def test_the_chain_asks_the_model_with_the_passages_found(
    server: ChatServer, sample_library: Library
) -> None:
    server.always = says("合格率98.16%[1]。")
    retriever = PassageRetriever(library=sample_library, limit=2)
    chain = answer_chain(retriever, PROMPT, open_endpoint(settings_for(server)))
    question = "云溪县2023年食品<抽检>合格率是多少"
    message = chain.invoke(question)
    assert message.text == "合格率98.16%[1]。"
    assert message.response_metadata["finish_reason"] == "stop"
    (prompt,) = server.prompts()
    for n, document in enumerate(retriever.invoke(question), 1):
        assert f'<passage n="{n}" bureau="{document.metadata["bureau"]}"' in prompt
        assert f">{document.page_content}</passage>" in prompt
    assert prompt.endswith("问题：云溪县2023年食品＜抽检＞合格率是多少")


def test_the_model_is_given_the_statements_that_answer(
    server: ChatServer, sample_library: Library
) -> None:
    server.always = says("合格率98.16%[1]。")
    retriever = PassageRetriever(library=sample_library, limit=2)
    first, second = retriever.invoke("云溪县2023年食品抽检合格率是多少")
    assert first.metadata["statements"] == ["食品监督抽检合格率98.16%"]
    assert not second.metadata["statements"]
    chain = answer_chain(retriever, PROMPT, open_endpoint(settings_for(server)))
    chain.invoke("云溪县2023年食品抽检合格率是多少")
    (prompt,) = server.prompts()
    assert '</passage>\n<statement passage="1">食品监督抽检合格率98.16%</statement>\n' in prompt


def test_a_passage_that_no_search_found_comes_with_its_statement(
    sample_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = Library.search

    def find_others(self: Library, *asked: Any, **more: Any) -> list[Hit]:
        return [hit for hit in search(self, *asked, **more) if "98.16%" not in hit.text]

    monkeypatch.setattr(Library, "search", find_others)
    documents = PassageRetriever(library=sample_library).invoke("云溪县2023年食品抽检合格率是多少")
    assert "合格率98.16%" in documents[0].page_content
    assert documents[0].metadata["statements"] == ["食品监督抽检合格率98.16%"]
    assert len({document.id for document in documents}) == len(documents)


def test_a_question_for_no_figure_has_no_statements(sample_library: Library) -> None:
    documents = PassageRetriever(library=sample_library).invoke("云溪县2023年有什么亮点工作")
    assert documents
    assert not any(document.metadata["statements"] for document in documents)


def test_any_chat_model_fits_into_the_chain(sample_library: Library) -> None:
    model = GenericFakeChatModel(messages=iter([AIMessage("好的。")]))
    chain = answer_chain(PassageRetriever(library=sample_library), PROMPT, model)
    assert "".join(piece.text for piece in chain.stream(EVERYONE)) == "好的。"


def test_no_model_is_asked_without_passages(server: ChatServer, sample_library: Library) -> None:
    retriever = PassageRetriever(library=sample_library)
    chain = answer_chain(retriever, PROMPT, open_endpoint(settings_for(server)))
    with pytest.raises(NothingRetrieved):
        chain.invoke("柳湾县检查食品安全单位多少家")
    assert not server.requests


def test_a_comparison_hears_every_bureau_before_the_second_of_any(sample_library: Library) -> None:
    documents = PassageRetriever(library=sample_library).invoke(EVERYONE)
    reports = [document.metadata["report_id"] for document in documents]
    several = len(set(reports))
    assert several > 2
    assert len(set(reports[:several])) == several


def test_documents_that_fit_are_whole_and_in_report_order(sample_library: Library) -> None:
    documents = PassageRetriever(library=sample_library).invoke(EVERYONE)
    room = 1_000
    fitting = fit_documents(documents, room)
    assert 1 < len(fitting) < len(documents)
    assert sum(token_count(document.page_content) for document in fitting) <= room
    assert all(document in documents for document in fitting)
    places = [(d.metadata["bureau"], d.metadata["period"], d.metadata["start"]) for d in fitting]
    assert places == sorted(places)
    assert fit_documents(documents, 0) == documents[:1]


@pytest.mark.parametrize("reply", [refuses(401), says("一切都好。")])
def test_both_writers_answer_from_one_search(
    server: ChatServer,
    model_assistant: Assistant,
    monkeypatch: pytest.MonkeyPatch,
    reply: Behaviour,
) -> None:
    searched: list[str] = []
    search = Library.search

    def count_search(self: Library, question: Question, *rest: Any) -> list[Hit]:
        searched.append(question.text)
        return search(self, question, *rest)

    monkeypatch.setattr(Library, "search", count_search)
    server.always = reply
    answer = model_assistant.ask("云溪县2023年食品抽检合格率是多少")
    assert "98.16%" in answer.text
    assert len(searched) == 1


def test_the_page_on_the_model_shows_a_chain_that_runs(
    server: ChatServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = (ROOT / "docs" / "model.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len([line for line in example.splitlines() if line.strip()]) == 10
    loaded_library(tmp_path, SAMPLES / "reports").close()
    monkeypatch.chdir(tmp_path)  # no .env of the developer's
    values = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.url, "DATA_DIR": str(tmp_path)}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    server.always = says("合格率98.16%[1]。")
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 - our own page
    names["library"].close()
    assert capsys.readouterr().out == "合格率98.16%[1]。"
    (prompt,) = server.prompts()
    assert "完成食品监督抽检1,034批次，不合格19批次，合格率98.16%" in prompt
    filled, template, model = names["chain"].steps
    assert (type(template), type(model)) == (ChatPromptTemplate, ChatEndpoint)
    assert filled.steps__.keys() == {"passages", "question"}

import json
import re
from decimal import Decimal

import pytest

from bot.assistant.assistant import Assistant
from bot.records import answer_record, entry_record, hits_record, json_line, outline_record
from knowledge.library import Library
from tests.bot.conftest import CLEAR

HIT = {
    "passage_id": str, "report_id": str, "file": str, "bureau": str, "period": str,
    "section": list, "kind": str, "text": str, "score": float,
}  # fmt: skip
CITATION = {
    "n": int, "report_id": str, "file": str, "bureau": str, "period": str, "section": list,
    "quote": str,
}  # fmt: skip
FIGURE = {"text": str, "unit": str, "masked": bool, "approximate": bool}
SECTION = {"path": list, "level": int, "kind": str, "start": int, "end": int, "figures": list}
ENTRY = {
    "report_id": str, "file": str, "title": str, "bureau": str, "period": str, "passages": int,
    "loaded_at": str,
}  # fmt: skip
"""The contract's field names, which scripts rely on."""


def fits(record: dict[str, object], fields: dict[str, type]) -> bool:
    return all(isinstance(record[name], kind) for name, kind in fields.items())


@pytest.fixture
def report_id(library: Library) -> str:
    return library.find_report("清河县2023年上半年").id


def test_a_record_is_one_line_of_json_with_chinese_as_it_is() -> None:
    written = json_line({"quote": "第一行\n“第二行”"})
    assert "\n" not in written
    assert "第二行" in written
    assert json.loads(written) == {"quote": "第一行\n“第二行”"}


def test_search_has_the_fields_of_the_contract(library: Library) -> None:
    question = "清河县2023年上半年检查药店多少家"
    hits = library.search(library.read_question(question), 3)
    record = hits_record(question, hits, 0.25)
    assert record["question"] == question
    assert record["seconds"] == 0.25
    assert len(record["hits"]) == 3
    assert all(fits(hit, HIT) for hit in record["hits"])
    best = record["hits"][0]
    assert best["bureau"] == CLEAR
    assert best["period"] == "2023年上半年"
    assert best["text"] in library.report(best["report_id"]).text
    scores = [hit["score"] for hit in record["hits"]]
    assert scores == sorted(scores, reverse=True)
    json.loads(json_line(record))


def test_ask_has_the_fields_of_the_contract(assistant: Assistant, library: Library) -> None:
    record = answer_record(assistant.ask("清河县2023年上半年检查药店多少家"))
    assert record["question"] == "清河县2023年上半年检查药店多少家"
    assert record["status"] == "answered"
    assert record["writer"] == "extractive"
    assert record["prompt"] is None
    assert record["struck"] == []
    assert isinstance(record["seconds"], float)
    (citation,) = record["citations"]
    assert fits(citation, CITATION)
    assert f"[{citation['n']}]" in record["answer"]
    text = library.report(citation["report_id"]).text
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    json.loads(json_line(record))


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("**县2023年上半年立案多少件", "masked"),
        ("共享单车投诉多少件", "not_found"),
        ("碧岭县立案多少件", "no_such_report"),
    ],
)
def test_every_status_is_one_of_the_contract(
    assistant: Assistant, question: str, status: str
) -> None:
    assert answer_record(assistant.ask(question))["status"] == status


def test_reports_have_the_fields_of_the_contract(library: Library) -> None:
    records = [entry_record(entry) for entry in library.reports()]
    assert len(records) == 4
    for record in records:
        assert fits(record, ENTRY)
        assert record["passages"] > 0
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*", record["loaded_at"])
    assert {r["period"] for r in records} == {"2022年", "2023年上半年"}


def test_outline_has_the_fields_of_the_contract(library: Library, report_id: str) -> None:
    report = library.report(report_id)
    record = outline_record(report, *library.outline(report_id))
    assert record["report_id"] == report_id
    assert all(fits(section, SECTION) for section in record["sections"])
    figures = [f for section in record["sections"] for f in section["figures"]]
    assert figures
    assert all(fits(figure, FIGURE) for figure in figures)
    json.loads(json_line(record))


def test_figures_are_numbers_of_their_kind(library: Library, report_id: str) -> None:
    report = library.report(report_id)
    record = outline_record(report, *library.outline(report_id))
    values = {f["text"]: f for s in record["sections"] for f in s["figures"]}
    assert values["1,284台"]["value"] == 1284
    assert isinstance(values["1,284台"]["value"], int)
    assert values["97.3%"]["value"] == float(Decimal("97.3"))
    assert values["*盒"]["value"] is None
    assert values["*盒"]["masked"]
    assert values["88.6万元"]["value"] == 886000


def test_a_figure_stands_at_every_section_that_holds_it(library: Library, report_id: str) -> None:
    report = library.report(report_id)
    record = outline_record(report, *library.outline(report_id))
    holding = [s["path"][-1] for s in record["sections"] if "83家" in map(_text, s["figures"])]
    assert "（二）守好药品安全" in holding
    assert "一、主要工作开展情况" in holding
    assert "（一）守好食品安全" not in holding


def _text(figure: dict[str, str]) -> str:
    return figure["text"]

"""What a run with a real model rests on: its cases, its file, its table, its server."""

from itertools import chain
from pathlib import Path

import pytest

from bot.answers import Answer, AnswerStatus
from bot.assistant.models import try_endpoint
from bot.evaluation.golden import Golden, read_golden
from bot.records import answer_record
from bot.settings import Settings
from bot.wording import say
from tests.conftest import SAMPLES
from tests.small_model.cases import (
    CaseRecord,
    add_record,
    draw_cases,
    read_records,
    single_cases,
)
from tests.small_model.serving import PYTHON, serve
from tests.small_model.table import differences, shortfalls, table_of

GOLDEN = [read_golden(path) for path in sorted(SAMPLES.glob("golden*.jsonl"))]


def record_of(key: str, verdict: str = "right", **fields: object) -> CaseRecord:
    asked = {
        "prompts": ("answer/v1",),
        "writer": "model",
        "answer": "检查3家[1]。",
        "status": "answered",
    }
    required = {"id": key, "kind": "figure", "question": "？", "right": verdict == "right"}
    return CaseRecord.model_validate({**asked, **required, "verdict": verdict, **fields})


def test_a_seed_always_draws_the_same_cases() -> None:
    drawn = draw_cases(GOLDEN, 1, 30)
    assert drawn == draw_cases(GOLDEN, 1, 30)
    assert drawn != draw_cases(GOLDEN, 2, 30)
    assert len({question.id for question in drawn.questions}) == 30
    assert set(drawn.questions) <= set(chain(*(golden.questions for golden in GOLDEN)))


@pytest.mark.parametrize("seed", range(20))
def test_one_summary_and_one_plan_of_a_part_are_drawn(seed: int) -> None:
    drawn = draw_cases(GOLDEN, seed, 0)
    (summary,), (plan,) = drawn.summaries, drawn.plans
    assert not summary.covers_whole_report
    assert plan.topic
    assert not drawn.questions


def test_no_more_questions_are_drawn_than_there_are() -> None:
    assert draw_cases([Golden()], 1, 30) == Golden()


def test_every_drawn_case_is_put_alone() -> None:
    drawn = draw_cases(GOLDEN, 1, 3)
    singles = dict(single_cases(drawn))
    assert list(singles) == [
        *(case.id for case in drawn.questions),
        *(case.id for case in drawn.summaries),
        *(case.id for case in drawn.plans),
    ]
    assert singles[drawn.plans[0].id] == Golden(plans=drawn.plans)


def test_what_a_run_found_is_there_for_the_next(tmp_path: Path) -> None:
    results = tmp_path / "new" / "results.jsonl"
    assert read_records(results) == []
    add_record(results, record_of("a").model_dump(mode="json"), ["检查3家[1]。"])
    add_record(results, record_of("b").model_dump(mode="json"), [])
    assert read_records(results) == [record_of("a", drafts=("检查3家[1]。",)), record_of("b")]


def test_a_line_that_was_cut_off_is_put_again(tmp_path: Path) -> None:
    results = tmp_path / "results.jsonl"
    add_record(results, record_of("a").model_dump(mode="json"), [])
    whole = results.read_text("utf-8")
    results.write_text(whole + whole[:40], "utf-8")
    add_record(results, record_of("b").model_dump(mode="json"), [])
    assert read_records(results) == [record_of("a"), record_of("b")]


def test_an_answer_on_paper_names_the_statements_that_were_re_cited() -> None:
    answer = Answer("？", AnswerStatus.ANSWERED, "检查3家[1]。", recited=("检查3家[2]。",))
    assert answer_record(answer)["recited"] == ["检查3家[2]。"]


def test_the_table_counts_how_answers_came_about() -> None:
    beside = f"检查3家[1]。\n{say('answer.own_words')}\n检查3家，罚2家[1]"
    found = [
        record_of("a", struck=("x", "y"), recited=("z",), seconds=3.0),
        record_of("b", answer=beside, seconds=5.0),
        record_of("c", notice="没有采用", writer="extractive", seconds=10.0),
        record_of("d", "refused", status="not_found"),
        record_of("e", "wrong", prompts=(), seconds=900.0),
        record_of("f", writer="extractive", seconds=4.0),
        record_of("p", "", kind="plan", notice="没有采用", seconds=7.0),
    ]
    without = [record_of(key, prompts=(), seconds=0.1) for key in "abcdef"]
    without.append(record_of("p", "", kind="plan", right=True, prompts=(), seconds=0.2))
    rows = table_of("m", found, without).splitlines()
    cells = {row.split(" | ")[0].strip("| "): row.split(" | ")[1:] for row in rows}
    assert cells["6 questions"] == ["m", "no model |"]
    assert cells["right"] == ["4", "6 |"]
    assert cells["wrong"] == ["1", "0 |"]
    assert cells["told in the model's words"][0] == "2"
    assert cells["… beside the reports' own sentences"][0] == "1"
    assert cells["fallen back on the reports' own sentences"][0] == "1"
    assert cells["the reports' own, as the model's tell no more"][0] == "2"
    assert cells["the model not asked"][0] == "1"
    assert cells["sentences struck"][0] == "2"
    assert cells["sentences re-cited"][0] == "1"
    assert cells["seconds an answer, most"] == ["10.0", "0.1 |"]
    assert cells["plan p"] == ["faulty, fallen back, 0 struck, 0 re-cited, 7.0 s", "right, 0.2 s |"]


def test_a_run_that_is_worse_says_in_what() -> None:
    without = [record_of("a"), record_of("b", "refused")]
    assert shortfalls(without, without) == []
    assert shortfalls([record_of("a"), record_of("b")], without) == []
    worse = shortfalls([record_of("a", "refused"), record_of("b", "wrong", answer="[1]")], without)
    assert worse == [
        "0 right answers, 1 without a model",
        "1 wrong answers, 0 without a model",
        "answers of citations alone: b",
    ]


def test_what_ends_otherwise_is_listed() -> None:
    found = [record_of("a", "wrong"), record_of("b")]
    assert list(differences(found, [record_of("a"), record_of("b")])) == [
        "a ？: right without, wrong with"
    ]


@pytest.mark.skipif(not PYTHON.exists(), reason="make test-model installs the model's server")
def test_the_server_answers_as_an_endpoint_does() -> None:
    with serve("0.5B", threads=1) as address:
        try_endpoint(Settings(openai_base_url=address, chat_model="0.5B"), "你好")

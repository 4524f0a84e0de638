import json
from pathlib import Path

import pytest

from bot.answers import AnswerStatus
from bot.errors import GoldenInvalid
from bot.evaluation.golden import (
    Golden,
    GoldenPlan,
    GoldenQuestion,
    GoldenSummary,
    read_golden,
)
from bot.summarising.vocabulary import SummaryLength
from knowledge.models import SectionKind

LEAST = {"id": "a", "kind": "figure", "question": "立案多少件", "status": "answered"}
NOT_FOUND, NO_REPORT = AnswerStatus.NOT_FOUND, AnswerStatus.NO_SUCH_REPORT


def write_golden(folder: Path, *records: object, start: str = "") -> Path:
    path = folder / "golden.jsonl"
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    path.write_text(start + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def fault_of(path: Path) -> str:
    with pytest.raises(GoldenInvalid) as raised:
        read_golden(path)
    sentence = str(raised.value)
    assert str(path) in sentence
    assert "\n" not in sentence
    assert "{" not in sentence
    return sentence


def test_a_question_needs_no_more_than_id_kind_words_and_status(tmp_path: Path) -> None:
    (golden,) = read_golden(write_golden(tmp_path, LEAST)).questions
    assert golden == GoldenQuestion(
        id="a", kind="figure", question="立案多少件", status=(AnswerStatus.ANSWERED,)
    )
    assert (golden.history, golden.gold, golden.accept, golden.files) == ((), (), (), ())
    assert (golden.figures, golden.missing, golden.reject, golden.first) == ((), (), (), ())


def test_a_question_may_have_several_good_ends(tmp_path: Path) -> None:
    record = LEAST | {"status": ["not_found", "no_such_report"]}
    (golden,) = read_golden(write_golden(tmp_path, record)).questions
    assert golden.status == (NOT_FOUND, NO_REPORT)


def test_all_its_fields_are_read(tmp_path: Path) -> None:
    record = LEAST | {
        "history": ["甲县2023年立案多少件"],
        "gold": ["立案7件"],
        "accept": [["7件", "七件"], ["2户"]],
        "files": ["甲.txt"],
        "figures": [["5件"]],
        "missing": [["合格率", "率"]],
        "reject": ["9件"],
        "first": ["甲县", "乙县"],
    }
    (golden,) = read_golden(write_golden(tmp_path, record)).questions
    assert golden.history == ("甲县2023年立案多少件",)
    assert golden.accept == (("7件", "七件"), ("2户",))
    assert golden.figures == (("5件",),)
    assert golden.missing == (("合格率", "率"),)
    assert (golden.reject, golden.first) == (("9件",), ("甲县", "乙县"))


def test_blank_lines_a_byte_order_mark_and_strange_fields_do_no_harm(tmp_path: Path) -> None:
    path = write_golden(tmp_path, LEAST, LEAST | {"note": "x"}, start="\ufeff\n\n")
    assert len(read_golden(path).questions) == 2


def test_line_ends_of_every_system_are_read(tmp_path: Path) -> None:
    path = write_golden(tmp_path, LEAST, LEAST)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(read_golden(path).questions) == 2


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85"])
def test_an_odd_line_end_inside_a_question_is_kept(tmp_path: Path, odd: str) -> None:
    question = f"立案{odd}多少件"
    (golden,) = read_golden(write_golden(tmp_path, LEAST | {"question": question})).questions
    assert golden.question == question


def test_an_empty_file_holds_no_questions(tmp_path: Path) -> None:
    assert read_golden(write_golden(tmp_path)) == Golden()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "maybe"),
        ("status", 3),
        ("accept", "7件"),
        ("accept", ["7件"]),
        ("figures", ["7件"]),
        ("missing", "合格率"),
        ("reject", [["9件"]]),
        ("history", "前一问"),
        ("question", None),
    ],
)
def test_a_field_that_does_not_fit_is_told_with_its_line(
    tmp_path: Path, field: str, value: object
) -> None:
    sentence = fault_of(write_golden(tmp_path, LEAST, LEAST | {field: value}))
    assert f"第 2 行的字段 {field} 不对" in sentence


def test_a_field_that_is_absent_is_told_with_its_line(tmp_path: Path) -> None:
    record = {name: value for name, value in LEAST.items() if name != "question"}
    assert "第 1 行的字段 question 不对" in fault_of(write_golden(tmp_path, record))


def test_a_line_may_hold_another_job(tmp_path: Path) -> None:
    summary = {"id": "s", "job": "summary", "report": "甲县2023年", "figures": ["7件"]}
    plan = {"id": "p", "job": "plan", "bureau": "甲县", "topic": "食品", "mentions": ["抽检"]}
    asked = LEAST | {"job": "question"}
    golden = read_golden(write_golden(tmp_path, summary, LEAST, plan, asked))
    assert [q.id for q in golden.questions] == ["a", "a"]
    assert golden.summaries == (
        GoldenSummary(id="s", job="summary", report=("甲县2023年",), figures=("7件",)),
    )
    assert golden.plans == (
        GoldenPlan(id="p", job="plan", bureau="甲县", topic="食品", mentions=("抽检",)),
    )


def test_a_part_and_a_length_are_called_as_in_the_command(tmp_path: Path) -> None:
    record = {"id": "s", "job": "summary", "report": ["甲", "乙"]}
    part = record | {"kind_of_section": "问题", "length": "半页", "headings": []}
    whole, problems = read_golden(write_golden(tmp_path, record, part)).summaries
    assert (whole.report, whole.headings, whole.covers_whole_report) == (("甲", "乙"), None, True)
    assert problems.kind_of_section is SectionKind.PROBLEMS
    assert (problems.length, problems.headings, problems.covers_whole_report) == (
        SummaryLength.HALF,
        (),
        False,
    )


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({"job": "poem"}, "job"),
        ({"job": None}, "job"),
        ({"job": "summary"}, "report"),
        ({"job": "summary", "report": "甲", "figure": ["7件"]}, "figure"),
        ({"job": "summary", "report": "甲", "figures": "7件"}, "figures"),
        ({"job": "summary", "report": "甲", "length": "两页"}, "length"),
        ({"job": "summary", "report": "甲", "kind_of_section": "诗"}, "kind_of_section"),
        ({"job": "plan", "bureau": 3}, "bureau"),
        ({"job": "plan", "bureu": "甲县"}, "bureu"),
    ],
)
def test_a_field_of_another_job_is_told_with_its_line(
    tmp_path: Path, record: dict[str, object], field: str
) -> None:
    sentence = fault_of(write_golden(tmp_path, LEAST, {"id": "x"} | record))
    assert f"第 2 行的字段 {field} 不对" in sentence


@pytest.mark.parametrize("line", ["{", "[1]", "7", "立案多少件"])
def test_a_line_that_is_no_object_is_told(tmp_path: Path, line: str) -> None:
    path = tmp_path / "golden.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    assert "第 2 行不是一个 JSON 对象" in fault_of(path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    fault_of(tmp_path / "absent.jsonl")
    fault_of(tmp_path)
    other = tmp_path / "gbk.jsonl"
    other.write_bytes(json.dumps(LEAST, ensure_ascii=False).encode("gb18030"))
    fault_of(other)

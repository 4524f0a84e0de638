"""Ways to answer side by side, and a run held against an earlier one."""

import json
from pathlib import Path

import pytest

from bot.answers import Answer, AnswerStatus
from bot.errors import RecordInvalid
from bot.evaluation.evaluation import (
    Evaluation,
    change_lines,
    compare_runs,
    comparison_lines,
    read_record,
    run_record,
    write_record,
)
from bot.evaluation.golden import GoldenQuestion
from bot.evaluation.judging import QuestionOutcome, Verdict
from bot.settings import Settings
from tests.bot.evaluation.compositions import plan_outcome, summary_outcome

ANSWERED = AnswerStatus.ANSWERED


def outcome(name: str, text: str, *, right: bool = True) -> QuestionOutcome:
    golden = GoldenQuestion(id=name, kind="figure", question=f"{name}？", status=(ANSWERED,))
    verdict = Verdict.RIGHT if right else Verdict.WRONG
    return QuestionOutcome(golden, Answer(golden.question, ANSWERED, text), verdict, 1, 1, 1)


OLD = Evaluation(
    "answer/v1", (outcome("甲", "共八家。都合格。"), outcome("乙", "没有。", right=False))
)
NEW = Evaluation(
    "answer/v2", (outcome("甲", "共八家。有三家不合格。", right=False), outcome("乙", "有。"))
)


def test_a_column_for_each_and_the_sentences_that_differ() -> None:
    lines = comparison_lines([OLD, NEW])
    assert lines[0] == "对比 | answer/v1 | answer/v2"
    assert lines[1] == "数字 | 1/2 50.0% | 1/2 50.0%"
    assert "合计 | 1/2，拒答 0，答错 1 | 1/2，拒答 0，答错 1" in lines
    assert lines[-6:] == [
        "[甲] 甲？", "  对 answer/v1：都合格。", "  错 answer/v2：有三家不合格。",
        "[乙] 乙？", "  错 answer/v1：没有。", "  对 answer/v2：有。",
    ]  # fmt: skip


def test_what_all_say_is_not_told() -> None:
    assert not [line for line in comparison_lines([OLD, OLD]) if "甲？" in line]


WORSE = Evaluation("extractive", (), (summary_outcome("立案86件。"),), (plan_outcome("抽检。"),))
BETTER = Evaluation(
    "model", (), (summary_outcome("立案86件。", figures=("86件",)),), (plan_outcome("抽查。"),)
)


def test_summaries_and_plans_have_rows_of_their_own_and_their_texts_are_compared() -> None:
    lines = comparison_lines([WORSE, BETTER])
    assert "摘要 | 0/1 | 1/1" in lines
    assert "摘要·数字 | 留住 0/1，原文里没有 1 | 留住 1/1，原文里没有 0" in lines
    assert "拟稿 | 1/1 | 1/1" in lines
    assert lines[-3:] == ["[p] 拟稿 甲县", "  对 extractive：抽检。", "  对 model：抽查。"]
    assert not [line for line in comparison_lines([OLD, NEW]) if line.startswith(("摘要", "拟稿"))]


def test_summaries_and_plans_are_kept_and_held_against_an_earlier_run(tmp_path: Path) -> None:
    golden = tmp_path / "golden.jsonl"
    golden.write_text("", encoding="utf-8")
    write_record(tmp_path / "out.json", run_record([WORSE], Settings(), golden))
    (change,) = compare_runs([BETTER], read_record(tmp_path / "out.json"))
    assert (change["better"], change["broke"], change["shared"]) == (["s"], [], 2)


def test_a_run_is_kept_with_versions_and_settings_and_without_keys(tmp_path: Path) -> None:
    golden = tmp_path / "golden.jsonl"
    golden.write_text("", encoding="utf-8")
    settings = Settings.model_validate(
        {"openai_api_key": "sk-geheim", "telegram_bot_token": "1:geheim", "chat_model": "m"}
    )
    kept = run_record([OLD], settings, golden)
    write_record(tmp_path / "out.json", kept)
    text = (tmp_path / "out.json").read_text(encoding="utf-8")
    assert "geheim" not in text
    assert json.loads(text)["settings"]["chat_model"] == "m"
    assert {"openai", "python"} <= json.loads(text)["versions"].keys()
    assert [e.writer for e in read_record(tmp_path / "out.json").evaluations] == ["answer/v1"]


def test_what_got_better_and_what_broke(tmp_path: Path) -> None:
    golden = tmp_path / "golden.jsonl"
    golden.write_text("", encoding="utf-8")
    write_record(tmp_path / "out.json", run_record([OLD], Settings(), golden))
    earlier = read_record(tmp_path / "out.json")
    (change,) = compare_runs([NEW], earlier)
    assert (change["better"], change["broke"], change["shared"]) == (["乙"], ["甲"], 2)
    assert change_lines(change, earlier)[1:] == ["  变好：乙", "  变坏：甲"]
    assert [c["broke"] for c in compare_runs([OLD], earlier)] == [[]]
    assert not list(compare_runs([NEW, NEW], earlier))


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff", None])
def test_a_record_that_is_none_is_told(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "record.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RecordInvalid, match=r"record\.json"):
        read_record(path)

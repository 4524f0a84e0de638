"""Cases of all jobs through the command, over the project's own samples."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.answers import Quote
from bot.assistant.assistant import Assistant
from bot.errors import EndpointSilent
from bot.evaluation.evaluation import EvaluatedWriter, evaluate
from bot.evaluation.golden import Golden, GoldenSummary
from bot.summarising.condenser import CondensedPoints, Excerpt, Point
from bot.terminal.commands import main
from knowledge.library import Library

SUMMARY = {"id": "s", "job": "summary", "report": "云溪县2023年", "figures": ["203件", "9999件"]}
PLAN = {"id": "p", "job": "plan", "bureau": "梧桐区", "mentions": ["后厨直播"]}
NOT_HELD = (
    {"id": "s2", "job": "summary", "report": "朝阳区2023年"},
    {"id": "s3", "job": "summary", "report": "云溪县2023年", "section": "没有这个标题的"},
    {"id": "p2", "job": "plan", "bureau": "朝阳区"},
)


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    path = tmp_path / "golden.jsonl"
    lines = (json.dumps(case, ensure_ascii=False) for case in (SUMMARY, PLAN, *NOT_HELD))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def evaluated_lines(
    golden: Path, library: Library, capsys: pytest.CaptureFixture[str], *words: str
) -> list[str]:
    folder = str(library.data_dir)
    code = main(["evaluate", str(golden), "--data-dir", folder, "--writer", "extractive", *words])
    assert code == 0
    return capsys.readouterr().out.splitlines()


def test_scripts_get_a_record_a_case_and_the_totals(
    golden: Path, sample_library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    *cases, last = map(json.loads, evaluated_lines(golden, sample_library, capsys, "--json"))
    assert [(c["id"], c["kind"], c["right"]) for c in cases] == [
        ("s", "summary", False), ("s2", "summary", False), ("s3", "summary", False),
        ("p", "plan", True), ("p2", "plan", False),
    ]  # fmt: skip
    assert cases[0]["figures_lost"] == ["9999件"]
    assert all(case["failure"] for case in cases if case["id"] in {"s2", "s3", "p2"})
    summaries, plans = last["total"]["summaries"], last["total"]["plans"]
    assert (summaries["n"], summaries["figures_kept"], summaries["figures"]) == (3, 1, 2)
    assert summaries["headings_named"] == summaries["headings"] == 4
    assert (plans["n"], plans["right"], plans["mentions_kept"], plans["mentions"]) == (2, 1, 1, 1)


def test_people_read_the_figures_and_what_is_wrong(
    golden: Path, sample_library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = evaluated_lines(golden, sample_library, capsys)
    assert "摘要  全对 0/3" in lines
    assert "拟稿  全对 1/2" in lines
    assert "    丢了数字：9999件" in lines
    assert not [line for line in lines if line.startswith("检索命中")]


def test_a_run_is_kept_and_another_held_against_it(
    golden: Path, sample_library: Library, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept = str(tmp_path / "kept.json")
    evaluated_lines(golden, sample_library, capsys, "--record", kept)
    golden.write_text(
        json.dumps(SUMMARY | {"figures": ["203件"]}, ensure_ascii=False), encoding="utf-8"
    )
    assert evaluated_lines(golden, sample_library, capsys, "--compare", kept)[-2:] == [
        "  变好：s", "  变坏：无",
    ]  # fmt: skip


class Misquoting:
    """A model that gives the first excerpt as the quote of whatever it says."""

    name = "model"

    def condense(self, excerpts: Sequence[Excerpt], *_: object, **__: object) -> CondensedPoints:
        first = excerpts[0]
        quotes = (Quote(first.report, first.path, first.span),)
        return CondensedPoints(
            (Point("立案9999件。", quotes),), ("假话。",), ("summary-section/v1",), "m"
        )


class Silent:
    """A model whose endpoint says nothing."""

    name = "model"

    def condense(self, *_: object, **__: object) -> CondensedPoints:
        raise EndpointSilent


TOPICAL = GoldenSummary(id="t", job="summary", report=("云溪县2023年",), topic="执法办案")


def test_a_models_summary_is_held_to_the_same(sample_library: Library) -> None:
    way = EvaluatedWriter(Assistant(sample_library), Misquoting(), name="model")
    evaluation = evaluate(way, sample_library, Golden(summaries=(TOPICAL,)))
    (outcome,) = evaluation.summaries
    assert outcome.outside == ("9999件",)
    counted = evaluation.counts()["summaries"]
    assert (counted["right"], counted["struck"], counted["failed"]) == (0, 1, 0)
    assert evaluation.writer == "model"


def test_a_summary_that_stands_in_for_a_failed_model_is_told(sample_library: Library) -> None:
    way = EvaluatedWriter(Assistant(sample_library), Silent(), name="model")
    evaluation = evaluate(way, sample_library, Golden(summaries=(TOPICAL,)))
    counted = evaluation.counts()["summaries"]
    assert (counted["right"], counted["failed"]) == (1, 1)
    assert next(iter(evaluation.records()))["notice"]

"""The sentences of ``claims.jsonl``: few false ones pass the checks, few true ones fall."""

from pathlib import Path

from bot.evaluation.evaluation import ClaimOutcome, claim_lines, count_claims, judge_claim
from bot.evaluation.golden import GoldenClaim, read_golden
from knowledge.library import Library

CLAIMS = Path(__file__).parent.parent / "checking" / "claims.jsonl"
MOST_PASSED, MOST_STRUCK = 0.03, 0.03


def claim(**changed: object) -> GoldenClaim:
    record = {
        "id": "c", "job": "claim", "kind": "words", "report": "云溪县2022年", "stands": True,
        "at": "曝光典型案例24件", "says": "曝光典型案例24件[1]。",
    }  # fmt: skip
    return GoldenClaim.model_validate(record | changed)


def test_few_false_sentences_pass_and_few_true_ones_fall(sample_library: Library) -> None:
    outcomes = [judge_claim(sample_library, golden) for golden in read_golden(CLAIMS).claims]
    counts = count_claims(outcomes)
    assert counts["false"] >= 300
    assert counts["true"] >= 300
    assert not [outcome.failure for outcome in outcomes if outcome.failure]
    assert counts["passed_share"] <= MOST_PASSED
    assert counts["struck_share"] <= MOST_STRUCK
    assert counts["held_out"]["passed_share"] <= MOST_PASSED
    assert counts["held_out"]["struck_share"] <= MOST_STRUCK


def test_a_true_sentence_that_falls_and_a_false_one_that_passes_are_wrong(
    sample_library: Library,
) -> None:
    true = judge_claim(sample_library, claim())
    false = judge_claim(sample_library, claim(stands=False))
    assert (true.shown, true.right) == (True, True)
    assert (false.shown, false.right) == (True, False)
    struck = judge_claim(sample_library, claim(says="曝光重大案例24件[1]。"))
    assert (struck.shown, struck.right) == (False, False)
    assert "重大" in struck.miss()
    assert struck.record()["faults"]


def test_rates_are_counted_by_kind_and_of_what_was_held_out() -> None:
    outcomes = [
        ClaimOutcome(claim()),
        ClaimOutcome(claim(stands=False, split="held")),
        ClaimOutcome(claim(stands=False, kind="tail"), failure="no such report"),
    ]
    counts = count_claims(outcomes)
    assert (counts["passed"], counts["false"], counts["struck"]) == (2, 2, 0)
    assert counts["held_out"]["passed_share"] == 1.0
    assert {(k["stands"], k["kind"]): k["wrong"] for k in counts["kinds"]} == {
        (True, "words"): 0, (False, "words"): 1, (False, "tail"): 1,
    }  # fmt: skip
    assert len(claim_lines("claims", counts)) == 4


def test_a_sentence_of_no_report_or_no_passage_is_told(sample_library: Library) -> None:
    nowhere = judge_claim(sample_library, claim(report="无此报告"))
    assert nowhere.failure
    assert not nowhere.right
    assert nowhere.miss()
    assert judge_claim(sample_library, claim(at="原文里没有的话")).failure

"""The paragraphs of ``rewordings.jsonl``: hardly a false one is taken, few true ones are not."""

from pathlib import Path

from bot.evaluation.evaluation import claim_lines, count_claims, judge_rewording
from bot.evaluation.golden import GoldenRewording, read_golden

REWORDINGS = Path(__file__).parent.parent / "drafting" / "rewordings.jsonl"
MOST_PASSED, MOST_STRUCK = 0.01, 0.05


def rewording(says: str, *, stands: bool) -> GoldenRewording:
    record = {"id": "p", "job": "rewording", "kind": "k", "drafted": ["推行“码上查”。"]}
    return GoldenRewording.model_validate(record | {"says": says, "stands": stands})


def test_hardly_a_false_paragraph_is_taken_and_few_true_ones_are_not() -> None:
    counts = count_claims([judge_rewording(one) for one in read_golden(REWORDINGS).rewordings])
    assert counts["false"] >= 100
    assert counts["true"] >= 80
    assert counts["passed_share"] <= MOST_PASSED
    assert counts["struck_share"] <= MOST_STRUCK
    assert claim_lines("rewordings", counts)


def test_a_paragraph_says_all_that_was_drafted_and_nothing_else() -> None:
    true = judge_rewording(rewording("持续推行“码上查”[1]。", stands=True))
    false = judge_rewording(rewording("暂停推行“码上查”[1]。", stands=False))
    empty = judge_rewording(rewording("切实抓好落实[1]。", stands=False))
    assert (true.shown, true.right) == (True, True)
    assert (false.shown, false.right) == (False, True)
    assert (empty.shown, empty.text) == (False, "切实抓好落实。")

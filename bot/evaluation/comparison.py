"""Several ways to write, side by side on the same cases: writers, or versions of a prompt."""

from collections.abc import Iterator, Sequence

from bot.evaluation.evaluation import Evaluation, Judged
from bot.evaluation.questions import kind_in_chinese
from bot.wording import tell
from knowledge.sentences import sentence_spans

_OF_QUESTIONS = ("refusals", "quotes", "model")
_OF_JOB = {
    "summaries": (
        "summaries",
        "summary_figures",
        "summary_headings",
        "summary_points",
        "summary_model",
    ),
    "plans": ("plans", "plan_mentions", "plan_figures", "plan_faults", "plan_style", "plan_model"),
}


def side_by_side(evaluations: Sequence[Evaluation]) -> list[str]:
    """A table with a column for each, and for each question what one says and another does not."""
    counted = [evaluation.counted() for evaluation in evaluations]
    lines = [_row(tell("comparison.head"), [e.writer for e in evaluations])]
    for kind in counted[0]["kinds"]:
        cells = [tell("comparison.share", **c["kinds"][kind]) for c in counted]
        lines.append(_row(kind_in_chinese(kind), cells))
    rows = [(name, name) for name in _OF_QUESTIONS if evaluations[0].outcomes]
    for job, names in _OF_JOB.items():
        if counted[0][job]["n"]:
            rows += [(job, name) for name in names]
    for table, name in rows:
        cells = [tell(f"comparison.{name}_cell", **c[table]) for c in counted]
        lines.append(_row(tell(f"comparison.{name}"), cells))
    return lines + [line for told in _differences(evaluations) for line in told]


def _row(head: str, cells: Sequence[str]) -> str:
    return " | ".join([head, *cells])


def _differences(evaluations: Sequence[Evaluation]) -> Iterator[list[str]]:
    for outcomes in zip(*(e.judged for e in evaluations), strict=True):
        if len({outcome.said for outcome in outcomes}) > 1:
            yield list(_difference(evaluations, outcomes))


def _difference(evaluations: Sequence[Evaluation], outcomes: Sequence[Judged]) -> Iterator[str]:
    said = [_sentences(outcome.said) for outcome in outcomes]
    everywhere = set.intersection(*map(set, said))
    yield tell("comparison.question", id=outcomes[0].id, question=outcomes[0].asked)
    for evaluation, outcome, sentences in zip(evaluations, outcomes, said, strict=True):
        own = [sentence for sentence in sentences if sentence not in everywhere]
        mark = tell("comparison.right" if outcome.right else "comparison.wrong")
        text = "".join(own) or tell("comparison.nothing_more")
        yield tell("comparison.said", mark=mark, writer=evaluation.writer, text=text)


def _sentences(text: str) -> list[str]:
    return [part for span in sentence_spans(text) if (part := text[slice(*span)].strip())]

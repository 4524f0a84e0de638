"""Several ways to answer the same questions, side by side: writers, or versions of a prompt."""

from collections.abc import Iterator, Sequence

from bot.evaluate import Evaluation, Outcome, kind_in_chinese
from bot.wording import tell
from knowledge.sentences import sentence_spans


def side_by_side(evaluations: Sequence[Evaluation]) -> list[str]:
    """A table with a column for each, and for each question what one says and another does not."""
    counted = [evaluation.counted() for evaluation in evaluations]
    lines = [_row(tell("comparison.head"), [e.writer for e in evaluations])]
    for kind in counted[0]["kinds"]:
        cells = [tell("comparison.share", **c["kinds"][kind]) for c in counted]
        lines.append(_row(kind_in_chinese(kind), cells))
    for name in ("refusals", "quotes", "model"):
        cells = [tell(f"comparison.{name}_cell", **c[name]) for c in counted]
        lines.append(_row(tell(f"comparison.{name}"), cells))
    return lines + [line for told in _differences(evaluations) for line in told]


def _row(head: str, cells: Sequence[str]) -> str:
    return " | ".join([head, *cells])


def _differences(evaluations: Sequence[Evaluation]) -> Iterator[list[str]]:
    for outcomes in zip(*(e.outcomes for e in evaluations), strict=True):
        if len({outcome.answer.text for outcome in outcomes}) > 1:
            yield list(_difference(evaluations, outcomes))


def _difference(evaluations: Sequence[Evaluation], outcomes: Sequence[Outcome]) -> Iterator[str]:
    golden = outcomes[0].golden
    said = [_sentences(outcome.answer.text) for outcome in outcomes]
    everywhere = set.intersection(*map(set, said))
    yield tell("comparison.question", id=golden.id, question=golden.question)
    for evaluation, outcome, sentences in zip(evaluations, outcomes, said, strict=True):
        own = [sentence for sentence in sentences if sentence not in everywhere]
        mark = tell("comparison.right" if outcome.right else "comparison.wrong")
        text = "".join(own) or tell("comparison.nothing_more")
        yield tell("comparison.said", mark=mark, writer=evaluation.writer, text=text)


def _sentences(text: str) -> list[str]:
    return [part for span in sentence_spans(text) if (part := text[slice(*span)].strip())]

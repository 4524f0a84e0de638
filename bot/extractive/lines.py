"""Lines of an answer that give sentences of a report as they are."""

from bot.answers import Notes
from bot.extractive.evidence import Outlined
from bot.retrieval import report_label
from bot.wording import say
from knowledge.question import Question
from knowledge.sentences import Span, sentence_spans


def told_as_plan(line: str, source: Outlined, span: Span, question: Question) -> str:
    """A line on a slice; what is only planned is said to be so, unless plans are asked for."""
    planned = source.is_plan(span) and not question.plans
    return say("answer.planned", line=line) if planned else line


def sentences_line(source: Outlined, span: Span, notes: Notes) -> str:
    """Some sentences of a report in one line, each with the mark of their quote."""
    report = source.hit.report
    mark = notes.cite(source.quote(span))
    sentences = [report.text[slice(*s)].strip() for s in sentence_spans(report.text, *span)]
    return say(
        "answer.sentence", who=report_label(report), quote="".join(s + mark for s in sentences)
    )

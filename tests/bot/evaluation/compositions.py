"""Summaries and drafts built by hand, with quotes of reports that nobody wrote."""

from bot.answers import Citation, Quote
from bot.compositions import CitedText, Draft, Paragraph, Summary, SummaryPart
from bot.evaluation.golden import GoldenPlan, GoldenSummary
from bot.evaluation.judging import PlanOutcome, SummaryOutcome, judge_plan, judge_summary
from bot.official.findings import StyleContext
from knowledge.models import Bureau, Identity, Level, Report
from knowledge.understanding.periods import Period, YearPart
from knowledge.understanding.sentences import Span

CONTEXT = StyleContext(
    planned=Period(2024, YearPart.YEAR),
    old=(Period(2023, YearPart.YEAR),),
    own_bureau="甲河县市场监管局",
    other_names=("乙山市市场监管局", "**区市场监管局"),
)


def quote(text: str) -> Quote:
    """All of a report with that text."""
    identity = Identity(Bureau("甲河县市场监管局", Level.COUNTY), Period(2023, YearPart.YEAR))
    return Quote(Report("r", "甲.txt", "", identity, text), (), Span(0, len(text)))


def summary(*parts: tuple[str, str], quoted: str = "", numbers: tuple[int, ...] = (1,)) -> Summary:
    """A point under each heading, citing ``numbers``; quote 1 is ``quoted`` or what is said."""
    said = "".join(text for _, text in parts)
    made = tuple(SummaryPart((heading,), (CitedText(text, numbers),)) for heading, text in parts)
    return Summary(("r",), "甲河县（摘要）", made, (Citation(1, quote(quoted or said)),))


def draft(
    *paragraphs: str,
    quoted: str = "",
    numbers: tuple[int, ...] = (1,),
    title: str = "2024年工作打算",
) -> Draft:
    """A paragraph of one sentence for each text; quote 1 is ``quoted`` or what is said."""
    made = tuple(Paragraph("", (CitedText(text, numbers),)) for text in paragraphs)
    return Draft(title, made, (Citation(1, quote(quoted or "".join(paragraphs))),))


def golden_summary(
    figures: tuple[str, ...] = (),
    headings: tuple[str, ...] | None = None,
    topic: str = "",
) -> GoldenSummary:
    """A case of a whole report, or of a topic."""
    return GoldenSummary(
        id="s", job="summary", report=("甲河县",), topic=topic, figures=figures, headings=headings
    )


def golden_plan(mentions: tuple[str, ...] = (), foreign: tuple[str, ...] = ()) -> GoldenPlan:
    """A case of a bureau's plan."""
    return GoldenPlan(id="p", job="plan", bureau="甲县", mentions=mentions, foreign=foreign)


def summary_outcome(text: str, figures: tuple[str, ...] = ("99件",)) -> SummaryOutcome:
    """What comes of a summary that says a text, its quotes too if it says all it owes."""
    kept = all(figure in text for figure in figures)
    made = summary(("一、执法", text), quoted="" if kept else "别的话")
    return judge_summary(golden_summary(figures), made, ["一、执法"])


def plan_outcome(text: str) -> PlanOutcome:
    """What comes of a draft that says a text."""
    return judge_plan(golden_plan(), draft(text), CONTEXT)

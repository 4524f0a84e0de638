"""What comes of golden questions, summaries and plans, judged by what must come of them.

For each job: an outcome of one case, how it is judged, and the figures of many outcomes.

An answer does not state what it quotes, nor, up to the end of the line, what it tells beside a
refusal: 没有写化妆品抽检的合格率；写了：化妆品抽检6批次[1].
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.answers import Answer, AnswerStatus, Citation, Quote
from bot.assistant.assistant import Assistant
from bot.compositions import CitedText, Draft, Origin, Summary
from bot.drafting.request import USUAL_LENGTH
from bot.drafting.vocabulary import plan_words
from bot.evaluation.golden import GoldenPlan, GoldenQuestion, GoldenSummary
from bot.official.findings import FindingKind, StyleContext, StyleFinding
from bot.official.style_check import check_style
from bot.summarising.assessment import Assessment
from bot.summarising.vocabulary import choice_words
from bot.wording import tell
from knowledge.errors import DataFileError, UnreadableFile
from knowledge.library import Library
from knowledge.reading.files import read_source
from knowledge.retrieval.bureau_names import parts_of
from knowledge.understanding.figures import Figure, find_figures
from knowledge.understanding.kinds import without_mark
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.sentences import find_all


def says(text: str, wording: str) -> bool:
    """Whether a text says a wording; a figure only as a whole: 86家 is not in 186家 or 1,286家."""
    before = r"(?<![\d０-９])(?<![\d０-９][.,，．])" if wording[:1].isdigit() else ""
    after = r"(?![\d０-９]|[.,，．][\d０-９])" if wording[-1:].isdigit() else ""
    return re.search(before + re.escape(wording) + after, text) is not None


def unsupported_figures(text: str, quotes: Sequence[Quote]) -> list[str]:
    """The figures of a text that are in none of its quotes in the same words and unit.

    Full and half width are alike; a blank that is to be filled in (××家) is no figure.
    """
    quoted = [figure for quote in quotes for figure in find_figures(fold_width(quote.text))]
    figures = find_figures(fold_width(text))
    return [f.text for f in figures if not any(_is_same_figure(f, other) for other in quoted)]


def _is_same_figure(figure: Figure, quoted: Figure) -> bool:
    same = (quoted.unit, quoted.masked) == (figure.unit, figure.masked)
    return same and says(quoted.text, figure.text.strip())


REFUSALS = frozenset({AnswerStatus.NOT_FOUND, AnswerStatus.NO_SUCH_REPORT})

_REFUSES = re.compile(
    r"(?:没有|没|未)(?:找到|写(?!明)|提到|提及|给出|说到|说明|替您排)"
    r"|库里没有|不是已完成|不能(?:相加|合计|相比)"
)
_RANKS = re.compile(
    r"最[多少高低大小]|第[一1]|排名|排序|[从由][多少高低大小][到至][多少高低大小]|[＞>]"
)
_LEADS_ON = re.compile(r"的|[）)]?[：:]")
_QUOTATION = re.compile(r"“[^“”]*”")
_CITED_QUOTATION = re.compile(r"(?<=[为作：])“[^\n]*?”(?=\[\d+\])")
_MARK = re.compile(r"\[\d+\]")
_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3})")
_CLAUSE_END = re.compile("[，。；：、]")
_NAME = re.compile(r"[\u4e00-\u9fff]{2}")
_EQUALS = re.compile("[＝=≈]")


class Verdict(StrEnum):
    """How good an answer is."""

    RIGHT = "right"
    REFUSED = "refused"
    WRONG = "wrong"


def judge_answer(golden: GoldenQuestion, answer: Answer) -> Verdict:
    """Judge an answer by its case.

    It is wrong to give a rejected figure or one that no quote holds, and to leave out something
    that is asked without saying so. Refused is what lacks something and says that it does.
    """
    if stated_rejects(golden, answer) or _unquoted_figures(golden, answer):
        return Verdict.WRONG
    if is_right(golden, answer):
        return Verdict.RIGHT
    refuses = answer.status in REFUSALS or _REFUSES.search(_without_quotations(answer.text))
    return Verdict.REFUSED if refuses else Verdict.WRONG


def is_right(golden: GoldenQuestion, answer: Answer) -> bool:
    """Whether the status fits and the answer says everything that it must."""
    text = _plain(answer.text)
    stated = _CITED_QUOTATION.sub("", text)
    ranked = not golden.first or any(_puts_first(ln, golden.first) for ln in text.split("\n"))
    return (
        answer.status in golden.status
        and all(_says_one(text, wordings) for wordings in golden.accept)
        and all(_says_one(stated, wordings) for wordings in golden.figures)
        and (answer.status in REFUSALS or _tells_missing(text, golden))
        and ranked
    )


def _tells_missing(text: str, golden: GoldenQuestion) -> bool:
    refusing = [line for line in text.split("\n") if _REFUSES.search(line)]
    return all(any(_says_one(ln, words) for ln in refusing) for words in golden.missing)


def _puts_first(line: str, names: Sequence[str]) -> bool:
    """Whether a line ranks and has the first name at the ranking word.

    That is the next one after 最多的是 or 从多到少：, else the last one before the word.
    """
    ranks = _RANKS.search(line)
    if not ranks:
        return False
    places = sorted((span.start, name) for name in names for span in find_all(name, line))
    before = [name for start, name in places if start < ranks.start()]
    after = [name for start, name in places if start >= ranks.end()]
    forward = not before or _LEADS_ON.match(line, ranks.end())
    return names[0] in (after[:1] if forward else before[-1:])


def stated_rejects(golden: GoldenQuestion, answer: Answer) -> list[str]:
    """The rejected figures that an answer states."""
    lines = [_MARK.sub("", _plain(line)) for line in _stated_lines(answer)]
    quoted = [_plain(citation.quote.text) for citation in answer.citations]
    expected = _expected_wordings(golden)
    return [
        f for f in golden.reject if any(_states(ln, _plain(f), expected, quoted) for ln in lines)
    ]


def _states(line: str, figure: str, expected: Sequence[str], quoted: Sequence[str]) -> bool:
    """Whether a line gives a figure as the answer; of a calculation, as what comes out of it.

    Where the line says what is ``expected``, a clause that says it too gives no other answer,
    nor do the report's own words with a subject of their own: 检查药店86家、医疗机构132家.
    """
    answers = _says_one(line, expected)
    for clause in _CLAUSE_END.split(line):
        *operands, result = _EQUALS.split(clause)
        if not says(result, figure):
            continue
        named = _NAME.search(clause.replace(figure, "")) and any(
            clause.strip() in q for q in quoted
        )
        if operands or not answers or not (named or _says_one(clause, expected)):
            return True
    return False


def _expected_wordings(golden: GoldenQuestion) -> list[str]:
    return [_plain(w) for wordings in (*golden.accept, *golden.figures) for w in wordings]


def _unquoted_figures(golden: GoldenQuestion, answer: Answer) -> list[str]:
    """The figures of lines with a mark that no quote holds; calculations are left out."""
    lines = [x for x in _stated_lines(answer) if _MARK.search(x) and not _EQUALS.search(x)]
    text = "\n".join(_MARK.sub("", line) for line in lines)
    found = unsupported_figures(text, [citation.quote for citation in answer.citations])
    expected = _expected_wordings(golden)
    return [f for f in found if not any(says(w, _plain(f).strip()) for w in expected)]


def _stated_lines(answer: Answer) -> list[str]:
    """The lines of an answer without quotations and without what follows a refusal."""
    text = _without_quotations(answer.text)
    if answer.status in REFUSALS:
        return _REFUSES.split(text, maxsplit=1)[0].split("\n")
    return [_REFUSES.split(line, maxsplit=1)[0] for line in text.split("\n")]


def _without_quotations(text: str) -> str:
    while (stripped := _QUOTATION.sub("", text)) != text:
        text = stripped
    return text


def _says_one(text: str, wordings: Sequence[str]) -> bool:
    return any(says(text, _plain(wording)) for wording in wordings)


def _plain(text: str) -> str:
    """A text with figures in half width and without separators: １,４２０ and 1,420 are 1420."""
    return _SEPARATOR.sub("", fold_width(text))


_DEPTHS = (1, 5, 10)
_STOPS = "。，；：、！？.,;:"
_LONGER = 1.15
_PAGE = 22 * 28  # lines and characters of a page of an official document


WriterResult = Summary | Draft
"""What was written, as far as it says how."""


@dataclass(frozen=True, slots=True)
class QuestionOutcome:
    """What came of a question; ``rank`` is that of the first passage with the gold words.

    ``verbatim`` counts the quotes found in their files, ``sought`` those whose files were read.
    """

    golden: GoldenQuestion
    answer: Answer
    verdict: Verdict
    rank: int | None
    verbatim: int
    sought: int

    @property
    def id(self) -> str:
        """The question's id."""
        return self.golden.id

    @property
    def request(self) -> str:
        """The question."""
        return self.golden.question

    @property
    def text(self) -> str:
        """The answer's text."""
        return self.answer.text

    @property
    def right(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.verdict is Verdict.RIGHT

    def record(self) -> dict[str, Any]:
        """The outcome for scripts and for records."""
        return {
            "id": self.golden.id,
            "kind": self.golden.kind,
            "question": self.golden.question,
            "right": self.right,
            "verdict": self.verdict.value,
            "rank": self.rank,
            "status": self.answer.status.value,
            "answer": self.text,
            "writer": self.answer.writer,
            "notice": self.answer.notice,
            "prompts": list(self.answer.prompts),
            "struck": list(self.answer.struck),
            "recited": list(self.answer.recited),
            "seconds": self.answer.seconds,
        }

    def miss(self) -> str:
        """What was expected and what came instead, for people."""
        golden = self.golden
        missing = [tell("evaluate.missing", what="/".join(w)) for w in golden.missing]
        said = ["/".join(w) for w in (*golden.figures, *golden.accept)]
        expected = said + missing or ["、".join(golden.status)]
        if golden.reject:
            expected.append(tell("evaluate.reject", what="、".join(golden.reject)))
        return tell(
            "evaluate.miss",
            id=golden.id,
            question=golden.question,
            wanted="；".join(expected),
            verdict=tell(f"evaluate.verdict_{self.verdict}"),
            status=self.answer.status.value,
            answer=self.answer.text.replace("\n", " ")[:80],
        )


def ask_all(
    assistant: Assistant, library: Library, questions: Sequence[GoldenQuestion]
) -> list[QuestionOutcome]:
    """Ask every question and judge the answers."""
    outcomes = []
    sources: dict[str, str | None] = {}
    for golden in questions:
        answer = assistant.ask(golden.question, golden.history)
        hits = library.search_with_unidentified(library.read_question(golden.question), _DEPTHS[-1])
        texts = [hit.text for hit in hits]
        rank = next((n for n, t in enumerate(texts, 1) if any(g in t for g in golden.gold)), None)
        verbatim = [_is_in_file(citation, sources) for citation in answer.citations]
        outcomes.append(
            QuestionOutcome(
                golden=golden,
                answer=answer,
                verdict=judge_answer(golden, answer),
                rank=rank,
                verbatim=verbatim.count(True),
                sought=len(verbatim) - verbatim.count(None),
            )
        )
    return outcomes


def count_questions(outcomes: Sequence[QuestionOutcome]) -> dict[str, dict[str, Any]]:
    """The figures of the questions, by name."""
    ranked = [o for o in outcomes if o.golden.gold and not o.golden.history]
    hits = {
        f"h{depth}": _share(sum(o.rank is not None and o.rank <= depth for o in ranked), ranked)
        for depth in _DEPTHS
    }
    kinds: dict[str, Any] = {}
    for kind in dict.fromkeys(o.golden.kind for o in outcomes):
        kinds[kind] = _count_verdicts([o for o in outcomes if o.golden.kind == kind])
    refusable = [o for o in outcomes if set(o.golden.status) & REFUSALS]
    unanswerable = [o for o in refusable if not (o.golden.accept or o.golden.figures)]
    answerable = [o for o in outcomes if not set(o.golden.status) & REFUSALS]
    prompts = dict.fromkeys(p for o in outcomes for p in o.answer.prompts)
    return {
        "retrieval": {**hits, "n": len(ranked)},
        "kinds": kinds,
        "questions": _count_verdicts(outcomes),
        "refusals": {
            "right": sum(o.answer.status in REFUSALS for o in unanswerable),
            "n": len(unanswerable),
            "wrong": sum(o.answer.status in REFUSALS for o in answerable),
            "m": len(answerable),
        },
        "quotes": {
            "verbatim": sum(o.verbatim for o in outcomes),
            "n": sum(o.sought for o in outcomes),
        },
        "model": {
            "prompts": "、".join(prompts),
            "struck": sum(bool(o.answer.struck) for o in outcomes),
            "failed": sum(bool(o.answer.notice) for o in outcomes),
            "seconds": round(sum(o.answer.seconds for o in outcomes), 2),
        },
    }


def _count_verdicts(outcomes: Sequence[QuestionOutcome]) -> dict[str, Any]:
    counts = Counter(outcome.verdict for outcome in outcomes)
    right = counts[Verdict.RIGHT]
    return {
        "right": right,
        "n": len(outcomes),
        "share": _share(right, outcomes),
        "refused": counts[Verdict.REFUSED],
        "wrong": counts[Verdict.WRONG],
    }


def question_lines(counts: dict[str, dict[str, Any]]) -> list[str]:
    """The figures of the questions for people."""
    lines = [tell("evaluate.retrieval", **counts["retrieval"])]
    for kind, row in counts["kinds"].items():
        lines.append(tell("evaluate.kind_line", kind=kind_in_chinese(kind), **row))
    lines.append(tell("evaluate.questions", **counts["questions"]))
    lines.append(tell("evaluate.refusals", **counts["refusals"]))
    lines.append(tell("evaluate.quotes", **counts["quotes"]))
    if counts["model"]["prompts"]:
        lines.append(tell("evaluate.model", **counts["model"]))
    return lines


def _is_in_file(citation: Citation, sources: dict[str, str | None]) -> bool | None:
    """Whether a quote is in the file that its report was read from; None if that is gone."""
    file = citation.quote.report.file
    if file not in sources:
        try:
            sources[file] = read_source(Path(file)).text
        except UnreadableFile:
            sources[file] = None
    source = sources[file]
    return None if source is None else citation.quote.text in source


def _share(part: int, whole: Sequence[QuestionOutcome]) -> float:
    return part / len(whole) if whole else 0.0


def kind_in_chinese(kind: str) -> str:
    """A kind in Chinese; one of the user's own as it is."""
    try:
        return tell(f"golden_kind.{kind}")
    except DataFileError:
        return kind


@dataclass(frozen=True, slots=True)
class SummaryOutcome:
    """What came of a summary; without one, ``failure`` says why.

    ``lost`` are required figures that it does not say, ``outside`` figures of its points that
    their quotes do not hold. ``unnamed`` are those of its ``headings`` that it leaves out;
    ``uncited`` are points without a quote. ``assessment`` counts more of one whole report.
    """

    golden: GoldenSummary
    summary: Summary | None = None
    assessment: Assessment | None = None
    failure: str = ""
    headings: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()
    points: int = 0
    uncited: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The case's id."""
        return self.golden.id

    @property
    def request(self) -> str:
        """What was to be summarised."""
        golden, words = self.golden, choice_words()
        kinds = [name for name, kind in words.kinds.items() if kind is golden.kind_of_section]
        lengths = [name for name, length in words.lengths.items() if length is golden.length]
        parts = [*golden.report, golden.section, golden.topic, *kinds[:1], *lengths[:1]]
        return tell("evaluate.summary_asked", what=" · ".join(filter(None, parts)))

    @property
    def text(self) -> str:
        """The summary's points, a line each."""
        return "\n".join(_points(self.summary)) if self.summary else ""

    @property
    def right(self) -> bool:
        """Whether nothing is wrong with it."""
        silent = self.assessment.silent_on + self.assessment.bare if self.assessment else ()
        faults = (self.failure, self.lost, self.outside, self.unnamed, self.uncited, silent)
        return self.points > 0 and not any(faults)

    def record(self) -> dict[str, Any]:
        """The outcome for scripts and for records."""
        return {
            "id": self.id,
            "kind": self.golden.job,
            "question": self.request,
            "right": self.right,
            "failure": self.failure,
            "figures_lost": list(self.lost),
            "figures_not_in_quotes": list(self.outside),
            "headings_unnamed": list(self.unnamed),
            "points": self.points,
            "points_uncited": list(self.uncited),
            "assessment": asdict(self.assessment) if self.assessment else None,
            "answer": self.text,
            **_writing_record(self.summary),
        }

    def miss(self) -> str:
        """What is wrong with it, for people."""
        faults = (
            ("lost", self.lost),
            ("outside", self.outside),
            ("unnamed", self.unnamed),
            ("uncited", self.uncited),
            ("silent_on", self.assessment.silent_on if self.assessment else ()),
            ("bare", self.assessment.bare if self.assessment else ()),
        )
        words = _fault_words(faults) if self.points else []
        return _miss(self.id, self.request, self.failure, words)


def judge_summary(
    golden: GoldenSummary,
    summary: Summary,
    first_headings: Sequence[str],
    assessment: Assessment | None = None,
) -> SummaryOutcome:
    """Judge a summary by its case; ``first_headings`` are those of its reports."""
    points = [point for part in summary.parts for point in part.points]
    text = "\n".join([h for part in summary.parts for h in part.path] + _points(summary))
    headings = required_headings(golden, first_headings)
    quotes = [quotes_of(point.citations, summary.citations) for point in points]
    pairs = list(zip(points, quotes, strict=True))
    return SummaryOutcome(
        golden=golden,
        summary=summary,
        assessment=assessment,
        headings=headings,
        lost=tuple(figure for figure in golden.figures if not says(text, figure)),
        outside=tuple(
            figure for point, cited in pairs for figure in unsupported_figures(point.text, cited)
        ),
        unnamed=tuple(heading for heading in headings if not is_named(heading, summary)),
        points=len(points),
        uncited=tuple(point.text for point, cited in pairs if not cited),
    )


def failed_summary(golden: GoldenSummary, why: str) -> SummaryOutcome:
    """The outcome where there is no summary: everything required is lost."""
    headings = required_headings(golden, ())
    return SummaryOutcome(
        golden, failure=why, headings=headings, lost=golden.figures, unnamed=headings
    )


def required_headings(golden: GoldenSummary, first_headings: Sequence[str]) -> tuple[str, ...]:
    """The headings that a summary must name."""
    if golden.headings is not None:
        return golden.headings
    return tuple(first_headings) if golden.covers_whole_report else ()


def is_named(heading: str, summary: Summary) -> bool:
    """Whether a summary has points under a heading, or a point that begins with its words."""
    words = without_mark(heading).rstrip(_STOPS)
    return any(
        words in (without_mark(above).rstrip(_STOPS) for above in part.path)
        or any(_opens_with(words, without_mark(point.text)) for point in part.points)
        for part in summary.parts
        if part.points
    )


def _opens_with(words: str, text: str) -> bool:
    return text.startswith(words) and text[len(words) : len(words) + 1] in ("", *_STOPS)


def count_summaries(outcomes: Sequence[SummaryOutcome]) -> dict[str, Any]:
    """The figures of the summaries, by name."""
    written = [o.summary for o in outcomes if o.summary]
    figures, lost = _count(o.golden.figures for o in outcomes), _count(o.lost for o in outcomes)
    headings = _count(o.headings for o in outcomes)
    return {
        "n": len(outcomes),
        "right": sum(o.right for o in outcomes),
        "figures": figures,
        "figures_kept": figures - lost,
        "figures_not_in_quotes": _count(o.outside for o in outcomes),
        "headings": headings,
        "headings_named": headings - _count(o.unnamed for o in outcomes),
        "points": sum(o.points for o in outcomes),
        "points_uncited": _count(o.uncited for o in outcomes),
        **_count_assessments([o.assessment for o in outcomes if o.assessment]),
        **_count_writing(written),
    }


def _count_assessments(assessed: Sequence[Assessment]) -> dict[str, Any]:
    lines = _count(each.lines for each in assessed)
    leading = _count(each.leading for each in assessed)
    return {
        "lines": lines,
        "lines_named": lines - _count(each.silent_on for each in assessed),
        "leading": leading,
        "leading_told": leading - _count(each.lost for each in assessed),
        "bare": _count(each.bare for each in assessed),
        "too_long": sum(each.size > 1 for each in assessed),
        "assessed": len(assessed),
    }


def _points(summary: Summary) -> list[str]:
    return [point.text for part in summary.parts for point in part.points]


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """What came of a plan; without a ``draft``, ``failure`` says why.

    ``missed`` are required wordings that it does not say, ``outside`` figures of its sentences
    that their quotes do not hold. ``findings`` are those of the style check on the whole text,
    names, past and old periods among them; ``uncited`` are paragraphs without a quote.
    """

    golden: GoldenPlan
    draft: Draft | None = None
    failure: str = ""
    missed: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    findings: tuple[StyleFinding, ...] = ()
    uncited: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The case's id."""
        return self.golden.id

    @property
    def request(self) -> str:
        """What was to be drafted."""
        golden = self.golden
        parts = (golden.bureau, golden.topic, golden.period, golden.length)
        return tell("evaluate.plan_asked", what=" · ".join(filter(None, parts)))

    @property
    def text(self) -> str:
        """The draft's title and paragraphs, a line each."""
        return "\n".join([self.draft.title, *_texts(self.draft)]) if self.draft else ""

    @property
    def right(self) -> bool:
        """Whether nothing is wrong with it."""
        faults = (self.failure, self.missed, self.outside, self.findings, self.uncited)
        return bool(self.draft and self.draft.paragraphs) and not any(faults)

    @property
    def characters(self) -> int:
        """How long the paragraphs are together."""
        return sum(map(len, _texts(self.draft))) if self.draft else 0

    @property
    def targets(self) -> int:
        """How many targets it sets on the last period's figures."""
        return sum(s.origin is Origin.TARGET for s in _sentences(self.draft))

    @property
    def problems_answered(self) -> int:
        """How many problems of the report a measure of it answers by name."""
        return len({n for s in _sentences(self.draft) for n in s.problems})

    @property
    def too_long(self) -> bool:
        """Whether it is longer than asked for by more than 15 %."""
        length = plan_words().lengths.get(self.golden.length or USUAL_LENGTH)
        return length is not None and self.characters > length.characters * _LONGER

    def words_of(self, kind: FindingKind) -> list[str]:
        """The words that the style check faults for one kind of finding."""
        return [finding.words for finding in self.findings if finding.kind is kind]

    def record(self) -> dict[str, Any]:
        """The outcome for scripts and for records."""
        return {
            "id": self.id,
            "kind": self.golden.job,
            "question": self.request,
            "right": self.right,
            "failure": self.failure,
            "mentions_missed": list(self.missed),
            "figures_not_in_quotes": list(self.outside),
            "foreign": self.words_of(FindingKind.FOREIGN),
            "past": self.words_of(FindingKind.PAST),
            "old_periods": self.words_of(FindingKind.PERIOD),
            "style": [finding.sentence for finding in self.findings],
            "targets": self.targets,
            "problems_answered": self.problems_answered,
            "characters": self.characters,
            "paragraphs": len(self.draft.paragraphs) if self.draft else 0,
            "paragraphs_uncited": list(self.uncited),
            "answer": self.text,
            **_writing_record(self.draft),
        }

    def miss(self) -> str:
        """What is wrong with it, for people."""
        faults = (("missed", self.missed), ("outside", self.outside), ("uncited", self.uncited))
        style = [finding.sentence.rstrip("。") for finding in self.findings]
        return _miss(self.id, self.request, self.failure, _fault_words(faults) + style)


def judge_plan(golden: GoldenPlan, draft: Draft, context: StyleContext) -> PlanOutcome:
    """Judge a draft by its case; ``context`` says whose it is, for when, and whose it is not.

    Other bureaus' places count as their names do: 江岚市 like 江岚市市场监管局.
    """
    places = (parts_of(name)[0] for name in context.other_names)
    names = dict.fromkeys([*context.other_names, *filter(None, places), *golden.foreign])
    texts = _texts(draft)
    text = "\n".join([draft.title, *texts])
    outside: list[str] = []
    for paragraph in draft.paragraphs:
        quotes = quotes_of(paragraph.citations, draft.citations)
        outside += unsupported_figures(paragraph.heading, quotes)
        for sentence in paragraph.sentences:
            quotes = quotes_of(sentence.citations, draft.citations)
            outside += unsupported_figures(sentence.text, quotes)
    return PlanOutcome(
        golden=golden,
        draft=draft,
        missed=tuple(wording for wording in golden.mentions if not says(text, wording)),
        outside=tuple(outside),
        findings=check_style(draft.title, texts, replace(context, other_names=tuple(names))),
        uncited=tuple(
            paragraph.text
            for paragraph in draft.paragraphs
            if not quotes_of(paragraph.citations, draft.citations)
        ),
    )


def failed_plan(golden: GoldenPlan, why: str) -> PlanOutcome:
    """The outcome where there is no draft: every required wording is missed."""
    return PlanOutcome(golden, failure=why, missed=golden.mentions)


def count_plans(outcomes: Sequence[PlanOutcome]) -> dict[str, Any]:
    """The figures of the plans, by name."""
    written = [o.draft for o in outcomes if o.draft]
    mentions = _count(o.golden.mentions for o in outcomes)
    style = _count(o.findings for o in outcomes)
    pages = sum(o.characters for o in outcomes) / _PAGE
    return {
        "n": len(outcomes),
        "right": sum(o.right for o in outcomes),
        "mentions": mentions,
        "mentions_kept": mentions - _count(o.missed for o in outcomes),
        "figures_not_in_quotes": _count(o.outside for o in outcomes),
        "foreign": _count(o.words_of(FindingKind.FOREIGN) for o in outcomes),
        "past": _count(o.words_of(FindingKind.PAST) for o in outcomes),
        "old_periods": _count(o.words_of(FindingKind.PERIOD) for o in outcomes),
        "paragraphs": _count(draft.paragraphs for draft in written),
        "paragraphs_uncited": _count(o.uncited for o in outcomes),
        "targets": sum(o.targets for o in outcomes),
        "problems_answered": sum(o.problems_answered for o in outcomes),
        "too_long": sum(o.too_long for o in outcomes),
        "style": style,
        "pages": round(pages, 2),
        "style_per_page": round(style / pages, 3) if pages else 0.0,
        **_count_writing(written),
    }


def _sentences(draft: Draft | None) -> list[CitedText]:
    return [s for p in draft.paragraphs for s in p.sentences] if draft else []


def _texts(draft: Draft) -> list[str]:
    return [paragraph.text for paragraph in draft.paragraphs]


def quotes_of(numbers: Sequence[int], citations: Sequence[Citation]) -> list[Quote]:
    """The quotes behind some numbers; a number without a quote is passed over."""
    return [citation.quote for citation in citations if citation.n in numbers]


def _writing_record(result: WriterResult | None) -> dict[str, Any]:
    """How something was written, for records; empty fields where nothing was."""
    return {
        "notice": result.notice if result else "",
        "prompts": [result.prompt] if result and result.prompt else [],
        "struck": list(result.struck) if result else [],
        "recited": list(result.recited) if result else [],
        "seconds": result.seconds if result else 0.0,
    }


def _count_writing(results: Sequence[WriterResult]) -> dict[str, Any]:
    return {
        "prompts": "、".join(dict.fromkeys(r.prompt for r in results if r.prompt)),
        "struck": sum(bool(r.struck) for r in results),
        "failed": sum(bool(r.notice) for r in results),
        "seconds": round(sum(r.seconds for r in results), 2),
    }


def _fault_words(faults: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """Kinds of faults, each with its instances; a kind without any is left out."""
    return [tell(f"evaluate.fault_{name}", what="、".join(what)) for name, what in faults if what]


def _miss(case: str, request: str, failure: str, faults: Sequence[str]) -> str:
    """What is wrong with a case, for people; one without faults is wrong for being empty."""
    if failure:
        return tell("evaluate.not_made", id=case, question=request, why=failure)
    words = "；".join(faults or [tell("evaluate.empty")])
    return tell("evaluate.faults", id=case, question=request, faults=words)


def _count(lists: Iterable[Sequence[object]]) -> int:
    return sum(map(len, lists))

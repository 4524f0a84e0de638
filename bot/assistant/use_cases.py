"""What a message asks to be made of the reports, made and told as an answer.

Each takes the words of the message that are left once it is clear what is wanted (区局 食品安全),
and asks back where they leave open of which report, or for whom.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

from bot.answering.session import headings_at
from bot.answers import Answer, AnswerFigure, AnswerStatus, Footnotes, Quote, report_label
from bot.assistant.command_words import (
    is_part_name,
    length_names,
    period_named,
    read_words,
    topic_within,
    topic_word,
    topics_joined,
)
from bot.assistant.forms import join_answers, tell_as_chart
from bot.assistant.intents import AnswerForm, Intent, IntentKind, intent_words, reply
from bot.compositions import Draft, Summary
from bot.display import draft_page_lines, note_lines, summary_page_lines, table_lines
from bot.drafting.drafting import draft_plan
from bot.drafting.polishing import Polisher
from bot.drafting.request import PlanRequest, wants_tasks, way_of
from bot.drafting.vocabulary import plan_words
from bot.errors import LedgerError, PlanError, UnclearHeading, UnknownHeading
from bot.ledger.gathering import LedgerRequest, gather
from bot.ledger.ledger import (
    LedgerTable,
    build_tables,
    bureau_label,
    legend_lines,
    period_label,
)
from bot.summarising.belonging import topic_words, units_of_topic
from bot.summarising.comparison import practices_alone
from bot.summarising.condenser import Condenser
from bot.summarising.request import SummaryRequest, with_length
from bot.summarising.summarising import read_report, summarise
from bot.summarising.units import units_of
from bot.summarising.vocabulary import SummaryLength
from bot.wording import say
from knowledge.library import Library, label
from knowledge.models import StatementKind
from knowledge.understanding.indicators import indicator_catalogue
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import Span, trim_span

_AND = re.compile(r"[和与跟、及]|以及")
_MOST_SUMMARIES = 3
_MOST_COMPARED = 10
_MOST_TABLES, _FEW_TABLES = 8, 2
_PAIR, _SHORT = 2, 200
_MOST_ALONE, _LONGEST_PRACTICE, _MOST_REST = 3, 110, 30


def read_summary(library: Library, intent: Intent) -> SummaryRequest | None:
    """What is to be summarised; of several reports without a topic they are to choose from.

    None where there is no report of the bureau or period that is named. Raises UnknownLength.
    """
    read = read_words(library, intent.matter, length_names())
    entries = library.reports()
    ids = [entry.id for entry in entries] if read.report_ids is None else list(read.report_ids)
    topic = read.topic or topic_within(" ".join(read.rest))
    request = SummaryRequest(
        tuple(ids),
        section="" if topic or read.kind else " ".join(read.rest),
        topic=topic,
        kind=None if topic else read.kind,
    )
    if len(ids) == 1 and (heading := _chapter_called(library, ids[0], intent.matter, topic)):
        request = replace(request, section=heading, topic="")
    length = intent.length or read.length
    request = with_length(request, length) if length else request
    return request if ids else None


def _chapter_called(library: Library, report_id: str, words: str, topic: str) -> str:
    """The word of some words that heads a chapter with parts of its own; empty of none.

    质量强市 is a line of work that is called otherwise, and in a report that has it a chapter of
    several lines.
    """
    word = topic_word(words)
    if not topic or not word or word == topic:
        return ""
    sections, _ = library.outline(report_id)
    above = {section.path[:-1] for section in sections}
    chapters = (one for one in sections if one.path in above and one.path)
    return word if any(word in one.path[-1] for one in chapters) else ""


def make_summary(
    library: Library, intent: Intent, condenser: Condenser | None = None
) -> Answer | None:
    """The summary of a report or of a part of it; of a line of work in several, side by side.

    None where the words name no part that any report has: then they are a question.
    """
    request = read_summary(library, intent)
    alone = intent.kind is IntentKind.COMPARE and request and len(request.report_ids) < _PAIR
    if request is None or alone:
        return None
    try:
        if intent.kind is not IntentKind.COMPARE and tells_each(request):
            return _tell_each(library, request, condenser)
        if is_one_page(library, intent, request):
            if len(request.report_ids) > 1 and request.length is None:
                request = replace(request, length=SummaryLength.PAGE)
            return _tell_summary(summarise(library, request, condenser=condenser))
        each_short = intent.of_everyone and request.length is SummaryLength.SENTENCE
        if len(request.report_ids) > (_MOST_COMPARED if each_short else _MOST_SUMMARIES):
            return (
                None if request.section else _ask_which(library, request)
            )  # of a thing, it is asked
        requests = [replace(request, report_ids=(key,)) for key in request.report_ids]
        summaries = [summarise(library, each, condenser=condenser) for each in requests]
    except (UnknownHeading, UnclearHeading):
        question = library.read_question(intent.matter)
        kinds, things = question.kinds, {ask.subject for ask in question.texts} - {""}
        if len(kinds) != 1 or any(map(library.reports_containing, things)):
            return None  # 质押融资这个亮点 is one of them
        requests = [
            replace(request, report_ids=(key,), section="", kind=kinds[0])
            for key in request.report_ids
        ]
        summaries = [summarise(library, each, condenser=condenser) for each in requests]
    told = [answer for s in summaries if (answer := _tell_summary(s))]
    return join_answers(told, "\n\n") if told else None


def is_of_one_name(library: Library, intent: Intent, request: SummaryRequest) -> bool:
    """Whether a text is wanted of each of a few reports that one name may mean, or of too many."""
    named = library.read_question(intent.matter).scope.bureaus
    several = _PAIR <= len(request.report_ids) <= _MOST_SUMMARIES
    of_each = intent.kind is not IntentKind.COMPARE and len(named) == 1 and several
    return of_each or len(request.report_ids) > _MOST_COMPARED


def tell_unique(library: Library, intent: Intent) -> Answer | None:
    """What only the bureaus that are asked about tell of; None where nothing is told."""
    request = read_summary(library, intent)
    asked = request.report_ids if request else ()
    lines, notes = [reply("unique")], Footnotes()
    for key in asked if len(library.reports()) >= _PAIR else ():
        reading = read_report(library, key)
        units = units_of(reading)
        units = units_of_topic(units, request.topic) if request and request.topic else units
        told = practices_alone(units, partial(_is_only_of, library, _reports_of_same(library, key)))
        pieces = [
            _shorten(unit.text) + notes.cite(Quote(unit.report, unit.path, unit.span))
            for unit in islice(told, intent.most or _MOST_ALONE)
        ]
        if pieces:
            who = report_label(reading.report)
            lines.append(say("answer.sentence", who=who, quote="；".join(pieces)))
    if len(lines) < _PAIR:
        return None
    return Answer("", AnswerStatus.DONE, "\n".join(lines), notes.citations())


def _is_only_of(library: Library, reports: frozenset[str], name: str) -> bool:
    """Whether no report but these holds a name."""
    return library.reports_containing(name) <= reports


def _reports_of_same(library: Library, report_id: str) -> frozenset[str]:
    """The reports of the bureau that a report is of."""
    bureau_of = {entry.id: entry.identity.bureau for entry in library.reports()}
    same = (key for key, bureau in bureau_of.items() if bureau and bureau == bureau_of[report_id])
    return frozenset({report_id, *same})


def _shorten(sentence: str) -> str:
    """A sentence without its stop, a long one to its last comma."""
    end = max(sentence.rfind(mark, 0, _LONGEST_PRACTICE) for mark in "，；,;")
    long = len(sentence) > _LONGEST_PRACTICE and end > 0
    return f"{sentence[:end]}……" if long else sentence.strip().rstrip("。；")


def tell_rest(library: Library, told: Answer, matter: str) -> Answer:
    """What the reports that an answer quotes write besides: of its line of work, else in its parts.

    That there is no more where they write nothing else.
    """
    topic, notes, lines = topic_within(matter), Footnotes(), list[str]()
    quotes = [citation.quote for citation in told.citations]
    for key in dict.fromkeys(quote.report.id for quote in quotes):
        own = [quote for quote in quotes if quote.report.id == key]
        units = units_of(read_report(library, key))
        of_topic = units_of_topic(units, topic) if topic else []
        paths = {quote.path for quote in own}
        rest = [
            unit
            for unit in units
            if (unit in of_topic if topic else unit.path in paths)
            and not unit.headline
            and not any(q.span.start < unit.span.end and unit.span.start < q.span.end for q in own)
        ]
        lines += [reply("rest_of", who=report_label(own[0].report))] if rest else []
        lines += (
            f"{n}. {_shorten(unit.text)}{notes.cite(Quote(unit.report, unit.path, unit.span))}"
            for n, unit in enumerate(rest[:_MOST_REST], 1)
        )
    if not lines:
        return Answer("", AnswerStatus.DONE, reply("no_longer"))
    return Answer("", AnswerStatus.DONE, "\n".join(lines), notes.citations())


def is_one_page(library: Library, intent: Intent, request: SummaryRequest) -> bool:
    """Whether it is one page: on a line of work, or on all that reports count side by side."""
    compares = intent.kind is IntentKind.COMPARE and len(request.report_ids) > 1
    whole = compares and not (request.section or request.kind)
    return bool(request.topic or whole) and not is_of_one_name(library, intent, request)


def tells_each(request: SummaryRequest) -> bool:
    """Whether a line of work is wanted so short that each report gets one line, and no table."""
    short = request.length is SummaryLength.SENTENCE or 0 < request.characters <= _SHORT
    return bool(request.topic) and short and _PAIR <= len(request.report_ids) <= _MOST_COMPARED


def _tell_each(
    library: Library, request: SummaryRequest, condenser: Condenser | None
) -> Answer | None:
    """A line for each report, and who writes nothing of it; None where nobody does."""
    each = [
        replace(request, report_ids=(key,), length=SummaryLength.SENTENCE, characters=0)
        for key in request.report_ids
    ]
    told, silent = list[Answer](), list[str]()
    for one in each:
        who = report_label(library.report(one.report_ids[0]))
        answer = _tell_summary(summarise(library, one, condenser=condenser))
        if answer is None or not answer.citations:
            silent.append(who)
            continue
        said = "".join(line.strip() for line in answer.text.splitlines()[1:] if "[" in line)
        told.append(replace(answer, text=say("answer.sentence", who=who, quote=said)))
    if silent and told:
        line = say("answer.not_mentioned", who="、".join(silent))
        told.append(Answer("", AnswerStatus.DONE, line))
    return join_answers(told) if told else None


def _ask_which(library: Library, request: SummaryRequest) -> Answer | None:
    """Which report is meant; None where none holds the words that name a part."""
    if request.section and not library.reports_containing(request.section):
        return None
    entries = (entry for entry in library.reports() if entry.id in request.report_ids)
    names = tuple(dict.fromkeys(map(label, entries)))
    text = reply("which_report", names="、".join(names))
    return Answer("", AnswerStatus.ASKED_BACK, text, asked_back=names)


def _tell_summary(summary: Summary) -> Answer | None:
    """A summary as an answer; None where it has nothing to say."""
    if not summary.says_something:
        return None
    return _tell_made(summary, summary_page_lines(summary))


def _tell_made(made: Summary | Draft, lines: Sequence[str]) -> Answer:
    """The page of a summary or a draft as an answer, with whose words it is in."""
    return Answer(
        "", AnswerStatus.DONE, "\n".join(lines), made.citations, made.struck,
        writer=made.writer, prompt=made.prompt, model=made.model,
        prompts=tuple(filter(None, [made.prompt])),
    )  # fmt: skip


def read_draft(library: Library, intent: Intent) -> tuple[PlanRequest, list[str]]:
    """What is to be drafted, and the bureaus that may be meant: one, if it is clear for whom."""
    words = intent_words()
    matter = words.next_year.sub(" ", words.next_period.sub(" ", intent.matter))
    read = read_words(library, matter, plan_words().lengths, plan_words().marks)
    named = sorted({name for bureau in read.scope.bureaus for name in bureau.names})
    names = named or library.bureau_names()
    bureau = names[0] if len(names) == 1 else ""
    following = bureau and words.next_year.search(intent.matter)
    period = _next_year(library, bureau) if following else period_named(read.scope)
    topic = read.topic or topic_within(" ".join(read.rest))
    length = intent.length or read.length
    way, tasks = way_of(read.marks), wants_tasks(read.marks)
    return PlanRequest(bureau, topic, period, length, way, tasks), names


def make_draft(library: Library, intent: Intent, polisher: Polisher | None = None) -> Answer:
    """The wording of a bureau's plan, one for each line of work that is named beside another.

    Whose is asked back where the words leave it open.
    """
    request, names = read_draft(library, intent)
    if not request.bureau:
        text = reply("which_bureau", names="、".join(names))
        return Answer("", AnswerStatus.ASKED_BACK, text, asked_back=tuple(names))
    topics = topics_joined(intent.matter) or [request.topic]
    drafts = [replace(request, topic=topic) for topic in topics]
    return join_answers([_draft_one(library, one, polisher) for one in drafts], "\n\n")


def _draft_one(library: Library, request: PlanRequest, polisher: Polisher | None) -> Answer:
    try:
        draft = draft_plan(library, request, polisher=polisher)
    except PlanError as error:
        return Answer("", AnswerStatus.NOT_FOUND, str(error))
    return _tell_made(draft, [*draft_page_lines(draft), *note_lines(draft)])


def _next_year(library: Library, bureau: str) -> str:
    """The year after the newest that a bureau has reported of; empty where none is known."""
    years = [
        entry.identity.period.year
        for entry in library.reports()
        if entry.identity.period and entry.identity.bureau and entry.identity.bureau.name == bureau
    ]
    return str(Period(max(years) + 1)) if years else ""


def read_tables(library: Library, intent: Intent) -> list[tuple[LedgerRequest, LedgerTable]]:
    """The tables of what is named, each with what it was asked as; none where nothing is held.

    Of several things each is looked for (抽检批次和合格率).
    """
    read = read_words(library, intent.matter, ())
    request = LedgerRequest(
        bureau="、".join(name for bureau in read.scope.bureaus for name in sorted(bureau.names)),
        topic=read.topic,
        period="、".join(dict.fromkeys(map(str, read.scope.periods))),
    )
    wanted = _AND.split(" ".join(read.rest))
    if read.rest and read.topic:  # 投诉举报、挽回损失: a line of work may name a thing, too
        wanted = [topic_word(intent.matter), *wanted]
    tables = [
        (named, table)
        for words in wanted
        if len(words) != 1
        for named in (replace(request, indicator=_without_measure(words)),)
        for table in _tables_of(library, named)
    ]
    return tables[:_MOST_TABLES]


def _without_measure(words: str) -> str:
    """What is counted, without 数量 or 多少件; 挽回的损失 as the ledger names it."""
    return intent_words().measure.sub("", words).replace("的", "").strip()


def _tables_of(library: Library, request: LedgerRequest) -> list[LedgerTable]:
    """The tables of an indicator, or else of the one whose name the words hold."""
    for indicator in dict.fromkeys((request.indicator, _indicator_within(request.indicator))):
        try:
            entries = gather(library, replace(request, indicator=indicator))
        except (LedgerError, PlanError):
            continue
        return build_tables(entries, with_single=bool(indicator))
    return []


def _indicator_within(words: str) -> str:
    """The indicator whose name, the longest, stands in some words, or is made of the same ones."""
    names = {
        name: indicator.name
        for indicator in indicator_catalogue().indicator
        for name in (indicator.name, *indicator.aliases)
    }
    standing = [name for name in names if name in words or sorted(name) == sorted(words)]
    return names[max(standing, key=len)] if standing else words


def make_table(library: Library, intent: Intent) -> Answer | None:
    """What the ledger holds of an indicator or a line of work; None where it holds nothing."""
    tables = [table for _, table in read_tables(library, intent)]
    if intent.form is AnswerForm.SHORTER:  # those that compare most bureaus
        fullest = sorted(tables, key=lambda table: -len(table.bureaus))[:_FEW_TABLES]
        tables = [table for table in tables if table in fullest]
    if not tables:
        return None
    notes = Footnotes()
    if intent.kind is IntentKind.CHART and (drawn := _draw(tables[0], notes, intent)):
        return drawn
    lines = [line for table in tables for line in (*table_lines(table, notes), "")]
    lines += legend_lines(tables)
    return Answer("", AnswerStatus.DONE, "\n".join(lines).rstrip(), notes.citations())


def _draw(table: LedgerTable, notes: Footnotes, intent: Intent) -> Answer | None:
    """A table with a bar for each amount; None where no two can be drawn."""
    figures = [
        AnswerFigure(
            f"{bureau_label(bureau)}{period_label(period)}",
            table.name,
            entry.statement.figure.text,
            notes.number(entry.quote),
        )
        for (bureau, period), cell in table.cells.items()
        for entry in cell.entries
    ]
    drawn = Answer("", AnswerStatus.DONE, "", notes.citations())
    chart = tell_as_chart(drawn, figures, shares=intent.name == "shares")
    return chart if chart.text.partition("[")[1] else None


def list_figures(library: Library, intent: Intent) -> Answer | None:
    """Every figure whose clause holds what is named, by bureau; None where there is none."""
    read = read_words(library, intent.matter, ())
    what = "".join(read.rest).strip("“”\"'‘’跟和与") or read.topic
    reports = set(read.report_ids or ()) if read.report_ids is not None else None
    notes = Footnotes()
    lines: list[str] = []
    for entry in library.reports():
        if reports is not None and entry.id not in reports:
            continue
        clauses = _clauses_with(library, entry.id, what)[: intent.most or None]
        lines += [reply("figures_of", who=label(entry))] if clauses else []
        for n, (clause, quote) in enumerate(clauses, 1):
            lines.append(reply("figure_line", n=n, clause=clause, mark=notes.cite(quote)))
    if not lines:
        return None
    head = [reply("all_figures", what=what)] if what else []
    text = "\n".join([*head, *lines])
    return Answer("", AnswerStatus.DONE, text, notes.citations())


def _clauses_with(library: Library, report_id: str, what: str) -> list[tuple[str, Quote]]:
    """The clauses of a report with a figure that speak of a thing, or stand under its heading.

    Each stands once, with its sentence.
    """
    report = library.report(report_id)
    sections, _ = library.outline(report_id)
    found: dict[Span, tuple[str, Quote]] = {}
    for statement in library.statements(report_id):
        clause = trim_span(report.text, statement.clause)
        path = headings_at(sections, clause.start)
        text = report.text[slice(*clause)]
        if any(_speaks_of(words, what) for words in (text, statement.subject, path[-1])):
            text += say("answer.planned_mark") * (statement.role is StatementKind.PLAN)
            quote = Quote(report, path, trim_span(report.text, statement.sentence))
            found.setdefault(clause, (text, quote))
    return [*found.values()]


def _speaks_of(text: str, what: str) -> bool:
    """Whether a text holds some words, or speaks of the line of work that they name."""
    topic = topic_within(what) if is_part_name(what) else ""
    mentions = topic_words(topic).mentions(text) if topic else ()
    return what in text or any(topic in mention.topics for mention in mentions)

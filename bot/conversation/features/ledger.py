"""``/figures``: line of work, indicator; then the ledger's table, with quotes, chart, workbook."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from bot.answers import Answer, AnswerStatus, Footnotes
from bot.assistant.command_words import read_words
from bot.conversation.context import RequestContext
from bot.conversation.features.report_labels import (
    EVERYTHING,
    topic_label,
    topic_labels,
    topic_of,
)
from bot.conversation.features.results import OTHER, SAVE, keep_answer, quote_buttons
from bot.conversation.menus import (
    AskAgain,
    Finished,
    Menu,
    MenuChoice,
    MenuPress,
    MenuResult,
    MenuStep,
    Skip,
    button_data,
    read_press,
    stale_button,
    store_choice,
)
from bot.conversation.messages import Button, Document, Outcome, Reply, Rows, Text, reply_with
from bot.conversation.wording import plain, sentence
from bot.errors import ChartImpossible, LedgerError, LedgerPeriodUnclear, LedgerPeriodUnknown
from bot.ledger.chart import chart_png
from bot.ledger.gathering import LedgerEntry, LedgerRequest, gather
from bot.ledger.ledger import (
    Cell,
    LedgerTable,
    amount_text,
    build_tables,
    bureau_label,
    legend_lines,
    period_label,
    table_title,
)
from bot.ledger.workbook import workbook_bytes
from bot.official.document import file_name
from knowledge.library import label
from knowledge.understanding.topics import topics

PREFIX, _TABLE = "g", "ledger"
_CHART = "g"
_MOST_QUOTES = 40
_MOST_NAMED = 12
_LINES = Text("\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerChoice(MenuChoice):
    """What the ledger is wanted of; ``wanted`` are words that name indicators."""

    bureau: str = ""
    period: str = ""
    wanted: str = ""
    topic: str = ""
    indicator: str = ""

    @property
    def request(self) -> LedgerRequest:
        """What is chosen so far."""
        topic = topic_of(self.topic)
        return LedgerRequest(self.bureau, self.indicator or self.wanted, topic, self.period)


def figures(context: RequestContext, words: str) -> Outcome:
    """``/figures``, with or without what is wanted."""
    if not context.library.reports():
        return reply_with(sentence("choosing.empty"))
    read = read_words(context.library, words, ())
    choice = LedgerChoice(
        bureau="、".join(name for bureau in read.scope.bureaus for name in bureau.names),
        period="、".join(dict.fromkeys(map(str, read.scope.periods))),
        wanted=" ".join(read.rest),
        topic=read.topic or (EVERYTHING if read.rest else ""),
    )
    if unknown := "、".join(b.wording for b in read.scope.bureaus if not b.names):
        known = "、".join(map(label, context.library.reports()[:_MOST_NAMED]))
        return reply_with(sentence("figures.no_such", wanted=unknown, known=known))
    try:
        found = gather(context.library, choice.request)
    except (LedgerPeriodUnknown, LedgerPeriodUnclear) as error:
        return _MENU.go_on(context, LedgerChoice(bureau=choice.bureau), hint=Text(str(error)))
    except LedgerError:
        found = ()
    if words.strip() and not build_tables(found, with_single=bool(choice.request.indicator)):
        hint = sentence("figures.nothing", wanted=words.strip())
        return _MENU.go_on(context, LedgerChoice(), hint=hint)
    return _MENU.go_on(context, choice)


def reply_to_request(
    context: RequestContext,
    tables: Sequence[tuple[LedgerRequest, LedgerTable]],
    *,
    as_chart: bool,
) -> Outcome:
    """Some tables, each with what it was asked as; or the chart of the first."""
    if as_chart:
        return _send_chart([tables[0][1]])
    by_request: dict[LedgerRequest, list[LedgerTable]] = {}
    for request, table in tables:
        by_request.setdefault(request, []).append(table)
    replies = []
    for request, found in by_request.items():
        choice = LedgerChoice(
            bureau=request.bureau,
            period=request.period,
            topic=request.topic or EVERYTHING,
            indicator=request.indicator,
        )
        replies.append(_reply_with_tables(context, choice, found))
    return Outcome(replies=tuple(replies))


def on_ledger_press(context: RequestContext, data: str) -> Outcome:
    """A button of the menu or of a table."""
    if outcome := _MENU.on_press(context, data):
        return outcome
    press = read_press(context, data, _TABLE)
    return _on_table_press(context, press) if press else stale_button()


def _on_table_press(context: RequestContext, press: MenuPress) -> Outcome:
    choice = LedgerChoice(**press.stored)
    if press.action == OTHER:
        return _MENU.go_on(context, LedgerChoice(bureau=choice.bureau, period=choice.period))
    tables = _tables(context, choice)
    if not tables:
        return reply_with(sentence("figures.gone"))
    if press.action == SAVE:
        return _send_workbook(context, choice, tables)
    return _send_chart(tables) if press.action == _CHART else stale_button()


def _entries(context: RequestContext, choice: LedgerChoice) -> tuple[LedgerEntry, ...]:
    """What is stated of a choice; nothing where the store has no such bureau or indicator."""
    try:
        return gather(context.library, choice.request)
    except LedgerError:
        return ()


def _tables(context: RequestContext, choice: LedgerChoice) -> list[LedgerTable]:
    request = choice.request
    return build_tables(_entries(context, choice), with_single=bool(request.indicator))


# -- the table


def _result(context: RequestContext, choice: LedgerChoice) -> MenuResult[LedgerChoice]:
    tables = _tables(context, choice)
    if not tables:
        hint = sentence("figures.nothing", wanted=choice.indicator)
        return AskAgain(LedgerChoice(bureau=choice.bureau, period=choice.period), hint)
    return Finished(
        _reply_with_tables(context, choice, tables),
        sentence("figures.chosen", name=choice.indicator),
    )


def _reply_with_tables(
    context: RequestContext, choice: LedgerChoice, tables: Sequence[LedgerTable]
) -> Reply:
    """The tables of one indicator, a button for every quote, and ways to chart and workbook."""
    quoted = Footnotes()
    blocks = [block for table in tables for block in _table_blocks(table, quoted)]
    blocks += [Text("\n".join(lines))] if (lines := legend_lines(tables)) else []
    citations = quoted.citations()
    if len(citations) > _MOST_QUOTES:
        blocks.append(sentence("figures.more_quotes", count=_MOST_QUOTES))
    text = "\n".join(block.plain for block in blocks)
    status = AnswerStatus.DONE
    keep_answer(context, Answer(choice.indicator, status, text, citations, writer=_TABLE))
    number = store_choice(context, _TABLE, asdict(choice))
    rows = quote_buttons(context, citations, _MOST_QUOTES)
    return Reply(tuple(blocks), (*rows, *_ways_on(button_data(PREFIX, number))))


def _table_blocks(table: LedgerTable, quoted: Footnotes) -> Iterator[Text]:
    """A title, then a block for each bureau; with one period all bureaus in one block."""
    if len(table.periods) == 1:
        (period,) = table.periods
        title = f"{table_title(table)} · {period_label(period)}"
        lines = [
            sentence(
                "figures.amount_alone",
                bureau=bureau_label(bureau),
                amounts=_amounts(table.cells[bureau, period], table, quoted),
            )
            for bureau in table.bureaus
        ]
        yield _LINES.join((sentence("figures.title", title=title), *lines))
        return
    yield sentence("figures.title", title=table_title(table))
    for bureau in table.bureaus:
        lines = [
            sentence(
                "figures.amount",
                period=period_label(period),
                amounts=_amounts(cell, table, quoted),
            )
            for period in table.periods
            if (cell := table.cells.get((bureau, period)))
        ]
        yield _LINES.join((sentence("figures.bureau", bureau=bureau_label(bureau)), *lines))


def _amounts(cell: Cell, table: LedgerTable, quoted: Footnotes) -> str:
    return plain("figures.amounts_apart").join(
        plain(
            "figures.marked",
            amount=amount_text(entry, table.unit),
            marks=quoted.cite(entry.quote),
        )
        for entry in cell.entries
    )


def _ways_on(data: Callable[[str], str]) -> Rows:
    return (
        (
            Button(plain("figures.chart"), data(_CHART)),
            Button(plain("figures.workbook"), data(SAVE)),
        ),
        (Button(plain("figures.other"), data(OTHER)),),
    )


# -- files


def _send_workbook(
    context: RequestContext, choice: LedgerChoice, tables: Sequence[LedgerTable]
) -> Outcome:
    at = datetime.fromtimestamp(context.now, UTC)
    content = workbook_bytes(tables, _entries(context, choice), at=at)
    return Outcome(documents=(Document(file_name(choice.indicator, "xlsx"), content),))


def _send_chart(tables: Sequence[LedgerTable]) -> Outcome:
    """The chart as a picture and as a file; where none can be drawn, why, and the table."""
    try:
        picture = chart_png(tables[0])
    except ChartImpossible as error:
        blocks = [block for table in tables for block in _table_blocks(table, Footnotes())]
        return reply_with(Text(str(error)), *blocks)
    name = file_name(tables[0].name, "png")
    return Outcome(documents=(Document(name, picture, as_picture=True), Document(name, picture)))


# -- the menu


def _topic_names(context: RequestContext, choice: LedgerChoice) -> list[str] | Text:
    """The lines of work that there are tables of."""
    there = {table.topic for table in _tables(context, choice)}
    names = [topic.name for topic in topics() if topic.name in there]
    return [*names, EVERYTHING] if names else sentence("figures.nothing_at_all")


def _indicator_names(context: RequestContext, choice: LedgerChoice) -> list[str] | Text:
    names = list(dict.fromkeys(table.name for table in _tables(context, choice)))
    return names or sentence("figures.nothing_at_all")


_MENU = Menu(
    prefix=PREFIX,
    kind="figures",
    restore=LedgerChoice,
    steps=(
        MenuStep(
            "t", "topic",
            question=lambda _context, _choice: sentence("figures.which_topic"),
            options=_topic_names, labels=topic_labels, clears=("topic", "wanted"), per_row=2,
        ),
        MenuStep(
            "i", "indicator",
            question=lambda _, choice: sentence(
                "figures.which_indicator", topic=topic_label(choice.topic)
            ),
            options=_indicator_names, clears=("indicator",), per_row=2, skip=Skip.SINGLE,
        ),
    ),
    result=_result,
)  # fmt: skip

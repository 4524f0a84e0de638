"""Answers told in another form: shorter, as a table, their figures alone, with their evidence.

Pure, but for ``figures_told`` and ``tell_whole_sections``, which read the reports quoted.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, groupby, zip_longest
from operator import itemgetter

from bot.answering.derivations import DerivationKind, derive
from bot.answering.figure_lines import state_figure
from bot.answering.matching import Match
from bot.answering.placed_statements import PlacedStatement, placed_statements
from bot.answering.session import headings_at
from bot.answers import (
    Answer,
    AnswerFigure,
    AnswerStatus,
    Derivation,
    Footnotes,
    Quote,
    join_marks,
    place_of,
    report_label,
)
from bot.assistant.intents import reply
from bot.checking.statements import renumber_marks
from bot.display import column_lines
from bot.wording import say
from knowledge.library import Library
from knowledge.models import SectionKind
from knowledge.retrieval.vocabulary import question_words
from knowledge.understanding.figures import Figure, find_figures
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.sentences import Span, sentence_spans, trim_span

_SAYS_SOMETHING, _PAIR = 24, 2
_FIRST_MARKED = re.compile(r".*?(?:\[\d+\])+")
ITEM = re.compile(r"\d+\. (?P<said>.+)")
_TITLED = re.compile(r"(?P<title>[^：。；，]{2,30})：.*?(?P<marks>(?:\[\d+\])+)")
_MARKS = re.compile(r"(?:\[\d+\])+")
_NUMBER = re.compile(r"(?<![\d.])\d{2,}(?:\.\d+)?(?![\d.年月日号多余])")
_STATEMENT = re.compile(r".*?(?:\[\d+\])+[；。]?|.+$")
_HEAD = re.compile(r"(?:\d+\. )?[^：。\[]{2,40}：(?=.)")
_LONG_PARAGRAPH = 300
_NOTE, _NO_CELL, _BAR = "（按", "—", "█"
_LONGEST_BAR = 24
_SECTION = re.compile("[一二三四五六七八九十]+、")
_MARK = re.compile(r"\[\d+\]")
_AHEAD = (SectionKind.PLAN, SectionKind.PROBLEMS)
_RUN_IN = re.compile(r"(?:（[一二三四五六七八九十]+）|[^。；：\[]+›)[^。；：\[]*。")
"""The path of headings that a part of a summary begins with."""
_ENDED = re.compile(r"[。；：！？](?:\[\d+\])*$")
_MOST_ROWS, _MOST_QUOTES, _MOST_SECTIONS, _MOST_QUOTED = 30, 6, 6, 12
_LONGEST_SECTION = 1200
_SHORTEST_QUOTED = 12


def figures_told(library: Library, answer: Answer) -> tuple[AnswerFigure, ...]:
    """The figures that an answer tells; of one in sentences, those that its quotes state."""
    if answer.figures:
        return answer.figures
    return tuple(
        state_figure(Match(one, ()), citation.n)
        for citation in answer.citations
        for one in _statements_in(library, citation.quote)
    )


def matches_told(library: Library, answer: Answer) -> list[Match]:
    """The statements whose figures an answer tells."""
    quotes = {citation.n: citation.quote for citation in answer.citations}
    found = (
        [Match(one, ()) for one in _statements_in(library, quotes[told.n]) if _tells(one, told)]
        for told in answer.figures
    )
    return [match for matches in found for match in matches[:1]]


def _tells(one: PlacedStatement, told: AnswerFigure) -> bool:
    """Whether a figure that was told is a statement's."""
    return replace(state_figure(Match(one, ()), told.n), planned=told.planned) == told


def _statements_in(library: Library, quote: Quote) -> list[PlacedStatement]:
    """The statements whose figures stand in a quote."""
    return [
        one
        for one in placed_statements(library, quote.report.id)
        if quote.span.start <= one.statement.figure.start
        and one.statement.figure.end <= quote.span.end
    ]


def tell_total(answer: Answer, matches: Sequence[Match]) -> Answer:
    """An answer with the sum of its figures, or why there is none."""
    notes = Footnotes()
    for citation in answer.citations:
        notes.cite(citation.quote)
    line, total = derive(DerivationKind.TOTAL, matches, notes)
    told = add_line(answer, line)
    return replace(told, citations=notes.citations(), derived=(total,) if total else ())


def figures_listed(library: Library, answer: Answer) -> tuple[AnswerFigure, ...]:
    """The same, but none of an answer in words that tells less of them than things."""
    figures = figures_told(library, answer)
    said = list(_rows_of_lines(answer.text.splitlines()))
    return figures if answer.figures or len(figures) >= len(said) else ()


def tell_shorter(answer: Answer, most: int = 0) -> Answer:
    """An answer's first statement of each report, or its headings, with their quotes.

    Where ``most`` things are wanted, so many of its statements; those with figures come first.
    """
    if most:
        return _tell_some(answer, most)
    lines: dict[str, str] = {}
    who = ""
    for line in answer.text.splitlines():
        if item := ITEM.fullmatch(line):
            apart = "" if lines.get(who, "：").endswith("：") else "；"
            lines[who] = f"{lines.get(who, '')}{apart}{_short_item(item['said'])}"
            continue
        who, _, said = line.partition("：")
        if said:
            lines.setdefault(who, f"{who}：{_first_statement(said)}")
        else:
            lines[who] = line
    return with_text(answer, "\n".join(lines.values()))


def _tell_some(answer: Answer, most: int) -> Answer:
    """So many statements of an answer, of each thing that it tells of one before a second."""
    things, who = list[list[tuple[str, str]]](), ""
    for line in answer.text.splitlines():
        if item := ITEM.fullmatch(line):
            said = item["said"]
        else:
            who, _, said = line.partition("：")
        things.append([(who, one.strip("；")) for one in _FIRST_MARKED.findall(said)])
    ranked = [sorted(thing, key=_tells_no_figure) for thing in things]
    chosen = [one for nth in zip_longest(*ranked) for one in nth if one][:most]
    told = [one for thing in things for one in thing]
    if len(chosen) == len(told):
        return answer
    lines = list[str]()
    for whose, group in groupby((one for one in told if one in chosen), key=itemgetter(0)):
        lines += (f"{whose}：", *(f"{n}. {said}" for n, (_, said) in enumerate(group, 1)))
    return with_text(answer, "\n".join(lines))


def _tells_no_figure(told: tuple[str, str]) -> bool:
    return not re.search(r"\d", _MARKS.sub("", told[1]))


def _short_item(said: str) -> str:
    """An item of a list by its heading, or its first statement without one."""
    titled = _TITLED.match(said)
    return titled["title"] + titled["marks"] if titled else _first_statement(said)


def _first_statement(said: str) -> str:
    """The first sentences with their marks that say more than a heading."""
    end = 0
    while (match := _FIRST_MARKED.match(said, end)) and end < _SAYS_SOMETHING:
        end = match.end()
    return said[:end] or said


def tell_paragraph(answer: Answer, characters: int = 0) -> Answer:
    """An answer as one paragraph: its lines in a row; a long one with less of each report.

    Of a text with headings their words are left out, each report has a paragraph. Where it
    is to have so many characters, of each thing that it tells one statement before a second, as
    many as fit.
    """
    if flowing := list(_without_headings(answer)):
        answer = with_text(answer, "\n".join(flowing))
    if characters:
        answer = _fit(answer, characters)
    elif len(answer.text) > _LONG_PARAGRAPH and not flowing:
        answer = tell_shorter(answer)
    sentences = list[str]()
    labels = {report_label(citation.quote.report) for citation in answer.citations}
    for line in filter(str.strip, answer.text.splitlines()):
        if line.startswith(_NOTE):
            continue
        item = ITEM.fullmatch(line)
        said = item["said"] if item else line.strip()
        who, _, rest = said.partition("：")
        apart = "\n" * bool(flowing and sentences)
        sentences.append(f"{apart}{who}，{rest}" if who in labels and rest else said)
    text = "".join(s if _ENDED.search(s) or s.endswith("：") else f"{s}。" for s in sentences)
    return with_text(answer, text)


def _without_headings(answer: Answer) -> Iterator[str]:
    """The lines of a text with headings, each with whose it is where that changes; none of others.

    What stands under the heading of plans or problems begins with the words for these.
    """
    reports = {f"[{c.n}]": report_label(c.quote.report) for c in answer.citations}
    lines = answer.text.splitlines()
    if not any(map(_SECTION.match, lines)):
        return
    whose, ahead = "", ""
    for line in lines:
        mark = _MARK.search(line)
        if mark is None:
            kinds = (k for k in _AHEAD if question_words().kinds[k].search(line))
            ahead = next((reply(f"ahead_{kind.value}") for kind in kinds), "")
            continue
        who = reports[mark[0]]
        said = _RUN_IN.sub("", line.strip(), count=1)
        yield f"{who}：{ahead}{said}" if who != whose else f"{ahead}{said}"
        whose, ahead = who, ""


def _fit(answer: Answer, characters: int) -> Answer:
    """Of each thing that an answer tells one statement before a second, as many as fit."""
    lines = answer.text.splitlines()
    heads = [_HEAD.match(line) for line in lines]
    starts = [head.end() if head else 0 for head in heads]
    told = [_STATEMENT.findall(line[start:]) for line, start in zip(lines, starts, strict=True)]
    ways = zip_longest(*([(n, one) for one in said] for n, said in enumerate(told)))
    kept, left = set[tuple[int, str]](), characters - sum(starts)
    for statement in (one for way in ways for one in way if one):
        size = len(_MARKS.sub("", statement[1]))
        if not kept or size <= left:
            kept.add(statement)
            left -= size
    short = (
        line[:start] + "".join(one for one in said if (n, one) in kept)
        for n, (line, start, said) in enumerate(zip(lines, starts, told, strict=True))
        if not said or any((n, one) in kept for one in said)
    )
    return with_text(answer, "\n".join(short))


def tell_figures(answer: Answer, figures: Sequence[AnswerFigure]) -> Answer:
    """The figures of an answer alone, a line for each report, and what was worked out of them."""
    by_report: dict[str, list[AnswerFigure]] = {}
    for figure in figures:
        by_report.setdefault(figure.who, []).append(figure)
    alone = all(len(told) == 1 for told in by_report.values())
    lines = [
        say(
            "answer.sentence",
            who=who,
            quote="、".join((f.amount if alone else f.name + f.amount) + f"[{f.n}]" for f in told),
        )
        for who, told in by_report.items()
    ]
    lines += _derived_lines(answer)
    return with_text(answer, "\n".join((*lines, *answer.untold)))


def _derived_lines(answer: Answer) -> Iterator[str]:
    """What an answer works out of its figures, each once, a line for each."""
    for one in dict.fromkeys(answer.derived):
        yield say("derived.alone", formula=one.formula, marks=join_marks(one.citations))


def tell_as_table(
    answer: Answer, figures: Sequence[AnswerFigure], asked: Sequence[str] = ()
) -> Answer:
    """An answer in columns: a row for each figure, or for each thing said where none is told.

    Of the reports that were ``asked`` those without a figure have a row, too.
    """
    cells = dict.fromkeys(
        (f.who, f.name + say("answer.planned_mark") * f.planned, f"{f.amount}[{f.n}]")
        for f in figures
    )
    rows = [list(row) for row in cells]
    head = [reply("table_who"), reply("table_what"), reply("table_amount")]
    lines_said = list(_rows_of_lines(answer.text.splitlines()))
    if len(rows) < len(lines_said) and not answer.figures:  # it is told in words
        rows, head = lines_said, [reply("table_who"), reply("table_text")]
    told = {row[0] for row in rows}
    rows += [
        [who, reply("table_untold"), *[_NO_CELL] * (len(head) - 2)]
        for who in asked
        if rows and who not in told
    ]
    lines = list(column_lines([head, *rows[:_MOST_ROWS]]))
    if len(rows) > _MOST_ROWS:
        lines.append(reply("more_rows", count=len(rows) - _MOST_ROWS))
    lines += _derived_lines(answer)
    return with_text(answer, "\n".join((*lines, *answer.untold)))


def tell_as_chart(answer: Answer, figures: Sequence[AnswerFigure], *, shares: bool) -> Answer:
    """The figures of an answer in the unit of most of them, each with a bar; as ``shares`` of all.

    The same answer where no two can be drawn. What is hidden has no bar. There are no shares where
    some part of what was asked is hidden, not told, or in another unit.
    """
    amounts = [(one, find_figures(one.amount)[0]) for one in dict.fromkeys(figures)]
    units = Counter(bare_unit(one.unit) for _, one in amounts if one.value is not None)
    unit = units.most_common(1)[0][0] if units else ""
    drawn = [(one, amount) for one, amount in amounts if bare_unit(amount.unit) == unit]
    values = [amount.value or 0 for _, amount in drawn]
    shares = shares and units[unit] == len(amounts) and not answer.untold
    whole, most = sum(values), max(values, default=0)
    if units[unit] < _PAIR or not most:
        return add_line(answer, reply("no_chart"))
    of_one = len({one.name for one, _ in drawn}) == 1
    lists_whose = len({one.who for one, _ in drawn}) > 1
    rows = []
    for (one, _), value in zip(drawn, values, strict=True):
        name = one.who if of_one else one.name if not lists_whose else f"{one.who}{one.name}"
        bar = _BAR * max(1, round(value / most * _LONGEST_BAR)) if value else ""
        share = [f"{value / whole:.1%}"] if shares else []
        rows.append([name, bar, *share, f"{one.amount}[{one.n}]"])
    title = drawn[0][0].name if of_one else "" if lists_whose else drawn[0][0].who
    lines = [*filter(None, [title]), *column_lines(rows)]
    note = [reply("shares_of", count=len(drawn))] if shares else []
    return with_text(answer, "\n".join((*lines, *note, *answer.untold)))


def bare_unit(unit: str) -> str:
    """A unit without what stands in brackets behind it: 台（套）."""
    return unit.partition("（")[0]


def tell_in_columns(
    answer: Answer, columns: Mapping[str, Sequence[AnswerFigure]], asked: Sequence[str]
) -> Answer:
    """Several figures of several reports: a row for each report, a column for each thing asked.

    A column is named after what all its figures are of, else after what was asked.
    """
    whose = dict.fromkeys(f.who for figures in columns.values() for f in figures)
    heads = {name: _common_name(figures) or name for name, figures in columns.items()}
    rows = [[reply("table_who"), *heads.values()]]
    for who in dict.fromkeys((*asked, *whose)):
        cells = (
            "、".join(
                f"{'' if f.name == heads[name] else f.name}{f.amount}[{f.n}]"
                for f in dict.fromkeys(figures)
                if f.who == who
            )
            for name, figures in columns.items()
        )
        rows.append([who, *(cell or reply("table_untold") for cell in cells)])
    return with_text(answer, "\n".join(column_lines(rows)))


def _common_name(figures: Sequence[AnswerFigure]) -> str:
    """What several figures all are of; empty where they are of several things."""
    names = {figure.name for figure in figures}
    return names.pop() if len(names) == 1 and len(figures) > 1 else ""


def listed_titles(answer: Answer) -> list[str]:
    """What an answer lists of one report, by its headings, in their order; empty of no list."""
    if len({citation.quote.report.id for citation in answer.citations}) != 1:
        return []
    lines = answer.text.splitlines()
    items = [found["said"] for line in lines if (found := ITEM.fullmatch(line))]
    if not items:
        told = (line.partition("：")[2] for line in lines)
        items = [piece for said in told if said.count("；") for piece in said.split("；")]
    return [_MARKS.sub("", item.partition("：")[0]).strip("。") for item in items]


def _rows_of_lines(lines: Iterable[str]) -> Iterator[list[str]]:
    """Whose words each line holds, and what they say."""
    who = ""
    for line in lines:
        if item := ITEM.fullmatch(line):
            yield [who, _short_item(item["said"])]
            continue
        who, _, said = line.partition("：")
        if said and _MARKS.search(said):
            yield [who, _first_statement(said)]


def tell_evidence(answer: Answer, quoting: Sequence[str] = ()) -> Answer:
    """What an answer was taken from, in the reports' words.

    Of what is named (a figure, a thing) the quotes that hold it, where some do.
    """
    quoted = [c for c in answer.citations if states(c.quote.text, quoting)]
    shown = (quoted or answer.citations)[:_MOST_QUOTES]
    lines = [_evidence_line(c.quote, f"[{c.n}]") for c in shown]
    lines += [] if quoted else _derived_lines(answer)
    return with_text(answer, "\n".join(lines or [answer.text]))


def tell_places(answer: Answer) -> Answer:
    """In which parts of the reports an answer stands, a line for each."""
    places = dict[tuple[str, str], str]()
    for citation in answer.citations:
        where = report_label(citation.quote.report), place_of(citation.quote)
        places.setdefault(where, f"[{citation.n}]")
    lines = (
        reply("place_line", who=who, path=path, mark=mark) for (who, path), mark in places.items()
    )
    return with_text(answer, "\n".join(lines)) if places else answer


def _evidence_line(quote: Quote, mark: str) -> str:
    """A quote with whose report it is and where it stands."""
    who, path = report_label(quote.report), place_of(quote)
    return reply("evidence_line", who=who, path=path, quote=quote.text.strip(), mark=mark)


def quotes_stating(library: Library, amounts: Collection[str]) -> Answer | None:
    """The sentences of the reports that state all of some amounts; None where none does."""
    if not amounts:
        return None
    notes = Footnotes()
    numbers = [(_NUMBER.findall(one) or [one])[0] for one in amounts]  # 79％
    holding = frozenset[str].intersection(*map(library.reports_containing, numbers))
    for one in (one for key in sorted(holding) for one in placed_statements(library, key)):
        quote = Quote(one.report, one.path, one.statement.sentence)
        if states(quote.text, amounts):
            notes.cite(quote)
    told = Answer("", AnswerStatus.ANSWERED, "", notes.citations())
    return tell_evidence(told) if told.citations else None


def states(text: str, amounts: Collection[str]) -> bool:
    """Whether a text states all of some amounts, each as a number of its own."""
    said = fold_width(text)
    patterns = (rf"(?<![\d.]){re.escape(fold_width(one))}(?![\d.])" for one in amounts)
    return all(re.search(pattern, said) for pattern in patterns)


def amounts_named(text: str) -> list[str]:
    """The amounts that a message names, as it writes them: 246件, 2134."""
    return [figure.text for figure in find_figures(text)] or _NUMBER.findall(text)


def in_unit(figures: Sequence[AnswerFigure], amount: Figure | None) -> list[AnswerFigure]:
    """Those of some figures that are not masked and in the unit of an amount."""
    return [
        one
        for one in figures
        for told in find_figures(one.amount)[:1]
        if amount and told.unit == amount.unit and not told.masked
    ]


def tell_sum(amount: Figure, figures: Sequence[AnswerFigure]) -> str:
    """Which two or three of the figures told come to an amount; empty where none do."""
    parts = {f"{one.amount}[{one.n}]": find_figures(one.amount)[0].value for one in figures}
    for count in (_PAIR, _PAIR + 1):
        for some in combinations(parts, count):
            if sum(parts[one] or 0 for one in some) == amount.value:
                return reply("evidence_sum", parts="、".join(some), amount=amount.text)
    return ""


def tell_quotes(answer: Answer, most: int) -> Answer:
    """The sentences that an answer quotes, one to a line, at most as many as are wanted."""
    sentences = [
        (quote, citation)
        for citation in answer.citations
        for span in sentence_spans(citation.quote.text)
        if len(quote := citation.quote.text[slice(*span)].strip()) >= _SHORTEST_QUOTED
    ]
    shown = sentences[: most or _MOST_QUOTED]
    if not shown:
        return answer
    lines = [
        reply("quoted", n=n, quote=quote, who=report_label(c.quote.report), mark=f"[{c.n}]")
        for n, (quote, c) in enumerate(shown, 1)
    ]
    if left := len(sentences) - len(shown):
        lines.append(reply("quotes_left", count=left))
    elif len(shown) < most:
        lines.append(reply("quotes_few", count=len(shown)))
    return with_text(answer, "\n".join(lines))


def tell_whole_sections(library: Library, answer: Answer) -> Answer:
    """The whole parts of the reports that an answer quotes; the same where it quotes them whole."""
    notes, lines = Footnotes(), dict[str, None]()
    for citation in answer.citations:
        quote = _whole_section(library, citation.quote)
        line = reply(
            "whole",
            who=report_label(quote.report),
            path=quote.path[-1] if quote.path else "",
            text=quote.text.strip(),
            mark=notes.cite(quote),
        )
        lines.setdefault(line)
        if len(lines) == _MOST_SECTIONS:
            break
    if sum(map(len, lines)) <= len(answer.text):
        return add_line(answer, reply("no_longer"))
    return replace(answer, text="\n".join(lines), citations=notes.citations())


def _whole_section(library: Library, quote: Quote) -> Quote:
    """The part of a report around a quote, or the quote where that part is long."""
    sections, _ = library.outline(quote.report.id)
    leaf = next((s for s in sections if s.leaf and s.start <= quote.span.start < s.end), None)
    if leaf is None or leaf.end - leaf.start > _LONGEST_SECTION:
        return quote
    span = trim_span(quote.report.text, Span(leaf.start, max(leaf.end, quote.span.end)))
    return Quote(quote.report, headings_at(sections, span.start), span)


def join_answers(answers: Sequence[Answer], between: str = "\n") -> Answer:
    """Several answers as one, their quotes numbered through; there is at least one."""
    if len(answers) == 1:
        return answers[0]
    notes, texts = Footnotes(), list[str]()
    figures, derived = list[AnswerFigure](), list[Derivation]()
    for answer in answers:
        marks = {c.n: notes.cite(c.quote) for c in answer.citations}
        numbers = {c.n: notes.number(c.quote) for c in answer.citations}
        texts.append(renumber_marks(answer.text, marks))
        figures += (replace(f, n=numbers[f.n]) for f in answer.figures)
        derived += (
            replace(one, citations=tuple(numbers[n] for n in one.citations))
            for one in answer.derived
        )
    found = (a for a in answers if a.status is not AnswerStatus.NOT_FOUND)
    return replace(
        next(found, answers[0]),
        text=between.join(texts),
        citations=notes.citations(),
        figures=tuple(figures),
        derived=tuple(derived),
    )


def add_line(answer: Answer, line: str) -> Answer:
    """An answer with another line below it."""
    return replace(answer, text=f"{answer.text}\n{line}")


def with_text(answer: Answer, text: str) -> Answer:
    """An answer in other words, with the quotes that they cite."""
    cited = tuple(c for c in answer.citations if f"[{c.n}]" in text)
    return replace(answer, text=text, citations=cited)

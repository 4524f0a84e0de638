"""The checks on a model's text: text, statements, faults.

``PassageChecker`` cuts a text into statements, reads the names, dates and figures of each, and
collects what the passages that it cites do not bear out: whose and when (``attribution``), figures
(``figures``), names and counts (``names``), other claims (``claims``), words (``entailment``,
clause by clause: ``clauses``).
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.checking.attribution import Attribution, StatedScope, attribute, scope_faults
from bot.checking.claims import claim_faults, disguised_numbers, is_plan
from bot.checking.clauses import ReadWords
from bot.checking.entailment import word_faults
from bot.checking.facets import PART, read_prose, state_figures
from bot.checking.figures import PlacedFigure, figure_faults
from bot.checking.names import blank_out, has_number, name_faults
from bot.checking.readings import is_rule, readings_of, row_cells
from bot.checking.sources import (
    GivenPassage,
    GroundingSource,
    Sources,
    grounding_source,
    pairs,
    squeeze,
)
from bot.checking.statements import (
    CheckedStatement,
    CheckedText,
    FaultKind,
    MarkedSentence,
    StatementFault,
    StatementRole,
    passages_led_to,
    shorten,
    split_statements,
    with_other_marks,
)
from bot.checking.vocabulary import entailment_words, grounding_words
from knowledge.models import Bureau, Identity, Report
from knowledge.retrieval.bureau_names import KnownBureaus
from knowledge.understanding.figures import Figure, find_figures
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.sentences import Span, sentence_spans, trim_span

_CLAUSES = re.compile(r"[，,；;。！？!?\n]")
_PUNCTUATION = ' \t\n\u3000。，,；;：:、！？!?（）()“”"*#-—|'
_LONGEST_LEAD_IN = 40
_SHORTEST_COPY = 8
_LABEL = 8


_TRIAL = "全年检查商户1家，立案1件，没有移送。"


_StatementKey = tuple[str, StatedScope, tuple[int, ...]]


def load_words() -> None:
    """Read all that checks go by, which takes the first check a tenth of a second."""
    report = Report("", "", "", Identity(None, None), _TRIAL)
    passage = GivenPassage(1, report, Span(0, len(_TRIAL)))
    checked = PassageChecker([passage]).check(f"{_TRIAL.rstrip('。')}[1]。")
    quote_for(checked.statements[0], passage)


class PassageChecker:
    """Checks texts against passages; in a text that grows, each statement is checked once.

    ``report_ids`` are those of the reports that were asked about, None for any; ``bureaus`` are
    all that the store knows, so that one is recognised that is named though not given.
    ``under_headings``: what is checked is read under the headings of its passages, so that what
    is planned need not be told as planned. ``harmless`` are words that may be added anywhere.
    """

    def __init__(
        self,
        passages: Sequence[GivenPassage],
        report_ids: frozenset[str] | None = None,
        bureaus: Sequence[Bureau] = (),
        *,
        under_headings: bool = False,
        harmless: re.Pattern[str] | None = None,
    ) -> None:
        self.passages = tuple(passages)
        self._under_headings = under_headings
        self._harmless = harmless
        self._report_ids = report_ids
        given = [passage.bureau for passage in passages if passage.bureau]
        self._bureaus = KnownBureaus((*bureaus, *given))
        self._sources = {passage.n: grounding_source(passage) for passage in passages}
        self._checked: dict[_StatementKey, tuple[CheckedStatement, StatedScope]] = {}

    def check(self, text: str) -> CheckedText:
        """Every statement of a text with its faults."""
        carried = StatedScope()
        statements = []
        around_list: StatedScope | None = None
        sentences = split_statements(text)
        for i, sentence in enumerate(sentences):
            if around_list and not sentence.in_list:
                carried = around_list if carried != StatedScope() else carried
                around_list = None
            led_to = passages_led_to(sentences[i:]) if sentence.leads_in else ()
            if led_to and sentences[i + 1].in_list and not sentence.in_list:
                around_list = carried  # it leads in to the items of its list alone
            key = (text[sentence.start : sentence.end], carried, led_to)
            if key not in self._checked:
                self._checked[key] = self._check_sentence(text, sentence, carried, led_to)
            statement, carried = self._checked[key]
            statements.append(replace(statement, start=sentence.start, end=sentence.end))
        return CheckedText(text, tuple(statements))

    def without_false_tails(self, checked: CheckedText) -> CheckedText:
        """The text with what statements add behind a true part cut off; it is listed as ``cut``.

        Clauses are taken off the end of a statement until the rest stands; where none does, the
        statement stays as it is.
        """
        text, cut = checked.text, list(checked.cut)
        for statement in reversed(checked.statements):
            if statement.faults and statement.cited:
                for shorter, tail in shorten(text[statement.start : statement.end]):
                    candidate = f"{text[: statement.start]}{shorter}{text[statement.end :]}"
                    if self._stands(candidate, statement.start):
                        text = candidate
                        cut.insert(0, tail)
                        break
        if not cut:
            return checked
        return replace(self.check(text), cut=tuple(cut), recited=checked.recited)

    def with_right_marks(self, checked: CheckedText) -> CheckedText:
        """The text, each statement that fails marked with the passage that it stands on.

        Its figure tells of which, or its words, if they are copied: of the passages that may
        answer, one alone states it, of the bureau and period that the statement names, or else of
        the report that it cites.
        """
        text, recited = checked.text, list(checked.recited)
        for statement in reversed(checked.faulty):
            written = text[statement.start : statement.end]
            standing = [
                candidate
                for candidates in self._other_marks(written)
                if (candidate := self._first_standing(text, statement, candidates))
            ]
            if len(standing) == 1:
                text = standing[0]
                recited.insert(0, statement.text)
        if text == checked.text:
            return checked
        return replace(self.check(text), cut=checked.cut, recited=tuple(recited))

    def passages_stating(self, words: str) -> tuple[int, ...]:
        """The passages that may answer and state all the figures of some words."""
        figures = find_figures(words)
        return tuple(
            n for n, source in self._sources.items()
            if figures and self._may_answer(source) and all(map(source.stating, figures))
        )  # fmt: skip

    def _other_marks(self, written: str) -> Iterator[Iterator[str]]:
        """For each passage that a statement may stand on, the ways to mark it so."""
        for sentence in split_statements(written)[:1]:
            sources = list(self._sources.values())
            attribution = attribute(sentence.body, self._bureaus, sources, StatedScope())
            figures = find_figures(sentence.body)
            words = sentence.body.strip(_PUNCTUATION)
            for n, source in self._sources.items():
                copied = not figures and len(words) >= _SHORTEST_COPY and source.holds(words)
                stating = copied or any(map(source.stating, figures))
                if not (stating and self._may_answer(source)):
                    continue
                uncited = copied and not sentence.cited  # its words alone tell whose it is
                if uncited or self._is_whose(source, sentence, attribution):
                    yield with_other_marks(written, n)

    def _is_whose(
        self, source: GroundingSource, sentence: MarkedSentence, attribution: Attribution
    ) -> bool:
        """Whether a statement is of a passage's report, by what it names or what it cites."""
        given = [s for s in self._sources.values() if self._may_answer(s)]
        cited = self._sources_of(sentence.cited) or given
        if all(one.passage.report.id == source.passage.report.id for one in cited):
            return True
        periods = {s.passage.report.id for s in given if s.bureau == source.bureau}
        return bool(attribution.bureaus) and (bool(attribution.dates) or len(periods) == 1)

    def _may_answer(self, source: GroundingSource) -> bool:
        return self._report_ids is None or source.passage.report.id in self._report_ids

    def _first_standing(
        self, text: str, statement: CheckedStatement, candidates: Iterator[str]
    ) -> str:
        """The text with the first of some wordings of a statement that stands; empty for none."""
        before, after = text[: statement.start], text[statement.end :]
        texts = (f"{before}{candidate}{after}" for candidate in candidates)
        return next((t for t in texts if self._stands(t, statement.start)), "")

    def _stands(self, text: str, place: int) -> bool:
        """Whether the statement that starts at a place of a text has no faults."""
        found = (s for s in self.check(text).statements if s.start == place)
        return any(not statement.faults for statement in found)

    def _check_sentence(
        self,
        text: str,
        sentence: MarkedSentence,
        carried: StatedScope,
        led_to: tuple[int, ...],
    ) -> tuple[CheckedStatement, StatedScope]:
        """A statement with its faults, and the scope that the statements after it take over.

        ``led_to`` are the passages that the lines below it rest on, where it leads in to them:
        so does it.
        """
        written = text[sentence.start : sentence.end]
        sources = list(self._sources.values())
        attribution = attribute(sentence.body, self._bureaus, sources, carried)
        read = _ReadStatement(sentence, attribution, find_figures(sentence.body))
        role = StatementRole.ASSERTION
        if sentence.cited:
            faults = tuple(dict.fromkeys(self._cited_faults(read)))
            role = StatementRole.LEAD_IN if _asserts_nothing(attribution) else role
        else:
            role, faults = _check_uncited(read, len({source.bureau for source in sources}))
            resting = replace(read, sentence=sentence.resting_on(led_to))
            if faults and led_to and not any(self._cited_faults(resting)):
                role, faults = StatementRole.LEAD_IN, ()
        statement = CheckedStatement(
            written.strip(), sentence.start, sentence.end, sentence.cited, role, faults
        )
        if role is StatementRole.LEAD_IN:
            lead = "" if read.figures else attribution.without_names().strip(_PUNCTUATION)
            if attribution.bureaus or attribution.dates:
                planned = bool(entailment_words().told_as_plan.search(sentence.body))
                carried = replace(attribution.scope_at(len(sentence.body)), planned=planned)
            cells = row_cells(sentence.body)
            header = tuple(sentence.body[slice(*cell)].strip() for cell in cells)
            if not is_rule(sentence.body):
                lead = "" if header else lead
                carried = replace(carried, lead=f"{lead}：" if lead else "", header=header)
        elif written.count("\n") > 1:
            carried = StatedScope()
        elif sentence.cited:
            planned = carried.planned or bool(entailment_words().told_as_plan.search(sentence.body))
            of_plan = any(is_plan(source) for source in self._sources_of(sentence.cited))
            before = f"{attribution.without_names().strip(_PUNCTUATION)}。"
            carried = replace(carried, planned=planned and of_plan, before=before)
        return statement, carried

    def _cited_faults(self, read: "_ReadStatement") -> Iterator[StatementFault]:
        ids = self._report_ids
        for n in read.sentence.cited:
            if n not in self._sources:
                yield StatementFault(FaultKind.UNKNOWN_PASSAGE, f"[{n}]")
            elif ids is not None and self._sources[n].passage.report.id not in ids:
                yield StatementFault(FaultKind.NOT_ASKED, f"[{n}]")
        whole = self._sources_of(read.sentence.cited)
        if not whole:
            return
        folded = fold_width(read.sentence.body)
        readings = list(read.placed_figures(self._harmless_spans(folded)))
        for segment in read.sentence.segments:
            cited = self._sources_of(segment.numbers) or whole
            yield from scope_faults(read.attribution, read.figures, segment, cited, whole)
            found = []
            for placed, heads in readings:
                inside = [one for one in placed if segment.holds(one.figure.start)]
                given = list(self._sources.values())
                found.append(list(figure_faults(inside, cited, given, heads)))
            yield from min(found, key=len)
        plain = blank_out(folded, read.number_spans())
        yield from name_faults(read.sentence.body, plain, whole)
        yield from claim_faults(folded, blank_out(plain, read.attribution.spans()), whole)
        if header := fold_width("|".join(read.attribution.carried.header)):
            yield from claim_faults(header, header, whole)
        veiled = blank_out(plain, [*read.attribution.spans(), *self._harmless_spans(folded)])
        yield from word_faults(
            ReadWords(folded, veiled, read.figures),
            whole,
            planned=read.attribution.carried.planned or read.names_next_period(whole),
            under_headings=self._under_headings,
        )

    def _harmless_spans(self, folded: str) -> list[Span]:
        matches = self._harmless.finditer(folded) if self._harmless else ()
        return [Span(*match.span()) for match in matches]

    def _sources_of(self, numbers: Sequence[int]) -> list[GroundingSource]:
        return [self._sources[n] for n in numbers if n in self._sources]


@dataclass(frozen=True, slots=True)
class _ReadStatement:
    """A statement, its names and dates, its figures."""

    sentence: MarkedSentence
    attribution: Attribution
    figures: tuple[Figure, ...]

    def number_spans(self) -> list[Span]:
        """Where figures and dates stand."""
        figures = [Span(figure.start, figure.end) for figure in self.figures]
        return figures + [Span(date.start, date.end) for date in self.attribution.dates]

    def placed_figures(
        self, silent: Sequence[Span]
    ) -> Iterator[tuple[list[PlacedFigure], list[PlacedFigure]]]:
        """The figures, each with whose it is said to be, for each way to read the statement.

        Behind them those of the sentence before that it goes on with: 其中…… What is ``silent``
        tells nothing of them.
        """
        places, scope = [figure.start for figure in self.figures], self.attribution.scope_of
        lead = self._lead()
        led = find_figures(lead)
        words = blank_out(self.attribution.without_names(), silent)
        for reading in readings_of(words, self.figures, self.attribution.carried.header):
            own = [
                f._replace(start=f.start + len(lead), end=f.end + len(lead))
                for f in reading.figures
            ]
            text, figures = f"{lead}{reading.text}", [*led, *own]
            stated = state_figures(text, read_prose(text, figures))
            heads = zip(led, stated[: len(led)], strict=True)
            yield (
                [
                    PlacedFigure(self.sentence.body, self.figures[i], one, scope(places, i))
                    for i, one in zip(reading.numbers, stated[len(led) :], strict=True)
                ],
                [PlacedFigure(lead, f, one, scope(places, 0)) for f, one in heads],
            )

    def _lead(self) -> str:
        """What stands before it: the lead-in of a list, or the sentence that 其中 goes on with."""
        carried = self.attribution.carried
        goes_on = self.sentence.body.lstrip().startswith(PART)
        return carried.lead or (carried.before if goes_on else "")

    def names_next_period(self, cited: Sources) -> bool:
        """Whether it names the period that one of its reports plans for."""
        following = [s.passage.period.next() for s in cited if s.passage.period]
        return any(date.denotes(period) for date in self.attribution.dates for period in following)


def _check_uncited(
    read: _ReadStatement, bureaus: int
) -> tuple[StatementRole, tuple[StatementFault, ...]]:
    """The role and the faults of a statement without a citation; ``bureaus`` are given in all."""
    words = read.sentence.body.strip()
    figures = [f for f in read.figures if not _counts_bureaus(f, words, bureaus)]
    plain = blank_out(fold_width(read.sentence.body), read.number_spans())
    hidden = [*disguised_numbers(plain), *(m[0] for m in grounding_words().vague.finditer(plain))]
    if figures or hidden:
        written = [*(figure.text.strip() for figure in figures), *hidden]
        faults = [StatementFault(FaultKind.FIGURE_UNCITED, words) for words in written]
        return StatementRole.ASSERTION, tuple(dict.fromkeys(faults))
    role = uncited_role(read.attribution)
    if role is not StatementRole.ASSERTION and not has_number(
        read.sentence.body, read.number_spans()
    ):
        return role, ()
    return StatementRole.ASSERTION, (StatementFault(FaultKind.UNCITED, words[:40]),)


def _counts_bureaus(figure: Figure, words: str, bureaus: int) -> bool:
    """两家单位 of two that were given: who is spoken of, not what a report states."""
    counted = grounding_words().bureau_counts.search(words)
    is_it = counted is not None and figure.text.strip() in counted[0]
    return is_it and figure.value is not None and figure.value <= bureaus


def uncited_role(attribution: Attribution) -> StatementRole:
    """What a statement without a citation does; the caller has seen that it holds no figure."""
    body, words = attribution.body.strip(), grounding_words()
    clauses = [clause.strip() for clause in _CLAUSES.split(body) if clause.strip()]
    if _is_refusal(clauses):
        return StatementRole.REFUSAL
    rest = attribution.without_names()
    if not words.connectives.sub("", rest).strip(_PUNCTUATION):
        return StatementRole.LEAD_IN
    cells = [cell.strip() for cell in rest.split("|")]
    if body.startswith("|") and all(len(cell) <= _LABEL for cell in cells):
        return StatementRole.LEAD_IN
    label = len(rest.strip(_PUNCTUATION)) <= _LABEL
    leads = body.endswith(("：", ":")) and len(body) <= _LONGEST_LEAD_IN and len(clauses) < 3
    if leads and (label or words.lead_ins.search(rest)):
        return StatementRole.LEAD_IN
    return StatementRole.ASSERTION


def _asserts_nothing(attribution: Attribution) -> bool:
    """Whether a statement asks, or names bureaus or periods and says nothing of them."""
    if attribution.body.rstrip(" 。\n").endswith(("？", "?")):
        return True
    rest = grounding_words().connectives.sub("", attribution.without_names())
    return bool(attribution.bureaus or attribution.dates) and not rest.strip(_PUNCTUATION)


def _is_refusal(clauses: list[str]) -> bool:
    words = grounding_words()
    refusals = [bool(words.refusals.fullmatch(clause)) for clause in clauses]
    return any(refusals) and all(
        refused or words.topics.fullmatch(clause)
        for refused, clause in zip(refusals, clauses, strict=True)
    )


def _share(words: Collection[str], text: str) -> float:
    return sum(word in text for word in words) / len(words) if words else 0.0


@lru_cache(maxsize=512)  # a text that is shown as it grows is looked up again and again
def quote_for(statement: CheckedStatement, passage: GivenPassage) -> Span:
    """Where in the report the sentences stand that bear a statement; whole, and next to another.

    They hold every figure of the statement that the passage holds; among those, and where there
    is no figure, the ones that share most words with it.
    """
    spans = [trim_span(passage.text, span) for span in sentence_spans(passage.text)]
    spans = [span for span in spans if span.end > span.start]
    if not spans:
        return passage.span
    words = frozenset(pairs(fold_width(statement.text)))
    shares = [_share(words, squeeze(passage.text[slice(*span)])) for span in spans]
    chosen = _sentences_for_figures(statement, grounding_source(passage), spans, shares)
    if not chosen:
        chosen = {max(range(len(spans)), key=lambda i: (shares[i], -i))}
    start, end = spans[min(chosen)].start, spans[max(chosen)].end
    return Span(passage.span.start + start, passage.span.start + end)


def _sentences_for_figures(
    statement: CheckedStatement, source: GroundingSource, spans: list[Span], shares: list[float]
) -> set[int]:
    """The best sentence for each figure, those that are already chosen before others."""
    chosen: set[int] = set()
    stating = [
        {i for i, span in enumerate(spans) for a in amounts if span.start <= a.start < span.end}
        for amounts in map(source.stating, find_figures(statement.text))
    ]
    for sentences in sorted(filter(None, stating), key=len):
        if not sentences & chosen:
            chosen.add(max(sentences, key=lambda i: (shares[i], -i)))
    return chosen

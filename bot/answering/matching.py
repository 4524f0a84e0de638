"""Which statements answer what is asked: every telling word is borne out, or it is no answer.

A question's part is read into the facets of a statement: the words of its subject, the kind of
amount, the unit, the condition. Another subject, measure or condition never answers it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from bot.answering.concepts import Term, everyday_terms, separated_terms, terms_of
from knowledge.lexicon import normalise
from knowledge.models import Quantity, Report, Section, SectionKind, Statement, StatementKind
from knowledge.retrieval.question import Ask, words_of_ask
from knowledge.retrieval.vocabulary import question_words, synonyms
from knowledge.understanding.phrases import statement_words
from knowledge.understanding.topics import topics
from knowledge.vocabulary import Pattern, Vocabulary, at, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "extractive.toml"
# Clauses that lead to a figure with a list of things are about all of them, not about each.
_ENUMERATED = re.compile(r"(?:[^、|，,。；;“”《》]{1,14}、)+(?![^“”|]*”)")
_ASIDE = re.compile(r"[（(][^（()）|]{1,12}[)）]")
_RATE = re.compile(r"率|占比|比例|比重")
_PRONOUNS = ("其", "该", "此")
_FOREIGN = ("美元", "欧元", "港元")
_OFTEN = 3
_PAIR = 2
_LONGEST_BARE = 3
_BARE = ("各", "都", "有", "了", "的", "是", "共", "分别")
_HOW_MANY = re.compile(r"多少|几")
_PER = re.compile(r"每[百千万]?[人户件家]|人均|户均")
_LED_BY = re.compile(r"^(?:[和跟与及比] *)?[，,、 ]*")
_AROUND = " \u3000，,。？?！!、的呢"
_PLAIN = frozenset({Quantity.COUNT, Quantity.DURATION})
_ANY = frozenset({Quantity.COUNT, Quantity.DURATION, Quantity.MONEY, Quantity.RATE})


class Measures(Vocabulary):
    """Measure words that stand for one another, and the words that ask for a kind of amount."""

    families: tuple[frozenset[str], ...] = at("units.families")
    money: Pattern = at("asking.money")
    ratio: Pattern = at("asking.ratio")
    change: Pattern = at("asking.change")
    duration: Pattern = at("asking.duration")
    plain: frozenset[str] = at("words.plain")
    optional: frozenset[str] = at("words.optional")
    joins: Pattern = at("asking.joins")
    each: Pattern = at("asking.each")
    former: Pattern = at("asking.former")
    former_only: Pattern = at("asking.former_only")
    whole: Pattern = at("asking.whole")
    added: Pattern = at("asking.added")
    partial: Pattern = at("asking.partial")
    checks: Pattern = at("asking.checks")
    asks_checks: Pattern = at("asking.asks_checks")
    planning: Pattern = at("asking.planning")
    done: Pattern = at("asking.done")
    acts: Mapping[str, tuple[str, ...]]
    frames: frozenset[str] = at("words.frames")
    acts_by_unit: Mapping[str, Pattern] = at("asking.acts_by_unit")
    everyday: Mapping[str, Pattern] = at("units.everyday")

    def fits(self, asked: str, unit: str) -> bool:
        """Whether a figure's unit may be meant by the unit that is asked for."""
        if not asked or not unit or asked == "个" or unit.startswith(asked):
            return True
        return any(asked in family and unit in family for family in self.families)

    @cached_property
    def act(self) -> re.Pattern[str]:
        """A pattern of an act that is asked about: 罚了几家."""
        acts = "|".join(sorted(self.acts, key=len, reverse=True))
        return re.compile(f"({acts})(?:了|过|掉了?|出)?(?=多少|几)|({acts})[了掉]")


@cache
def measures(path: Path = _FILE) -> Measures:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(Measures, path)


@dataclass(frozen=True)  # no slots: its properties are cached
class FigureAsk:
    """One thing that a question asks a figure of, read into the facets of a statement.

    ``terms`` are its telling words, ``carried`` those of the parts before it: they are what a part
    without a subject of its own (合格率多少) goes on with. ``counted`` are those that its 多少 or
    几 counts, and what was done with them (罚了几家). ``former``: what there was before a change
    is asked for too, ``former_only``: nothing else. ``whole``: all that there are, not the new
    ones. ``planned``: what is yet to be done.
    """

    wording: str
    terms: tuple[Term, ...]
    carried: tuple[Term, ...]
    quantities: frozenset[Quantity]
    unit: str
    counted: tuple[Term, ...] = ()
    former: bool = False
    former_only: bool = False
    whole: bool = False
    planned: bool = False

    @cached_property
    def things(self) -> tuple[Term, ...]:
        """Its terms that are no measure and no word of progress."""
        return tuple(t for t in self.terms if not (t.is_rate or is_stage(t.word)))

    @cached_property
    def subject(self) -> tuple[Term, ...]:
        """The terms that a statement must bear out: of earlier parts where it has no thing."""
        subject = self.terms if self.things else (*self.carried, *self.terms)
        optional = measures().optional
        return tuple(t for t in subject if t.word not in optional) or subject

    def asks_for(self, word: str) -> bool:
        """Whether a word of a statement is one of those asked for."""
        return any(term.means(word) for term in (*self.terms, *self.subject))


def is_stage(word: str) -> bool:
    """Whether a word only says how something went: 合格, 结案."""
    return not statement_words().stage.sub("", word)


def read_ask(ask: Ask) -> FigureAsk:
    """The facets of one part of a question."""
    planned = measures().planning.search(ask.own)
    if planned and (rest := measures().planning.sub("", ask.own).strip()):
        part = measures().planning.sub("", ask.part)
        return replace(read_ask(Ask(rest, ask.context, ask.unit, part)), planned=True)
    ask = _in_written_words(ask)
    terms = _telling(ask.own) or everyday_terms(ask.part)
    terms = (*terms, *_acts_by_unit(ask, terms))
    terms += separated_terms(ask.part)
    acts = tuple(_acts(ask.part, terms))
    terms += acts
    known = {t.word for t in terms}
    carried = tuple(t for t in _telling(ask.context) if t.word not in known and not t.is_rate)
    words, quantities = measures(), _quantities(ask)
    is_rate = quantities == {Quantity.RATE}
    if is_rate and not any(t.is_rate for t in terms):
        last = next((t for t in reversed(terms) if is_stage(t.word)), None)
        terms = tuple(_rate_of(t) if t is last else t for t in terms)
    wording = _LED_BY.sub("", ask.part.strip(_AROUND)) or ask.own
    return FigureAsk(
        wording, terms, carried, quantities, "" if is_rate else ask.unit,
        counted=(*_counted(ask.part, terms), *acts),
        former=bool(words.former.search(ask.part)),
        former_only=bool(words.former_only.search(ask.part)),
        whole=bool(words.whole.search(ask.part)),
        planned=bool(question_words().kinds[SectionKind.PLAN].search(ask.part)),
    )  # fmt: skip


def _counted(part: str, terms: Sequence[Term]) -> tuple[Term, ...]:
    """The term behind 多少 or 几 in a part of a question: 投诉 of 接了多少投诉."""
    found = _HOW_MANY.search(part)
    behind = normalise(part[found.end() :]) if found else ""
    said = [t for t in terms if t.word not in measures().optional and t.word[0] not in "没未"]
    counted = [t for t in said if t.word in behind and not (t.is_rate or is_stage(t.word))]
    return tuple(sorted(counted, key=lambda t: behind.index(t.word))[:1])


def _acts(part: str, terms: Sequence[Term]) -> Iterator[Term]:
    """What was done, where no dictionary takes it for a telling word: 罚了几家, 通过多少家."""
    for found in measures().act.finditer(part):
        act, end = found[1] or found[2], found.end(1 if found[1] else 2)
        if not any(part[:end].endswith(t.word) or act in t.word for t in terms):
            yield Term(act, measures().acts[act])


def _rate_of(stage: Term) -> Term:
    """What is meant by a word of progress where a rate is asked for: 合格率 of 合格几个点."""
    word = f"{stage.word}率"
    return Term(word, (word,))


def _in_written_words(ask: Ask) -> Ask:
    """A part of a question with its unit, its rates and its everyday words as they are written.

    An everyday word counts though the amount stood inside it: 开了多少家公司.
    """
    own, close = ask.own, ask.own.replace(" ", "")
    for term in synonyms().find_terms(close):
        if len(term) >= _LONGEST_BARE and term not in own:
            own = re.sub(" ?".join(term), term, own)
    units = (unit for unit, said in measures().everyday.items() if said.search(ask.part))
    own = _share_of_stage().sub(r"\1率", own)
    return Ask(own, ask.context, ask.unit or next(units, ""), ask.part)


@cache
def _share_of_stage() -> re.Pattern[str]:
    """A pattern of a rate in everyday words: 合格的比例 for 合格率."""
    stages = sorted((rate[:-1] for rate in statement_words().rates if rate[-1] == "率"), key=len)
    return re.compile(rf"({'|'.join(reversed(stages))})的?(?:比例|比率|占比|百分比)")


def _acts_by_unit(ask: Ask, terms: Sequence[Term]) -> tuple[Term, ...]:
    """The acts that a question names by one character beside its amount: 开 of 开了多少家."""
    said = (act for act, pattern in measures().acts_by_unit.items() if pattern.search(ask.part))
    return tuple(t for act in said for t in terms_of(act) if t not in terms)


def _neutral(terms: Sequence[Term]) -> tuple[Term, ...]:
    """Terms without those of one side: 不合格 of the part before is no subject of a rate."""
    return tuple(t for t in terms if not _has_opposite(t.word))


def opposite_rate(ask: FigureAsk) -> FigureAsk | None:
    """The same asked of the opposite rate, 合格率 of 不合格率 or the other way round, if any."""
    for term in ask.terms:
        for negative, positive in statement_words().opposites:
            if term.is_rate and positive in term.word:
                word = negative if negative not in term.word else positive
                other = Term(f"{word}率", (f"{word}率",))
                terms = tuple(other if t is term else t for t in ask.terms)
                return replace(ask, terms=terms, carried=_neutral(ask.carried))
    return None


def course_sides(ask: FigureAsk) -> tuple[FigureAsk, ...]:
    """What is done and all there is, of a rate that says how far something went: 整改率."""
    for term in ask.terms:
        for begun, end in statement_words().courses:
            if term.word == f"{end}率":
                rest = tuple(t for t in ask.terms if t is not term)
                counts = replace(ask, quantities=frozenset({Quantity.COUNT}))
                whole = rest or (Term(begun, (begun,)),)
                ended = Term(end, (end,))
                done = replace(counts, terms=(*rest, ended), counted=(ended,))
                return done, replace(counts, terms=whole)
    return ()


def counted_sides(ask: FigureAsk) -> tuple[FigureAsk, ...]:
    """All and the bad ones that a rate is worked out from: 抽检 and 不合格 of 合格率."""
    for term in ask.terms:
        for negative, positive in statement_words().opposites:
            if term.is_rate and positive in term.word:
                rest = tuple(t for t in ask.terms if t is not term)
                counts = replace(
                    ask, terms=rest, carried=_neutral(ask.carried),
                    quantities=frozenset({Quantity.COUNT}),
                )  # fmt: skip
                bad = replace(counts, terms=(*rest, Term(negative, (negative,))))
                return (bad, counts) if negative in term.word else (counts, bad)
    return ()


def unfinished_sides(ask: FigureAsk) -> tuple[FigureAsk, ...]:
    """All, and what is done of it, where what is not done is asked for: 没办结, 没完成."""
    stages = statement_words().stages
    for term in ask.terms:
        done = term.word[1:] if term.word[0] in "没未" else ""
        forms = tuple(s for s in stages if done and done in s and s[0] not in "未不")
        if forms:
            plain = measures().plain
            rest = tuple(t for t in ask.terms if t is not term and t.word not in plain)
            begun = tuple(b for b, end in statement_words().courses if done in end)
            whole = rest or (Term(begun[0], begun),) if begun else rest
            ended = Term(done, forms)
            done_ask = replace(ask, terms=(*rest, ended), counted=(ended,))
            return replace(ask, terms=whole), done_ask
    return ()


def _telling(words: str) -> tuple[Term, ...]:
    """The terms of a phrase, but for words of change, which only say what kind of amount it is.

    Words that frame it (帮人办执照) are left out where there are others.
    """
    change, frames = statement_words().progress_only, measures().frames
    terms = tuple(_as_written(t) for t in terms_of(words) if not change.fullmatch(t.word))
    return tuple(t for t in terms if t.word not in frames) or terms


def _as_written(term: Term) -> Term:
    """A term under the reports' name where that is a rate or a stage: 合格 for 过关."""
    name = next(iter(synonyms().same(term.word)), "")
    if not name or synonyms().is_official(term.word):
        return term
    stages = {stage for course in statement_words().courses for stage in course}
    sided = name[-1] == "率" or _has_opposite(name) or name in stages
    return replace(term, word=name) if sided else term


def as_amount(ask: FigureAsk) -> FigureAsk:
    """What is asked of an amount itself where a question asks how it changed."""
    amount = frozenset({Quantity.RATE}) if any(t.is_rate for t in ask.terms) else _PLAIN
    money = frozenset({Quantity.MONEY}) if measures().money.search(ask.wording) else amount
    return replace(ask, quantities=money, unit="")


def as_change(ask: FigureAsk) -> FigureAsk:
    """The change of what is asked for."""
    return replace(ask, quantities=frozenset({Quantity.CHANGE}))


def _whole_term(segment: str) -> tuple[Term, ...]:
    """A thing of a list that is a single character (店 of 景区、乡村、店), as a term."""
    word = segment.replace(" ", "")
    return (Term(word, (word,)),) if 0 < len(word) < _LONGEST_BARE and word not in _BARE else ()


def _with_head(item: str, last: str) -> str:
    """An item of a list with the head noun of the last one: 城镇居民 and 农村居民人均收入."""
    common = item.replace(" ", "")[-_PAIR:]
    _, found, head = last.replace(" ", "").partition(common)
    return f"{item}{head}" if len(common) == _PAIR and found else item


def split_ask(ask: Ask) -> tuple[FigureAsk, ...]:
    """A part of a question that lists things, one ask a thing; empty where it lists none.

    A measure or action that stands with one of the things is meant of all: 药店和诊所检查了.
    """
    parts = (words_of_ask(part) for part in measures().joins.split(ask.part or ask.own))
    segments = [part for part in parts if part.strip()]
    segments = [s for s in segments if terms_of(s) or _whole_term(s)]
    if len(segments) < 2:
        return ()
    segments = [*(_with_head(s, segments[-1]) for s in segments[:-1]), segments[-1]]
    terms = [terms_of(segment) or _whole_term(segment) for segment in segments]
    rates = [t for found in terms for t in found if t.is_rate]
    shared = rates or [t for found in terms for t in found if is_stage(t.word)]
    asks = []
    for segment, found in zip(segments, terms, strict=True):
        has_own = any(t in shared for t in found)
        added = () if has_own else tuple(dict.fromkeys(shared))
        words = segment.replace(" ", "").rstrip("了") + "".join(t.word for t in added)
        quantities = _quantities(Ask(words, "", ask.unit, words))
        asks.append(FigureAsk(words, (*found, *added), (), quantities, ask.unit))
    return tuple(asks)


def split_run(ask: Ask) -> tuple[FigureAsk, ...]:
    """A part of a question that lists things without a mark, one ask a thing: 企业合作社年报率."""
    part = normalise(ask.part or ask.own)
    runs: list[list[Term]] = [[]]
    end = -1
    for term in terms_of(words_of_ask(part)):
        if term.is_verb or term.is_rate or is_stage(term.word):
            continue
        start = part.find(term.word, max(end, 0))
        runs = runs if start == end else [*runs, []]
        runs[-1].append(term)
        end = start + len(term.word)
    run = max(runs, key=len)
    if len(run) < _PAIR:
        return ()
    before, _, after = part.partition("".join(t.word for t in run))
    parts = (f"{before}{term.word}{after}" for term in run)
    return tuple(read_ask(Ask(words_of_ask(one), "", ask.unit, one)) for one in parts)


def parallel_ask(ask: FigureAsk, first: FigureAsk) -> FigureAsk:
    """One thing compared, with the head that stands with the first: 药品不良反应比器械的多."""
    return replace(ask, terms=(*ask.terms, *first.things[1:]))


def _quantities(ask: Ask) -> frozenset[Quantity]:
    words, said = measures(), ask.part or ask.own
    if words.change.search(said):
        return frozenset({Quantity.CHANGE})
    if ask.unit in statement_words().money:
        return frozenset({Quantity.MONEY})
    if words.ratio.search(said) or _RATE.search(ask.own):
        return frozenset({Quantity.RATE})
    if words.money.search(said):
        return frozenset({Quantity.MONEY})
    if ask.unit in statement_words().durations or words.duration.search(said):
        return frozenset({Quantity.DURATION})
    return frozenset({Quantity.COUNT}) if ask.unit else _PLAIN


@dataclass(frozen=True)  # no slots: its properties are cached
class PlacedStatement:
    """A statement in its report, with the headings that it stands under."""

    report: Report
    statement: Statement
    path: tuple[str, ...]

    @cached_property
    def own(self) -> str:
        """The words of its own clause, and what is known of them."""
        one = self.statement
        label = self.report.text[one.clause.start : one.clause.end].replace(one.figure.text, "|", 1)
        label = f"{label}|{_ASIDE.sub('', label)}" if _ASIDE.search(label) else label
        return normalise(f"{label}|{one.measure}|{one.condition}|{one.figure.unit}")

    @cached_property
    def subject_words(self) -> str:
        """Its subject, spelt as words are compared."""
        return normalise(self.statement.subject)

    @cached_property
    def said(self) -> str:
        """Its own words and its subject."""
        return f"{self.own}|{self.subject_words}"

    @cached_property
    def own_of_all(self) -> str:
        """Its own words without the first members of a list before it: it counts all of them."""
        before, mark, after = self.own.partition("|")
        return f"{_ENUMERATED.sub('', before)}{mark}{after}"

    @cached_property
    def carried(self) -> str:
        """The subject that it goes on with, in the words of the clauses that set it."""
        text = self.report.text
        spans = "|".join(text[span.start : span.end] for span in self.statement.context)
        return normalise(_ENUMERATED.sub("", f"{self.statement.subject}|{spans}"))

    @cached_property
    def led_by(self) -> str:
        """The clauses that lead to it, in the report's words."""
        text = self.report.text
        return "|".join(text[span.start : span.end] for span in self.statement.context)

    @cached_property
    def headings(self) -> str:
        """The headings above it."""
        return normalise("|".join(self.path))

    @property
    def wording(self) -> str:
        """What it states, in a few words: 食品安全监督抽检合格率97.8%."""
        one = self.statement
        condition = one.condition.removeprefix("其中").removesuffix("由")
        named = one.measure if one.measure not in one.subject else ""
        shown = condition if condition not in one.subject else ""
        return f"{one.subject}{shown}{named}{one.figure.text}"


def place_statements(
    report: Report, sections: Sequence[Section], statements: Sequence[Statement]
) -> tuple[PlacedStatement, ...]:
    """The statements of a report with their headings, in reading order."""
    leaves = iter([s for s in sections if s.leaf])
    leaf = next(leaves, None)
    placed = []
    for statement in statements:
        while leaf and leaf.end <= statement.figure.start:
            leaf = next(leaves, None)
        placed.append(PlacedStatement(report, statement, leaf.path if leaf else ()))
    return tuple(placed)


@dataclass(frozen=True, slots=True)
class Match:
    """A statement that answers; ``extras`` are words of its subject that were not asked for.

    ``loose``: a verb of the question stands in none of its words. ``borne`` counts the words asked
    for that stand in its own clause and subject.
    """

    placed: PlacedStatement
    extras: tuple[str, ...]
    loose: bool = False
    borne: int = 0
    off_line: bool = False

    @property
    def statement(self) -> Statement:
        """The statement itself."""
        return self.placed.statement


def matches(ask: FigureAsk, placed: Iterable[PlacedStatement]) -> Iterator[Match]:
    """The statements that answer a part of a question."""
    for one in placed:
        if is_asked_amount(ask, one.statement) and ask.subject:
            strict = all(_bears(one, t) for t in ask.subject) and _is_own_matter(ask, one)
            if strict or _is_loosely_asked(ask, one):
                own = one.said
                if _is_asked_part(ask, one):  # the words of its total are its own
                    own = f"{own}|{one.carried}"
                borne = sum(t.is_in(own) or (t.is_rate and _bears(one, t)) for t in ask.subject)
                yield Match(one, _extras(ask, one), loose=not strict, borne=borne)


def _is_asked_part(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a part is asked for, not its total: 企业 of 新登记市场主体…，其中企业."""
    part = one.statement.condition.startswith("其中")
    return part and any(t.is_in(one.said) and not t.is_in(one.carried) for t in ask.things)


def best_matches(ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[Match]:
    """Those that state just what is asked; without one, all that state it of a narrower subject."""
    found = list(matches(ask, placed))
    if not found and ask.quantities == _PLAIN:
        found = list(matches(replace(ask, quantities=_ANY), placed))
    found = [m for m in found if not any(_is_part_of(m, whole) for whole in found)]
    nearest = max((m.borne for m in found), default=0)
    found = [m for m in found if m.borne == nearest]
    in_unit = [m for m in found if m.statement.figure.unit == ask.unit]
    found = in_unit or found
    strict = [m for m in found if not m.loose]
    exact = [m for m in strict if not m.extras]
    in_line = [
        [m for m in group if not _is_of_another_line(ask, m.placed)] for group in (exact, strict)
    ]
    if chosen := in_line[0] or in_line[1]:
        alone = [m for m in chosen if "、" not in m.statement.subject]
        return _without_repeats(alone or chosen)
    return [replace(m, off_line=bool(strict)) for m in _without_repeats(exact or strict or found)]


def _is_part_of(match: Match, whole: Match) -> bool:
    """Whether one statement that answers counts only a part of another that answers too."""
    part = match.statement
    return (
        part.condition.startswith("其中")
        and whole.statement.clause in part.context
        and whole.statement.figure.unit == part.figure.unit
        and not whole.extras
    )


def speaks_of(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a statement is of all the things that are asked of, whatever it states of them."""
    return all(_bears(one, term) for term in ask.things)


def is_asked_amount(ask: FigureAsk, statement: Statement) -> bool:
    """Whether a statement's kind of amount and unit are those asked for."""
    if statement.quantity not in ask.quantities:
        return False
    if (
        not statement.figure.unit
        and _PER.search(statement.subject)
        and not _PER.search(ask.wording)
    ):
        return False
    of_one_unit = ask.quantities in ({Quantity.MONEY}, {Quantity.CHANGE})
    if of_one_unit and ask.unit not in _FOREIGN:
        return True
    return measures().fits(ask.unit, statement.figure.unit)


def _is_own_matter(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether not only headings speak of what is asked, and nothing else is meant by it."""
    near = any(
        t.is_in(one.own) or t.is_in(one.carried) or (t.is_rate and _bears(one, t))
        for t in ask.subject
    )
    if not all(term.is_in(one.said) for term in ask.counted):
        return False
    if _is_limited(ask, one):
        return False
    return near and _condition_is_asked(ask, one) and not _is_of_another_topic(ask, one)


def _is_loosely_asked(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether all but everyday verbs is borne out by the subject itself, and the unit is asked.

    A verb that a report never uses cannot tell its statements apart.
    """
    if not ask.unit and Quantity.COUNT in ask.quantities:
        return False
    if one.statement.role is StatementKind.PLAN and not ask.planned:
        return False
    text = one.report.text
    required = [t for t in ask.subject if not t.is_verb or is_stage(t.word) or t.word in text]
    if not required or len(required) == len(ask.subject):
        return False
    subject = one.subject_words
    return (
        all(_bears(one, t) for t in required)
        and any(t.is_in(subject) for t in required if t in ask.things)
        and _condition_is_asked(ask, one)
        and not _is_limited(ask, one)
    )


def _bears(one: PlacedStatement, term: Term) -> bool:
    """Whether a statement's own clause, or what it goes on with, has a term.

    A rate and a word with an opposite stand in its own clause, or do not count.
    """
    if term.is_place and _is_of_place(one.report, term.word):
        return True
    if term.is_rate or _has_opposite(term.word):
        own = _without_opposites(one.own, term)
        unnamed = one.statement.quantity is Quantity.RATE and not one.statement.measure
        return term.is_in(own) or (unnamed and term.word.removesuffix("率") in own)
    texts = (one.own_of_all, one.carried, one.headings)
    if any(term.is_in(text) for text in texts):
        return True
    pieces = [piece for piece in term.pieces if piece not in measures().optional]
    return bool(pieces) and all(any(piece in text for text in texts) for piece in pieces)


def _is_of_place(report: Report, place: str) -> bool:
    """Whether a report that does not say whose it is speaks of a place all the time."""
    return report.identity.bureau is None and report.text.count(place) >= _OFTEN


def _has_opposite(word: str) -> bool:
    return any(side in word for pair in statement_words().opposites for side in pair)


def _without_opposites(text: str, term: Term) -> str:
    """A text without the negative words that hold a positive one: 不合格 is not 合格."""
    for negative, _positive in statement_words().opposites:
        if negative not in term.word:
            text = text.replace(negative, "")
    return text


def _condition_is_asked(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether nothing limits a statement that was not asked for: 合格 of 1724批次合格."""
    condition = one.statement.condition
    before = condition.endswith("由")
    if (before and not (ask.former or ask.former_only)) or (ask.former_only and not before):
        return False
    return all(ask.asks_for(stage) for stage in statement_words().stage.findall(condition))


def _is_limited(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether all there are is asked for, and a statement counts new ones, some, or checks."""
    words = measures()
    limited = words.added.search(one.own) or words.partial.search(one.own) or _is_check(ask, one)
    return ask.whole and bool(limited)


def _is_check(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a statement counts what was checked, and the question is not about checking."""
    words, said = measures(), f"{one.own}|{one.statement.subject}"
    asked = ask.wording + "".join(term.word for term in ask.carried)
    return bool(words.checks.search(said)) and not words.asks_checks.search(asked)


def _is_of_another_topic(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a thing stands in none of the subject's own words, and the subject is another.

    A line of work (特种设备) may stand in the headings alone: 检查电梯120台 is told as of it.
    """
    subject = one.subject_words
    far = [t for t in ask.things if not (t.is_in(one.own) or t.is_in(subject))]
    if subject.startswith(_PRONOUNS) or not far or not (_extras(ask, one) or _acts_in(ask, one)):
        return False
    lines = {name for topic in topics() for name in (topic.name, *topic.aliases)}
    known = _topics_in(subject)
    return any(t.word not in lines or bool(known and not known & _topics_in(t.word)) for t in far)


def _acts_in(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a subject names an act that was not asked for: 注销 of 注销公示."""
    acts = statement_words().stage.findall(one.subject_words)
    return any(act not in measures().plain and not ask.asks_for(act) for act in acts)


def _topics_holding(words: Sequence[str]) -> frozenset[str]:
    """The lines of work with a word that one of these words is a part of: 投诉 of 消费投诉."""
    return frozenset(t.name for t in topics() if any(w in word for word in t.words for w in words))


def _topics_in(words: str) -> frozenset[str]:
    """The lines of work whose words stand in a phrase."""
    return frozenset(t.name for t in topics() if any(word in words for word in t.words))


def _is_of_another_line(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether what leads to a statement is of another line of work than what is asked."""
    if any(term.is_rate for term in ask.terms):
        return False  # a rate says itself what it is of
    words = [form for term in ask.subject for form in term.forms]
    asked = _topics_in("".join(words)) or _topics_holding(words)
    led = _topics_in(one.led_by)
    return bool(asked and led and not asked & led)


def _extras(ask: FigureAsk, one: PlacedStatement) -> tuple[str, ...]:
    """The telling words of a subject that are left once all that was asked is taken away."""
    subject = one.subject_words
    forms = {w for t in (*ask.terms, *ask.subject) for form in t.same for w in form.split()}
    subject = _blank_out(subject, forms)
    plain, part = measures().plain, one.statement.condition.startswith("其中")
    added = measures().added.search(one.own)
    new = added and not any("新" in t.word or "增" in t.word for t in ask.terms)
    return (
        *((added[0],) if added and new else ()),
        *(
            t.word
            for t in terms_of(subject)
            if len(t.word.strip()) > 1
            # a part of what is asked (投诉 of 投诉举报) is something else
            and not (t.word in plain or is_stage(t.word) or (ask.asks_for(t.word) and not part))
        ),
    )


def _blank_out(text: str, words: Iterable[str]) -> str:
    """A text with a blank for every character of any of the words, which may overlap in it."""
    left = list(text)
    for word in words:
        at = text.find(word)
        while word and at >= 0:
            left[at : at + len(word)] = " " * len(word)
            at = text.find(word, at + 1)
    return "".join(left)


def _without_repeats(found: Sequence[Match]) -> list[Match]:
    """Each amount of a report once, as it stands first."""
    first: dict[object, Match] = {}
    for match in found:
        figure = match.statement.figure
        key = figure.text if figure.masked else (figure.value, figure.unit)
        first.setdefault((match.placed.report.id, key, figure.masked and figure.start), match)
    return list(first.values())

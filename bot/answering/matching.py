"""Which statements answer what is asked: every telling word is borne out, or it is no answer.

Another subject, measure or condition never answers it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from bot.answering.asks import ANY, PLAIN, FigureAsk, has_opposite, is_stage, measures
from bot.answering.concepts import Term, is_act, terms_of
from knowledge.lexicon import normalise
from knowledge.models import Quantity, Report, Section, Statement, StatementKind
from knowledge.retrieval.vocabulary import official_terms
from knowledge.understanding.figures import find_figures
from knowledge.understanding.kinds import without_mark
from knowledge.understanding.phrases import statement_words
from knowledge.understanding.sentences import Span
from knowledge.understanding.topics import topics

# Clauses that lead to a figure with a list of things are about all of them, not about each.
_ENUMERATED = re.compile(
    r"(?:[^、|，,。；;“”《》]{1,14}、)+(?:[^、|，,。；;“”《》]{1,14}等(?=各类))?(?![^“”|]*”)"
)
_ALL_KINDS = "各类"
_ANYTHINGS = "个"
_ASIDE = re.compile(r"[（(][^（()）|]{1,12}[)）]")
_NAMED = re.compile(r"“[^”|]+”")  # a heading with “春雷行动” is of it
_PRONOUNS = ("其", "该", "此")
_FOREIGN = ("美元", "欧元", "港元")
_OFTEN = 3
_PAIR = 2
_PER = re.compile(r"每一?[百千万]?(?:个|口)?[人户件家]|人均|户均")


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
        """Its subject, spelt as words are compared; of all kinds without those named as such."""
        subject = self.statement.subject
        return normalise(_without_members(subject) if _ALL_KINDS in subject else subject)

    @cached_property
    def said(self) -> str:
        """Its own words and its subject."""
        return f"{self.own}|{self.subject_words}"

    @cached_property
    def own_of_all(self) -> str:
        """Its own words without the first members of a list before it: it counts all of them."""
        before, mark, after = self.own.partition("|")
        return f"{_without_members(before)}{mark}{after}"

    @cached_property
    def carried(self) -> str:
        """The subject that it goes on with, in the words of the clauses that set it."""
        text = self.report.text
        spans = "|".join(text[span.start : span.end] for span in self.statement.context)
        return normalise(_without_members(f"{self.statement.subject}|{spans}"))

    @cached_property
    def led_by(self) -> str:
        """The clauses that lead to it, in the report's words."""
        text = self.report.text
        return "|".join(text[span.start : span.end] for span in self.statement.context)

    @cached_property
    def campaign(self) -> str:
        """The campaigns (专项整治) that its sentence leads to it with; "" for a whole period's."""
        one, text = self.statement, self.report.text
        led = self._led_in_sentence
        names = [self._campaign_in(span) for span in led]
        nearest = next((span for span, name in zip(led, names, strict=True) if name), None)
        if nearest is None or measures().of_period.search(text[nearest.end : one.clause.end]):
            return ""
        run = next(list(same) for name, same in groupby(names, bool) if name)
        return "、".join(reversed(run))

    @cached_property
    def only_campaign(self) -> str:
        """The one campaign that its sentence leads to it with, spelt as words are compared."""
        named = [name for span in self._led_in_sentence if (name := self._campaign_in(span))]
        return normalise(named[0]) if len(named) == 1 else ""

    @cached_property
    def led_in_sentence(self) -> str:
        """The clauses of its own sentence that lead to it, spelt as words are compared."""
        text = self.report.text
        return normalise("|".join(text[slice(*span)] for span in self._led_in_sentence))

    @property
    def _led_in_sentence(self) -> list[Span]:
        """The clauses of its own sentence that lead to it, the nearest first."""
        one = self.statement
        return [s for s in reversed(one.context) if s.start >= one.sentence.start]

    def _campaign_in(self, span: Span) -> str:
        found = measures().campaign.search(self.report.text[slice(*span)])
        return found["name"] if found else ""

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
        words = without_mark(f"{one.subject}{shown}{named}")
        if one.quantity is Quantity.RATE:
            words = _ACT.sub("", words)
        return words + one.figure.text


_ACT = re.compile(r"^(?:共|累计|完成|开展|实施|组织)+(?:我[省市县区])?(?=.{4})")
"""What was done, before the thing that a rate is of: 完成我市食品抽检任务合格率."""


def _without_members(words: str) -> str:
    """Some words without the first members of their lists.

    What is done with all kinds of things (查处甲、乙等各类案件) stands before the list.
    """

    def act(match: re.Match[str]) -> str:
        rest = re.split("[|，,。；;]", words[match.end() :], maxsplit=1)[0]
        return "".join(statement_words().stage.findall(match[0])) if _ALL_KINDS in rest else ""

    return _ENUMERATED.sub(act, words)


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
    return tuple(_without_others_condition(placed))


def _without_others_condition(placed: Sequence[PlacedStatement]) -> Iterator[PlacedStatement]:
    """The statements, without a condition of what is too little to be what they are a part of.

    抽检1034批次，不合格19批次，其中农产品抽检412批次 tells of 412 that were tested.
    """
    values = {p.statement.clause: p.statement.figure.value for p in placed}
    for one in placed:
        told = one.statement
        condition, text = told.condition.removeprefix("其中"), one.report.text
        whole = values.get(told.context[-1]) if told.context else None
        if (
            told.condition.startswith("其中")
            and condition
            and condition not in text[slice(*told.clause)]
            and whole is not None
            and told.figure.value is not None
            and told.figure.value > whole
        ):
            yield replace(one, statement=told._replace(condition="其中"))
        else:
            yield one


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

    @property
    def campaign(self) -> str:
        """The campaign that it counts what was done in, if it was not asked about."""
        return self.placed.campaign if self.placed.campaign in self.extras else ""


def matches(ask: FigureAsk, placed: Iterable[PlacedStatement]) -> Iterator[Match]:
    """The statements that answer a part of a question."""
    for one in placed:
        if is_asked_amount(ask, one.statement) and ask.subject and not _is_difference(ask, one):
            strict = all(bears(one, t) for t in ask.subject) and _is_own_matter(ask, one)
            if strict or _is_loosely_asked(ask, one):
                own = one.said
                if _is_asked_part(ask, one):  # the words of its total are its own
                    own = f"{own}|{one.carried}"
                borne = sum(t.is_in(own) or (t.is_rate and bears(one, t)) for t in ask.subject)
                yield Match(one, _extras(ask, one), loose=not strict, borne=borne)


def _is_difference(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether an amount is by how much more or less there was (比上年多罚没25万元), unasked."""
    differs = measures().differs.search(one.own) and not measures().differs.search(ask.wording)
    return bool(differs) and Quantity.CHANGE not in ask.quantities


def _is_asked_part(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a part is asked for, not its total: 企业 of 新登记市场主体…，其中企业."""
    part = one.statement.condition.startswith("其中")
    return part and any(t.is_in(one.said) and not t.is_in(one.carried) for t in ask.things)


def best_matches(ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[Match]:
    """Those that state just what is asked; without one, all that state it of a narrower subject."""
    found = list(matches(ask, placed))
    if not found and ask.quantities == PLAIN:
        found = list(matches(replace(ask, quantities=ANY), placed))
    found = found or _named_alone(ask, placed) or _borne_alone(ask, placed)
    found = [m for m in found if not any(_is_part_of(m, whole) for whole in found)]
    found = [m for m in found if _leads_to(ask, m.placed)] or found
    if ask.unit not in ("", _ANYTHINGS):  # 户 are asked for: 个 may count anything else
        found = [m for m in found if m.statement.figure.unit != _ANYTHINGS] or found
    nearest = max((m.borne for m in found), default=0)
    near = [m for m in found if m.borne == nearest]
    exact = [m for m in found if not (m.extras or m.loose)]
    if not any(m in exact for m in near):  # 检查化妆品使用环节 and, in a check of them, 检查经营户
        near = [m for m in found if m in near or m in exact]
    found = near
    in_unit = [m for m in found if m.statement.figure.unit == ask.unit]
    found = in_unit or found
    strict = [m for m in found if not m.loose]
    exact = [m for m in strict if not m.extras]
    in_line = [
        [m for m in group if not is_of_another_line(ask, m.placed)] for group in (exact, strict)
    ]
    if not exact and (parts := _of_campaigns(ask, strict)):
        return _without_repeats(parts)
    if chosen := in_line[0] or in_line[1]:
        alone = [m for m in chosen if "、" not in m.statement.subject]
        return _without_repeats(alone or chosen)
    return [replace(m, off_line=bool(strict)) for m in _without_repeats(exact or strict or found)]


def _named_alone(ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[Match]:
    """The only statement of a rate, known by its name: its sentence speaks of what else is asked.

    问题发现率 of 双随机, told once in a sentence on it. A rate with an opposite is told of many.
    """
    rate = next((t for t in ask.terms if t.is_rate and not has_opposite(t.word)), None)
    named = [p for p in placed if rate and rate.is_in(p.own)]
    if len(named) != 1 or not is_asked_amount(ask, named[0].statement):
        return []
    one = named[0]
    around = normalise(one.report.text[slice(*one.statement.sentence)])
    texts = (around, one.carried, one.headings)
    borne = all(any(t.is_in(text) for text in texts) for t in ask.subject)
    return [Match(one, ())] if borne else []


def _borne_alone(ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[Match]:
    """The only statement that itself bears out every telling word, of the kind of amount asked.

    Other words of its subject limit nothing then: 聘请家长代表74名参与食堂监督 for the parents who
    were asked to watch a canteen.
    """
    if len(ask.subject) < _PAIR or not (ask.unit or Quantity.COUNT not in ask.quantities):
        return []
    if measures().joins.search(ask.wording):  # of several things, each is told apart
        return []
    found = [
        one
        for one in placed
        if is_asked_amount(ask, one.statement)
        and (ask.planned or one.statement.role is not StatementKind.PLAN)
        and all(_bears_itself(one, term) for term in ask.subject)
        and any(term.is_in(one.said) for term in ask.things)
        and all(term.is_in(one.said) for term in ask.counted)
        and _condition_is_asked(ask, one)
        and not (is_limited(ask, one) or _is_difference(ask, one))
    ]
    return [Match(found[0], _extras(ask, found[0]))] if len(found) == 1 else []


def _bears_itself(one: PlacedStatement, term: Term) -> bool:
    """Whether a term stands in a statement, not only above it or where other things are counted."""
    if term.is_rate or has_opposite(term.word):
        return bears(one, term)
    led = (words for words in one.led_by.split("|") if not find_figures(words))
    texts = (normalise(_without_members(words)) for words in (one.statement.subject, *led))
    return any(map(term.is_in, (one.own_of_all, *texts)))


def _of_campaigns(ask: FigureAsk, found: Sequence[Match]) -> list[Match]:
    """What several campaigns did of what is asked, and what is told beside them; maybe nothing.

    None of them is all of it. Where only an act is asked for (立案), each counts some.
    """
    if not ask.things:
        return list(found) if any(m.campaign for m in found) else []
    of_thing = [m for m in found if m.campaign and {*m.extras} == {m.campaign}]
    beside = (m for m in found if not (m.campaign or is_of_another_line(ask, m.placed)))
    return sorted((*of_thing, *beside), key=found.index) if of_thing else []


def _leads_to(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether what is asked of stands in a statement's own sentence, or in a heading above it."""
    near = f"{one.said}|{one.led_in_sentence}|{one.headings}"
    return all(term.is_in(near) for term in ask.things)


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
    return all(bears(one, term) for term in ask.things)


def is_asked_amount(ask: FigureAsk, statement: Statement) -> bool:
    """Whether a statement's kind of amount and unit are those asked for."""
    if statement.quantity not in ask.quantities:
        return False
    per_head = bool(_PER.search(statement.subject + statement.measure))
    if per_head != bool(_PER.search(ask.wording)) and not (per_head and statement.figure.unit):
        return False
    of_one_unit = ask.quantities in ({Quantity.MONEY}, {Quantity.CHANGE})
    if of_one_unit and ask.unit not in _FOREIGN:
        return True
    return measures().fits(ask.unit, statement.figure.unit)


def _is_own_matter(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether not only headings speak of what is asked, and nothing else is meant by it."""
    near = any(
        t.is_in(one.own) or t.is_in(one.carried) or (t.is_rate and bears(one, t))
        for t in ask.subject
    )
    if not all(term.is_in(one.said) for term in ask.counted):
        return False
    if is_limited(ask, one):
        return False
    return near and _condition_is_asked(ask, one) and not _is_of_another_topic(ask, one)


def _is_loosely_asked(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether all but everyday verbs is borne out by the subject itself, and the unit is asked.

    A verb that a report never uses cannot tell its statements apart.
    """
    if one.statement.role is StatementKind.PLAN and not ask.planned:
        return False
    text = one.report.text
    required = [
        t
        for t in ask.subject
        if not t.is_verb or is_stage(t.word) or t.word in text or _limits_an_act(t, ask)
    ]
    left = [t.word for t in ask.subject if t not in required]
    if not (required and left):
        return False
    in_unit = ask.unit or Quantity.COUNT not in ask.quantities
    if not in_unit and any(word in official_terms() or not is_act(word) for word in left):
        return False  # other reports tell of it
    subject = one.subject_words
    return (
        all(bears(one, t) for t in required)
        and any(t.is_in(subject) for t in required if t in ask.things)
        and _condition_is_asked(ask, one)
        and not is_limited(ask, one)
    )


def _limits_an_act(term: Term, ask: FigureAsk) -> bool:
    """Whether a verb stands before another and says how that is done: 恶意投诉."""
    wording = normalise(ask.wording)
    return any(f"{term.word}{other.word}" in wording for other in ask.subject if other.is_verb)


def bears(one: PlacedStatement, term: Term) -> bool:
    """Whether a statement's own clause, or what it goes on with, has a term.

    A rate and a word with an opposite stand in its own clause, or do not count.
    """
    if term.is_place and _is_of_place(one.report, term.word):
        return True
    if term.is_rate or has_opposite(term.word):
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
    stages = statement_words().stage.findall(condition)
    asked = [stage for stage in stages if ask.asks_for(stage)]
    return all(s in asked or (asked and s in measures().ways) for s in stages)


def is_limited(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether all there are is asked for, and a statement counts new ones, some, or checks."""
    words = measures()
    limited = words.added.search(one.own) or words.partial.search(one.own) or _is_check(ask, one)
    act = words.act_of_some.search(one.said)
    return ask.whole and bool(limited or (act and act[0] not in ask.wording))


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
    named = "".join(_NAMED.findall(one.headings))
    near = f"{one.own}|{subject}|{one.only_campaign}|{named}"
    far = [t for t in ask.things if not t.is_in(near)]
    others = [word for word in _extras(ask, one) if word not in measures().anywhere]
    if subject.startswith(_PRONOUNS) or not far or not (others or _acts_in(ask, one)):
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


def is_of_another_line(ask: FigureAsk, one: PlacedStatement) -> bool:
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
        *((one.campaign,) if _is_of_campaign(ask, one) else ()),
        *(
            t.word
            for t in terms_of(subject)
            if len(t.word.strip()) > 1
            # a part of what is asked (投诉 of 投诉举报) is something else
            and not (t.word in plain or is_stage(t.word) or (ask.asks_for(t.word) and not part))
        ),
    )


def _is_of_campaign(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a statement counts what one campaign did, and the campaign was not asked about."""
    named = normalise(one.campaign)
    asked = (*ask.subject, *ask.carried)
    return bool(named) and not any(t.is_in(named) for t in asked if not t.is_in(one.said))


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

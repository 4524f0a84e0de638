"""Which statements answer what is asked: every telling word is borne out, or it is no answer.

Another subject, measure or condition never answers it. A part of a question is read ever more
freely (``_readings``); the first reading that finds something counts, and of what it finds, what
comes nearest to the question (``_nearest``).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.answering.asks import ANY, PLAIN, FigureAsk
from bot.answering.concepts import Term
from bot.answering.joint_figures import is_joint
from bot.answering.measures import has_opposite, measures
from bot.answering.other_matters import extra_words, is_of_another_line, is_of_another_topic
from bot.answering.placed_statements import PlacedStatement
from knowledge.lexicon import tag_words
from knowledge.models import Quantity, Report, Statement, StatementKind
from knowledge.retrieval.vocabulary import synonyms
from knowledge.understanding.governments import government_words
from knowledge.understanding.phrases import statement_words

ANYTHING = "个"
"""The unit that counts anything."""
SHARES = ("占", "占比", "比重", "比例")
"""The measures that tell what part of something another is."""
_FOREIGN = ("美元", "欧元", "港元")
_MEASURE = re.compile("率$|额$|(?<![质计])量$")
_OFTEN = 3
_PAIR = 2
_PER = re.compile(r"每一?[百千万]?(?:个|口)?[人户件家]|人均|户均")


@dataclass(frozen=True, slots=True)
class Match:
    """A statement that answers; ``extras`` are words of its subject that were not asked for.

    ``loose``: a verb of the question stands in none of its words. ``together``: it counts other
    things with what is asked. ``borne`` counts the words asked for that stand in its own clause
    and subject. ``off_line``: it is of another line of work than what is asked. ``unsaid`` are
    words of the question that what it tells does not write.
    """

    placed: PlacedStatement
    extras: tuple[str, ...]
    loose: bool = False
    together: bool = False
    borne: int = 0
    off_line: bool = False
    unsaid: tuple[str, ...] = ()

    @property
    def statement(self) -> Statement:
        """The statement itself."""
        return self.placed.statement

    @property
    def campaign(self) -> str:
        """The campaign that it counts what was done in, if it was not asked about."""
        return self.placed.campaign if self.placed.campaign in self.extras else ""


def best_matches(ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[Match]:
    """What answers a part of a question by the first reading that finds something.

    Those that state just what is asked; without one, all that state it of a narrower subject.
    """
    found = next(filter(None, map(list, _readings(ask, placed))), [])
    found = [m for m in found if _is_in_frame(ask, m.placed)]
    found = [replace(m, together=m.together or is_joint(ask, m.placed)) for m in found]
    alone = [m for m in found if not m.together]
    found = alone if alone or ask.exclusive else found
    return _nearest(ask, found) if found else []


def _is_in_frame(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a statement is told of what frames a question: 医美这块，查了几家."""
    if not ask.framed:
        return True
    wide = measures().common | measures().everywhere | measures().country
    things = [t for t in ask.carried if not (t.is_verb or t.is_place or t.word in wide)]
    return not things or any(bears(one, t) or t.is_in(one.sentence_words) for t in things)


def _readings(ask: FigureAsk, placed: Sequence[PlacedStatement]) -> Iterator[Iterable[Match]]:
    """What answers by each reading, the closest to the words of the question first."""
    amounts = _asked_amounts(ask, placed)
    yield _word_for_word(ask, amounts)
    if ask.quantities == PLAIN:  # no kind of amount is named: 验收达标的有多少
        goals = {Quantity.CHANGE} if ask.planned else set()  # 今年经济增长的目标: how much more
        found = matches(replace(ask, quantities=ANY | goals), placed)
        yield (m for m in found if _is_rate_of_all(ask, m))
    yield _named_in_sentence(ask, amounts)
    yield _in_everyday_words(ask, amounts)
    yield _borne_alone(ask, amounts)
    yield _counted_together(ask, amounts)


def _is_rate_of_all(ask: FigureAsk, match: Match) -> bool:
    """Whether a rate is of all that the parts before name: 抽检, too, of 抽检多少，合格多少."""
    is_rate = match.statement.quantity is Quantity.RATE
    return not is_rate or all(bears(match.placed, term) for term in ask.carried)


def matches(ask: FigureAsk, placed: Iterable[PlacedStatement]) -> Iterator[Match]:
    """The statements that bear out every word."""
    return _word_for_word(ask, _asked_amounts(ask, placed))


def _asked_amounts(ask: FigureAsk, placed: Iterable[PlacedStatement]) -> list[PlacedStatement]:
    """The statements of the kind and in the unit asked for; none where nothing is asked of."""
    return [one for one in placed if ask.subject and is_asked_amount(ask, one.statement)]


# -- readings of a part of a question; ``amounts`` are those of the kind that it asks for


def _word_for_word(ask: FigureAsk, amounts: Sequence[PlacedStatement]) -> Iterator[Match]:
    """Those that bear out every word."""
    for one in amounts:
        if (
            all(bears(one, term) for term in ask.subject)
            and not _is_difference(ask, one)
            and _is_own_matter(ask, one)
        ):
            yield _match(ask, one)


def _in_everyday_words(ask: FigureAsk, amounts: Sequence[PlacedStatement]) -> Iterator[Match]:
    """Those that bear out all but what was done, which they tell by a verb of the same character.

    收取 tells of what was 收回来; what no report writes limits a question as any other word does.
    """
    for one in amounts:
        planned = one.statement.role is StatementKind.PLAN and not ask.planned
        if planned or not any(term.is_in(one.subject_words) for term in ask.things):
            continue
        untold = [term for term in ask.subject if not bears(one, term)]
        if untold and all(term.acts & one.acts for term in untold) and _is_unlimited(ask, one):
            yield replace(_match(ask, one), loose=True)


def _named_in_sentence(ask: FigureAsk, amounts: Sequence[PlacedStatement]) -> list[Match]:
    """The only statement of a measure or an act, its sentence speaks of what else is asked.

    问题发现率 of 双随机, 播放量 of a video, told once in a sentence on it. A rate with an opposite
    is told of many.
    """
    names = [t for t in ask.subject if _names_measure(t, ask) and not has_opposite(t.word)]
    named = [p for p in amounts if names and any(t.is_in(p.own) for t in names)]
    rest = [t for t in ask.subject if t not in names]

    def speaks(one: PlacedStatement) -> bool:
        texts = (one.sentence_words, one.carried, one.headings)
        return all(any(t.is_in(text) for text in texts) for t in rest)

    found = [p for p in named if speaks(p) and not _is_of_known_thing(ask, p)]
    alone = len(found) == 1 and (len(named) == 1 or not any(t.is_rate for t in names))
    return [Match(found[0], ())] if alone else []


def _is_of_known_thing(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a rate is of a thing that reports have a word for, and that was not asked of."""
    is_rate = one.statement.quantity is Quantity.RATE
    return is_rate and any(map(synonyms().is_official, extra_words(ask, one)))


def _names_measure(term: Term, ask: FigureAsk) -> bool:
    """Whether a term says what is measured, not of which thing: 问题发现率, 播放量, 多少人看."""
    act = term.word in measures().acts or not term.is_known
    behind = re.search(f"(?:多少|几)[人户家次]?{re.escape(term.word)}$", ask.wording)
    return bool(_MEASURE.search(term.word)) or (act and bool(behind))


def _borne_alone(ask: FigureAsk, amounts: Sequence[PlacedStatement]) -> list[Match]:
    """The only statement that itself bears out every telling word, of the kind of amount asked.

    Other words of its subject limit nothing then: 聘请家长代表74名参与食堂监督 for the parents who
    were asked to watch a canteen.
    """
    if not names_kind(ask) or len(measures().split_list(ask.wording)) > 1:
        return []  # of several things, each is told apart
    return _only_with(ask, amounts, lambda one: one.words_of_all)


def _counted_together(ask: FigureAsk, amounts: Sequence[PlacedStatement]) -> list[Match]:
    """The only statement that counts what is asked with other things: 代办、帮办等服务43次.

    Of a list that is whole, all members are asked: 网店、直播间.
    """

    def are_asked(members: Iterable[str]) -> bool:
        return all(any(t.is_in(member) for t in ask.subject) for member in members)

    def words_of(one: PlacedStatement) -> tuple[str, ...]:
        counts = one.members and (
            are_asked(one.members) or (one.lists_examples and names_kind(ask))
        )
        led = (members for members in one.lists_led_by if are_asked(members))
        words = [one.own] * bool(counts) + ["、".join(members) for members in led]
        return (*words, *one.words_of_all) if words else ()

    return [replace(match, together=True) for match in _only_with(ask, amounts, words_of)]


def _only_with(
    ask: FigureAsk,
    amounts: Sequence[PlacedStatement],
    words_of: Callable[[PlacedStatement], tuple[str, ...]],
) -> list[Match]:
    """The only statement that has every telling word in some of its words; empty without one."""
    if len(ask.subject) < _PAIR:
        return []
    found = [
        one
        for one in amounts
        if (ask.planned or one.statement.role is not StatementKind.PLAN)
        and any(term.is_in(one.said) for term in ask.things)
        and (words := words_of(one))
        and all(stands_in(words, term, one) for term in ask.subject)
        and all(term.is_in(one.said) for term in ask.counted)
        and _is_unlimited(ask, one)
        and not _is_difference(ask, one)
    ]
    return [Match(found[0], extra_words(ask, found[0]))] if len(found) == 1 else []


def _match(ask: FigureAsk, one: PlacedStatement) -> Match:
    """A statement as an answer, with how many of the words asked for are its own."""
    own = one.said
    if _is_asked_part(ask, one):  # the words of its total are its own
        own = f"{own}|{one.carried}"
    borne = sum(
        t.is_in(own) or bool(t.acts & one.acts) or (t.is_rate and bears(one, t))
        for t in ask.subject
    )
    return Match(one, extra_words(ask, one), borne=borne)


def _is_asked_part(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a part is asked for, not its total: 企业 of 新登记市场主体…，其中企业."""
    part = one.statement.condition.startswith("其中")
    return part and any(t.is_in(one.said) and not t.is_in(one.carried) for t in ask.things)


# -- which of the statements that answer come nearest


def _nearest(ask: FigureAsk, found: Sequence[Match]) -> list[Match]:
    """Of the statements that answer, those that are told, each amount once."""
    found = [m for m in found if not any(_is_part_of(m, whole) for whole in found)]
    found = _without_farther(ask, found)
    found = _prefer(found, lambda m: _leads_to(ask, m.placed))
    if ask.carried and not ask.goes_on:  # what is asked in a frame: 广告这块，药店查了多少家
        framed = {
            m.statement.sentence for m in found if all(bears(m.placed, t) for t in ask.carried)
        }
        found = _prefer(found, lambda m: m.statement.sentence in framed)
        found = _prefer(found, lambda m: "、" not in m.statement.subject)
    found = _prefer(found, lambda m: all(bears(m.placed, t) for t in ask.generic))
    found = _prefer(found, lambda m: all(t.is_in(m.placed.own) for t in ask.counted))
    if measures().asks_checks.search(ask.wording):  # 查了多少户 are those that were checked
        found = _prefer(found, lambda m: bool(measures().checks.search(m.placed.said)))
    if ask.unit not in ("", ANYTHING):  # 户 are asked for: 个 may count anything else
        found = _prefer(found, lambda m: m.statement.figure.unit != ANYTHING)
    found = _named_so(ask, found)
    most = max(m.borne for m in found)
    near = [m for m in found if m.borne == most]
    if all(m.extras for m in near):  # 检查化妆品使用环节 and, in a check of them, 检查经营户
        near = [m for m in found if m.borne == most or not m.extras]
    found = _prefer(near, lambda m: m.statement.figure.unit == ask.unit)
    exact = [m for m in found if not m.extras]
    if not exact and (parts := _of_campaigns(ask, found)):
        return _without_repeats(parts)
    for group in (exact, found):
        if in_line := [m for m in group if not is_of_another_line(ask, m.placed)]:
            return _without_repeats(_prefer(in_line, lambda m: "、" not in m.statement.subject))
    return [replace(m, off_line=not m.loose) for m in _without_repeats(exact or found)]


def _prefer(found: Sequence[Match], is_better: Callable[[Match], bool]) -> list[Match]:
    """The better ones of some matches; all where none is."""
    return [m for m in found if is_better(m)] or list(found)


def _of_campaigns(ask: FigureAsk, found: Sequence[Match]) -> list[Match]:
    """What several campaigns did of what is asked, and what is told beside them; maybe nothing.

    None of them is all of it. Where only an act is asked for (立案), each counts some.
    """
    if not ask.things:
        return list(found) if any(m.campaign for m in found) else []
    of_thing = [m for m in found if m.campaign and {*m.extras} == {m.campaign}]
    beside = (m for m in found if not (m.campaign or is_of_another_line(ask, m.placed)))
    return sorted((*of_thing, *beside), key=found.index) if of_thing else []


def _without_farther(ask: FigureAsk, found: Sequence[Match]) -> list[Match]:
    """Of what a sentence tells several times of one subject, that which the question led to.

    本部门任务9个，抽查商户700户；联合检查15个，抽查商户130户.
    """

    def told(match: Match) -> tuple[object, ...]:
        one = match.statement
        return match.placed.report.id, one.sentence, match.placed.subject_words, one.figure.unit

    def distance(match: Match) -> int:
        """How many clauses back the farthest word asked for stands."""
        led = match.placed.led_in_sentence.split("|")
        words = (t for t in ask.things if not (t.is_verb or t.is_in(match.placed.said)))
        places = ((n for n, clause in enumerate(led, 1) if t.is_in(clause)) for t in words)
        return max((next(of, len(led) + 1) for of in places), default=0)

    if len(measures().split_list(ask.wording)) > 1:
        return list(found)
    nearest: dict[tuple[object, ...], int] = {}
    led = [(match, told(match), distance(match)) for match in found]
    for _, key, far in led:
        nearest[key] = min(far, nearest.get(key, far))
    return [match for match, key, far in led if far == nearest[key]]


def _named_so(ask: FigureAsk, found: Sequence[Match]) -> list[Match]:
    """Of what a sentence tells, that which is named as it was asked: 网店 before 网络经营者."""
    names = [t.word for t in ask.things if not t.is_verb]

    def is_named(match: Match) -> bool:
        return all(name in match.placed.said for name in names)

    named = {(m.placed.report.id, m.statement.sentence) for m in found if is_named(m)}
    return [
        m for m in found if is_named(m) or (m.placed.report.id, m.statement.sentence) not in named
    ]


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


def _without_repeats(found: Sequence[Match]) -> list[Match]:
    """Each amount of a report once, as it stands first."""
    first: dict[object, Match] = {}
    for match in found:
        figure = match.statement.figure
        key = figure.text if figure.masked else (figure.value, figure.unit)
        first.setdefault((match.placed.report.id, key, figure.masked and figure.start), match)
    return list(first.values())


# -- whether a statement bears out a word


def bears(one: PlacedStatement, term: Term) -> bool:
    """Whether a statement's own clause, or what it goes on with, has a term.

    A rate and a word with an opposite stand in its own clause, or do not count.
    """
    if term.is_place and _is_of_place(one.report, term.word):
        return True
    if term.word in measures().country and _is_national(one.report):
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


def speaks_of(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a statement is of all the things that are asked of, whatever it states of them."""
    return all(bears(one, term) for term in ask.things)


def stands_in(words: Iterable[str], term: Term, one: PlacedStatement) -> bool:
    """Whether a term stands in some words of a statement; a rate or a side in its own clause."""
    if term.is_rate or has_opposite(term.word):
        return bears(one, term)
    return any(map(term.is_in, words))


def _is_of_place(report: Report, place: str) -> bool:
    """Whether a report that does not say whose it is speaks of a place all the time."""
    return report.identity.bureau is None and report.text.count(place) >= _OFTEN


def _is_national(report: Report) -> bool:
    """Whether all of a report is on the whole country."""
    bureau = report.identity.bureau
    return bureau is not None and bureau.name == government_words().national


def _without_opposites(text: str, term: Term) -> str:
    """A text without the negative words that hold a positive one: 不合格 is not 合格."""
    for negative, _positive in statement_words().opposites:
        if negative not in term.word:
            text = text.replace(negative, "")
    return text


# -- whether a statement counts what is asked, and no less of it


def names_kind(ask: FigureAsk) -> bool:
    """Whether a part of a question names a unit, or what is measured: 拥有量, 凑了几万."""
    measured = any(_MEASURE.search(term.word) for term in ask.terms)
    return bool(ask.unit) or measured or ask.quantities != PLAIN


def is_asked_amount(ask: FigureAsk, statement: Statement) -> bool:
    """Whether a statement's kind of amount and unit are those asked for."""
    if statement.quantity not in ask.quantities and not _is_asked_change(ask, statement):
        return False
    if _is_part_asked(ask) and statement.measure not in SHARES:
        return False  # 信用修复多少户，个体户占多少 asks for no 年报率
    per_head = bool(_PER.search(statement.subject + statement.measure))
    money = statement.quantity is Quantity.MONEY
    if per_head != bool(_PER.search(ask.wording)) and not (per_head and money):
        return False
    of_one_unit = ask.quantities in ({Quantity.MONEY}, {Quantity.CHANGE})
    if of_one_unit and ask.unit not in _FOREIGN:
        return True
    return measures().fits(ask.unit, statement.figure.unit)


def _is_part_asked(ask: FigureAsk) -> bool:
    """Whether it is what part a thing is of what was named before it."""
    named = any(t.is_rate for t in ask.terms)
    return (
        ask.quantities == {Quantity.RATE}
        and "占" in ask.wording
        and bool(ask.carried)
        and not named
    )


def _is_asked_change(ask: FigureAsk, statement: Statement) -> bool:
    """Whether the amount of a change that is named is asked for: 地下水少采了多少."""
    if statement.quantity is not Quantity.CHANGE or Quantity.COUNT not in ask.quantities:
        return False
    forms = (word for term in ask.terms for form in term.forms for word in form.split())
    return statement.measure in forms and not measures().fits("%", statement.figure.unit)


def _is_difference(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether an amount is by how much more or less there was (比上年多罚没25万元), unasked."""
    differs = measures().differs.search(one.own) and not measures().differs.search(ask.wording)
    return bool(differs) and Quantity.CHANGE not in ask.quantities


def _is_own_matter(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether not only headings speak of what is asked, and nothing else is meant by it."""
    near = any(
        t.is_in(one.own) or t.is_in(one.carried) or (t.is_rate and bears(one, t))
        for t in ask.subject
    )
    counted = all(term.is_in(one.said) for term in ask.counted)
    return near and counted and _is_unlimited(ask, one) and not is_of_another_topic(ask, one)


def is_narrower(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a statement counts less, or a difference, where all of it was asked for."""
    return not _is_unlimited(ask, one) or _is_difference(ask, one)


def _is_unlimited(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether nothing limits a statement that was not asked for."""
    narrower = any(not bears(one, term) for term in ask.generic) and extra_words(ask, one)
    return _condition_is_asked(ask, one) and not is_limited(ask, one) and not narrower


def _condition_is_asked(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a statement's condition, if any, is asked for: 合格 of 1724批次合格."""
    condition = one.statement.condition
    before = condition.endswith("由")
    if (before and not (ask.former or ask.former_only)) or (ask.former_only and not before):
        return False
    stages = statement_words().stage.findall(condition)
    asked = [stage for stage in stages if ask.asks_for(stage)]
    plain = {*measures().ways, *measures().plain}
    return all(s in asked or (asked and s in plain) for s in stages)


def is_limited(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether all there are is asked for, and a statement counts new ones, some, or checks."""
    if not (ask.whole or ask.standing):
        return False
    words = measures()
    fewer = ask.whole and (words.added.search(one.own) or words.partial.search(one.own))
    named = any(t.is_in(one.own) and not t.is_in(one.counted) for t in ask.things)
    done = ask.standing and (named or _is_done_to_some(ask, one))
    return bool(fewer or _is_check(ask, one) or done)


def _is_done_to_some(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a statement counts what something was done to, which was not asked for.

    引导14家加油站 tells no number of all there are; 拥有, 建成 do.
    """
    before, _, behind = one.own.partition("|")
    verbs, counted = [*_verbs(before)], _verbs(behind.partition("|")[0])
    if verbs and verbs[0] in measures().having:  # 建立并指导
        return False
    acts = [word for word in (*verbs, *counted) if word not in measures().having]
    return bool(acts) and not any(act in ask.wording or ask.asks_for(act) for act in acts)


def _verbs(words: str) -> Iterator[str]:
    """The verbs of two characters and more among some words."""
    return (word for word, tag in tag_words(words) if tag[0] == "v" and len(word) > 1)


def _is_check(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a statement counts what was checked, and the question is not about checking."""
    words, said = measures(), f"{one.own}|{one.statement.subject}"
    asked = ask.wording + "".join(term.word for term in ask.carried)
    return bool(words.checks.search(said)) and not words.asks_checks.search(asked)

"""A part of a question for figures, read into the facets of a statement.

They are the words of its subject, the kind of amount, the unit and the condition.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from bot.answering.concepts import Term, everyday_terms, separated_terms, terms_of
from knowledge.lexicon import is_chinese, normalise, tag_words
from knowledge.models import Quantity, SectionKind
from knowledge.retrieval.question_asks import Ask, substance, words_of_ask
from knowledge.retrieval.vocabulary import question_words, synonyms
from knowledge.understanding.phrases import statement_words
from knowledge.vocabulary import Pattern, Vocabulary, at, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "extractive.toml"
_RATE = re.compile(r"率|占比|比例|比重")
_PAIR = 2
_LONGEST_BARE = 3
_BARE = (
    "各",
    "都",
    "有",
    "了",
    "的",
    "是",
    "共",
    "分别",
    "多",
    "少",
    "高",
    "低",
    "长",
    "短",
    "大",
    "小",
    "快",
    "慢",
    "比",
)
_NOUN_TAGS = ("n", "ng", "zg")
_HOW_MANY = re.compile(r"多少|几")
_EACH = re.compile("各.*")
_LED_BY = re.compile(r"^(?:[和跟与及比] *)?[，,、 ]*")
_TOS = ("至", "到", "-", "—", "~")
_TO = re.compile("[至到—~-]")
_AROUND = " \u3000，,。？?！!、的呢"
_OTHERS = Term("其他", ("其他", "其它", "其余"))
PLAIN = frozenset({Quantity.COUNT, Quantity.DURATION})
ANY = frozenset({Quantity.COUNT, Quantity.DURATION, Quantity.MONEY, Quantity.RATE})


class Measures(Vocabulary):
    """Measure words that stand for one another, and the words that ask for a kind of amount."""

    families: tuple[frozenset[str], ...] = at("units.families")
    also: Mapping[str, tuple[str, ...]] = at("units.also")
    money: Pattern = at("asking.money")
    ratio: Pattern = at("asking.ratio")
    change: Pattern = at("asking.change")
    duration: Pattern = at("asking.duration")
    plain: frozenset[str] = at("words.plain")
    optional: frozenset[str] = at("words.optional")
    generic: frozenset[str] = at("words.generic")
    generic_acts: frozenset[str] = at("words.generic_acts")
    counting: Pattern = at("words.counting")
    joins: Pattern = at("asking.joins")
    each: Pattern = at("asking.each")
    bounds: Pattern = at("asking.bounds")
    former: Pattern = at("asking.former")
    former_only: Pattern = at("asking.former_only")
    whole: Pattern = at("asking.whole")
    standing: Pattern = at("asking.standing")
    added: Pattern = at("asking.added")
    partial: Pattern = at("asking.partial")
    checks: Pattern = at("asking.checks")
    asks_checks: Pattern = at("asking.asks_checks")
    planning: Pattern = at("asking.planning")
    done: Pattern = at("asking.done")
    acts: Mapping[str, tuple[str, ...]]
    silent: frozenset[str] = at("words.silent")
    light_tags: str = at("words.light_tags")
    how_tags: str = at("words.how_tags")
    pointing: Pattern = at("words.pointing")
    no_acts: Pattern = at("words.no_acts")
    frames: frozenset[str] = at("words.frames")
    acts_by_unit: Mapping[str, Pattern] = at("asking.acts_by_unit")
    everyday: Mapping[str, Pattern] = at("units.everyday")
    ways: frozenset[str] = at("words.ways")
    everywhere: frozenset[str] = at("words.everywhere")
    country: frozenset[str] = at("words.country")
    leftover: frozenset[str] = at("words.leftover")
    anywhere: frozenset[str] = at("words.anywhere")
    finishing: Mapping[str, tuple[str, ...]]
    courses: tuple[tuple[str, str], ...] = at("asking.courses")
    differs: Pattern = at("asking.differs")
    shares: Pattern = at("asking.shares")
    act_of_some: Pattern = at("asking.act_of_some")
    campaign: Pattern = at("asking.campaign")
    levels: Pattern = at("asking.levels")
    level: Pattern = at("asking.level")
    of_period: Pattern = at("asking.of_period")

    def fits(self, asked: str, unit: str) -> bool:
        """Whether a figure's unit may be meant by the unit that is asked for."""
        if not asked or not unit or asked == "个" or unit.startswith(asked):
            return True
        return unit in self._units_meant.get(asked, ())

    @cached_property
    def _units_meant(self) -> dict[str, frozenset[str]]:
        """The units that each one may stand for."""
        meant: dict[str, set[str]] = {unit: {*units} for unit, units in self.also.items()}
        for family in self.families:
            for unit in family:
                meant.setdefault(unit, set()).update(family)
        return {unit: frozenset(units) for unit, units in meant.items()}

    @cached_property
    def common(self) -> frozenset[str]:
        """The words that tell no line of work apart."""
        return self.optional | self.generic

    @cached_property
    def act(self) -> re.Pattern[str]:
        """A pattern of an act that is asked about: 罚了几家."""
        acts = "|".join(sorted(self.acts, key=len, reverse=True))
        return re.compile(
            f"({acts})(?:了|过|掉了?|出)?(?=多少|几)|({acts})[了掉]|(?<=[人户家次])({acts})(?=$|[？?，,])"
        )

    def unfinished(self, wording: str) -> re.Match[str] | None:
        """Where some words say that something is not done yet: ``act`` is what."""
        return self._unfinished.search(wording)

    @cached_property
    def _unfinished(self) -> re.Pattern[str]:
        known = sorted({*self.finishing, *statement_words().stages}, key=len, reverse=True)
        acts = "|".join(map(re.escape, known))
        return re.compile(f"(?:没有?|未|尚未)(?:能|再)?(?P<act>{acts})")


@cache
def measures(path: Path = _FILE) -> Measures:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(Measures, path)


@dataclass(frozen=True)  # no slots: its properties are cached
class FigureAsk:
    """One thing that a question asks a figure of, read into the facets of a statement.

    ``terms`` are its telling words, ``carried`` those of the parts before it: they are what a part
    without a subject of its own (合格率多少) goes on with, ``lent`` those of its terms that stand
    with another thing of a list. ``counted`` are those that its 多少 or 几 counts, and what was
    done with them (罚了几家). ``former``: what there was before a change
    is asked for too, ``former_only``: nothing else. ``whole``: all that there are, not the new
    ones. ``planned``: what is yet to be done.
    """

    wording: str
    terms: tuple[Term, ...]
    carried: tuple[Term, ...]
    quantities: frozenset[Quantity]
    unit: str
    counted: tuple[Term, ...] = ()
    lent: tuple[Term, ...] = ()
    former: bool = False
    former_only: bool = False
    whole: bool = False
    planned: bool = False

    @property
    def standing(self) -> bool:
        """Whether it is how many there are (有多少家药店), not how many something was done to."""
        return bool(measures().standing.search(self.wording))

    @property
    def alone(self) -> "FigureAsk":
        """The same without what stands with another thing of a list: 快检 of 快检和监督抽检."""
        return replace(self, terms=tuple(t for t in self.terms if t not in self.lent), lent=())

    @cached_property
    def things(self) -> tuple[Term, ...]:
        """Its terms that are no measure, no word of progress and no whole area (全局)."""
        terms = [t for t in self.terms if t.word not in measures().everywhere]
        return tuple(
            t
            for t in terms
            # 查了多少户 is a term as a whole, and names no thing
            if not (t.is_rate or is_stage(t.word) or _HOW_MANY.search(t.word))
        )

    @property
    def goes_on(self) -> bool:
        """Whether it names no thing, but for another word for a stage: 测了."""
        return all(any(map(is_stage, t.forms[:2])) for t in self.things)

    @cached_property
    def subject(self) -> tuple[Term, ...]:
        """The terms that a statement must bear out: of earlier parts where it has no thing."""
        things = tuple(t for t in self.carried if not is_stage(t.word)) or self.carried
        subject = (*things, *self.terms) if self.goes_on else self.terms
        subject = tuple(t for t in subject if not _HOW_MANY.search(t.word)) or subject
        words = measures()
        said = tuple(t for t in subject if t.word not in words.optional) or subject
        telling = tuple(t for t in said if t.word not in words.generic)
        return telling or tuple(t for t in said if t.word not in words.generic_acts) or said

    @cached_property
    def generic(self) -> tuple[Term, ...]:
        """The terms too wide to be asked of each statement: 案件, 查处."""
        generic = measures().generic
        return tuple(t for t in self.terms if t.word in generic and t not in self.subject)

    def asks_for(self, word: str) -> bool:
        """Whether a word of a statement is one of those asked for."""
        return any(term.means(word) for term in (*self.terms, *self.subject))


def is_stage(word: str) -> bool:
    """Whether a word only says how something went: 合格, 结案."""
    return not statement_words().stage.sub("", word)


def has_opposite(word: str) -> bool:
    """Whether a word is one of two sides: 合格, 不合格."""
    return any(side in word for pair in statement_words().opposites for side in pair)


def read_ask(ask: Ask) -> FigureAsk:
    """The facets of one part of a question."""
    planned = measures().planning.search(ask.own)
    if planned and (rest := measures().planning.sub("", ask.own).strip()):
        part = measures().planning.sub("", ask.part)
        return replace(read_ask(Ask(rest, ask.context, ask.unit, part)), planned=True)
    ask = _in_written_words(ask)
    terms = _telling(ask.own) or everyday_terms(ask.part) or _short_thing(ask)
    terms = (*terms, *_acts_by_unit(ask, terms))
    told = "".join(t.word for t in terms)
    read_already = ({*told}, measures().silent)
    terms += tuple(
        t for t in separated_terms(ask.part) if not any({*t.word} <= said for said in read_already)
    )
    acts = tuple(_acts(ask.part, terms))
    terms += acts
    known = {t.word for t in terms}
    carried = tuple(t for t in _telling(ask.context) if t.word not in known and not t.is_rate)
    words, quantities = measures(), _quantities(ask)
    whole = bool(words.whole.search(ask.part))
    if whole:
        carried = tuple(t for t in carried if not words.added.fullmatch(t.word))
    is_rate = quantities == {Quantity.RATE}
    share = measures().shares.search(ask.part)  # 占立案的百分之几 asks for no 立案率
    if is_rate and not share and not any(t.is_rate for t in terms):
        last = next((t for t in reversed(terms) if is_stage(t.word)), None)
        terms = tuple(_rate_of(t) if t is last else t for t in terms)
    read = (*terms, *terms_of(ask.own))  # some are named as reports write them by now
    lone = tuple(_lone_terms(_without_kind(ask.part, quantities), read))
    bounds = tuple(_bounds(ask.part))
    terms = (*_without_frames(terms, lone + bounds), *lone, *bounds)
    wording = _LED_BY.sub("", ask.part.strip(_AROUND)) or ask.own
    return FigureAsk(
        wording, terms, carried, quantities, "" if is_rate else ask.unit,
        counted=(*_counted(ask.part, terms), *acts),
        former=bool(words.former.search(ask.part)),
        former_only=bool(words.former_only.search(ask.part)),
        whole=whole,
        planned=bool(question_words().kinds[SectionKind.PLAN].search(ask.part)),
    )  # fmt: skip


def _counted(part: str, terms: Sequence[Term]) -> tuple[Term, ...]:
    """The term behind 多少 or 几 in a part of a question: 投诉 of 接了多少投诉."""
    found = _HOW_MANY.search(part)
    behind = normalise(part[found.end() :]) if found else ""
    said = [t for t in terms if t.word not in measures().optional and t.word[0] not in "没未"]
    counted = [t for t in said if t.word in behind and not (t.is_rate or is_stage(t.word))]
    counted.sort(key=lambda t: behind.index(t.word))
    heads = [t for t in counted if f"{t.word}的" not in behind]  # 标语 of 多少反浪费的标语
    return tuple((heads or counted)[:1])


def _acts(part: str, terms: Sequence[Term]) -> Iterator[Term]:
    """What was done, where no dictionary takes it for a telling word: 罚了几家, 通过多少家."""
    terms = [t for t in terms if not _HOW_MANY.search(t.word)]
    for found in measures().act.finditer(part):
        act = next(filter(None, found.groups()))
        end = found.end(found.lastindex or 0)
        if not any(part[:end].endswith(t.word) or act in t.word for t in terms):
            yield Term(act, measures().acts[act])


def _without_frames(terms: tuple[Term, ...], others: tuple[Term, ...]) -> tuple[Term, ...]:
    """Terms without those that only frame a question, where there are others."""
    frames = measures().frames
    return tuple(t for t in terms if t.word not in frames) if others else terms


def _bounds(part: str) -> Iterator[Term]:
    """What a number limits, in each way that it is written: 36至45岁, 36-45岁."""
    for found in measures().bounds.finditer(normalise(part)):
        first, *rest = _TO.split(found[0])
        forms = tuple(to.join((first, *rest)) for to in _TOS) if rest else (first,)
        yield Term(found[0], (found[0], *forms))


def _lone_terms(part: str, terms: Sequence[Term]) -> Iterator[Term]:
    """The words that no term has read and that say something: 判 of 判了几个, 按时 of 按时办结率.

    What such a word says must be borne out as what any other says.
    """
    rest = normalise(words_of_ask(part))
    for term in sorted(terms, key=lambda t: -len(t.word)):
        whole = term.word in rest
        for piece in (term.word,) if whole else term.word:
            rest = rest.replace(piece, " ", 1)
    words = measures()
    for run in rest.split():
        for word, tag in tag_words(run):
            alone = len(word) == 1 and is_chinese(word) and tag[0] not in words.light_tags
            how = len(word) > 1 and tag[0] in words.how_tags and not words.pointing.match(word)
            if (alone or how) and word not in words.silent:
                forms = words.acts.get(word) or (word, *synonyms().same(word))
                yield Term(word, forms, is_verb=tag[0] == "v")


def _without_kind(part: str, kinds: frozenset[Quantity]) -> str:
    """A part of a question without the words that only say which kind of amount it asks for."""
    words = measures()
    asking = {
        Quantity.RATE: words.ratio,
        Quantity.CHANGE: words.change,
        Quantity.DURATION: words.duration,
    }
    for kind in kinds & asking.keys():
        part = asking[kind].sub(" ", part)
    return part


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
        if len(term) >= _LONGEST_BARE and " " not in term and term not in own:
            own = re.sub(" ?".join(term), term, own)
    own = _restore_terms(own, ask.part)
    units = (unit for unit, said in measures().everyday.items() if said.search(ask.part))
    own = _share_of_stage().sub(r"\1率", own)
    return Ask(own, ask.context, next(units, ask.unit), ask.part)


def _restore_terms(own: str, part: str) -> str:
    """Words of a part with the terms whole that lost a word of no substance: 找到 of 找到工作."""
    for term in synonyms().find_terms(normalise(part)):
        left = substance(term).split()[0]
        is_cut = len(left) > 1 and left != term and term.startswith(left) and " " not in term
        if is_cut and left in own and not _HOW_MANY.search(term):
            own = own.replace(left, term, 1)
    return own


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
    return tuple(t for t in terms if not has_opposite(t.word))


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


def course_sides(ask: FigureAsk) -> Iterator[tuple[FigureAsk, FigureAsk]]:
    """What is done and all there is, of a rate that says how far something went: 整改率.

    Of all there is, what stands before the rate may say how it went: 初审 of 初审通过率.
    """
    for term in ask.terms:
        for begun, end in (*statement_words().courses, *measures().courses):
            if term.word == f"{end}率":
                rest = tuple(t for t in ask.terms if t is not term)
                counts = replace(ask, quantities=frozenset({Quantity.COUNT}))
                ended, began = Term(end, (end,)), Term(begun, (begun,))
                done = replace(counts, terms=(*rest, ended), counted=(ended,))
                yield done, replace(counts, terms=rest or (began,))
                things = tuple(t for t in rest if f"{t.word}{term.word}" not in ask.wording)
                yield done, replace(counts, terms=(*things, began))


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


def other_side(ask: FigureAsk) -> tuple[FigureAsk, ...]:
    """All, and the opposite of what is counted: 抽检 and 不合格 of 合格多少批."""
    for term in ask.terms:
        for pair in statement_words().opposites:
            if term.word in pair and Quantity.COUNT in ask.quantities:
                word = pair[1 - pair.index(term.word)]
                rest = tuple(t for t in ask.terms if t is not term)
                whole = replace(ask, terms=rest, carried=_neutral(ask.carried))
                return whole, replace(whole, terms=(*rest, Term(word, (word,))))
    return ()


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What is asked not to be done yet: ``forms`` are what reports call doing it.

    ``rest`` are the other terms: what it is to be done with.
    """

    forms: tuple[str, ...]
    rest: tuple[Term, ...]

    def is_done_in(self, own: str) -> bool:
        """Whether the words of a clause tell that it is done."""
        return bool(self._done.search(own))

    def is_begun_in(self, own: str) -> bool:
        """Whether the words of a clause tell what comes before it is done: 立案 of 结案."""
        courses = (*statement_words().courses, *measures().courses)
        return any(begun in own for begun, end in courses if end in self.forms)

    def goes_with(self, term: Term, own: str) -> bool:
        """Whether a term stands before what is done as a part of it: 初审 of 初审通过."""
        return any(f"{term.word}{form}" in own for form in self.forms)

    @property
    def _done(self) -> re.Pattern[str]:
        forms = "|".join(map(re.escape, self.forms))
        return re.compile(
            f"(?<![没未不待需正])(?<!没有|正在|尚未|限期|责令|督促)(?:{forms})(?!率|中)"
        )


def read_unfinished(ask: FigureAsk) -> Unfinished | None:
    """What of a part of a question is asked not to be done yet; None where nothing is."""
    wording = normalise(ask.wording)
    found, forms = measures().unfinished(wording), tuple[str, ...]()
    if found:
        act = found["act"]
        forms = measures().finishing.get(act) or _stages_of(act)
    elif negated := next((t for t in ask.terms if t.word[0] in "没未"), None):
        act = negated.word[1:]
        raw = re.search(r"[没未]有?([\u4e00-\u9fff]{2})", wording)
        forms = (*_stages_of(act), *((raw[1],) if raw else ()))
    if not forms:
        return None
    said = wording[found.start() :] if found else ""
    left = measures().leftover
    own, carried = (
        [t for t in of if t.word[0] not in "没未" and t.word not in (*left, *forms)]
        for of in (ask.subject, ask.carried)
    )
    terms = [t for t in own if t.word not in said] or carried
    nouns = tuple(t for t in terms if not t.is_verb or is_stage(t.word))
    return Unfinished(forms, nouns or tuple(terms))


def _stages_of(act: str) -> tuple[str, ...]:
    """The words of progress that an act is told by: 整改 of 整改完."""
    not_yet = ("未", "不", "正在", "限期", "责令")
    stages = (s for s in statement_words().stages if not s.startswith(not_yet))
    return tuple(s for s in stages if act and (s in act or act in s))


def _telling(words: str) -> tuple[Term, ...]:
    """The terms of a phrase, but for words of change, which only say what kind of amount it is.

    Words that frame it (帮人办执照) are left out where there are others.
    """
    change, frames = statement_words().progress_only, measures().frames
    terms = tuple(_as_written(t) for t in terms_of(words) if not change.fullmatch(t.word))
    return tuple(t for t in terms if t.word not in frames) or terms


def _as_written(term: Term) -> Term:
    """A term under the reports' name where that is a rate or a stage: 合格 for 过关."""
    said = measures().acts
    if acts := said.get(term.head_act) or said.get(term.word, ()):
        term = replace(term, forms=tuple(dict.fromkeys((*term.forms, *acts))))
    denied = term.word.lstrip("没未").removeprefix("有")
    for negative, positive in statement_words().opposites if term.word[0] in "没未" else ():
        if positive == denied:  # 没达标 for 不达标
            return Term(negative, (negative, *term.forms))
    name = next(iter(synonyms().same(term.word)), "")
    if not name or synonyms().is_official(term.word):
        return term
    stages = {stage for course in statement_words().courses for stage in course}
    sided = name[-1] == "率" or has_opposite(name) or name in stages
    return replace(term, word=name) if sided else term


def as_amount(ask: FigureAsk) -> FigureAsk:
    """What is asked of an amount itself where a question asks how it changed."""
    amount = frozenset({Quantity.RATE}) if any(t.is_rate for t in ask.terms) else PLAIN
    money = frozenset({Quantity.MONEY}) if measures().money.search(ask.wording) else amount
    return replace(ask, quantities=money, unit="")


def as_planned(ask: FigureAsk) -> FigureAsk:
    """What is asked of a goal: its amount, without the words that set it beside what is done."""
    left = measures().leftover
    return replace(ask, terms=tuple(t for t in ask.terms if t.word not in left), planned=True)


def as_change(ask: FigureAsk) -> FigureAsk:
    """The change of what is asked for."""
    return replace(ask, quantities=frozenset({Quantity.CHANGE}))


def _whole_term(segment: str) -> tuple[Term, ...]:
    """A thing of a list that is a single character (店 of 景区、乡村、店), as a term."""
    word = _EACH.sub("", segment.replace(" ", ""))
    return (Term(word, (word,)),) if 0 < len(word) < _LONGEST_BARE and word not in _BARE else ()


def _terms_of_item(segment: str) -> tuple[Term, ...]:
    """The terms of a thing of a list; one that is a single character stands before what is done."""
    terms, whole = terms_of(segment), _whole_term(segment)
    if not terms or (_EACH.search(segment) and whole and len(whole[0].word) == 1):
        return (*whole, *terms)
    return terms


def _short_thing(ask: Ask) -> tuple[Term, ...]:
    """A thing of one character in a later part: 村 of 景区几个，村几个."""
    word = ask.own.replace(" ", "")
    noun = len(word) == 1 and tag_words(word)[0][1] in _NOUN_TAGS
    return (Term(word, (word,)),) if noun and ask.context else ()


def _others(segment: str) -> tuple[Term, ...]:
    """What the last thing of a list is: 其他 of 有机、绿色、其他证书."""
    return (_OTHERS,) if segment.startswith(_OTHERS.forms) else ()


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
    terms = [(*_others(s), *_terms_of_item(s)) for s in segments]
    rates = [t for found in terms for t in found if t.is_rate]
    of_things = [found for found in terms if not all(is_stage(t.word) for t in found)]
    acts = _acts(ask.part, [t for found in terms for t in found])
    stages = (t for found in of_things for t in found if is_stage(t.word))
    shared = rates or list(acts) or list(stages)
    asks, carried = list[FigureAsk](), _telling(ask.context)
    for segment, found in zip(segments, terms, strict=True):
        has_own = any(t in shared for t in found)
        added = () if has_own else tuple(dict.fromkeys(shared))
        words = segment.replace(" ", "").rstrip("了") + "".join(t.word for t in added)
        quantities = _quantities(Ask(words, "", ask.unit, words))
        terms_of_item = (*found, *added)
        item = FigureAsk(words, terms_of_item, carried, quantities, ask.unit, lent=added)
        if item.goes_on:  # 化妆品抽了几批，合格没: of what stands before it, and of nothing else
            things = (thing for one in asks for thing in one.things)
            item = replace(item, carried=tuple(dict.fromkeys((*carried, *things))))
        asks.append(item)
    return tuple(asks)


def split_run(ask: Ask) -> tuple[FigureAsk, ...]:
    """A part of a question that lists things without a mark, one ask a thing: 企业合作社年报率."""
    part = normalise(ask.part or ask.own)
    runs: list[list[str]] = [[]]
    end = -1
    for term in terms_of(words_of_ask(part)):
        if term.is_verb or term.is_rate or is_stage(term.word):
            continue
        start = part.find(term.word, max(end, 0))
        runs = runs if start == end else [*runs, []]
        several = len(term.pieces) > _PAIR  # 药品器械化妆品
        runs[-1] += term.pieces if several else (term.word,)
        end = start + len(term.word)
    run = max(runs, key=len)
    if len(run) < _PAIR:
        return ()
    before, _, after = part.partition("".join(run))
    return _asks_each(ask, before, run, after)


def ask_each(
    ask: Ask, lists: Sequence[Sequence[Term]], led_by: Sequence[Term]
) -> tuple[FigureAsk, ...]:
    """One ask for each of the lists of terms in a part, without those of the others.

    ``led_by`` are terms that only frame them all.
    """
    part = normalise(ask.part or ask.own)
    context = " ".join((ask.context, *(t.word for t in led_by)))
    asks = list[FigureAsk]()
    for own in lists:
        said = part
        for term in (*(t for other in lists if other is not own for t in other), *led_by):
            said = said.replace(term.word, "", 1)
        asks.append(read_ask(Ask(words_of_ask(said), context, ask.unit, said)))
    return tuple(asks)


def split_levels(ask: Ask) -> tuple[FigureAsk, ...]:
    """A part of a question that lists levels, one ask each: 国家、省、市三级企业."""
    part = normalise(ask.part or ask.own)
    found = measures().levels.search(part)
    if not found:
        return ()
    levels = (level.rstrip("级") for level in measures().level.findall(found[0]))
    each = [level if level == "国家" else f"{level}级" for level in levels]  # as it is written
    return _asks_each(ask, part[: found.start()], each, part[found.end() :])


def _asks_each(ask: Ask, before: str, things: Sequence[str], after: str) -> tuple[FigureAsk, ...]:
    """One ask for each of some things, with what stands before and after all of them."""
    parts = (f"{before}{thing}{after}" for thing in things)
    return tuple(read_ask(Ask(words_of_ask(one), ask.context, ask.unit, one)) for one in parts)


def split_stages(ask: Ask) -> tuple[FigureAsk, ...]:
    """A part of a question that lists how things went, one ask each: 合格不合格各几批."""
    part = normalise(ask.part or ask.own)
    found = _stage_run().search(part)
    if not found:
        return ()
    stages = _stage().findall(found[0])
    sides = [pair for pair in statement_words().opposites if {*pair} <= {*stages}]
    if sides:
        stages = [stage for stage in stages if stage in sides[0]]
    elif not measures().each.match(part, found.end()):
        return ()
    start = part.index(stages[0], found.start())
    parts = (f"{part[:start]}{stage}{part[found.end() :]}" for stage in stages)
    return tuple(read_ask(Ask(words_of_ask(one), ask.context, ask.unit, one)) for one in parts)


@cache
def _stage() -> re.Pattern[str]:
    stages = sorted(statement_words().stages, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, stages)))


@cache
def _stage_run() -> re.Pattern[str]:
    """A pattern of words of progress one after the other: 立案结案."""
    return re.compile(f"(?:(?:{_stage().pattern})[和与、]?){{2,}}")


def parallel_ask(ask: FigureAsk, first: FigureAsk) -> FigureAsk:
    """One thing compared, with the head that stands with the first: 药品不良反应比器械的多."""
    return replace(ask, terms=(*ask.terms, *first.things[1:]))


def _quantities(ask: Ask) -> frozenset[Quantity]:
    words, said = measures(), ask.part or ask.own
    if words.change.search(said):
        return frozenset({Quantity.CHANGE})
    if ask.unit in statement_words().money:
        return frozenset({Quantity.MONEY})
    ratio = words.ratio.search(said)
    counts = ask.unit and ratio and ratio[0].endswith("多少")  # 占了多少部 asks for a number
    if (ratio and not counts) or _RATE.search(ask.own):
        return frozenset({Quantity.RATE})
    money = words.money.search(said)
    if money and (not ask.unit or _HOW_MANY.search(money[0])):  # 贷款几笔 asks for no money
        return frozenset({Quantity.MONEY})
    if ask.unit in statement_words().durations or words.duration.search(said):
        return frozenset({Quantity.DURATION})
    return frozenset({Quantity.COUNT}) if ask.unit else PLAIN

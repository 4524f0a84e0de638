"""A part of a question for figures, read into the facets of a statement.

They are the words of its subject, the kind of amount, the unit and the condition.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property

from bot.answering.concepts import Term, everyday_terms, separated_terms, terms_of
from bot.answering.measures import has_opposite, is_stage, measures
from knowledge.lexicon import cut_words, is_chinese, normalise, tag_words
from knowledge.models import Quantity, SectionKind
from knowledge.retrieval.question_asks import Ask, substance, words_of_ask
from knowledge.retrieval.vocabulary import question_words, synonyms
from knowledge.understanding.phrases import statement_words

_RATE = re.compile(r"率|占比|比例|比重")
_OTHERS = Term("其他", ("其他", "其它", "其余"))
_PAIR = 2
_LONGEST_BARE = 3
_TELLING_TAGS = "nva"
_NOUN_TAGS = ("n", "ng", "zg")
_HOW_MANY = re.compile(r"多少|几")
_LARGE = re.compile(r"(?:多少|几)[万亿]+(?=$|[，,？?了呢])")
_LED_BY = re.compile(r"^(?:[和跟与及比] *)?[，,、 ]*")
_TOS = ("至", "到", "-", "—", "~")
_TO = re.compile("[至到—~-]")
_QUOTED = re.compile('[“"「『]([^“”"「」『』]{2,16})[”"」』]')
_AROUND = " \u3000，,。？?！!、的呢"
PLAIN = frozenset({Quantity.COUNT, Quantity.DURATION})
ANY = frozenset({Quantity.COUNT, Quantity.DURATION, Quantity.MONEY, Quantity.RATE})


@dataclass(frozen=True)  # no slots: its properties are cached
class FigureAsk:
    """One thing that a question asks a figure of, read into the facets of a statement.

    ``terms`` are its telling words, ``carried`` those of the parts before it: they are what a part
    without a subject of its own (合格率多少) goes on with, ``lent`` those of its terms that stand
    with another thing of a list. ``counted`` are those that its 多少 or 几 counts, and what was
    done with them (罚了几家). ``former``: what there was before a change
    is asked for too, ``former_only``: nothing else. ``whole``: all that there are, not the new
    ones. ``planned``: what is yet to be done. ``exclusive``: of nothing else (光投诉).
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
    framed: bool = False
    exclusive: bool = False

    @property
    def standing(self) -> bool:
        """Whether it is how many there are (有多少家药店), not how many something was done to."""
        words = measures()
        names_act = any(t.is_verb or is_stage(t.word) for t in self.terms)
        bare = self.whole and self.unit in words.units_of_things and not names_act
        return bare or bool(words.standing.search(self.wording))

    @property
    def alone(self) -> "FigureAsk":
        """The same without what stands with another thing of a list: 快检 of 快检和监督抽检.

        How a thing went (合格) is asked of each.
        """
        sides = [t for t in self.lent if t.is_rate or has_opposite(t.word)]
        terms = tuple(t for t in self.terms if t in sides or t not in self.lent)
        return replace(self, terms=terms, lent=())

    @cached_property
    def things(self) -> tuple[Term, ...]:
        """Its terms that are no measure or change, no word of progress and no whole area (全局)."""
        terms = [t for t in self.terms if t.word not in measures().everywhere]
        terms = [t for t in terms if t not in self._changes]
        return tuple(
            t
            for t in terms
            # 查了多少户 is a term as a whole, and names no thing
            if not (t.is_rate or is_stage(t.word) or _HOW_MANY.search(t.word))
        )

    @cached_property
    def _changes(self) -> tuple[Term, ...]:
        """Its terms that only say that a change is asked for: 同比, 涨."""
        is_change = Quantity.CHANGE in self.quantities
        changes = frozenset(statement_words().changes)
        return tuple(t for t in self.terms if is_change and not changes.isdisjoint(t.forms))

    @property
    def goes_on(self) -> bool:
        """Whether it names no thing, but for an act, or another word for a stage: 测了, 罚了."""
        words = measures()
        return all(
            t.word in words.acts or words.whole.fullmatch(t.word) or any(map(is_stage, t.forms[:2]))
            for t in self.things
        )

    @cached_property
    def subject(self) -> tuple[Term, ...]:
        """The terms that a statement must bear out: of earlier parts where it has no thing."""
        things = tuple(t for t in self.carried if not is_stage(t.word))
        wide = all(t.word in measures().anywhere for t in things)
        # 合格率 behind nothing but 抽检; 后来多少天 behind 企业注销公示
        if not self.terms or ((things or any(t.is_rate for t in self.terms)) and wide):
            things = self.carried
        subject = (*things, *self.terms) if self.goes_on else self.terms
        subject = tuple(t for t in subject if t not in self._changes) or subject
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


def read_ask(ask: Ask) -> FigureAsk:
    """The facets of one part of a question."""
    planned = measures().planning.search(ask.own)
    if planned and (rest := measures().planning.sub("", ask.own).strip()):
        part = measures().planning.sub("", ask.part)
        return replace(read_ask(Ask(rest, ask.context, ask.unit, part)), planned=True)
    ask = _in_written_words(ask)
    points = measures().pointing.fullmatch(ask.own)  # 现在几天 goes on with what was named
    terms = () if points else telling_terms(ask.own)
    terms = terms or everyday_terms(ask.part) or _short_thing(ask)
    terms = terms or (read_others(ask.part) if ask.context else ())
    terms = (*terms, *_acts_by_unit(ask, terms))
    typed = normalise(ask.part or ask.own)
    terms = tuple(_with_rate(t, typed) for t in terms)
    told = "".join(t.word for t in terms)
    read_already = ({*told}, measures().silent)
    terms += tuple(
        t for t in separated_terms(ask.part) if not any({*t.word} <= said for said in read_already)
    )
    acts = tuple(read_acts(ask.part, terms))
    terms += acts
    known = {t.word for t in terms}
    carried = tuple(t for t in telling_terms(ask.context) if t.word not in known and not t.is_rate)
    words, quantities = measures(), read_quantities(ask)
    whole = bool(words.whole.search(ask.part))
    if whole:
        carried = tuple(t for t in carried if not words.added.fullmatch(t.word))
    is_rate = quantities == {Quantity.RATE}
    share = measures().shares.search(ask.part)  # 占立案的百分之几 asks for no 立案率
    if is_rate and not share and not any(t.is_rate for t in terms):
        last = next((t for t in reversed(terms) if _has_rate(t.word)), None)
        terms = tuple(_rate_of(t) if t is last else t for t in terms)
    read = (*terms, *terms_of(ask.own))  # some are named as reports write them by now
    lone = tuple(lone_terms(_without_kind(ask.part, quantities), read))
    bounds = tuple(_bounds(ask.part))
    names = tuple(_unread_names(ask.part, read))
    terms = (*_without_frames(terms, lone + bounds), *lone, *bounds, *names)
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
    said = [t for t in terms if t.word not in measures().common and t.word[0] not in "没未"]
    counted = [t for t in said if t.word in behind and not (t.is_rate or is_stage(t.word))]
    counted.sort(key=lambda t: behind.index(t.word))
    heads = [t for t in counted if f"{t.word}的" not in behind]  # 标语 of 多少反浪费的标语
    return tuple((heads or counted)[:1])


def read_acts(part: str, terms: Sequence[Term]) -> Iterator[Term]:
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


def _unread_names(part: str, terms: Sequence[Term]) -> Iterator[Term]:
    """The names in quotes of which no term has read anything: “靓盾1号”."""
    for found in _QUOTED.finditer(normalise(part)):
        if is_chinese(found[1]) and not any(term.word in found[1] for term in terms):
            yield Term(found[1], (found[1], *synonyms().same(found[1])))


def _bounds(part: str) -> Iterator[Term]:
    """What a number limits, in each way that it is written: 36至45岁, 36-45岁."""
    for found in measures().bounds.finditer(normalise(part)):
        first, *rest = _TO.split(found[0])
        forms = tuple(to.join((first, *rest)) for to in _TOS) if rest else (first,)
        yield Term(found[0], (found[0], *forms))


def lone_terms(part: str, terms: Sequence[Term]) -> Iterator[Term]:
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
            guessed = (
                tag[0] in _TELLING_TAGS and _is_no_word(word) and words.silent.isdisjoint(word)
            )
            if (alone or how or guessed) and word not in words.silent:
                forms = words.acts.get(word) or (word, *synonyms().same(word))
                yield Term(word, forms, is_verb=tag[0] == "v")


def _is_no_word(word: str) -> bool:
    """Whether no dictionary has a word, which was joined by a guess: 强检."""
    return len(cut_words(word, guess=False)) > 1


def _without_kind(part: str, kinds: frozenset[Quantity]) -> str:
    """A part of a question without the words that only say which kind of amount is asked for."""
    words = measures()
    asking = {
        Quantity.RATE: words.ratio,
        Quantity.CHANGE: words.change,
        Quantity.DURATION: words.duration,
    }
    for kind in kinds & asking.keys():
        part = asking[kind].sub(" ", part)
    return words.total.sub(" ", part)


def _with_rate(term: Term, said: str) -> Term:
    """A word that a question makes a rate of, as that: 隐患率 for 隐患."""
    rate = f"{term.word}率"
    return term if term.is_rate or rate not in said else Term(rate, (rate,))


def _has_rate(stage: str) -> bool:
    """Whether reports tell a rate of a word of progress: 合格, 没办结; not 排查."""
    known = f"{stage.lstrip('没未不')}率" in statement_words().rates
    return is_stage(stage) and (known or has_opposite(stage))


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
    return re.compile(rf"({'|'.join(reversed(stages))})[完好]?了?的?(?:比例|比率|占比|百分比)")


def _acts_by_unit(ask: Ask, terms: Sequence[Term]) -> tuple[Term, ...]:
    """The acts that a question names by one character beside its amount: 开 of 开了多少家."""
    said = (act for act, pattern in measures().acts_by_unit.items() if pattern.search(ask.part))
    return tuple(t for act in said for t in terms_of(act) if t not in terms)


def telling_terms(words: str) -> tuple[Term, ...]:
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


def _short_thing(ask: Ask) -> tuple[Term, ...]:
    """A thing of one character in a later part: 村 of 景区几个，村几个."""
    word = ask.own.replace(" ", "")
    noun = len(word) == 1 and tag_words(word)[0][1] in _NOUN_TAGS
    return (Term(word, (word,)),) if noun and ask.context else ()


def read_others(words: str) -> tuple[Term, ...]:
    """What is left of a list, where some words begin with that: 其他 of 有机、绿色、其他证书."""
    return (_OTHERS,) if words.startswith(_OTHERS.forms) else ()


def read_quantities(ask: Ask) -> frozenset[Quantity]:
    """The kinds of amount that a part of a question may ask for."""
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
    counted = ask.unit and money and money[0].startswith(f"多少{ask.unit}")  # 多少家收费单位
    if money and not counted and (not ask.unit or _HOW_MANY.search(money[0])):  # 贷款几笔
        return frozenset({Quantity.MONEY})
    if ask.unit in statement_words().durations or words.duration.search(said):
        return frozenset({Quantity.DURATION})
    amounts = {Quantity.COUNT, Quantity.MONEY} if _LARGE.search(said) else {Quantity.COUNT}
    return frozenset(amounts) if ask.unit or _LARGE.search(said) else PLAIN

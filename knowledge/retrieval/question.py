"""A question as it is understood: its scope, what it wants, and its words of substance."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.models import SectionKind
from knowledge.retrieval.asides import without_asides, without_excluded
from knowledge.retrieval.holdings import Holdings, Occurs, Tells, tells_nothing
from knowledge.retrieval.question_asks import Ask, other_parts, split_asks, substance
from knowledge.retrieval.scope import Scope, read_scope
from knowledge.retrieval.slips import Slip
from knowledge.retrieval.text_question import Sought, TextAsk, counts_parts, read_text_asks
from knowledge.retrieval.vocabulary import question_words
from knowledge.understanding.figures import Figure, find_figures
from knowledge.understanding.periods import Period, YearPart
from knowledge.understanding.phrases import statement_words
from knowledge.understanding.topics import topic_names

_MEASURE = re.compile(
    r"率(?:[，,、\s高低多少]|和|与|跟|谁|哪|$)|(?:[案件户家台批次人]数量?|(?<![质计力商测])量)(?:[，,、\s]|对比|比|$)|批次"
)
# A blank where a comma might stand: 抽了多少批 几批不行.
_BLANK = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000](?=[\u4e00-\u9fff\d*])")
# 加油站 超市 眼镜店各查几家: blanks that list things.
_LISTED = re.compile(
    r"(?:[A-Z\u4e00-\u9fff]{2,8}[ \u3000])+[A-Z\u4e00-\u9fff]{2,8}?"
    r"(?= ?(?:各|分别|都|哪[个样种类]))"
)
# 年报率（企业、个体户）分别是多少: things in brackets behind what is asked of them.
_BRACKETED = re.compile(
    r"([\u4e00-\u9fff]{2,4}[率数量])[（(]([^（()）、]+(?:、[^（()）、]+)+)[）)]"
)
# 年报率 企业 合作社 个体户: the same without brackets.
_RATE_OF_LISTED = re.compile(
    r"([\u4e00-\u9fff]{2,5}率)[ \u3000](?=(?:[\u4e00-\u9fff]{2,5}[ \u3000]){1,5})"
    r"([\u4e00-\u9fff]{2,5}(?:[ \u3000][\u4e00-\u9fff]{2,5}?)+)"
    r"(?=[ \u3000]?(?:$|各|分别|都|[从由]|排|[，,？?]))"
)
_ASIDE = re.compile(r"(?<=[\u4e00-\u9fff])[（(][\u4e00-\u9fff]{1,8}[)）](?=[的率数量和跟与及])")
_PER_MYRIAD = re.compile("[每一]万个?人(?:口)?里?(?:能)?(?:摊到|分到|摊|分)")
# 市局*局: a branch with the bureau above it.
_ABOVE = re.compile(r"[省市县区]局(?=[*＊×]{1,6}局)")
# 几多, 好多 ask 多少 in the south.
_HOW_MANY_HERE = re.compile(r"几多|好多(?=[家户件人批次台个钱元万份起条张])")
# 办了几笔多少钱: two measures of one thing.
_TWO_MEASURES = re.compile(
    r"(?:多少|几)[\u4e00-\u9fff]{1,2}?(?=(?:多少|几)[万亿]?[钱元家户件台起人次批个份项张条笔吨亩本处所部辆名位间座场天])"
)
# 计量这块加油站查了几家: where it stands, before what is asked.
_FRAME = re.compile(
    r"(?<=[\u4e00-\u9fff]{2})[这那]一?(?:块儿?|摊儿?)(?![的呢是都也有没])(?=[\u4e00-\u9fff]{2})"
)
# 仓储接了多少户？车间？ asks the same of another thing.
_ALONE_ASKED = re.compile(r"(?<=[？?])\s*([\u4e00-\u9fff]{2,8})(?<![的吗呢吧了么否没有])(?=[？?])")
# 财政收入和增速: how much, and how much more than before.
_AND_CHANGE = re.compile("(?<![速幅多少])(?:以及|[和与及、])(?=[增涨降][速幅])")
# 罚没款超过100万没有: money without its unit.
_BARE_MONEY = re.compile(
    r"(?:款|钱|损失|金额|资金|挽回)[^，,]{0,6}?\d[万亿](?=没|了|吗|[？?。，,]|$)"
)
_WHAT = re.compile("什么|哪")
_WHO = re.compile("谁|哪一?[个家]")
_CLAUSE_MARK = re.compile("[，,。；;]")
_STOPS = "，,。；;？?"
_HOW_MANY = re.compile("多少|几")
_JOINING = re.compile(r"[\s、，,和与及跟同]*")


class Wants(StrEnum):
    """The form of answer that a question asks for."""

    FIGURE = "figure"
    LIST = "list"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Question:
    """A question read against a store.

    ``content`` are all its words of substance. ``search_text`` are the words to look for: those of
    bureau and period too where those of some reports are unknown. ``ranks`` asks which bureau has
    the most or the least, ``ranks_things`` which of the things in a report. ``plans`` asks for
    what is yet to be done. ``also`` are the parts of a question for figures that ask something else
    (食物中毒有没有), ``texts`` what each part asks that is for no figure. ``slips`` are the typing
    slips that were mended in the text. ``confirms`` is the figure that it asks to confirm.
    ``excludes``: it says what is not meant (投诉别算). ``punctuated`` is the text as it was read,
    in which the places of the scope count.
    """

    text: str
    punctuated: str
    scope: Scope
    wants: Wants
    compares: bool
    kinds: tuple[SectionKind, ...]
    asks: tuple[Ask, ...]
    content: str
    search_text: str
    ranks: bool = False
    ranks_things: bool = False
    plans: bool = False
    also: tuple[str, ...] = ()
    slips: tuple[Slip, ...] = ()
    texts: tuple[TextAsk, ...] = ()
    confirms: Figure | None = None
    excludes: bool = False

    @property
    def names_only(self) -> bool:
        """Whether it only names a thing that is no line of work (粮食产量), and asks nothing."""
        asking, lines = question_words().asking, topic_names()
        return self.wants is Wants.TEXT and not any(
            ask.sought is not Sought.PART
            or ask.kinds
            or ask.everyone
            or ask.subject.replace(" ", "") in lines
            or asking.search(ask.part)
            for ask in self.texts
        )

    @property
    def told_elsewhere(self) -> frozenset[str]:
        """The reports of other periods than those named that may tell what is asked."""
        figures = self.wants is Wants.FIGURE or self.names_only
        return self.scope.telling if figures else self.scope.reviewing


@dataclass(frozen=True, slots=True)
class _Form:
    """In which form a question is to be answered.

    ``whole`` are its words without its scope and without those that say the form; ``content``
    those without what it sets aside (不含…) and whom it speaks of (各县局), too.
    """

    wants: Wants
    kinds: tuple[SectionKind, ...]
    whole: str
    content: str
    ranks: bool
    ranks_things: bool
    compares: bool
    confirms: Figure | None
    excludes: bool


def read_question(
    text: str,
    holdings: Holdings,
    this_year: int,
    occurs: Occurs,
    tells: Tells = tells_nothing,
) -> Question:
    """Read a stand-alone question against the reports of a store."""
    punctuated = _punctuate(text)
    scope = read_scope(punctuated, holdings, this_year, occurs, tells)
    if whole_and_half := _year_without_first_half(punctuated, scope, holdings):
        text = punctuated = whole_and_half
        scope = read_scope(punctuated, holdings, this_year, occurs, tells)
    form = _read_form(punctuated, scope)
    figures = form.wants is Wants.FIGURE
    also = other_parts(form.content) if figures and not form.ranks else ()
    content = _without_parts(form.content, also)
    return Question(
        text=text,
        punctuated=punctuated,
        scope=scope,
        wants=form.wants,
        compares=form.compares,
        kinds=() if figures else form.kinds,
        asks=split_asks(content) if figures else (Ask(substance(content)),),
        content=substance(content),
        search_text=substance(punctuated if scope.unidentified else content),
        ranks=form.ranks,
        ranks_things=form.ranks_things,
        plans=SectionKind.PLAN in form.kinds,
        also=also,
        texts=tuple(_read_texts(punctuated, scope, form, also)),
        confirms=form.confirms,
        excludes=form.excludes,
    )


def _year_without_first_half(text: str, scope: Scope, holdings: Holdings) -> str:
    """A question for figures of a second half, asked of the year and its first half: 相差多少.

    Empty where the store has a report of just that half, or not both of these.
    """
    period = scope.periods[0] if len(scope.periods) == 1 else None
    second = period and period.year and period.months == YearPart.SECOND_HALF.months
    known = scope.reports is not None and scope.reports <= scope.plan_only
    words = question_words()
    if not (period and second and known) or len(period.places) > 1 or len(scope.bureaus) != 1:
        return ""
    told = {r.period for r in holdings.of_bureaus(scope.bureaus[0].names) if r.period}
    year, half = Period(period.year or 0), Period(period.year or 0, YearPart.FIRST_HALF)
    counts = words.figure.search(text) and not words.no_flow.search(text)
    if not counts or words.kinds[SectionKind.PLAN].search(text) or not {year, half} <= told:
        return ""
    asked = f"{text[: period.start]}{year}和{half}{text[period.end :]}".rstrip("？?。 ")
    return f"{asked}，相差多少"


def _read_form(text: str, scope: Scope) -> _Form:
    words = question_words()
    ranks = _asks_for_rank(text, scope)
    of_things = len(scope.bureaus) < 2 and bool(words.superlative_things.search(text))
    of_things = of_things and not (ranks and words.parties.search(text) and _WHO.search(text))
    whole = _without_scope(text, scope)
    whole = words.superlative_things_words.sub(" ", whole) if of_things else whole
    asks_gap = len(scope.bureaus) > 1 and words.superlative_gap.search(text)
    whole = words.superlative_words.sub(" ", whole) if ranks or asks_gap else whole
    whole = words.counted_up.sub(" ", whole)
    said = words.parties.sub(" ", _with_limits(whole))
    meant = without_excluded(said)
    content, excludes = without_asides(meant), meant != said
    content = _BARE_MONEY.sub(r"\g<0>元", content)
    confirmed = _confirmed_figure(content)
    content = _without_figure(content, confirmed) if confirmed else content
    compares = ranks or len(scope.bureaus) > 1 or len(scope.periods) > 1 or _names_all(text)
    figure = ranks or of_things or confirmed or (compares and _MEASURE.search(content))
    asked = words.parts_counted.sub(" ", content) if counts_parts(content) else content
    wants = Wants.FIGURE if figure else _answer_form(text, asked.rstrip(" ，,"))
    named = words.documents.sub(" ", text)  # 总结和谋划那份 names a report
    kinds = tuple(kind for kind, pattern in words.kinds.items() if pattern.search(named))
    if scope.plan_only and wants is Wants.LIST:
        kinds = tuple(dict.fromkeys((*kinds, SectionKind.PLAN)))
    if wants is Wants.TEXT and kinds and _WHAT.search(text):
        wants = Wants.LIST
    return _Form(wants, kinds, whole, content, ranks, of_things, compares, confirmed, excludes)


def _with_limits(text: str) -> str:
    """A question with what it is limited to (只算投诉) as words of it, where they are not yet."""

    def add(limit: re.Match[str]) -> str:
        return "" if substance(limit["what"]) in text[: limit.start()] else limit["what"]

    return question_words().limiting.sub(add, text)


def _without_scope(text: str, scope: Scope) -> str:
    """A question without its bureaus and periods, and without the words of asking for a look."""
    words = question_words()
    content = without_spans(text, scope) if scope.reports or scope.telling else text
    content = _AND_CHANGE.sub("多少，", _TWO_MEASURES.sub(r"\g<0>，", content))
    content = words.pointing.sub(" ", words.documents.sub(" ", content))
    return without_asides(words.requests.sub(" ", content)).strip()


def _without_parts(content: str, also: Sequence[str]) -> str:
    """The words that ask for figures; what a part before them is about holds for them too.

    铁拳行动哪些局搞了，各查了多少.
    """
    which = question_words().which_bureau
    for part in also:
        kept = which.split(part, maxsplit=1)[0] if content.startswith(part) else ""
        content = content.replace(part, kept or " ")
    return content


def _read_texts(text: str, scope: Scope, form: _Form, also: Sequence[str]) -> Iterator[TextAsk]:
    """What a question asks that is for no figure, part by part."""
    figures = form.wants is Wants.FIGURE
    for part in also if figures else (form.whole,):
        yield from read_text_asks(
            part,
            everyone=len(scope.bureaus) > 1 or _names_all(text),
            planned=bool(scope.reports) and scope.reports == scope.plan_only,
            about=_subject_before(form.content, part) if figures else "",
            before=_clauses_before(text, scope),
        )


def _clauses_before(text: str, scope: Scope) -> str:
    """The clauses of a question before that in which it first names a period."""
    places = [place.start for period in scope.periods for place in period.places]
    return text[: max(text.rfind(mark, 0, min(places)) for mark in _STOPS) + 1] if places else ""


def _subject_before(content: str, part: str) -> str:
    """What the figures are of that a question asks for before another part."""
    asks = split_asks(content.replace(part, " "))
    return asks[-1].own


def _punctuate(text: str) -> str:
    """A question with commas for the blanks that end a part, and its lists before what is asked.

    抽了多少批 几批不行; 年报率（企业、个体户）.
    """
    words, figure, start = question_words(), question_words().figure, 0
    text = _HOW_MANY_HERE.sub("多少", _ABOVE.sub(" ", text)).replace("百分百", "100%")
    text = _PER_MYRIAD.sub("每万人口", words.as_of.sub("", words.other_period.sub("", text)))
    text = words.either.sub(r"\g<one>、\g<other>哪个\g<how>\g<more>", text)
    text = words.guess.sub(r"\g<asked>", text)
    for short, listed in words.listed.items():
        text = text.replace(short, listed)
    told = statement_words()
    text = told.rates_in_a_row.sub(lambda m: "、".join(told.rate.findall(m[0])), text)
    text = _BRACKETED.sub(r"\2\1", text)
    text = _RATE_OF_LISTED.sub(lambda m: f"{_as_list(m[2])}{m[1]}", text)
    text = _FRAME.sub(r"\g<0>，", _ASIDE.sub("", text))
    if figure.search(text.partition("？")[0].partition("?")[0]):
        text = _ALONE_ASKED.sub(r"\1呢", text)
    text = _LISTED.sub(lambda m: _as_list(m[0]), text)
    several = sum(bool(figure.search(piece)) for piece in text.split()) > 1
    for blank in _BLANK.finditer(text):
        if several or figure.search(text[start : blank.start()]):
            text = f"{text[: blank.start()]}，{text[blank.end() :]}"
            start = blank.end()
    return text


def _as_list(words: str) -> str:
    """Words that stand apart by blanks as a list."""
    return re.sub("[ \u3000]", "、", words)


def _confirmed_figure(content: str) -> Figure | None:
    """The figure of a question whether something is so: 达到1500批次没有."""
    if not question_words().confirming.search(content):
        return None
    figures = [f for f in find_figures(content) if f.unit and not f.masked]
    if len(figures) != 1 or question_words().acted_on.match(content[figures[0].end :]):
        return None
    behind = _CLAUSE_MARK.split(content[figures[0].end :])[1:]
    if any(_substance_of_confirming(clause) for clause in behind):
        return None  # 那24处隐患，是不是全改完了 asks no number
    rest = f"{content[: figures[0].start].removesuffix('是')} {content[figures[0].end :]}"
    return None if question_words().figure.search(rest) else figures[0]


def _substance_of_confirming(clause: str) -> str:
    """What a clause says but for asking whether something is so."""
    words = question_words()
    said = words.confirming_words.sub(" ", words.confirming.sub(" ", clause))
    return words.empty.sub(" ", said).strip(" ？?。！!对是啊呀")


def _without_figure(content: str, figure: Figure) -> str:
    """The same asked of the amount itself: 多少批次 in place of 1500批次."""
    unit = "%" if figure.unit in ("%", "‰", "百分点") else f"多少{figure.unit}"
    before = question_words().confirming_words.sub(" ", content[: figure.start])
    after = question_words().confirming_words.sub(" ", content[figure.end :])
    return f"{before}{'多少' if unit == '%' else unit}{after}"


def _names_all(text: str) -> bool:
    """Whether a question speaks of all bureaus, or of several: 各局, 哪个局."""
    words = question_words()
    return bool(words.compare.search(text) or words.parties.search(text))


def _asks_for_rank(text: str, scope: Scope) -> bool:
    """Whether a question asks which of all bureaus, or of those it names, has more than others."""
    words = question_words()
    between = len(scope.bureaus) > 1 and words.superlative_between.search(text)
    return bool(between or words.superlative.search(text))


def _answer_form(text: str, content: str) -> Wants:
    words = question_words()
    if words.list_.search(text) and not re.search(r"多少|(?<!哪)几[家户件起个次台批人]", text):
        return Wants.LIST
    reason = words.sought[Sought.REASON].search(content) and not _HOW_MANY.search(text)
    return Wants.FIGURE if words.figure.search(content) and not reason else Wants.TEXT


def without_spans(text: str, scope: Scope, between: str = " ") -> str:
    """The question without the bureaus and periods that its scope holds, and what joins them."""
    pieces = list[str]()
    position = 0
    for span in scope.spans:
        piece = text[position : span.start]
        pieces.append("" if pieces and _JOINING.fullmatch(piece) else piece)
        position = max(position, span.end)
    return between.join([*pieces, text[position:]]).strip()

"""A question as it is understood: its scope, what it wants, and its words of substance."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from knowledge.models import SectionKind
from knowledge.retrieval.holdings import Holdings, Occurs, Tells, tells_nothing
from knowledge.retrieval.scope import Scope, read_scope
from knowledge.retrieval.slips import Slip
from knowledge.retrieval.text_question import TextAsk, read_text_asks
from knowledge.retrieval.vocabulary import question_words
from knowledge.understanding.figures import Figure, find_figures
from knowledge.understanding.mentions import fold_width, unit_words
from knowledge.understanding.phrases import statement_words

_FRAME = re.compile(r"[^，,]{4,}(?:里面?|当?中|内)[，,]")
_ASK_BREAK = re.compile(
    r"([，,、；;？?。]|(?:以及|还有(?!多少|几)|和|与|及)(?=[^，,、；;？?。]*(?:多少|几|率)))"
)
_MEASURE = re.compile(
    r"率(?:[，,、\s高低多少]|和|与|跟|谁|哪|$)|[案件户家台批次人]数量?(?:[，,、\s]|对比|比|$)|批次"
)
_NAMED_MEASURE = re.compile(r"率$|批次$|损失|罚没款|金额|[案件户家台批次人]数$")
_WHICH = re.compile(r"(?:是|到底|究竟)?(?:哪个|哪家|哪边|谁).{0,4}[多少高低大短长快慢](?:些|一点)?")
_DIFFERENCE = re.compile(r"相?[差多少高低]了?(?:多少|几)(?:个?(?:百分)?点|[\u4e00-\u9fff]{1,2})?")
_POINTS = re.compile(
    r"[多少][报查办收抽罚立做](?=了?(?:多少|几))|[多少高低]?了?(?:几|多少)个?(?:百分)?点|百分之(?:几|多少)"
)
# A blank where a comma might stand: 抽了多少批 几批不行.
_BLANK = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000](?=[\u4e00-\u9fff\d*])")
# 快检跟监督抽检比，哪个合格率高: of both things, one question.
_COMPARED = re.compile(r"(?P<things>[^，,]+[跟和与][^，,]+?)(?:相比|比)[，,]\s*(?:哪个|哪样|谁)的?")
# 加油站 超市 眼镜店各查几家: blanks that list things.
_LISTED = re.compile(
    r"(?:[A-Z\u4e00-\u9fff]{2,8}[ \u3000])+[A-Z\u4e00-\u9fff]{2,8}?"
    r"(?= ?(?:各|分别|都|哪[个样种类]))"
)
# 年报率（企业、个体户）分别是多少: things in brackets behind what is asked of them.
_BRACKETED = re.compile(
    r"([\u4e00-\u9fff]{2,4}[率数量])[（(]([^（()）、]+(?:、[^（()）、]+)+)[）)]"
)
# 办了几笔多少钱: two measures of one thing.
_TWO_MEASURES = re.compile(r"(?:多少|几)[\u4e00-\u9fff]{1,2}?(?=(?:多少|几)[\u4e00-\u9fff])")
# 罚没款超过100万没有: money without its unit.
_BARE_MONEY = re.compile(r"(?:款|钱|损失|金额|资金)[^，,]{0,6}?\d[万亿](?=没|了|吗|[？?。，,]|$)")
_JOINING = re.compile(r"[\s、，,和与及跟同]*")
_JOINS = ("、", "以及", "还有", "和", "与", "及")
_EACH = re.compile(r"各(?:是|有|多少|几|为|占|达|[\u4e00-\u9fff]{1,3}(?:多少|几))|分别")


class Wants(StrEnum):
    """The form of answer that a question asks for."""

    FIGURE = "figure"
    LIST = "list"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing asked; a question may ask several (多少批次，合格率多少).

    ``own`` are the words of this ask, ``context`` those of the asks before it, ``part`` is the ask
    as it was typed.
    """

    own: str
    context: str = ""
    unit: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question read against a store.

    ``content`` are all its words of substance. ``search_text`` are the words to look for: those of
    bureau and period too where those of some reports are unknown. ``ranks`` asks which bureau has
    the most or the least, ``ranks_things`` which of the things in a report. ``plans`` asks for
    what is yet to be done. ``also`` are the parts of a question for figures that ask something else
    (食物中毒有没有), ``texts`` what each part asks that is for no figure. ``slips`` are the typing
    slips that were mended in the text. ``confirms`` is the figure that it asks to confirm.
    """

    text: str
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

    @property
    def told_elsewhere(self) -> frozenset[str]:
        """The reports of other periods than those named that may tell what is asked."""
        return self.scope.telling if self.wants is Wants.FIGURE else self.scope.reviewing


def read_question(
    text: str,
    holdings: Holdings,
    this_year: int,
    occurs: Occurs,
    tells: Tells = tells_nothing,
) -> Question:
    """Read a stand-alone question against the reports of a store."""
    words = question_words()
    typed, text = text, _punctuate(text)
    scope = read_scope(text, holdings, this_year, occurs, tells)
    content = without_spans(text, scope) if scope.reports or scope.telling else text
    content = _TWO_MEASURES.sub(r"\g<0>，", content)
    content = words.requests.sub(" ", words.documents.sub(" ", content)).strip()
    ranks = _asks_for_rank(text, scope)
    of_things = len(scope.bureaus) < 2 and bool(words.superlative_things.search(text))
    content = words.superlative_things_words.sub(" ", content) if of_things else content
    content = words.superlative_words.sub(" ", content) if ranks else content
    whole, content = content, words.excluding.sub(" ", words.parties.sub(" ", content))
    content = _BARE_MONEY.sub(r"\g<0>元", content)
    confirmed = _confirmed_figure(content)
    if confirmed:
        content = _without_figure(content, confirmed)
    compares = ranks or _compares(text, scope)
    measured = compares and _MEASURE.search(content)
    wants = (
        Wants.FIGURE if ranks or of_things or measured or confirmed else _answer_form(text, content)
    )
    kinds = tuple(kind for kind, pattern in words.kinds.items() if pattern.search(text))
    if scope.plan_only and wants is Wants.LIST:
        kinds = tuple(dict.fromkeys((*kinds, SectionKind.PLAN)))
    if wants is Wants.TEXT and kinds and re.search(r"什么|哪", text):
        wants = Wants.LIST
    also = _other_parts(content) if wants is Wants.FIGURE and not ranks else ()
    texts = [
        ask
        for part in (also if wants is Wants.FIGURE else (whole,))
        for ask in read_text_asks(
            part,
            everyone=len(scope.bureaus) > 1 or _names_all(text),
            planned=bool(scope.reports) and scope.reports == scope.plan_only,
            about=_subject_before(content, part) if wants is Wants.FIGURE else "",
        )
    ]
    for part in also:  # 铁拳行动哪些局搞了，各查了多少: what it is about holds for the figures too
        kept = words.which_bureau.split(part, maxsplit=1)[0] if content.startswith(part) else ""
        content = content.replace(part, kept or " ")
    return Question(
        text=typed,
        scope=scope,
        wants=wants,
        compares=compares,
        kinds=kinds if wants is not Wants.FIGURE else (),
        asks=_split_asks(content) if wants is Wants.FIGURE else (Ask(substance(content)),),
        content=substance(content),
        search_text=substance(text if scope.unidentified else content),
        ranks=ranks,
        ranks_things=of_things,
        plans=SectionKind.PLAN in kinds,
        also=also,
        texts=tuple(texts),
        confirms=confirmed,
    )


def _subject_before(content: str, part: str) -> str:
    """What the figures are of that a question asks for before another part."""
    asks = _split_asks(content.replace(part, " "))
    return asks[-1].own


def _punctuate(text: str) -> str:
    """A question with commas for the blanks that end a part, and its lists before what is asked.

    抽了多少批 几批不行; 年报率（企业、个体户）.
    """
    figure, start = question_words().figure, 0
    text = _BRACKETED.sub(r"\2\1", text)
    text = _LISTED.sub(lambda m: re.sub("[ \u3000]", "、", m[0]), text)
    several = sum(bool(figure.search(piece)) for piece in text.split()) > 1
    for blank in _BLANK.finditer(text):
        if several or figure.search(text[start : blank.start()]):
            text = f"{text[: blank.start()]}，{text[blank.end() :]}"
            start = blank.end()
    return text


def _confirmed_figure(content: str) -> Figure | None:
    """The figure of a question whether something is so: 达到1500批次没有."""
    if not question_words().confirming.search(content):
        return None
    figures = [f for f in find_figures(content) if f.unit and not f.masked]
    if len(figures) != 1:
        return None
    rest = f"{content[: figures[0].start].removesuffix('是')} {content[figures[0].end :]}"
    return None if question_words().figure.search(rest) else figures[0]


def _without_figure(content: str, figure: Figure) -> str:
    """The same asked of the amount itself: 多少批次 in place of 1500批次."""
    unit = "%" if figure.unit in ("%", "‰", "百分点") else f"多少{figure.unit}"
    before = question_words().confirming_words.sub(" ", content[: figure.start])
    after = question_words().confirming_words.sub(" ", content[figure.end :])
    return f"{before}{'多少' if unit == '%' else unit}{after}"


def _compares(text: str, scope: Scope) -> bool:
    return len(scope.bureaus) > 1 or len(scope.periods) > 1 or _names_all(text)


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
    return Wants.FIGURE if words.figure.search(content) else Wants.TEXT


def without_spans(text: str, scope: Scope, between: str = " ") -> str:
    """The question without the bureaus and periods that its scope holds, and what joins them."""
    pieces = list[str]()
    position = 0
    for span in scope.spans:
        piece = text[position : span.start]
        pieces.append("" if pieces and _JOINING.fullmatch(piece) else piece)
        position = max(position, span.end)
    return between.join([*pieces, text[position:]]).strip()


def substance(content: str) -> str:
    """The words of substance, apart by spaces; all of it if nothing would be left."""
    return _substance(content) or re.sub(r"[？?！!。\s]+", " ", content).strip()


def _substance(content: str) -> str:
    rest = question_words().empty.sub(" ", content)
    return re.sub(r"[，,、；;：:？?！!。.\s“”\"'‘’（）()《》<>]+", " ", rest).strip()


def _split_asks(content: str) -> tuple[Ask, ...]:
    """The parts of a question that each ask for a figure, in order."""
    figure = question_words().figure
    asks: list[Ask] = []
    context = ""
    for part in _parts(content):
        bare = part.strip(" 和跟与比")
        if _WHICH.fullmatch(bare) or _DIFFERENCE.fullmatch(bare):
            if not asks and context.strip():
                asks.append(Ask(context.strip(), "", "", f"{context.strip()}多少"))
            continue
        if figure.search(part):
            asks.append(Ask(words_of_ask(part), context.strip(), _unit_of_ask(part), part))
        elif named := _NAMED_MEASURE.search(part.rstrip(" 呢")):
            unit = "批次" if named[0] == "批次" else _unit_of_ask(part.rstrip(" 呢"))
            asks.append(Ask(words_of_ask(part.rstrip(" 呢")), context.strip(), unit, part))
        elif asks and part.rstrip().endswith("呢"):
            asks += _asks_again(asks, part)
        context += " " + words_of_ask(part)
    if not asks:
        return (Ask(substance(content), part=content),)
    return tuple(_claim_all_words(asks, content))


def _parts(content: str) -> list[str]:
    """The parts of a question; what is listed before 各 or 分别 is one: 药店、诊所各检查多少家."""
    pieces = _ASK_BREAK.split(_COMPARED.sub(r"\g<things>的", content))
    parts, listed = list[str](), list[str]()
    for piece, mark in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        if _EACH.search(piece) and listed:
            piece = "".join([*listed, piece])  # noqa: PLW2901 - the list is a part of it
            listed = []
        if mark in _JOINS and not question_words().figure.search(piece):
            listed += [piece, mark]
            continue
        parts += [*listed[::2], piece]
        listed = []
    return [part for part in (*parts, *listed[::2]) if part.strip()]


def _other_parts(content: str) -> tuple[str, ...]:
    """The parts that ask for no figure: after the first that does, and who does something."""
    words, parts = question_words(), _parts(content)
    asks = [bool(words.figure.search(part)) for part in parts]
    first = asks.index(True) if any(asks) else len(parts)
    before = [part for part in parts[:first] if words.which_bureau.search(part)]
    after = [
        part
        for part, figure in zip(parts[first:], asks[first:], strict=True)
        if not figure and words.also.search(part)
    ]
    return tuple(part.strip() for part in (*before, *after))


def _asks_again(asks: Sequence[Ask], part: str) -> list[Ask]:
    """What was asked of one thing, of another: 快检多少批次、合格率多高，监督抽检呢."""
    thing = words_of_ask(part.rstrip().removesuffix("呢"))
    rates = [next((r for r in statement_words().rates if r in ask.own), "") for ask in asks]
    return [
        Ask(f"{thing} {rate}".strip(), "", ask.unit, f"{thing}{rate}多少{ask.unit}")
        for ask, rate in zip(asks, rates, strict=True)
    ]


def words_of_ask(part: str) -> str:
    """The words of one ask, its measure word (多少家) left out."""
    folded = _POINTS.sub(" ", fold_width(part))
    while match := _find_measure(folded):
        folded = f"{folded[: match.start()]} {folded[match.end() :]}"
    return substance(folded)


def _unit_of_ask(part: str) -> str:
    """The unit that an ask names, in one spelling; money is 元."""
    match = _find_measure(fold_width(part))
    if not match:
        return ""
    if match["money"]:
        return "元"
    return unit_words().canonical(match["unit"] or match["counted"])


def _claim_all_words(asks: list[Ask], content: str) -> list[Ask]:
    """A single ask owns all the words, wherever they stand, but for what frames it.

    抽查任务里，联合抽查有多少个: the frame 抽查任务里 says where to look, not what is counted.
    """
    if len(asks) > 1:
        return asks
    frame = _FRAME.match(content)
    if not frame:
        return [Ask(words_of_ask(content), "", asks[0].unit, content)]
    own = content[frame.end() :]
    return [Ask(words_of_ask(own), words_of_ask(frame[0]), asks[0].unit, own)]


@cache
def _measure_pattern() -> re.Pattern[str]:
    """多少家, 几批次, 多少万元, 立案件数: the measure that a question names."""
    units = sorted(unit_words().written, key=len, reverse=True)
    return re.compile(
        rf"(?:多少|几)[万亿]?(?:(?P<money>块?钱)|(?P<unit>(?:{'|'.join(map(re.escape, units))})"
        r"(?:\([套次件份人家户台个批条组项]\))?))"
        r"|(?P<counted>[家户件台起人次]|批次)(?:数(?=[^字据量]|$)|(?<=批次)$)"
    )


def _find_measure(part: str) -> re.Match[str] | None:
    """The measure that stands in a part of a question; 多少家庭 names none."""
    match = _measure_pattern().search(part)
    guards = unit_words().not_before.get(match["unit"] or "", ()) if match else ()
    return None if match and part[match.end() :].startswith(tuple(guards)) else match

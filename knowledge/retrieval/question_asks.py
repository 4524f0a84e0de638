"""The parts of a question that each ask for a figure: 多少批次，合格率多少."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, takewhile

from knowledge.lexicon import tag_words
from knowledge.retrieval.vocabulary import question_words
from knowledge.understanding.mentions import fold_width, unit_words
from knowledge.understanding.phrases import statement_words

_PLACE = "[这那]一?(?:块儿?|摊儿?|段|部分|[章节条篇])"  # 广告这块, 党建那段
_FRAME = re.compile(
    rf"(?:[^，,]{{4,}}(?:里面?|当?中|内)|[^，,]{{2,}}(?:{_PLACE}|[这那]?方面))[，,：:]"
    r"|[^，,]{2,}?[那这]一?(?:[次回趟]|阵子?)[，,]"
)
# 走访多少次，结对关爱那段: where it stands, told behind what is asked.
_PLACE_BEHIND = re.compile(
    rf"[，,](?P<place>[^，,？?]{{2,}}?(?:{_PLACE}|里[面头]?|[这那]方面))"
    r"(?:里[面头]?|上|中|的)?[？?。 ]*$"
)
_BEFORE_LIST = re.compile(r"[^，,、]{4,}[，,](?=[^，,、]{1,12}(?:、|[跟和与比])[^，,]*$)")
_ASK_BREAK = re.compile(
    r"([，,、；;？?。]|(?:以及|还有(?!多少|几)|和|与|及)(?=[^，,、；;？?。]*(?:多少|几|率))"
    r"|(?<=率)(?:以及|和|与|及)(?=[^，,、；;？?。]*(?:批次|损失|金额|数)$))"  # 合格率和抽检批次
)
# In a question for figures every 几趟 and 几多 asks for one.
_HOW_MUCH = re.compile(
    r"(?<![好近前后十])几(?![一二三四五六七八九十是时何乎]|.(?:荣誉|奖项|称号|先进))[^\W\d]"
)
_BARE = re.compile("多少")
_NAMED_MEASURE = re.compile(r"率$|[增涨降][速幅]$|批次$|损失|罚没款|金额|[案件户家台批次人]数$")
_WHICH = re.compile(
    r"(?:是|到底|究竟)?(?:哪个|哪家|哪边|谁)(?P<side>.{0,4})[多少高低大短长快慢](?:些|一点)?"
)
_DIFFERENCE = re.compile(
    r"相?[差多少高低][出了]?(?:多少|几)(?:个?(?:百分)?点|[\u4e00-\u9fff]{1,2})?"
)
_POINTS = re.compile(
    r"[多少](?:[报查办抽检罚立结移做](?=了?(?:多少|几))|收(?=了?(?:多少|几)(?![^，,]{0,3}[税费租钱水])))|(?<![查访设建布])[多少高低差]?[了出]?(?<![查访设建布]了)(?:几|多少)个?(?:百分)?点(?!位)|百分之(?:几|多少)"
)
# 快检跟监督抽检比，哪个合格率高: of both things, one question.
_COMPARED = re.compile(r"(?P<things>[^，,]+[跟和与][^，,]+?)(?:相比|比)[，,]\s*(?:哪个|哪样|谁)的?")
# 快检多少批，还有监督抽检: of one more thing the same is asked.
_NAMED_BESIDE = re.compile("(?:还有|以及)(?P<thing>[\u4e00-\u9fff]{2,10})")
_HOW_WELL = re.compile("[做干搞抓办弄管写]得.*")  # 哪家做得好
_NOW = re.compile("(现在|如今|目前|眼下)")  # 原来几天，现在呢
_WHETHER_DONE = re.compile(r"([\u4e00-\u9fff])了?没有?\1?[？?]?")  # 罚了没罚
# 掏了多少钱进去: how an act went on says nothing of what was done.
_COMPLEMENT = re.compile(
    r"((?:多少|几)[\u4e00-\u9fff]{1,2}?)[进出上下回过起][来去](?=$|[，,。？?！!\s呢])"
)
# What stands between two amounts that are asked for as one: 从多少天减到多少天, 几类各多少家.
_ONE_AMOUNT = re.compile("[到至成为各占比里中]|分别|一共|合计|总共")
_JOINS = ("、", "以及", "还有", "和", "与", "及")
_EACH = re.compile(r"各(?:是|有|多少|几|为|占|达|[\u4e00-\u9fff]{1,3}(?:百分之)?(?:多少|几))|分别")


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


def substance(content: str) -> str:
    """The words of substance, apart by spaces; all of it if nothing would be left."""
    return _substance(content) or re.sub(r"[？?！!。\s]+", " ", content).strip()


def _substance(content: str) -> str:
    rest = question_words().empty.sub(" ", content)
    return re.sub(r"[，,、；;：:？?！!。.\s“”\"'‘’（）()《》<>]+", " ", rest).strip()


def split_asks(content: str) -> tuple[Ask, ...]:
    """The parts of a question that each ask for a figure, in order."""
    asks: list[Ask] = []
    context, said = "", content
    for part in _parts(content):
        bare = part.strip(" 和跟与比")
        if (which := _WHICH.fullmatch(bare)) or _DIFFERENCE.fullmatch(bare):
            said = said.replace(part, "")
            if not asks and context.strip():
                asks.append(Ask(context.strip(), "", "", f"{context.strip()}多少"))
            asks += _asks_which(which["side"].strip("得的") if which else "", context.strip())
            continue
        found = _asks_of(part, context.strip(), asks)
        if not found and asks and (beside := _NAMED_BESIDE.fullmatch(bare)):
            found = _asks_again(asks[-1:], beside["thing"])
        asks += found
        context += " " + words_of_ask(part)
    if not asks and not _BEFORE_LIST.match(content):
        return (Ask(substance(content), part=content),)
    return tuple(_claim_all_words(asks or [Ask(content)], said.strip(" ，,")))


def _asks_of(part: str, context: str, before: Sequence[Ask]) -> list[Ask]:
    """What one part asks, that stands behind others and what they ask; maybe nothing."""
    bare = part.rstrip(" 呢")
    if question_words().figure.search(part) or _HOW_MUCH.search(part):
        return [Ask(words_of_ask(part), context, _unit_of_ask(part), part)]
    if named := _NAMED_MEASURE.search(bare):
        unit = "批次" if named[0] == "批次" else _unit_of_ask(bare)
        return [Ask(words_of_ask(bare), context, unit, part)]
    if before and (stage := _NOW.fullmatch(bare.strip()) or _whether().fullmatch(part.strip())):
        unit = before[-1].unit
        return [Ask(stage[1], context, unit, f"{stage[1]}多少{unit}")]
    if before and part.rstrip().endswith("呢") and bare.strip():
        return _asks_again(before, part)
    if before and (act := _WHETHER_DONE.fullmatch(part.strip())):
        return [Ask(act[1], context, "", f"{act[1]}了多少")]
    return []


def _asks_which(side: str, context: str) -> list[Ask]:
    """What 谁不合格的多 asks, behind 谁抽得多: how many did not pass; nothing where no side is."""
    is_side = side and statement_words().stage.fullmatch(side)
    return [Ask(side, context, "", f"{side}多少")] if is_side else []


def _parts(content: str) -> list[str]:
    """The parts of a question; what is listed before 各 or 分别 is one: 药店、诊所各检查多少家."""
    pieces = _ASK_BREAK.split(_COMPARED.sub(r"\g<things>的", content))
    parts, listed = list[str](), list[str]()
    for piece, mark in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        asks = _EACH.search(piece) or question_words().figure.search(piece)
        if listed and asks:
            piece = "".join([*listed, piece])  # noqa: PLW2901 - the list is a part of it
            listed = []
        if mark in _JOINS and not question_words().figure.search(piece):
            listed += [piece, mark]
            continue
        parts += [*listed[::2], piece]
        listed = []
    return [one for part in (*parts, *listed[::2]) for one in _amounts_apart(part) if one.strip()]


def _amounts_apart(part: str) -> Iterator[str]:
    """A part of a question, cut behind each amount that it asks for: 投诉几件|举报几件."""
    found = [
        m
        for m in _measure_pattern().finditer(part)
        if m["counted"] is None and not _goes_on(m, part)
    ]
    starts = {m.start() for m in found}
    bare = [m for m in _BARE.finditer(part) if m.start() not in starts]
    found = sorted((*found, *bare), key=re.Match.start)
    rate = next((r for r in statement_words().rates if part.startswith(r)), "")
    behind = bool(found) and bool(_substance(part[found[-1].end() :]))
    start, led_by = 0, ""
    for one, following in pairwise(found):
        between = part[one.end() : following.start()]
        if substance(part[start : one.start()]) and not _ONE_AMOUNT.search(between):
            counted, rest = _split_counted(between)
            listed = not rest and behind  # 查了多少药店|多少诊所
            end = one.end() + len(counted) * bool(rest or listed)  # 投诉几件|举报几件
            act = part[start : one.start()]
            yield led_by + part[start:end]
            start, led_by = end, "" if "率" in between else rate  # 年报率企业多少个体户多少
            led_by = act if listed else led_by
    yield led_by + part[start:]


def _split_counted(words: str) -> tuple[str, str]:
    """The nouns that an amount counts, of the words behind it, and the rest: 农户|改造了."""
    tagged = tag_words(words)
    nouns = "".join(word for word, _tag in takewhile(lambda one: one[1][0] == "n", tagged))
    return nouns, _substance(words.removeprefix(nouns))


def other_parts(content: str) -> tuple[str, ...]:
    """The parts that ask for no figure: after the first that does, and who does something."""
    words, parts = question_words(), _parts(content)
    asks = [bool(words.figure.search(part)) for part in parts]
    first = asks.index(True) if any(asks) else len(parts)
    who = words.sought["person"]
    which = words.which_bureau  # 哪家在搞 alone asks for what the figures tell: whose they are
    before = [
        p
        for p in parts[:first]
        if who.search(p) or (which.search(p) and _substance(_HOW_WELL.sub("", which.sub(" ", p))))
    ]
    after = [
        part
        for part, figure in zip(parts[first:], asks[first:], strict=True)
        if not figure and (words.also.search(part) or is_outcome(part))
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


@cache
def _whether() -> re.Pattern[str]:
    """A part that asks whether what was counted went so: 合格没, 结案了吗."""
    stages = sorted(statement_words().stages, key=len, reverse=True)
    return re.compile(rf"({'|'.join(map(re.escape, stages))})了?(?:没有?|吗|么|否|不)")


def is_outcome(part: str) -> bool:
    """Whether a part of a question is how what was asked before it went: 都改完了吗."""
    return bool(question_words().outcome.search(part.strip()))


def words_of_ask(part: str) -> str:
    """The words of one ask, its measure word (多少家) left out."""
    folded = _COMPLEMENT.sub(r"\1", _POINTS.sub(" ", fold_width(part)))
    while match := _find_measure(folded):
        folded = f"{folded[: match.start()]} {folded[match.end() :]}"
    return substance(folded)


def _unit_of_ask(part: str) -> str:
    """The unit that an ask names, in one spelling; money is 元."""
    match = _find_measure(_POINTS.sub(" ", fold_width(part)))
    if not match:
        return ""
    if match["money"]:
        return "元"
    return unit_words().canonical(match["unit"] or match["counted"])


def _claim_all_words(asks: list[Ask], content: str) -> list[Ask]:
    """A single ask owns all the words, wherever they stand, but for what frames it.

    抽查任务里，联合抽查有多少个: the frame 抽查任务里 says where to look, not what is counted. So
    does what stands before a list of things: 广告检查，药店、饭店各查了多少.
    """
    if len(asks) > 1:
        return asks
    if place := _PLACE_BEHIND.search(content):
        content = f"{place['place']}，{content[: place.start()]}"
    frame = _FRAME.match(content) or _BEFORE_LIST.match(content)
    if not frame:
        return [Ask(words_of_ask(content), "", asks[0].unit, content)]
    own = content[frame.end() :]
    return [Ask(words_of_ask(own), words_of_ask(frame[0]), asks[0].unit, own)]


@cache
def _measure_pattern() -> re.Pattern[str]:
    """多少家, 几批次, 多少万元, 立案件数: the measure that a question names."""
    units = sorted(unit_words().written, key=len, reverse=True)
    return re.compile(
        r"(?:多少|(?<![那这好近前后])几)[万亿]?(?:(?P<money>块?钱)"
        rf"|(?P<unit>(?:{'|'.join(map(re.escape, units))})"
        r"(?:\([套次件份人家户台个批条组项]\))?))"
        r"|(?P<counted>[家户件台起人次]|批次)(?:数(?=[^字据量]|$)|(?<=批次)$)"
    )


def _find_measure(part: str) -> re.Match[str] | None:
    """The measure that stands in a part of a question; 多少家庭 names none."""
    match = _measure_pattern().search(part)
    return None if match and _goes_on(match, part) else match


def _goes_on(measure: re.Match[str], part: str) -> bool:
    """Whether a word goes on where a measure ends: 家庭 of 多少家庭."""
    guards = unit_words().not_before.get(measure["unit"] or "", ())
    return part[measure.end() :].startswith(tuple(guards))

"""Reports about bureaus that do not exist, and what a model may say of them, true and false."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import cn2an  # type: ignore[import-untyped]  # it ships no types

from bot.checking.sources import GivenPassage
from knowledge.models import Bureau, Identity, Level, Report
from knowledge.understanding.periods import Period, YearPart
from knowledge.understanding.sentences import Span

BUREAUS = (
    Bureau("青禾县市场监督管理局", Level.COUNTY),
    Bureau("北岭区市场监管局", Level.DISTRICT),
    Bureau("柳泉市市场监督管理局", Level.CITY),
)
PERIODS = (
    Period(2021),
    Period(2022, YearPart.FIRST_HALF),
    Period(2023, YearPart.SECOND_HALF),
    Period(2024),
)
ITEMS = (
    ("检查", "农贸市场", "家"), ("抽查", "加油站", "家"), ("立案查处", "价格违法案件", "件"),
    ("排查", "在用电梯", "台"), ("抽检", "食用农产品", "批次"), ("调解", "消费纠纷", "起"),
    ("培训", "食品安全员", "人次"), ("建成", "标准化菜场", "个"), ("罚没", "款项", "元"),
)  # fmt: skip
RATES = ("抽检合格率", "年报公示率", "投诉办结率")
EVENTS = ("质量月", "计量日", "食品安全宣传周")
LINES = ("12315", "12345", "96315")
UNITS = ("家", "件", "台", "批次", "起", "人次", "个", "元", "户")


@dataclass(frozen=True)
class World:
    """Three passages of three bureaus and what was written into each."""

    given: tuple[GivenPassage, ...]
    told: tuple["Told", ...]

    @property
    def one(self) -> "Told":
        """What the first passage tells."""
        return self.told[0]


@dataclass(frozen=True)
class Told:
    """The figures and names of one passage."""

    bureau: str
    period: str
    items: tuple[tuple[str, str, int, str], ...]
    rate: str
    percent: str
    masked: str
    day: int
    line: str
    calls: int
    ordinal: int
    event: str

    @property
    def text(self) -> str:
        """The passage."""
        (va, na, a, ua), (vb, nb, b, ub), (vc, nc, c, uc) = self.items
        return (
            f"坚持把监管挺在前面。全年{va}{na}{a}{ua}，{vb}{nb}{b:,}{ub}，{self.rate}达到{self.percent}％。"
            f"截至11月{self.day}日，新登记{self.masked}***户。\n{vc}{nc}{c}{uc}，受理{self.line}来电{self.calls}件，"
            f"举办第{cn2an.an2cn(self.ordinal)}届{self.event}活动。"
        )


def seeded(seed: object) -> random.Random:
    """A generator that gives the same numbers each time."""
    return random.Random(str(seed))  # noqa: S311 - inventions, no secrets


def world(rng: random.Random) -> World:
    """Invent three passages; no number stands in two of them or twice in one."""
    numbers = rng.sample(range(111, 9999), 12)
    bureaus, periods = rng.sample(BUREAUS, 3), rng.sample(PERIODS, 3)
    percents = rng.sample(range(801, 999), 3)
    told, given = [], []
    for index in range(3):
        items = rng.sample(ITEMS, 3)
        one = Told(
            bureau=bureaus[index].name,
            period=str(periods[index]),
            items=tuple(
                (verb, noun, numbers[index * 4 + i] * (100 if unit == "元" else 1), unit)
                for i, (verb, noun, unit) in enumerate(items)
            ),
            rate=RATES[index],
            percent=f"{percents[index] / 10}",
            masked=("经营主体", "个体工商户", "农民合作社")[index],
            day=rng.randrange(11, 29),
            line=LINES[index],
            calls=numbers[index * 4 + 3],
            ordinal=index * 3 + rng.randrange(3, 6),
            event=EVENTS[index],
        )
        identity = Identity(bureaus[index], periods[index])
        report = Report(f"r{index}", f"{index}.txt", f"{index}", identity, one.text)
        told.append(one)
        given.append(GivenPassage(index + 1, report, Span(0, len(one.text)), ("一、主要工作",)))
    return World(tuple(given), tuple(told))


def forms(rng: random.Random, value: int) -> str:
    """A whole number as one may write it."""
    wide = str(value).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    written = [f"{value}", f"{value:,}", wide, cn2an.an2cn(value)]
    written += [f"{value / 10000}万"] if value >= 10000 else []
    return str(rng.choice(written))


def percent(rng: random.Random, value: str) -> str:
    """A rate as one may write it."""
    wide = value.translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    return rng.choice(
        [f"{value}%", f"{value}％", f"{wide}％", f"百分之{cn2an.an2cn(value)}", f"{value}0%"]
    )


def _head(told: Told) -> str:
    return f"{told.bureau}{told.period}"


Say = Callable[[random.Random, World], str]


def _whole(rng: random.Random, w: World) -> str:
    verb, noun, n, unit = w.one.items[0]
    return f"{_head(w.one)}{verb}{noun}{forms(rng, n)}{unit}[1]。"


def _reordered(rng: random.Random, w: World) -> str:
    (va, na, a, ua), (vb, nb, b, ub), _ = w.one.items
    return f"{vb}{nb}{forms(rng, b)}{ub}，{va}{na}{forms(rng, a)}{ua}。[1]"


def _rate(rng: random.Random, w: World) -> str:
    return f"{w.one.bureau}的{w.one.rate}为{percent(rng, w.one.percent)}[1]。"


def _concealed(rng: random.Random, w: World) -> str:
    date = f"截至11月{w.one.day}日，"
    said = (f"新登记{w.one.masked}的户数原文已隐去", f"新登记{w.one.masked}***户（原文已隐去）")
    return f"{rng.choice(('', date))}{rng.choice(said)}[1]。"


def _two_bureaus(rng: random.Random, w: World) -> str:
    parts = []
    for told, n in zip(w.told[:2], (1, 2), strict=True):
        verb, noun, value, unit = told.items[2]
        parts.append(f"{_head(told)}{verb}{noun}{forms(rng, value)}{unit}[{n}]")
    return "，".join(parts) + "。"


def _marks_at_the_end(rng: random.Random, w: World) -> str:
    return _two_bureaus(rng, w).replace("[1]", "").replace("[2]。", "[1][2]。")


def _listed(rng: random.Random, w: World) -> str:
    lines = [f"{_head(w.one)}主要情况如下："]
    for n, (verb, noun, value, unit) in enumerate(w.one.items, 1):
        lines.append(f"{n}. {noun}：{verb}{forms(rng, value)}{unit}[1]")
    return "\n".join(lines)


def _names(rng: random.Random, w: World) -> str:
    ordinal = rng.choice((str(w.one.ordinal), cn2an.an2cn(w.one.ordinal)))
    calls = forms(rng, w.one.calls)
    return f"举办第{ordinal}届{w.one.event}活动，受理{w.one.line}来电{calls}件【1】。"


def _refusal(rng: random.Random, w: World) -> str:
    said = ("材料里没有找到药品抽检的批次。", f"关于{w.one.bureau}的广告监测，材料中没有提到。")
    return f"{_rate(rng, w)}{rng.choice(said)}"


def _noun_first(rng: random.Random, w: World) -> str:
    _, noun, n, unit = w.one.items[0]
    return f"在{w.one.period}，{noun}共有{forms(rng, n)}{unit}被{w.one.items[0][0]}[1]。"


def _dated(rng: random.Random, w: World) -> str:
    verb, noun, n, unit = w.one.items[0]
    year = w.one.period[:4]
    date = f"{rng.choice(('', year + '年'))}11月{w.one.day}日"
    said = f"截至{date}，新登记{w.one.masked}户数原文已隐去[1]。"
    return f"{said}{verb}{noun}{forms(rng, n)}{unit}[1]。"


def _dealt_out(rng: random.Random, w: World) -> str:
    (_, na, a, ua), (_, nb, b, ub), _ = w.one.items
    return f"{na}、{nb}分别为{forms(rng, a)}{ua}、{forms(rng, b)}{ub}[1]。"


FAITHFUL: dict[str, Say] = {
    "with bureau and period": _whole, "clauses reordered": _reordered, "rate": _rate,
    "concealed": _concealed, "two bureaus": _two_bureaus, "marks at the end": _marks_at_the_end,
    "listed": _listed, "names": _names, "refusal": _refusal, "noun first": _noun_first,
    "dated": _dated, "dealt out": _dealt_out,
}  # fmt: skip


def _other_digit(rng: random.Random, value: int) -> int:
    digits = list(str(value))
    place = rng.randrange(len(digits))
    digits[place] = rng.choice([d for d in "123456789" if d != digits[place]])
    return int("".join(digits))


def _said(w: World, value: object = None, unit: str = "", n: str = "[1]", head: str = "") -> str:
    verb, noun, own, own_unit = w.one.items[0]
    written = own if value is None else value
    return f"{head}{verb}{noun}{written}{unit or own_unit}{n}。"


def _wrong_unit(rng: random.Random, w: World) -> str:
    return _said(w, unit=rng.choice([u for u in UNITS if u != w.one.items[0][3]]))


def _more_decimals(rng: random.Random, w: World) -> str:
    return f"{w.one.rate}为{w.one.percent}{rng.randrange(1, 9)}%[1]。"


def _mask_filled(rng: random.Random, w: World) -> str:
    numbers = [w.one.items[0][2], w.told[1].items[0][2], rng.randrange(10, 99999)]
    return f"新登记{w.one.masked}{rng.choice(numbers)}户[1]。"


def _own_period_of(other: Told, w: World) -> str:
    return _said(w, head=f"{w.one.bureau}{other.period}")


def _ratio(rng: random.Random, w: World) -> str:
    a, b = sorted((w.one.items[0][2], w.one.items[1][2]))
    return rng.choice([f"{w.one.rate}比上年翻了一番[1]。", f"前者占后者的{a / b * 100:.1f}%[1]。"])


def _wrong_name(rng: random.Random, w: World) -> str:
    line = rng.choice([x for x in LINES if x != w.one.line])
    named = (f"受理{line}来电{w.one.calls}件", f"举办第{w.one.ordinal + 1}届{w.one.event}活动")
    return f"{rng.choice((*named, '推行“5+' + str(w.one.day) + '”清单管理'))}[1]。"


PLANTED: dict[str, Say] = {
    "digit": lambda r, w: _said(w, _other_digit(r, w.one.items[0][2])),
    "decimals": _more_decimals,
    "unit": _wrong_unit,
    "figure of another bureau": lambda _, w: _said(w, w.told[1].items[0][2], w.told[1].items[0][3]),
    "passage of another bureau": lambda _, w: _said(
        replace(w, told=w.told[1:]), n="[2]", head=w.one.bureau
    ),
    "figure under another bureau's name": lambda _, w: _said(w, head=w.told[1].bureau),
    "figure under another bureau's lead": lambda _, w: f"{w.told[1].bureau}情况如下：\n{_said(w)}",
    "figure under another period": lambda r, w: _own_period_of(r.choice(w.told[1:]), w),
    "mask filled": _mask_filled,
    "figure uncited": lambda _, w: _said(w, n=""),
    "passage not given": lambda r, w: _said(w, n=f"[{r.randrange(4, 99)}]"),
    "sum": lambda _, w: _said(w, w.one.items[0][2] + w.one.items[1][2]),
    "difference": lambda _, w: f"两者相差{abs(w.one.items[0][2] - w.one.items[1][2])}家[1]。",
    "ratio": _ratio,
    "date": lambda r, w: f"截至11月{w.one.day - r.randrange(1, 9)}日，{_said(w)}",
    "name": _wrong_name,
    "swapped": lambda _, w: (
        f"受理{w.one.line}来电{w.one.items[0][2]}{w.one.items[0][3]}，"
        f"{w.one.items[0][0]}{w.one.items[0][1]}{w.one.calls}件[1]。"
    ),
    "uncited": lambda r, w: f"{w.one.bureau}{r.choice(('全面推行智慧监管', '未发现假药'))}。",
    "dangling": lambda r, w: (
        f"材料里没有找到药品情况，但{w.one.event}{r.choice(('很好', '成效明显'))}。"
    ),
    "not asked": lambda _, w: _said(replace(w, told=w.told[2:]), n="[3]"),
}

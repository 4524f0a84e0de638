"""Checks of a draft's arithmetic: what the store's own check of sums leaves to be asked; pure.

That one counts for every report that is loaded, and passes over what could be meant otherwise.
Here somebody reads what is found, so more wordings are taken for what they most likely are.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, groupby, pairwise

from bot.ledger.gathering import LedgerEntry
from bot.proofreading.findings import ProofDraft, ProofFinding, ProofKind, StoredMaterial
from bot.proofreading.vocabulary import proof_phrase, proof_words
from knowledge.understanding.figures import Figure
from knowledge.understanding.sums import find_doubts, plain_number

_PERCENT = "%"
_RATE = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{0,6}?(?P<not>[不未非]?)(?P<act>[\u4e00-\u9fff]{2}))"
    r"率(?:为|达到?了?|是|约)?$"
)
_OTHER_RATE = re.compile(r"按期|按时|限期|到期|首次|初次|一次|综合|平均|总体|上年|去年|同比|较")
_ACT_DONE = r"(?:了|完成|完毕|到位|处理)?(?:案件|问题|隐患|企业|的)?$"
_COMPARED = re.compile(
    r"[，,、（(]?(?:比|较)(?:上年|去年|上一年|前年|同期|上期|年初|上半年|20\d\d年)(?:度|上半年)?(?:同期|[底末])?的?$|[，,]?(?:上年|去年)同期(?:为|是)?$"
)
_CHANGED = re.compile(r"[，,）)]?(?:同比)?(?P<way>增长|增加|上升|提高|下降|减少|降低)了?$")
_ACTS = "整改|改正|办结|处置|处理|解决|销号|落实|答复|修复|整治|完成|核查|化解|检验"
_DEALT = re.compile(
    rf"[，,（(]?(?:其中)?[，,：:]?(?:已|均已|现已|目前已|已经)?(?:当场|现场|立即|按期|全部)?"
    rf"(?:完成|进行)?(?P<act>{_ACTS})(?:完成|到位|完毕|办结)?(?:了)?$"
)
_LEFT = re.compile(
    rf"[，,、；;](?:(?P<rest>剩余|其余|还有|余下|尚有|剩下|仍有|另有|正在|尚未|未|待)|责令限期|限期|逐步)"
    rf"(?:的|还|正在|尚未|未|没有|待|限期)*(?:{_ACTS})?(?:的|中)?$"
)
_TOTAL = re.compile(
    r"(?:以上|上述)?(?:[两三四五六七八九][类项种者][\u4e00-\u9fff]{0,4})?"
    r"(?P<lead>合计|共计|总计|总共|一共|总数|总量|共|累计)(?!同|享|建|治|性)(?P<act>[\u4e00-\u9fff]{0,10})$"
)
_COUNTED_ACTS = ("检查", "排查", "走访", "涉及", "达", "为", "有", "是", "各类")
_ITEM = re.compile(r"[^，,。；;：:\d（）()]{0,14}[、和及与][^，,。；;：:\d（）()]{0,14}")
_AMONG_THEM, _MOST_BESIDE, _MANY = "其中", 6, 3
_LEADS = re.compile(r"[，,；（(]其中[，,：:]?[^，,。；;：:\d（）()]{0,14}")
_ITEM_APART = re.compile("[、和及与]")
_FOUND = re.compile(r"(?:发现|排查|查出|检出|摸排|查找)(?:出)?(?:各类|问题|隐患|风险|安全|点)*$")
_ONLY_LIKELY = "sums_mistyped"
_EACH = re.compile(
    r"(?P<times>\d[\d,]*)(?P<of>[场期次批个家名户轮班天组])[，,]每(?P=of)"
    r"[\u4e00-\u9fff]{0,6}?(?P<each>\d[\d,]*)(?P<unit>[\u4e00-\u9fff]{1,2})[，,、]"
    r"(?:共计|合计|总计|共)[\u4e00-\u9fff]{0,6}?(?P<all>\d[\d,]*)(?P=unit)"
)
_AMONG = re.compile(r".*[。；\n]\s*其中[，,：:]?[^，。；\d]{0,12}", re.DOTALL)
_REST = re.compile("其他|其它|其余")
_REACH = 24
_PORTION = re.compile(r"(?:^|[，,；])(?P<name>[\u4e00-\u9fff]{2,10}?)(?:所)?占比?(?:为|达到?|是)?$")
_FACTORS = ("times", "each", "all")
_LEAST = Decimal("0.001")
_DECIMALS = re.compile(r"\d\.(\d+)")


def sum_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Parts and totals, rates and changes that do not come out."""
    statements = [entry.statement for entry in draft.entries]
    for doubt in find_doubts(draft.text, statements):
        yield ProofFinding(ProofKind.SUMS, *doubt.span, doubt.sentence + "。", certain=True)
    for _, group in groupby(draft.entries, key=lambda entry: entry.statement.sentence):
        entries = [entry for entry in group if _is_exact(entry.statement.figure)]
        yield from _rates(draft.text, entries)
        yield from _changes(draft.text, entries)
        yield from _rests(draft.text, entries)
        yield from _overdone(draft.text, entries)
        yield from _listed_parts(draft.text, entries)
        yield from _totals(draft.text, entries)
        yield from _portions(draft.text, entries)
    yield from _parts_apart(draft)
    yield from _products(draft.text)


def _parts_apart(draft: ProofDraft) -> Iterator[ProofFinding]:
    """立案287件。其中，食品类120件、其他172件: parts in the sentence after their total."""
    groups = [
        [e.statement.figure for e in group if _is_exact(e.statement.figure)]
        for _, group in groupby(draft.entries, key=lambda entry: entry.statement.sentence)
    ]
    for before, parts in pairwise(groups):
        lead = draft.text[max(0, parts[0].start - _REACH) : parts[0].start] if parts else ""
        if not _AMONG.fullmatch(lead):
            continue
        unit = parts[0].unit
        listed = [part for part in parts if part.unit == unit]
        totals = [figure for figure in before if figure.unit == unit]
        if len(listed) < 2 or len(listed) < len(parts) or not totals:
            continue
        total = sum((_value(part) for part in listed), Decimal(0))
        rest = _REST.search(draft.text, listed[-2].end, listed[-1].start)
        fits = any(total == _value(t) if rest else total <= _value(t) for t in totals)
        if not fits:
            yield _rest_finding(listed[0], listed[-1], listed, totals[0])


def _is_exact(figure: Figure) -> bool:
    return figure.value is not None and not (figure.masked or figure.approximate)


def _rates(text: str, entries: Sequence[LedgerEntry]) -> Iterator[ProofFinding]:
    """发现问题54个，整改50个，整改率100%: what was done, as a share of a count before it."""
    start = 0
    for n, entry in enumerate(entries):
        rate = entry.statement.figure
        if rate.unit != _PERCENT:
            continue
        counts, start = [e.statement.figure for e in entries[start:n]], n + 1
        named = _RATE.search(text, entry.statement.sentence.start, rate.start)
        if named is None or _OTHER_RATE.search(named["name"]):
            continue
        done = re.compile(f"(?P<not>[不未非])?{named['act']}{_ACT_DONE}")
        found = [
            (f, bool(match["not"]))
            for f in counts
            if (match := done.search(text, entry.statement.sentence.start, f.start))
        ]
        if not found:
            continue
        part, is_rest = next((each for each in reversed(found) if not each[1]), found[-1])
        wholes = [f for f in counts if f.unit == part.unit and f.end < part.start]
        is_rest = is_rest != bool(named["not"])
        shares = [_share(part, whole, is_rest=is_rest) for whole in wholes if whole.value]
        if shares and not any(abs(share - _value(rate)) < _step(rate) for share in shares):
            whole = wholes[shares.index(min(shares))]
            yield _finding(
                "sums_rate", whole, rate,
                part=part.text, whole=whole.text, found=_percent(min(shares)), rate=rate.text,
            )  # fmt: skip


def _changes(text: str, entries: Sequence[LedgerEntry]) -> Iterator[ProofFinding]:
    """罚没款452万元，比上年的406万元增长15%（增加46万元）: two values and the change."""
    figures = [entry.statement.figure for entry in entries]
    for new, old, change in zip(figures, figures[1:], figures[2:], strict=False):
        way = _CHANGED.fullmatch(text, old.end, change.start)
        compared = _COMPARED.search(text, new.end, old.start)
        if (
            not (way and compared)
            or change.unit not in (_PERCENT, new.unit)
            or new.unit != old.unit
            or not old.value
        ):
            continue
        is_share = change.unit == _PERCENT and new.unit != _PERCENT
        found = _value(new) - _value(old)
        found = found * 100 / _value(old) if is_share else found
        stated = _value(change) * (1 if way["way"] in "增长增加上升提高" else -1)
        if abs(found - stated) >= (_step(change) + Decimal("0.1") if is_share else _LEAST):
            shown = _percent(found) if is_share else plain_number(found) + new.unit
            yield _finding(
                "sums_change", new, change,
                old=old.text, new=new.text, found=shown, change=change.text,
            )  # fmt: skip


def _rests(text: str, entries: Sequence[LedgerEntry]) -> Iterator[ProofFinding]:
    """隐患44条，其中已整改42条、正在整改3条: what is done and what is not make up all.

    What has to be done within a time (限期整改) may leave out a third kind, but never exceeds.
    """
    figures = [entry.statement.figure for entry in entries]
    for whole, done, rest in zip(figures, figures[1:], figures[2:], strict=False):
        left = _LEFT.fullmatch(text, done.end, rest.start)
        if not (left and _DEALT.fullmatch(text, whole.end, done.start)):
            continue
        if not whole.unit == done.unit == rest.unit:
            continue
        total = _value(done) + _value(rest)
        if total > _value(whole) or (left["rest"] and total != whole.value):
            yield _rest_finding(whole, rest, [done, rest], whole)


def _overdone(text: str, entries: Sequence[LedgerEntry]) -> Iterator[ProofFinding]:
    """发现问题48个，整改到位51个: more was mended than was found."""
    for entry, other in pairwise(entries):
        whole, done = entry.statement.figure, other.statement.figure
        found = _FOUND.search(text, entry.statement.sentence.start, whole.start)
        after = _DEALT.fullmatch(text, whole.end, done.start)
        if found and after and whole.unit == done.unit and _value(done) > _value(whole):
            yield _finding("sums_more", whole, done, part=done.text, whole=whole.text)


def _listed_parts(text: str, entries: Sequence[LedgerEntry]) -> Iterator[ProofFinding]:
    """受理2,206件，其中投诉1,702件、举报356件、咨询138件: a list that should make up its total.

    It should where it names all there are, or where one figure in one digit would have it so.
    """
    figures = [entry.statement.figure for entry in entries]
    for place, (total, first) in enumerate(pairwise(figures), 1):
        if total.unit != first.unit or not _LEADS.fullmatch(text, total.end, first.start):
            continue
        listed = _listed_after(text, figures[place:])
        if text.startswith("、", listed[-1].end):  # it goes on: 场（厂）内专用机动车辆
            continue
        missing = _value(total) - sum(map(_value, listed))
        lead = text.rfind(_AMONG_THEM, total.end, first.start) + len(_AMONG_THEM)
        names = _ITEM_APART.split(text[lead : listed[-1].end])
        if missing and _names_all(names):
            yield _rest_finding(total, listed[-1], listed, total)
        elif missing > 0 and any(_mistyped(f, missing, len(listed)) for f in listed):
            yield _rest_finding(total, listed[-1], listed, total, key="sums_mistyped")


def _listed_after(text: str, figures: Sequence[Figure]) -> list[Figure]:
    """The first figures of one unit that 、 joins to a list."""
    listed = list(figures[:1])
    for figure in figures[1:]:
        before = listed[-1]
        if figure.unit != before.unit or not _ITEM.fullmatch(text, before.end, figure.start):
            break
        listed.append(figure)
    return listed


def _names_all(names: Sequence[str]) -> bool:
    """Whether a list names each of the things that make up a whole, and nothing else."""
    return any(
        len(kinds) == len(names)
        and all(sum(any(w in n for w in kind.split("|")) for n in names) == 1 for kind in kinds)
        for kinds in proof_words().exhaustive
    )


def _mistyped(part: Figure, missing: Decimal, parts: int) -> bool:
    """Whether a part with what is missing is the part with two digits swapped.

    One digit that is another says so only in a list of many: of two parts it may well be the rest.
    """
    one, two = plain_number(_value(part)), plain_number(_value(part) + missing)
    if len(one) != len(two):
        return False
    differing = [n for n, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
    swapped = len(differing) == 2 and sorted(one) == sorted(two)
    return (len(differing) == 1 and parts >= _MANY) or (
        swapped and differing[1] - differing[0] == 1
    )


def _totals(text: str, entries: Sequence[LedgerEntry]) -> Iterator[ProofFinding]:
    """药店3家、诊所4家，共检查6家: a list, and the total that is told right after it."""
    figures = [entry.statement.figure for entry in entries]
    for place, total in enumerate(figures):
        start = max(text.rfind(mark, 0, total.start) for mark in "，,；;。\n（(") + 1
        told = _TOTAL.fullmatch(text, start, total.start)
        listed = _listed_before(text, figures[:place]) if told else []
        if told is None or len(listed) < 2 or start - listed[-1].end > 1:
            continue
        said = text[entries[place].statement.sentence.start : listed[-1].end]
        act = told["act"][:2]
        if total.unit != listed[-1].unit or _AMONG_THEM in said:
            continue
        if act and not told["act"].startswith(_COUNTED_ACTS) and act not in said:
            continue
        beside = [f for f in figures[: place - len(listed)] if f.unit == total.unit]
        if _makes_up(listed, beside, total):
            continue
        if told["lead"] != "累计" or sum(map(_value, listed)) > _value(total):
            yield _rest_finding(listed[0], total, listed, total)


def _portions(text: str, entries: Sequence[LedgerEntry]) -> Iterator[ProofFinding]:
    """设备1,120台，其中电梯386台，电梯占比43.5%: a part by its name, and its share."""
    figures = [entry.statement.figure for entry in entries]
    for place, rate in enumerate(figures):
        start = entries[place].statement.sentence.start
        named = _PORTION.search(text, start, rate.start)
        if named is None or rate.unit != _PERCENT:
            continue
        parts = [f for f in figures[:place] if text.endswith(named["name"], start, f.start)]
        for part in parts[:1]:
            wholes = [f for f in figures[:place] if f.unit == part.unit and f.end < part.start]
            shares = [_share(part, whole, is_rest=False) for whole in wholes if whole.value]
            if shares and not any(abs(share - _value(rate)) < _step(rate) for share in shares):
                yield _finding(
                    "sums_rate", wholes[0], rate,
                    part=part.text, whole=wholes[0].text, found=_percent(shares[0]), rate=rate.text,
                )  # fmt: skip


def _listed_before(text: str, figures: Sequence[Figure]) -> list[Figure]:
    """The last figures of one unit that 、 joins to a list."""
    listed = list(figures[-1:])
    for figure in reversed(figures[:-1]):
        after = listed[0]
        if figure.unit != after.unit or not _ITEM.fullmatch(text, figure.end, after.start):
            break
        listed.insert(0, figure)
    return listed


def _makes_up(listed: Sequence[Figure], beside: Sequence[Figure], total: Figure) -> bool:
    """Whether a list makes up a total, with any of the figures before it."""
    if len(beside) > _MOST_BESIDE:
        return True
    missing = _value(total) - sum(map(_value, listed))
    sizes = range(len(beside) + 1)
    return any(
        sum(map(_value, added)) == missing for n in sizes for added in combinations(beside, n)
    )


def _products(text: str) -> Iterator[ProofFinding]:
    """培训3期，每期60人，共240人: so many times, so many each, and how many in all."""
    for match in _EACH.finditer(text):
        times, each, told = (Decimal(match[name].replace(",", "")) for name in _FACTORS)
        if times * each != told:
            found, unit = plain_number(times * each), match["unit"]
            why = proof_phrase(
                "say.sums_each", times=match["times"] + match["of"], each=match["each"] + unit,
                found=found + unit, told=match["all"] + unit,
            )  # fmt: skip
            yield ProofFinding(ProofKind.SUMS, *match.span(), why, certain=True)


def _rest_finding(
    first: Figure, last: Figure, parts: Sequence[Figure], whole: Figure, key: str = "sums_rest"
) -> ProofFinding:
    total = sum(map(_value, parts), Decimal(0))
    return _finding(
        key, first, last,
        parts="、".join(part.text for part in parts),
        sum=(f"{total:,f}" if "," in whole.text else plain_number(total)) + whole.unit,
        whole=whole.text,
    )  # fmt: skip


def _finding(key: str, first: Figure, last: Figure, **fields: str) -> ProofFinding:
    why, certain = proof_phrase(f"say.{key}", **fields), key != _ONLY_LIKELY
    return ProofFinding(ProofKind.SUMS, first.start, last.end, why, certain=certain)


def _value(figure: Figure) -> Decimal:
    return figure.value or Decimal(0)


def _share(part: Figure, whole: Figure, *, is_rest: bool) -> Decimal:
    share = _value(part) * 100 / _value(whole)
    return 100 - share if is_rest else share


def _step(figure: Figure) -> Decimal:
    """How coarsely a rate is written: 86.5% to a tenth."""
    decimals = _DECIMALS.search(figure.text)
    return Decimal(10) ** -len(decimals[1]) if decimals else Decimal(1)


def _percent(value: Decimal) -> str:
    return plain_number(round(value, 2)) + _PERCENT

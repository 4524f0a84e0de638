"""Checks of a draft's arithmetic: what the store's own check of sums leaves to be asked; pure.

That one counts for every report that is loaded, and passes over what could be meant otherwise.
Here somebody reads what is found, so more wordings are taken for what they most likely are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, groupby, pairwise, takewhile

from bot.checking.wordings import borne_places, plain_text, telling_places
from bot.proofreading.amounts import (
    amount,
    are_swapped,
    coarseness,
    decimal_step,
    is_exact,
    is_mistyped,
    is_one_digit_off,
)
from bot.proofreading.findings import ProofDraft, ProofFinding, ProofKind, StoredMaterial
from bot.proofreading.vocabulary import proof_phrase, proof_words
from knowledge.models import Statement
from knowledge.understanding.figures import Figure
from knowledge.understanding.sums import find_doubts, plain_number

_PERCENT, _MONEY = "%", "元"
_RATE = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{0,6}?(?P<not>[不未非]?)(?P<act>[\u4e00-\u9fff]{2}))"
    r"率(?:为|达到?了?|是|约)?$"
)
_OTHER_RATE = re.compile(r"按期|按时|限期|到期|首次|初次|一次|综合|平均|总体|上年|去年|同比|较")
_ACT_DONE = r"(?:了|完成|完毕|到位|处理)?(?:案件|问题|隐患|企业|的)?$"
_COMPARISONS, _LAST = ("比", "较"), re.compile("[上去]|同期|年初")
_ACTS = "整改|改正|办结|处置|处理|解决|销号|落实|答复|修复|整治|完成|核查|化解|检验"
_DEALT = re.compile(
    rf"[，,（(]?(?:其中)?[，,：:]?(?:已|均已|现已|目前已|已经)?(?:当场|现场|立即|按期|全部)?"
    rf"(?:完成|进行)?(?P<act>{_ACTS})(?:完成|到位|完毕|办结)?(?:了)?$"
)
_LEFT = re.compile(
    rf"[，,、；;](?:(?P<rest>剩余|其余|还有|余下|尚有|剩下|仍有|另有|正在|尚未|未|待)|责令限期|限期|逐步)"
    rf"(?:的|还|正在|尚未|未|没有|待|限期)*(?:{_ACTS})?(?:的|中)?$"
)
_COUNT = "两三四五六七八九"
_TOTAL = re.compile(
    rf"(?:以上|上述)?(?:(?P<of>[{_COUNT}])[类项种者级][\u4e00-\u9fff]{{0,4}})?"
    r"(?P<lead>合计|共计|总计|总共|一共|总数|总量|共|累计)(?!同|享|建|治|性)(?P<act>[\u4e00-\u9fff]{0,10})$"
)
_COUNTED_ACTS = ("检查", "排查", "走访", "涉及", "达", "为", "有", "是", "各类")
_ITEM = re.compile(r"[^，,。；;：:（）()]{0,14}[、和及与][^，,。；;：:（）()]{0,14}")
_ENDED = re.compile(r"[^，,；;。\n（(]{0,20}[，,；;。\n（(]?")
"""What may stand between a list and its total: how its clause ends, and a mark."""
_CLAUSE_ITEM = re.compile(r"[^。；;：:（）()]{0,24}")
_AMONG_THEM, _MOST_BESIDE, _MANY = "其中", 6, 3
_LEADS = re.compile(r"[，,；（(]其中[，,：:]?[^，,。；;：:（）()]{0,14}")
_ITEM_APART = re.compile("[、和及与]")
_FOUND = re.compile(r"(?:发现|排查|查出|检出|摸排|查找)(?:出)?(?:各类|问题|隐患|风险|安全|点)*$")
_ONLY_LIKELY = ("sums_mistyped", "sums_average")
_AMONG = re.compile(r".*[。；\n]\s*其中[，,：:]?[^，。；\d]{0,12}", re.DOTALL)
_REST = re.compile("其他|其它|其余")
_REACH = 24
_SHARE = re.compile(r"(?:^|[，,；])(?P<name>[\u4e00-\u9fff]{0,10}?)(?:所)?占比?(?:为|达到?|是)?$")
_AVERAGE = re.compile(
    r"(?:平均每(?P<each>人|[\u4e00-\u9fff]{1,2}?)|(?P<of>[人户件案])均)(?P<what>[\u4e00-\u9fff]{0,8})$"
)
_COUNTED_BY, _MONTH = {"人": ("人", "名"), "案": ("件", "起", "宗")}, "月"
_IS_SHARE = re.compile(r"占比?(?:为|达到?|约)?$")
_LEAST = Decimal("0.001")


def sum_findings(draft: ProofDraft, _stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Parts and totals, rates and changes that do not come out."""
    text, statements = draft.text, [entry.statement for entry in draft.entries]
    for doubt in find_doubts(text, statements):
        yield ProofFinding(ProofKind.SUMS, *doubt.span, doubt.sentence + "。", certain=True)
    subjects = {statement.figure.start: statement.subject for statement in statements}
    before: list[Figure] = []
    for begin, group in groupby(statements, key=lambda each: _clauses_begin(text, each)):
        figures = [s.figure for s in group if is_exact(s.figure)]
        yield from _rates(text, begin, figures, subjects, before)
        yield from _shares(text, begin, figures)
        before = figures
    for sentence, group in groupby(statements, key=lambda statement: statement.sentence):
        told = [statement.figure for statement in group]
        figures = list(filter(is_exact, told))
        yield from _changes(text, figures)
        yield from _rests(text, figures)
        yield from _overdone(text, sentence.start, figures)
        yield from _all_shares(text, figures)
        for known, run in groupby(told, key=is_exact):
            if known:
                listed = list(run)
                yield from _listed_parts(text, listed)
                yield from _totals(text, sentence.start, listed)
    every = [statement.figure for statement in statements if is_exact(statement.figure)]
    for begin, group in groupby(statements, key=lambda s: text.rfind("\n", 0, s.figure.start) + 1):
        yield from _averages(draft, begin, [statement.figure for statement in group], every)
    yield from _parts_apart(draft)
    yield from _balances(draft)


def _clauses_begin(text: str, statement: Statement) -> int:
    """Where the full sentence of a statement begins, in which ； parts sentences."""
    return max(text.rfind(mark, 0, statement.sentence.start + 1) for mark in "。\n") + 1


def _parts_apart(draft: ProofDraft) -> Iterator[ProofFinding]:
    """立案287件。其中，食品类120件、其他172件: parts in the sentence after their total."""
    groups = [
        [e.statement.figure for e in group if is_exact(e.statement.figure)]
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
        total = sum(map(amount, listed), Decimal(0))
        rest = _REST.search(draft.text, listed[-2].end, listed[-1].start)
        fits = any(total == amount(t) if rest else total <= amount(t) for t in totals)
        if not fits:
            yield rest_finding(listed[0], listed[-1], listed, totals[0])


def _balances(draft: ProofDraft) -> Iterator[ProofFinding]:
    """新登记1,862户；净增1,105户，注销747户: amounts of a paragraph that have to come out."""
    figures = [e.statement.figure for e in draft.entries if is_exact(e.statement.figure)]
    for line in draft.lines:
        told = [figure for figure in figures if line.start <= figure.start < line.end]
        for names in proof_words().balances:
            found = [_named(draft.text, line.start, told, re.compile(name)) for name in names]
            if any(len(each) != 1 for each in found):
                continue
            whole, *parts = [each[0] for each in found]
            alike = all(part.unit == whole.unit for part in parts)
            if alike and sum(map(amount, parts)) != amount(whole):
                first, *_, last = sorted([whole, *parts], key=lambda figure: figure.start)
                yield rest_finding(first, last, parts, whole)


def _named(text: str, start: int, figures: Sequence[Figure], name: re.Pattern[str]) -> list[Figure]:
    return [figure for figure in figures if name.search(text, start, figure.start)]


def _rates(
    text: str,
    begin: int,
    figures: Sequence[Figure],
    subjects: Mapping[int, str],
    earlier: Sequence[Figure],
) -> Iterator[ProofFinding]:
    """发现问题54个，整改50个，整改率100%: what was done, as a share of a count before it.

    Counts behind the rate are its own where they are of its subject, by place in ``subjects``;
    those of the sentence before, which are ``earlier``, where that says all that the rate is of.
    """
    start = 0
    for n, rate in enumerate(figures):
        if rate.unit != _PERCENT:
            continue
        counts, start = figures[start:n], n + 1
        named = _RATE.search(text, begin, rate.start)
        if named is None or _OTHER_RATE.search(named["name"]):
            continue
        done = re.compile(f"(?P<not>[不未非])?{named['act']}{_ACT_DONE}")
        after_it = re.compile(f"的?(?P<not>[不未非])?{named['act']}")
        of = subjects[rate.start]
        until_next = takewhile(lambda figure: figure.unit != _PERCENT, figures[n + 1 :])
        after = [f for f in until_next if of in subjects[f.start] and (of or not n)]
        led = earlier if not n and _goes_on(text, begin, named, earlier) else ()
        for beside in (counts, after, led):  # 合格率97.2%，共抽检720批次，不合格20批次
            found = [
                (f, bool(match["not"]))
                for f in beside
                if (
                    match := done.search(text, max(0, f.start - _REACH), f.start)
                    or after_it.match(text, f.end)
                )
            ]
            if found:
                break
        else:
            continue
        part, is_rest = next((each for each in reversed(found) if not each[1]), found[-1])
        wholes = [f for f in beside if f.unit == part.unit and f.end < part.start]
        is_rest = is_rest != bool(named["not"])
        yield from false_share([part], wholes, rate, is_rest=is_rest)


def _goes_on(text: str, begin: int, rate: re.Match[str], earlier: Sequence[Figure]) -> bool:
    """Whether a rate that begins its sentence is of what the sentence before it counts."""
    if not earlier or "\n" in text[earlier[-1].end : begin]:
        return False
    said = plain_text(text[begin : rate.end()]).replace(rate["act"], "|")
    start = max(text.rfind(mark, 0, earlier[0].start) for mark in "。\n") + 1
    return telling_places(said) <= borne_places(said, plain_text(text[start:begin]))


def _shares(text: str, begin: int, figures: Sequence[Figure]) -> Iterator[ProofFinding]:
    """设备1,120台，其中电梯386台，占34.5%（电梯占比34.5%）；完成46户，为目标40户的115%."""
    for place, rate in enumerate(figures):
        if rate.unit != _PERCENT or not place:
            continue
        before, named = figures[:place], _SHARE.search(text, begin, rate.start)
        of_whole = text[before[-1].end : rate.start] == "的"
        parts, wholes = before[-1:], before[:-1]
        if of_whole:
            parts, wholes = before[-2:-1], before[-1:]
        elif named is None:
            continue
        elif named["name"]:
            parts = [f for f in before if text.endswith(named["name"], begin, f.start)][:1]
        elif named.start() > before[-1].end:
            continue
        for part in parts:
            alike = [f for f in wholes if f.unit == part.unit and (of_whole or f.end < part.start)]
            listed = _listed_before(text, [f for f in before if f.end <= part.end], _ITEM)
            yield from false_share([part, *listed[:-1]] if listed else [part], alike, rate)


def false_share(
    parts: Sequence[Figure],
    wholes: Sequence[Figure],
    rate: Figure,
    ends: tuple[Figure, Figure] | None = None,
    *,
    is_rest: bool = False,
) -> Iterator[ProofFinding]:
    """A rate that is the first part's share of no whole, nor that of the list that it ends."""
    amounts = {amount(parts[0]), sum(map(amount, parts), Decimal(0))}
    shares = [
        (100 - share if is_rest else share, whole)
        for whole in wholes if whole.value
        for share in (each * 100 / amount(whole) for each in sorted(amounts))
    ]  # fmt: skip
    if shares and not any(abs(share - amount(rate)) < decimal_step(rate) for share, _ in shares):
        share, whole = min(shares, key=lambda each: each[0])
        yield sum_finding(
            "sums_rate", *(ends or _ends(whole, parts[0], rate)),
            part=parts[0].text, whole=whole.text, found=_percent(share), rate=rate.text,
        )  # fmt: skip


def _all_shares(text: str, figures: Sequence[Figure]) -> Iterator[ProofFinding]:
    """餐饮占31.2%、网购占27.5%、其他占42.3%: all shares of a whole are 100%."""
    shares = [
        f
        for f in figures
        if f.unit == _PERCENT and _IS_SHARE.search(text, max(0, f.start - _REACH), f.start)
    ]
    if len(shares) < 2 or not _REST.search(text, shares[-2].end, shares[-1].start):
        return
    total, step = sum(map(amount, shares), Decimal(0)), sum(map(decimal_step, shares), Decimal(0))
    if abs(total - 100) > step / 2:
        parts = "、".join(share.text for share in shares)
        yield sum_finding("sums_shares", shares[0], shares[-1], parts=parts, sum=_percent(total))


def _averages(
    draft: ProofDraft, begin: int, figures: Sequence[Figure], every: Sequence[Figure]
) -> Iterator[ProofFinding]:
    """投诉1,702件，挽回损失19.85万元，平均每件116.6元: a total for each of what is counted.

    What is told for each month is of the months of the draft's period. A total that its paragraph
    does not tell is looked for in ``every`` paragraph: 立案131件 for 人均办理案件2.4件.
    """
    for place, told in enumerate(figures):
        named = _AVERAGE.search(draft.text, begin, told.start)
        if named is None:
            continue
        each = _COUNTED_BY.get(named["of"], (named["of"] or named["each"],))
        before = list(filter(is_exact, figures[:place]))
        counts = [(f.text, f, amount(f)) for f in before if f.unit.startswith(each) and f.value]
        if each == (_MONTH,) and draft.period:
            first, last = draft.period.part.months
            months = last - first + 1
            counts = [(f"{months}个月", told, Decimal(months))]
        totals = [f for f in before if f.unit == told.unit and f not in [c for _, c, _ in counts]]
        totals = totals or _named_alike(draft.text, begin, told, every)
        found = [(t, count, amount(t) / of) for t in totals for _, count, of in counts]
        step = max(coarseness(told), decimal_step(told))
        if found and not any(abs(average - amount(told)) < step for *_, average in found):
            total, count, average = found[-1]
            by = next(words for words, figure, _ in counts if figure is count)
            yield sum_finding(
                "sums_average", _earlier(total, count) if total.start >= begin else told, told,
                total=total.text, count=by,
                found=plain_number(round(average, 2)) + told.unit, told=told.text,
            )  # fmt: skip


def _named_alike(text: str, begin: int, average: Figure, every: Sequence[Figure]) -> list[Figure]:
    """The figures of an average's unit whose words share a character with its own."""
    named = _AVERAGE.search(text, begin, average.start)
    words = set(named["what"]) if named and average.unit != _MONEY else set()
    return [
        f for f in every
        if f.unit == average.unit and f != average and words & set(text[f.start - 2 : f.start])
    ]  # fmt: skip


def _changes(text: str, figures: Sequence[Figure]) -> Iterator[ProofFinding]:
    """What changed, told by the value before or by how much and by what share it changed.

    452万元，比上年的406万元增长15%; 增长15%（上年为406万元）; 比上年增加268户，增长9.1%.
    """
    words = proof_words()
    for new, second, third in zip(figures, figures[1:], figures[2:], strict=False):
        is_last = text[second.end : second.end + 1] in ("（", "(")
        old, change = (third, second) if is_last else (second, third)
        way = words.changed_by.fullmatch(text, second.end, third.start)
        by_amount = words.changed_by.search(text, new.end, second.start)
        compared = words.compared_with.search(text, new.end, old.start)
        if is_last and by_amount and by_amount.end() == second.start:
            way, by_amount = by_amount, None
        if way is None or not (by_amount or (compared and _is_base(text, compared))):
            continue
        falls = way["way"] in words.falls
        if by_amount:
            grown = amount(new) + amount(second) * (1 if falls else -1)
            if second.unit != new.unit or falls != (by_amount["way"] in words.falls):
                continue
            old = new._replace(value=grown, text=plain_number(grown) + new.unit)
        if old.unit == new.unit and (not by_amount or change.unit == _PERCENT != new.unit):
            yield from change_findings(old, new, change, (new, third), falls=falls)


def _is_base(text: str, compared: re.Match[str]) -> bool:
    """Whether what is compared with is told as the value before: 比2022年的, 上年为."""
    return text[compared.start() - 1] in _COMPARISONS or bool(_LAST.match(compared["when"]))


def change_findings(
    old: Figure, new: Figure, change: Figure, ends: tuple[Figure, Figure], *, falls: bool
) -> Iterator[ProofFinding]:
    """The finding, from one figure to another, that a change is not that of two values."""
    is_share = change.unit == _PERCENT and new.unit != _PERCENT
    if amount(old) <= 0 or change.unit not in (_PERCENT, new.unit):
        return
    found = amount(new) - amount(old)
    found = found * 100 / amount(old) if is_share else found
    stated = -amount(change) if falls else amount(change)
    if abs(found - stated) >= (decimal_step(change) if is_share else _LEAST):
        found = abs(found) if (found < 0) == (stated < 0) else found
        shown = _percent(found) if is_share else plain_number(found) + new.unit
        yield sum_finding(
            "sums_change", *ends,
            old=old.text, new=new.text, found=shown, change=change.text,
        )  # fmt: skip


def _rests(text: str, figures: Sequence[Figure]) -> Iterator[ProofFinding]:
    """隐患44条，其中已整改42条、正在整改3条: what is done and what is not make up all.

    What has to be done within a time (限期整改) may leave out a third kind, but never exceeds.
    """
    for whole, done, rest in zip(figures, figures[1:], figures[2:], strict=False):
        left = _LEFT.fullmatch(text, done.end, rest.start)
        if not (left and _DEALT.fullmatch(text, whole.end, done.start)):
            continue
        if not whole.unit == done.unit == rest.unit:
            continue
        total = amount(done) + amount(rest)
        if total > amount(whole) or (left["rest"] and total != whole.value):
            yield rest_finding(whole, rest, [done, rest], whole)


def _overdone(text: str, begin: int, figures: Sequence[Figure]) -> Iterator[ProofFinding]:
    """发现问题48个，整改到位51个: more was mended than was found."""
    for whole, done in pairwise(figures):
        found = _FOUND.search(text, begin, whole.start)
        after = _DEALT.fullmatch(text, whole.end, done.start)
        if found and after and whole.unit == done.unit and amount(done) > amount(whole):
            yield sum_finding("sums_more", whole, done, part=done.text, whole=whole.text)


def _listed_parts(text: str, figures: Sequence[Figure]) -> Iterator[ProofFinding]:
    """受理2,206件，其中投诉1,702件、举报356件、咨询138件: a list that should make up its total.

    It should where it names all there are, or where one figure in one digit would have it so.
    """
    for place, (before, first) in enumerate(pairwise(figures), 1):
        if not _LEADS.fullmatch(text, before.end, first.start):
            continue
        wholes = [figure for figure in figures[:place] if figure.unit == first.unit]
        if before.unit not in (first.unit, _PERCENT) or not wholes:
            continue
        total = before if before.unit == first.unit else wholes[0]  # 90户，增长6.8%，其中企业30户
        listed = _listed_after(text, figures[place:])
        if text.startswith("、", listed[-1].end):  # it goes on: 场（厂）内专用机动车辆
            continue
        parts = sum(map(amount, listed), Decimal(0))
        missing = Decimal(0) if parts in map(amount, wholes) else amount(total) - parts
        lead = text.rfind(_AMONG_THEM, total.end, first.start) + len(_AMONG_THEM)
        names = _ITEM_APART.split(text[lead : listed[-1].end])
        said = text[text.rfind("\n", 0, total.start) + 1 : total.end]
        if missing and _names_all(names, said):
            yield rest_finding(total, listed[-1], listed, total)
        elif missing > 0 and any(_mistyped(f, missing, len(listed)) for f in listed):
            yield rest_finding(total, listed[-1], listed, total, key="sums_mistyped")


def _listed_after(text: str, figures: Sequence[Figure]) -> list[Figure]:
    """The first figures of one unit that 、 joins to a list."""
    listed = list(figures[:1])
    for figure in figures[1:]:
        before = listed[-1]
        if figure.unit != before.unit or not _ITEM.fullmatch(text, before.end, figure.start):
            break
        listed.append(figure)
    return listed


def _names_all(names: Sequence[str], before: str) -> bool:
    """Whether a list names each of the things that make up a whole, and nothing else.

    12315平台投诉1316件、举报310件 are not all that was told ``before``: of one platform alone.
    """
    for kinds in proof_words().exhaustive:
        named = [[re.search(kind, name) for kind in kinds] for name in names]
        if len(kinds) == len(names) and all(sum(map(bool, found)) == 1 for found in named):
            kind = re.compile("|".join(kinds))
            rests = [plain_text(kind.sub("|", name)) for name in names]
            return all(telling_places(r) <= borne_places(r, plain_text(before)) for r in rests)
    return False


def _mistyped(part: Figure, missing: Decimal, parts: int) -> bool:
    """Whether a part with what is missing is the part with two digits swapped.

    One digit that is another says so only in a list of many: of two parts it may well be the rest.
    """
    one, two = plain_number(amount(part)), plain_number(amount(part) + missing)
    return are_swapped(one, two) or (parts >= _MANY and is_one_digit_off(one, two))


def _totals(text: str, begin: int, figures: Sequence[Figure]) -> Iterator[ProofFinding]:
    """药店3家、诊所4家，共检查6家: a list, and the total that is told right after it.

    Clauses that commas part (药店3家，诊所4家) are a list where one digit would make it come out,
    or where the total says how many they are: 两项共.
    """
    for place, total in enumerate(figures):
        start = max(text.rfind(mark, 0, total.start) for mark in "，,；;。\n（(") + 1
        told = _TOTAL.fullmatch(text, start, total.start)
        before = figures[:place]
        if told is None or not before or not _ENDED.fullmatch(text, before[-1].end, start):
            continue
        listed, certain = _listed_before(text, before, _ITEM), True
        if told["of"]:
            size = _COUNT.index(told["of"]) + 2
            listed = [f for f in before if f.unit == total.unit][-size:]
            listed = listed if len(listed) == size else []
        elif len(listed) < 2:
            listed, certain = _listed_before(text, before, _CLAUSE_ITEM), False
        said = text[begin : listed[-1].end] if listed else ""
        if len(listed) < 2 or total.unit != listed[-1].unit or _AMONG_THEM in said:
            continue
        act = told["act"][:2]
        certain &= not act or told["act"].startswith(_COUNTED_ACTS) or act in said
        beside = [f for f in before[: place - len(listed)] if f.unit == total.unit]
        if _makes_up(listed, beside, total):
            continue
        over = sum(map(amount, listed)) - amount(total)
        if (certain and (told["lead"] != "累计" or over > 0)) or _is_mistyped_sum(listed, total):
            yield rest_finding(listed[0], total, listed, total)


def _is_mistyped_sum(listed: Sequence[Figure], total: Figure) -> bool:
    """Whether a list would come out if one digit, of it or of its total, were another."""
    over = sum(map(amount, listed), Decimal(0)) - amount(total)
    parts = any(is_mistyped(amount(part), amount(part) - over) for part in listed)
    return parts or is_mistyped(amount(total), amount(total) + over)


def _listed_before(text: str, figures: Sequence[Figure], joint: re.Pattern[str]) -> list[Figure]:
    """The last figures of one unit that a joint joins to a list."""
    listed = list(figures[-1:])
    for figure in reversed(figures[:-1]):
        after = listed[0]
        if figure.unit != after.unit or not joint.fullmatch(text, figure.end, after.start):
            break
        listed.insert(0, figure)
    return listed


def _makes_up(listed: Sequence[Figure], beside: Sequence[Figure], total: Figure) -> bool:
    """Whether a list makes up a total, with any of the figures before it."""
    if len(beside) > _MOST_BESIDE:
        return True
    missing = amount(total) - sum(map(amount, listed))
    sizes = range(len(beside) + 1)
    return any(
        sum(map(amount, added)) == missing for n in sizes for added in combinations(beside, n)
    )


def rest_finding(
    first: Figure, last: Figure, parts: Sequence[Figure], whole: Figure, key: str = "sums_rest"
) -> ProofFinding:
    """The finding, from one figure to another, that parts do not make up a whole."""
    total = sum(map(amount, parts), Decimal(0))
    return sum_finding(
        key, first, last,
        parts="、".join(part.text for part in parts),
        sum=(f"{total:,f}" if "," in whole.text else plain_number(total)) + whole.unit,
        whole=whole.text,
    )  # fmt: skip


def sum_finding(key: str, first: Figure, last: Figure, **fields: str) -> ProofFinding:
    """The finding, from one figure to another, that phrase ``key`` tells with its fields."""
    why, certain = proof_phrase(f"say.{key}", **fields), key not in _ONLY_LIKELY
    return ProofFinding(ProofKind.SUMS, first.start, last.end, why, certain=certain)


def _ends(*figures: Figure) -> tuple[Figure, Figure]:
    first, *_, last = sorted(figures, key=lambda figure: figure.start)
    return first, last


def _earlier(one: Figure, other: Figure) -> Figure:
    return min(one, other, key=lambda figure: figure.start)


def _percent(value: Decimal) -> str:
    return plain_number(round(value, 2)) + _PERCENT

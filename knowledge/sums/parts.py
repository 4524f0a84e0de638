"""Parts against their total, within one sentence."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import combinations, pairwise

from knowledge.sums.doubt import Doubt, DoubtKind, doubt
from knowledge.sums.stretches import Amount, Stretch, can_be_added, slack, total_of
from knowledge.sums.words import holds, sum_words

_LISTED = re.compile(r"[^，,。；;：:（(]{0,20}(?:、|和|及|与)[^，,。；;：:（(]{0,20}")
_OTHERS = 6


def parts_doubts(stretch: Stretch) -> Iterator[Doubt]:
    """The sums of a sentence that its own total contradicts."""
    yield from _among(stretch)
    yield from _complements(stretch)
    yield from _dealt_out(stretch)
    yield from _added_up(stretch)


def _among(stretch: Stretch) -> Iterator[Doubt]:
    """2,864件，其中投诉2,310件、举报564件: parts may leave something out, never exceed."""
    words = sum_words().parts
    for match in words.among.finditer(stretch.text, stretch.start, stretch.end):
        after = [a for a in stretch.amounts if a.figure.start >= match.end()]
        if not after or not can_be_added(after[0]):
            continue
        before = [a for a in stretch.amounts if a.figure.end <= match.start()]
        totals = [a for a in before if a.unit == after[0].unit]
        if not totals or holds(stretch.clause(totals[-1]), words.not_totals):
            continue
        parts = _run(stretch, after)
        if holds(_wording(stretch, match.end(), parts), words.not_parts):
            continue
        yield from _judged(stretch, parts, totals)


def _judged(stretch: Stretch, parts: list[Amount], totals: list[Amount]) -> Iterator[Doubt]:
    words = sum_words().parts
    bound = total_of(totals)
    if parts[0].value > bound + slack([parts[0], *totals]):
        yield _told("larger", parts[:1], totals[-1])
        return
    if len(parts) < 2 or len(totals) > 1:
        return
    labels = [stretch.label(part) for part in parts]
    if holds("".join(labels), words.overlapping) or len(set(labels)) < len(labels):
        return
    closed = labels[-1].startswith(words.rest)
    spare = slack([*parts, *totals])
    if total_of(parts) > bound + spare:
        yield _told("exceeds", parts, totals[-1])
    elif closed and total_of(parts) < bound - spare:
        yield _told("parts", parts, totals[-1])


def _complements(stretch: Stretch) -> Iterator[Doubt]:
    """抽检54批次，合格44批次、不合格7批次: what is and what is not make up all."""
    for first, second in pairwise(stretch.amounts):
        if first.unit != second.unit or not can_be_added(first):
            continue
        if not _are_complements(_bare(stretch.label(first)), _bare(stretch.label(second))):
            continue
        same = [a for a in stretch.amounts if a.unit == first.unit and a not in (first, second)]
        totals = [a for a in same if a.figure.end <= first.figure.start]
        if not totals or len(same) > _OTHERS or _leaves_open(stretch, same):
            continue
        if not _fits([first, second], same):
            yield _told("parts", [first, second], totals[-1])


def _fits(parts: Sequence[Amount], others: Sequence[Amount]) -> bool:
    """Whether parts, with any of the others beside them, make up one of the others."""
    for count in range(len(others)):
        for added in combinations(others, count):
            all_parts = [*parts, *added]
            rest = [t for t in others if t not in added]
            if any(abs(total_of(all_parts) - t.value) <= slack([*all_parts, t]) for t in rest):
                return True
    return False


def _leaves_open(stretch: Stretch, same: Sequence[Amount]) -> bool:
    """Whether it says that some have no result yet, and not how many."""
    for word in sum_words().parts.open:
        at = stretch.text.find(word, stretch.start, stretch.end)
        counted = any(abs(a.figure.end - at) <= 2 or abs(a.figure.start - at) <= 6 for a in same)
        if at >= 0 and not counted:
            return True
    return False


def _dealt_out(stretch: Stretch) -> Iterator[Doubt]:
    """共检查30家，分别为10家、20家."""
    for match in sum_words().parts.dealt.finditer(stretch.text, stretch.start, stretch.end):
        after = [a for a in stretch.amounts if a.figure.start >= match.end()]
        before = [a for a in stretch.amounts if a.figure.end <= match.start()]
        if not (after and before) or before[-1].unit != after[0].unit or not can_be_added(after[0]):
            continue
        gap = stretch.text[before[-1].figure.end : match.start()]
        parts = _run(stretch, after)
        single = sum(a.unit == before[-1].unit for a in before) == 1
        if len(gap) <= 2 and len(parts) > 1 and single and not _fits(parts, before[-1:]):
            yield _told("parts", parts, before[-1])


def _added_up(stretch: Stretch) -> Iterator[Doubt]:
    """检查食品店3家、药店4家，共7家: the list right before its total."""
    words = sum_words().parts
    for left, total in pairwise(stretch.amounts):
        if left.unit != total.unit or not can_be_added(total):
            continue
        if not _sums_up().fullmatch(stretch.between(left, total)):
            continue
        before = [a for a in stretch.amounts if a.figure.end <= left.figure.end][::-1]
        parts = _run(stretch, before)[::-1]
        wording = _wording(stretch, stretch.start, parts)
        if len(parts) < 2 or holds(wording, words.overlapping):
            continue
        if words.among.search(wording) or holds(wording, words.not_parts):
            continue
        earlier = [a for a in stretch.amounts if a.figure.end <= parts[0].figure.start]
        if any(a.unit == total.unit for a in earlier) or _fits(parts, [total]):
            continue
        yield _told("parts", parts, total)


def _run(stretch: Stretch, amounts: Sequence[Amount]) -> list[Amount]:
    """The amounts of one unit that are listed side by side, from the first on."""
    run = [amounts[0]]
    for one in amounts[1:]:
        left, right = sorted((run[-1], one), key=lambda a: a.figure.start)
        if one.unit != run[0].unit or not _LISTED.fullmatch(stretch.between(left, right)):
            break
        run.append(one)
    return run


def _wording(stretch: Stretch, start: int, parts: Sequence[Amount]) -> str:
    """What is said from a place up to the last of the parts."""
    return stretch.text[start : max(part.figure.end for part in parts)]


def _bare(label: str) -> str:
    openers = sum_words().parts.openers
    while opener := next((o for o in openers if label.startswith(o) and label != o), ""):
        label = label.removeprefix(opener)
    return label


def _are_complements(first: str, second: str) -> bool:
    return any(
        len(plain) >= 2 and other == no + plain
        for no in sum_words().parts.negations
        for plain, other in ((first, second), (second, first))
    )


@cache
def _sums_up() -> re.Pattern[str]:
    return re.compile(f"[^，,。；;、]{{0,6}}[，,](?:{sum_words().parts.totals.pattern})")


def _told(wording: str, parts: Sequence[Amount], total: Amount) -> Doubt:
    return doubt(
        DoubtKind.PARTS,
        wording,
        [*(part.figure for part in parts), total.figure],
        parts="、".join(part.figure.text for part in parts),
        sum=plain(total_of(parts)) + total.unit,
        total=total.figure.text,
    )


def plain(value: Decimal) -> str:
    """A number without needless zeros or exponent."""
    return f"{value.normalize():f}"

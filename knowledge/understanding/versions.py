"""Versions of one report: which texts are such, and which of them is the newer; pure.

Two reports are versions of one another where bureau and period are known and the same, their titles
do not say that they are of two kinds (looking back, planning, or both), and their texts are alike.
Texts are alike where, of their runs of ``_RUN`` characters less white space, at least ``_SHARED``
of those of the one with more are in both. An abridged report, a report to somebody else, and that
of another bureau under the same mask are therefore reports of their own. Taking two reports for one
would hide what one of them says, so a miss is preferred.

The newer of two is told by, in this order:

1. the word of its draft in the file's name (``data/versions.toml``): a draft is older than what has
   no such word, a final version newer, a middle one (修订稿、第二稿) lies between draft and final;
   of two that are numbered the higher number is newer;
2. the time of the file's last change, where both are known and differ;
3. the order of loading: what came in later is newer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, partial, reduce
from itertools import combinations
from pathlib import Path

from knowledge.understanding.mentions import chinese_value
from knowledge.understanding.sentences import without_blanks
from knowledge.vocabulary import DATA, Pattern, Vocabulary, Words, load_vocabulary

_RUN = 6
_SHARED = 0.6


class DraftStage(IntEnum):
    """How far a version is, by the name of its file."""

    DRAFT = 0
    MIDDLE = 1
    UNTOLD = 2
    FINAL = 3


@dataclass(frozen=True, slots=True)
class ReportVersion:
    """What is known of a report as a version; ``loaded`` is its place in the order of loading.

    ``changed`` is the time of the file's last change, None where the file is not there.
    """

    report_id: str
    file: str
    title: str
    text: str
    changed: float | None
    loaded: int


class VersionWords(Vocabulary):
    """The words by which a file's name tells its stage."""

    drafts: Words
    finals: Words
    middles: Words
    numbered: tuple[Pattern, ...]
    kinds: Mapping[str, Words]


version_words = cache(partial(load_vocabulary, VersionWords, path=DATA / "versions.toml"))


def find_superseded(versions: Sequence[ReportVersion]) -> dict[str, str]:
    """Of reports of one bureau and period: each older version with the newest of its kin."""
    return {
        old.report_id: newest.report_id
        for kin in _families(versions)
        for newest in [reduce(newer_of, kin)]
        for old in kin
        if old is not newest
    }


def newer_of(one: ReportVersion, other: ReportVersion) -> ReportVersion:
    """The newer of two versions, by the rule above."""
    by_word = _by_word(one, other)
    if by_word is not None:
        return by_word
    changed = one.changed, other.changed
    if None not in changed and changed[0] != changed[1]:
        return max(one, other, key=lambda version: version.changed or 0.0)
    return max(one, other, key=lambda version: version.loaded)


def kind_of(version: ReportVersion) -> frozenset[str]:
    """Whether a report looks back, ahead or both, by its title, else by its file's name."""
    label = version.title or Path(version.file).stem
    kinds = version_words().kinds
    return frozenset(kind for kind, words in kinds.items() if any(word in label for word in words))


def stage_of(file: str) -> tuple[DraftStage, int]:
    """How far a file's name says that it is, and the number of the draft; 0 where none is told."""
    words, name = version_words(), Path(file).stem
    found = next((p.search(name) for p in words.numbered if p.search(name)), None)
    number = _number(found[1]) if found else 0
    for stage, marks in (
        (DraftStage.DRAFT, words.drafts),
        (DraftStage.FINAL, words.finals),
        (DraftStage.MIDDLE, words.middles),
    ):
        if any(mark in name for mark in marks):
            return stage, number
    return (DraftStage.MIDDLE if number else DraftStage.UNTOLD), number


def _by_word(one: ReportVersion, other: ReportVersion) -> ReportVersion | None:
    (first, n), (second, m) = stage_of(one.file), stage_of(other.file)
    if first is second:
        if not (n and m) or n == m:
            return None
        return one if n > m else other
    if {first, second} == {DraftStage.MIDDLE, DraftStage.UNTOLD}:
        return None
    return one if first > second else other


def _families(versions: Sequence[ReportVersion]) -> Iterator[list[ReportVersion]]:
    """Groups of two and more of which each is like another of the group, in loading order."""
    family = {v.report_id: [v] for v in versions}
    runs = {v.report_id: _runs(v.text) for v in versions}
    for one, other in combinations(versions, 2):
        mine, theirs = family[one.report_id], family[other.report_id]
        share = _run_similarity(runs[one.report_id], runs[other.report_id])
        if mine is not theirs and share >= _SHARED and _fit(kind_of(one), kind_of(other)):
            mine += theirs
            family |= {v.report_id: mine for v in theirs}
    for kin in {id(kin): kin for kin in family.values()}.values():
        if len(kin) > 1:
            yield sorted(kin, key=lambda version: version.loaded)


def _fit(one: frozenset[str], other: frozenset[str]) -> bool:
    return one == other or not (one and other)


def _run_similarity(first: frozenset[str], second: frozenset[str]) -> float:
    return len(first & second) / max(len(first), len(second), 1)


def _runs(text: str) -> frozenset[str]:
    plain = without_blanks(text)
    return frozenset(plain[n : n + _RUN] for n in range(len(plain) - _RUN + 1))


def _number(digits: str) -> int:
    return int(digits) if digits.isdecimal() else int(chinese_value(digits) or 0)

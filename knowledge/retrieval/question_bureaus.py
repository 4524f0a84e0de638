"""Bureaus that a question names, compared with those that the store knows.

A name that fits none of them is kept as unknown: it never widens to all reports.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

from knowledge.models import Bureau, Level
from knowledge.retrieval.vocabulary import QuestionWords
from knowledge.understanding.identity import OFFICE, identity_words, place_before

_SHORT = re.compile(
    r"(?<=[省市县区州旗盟])局(?![限部势面长])|(?<![\u4e00-\u9fff])[*＊×]{1,6}局"
    r"|(?:(?<![\u4e00-\u9fff][省市县区])(?<=[省市县区])|(?<=[，,。年 ][省市县区]))里"
)
_UNKNOWN_PLACE = re.compile(
    r"(?:^|(?<=[，,。；;：:、和与及跟？?年半度那\s])|(?<=20\d\d)|(?<=\d[月日])|(?<=月[份底末]))(?P<place>(?![那年度份底末])[\u4e00-\u9fff]{2,3}?[市县区州旗盟])"
    r"(?![场民值面容价级域别间委政县市区监]|部(?!门))"
)
_MASKED_PLACE = re.compile(r"[*＊×]{1,6}[省市县区州旗盟]")
_NAMED_HEAD = re.compile(r"^([\u4e00-\u9fff]+)([省市县区州旗盟])(?=局|市场监)")
_WHOLE = re.compile(r"(?:人民政府|政府|局)$")
_LEVEL_OF = {"省": Level.PROVINCE, "市": Level.CITY, "县": Level.COUNTY, "区": Level.DISTRICT}
_SUFFIXES = "省市县区州旗盟"
_CITIES = "省市州盟"
_OFFICE_WORDS = ("市监", "市场监")
_NAMES_CACHED = 8192  # every question parses the names of all bureaus


class Occurs(Protocol):
    """Finds the reports whose texts contain a phrase."""

    def __call__(self, phrase: str, within: Collection[str] | None = None) -> frozenset[str]:
        """The ids of the reports, of all or ``within`` some."""


@dataclass(frozen=True, slots=True)
class BureauMention:
    """A bureau in a question: ``question[start:end]``; no names means that none is known."""

    start: int
    end: int
    wording: str
    names: frozenset[str]


@lru_cache(_NAMES_CACHED)
def parts_of(name: str) -> tuple[str, str]:
    """The place and the branch of a bureau's name, masks folded to one asterisk."""
    match = OFFICE.search(name)
    if not match:
        return fold_masks(_WHOLE.sub("", name)), ""
    return fold_masks(name[: match.start()]), fold_masks(match["branch"] or "")


def fold_masks(name: str) -> str:
    """A name with every mask written as one ``*``."""
    return re.sub(r"[*＊×]+", "*", name)


def find_bureaus(
    question: str, known: Sequence[Bureau], words: QuestionWords, occurs: Occurs
) -> list[BureauMention]:
    """The bureaus that a question is about, in order; other parties to a matter left out."""
    found: list[BureauMention] = []
    offices = (_strip_lead_in(m, known, words, occurs) for m in _find_offices(question, known))
    for mention in (*offices, *_find_aliases(question, known)):
        if _is_free(mention, found):
            found.append(mention)
    for mention in _find_unknown_places(question, words):
        if _is_free(mention, found) and not occurs(mention.wording):  # which reads all texts
            found.append(mention)
    found = _merge_districts(sorted(found, key=lambda m: m.start))
    return [m for m in found if not _is_other_party(question, m, words)]


def _is_free(mention: BureauMention, found: Sequence[BureauMention]) -> bool:
    return all(mention.end <= t.start or mention.start >= t.end for t in found)


def _merge_districts(mentions: Sequence[BureauMention]) -> list[BureauMention]:
    """江岚市梧桐区 is one bureau, though the city of that name has one as well."""
    merged: list[BureauMention] = []
    for mention in mentions:
        city = merged[-1] if merged else None
        if city and city.end == mention.start and city.names and city.wording[-1] in _CITIES:
            wording = city.wording + mention.wording
            merged[-1] = replace(mention, start=city.start, wording=wording)
        else:
            merged.append(mention)
    return merged


def _strip_lead_in(
    mention: BureauMention, known: Sequence[Bureau], words: QuestionWords, occurs: Occurs
) -> BureauMention:
    """比较区局 is 区局 with a word before it; 朝阳区局 is a bureau that nobody knows."""
    head = _NAMED_HEAD.match(mention.wording)
    if mention.names or not head:
        return mention
    before = head[1]
    stems = {alias for b in known for alias in _place_aliases(parts_of(b.name)[0])}
    leads = words.lead_ins + words.other_party_before
    ordinary = before.endswith(leads) or (len(before) > 3 and occurs(before[-2:]))
    if before[-2:] in stems or not ordinary:
        return mention
    start = mention.start + len(before)
    short = mention.wording.endswith(head[2] + "局")
    names = _matching_names(head[2], "", known, short=short)
    return BureauMention(start, mention.end, mention.wording[len(before) :], names)


def _is_other_party(question: str, mention: BureauMention, words: QuestionWords) -> bool:
    before = question[max(0, mention.start - 3) : mention.start]
    after = question[mention.end : mention.end + 4]
    return before.endswith(words.other_party_before) or after.startswith(words.other_party_after)


def _find_offices(question: str, known: Sequence[Bureau]) -> Iterable[BureauMention]:
    """云溪县市场监管局, 区局, **县局, *局."""
    for match in OFFICE.finditer(question):
        place, _ = place_before(question, match.start(), identity_words())
        if match["whole"] == "总局":
            yield BureauMention(*match.span(), match[0], frozenset())
        elif place or match["branch"]:
            branch = fold_masks(match["branch"] or "")
            start = match.start() - len(place)
            names = _matching_names(fold_masks(place), branch, known, short=False)
            yield BureauMention(start, match.end(), question[start : match.end()], names)
    for match in _SHORT.finditer(question):
        if len(match[0]) > 1 and match[0] != "里":
            names = frozenset(b.name for b in known if parts_of(b.name)[1] == fold_masks(match[0]))
            yield BureauMention(match.start(), match.end(), match[0], names)
            continue
        place, _ = place_before(question, match.start(), identity_words())
        if place:
            start = match.start() - len(place)
            names = _matching_names(fold_masks(place), "", known, short=True)
            yield BureauMention(start, match.end(), question[start : match.end()], names)


def _matching_names(
    place: str, branch: str, known: Sequence[Bureau], *, short: bool
) -> frozenset[str]:
    """Names of known bureaus that a place and branch may mean, the exact ones before others."""
    parts = [(b, *parts_of(b.name)) for b in known]
    if branch:
        return frozenset(b.name for b, p, br in parts if br == branch and place in ("", p))
    exact = [b.name for b, p, br in parts if p == place and not br]
    if len(place) == 1:
        bare = [b.name for b, p, br in parts if p.replace("*", "") == place and not br]
        level = [b.name for b in known if b.level is _LEVEL_OF.get(place)]
        return frozenset(level if short else exact + bare or level)
    if exact or "*" in place:
        return frozenset(exact)
    if place.startswith("某") and len(place) == 2:
        return frozenset(b.name for b in known if b.level is _LEVEL_OF.get(place[-1]))
    return frozenset(
        b.name
        for b, p, br in parts
        if not br and len(p) > 1 and "*" not in p and (p.endswith(place) or place.endswith(p))
    )


def _find_aliases(question: str, known: Sequence[Bureau]) -> Iterable[BureauMention]:
    """云溪县, 云溪, **区: a known bureau's place without its office."""
    by_alias: dict[str, set[str]] = {}
    for bureau in known:
        place, branch = parts_of(bureau.name)
        if branch or "*" in place:
            continue
        for alias in _place_aliases(place):
            if alias not in question:
                continue
            by_alias.setdefault(alias, set()).add(bureau.name)
    for alias in sorted(by_alias, key=len, reverse=True):
        if alias not in question:  # most are not, and to compile each as a pattern takes long
            continue
        for match in re.finditer(re.escape(alias), question):
            following = question[match.end() : match.end() + 1]
            office = question.startswith(_OFFICE_WORDS, match.end())
            if alias[-1] in _SUFFIXES or following not in _SUFFIXES or not following or office:
                yield BureauMention(*match.span(), alias, frozenset(by_alias[alias]))
    for match in _MASKED_PLACE.finditer(question):
        names = _matching_names(fold_masks(match[0]), "", known, short=True)
        yield BureauMention(*match.span(), match[0], names)


@lru_cache(_NAMES_CACHED)
def _place_aliases(place: str) -> tuple[str, ...]:
    """江岚市梧桐区 is also 梧桐区 and 梧桐."""
    last = re.split(r"(?<=[省市州盟])(?=[\u4e00-\u9fff]{2,}[市县区旗])", place)[-1]
    aliases = [a for a in dict.fromkeys((place, last)) if len(a) > 2]
    return (*aliases, last[:-1]) if len(last) > 2 and last[-1] in _SUFFIXES else tuple(aliases)


def _find_unknown_places(question: str, words: QuestionWords) -> Iterable[BureauMention]:
    for match in _UNKNOWN_PLACE.finditer(question):
        place = match["place"]
        if not any(place.endswith(w) for w in words.not_places):
            yield BureauMention(match.start("place"), match.end("place"), place, frozenset())

"""The bureaus that a question names, or describes by what their reports write."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from knowledge.models import Bureau, Level
from knowledge.retrieval.holdings import KnownReport, Occurs
from knowledge.retrieval.place_names import (
    Ordinary,
    find_places,
    find_short_places,
    find_words,
    start_of_place,
    whole_name,
    words_of,
)
from knowledge.retrieval.vocabulary import QuestionWords, domain_terms
from knowledge.understanding.governments import government_words
from knowledge.understanding.identity import OFFICE, identity_words, place_before

_SHORT = re.compile(
    r"(?<=[省市县区州旗盟])局(?![限部势面长])|(?<![\u4e00-\u9fff])[*＊×]{1,6}局"
    r"|(?<![\u4e00-\u9fff][省市县区])(?<=[*＊×][省市县区])里"
)
_UNKNOWN_PLACE = re.compile(
    r"(?:^|(?<=[，,。；;：:、和与及跟？?年半度那\s])|(?<=20\d\d)|(?<=\d[月日])|(?<=月[份底末]))(?P<place>(?![那年度份底末])[\u4e00-\u9fff]{2,3}?[市县区州旗盟])"
    r"(?![场主民值面容价级域别间委政县市区监]|部(?!门))"
)
_IN_HOUSE = frozenset({"省里", "市里", "县里", "区里"})
_BRANCH = frozenset({"分局"})
# 深圳那边, 绵阳的局, 云南2023年: a place that stands for the bureau there.
_THERE = re.compile(r"那边|这边|那里|那儿|那头|那块")
_AS_BUREAU = re.compile(r"[对在把跟和与是有今去前上下]|20\d\d|怎|哪|存在|一共|总共")
"""What follows a place that stands for its bureau: 深圳对食品企业检查了多少家."""

_AFTER_PLACE = re.compile(
    rf"(?P<there>{_THERE.pattern})|(?P<office>的?(?P<level>[省市县区])?分?局(?![限部势面长]))"
    r"|的?(?=呢|[12二]\d|[二一][〇○零九]|[今去前]年|[上下]半年|[？?，, ]|$)"
)
_MASKED_PLACE = re.compile(r"[*＊×]{1,6}[省市县区州旗盟]")
_NAMED_HEAD = re.compile(r"^([\u4e00-\u9fff]+)([省市县区州旗盟])(?=局|里|市场监|市监)")
_BEHIND_PLACE = re.compile(
    r"(?:市场监(?:督管理|管)局|市监局|的?局|里|的|那边|这边|那里|那儿|那头|那块)$"
)
_WHOLE = re.compile(r"(?:人民政府|政府|局)$")
_LEVEL_OF = {"省": Level.PROVINCE, "市": Level.CITY, "县": Level.COUNTY, "区": Level.DISTRICT}
_SUFFIXES = "省市县区州旗盟"
_MASKS = "*＊×"
_CITIES = "省市州盟"
_OFFICE_WORDS = ("市监", "市场监")
_NAMES_CACHED = 8192  # every question parses the names of all bureaus
_COUNTRY = re.compile(
    r"(?<![占居高低为在比到与和])全国(?!第|前|首|最|先|文明|平均|人大|人民|政协|性|各地|[一两]会)"
)
_LONGEST_PHRASE = 8
_PLACED = re.compile(
    r"(?P<place>[\u4e00-\u9fff]{2,6}?)(?P<level>[省市县区])(?:局|市场监管局|市监局)"
)
_CLAUSE_MARKS = "，,。；;：:、？? "
_PLACE_NAME = re.compile(r"[\u4e00-\u9fff]{2}")
# 搞食安驿站的那个区, 绵阳那个县局; 哪个局 describes none.
_DESCRIBED = re.compile(
    r"(?P<words>[^\s\d，,。；;：:、和与跟年月度？?]{2,14}?)的?[那这]个(?:(?P<level>[省市县区])的?局?|(?:[\u4e00-\u9fff]{0,2})局)"
)


@dataclass(frozen=True, slots=True)
class BureauMention:
    """A bureau in a question: ``question[start:end]``; no names means that none is known."""

    start: int
    end: int
    wording: str
    names: frozenset[str]

    @property
    def standing(self) -> str:
        """Its wording as it means the bureau before whatever words: 深圳那边 for 深圳的."""
        place = self.wording.removesuffix("的")
        return f"{place}那边" if whole_name(place) else self.wording


def without_branches(names: frozenset[str]) -> frozenset[str]:
    """Of the bureaus that 区局 may mean those that are no branches, where none has a place's name.

    All of them where all are branches.
    """
    parts = {name: parts_of(name) for name in names}
    if any(_PLACE_NAME.search(place) for place, _ in parts.values()):
        return names
    return frozenset(name for name, (_, branch) in parts.items() if not branch) or names


@lru_cache(_NAMES_CACHED)
def parts_of(name: str) -> tuple[str, str]:
    """The place and the branch of a bureau's name, masks folded to one asterisk."""
    match = OFFICE.search(name)
    if not match:
        return fold_masks(_WHOLE.sub("", name)), ""
    return fold_masks(name[: match.start()]), fold_masks(match["branch"] or "")


def place_of(wording: str) -> str:
    """The place that a bureau's wording in a question names: 清河县 of 清河县局."""
    return _BEHIND_PLACE.sub("", wording)


def fold_masks(name: str) -> str:
    """A name with every mask written as one ``*``."""
    return re.sub(r"[*＊×]+", "*", name)


def read_bureaus(
    question: str, reports: Sequence[KnownReport], words: QuestionWords, occurs: Occurs
) -> list[BureauMention]:
    """The bureaus that a question names, or describes by what their reports write, in order."""
    known = list({r.bureau.name: r.bureau for r in reports if r.bureau}.values())
    described = find_described(question, reports, occurs)
    named = find_bureaus(question, known, words, occurs)
    found = [*described]
    found += [_place_nameless(m, reports, occurs) for m in _free_of(found, named)]
    found += _free_of(found, find_regions(question, reports, occurs))
    return sorted(found, key=_start_of)


def find_bureaus(
    question: str, known: Sequence[Bureau], words: QuestionWords, occurs: Occurs
) -> list[BureauMention]:
    """The bureaus that a question is about, in order; other parties to a matter left out."""
    found: list[BureauMention] = []
    is_ordinary = _ordinary_words(known, words, occurs)
    offices = (
        _strip_lead_in(m, question, known, is_ordinary)
        for m in _find_offices(question, known, is_ordinary)
    )
    found += _free_of(found, (*offices, *_find_aliases(question, known)))
    unknown = _free_of(found, _find_unknown_places(question, words, is_ordinary))
    found += [mention for mention in unknown if not occurs(mention.wording)]  # which reads texts
    found = _merge_districts(sorted(found or _find_country(question, known), key=_start_of))
    return [m for m in found if not _is_other_party(question, m, words)]


def _start_of(mention: BureauMention) -> int:
    return mention.start


def _find_country(question: str, known: Sequence[Bureau]) -> list[BureauMention]:
    """全国 in a question that names no body, where the store has a report on the whole country."""
    national = government_words().national
    if not any(bureau.name == national for bureau in known):
        return []
    return [
        BureauMention(*match.span(), match[0], frozenset({national}))
        for match in _COUNTRY.finditer(question)
    ]


def _free_of(
    found: Iterable[BureauMention], mentions: Iterable[BureauMention]
) -> list[BureauMention]:
    """The mentions that overlap none that was found, nor one another."""
    taken = {place for mention in found for place in range(mention.start, mention.end)}
    free = []
    for mention in mentions:
        places = range(mention.start, mention.end)
        if taken.isdisjoint(places):
            free.append(mention)
            taken.update(places)
    return free


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


def _ordinary_words(known: Sequence[Bureau], words: QuestionWords, occurs: Occurs) -> Ordinary:
    """What tells everyday words, and those of the reports, from names of places."""
    stems = {alias for b in known for alias in _place_aliases(parts_of(b.name)[0])}

    def is_ordinary(word: str) -> bool:
        if word[-2:] in stems:
            return False
        framing = word in words.lead_ins or bool(words.empty.fullmatch(word))
        return framing or (len(word) > 1 and (word in domain_terms() or bool(occurs(word))))

    return is_ordinary


def _strip_lead_in(
    mention: BureauMention, question: str, known: Sequence[Bureau], is_ordinary: Ordinary
) -> BureauMention:
    """党建这块区局 is 区局 with words before it; 朝阳区局 is a bureau that nobody knows."""
    head = _NAMED_HEAD.match(mention.wording)
    if mention.names or not head:
        return mention
    level = mention.start + head.end() - 1
    zones = [z for z in identity_words().zones if question.endswith(z, 0, level + 1)]
    start = start_of_place(question, level + 1, is_ordinary)
    start = min([start, *(level + 1 - len(zone) for zone in zones)])
    if start == mention.start:
        return mention
    wording = question[start : mention.end]
    names = _matching_names(question[start : level + 1], "", known)
    return BureauMention(start, mention.end, wording, names)


def _is_other_party(question: str, mention: BureauMention, words: QuestionWords) -> bool:
    before = question[max(0, mention.start - 3) : mention.start]
    after = question[mention.end : mention.end + 4]
    towards = before.endswith(words.other_party_before) and not (
        before.endswith(tuple(lead for lead in words.lead_ins if len(lead) > 1))  # 切到县局
        or _ends_a_noun(question, mention.start)
    )
    return towards or after.startswith(words.other_party_after)


def _ends_a_noun(question: str, end: int) -> bool:
    """Whether a noun ends there: the 报 of 年报县局 reports to nobody."""
    word = next((word for word in words_of(question) if word.end == end), None)
    return word is not None and len(word.text) > 1 and word.tag == "n"


def _find_offices(
    question: str, known: Sequence[Bureau], is_ordinary: Ordinary
) -> Iterable[BureauMention]:
    """云溪县市场监管局, 区局, **县局, *局."""
    for match in OFFICE.finditer(question):
        place, _ = place_before(question, match.start(), identity_words())
        if match["whole"] == "总局":
            yield BureauMention(*match.span(), match[0], frozenset())
        elif place or match["branch"]:
            branch = fold_masks(match["branch"] or "")
            start = match.start() - len(place)
            wording = question[start : match.end()]
            exact = frozenset(b.name for b in known if b.name == wording)
            names = exact or _matching_names(fold_masks(place), branch, known)
            yield _without_lead_in(BureauMention(start, match.end(), wording, names), place)
    for match in _SHORT.finditer(question):
        if len(match[0]) > 1 and match[0] != "里":
            names = frozenset(b.name for b in known if parts_of(b.name)[1] == fold_masks(match[0]))
            yield BureauMention(match.start(), match.end(), match[0], names)
            continue
        place, _ = place_before(question, match.start(), identity_words())
        if place:
            start = match.start() - len(place)
            names = _matching_names(fold_masks(place), "", known)
            mention = BureauMention(start, match.end(), question[start : match.end()], names)
            yield _without_lead_in(mention, place)
    for start, end in find_words(question, _IN_HOUSE):
        if start_of_place(question, start + 1, is_ordinary) < start:  # 碧岭县里
            continue
        names = _matching_names(question[start], "", known)
        yield BureauMention(start, end, question[start:end], names)
    yield from _find_branches(question, known)


def _find_branches(question: str, known: Sequence[Bureau]) -> Iterator[BureauMention]:
    """分局 without a name is every branch; 深圳分局 is that of a place."""
    branches = frozenset(b.name for b in known if parts_of(b.name)[1])
    placed = {end for _, end, _ in find_short_places(question)} if branches else ()
    for start, end in find_words(question, _BRANCH) if branches else ():
        if start not in placed:
            yield BureauMention(start, end, question[start:end], branches)


def _without_lead_in(mention: BureauMention, place: str) -> BureauMention:
    """清河县局 of 党建清河县局, where that is a known place behind words that are no city's."""
    stems = (
        alias
        for name in mention.names
        for alias in (parts_of(name)[0], *_place_aliases(parts_of(name)[0]))
    )
    longest = max((len(stem) for stem in stems if place.endswith(stem)), default=len(place))
    before = place[: len(place) - longest]
    if not before or before[-1] in f"{_SUFFIXES}{_MASKS}":  # **区局 is no 区局 behind words
        return mention
    return replace(
        mention, start=mention.start + len(before), wording=mention.wording[len(before) :]
    )


def _matching_names(place: str, branch: str, known: Sequence[Bureau]) -> frozenset[str]:
    """Names of known bureaus that a place and branch may mean, the exact ones before others."""
    parts = [(b, *parts_of(b.name)) for b in known]
    if branch:
        return frozenset(b.name for b, p, br in parts if br == branch and place in ("", p))
    exact = [b.name for b, p, br in parts if p == place and not br]
    if len(place) == 1:
        return frozenset(b.name for b in known if b.level is _LEVEL_OF.get(place))
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
        if "*" in place or (branch and "*" not in branch):
            continue
        short = f"{place}{branch.removesuffix('局')}局"  # 市*局 of 市市场监管局*局
        for alias in (short,) if branch else _place_aliases(place):
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
                there = _THERE.match(question, match.end())
                start, end = match.start(), there.end() if there else match.end()
                yield BureauMention(start, end, question[start:end], frozenset(by_alias[alias]))
    for match in _MASKED_PLACE.finditer(question):
        names = _matching_names(fold_masks(match[0]), "", known)
        yield BureauMention(*match.span(), match[0], names)


@lru_cache(_NAMES_CACHED)
def _place_aliases(place: str) -> tuple[str, ...]:
    """江岚市梧桐区 is also 梧桐区 and 梧桐."""
    last = re.split(r"(?<=[省市州盟])(?=[\u4e00-\u9fff]{2,}[市县区旗])", place)[-1]
    aliases = [a for a in dict.fromkeys((place, last)) if len(a) > 2]
    return (*aliases, last[:-1]) if len(last) > 2 and last[-1] in _SUFFIXES else tuple(aliases)


def _find_unknown_places(
    question: str, words: QuestionWords, is_ordinary: Ordinary
) -> Iterable[BureauMention]:
    for match in _UNKNOWN_PLACE.finditer(question):
        start, end = match.span("place")
        if not match["place"].endswith(tuple(words.not_places)):
            named = start_of_place(question, end, is_ordinary)
            if named < end - 1:
                yield BureauMention(named, end, question[named:end], frozenset())
    for start, end in find_places(question):
        if not question[start:end].endswith(tuple(words.not_places)):
            whole = end + question.startswith("局", end)
            yield BureauMention(start, whole, question[start:whole], frozenset())


def find_described(
    question: str, reports: Sequence[KnownReport], occurs: Occurs
) -> list[BureauMention]:
    """The bureaus that a question describes by what their reports write: 搞食安驿站的那个区."""
    found = []
    for match in _DESCRIBED.finditer(question):
        level = _LEVEL_OF.get(match["level"])
        mine = [r for r in reports if r.bureau and r.bureau.level is level]
        names = _bureaus_writing(match["words"], mine, occurs)
        names = names or _bureaus_writing(match["words"], reports, occurs)
        found.append(BureauMention(*match.span(), match[0], names))
    return found


def find_regions(
    question: str, reports: Sequence[KnownReport], occurs: Occurs
) -> Iterator[BureauMention]:
    """The bureaus that a question means by a place that their reports name: 深圳那边.

    Where reports of named bureaus alone name it, it is a matter of theirs.
    """
    for start, end, whole in find_short_places(question):
        follows = _AFTER_PLACE.match(question, end)
        begins = not question[:start].strip() or question[start - 1] in _CLAUSE_MARKS
        if not begins and not (follows and (follows["there"] or follows["office"])):
            continue
        level = _LEVEL_OF.get(follows["level"]) if follows else None
        names, elsewhere = _bureaus_naming(question[start:end], level, reports, occurs)
        if elsewhere and not (follows and follows["office"]):
            continue  # a matter of those reports
        if follows:
            yield BureauMention(start, follows.end(), question[start : follows.end()], names)
        elif names and (_AS_BUREAU.match(question, end) or occurs(whole)):  # 新建 is a word, too
            yield BureauMention(start, end, question[start:end], names)


def _bureaus_naming(
    place: str, level: Level | None, reports: Sequence[KnownReport], occurs: Occurs
) -> tuple[frozenset[str], bool]:
    """The bureaus whose names hide where they are and whose reports name a place.

    And whether reports of other bureaus alone name it.
    """
    named = {r.id: r.bureau for r in reports if r.bureau}
    holding = {named[key] for key in occurs(place, named)}
    nameless = {b for b in holding if not _PLACE_NAME.search(parts_of(b.name)[0])}
    of_level = {b for b in nameless if level is None or b.level is level}
    return frozenset(b.name for b in of_level or nameless), bool(holding and not nameless)


def _place_nameless(
    mention: BureauMention, reports: Sequence[KnownReport], occurs: Occurs
) -> BureauMention:
    """深圳区局 is a bureau whose report hides or leaves out its place and names Shenzhen."""
    found = None if mention.names else _PLACED.fullmatch(mention.wording)
    if not found:
        return mention
    level = _LEVEL_OF.get(found["level"])
    nameless = {
        r.id: r.bureau.name
        for r in reports
        if r.bureau
        and r.bureau.level is level
        and not _PLACE_NAME.search(parts_of(r.bureau.name)[0])
    }
    place = found["place"] + found["level"]  # 高新 stands in many words, 高新区 is a place
    place = place if place in identity_words().zones else found["place"]
    ids = occurs(place, nameless) if nameless else ()
    return replace(mention, names=frozenset(nameless[key] for key in ids))


def _bureaus_writing(words: str, reports: Sequence[KnownReport], occurs: Occurs) -> frozenset[str]:
    """The bureaus whose reports hold most of a description, by its longest phrases."""
    named = {r.id: r.bureau.name for r in reports if r.bureau}
    held = dict.fromkeys(named.values(), 0)
    tokens = [word.text for word in words_of(words)]
    at = 0
    while at < len(tokens):
        joined = ["".join(tokens[at:end]) for end in range(len(tokens), at, -1)]
        phrases = (p for p in joined if 1 < len(p) <= _LONGEST_PHRASE)
        phrase, ids = next(((p, i) for p in phrases if (i := occurs(p, named))), ("", frozenset()))
        for name in {named[key] for key in ids}:
            held[name] += len(phrase)
        at += joined[::-1].index(phrase) + 1 if phrase else 1
    most = max(held.values(), default=0)
    return frozenset(name for name, length in held.items() if most and length == most)

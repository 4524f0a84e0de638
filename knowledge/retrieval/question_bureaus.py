"""The bureaus that a question names, or describes by what their reports write."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.models import Bureau, Level
from knowledge.retrieval.bureau_names import (
    LEVEL_OF,
    PLACE_NAME,
    PLACE_SUFFIXES,
    KnownBureaus,
    fold_masks,
    parts_of,
    place_aliases,
)
from knowledge.retrieval.holdings import Holdings, Occurs
from knowledge.retrieval.place_names import (
    Ordinary,
    find_places,
    find_short_places,
    find_words,
    is_city_or_province,
    start_of_place,
    whole_name,
    words_of,
)
from knowledge.retrieval.vocabulary import QuestionWords, domain_terms, question_words
from knowledge.understanding.governments import government_words
from knowledge.understanding.identity import OFFICE, identity_words, place_before
from knowledge.understanding.sentences import find_all

_SHORT = re.compile(
    r"(?<=[省市县区州旗盟])局(?![限部势面长])|(?<![^\W\d年月度底末的那个])[*＊×]{1,6}局"
    r"|(?<![\u4e00-\u9fff][省市县区])(?<=[*＊×][省市县区])里"
)
_UNKNOWN_PLACE = re.compile(
    r"(?:^|(?<=[，,。；;：:、和与及跟？?年半度那\s])|(?<=20\d\d)|(?<=\d[月日])|(?<=月[份底末]))(?P<place>(?![那年度份底末])[\u4e00-\u9fff]{2,3}?[市县区州旗盟])"
    r"(?![场主民值面容价级域别间委政县市区监]|部(?!门))"
)
_IN_HOUSE = frozenset({"省里", "市里", "县里", "区里"})
_BRANCH = frozenset({"分局"})
# 深圳那边, 绵阳的局, 云南2023年: a place that stands for the bureau there.
_THERE = re.compile(
    r"(?:那边|这边|那里|那儿|那头|那块|那家(?![企店超药单公厂])|那个(?=[呢的今去上下\d]|$))(?:的?局(?![限部势面长]))?"
)
_AS_BUREAU = re.compile(r"[对在把跟和与是有今去前上下]|20\d\d|怎|哪|存在|一共|总共")
"""What follows a place that stands for its bureau: 深圳对食品企业检查了多少家."""

_BETWEEN_PLACE_AND_OFFICE = ("", "的", "那", "那个")
_AFTER_PLACE = re.compile(
    rf"(?P<there>{_THERE.pattern}|那[省市县区](?![级场域城]))|(?P<office>(?:的|那个?)?(?P<level>[省市县区])?分?局(?![限部势面长]))"
    r"|的?(?=呢|[12二]\d|[二一][〇○零九]|[今去前]年|[上下]半年|[？?，, ]|$)"
)
_MASKED_PLACE = re.compile(r"[*＊×]{1,6}[省市县区州旗盟]")
_NAMED_HEAD = re.compile(r"^([\u4e00-\u9fff]+)([省市县区州旗盟])(?=局|里|市场监|市监)")
_MASKS = "*＊×"
_CITIES = "省市州盟"
_OFFICE_WORDS = ("市监", "市场")
_COUNTRY = re.compile(
    r"(?<![占居高低为在比到与和])全国(?!第|前|首|最|先|文明|平均|人大|人民|政协|性|各地|[一两]会)"
)
_ACTS = re.compile(
    r"(?:总共|一共|共|都|[上下]半年|全年|[今去]年|\d{2,4}年)*[收接办查受处抽罚立]"
    r"[^，,。？?]{0,4}(?:多少|几)"
)
_LONGEST_PHRASE = 8
_PLACED = re.compile(
    r"(?P<place>[\u4e00-\u9fff]{2,6}?)(?P<level>[省市县区])(?P<office>局|市场监管局|市监局)?"
)
_CLAUSE_MARKS = "，,。；;：:、？? "
# 搞食安驿站的那个区, 绵阳那个县局, 种藕、养虾的县; 哪个局 describes none.
_DESCRIPTION = r"(?:(?!还是|局|20\d\d)[^\s，,。；;：:、和与跟年月度？?]){2,14}?"
_DESCRIBED = re.compile(
    rf"(?P<words>{_DESCRIPTION}(?:[、和]{_DESCRIPTION})*的|{_DESCRIPTION})"
    r"[那这](?:[个家](?:(?P<level>[省市县区])的?局?|(?:[\u4e00-\u9fff]{0,2})局)|家(?=[，,\s])|(?P<near>[县区市])(?=[的，,]))"
    rf"|(?P<made>(?![^\s，,]*[最得哪几各每谁]){_DESCRIPTION}(?:[、和]{_DESCRIPTION})*)"
    r"的(?P<kind>[县区市])局?(?=[\s，,])"
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


def read_bureaus(
    question: str, holdings: Holdings, words: QuestionWords, occurs: Occurs
) -> list[BureauMention]:
    """The bureaus that a question names, or describes by what their reports write, in order."""
    bureau_of = holdings.bureau_of
    found = find_described(question, bureau_of, occurs)
    named = find_bureaus(question, holdings.bureaus, words, occurs)
    regions = list(find_regions(question, bureau_of, occurs))
    found += _free_of(found, (r for r in regions if r.names and _is_around(r, named)))  # 深圳的区局
    found += [_place_nameless(m, bureau_of, occurs) for m in _free_of(found, named)]
    found += _free_of(found, regions)
    return sorted(found, key=_start_of)


def _is_around(mention: BureauMention, others: Iterable[BureauMention]) -> bool:
    """Whether a mention says more than another that stands in it."""
    return any(mention.start < one.start and one.end <= mention.end for one in others)


def find_bureaus(
    question: str, known: KnownBureaus, words: QuestionWords, occurs: Occurs
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
    found = [m for m in found if not _is_other_party(question, m, words)]
    honouring = [m for m in found if words.honouring.match(question, m.end)]
    givers = [m for m in honouring if not m.names] or honouring
    return [m for m in found if m not in givers] or [m for m in found if m.names or not givers]


def _start_of(mention: BureauMention) -> int:
    return mention.start


def _find_country(question: str, known: KnownBureaus) -> list[BureauMention]:
    """全国 in a question that names no body, where the store has a report on the whole country."""
    national = government_words().national
    if national not in known:
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


def _ordinary_words(known: KnownBureaus, words: QuestionWords, occurs: Occurs) -> Ordinary:
    """What tells everyday words, and those of the reports, from names of places."""

    def is_ordinary(word: str) -> bool:
        if word[-2:] in known.stems:
            return False
        framing = word in words.lead_ins or bool(words.empty.fullmatch(word))
        return framing or (len(word) > 1 and (word in domain_terms() or bool(occurs(word))))

    return is_ordinary


def _strip_lead_in(
    mention: BureauMention, question: str, known: KnownBureaus, is_ordinary: Ordinary
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
    names = known.named_like(question[start : level + 1], "")
    return BureauMention(start, mention.end, wording, names)


_WITHIN = "里"
"""Behind a level it stands for the bureau of it: 省里."""


def _is_other_party(question: str, mention: BureauMention, words: QuestionWords) -> bool:
    before = question[max(0, mention.start - 3) : mention.start]
    after = question[mention.end : mention.end + 4]
    towards = before.endswith(words.other_party_before) and not (
        before.endswith(tuple(lead for lead in words.lead_ins if len(lead) > 1))  # 切到县局
        or _ends_a_noun(question, mention.start)
    )
    sets = words.setting.match(question, mention.end)  # 市里下达的任务 is asked of others
    leads = not (mention.start or sets) and mention.names  # 区局移交的线索 asks 区局
    if towards and mention.names and _ACTS.match(question, mention.end):
        return False  # 投诉举报区局收了多少件
    unheld = mention.wording[1:] == _WITHIN and (mention.start or not mention.names)
    gives = unheld and bool(words.giving.match(question, mention.end))  # 省里发的奖
    return towards or gives or (not leads and after.startswith(words.other_party_after))


def _ends_a_noun(question: str, end: int) -> bool:
    """Whether a noun ends there: the 报 of 年报县局 reports to nobody."""
    word = next((word for word in words_of(question) if word.end == end), None)
    return word is not None and len(word.text) > 1 and word.tag == "n"


def _find_offices(
    question: str, known: KnownBureaus, is_ordinary: Ordinary
) -> Iterable[BureauMention]:
    """云溪县市场监管局, 区局, **县局, *局."""
    for match in OFFICE.finditer(question):
        place = _place_before(question, match.start())
        if match["whole"] == "总局":
            yield BureauMention(*match.span(), match[0], frozenset())
        elif place or match["branch"]:
            branch = fold_masks(match["branch"] or "")
            start = match.start() - len(place)
            wording = question[start : match.end()]
            exact = frozenset({wording}) if wording in known else None
            names = exact or known.named_like(fold_masks(place), branch)
            yield _without_lead_in(BureauMention(start, match.end(), wording, names), place)
    for match in _SHORT.finditer(question):
        if len(match[0]) > 1 and match[0] != "里":
            names = known.of_branch(fold_masks(match[0]))
            yield BureauMention(match.start(), match.end(), match[0], names)
            continue
        place = _place_before(question, match.start())
        if place:
            start = match.start() - len(place)
            names = known.named_like(fold_masks(place), "")
            mention = BureauMention(start, match.end(), question[start : match.end()], names)
            yield _without_lead_in(mention, place)
    for start, end in find_words(question, _IN_HOUSE):
        if start_of_place(question, start + 1, is_ordinary) < start:  # 碧岭县里
            continue
        names = known.named_like(question[start], "")
        yield BureauMention(start, end, question[start:end], names)
    yield from _find_branches(question, known)


def _place_before(question: str, end: int) -> str:
    """The place that ends there, without another office before it: 县局区局 names two."""
    place, _ = place_before(question, end, identity_words())
    return place.rpartition("局")[2]


def _find_branches(question: str, known: KnownBureaus) -> Iterator[BureauMention]:
    """分局 without a name is every branch; 深圳分局 is that of a place."""
    placed = {end for _, end, _ in find_short_places(question)} if known.branches else ()
    for start, end in find_words(question, _BRANCH) if known.branches else ():
        if not any(question[end:start] in _BETWEEN_PLACE_AND_OFFICE for end in placed):
            yield BureauMention(start, end, question[start:end], known.branches)


def _without_lead_in(mention: BureauMention, place: str) -> BureauMention:
    """清河县局 of 党建清河县局, where that is a known place behind words that are no city's."""
    stems = (
        alias
        for name in mention.names
        for alias in (parts_of(name)[0], *place_aliases(parts_of(name)[0]))
    )
    longest = max((len(stem) for stem in stems if place.endswith(stem)), default=len(place))
    before = place[: len(place) - longest]
    if not before or before[-1] in f"{PLACE_SUFFIXES}{_MASKS}":  # **区局 is no 区局 behind words
        return mention
    return replace(
        mention, start=mention.start + len(before), wording=mention.wording[len(before) :]
    )


def _find_aliases(question: str, known: KnownBureaus) -> Iterator[BureauMention]:
    """云溪县, 云溪, **区: a known bureau's place without its office."""
    for alias, names in known.aliases_in(question):
        for start, end in find_all(alias, question):
            following = question[end : end + 1]
            office = question.startswith(_OFFICE_WORDS, end)
            if (
                alias[-1] in PLACE_SUFFIXES
                or following not in PLACE_SUFFIXES
                or not following
                or office
            ):
                there = _THERE.match(question, end)
                last = there.end() if there else end
                yield BureauMention(start, last, question[start:last], names)
    for match in _MASKED_PLACE.finditer(question):
        yield BureauMention(*match.span(), match[0], known.named_like(fold_masks(match[0]), ""))


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
    question: str, bureau_of: Mapping[str, Bureau], occurs: Occurs
) -> list[BureauMention]:
    """The bureaus that a question describes by what their reports write: 搞食安驿站的那个区."""
    found = list[BureauMention]()
    for match in _DESCRIBED.finditer(question):
        level = LEVEL_OF.get(match["level"] or match["near"] or match["kind"])
        words = match["words"] or match["made"]
        if words in question_words().lead_ins:  # 唯一那个市局 is just 市局
            continue
        start, last = match.start(), words_of(words)[-1]
        if last.tag == "ns":  # 抽检绵阳那个县 names a place alone
            start, words = start + last.start, last.text
        mine = {key: bureau for key, bureau in bureau_of.items() if bureau.level is level}
        names = _bureaus_writing(words, mine, occurs)
        if match["words"]:
            names = names or _bureaus_writing(words, bureau_of, occurs)
        if names or match["words"]:
            wording = question[start : match.end()]
            found.append(BureauMention(start, match.end(), wording, names))
    masked = list(_find_masked(question, bureau_of))
    return [*masked, *_free_of(masked, found)]


def _find_masked(question: str, bureau_of: Mapping[str, Bureau]) -> Iterator[BureauMention]:
    """The bureaus whose names are hidden, described as such: 打码的那个区局."""
    for match in question_words().masked_bureau.finditer(question):
        level = LEVEL_OF.get(match["level"])
        names = frozenset(
            bureau.name
            for bureau in bureau_of.values()
            if "*" in bureau.name and level in (None, bureau.level)
        )
        if names:
            yield BureauMention(*match.span(), match[0], names)


def find_regions(
    question: str, bureau_of: Mapping[str, Bureau], occurs: Occurs
) -> Iterator[BureauMention]:
    """The bureaus that a question means by a place that their reports name: 深圳那边.

    Where reports of named bureaus alone name it, it is a matter of theirs.
    """
    for start, end, whole in find_short_places(question):
        follows = _AFTER_PLACE.match(question, end)
        begins = not question[:start].strip() or question[start - 1] in _CLAUSE_MARKS
        if not begins and not (follows and (follows["there"] or follows["office"])):
            continue
        level = LEVEL_OF.get(follows["level"]) if follows else None
        names, elsewhere = _bureaus_naming(question[start:end], level, bureau_of, occurs)
        if elsewhere and not (follows and follows["office"]):
            continue  # a matter of those reports
        if follows:
            yield BureauMention(start, follows.end(), question[start : follows.end()], names)
        elif names and (_AS_BUREAU.match(question, end) or occurs(whole)):  # 新建 is a word, too
            yield BureauMention(start, end, question[start:end], names)


def _bureaus_naming(
    place: str, level: Level | None, bureau_of: Mapping[str, Bureau], occurs: Occurs
) -> tuple[frozenset[str], bool]:
    """The bureaus whose names hide where they are and whose reports name a place.

    And whether reports of other bureaus alone name it.
    """
    holding = {bureau_of[key] for key in occurs(place, bureau_of)}
    nameless = {b for b in holding if not PLACE_NAME.search(parts_of(b.name)[0])}
    of_level = {b for b in nameless if level is None or b.level is level}
    return frozenset(b.name for b in of_level or nameless), bool(holding and not nameless)


def _place_nameless(
    mention: BureauMention, bureau_of: Mapping[str, Bureau], occurs: Occurs
) -> BureauMention:
    """深圳区局 is a bureau whose report hides or leaves out its place and names Shenzhen.

    So is 绵阳县, where the report names 绵阳市.
    """
    found = None if mention.names else _PLACED.fullmatch(mention.wording)
    if not found:
        return mention
    level = LEVEL_OF.get(found["level"])
    nameless = {
        key: bureau.name
        for key, bureau in bureau_of.items()
        if bureau.level is level and not PLACE_NAME.search(parts_of(bureau.name)[0])
    }
    place = found["place"] + found["level"]  # 高新 stands in many words, 高新区 is a place
    place = place if place in identity_words().zones else found["place"]
    is_above = found["office"] or is_city_or_province(place)  # 甘肃区
    above = (place,) if is_above else tuple(f"{place}{suffix}" for suffix in _CITIES)
    ids = {key for name in above for key in occurs(name, nameless)} if nameless else ()
    return replace(mention, names=frozenset(nameless[key] for key in ids))


def _bureaus_writing(words: str, bureau_of: Mapping[str, Bureau], occurs: Occurs) -> frozenset[str]:
    """The bureaus whose reports hold most of a description, by its longest phrases."""
    held = {bureau.name: 0 for bureau in bureau_of.values()}
    tokens = [word.text for word in words_of(words)]
    at = 0
    while at < len(tokens):
        joined = ["".join(tokens[at:end]) for end in range(len(tokens), at, -1)]
        phrases = (p for p in joined if 1 < len(p) <= _LONGEST_PHRASE)
        phrase, ids = next(
            ((p, i) for p in phrases if (i := occurs(p, bureau_of))), ("", frozenset())
        )
        for name in {bureau_of[key].name for key in ids}:
            held[name] += len(phrase)
        at += joined[::-1].index(phrase) + 1 if phrase else 1
    most = max(held.values(), default=0)
    return frozenset(name for name, length in held.items() if most and length == most)

"""Whose report it is and for when, from what the report itself says.

The title is asked first, then the first paragraph, then the signature, then the file name. What
none tells stays None, and so does all of it where the text is no report: an encyclopaedia's
article or a news story has a subject, but nobody hands it in for a period.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path

from knowledge.clues import Clues, gather
from knowledge.governments import government_named
from knowledge.models import Bureau, Identity, Level, Section
from knowledge.periods import period_mentions
from knowledge.reportperiod import period_of
from knowledge.vocabulary import DATA, Either, Pattern, Vocabulary, Words, load_vocabulary

_MASK = "*＊×XxＸｘ○□△"
OFFICE = re.compile(
    r"(?:市场监督管理|市场监管|市场和质量监督管理|市场监督|(?<![\u4e00-\u9fff])市监|(?<=[省市州盟县区旗])市监)"
    r"(?P<whole>总局|局|委员会)"
    rf"(?P<branch>(?:[{_MASK}]{{1,6}}"
    r"|(?:(?![各和及与的在向将对由属组召要、])[\u4e00-\u9fff]){2,8}?)(?:分局)"
    rf"|[{_MASK}]{{1,6}}局)?"
)
_PLACE_END = "省市州盟县区旗"
_NAME = rf"[\u4e00-\u9fff{_MASK}]"
_NAME_CHARACTER = re.compile(_NAME)
_PLACE = re.compile(
    rf"(?:(?:[\u4e00-\u9fff]{{1,12}}?|[{_MASK}]{{1,6}})?[省市州盟县区旗])+$|[{_MASK}]{{1,6}}$"
)
_ONE_NAMED = re.compile(r"[\u4e00-\u9fff][省市州盟区旗县]")
_PLACE_AT_HEAD = re.compile(
    rf"(?:关于)?((?:[\u4e00-\u9fff]{{2,8}}?|[{_MASK}]{{1,6}})[省市县区州旗])(?=局|[2２][0０]\d\d|[\s_-])"
)
_PREFIX = re.compile(
    rf"(?:[（(【\[][^）)】\]]{{0,8}}[）)】\]]|附件\d*[:：]?|(?:[2２][0０]\d\d|二[〇○零].{{2}})年度?"
    rf"|[^\u4e00-\u9fff{_MASK}])++(?=\S)"
)
_SEGMENT = rf"{_NAME}{{1,8}}?(?:自治[区州县旗]|[省州盟县区旗]|市(?!场))"
_SUFFIX_LEVEL = {
    "省": Level.PROVINCE, "市": Level.CITY, "州": Level.CITY, "盟": Level.CITY,
    "县": Level.COUNTY, "旗": Level.COUNTY, "区": Level.DISTRICT,
}  # fmt: skip


class IdentityWords(Vocabulary):
    """The wordings of ``data/identity.toml``."""

    lead_words: Words
    not_places: Words
    superior_before: Words
    superior_after: Words
    superior_phrase: Pattern
    tails: Either
    own_tails: Either
    title_words: Pattern
    text_words: Pattern
    subject_words: Words
    zones: Words
    level: Mapping[Level, Words]

    @cached_property
    def organ(self) -> re.Pattern[str]:
        """The body that a title names."""
        return _organ(self.tails.pattern, self.own_tails.pattern)


@cache
def identity_words(path: Path = DATA / "identity.toml") -> IdentityWords:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(IdentityWords, path)


def _organ(tail: str, own: str) -> re.Pattern[str]:
    """A body's name at the head of a title: place, trade and tail, then what a report is about."""
    about = (
        r"(?:党组|党委|党总支|党支部|机关)?"
        r"(?:关于|[2２][0０]\d\d|\d\d年|二[〇○零0]|上半年|下半年|半年|年度|年终|今年|全年|第?[一二三四]季度"
        r"|前三季度|的?(?:重点|主要|近期)?工作|述职|落实|贯彻|开展|推进|局长|副局长|主任|书记|[（(—]|$)"
    )
    return re.compile(
        r"(?:中共|关于|报送|印发|呈报|上报|呈送|《)*+"
        rf"(?P<organ>(?P<place>(?:{_SEGMENT}){{1,3}}|[省县区州旗]|市(?!场)|[{_MASK}]{{1,6}})"
        rf"(?:{_NAME}{{1,14}}?(?:{tail})|管委会|管理委员会|人民政府|政府|纪委监委|纪委|监委)"
        rf"|{_NAME}{{2,14}}?(?:{own}))(?={about})"
    )


def read_identity(text: str, sections: Sequence[Section], file: str = "") -> Identity:
    """Bureau, period and title of a report; what the text does not tell is None or empty."""
    words = identity_words()
    clues = gather(text, sections, file)
    head = "".join(clues.head)
    titled = bool(
        words.title_words.search(head) or (_titled(clues, words) and period_mentions(head))
    )
    if not (titled or _reports(text, clues, words)):
        return Identity(None, None, clues.title)
    name = _bureau_name(clues, words)
    bureau = Bureau(name, level_of(name, text, words)) if name else None
    return Identity(bureau, period_of(clues, titled=titled), clues.title)


def bureau_named(name: str, text: str = "") -> Bureau:
    """A bureau by a name that somebody gave, with the level that the name or the text tells."""
    return Bureau(name, level_of(name, text, identity_words()))


def _reports(text: str, clues: Clues, words: IdentityWords) -> bool:
    """Whether a text without a report's title is one: by its headings, or by how it speaks."""
    return (
        clues.official > 1
        or words.text_words.search(text) is not None
        or any(_is_subject(m, clues.opening, words) for _, m in _mentions(clues.opening, words))
    )


def _is_subject(match: re.Match[str], text: str, words: IdentityWords) -> bool:
    """云溪县市场监管局坚持… begins a report; a news story tells what its officers did."""
    return text[match.end() :].startswith(words.subject_words)


def _bureau_name(clues: Clues, words: IdentityWords) -> str:
    """The title's bureau, in the fuller wording of the opening if that is the same one."""
    opened = [
        name
        for name, match in _mentions(clues.opening, words)
        if clues.lead or _is_subject(match, clues.opening, words)
    ]
    if clues.governmental:
        lines = tuple(_unprefixed(line) for line in clues.head)
        return government_named(lines, clues.opening, _unprefixed(clues.stem), words.zones)
    titled = _titled(clues, words)
    if titled:
        return next((o for o in opened if len(o) > len(titled) and o.endswith(titled)), titled)
    return (
        (opened[0] if opened else "")
        or _signed(clues, words)
        or _place_at_head(clues.title)
        or _in_file_name(clues.stem, words)
    )


def _titled(clues: Clues, words: IdentityWords) -> str:
    for line in (*clues.head, "".join(clues.head)):
        if organ := words.organ.match(_unprefixed(line)):
            return organ["organ"]
    return next((name for line in clues.head for name in bureau_mentions(line, words)), "")


def _signed(clues: Clues, words: IdentityWords) -> str:
    for line in clues.signature:
        if organ := words.organ.match(line):
            return organ["organ"]
        if names := bureau_mentions(line, words):
            return names[0]
    return ""


def bureau_mentions(text: str, words: IdentityWords) -> list[str]:
    """Names of bureaus in a text, superiors left out, in order of appearance."""
    return [name for name, _ in _mentions(text, words)]


def _mentions(text: str, words: IdentityWords) -> Iterator[tuple[str, re.Match[str]]]:
    for match in OFFICE.finditer(text):
        place, before = place_before(text, match.start(), words)
        after = text[match.end() : match.end() + 40]
        superior = (
            before.endswith(words.superior_before)
            or after.startswith(words.superior_after)
            or words.superior_phrase.match(after)
        )
        national = match["whole"] == "总局"
        if not superior and not national and (place or match["branch"]):
            yield place + match[0], match


def place_before(text: str, end: int, words: IdentityWords) -> tuple[str, str]:
    """The place that stands before the office's name, and what stands before the place."""
    start = end
    while start > 0 and end - start < 16 and _NAME_CHARACTER.match(text[start - 1]):
        start -= 1
    run = text[start:end]
    cut = 0
    for word in words.lead_words:
        position = run.rfind(word)
        if position >= 0 and not _begins_name(run, position, word):
            cut = max(cut, position + len(word))
    found = _PLACE.search(run, cut)
    place = "" if found is None or run.endswith(words.not_places) else found[0]
    return place, text[max(0, end - len(place) - 4) : end - len(place)]


def _begins_name(run: str, position: int, word: str) -> bool:
    """和平区 and 全椒县 begin with what is elsewhere a word; nearly no place has one character."""
    return len(word) == 1 and _ONE_NAMED.fullmatch(run[position + 1 :]) is not None


def _place_at_head(label: str) -> str:
    """云溪县 of a title or file name that gives no office: 云溪县2023年工作总结."""
    place = _PLACE_AT_HEAD.match(label)
    return place[1] if place else ""


def _in_file_name(stem: str, words: IdentityWords) -> str:
    if organ := words.organ.match(_unprefixed(stem)):
        return organ["organ"]
    named = bureau_mentions(stem, words)
    return named[0] if named else _place_at_head(_unprefixed(stem))


def _unprefixed(label: str) -> str:
    """A title or file name without what numbers it: 01, （定稿）, 附件1."""
    return label[found.end() :] if (found := _PREFIX.match(label)) else label


def level_of(name: str, text: str, words: IdentityWords) -> Level | None:
    """The level by the place in the name; for a branch, or no place, by 我区 or 县委县政府."""
    match = OFFICE.search(name)
    if match and match["branch"]:
        return _level_by_text(text, words) or Level.DISTRICT
    place = name[: match.start()] if match else _place_of(name, words)
    if place.endswith("自治区"):
        return Level.PROVINCE
    if place.endswith("地区"):
        return Level.CITY
    if place and place[-1] in _PLACE_END:
        return _SUFFIX_LEVEL[place[-1]]
    return _level_by_text(text, words)


def _place_of(name: str, words: IdentityWords) -> str:
    organ = words.organ.match(name)
    return (organ["place"] or "") if organ else name.removesuffix("局")


def _level_by_text(text: str, words: IdentityWords) -> Level | None:
    counts = {level: sum(text.count(w) for w in marks) for level, marks in words.level.items()}
    best = max(counts, key=lambda level: counts[level])
    return best if counts[best] else None

"""What a report says of itself: title, first paragraph, signature, the headings of its plan."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path

from knowledge.models import Bureau, Identity, Level, Section, SectionKind
from knowledge.understanding.governments import (
    GOVERNMENTS,
    Speech,
    find_speech,
    government_words,
    is_national,
    place_spoken_of,
    year_given,
    year_looked_back_on,
)
from knowledge.understanding.headings import lines_of, plain
from knowledge.understanding.kinds import outline_words
from knowledge.understanding.periods import (
    Period,
    YearPart,
    parse_period,
    part_named,
    period_mentions,
)
from knowledge.understanding.sentences import Span, without_blanks
from knowledge.understanding.titles import is_salutation, signature_lines, title_of_lines
from knowledge.vocabulary import DATA, Either, Pattern, Vocabulary, Words, load_vocabulary

_OPENING_LIMIT = 400
_OFFICIAL = re.compile(
    r"[一二三四五六七八九十]{1,3}[、．.]|[（(]\s?[一二三四五六七八九十]{1,3}\s?[)）]"
)
_SEGMENT = (
    r"(?!第?[一二三四五六七八九十]{1,3}届)"
    r"[\u4e00-\u9fff*＊×XxＸｘ○□△]{1,12}?(?:自治[区州县旗]|[省州盟县区旗镇]|乡(?!镇)|市(?!场))"
)
# A government gives its report to an assembly, which names the place where the title need not.
# Compiled when the first report of a government comes: a range of Chinese takes a millisecond.
_ASSEMBLY = (
    rf"在(?P<place>(?:{_SEGMENT}){{1,3}})第?[一二三四五六七八九十百\d]{{1,4}}届"
    r"(?:人民代表大会|人大)"
)
_TITLED = (
    rf"(?:关于)?(?:[2２][0０]\d\d年)?(?P<place>(?:{_SEGMENT}){{1,3}})"
    r"(?:(?:人民)?政府(?!采购)|(?=[2２][0０]\d\d|二[〇○零]..年|[（(]|$))"
)
_SPOKEN = (
    rf"代表(?P<place>(?:{_SEGMENT}){{1,3}})(?P<kind>{'|'.join(GOVERNMENTS)}|管理委员会)"
    rf"|^(?P<own>(?:{_SEGMENT}){{1,3}})(?:人民政府)?"
    r"代?(?:理)?(?:省长|市长|县长|区长|州长|旗长|盟长|镇长|乡长)"
)
_OWN = re.compile(r"[我本全各]|人民")
_YEARS = re.compile(r"[2２][0０]\d\d\s?年?\s?[-—–－至到~～]{1,2}\s?[2２][0０]\d\d\s?年")
_PART = re.compile(r"上半年|下半年|前三季度|第?[一二三四]季度|[17]\s?[-—–至到]\s?(?:6|12)\s?月")
_OPENS = re.compile(r"(?:今年|本年度?|\d{4}年)?(上半年|下半年|前三季度|第?[一二三四]季度)")
_MONTH = re.compile(r"\s?(?:\d|[一二三四五六七八九十]+\s?月)")
_SINCE = re.compile(r"[^，。]{0,14}以来")
_DONE_HALF = re.compile(r"上半年.{0,8}(?:总结|情况|工作|回顾|完成)")
_NEXT_HALF = re.compile(
    r"\W*[一二三四五六七八九十]*\W*(?:\d{4}年)?下半年.{0,6}(?:打算|计划|谋划|安排|思路|重点|工作)"
)
_REPORTING = re.compile(r"局|工作|监管|总结|汇报|我[市县区省]|全[市县区省]|开局|收官|关键|之年")
_LATE = re.compile(r"年(?:1[0-2]|十[一二]?)月")
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[年./-](\d{1,2})[月./-]\d")
_GOAL = re.compile(r"远景|[^，。]{0,4}目标的建议")
_FAR = 120
_MASK = "*＊×XxＸｘ○□△"
OFFICE = re.compile(
    r"(?:市场监督管理|市场监管|市场和质量监督管理|市场监督|(?<![\u4e00-\u9fff])市监|(?<=[省市州盟县区旗])市监)"
    r"(?P<whole>总局|局|委员会)"
    rf"(?P<branch>(?:[{_MASK}]{{1,6}}"
    r"|(?:(?![各和及与的在向将对由属组召要、])[\u4e00-\u9fff]){2,8}?)(?:分局)"
    rf"|[{_MASK}]{{1,6}}局)?"
)
_LONGEST_PLACE = 24
_PLACE_END = "省市州盟县区旗"
_NAME = rf"[\u4e00-\u9fff{_MASK}]"
_PLACE = re.compile(
    rf"(?:(?:[\u4e00-\u9fff]{{1,18}}?|[{_MASK}]{{1,6}})?[省市州盟县区旗])+$|[{_MASK}]{{1,6}}$"
)
_ONE_NAMED = re.compile(r"[\u4e00-\u9fff][省市州盟区旗县]")
_PLACE_AT_HEAD = (
    rf"(?:关于)?((?:[\u4e00-\u9fff]{{2,8}}?|[{_MASK}]{{1,6}})[省市县区州旗])"
    r"(?=局|[2２][0０]\d\d|[\s_-])"
)
_PLACE_FIRST = (
    r"(?:[\u4e00-\u9fff]{2,3}[市州](?=[\u4e00-\u9fff]{2,3}[县区旗]))?((?!.?[全各本我这该])[\u4e00-\u9fff]{2,3}[市县区州旗])"
    r"(?=[\u4e00-\u9fff]{4})(?![场级域属区县直政委民容情况际])"
)
_PREFIX = re.compile(
    rf"(?:[（(【\[][^）)】\]]{{0,8}}[）)】\]]|附件\d*[:：]?|(?:[2２][0０]\d\d|二[〇○零].{{2}})年度?"
    rf"|[^\u4e00-\u9fff{_MASK}])++(?=\S)"
)
_IDENTITY_SEGMENT = rf"{_NAME}{{1,8}}?(?:自治[区州县旗]|[省州盟县区旗]|市(?!场))"
_SUFFIX_LEVEL = {
    "省": Level.PROVINCE, "市": Level.CITY, "州": Level.CITY, "盟": Level.CITY,
    "县": Level.COUNTY, "旗": Level.COUNTY, "区": Level.DISTRICT,
}  # fmt: skip


def read_identity(text: str, sections: Sequence[Section], file: str = "") -> Identity:
    """Bureau, period and title of a report; what the text does not tell is None or empty."""
    words = identity_words()
    clues = gather_clues(text, sections, file)
    head = "".join(clues.head)
    titled = bool(
        words.title_words.search(head) or (_name_in_title(clues, words) and period_mentions(head))
    )
    if not (titled or clues.governmental or _reports(text, clues, words)):
        return Identity(None, None, clues.title)
    name = _bureau_name(clues, words)
    period = period_of(clues, titled=titled)
    if clues.speech:
        name = name or _government_of(place_spoken_of(clues.speech, text), words.zones)
        looked_back_on = None if period else year_looked_back_on(text)
        period = looked_back_on.next() if looked_back_on else period
    bureau = Bureau(name, level_of(name, text, words)) if name else None
    return Identity(bureau, period, clues.title)


def bureau_named(name: str, text: str = "") -> Bureau:
    """A bureau by a name that somebody gave, with the level that the name or the text tells."""
    return Bureau(name, level_of(name, text, identity_words()))


@dataclass(frozen=True, slots=True)
class Clues:
    """The places of a report that tell whose it is and for when.

    ``head`` is every line of the title and of what stands above it, without blanks; ``lead``
    says that the opening stands above all headings. ``official`` counts headings in the official
    style. ``speech`` is how a government's report begins.
    """

    title: str
    head: tuple[str, ...]
    opening: str
    lead: bool
    plans: tuple[str, ...]
    headings: tuple[str, ...]
    signature: tuple[str, ...]
    stem: str
    official: int
    speech: Speech | None = None

    @property
    def governmental(self) -> bool:
        """Whether it is a government's own report, which is of the year in which it is given."""
        titled = outline_words().titles.governmental.search("".join(self.head))
        return self.speech is not None or titled is not None


def gather_clues(text: str, sections: Sequence[Section], file: str) -> Clues:
    """Read the clues of a report from its sections and its file's name."""
    titled = [s for s in sections if s.level == 0 and not s.furniture]
    title_lines = [line for s in titled for line in _lines(text, s.start, s.end)]
    opening = _opening(text, sections)
    headed = [s for s in sections if s.level > 0 and not s.run_in and not _is_unheaded(s)]
    return Clues(
        title=title_of_lines(text, title_lines, outline_words().titles),
        head=tuple(without_blanks(plain(text[slice(*line)])) for line in title_lines),
        opening=_greetless(text[opening.heading_end : opening.end]) if opening else "",
        lead=bool(opening and len(opening.path) == 1 and _is_unheaded(opening)),
        plans=tuple(_plans(text, sections)),
        headings=tuple(s.path[-1] for s in headed if s.level == 1),
        signature=_signature(text, sections),
        stem=Path(file).stem,
        official=sum(bool(_OFFICIAL.match(s.path[-1])) for s in headed),
        speech=find_speech(text),
    )


def _is_unheaded(section: Section) -> bool:
    words = outline_words()
    return section.leaf and section.path[-1] in {words.lead, words.body}


def _lines(text: str, start: int, end: int) -> list[Span]:
    spans = (Span(start + a, start + b) for a, b in lines_of(text[start:end]))
    return [span for span in spans if text[slice(*span)].strip()]


def _opening(text: str, sections: Sequence[Section]) -> Section | None:
    """The first leaf that says anything under its heading."""
    for section in sections:
        if section.leaf and section.level > 0 and text[section.heading_end : section.end].strip():
            return section
    return None


def _greetless(words: str) -> str:
    """The first paragraph without whom it greets, blanks inside numbers left out."""
    lines = [line.strip() for line in words[: _OPENING_LIMIT * 2].splitlines() if line.strip()]
    while lines and is_salutation(lines[0]):
        del lines[0]
    return "\n".join(lines)[:_OPENING_LIMIT]


def _plans(text: str, sections: Sequence[Section]) -> Iterator[str]:
    """The headings of plans, and the beginnings of paragraphs that plan."""
    for section in sections:
        if section.kind is SectionKind.PLAN and section.level > 0 and not section.run_in:
            unheaded = section.level == 1 and _is_unheaded(section)
            opening = text[section.start : section.end].strip()[:24] if unheaded else ""
            yield opening or section.path[-1]


def _signature(text: str, sections: Sequence[Section]) -> tuple[str, ...]:
    last = next((s for s in reversed(sections) if s.leaf and not s.furniture), None)
    if last is None:
        return ()
    lines = _lines(text, last.start, last.end)
    signed = signature_lines(text, lines, outline_words().titles)
    return tuple(without_blanks(text[slice(*line)]) for line in signed)


def government_named(
    lines: tuple[str, ...], opening: str, stem: str, zones: tuple[str, ...]
) -> str:
    """云溪县人民政府 by the lines of the title, the assembly, who spoke, or the file's name.

    ``lines`` and ``stem`` have no blanks and no numbers before them. Empty if nothing names it.
    Places that end in one of ``zones`` are run by a committee.
    """
    head = "".join(lines)
    if assembly := re.search(_ASSEMBLY, head + opening):
        return f"{assembly['place']}人民政府"
    for label in lines:
        if titled := re.match(_TITLED, label):
            return _government_of(titled["place"], zones)
    for line in (*lines, opening):
        if spoken := re.search(_SPOKEN, line):
            kind = (spoken["kind"] or "").replace("管理委员会", "管委会")
            named = _government_of(spoken["place"] or spoken["own"], zones)
            return f"{spoken['place']}{kind}" if named and kind else named
    stem_place = re.match(rf"(?:{_SEGMENT}){{1,3}}", stem)
    return _government_of(stem_place[0], zones) if stem_place else ""


def _government_of(place: str, zones: tuple[str, ...]) -> str:
    if not place or _OWN.search(place):
        return ""
    return f"{place}管委会" if place.endswith(zones) else f"{place}人民政府"


def period_of(clues: Clues, *, titled: bool) -> Period | None:
    """The period of a text that is known to be a report.

    ``titled`` says that the title is a report's, so that a year in it is the report's year.
    """
    stated = _of_title(clues) if titled else None
    planned = _of_plans(clues)
    if clues.governmental:
        return _of_government(clues, stated, planned)
    stated = stated or _of_opening(clues.opening)
    if stated is None:
        stated = planned or parse_period(clues.stem) or _of_signature(clues)
    elif planned == Period(stated.year, YearPart.FIRST_HALF) and not _whole_year(clues):
        return planned
    return Period(stated.year, _part(clues)) if stated and stated.part is YearPart.YEAR else stated


def _of_government(
    clues: Clues, title_period: Period | None, planned: Period | None
) -> Period | None:
    """The year that a government plans; its assembly may meet for it at the end of the one before.

    ``title_period`` is the title's period, ``planned`` the one before that of the plan.
    """
    if title_period and title_period.part is not YearPart.YEAR:
        return title_period
    title_period = _delivery_year(clues, title_period) or title_period
    if title_period:
        early = planned and planned.year == title_period.year and _LATE.search("".join(clues.head))
        return Period(title_period.year + 1) if early else title_period
    if planned:
        return Period(planned.year + 1)
    if clues.speech and (given := year_given(clues.speech)):
        return given
    back = [m.period for heading in clues.headings for m in period_mentions(heading)]
    looked_back = back[0] if back else _of_opening(clues.opening)
    if looked_back:
        return Period(looked_back.year + 1)
    dated = [m.period for line in clues.signature for m in period_mentions(line)]
    return parse_period(clues.stem) or (Period(dated[-1].year) if dated else None)


def _delivery_year(clues: Clues, title_period: Period | None) -> Period | None:
    """The year of the day on which a report was given, where it is later than the title's."""
    for year, month in _DAY.findall("".join(clues.head)):
        if title_period is None or (
            int(year) == title_period.year + 1 and int(month) not in {10, 11, 12}
        ):
            return Period(int(year))
    return None


def _whole_year(clues: Clues) -> bool:
    """Whether the title says that it is about a whole year."""
    return any("全年" in line or "年度" in line for line in clues.head)


def _of_title(clues: Clues) -> Period | None:
    """The period that a title begins with: 2023年工作总结和2024年工作打算 is of 2023."""
    for line in ("".join(clues.head), clues.title):
        if _YEARS.search(line):
            return None
        mentions = period_mentions(line)
        period = mentions[0].period if mentions else parse_period(line)
        if period and period.part is YearPart.YEAR and "上半年" in line and "下半年" in line:
            return Period(period.year, YearPart.FIRST_HALF)
        if period:
            return period
    return None


def _of_opening(opening: str) -> Period | None:
    """The period that the first sentences speak of; dates and what began long ago are none."""
    for sentence in re.split(r"[。！？\n]", opening, maxsplit=2)[:2]:
        if not _REPORTING.search(sentence):
            continue
        for mention in period_mentions(sentence[:_FAR]):
            after = sentence[mention.end :]
            since = _SINCE.match(after)
            if not _MONTH.match(after) and (since is None or since[0] == "以来"):
                return mention.period
    return None


def _of_plans(clues: Clues) -> Period | None:
    """The period before the one that a plan names."""
    for wording in clues.plans:
        for mention in period_mentions(wording):
            after = wording[mention.end :]
            if not _MONTH.match(after) and not _GOAL.match(after):
                return mention.period.previous()
    return None


def _of_signature(clues: Clues) -> Period | None:
    """The year of the date at the end, only where the report says that it is of a first half."""
    part = _part(clues)
    dated = [m.period.year for line in clues.signature for m in period_mentions(line)]
    return Period(dated[-1], part) if dated and part is YearPart.FIRST_HALF else None


def _part(clues: Clues) -> YearPart:
    """The part of the year that title or headings say the report is of."""
    head = "".join(clues.head)
    if "全年" in head:
        return YearPart.YEAR
    if not period_mentions(head) and (part := _PART.search(head)):
        return part_named(part[0])
    if not head and (part := _OPENS.match(clues.opening)):
        return part_named(part[1])
    for heading in clues.headings:
        if "全年" in heading:
            return YearPart.YEAR
        if _DONE_HALF.search(heading) or _NEXT_HALF.match(heading):
            return YearPart.FIRST_HALF
    return YearPart.YEAR


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
        """A body's name at the head of a title: place, trade and tail, then what it reports."""
        about = (
            r"(?:党组|党委|党总支|党支部|机关)?"
            r"(?:关于|[2２][0０]\d\d|\d\d年|二[〇○零0]|上半年|下半年|半年|年度|年终|今年|全年|第?[一二三四]季度"
            r"|前三季度|的?(?:重点|主要|近期)?工作|述职|落实|贯彻|开展|推进|局长|副局长|主任|书记|[（(—]|$)"
        )
        return re.compile(
            r"(?:中共|关于|报送|印发|呈报|上报|呈送|《)*+"
            rf"(?P<organ>(?P<place>(?:{_IDENTITY_SEGMENT}){{1,3}}|[省县区州旗]|市(?!场)|[{_MASK}]{{1,6}})"
            rf"(?:{_NAME}{{1,14}}?(?:{self.tails.pattern})|管委会|管理委员会|人民政府|政府|纪委监委|纪委|监委)"
            rf"|{_NAME}{{2,14}}?(?:{self.own_tails.pattern}))(?={about})"
        )


identity_words = cache(partial(load_vocabulary, IdentityWords, path=DATA / "identity.toml"))


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
        if is_national(clues.speech, "".join(clues.head)):
            return government_words().national
        lines = tuple(_without_prefix(line) for line in clues.head)
        return government_named(lines, clues.opening, _without_prefix(clues.stem), words.zones)
    titled = _name_in_title(clues, words)
    if titled:
        return next((o for o in opened if len(o) > len(titled) and o.endswith(titled)), titled)
    return (
        (opened[0] if opened else "")
        or _name_in_signature(clues, words)
        or _place_at_head(clues.title)
        or _name_in_file(clues.stem, words)
        or _place_named_first(clues.title, words)
    )


def _name_in_title(clues: Clues, words: IdentityWords) -> str:
    for line in (*clues.head, "".join(clues.head)):
        if organ := words.organ.match(_without_prefix(line)):
            return organ["organ"]
    return next((name for line in clues.head for name in bureau_mentions(line, words)), "")


def _name_in_signature(clues: Clues, words: IdentityWords) -> str:
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
    while start > 0 and end - start < _LONGEST_PLACE and _is_of_name(text[start - 1]):
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


def _is_of_name(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" or character in _MASK


def _begins_name(run: str, position: int, word: str) -> bool:
    """和平区 and 全椒县 begin with what is elsewhere a word; nearly no place has one character."""
    return len(word) == 1 and _ONE_NAMED.fullmatch(run[position + 1 :]) is not None


def _place_at_head(label: str) -> str:
    """云溪县 of a title or file name that gives no office: 云溪县2023年工作总结."""
    place = re.match(_PLACE_AT_HEAD, label)
    return place[1] if place else ""


def _place_named_first(title: str, words: IdentityWords) -> str:
    """岚河县 of the title of a list or table: 岚河县集体聚餐备案统计."""
    place = re.match(_PLACE_FIRST, title)
    ordinary = place and place[1].endswith((*words.not_places, *words.lead_words))
    return place[1] if place and not ordinary else ""


def _name_in_file(stem: str, words: IdentityWords) -> str:
    if organ := words.organ.match(_without_prefix(stem)):
        return organ["organ"]
    named = bureau_mentions(stem, words)
    return named[0] if named else _place_at_head(_without_prefix(stem))


def _without_prefix(label: str) -> str:
    """A title or file name without what numbers it: 01, （定稿）, 附件1."""
    return label[found.end() :] if (found := _PREFIX.match(label)) else label


def level_of(name: str, text: str, words: IdentityWords) -> Level | None:
    """The level by the place in the name; for a branch, or no place, by 我区 or 县委县政府."""
    if name == government_words().national:
        return None
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
    if name.endswith(GOVERNMENTS):
        return re.sub(f"(?:{'|'.join(GOVERNMENTS)})$", "", name)
    organ = words.organ.match(name)
    return (organ["place"] or "") if organ else name.removesuffix("局")


def _level_by_text(text: str, words: IdentityWords) -> Level | None:
    counts = {level: sum(text.count(w) for w in marks) for level, marks in words.level.items()}
    best = max(counts, key=lambda level: counts[level])
    return best if counts[best] else None

"""A report's sentence as a measure of a plan, moved to the period that is planned. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from bot.drafting.vocabulary import PlanWords, phrase
from knowledge.understanding.figures import find_figures
from knowledge.understanding.periods import Period, YearPart, part_named, year_named
from knowledge.understanding.sentences import without_final_punctuation

BLANK = "××"
_MASK = re.compile(r"[*＊×]+")
_YEAR = re.compile(
    r"(?P<year>(?<!\d)20\d\d(?!\d)|二[〇○零]二[〇○零一二三四五六七八九])(?P<word>年度|年)?"
)
_CLOSED_YEAR = re.compile(r"(?<=[\u4e00-\u9fff])20\d\d(?=[”’])")
_THIS_YEAR = re.compile(r"(?:今年|本年|明年|来年|下一年)(?P<of>度)?(?P<in>[内底末]?)")
_HALF = re.compile(r"(?P<of>的)?(?P<half>上半年|下半年)")
_LOOKS_BACK = re.compile(r"对?上半年(?=[\u4e00-\u9fff]{1,6}的)")
_QUARTER = re.compile(r"第?(?P<n>[一二三四])季度(?P<end>[末底]?前?)")
_MONTH = re.compile(r"(?<!\d)(?P<n>\d{1,2})(?P<rest>月(?:\d{1,2}日|[底末初份]|[上中下]旬)?)(?!\d)")
_YEAR_END = re.compile(r"(?:确保|力争)?(?:今)?年[底末]前?")
_WHOLE_YEAR = re.compile(r"全年|年内")
_NTH = re.compile(r"第[一二三四五六七八九十\d×]{1,3}[届批期轮]")
_AMOUNT = re.compile(r"\d[\d,，.]*|[一二三四五六七八九十百千两]+")
_TITLED_YEAR = re.compile(r"《[^》]*20\d\d[^》]*》")
_GAP = re.compile(
    r"(?<=[\u4e00-\u9fff，。；、“”（）])[ \t\u3000]+|[ \t\u3000]+(?=[\u4e00-\u9fff，。；、“”（）])"
)
_HALF_WIDTH = str.maketrans({",": "，", ";": "；", "(": "（", ")": "）", "?": "？", "!": "！"})
_COLON = re.compile(r"(?<=[\u4e00-\u9fff]):|:(?=[\u4e00-\u9fff])")
_COMMA_IN_NUMBER = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_KEPT_COMMA = "\0"
_SHORTEST, _LONGEST, _LONG = 8, 220, 115
_SHORTEST_REST, _SHORTEST_IDEA, _UNKNOWN_RUN = 12, 12, 5
_TARGET = re.compile(rf"\d|{BLANK}")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_QUOTED = re.compile(r"“([^“”]*)”")
_CLAUSE = re.compile(r"(?:“[^”]*”|[^，；])*[，；]?")
_DIGIT = re.compile(r"[\d*×＊]")
_PAIRS = (("（", "）"), ("“", "”"), ("《", "》"))
_LATIN = re.compile(r"[A-Za-z]{2,}(?![A-Za-z])")
_INTENDS = re.compile("将(?![^，。]*(?:纳入|列入|作为|列为))")
_LEFT_OVER = "，、：。；"


def full_width(text: str) -> str:
    """Official punctuation; commas within numbers stay, spaces between characters go."""
    wide = _COMMA_IN_NUMBER.sub(_KEPT_COMMA, text).translate(_HALF_WIDTH)
    wide = _COLON.sub("：", wide).replace(_KEPT_COMMA, ",")
    quoted = re.sub(r'"([^"\n]{1,40})"', r"“\1”", wide)
    return _GAP.sub("", quoted.replace("\n", ""))


def move_to_period(text: str, target: Period | None, period: Period) -> str | None:
    """A plan for ``target`` worded for ``period``; None where it cannot be moved.

    Figures stay only if both are the same period; years, halves, deadlines that lie outside the
    period are reworded, blanked or, where they tell of the past, refused.
    """
    same = target == period
    if _TITLED_YEAR.search(text):
        return None
    text = _CLOSED_YEAR.sub("", text)
    if not same:
        if _NTH.search(text):
            return None
        text = without_figures(text)
    text = _THIS_YEAR.sub(lambda m: f"{period.year}年{m['of'] or ''}{m['in']}", text)
    moved: str | None = _move_years(text, target, period)
    moved = moved and _move_halves(moved, target, period)
    return moved and _MASK.sub(BLANK, _move_deadlines(moved, period, same=same))


def without_figures(text: str) -> str:
    """Every amount with its digits as ``××``, its unit kept."""
    before = ""
    while text != before:  # a blank may make one amount of what were two: 0百三家
        before = text
        for figure in reversed(find_figures(text)):
            blank = _AMOUNT.sub(BLANK, figure.text)
            text = text[: figure.start] + blank + text[figure.end :]
        text = re.sub(rf"(?:{BLANK})+", BLANK, text)
    return text


def _move_years(text: str, target: Period | None, period: Period) -> str | None:
    pieces, position = [], 0
    for match in _YEAR.finditer(text):
        year = year_named(match["year"])
        if year != period.year and (target is None or year != target.year):
            return None
        pieces += [text[position : match.start()], f"{period.year}{match['word'] or ''}"]
        position = match.end()
    return "".join(pieces) + text[position:]


def _move_halves(text: str, target: Period | None, period: Period) -> str | None:
    if period.part is YearPart.SECOND_HALF and target == period:
        text = _LOOKS_BACK.sub(lambda m: ("对" if m[0].startswith("对") else "") + "前期", text)
    for match in reversed(list(_HALF.finditer(text))):
        part = part_named(match["half"])
        half = Period(period.year, part)
        if target == period and period.contains(half):
            continue
        if target == period or target is None:
            return None
        wording = period.part.wording or "全年"
        text = text[: match.start()] + wording + text[match.end() :]
    return text


def _move_deadlines(text: str, period: Period, *, same: bool) -> str:
    first, last = period.part.months

    def month(match: re.Match[str]) -> str:
        fits = same and first <= int(match["n"]) <= last
        return match[0] if fits else f"{BLANK}{re.sub(r'[0-9]+', BLANK, match['rest'])}"

    def quarter(match: re.Match[str]) -> str:
        ends = "一二三四".index(match["n"]) * 3 + 3
        return match[0] if same and first <= ends <= last else ""

    text = _QUARTER.sub(quarter, _MONTH.sub(month, text))
    if last == 12:
        return text
    text = _YEAR_END.sub("", text)
    return text if same else _WHOLE_YEAR.sub("", text)


def clean_sentence(text: str, words: PlanWords) -> str:
    """A sentence without its numbering and connecting words, in official punctuation, ended."""
    text = without_final_punctuation(full_width(text.strip())).lstrip(_LEFT_OVER)
    while (lead := words.leads.match(text)) and lead.end():
        text = text[lead.end() :]
    if _INTENDS.match(text) and starts_with_verb(text[1:], words):
        text = text[1:]
    for pattern, replacement in words.mends:
        text = pattern.sub(replacement, text)
    text = text.lstrip(_LEFT_OVER).replace("。", "，").replace("；", "，")
    return f"{text}。" if text else ""


def is_whole(text: str) -> bool:
    """Whether a sentence is of a fit length and opens no bracket that it does not close."""
    closed = all(text.count(a) == text.count(b) for a, b in _PAIRS)
    return closed and _SHORTEST <= len(text) <= _LONGEST


def as_measure(text: str, words: PlanWords) -> str | None:
    """A plan's sentence with its verb in front; None for slogans, results and fragments."""
    if not is_whole(text) or words.results.search(text) or words.slogans.search(text):
        return None
    if "：" in text[-12:] or text.endswith(("如下。", "以下。")):
        return None
    if starts_with_verb(text, words):
        return text
    if words.counted_work.match(text):
        return phrase("words.finish") + text
    if words.reach.search(text):
        return phrase("words.push") + text
    return None


def split_long(text: str, words: PlanWords) -> str:
    """An over-long sentence as two, where a clause in its middle opens with a verb of its own."""
    if len(text) <= _LONG:
        return text
    places = [
        m.start()
        for m in re.finditer("，", text)
        if starts_with_verb(text[m.end() :], words)
        and not text[m.end() :].startswith(words.prepositions)
        and not _leans(clauses_of(text[: m.start()])[-1], words)
    ]
    middle = min(places, key=lambda at: abs(at - len(text) // 2), default=0)
    if not len(text) // 4 < middle < len(text) * 3 // 4:
        return text
    return f"{text[:middle]}。{text[middle + 1 :]}"


def starts_with_verb(text: str, words: PlanWords) -> bool:
    """Whether a sentence opens with a verb, an adverb or a preposition of the list."""
    return words.before_verbs.sub("", text).startswith(words.verbs)


def as_ongoing_work(text: str, words: PlanWords) -> str | None:
    """What was done, as work that goes on: its leading clauses without results, or None."""
    ongoing: list[str] = []
    if words.reformed.search(text):
        return None
    for clause in clauses_of(text):
        if not _goes_on(clause, words) or (ongoing and not starts_with_verb(clause, words)):
            break
        ongoing.append(clause)
    while ongoing and _leans(ongoing[-1], words):
        ongoing.pop()
    work = "，".join(ongoing) + "。"
    if not is_whole(work) or words.slogans.search(work):
        return None
    if words.going_on.match(work) or _is_led_into(ongoing, words):
        return work
    verb = max((v for v in words.standing if work.startswith(v)), key=len, default="")
    return words.standing[verb] + work if verb else None


def _is_led_into(clauses: Sequence[str], words: PlanWords) -> bool:
    """Whether work that goes on follows a clause that only leads to it: 以……为重点，持续开展."""
    leads = clauses[:1] and _leans(clauses[0], words)
    return bool(leads and len(clauses) > 1 and words.going_on.match(clauses[1]))


def has_only_figures_of(text: str, sources: list[str], year: int) -> bool:
    """Whether every number of a text, the planned year's own aside, stands in its sources."""
    known = {n for source in sources for n in _NUMBER.findall(full_width(source))}
    return set(_NUMBER.findall(text)) <= known | {str(year)}


def keep_clauses_on(text: str, own: Sequence[str], others: Sequence[str], words: PlanWords) -> str:
    """A sentence less its clauses that are of other topics alone; whole where that cannot be.

    ``own`` and ``others`` are the words of the topic and of the other topics. A clause that
    names no topic goes with the one before it. Only clauses that stand on their own are cut:
    verb first, or with a target of their own.
    """
    clauses = clauses_of(text)
    if not all(starts_with_verb(c, words) or _TARGET.search(c) for c in clauses):
        return text
    chosen: list[str] = []
    choosing = True
    for clause in clauses:
        if any(word in clause for word in own):
            choosing = True
        elif any(word in clause for word in others):
            choosing = False
        if choosing:
            chosen.append(clause)
    rest = "，".join(chosen) + "。"
    if chosen and not starts_with_verb(rest, words):
        rest = phrase("words.push") + rest
    stands = is_whole(rest) and not (chosen and _leans(chosen[-1], words))
    return rest if stands and any(word in rest for word in own) else text


def keep_items_on(text: str, own: Sequence[str], others: Sequence[str], words: PlanWords) -> str:
    """A sentence less the items of its lists that are of other topics: 对食品、电梯等."""

    def only_own(match: re.Match[str]) -> str:
        items = match["items"].split("、")
        of_own = [item for item in items if any(word in item for word in own)]
        of_others = sum(any(word in item for word in others) for item in items)
        return "、".join(of_own) if of_own and len(of_own) + of_others == len(items) else match[0]

    return words.listed.sub(only_own, text)


def shorten(text: str, room: int, words: PlanWords) -> str:
    """The leading clauses of a sentence that fit ``room`` and can stand; whole where none can."""
    clauses = clauses_of(text)
    for count in range(len(clauses) - 1, 0, -1):
        rest = "，".join(clauses[:count]) + "。"
        stands = starts_with_verb(clauses[count], words) and not _leans(clauses[count - 1], words)
        if len(rest) <= room and stands and is_whole(rest):
            return rest
    return text


def drop_known_clauses(text: str, is_said: Callable[[str], bool], words: PlanWords) -> str | None:
    """A sentence without clauses for which ``is_said``; None where no sentence is left."""
    clauses = clauses_of(text)
    new = [clause for clause in clauses if not is_said(clause)]
    if len(new) == len(clauses):
        return text
    rest = "，".join(new) + "。"
    stands = all(starts_with_verb(clause, words) for clause in new)
    whole = len(rest) >= _SHORTEST_REST and is_whole(rest) and not _leans(new[-1], words)
    return rest if stands and whole else None


def clauses_of(text: str) -> list[str]:
    """The clauses of a sentence, without the marks that end them."""
    clauses = (m[0].rstrip("，；") for m in _CLAUSE.finditer(text.removesuffix("。")))
    return list(filter(None, clauses))


def _goes_on(clause: str, words: PlanWords) -> bool:
    past = words.results.search(clause) or words.once.search(clause)
    return not (past or _DIGIT.search(_without_names(clause, words)) or find_figures(clause))


def _without_names(clause: str, words: PlanWords) -> str:
    """A clause less the quoted names that may hold a digit: “互联网+”."""
    return _QUOTED.sub(lambda m: "" if m[1] in words.foreign.names else m[0], clause)


def _leans(clause: str, words: PlanWords) -> bool:
    """Whether a clause only leads to one that was cut: 以……为重点, 紧紧围绕……的部署."""
    plain = _QUOTED.sub("", words.before_verbs.sub("", clause))
    if not plain.startswith(words.prepositions):
        return False
    return not any(verb in plain[2:] for verb in words.standing if len(verb) > 1)


def as_borrowed_idea(
    text: str, words: PlanWords, level: str, is_common: Callable[[str], bool]
) -> str | None:
    """Another bureau's measure as an idea for a bureau of ``level``; None where it names things.

    Nothing with a figure, a mask, a place, an organisation or a name of its own is borrowed;
    ``is_common`` tells whether a run of characters is known beyond that bureau. Words of one
    province give way to plain ones.
    """
    foreign = words.foreign
    if len(text) < _SHORTEST_IDEA or any(w in text for w, to in foreign.dialect.items() if not to):
        return None
    for local, plain in foreign.dialect.items():
        text = text.replace(local, plain)
    plain = _without_names(text, words)
    if _DIGIT.search(plain) or find_figures(plain) or foreign.others.search(plain):
        return None
    others = [f"{other}级" for other in "市县区" if level and other != level]
    if words.once.search(text) or any(name in text for name in (*foreign.places, *others)):
        return None
    if has_foreign_form(plain, words) or _LATIN.search(plain) or not is_common(plain):
        return None
    return foreign.level.sub(f"全{level}", text) if level else text


def has_foreign_form(text: str, words: PlanWords) -> bool:
    """Whether something in a text has the form of a place's or an organisation's name."""
    veiled = text
    for word in words.foreign.ordinary:
        veiled = veiled.replace(word, "□" * len(word))
    veiled = words.foreign.level.sub("□□", veiled)
    return bool(words.foreign.tails.search(veiled))


def pair_users(texts: Mapping[str, Sequence[str]]) -> dict[str, str | None]:
    """Who uses each pair of characters in the texts of each bureau; None where several do."""
    users: dict[str, str | None] = {}
    for holder, own in texts.items():
        for pair in {pair for text in own for pair in map("".join, pairwise(text))}:
            users[pair] = None if pair in users else holder
    return users


def common_words(users: Mapping[str, str | None], beyond: str) -> Callable[[str], bool]:
    """A predicate: whether the longer runs of characters of a text are in use by others.

    ``users`` are those of each pair of characters; those of all but ``beyond`` count.
    """

    def is_common(text: str) -> bool:
        run = 0
        for i in range(len(text) - 1):
            pair = text[i : i + 2]
            chinese = all("\u4e00" <= c <= "\u9fff" for c in pair)
            run = run + 1 if chinese and users.get(pair, beyond) == beyond else 0
            if run >= _UNKNOWN_RUN:
                return False
        return True

    return is_common

"""What a question that asks for no figure asks of the reports: which content, about what."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from knowledge.models import SectionKind, StatementKind
from knowledge.retrieval.vocabulary import QuestionWords, question_words, synonyms
from knowledge.understanding.mentions import chinese_value
from knowledge.understanding.phrases import statement_words

_PARTS = re.compile(r"[，,；;？?。！!]+")
_MARKS = re.compile(r"[，,、；;：:？?！!。.\s“”\"'‘’（）()《》<>]+")
# What is left of a phrase once its frame is cut: 质量强市都, 营商环境的.
_EDGES = re.compile(
    r"^[和与及跟的了是在有都又也还把对就要想搞抓]+|[和与及的了是在有都又也还呢吗么吧呀啊就得过要啥写做干搞]+$"
)


# 在信用监管上都做了什么 asks of what stands between.
_WITHIN = re.compile(r"^(?:在|对|就|从)(.{2,}?)[上中里](?=[都也还]|$)")

_WORD = re.compile(r"\w")
_OF_IT = re.compile(r"(?<=[\u4e00-\u9fff]{2})的(?:问题|情况|事情?|现象|说法)$")
_ENOUGH = re.compile(r"(?:够不够|够吗|足不足|够了没)用?|(?:有多|多么?|[缺紧]不)[缺紧](?:张|吗)?")
_JOINS = re.compile("[和与及跟、]|还有")
_TELLS = re.compile("[提写讲说]到")
_LACKS = re.compile(r"不够|不足|缺")
_LIGHT = "最样桩条项点个件些说讲提看查管抓做办弄搞写有是会能去来给把被让对从到"
"""Characters that are nothing to ask about when they stand alone."""


class Sought(StrEnum):
    """What a text question wants to read, beside the part of the report that is about a thing.

    ``MENTION`` asks whether, or where, something is spoken of at all.
    """

    PART = "part"
    MENTION = "mention"
    HONOURS = "honours"
    OPENING = "opening"
    CLOSING = "closing"
    REASON = "reason"
    PERSON = "person"
    TIME = "time"
    HANDLING = "handling"


@dataclass(frozen=True, slots=True)
class TextAsk:
    """One thing that a question asks without asking for a figure.

    ``subject`` is what it is about, words apart by spaces; empty for a whole chapter
    (存在哪些问题).
    ``kinds`` are the kinds of section that it names. ``role`` tells whether it asks for work done
    or planned; None for either. ``everyone`` asks it of each bureau. ``sooner``: a later part
    alone is of the period ahead that the question names. ``item`` is which of the things that a
    chapter lists is asked for, -1 for the last, 0 for all; ``counts`` asks how many they are.
    """

    part: str
    subject: str
    sought: Sought = Sought.PART
    kinds: tuple[SectionKind, ...] = ()
    role: StatementKind | None = None
    everyone: bool = False
    sooner: bool = False
    item: int = 0
    counts: bool = False


def read_text_asks(
    content: str, *, everyone: bool, planned: bool, about: str = "", before: str = ""
) -> tuple[TextAsk, ...]:
    """The parts of a question, each with what it asks; ``content`` is without its scope.

    A part that names no subject is about that of the part before, the first ``about`` what was
    asked before it. ``planned`` says that the period asked of lies ahead; ``before`` is what is
    said before that is named.
    """
    asks: list[TextAsk] = []
    for part in _split_parts(content):
        first = next(filter(_WORD.search, part.split()), "")  # no mark: ？下半年立案
        sooner = planned and bool(first) and first in before
        ask = _read_part(part, everyone=everyone, planned=planned and not sooner)
        ask = replace(ask, sooner=sooner)
        if (ask.item or ask.counts) and asks and _names_nothing(ask.subject):
            of_before = replace(asks[-1], part=ask.part, item=ask.item, counts=ask.counts)
            ask = ask if ask.kinds or ask.role else of_before  # 打算几条，第一条是啥
        if _is_frame(ask) and asks:
            continue  # 人够不够，县里怎么说的
        if _names_nothing(ask.subject) and ask.sought in (Sought.PART, Sought.REASON):
            before = asks[-1].subject if asks else about
            everyone = ask.everyone or bool(asks and asks[-1].everyone)  # 哪些局管，怎么管的
            subject = " ".join(filter(None, (before, ask.subject)))
            ask = replace(ask, subject=subject, everyone=everyone)
        asks += [one for one in _by_kind(ask) if not any(_is_same(one, other) for other in asks)]
    return tuple(asks)


def counts_parts(content: str) -> bool:
    """Whether a question asks how many things stand in a kind of section: 打算有几条."""
    asks = [_read_part(part, everyone=False, planned=False) for part in _split_parts(content)]
    return any(ask.counts and not ask.subject and (ask.kinds or ask.role) for ask in asks)


def _is_frame(ask: TextAsk) -> bool:
    """Whether a part only says again that it asks: 县里怎么说的."""
    plain = ask.sought is Sought.PART and not (ask.kinds or ask.item or ask.counts)
    return plain and bool(question_words().saying.fullmatch(ask.part.strip()))


def _item_in(part: str) -> int:
    """Which one of the things that are listed a part asks for; 0 for none."""
    match = question_words().item.search(part)
    if match is None:
        return 0
    if match["last"]:
        return -1
    number = match["n"] or "1"
    return int(number if number.isdecimal() else chinese_value(number) or 0)


def _names_nothing(subject: str) -> bool:
    """Whether words only say how something went: 完成得咋样."""
    return not statement_words().stage.sub("", subject.replace(" ", "")).strip("得了")


def _by_kind(ask: TextAsk) -> list[TextAsk]:
    """An ask for each kind of section that one names: 亮点和不足."""
    if len(ask.kinds) < 2:
        return [ask]
    if SectionKind.PLAN in ask.kinds and not _JOINS.search(ask.part):  # 明年有什么新招
        return [replace(ask, kinds=(), role=StatementKind.PLAN)]
    named = {kind: question_words().kinds[kind].search(ask.part) for kind in ask.kinds}
    found = sorted((m.start(), m[0], kind) for kind, m in named.items() if m)
    return [
        replace(ask, part=_EDGES.sub("", words), kinds=(), role=StatementKind.PLAN)
        if kind is SectionKind.PLAN
        else replace(ask, part=_EDGES.sub("", words), kinds=(kind,))
        for _, words, kind in found
    ]


def _is_same(ask: TextAsk, other: TextAsk) -> bool:
    """Whether an ask adds nothing to another: reasons stand with the problems."""
    same = (ask.subject, ask.kinds, ask.role) == (other.subject, other.kinds, other.role)
    return (
        same
        and (ask.item, ask.counts) == (other.item, other.counts)
        and (ask.sought in (other.sought, Sought.REASON))
    )


def _split_parts(content: str) -> Iterator[str]:
    """Parts that each ask something; what asks nothing belongs to the next, else to the last."""
    words, waiting, parts = question_words(), "", list[str]()
    for piece in filter(str.strip, _PARTS.split(content)):
        if words.asking.search(words.within.sub("", piece)):
            parts.append(f"{waiting} {piece}".strip())
            waiting = ""
        else:
            waiting = f"{waiting} {piece}".strip()
    if waiting and parts and _subject(waiting, words):
        parts[-1] = f"{parts[-1]} {waiting}"
    yield from parts or [content]


def _read_part(part: str, *, everyone: bool, planned: bool) -> TextAsk:
    words = question_words()
    counts, item = bool(words.parts_counted.search(part)), _item_in(part)
    asked, part = part, words.item.sub(" ", words.parts_counted.sub(" ", part)).strip()
    part = words.numbered.sub("", part)
    which = words.which_bureau.search(part)
    sought = _sought(part, words)
    sought = Sought.MENTION if which and sought is not Sought.HONOURS else sought
    if enough := _ENOUGH.search(part):  # 人手够不够: where it is not, the problems say so
        sought, part = Sought.REASON, _ENOUGH.sub(" ", part)
    within = words.within.search(part) if sought is Sought.MENTION else None
    where = within["kind"] if within else words.which_bureau.sub(" ", part)
    named = tuple(kind for kind, pattern in words.kinds.items() if pattern.search(where))
    if sought is Sought.MENTION and _names_kinds(part, named, words):
        sought, within = Sought.PART, None  # 有没有写存在的问题 asks for these
    part = words.within.sub(" ", part) if within else part
    kinds = {
        Sought.PART: named,
        Sought.MENTION: named if within else (),
        Sought.OPENING: (SectionKind.OVERVIEW,),
        Sought.REASON: (SectionKind.PROBLEMS,),
    }.get(sought, ())
    plans = SectionKind.PLAN in named or words.planned.search(part)
    role = StatementKind.DONE if words.done.search(part) else None
    several = len(kinds) > 1  # each is read by itself
    open_to_plans = not kinds and sought in (Sought.PART, Sought.MENTION)
    if not several and (plans or (planned and open_to_plans)):
        role = StatementKind.PLAN
    about = part
    if sought is Sought.REASON:  # 个转企为啥难做: what stands before is what it is about
        before = words.sought[sought].split(part, maxsplit=1)[0]
        about = before if _subject(before, words) else part
        about = words.failing.sub(" ", about)
    subject = _subject(about, words, sought, kinds)
    if item and kinds:  # 第二条问题为什么难
        subject = words.kinds[kinds[0]].sub("", subject).strip()
    if sought is Sought.MENTION:
        subject = _OF_IT.sub("", subject)
    if sought is Sought.HONOURS:
        subject = words.giver.sub(r"\g<level>", subject)
    if not (subject or kinds) and sought is Sought.PART and words.practices.search(part):
        kinds, role = (SectionKind.HIGHLIGHTS,), None
    lack = f"{subject}不够"
    lacks = enough or (sought is Sought.REASON and _LACKS.search(part))
    if lacks and synonyms().same(lack):
        subject = lack
    return TextAsk(
        part=asked if item or counts else part,
        subject=subject,
        sought=sought,
        kinds=tuple(kind for kind in kinds if several or kind is not SectionKind.PLAN),
        role=role,
        everyone=everyone or which is not None,
        item=item,
        counts=counts,
    )


def _names_kinds(part: str, kinds: tuple[SectionKind, ...], words: QuestionWords) -> bool:
    """Whether what may be mentioned is a kind of section, and no more."""
    asked = words.sought[Sought.MENTION].sub(" ", part)
    return bool(kinds) and not _subject(asked, words, Sought.PART, kinds)


def _sought(part: str, words: QuestionWords) -> Sought:
    found = [Sought(name) for name, pattern in words.sought.items() if pattern.search(part)]
    told = words.which_bureau.search(part) and _TELLS.search(part)
    if told and Sought.MENTION in found:  # 哪家提到锦旗了
        return Sought.MENTION
    return found[0] if found else Sought.PART


def _subject(
    part: str,
    words: QuestionWords,
    sought: Sought = Sought.PART,
    kinds: tuple[SectionKind, ...] = (),
) -> str:
    """What a part is about: its words without those that only ask or name a kind of section."""
    rest = words.which_bureau.sub(" ", part)
    if sought is not Sought.PART:
        rest = words.sought[sought].sub(" ", rest)
    for kind in kinds if sought is Sought.PART else ():
        rest = words.kinds[kind].sub(" ", rest)
    for pattern in (words.parties, words.frames, words.planned, words.empty):
        rest = pattern.sub(" ", rest)
    pieces = (_EDGES.sub("", _WITHIN.sub(r"\1", piece)) for piece in _MARKS.split(rest))
    return " ".join(piece for piece in pieces if piece.strip(_LIGHT))

"""A question as it is understood: its scope, what it wants, and its words of substance."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from knowledge.models import SectionKind
from knowledge.retrieval.scope import KnownReport, Occurs, Scope, read_scope
from knowledge.retrieval.vocabulary import question_words
from knowledge.understanding.mentions import fold_width, unit_words

_FRAME = re.compile(r"[^，,]{4,}(?:里面?|当?中|内)[，,]")
_ASK_BREAK = re.compile(
    r"[，,、；;？?。]|(?:以及|还有|和|与|及)(?=[^，,、；;？?。]*(?:多少|几|率))"
)


class Wants(StrEnum):
    """The form of answer that a question asks for."""

    FIGURE = "figure"
    LIST = "list"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing asked; a question may ask several (多少批次，合格率多少).

    ``own`` are the words of this ask, ``context`` those of the asks before it.
    """

    own: str
    context: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question read against a store.

    ``content`` are all its words of substance, ``besides`` those that do not name a kind of
    section (存在哪些问题, 下步打算). ``search_text`` are the words to look for: those of bureau and
    period too where those of some reports are unknown. ``ranks`` asks which bureau has the most
    or the least, ``plans`` for what is yet to be done.
    """

    text: str
    scope: Scope
    wants: Wants
    compares: bool
    kinds: tuple[SectionKind, ...]
    asks: tuple[Ask, ...]
    content: str
    search_text: str
    besides: str
    ranks: bool = False
    plans: bool = False


def read_question(
    text: str, reports: Sequence[KnownReport], this_year: int, occurs: Occurs
) -> Question:
    """Read a stand-alone question. ``reports`` are those of the store."""
    words = question_words()
    scope = read_scope(text, reports, this_year, occurs)
    content = without_spans(text, scope) if scope.reports else text
    ranks = _asks_for_rank(text, scope)
    content = words.superlative_words.sub(" ", content) if ranks else content
    content = words.parties.sub(" ", content)
    wants = Wants.FIGURE if ranks else _answer_form(text, content)
    kinds = tuple(kind for kind, pattern in words.kinds.items() if pattern.search(text))
    if scope.plan_only and wants is Wants.LIST:
        kinds = tuple(dict.fromkeys((*kinds, SectionKind.PLAN)))
    if wants is Wants.TEXT and kinds and re.search(r"什么|哪", text):
        wants = Wants.LIST
    return Question(
        text=text,
        scope=scope,
        wants=wants,
        compares=ranks
        or bool(words.compare.search(text) or words.parties.search(text))
        or len(scope.bureaus) > 1
        or len(scope.periods) > 1,
        kinds=kinds if wants is not Wants.FIGURE else (),
        asks=_split_asks(content) if wants is Wants.FIGURE else (Ask(substance(content)),),
        content=substance(content),
        search_text=substance(text if scope.unidentified else content),
        besides=_words_besides_kinds(content),
        ranks=ranks,
        plans=SectionKind.PLAN in kinds,
    )


def _asks_for_rank(text: str, scope: Scope) -> bool:
    """Whether a question asks which of all bureaus, or of those it names, has more than others."""
    words = question_words()
    between = len(scope.bureaus) > 1 and words.superlative_between.search(text)
    return bool(between or words.superlative.search(text))


def _answer_form(text: str, content: str) -> Wants:
    words = question_words()
    if words.list_.search(text) and not re.search(r"多少|(?<!哪)几[家户件起个次台批人]", text):
        return Wants.LIST
    return Wants.FIGURE if words.figure.search(content) else Wants.TEXT


def _words_besides_kinds(content: str) -> str:
    """What a question says beside the kind of section that it asks for."""
    words = question_words()
    for pattern in words.kinds.values():
        content = pattern.sub(" ", content)
    content = re.sub(r"[一二两三四五六七八九十几]+(?:个?方面|大?[项类条点个种件])", " ", content)
    return _substance(words.not_besides.sub(" ", content))


def without_spans(text: str, scope: Scope) -> str:
    """The question without the bureaus and periods that its scope already holds."""
    pieces = []
    position = 0
    for span in scope.spans:
        pieces.append(text[position : span.start])
        position = max(position, span.end)
    return " ".join([*pieces, text[position:]]).strip()


def substance(content: str) -> str:
    """The words of substance, apart by spaces; all of it if nothing would be left."""
    return _substance(content) or re.sub(r"[？?！!。\s]+", " ", content).strip()


def _substance(content: str) -> str:
    rest = question_words().empty.sub(" ", content)
    return re.sub(r"[，,、；;：:？?！!。.\s“”\"'‘’（）()《》<>]+", " ", rest).strip()


def _split_asks(content: str) -> tuple[Ask, ...]:
    """The parts of a question that each ask for a figure, in order."""
    figure = question_words().figure
    asks: list[Ask] = []
    context = ""
    for part in filter(str.strip, _ASK_BREAK.split(content)):
        if figure.search(part):
            asks.append(Ask(_words_of_ask(part), context.strip(), _unit_of_ask(part)))
        context += " " + _words_of_ask(part)
    if not asks:
        return (Ask(substance(content)),)
    return tuple(_claim_all_words(asks, content))


def _words_of_ask(part: str) -> str:
    """The words of one ask, its measure word (多少家) left out."""
    folded = fold_width(part)
    match = _find_measure(folded)
    return substance(f"{folded[: match.start()]} {folded[match.end() :]}" if match else folded)


def _unit_of_ask(part: str) -> str:
    """The unit that an ask names, in one spelling; money is 元."""
    match = _find_measure(fold_width(part))
    if not match:
        return ""
    if match["money"]:
        return "元"
    return unit_words().canonical(match["unit"] or match["counted"])


def _claim_all_words(asks: list[Ask], content: str) -> list[Ask]:
    """A single ask owns all the words, wherever they stand, but for what frames it.

    抽查任务里，联合抽查有多少个: the frame 抽查任务里 says where to look, not what is counted.
    """
    if len(asks) > 1:
        return asks
    frame = _FRAME.match(content)
    if not frame:
        return [Ask(_words_of_ask(content), "", asks[0].unit)]
    return [Ask(_words_of_ask(content[frame.end() :]), _words_of_ask(frame[0]), asks[0].unit)]


@cache
def _measure_pattern() -> re.Pattern[str]:
    """多少家, 几批次, 多少万元, 立案件数: the measure that a question names."""
    units = sorted(unit_words().written, key=len, reverse=True)
    return re.compile(
        rf"(?:多少|几)[万亿]?(?:(?P<money>块?钱)|(?P<unit>(?:{'|'.join(map(re.escape, units))})"
        r"(?:\([套次件份人家户台个批条组项]\))?))"
        r"|(?P<counted>[家户件台起人次]|批次)数(?=[^字据量]|$)"
    )


def _find_measure(part: str) -> re.Match[str] | None:
    """The measure that stands in a part of a question; 多少家庭 names none."""
    match = _measure_pattern().search(part)
    guards = unit_words().not_before.get(match["unit"] or "", ()) if match else ()
    return None if match and part[match.end() :].startswith(tuple(guards)) else match

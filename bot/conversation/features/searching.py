"""``/search``: the passages nearest to some words, folded, a few a page. No model."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.conversation.context import RequestContext
from bot.conversation.menus import (
    TURN,
    button_data,
    read_press,
    stale_button,
    store_choice,
    turn_row,
)
from bot.conversation.messages import Mark, MarkKind, Outcome, Reply, Text, bold, folded, reply_with
from bot.conversation.splitting import cut_short
from bot.conversation.wording import plain, sentence
from bot.display import names_of
from knowledge.errors import ReportNotFound
from knowledge.lexicon import is_chinese
from knowledge.library import Library
from knowledge.retrieval.question import Question
from knowledge.retrieval.search import Hit
from knowledge.retrieval.vocabulary import synonyms

PREFIX, KIND = "h", "search"
_MOST, _A_PAGE = 15, 5
_LONGEST_HEAD, _LONGEST_WORD, _LONGEST_ASKED = 300, 16, 60
_ARROW = " › "
_RUN = re.compile(r"[\u3400-\u9fff]+|[A-Za-z]+|[0-9][0-9.,]*")


@dataclass(frozen=True, slots=True)
class _Found:
    """A passage as it is kept: its report, its place, its headings."""

    report: str
    start: int
    end: int
    path: list[str]


def search(context: RequestContext, words: str) -> Outcome:
    """``/search`` and what to look for."""
    if not words.strip():
        return reply_with(sentence("search.usage"))
    if not context.library.reports():
        return reply_with(sentence("choosing.empty"))
    question = context.library.read_question(words.strip())
    hits = context.library.look_up(question, _MOST)
    if not hits:
        unknown = "、".join(question.scope.unknown)
        told = sentence("search.unknown", wanted=unknown) if unknown else None
        return reply_with(told or sentence("search.nothing", words=_asked(words)))
    found = [asdict(_of(hit)) for hit in hits]
    held: dict[str, Any] = {"words": words.strip(), "unknown": "、".join(question.scope.unknown)}
    held |= {"marked": _marked(question), "meant": _meant(question), "found": found}
    number = store_choice(context, KIND, held)
    return Outcome(replies=(_page(context.library, held, number, 0),))


def turn_page(context: RequestContext, data: str) -> Outcome:
    """The buttons that turn pages."""
    press = read_press(context, data, KIND)
    if (
        press is None
        or press.action != TURN
        or not 0 <= press.index < _pages(press.stored["found"])
    ):
        return stale_button()
    try:
        return Outcome(page=_page(context.library, press.stored, press.number, press.index))
    except ReportNotFound:
        return reply_with(sentence("choosing.gone"))


def _of(hit: Hit) -> _Found:
    passage = hit.passage
    return _Found(passage.report_id, passage.start, passage.end, list(passage.path))


def _pages(found: Sequence[object]) -> int:
    return -(-len(found) // _A_PAGE)


def _page(library: Library, held: dict[str, Any], number: int, page: int) -> Reply:
    """One page within one message: it takes the place of the page before. Raises ReportNotFound."""
    found = [_Found(**each) for each in held["found"]]
    first = page * _A_PAGE
    shown = list(enumerate(found, 1))[first : first + _A_PAGE]
    marks = _pattern(held["marked"], held["meant"])
    blocks = [_block(library, n, each, marks) for n, each in shown]
    title = sentence("search.found", words=_asked(held["words"]), count=len(found))
    if held["unknown"]:
        title = sentence("search.without", wanted=held["unknown"]) + "\n\n" + title
    pages = _pages(found)
    data = button_data(PREFIX, number)
    rows = (turn_row(page, pages, lambda to: data(TURN, to)),) if pages > 1 else ()
    return Reply((title, *blocks), rows, one_message=True)


def _block(library: Library, n: int, found: _Found, marks: re.Pattern[str]) -> Text:
    """A passage folded under whose it is and where it stands."""
    report = library.report(found.report)
    bureau, period = names_of(report)
    head = sentence("search.head", n=n, bureau=bureau, period=period)
    if path := _ARROW.join(found.path):
        head += "\n" + cut_short(path, _LONGEST_HEAD)
    passage = report.text[found.start : found.end].strip()
    return bold(head) + "\n" + folded(_with_marks(passage, marks))


def _with_marks(passage: str, wanted: re.Pattern[str]) -> Text:
    """A passage with what fits the pattern in bold."""
    marks = (Mark(*match.span(), MarkKind.BOLD) for match in wanted.finditer(passage))
    return Text(passage, tuple(marks))


def _marked(question: Question) -> list[str]:
    """The question's words of substance."""
    return list(dict.fromkeys(_RUN.findall(question.content)))


def _meant(question: Question) -> list[str]:
    """What reports write for the question's words."""
    found = synonyms().found_in(question.content)
    return list(dict.fromkeys(word for term in found for word in synonyms().of(term)))


def _pattern(words: Sequence[str], whole: Sequence[str]) -> re.Pattern[str]:
    """Finds words: of Chinese ones any two characters that stand together, some only ``whole``."""
    wanted = set(whole)
    for word in words:
        if not is_chinese(word):
            wanted.add(word)
            continue
        sizes = range(2, min(len(word), _LONGEST_WORD) + 1)
        wanted |= {word[n : n + size] for size in sizes for n in range(len(word) - size + 1)}
    longest = sorted(map(re.escape, wanted), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(longest)})+" if longest else r"(?!)")


def _asked(words: str) -> str:
    short = words.strip()[:_LONGEST_ASKED]
    return short if short == words.strip() else short + plain("search.cut")

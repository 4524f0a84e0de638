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
from bot.conversation.messages import Mark, MarkKind, Outcome, Reply, Text, bold, fold, reply_with
from bot.conversation.splitting import cut_short
from bot.conversation.wording import plain, sentence
from bot.display import names_of
from knowledge.errors import ReportNotFound
from knowledge.lexicon import is_chinese
from knowledge.library import Library
from knowledge.retrieval.question import Question
from knowledge.retrieval.search import Hit
from knowledge.retrieval.vocabulary import synonyms

PREFIX, _KIND = "h", "search"
_MOST, _PAGE_PASSAGES = 15, 5
_LONGEST_HEAD, _LONGEST_WORD, _LONGEST_ASKED = 300, 16, 60
_ARROW = " › "
_RUN = re.compile(r"[\u3400-\u9fff]+|[A-Za-z]+|[0-9][0-9.,]*")


@dataclass(frozen=True, slots=True)
class _Passage:
    """A passage as it is stored: its report, its place, its headings."""

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
    hits = context.library.search_with_unidentified(question, _MOST)
    if not hits:
        unknown = "、".join(question.scope.unknown)
        if unknown:
            return reply_with(sentence("search.unknown", wanted=unknown))
        return reply_with(sentence("search.nothing", words=_short_words(words)))
    stored = {
        "words": words.strip(),
        "unknown": "、".join(question.scope.unknown),
        "marked": _content_words(question),
        "meant": _synonyms(question),
        "found": [asdict(_passage(hit)) for hit in hits],
    }
    number = store_choice(context, _KIND, stored)
    return Outcome(replies=(_page(context.library, stored, number, 0),))


def turn_page(context: RequestContext, data: str) -> Outcome:
    """A button that turns pages."""
    press = read_press(context, data, _KIND)
    if press is None or press.action != TURN:
        return stale_button()
    if not 0 <= press.index < _page_count(press.stored["found"]):
        return stale_button()
    try:
        return Outcome(page=_page(context.library, press.stored, press.number, press.index))
    except ReportNotFound:
        return reply_with(sentence("choosing.gone"))


def _passage(hit: Hit) -> _Passage:
    passage = hit.passage
    return _Passage(passage.report_id, passage.start, passage.end, list(passage.path))


def _page_count(passages: Sequence[object]) -> int:
    return -(-len(passages) // _PAGE_PASSAGES)


def _page(library: Library, stored: dict[str, Any], number: int, page: int) -> Reply:
    """One page within one message: it takes the place of the page before. Raises ReportNotFound."""
    passages = [_Passage(**each) for each in stored["found"]]
    first = page * _PAGE_PASSAGES
    of_page = list(enumerate(passages, 1))[first : first + _PAGE_PASSAGES]
    words = _pattern(stored["marked"], stored["meant"])
    blocks = [_block(library, n, passage, words) for n, passage in of_page]
    title = sentence("search.found", words=_short_words(stored["words"]), count=len(passages))
    if stored["unknown"]:
        title = sentence("search.without", wanted=stored["unknown"]) + "\n\n" + title
    pages = _page_count(passages)
    data = button_data(PREFIX, number)
    rows = (turn_row(page, pages, lambda to: data(TURN, to)),) if pages > 1 else ()
    return Reply((title, *blocks), rows, one_message=True)


def _block(library: Library, n: int, passage: _Passage, words: re.Pattern[str]) -> Text:
    """A passage folded under whose it is and where it stands."""
    report = library.report(passage.report)
    bureau, period = names_of(report)
    head = sentence("search.head", n=n, bureau=bureau, period=period)
    if path := _ARROW.join(passage.path):
        head += "\n" + cut_short(path, _LONGEST_HEAD)
    text = report.text[passage.start : passage.end].strip()
    return bold(head) + "\n" + fold(_highlight(text, words))


def _highlight(text: str, words: re.Pattern[str]) -> Text:
    """A text with what fits the pattern in bold."""
    marks = (Mark(*match.span(), MarkKind.BOLD) for match in words.finditer(text))
    return Text(text, tuple(marks))


def _content_words(question: Question) -> list[str]:
    """The question's words of substance."""
    return list(dict.fromkeys(_RUN.findall(question.content)))


def _synonyms(question: Question) -> list[str]:
    """What reports write for the question's words."""
    terms = synonyms().find_terms(question.content)
    return list(dict.fromkeys(word for term in terms for word in synonyms().of(term)))


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


def _short_words(words: str) -> str:
    short = words.strip()[:_LONGEST_ASKED]
    return short if short == words.strip() else short + plain("search.cut")

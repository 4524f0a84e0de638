"""A quote opened: whose words, under which headings, marked within their paragraph."""

from bot.conversation.context import RequestContext, Services
from bot.conversation.messages import Button, Outcome, Reply, Rows, Text, bold, folded
from bot.conversation.splitting import cut_short
from bot.conversation.wording import plain, sentence
from bot.display import with_page
from bot.state.answers import KeptAnswer, KeptQuote
from knowledge.errors import ReportNotFound

_AROUND = 700
_LONGEST_HEAD = 1200


def tapped(services: Services, context: RequestContext, data: str) -> Outcome:
    """``answer:n`` opens a quote in a new message; ``answer:n:here`` turns to it in the same."""
    number, n, here = _read(data)
    answer = services.state.answers.find(number, context.chat_id)
    places = {quote.n: place for place, quote in enumerate(answer.quotes)} if answer else {}
    if answer is None or n not in places:
        return Outcome(toast=plain("button.stale"))
    reply = Reply(_blocks(services, answer.quotes[places[n]]), _turning(answer, places[n]))
    return Outcome(page=reply) if here else Outcome(replies=(reply,))


def _read(data: str) -> tuple[int, int, bool]:
    number, _, rest = data.partition(":")
    n, _, here = rest.partition(":")
    readable = number.isdecimal() and n.isdecimal() and len(number) < 16 and len(n) < 5
    return (int(number), int(n), here == "here") if readable else (-1, -1, False)


def _blocks(services: Services, quote: KeptQuote) -> tuple[Text, ...]:
    path = " › ".join(quote.path) or plain("quote.no_heading")
    head = sentence("quote.head", n=quote.n, bureau=quote.bureau, period=quote.period)
    under = with_page(cut_short(path, _LONGEST_HEAD), _page(services, quote))
    before, after, note = _paragraph_around(services, quote)
    marked = folded(before + bold(quote.text.strip()) + after)
    return tuple(filter(None, (head + "\n" + under, marked, note)))


def _page(services: Services, quote: KeptQuote) -> int | None:
    """The page of the file on which a quote begins; None without pages, or without the report."""
    try:
        return services.library.report(quote.report_id).page_at(quote.start)
    except ReportNotFound:
        return None


def _paragraph_around(services: Services, quote: KeptQuote) -> tuple[str, str, Text | None]:
    """What stands before and after a quote in its paragraph; a note where it left the store."""
    try:
        text = services.library.report(quote.report_id).text
    except ReportNotFound:
        return "", "", sentence("quote.gone")
    if text[quote.start : quote.end] != quote.text:
        return "", "", sentence("quote.gone")
    first = text.rfind("\n", 0, quote.start) + 1
    last = text.find("\n", quote.end)
    before = text[first : quote.start].lstrip()
    after = text[quote.end : len(text) if last < 0 else last].rstrip()
    cut_before = plain("quote.cut") if len(before) > _AROUND else ""
    cut_after = plain("quote.cut") if len(after) > _AROUND else ""
    return cut_before + before[-_AROUND:], after[:_AROUND] + cut_after, None


def _turning(answer: KeptAnswer, place: int) -> Rows:
    """Buttons to the quote before and the one after."""
    buttons = []
    for label, other in (("quote.earlier", place - 1), ("quote.later", place + 1)):
        if 0 <= other < len(answer.quotes):
            n = answer.quotes[other].n
            buttons.append(Button(plain(label, n=n), f"q:{answer.id}:{n}:here"))
    return (tuple(buttons),) if buttons else ()

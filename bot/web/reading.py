"""What stands behind what was said: sources, how an answer came about, a conversation as a file."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import islice
from typing import TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.assistant.examples import example_questions
from bot.assistant.tracing import trace, trace_record
from bot.conversation.access import allows
from bot.conversation.features.results import answer_document
from bot.conversation.messages import Text
from bot.official.document import DocumentBlock, OfficialDocument, file_name
from bot.official.docx import docx_bytes
from bot.state.accounts import Account
from bot.state.answers import KeptQuote
from bot.state.people import Role
from bot.state.web_chats import WebChat, WebMessage
from bot.web.adapter import chat_id_of, person_id, rows_of
from bot.web.requests import attachment, fail, read_act
from bot.web.services import PageServices
from bot.web.views import Json, answer_under, quotes_given_under
from bot.web.words import phrase
from knowledge.errors import ReportNotFound

_LONGEST_SHOWN = 400_000
_EXAMPLES = 4
_Result = TypeVar("_Result")


class _Asked(BaseModel):
    message: int


class ReadingEndpoints:
    """Reads the reports in the worker of the page's own."""

    def __init__(self, services: PageServices) -> None:
        self._services = services
        self._chats = services.state.web_chats

    async def source(self, request: Request) -> Response:
        """The report of a quote, and where in it the quote stands."""
        account = self._services.session(request).account
        message, chat = self._message(account, request.path_params["message"])
        number = request.path_params["n"]
        source = await self._read(account, lambda: self._source(message, chat, number))
        return JSONResponse(source)

    def _source(self, message: WebMessage, chat: WebChat, number: int) -> Json:
        library = self._services.library()
        try:
            quotes = self._quotes(message, chat)
            found = next((n for n, q in enumerate(quotes) if q.n == number), None)
            if found is None:
                fail(HTTPStatus.NOT_FOUND)
            shown = quotes[found]
            report = library.report(shown.report_id)
        except ReportNotFound:
            fail(HTTPStatus.GONE, phrase("page.source_gone"))
        if report.text[shown.start : shown.end] != shown.text:
            fail(HTTPStatus.GONE, phrase("page.source_gone"))
        place = report.place_in_file(shown.start)
        begin = max(0, shown.start - _LONGEST_SHOWN // 2)
        end = min(len(report.text), shown.end + _LONGEST_SHOWN // 2)
        return {
            "n": shown.n,
            "bureau": shown.bureau,
            "period": shown.period,
            "file": re.split(r"[\\/]", report.file)[-1],
            "page": place.number,
            "page_name": place.name,
            "recognised": place.recognised,
            "path": list(shown.path),
            "before": report.text[begin : shown.start],
            "quote": shown.text,
            "after": report.text[shown.end : end],
            "earlier": quotes[found - 1].n if found else None,
            "later": quotes[found + 1].n if found + 1 < len(quotes) else None,
        }

    def _quotes(self, message: WebMessage, chat: WebChat) -> Sequence[KeptQuote]:
        """The quotes of an answer, a summary or a draft."""
        state, place, rows = self._services.state, chat_id_of(chat), rows_of(message.buttons)
        if answer := answer_under(state, place, rows):
            return answer.quotes
        return quotes_given_under(state, place, person_id(chat.account), rows)

    async def examples(self, request: Request) -> Response:
        """Questions that the reports can answer, for whoever comes in new."""
        account = self._services.session(request).account
        if not allows(self._services.role_of(account), Role.READER):
            fail(HTTPStatus.FORBIDDEN)
        return JSONResponse(await self._read(account, self._examples))

    def _examples(self) -> Json:
        library = self._services.library()
        questions = list(islice(example_questions(library), _EXAMPLES))
        return {"questions": questions, "reports": len(library.reports())}

    async def trace(self, request: Request) -> Response:
        """How the answer of a message came about, for those who look after the reports."""
        account = self._services.session(request).account
        if not allows(self._services.role_of(account), Role.EDITOR):
            fail(HTTPStatus.FORBIDDEN)
        message, chat = self._message(account, (await read_act(request, _Asked)).message)
        place, state = chat_id_of(chat), self._services.state
        answer = answer_under(state, place, rows_of(message.buttons))
        if answer is None:
            fail(HTTPStatus.NOT_FOUND)
        history = state.answers.questions_before(place, answer.id)

        def read() -> Json:
            library, assistant = self._services.library(), self._services.assistant()
            return trace_record(trace(library, assistant, answer.question, history))

        return JSONResponse(await self._read(account, read))

    async def export(self, request: Request) -> Response:
        """A conversation as a .docx or a Markdown file."""
        account = self._services.session(request).account
        chat = self._services.chat(account, request.path_params["chat"])
        said = [m for m in self._chats.messages(chat.id) if _words(m)]
        title = chat.title or phrase("page.untitled")
        if request.query_params.get("as") == "md":
            content = "\n\n".join([f"# {_escape(title)}", *_markdown(said)]).encode()
            return attachment(file_name(title, "md"), content)
        document = OfficialDocument(title, tuple(_blocks(said)))
        content = await asyncio.to_thread(docx_bytes, document, at=datetime.now(UTC))
        return attachment(file_name(title, "docx"), content)

    async def answer_file(self, request: Request) -> Response:
        """The answer of a message as a .docx, with its sources."""
        account = self._services.session(request).account
        message, chat = self._message(account, request.path_params["message"])
        answer = answer_under(self._services.state, chat_id_of(chat), rows_of(message.buttons))
        if answer is None:
            fail(HTTPStatus.NOT_FOUND)

        def make() -> tuple[str, bytes]:
            try:
                document = answer_document(answer, self._services.library().report)
            except ReportNotFound:
                fail(HTTPStatus.GONE, phrase("page.source_gone"))
            return document.title, docx_bytes(document, at=datetime.now(UTC))

        title, content = await self._read(account, make)
        return attachment(file_name(title, "docx"), content)

    def _message(self, account: Account, number: int) -> tuple[WebMessage, WebChat]:
        message = self._chats.message(number)
        if message is None:
            fail(HTTPStatus.NOT_FOUND)
        return message, self._services.chat(account, message.chat)

    async def _read(self, account: Account, read: Callable[[], _Result]) -> _Result:
        """Read in the worker, as far as somebody may."""

        def work() -> _Result:
            with self._services.reading(account):
                return read()

        return await asyncio.get_running_loop().run_in_executor(self._services.worker, work)


def _words(message: WebMessage) -> str:
    words = Text.from_json(json.loads(message.text)).plain.strip()
    return words or (message.file.name if message.file else "")


def _markdown(said: list[WebMessage]) -> Iterator[str]:
    for message in said:
        who = phrase("page.you" if message.mine else "page.bot")
        yield f"**{who}**\n\n{_escape(_words(message))}"


def _escape(text: str) -> str:
    """A text as Markdown that shows it as it is, masks and all."""
    escaped = re.sub(r"([\\`*_{}\[\]<>#+!|~])", r"\\\1", text)
    return re.sub(r"\n+", "\n\n", escaped)


def _blocks(said: list[WebMessage]) -> Iterator[DocumentBlock]:
    for message in said:
        if message.mine:
            yield DocumentBlock(heading=phrase("page.asked", words=_words(message)), level=2)
        else:
            yield from (
                DocumentBlock(line) for line in _words(message).splitlines() if line.strip()
            )

"""What the page's endpoints work with, and who is asking."""

from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import Request

from bot.assistant.assistant import Assistant
from bot.conversation.access import Access, allows, reports_of
from bot.state.accounts import Account, Session
from bot.state.opening import State
from bot.state.people import Role
from bot.state.web_chats import ChatKind, WebChat
from bot.web.adapter import WebAdapter, person_id
from bot.web.requests import fail
from knowledge.library import Library


@dataclass(frozen=True, slots=True)
class Player:
    """One of the people of a demonstration, whom whoever knows the ``token`` may be."""

    account: Account
    token: str

    @property
    def path(self) -> str:
        """The path at which one becomes them."""
        return f"/play/{self.token}/{self.account.id}"


@dataclass(frozen=True, slots=True)
class PageServices:
    """The state, the adapter and the reports behind the page.

    ``library`` and ``assistant`` are for ``worker`` alone, whose one thread opens them at the
    first call. ``address`` is where people reach the page, ``https`` whether only encrypted.
    ``user_header`` is that in which a proxy on this machine says who somebody is.
    """

    state: State
    adapter: WebAdapter
    access: Access
    library: Callable[[], Library]
    assistant: Callable[[], Assistant]
    worker: Executor
    address: str
    players: tuple[Player, ...] = ()
    user_header: str = ""

    @property
    def https(self) -> bool:
        """Whether the page is reached by HTTPS alone."""
        return self.address.startswith("https:")

    def role_of(self, account: Account) -> Role:
        """What somebody is."""
        return self.access.role_of(person_id(account.id))

    def may_see(self, account: Account, chat: WebChat) -> bool:
        """Whether a conversation is somebody's, and they may still read what stands in it."""
        if chat.account != account.id:
            return False
        return chat.kind is ChatKind.NOTICES or allows(self.role_of(account), Role.READER)

    def reading(self, account: Account) -> AbstractContextManager[None]:
        """Reads as if the reports that somebody may not read were not there; for the worker."""
        library, person = self.library(), person_id(account.id)
        closed = self.access.closed_bureaus(person, person, in_group=False)
        return library.hiding(reports_of(library.all_reports(), closed))

    def session(self, request: Request) -> Session:
        """Who asks; ends the request of somebody who is not signed in."""
        session: Session | None = request.scope.get("session")
        return session or fail(HTTPStatus.UNAUTHORIZED)

    def chat(self, account: Account, number: int) -> WebChat:
        """A conversation of theirs; ends the request where there is none that they may see."""
        chat = self.state.web_chats.chat(number)
        if chat is None or not self.may_see(account, chat):
            fail(HTTPStatus.NOT_FOUND)
        return chat

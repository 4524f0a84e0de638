"""The way in: signing in, taking an invitation, asking to be let in, inviting others."""

import asyncio
import time
import unicodedata
from collections import deque
from enum import StrEnum
from functools import cache
from http import HTTPStatus

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.state.accounts import LONGEST_SECONDS, Account
from bot.state.people import Role
from bot.web.adapter import person_id
from bot.web.requests import COOKIE, fail, read_act
from bot.web.services import PageServices
from bot.web.words import phrase

LONGEST_NAME = 20
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200
NO_PASSWORD = ""
"""In place of a hash: no password fits it."""
_SPAN = 15 * 60.0
_MOST_OF_NAME, _MOST_OF_ADDRESS = 5, 30
_SWEPT_AT = 10_000

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


class Unfit(StrEnum):
    """What is wrong with a name or a password that somebody chose."""

    NAME = "bad_name"
    SHORT = "short_password"
    LONG = "long_password"
    LIKE_NAME = "password_like_name"


def clean_name(typed: str) -> str:
    """A name as it is kept: one spelling of what looks the same, no spaces around it."""
    return unicodedata.normalize("NFKC", typed).strip()


def unfit(name: str, password: str) -> Unfit | None:
    """What is wrong with a cleaned name and a password; None where nothing is."""
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        return Unfit.NAME
    if len(password) < SHORTEST_PASSWORD:
        return Unfit.SHORT
    if len(password) > LONGEST_PASSWORD:
        return Unfit.LONG
    return Unfit.LIKE_NAME if password.lower() == name.lower() else None


def hash_password(password: str) -> str:
    """The hash under which a password is kept; takes some 50 ms of a processor."""
    return _hasher.hash(password)


def is_password(password: str, kept: str) -> bool:
    """Whether a password is that of a hash. An empty hash is nobody's, and takes as long."""
    try:
        return _hasher.verify(kept or _any_hash(), password) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _any_hash() -> str:
    """A hash to compare with where there is none, so that it takes as long."""
    return _hasher.hash("")


class SignInThrottle:
    """How often it failed lately, for each name and each address; times are of one clock."""

    def __init__(self) -> None:
        self._failed: dict[str, deque[float]] = {}

    def wait(self, name: str, address: str, now: float) -> float:
        """Seconds until the next try; 0 is now."""
        return max(self._wait(key, most, now) for key, most in _counted(name, address))

    def _wait(self, key: str, most: int, now: float) -> float:
        failed = self._failed.get(key, deque[float]())
        while failed and now - failed[0] >= _SPAN:
            failed.popleft()
        return failed[-most] + _SPAN - now if len(failed) >= most else 0.0

    def note_failure(self, name: str, address: str, now: float) -> None:
        """Count a try that failed."""
        if len(self._failed) > _SWEPT_AT:
            self._failed = {k: d for k, d in self._failed.items() if now - d[-1] < _SPAN}
        for key, most in _counted(name, address):
            self._failed.setdefault(key, deque(maxlen=most)).append(now)

    def note_success(self, name: str) -> None:
        """Forget the failures of a name."""
        self._failed.pop(f"name {name}", None)


def _counted(name: str, address: str) -> tuple[tuple[str, int], ...]:
    """What failures are counted by, and how many there may be."""
    return (f"name {name}", _MOST_OF_NAME), (f"address {address}", _MOST_OF_ADDRESS)


_THIS_MACHINE = ("127.0.0.1", "::1")
_INVITED_ROLES = (Role.READER, Role.EDITOR, Role.ADMIN)


class _Entry(BaseModel):
    name: str
    password: str
    token: str = ""


class _Invitation(BaseModel):
    role: Role


class _NewPassword(BaseModel):
    old: str
    new: str


class EntryEndpoints:
    """Everything about accounts and sessions."""

    def __init__(self, services: PageServices) -> None:
        self._services = services
        self._accounts = services.state.accounts
        self._throttle = SignInThrottle()

    async def sign_in(self, request: Request) -> Response:
        """Sign in by name and password."""
        entry = await read_act(request, _Entry)
        name, address = clean_name(entry.name), _address(request)
        if wait := self._throttle.wait(name, address, time.monotonic()):
            fail(HTTPStatus.TOO_MANY_REQUESTS, phrase("entry.wait", minutes=int(wait / 60) + 1))
        account = self._accounts.find_named(name)
        kept = account.password if account else ""
        right = await asyncio.to_thread(is_password, entry.password, kept)
        if account is None or not right:
            self._throttle.note_failure(name, address, time.monotonic())
            fail(HTTPStatus.UNAUTHORIZED, phrase("entry.wrong"))
        self._throttle.note_success(name)
        return self._open_session(account)

    async def join(self, request: Request) -> Response:
        """Take an invitation: an account of the role that it is to."""
        entry = await read_act(request, _Entry)
        role = self._accounts.invited_role(entry.token, time.time())
        if role is None:
            fail(HTTPStatus.GONE, phrase("entry.no_invitation"))
        account = await self._new_account(entry)
        self._accounts.take_invitation(entry.token)
        self._services.state.people.give(person_id(account.id), account.name, role, time.time())
        self._services.state.audit.note(person_id(account.id), "join", role.value, time.time())
        return self._open_session(account)

    async def apply(self, request: Request) -> Response:
        """An account that an administrator has still to let in; who has one asks with it."""
        if session := request.scope.get("session"):
            await self._services.adapter.apply(session.account)
            return Response(status_code=HTTPStatus.NO_CONTENT)
        address = _address(request)
        if self._throttle.wait("", address, time.monotonic()):
            fail(HTTPStatus.TOO_MANY_REQUESTS, phrase("entry.wait", minutes=15))
        self._throttle.note_failure("", address, time.monotonic())
        if not self._services.adapter.is_ready:
            fail(HTTPStatus.SERVICE_UNAVAILABLE, phrase("page.crowded"))
        account = await self._new_account(await read_act(request, _Entry))
        await self._services.adapter.apply(account)
        return self._open_session(account)

    async def enter(self, request: Request) -> Response | None:
        """The way in of somebody whom a proxy on this machine names; None of anybody else.

        Who is new there has an account that an administrator has still to let in.
        """
        header, address = self._services.user_header, _address(request)
        said = request.headers.get(header, "") if header else ""
        name = clean_name(said.encode("latin-1").decode("utf-8", "replace"))
        if not name or address not in _THIS_MACHINE:
            return None
        account = self._accounts.find_named(name)
        if account is None:
            account = self._accounts.add(name, NO_PASSWORD, time.time())
            if account and self._services.adapter.is_ready:
                await self._services.adapter.apply(account)
        if account is None:
            return None
        return self._with_session(RedirectResponse("/", HTTPStatus.SEE_OTHER), account)

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        self._accounts.sign_out(request.cookies.get(COOKIE, ""))
        response = Response(status_code=HTTPStatus.NO_CONTENT)
        response.delete_cookie(COOKIE)
        return response

    async def change_password(self, request: Request) -> Response:
        """Another password; everywhere else the person is signed out."""
        account = self._services.session(request).account
        change = await read_act(request, _NewPassword)
        if not await asyncio.to_thread(is_password, change.old, account.password):
            fail(HTTPStatus.FORBIDDEN, phrase("entry.wrong_old"))
        if fault := unfit(account.name, change.new):
            fail(HTTPStatus.BAD_REQUEST, phrase(f"entry.{fault}"))
        self._accounts.set_password(account, await asyncio.to_thread(hash_password, change.new))
        return self._open_session(account)

    async def invite(self, request: Request) -> Response:
        """An address by which one person makes an account of a role."""
        account = self._services.session(request).account
        if self._services.role_of(account) is not Role.ADMIN:
            fail(HTTPStatus.FORBIDDEN)
        role = (await read_act(request, _Invitation)).role
        if role not in _INVITED_ROLES:
            fail(HTTPStatus.BAD_REQUEST)
        person = person_id(account.id)
        self._services.state.audit.note(person, "invite", role.value, time.time())
        return JSONResponse({"url": invitation_url(self._services, role, person)})

    async def play(self, request: Request) -> Response:
        """Be one of the people of the demonstration, whose page goes from one to the other."""
        player = next((p for p in self._services.players if p.path == request.url.path), None)
        if player is None:
            fail(HTTPStatus.NOT_FOUND)
        return self._with_session(RedirectResponse("/", HTTPStatus.SEE_OTHER), player.account)

    async def _new_account(self, entry: _Entry) -> Account:
        name = clean_name(entry.name)
        if fault := unfit(name, entry.password):
            fail(HTTPStatus.BAD_REQUEST, phrase(f"entry.{fault}"))
        password = await asyncio.to_thread(hash_password, entry.password)
        account = self._accounts.add(name, password, time.time())
        return account or fail(HTTPStatus.CONFLICT, phrase("entry.name_taken"))

    def _open_session(self, account: Account) -> Response:
        return self._with_session(Response(status_code=HTTPStatus.NO_CONTENT), account)

    def _with_session(self, response: Response, account: Account) -> Response:
        response.set_cookie(
            COOKIE,
            self._accounts.sign_in(account, time.time()),
            max_age=LONGEST_SECONDS,
            secure=self._services.https,
            httponly=True,
            samesite="strict",
        )
        return response


def invitation_url(services: PageServices, role: Role, by: str) -> str:
    """The address of a new invitation."""
    token = services.state.accounts.invite(role, by, time.time())
    return f"{services.address}/join/{token}"


def _address(request: Request) -> str:
    return request.client.host if request.client else ""

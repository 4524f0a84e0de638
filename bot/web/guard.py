"""Who may ask the page's server anything: hosts, origins, sessions; pure."""

import hmac
import ipaddress
from collections.abc import Collection, Mapping
from http import HTTPStatus

from bot.state.accounts import Session

COOKIE = "session"
GUARD_HEADER = "x-guard"
SAFE_METHODS = ("GET", "HEAD")

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
}
"""The headers of every answer."""
ENCRYPTED_HEADERS = HEADERS | {"cross-origin-opener-policy": "same-origin"}
"""Those of a page that is reached by HTTPS alone; elsewhere browsers complain of the one more."""


def refused_host(host: str, names: Collection[str]) -> bool:
    """Whether a Host header is one that this server does not answer to.

    An address of numbers cannot be made to point elsewhere; a name can, so only known ones count.
    """
    name = _name_of(host.lower())
    if name in ("localhost", *names):
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return True
    return False


def _name_of(host: str) -> str:
    """A host without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def refusal(headers: Mapping[str, str], method: str, session: Session | None) -> HTTPStatus | None:
    """Why a request that does something is refused; None where it may be answered.

    The browser must say that it comes from our own page, and a page where somebody is signed in
    must show that it was given the session's guard.
    """
    if method in SAFE_METHODS:
        return None
    if not _is_from_page(headers):
        return HTTPStatus.FORBIDDEN
    shown = headers.get(GUARD_HEADER, "")
    if session and not hmac.compare_digest(shown.encode(), session.guard.encode()):
        return HTTPStatus.FORBIDDEN
    return None


def _is_from_page(headers: Mapping[str, str]) -> bool:
    """Whether the browser says so: each sends the origin or the site, some only one of them."""
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is None and site is None:
        return False
    host = headers.get("host", "").lower()
    return origin in (None, f"http://{host}", f"https://{host}") and site in (None, "same-origin")

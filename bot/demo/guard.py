"""Who may speak to the page's server: the page itself, in a browser on this machine.

Any site that is open in the same browser can send requests to 127.0.0.1, or have its own name
lead there. The path's token is what it cannot know, the Host what it cannot forge, and Origin and
Sec-Fetch-Site say where a request comes from.
"""

import hmac
from collections.abc import Mapping

FORBIDDEN, NOT_FOUND = 403, 404

_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", _POLICY),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""What every answer bears."""


def refusal(headers: Mapping[bytes, bytes], path: str, *, port: int, token: str, acts: bool) -> int:
    """The status with which a request is refused, 0 for one that may be answered.

    ``acts``: it does something, or goes on listening; then it must come from the page itself.
    """
    host = headers.get(b"host", b"").decode("latin-1").lower()
    if host not in (f"127.0.0.1:{port}", f"localhost:{port}"):
        return FORBIDDEN
    shown = path.removeprefix("/").partition("/")[0]
    if not hmac.compare_digest(shown.encode(), token.encode()):
        return NOT_FOUND
    return 0 if not acts or _is_of_the_page(headers, host) else FORBIDDEN


def _is_of_the_page(headers: Mapping[bytes, bytes], host: str) -> bool:
    """Whether the browser says so: every one tells the Origin or the site, if only one of them."""
    origin = headers.get(b"origin")
    site = headers.get(b"sec-fetch-site")
    if origin is None and site is None:
        return False
    return origin in (None, f"http://{host}".encode()) and site in (None, b"same-origin")

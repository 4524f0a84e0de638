"""Whether what a setting holds is the address of a server."""

from urllib.parse import urlsplit


def is_http_address(url: str) -> bool:
    """Whether it is ``http://`` or ``https://`` with a host, and with a port that can be."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False

"""How much may be sent: of one file, of one archive, by one person, and by all."""

from dataclasses import dataclass

_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits in bytes and counts; ``file`` is what the Bot API hands over at most.

    ``ratio`` is how far a member of an archive may grow, where it is larger than ``small``.
    ``directory`` is how long an archive's own list may be. ``characters`` is the longest text:
    it takes some ten seconds to load, beside the other work; work reports have some 20,000, and
    the longest government reports 350,000.
    """

    file: int = 20 * _MEGABYTE
    characters: int = 400_000
    members: int = 200
    unpacked: int = 100 * _MEGABYTE
    directory: int = _MEGABYTE // 4
    ratio: int = 100
    small: int = _MEGABYTE // 4
    all_files: int = 2_000
    all_bytes: int = 500 * _MEGABYTE
    daily_files: int = 200
    daily_bytes: int = 100 * _MEGABYTE


LIMITS = Limits()

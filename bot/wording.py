"""What people read, from ``data/wording.toml`` and ``data/cli.toml``: prose is data."""

from pathlib import Path

from knowledge.models import Bureau
from knowledge.understanding.periods import Period
from knowledge.vocabulary import fill_in

_DATA = Path(__file__).parent / "data"
ANSWERS_FILE, CLI_FILE = _DATA / "wording.toml", _DATA / "cli.toml"


def say(key: str, /, **fields: object) -> str:
    """What an answer says: ``table.name`` of wording.toml, its fields filled in."""
    return fill_in(ANSWERS_FILE, key, fields)


def tell(key: str, /, **fields: object) -> str:
    """What the command line says: ``table.name`` of cli.toml, its fields filled in."""
    return fill_in(CLI_FILE, key, fields)


def name_bureau(bureau: Bureau | None, unknown: str = "") -> str:
    """A bureau's name, or that no report states it: in the words of answers if none are given."""
    return bureau.name if bureau else unknown or say("answer.unknown_bureau")


def name_period(period: Period | None, unknown: str = "") -> str:
    """A period's wording, or that no report states it; see ``name_bureau``."""
    return str(period) if period else unknown or say("answer.unknown_period")

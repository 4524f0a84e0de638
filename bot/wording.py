"""What people read, from ``data/wording.toml`` and ``data/cli.toml``: prose is data."""

from pathlib import Path

from knowledge.vocabulary import fill_in

_DATA = Path(__file__).parent / "data"
ANSWERS, COMMANDS = _DATA / "wording.toml", _DATA / "cli.toml"


def say(key: str, /, **fields: object) -> str:
    """What an answer says: ``table.name`` of wording.toml, its fields filled in."""
    return fill_in(ANSWERS, key, fields)


def tell(key: str, /, **fields: object) -> str:
    """What the command line says: ``table.name`` of cli.toml, its fields filled in."""
    return fill_in(COMMANDS, key, fields)

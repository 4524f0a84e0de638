"""What people read, from ``data/wording.toml`` and ``data/cli.toml``: prose is data."""

from functools import cache
from pathlib import Path
from typing import Any

from knowledge.errors import DataFileError
from knowledge.vocabulary import read_toml

_DATA = Path(__file__).parent / "data"
ANSWERS, COMMANDS = _DATA / "wording.toml", _DATA / "cli.toml"


@cache
def _tables(path: Path) -> dict[str, Any]:
    return read_toml(path)


def say(key: str, /, **fields: object) -> str:
    """What an answer says: ``table.name`` of wording.toml, its fields filled in."""
    return filled(ANSWERS, key, fields)


def tell(key: str, /, **fields: object) -> str:
    """What the command line says: ``table.name`` of cli.toml, its fields filled in."""
    return filled(COMMANDS, key, fields)


def filled(path: Path, key: str, fields: dict[str, object]) -> str:
    """A sentence of a wording file, its fields filled in; raises DataFileError."""
    table, _, name = key.partition(".")
    try:
        return str(_tables(path)[table][name].format(**fields))
    except (KeyError, ValueError, IndexError) as error:
        raise DataFileError(name=path.name, fault=f"{key} 缺失或花括号不对。") from error

"""What the bot says, from ``data/wording.toml``: prose is data."""

from functools import cache
from pathlib import Path

from knowledge.datafiles import read_toml
from knowledge.errors import DataFileError

_FILE = Path(__file__).parent / "data" / "wording.toml"


@cache
def _tables(path: Path) -> dict[str, dict[str, str]]:
    return read_toml(path)


def say(key: str, **fields: object) -> str:
    """The sentence ``table.name`` with its fields filled in; raises DataFileError if absent."""
    table, _, name = key.partition(".")
    try:
        return _tables(_FILE)[table][name].format(**fields)
    except (KeyError, ValueError, IndexError) as error:
        raise DataFileError(name=_FILE.name, fault=f"{key} 缺失或花括号不对。") from error

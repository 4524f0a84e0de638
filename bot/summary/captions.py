"""What a summary says in its own words, from ``data/summary.toml``."""

from pathlib import Path

from bot.wording import filled

CAPTIONS = Path(__file__).parent.parent / "data" / "summary.toml"


def caption(key: str, /, **fields: object) -> str:
    """``table.name`` of summary.toml, its fields filled in."""
    return filled(CAPTIONS, key, fields)

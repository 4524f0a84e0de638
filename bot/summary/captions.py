"""What a summary says in its own words, from ``data/summary.toml``."""

from pathlib import Path

from knowledge.vocabulary import fill_in

CAPTIONS = Path(__file__).parent.parent / "data" / "summary.toml"


def caption(key: str, /, **fields: object) -> str:
    """``table.name`` of summary.toml, its fields filled in."""
    return fill_in(CAPTIONS, key, fields)

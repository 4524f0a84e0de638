"""The page's words, from ``data/web.toml``: prose is data."""

from functools import cache, partial
from pathlib import Path

from knowledge.vocabulary import Vocabulary, fill_in, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "web.toml"


class WebWords(Vocabulary):
    """The tables that the page fills in itself."""

    entry: dict[str, str]
    page: dict[str, str]
    trace: dict[str, str]
    trace_value: dict[str, str]


web_words = cache(partial(load_vocabulary, WebWords, path=_FILE))


def phrase(key: str, /, **fields: object) -> str:
    """A sentence of ``table.name``, its fields filled in; raises DataFileError."""
    return fill_in(_FILE, key, fields)

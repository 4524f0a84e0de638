"""What the ledger says, and the words that it judges by: ``data/ledger.toml``."""

from functools import cache, partial
from pathlib import Path

from knowledge.vocabulary import Pattern, Vocabulary, Words, at, fill_in, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "ledger.toml"


def ledger_caption(key: str, /, **fields: object) -> str:
    """``table.name`` of ledger.toml, its fields filled in."""
    return fill_in(_FILE, key, fields)


class LedgerWords(Vocabulary):
    """How a cell marks what it holds, what speaks of a whole report, and the look of charts.

    ``counted_everywhere`` are lines of work whose things each of the ``lines`` counts for itself,
    as what is said of a subject of ``one_line`` is; after a ``campaign`` stands its count alone.
    ``tail`` is the end of a bureau's name that a chart leaves out.
    """

    masked: str = at("cell.masked")
    approximate: str = at("cell.approximate")
    doubtful: str = at("cell.doubtful")
    part: str = at("cell.part")
    counted_everywhere: Words = at("cell.counted_everywhere")
    lines: Words = at("cell.lines")
    campaign: Pattern = at("cell.campaign")
    one_line: Pattern = at("cell.one_line")
    whole: Pattern = at("cell.whole")
    unknown_bureau: str = at("cell.unknown_bureau")
    unknown_period: str = at("cell.unknown_period")
    apart: str = at("cell.apart")
    tail: Pattern = at("chart.tail")
    fonts: Words = at("chart.fonts")
    colours: Words = at("chart.colours")


ledger_words = cache(partial(load_vocabulary, LedgerWords, path=_FILE))

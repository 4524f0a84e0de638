"""How menus and lists call reports, by bureau and period, and lines of work."""

from collections.abc import Sequence
from pathlib import Path

from bot.conversation.context import RequestContext
from bot.conversation.menus import MenuChoice
from bot.conversation.wording import plain
from bot.wording import name_bureau, name_period
from knowledge.errors import ReportNotFound
from knowledge.storage.protocols import ReportEntry

EVERYTHING = "*"
"""All lines of work, where the name of one would stand."""


def topic_label(name: str) -> str:
    """A line of work, or all of them, as a menu names it."""
    return plain("choosing.everything") if name == EVERYTHING else name


def topic_labels(_context: RequestContext, choice: MenuChoice) -> list[str]:
    """The lines of work that a menu lists."""
    return list(map(topic_label, choice.listed))


def topic_of(name: str) -> str:
    """A line of work as a request names it: all of them are none."""
    return "" if name == EVERYTHING else name


def bureau_label(entry: ReportEntry) -> str:
    """Whose report it is."""
    return name_bureau(entry.identity.bureau)


def bureau_labels(entries: Sequence[ReportEntry]) -> list[str]:
    """The bureaus of some reports, each once, in order."""
    return list(dict.fromkeys(map(bureau_label, entries)))


def period_label(entry: ReportEntry, among: Sequence[ReportEntry]) -> str:
    """For when a report is, with its file where another of the same bureau is alike or unknown."""
    period = entry.identity.period
    words = name_period(period)
    alike = [
        e for e in among if bureau_label(e) == bureau_label(entry) and e.identity.period == period
    ]
    if len(alike) > 1 or period is None:
        return plain("choosing.same_period", period=words, file=Path(entry.file).stem)
    return words


def report_label(entry: ReportEntry, among: Sequence[ReportEntry]) -> str:
    """A report by bureau and period."""
    return f"{bureau_label(entry)} {period_label(entry, among)}"


def entry_called(entries: Sequence[ReportEntry], words: str) -> ReportEntry | None:
    """The only report whose file, title or label the words are, spaces aside; None of none.

    A file's name without its ending only says of whom and when it is.
    """
    wanted = "".join(words.split())

    def names(entry: ReportEntry) -> set[str]:
        told = (Path(entry.file).name, entry.identity.title, report_label(entry, entries))
        return {"".join(name.split()) for name in told}

    found = [entry for entry in entries if wanted and wanted in names(entry)]
    return found[0] if len(found) == 1 else None


def entry_of(entries: Sequence[ReportEntry], report_id: str) -> ReportEntry:
    """A report's entry; raises ReportNotFound."""
    found = next((entry for entry in entries if entry.id == report_id), None)
    if found is None:
        raise ReportNotFound(wanted=report_id, known="")
    return found

"""What was understood of a file that was sent, as a message with buttons to correct or undo."""

from hashlib import blake2b

from bot.conversation.context import RequestContext
from bot.conversation.menus import paged, shortened
from bot.conversation.messages import Button, Reply, Rows, Text
from bot.conversation.wording import plain, sentence
from bot.state.uploads import Version
from bot.uploads.archives import Refusal
from bot.uploads.limits import LIMITS
from bot.uploads.shelf import Shelf
from knowledge.storage.rows import Entry
from knowledge.understanding.identity import bureau_mentions, identity_words
from knowledge.understanding.periods import Period, YearPart, period_mentions

_MENTIONED = 6
_YEARS_BACK = 6
_PER_ROW = 3


def shelf_of(context: RequestContext) -> Shelf:
    """Where files lie that were sent to this context."""
    return Shelf(context.data_dir, context.state.uploads)


def reason_of(refusal: Refusal) -> str:
    """Why a file was not taken, in words."""
    return plain(
        f"upload_refused.{refusal.reason.value}",
        detail=refusal.detail,
        size=LIMITS.file >> 20,
        characters=LIMITS.characters,
        members=LIMITS.members,
        unpacked=LIMITS.unpacked >> 20,
    )


def entry_of(context: RequestContext, version: Version) -> Entry | None:
    """The report of a version, as the library lists it."""
    return next((e for e in context.library.all_reports() if e.id == version.report_id), None)


def named(context: RequestContext, version: Version) -> tuple[str, str]:
    """Bureau and period of a version's report, in words."""
    entry = entry_of(context, version)
    bureau = entry.identity.bureau if entry else None
    period = entry.identity.period if entry else None
    unknown = plain("upload.unknown")
    return bureau.name if bureau else unknown, str(period) if period else unknown


def card(context: RequestContext, version: Version, head: Text, *, back: bool = False) -> Reply:
    """What was understood of a file, under a line."""
    entry = entry_of(context, version)
    back_row = ((Button(plain("button.back"), f"l:b:{version.update_id}:0"),),) if back else ()
    if entry is None or version.withdrawn:
        return Reply((sentence("upload.left", name=version.name),), back_row)
    bureau, period = named(context, version)
    counts = {"sections": entry.sections, "passages": entry.passages, "figures": entry.figures}
    blocks = [head, sentence("upload.understood", bureau=bureau, period=period, **counts)]
    identity = entry.identity
    if not (identity.bureau and identity.period):
        blocks.append(sentence("upload.doubt"))
    rows: Rows = (
        (
            _button("wrong_bureau" if identity.bureau else "tell_bureau", f"l:u:{version.id}:0"),
            _button("wrong_period" if identity.period else "tell_period", f"l:y:{version.id}"),
        ),
        (_button("undo", f"l:x:{version.id}"),),
    )
    return Reply(tuple(block for block in blocks if block), (*rows, *back_row))


def batch(context: RequestContext, update_id: int, page: int) -> Reply:
    """The files that one update brought, each as a button."""
    versions = [v for v in context.state.uploads.of_update(update_id) if not v.withdrawn]
    buttons = [Button(shortened(v.name), f"l:c:{v.id}") for v in versions]
    rows = paged(buttons, page, lambda n: f"l:b:{update_id}:{n}")
    return Reply((sentence("upload.look"),), (*rows, (_button("undo_all", f"l:a:{update_id}"),)))


def bureaus_page(context: RequestContext, version: Version, page: int) -> Reply:
    """The bureaus that a report may be of."""
    buttons = [
        Button(shortened(name), f"l:s:{version.id}:{_sign(name)}")
        for name in _bureaus(context, version)
    ]
    back = (Button(plain("button.back"), f"l:c:{version.id}"),)
    if not buttons:
        return Reply((sentence("upload.no_bureaus"),), (back,))
    rows = paged(buttons, page, lambda n: f"l:u:{version.id}:{n}")
    return Reply((sentence("upload.which_bureau", name=version.name),), (*rows, back))


def bureau_of(context: RequestContext, version: Version, sign: int) -> str:
    """The bureau of which a button bears the sign; empty where none is left."""
    return next((name for name in _bureaus(context, version) if _sign(name) == sign), "")


def years_page(context: RequestContext, version: Version, this_year: int) -> Reply:
    """The years that a report may be for: those it names, and the last ones."""
    named_years = set()
    if entry_of(context, version):
        text = context.library.report(version.report_id).text
        named_years = {mention.period.year for mention in period_mentions(text)}
    recent = set(range(this_year - _YEARS_BACK, this_year + 2))
    near = {year for year in named_years if abs(year - this_year) <= 2 * _YEARS_BACK}
    buttons = [
        Button(plain("upload.year", year=year), f"l:q:{version.id}:{year}")
        for year in sorted(recent | near, reverse=True)
    ]
    rows = tuple(tuple(buttons[n : n + _PER_ROW]) for n in range(0, len(buttons), _PER_ROW))
    back = (Button(plain("button.back"), f"l:c:{version.id}"),)
    return Reply((sentence("upload.which_year", name=version.name),), (*rows, back))


def parts_page(version: Version, year: int) -> Reply:
    """The parts of a year."""
    buttons = [
        Button(Period(year, part).part.wording or plain("upload.whole_year"), data)
        for part in YearPart
        if (data := f"l:t:{version.id}:{year}:{part.value}")
    ]
    rows = (tuple(buttons[:3]), tuple(buttons[3:5]), tuple(buttons[5:]))
    back = (Button(plain("button.back"), f"l:y:{version.id}"),)
    return Reply((sentence("upload.which_part", name=version.name, year=year),), (*rows, back))


def _bureaus(context: RequestContext, version: Version) -> list[str]:
    """Known bureaus, and those that the report itself names, in a fixed order."""
    names = {e.identity.bureau.name for e in context.library.all_reports() if e.identity.bureau}
    mentioned: list[str] = []
    if entry_of(context, version):
        text = context.library.report(version.report_id).text
        mentioned = list(dict.fromkeys(bureau_mentions(text, identity_words())))[:_MENTIONED]
    return list(dict.fromkeys([*mentioned, *sorted(names)]))


def _sign(name: str) -> int:
    """A number for a name that fits a button."""
    return int.from_bytes(blake2b(name.encode("utf-8", "ignore"), digest_size=6).digest(), "big")


def _button(words: str, data: str) -> Button:
    return Button(plain(f"upload.{words}"), data)

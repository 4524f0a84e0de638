"""Documents that people send: into the library, with what was understood of them told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.errors import Stopped
from bot.telegram.features.lines import blocks_of
from bot.telegram.features.people import introduce
from bot.telegram.features.uploadcards import batch, card, named, reason_of, shelf_of
from bot.telegram.features.uploadtaps import tapped
from bot.telegram.keyboards import shortened
from bot.telegram.replies import Outcome, Reply, says
from bot.telegram.visit import Desk, Upload, Visit
from bot.telegram.words import html, plain
from bot.uploads.archives import Member, Reason, Refusal, is_archive, unpacked
from bot.uploads.captions import Office, told_by
from bot.uploads.limits import LIMITS
from bot.uploads.names import safe_name
from bot.uploads.taking import Fate, Known, Sending, Taken, Taker
from knowledge.errors import StoreBusy
from knowledge.library import label
from knowledge.loading import Loader, Status

__all__ = ["tapped", "upload", "upload_help"]


def upload_help(_desk: Desk, _visit: Visit, _words: str) -> Outcome:
    """``/upload``: how reports are handed over."""
    return says(html("upload.how", size=LIMITS.file >> 20))


def upload(desk: Desk, visit: Visit, upload: Upload, caption: str) -> Outcome:
    """A document that was sent: taken into the library, or why not.

    The same update handled again leaves the same files and the same library. Raises
    StoreUnwritable, EmbeddingFailed and the like; nothing of the file is left then.
    """
    introduce(desk, visit)
    name = safe_name(upload.name)
    if upload.size > LIMITS.file:
        return _told_of_one(desk, Refusal(name, Reason.TOO_LARGE))
    with upload.path.open("rb") as file:
        data = file.read(LIMITS.file + 1)
    if len(data) > LIMITS.file:
        return _told_of_one(desk, Refusal(name, Reason.TOO_LARGE))
    archive = is_archive(data)
    count, found = unpacked(name, data, LIMITS) if archive else (1, iter([Member(name, data)]))
    try:
        batch = _taken(desk, visit, _each(desk, visit, found, caption), count)
    except StoreBusy:
        return says(html("upload.busy"))
    return (
        _told_of_many(desk, visit, name, batch) if archive else _told_of_one(desk, batch.fates[0])
    )


@dataclass(slots=True)
class _Batch:
    """What became of the files of an update, as far as it came."""

    fates: list[Fate] = field(default_factory=list)
    stopped: bool = False


def _taken(
    desk: Desk, visit: Visit, take_each: Callable[[Loader], Iterator[Fate]], count: int
) -> _Batch:
    """Take the files one after another; /stop leaves those that are in."""
    batch = _Batch()
    with desk.library.loader() as loader:
        try:
            for fate in take_each(loader):
                batch.fates.append(fate)
                visit.progress(len(batch.fates), count)
        except Stopped:
            batch.stopped = True
    return batch


def _each(
    desk: Desk, visit: Visit, found: Iterator[Member | Refusal], caption: str
) -> Callable[[Loader], Iterator[Fate]]:
    """What takes each file that was found, once the library may be written."""

    def take_each(loader: Loader) -> Iterator[Fate]:
        shelf = shelf_of(desk)
        shelf.purge(visit.now)
        office = Office(plain("upload.place_ends"), plain("upload.office"))
        tell = told_by(desk.library, caption, office)
        taker = Taker(desk.library, shelf, desk.state.uploads, LIMITS)
        for n, member in enumerate(found):
            if isinstance(member, Refusal):
                yield member
                continue
            sending = Sending(visit.update_id, n, visit.user_id, visit.now)
            fate = taker.take(loader, sending, member, tell)
            if isinstance(fate, Taken) and fate.fresh:
                desk.state.audit.note(visit.user_id, "upload", fate.version.name, visit.now)
            yield fate

    return take_each


def _told_of_one(desk: Desk, fate: Fate) -> Outcome:
    match fate:
        case Taken(version, status):
            head = "upload.added" if status is Status.ADDED else "upload.replaced"
            return Outcome(replies=(card(desk, version, html(head, name=version.name)),))
        case Known(name, entry):
            return says(html("upload.known", name=name, label=label(entry)))
        case Refusal(name):
            return says(html("upload.refused", name=name, reason=reason_of(fate)))


def _told_of_many(desk: Desk, visit: Visit, name: str, batch_: _Batch) -> Outcome:
    """A line for each file, and under another message a button for each that was taken."""
    fates = batch_.fates
    counts = {
        "taken": sum(isinstance(fate, Taken) for fate in fates),
        "known": sum(isinstance(fate, Known) for fate in fates),
        "refused": sum(isinstance(fate, Refusal) for fate in fates),
    }
    lines = blocks_of([_line(desk, fate) for fate in fates])
    blocks = (html("upload.many", name=name, **counts), *lines)
    if batch_.stopped:
        blocks += (html("upload.stopped"),)
    replies = [Reply(blocks)]
    if counts["taken"]:
        replies.append(batch(desk, visit.update_id, 0))
    return Outcome(replies=tuple(replies))


def _line(desk: Desk, fate: Fate) -> str:
    match fate:
        case Taken(version):
            bureau, period = named(desk, version)
            name = shortened(version.name)
            return html("upload.line_taken", name=name, bureau=bureau, period=period)
        case Known(name, entry):
            return html("upload.line_known", name=shortened(name), label=label(entry))
        case Refusal(name):
            return html("upload.line_refused", name=shortened(name), reason=reason_of(fate))

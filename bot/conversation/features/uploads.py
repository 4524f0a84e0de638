"""Documents that people send: into the library, with what was understood of them told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.conversation.context import RequestContext
from bot.conversation.features.people import introduce
from bot.conversation.features.uploadcards import batch, card, named, reason_of, shelf_of
from bot.conversation.features.uploadtaps import tapped
from bot.conversation.menus import shortened
from bot.conversation.messages import Outcome, Reply, Text, reply_with
from bot.conversation.wording import plain, sentence
from bot.errors import Stopped
from bot.uploads.archives import Member, Reason, Refusal, is_archive, unpacked
from bot.uploads.captions import Office, told_by
from bot.uploads.limits import LIMITS
from bot.uploads.names import safe_name
from bot.uploads.taking import Fate, Known, Sending, Taken, Taker
from knowledge.errors import StoreBusy
from knowledge.library import label
from knowledge.loading.loader import Loader, Status

__all__ = ["tapped", "upload", "upload_help"]


def upload_help(_context: RequestContext, _words: str) -> Outcome:
    """``/upload``: how reports are handed over."""
    return reply_with(sentence("upload.how", size=LIMITS.file >> 20))


def upload(context: RequestContext, caption: str) -> Outcome:
    """The attached document: taken into the library, or why not.

    The same update handled again leaves the same files and the same library. Raises
    StoreUnwritable, EmbeddingFailed and the like; nothing of the file is left then.
    """
    introduce(context)
    attachment = context.attachment
    if attachment is None:
        raise ValueError(context.update_id)
    name = safe_name(attachment.name)
    if attachment.size > LIMITS.file:
        return _told_of_one(context, Refusal(name, Reason.TOO_LARGE))
    with attachment.path.open("rb") as file:
        data = file.read(LIMITS.file + 1)
    if len(data) > LIMITS.file:
        return _told_of_one(context, Refusal(name, Reason.TOO_LARGE))
    archive = is_archive(data)
    count, found = unpacked(name, data, LIMITS) if archive else (1, iter([Member(name, data)]))
    try:
        batch = _taken(context, _each(context, found, caption), count)
    except StoreBusy:
        return reply_with(sentence("upload.busy"))
    return _told_of_many(context, name, batch) if archive else _told_of_one(context, batch.fates[0])


@dataclass(slots=True)
class _Batch:
    """What became of the files of an update, as far as it came."""

    fates: list[Fate] = field(default_factory=list)
    stopped: bool = False


def _taken(
    context: RequestContext, take_each: Callable[[Loader], Iterator[Fate]], count: int
) -> _Batch:
    """Take the files one after another; /stop leaves those that are in."""
    batch = _Batch()
    with context.library.loader() as loader:
        try:
            for fate in take_each(loader):
                batch.fates.append(fate)
                context.progress(len(batch.fates), count)
        except Stopped:
            batch.stopped = True
    return batch


def _each(
    context: RequestContext, found: Iterator[Member | Refusal], caption: str
) -> Callable[[Loader], Iterator[Fate]]:
    """What takes each file that was found, once the library may be written."""

    def take_each(loader: Loader) -> Iterator[Fate]:
        shelf = shelf_of(context)
        shelf.purge(context.now)
        office = Office(plain("upload.place_ends"), plain("upload.office"))
        tell = told_by(context.library, caption, office)
        taker = Taker(context.library, shelf, context.state.uploads, LIMITS)
        for n, member in enumerate(found):
            if isinstance(member, Refusal):
                yield member
                continue
            sending = Sending(context.update_id, n, context.user_id, context.now)
            fate = taker.take(loader, sending, member, tell)
            if isinstance(fate, Taken) and fate.fresh:
                context.state.audit.note(context.user_id, "upload", fate.version.name, context.now)
            yield fate

    return take_each


def _told_of_one(context: RequestContext, fate: Fate) -> Outcome:
    match fate:
        case Taken(version, status):
            head = "upload.added" if status is Status.ADDED else "upload.replaced"
            return Outcome(replies=(card(context, version, sentence(head, name=version.name)),))
        case Known(name, entry):
            return reply_with(sentence("upload.known", name=name, label=label(entry)))
        case Refusal(name):
            return reply_with(sentence("upload.refused", name=name, reason=reason_of(fate)))


def _told_of_many(context: RequestContext, name: str, batch_: _Batch) -> Outcome:
    """A line for each file, and under another message a button for each that was taken."""
    fates = batch_.fates
    counts = {
        "taken": sum(isinstance(fate, Taken) for fate in fates),
        "known": sum(isinstance(fate, Known) for fate in fates),
        "refused": sum(isinstance(fate, Refusal) for fate in fates),
    }
    blocks = [
        sentence("upload.many", name=name, **counts),
        Text("\n").join(_line(context, fate) for fate in fates),
    ]
    if batch_.stopped:
        blocks.append(sentence("upload.stopped"))
    replies = [Reply(tuple(block for block in blocks if block))]
    if counts["taken"]:
        replies.append(batch(context, context.update_id, 0))
    return Outcome(replies=tuple(replies))


def _line(context: RequestContext, fate: Fate) -> Text:
    match fate:
        case Taken(version):
            bureau, period = named(context, version)
            name = shortened(version.name)
            return sentence("upload.line_taken", name=name, bureau=bureau, period=period)
        case Known(name, entry):
            return sentence("upload.line_known", name=shortened(name), label=label(entry))
        case Refusal(name):
            return sentence("upload.line_refused", name=shortened(name), reason=reason_of(fate))

"""Documents that people send: loaded into the library, then shown with buttons to correct or undo.

A draft that is only to be looked at is not loaded; one that was is taken back for 只帮我看看.

The data of the buttons, after ``l:``, is a letter and numbers: ``u:17:0`` is page 0 of the bureaus
for version 17, ``b:9:0`` page 0 of the files of update 9.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from itertools import islice

from bot.conversation.access import allows, may_change
from bot.conversation.context import RequestContext
from bot.conversation.features.checking import check_wish, reply_with_check
from bot.conversation.features.people import introduce
from bot.conversation.menus import (
    grid,
    numbers_in,
    page_rows,
    replace_page,
    stale_button,
)
from bot.conversation.messages import Button, Outcome, Reply, Rows, Text, reply_with
from bot.conversation.wording import plain, sentence
from bot.errors import Stopped
from bot.interruption import showing_pages
from bot.state.people import Role
from bot.state.uploads import Version
from bot.uploads.captions import Caption, read_caption
from bot.uploads.files import LIMITS, is_archive, safe_name, unpack
from bot.uploads.uploader import (
    AcceptedFile,
    KnownFile,
    ReadFile,
    RefusedFile,
    Uploader,
    UploadFolder,
    UploadOrigin,
    UploadResult,
)
from knowledge.errors import StoreBusy
from knowledge.library import label
from knowledge.loading.loader import Status
from knowledge.reading.archives import Content
from knowledge.reading.result import left_out_of
from knowledge.storage.protocols import ReportEntry
from knowledge.understanding.identity import bureau_mentions, identity_words
from knowledge.understanding.periods import Period, YearPart, period_mentions

_FIRST_YEAR, _LAST_YEAR = 2000, 2099  # what a report's period can be read as
_MOST_MENTIONED_BUREAUS = 6
_YEARS_BACK = 6
_YEARS_PER_ROW = 3
_READ_AT_ONCE = 8  # files of an archive, before what is read of them is written


def upload_help(_context: RequestContext, _words: str) -> Outcome:
    """``/upload``: how reports are handed over."""
    return reply_with(sentence("upload.how", size=LIMITS.archive.file >> 20))


def upload(context: RequestContext, caption: str) -> Outcome:
    """Load the attached document into the library, or only check it; or say why not.

    The same update handled again leaves the same files and the same library. Raises
    StoreUnwritable, EmbeddingFailed and the like; nothing of the file is left then.
    """
    introduce(context)
    file = _attached_file(context)
    if file.refusal:
        return _show_one(context, RefusedFile(file.name, str(file.refusal)))
    wish = check_wish(context, caption)
    if wish is not None:
        return _check(context, file, wish)
    if not allows(context.role, Role.EDITOR):
        return reply_with(sentence("access.needs_editor"), sentence("check.instead"))
    try:
        return _load(context, file, caption)
    except StoreBusy:
        return reply_with(sentence("upload.busy"))


def _attached_file(context: RequestContext) -> Content:
    attachment = context.attachment
    if attachment is None:
        raise ValueError(context.update_id)
    name, most = safe_name(attachment.name), LIMITS.archive.file
    if attachment.size <= most:
        with attachment.path.open("rb") as file:
            data = file.read(most + 1)
        if len(data) <= most:
            return Content(name, data)
    return Content(name, b"", LIMITS.archive.refusal("too_large"))


def _load(context: RequestContext, file: Content, caption: str) -> Outcome:
    """Load a file, or all that an archive holds; raises StoreBusy."""
    if is_archive(file.data):
        count, files = unpack(file, context.library.reader.open_container, LIMITS.archive)
        return _show_many(context, file.name, _load_batch(context, files, caption, count))
    with showing_pages(lambda number, count: context.progress(number, max(number, count))):
        batch = _load_batch(context, iter([file]), caption, 1)
    return _show_one(context, batch.results[0])


def _check(context: RequestContext, file: Content, words: str) -> Outcome:
    """Check a file that is not to be loaded."""
    if is_archive(file.data):
        return reply_with(sentence("check.archive"))
    return reply_with_check(context, file, words)


def upload_folder(context: RequestContext) -> UploadFolder:
    """The folder of the files that were sent."""
    return UploadFolder(context.data_dir, context.state.uploads)


# -- loading


@dataclass(slots=True)
class _Batch:
    """The results for the files of an update, as far as it came."""

    results: list[UploadResult] = field(default_factory=list)
    stopped: bool = False


def _load_batch(
    context: RequestContext, files: Iterator[Content], caption: str, count: int
) -> _Batch:
    """Load the files, a few at a time; /stop leaves those that are in."""
    folder = upload_folder(context)
    uploader = Uploader(context.library, folder, context.state.uploads, LIMITS)
    said = read_caption(context.library, caption)
    batch = _Batch()
    numbered = enumerate(files)
    while not batch.stopped:
        read = list[ReadFile | RefusedFile]()
        try:
            if not (few := list(islice(numbered, _READ_AT_ONCE))):
                break
            for result in _read_each(context, uploader, few):
                read.append(result)
                context.progress(len(batch.results) + len(read), count)
        except Stopped:
            batch.stopped = True
        try:
            _load_each(context, uploader, read, said, batch)
        except StoreBusy:
            if not batch.results:
                raise
            batch.stopped = True
    return batch


def _read_each(
    context: RequestContext, uploader: Uploader, few: list[tuple[int, Content]]
) -> Iterator[ReadFile | RefusedFile]:
    """Read files while others may write to the library."""
    for n, file in few:
        origin = UploadOrigin(context.update_id, n, context.user_id, context.now)
        yield uploader.read(origin, file)


def _load_each(
    context: RequestContext,
    uploader: Uploader,
    read: list[ReadFile | RefusedFile],
    caption: Caption,
    batch: _Batch,
) -> None:
    """Put what was read into the library, as its only writer; raises StoreBusy."""
    if not read:
        return
    with context.library.loader() as loader:
        upload_folder(context).delete_expired(context.now)
        for file in read:
            result = uploader.upload(loader, file, caption) if isinstance(file, ReadFile) else file
            if isinstance(result, AcceptedFile) and result.fresh:
                context.note_action("upload", result.version.name)
            batch.results.append(result)


def _show_one(context: RequestContext, result: UploadResult) -> Outcome:
    match result:
        case AcceptedFile(version, status):
            head = "upload.added" if status is Status.ADDED else "upload.replaced"
            return Outcome(replies=(_card(context, version, sentence(head, name=version.name)),))
        case KnownFile(name, entry):
            words = sentence("upload.known", name=name, label=_label_of_known(context, entry))
            return reply_with(words)
        case RefusedFile(name, reason):
            return reply_with(sentence("upload.refused", name=name, reason=reason))


def _show_many(context: RequestContext, name: str, batch: _Batch) -> Outcome:
    """A line for each file, and under another message a button for each that was accepted."""
    results = batch.results
    counts = {
        "taken": sum(isinstance(result, AcceptedFile) for result in results),
        "known": sum(isinstance(result, KnownFile) for result in results),
        "refused": sum(isinstance(result, RefusedFile) for result in results),
    }
    blocks = [
        sentence("upload.many", name=name, **counts),
        Text("\n").join(_line(context, result) for result in results),
    ]
    if batch.stopped:
        blocks.append(sentence("upload.stopped"))
    replies = [Reply(tuple(block for block in blocks if block))]
    if counts["taken"]:
        replies.append(_batch_page(context, context.update_id, 0))
    return Outcome(replies=tuple(replies))


def _line(context: RequestContext, result: UploadResult) -> Text:
    match result:
        case AcceptedFile(version):
            bureau, period = _identity_words(_entry(context, version))
            name = version.name
            return sentence("upload.line_taken", name=name, bureau=bureau, period=period)
        case KnownFile(name, entry):
            told = _label_of_known(context, entry)
            return sentence("upload.line_known", name=name, label=told)
        case RefusedFile(name, reason):
            return sentence("upload.line_refused", name=name, reason=reason)


def _label_of_known(context: RequestContext, entry: ReportEntry) -> str:
    """What to call a report that was there before; of one that is closed to them, only that."""
    bureau = entry.identity.bureau
    closed = bureau is not None and bureau.name in context.closed_bureaus
    return plain("upload.closed") if closed else label(entry)


# -- buttons


def on_upload_press(context: RequestContext, data: str) -> Outcome:
    """A button under a file: for its sender and for administrators."""
    action, _, rest = data.partition(":")
    numbers = numbers_in(rest)
    if not numbers:
        return stale_button()
    uploads = context.state.uploads
    if action in ("a", "b"):
        version = next(iter(uploads.of_update(numbers[0])), None)
    else:
        version = uploads.find(numbers[0])
    if version is None:
        return stale_button()
    if not may_change(context.role, context.user_id, version.user_id):
        return Outcome(toast=plain("button.not_yours"))
    try:
        return _act(context, (action, *numbers), version)
    except StoreBusy:
        return Outcome(toast=plain("upload.button_busy"), alert=True)


def _act(context: RequestContext, data: tuple[str | int, ...], version: Version) -> Outcome:
    """What a button does; raises StoreBusy."""
    match data:
        case ("a", _):
            return _undo_all(context, version.update_id)
        case ("x", _):
            return _undo(context, version)
        case ("v", _):
            return _only_check(context, version)
        case ("k", _):
            return _bring_back(context, version)
    if stated := _read_choice(context, data, version):
        return _correct(context, version, *stated)
    page = _page(context, data, version)
    return Outcome(page=page) if page else stale_button()


def _read_choice(
    context: RequestContext, data: tuple[str | int, ...], version: Version
) -> tuple[str, str] | None:
    """The bureau and the period that a button states; None where it states neither."""
    match data:
        case ("s", _, int(number)):
            names = _offered_bureaus(context, version)
            bureau = next((name for name in names if _name_number(name) == number), "")
            return (bureau, version.period) if bureau else None
        case ("t", _, int(year), int(part)) if _is_period(year, part):
            return version.bureau, str(Period(year, YearPart(part)))
    return None


def _page(context: RequestContext, data: tuple[str | int, ...], version: Version) -> Reply | None:
    """What a button shows that changes nothing; None where it is none of these."""
    match data:
        case ("b", _, int(page)):
            return _batch_page(context, version.update_id, page)
        case ("c", _):
            return _card_with_way_back(context, version)
        case ("u", _, int(page)):
            return _bureaus_page(context, version, page)
        case ("y", _):
            return _years_page(context, version)
        case ("q", _, int(year)) if _is_period(year, 0):
            return _year_parts_page(version, year)
    return None


def _correct(context: RequestContext, version: Version, bureau: str, period: str) -> Outcome:
    """Load a file anew with the bureau and the period that somebody says."""
    uploads = context.state.uploads
    current = uploads.current(version.user_id, version.name)
    if current is None or current.id != version.id:
        return Outcome(page=_card_with_way_back(context, version))
    with context.library.loader() as loader:
        if (bureau, period) != (version.bureau, version.period):
            with context.state.transaction():
                uploads.tell(version.id, bureau, period)
                context.note_action("correct", f"{version.name} {bureau} {period}")
        upload_folder(context).sync(loader, version.user_id, version.name)
    corrected = uploads.find(version.id) or version
    page = _card_with_way_back(context, corrected)
    return Outcome(page=page, toast=plain("upload.corrected"))


def _undo(context: RequestContext, version: Version) -> Outcome:
    uploads = context.state.uploads
    current = uploads.current(version.user_id, version.name)
    if not version.withdrawn and current and current.id != version.id:
        return Outcome(toast=plain("upload.overtaken"), alert=True)
    _withdraw(context, [version])
    former = uploads.current(version.user_id, version.name)
    words = "upload.undone_former" if former else "upload.undone"
    return replace_page(sentence(words, name=version.name))


def _only_check(context: RequestContext, version: Version) -> Outcome:
    """Take a file out of the library again and check it: its sender only wanted to have it read."""
    current = context.state.uploads.current(version.user_id, version.name)
    if not version.withdrawn and current and current.id != version.id:
        return Outcome(toast=plain("upload.overtaken"), alert=True)
    file = Content(version.name, upload_folder(context).read(version))
    _withdraw(context, [version])
    checked = reply_with_check(context, file, f"{version.bureau} {version.period}")
    rows = ((Button(plain("check.store"), f"l:k:{version.id}"),),)
    page = Reply((sentence("check.only_checked", name=version.name),), rows)
    return replace(checked, page=page)


def _bring_back(context: RequestContext, version: Version) -> Outcome:
    """Load a file after all that was only checked."""
    with context.library.loader() as loader:
        if version.withdrawn:
            with context.state.transaction():
                context.state.uploads.bring_back([version.id])
                context.note_action("upload", version.name)
        upload_folder(context).sync(loader, version.user_id, version.name)
    loaded = context.state.uploads.find(version.id) or version
    return Outcome(page=_card(context, loaded, sentence("upload.added", name=version.name)))


def _undo_all(context: RequestContext, update_id: int) -> Outcome:
    versions = context.state.uploads.of_update(update_id)
    _withdraw(context, versions)
    return replace_page(sentence("upload.undone_all", count=len(versions)))


def _withdraw(context: RequestContext, versions: list[Version]) -> None:
    """Take versions back. Done again after a crash, it ends the same."""
    with context.library.loader() as loader:
        with context.state.transaction():
            for version in versions:
                if not version.withdrawn:
                    context.note_action("undo_upload", version.name)
            context.state.uploads.withdraw([version.id for version in versions], context.now)
        upload_folder(context).sync_all(loader, versions)


def _is_period(year: int, part: int) -> bool:
    return _FIRST_YEAR <= year <= _LAST_YEAR and part in [p.value for p in YearPart]


# -- pages


def _entry(context: RequestContext, version: Version) -> ReportEntry | None:
    """The report of a version, as the library lists it."""
    return next((e for e in context.library.all_reports() if e.id == version.report_id), None)


def _identity_words(entry: ReportEntry | None) -> tuple[str, str]:
    """Bureau and period of a report, in words."""
    bureau = entry.identity.bureau if entry else None
    period = entry.identity.period if entry else None
    unknown = plain("upload.unknown")
    return bureau.name if bureau else unknown, str(period) if period else unknown


def _card(context: RequestContext, version: Version, head: Text, *, back: bool = False) -> Reply:
    """What was understood of a file, under a line."""
    entry = _entry(context, version)
    back_row = ((Button(plain("button.back"), f"l:b:{version.update_id}:0"),),) if back else ()
    if entry is None or version.withdrawn:
        return Reply((sentence("upload.left", name=version.name),), back_row)
    bureau, period = _identity_words(entry)
    counts = {"sections": entry.sections, "passages": entry.passages, "figures": entry.figures}
    blocks = [head, sentence("upload.understood", bureau=bureau, period=period, **counts)]
    text = context.library.report(version.report_id).text
    unreadable, left_out = text.count("\ufffd"), left_out_of(text)
    if unreadable:
        blocks.append(sentence("upload.unreadable", count=unreadable))
    if left_out:
        blocks.append(sentence("upload.left_out", parts=left_out))
    identity = entry.identity
    if not (identity.bureau and identity.period):
        blocks.append(sentence("upload.doubt"))
    rows: Rows = (
        (
            _button("wrong_bureau" if identity.bureau else "tell_bureau", f"l:u:{version.id}:0"),
            _button("wrong_period" if identity.period else "tell_period", f"l:y:{version.id}"),
        ),
        (
            Button(plain("check.look"), f"l:v:{version.id}"),
            _button("undo", f"l:x:{version.id}"),
        ),
    )
    return Reply(tuple(blocks), (*rows, *back_row))


def _card_with_way_back(context: RequestContext, version: Version) -> Reply:
    """The card of a file; of several that came together with a way back to them."""
    several = len(context.state.uploads.of_update(version.update_id)) > 1
    return _card(context, version, sentence("upload.head", name=version.name), back=several)


def _batch_page(context: RequestContext, update_id: int, page: int) -> Reply:
    """The files that one update brought, each as a button."""
    versions = [v for v in context.state.uploads.of_update(update_id) if not v.withdrawn]
    buttons = [Button(v.name, f"l:c:{v.id}") for v in versions]
    rows = page_rows(buttons, page, lambda n: f"l:b:{update_id}:{n}")
    return Reply((sentence("upload.look"),), (*rows, (_button("undo_all", f"l:a:{update_id}"),)))


def _bureaus_page(context: RequestContext, version: Version, page: int) -> Reply:
    """The bureaus that a report may be of."""
    buttons = [
        Button(name, f"l:s:{version.id}:{_name_number(name)}")
        for name in _offered_bureaus(context, version)
    ]
    back = (Button(plain("button.back"), f"l:c:{version.id}"),)
    if not buttons:
        return Reply((sentence("upload.no_bureaus"),), (back,))
    rows = page_rows(buttons, page, lambda n: f"l:u:{version.id}:{n}")
    return Reply((sentence("upload.which_bureau", name=version.name),), (*rows, back))


def _years_page(context: RequestContext, version: Version) -> Reply:
    """The years that a report may be for: those it names, and the last ones."""
    this_year = datetime.fromtimestamp(context.now).astimezone().year
    mentioned = set()
    if _entry(context, version):
        text = context.library.report(version.report_id).text
        mentioned = {mention.period.year for mention in period_mentions(text)}
    recent = set(range(this_year - _YEARS_BACK, this_year + 2))
    near = {year for year in mentioned if abs(year - this_year) <= 2 * _YEARS_BACK}
    buttons = [
        Button(plain("upload.year", year=year), f"l:q:{version.id}:{year}")
        for year in sorted(recent | near, reverse=True)
    ]
    back = (Button(plain("button.back"), f"l:c:{version.id}"),)
    question = sentence("upload.which_year", name=version.name)
    return Reply((question,), (*grid(buttons, _YEARS_PER_ROW), back))


def _year_parts_page(version: Version, year: int) -> Reply:
    buttons = [
        Button(part.wording or plain("upload.whole_year"), f"l:t:{version.id}:{year}:{part.value}")
        for part in YearPart
    ]
    rows = (tuple(buttons[:3]), tuple(buttons[3:5]), tuple(buttons[5:]))
    back = (Button(plain("button.back"), f"l:y:{version.id}"),)
    return Reply((sentence("upload.which_part", name=version.name, year=year),), (*rows, back))


def _offered_bureaus(context: RequestContext, version: Version) -> list[str]:
    """Bureaus that the report itself names, and those that the library knows."""
    names = {e.identity.bureau.name for e in context.library.all_reports() if e.identity.bureau}
    mentioned: list[str] = []
    if _entry(context, version):
        text = context.library.report(version.report_id).text
        mentioned = list(dict.fromkeys(bureau_mentions(text, identity_words())))
    return list(dict.fromkeys([*mentioned[:_MOST_MENTIONED_BUREAUS], *sorted(names)]))


def _name_number(name: str) -> int:
    """A number for a name that fits a button."""
    return int.from_bytes(blake2b(name.encode("utf-8", "ignore"), digest_size=6).digest(), "big")


def _button(words: str, data: str) -> Button:
    return Button(plain(f"upload.{words}"), data)

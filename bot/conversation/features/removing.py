"""Reports that an administrator takes out of the library."""

from pathlib import Path
from typing import Any

from bot.conversation.context import RequestContext
from bot.conversation.features.lines import numbers_in
from bot.conversation.features.people import introduce
from bot.conversation.features.uploadcards import shelf_of
from bot.conversation.menus import paged, shortened
from bot.conversation.messages import Button, Outcome, Reply, Rows
from bot.conversation.wording import plain, sentence
from bot.state.uploads import Version
from bot.uploads.shelf import FOLDER
from knowledge.errors import StoreBusy
from knowledge.library import label
from knowledge.reading.paths import display_path
from knowledge.storage.rows import Entry

_KIND = "remove"
_LONGEST_ID = 16
_NAMED_FILES, _LONGEST_PATH = 5, 200


def remove(context: RequestContext, _words: str) -> Outcome:
    """``/remove``: the reports to choose from."""
    introduce(context)
    return Outcome(replies=(_list(context, 0),))


def tapped(context: RequestContext, data: str) -> Outcome:
    """A button of the list, or of the question whether it is meant."""
    deed, _, rest = data.partition(":")
    if deed == "r" and len(rest) <= _LONGEST_ID:
        return _asked(context, rest)
    told = numbers_in(rest)
    if told is None or len(told) != 1:
        return _stale()
    if deed == "p":
        return Outcome(page=_list(context, told[0]))
    held = context.state.choices.find(told[0], context.chat_id, context.user_id, _KIND)
    return _answered(context, deed, told[0], held) if held else _stale()


def _answered(context: RequestContext, deed: str, number: int, held: dict[str, Any]) -> Outcome:
    """Yes, no, or back again; each only while it is the question."""
    try:
        match deed:
            case "y" if "back" not in held:
                return _removed(context, number, held)
            case "n" if "versions" not in held:
                return Outcome(page=Reply((sentence("remove.kept", label=held["label"]),)))
            case "z" if held.get("versions"):
                return _brought_back(context, number, held)
    except StoreBusy:
        return Outcome(toast=plain("upload.button_busy"), alert=True)
    return _stale()


def _list(context: RequestContext, page: int) -> Reply:
    entries = context.library.all_reports()
    if not entries:
        return Reply((sentence("remove.nothing"),))
    buttons = [Button(shortened(_label(entry)), f"d:r:{entry.id}") for entry in entries]
    rows = paged(buttons, page, lambda n: f"d:p:{n}")
    return Reply((sentence("remove.choose", count=len(entries)),), rows)


def _label(entry: Entry) -> str:
    """Bureau and period; with the file's name where one of them is not known."""
    name, file = label(entry), Path(entry.file).name
    whole = entry.identity.bureau and entry.identity.period
    return name if whole or name == file else f"{name} {file}"


def _asked(context: RequestContext, report_id: str) -> Outcome:
    entry = next((e for e in context.library.all_reports() if e.id == report_id), None)
    if entry is None:
        return Outcome(page=_list(context, 0), toast=plain("remove.gone"))
    others = [p for p in context.library.files_of(entry.id) if not _is_upload(context, p)]
    files = [display_path(path)[-_LONGEST_PATH:] for path in others[:_NAMED_FILES]]
    held = {"report": entry.id, "label": _label(entry), "files": files}
    number = context.state.choices.make(context.chat_id, context.user_id, _KIND, held, context.now)
    told = {"label": _label(entry), "file": Path(entry.file).name, "passages": entry.passages}
    rows: Rows = (
        (
            Button(plain("remove.yes"), f"d:y:{number}"),
            Button(plain("button.cancel"), f"d:n:{number}"),
        ),
    )
    return Outcome(page=Reply((sentence("remove.confirm", **told),), rows))


def _removed(context: RequestContext, number: int, held: dict[str, Any]) -> Outcome:
    """Take a report out; done again after a crash, it ends and reads the same."""
    state = context.state
    with context.library.loader() as loader:
        if "versions" not in held:
            if all(e.id != held["report"] for e in context.library.all_reports()):
                return Outcome(page=Reply((sentence("remove.gone"),)))
            held["versions"] = [v.id for v in _all_of(context, held["report"])]
            with state.transaction():
                state.choices.change(number, held)
                state.audit.note(context.user_id, "remove", held["label"], context.now)
        state.uploads.withdraw(held["versions"], context.now)
        loader.remove_report(held["report"])
        shelf_of(context).settle_all(loader, _versions(context, held))
    blocks = [sentence("remove.removed", label=held["label"])]
    rows: Rows = ()
    if held["versions"]:
        blocks.append(sentence("remove.can_undo"))
        rows = ((Button(plain("upload.undo"), f"d:z:{number}"),),)
    if held["files"]:
        blocks.append(sentence("remove.comes_back", file="、".join(held["files"])))
    return Outcome(page=Reply(tuple(blocks), rows))


def _brought_back(context: RequestContext, number: int, held: dict[str, Any]) -> Outcome:
    versions = _versions(context, held)
    with context.library.loader() as loader:
        with context.state.transaction():
            if "back" not in held:
                context.state.audit.note(context.user_id, "undo_remove", held["label"], context.now)
            context.state.choices.change(number, {**held, "back": True})
            context.state.uploads.bring_back(held["versions"])
        shelf_of(context).settle_all(loader, versions)
    return Outcome(page=Reply((sentence("remove.back", label=held["label"]),)))


def _all_of(context: RequestContext, report_id: str) -> list[Version]:
    """The versions under every name that holds a report now, so that no former one comes back."""
    uploads = context.state.uploads
    return [
        version
        for current in uploads.holding(report_id)
        for version in uploads.standing(current.user_id, current.name)
    ]


def _versions(context: RequestContext, held: dict[str, Any]) -> list[Version]:
    found = map(context.state.uploads.find, held.get("versions", ()))
    return [version for version in found if version]


def _is_upload(context: RequestContext, path: Path) -> bool:
    return (context.data_dir / FOLDER).resolve() in path.parents


def _stale() -> Outcome:
    return Outcome(toast=plain("button.stale"))

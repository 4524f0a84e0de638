"""Reports that an administrator removes from the library.

The data of the buttons, after ``d:``: ``r:<report>`` asks whether it is meant, ``y``, ``n`` and
``z`` with the number of the stored question mean yes, no and undo.
"""

from pathlib import Path
from typing import Any

from bot.conversation.context import RequestContext
from bot.conversation.features.people import introduce
from bot.conversation.features.uploads import upload_folder
from bot.conversation.menus import (
    numbers_in,
    page_rows,
    replace_page,
    shorten_label,
    stale_button,
    store_choice,
)
from bot.conversation.messages import Button, Outcome, Reply, Rows
from bot.conversation.wording import plain, sentence
from bot.state.uploads import Version
from bot.uploads.uploader import FOLDER
from knowledge.errors import StoreBusy
from knowledge.library import label
from knowledge.reading.paths import display_path
from knowledge.storage.protocols import ReportEntry

_KIND = "remove"
_LONGEST_ID = 16
_NAMED_FILES, _LONGEST_PATH = 5, 200


def remove(context: RequestContext, _words: str) -> Outcome:
    """``/remove``: the reports to choose from."""
    introduce(context)
    return Outcome(replies=(_list(context, 0),))


def on_button(context: RequestContext, data: str) -> Outcome:
    """A button of the list, or of the question whether it is meant."""
    action, _, rest = data.partition(":")
    if action == "r" and len(rest) <= _LONGEST_ID:
        return _ask(context, rest)
    numbers = numbers_in(rest)
    if numbers is None or len(numbers) != 1:
        return stale_button()
    number = numbers[0]
    if action == "p":
        return Outcome(page=_list(context, number))
    stored = context.state.choices.find(number, context.chat_id, context.user_id, _KIND)
    return _answer(context, action, number, stored) if stored else stale_button()


def _answer(context: RequestContext, action: str, number: int, stored: dict[str, Any]) -> Outcome:
    """Yes, no, or undo; each only while it is the question."""
    try:
        match action:
            case "y" if "back" not in stored:
                return _remove(context, number, stored)
            case "n" if "versions" not in stored:
                return replace_page(sentence("remove.kept", label=stored["label"]))
            case "z" if stored.get("versions"):
                return _bring_back(context, number, stored)
    except StoreBusy:
        return Outcome(toast=plain("upload.button_busy"), alert=True)
    return stale_button()


def _list(context: RequestContext, page: int) -> Reply:
    entries = context.library.all_reports()
    if not entries:
        return Reply((sentence("remove.nothing"),))
    buttons = [Button(shorten_label(_label(entry)), f"d:r:{entry.id}") for entry in entries]
    rows = page_rows(buttons, page, lambda n: f"d:p:{n}")
    return Reply((sentence("remove.choose", count=len(entries)),), rows)


def _label(entry: ReportEntry) -> str:
    """Bureau and period; with the file's name where one of them is not known."""
    name, file = label(entry), Path(entry.file).name
    whole = entry.identity.bureau and entry.identity.period
    return name if whole or name == file else f"{name} {file}"


def _ask(context: RequestContext, report_id: str) -> Outcome:
    """Ask whether it is meant."""
    entry = next((e for e in context.library.all_reports() if e.id == report_id), None)
    if entry is None:
        return Outcome(page=_list(context, 0), toast=plain("remove.gone"))
    uploads = (context.data_dir / FOLDER).resolve()
    others = [path for path in context.library.files_of(entry.id) if uploads not in path.parents]
    files = [display_path(path)[-_LONGEST_PATH:] for path in others[:_NAMED_FILES]]
    name = _label(entry)
    number = store_choice(context, _KIND, {"report": entry.id, "label": name, "files": files})
    rows: Rows = (
        (
            Button(plain("remove.yes"), f"d:y:{number}"),
            Button(plain("button.cancel"), f"d:n:{number}"),
        ),
    )
    file = Path(entry.file).name
    question = sentence("remove.confirm", label=name, file=file, passages=entry.passages)
    return replace_page(question, rows=rows)


def _remove(context: RequestContext, number: int, stored: dict[str, Any]) -> Outcome:
    """Remove a report; done again after a crash, it ends and reads the same."""
    state = context.state
    with context.library.loader() as loader:
        if "versions" not in stored:
            if all(e.id != stored["report"] for e in context.library.all_reports()):
                return replace_page(sentence("remove.gone"))
            stored["versions"] = [v.id for v in _versions_of(context, stored["report"])]
            with state.transaction():
                state.choices.change(number, stored)
                context.note_action("remove", stored["label"])
        state.uploads.withdraw(stored["versions"], context.now)
        loader.remove_report(stored["report"])
        upload_folder(context).sync_all(loader, _stored_versions(context, stored))
    blocks = [sentence("remove.removed", label=stored["label"])]
    rows: Rows = ()
    if stored["versions"]:
        blocks.append(sentence("remove.can_undo"))
        rows = ((Button(plain("upload.undo"), f"d:z:{number}"),),)
    if stored["files"]:
        blocks.append(sentence("remove.comes_back", file="、".join(stored["files"])))
    return replace_page(*blocks, rows=rows)


def _bring_back(context: RequestContext, number: int, stored: dict[str, Any]) -> Outcome:
    versions = _stored_versions(context, stored)
    with context.library.loader() as loader:
        with context.state.transaction():
            if "back" not in stored:
                context.note_action("undo_remove", stored["label"])
            context.state.choices.change(number, {**stored, "back": True})
            context.state.uploads.bring_back(stored["versions"])
        upload_folder(context).sync_all(loader, versions)
    return replace_page(sentence("remove.back", label=stored["label"]))


def _versions_of(context: RequestContext, report_id: str) -> list[Version]:
    """The versions under every name that holds a report now, so that no former one comes back."""
    uploads = context.state.uploads
    return [
        version
        for current in uploads.holding(report_id)
        for version in uploads.standing(current.user_id, current.name)
    ]


def _stored_versions(context: RequestContext, stored: dict[str, Any]) -> list[Version]:
    found = map(context.state.uploads.find, stored.get("versions", ()))
    return [version for version in found if version]

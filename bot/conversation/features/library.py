"""``/reports``, ``/search``, ``/remove``: what the store holds, looked into and taken out."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.answers import names_of
from bot.conversation.context import RequestContext
from bot.conversation.features.pages import fold_lines
from bot.conversation.features.people import introduce
from bot.conversation.features.plans import offer_topics
from bot.conversation.features.report_labels import bureau_label, report_label
from bot.conversation.features.summaries import offer_parts
from bot.conversation.features.uploads import upload_folder
from bot.conversation.menus import (
    PAGE_ROWS,
    TURN,
    button_data,
    nearest_page,
    numbers_in,
    page_rows,
    read_press,
    replace_page,
    stale_button,
    store_choice,
    turn_row,
)
from bot.conversation.messages import (
    Button,
    Mark,
    MarkKind,
    Outcome,
    Reply,
    Rows,
    Text,
    bold,
    cut_short,
    fold,
    reply_with,
)
from bot.conversation.wording import plain, sentence
from bot.state.uploads import Version
from bot.summarising.scope import titled_sections
from bot.uploads.uploader import FOLDER
from bot.wording import name_period
from knowledge.errors import ReportNotFound, StoreBusy
from knowledge.lexicon import is_chinese
from knowledge.library import Library, label
from knowledge.models import Section
from knowledge.reading.paths import display_path
from knowledge.retrieval.question import Question
from knowledge.retrieval.search import Hit
from knowledge.retrieval.vocabulary import synonyms
from knowledge.storage.protocols import ReportEntry

REPORTS_PREFIX = "r"
_PAGE, _CARD, _SUMMARISE, _PLAN = "n", "c", "s", "p"
_TURN = re.compile(rf"{_PAGE}:([0-9]{{1,6}})")
_OF_REPORT = re.compile(rf"({_CARD}|{_SUMMARISE}|{_PLAN}):([0-9a-f]{{1,40}})")
_LONGEST = 200
SEARCH_PREFIX, _KIND = "h", "search"
_MOST, _PAGE_PASSAGES = 15, 5
_LONGEST_HEAD, _LONGEST_WORD, _LONGEST_ASKED = 300, 16, 60
_ARROW = " › "
_RUN = re.compile(r"[\u3400-\u9fff]+|[A-Za-z]+|[0-9][0-9.,]*")
_REMOVAL = "remove"
_LONGEST_ID = 16
_NAMED_FILES, _LONGEST_PATH = 5, 200


def reports(context: RequestContext, words: str) -> Outcome:
    """``/reports``: the list; the card of the report that is named, if one is."""
    entries = context.library.all_reports()
    if not entries:
        return reply_with(sentence("choosing.empty"))
    if words.strip():
        try:
            report_id = context.library.find_report(words.strip()).id
            return Outcome(replies=(_card(context.library, entries, report_id),))
        except ReportNotFound:
            unclear = sentence("choosing.unclear", words=words.strip()[:_LONGEST])
            page = _list(entries, 0)
            return reply_with(unclear, *page.blocks, rows=page.rows)
    return Outcome(replies=(_list(entries, 0),))


def on_report_press(context: RequestContext, data: str) -> Outcome:
    """A button of the list or of a card."""
    entries = context.library.all_reports()
    if turn := _TURN.fullmatch(data):
        page = int(turn[1])
        if not entries or nearest_page(len(entries), page) != page:
            return stale_button()
        return Outcome(page=_list(entries, page))
    match = _OF_REPORT.fullmatch(data)
    if not match:
        return stale_button()
    try:
        return _act(context, entries, *match.groups())
    except ReportNotFound:
        return replace_page(sentence("choosing.gone"))


def _act(
    context: RequestContext, entries: Sequence[ReportEntry], action: str, report_id: str
) -> Outcome:
    """What a button of a report does; raises ReportNotFound."""
    card = _card(context.library, entries, report_id)
    if action == _CARD:
        return Outcome(page=card)
    if action == _SUMMARISE:
        return offer_parts(context, report_id)
    bureau = context.library.report(report_id).identity.bureau
    return offer_topics(context, bureau.name) if bureau else stale_button()


def _list(entries: Sequence[ReportEntry], page: int) -> Reply:
    """One page of the list, a button for each report."""
    bureaus = len({bureau_label(entry) for entry in entries})
    title = sentence("reports.title", bureaus=bureaus, count=len(entries))
    buttons = [
        Button(report_label(entry, entries), f"{REPORTS_PREFIX}:{_CARD}:{entry.id}")
        for entry in entries
    ]
    return Reply((title,), page_rows(buttons, page, _page_data))


def _page_data(page: int) -> str:
    return f"{REPORTS_PREFIX}:{_PAGE}:{page}"


def _card(library: Library, entries: Sequence[ReportEntry], report_id: str) -> Reply:
    """A report's card; raises ReportNotFound."""
    place = next((n for n, e in enumerate(entries) if e.id == report_id), None)
    if place is None:
        raise ReportNotFound(wanted=report_id, known="")
    entry = entries[place]
    sections, _ = library.outline(report_id)
    heads = titled_sections(sections)
    file = Path(entry.file).name
    title = entry.identity.title or Path(entry.file).stem
    period = name_period(entry.identity.period)
    facts = [
        sentence("reports.whose", bureau=bureau_label(entry)[:_LONGEST], period=period),
        sentence("reports.file", file=file[:_LONGEST]),
        sentence("reports.counts", sections=len(heads), figures=entry.figures),
        sentence("reports.loaded", day=_day(entry.loaded_at)),
        *([sentence("reports.older")] if entry.superseded_by else []),
    ]
    blocks = [sentence("reports.card", title=title[:_LONGEST]), Text("\n").join(facts)]
    blocks += [fold_lines(sentence("reports.headings"), _first_level(heads))] if heads else []
    ways = [Button(plain("reports.summarise"), f"{REPORTS_PREFIX}:{_SUMMARISE}:{report_id}")]
    if entry.identity.bureau:
        ways.append(Button(plain("reports.plan"), f"{REPORTS_PREFIX}:{_PLAN}:{report_id}"))
    back = Button(plain("button.back"), _page_data(place // PAGE_ROWS))
    return Reply(tuple(blocks), (tuple(ways), (back,)), one_message=True)


def _first_level(heads: Sequence[Section]) -> list[str]:
    """The first-level headings."""
    top = min(section.level for section in heads)
    return [section.path[-1] for section in heads if section.level == top]


def _day(loaded_at: str) -> str:
    """The day where the machine sits."""
    moment = datetime.fromisoformat(loaded_at).astimezone()
    return plain("reports.day", year=moment.year, month=moment.month, day=moment.day)


@dataclass(frozen=True, slots=True)
class _Passage:
    """A passage as it is stored: its report, its place, its headings."""

    report: str
    start: int
    end: int
    path: list[str]


def search(context: RequestContext, words: str) -> Outcome:
    """``/search`` and what to look for."""
    if not words.strip():
        return reply_with(sentence("search.usage"))
    if not context.library.reports():
        return reply_with(sentence("choosing.empty"))
    question = context.library.read_question(words.strip())
    hits = context.library.search_with_unidentified(question, _MOST)
    if not hits:
        unknown = "、".join(question.scope.unknown)
        if unknown:
            return reply_with(sentence("search.unknown", wanted=unknown))
        return reply_with(sentence("search.nothing", words=_short_words(words)))
    stored = {
        "words": words.strip(),
        "unknown": "、".join(question.scope.unknown),
        "marked": _content_words(question),
        "meant": _synonyms(question),
        "found": [asdict(_passage(hit)) for hit in hits],
    }
    number = store_choice(context, _KIND, stored)
    return Outcome(replies=(_page(context.library, stored, number, 0),))


def turn_page(context: RequestContext, data: str) -> Outcome:
    """A button that turns pages."""
    press = read_press(context, data, _KIND)
    if press is None or press.action != TURN:
        return stale_button()
    if not 0 <= press.index < _page_count(press.stored["found"]):
        return stale_button()
    try:
        return Outcome(page=_page(context.library, press.stored, press.number, press.index))
    except ReportNotFound:
        return reply_with(sentence("choosing.gone"))


def _passage(hit: Hit) -> _Passage:
    passage = hit.passage
    return _Passage(passage.report_id, passage.start, passage.end, list(passage.path))


def _page_count(passages: Sequence[object]) -> int:
    return -(-len(passages) // _PAGE_PASSAGES)


def _page(library: Library, stored: dict[str, Any], number: int, page: int) -> Reply:
    """One page within one message: it takes the place of the page before. Raises ReportNotFound."""
    passages = [_Passage(**each) for each in stored["found"]]
    first = page * _PAGE_PASSAGES
    of_page = list(enumerate(passages, 1))[first : first + _PAGE_PASSAGES]
    words = _pattern(stored["marked"], stored["meant"])
    blocks = [_block(library, n, passage, words) for n, passage in of_page]
    title = sentence("search.found", words=_short_words(stored["words"]), count=len(passages))
    if stored["unknown"]:
        title = sentence("search.without", wanted=stored["unknown"]) + "\n\n" + title
    pages = _page_count(passages)
    data = button_data(SEARCH_PREFIX, number)
    rows = (turn_row(page, pages, lambda to: data(TURN, to)),) if pages > 1 else ()
    return Reply((title, *blocks), rows, one_message=True)


def _block(library: Library, n: int, passage: _Passage, words: re.Pattern[str]) -> Text:
    """A passage folded under whose it is and where it stands."""
    report = library.report(passage.report)
    bureau, period = names_of(report)
    head = sentence("search.head", n=n, bureau=bureau, period=period)
    if path := _ARROW.join(passage.path):
        head += "\n" + cut_short(path, _LONGEST_HEAD)
    text = report.text[passage.start : passage.end].strip()
    return bold(head) + "\n" + fold(_highlight(text, words))


def _highlight(text: str, words: re.Pattern[str]) -> Text:
    """A text with what fits the pattern in bold."""
    marks = (Mark(*match.span(), MarkKind.BOLD) for match in words.finditer(text))
    return Text(text, tuple(marks))


def _content_words(question: Question) -> list[str]:
    """The question's words of substance."""
    return list(dict.fromkeys(_RUN.findall(question.content)))


def _synonyms(question: Question) -> list[str]:
    """What reports write for the question's words."""
    terms = synonyms().find_terms(question.content)
    return list(dict.fromkeys(word for term in terms for word in synonyms().of(term)))


def _pattern(words: Sequence[str], whole: Sequence[str]) -> re.Pattern[str]:
    """Finds words: of Chinese ones any two characters that stand together, some only ``whole``."""
    wanted = set(whole)
    for word in words:
        if not is_chinese(word):
            wanted.add(word)
            continue
        sizes = range(2, min(len(word), _LONGEST_WORD) + 1)
        wanted |= {word[n : n + size] for size in sizes for n in range(len(word) - size + 1)}
    longest = sorted(map(re.escape, wanted), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(longest)})+" if longest else r"(?!)")


def _short_words(words: str) -> str:
    short = words.strip()[:_LONGEST_ASKED]
    return short if short == words.strip() else short + plain("search.cut")


def remove(context: RequestContext, _words: str) -> Outcome:
    """``/remove``: the reports to choose from."""
    introduce(context)
    return Outcome(replies=(_list_removable(context, 0),))


def on_removal_press(context: RequestContext, data: str) -> Outcome:
    """A button of the list, or of the question whether it is meant."""
    action, _, rest = data.partition(":")
    if action == "r" and len(rest) <= _LONGEST_ID:
        return _confirm_removal(context, rest)
    numbers = numbers_in(rest)
    if numbers is None or len(numbers) != 1:
        return stale_button()
    number = numbers[0]
    if action == "p":
        return Outcome(page=_list_removable(context, number))
    stored = context.state.choices.find(number, context.chat_id, context.user_id, _REMOVAL)
    return _on_confirmation(context, action, number, stored) if stored else stale_button()


def _on_confirmation(
    context: RequestContext, action: str, number: int, stored: dict[str, Any]
) -> Outcome:
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


def _list_removable(context: RequestContext, page: int) -> Reply:
    entries = context.library.all_reports()
    if not entries:
        return Reply((sentence("remove.nothing"),))
    buttons = [Button(_removal_label(entry), f"d:r:{entry.id}") for entry in entries]
    rows = page_rows(buttons, page, lambda n: f"d:p:{n}")
    return Reply((sentence("remove.choose", count=len(entries)),), rows)


def _removal_label(entry: ReportEntry) -> str:
    """Bureau and period; with the file's name where one of them is not known."""
    name, file = label(entry), Path(entry.file).name
    whole = entry.identity.bureau and entry.identity.period
    return name if whole or name == file else f"{name} {file}"


def _confirm_removal(context: RequestContext, report_id: str) -> Outcome:
    """Ask whether a report is to be removed."""
    entry = next((e for e in context.library.all_reports() if e.id == report_id), None)
    if entry is None:
        return Outcome(page=_list_removable(context, 0), toast=plain("remove.gone"))
    uploads = (context.data_dir / FOLDER).resolve()
    others = [path for path in context.library.files_of(entry.id) if uploads not in path.parents]
    files = [display_path(path)[-_LONGEST_PATH:] for path in others[:_NAMED_FILES]]
    name = _removal_label(entry)
    number = store_choice(context, _REMOVAL, {"report": entry.id, "label": name, "files": files})
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

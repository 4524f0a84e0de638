"""The commands of ``python -m bot``: each takes what was typed and prints."""

import sys
import time
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageMetadata, distributions
from typing import TYPE_CHECKING, Any

from bot.assistant.assistant import Assistant
from bot.assistant.data_folder import open_library, open_reader
from bot.assistant.opening import open_assistant, open_planner, open_summariser
from bot.assistant.tracing import Trace, trace, trace_lines, trace_record
from bot.display import (
    check_lines,
    doubt_lines,
    draft_lines,
    entry_line,
    hit_lines,
    ledger_lines,
    outline_lines,
    source_lines,
    summary_lines,
)
from bot.drafting.drafting import draft_plan
from bot.drafting.request import PlanRequest
from bot.errors import LedgerEmpty, RestoreToFiles, UntoldTopic
from bot.ledger.chart import write_chart
from bot.ledger.gathering import LedgerRequest, gather
from bot.ledger.ledger import build_tables
from bot.official.document import OfficialDocument, from_draft, from_summary
from bot.proofreading.proofreading import check_draft
from bot.proofreading.reading import CheckRequest
from bot.records import (
    answer_record,
    check_record,
    draft_record,
    entry_record,
    hits_record,
    json_line,
    outline_record,
    statement_record,
    summary_record,
)
from bot.settings import Settings, read_settings
from bot.speech import hide_secrets, print_notice, progress_line
from bot.summarising.request import SummaryRequest, parse_kind, with_length
from bot.summarising.summarising import summarise
from bot.summarising.vocabulary import SummaryLength
from bot.terminal.arguments import read_bot_arguments
from bot.wording import tell
from knowledge.errors import StoreMissing
from knowledge.library import Library
from knowledge.reading.files import load_bytes
from knowledge.understanding.topics import topics

if TYPE_CHECKING:
    from bot.serving import OpenApp
    from bot.terminal.backup import BackupSummary


def run_chat(library: Library, _typed: Namespace, settings: Settings) -> None:
    """``chat``: until the user leaves."""
    from bot.terminal.chat import chat  # noqa: PLC0415 - prompt_toolkit takes a third of a second

    chat(open_assistant(settings, library), library)


def run_ask(library: Library, typed: Namespace, settings: Settings) -> None:
    """``ask``: one answer a question, each question on its own."""
    assistant = open_assistant(settings, library)
    for number, question in enumerate(_questions(typed)):
        if typed.json:
            print(json_line(_answer(library, assistant, question, typed.trace)), flush=True)
            continue
        print("\n" * bool(number), end="")
        if typed.trace:
            _print_trace(trace(library, assistant, question))
            continue
        page = _GrowingText()
        answer = assistant.ask(question, show=page.show)
        page.show(answer.text)
        print("\n" + "\n".join(source_lines(answer)), flush=True)


def _answer(
    library: Library, assistant: Assistant, question: str, with_trace: bool
) -> dict[str, Any]:
    if not with_trace:
        return answer_record(assistant.ask(question))
    traced = trace(library, assistant, question)
    return answer_record(traced.answer) | {"trace": trace_record(traced)}


def _print_trace(traced: Trace) -> None:
    print("\n".join([traced.answer.text, *source_lines(traced.answer), "", *trace_lines(traced)]))


class _GrowingText:
    """Text on a terminal, which can only grow: a changed text is printed anew."""

    def __init__(self) -> None:
        self._shown = ""

    def show(self, text: str) -> None:
        """Print what a text adds; all of it, after a break, where it is another one."""
        if text.startswith(self._shown):
            print(text[len(self._shown) :], end="", flush=True)
        else:
            print(f"\n{tell('answer.corrected')}\n{text}", end="", flush=True)
        self._shown = text


def run_search(library: Library, typed: Namespace, _settings: Settings) -> None:
    """``search``: ranked passages, no writer."""
    for number, text in enumerate(_questions(typed)):
        started = time.perf_counter()
        with library.snapshot():
            hits = library.search_with_unidentified(library.read_question(text), typed.top)
        seconds = round(time.perf_counter() - started, 4)
        if typed.json:
            print(json_line(hits_record(text, hits, seconds)), flush=True)
        else:
            print("\n" * bool(number) + "\n".join(hit_lines(hits)), flush=True)


def _questions(typed: Namespace) -> Iterator[str]:
    """The questions that were typed, else those on standard input, a line each; none blank."""
    if not typed.questions and sys.stdin.isatty():
        print_notice(tell("answer.type_questions"))
    source = typed.questions or sys.stdin
    return (text.strip() for text in source if text.strip())


def run_reports(library: Library, typed: Namespace, _settings: Settings) -> None:
    """``reports``: what the store holds."""
    entries = library.all_reports()
    for entry in entries:
        print(json_line(entry_record(entry)) if typed.json else entry_line(entry))
    if not entries and not typed.json:
        print(tell("answer.no_reports"))


def run_outline(library: Library, typed: Namespace, _settings: Settings) -> None:
    """``outline``: one report's section tree with kinds and figures."""
    report = library.find_report(typed.report)
    sections, figures = library.outline(report.id)
    if typed.json:
        print(json_line(outline_record(report, sections, figures, library.doubts(report.id))))
    else:
        doubts = doubt_lines(library.doubts(report.id))
        print("\n".join([*outline_lines(sections, figures), *doubts]))


def run_summary(library: Library, typed: Namespace, settings: Settings) -> None:
    """``summary``, ``compare``: a report, or a part of it; several reports side by side."""
    request = SummaryRequest(
        report_ids=tuple(library.find_report(name).id for name in typed.reports),
        section=typed.section,
        topic=typed.topic,
        kind=parse_kind(typed.kind) if typed.kind else None,
    )
    if typed.length:
        request = with_length(request, typed.length)
    elif len(request.report_ids) > 1:
        request = replace(request, length=SummaryLength.PAGE)
    condenser = open_summariser(settings, library)
    summary = summarise(library, request, progress_line("summary.working"), condenser)
    if request.topic and not summary.parts and not summary.table:
        raise UntoldTopic(wanted=request.topic, known="、".join(topic.name for topic in topics()))
    _export(typed, from_summary(summary, with_sources=not typed.no_sources))
    print(json_line(summary_record(summary)) if typed.json else "\n".join(summary_lines(summary)))


def run_plan(library: Library, typed: Namespace, settings: Settings) -> None:
    """``plan``: wording for the next period."""
    wanted = (typed.bureau, typed.topic, typed.period, typed.length, typed.way, typed.tasks)
    request = PlanRequest(*wanted)
    planner = open_planner(settings, library)
    draft = draft_plan(library, request, progress_line("plan.working"), planner)
    _export(typed, from_draft(draft, with_sources=not typed.no_sources))
    print(json_line(draft_record(draft)) if typed.json else "\n".join(draft_lines(draft)))


def run_figures(library: Library, typed: Namespace, _settings: Settings) -> None:
    """``figures``: the ledger; as JSON all statements that it is made of."""
    request = LedgerRequest(typed.bureau, typed.indicator, typed.topic, typed.period)
    entries = gather(library, request)
    tables = build_tables(entries, with_single=bool(request.indicator.strip()))
    if typed.xlsx:
        from bot.ledger.workbook import write_workbook  # noqa: PLC0415 - xlsxwriter takes a fifth of a second

        write_workbook(typed.xlsx, tables, entries)
        _tell_saved(typed.xlsx)
    if typed.json:
        for entry in entries:
            print(json_line(statement_record(entry)))
    elif tables:
        print("\n".join(ledger_lines(tables)))
    else:
        raise LedgerEmpty
    if typed.chart:
        write_chart(typed.chart, tables)
        _tell_saved(typed.chart)


def _export(typed: Namespace, document: OfficialDocument) -> None:
    if typed.docx:
        from bot.official.docx import write_docx  # noqa: PLC0415 - docx and lxml take a third of a second

        write_docx(typed.docx, document)
        _tell_saved(typed.docx)


def _tell_saved(file: object) -> None:
    print_notice(tell("saved.file", file=file))


def run_evaluate(library: Library, typed: Namespace, settings: Settings) -> None:
    """``evaluate``: golden cases put to the assistant and its writers."""
    from bot.evaluation.evaluation import evaluation_lines  # noqa: PLC0415 - a tenth of a second of pydantic

    for text in evaluation_lines(library, typed, settings):
        print(text, flush=True)


def run_bot(typed: Namespace, settings: Settings) -> int:
    """Every chat app that is set up; where none is, it says what each needs."""
    openers = _openers_from_anywhere(settings)
    if settings.has_wecom:
        from bot.wecom.app import open_wecom  # noqa: PLC0415 - a quarter of a second of websockets, httpx and cryptography

        openers.append(open_wecom)
    if settings.web_listen:
        from bot.web.app import open_page  # noqa: PLC0415 - half a second of uvicorn and starlette

        openers.append(open_page)
    if not openers:
        print(tell("bot.not_set_up"))
        return 1
    return _serve(typed, settings, openers)


def run_worker(typed: Namespace, settings: Settings) -> int:
    """``worker``: answers what the process that receives has written down."""
    openers = _openers_from_anywhere(settings)
    if not (settings.database and openers):
        print(tell("bot.worker_not_set_up"))
        return 1
    from bot.serving import serve_worker  # noqa: PLC0415 - as _serve

    serve_worker(settings, typed.data_dir or settings.data_dir, openers)
    return 0


def _openers_from_anywhere(settings: Settings) -> list["OpenApp"]:
    """The apps that are set up on which any process can speak."""
    openers: list[OpenApp] = []
    if settings.telegram_bot_token:
        from bot.telegram.app import open_telegram  # noqa: PLC0415 - a fifth of a second that no other command pays

        openers.append(open_telegram)
    if settings.feishu_app_id:
        from bot.feishu.app import open_feishu  # noqa: PLC0415 - a quarter of a second of websockets and httpx

        openers.append(open_feishu)
    return openers


def run_web(typed: Namespace, settings: Settings) -> int:
    """``web``: the page for an office, alone."""
    from bot.web.app import open_page  # noqa: PLC0415 - as run_bot

    return _serve(typed, settings, [open_page])


def _serve(typed: Namespace, settings: Settings, openers: Sequence["OpenApp"]) -> int:
    from bot.serving import serve_apps  # noqa: PLC0415 - the conversation core, which no other command needs

    serve_apps(settings, typed.data_dir or settings.data_dir, openers)
    return 0


def run_check(typed: Namespace, settings: Settings) -> int:
    """``check``: a draft of one's own; without a store it is checked against itself alone."""
    request = CheckRequest(str(typed.file), load_bytes(typed.file), typed.bureau, typed.period)
    with ExitStack() as opened:
        library = _library_if_any(typed, settings)
        if library:
            opened.enter_context(closing(library))
        reader = opened.enter_context(closing(open_reader(settings)))
        result = check_draft(library, request, reader)
    if typed.docx:
        from bot.proofreading.export import write_commented  # noqa: PLC0415 - as docx

        write_commented(typed.docx, result, request.data)
        _tell_saved(typed.docx)
    print(json_line(check_record(result)) if typed.json else "\n".join(check_lines(result)))
    return 0


def _library_if_any(typed: Namespace, settings: Settings) -> Library | None:
    try:
        return open_library(settings, typed.data_dir, progress_line("ingest.indexing"))
    except StoreMissing:
        return None


def run_doctor(typed: Namespace, settings: Settings) -> int:
    """``doctor``: settings, store, prompts, model endpoint and token, each with its remedy."""
    from bot.terminal.doctor import examine  # noqa: PLC0415 - httpx takes a fifth of a second

    return examine(settings, typed.data_dir, as_json=typed.json)


def run_demo(typed: Namespace, settings: Settings) -> int:
    """``demo``: the page with the sample reports, nothing to set up."""
    from bot.web.demo import demonstrate, open_browser, ready_line  # noqa: PLC0415 - as run_bot

    def ready(url: str) -> None:
        print(json_line({"url": url}) if typed.json else ready_line(url), flush=True)
        if not typed.no_open:
            open_browser(url)

    demonstrate(settings, typed.data_dir, port=typed.port, ready=ready)
    return 0


def run_move(typed: Namespace, settings: Settings) -> int:
    """``move``: reports and chats into another database."""
    from bot.terminal.backup import move  # noqa: PLC0415 - the state of the chats, which few commands need

    hide_secrets((*settings.secrets, typed.to))
    for part, rows in move(typed.data_dir or settings.data_dir, settings.database, typed.to):
        line = tell("move.reports" if part == "reports" else "move.chats", rows=rows)
        print(json_line({"moved": part, "rows": rows}) if typed.json else line, flush=True)
    if not typed.json:
        print(tell("move.to_files" if settings.database else "move.to_database"))
    return 0


def run_backup(typed: Namespace, settings: Settings) -> int:
    """``backup``: the data folder as one file, while it is in use."""
    from bot.terminal.backup import back_up  # noqa: PLC0415 - a fifth of a second of the state

    folder = typed.data_dir or settings.data_dir
    summary = back_up(folder, typed.file, settings.database)
    _print_backup("backup.made", summary, as_json=typed.json)
    return 0


def run_restore(typed: Namespace, settings: Settings) -> int:
    """``restore``: a data folder from such a file."""
    from bot.terminal.backup import restore  # noqa: PLC0415 - as run_backup

    if settings.database:
        raise RestoreToFiles
    folder = typed.data_dir or settings.data_dir
    summary = restore(folder, typed.file, replace=typed.replace)
    _print_backup("backup.restored", summary, as_json=typed.json)
    return 0


def run_licences(typed: Namespace, _settings: Settings) -> int:
    """``licences``: what every library that is installed may be used under."""
    for entry in installed_licences():
        fields = asdict(entry)
        if typed.json:
            print(json_line(fields))
        else:
            print(
                tell(
                    "licences.line", **fields | {"licence": entry.licence or tell("licences.none")}
                )
            )
    return 0


def _print_backup(key: str, summary: "BackupSummary", *, as_json: bool) -> None:
    fields = asdict(summary) | {"file": str(summary.file)}
    megabytes = f"{summary.size / (1 << 20):.1f}"
    print(json_line(fields) if as_json else tell(key, **fields | {"size": megabytes}))


_WITH_LIBRARY = {
    "chat": run_chat,
    "ask": run_ask,
    "search": run_search,
    "reports": run_reports,
    "outline": run_outline,
    "summary": run_summary,
    "compare": run_summary,
    "plan": run_plan,
    "figures": run_figures,
    "evaluate": run_evaluate,
}
_WITHOUT_LIBRARY = {
    None: run_bot,
    "backup": run_backup,
    "check": run_check,
    "demo": run_demo,
    "doctor": run_doctor,
    "move": run_move,
    "licences": run_licences,
    "restore": run_restore,
    "web": run_web,
    "worker": run_worker,
}


def run(typed: Namespace, settings: Settings) -> int:
    """Carry out the command that was typed and return the exit code."""
    if command := _WITHOUT_LIBRARY.get(typed.command):
        return command(typed, settings)
    library = open_library(settings, typed.data_dir, progress_line("ingest.indexing"))
    with closing(library):
        _WITH_LIBRARY[typed.command](library, typed, settings)
    return 0


def main(arguments: list[str]) -> int:
    """Read the arguments and the settings, then run the command."""
    typed, settings = read_bot_arguments(arguments), read_settings()
    hide_secrets(settings.secrets)
    return run(typed, settings)


_LONGEST = 60  # what is longer is the licence's own text
_CLASSIFIER = "License :: "
_UNKNOWN = ("", "UNKNOWN")


@dataclass(frozen=True, slots=True)
class Licence:
    """A library's name and version, and its licence; empty where it states none."""

    name: str
    version: str
    licence: str


def installed_licences() -> list[Licence]:
    """Of every library that this program could import, by name."""
    return sorted(set(_read(d.metadata for d in distributions())), key=lambda x: x.name.lower())


def _read(stated: Iterable[PackageMetadata]) -> Iterator[Licence]:
    for metadata in stated:
        if name := _field(metadata, "Name"):
            yield Licence(name, _field(metadata, "Version"), licence_of(metadata))


def licence_of(metadata: PackageMetadata) -> str:
    """The expression, else what the classifiers name, else a short licence field."""
    if expression := _field(metadata, "License-Expression"):
        return expression
    classifiers = [c for c in metadata.get_all("Classifier", []) if c.startswith(_CLASSIFIER)]
    named = [c.rpartition(" :: ")[2] for c in classifiers if c.count(" :: ") > 1]
    first, _, rest = _field(metadata, "License").strip().partition("\n")
    if not rest and first not in _UNKNOWN and len(first) <= _LONGEST:
        return first
    return " / ".join(named) or (first[:_LONGEST] if first not in _UNKNOWN else "")


def _field(metadata: PackageMetadata, name: str) -> str:
    return str(next(iter(metadata.get_all(name, [])), ""))

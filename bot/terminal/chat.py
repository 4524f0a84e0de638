"""The chat in the terminal: answers, each quote folded to a line until its number is typed."""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.history import InMemoryHistory
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.answers import Answer
from bot.assistant.assistant import Assistant
from bot.assistant.examples import example_questions
from bot.assistant.intents import MESSAGE_COMMANDS, IntentKind
from bot.conversation.wording import command_named
from bot.display import check_lines, entry_line, hit_lines, holdings_line, source_of, text_width
from bot.errors import ExportFailed
from bot.official.document import file_name, from_answer
from bot.proofreading.proofreading import check_draft
from bot.proofreading.reading import CheckRequest
from bot.wording import tell
from knowledge.errors import UnreadableFile
from knowledge.library import Library
from knowledge.reading.files import load_bytes

_QUOTE_NUMBER = re.compile(r"/?\[?(\d{1,3})\]?")
_SHORTEST_QUOTE, _WIDTH_OF_A_PIPE = 24, 240
_FOLDED = "……"
_PROGRAM = Path(__file__).parents[2]


def chat(assistant: Assistant, library: Library) -> None:
    """Talk until /quit, end of input or Ctrl-C. Input may be piped, a line each."""
    console = Console(highlight=False)
    console.print(Text(_welcome(library)), style="cyan", soft_wrap=True)
    history: list[str] = []
    own_bureau = ""
    answer: Answer | None = None
    last: Answer | None = None
    for line in _lines(console):
        named = command_named(line)
        typed = f"/{named}" if named else line
        if line in tell("chat.show_help").split():
            typed = "/help"
        if typed.lower() in tell("chat.leave").split():
            break
        if quoted := _QUOTE_NUMBER.fullmatch(typed):
            _print_whole_quote(answer, int(quoted[1]), console)
            continue
        command = typed[1:].partition(" ")[0].lower() if typed.startswith("/") else ""
        if command and command not in MESSAGE_COMMANDS:  # /summary 区局 is a message
            _run_command(typed, library, history, console)
            continue
        with console.status(tell("chat.working")) as status:
            answer = assistant.ask(
                typed,
                history,
                show=lambda text: status.update(Text(text)),
                own_bureau=own_bureau,
            )
        own_bureau = answer.own_bureau
        history.append(typed)
        saved = answer if answer.citations else last
        if answer.intent == IntentKind.CHANGE and saved:
            _save(saved, console)
            last = saved
            continue
        last = answer if answer.citations else last
        _print_answer(answer, console)
    console.print(tell("chat.bye"), style="cyan")


def _save(answer: Answer, console: Console) -> None:
    """Write an answer to a .docx in the folder where the chat was begun, and say where.

    Where that is the program's own folder, it is the home folder of who types.
    """
    from bot.official.docx import write_docx  # noqa: PLC0415 - docx and lxml take a third of a second

    document = from_answer(answer)
    folder = Path.home() if Path.cwd() == _PROGRAM else Path.cwd()
    path = folder / file_name(document.title, "docx")
    try:
        write_docx(path, document)
    except ExportFailed as error:
        console.print(Text(str(error)), style="yellow")
        return
    console.print(Text(tell("saved.file", file=path)), soft_wrap=True)


def _welcome(library: Library) -> str:
    entries = library.reports()
    if not entries:
        return tell("answer.no_reports")
    return tell(
        "chat.welcome",
        count=len(entries),
        holdings=holdings_line(entries),
        example=next(example_questions(library)),
    )


def _lines(console: Console) -> Iterator[str]:
    """What is typed, line by line, blank ones left out; ends at end of input or Ctrl-C."""
    read = _reader(console)
    while True:
        try:
            typed = read().strip()
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if typed:
            yield typed


def _reader(console: Console) -> Callable[[], str]:
    if sys.stdin.isatty() and sys.stdout.isatty():
        session: PromptSession[str] = PromptSession(history=InMemoryHistory())
        return lambda: session.prompt(tell("chat.prompt"))

    def read_piped() -> str:
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        console.print(Text(tell("chat.prompt") + line.strip()), style="bold")
        return line

    return read_piped


def _run_command(typed: str, library: Library, history: list[str], console: Console) -> None:
    """Carry out a /command."""
    word, _, words = typed.partition(" ")
    match word.lower():
        case "/help":
            console.print(Text(tell("chat.help")))
        case "/new":
            history.clear()
            console.print(tell("chat.fresh"))
        case "/reports":
            for entry in library.all_reports():
                console.print(Text(entry_line(entry)), soft_wrap=True)
        case "/upload":
            console.print(Text(tell("chat.upload_how")), soft_wrap=True)
        case "/check":
            _check(words.strip().strip("\"'"), library, console)
        case "/search" if words:
            hits = library.search_with_unidentified(library.read_question(words))
            console.print(Text("\n".join(hit_lines(hits))), soft_wrap=True)
        case "/search":
            console.print(tell("chat.search_how"))
        case command:
            console.print(Text(tell("chat.unknown_command", command=command)), style="yellow")


def _check(file: str, library: Library, console: Console) -> None:
    """Check the draft in a file, or say which file is wanted."""
    if not file:
        console.print(tell("chat.check_how"))
        return
    try:
        result = check_draft(library, CheckRequest(file, load_bytes(Path(file))))
    except UnreadableFile as error:
        console.print(Text(str(error)), style="yellow")
        return
    console.print(Text("\n".join(check_lines(result))), soft_wrap=True)


def _print_answer(answer: Answer, console: Console) -> None:
    """Print the answer, then a line for each of its quotes, folded to the width of the screen."""
    console.print(Text(answer.text), style="bold", soft_wrap=not console.is_terminal)
    for citation in answer.citations:
        source = f"  {source_of(citation)}：“"
        width = console.width if console.is_terminal else _WIDTH_OF_A_PIPE
        room = max(_SHORTEST_QUOTE, width - text_width(source) - len(_FOLDED) - 2)
        quote = citation.quote.text.strip().replace("\n", " ")
        line = Text(source, style="green")
        line.append(_cut(quote, room), style="dim")
        console.print(line.append("”", style="dim"), soft_wrap=True)
    if len(answer.citations) and console.is_terminal:
        console.print(tell("chat.open_quote"), style="dim")
    console.print()


def _cut(quote: str, columns: int) -> str:
    """As much of a quote as so many columns hold, with a mark where it is not all."""
    if text_width(quote) <= columns + len(_FOLDED):
        return quote
    end = 0
    while text_width(quote[: end + 1]) <= columns:
        end += 1
    return quote[:end] + _FOLDED


def _print_whole_quote(answer: Answer | None, number: int, console: Console) -> None:
    """Print one quote of the last answer in full."""
    citations = answer.citations if answer else ()
    citation = next((c for c in citations if c.n == number), None)
    if citation is None:
        console.print(tell("chat.no_quote", n=number), style="yellow")
        return
    _print_indented(console, Text(source_of(citation), style="green"), 2)
    _print_indented(console, Text(f"“{citation.quote.text.strip()}”"), 6)


def _print_indented(console: Console, text: Text, by: int) -> None:
    """Print indented lines on a screen; one whole line where a program reads the output."""
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, by)))
    else:
        console.print(" " * by + text.plain, markup=False, soft_wrap=True)

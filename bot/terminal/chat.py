"""The chat in the terminal: answers with their quotes, long ones folded."""

import sys
from collections.abc import Callable, Iterator

from prompt_toolkit import PromptSession
from prompt_toolkit.history import InMemoryHistory
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.answers import Answer, names_of, place_of
from bot.assistant.assistant import Assistant
from bot.display import entry_line, holdings_line
from bot.wording import tell
from knowledge.library import Library, label
from knowledge.models import SectionKind

_LONG_QUOTE = 120


def chat(assistant: Assistant, library: Library) -> None:
    """Talk until /quit, end of input or Ctrl-C. Input may be piped, a line each."""
    console = Console(highlight=False)
    console.print(Text(_welcome(library)), style="cyan", soft_wrap=True)
    history: list[str] = []
    for typed in _lines(console):
        if typed.startswith("/"):
            if not _run_command(typed, library, history, console):
                break
            continue
        with console.status(tell("chat.working")) as status:
            answer = assistant.ask(typed, history, show=lambda text: status.update(Text(text)))
        history.append(typed)
        _print_answer(answer, console)
    console.print(tell("chat.bye"), style="cyan")


def _welcome(library: Library) -> str:
    entries = library.reports()
    if not entries:
        return tell("answer.no_reports")
    return tell(
        "chat.welcome",
        count=len(entries),
        holdings=holdings_line(entries),
        example=_example(library),
    )


def _example(library: Library) -> str:
    """A question that the store can answer: about the first report that has problems."""
    entries = library.reports()
    for entry in entries:
        sections, _ = library.outline(entry.id)
        if any(s.kind is SectionKind.PROBLEMS for s in sections):
            return tell("chat.example_problems", who=label(entry))
    return tell("chat.example_figure", who=label(entries[0]))


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


def _run_command(typed: str, library: Library, history: list[str], console: Console) -> bool:
    """Carry out a /command; False ends the chat."""
    match typed.split(maxsplit=1)[0].lower():
        case "/quit" | "/exit" | "/q":
            return False
        case "/help":
            console.print(Text(tell("chat.help")))
        case "/new":
            history.clear()
            console.print(tell("chat.fresh"))
        case "/reports":
            for entry in library.all_reports():
                console.print(Text(entry_line(entry)), soft_wrap=True)
        case command:
            console.print(Text(tell("chat.unknown_command", command=command)), style="yellow")
    return True


def _print_answer(answer: Answer, console: Console) -> None:
    """Print the answer, then its quotes; a long one is folded to its head and tail."""
    console.print(Text(answer.text), style="bold", soft_wrap=not console.is_terminal)
    for citation in answer.citations:
        bureau, period = names_of(citation.quote.report)
        path = place_of(citation.quote)
        source = tell("answer.source", n=citation.n, bureau=bureau, period=period, path=path)
        quote = _fold(citation.quote.text.strip())
        _print_indented(console, Text(source, style="green"), 2)
        _print_indented(console, Text(f"“{quote}”", style="dim"), 6)
    console.print()


def _print_indented(console: Console, text: Text, by: int) -> None:
    """Print indented lines on a screen; one whole line where a program reads the output."""
    if console.is_terminal:
        console.print(Padding(text, (0, 0, 0, by)))
    else:
        console.print(" " * by + text.plain, markup=False, soft_wrap=True)


def _fold(quote: str) -> str:
    if len(quote) <= _LONG_QUOTE:
        return quote
    return f"{quote[: _LONG_QUOTE - 30]}……{quote[-28:]}"

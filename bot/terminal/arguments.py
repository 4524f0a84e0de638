"""The command line's words: what may be typed, and what each word is for."""

import argparse
from pathlib import Path
from typing import Any, NoReturn

from bot.errors import UsageError
from bot.settings import Settings
from bot.wording import tell


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that speaks Chinese and raises instead of exiting."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"add_help": False, "formatter_class": _Formatter})
        self._positionals.title = tell("help.arguments")
        self._optionals.title = tell("help.options")
        self.add_argument("-h", "--help", action="help", help=tell("help.show_help"))

    def error(self, message: str) -> NoReturn:
        """Raise UsageError; argparse's own English is not shown."""
        raise UsageError(tell("help.usage_error", prog=self.prog)) from ValueError(message)


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage, actions, groups, prefix=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - argparse's own signature
        given = tell("help.usage") if prefix is None else prefix
        return super().add_usage(usage, actions, groups, given)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data-dir", type=Path, default=argparse.SUPPRESS, metavar="DIR",
        help=tell("help.data_dir"),
    )  # fmt: skip
    parser.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help=tell("help.json")
    )


def bot_parser() -> Parser:
    """``python -m bot …``."""
    parser = Parser(prog="python -m bot", description=tell("help.program"))
    _common(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name in COMMANDS:
        command = commands.add_parser(name, help=tell(f"help.{name}"))
        _common(command)
        _ARGUMENTS.get(name, lambda _: None)(command)
    return parser


def _questions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("questions", nargs="*", metavar="Q", help=tell("help.questions"))


def _ask(parser: argparse.ArgumentParser) -> None:
    _questions(parser)
    parser.add_argument("--trace", action="store_true", help=tell("help.trace"))


def _search(parser: argparse.ArgumentParser) -> None:
    _questions(parser)
    parser.add_argument("--top", type=_positive, default=10, metavar="N", help=tell("help.top"))


def _report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("report", metavar="REPORT", help=tell("help.report"))


def _summary(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("reports", nargs="+", metavar="REPORT", help=tell("help.summarised"))
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--section", default="", metavar="TEXT", help=tell("help.section"))
    part.add_argument("--topic", default="", metavar="NAME", help=tell("help.topic"))
    part.add_argument("--kind", default="", metavar="NAME", help=tell("help.section_kind"))
    parser.add_argument("--length", default="", metavar="NAME", help=tell("help.length"))
    _export(parser)


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--docx", type=Path, metavar="FILE", help=tell("help.docx"))
    parser.add_argument("--no-sources", action="store_true", help=tell("help.no_sources"))


def _plan(parser: argparse.ArgumentParser) -> None:
    for name, value, told in (
        ("--bureau", "TEXT", tell("help.plan_bureau")),
        ("--topic", "NAME", tell("help.plan_topic")),
        ("--period", "TEXT", tell("help.plan_period")),
        ("--length", "LENGTH", tell("help.plan_length")),
    ):
        parser.add_argument(name, default="", metavar=value, help=told)
    _export(parser)


def _golden(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("golden", type=Path, metavar="FILE", help=tell("help.golden"))
    parser.add_argument(
        "--writer",
        choices=("extractive", "model", "both"),
        default="",
        metavar="WRITER",
        help=tell("help.writer"),
    )
    parser.add_argument("--prompt", type=_versions, metavar="JOB=V1,V2", help=tell("help.prompt"))
    parser.add_argument("--record", type=Path, metavar="OUT", help=tell("help.record"))
    parser.add_argument("--compare", type=Path, metavar="EARLIER", help=tell("help.compare"))


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, default=0, metavar="N", help=tell("help.port"))
    parser.add_argument("--no-open", action="store_true", help=tell("help.no_open"))


def _versions(text: str) -> tuple[str, tuple[str, ...]]:
    """``answer=v1,v2``: a job and versions of its prompt."""
    job, _, versions = text.partition("=")
    listed = tuple(version for version in versions.split(",") if version)
    if f"prompt_{job}" not in Settings.model_fields or not listed:
        raise ValueError(text)
    return job, listed


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number < 65_536:
        raise ValueError(text)
    return number


COMMANDS = (
    "chat", "ask", "search", "reports", "outline", "summary", "plan", "evaluate", "doctor",
    "demo",
)  # fmt: skip
_ARGUMENTS = {
    "ask": _ask,
    "search": _search,
    "outline": _report,
    "summary": _summary,
    "plan": _plan,
    "evaluate": _golden,
    "demo": _demo,
}


def read_bot_arguments(arguments: list[str]) -> argparse.Namespace:
    """What was typed after ``python -m bot``; raises UsageError."""
    word = next((a for a in arguments if not a.startswith("-")), None)
    if word and word not in COMMANDS and "--data-dir" not in arguments:
        known = "、".join(COMMANDS)
        raise UsageError(tell("help.unknown_command", word=word, known=known))
    parsed = bot_parser().parse_args(arguments)
    parsed.data_dir = getattr(parsed, "data_dir", None)
    parsed.json = getattr(parsed, "json", False)
    return parsed


def read_ingest_arguments(arguments: list[str]) -> argparse.Namespace:
    """What was typed after ``python ingest.py``; raises UsageError."""
    parser = Parser(prog="python ingest.py", description=tell("ingest.program"))
    _common(parser)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=tell("ingest.paths"))
    parser.add_argument("--prune", action="store_true", help=tell("ingest.prune"))
    parser.add_argument("--dry-run", action="store_true", help=tell("ingest.dry_run"))
    parser.add_argument("--watch", action="store_true", help=tell("ingest.watch"))
    parser.add_argument("--reindex", action="store_true", help=tell("ingest.reindex"))
    parser.add_argument("--bureau", default="", help=tell("ingest.bureau"))
    parser.add_argument("--period", default="", help=tell("ingest.period"))
    parsed = parser.parse_args(arguments)
    if not parsed.paths and not parsed.reindex:
        parser.error("no path")
    if parsed.watch and (parsed.dry_run or not parsed.paths):
        parser.error("nothing to watch")
    parsed.data_dir = getattr(parsed, "data_dir", None)
    parsed.json = getattr(parsed, "json", False)
    return parsed

"""The command line: every command with what may be typed after it."""

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from bot.errors import UsageError
from bot.settings import Settings
from bot.wording import tell
from knowledge.errors import ASSISTANT, INGEST


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that speaks Chinese and raises instead of exiting."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"add_help": False, "formatter_class": _Formatter})
        self._positionals.title = tell("help.arguments")
        self._optionals.title = tell("help.options")
        self.add_argument("-h", "--help", action="help", help=tell("help.show_help"))
        # a subparser must not overwrite what stands before the command
        unset = argparse.SUPPRESS
        self.add_argument(
            "--data-dir", type=Path, default=unset, metavar="DIR", help=tell("help.data_dir")
        )
        self.add_argument("--json", action="store_true", default=unset, help=tell("help.json"))

    def error(self, message: str) -> NoReturn:
        """Raise UsageError with what is wrong; argparse's own English is not shown."""
        found = ((kind, pattern.search(message)) for kind, pattern in _FAULTS.items())
        kind, match = next(((kind, match) for kind, match in found if match), ("unfit", None))
        words = match[1] if match else ""
        meant = next((a.help for a in self._actions if words in (a.metavar, *a.option_strings)), "")
        fields = {"words": words, "meant": meant or "", "known": "、".join(TERMINAL_COMMANDS)}
        fault = tell(f"help.{kind}", **fields)
        raise UsageError(tell("help.usage_error", fault=fault, prog=self.prog))


_FAULTS = {
    "unknown_command": re.compile(r"argument COMMAND: invalid choice: '(.*)' \("),
    "missing": re.compile(r"required: ([^,]+)"),
    "unknown": re.compile(r"unrecognized arguments: (.+)"),
    "unfit": re.compile(r"argument (\S+):"),
}
"""What argparse finds, and where it names the words that it is about."""


class _Formatter(argparse.HelpFormatter):
    def add_usage(self, usage, actions, groups, prefix=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - argparse's own signature
        usage_word = tell("help.usage") if prefix is None else prefix
        return super().add_usage(usage, actions, groups, usage_word)


def read_bot_arguments(arguments: list[str]) -> argparse.Namespace:
    """Read what was typed after ``python -m bot``; raises UsageError."""
    return bot_parser().parse_args(arguments)


def read_ingest_arguments(arguments: list[str]) -> argparse.Namespace:
    """Read what was typed after ``python ingest.py``; raises UsageError."""
    parser = Parser(prog=INGEST, description=tell("ingest.program"))
    parser.set_defaults(data_dir=None, json=False)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help=tell("ingest.paths"))
    parser.add_argument("--prune", action="store_true", help=tell("ingest.prune"))
    parser.add_argument("--dry-run", action="store_true", help=tell("ingest.dry_run"))
    parser.add_argument("--watch", action="store_true", help=tell("ingest.watch"))
    parser.add_argument("--reindex", action="store_true", help=tell("ingest.reindex"))
    parser.add_argument("--bureau", default="", help=tell("ingest.bureau"))
    parser.add_argument("--period", default="", help=tell("ingest.period"))
    typed = parser.parse_args(arguments)
    if not typed.paths and not typed.reindex:
        parser.error("required: PATH")
    if typed.watch and (typed.dry_run or not typed.paths):
        parser.error("argument --watch:")
    return typed


def bot_parser() -> Parser:
    """The parser of ``python -m bot``."""
    parser = Parser(prog=ASSISTANT, description=tell("help.program"))
    parser.set_defaults(data_dir=None, json=False)
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, add_arguments in TERMINAL_COMMANDS.items():
        add_arguments(subparsers.add_parser(name, help=tell(f"help.{name}")))
    return parser


def _add_nothing(_parser: Parser) -> None:
    """The command takes no argument of its own."""


def _add_questions(parser: Parser) -> None:
    parser.add_argument("questions", nargs="*", metavar="Q", help=tell("help.questions"))


def _add_ask(parser: Parser) -> None:
    _add_questions(parser)
    parser.add_argument("--trace", action="store_true", help=tell("help.trace"))


def _add_search(parser: Parser) -> None:
    _add_questions(parser)
    parser.add_argument("--top", type=_positive, default=10, metavar="N", help=tell("help.top"))


def _add_outline(parser: Parser) -> None:
    parser.add_argument("report", metavar="REPORT", help=tell("help.report"))


def _add_summary(parser: Parser) -> None:
    parser.add_argument("reports", nargs="+", metavar="REPORT", help=tell("help.summarised"))
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--section", default="", metavar="TEXT", help=tell("help.section"))
    part.add_argument("--topic", default="", metavar="NAME", help=tell("help.topic"))
    part.add_argument("--kind", default="", metavar="NAME", help=tell("help.section_kind"))
    parser.add_argument("--length", default="", metavar="NAME", help=tell("help.length"))
    _add_export(parser)


def _add_compare(parser: Parser) -> None:
    for count in (1, "+"):  # two at least
        parser.add_argument(
            "reports", nargs=count, action="extend", metavar="REPORT", help=tell("help.compared")
        )
    parser.add_argument("--topic", default="", metavar="NAME", help=tell("help.compared_topic"))
    parser.add_argument("--length", default="", metavar="NAME", help=tell("help.compared_length"))
    parser.set_defaults(section="", kind="")
    _add_export(parser)


def _add_plan(parser: Parser) -> None:
    parser.add_argument("--bureau", default="", metavar="TEXT", help=tell("help.plan_bureau"))
    parser.add_argument("--topic", default="", metavar="NAME", help=tell("help.plan_topic"))
    parser.add_argument("--period", default="", metavar="TEXT", help=tell("help.plan_period"))
    parser.add_argument("--length", default="", metavar="LENGTH", help=tell("help.plan_length"))
    parser.add_argument("--way", default="", metavar="WAY", help=tell("help.plan_way"))
    parser.add_argument("--tasks", action="store_true", help=tell("help.plan_tasks"))
    _add_export(parser)


def _add_figures(parser: Parser) -> None:
    parser.add_argument("--bureau", default="", metavar="TEXT", help=tell("help.figures_bureau"))
    parser.add_argument("--indicator", default="", metavar="NAME", help=tell("help.indicator"))
    parser.add_argument("--topic", default="", metavar="NAME", help=tell("help.figures_topic"))
    parser.add_argument("--period", default="", metavar="TEXT", help=tell("help.figures_period"))
    parser.add_argument("--xlsx", type=Path, metavar="FILE", help=tell("help.xlsx"))
    parser.add_argument("--chart", type=Path, metavar="FILE", help=tell("help.chart"))


def _add_check(parser: Parser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=tell("help.checked"))
    parser.add_argument("--bureau", default="", metavar="TEXT", help=tell("help.check_bureau"))
    parser.add_argument("--period", default="", metavar="TEXT", help=tell("help.check_period"))
    parser.add_argument("--docx", type=Path, metavar="FILE", help=tell("help.check_docx"))


def _add_export(parser: Parser) -> None:
    parser.add_argument("--docx", type=Path, metavar="FILE", help=tell("help.docx"))
    parser.add_argument("--no-sources", action="store_true", help=tell("help.no_sources"))


def _add_evaluate(parser: Parser) -> None:
    writers = ("extractive", "model", "both")
    parser.add_argument("golden", type=Path, metavar="FILE", help=tell("help.golden"))
    parser.add_argument(
        "--writer", choices=writers, default="", metavar="WRITER", help=tell("help.writer")
    )
    parser.add_argument(
        "--prompt", type=_prompt_versions, metavar="JOB=V1,V2", help=tell("help.prompt")
    )
    parser.add_argument("--record", type=Path, metavar="OUT", help=tell("help.record"))
    parser.add_argument("--compare", type=Path, metavar="EARLIER", help=tell("help.earlier"))


def _add_demo(parser: Parser) -> None:
    parser.add_argument("--port", type=_port, default=0, metavar="N", help=tell("help.port"))
    parser.add_argument("--no-open", action="store_true", help=tell("help.no_open"))


def _add_move(parser: Parser) -> None:
    parser.add_argument("--to", required=True, metavar="URL", help=tell("help.move_to"))


def _add_backup(parser: Parser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=tell("help.backup_file"))


def _add_restore(parser: Parser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=tell("help.restored"))
    parser.add_argument("--replace", action="store_true", help=tell("help.replace"))


TERMINAL_COMMANDS: dict[str, Callable[[Parser], None]] = {
    "chat": _add_nothing,
    "ask": _add_ask,
    "search": _add_search,
    "reports": _add_nothing,
    "outline": _add_outline,
    "summary": _add_summary,
    "compare": _add_compare,
    "plan": _add_plan,
    "figures": _add_figures,
    "check": _add_check,
    "evaluate": _add_evaluate,
    "doctor": _add_nothing,
    "demo": _add_demo,
    "web": _add_nothing,
    "worker": _add_nothing,
    "move": _add_move,
    "backup": _add_backup,
    "restore": _add_restore,
    "licences": _add_nothing,
}
"""The commands in the order of the help, each with what adds its arguments."""


def _prompt_versions(text: str) -> tuple[str, tuple[str, ...]]:
    """Read ``answer=v1,v2``: a job and versions of its prompt; raises ValueError."""
    job, _, rest = text.partition("=")
    versions = tuple(version for version in rest.split(",") if version)
    if f"prompt_{job}" not in Settings.model_fields or not versions:
        raise ValueError(text)
    return job, versions


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

"""An entry point's errors as one line for users and a log, its notices and its progress."""

import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextvars import ContextVar

from bot.errors import UsageError
from bot.wording import tell
from knowledge.errors import AssistantError

_SHORTEST = 4
_FORM = "%(asctime)s %(name)s %(levelname)s %(update)s%(message)s"
handled_update: ContextVar[int] = ContextVar("handled_update", default=0)
"""Our number of the update that is being handled; each line of the log meanwhile bears it."""


class _Redacting(logging.Formatter):
    """Writes which update a line is of, and ``***`` for every secret, in tracebacks too."""

    def __init__(self) -> None:
        super().__init__(_FORM)
        self.secrets: tuple[str, ...] = ()

    def format(self, record: logging.LogRecord) -> str:
        """The record's line, secrets hidden."""
        number = handled_update.get()
        record.update = f"update={number} " if number else ""
        line = super().format(record)
        for secret in self.secrets:
            line = line.replace(secret, "***")
        return line


_FORMATTER = _Redacting()
_log = logging.getLogger("bot")


def start_log() -> None:
    """Log warnings to stderr, and our own information where stderr is no terminal."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_FORMATTER)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.captureWarnings(capture=True)
    if not sys.stderr.isatty():
        logging.getLogger("bot").setLevel(logging.INFO)


def hide_secrets(secrets: Sequence[str]) -> None:
    """Hide these strings in the log from now on; short ones could be any word."""
    _FORMATTER.secrets = tuple(secret for secret in secrets if len(secret) >= _SHORTEST)


def speak_errors(run: Callable[[], int]) -> int:
    """Run an entry point and return an exit code; no exception leaves it."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    start_log()
    try:
        return run()
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    except AssistantError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(tell("bot.interrupted"), file=sys.stderr)
        return 130
    except BrokenPipeError:
        # nobody reads stdout any more, and flushing it at exit would fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:  # noqa: BLE001 - the one place that turns any error into speech
        _log.exception("unexpected")
        print(tell("bot.broken"), file=sys.stderr)
        return 1


def print_notice(line: str) -> None:
    """Print what the program is doing, on stderr: standard output is for results."""
    print(line, file=sys.stderr, flush=True)


def progress_line(key: str) -> Callable[[int, int], None]:
    """A progress callback that overwrites one line of stderr, if that is a terminal."""

    def show(done: int, of: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done >= of else ""
            print("\r" + tell(key, done=done, of=of), end=end, file=sys.stderr, flush=True)

    return show

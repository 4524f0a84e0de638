"""Where an entry point's errors become speech: one line for people, a log for us."""

import logging
import os
import sys
from collections.abc import Callable, Sequence

from bot.errors import UsageError
from bot.wording import tell
from knowledge.errors import AssistantError

_SHORTEST = 4  # what is shorter could be any word
_FORM = "%(asctime)s %(name)s %(levelname)s %(message)s"


class _Redacting(logging.Formatter):
    """Writes ``***`` for every secret, in messages and in tracebacks."""

    def __init__(self) -> None:
        super().__init__(_FORM)
        self.secrets: tuple[str, ...] = ()

    def format(self, record: logging.LogRecord) -> str:
        """The record's line, secrets hidden."""
        line = super().format(record)
        for secret in self.secrets:
            line = line.replace(secret, "***")
        return line


_FORMATTER = _Redacting()


def start_log() -> None:
    """Write warnings of everybody to stderr, and what we do where no person is looking on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_FORMATTER)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.captureWarnings(capture=True)
    if not sys.stderr.isatty():
        logging.getLogger("bot").setLevel(logging.INFO)


def hide_secrets(secrets: Sequence[str]) -> None:
    """Keep these out of the log from now on."""
    _FORMATTER.secrets = tuple(secret for secret in secrets if len(secret) >= _SHORTEST)


_log = logging.getLogger("bot")


def speak_errors(run: Callable[[], int]) -> int:
    """Run an entry point; its exit code, whatever happens inside."""
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
        # the reader went away: nothing is left to tell, and flushing at exit would fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:  # noqa: BLE001 - the one place that turns any error into speech
        _log.exception("unexpected")
        print(tell("bot.broken"), file=sys.stderr)
        return 1


def announce(key: str, **fields: object) -> None:
    """Tell whoever watches that something has begun; standard output is for results."""
    tell_watcher(tell(key, **fields))


def tell_watcher(line: str) -> None:
    """The same of a line that is worded already."""
    print(line, file=sys.stderr, flush=True)


def progress_line(key: str) -> Callable[[int, int], None]:
    """A progress that overwrites one line of stderr, when somebody can see it."""

    def show(done: int, of: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done >= of else ""
            print("\r" + tell(key, done=done, of=of), end=end, file=sys.stderr, flush=True)

    return show

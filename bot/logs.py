"""The log on stderr: for whoever runs the program, without the keys that it uses."""

import logging
import sys
from collections.abc import Sequence

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

"""Documents that are sent to us, fetched from their app into a folder of their own."""

import asyncio
import contextlib
import logging
import tempfile
import time
from pathlib import Path

from bot.conversation.adapter import Adapter, AdapterFault, OutcomeUnknown, RetryLater
from bot.conversation.context import Attachment
from bot.conversation.messages import FileRef

_log = logging.getLogger("bot.conversation")
_TRIES, _FIRST_PAUSE = 4, 0.5
_LEFT_SECONDS = 3600.0


class FileFetcher:
    """Fetches into ``folder``, in which a killed run may have left files: they are removed.

    Where other processes fetch into it as well, ``shared``, only what is old is.
    """

    def __init__(self, folder: Path, *, shared: bool = False) -> None:
        before = time.time() - (_LEFT_SECONDS if shared else 0)
        for path in folder.glob("*"):
            with contextlib.suppress(OSError):  # another process may have removed it
                if path.stat().st_mtime < before:
                    path.unlink()
        self._folder = folder

    async def fetch(self, adapter: Adapter, file: FileRef) -> Attachment | None:
        """The file, which the caller removes; None where it cannot be had."""
        path = self._new_path()
        for attempt in range(1, _TRIES + 1):
            try:
                told = await adapter.fetch_file(file.id, path)
            except (RetryLater, OutcomeUnknown) as fault:
                _log.warning("file: %s", type(fault).__name__)
                pause = fault.seconds if isinstance(fault, RetryLater) else _FIRST_PAUSE * attempt
                await asyncio.sleep(pause)
            except AdapterFault as fault:
                _log.warning("file: %s", type(fault).__name__)
                break
            else:
                return Attachment(file.name or told, path.stat().st_size, path)
        path.unlink(missing_ok=True)
        return None

    def _new_path(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as made:
            return Path(made.name)

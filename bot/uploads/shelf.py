"""Where the files lie that people sent: what counts in the open, every version beside it, hidden.

``uploads/<sender>/<name>`` is what the library reads; ``uploads/<sender>/.versions/<hash>`` holds
contents. A name is settled by what the state says of it, so it may be done again without harm.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from bot.ids import short_id
from bot.state.uploads import Uploads, Version
from knowledge.errors import StoreUnwritable
from knowledge.loading.loader import Loader, LoadResult
from knowledge.models import ReadReport
from knowledge.understanding.periods import exact_period
from knowledge.understanding.pipeline import Overrides

FOLDER = "uploads"
_VERSIONS = ".versions"


class Shelf:
    """The files of one data folder."""

    def __init__(self, data_dir: Path, uploads: Uploads) -> None:
        self._folder = data_dir / FOLDER
        self._uploads = uploads

    def path(self, user_id: str, name: str) -> Path:
        """Where the file lies that counts."""
        return self._folder / _folder_name(user_id) / name

    def is_free(self, user_id: str, name: str) -> bool:
        """Whether nothing lies under a name, not even what nobody wrote down."""
        return not self.path(user_id, name).exists()

    def keep(self, user_id: str, data: bytes) -> Path:
        """Put a content away; where it lies. Raises StoreUnwritable."""
        path = self._content(user_id, sha256(data).hexdigest())
        with self._translated():
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                _write(path, data)
        return path

    def settle(
        self, loader: Loader, user_id: str, name: str, read: ReadReport | None = None
    ) -> LoadResult | None:
        """Have the library hold under a name what counts, or nothing; the line of its loading.

        ``read`` is what was understood of it already.
        """
        current = self.lay(user_id, name)
        path = self.path(user_id, name)
        if current is None:
            loader.remove_file(path)
            return None
        told = Overrides(current.bureau, exact_period(current.period) if current.period else None)
        if read and read.report.sha256 == current.sha256:
            return loader.load_understood(path, read, told)
        return next(iter(list(loader.load([path], told))))

    def settle_all(self, loader: Loader, versions: Sequence[Version]) -> None:
        """Settle every name that some versions bear.

        Where the data folder was moved, the library knows the files by where they lay before: what
        nobody holds any more leaves all the same.
        """
        for user_id, name in dict.fromkeys((v.user_id, v.name) for v in versions):
            self.settle(loader, user_id, name)
        for report_id in {v.report_id for v in versions}:
            if not self._uploads.holding(report_id):
                loader.remove_if_lost(report_id)

    def lay(self, user_id: str, name: str) -> Version | None:
        """Have the file lie there that counts, without loading it; which it is."""
        current = self._uploads.current(user_id, name)
        path = self.path(user_id, name)
        with self._translated():
            if current is None:
                path.unlink(missing_ok=True)
            else:
                data = self._content(user_id, current.sha256).read_bytes()
                if not path.exists() or path.read_bytes() != data:
                    _write(path, data)
        return current

    def tidy(self, user_id: str, digest: str) -> None:
        """Let go of a content that no version refers to."""
        if not self._uploads.refers_to(user_id, digest):
            with self._translated():
                self._content(user_id, digest).unlink(missing_ok=True)

    def purge(self, now: float) -> None:
        """Let go of what was withdrawn long ago."""
        for version in self._uploads.long_withdrawn(now):
            self._uploads.delete([version.id])
            self.tidy(version.user_id, version.sha256)

    def _content(self, user_id: str, digest: str) -> Path:
        return self._folder / _folder_name(user_id) / _VERSIONS / digest

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreUnwritable(path=self._folder) from error


def _folder_name(user_id: str) -> str:
    return quote(short_id(user_id), safe="").replace("%3A", "-")


def _write(path: Path, data: bytes) -> None:
    """Write a file whole: whoever looks sees the old one or the new one."""
    part = path.parent.joinpath(f".{sha256(path.name.encode()).hexdigest()[:16]}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)

"""Opens the library of a data folder with the embedder that is set."""

from pathlib import Path

from bot.errors import RestoreUnfinished
from bot.interruption import raise_if_stopped, show_page
from bot.settings import Settings, check_connection_settings
from knowledge.library import Library
from knowledge.loading.report_reader import GuardedReader, ReadLimits
from knowledge.storage.builtin_embedder import BuiltinEmbedder
from knowledge.storage.protocols import Embedder, Progress


def make_embedder(settings: Settings) -> Embedder:
    """The endpoint's embedder if one is set, else the built-in one; raises SettingsInvalid."""
    if not settings.embedding_model:
        return BuiltinEmbedder()
    from knowledge.storage.endpoint_embedder import EndpointEmbedder  # noqa: PLC0415 - a second of imports

    check_connection_settings()
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else "none"
    return EndpointEmbedder(
        settings.embedding_model, key, settings.openai_base_url, settings.model_timeout
    )


_PAGES = "pages"
RESTORING = "restoring"
"""What a data folder holds while a backup is put into its place."""


def check_restored(folder: Path) -> None:
    """Raise RestoreUnfinished where putting a backup in place was broken off."""
    if (folder / RESTORING).exists():
        raise RestoreUnfinished(path=folder)


def open_reader(settings: Settings, folder: Path | None = None) -> GuardedReader:
    """What reads files within the limits that are set, until the work under way is stopped.

    Recognised pages are kept in a data folder.
    """
    limits = ReadLimits(settings.read_seconds, settings.read_memory_mb)
    pages = folder / _PAGES if folder else None
    return GuardedReader(limits, raise_if_stopped, on_page=show_page, pages=pages)


def open_library(
    settings: Settings,
    data_dir: Path | None,
    progress: Progress,
    *,
    create: bool = False,
    reindex: bool = False,
) -> Library:
    """The library of ``data_dir``, by default the folder that is set; see Library.

    Raises RestoreUnfinished.
    """
    folder = data_dir or settings.data_dir
    check_restored(folder)
    return Library(
        folder,
        make_embedder(settings),
        database_url=settings.database,
        chroma_host=settings.chroma_host,
        progress=progress,
        create=create,
        reindex=reindex,
        reader=open_reader(settings, folder),
    )

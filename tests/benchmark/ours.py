"""This assistant as the benchmark sees it."""

from collections.abc import Sequence
from pathlib import Path

import knowledge.storage.chroma_index  # noqa: F401 - imports are not what is measured
from knowledge.library import Library
from knowledge.loading.report_reader import GuardedReader, ReadLimits
from knowledge.storage.builtin_embedder import BuiltinEmbedder
from knowledge.understanding.pipeline import Overrides
from tests.benchmark.pipelines import FOUND


class Ours:
    """This assistant's own way, as ``ingest.py`` and ``bot search`` go it."""

    anew = False

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self._folder = folder
        self._url = database_url

    def load(self, reports: Path) -> int:
        """Unchanged files are known by their digests."""
        reader = GuardedReader(ReadLimits())
        library = Library(self._folder, BuiltinEmbedder(), create=True, reader=reader)
        with library.loader() as loader:
            failed = [line for line in loader.load([reports], Overrides()) if line.error]
        if failed:
            raise RuntimeError(failed[0].error)
        count = library.passage_count()
        library.close()
        return count

    def open(self) -> None:
        """Everything is read when it is first needed."""
        self._library = Library(self._folder, BuiltinEmbedder(), database_url=self._url)

    def find(self, question: str) -> Sequence[Path]:
        """Within the bureau and period that the question names, in one snapshot of the store."""
        with self._library.snapshot():
            read = self._library.read_question(question)
            hits = self._library.search_with_unidentified(read, FOUND)
        return [Path(hit.report.file) for hit in hits]


PIPELINE = Ours

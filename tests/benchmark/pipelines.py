"""The two pipelines as the benchmark sees them: load a folder, open, find passages."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import jieba
from langchain_chroma import Chroma
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

import knowledge.vectors  # noqa: F401 - imports are not what is measured
from knowledge.ahead import processes_to_spare
from knowledge.builtin_embedder import BuiltinEmbedder
from knowledge.library import Library
from knowledge.understanding import Told

FOUND = 10


class Pipeline(Protocol):
    """One way from a folder of reports to passages for a question.

    ``anew``: every load begins from nothing, so that a second takes what the first took.
    """

    anew: bool

    def load(self, reports: Path) -> int:
        """Bring the store level with the reports; how many passages it holds."""

    def open(self) -> None:
        """Make ready for questions."""

    def find(self, question: str) -> Sequence[Path]:
        """The files of the passages found, best first."""


class Ours:
    """This assistant's own way, as ``ingest.py`` and ``bot search`` go it."""

    anew = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, reports: Path) -> int:
        """Unchanged files are known by their digests."""
        library = Library(self._folder, BuiltinEmbedder(), create=True)
        with library.loader(processes=processes_to_spare()) as loader:
            failed = [line for line in loader.load([reports], Told()) if line.error]
        if failed:
            raise RuntimeError(failed[0].error)
        count = library.passage_count()
        library.close()
        return count

    def open(self) -> None:
        """Everything is read when it is first needed."""
        self._library = Library(self._folder, BuiltinEmbedder())

    def find(self, question: str) -> Sequence[Path]:
        """Within the bureau and period that the question names."""
        read = self._library.read_question(question)
        return [Path(hit.report.file) for hit in self._library.look_up(read, FOUND)]


class _BuiltinEmbeddings(Embeddings):
    """Our embedder for LangChain: so that only the pipelines differ."""

    def __init__(self) -> None:
        self._embedder = BuiltinEmbedder()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """A vector a text."""
        vectors: list[list[float]] = self._embedder.embed(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of one text."""
        return self.embed_documents([text])[0]


class Afternoon:
    """Splitter, Chroma, BM25 over jieba's words, and an ensemble of both, all as documented.

    BM25Retriever keeps nothing on disk, so it is made anew from Chroma's documents at opening.
    """

    anew = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, reports: Path) -> int:
        """Everything is loaded anew: nothing tells which files have changed."""
        splitter = RecursiveCharacterTextSplitter(
            chunk_size=400, chunk_overlap=40, separators=["\n\n", "\n", "。", "；", "，", ""]
        )
        documents = [
            Document(path.read_text(encoding="utf-8"), metadata={"source": str(path)})
            for path in sorted(reports.rglob("*.txt"))
        ]
        chunks = splitter.split_documents(documents)
        store = self._store()
        store.reset_collection()
        most = 5000  # Chroma takes no more than 5461 at once
        for start in range(0, len(chunks), most):
            store.add_documents(chunks[start : start + most])
        return len(chunks)

    def open(self) -> None:
        """Both retrievers and their ensemble."""
        store = self._store()
        page, texts, sources = 5000, list[str](), list[dict[str, str]]()
        while page_of := store.get(limit=page, offset=len(texts))["documents"]:
            offset = len(texts)
            texts += page_of
            sources += store.get(limit=page, offset=offset)["metadatas"]
        words = BM25Retriever.from_texts(texts, sources, preprocess_func=jieba.lcut, k=FOUND)
        vectors = store.as_retriever(search_kwargs={"k": FOUND})
        self._retriever = EnsembleRetriever(retrievers=[words, vectors], weights=[0.5, 0.5])

    def find(self, question: str) -> Sequence[Path]:
        """The reciprocal ranks of both, over all reports."""
        found = self._retriever.invoke(question)[:FOUND]
        return [Path(document.metadata["source"]) for document in found]

    def _store(self) -> Chroma:
        return Chroma(
            "reports",
            embedding_function=_BuiltinEmbeddings(),
            persist_directory=str(self._folder),
            collection_metadata={"hnsw:space": "cosine"},
        )


PIPELINES: dict[str, type[Ours | Afternoon]] = {"ours": Ours, "afternoon": Afternoon}

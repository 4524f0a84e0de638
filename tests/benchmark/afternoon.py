"""What a developer would write in an afternoon, with the same store and the same embedder."""

from collections.abc import Sequence
from pathlib import Path

import jieba
from langchain_chroma import Chroma
from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from knowledge.storage.builtin_embedder import BuiltinEmbedder
from tests.benchmark.pipelines import FOUND


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


PIPELINE = Afternoon

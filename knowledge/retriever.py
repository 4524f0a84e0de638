"""The search as a LangChain retriever, so that it composes with chains."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from knowledge.library import Library
from knowledge.search import Hit


class PassageRetriever(BaseRetriever):
    """Passages for a question in plain Chinese, best first, within the scope that it names."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    limit: int = 10

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        del run_manager  # nothing to report on the way
        with self.library.snapshot():
            question = self.library.read_question(query)
            return [document_of(hit) for hit in self.library.look_up(question, self.limit)]


def document_of(hit: Hit) -> Document:
    """A passage as a document; its metadata say whose words they are and where they stand."""
    bureau, period = hit.report.identity.bureau, hit.report.identity.period
    return Document(
        id=hit.passage.id,
        page_content=hit.text,
        metadata={
            "report_id": hit.report.id,
            "file": hit.report.file,
            "bureau": bureau.name if bureau else "",
            "period": str(period or ""),
            "section": list(hit.passage.path),
            "kind": hit.passage.kind.value,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "score": hit.score,
        },
    )

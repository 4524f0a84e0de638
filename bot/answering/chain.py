"""The chain that answers a question, in LangChain's terms: retriever, prompt and model.

``answer_chain`` is what the product runs, and others can take it apart; docs/model.md shows how.
"""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, TypeVar

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.messages import AIMessage
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda, RunnableSerializable
from pydantic import ConfigDict

from bot.answering.passages import Retrieval
from bot.model.prompts import token_count
from bot.wording import say
from knowledge.library import Library
from knowledge.retrieval.search import Hit
from prompts.forms import harmless, passage_form
from prompts.loading import Prompt

Message = TypeVar("Message", bound=AIMessage)


class NothingRetrieved(LookupError):
    """A question has no passages: no model is asked, since it would answer from itself."""


class PassageRetriever(BaseRetriever):
    """Passages for a question in plain Chinese, best first, within the scope that it names.

    ``limit`` is the most that are returned. Bind a ``retrieval`` where the question has been read
    already: its passages are returned, and searched for once for all its readers.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    limit: int | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        retrieval: Retrieval | None = None,
    ) -> list[Document]:
        del run_manager  # there are no steps to report
        with self.library.snapshot():
            if retrieval is None:
                retrieval = Retrieval(self.library, self.library.read_question(query))
            rows = zip_longest(*retrieval.groups)  # the best of each group, then the second best
        hits = [hit for row in rows for hit in row if hit is not None]
        return [document_of(hit) for hit in hits[: self.limit]]


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


def fit_documents(documents: Sequence[Document], room: int) -> list[Document]:
    """The best documents, whole, that take at most ``room`` tokens together; at least one.

    They are put in report order, so that what belongs together is read together.
    """
    fitting: list[Document] = []
    for document in documents:
        needed = token_count(_format_document(0, document))
        if fitting and needed > room:
            continue
        fitting.append(document)
        room -= needed
    return sorted(fitting, key=_report_order)


def answer_chain(
    passages: Runnable[str, list[Document]], prompt: Prompt, model: Runnable[Any, Message]
) -> RunnableSerializable[str, Message]:
    """A question in, the model's message out; raises NothingRetrieved.

    The passages are numbered from 1 in the order in which they come.
    """
    filled = {
        "passages": passages | RunnableLambda(_format_documents),
        "question": RunnableLambda(harmless),
    }
    return filled | prompt.template | model


def _format_documents(documents: list[Document]) -> str:
    if not documents:
        raise NothingRetrieved
    return "\n".join(_format_document(n, document) for n, document in enumerate(documents, 1))


def _format_document(n: int, document: Document) -> str:
    about = document.metadata
    return passage_form(
        n, about["bureau"], about["period"], about["section"], document.page_content
    )


def _report_order(document: Document) -> tuple[str, str, int]:
    about = document.metadata
    bureau = about["bureau"] or say("answer.unknown_bureau")
    period = about["period"] or say("answer.unknown_period")
    return bureau + period, about["report_id"], about["start"]

"""The JSON of ``plan``: names of the contract stay, more may be added."""

from bot.compositions import CitedText, Draft
from bot.records import Record, of_citation


def of_draft(draft: Draft) -> Record:
    """A draft with its sources; each sentence says where its idea came from."""
    return {
        "title": draft.title,
        "paragraphs": [
            {
                "heading": paragraph.heading,
                "text": paragraph.text,
                "citations": list(paragraph.citations),
                "sentences": [_sentence(sentence) for sentence in paragraph.sentences],
            }
            for paragraph in draft.paragraphs
        ],
        "citations": [of_citation(citation) for citation in draft.citations],
        "findings": list(draft.findings),
        "struck": list(draft.struck),
        "writer": draft.writer,
        "prompt": draft.prompt,
        "model": draft.model,
        "notice": draft.notice,
        "seconds": draft.seconds,
    }


def _sentence(sentence: CitedText) -> Record:
    return {
        "text": sentence.text,
        "citations": list(sentence.citations),
        "origin": sentence.origin.value if sentence.origin else None,
    }

"""A draft as people read it: the text to paste with its marks, its sources, what to look at."""

from collections.abc import Iterator

from bot.compositions import Draft, Origin, Paragraph
from bot.display import names_of, place_of
from bot.plan.rewordingwords import rewording_words
from bot.plan.words import phrase


def draft_lines(draft: Draft) -> list[str]:
    """Title, paragraphs with [n] marks, the sources with their origin, the findings."""
    lines = [*filter(None, [draft.notice]), draft.title, ""]
    lines += [*(_marked(paragraph) for paragraph in draft.paragraphs)]
    if draft.struck:
        lines += ["", rewording_words().struck]
    lines += ["", phrase("display.sources"), *_sources(draft)]
    if draft.findings:
        lines += ["", phrase("display.findings")]
        lines += [phrase("display.finding", finding=finding) for finding in draft.findings]
    return lines


def _marked(paragraph: Paragraph) -> str:
    return paragraph.heading + "".join(sentence.marked for sentence in paragraph.sentences)


def _sources(draft: Draft) -> Iterator[str]:
    origins: dict[int, Origin | None] = {}
    for paragraph in draft.paragraphs:
        for sentence in paragraph.sentences:
            for n in sentence.citations:
                origins.setdefault(n, sentence.origin)
    for citation in draft.citations:
        bureau, period = names_of(citation.quote.report)
        origin = origins.get(citation.n)
        yield phrase(
            "display.source",
            n=citation.n,
            origin=phrase(f"display.{origin.value}") if origin else "",
            bureau=bureau,
            period=period,
            path=place_of(citation.quote),
        )
        yield phrase("display.quote", quote=citation.quote.text.strip())

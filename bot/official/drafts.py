"""A draft through the style check: mended where that is certain, with what is left to say."""

from dataclasses import replace

from bot.compositions import Draft, Paragraph
from bot.official.findings import Finding, StyleContext
from bot.official.style import TITLE, check_style, in_pieces

_MOST_ROUNDS = 20


def style_checked(draft: Draft, context: StyleContext) -> Draft:
    """The draft mended, its citations kept; ``findings`` tell what a person has to decide.

    Sentences and paragraphs of which nothing is left are dropped.
    """
    for _ in range(_MOST_ROUNDS):
        texts = [paragraph.text for paragraph in draft.paragraphs]
        findings = check_style(draft.title, texts, context)
        if not any(finding.certain for finding in findings):
            break
        draft = _mended(draft, findings)
    return replace(draft, findings=tuple(finding.sentence for finding in findings))


def _mended(draft: Draft, findings: tuple[Finding, ...]) -> Draft:
    title = in_pieces([draft.title], [f for f in findings if f.paragraph == TITLE])[0]
    paragraphs = (
        _mended_paragraph(paragraph, [f for f in findings if f.paragraph == number])
        for number, paragraph in enumerate(draft.paragraphs, 1)
    )
    kept = tuple(paragraph for paragraph in paragraphs if paragraph.text.strip())
    return replace(draft, title=title, paragraphs=kept)


def _mended_paragraph(paragraph: Paragraph, findings: list[Finding]) -> Paragraph:
    pieces = [paragraph.heading, *(sentence.text for sentence in paragraph.sentences)]
    heading, *texts = in_pieces(pieces, findings)
    sentences = tuple(
        replace(sentence, text=text)
        for sentence, text in zip(paragraph.sentences, texts, strict=True)
        if text.strip()
    )
    return Paragraph(heading, sentences)

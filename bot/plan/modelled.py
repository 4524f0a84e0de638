"""A draft in a language model's words, paragraph by paragraph, where that tells the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.compositions import CitedText, Draft, Paragraph
from bot.official.findings import FindingKind, StyleContext
from bot.official.style import check_style
from bot.plan.novelty import faults_of, is_told, without_item
from bot.plan.polished import Item, Part, Polisher, Progress, Wording
from bot.plan.request import Task
from bot.plan.rewordingwords import rewording_words
from knowledge.models import Identity, Report

_REFUSED = frozenset(
    {
        FindingKind.PERIOD,
        FindingKind.PAST,
        FindingKind.FOREIGN,
        FindingKind.CHAT,
        FindingKind.CASUAL,
        FindingKind.MARKDOWN,
    }
)
_ENDS = "；;，,、"


def reworded(
    draft: Draft, task: Task, context: StyleContext, polisher: Polisher, progress: Progress
) -> Draft:
    """The draft with those paragraphs in the model's words that hold; raises EndpointFailed.

    ``draft`` is one of the reports' own sentences, styled. What does not hold is in ``struck``.
    """
    parts = list(_parts(draft, task))
    made = polisher.polished([part for _, part in parts], draft.title, progress)
    paragraphs, struck, kept = list(draft.paragraphs), list(made.astray), list[str]()
    for (index, part), wordings in zip(parts, made.wordings, strict=True):
        judged = judge(part, wordings, context)
        if judged.paragraph:
            paragraphs[index] = _cited(draft.paragraphs[index], part, judged.paragraph)
        else:
            kept.append(part.heading.rstrip("。"))
            struck += judged.struck
    return replace(
        draft,
        paragraphs=tuple(paragraphs),
        findings=draft.findings + _told(kept, len(parts)),
        struck=tuple(dict.fromkeys(struck)),
        writer=polisher.name,
        prompt="+".join(made.prompts) or None,
        model=made.model,
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """The statements of a paragraph that holds; else none, and what is struck of it."""

    paragraph: tuple[Wording, ...]
    struck: tuple[str, ...] = ()


def judge(part: Part, wordings: Sequence[Wording], context: StyleContext) -> Judged:
    """Whether a model's paragraph tells what the part tells and nothing else, and how it fails."""
    failing = tuple(w.text for w in wordings if not w.stands or not set(w.cited) <= part.numbers)
    if failing or not wordings:
        return Judged((), failing)
    ended = tuple(replace(w, text=_ended(w.text)) for w in wordings)
    text = "".join(w.text for w in ended)
    sources = [item.text for item in part.items]
    told = all(is_told(item.text, _told_of(item, ended)) for item in part.items)
    if told and not faults_of(text, sources, part.heading) and not _unstylish(part, text, context):
        return Judged(ended)
    return Judged((), (text,))


def _told_of(item: Item, wordings: Sequence[Wording]) -> str:
    """What cites a sentence; empty for nothing."""
    return "".join(w.text for w in wordings if item.n in w.cited)


def _unstylish(part: Part, text: str, context: StyleContext) -> bool:
    findings = check_style("", [part.heading + text], context)
    return any(finding.kind in _REFUSED for finding in findings)


def _ended(text: str) -> str:
    """A statement as a sentence of its own."""
    bare = text.rstrip(_ENDS)
    return bare if bare.endswith(("。", "：")) else f"{bare}。"


def _parts(draft: Draft, task: Task) -> Iterator[tuple[int, Part]]:
    """The paragraphs to be reworded with their places; the opening says nothing of its own."""
    n = 0
    for index, paragraph in enumerate(draft.paragraphs[1:], 1):
        items = []
        for sentence in paragraph.sentences:
            n += 1
            items.append(Item(n, _report(n, without_item(sentence.text), task)))
        yield index, Part(paragraph.heading, tuple(items))


def _report(n: int, text: str, task: Task) -> Report:
    """A sentence as a report of its own: the checks hold statements to reports."""
    name = f"draft-{n}"
    return Report(name, name, "", Identity(task.bureau, task.period), text)


def _cited(own: Paragraph, part: Part, wordings: Sequence[Wording]) -> Paragraph:
    """A paragraph that holds, each statement with the citations of what it is made of."""
    by_number = {item.n: s for item, s in zip(part.items, own.sentences, strict=True)}
    sentences = []
    for wording in wordings:
        basis = [by_number[n] for n in wording.cited]
        numbers = tuple(dict.fromkeys(n for sentence in basis for n in sentence.citations))
        sentences.append(CitedText(wording.text, numbers, basis[0].origin))
    return replace(own, sentences=tuple(sentences))


def _told(kept: Sequence[str], parts: int) -> tuple[str, ...]:
    words = rewording_words()
    if not kept:
        return ()
    if len(kept) == parts:
        return (words.kept_whole,)
    return (words.kept.format(count=len(kept), headings="、".join(kept)),)

"""A draft in a language model's words, paragraph by paragraph, where that tells the same."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.compositions import CitedText, Draft
from bot.official.findings import FindingKind, StyleContext
from bot.official.style import check_style
from bot.plan.novelty import faults_of, is_told, without_item
from bot.plan.polished import Item, Part, Polisher, Progress, Wording
from bot.plan.request import Task
from bot.plan.rewordingwords import rewording_words
from knowledge.models import Identity, Report
from knowledge.sentences import sentence_spans, trimmed

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
    parts, sentences = _parts(draft, task)
    made = polisher.polish(list(parts.values()), draft.title, progress)
    paragraphs, struck, kept = list(draft.paragraphs), list(made.astray), list[str]()
    for (index, part), wordings in zip(parts.items(), made.wordings, strict=True):
        judged = judge(part, wordings, context)
        if judged.paragraph:
            told = tuple(_cited(wording, sentences) for wording in judged.paragraph)
            paragraphs[index] = replace(paragraphs[index], sentences=told)
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


def _parts(draft: Draft, task: Task) -> tuple[dict[int, Part], dict[int, CitedText]]:
    """The paragraphs to be reworded by their places, and what each number is a sentence of.

    The opening is left out: it says nothing of its own.
    """
    parts: dict[int, Part] = {}
    by_number: dict[int, CitedText] = {}
    for index, paragraph in enumerate(draft.paragraphs[1:], 1):
        items = []
        for sentence in paragraph.sentences:
            for text in _sentences(sentence.text):
                n = len(by_number) + 1
                by_number[n] = sentence
                items.append(Item(n, _report(n, text, task)))
        parts[index] = Part(paragraph.heading, tuple(items))
    return parts, by_number


def _sentences(text: str) -> Iterator[str]:
    """A measure's sentences: an over-long one was cut in two."""
    plain = without_item(text)
    spans = (trimmed(plain, span) for span in sentence_spans(plain))
    return (plain[slice(*span)] for span in spans if span.end > span.start)


def _report(n: int, text: str, task: Task) -> Report:
    """A sentence as a report of its own: the checks hold statements to reports."""
    name = f"draft-{n}"
    return Report(name, name, "", Identity(task.bureau, task.period), text)


def _cited(wording: Wording, sentences: Mapping[int, CitedText]) -> CitedText:
    """A statement with the citations of all that it is made of, and the origin of the first."""
    basis = [sentences[n] for n in wording.cited]
    numbers = tuple(dict.fromkeys(n for sentence in basis for n in sentence.citations))
    return CitedText(wording.text, numbers, basis[0].origin)


def _told(kept: Sequence[str], parts: int) -> tuple[str, ...]:
    words = rewording_words()
    if not kept:
        return ()
    if len(kept) == parts:
        return (words.kept_whole,)
    return (words.kept.format(count=len(kept), headings="、".join(kept)),)

"""A draft's paragraphs in a language model's words: what is asked for, and what of it stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.compositions import CitedText, Draft, Origin, Progress
from bot.drafting.likeness import figure_faults, is_covered_by, without_item
from bot.drafting.request import Task
from bot.drafting.vocabulary import rewording_words
from bot.official.findings import FindingKind, StyleContext
from bot.official.style_check import check_style
from knowledge.models import Identity, Report
from knowledge.understanding.sentences import sentence_spans, trim_span

_FORMAL = {FindingKind.NUMBERING, FindingKind.PUNCTUATION, FindingKind.REPEATED, FindingKind.LONG}
"""The only findings that a model's paragraph may have: they are on its form."""
_ENDS = "；;，,、"


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence of a draft to be reworded; ``report`` holds it alone, as the draft's bureau's."""

    n: int
    report: Report

    @property
    def text(self) -> str:
        """The sentence, without the 一是 before it."""
        return self.report.text


@dataclass(frozen=True, slots=True)
class DraftPart:
    """A paragraph to be reworded: its heading, empty for none, and its sentences."""

    heading: str
    items: tuple[DraftSentence, ...]

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers of its sentences."""
        return frozenset(item.n for item in self.items)


@dataclass(frozen=True, slots=True)
class Wording:
    """A statement of the model, without marks, the sentences it cites, and whether it stands."""

    text: str
    cited: tuple[int, ...]
    stands: bool


@dataclass(frozen=True, slots=True)
class PolishedParts:
    """The statements under each part's heading, in the order of the parts; none for those missed.

    ``astray`` are statements under no heading, ``recited`` those whose citation was put right.
    """

    wordings: tuple[tuple[Wording, ...], ...]
    astray: tuple[str, ...]
    prompts: tuple[str, ...]
    model: str
    recited: tuple[str, ...] = ()


class Polisher(Protocol):
    """Rewords paragraphs; every call may raise EndpointFailed."""

    @property
    def name(self) -> str:
        """Its name as a writer."""

    def polish(self, parts: Sequence[DraftPart], title: str, progress: Progress) -> PolishedParts:
        """The parts in other words, unchecked as paragraphs; ``progress`` counts calls."""


def polish_draft(
    draft: Draft, task: Task, context: StyleContext, polisher: Polisher, progress: Progress
) -> Draft:
    """The draft with those paragraphs in the model's words that hold; raises EndpointFailed.

    ``draft`` is one of the reports' own sentences, styled. What does not hold is in ``struck``;
    where nothing holds, ``notice`` says so.
    """
    parts, sentences = _parts(draft, task)
    polished = polisher.polish(list(parts.values()), draft.title, progress)
    paragraphs, struck, unchanged = list(draft.paragraphs), list(polished.astray), list[str]()
    for (index, part), wordings in zip(parts.items(), polished.wordings, strict=True):
        standing, failing = judge_paragraph(part, wordings, context)
        if standing:
            cited = tuple(_cite_sources(wording, sentences) for wording in standing)
            targets = tuple(s for s in paragraphs[index].sentences if s.origin is Origin.TARGET)
            paragraphs[index] = replace(paragraphs[index], sentences=cited + targets)
        else:
            unchanged.append(part.heading.rstrip("。"))
            struck += failing
    if len(unchanged) == len(parts):
        return replace(
            draft,
            notice=rewording_words().kept_whole,
            struck=tuple(dict.fromkeys(struck)),
            model=polished.model,
        )
    return replace(
        draft,
        paragraphs=tuple(paragraphs),
        findings=draft.findings + _unchanged_finding(unchanged),
        struck=tuple(dict.fromkeys(struck)),
        recited=polished.recited,
        writer=polisher.name,
        prompt="+".join(polished.prompts) or None,
        model=polished.model,
    )


def judge_paragraph(
    part: DraftPart, wordings: Sequence[Wording], context: StyleContext
) -> tuple[tuple[Wording, ...], tuple[str, ...]]:
    """The statements of a paragraph that says what the part says and nothing else; else none.

    And what is struck of it.
    """
    failing = tuple(w.text for w in wordings if not w.stands or not set(w.cited) <= part.numbers)
    if failing or not wordings:
        return (), failing
    ended = tuple(replace(w, text=_end_sentence(w.text)) for w in wordings)
    text = "".join(w.text for w in ended)
    holds = (
        all(is_covered_by(item.text, _wording_of(item, ended)) for item in part.items)
        and not figure_faults(text, [item.text for item in part.items])
        and not any(f.kind not in _FORMAL for f in check_style("", [part.heading + text], context))
    )
    return (ended, ()) if holds else ((), (text,))


def _wording_of(item: DraftSentence, wordings: Sequence[Wording]) -> str:
    """The statements that cite a sentence, joined; empty for none."""
    return "".join(w.text for w in wordings if item.n in w.cited)


def _end_sentence(text: str) -> str:
    """A statement as a sentence of its own."""
    bare = text.rstrip(_ENDS)
    return bare if bare.endswith(("。", "：")) else f"{bare}。"


def _parts(draft: Draft, task: Task) -> tuple[dict[int, DraftPart], dict[int, CitedText]]:
    """The paragraphs to be reworded by their places, and what each number is a sentence of.

    The opening is left out: it has no content of its own. Targets stay as they are.
    """
    parts: dict[int, DraftPart] = {}
    by_number: dict[int, CitedText] = {}
    for index, paragraph in enumerate(draft.paragraphs[1:], 1):
        items = []
        for sentence in paragraph.sentences:
            for text in () if sentence.origin is Origin.TARGET else _sentences(sentence.text):
                n = len(by_number) + 1
                by_number[n] = sentence
                items.append(DraftSentence(n, _report(n, text, task)))
        if items:
            parts[index] = DraftPart(paragraph.heading, tuple(items))
    return parts, by_number


def _sentences(text: str) -> Iterator[str]:
    """A measure's sentences: an over-long one was cut in two."""
    plain = without_item(text)
    spans = (trim_span(plain, span) for span in sentence_spans(plain))
    return (plain[slice(*span)] for span in spans if span.end > span.start)


def _report(n: int, text: str, task: Task) -> Report:
    """A sentence as a report of its own: the checks hold statements to reports."""
    name = f"draft-{n}"
    return Report(name, name, "", Identity(task.bureau, task.period), text)


def _cite_sources(wording: Wording, sentences: Mapping[int, CitedText]) -> CitedText:
    """A statement with the citations of all that it is made of, and the origin of the first."""
    basis = [sentences[n] for n in wording.cited]
    numbers = tuple(dict.fromkeys(n for sentence in basis for n in sentence.citations))
    notes = dict.fromkeys(sentence.note for sentence in basis)
    problems = tuple(dict.fromkeys(n for sentence in basis for n in sentence.problems))
    return CitedText(wording.text, numbers, basis[0].origin, "".join(notes), problems)


def _unchanged_finding(headings: Sequence[str]) -> tuple[str, ...]:
    """The finding on paragraphs that stay in the reports' own sentences, if there are any."""
    if not headings:
        return ()
    return (rewording_words().kept.format(count=len(headings), headings="、".join(headings)),)

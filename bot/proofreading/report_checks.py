"""Checks of what a draft says against what its bureau has reported, clause by clause; pure.

A clause of the draft is aligned with the sentence of the reports that has most of its words, as a
model's is with what it cites (``bot.checking``). Where most of it stands there, what it says
otherwise is a hint: words that turn the meaning, words in the place of others, plans told as done.
What no report tells is new, and no finding.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from bot.answers import Quote
from bot.checking.clauses import (
    CitedSentence,
    ClaimClause,
    ReadWords,
    SourceClause,
    cited_sentences,
)
from bot.checking.dates import find_dates
from bot.checking.entailment import align, main_clause, turned_words
from bot.checking.names import blank_out
from bot.checking.sources import GroundingSource
from bot.checking.vocabulary import entailment_words
from bot.checking.wordings import (
    borne_places,
    paired_places,
    plain_text,
    telling_places,
    unborne_runs,
)
from bot.proofreading.findings import ProofDraft, ProofFinding, ProofKind, StoredMaterial
from bot.proofreading.vocabulary import proof_phrase, proof_words
from knowledge.lexicon import tag_words
from knowledge.retrieval.bureau_names import parts_of
from knowledge.understanding.figures import find_figures
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.sentences import Span, trim_span

_LEAST_SHARED, _LEAST_BESIDE, _LEAST_SHARE = 3, 2, 0.5
_BESIDE, _LONGEST_PLACE = 2, 8
_HOW = frozenset(("v", "d", "ad", "vd", "u", "ul", "uj", "uz", "ug", "a"))
_COLONS = ("：", ":")
_MARK = re.compile(
    r"^\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|[一二三四五六七八九十]是)+"
)
_QUOTED = re.compile("“([^“”]{2,12})”")
_LEFT_OUT = "[“”\"'《》‘’* \u3000\t、]*"


class _StoredSentence(NamedTuple):
    """A sentence of a report, and the passage that it stands in."""

    source: GroundingSource
    sentence: CitedSentence

    @property
    def quote(self) -> Quote:
        """Its words in its report."""
        passage, (first, last) = self.source.passage, self.sentence.span
        span = Span(passage.span.start + first, passage.span.start + last)
        return Quote(passage.report, passage.path, trim_span(passage.report.text, span))


def told_otherwise_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Clauses that the reports of the draft's own period have in nearly the same words."""
    sources = stored.sources_of(draft.period)
    sentences = [
        _StoredSentence(source, sentence)
        for source in sources
        for sentence in cited_sentences(source)
        if not _is_heading(sentence, source)
    ]
    for sentence in draft.sentences if sentences else ():
        nearest: _StoredSentence | None = None
        planned = draft.is_planned_at(sentence.start)
        for claim in _read(draft, sentence).clauses(planned=planned):
            before, nearest = nearest, _nearest(claim, sentences)
            aligned = align(claim, nearest.sentence)
            goes_on = nearest is before
            if not _is_same(claim, aligned, goes_on=goes_on) or _is_label(draft, sentence, claim):
                continue
            clause = main_clause(claim, aligned)
            place = Span(*(sentence.start + at for at in claim.span))
            written = draft.text[slice(*place)]
            for words in (
                *turned_words(claim, aligned, nearest.sentence),
                *_words_in_place(claim, clause, nearest.sentence),
                *_other_names(written, nearest, sources),
            ):
                span = _place(draft.text, place, words)
                why = proof_phrase("say.told_otherwise", stated=f"“{clause.text}”")
                yield ProofFinding(ProofKind.STORED, *span, why, None, nearest.quote)


def _is_heading(sentence: CitedSentence, source: GroundingSource) -> bool:
    """Whether a sentence is one of the headings above it, or the title: it is told below it."""
    title = plain_text(source.passage.report.identity.title)
    return all(clause.text in f"{sentence.above}|{title}" for clause in sentence.clauses)


def _is_label(draft: ProofDraft, sentence: Span, claim: ClaimClause) -> bool:
    """Whether a clause of a draft only says what is told below or behind it."""
    above = plain_text("|".join(draft.path_at(sentence.start)))
    behind = draft.text[sentence.start + claim.span.end :][:1]
    return not claim.counted and (behind in _COLONS or claim.text.strip("|") in above)


def rank_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Ranks (居全省第一) of which the reports of the draft's own period tell nothing."""
    sources = stored.sources_of(draft.period)
    for match in proof_words().rank.finditer(draft.text) if sources else ():
        if not any(source.holds(match[0]) for source in sources):
            why = proof_phrase("say.untold", words=match[0])
            yield ProofFinding(ProofKind.STORED, *match.span(), why)


def _read(draft: ProofDraft, sentence: Span) -> ReadWords:
    """A sentence of a draft as a model's is read; blank its figures, dates, marks, own bureau."""
    folded = fold_width(draft.text[slice(*sentence)])
    figures = find_figures(folded)
    spans = [Span(one.start, one.end) for one in figures]
    spans += (Span(one.start, one.end) for one in find_dates(folded))
    spans += (Span(*match.span()) for match in _MARK.finditer(folded))
    for name in filter(None, (draft.bureau, parts_of(draft.bureau)[0])):
        spans += (Span(*match.span()) for match in re.finditer(re.escape(name), folded))
    return ReadWords(folded, blank_out(folded, spans), figures)


def _nearest(claim: ClaimClause, sentences: Sequence[_StoredSentence]) -> _StoredSentence:
    """The sentence that says most of a clause, in its own words and then with its numbers."""
    told = telling_places(claim.text)

    def closeness(one: _StoredSentence) -> tuple[int, bool, int, int]:
        own = one.sentence.own
        numbers = {number for clause in one.sentence.clauses for number in clause.numbers}
        return (
            len(told & borne_places(claim.text, own)),
            claim.text.strip("|") in own,
            len(claim.numbers & numbers),
            len(paired_places(claim.text, own)),
        )

    return max(sentences, key=closeness)


def _is_same(claim: ClaimClause, aligned: Sequence[SourceClause], *, goes_on: bool) -> bool:
    """Whether clauses are about what a clause tells: they have most of its words and its numbers.

    ``goes_on``: the clause before it has the same sentence; then a number is enough (比上年少3件).
    What counts something else (余下3个尚未整改) still contradicts what is said of all.
    """
    if entailment_words().field_label.search(claim.text):
        return False
    told = telling_places(claim.text)
    shared = [c for c in aligned if told & borne_places(claim.text, c.text)]
    most = told & borne_places(claim.text, "|".join(clause.text for clause in shared))
    is_short = goes_on and len(told) <= _LEAST_BESIDE
    known = frozenset(n for clause in (aligned if is_short else shared) for n in clause.numbers)
    of_all = entailment_words().turning["all"].search(main_clause(claim, aligned).text)
    if not (claim.numbers <= known or of_all):
        return False
    least = _LEAST_BESIDE if goes_on else _LEAST_SHARED
    return (is_short and bool(claim.numbers)) or len(most) >= max(least, _LEAST_SHARE * len(told))


def _other_names(
    written: str, nearest: _StoredSentence, sources: Sequence[GroundingSource]
) -> Iterator[str]:
    """Names in “” that no report has, where the sentence has another that a clause leaves out."""
    told = _QUOTED.findall(nearest.source.folded[slice(*nearest.sentence.span)])
    others = [name for name in told if name not in written]
    for name in _QUOTED.findall(written):
        near = any(len(set(name) & set(other)) * 3 >= len(name) for other in others)
        if near and not any(source.holds(name) for source in sources):
            yield plain_text(name)


def _words_in_place(
    claim: ClaimClause, main: SourceClause, sentence: CitedSentence
) -> Iterator[str]:
    """Words of a claim that its sentence has not, between the same words as others there.

    So are those put into a list: 甲、乙、丙 where 甲、乙.
    """
    runs = unborne_runs(claim.text, sentence.text, plan=sentence.planned)
    new = {place for run in runs for place in range(*run)}
    lost = telling_places(main.text) - borne_places(main.text, claim.statement)
    lost -= {place for place in lost if main.text[place] in claim.text}
    own, others = _telling(claim.text), _telling(main.text)
    for is_new, run in groupby(range(len(own)), lambda n: own[n] in new):
        order = list(run)
        if not is_new:
            continue
        head = _written(claim.text, own[: order[0]]).rpartition("|")[2][-_BESIDE:]
        tail = _written(claim.text, own[order[-1] + 1 :]).partition("|")[0][:_BESIDE]
        words, parts = _words_at(claim.text, [own[n] for n in order])
        for between in _between(head, tail, _written(main.text, others), len(order)):
            left = lost.intersection(others[slice(*between)])
            listed = not range(*between) and f"|{claim.text[slice(*words)]}|" in claim.parts
            if listed or (left and _name_alike(parts, _words_at(main.text, left)[1])):
                yield claim.text[slice(*words)]
                break


def _between(head: str, tail: str, text: str, length: int) -> Iterator[Span]:
    """What stands in a text between two stretches; as much as is wanted beside one of them."""
    as_long = rf"(?P<other>[^|]{{1,{length + 1}}})"
    patterns = {
        f"{re.escape(head)}(?P<other>[^|]{{0,{_LONGEST_PLACE}}}?){re.escape(tail)}": head and tail,
        f"{as_long}{re.escape(tail)}": tail,
        f"{re.escape(head)}{as_long}": head,
    }
    for pattern, beside in patterns.items():
        if len(beside and head + tail) >= _LEAST_BESIDE:
            yield from (Span(*match.span("other")) for match in re.finditer(f"(?={pattern})", text))


def _written(text: str, places: Iterable[int]) -> str:
    return "".join(text[place] for place in places)


def _telling(text: str) -> list[int]:
    """Where the characters of a text stand that tell something, and the bars."""
    told = telling_places(text)
    return [i for i, c in enumerate(text) if i in told or c == "|"]


def _words_at(text: str, places: Collection[int]) -> tuple[Span, set[str]]:
    """The words that some characters of a text are of: where they stand, their parts of speech."""
    start, parts, spans = 0, set[str](), list[Span]()
    for word, part in tag_words(text):
        span = Span(start, start + len(word))
        if any(span.start <= place < span.end for place in places):
            parts.add(part)
            spans.append(span)
        start = span.end
    return Span(spans[0].start, spans[-1].end), parts


def names_thing(words: str) -> bool:
    """Whether some of the words name a thing, not only what was done and how."""
    return any(part not in (*_HOW, "m") for _, part in tag_words(words))


def _name_alike(one: Collection[str], other: Collection[str]) -> bool:
    """Whether words name things or times, or both are numerals, by their parts of speech.

    Verbs and adverbs have too many synonyms, and 一处 is no other place.
    """
    left, right = set(one) - _HOW, set(other) - _HOW
    return bool(left) and (left != {"m"} or "m" in right)


def _place(text: str, clause: Span, words: str) -> Span:
    """Where words of a clause stand in a text, marks that were left out aside; else all of it."""
    pattern = _LEFT_OUT.join(map(re.escape, words.strip("|")))
    found = re.compile(pattern).search(fold_width(text).lower(), *clause) if pattern else None
    return Span(*found.span()) if found else trim_span(text, clause)

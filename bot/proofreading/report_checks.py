"""Checks of what a draft says against what its bureau has reported, clause by clause; pure.

A clause of the draft is aligned with the sentence of the reports that has most of its words, as a
model's is with what it cites (``bot.checking``). Where most of it stands there, what it says
otherwise is a hint: words that turn the meaning, words in the place of others, plans told as done.
What no report tells is new, and no finding.
"""

import re
from collections.abc import Iterator, Sequence
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
from bot.checking.entailment import align, replaced_runs, turned_words
from bot.checking.names import blank_out
from bot.checking.sources import GroundingSource
from bot.checking.telling_words import TellingWord, unborne_words
from bot.checking.vocabulary import entailment_words
from bot.checking.wordings import (
    borne_places,
    paired_places,
    plain_text,
    replacements,
    telling_places,
)
from bot.proofreading.alignment import FigurePair
from bot.proofreading.findings import ProofDraft, ProofFinding, ProofKind, StoredMaterial
from bot.proofreading.name_checks import edit_distance
from bot.proofreading.vocabulary import proof_phrase, proof_words
from knowledge.lexicon import tag_words
from knowledge.retrieval.bureau_names import parts_of
from knowledge.understanding.figures import find_figures
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.periods import Period
from knowledge.understanding.sentences import Span, find_all, trim_span

_LEAST_SHARED, _LEAST_SHARE, _LEAST_BESIDE = 3, 0.6, 0.5
_VERBATIM, _LEAST_OF_LIST = 0.85, 0.25
_LONGEST_REPLACED = 4
_WORD, _HEAD = 2, 3
_ENDS = ("", "|")
_COLONS = ("：", ":")
_MARK = re.compile(
    r"^\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|[一二三四五六七八九十]是)+"
)
_NAMED = re.compile("[“《](?P<name>[^“”《》\n]{3,24})[”》]")
_NUMERAL = r"[一二两三四五六七八九十]|\d{1,2}"
_COUNT = re.compile(
    r"(?<![第\d.一二三四五六七八九十百])(?=第|[二两三四五六七八九十\d]{1,2}[类大项个次种条批级])"
    rf"(?P<nth>第?)(?P<n>{_NUMERAL})(?P<of>[类大项个次种条批级届]?)"
    r"[的“”]*(?P<what>[\u4e00-\u9fff]{2})"
)
_SAME = {str(n): n for n in range(100)} | dict(
    zip("一二三四五六七八九十两", [*range(1, 11), 2], strict=True)
)
_LEFT_OUT = "[“”\"'《》‘’* \u3000\t、]*"


class _StoredSentence(NamedTuple):
    """A sentence of a report, and the passage that it stands in."""

    source: GroundingSource
    sentence: CitedSentence

    @property
    def text(self) -> str:
        """Its words, in digits and letters of one width."""
        return self.source.folded[slice(*self.sentence.span)]

    @property
    def span(self) -> Span:
        """Where it stands in its report."""
        passage, (first, last) = self.source.passage, self.sentence.span
        span = Span(passage.span.start + first, passage.span.start + last)
        return trim_span(passage.report.text, span)

    @property
    def quote(self) -> Quote:
        """Its words in its report."""
        return Quote(self.source.passage.report, self.source.passage.path, self.span)


def told_otherwise_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Clauses that the reports of the draft's own period have in nearly the same words."""
    sentences = _sentences_of(stored, draft.period)
    told = {(one.source.passage.report.id, *one.span): one for one in sentences}
    for sentence in draft.sentences if sentences else ():
        planned, before = draft.is_planned_at(sentence.start), None
        for claim in _read(draft, sentence).clauses(planned=planned):
            place = Span(*(sentence.start + at for at in claim.span))
            pairs = [p for start, p in stored.pairs.items() if place.start <= start < place.end]
            equal = [told.get(_sentence_of(pair)) for pair in pairs if pair.is_equal]
            nearest = next(filter(None, equal), None) or _nearest(claim, sentences)
            aligned = align(claim, nearest.sentence)
            clause = aligned[0]
            goes_on, before = nearest is before, nearest
            same = bool(equal) or _is_same(claim, aligned, clause, goes_on=goes_on)
            same = same and (nearest.sentence.planned or not claim.planned)
            turned = () if not same or _is_label(draft, sentence, claim) else (
                *turned_words(claim, aligned, nearest.sentence, proof_words().turning),
                *_replaced(claim, clause, nearest.sentence),
            )  # fmt: skip
            for words in turned:
                span = place_of(draft.text, place, words)
                why = proof_phrase("say.told_otherwise", stated=f"“{clause.text}”")
                yield ProofFinding(ProofKind.STORED, *span, why, None, nearest.quote)


def _sentences_of(stored: StoredMaterial, period: Period | None) -> list[_StoredSentence]:
    """The sentences of the reports of a period, headings left out."""
    return [
        _StoredSentence(source, sentence)
        for source in stored.sources_of(period)
        for sentence in cited_sentences(source)
        if not _is_heading(sentence, source)
    ]


def _sentence_of(pair: FigurePair) -> tuple[str, int, int]:
    entry = pair.other.entry
    return entry.report.id, *entry.statement.sentence


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


def count_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """八类场所, 第二巡察组 where the reports of its own period have but 七类场所, 第一巡察组."""
    figures = {entry.statement.figure.start for entry in draft.entries}
    sentences = _sentences_of(stored, draft.period)
    for match in _COUNT.finditer(draft.text) if sentences else ():
        nth, of, what = match.group("nth", "of", "what")
        counted = re.compile(f"{nth}(?P<n>{_NUMERAL})[“”]*{of}[的“”]*{what}")
        found = [(one, told) for one in sentences if (told := counted.search(one.text))]
        same = any(_SAME.get(told["n"]) == _SAME.get(match["n"]) for _, told in found)
        if found and not same and match.start() not in figures:
            one, told = found[0]
            why = proof_phrase("say.told_otherwise", stated=f"“{told[0]}”")
            yield ProofFinding(ProofKind.STORED, *match.span(), why, None, one.quote)


def _read(draft: ProofDraft, sentence: Span) -> ReadWords:
    """A sentence of a draft as a model's is read; blank its figures, dates, marks, own bureau."""
    folded = fold_width(draft.text[slice(*sentence)])
    figures = find_figures(folded)
    spans = [Span(one.start, one.end) for one in figures]
    spans += (Span(one.start, one.end) for one in find_dates(folded))
    spans += (Span(*match.span()) for match in _MARK.finditer(folded))
    for name in filter(None, (draft.bureau, parts_of(draft.bureau)[0])):
        spans += find_all(name, folded)
    return ReadWords(folded, blank_out(folded, spans), figures)


def _nearest(claim: ClaimClause, sentences: Sequence[_StoredSentence]) -> _StoredSentence:
    """The sentence that says most of a clause, in its own words and then with its numbers."""
    told = telling_places(claim.text)

    def closeness(one: _StoredSentence) -> tuple[int, bool, bool, int, int]:
        own = one.sentence.own
        numbers = {number for clause in one.sentence.clauses for number in clause.numbers}
        return (
            len(told & borne_places(claim.text, own)),
            one.sentence.planned == claim.planned,
            claim.text.strip("|") in own,
            len(claim.numbers & numbers),
            len(paired_places(claim.text, own)),
        )

    return max(sentences, key=closeness)


def _is_same(
    claim: ClaimClause, aligned: Sequence[SourceClause], main: SourceClause, *, goes_on: bool
) -> bool:
    """Whether clauses tell what a clause tells: they share most words, and have its numbers.

    ``goes_on``: the clause before it has the same sentence, and fewer words are enough.
    What counts something else (余下3个尚未整改) still contradicts what is said of all.
    """
    if entailment_words().field_label.search(claim.text):
        return False
    known = frozenset(number for clause in aligned for number in clause.numbers)
    of_all = entailment_words().turning["all"].search(main.text)
    written = plain_text(claim.written)
    own, other = claim.text, main.text
    if not (_numbers(written) <= known or of_all):
        return False
    said, told = telling_places(own), telling_places(other)
    shared = said & borne_places(own, main.text)
    beside = told & borne_places(other, claim.statement)
    if len(shared) < max(_LEAST_SHARED - goes_on, _LEAST_SHARE * len(said)):
        return False
    is_verbatim = len(shared) >= _VERBATIM * len(said)  # a part of a long list
    return len(beside) >= (_LEAST_OF_LIST if is_verbatim else _LEAST_BESIDE) * len(told)


def _numbers(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\d+(?:\.\d+)?", text))


def words_in_place(text: str, other: str, evidence: str, statement: str) -> Iterator[TellingWord]:
    """Words of a text that stand where another has words that the statement leaves out.

    Both say what was done (办结 for 受理), or of which kind one thing is (省局 for 市局).
    """
    new = unborne_words(text, evidence, other)
    lost = unborne_words(other, statement, text) if new else []
    yield from (word for word in new if any(_are_rivals(word, one) for one in lost))


def _replaced(claim: ClaimClause, main: SourceClause, sentence: CitedSentence) -> Iterator[str]:
    """Words of a claim between others that a clause has there too, with other words between.

    At its end only where all the rest of both is the same. A character that marks a difference
    (周一 for 周二) counts without its word; a word, too, that the clause has but once.
    """
    unborne = unborne_words(claim.text, sentence.text, main.text)
    untold = telling_places(claim.text) - borne_places(claim.text, main.text)
    left = telling_places(main.text) - borne_places(main.text, claim.text)
    for (start, end), new in replaced_runs(claim, main):
        around = claim.text[max(0, start - 1) : start], claim.text[end : end + 1]
        is_last = around[1] in _ENDS and (not untold <= new or len(left) > end - start)
        if around[0] in _ENDS or is_last or end - start > _LONGEST_REPLACED:
            continue
        words = [w.text for w in unborne if w.span.start < end and start < w.span.end]
        if not words and claim.text[start:end] in entailment_words().marked:
            words = ["".join((around[0], claim.text[start:end]))]
        yield from words
    for start, end, *place in replacements(claim.text, main.text):
        twice, other = claim.text[start:end], main.text[slice(*place)]
        is_word = len(twice) == len(other) >= _WORD and other not in claim.statement
        if is_word and claim.text.count(twice) > main.text.count(twice) > 0:
            yield twice


def _are_rivals(one: TellingWord, other: TellingWord) -> bool:
    same = {*one.text} & {*other.text}
    if one.is_stage or other.is_stage:
        vague = proof_words().vague_stages
        return one.is_stage and other.is_stage and not same and other.text not in vague
    parts = _part(one.text), _part(other.text)
    if one.text[-1] == other.text[-1]:  # 执法人员 for 技术人员
        return all(part and part[0] != "v" for part in parts)
    begins = one.text[0] == other.text[0] and len(one.text) == len(other.text)
    return begins and all(part.startswith("n") for part in parts)  # 疫苗 for 疫情


def _part(text: str) -> str:
    """Which part of speech a word is; empty for several words."""
    (_, part), *rest = tag_words(text)
    return "" if rest else part


def reported_name_findings(draft: ProofDraft, stored: StoredMaterial) -> Iterator[ProofFinding]:
    """Names in “” and 《》 that no report has, where one has the same but for a word or less."""
    told: dict[str, _StoredSentence] = {}
    for one in _sentences_of(stored, draft.period):
        told |= {_letters(match["name"]): one for match in _NAMED.finditer(one.text)}
    for match in _NAMED.finditer(draft.text) if told else ():
        name, held = _letters(match["name"]), any(s.holds(match["name"]) for s in stored.sources)
        for other in () if held or name in told else told:
            edits = edit_distance(name, other)
            if edits == 1 or (edits == _WORD and name[-_HEAD:] == other[-_HEAD:]):
                why = proof_phrase("say.told_otherwise", stated=f"“{other}”")
                span = match.span("name")
                yield ProofFinding(ProofKind.STORED, *span, why, None, told[other].quote)
                break


def _letters(name: str) -> str:
    return re.sub(r"\W", "", name)


def place_of(text: str, clause: Span, words: str) -> Span:
    """Where words of a clause stand in a text, marks that were left out aside; else all of it."""
    pattern = _LEFT_OUT.join(map(re.escape, words.strip("|")))
    found = re.compile(pattern).search(fold_width(text).lower(), *clause) if pattern else None
    return Span(*found.span()) if found else trim_span(text, clause)

"""The wordings of questions and the synonyms: ``data/question.toml``, ``data/synonyms.toml``."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property, partial

from knowledge.models import SectionKind
from knowledge.understanding.sentences import Span
from knowledge.understanding.topics import topics
from knowledge.vocabulary import DATA, Either, Pattern, Vocabulary, Words, at, load_vocabulary


class AsideWords(Vocabulary):
    """Who is spoken of beside a question (``person``), and the words of saying no more than that.

    Each of ``marks`` tells by itself that a clause is such; ``words`` are the others of it.
    """

    person: Pattern
    marks: frozenset[str]
    words: frozenset[str]


class QuestionWords(Vocabulary):
    """Compiled wordings; see the data file for what each is."""

    other_period: Pattern
    as_of: Pattern
    figure: Pattern
    list_: Pattern = at("list")
    compare: Pattern
    parties: Pattern
    excluding: Pattern
    excluded_of: Pattern
    excluded_behind: Pattern
    limiting: Pattern
    outcome: Pattern
    documents: Pattern
    masked_bureau: Pattern
    no_flow: Pattern
    pointing: Pattern
    either: Pattern
    guess: Pattern
    listed: Mapping[str, str]
    counted_up: Pattern
    requests: Pattern
    confirming: Pattern
    confirming_words: Pattern
    acted_on: Pattern
    also: Pattern
    superlative: Pattern = at("superlative.asked")
    superlative_between: Pattern = at("superlative.between")
    superlative_gap: Pattern = at("superlative.gap")
    difference: Pattern = at("superlative.difference")
    superlative_things: Pattern = at("superlative.things")
    superlative_things_words: Pattern = at("superlative.things_words")
    superlative_words: Pattern = at("superlative.words")
    empty: Either = at("empty_words")
    which_bureau: Pattern = at("text.which")
    done: Pattern = at("text.done")
    planned: Pattern = at("text.planned")
    frames: Pattern = at("text.frames")
    failing: Pattern = at("text.failing")
    within: Pattern = at("text.within")
    giver: Pattern = at("text.giver")
    asking: Pattern = at("text.asking")
    item: Pattern = at("text.item")
    numbered: Pattern = at("text.numbered")
    parts_counted: Pattern = at("text.parts_counted")
    saying: Pattern = at("text.saying")
    practices: Pattern = at("text.practices")
    sought: Mapping[str, Pattern] = at("text.sought")
    kinds: Mapping[SectionKind, Pattern]
    latest: Pattern = at("relative.latest")
    before_latest: Pattern = at("relative.before_latest")
    whole_year: Pattern = at("relative.whole_year")
    this_year: Pattern = at("relative.this_year")
    last_year: Pattern = at("relative.last_year")
    year_before: Pattern = at("relative.year_before")
    first_half: Pattern = at("relative.first_half")
    second_half: Pattern = at("relative.second_half")
    of_no_report: Pattern = at("relative.of_no_report")
    other_party_before: Words = at("other_party.before")
    other_party_after: Words = at("other_party.after")
    except_before: Pattern = at("other_party.except_before")
    except_after: Pattern = at("other_party.except_after")
    giving: Pattern = at("other_party.giving")
    setting: Pattern = at("other_party.setting")
    asides: AsideWords
    honouring: Pattern = at("other_party.honouring")
    not_places: frozenset[str] = at("not_places.words")
    lead_ins: Words = at("not_places.lead_ins")


question_words = cache(partial(load_vocabulary, QuestionWords, path=DATA / "question.toml"))


_BETWEEN = r"[^，,、。；;：:？?！!\d没不未无非]{0,5}?"


class SynonymGroup(Vocabulary):
    """What reports write for one thing, and what people say instead.

    What is ``near`` is found where reports write the official words, but is not the same thing.
    Words of a term that are apart by a space (吃饭 浪费) stand in a text in this order, with at
    most a few characters that deny nothing between them.
    """

    official: Words
    also: Words = ()
    near: Words = ()


class Synonyms(Vocabulary):
    """Each term with what reports write for it: the official wordings of its groups."""

    group: tuple[SynonymGroup, ...]

    @cached_property
    def alternatives(self) -> dict[str, Words]:
        """Each term with the official wordings of its groups, itself left out."""
        return _wordings((g.official, (*g.official, *g.also, *g.near)) for g in self.group)

    @cached_property
    def _same(self) -> dict[str, Words]:
        return _wordings((g.official, (*g.official, *g.also)) for g in self.group)

    @cached_property
    def official(self) -> frozenset[str]:
        """The terms that are wordings of reports, of all groups."""
        return frozenset(term for group in self.group for term in group.official)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """All terms of all groups."""
        groups = ((*group.official, *group.also, *group.near) for group in self.group)
        return tuple(dict.fromkeys(term for terms in groups for term in terms))

    @cached_property
    def _lengths(self) -> dict[str, list[int]]:
        """How long the terms are that begin with each pair of characters, the shortest first."""
        lengths: dict[str, set[int]] = {}
        for term in self.alternatives:
            if len(term) > 1:
                lengths.setdefault(term[:2], set()).add(len(term))
        return {pair: sorted(those) for pair, those in lengths.items()}

    @cached_property
    def _parted(self) -> dict[str, list[str]]:
        """The everyday terms in several words, by their first character."""
        found: dict[str, list[str]] = {}
        for term in self.terms:
            if " " in term and not self.is_official(term):
                found.setdefault(term[0], []).append(term)
        return found

    def find_terms(self, text: str) -> list[str]:
        """The terms that stand in a text, the longest where several overlap."""
        return list(dict.fromkeys(term for term, _span in self.find_spans(text)))

    def find_spans(
        self, text: str, is_word: Callable[[str, Span], bool] = lambda _term, _span: True
    ) -> Iterator[tuple[str, Span]]:
        """The terms that stand in a text, in order, the longest where several overlap.

        What ``is_word`` refuses, a term and where it stands, is none.
        """
        position = 0
        while position < len(text):
            found = [one for one in self._terms_at(text, position) if is_word(*one)]
            if found:
                yield max(found, key=lambda one: one[1].end)
            position = max((span.end for _term, span in found), default=position + 1)

    def _terms_at(self, text: str, start: int) -> Iterator[tuple[str, Span]]:
        """The terms that begin at a place of a text."""
        for end in self._ends(text, start):
            yield text[start:end], Span(start, end)
        for term in self._parted.get(text[start], ()):
            if match := _parted_pattern(term).match(text, start):
                yield term, Span(*match.span())

    def _ends(self, text: str, start: int) -> Iterator[int]:
        """Where the terms end that begin at a place of a text, parted ones left out."""
        for length in self._lengths.get(text[start : start + 2], ()):
            end = start + length
            if end <= len(text) and text[start:end] in self.alternatives:
                yield end

    def is_official(self, term: str) -> bool:
        """Whether reports write the term themselves."""
        return term in self.official

    def of(self, term: str) -> tuple[str, ...]:
        """The official wordings of a term's groups, itself left out."""
        return self.alternatives.get(term, ())

    def same(self, term: str) -> tuple[str, ...]:
        """Those of them that mean the same thing; none for a term that is only near to them."""
        return self._same.get(term, ())


@cache
def _parted_pattern(term: str) -> re.Pattern[str]:
    """A pattern of a term in several words: they stand in this order, little between them."""
    return re.compile(_BETWEEN.join(map(re.escape, term.split())))


def _wordings(groups: Iterable[tuple[Words, Words]]) -> dict[str, Words]:
    """Each term of the groups with the official wordings of all that it is in, but for itself."""
    found: dict[str, dict[str, None]] = {}
    for official, terms in groups:
        own = dict.fromkeys(official)
        found.update((term, found[term] | own if term in found else own) for term in terms)
    return {term: tuple(other for other in found[term] if other != term) for term in found}


synonyms = cache(partial(load_vocabulary, Synonyms, path=DATA / "synonyms.toml"))


@cache
def domain_terms() -> str:
    """All terms of the synonyms and the lines of work, a line each, to look for words in."""
    named = (word for topic in topics() for word in (topic.name, *topic.words, *topic.aliases))
    return "\n".join(dict.fromkeys((*synonyms().terms, *named)))

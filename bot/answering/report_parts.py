"""Finds the part of a report that is about what is asked: below its heading, in its sentences."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice

from bot.answering.concepts import Term, terms_of
from bot.answering.report_tree import (
    LATE,
    LITERAL,
    FoundPart,
    ReportTree,
    Subject,
    bare,
    content_words,
    folded,
    title_of,
    without_marks,
)
from bot.checking.sources import is_demand
from bot.summarising.belonging import topic_words, units_of_topic
from bot.summarising.units import Unit
from knowledge.lexicon import normalise
from knowledge.models import Section, SectionKind, StatementKind
from knowledge.retrieval.text_question import Sought, TextAsk
from knowledge.retrieval.vocabulary import synonyms
from knowledge.understanding.kinds import without_mark
from knowledge.understanding.sentences import Span, sentence_spans, trim_span
from knowledge.understanding.topics import topics

_TITLE, _ABOVE, _EARLIER = 0.9, 0.65, 0.5
_FLOOR = 0.5
AS_GOOD = 0.06
"""How much worse than the best a finding may fit and still be told beside it."""
_NAMED, _NAMES_TOPIC, _OTHER_WORDS = 0.7, 0.97, 0.95
_SHORT, _BRIEF, _FULL = 10, 100, 260
MOST_ITEMS, MOST_LEAVES, _FEW = 12, 4, 2
_FEWEST_TELLING = 3
_STOPS = "。！？；;"
_ABOUT_A_THING = re.compile("(?<=..)(?:安全|监管|管理|工作)+$")
_ACT = re.compile("^(?:优化|推进|推动|加强|强化|深化|促进|改善|提升|保障|开展|实施|做好|抓好?|搞)+")
_JOINING = re.compile("[和与及跟、]|以及")


def find_parts(tree: ReportTree, ask: TextAsk, subject: Subject) -> list[FoundPart]:
    """What in a report answers an ask; ``subject`` is what that is about."""
    if ask.sought is Sought.HONOURS:
        return _find_honours(tree, subject)
    if ask.sought is Sought.OPENING:
        return _find_opening(tree, ask)
    if ask.sought is Sought.CLOSING:
        return _find_closing(tree)
    if not ask.subject:
        return find_chapter(tree, ask)
    topical = ask.sought is Sought.PART and not ask.kinds
    topic = _topic_of(subject.literal) if topical else ""
    for leaves in _permitted(tree, ask):
        if found := _find_sought(tree, leaves, subject, topic, ask):
            return found
    return []


def _find_sought(
    tree: ReportTree, leaves: Sequence[Section], subject: Subject, topic: str, ask: TextAsk
) -> list[FoundPart]:
    """What some leaves say of a subject that tells what is sought: a reason, who, when."""
    if ask.sought is Sought.HANDLING:
        return _find_handled(tree, leaves, subject, ask.subject)
    found = _find_about(tree, leaves, subject, topic)
    if ask.sought is Sought.REASON:
        given = [f for f in found if _gives_reason(f)]
        own = [f for f in given if f.section.kind is SectionKind.PROBLEMS]
        near = [f for f in own if names_first(f, ask.subject) and names_half(f, ask.subject)]
        return [f for f in given if names_all(f, ask.subject)] or near
    if ask.sought is Sought.PERSON:
        return _find_whose(tree, leaves, subject) or found
    if ask.sought is Sought.TIME:
        return [f for f in found if _says(f, content_words().time)]
    return found


def is_chapter(ask: TextAsk) -> bool:
    """Whether all of a kind of section is asked for: 存在哪些问题."""
    return not ask.subject and ask.sought is Sought.PART


def _permitted(tree: ReportTree, ask: TextAsk) -> Iterator[list[Section]]:
    """The leaves that may answer, those of the kind asked for first."""
    plan = [s for s in tree.leaves if s.kind is SectionKind.PLAN]
    rest = [s for s in tree.leaves if s.kind is not SectionKind.PLAN]
    if ask.role is StatementKind.PLAN:
        yield plan
        return
    if ask.kinds:
        yield [s for s in rest if s.kind in ask.kinds]
        if ask.sought is not Sought.REASON:
            return
        plan = []
        rest = [s for s in rest if s.kind not in ask.kinds]
    if ask.role is StatementKind.DONE:
        yield [s for s in rest if s.kind is not SectionKind.PROBLEMS]
        rest = [s for s in rest if s.kind is SectionKind.PROBLEMS]
    yield rest
    yield plan


def leaves_within(tree: ReportTree, ask: TextAsk) -> list[Section]:
    """The leaves of the kind of section that is asked about; all where none is named."""
    kinds = (SectionKind.PLAN,) if ask.role is StatementKind.PLAN else ask.kinds
    return [leaf for leaf in tree.leaves if not kinds or leaf.kind in kinds]


def find_chapter(tree: ReportTree, ask: TextAsk) -> list[FoundPart]:
    """What a report says under the kinds asked for: their headings, each with what is below it."""
    by_role = {StatementKind.PLAN: (SectionKind.PLAN,), StatementKind.DONE: (SectionKind.DONE,)}
    kinds = ask.kinds or (by_role[ask.role] if ask.role else ())
    found: list[FoundPart] = []
    chapters = [s for s in tree.sections if s.kind in kinds]
    chapters = [s for s in chapters if not any(_holds(other, s) for other in chapters)]
    if len(chapters) > _FEW and all(map(title_of, chapters)):  # no chapter has them all below it
        return [_finding(tree, s, tree.sentences(s), 1.0) for s in chapters][:MOST_ITEMS]
    covered = 0
    for section in tree.sections:
        if section.kind in kinds and section.start >= covered:
            children = tree.children(section)
            if children:
                found += [_finding(tree, child, tree.sentences(child), 1.0) for child in children]
            else:
                spans = (_after_mark(tree.report.text, s) for s in tree.sentences(section))
                spans = (s for s in spans if _says_something(tree.report.text[slice(*s)]))
                found += [FoundPart(tree.report, section, (span,), 1.0) for span in spans]
            covered = section.end
    return [f for f in found if f.spans][:MOST_ITEMS]


def _holds(section: Section, other: Section) -> bool:
    """Whether a section holds another one."""
    return section is not other and section.start <= other.start and other.end <= section.end


def _says_something(sentence: str) -> bool:
    """Whether a sentence is more than an announcement of others, a close or a signature."""
    return sentence[-1:] in _STOPS and not content_words().empty.search(sentence)


def _finding(tree: ReportTree, section: Section, spans: Sequence[Span], fit: float) -> FoundPart:
    """A finding, told with its heading where it begins with what stands below that."""
    below = tree.sentences(section)
    title = title_of(section)
    if spans and spans[0].start == section.start:  # 四是加强…排查，…: no heading of its own
        spans = [_after_mark(tree.report.text, spans[0]), *spans[1:]]
    whole = bool(spans and below) and spans[0] == below[0] and section.heading_end <= spans[0].start
    if not below:
        text = tree.report.text
        own = (trim_span(text, s) for s in sentence_spans(text, section.start, section.end))
        spans = [_after_mark(text, s) for s in own if not is_demand(text[slice(*s)])]
    return FoundPart(tree.report, section, tuple(spans), fit, title if whole else "")


def _find_about(
    tree: ReportTree, leaves: Sequence[Section], subject: Subject, topic: str
) -> list[FoundPart]:
    """What is about a subject; of a line of work, all that belongs to it.

    A thing that is only called so (双随机一公开 of 信用监管) is a word of its own where the report
    writes it.
    """
    is_topic = bool(topic) and (topic in subject.literal or subject.literal in topic)
    if topic and not is_topic:  # 电梯安全 asks of 电梯 where a report speaks of that
        stem = _ABOUT_A_THING.sub("", subject.literal)
        subject = Subject(stem, subject.concepts) if stem in folded(tree.report.text) else subject
    of_topic = _find_topic(tree, leaves, subject, topic) if is_topic else []
    if of_topic:
        return of_topic
    found = find_part(tree, leaves, subject)
    if not topic or (not is_topic and any(f.fit > 1 for f in found)):
        return found
    told = [f for f in found if f.section.kind is not SectionKind.OVERVIEW]
    said = [f for f in told if not is_topic or names_first(f, subject.literal)]
    literal = [replace(f, fit=min(f.fit, _OTHER_WORDS)) for f in said]
    if is_topic:
        return literal or _name_beside_others(tree, leaves, topic)
    return _find_topic(tree, leaves, subject, topic) or literal


def _name_beside_others(tree: ReportTree, leaves: Sequence[Section], topic: str) -> list[FoundPart]:
    """The sentences that name a line of work among others: 食品药品、特种设备等."""
    text = tree.report.text
    told = (leaf for leaf in leaves if leaf.kind is not SectionKind.OVERVIEW)
    named = ((leaf, s) for leaf in told for s in tree.sentences(leaf))
    of_topic = ((leaf, s) for leaf, s in named if _names(text[slice(*s)], topic))
    return [FoundPart(tree.report, leaf, (s,), _FLOOR) for leaf, s in islice(of_topic, _FEW)]


def _find_topic(
    tree: ReportTree, leaves: Sequence[Section], subject: Subject, topic: str
) -> list[FoundPart]:
    """The sentences of a line of work: below the headings that name it, then single ones.

    Below other headings only those sentences count that name it themselves.
    """
    # an opening names everything and tells nothing of it
    starts = {leaf.start: leaf for leaf in leaves if leaf.kind is not SectionKind.OVERVIEW}
    units = [u for u in units_of_topic(tree.units, topic) if u.leaf in starts]
    found: list[FoundPart] = []
    covered = 0
    for section in tree.sections:
        if section.start < covered or not _names(title_of(section), topic):
            continue
        within = [u for u in units if section.start <= u.span.start < section.end]
        size = sum(u.span.end - u.span.start for u in within)
        most = size * 2 >= section.end - section.heading_end
        titled = subject.literal in bare(title_of(section))
        if within and (most or titled):
            spans = _sentences_of(tree, section, within if section.leaf else ())
            found.append(_finding(tree, section, spans, 1.0 if titled else _NAMES_TOPIC))
            covered = section.end
    rest = [u for u in units if not any(_is_within(u.span, f.section) for f in found)]
    for start, group in groupby(rest, key=lambda u: u.leaf):
        leaf = starts[start]
        named = _names(title_of(leaf), topic)
        within = [u for u in group if named or _names(u.text, topic)]
        if within:
            finding = _finding(tree, leaf, _sentences_of(tree, leaf, within), _OTHER_WORDS)
            found.append(finding if named else replace(finding, title=""))
    found.sort(key=lambda f: (-f.fit, -size_of(f)))
    return sorted(found[:MOST_LEAVES], key=lambda f: (-f.fit, f.section.start))


def _sentences_of(tree: ReportTree, section: Section, units: Sequence[Unit]) -> list[Span]:
    """The whole sentences that some units of a section are of; all of them without units."""
    spans = tree.sentences(section)
    if not units:
        return spans
    return [s for s in spans if any(u.span.start < s.end and s.start < u.span.end for u in units)]


def _is_within(span: Span, section: Section) -> bool:
    return section.start <= span.start < section.end


def by_child(tree: ReportTree, finding: FoundPart) -> list[FoundPart]:
    """What stands below a heading, one finding for each heading right below it."""
    children = tree.children(finding.section) if finding.title else []
    if not children:
        return [finding]
    text, below = tree.report.text, tree.sentences(finding.section)
    lead = [s for s in below if s.end <= children[0].start and _says_something(text[slice(*s)])]
    first = [_finding(tree, finding.section, lead, finding.fit)] if lead else []
    return first + [_finding(tree, c, tree.sentences(c), finding.fit) for c in children]


def _names(text: str, topic: str) -> bool:
    return any(topic in mention.topics for mention in topic_words(topic).mentions(text))


def size_of(finding: FoundPart) -> int:
    """How many characters a finding has."""
    return sum(s.end - s.start for s in finding.spans)


def find_part(tree: ReportTree, leaves: Sequence[Section], subject: Subject) -> list[FoundPart]:
    """What is about some words: below the heading that names them, else the sentences."""
    weighed = {leaf.start: weigh_sentences(tree, leaf, subject) for leaf in leaves}
    best = max((f.fit for found in weighed.values() for f in found), default=0.0)
    heading, named = _best_heading(tree, leaves, subject)
    if heading and named >= max(_NAMED, best - AS_GOOD):
        return [_finding(tree, heading, tree.sentences(heading), named)]
    if best < _FLOOR:
        return []
    found = []
    for leaf in leaves:
        good = [f for f in weighed[leaf.start] if f.fit >= best - AS_GOOD]
        if good:
            spans = _go_on(tree, leaf, [f.spans[0] for f in good], subject)
            finding = _finding(tree, leaf, spans, max(f.fit for f in good))
            named = subject.title_fit(finding.title) >= _FLOOR
            found.append(finding if named else replace(finding, title=""))
    found.sort(key=lambda f: -f.fit)
    return found[:_FEW]


def _best_heading(
    tree: ReportTree, leaves: Sequence[Section], subject: Subject
) -> tuple[Section | None, float]:
    """The heading above some leaves that names most of the words; the outermost of equals."""
    best: Section | None = None
    most = 0.0
    for section in tree.sections:
        title = title_of(section)
        if title and any(section.start <= leaf.start < section.end for leaf in leaves):
            named = subject.title_fit(title)
            if named > most:
                best, most = section, named
    return best, most


def weigh_sentences(tree: ReportTree, leaf: Section, subject: Subject) -> list[FoundPart]:
    """Every sentence of a leaf, weighed by its words, its headings and the sentence before."""
    text, found = tree.report.text, []
    less = 2 * LATE if leaf.kind is SectionKind.OVERVIEW else 0.0  # it speaks of everything
    titles = subject.shares(folded(title_of(leaf)))
    above = subject.shares(folded("".join(leaf.path[:-1])))
    earlier = [0.0] * len(titles)
    for span in tree.sentences(leaf):
        own = folded(text[slice(*span)])
        shares = subject.shares(own)
        beside = [
            max(_TITLE * t, _ABOVE * a, _EARLIER * e)
            for t, a, e in zip(titles, above, earlier, strict=True)
        ]
        fit = subject.fit(own, shares, beside) - less
        found.append(FoundPart(tree.report, leaf, (span,), fit))
        earlier = shares
    return found


def _go_on(tree: ReportTree, leaf: Section, spans: list[Span], subject: Subject) -> list[Span]:
    """Some sentences of a leaf, with the next one where they say little and it goes on.

    It does where it speaks of the same, or where a slogan leads both (不遗余力创国卫).
    """
    if sum(s.end - s.start for s in spans) >= _BRIEF:
        return spans
    text, sentences = tree.report.text, tree.sentences(leaf)
    after = [s for s in sentences if s.start >= spans[-1].end][:1]
    slogans = [tree.is_slogan(s) for s in sentences if s.end <= spans[-1].end]
    goes_on = any(
        any(subject.shares(folded(text[slice(*s)])))
        or content_words().leaning.match(text, s.start)
        or (any(slogans) and not tree.is_slogan(s))
        for s in after
    )
    return [*spans, *after] if goes_on else spans


def find_mention(tree: ReportTree, leaves: Sequence[Section], subject: str) -> list[FoundPart]:
    """The sentence that speaks of all of a thing's words, in short: its own or its heading's.

    ``fit`` is 1 or more where they are the words that were asked for, less where others stand for
    them. An opening speaks of everything, so that any other place comes before it.
    """
    literal, terms = bare(subject), terms_of(subject)
    found: list[FoundPart] = []
    for leaf in leaves:
        less = 2 * LATE if leaf.kind is SectionKind.OVERVIEW else 0.0
        above, sentences = folded("".join(leaf.path)), tree.sentences(leaf)
        for span in sentences:
            fit = _mention_fit(literal, terms, folded(tree.report.text[slice(*span)]))
            if fit:
                found.append(FoundPart(tree.report, leaf, (span,), fit - less))
        fit = _mention_fit(literal, terms, above)
        if not fit:
            found += _mention_below(tree, leaf, literal, terms)
        if fit and sentences:
            found.append(_finding(tree, leaf, sentences[:1], fit - LATE - less))
    found.sort(key=lambda f: (-f.fit, size_of(f) > _FULL))
    return [_with_what_follows(tree, finding) for finding in found[:1]]


def _with_what_follows(tree: ReportTree, finding: FoundPart) -> FoundPart:
    """A finding that is a slogan alone (全力支持乡村振兴), with the sentence behind it."""
    if finding.title or not all(map(tree.is_slogan, finding.spans)):
        return finding
    after = [s for s in tree.sentences(finding.section) if s.start >= finding.spans[-1].end]
    return replace(finding, spans=(*finding.spans, *after[:1]))


def _mention_below(
    tree: ReportTree, leaf: Section, literal: str, terms: Sequence[Term]
) -> list[FoundPart]:
    """The sentences that speak of all of a thing's words together with their heading."""
    title, text = folded(title_of(leaf)), tree.report.text
    own = [(span, folded(text[slice(*span)])) for span in tree.sentences(leaf)]
    fits = ((span, _mention_fit(literal, terms, title + words)) for span, words in own if title)
    return [FoundPart(tree.report, leaf, (span,), _OTHER_WORDS - LATE) for span, fit in fits if fit]


def _mention_fit(literal: str, terms: Sequence[Term], text: str) -> float:
    """How surely a normalised text speaks of a thing, at least 1 with the words asked for."""
    if literal in without_marks(text):
        return LITERAL
    if terms and all(term.word in text for term in terms):
        return LITERAL - LATE
    if any(normalise(form) in text for form in synonyms().same(literal)):
        return _OTHER_WORDS
    nouns = [term for term in terms if not term.is_verb] or terms
    vague = len(nouns) == 1 and len(nouns[0].word) < _FEWEST_TELLING and len(terms) > 1
    needed = terms if vague else nouns  # 乡村 alone is no 乡村振兴
    return _OTHER_WORDS if needed and all(term.is_in(text) for term in needed) else 0.0


def _find_honours(tree: ReportTree, subject: Subject) -> list[FoundPart]:
    """The sentences that tell of honours, of what is asked where that is narrower."""
    words = content_words()
    found = []
    for leaf in tree.leaves:
        if leaf.kind is SectionKind.PLAN:
            continue
        for finding in weigh_sentences(tree, leaf, subject):
            clauses = tree.report.text[slice(*finding.spans[0])]
            told = words.honours.search(clauses) and not words.not_honours.search(clauses)
            if told and not subject.literal:
                found.append(replace(finding, fit=1.0))
            elif told and finding.fit >= _FLOOR:
                found.append(finding)
    return found


def _find_opening(tree: ReportTree, ask: TextAsk) -> list[FoundPart]:
    """How a report begins; of a plan, where that is asked for, how the plan does."""
    kind = SectionKind.PLAN if ask.role is StatementKind.PLAN else SectionKind.OVERVIEW
    leaf = next((s for s in tree.leaves if s.kind is kind), None)
    if leaf is None:
        return []
    spans, words = tree.sentences(leaf), content_words()
    guiding = [s for s in spans if words.guidance.search(tree.report.text[slice(*s)])]
    return [FoundPart(tree.report, leaf, (span,), 1.0) for span in guiding[:1]]


def _find_closing(tree: ReportTree) -> list[FoundPart]:
    """How a report ends: its last sentence that says something."""
    text, last = tree.report.text, tree.leaves[-1:]
    spans = reversed(tree.sentences(last[0])) if last else iter(())
    said = (s for s in spans if s.end - s.start > _SHORT and _says_something(text[slice(*s)]))
    return [FoundPart(tree.report, last[0], (span,), 1.0) for span in islice(said, 1)]


def _find_whose(tree: ReportTree, leaves: Sequence[Section], subject: Subject) -> list[FoundPart]:
    """The sentences on a subject that tell who does it, or for whom; before all that do not."""
    text, person = tree.report.text, content_words().person
    found = find_part(tree, leaves, replace(subject, literal=""))
    told = [(f, tuple(s for s in f.spans if person.search(text[slice(*s)]))) for f in found]
    return [replace(f, spans=spans, fit=f.fit + 1) for f, spans in told if spans]


def _find_handled(
    tree: ReportTree, leaves: Sequence[Section], subject: Subject, words: str
) -> list[FoundPart]:
    """The sentences that tell what was done with a thing, and speak of all of it."""
    weighed = (found for leaf in leaves for found in weigh_sentences(tree, leaf, subject))
    told = (f for f in weighed if tells_handling(f) and names_all(f, words))
    return sorted(told, key=lambda f: -f.fit)[:_FEW]


def _gives_reason(finding: FoundPart) -> bool:
    return finding.section.kind is SectionKind.PROBLEMS or _says(finding, content_words().reason)


def names_all(finding: FoundPart, subject: str) -> bool:
    """Whether a passage, with its headings, speaks of all the things that are asked of."""
    said, nouns = _said_in(finding), _things_in(subject)
    return all(t.is_in(said) for t in nouns) if nouns else bare(subject) in without_marks(said)


def names_first(finding: FoundPart, subject: str) -> bool:
    """Whether a passage, with its headings, speaks of the thing that is named first.

    Of three and more it is enough that half are spoken of.
    """
    said, things = _said_in(finding), _things_in(subject)
    many = len(things) > _FEW and names_half(finding, subject)
    return many or all(term.is_in(said) for term in things[:1])


def names_half(finding: FoundPart, subject: str) -> bool:
    """Whether a passage, with its headings, speaks of half of them at least."""
    said, things = _said_in(finding), _things_in(subject)
    return sum(term.is_in(said) for term in things) * 2 >= len(things)


def _things_in(subject: str) -> Sequence[Term]:
    """The things that some words name; what they say is done, where they name none."""
    terms = terms_of(subject)
    return [term for term in terms if not term.is_verb] or terms


def _said_in(finding: FoundPart) -> str:
    text = "".join(finding.report.text[slice(*span)] for span in finding.spans)
    return folded("".join(finding.section.path) + text)


def tells_handling(finding: FoundPart) -> bool:
    """Whether a passage tells what was done with something in the end."""
    return _says(finding, content_words().handled)


def tells_faults(finding: FoundPart) -> bool:
    """Whether a passage tells that something was found wrong."""
    return _says(finding, content_words().faults)


def _says(finding: FoundPart, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(finding.report.text[slice(*span)]) for span in finding.spans)


def _topic_of(words: str) -> str:
    """The line of work that some words name, each of them where several are joined."""
    called = {bare(name): t.name for t in topics() for name in (*t.aliases, t.name)}
    thing = _ACT.sub("", words)  # 优化营商环境 asks of 营商环境
    parts = [name for name in (words, thing) if name in called][:1] or _JOINING.split(words)
    named = {called.get(part, "") for part in parts}
    return named.pop() if len(named) == 1 else ""


def _after_mark(text: str, span: Span) -> Span:
    """A sentence without the number before it."""
    span = trim_span(text, span)
    words = without_mark(text[slice(*span)])
    return Span(span.end - len(words), span.end) if words else span

"""Whether the words of a statement follow from the sentences that it cites.

A statement is cut into clauses. Each is held to the one cited sentence that has most of its
words: every character of it stands there beside the same neighbour, in a heading above it, in a
listed wording that means the same, or in a word that can say nothing of its own (``wordings``).
What turns a meaning (not, all, more, less) stands in just the clauses that the words come from;
what turns it there is not left out; what is planned there is not told as done; and no word stands
in the place of another that is left out.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise, product

from bot.checking.clauses import (
    PARTICLES,
    CitedSentence,
    ClaimClause,
    ReadWords,
    SourceClause,
    cited_sentences,
)
from bot.checking.parties import turned_parties
from bot.checking.sources import Sources
from bot.checking.statements import FaultKind, StatementFault
from bot.checking.telling_words import telling_words
from bot.checking.vocabulary import entailment_words, grounding_words
from bot.checking.wordings import (
    Places,
    borne_places,
    is_told,
    other_wordings,
    paired_places,
    replacements,
    telling_places,
    unborne_runs,
)
from knowledge.understanding.sentences import Span, find_all

_NEAR = 16
"""How far behind a negation what it denies may stand."""
_BOUND = 4
_LIMITED = 8
"""How far behind a word that limits what is said that may stand."""
_HEAD = 2
_ALL, _AIMED, _ONGOING, _TRIED = "all", "aimed", "ongoing", "tried"


def word_faults(
    words: ReadWords, cited: Sources, *, planned: bool, under_headings: bool = False
) -> Iterator[StatementFault]:
    """What the words of a statement add to the passages that it cites, or turn.

    ``planned``: what was said before tells of plans; ``under_headings``: it is read under the
    headings of its passages.
    """
    sentences = [sentence for source in cited for sentence in cited_sentences(source)]
    if not sentences:
        return
    last, known = None, sentences
    causes, before = entailment_words().causes, ""
    for claim in words.clauses(planned=planned):
        if not entailment_words().about_text.search(claim.text):
            if claim.counted or not _names_nothing(claim):
                known = sentences
            nearest = _nearest(claim, known, last)
            cause = causes.search(f"{before}|{claim.text}")
            led_on = last and last.own in nearest.above and causes.search(nearest.own)
            if cause and not led_on and last not in (None, nearest):  # of two none says why
                yield StatementFault(FaultKind.MEANING_TURNED, cause[0].strip("|"))
            known = [s for s in sentences if _unborne(claim, s) == _unborne(claim, nearest)]
            last, before = nearest, claim.text
            faults = list(_clause_faults(claim, last, under_headings=under_headings))
            of_items = (
                fault for item in claim.items
                for fault in _clause_faults(
                    item, _nearest(item, sentences, last), under_headings=under_headings
                )
            )  # fmt: skip
            if faults and (not claim.items or any(of_items)):
                yield from faults


def _names_nothing(claim: ClaimClause) -> bool:
    """Whether a clause only says how that went which was told before it: 全部合格."""
    words = telling_words(claim.text)
    return bool(words) and all(word.is_stage for word in words)


def _unborne(claim: ClaimClause, sentence: CitedSentence) -> int:
    """How much of a clause a sentence does not bear out."""
    return len(telling_places(claim.text) - borne_places(claim.text, sentence.text))


def _nearest(
    claim: ClaimClause, sentences: Sequence[CitedSentence], last: CitedSentence | None
) -> CitedSentence:
    """The sentence that holds most of a clause; ``last`` is that of the clause before it."""
    told = telling_places(claim.text)
    unborne = [_unborne(claim, sentence) for sentence in sentences]
    near = [s for s, count in zip(sentences, unborne, strict=True) if count == min(unborne)]

    def distance(sentence: CitedSentence) -> tuple[int, bool, int, int]:
        numbers = frozenset(number for clause in sentence.clauses for number in clause.numbers)
        return (
            len(claim.numbers - numbers),
            sentence is not last,
            len(told - borne_places(claim.text, sentence.own)),
            -len(paired_places(claim.text, sentence.own)),
        )

    return min(near, key=distance)


def _clause_faults(
    claim: ClaimClause, sentence: CitedSentence, *, under_headings: bool
) -> Iterator[StatementFault]:
    aligned = align(claim, sentence)
    planned = _is_planned(aligned, sentence)
    label = claim.is_label or entailment_words().field_label.search(claim.text)
    runs = unborne_runs(claim.text, sentence.text, plan=planned)
    if not (claim.is_label and borne_places(claim.text, sentence.text)):
        for run in runs:
            if not _is_inserted(run, claim, sentence):
                yield StatementFault(FaultKind.WORDS_ADDED, claim.text[slice(*run)])
    for turned in (
        *turned_words(claim, aligned, sentence),
        *_crossed_words(claim, sentence),
        *_dropped_words(claim, aligned),
        *([] if claim.counted or label else _words_in_place(claim, aligned[0], sentence)),
    ):
        yield StatementFault(FaultKind.MEANING_TURNED, turned)
    if planned and not (claim.planned or under_headings or label):
        yield StatementFault(FaultKind.MEANING_TURNED, claim.text.strip("|"))


def _is_inserted(run: Span, claim: ClaimClause, sentence: CitedSentence) -> bool:
    """Whether a run is one character with nothing in its place in the sentence.

    新发展 is said by 发展, but 食品 not by 药品, nor what tells things apart: 副局长 by 局长.
    """
    own = sentence.own
    if run.end - run.start > 1 or claim.text[run.start] in entailment_words().marked:
        return False
    lost = telling_places(own) - borne_places(own, f"{claim.statement}|{claim.written}")
    return not any(
        start <= run.start < end
        and (lost.intersection(range(*place)) or end - start == place[1] - place[0] == 1)
        for start, end, *place in replacements(claim.text, own)
    )


def turned_words(
    claim: ClaimClause,
    aligned: Sequence[SourceClause],
    sentence: CitedSentence,
    among: Collection[str] = (),
) -> Iterator[str]:
    """The words of a claim that turn what the clauses say which it is aligned with.

    ``among`` are the groups of words that turn a meaning which count; all of them if none.
    """
    yield from _changed_words(claim, aligned, sentence, among or entailment_words().turning)
    yield from _opposite_words(claim, sentence)
    yield from _added_negations(claim, sentence)
    yield from _dropped_negations(claim, aligned, sentence)
    if _is_planned(aligned, sentence):
        yield from _early_words(claim, aligned)
    else:
        yield from _late_words(claim, aligned, sentence)
    yield from turned_parties(claim.written, sentence.own, aligned[0].text)
    yield from _headed_recipients(claim, sentence)
    yield from _other_levels(claim, sentence)


def align(claim: ClaimClause, sentence: CitedSentence) -> list[SourceClause]:
    """The clauses of a sentence that a claim's words come from, the one with most of them first.

    Where a word stands as it is counts before where it stands in other words; a clause with a
    number of the claim's is always among them.
    """
    told = telling_places(claim.text)
    chosen: list[SourceClause] = []
    for bear in (paired_places, borne_places):
        shares = {clause: told & bear(claim.text, clause.text) for clause in sentence.clauses}
        chosen = _add_clauses(chosen, claim, shares, at_least_one=bear is borne_places)
        for clause in sentence.clauses:
            known = {number for other in chosen for number in other.numbers}
            if clause not in chosen and (claim.numbers & clause.numbers) - known:
                chosen.append(clause)
    return chosen


def _add_clauses(
    chosen: Sequence[SourceClause],
    claim: ClaimClause,
    shares: Mapping[SourceClause, Places],
    *,
    at_least_one: bool,
) -> list[SourceClause]:
    """The chosen clauses and those that bear out what is left, by the ``shares`` of each."""
    found = list(chosen)
    repeated = {clause: paired_places(claim.text, clause.text) for clause in shares}
    left = telling_places(claim.text).difference(*(shares[clause] for clause in found))

    def closeness(clause: SourceClause) -> tuple[int, int]:
        """How much it bears out of what is left, then how much more of the claim it repeats."""
        common = 0 if found else len(claim.numbers & clause.numbers)
        more = repeated[clause].difference(*(repeated[other] for other in found))
        return len(left & shares[clause]) + common, len(more)

    while rest := [clause for clause in shares if clause not in found]:
        best = max(rest, key=closeness)
        if not left & shares[best] and (found or not at_least_one):
            break
        found.append(best)
        left -= shares[best]
    return found


def _changed_words(
    claim: ClaimClause,
    aligned: Sequence[SourceClause],
    sentence: CitedSentence,
    among: Collection[str],
) -> Iterator[str]:
    """The words that turn a meaning and that the clauses which a claim comes from do not have."""
    told = telling_places(claim.text)
    known = claim.numbers or told
    text = "|".join(clause.text for clause in (aligned if known else sentence.clauses))
    if told - borne_places(claim.text, f"{sentence.own}|{sentence.regions}"):
        text = f"{text}|{sentence.above}"
    for name in among:
        pattern = entailment_words().turning[name]
        match = pattern.search(claim.text)
        said = entailment_words().turning_said.get(name)
        turned = match and not (pattern.search(text) or (said and said.search(sentence.text)))
        whole = name == _ALL and _is_whole(aligned, sentence)
        short = name == _ALL and _falls_short(claim, aligned[0], pattern)
        if match and (short or (turned and (not whole or _names_whole_class(match[0], aligned)))):
            yield match[0]


def _falls_short(claim: ClaimClause, main: SourceClause, every: re.Pattern[str]) -> bool:
    """Whether the clause that a claim is of tells of a share where it says all: 99.8%, 不足六成."""
    share = entailment_words().partial_share.search(main.text)
    told = share and (share[0] in claim.written or main.numbers & claim.numbers)
    return bool(share) and not told and not every.search(main.text)


def _names_whole_class(written: str, aligned: Sequence[SourceClause]) -> bool:
    """Whether a word tells of a class what clauses say of a few that they list: 所有园区均获批."""
    listed = any("|" in clause.parts.strip("|") for clause in aligned)
    return listed and bool(entailment_words().whole_classes.match(written))


def _is_whole(aligned: Sequence[SourceClause], sentence: CitedSentence) -> bool:
    """Whether clauses say of all that they count what they say: by a number again.

    Clauses that count nothing and limit nothing say of all what they say, too.
    """
    before: set[str] = set()
    for clause in sentence.clauses:
        if clause in aligned and before & clause.numbers:
            return True
        before |= clause.numbers
    limits = entailment_words().limiting.items()
    limiting = [pattern for name, pattern in limits if name != _ONGOING]  # 正在 is said of all, too
    return not any(c.counts or any(p.search(c.text) for p in limiting) for c in aligned)


def _opposite_words(claim: ClaimClause, sentence: CitedSentence) -> Iterator[str]:
    """Words of two characters where the sentence has only their opposites: 节后 for 节前."""
    silent = [match.span() for match in entailment_words().silent.finditer(claim.text)]
    for pair in entailment_words().opposites:
        for character, opposite in ((pair[0], pair[1]), (pair[1], pair[0])):
            if character not in claim.text:  # as most are; a search takes long
                continue
            for match in re.finditer(f"(?=([^|]{character}|{character}[^|]))", claim.text):
                written, turned = match[1], match[1].replace(character, opposite)
                known = telling_places(written.replace(character, "|")) and turned in sentence.own
                known = known and turned not in claim.text  # 节前节后 where 春节前后
                first, place = match.start(), match.start() + written.index(character)
                part_of_word = any(
                    start <= place < end and not first <= start < end <= first + 2
                    for start, end in silent
                )
                if known and written not in sentence.text and not part_of_word:
                    yield written


def _dropped_words(claim: ClaimClause, aligned: Sequence[SourceClause]) -> Iterator[str]:
    """The words that limit what the clauses say and that a claim leaves out."""
    words, said = entailment_words(), PARTICLES.sub("", claim.text)
    counting = [clause for clause in aligned if claim.numbers & clause.numbers]
    main = (counting or aligned)[0]
    for clause in aligned:
        for name, pattern in words.limiting.items():
            if (name == _AIMED and claim.planned) or pattern.search(claim.statement):
                continue
            if name == _TRIED and grounding_words().undertakings.search(claim.text.rstrip("|")):
                continue  # 通过专项行动 only names what was 启动
            if clause is not main and name not in words.limiting_everywhere:
                continue
            far = _HEAD if name in words.limiting_next else _LIMITED
            for match in pattern.finditer(clause.parts):
                limited = clause.parts[match.end() :].split("|")[0][:far]
                told = any(f"{one}{other}" in said for one, other in pairwise(limited))
                denied = words.negation.search(match[0]) and words.negation.search(claim.text)
                if told and not denied and match[0] not in claim.statement:
                    yield match[0]


def _head(text: str, place: int) -> str:
    """The first two characters that tell something behind a word that turns them."""
    words = entailment_words()
    while place < len(text):
        silent = words.silent.match(text, place)
        if silent and silent.end() > place:
            place = silent.end()
        elif text[place] in words.after_negation or not text[place].isalpha():
            place += 1
        else:
            break
    return text[place : place + _HEAD]


def _added_negations(claim: ClaimClause, sentence: CitedSentence) -> Iterator[str]:
    """The negations of a claim that its sentence does not have."""
    pattern = entailment_words().negation
    denied = [
        c.text[m.end() : m.end() + (_BOUND if m[0] == "不" else _NEAR)]
        for c in sentence.clauses
        for m in pattern.finditer(c.text)
    ]
    reworded = {i for span in other_wordings(claim.text, sentence.text) for i in range(*span)}
    for match in pattern.finditer(claim.text):
        written = claim.text[match.start() : match.end() + _HEAD].split("的")[0]
        word = re.escape(claim.text[match.start() : match.end() + 1])
        whole = len(written) > 1 and written in sentence.text
        if match.start() in reworded or whole or re.search(rf"{word}(?!\w)", sentence.text):
            continue
        head = _head(claim.text, match.end()).rstrip(entailment_words().silent_characters)
        said = _holds(sentence.text, head) or not telling_places(head)  # else it is added
        if said and not any(_holds(scope, head) for scope in denied):
            yield f"{match[0]}{head}"


def _holds(text: str, head: str) -> bool:
    """Whether a text has what a negation denies, in whatever words."""
    return head in text if len(head) < _HEAD else len(borne_places(head, text)) == len(head)


def _dropped_negations(
    claim: ClaimClause, aligned: Sequence[SourceClause], sentence: CitedSentence
) -> Iterator[str]:
    """What a claim says without the negation that its clauses have, and that none affirms."""
    pattern, told = entailment_words().negation, telling_places(claim.text)
    for clause in aligned:
        taken = told & borne_places(claim.text, clause.text)
        alike = [
            other for other in sentence.clauses
            if len(taken - borne_places(claim.text, other.text)) < _HEAD
        ]  # fmt: skip
        for match in pattern.finditer(clause.text):
            head = _head(clause.text, match.end())
            at = claim.text.find(head) if head else -1
            lacks = entailment_words().negation_behind.match(claim.text, at + len(head))
            denied = at < 0 or pattern.search(claim.text, 0, at) or lacks
            behind = (n.end() for n in pattern.finditer(claim.text, max(at, 0)))  # 药师不在岗
            scope = clause.text[match.end() :][:_NEAR]
            moved = any(_holds(scope, _head(claim.text, place)) for place in behind)
            form = claim.text[at : at + len(head) + 1].rstrip("|")
            if not (denied or moved or any(_affirms(other.text, form) for other in alike)):
                yield head


def _affirms(text: str, form: str) -> bool:
    """Whether a text has a form that no negation goes before."""
    negations = entailment_words().negation.finditer(text)
    denied = {text.find(form[:_HEAD], negation.end()) for negation in negations}
    return any(span.start not in denied for span in find_all(form, text))


def _is_planned(aligned: Sequence[SourceClause], sentence: CitedSentence) -> bool:
    """Whether what a claim comes from is planned, by its section or by the clause itself."""
    return sentence.planned or any(clause.planned for clause in aligned[:1])


def _early_words(claim: ClaimClause, aligned: Sequence[SourceClause]) -> Iterator[str]:
    """The words that tell as done what is planned."""
    done = entailment_words().done.search(claim.text)
    if done and not any(done[0] in clause.text for clause in aligned):
        yield done[0]


def _late_words(
    claim: ClaimClause, aligned: Sequence[SourceClause], sentence: CitedSentence
) -> Iterator[str]:
    """The words that tell as done what is under way, or as planned what is done."""
    words = entailment_words()
    ongoing = words.limiting[_ONGOING]
    stating = [c for c in aligned if c is aligned[0] or c.numbers & claim.numbers]
    if not claim.counted:  # 案件已办结 rests on 案件正在办理, not on 结案88件
        stating += [
            c for c in sentence.clauses
            if not c.numbers and is_told(ongoing.sub("", c.text), claim.text)
        ]  # fmt: skip
    for unfinished in (ongoing, words.ahead):
        if any(unfinished.search(c.text) for c in stating) and not unfinished.search(claim.text):
            yield from (match[0] for match in words.done.finditer(claim.text))
    ahead = words.ahead.search(claim.text)
    if ahead and not any(words.ahead.search(c.text) for c in aligned):
        yield ahead[0]


def _crossed_words(claim: ClaimClause, sentence: CitedSentence) -> Iterator[str]:
    """Words that have changed places: 初次改正、及时违法 where 初次违法、及时改正."""
    said, source = claim.parts, sentence.parts
    for at in range(_HEAD, len(said) - _HEAD + 1):
        before, after = said[at - _HEAD : at], said[at : at + _HEAD]
        if "|" in before + after or before + after in source:
            continue
        lost = {source[end : end + _HEAD] for _, end in find_all(before, source)}
        others = {source[:start][-_HEAD:] for start, _ in find_all(after, source)}
        pairs = {f"{other}{end}" for other, end in product(others, lost)}
        whole = {pair for pair in pairs if len(pair) == 2 * _HEAD and "|" not in pair}
        if any(pair in said and pair not in source for pair in whole):
            yield after


def _headed_recipients(claim: ClaimClause, sentence: CitedSentence) -> Iterator[str]:
    """Who is said to be given something where only a heading names them."""
    borne = borne_places(claim.text, sentence.own)
    for match in entailment_words().recipients.finditer(claim.text):
        party = claim.text[match.end() : match.end() + _HEAD]
        named = party.isalpha() and not entailment_words().silent.match(claim.text, match.start())
        if named and not borne.issuperset(range(match.end(), match.end() + len(party))):
            yield party


def _other_levels(claim: ClaimClause, sentence: CitedSentence) -> Iterator[str]:
    """What is said to be of another level than it is: 全省先进集体 where 全市先进集体."""
    pattern = entailment_words().levels
    for match in pattern.finditer(claim.text):
        told = (level for level in pattern.finditer(sentence.own) if level[2] == match[2])
        levels = {level[1].removesuffix("级") for level in told}
        if levels and match[1].removesuffix("级") not in levels:
            yield f"{match[1]}{match[2]}"


def _words_in_place(
    claim: ClaimClause, main: SourceClause, sentence: CitedSentence
) -> Iterator[str]:
    """Words that its sentence says elsewhere, in the place of others that a claim leaves out.

    所长当场打分 where 企业代表当场打分. What is said with figures is compared with them.
    """
    elsewhere = borne_places(claim.text, sentence.own)
    for run, new in replaced_runs(claim, main):
        if new <= elsewhere:
            yield claim.text[slice(*run)]


def replaced_runs(claim: ClaimClause, main: SourceClause) -> Iterator[tuple[Span, Places]]:
    """Where a claim has other words than a clause between the same, and their telling characters.

    These the clause does not bear out, and those in their place the claim leaves out.
    """
    added = telling_places(claim.text) - borne_places(claim.text, main.text)
    said = f"{claim.statement}|{claim.written}"
    lost = telling_places(main.text) - borne_places(main.text, said)
    for start, end, *place in replacements(claim.text, main.text):
        new = added.intersection(range(start, end))
        old = lost.intersection(range(*place))
        same_length = end - start == place[1] - place[0]
        if new and old and (same_length or min(len(new), len(old)) >= _HEAD):
            yield Span(start, end), new

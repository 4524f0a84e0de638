"""Who does what to whom in a clause, and whether the cited sentence says so too.

市局移交线索 is not said by 向市局移交线索, 公安局发现3户 not by 发现3户，报送公安局, nor is
由所长约谈 by 由分管领导约谈, or 科所给企业打分 by 企业对科所打分.
"""

import re
from collections.abc import Iterator
from itertools import takewhile

from bot.checking.vocabulary import entailment_words
from bot.checking.wordings import Places, paired_places, telling_places
from knowledge.understanding.sentences import find_all

_HEAD = 2
_PARTY = 6


def turned_parties(clause: str, sentence: str, main: str) -> Iterator[str]:
    """The parties that a clause gives another part in what is done than its sentence does.

    All are plain texts; ``main`` is the clause of the sentence that says most of it.
    """
    yield from _acting_parties(clause, sentence)
    yield from _own_bureau_as_object(clause, sentence)
    yield from _other_parties(clause, sentence, main)
    yield from _crossed_parties(clause, sentence)


def _acting_parties(clause: str, sentence: str) -> Iterator[str]:
    """A body that acts in a clause, where the sentence has it as one that is turned to."""
    for body in entailment_words().acting_body.finditer(clause):
        party, said = body["party"], clause[body.start("party") :]
        places = [span.start for span in find_all(party, sentence)]
        if places and not any(_acts(said, sentence, at, led=bool(body["by"])) for at in places):
            yield party


def _acts(said: str, sentence: str, at: int, *, led: bool) -> bool:
    """Whether a party at a place of a sentence does what is ``said`` of it from its name on.

    ``led``: 由 or 被 stands before it.
    """
    words = entailment_words()
    pairs = zip(said, sentence[at:], strict=False)
    rest = said[sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs)) :]
    if words.passive.match(rest) or sentence[:at].endswith("|") or not at:
        return True
    if words.turning_to.search(sentence, 0, at) or (
        words.acting_on.match(rest) and words.acting_on.search(sentence, at - 1, at)
    ):
        return False
    deed = "".join(rest[i] for i in sorted(telling_places(rest)))[:_HEAD]
    clause = at if led else sentence.rfind("|", 0, at) + 1  # 关闭市场: 市场关闭, not 由市场关闭
    return deed in sentence[clause:] or deed not in sentence


def _own_bureau_as_object(clause: str, sentence: str) -> Iterator[str]:
    """The reporting bureau as one that others turn to, where the sentence tells of no such."""
    pattern = entailment_words().to_own_bureau
    match = pattern.search(clause)
    if match and not pattern.search(sentence):
        yield match[0]


def _other_parties(clause: str, sentence: str, main: str) -> Iterator[str]:
    """Who stands behind 由, 向, 联合 in the place of another whom the sentence has there."""
    words = entailment_words()
    for match in words.roles.finditer(clause):
        other = re.search(match[0], main)
        party = clause[match.end() : match.end() + _HEAD]
        known = len(party) == _HEAD and party.isalpha() and party in sentence
        with_whom = words.list_marks.search(clause[: match.start()].rpartition("|")[2])
        is_act = with_whom or words.silent.fullmatch(party)  # 与公安联合开展
        if other and known and not is_act and party not in main[other.end() :][:_PARTY]:
            yield f"{match[0]}{party}"


def _crossed_parties(clause: str, sentence: str) -> Iterator[str]:
    """Who does something for or with another, where the sentence has it the other way round."""
    towards = entailment_words().towards
    for own in sentence.split("|"):
        parted = towards.search(own)
        if not parted:
            continue
        doer, other = own[: parted.start()], own[parted.end() :]
        said = towards.search(clause)
        if said and "被" not in clause[: said.start()]:  # 甲被派到乙 is 向乙派甲
            first, second = clause[: said.start()], clause[said.end() :]
            if _only_in(other, doer, first) and _only_in(doer, other, second):
                yield first
        same = sum(1 for _ in takewhile(lambda p: p[0] == p[1], zip(clause, other, strict=False)))
        deed = clause[same : same + _HEAD]
        if same >= _HEAD and len(deed) == _HEAD and deed in doer and deed not in other:
            yield clause[:same]


def _only_in(own: str, other: str, text: str) -> Places:
    """The telling characters of a text that one part of a sentence has, and not the other."""
    return (telling_places(text) & paired_places(text, own)) - paired_places(text, other)

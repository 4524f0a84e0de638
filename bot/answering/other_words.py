"""The one statement that a part of a question points to in other words than the report's.

从屋头收回来多少过期药 asks for 回收家庭过期药品320公斤. All that reports have a word for must be
borne out as ever; what only sets the scene, or what no report writes, may be left over. Such an
answer says which of the words asked stand nowhere in what it tells.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.asks import FigureAsk
from bot.answering.concepts import Term
from bot.answering.joint_figures import is_of_all_before, is_of_list
from bot.answering.matching import (
    ANYTHING,
    Match,
    bears,
    is_asked_amount,
    is_narrower,
    names_kind,
    stands_in,
)
from bot.answering.measures import has_opposite, measures
from bot.answering.other_matters import extra_words
from bot.answering.placed_statements import PlacedStatement
from knowledge.lexicon import tag_words
from knowledge.models import Quantity, StatementKind
from knowledge.retrieval.vocabulary import synonyms
from knowledge.understanding.phrases import statement_words

_PAIR = 2
_CLAUSE = re.compile(r"[，,；;：:\s]+")
_DENYING = "没未不无"
_HOW_MANY = re.compile("多少|几")
_EVENT = re.compile("的$|了|过|被")  # a clause that tells what happened, not only a thing


def pointed_at(ask: FigureAsk, placed: Sequence[PlacedStatement]) -> list[Match]:
    """The only statement of a report of the amount asked for that most of the words point to.

    Empty where several are as near, where a word that reports use is left over, or where nothing
    says which kind of amount is asked for.
    """
    wide = measures().everywhere | measures().anywhere
    terms = [t for t in ask.subject if t.word not in wide or _is_counted(ask, t)]
    terms = [t for t in terms if not _only_measures(ask, t)]
    own_thing = terms and not (ask.goes_on or ask.whole)
    if not (names_kind(ask) or ask.counted) or (len(terms) < _PAIR and not own_thing):
        return []
    borne = {one: [t for t in terms if _tells(one, t)] for one in placed if _may_answer(ask, one)}
    most = max(map(len, borne.values()), default=0)
    best = [one for one, told in borne.items() if len(told) == most]
    if (
        most < min(_PAIR, len(terms))
        or len({(p.statement.figure.text, p.statement.figure.unit) for p in best}) > 1
    ):
        return []
    one = best[0]
    left = [t for t in terms if t not in borne[one]]
    own = [t for t in borne[one] if _is_own(one, t)]
    nouns = [t for t in borne[one] if _is_thing(t)]
    clauses = _Clauses.of(ask.wording)
    things = [t for t in left if clauses.asks(t) and _is_thing(t)]
    aside = things or len(terms) < _PAIR or (len(own) < most and _names_another(ask, one))
    if (
        not (own and nouns)
        or not all(clauses.may_lack(t, one, nouns) for t in left)
        or not (ask.unit or all(t in own for t in ask.counted))
        or (aside and not _is_only_sentence(nouns, one, placed))
        or is_of_all_before(ask, one)
    ):
        return []
    unsaid = tuple(t.word for t in left)
    together = is_of_list(ask, one)
    extras = extra_words(ask, one)
    return [Match(one, extras, loose=True, together=together, borne=most, unsaid=unsaid)]


def _is_counted(ask: FigureAsk, term: Term) -> bool:
    """Whether a term alone says what is counted: 问题 of 多少个问题."""
    bare = ask.unit in ("", ANYTHING)
    return bare and bool(re.search(rf"(?:多少|几){ANYTHING}?{re.escape(term.word)}", ask.wording))


def _only_measures(ask: FigureAsk, term: Term) -> bool:
    """Whether a term says no more than that a rate is asked for: 打了多少比例."""
    is_rate = ask.quantities == {Quantity.RATE}
    return is_rate and bool(measures().ratio.fullmatch(term.word)) and len(ask.subject) > 1


def _is_thing(term: Term) -> bool:
    """Whether a term names a thing; 收回来 says what was done."""
    tags = [tag[0] for _, tag in tag_words(term.word)]
    acts = tags[-1] == "v" or (tags[0] == "v" and tags[-1] != "n")  # 吃上
    return not (term.is_verb or acts)


def _may_answer(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a statement is of the amount asked for, counts no less, and nothing else too."""
    told = one.statement
    planned = told.role is StatementKind.PLAN and not ask.planned
    counts_others = "、" in told.subject
    asked = is_asked_amount(ask, told) and not is_narrower(ask, one)
    return asked and not (planned or counts_others)


def _names_another(ask: FigureAsk, one: PlacedStatement) -> bool:
    """Whether a subject names a thing that was not asked for."""
    nouns = (w for w in extra_words(ask, one) for _, tag in tag_words(w) if tag[0] == "n")
    return any(word not in measures().anywhere for word in nouns)


@dataclass(frozen=True, slots=True)
class _Clauses:
    """A part of a question: the clause that asks how many (``core``), and those beside it."""

    core: str
    scene: tuple[str, ...]

    @classmethod
    def of(cls, wording: str) -> "_Clauses":
        clauses = [clause for clause in _CLAUSE.split(wording) if clause]
        core = next((c for c in reversed(clauses) if _HOW_MANY.search(c)), wording)
        return cls(core, tuple(c for c in clauses if c != core))

    def asks(self, term: Term) -> bool:
        """Whether a term stands in the clause that asks."""
        return term.word.split()[0] in self.core

    def may_lack(self, term: Term, one: PlacedStatement, nouns: Sequence[Term]) -> bool:
        """Whether a statement that answers need not tell of a term; it tells of the ``nouns``.

        It need not tell how something came about (被忽悠), nor bear out what no report writes.
        """
        official = synonyms().is_official(term.word)
        denies = term.word[0] in _DENYING
        turns = any(map(statement_words().progress_only.fullmatch, term.forms))  # 涨
        if denies or turns or term.is_rate or has_opposite(term.word) or self._counts(term):
            return False
        if any(f"“{term.word}" in clause for clause in (self.core, *self.scene)):
            return False  # a name
        if measures().level.fullmatch(term.word):
            return False  # 国家级 is no 省级
        if not self.asks(term):
            return self._tells_event(term) and (not official or term.is_in(one.sentence_words))
        word = term.word
        tells_how = any(tag[0] in "va" for _, tag in tag_words(word, guess=False))
        if term.is_verb or (tells_how and not official and word not in one.report.text):
            return not (official or self._asks_of(term) or self._narrows(word, nouns, verb=True))
        written = official or len(word) == 1 or word in one.report.text
        return not (written or self._narrows(word, nouns))

    def _counts(self, term: Term) -> bool:
        """Whether a term says which ones are counted: 阳性 of 阳性的有几批, 女同志有几个."""
        return bool(re.search(f"{re.escape(term.word)}的?(?:有|是|占)(?:多少|几)", self.core))

    def _narrows(self, word: str, nouns: Sequence[Term], *, verb: bool = False) -> bool:
        """Whether a word stands before one of some nouns and limits it: 儿童 of 儿童医疗机构.

        So does what stands between an amount and what it counts: 多少家冷冻仓库.
        """
        if re.search(rf"(?:多少|几)[\u4e00-\u9fff]{{0,2}}{re.escape(word)}", self.core):
            return True
        behind = self.core.partition(f"{word}的" if verb else word)[2].removeprefix("的")
        return behind.startswith(tuple(t.word for t in nouns))

    def _tells_event(self, term: Term) -> bool:
        """Whether the clause of a term tells what happened, and does not only name a thing."""
        clause = next((c for c in self.scene if term.word.split()[0] in c), "")
        verbs = any(tag[0] == "v" for _, tag in tag_words(clause))
        return verbs or bool(_EVENT.search(clause))

    def _asks_of(self, act: Term) -> bool:
        """Whether an act is what is asked of an amount: 收回 of 收回多少."""
        return bool(re.search(f"{re.escape(act.word)}[了过出掉到得好完]*(?:多少|几)", self.core))


def _tells(one: PlacedStatement, term: Term) -> bool:
    """Whether a statement tells of a term itself or in the clauses that lead to it."""
    if term.word in measures().country and bears(one, term):
        return True
    return _is_own(one, term) or stands_in((one.led_in_sentence_of_all,), term, one)


def _is_own(one: PlacedStatement, term: Term) -> bool:
    """Whether a term stands in a statement's own words, or is done by its verb."""
    own = f"{one.own_of_all}|{one.subject_of_all}"
    return stands_in((own,), term, one) or bool(term.acts & one.acts)


def _is_only_sentence(
    nouns: Sequence[Term], one: PlacedStatement, placed: Sequence[PlacedStatement]
) -> bool:
    """Whether no other sentence of a report states anything of the things that are borne out."""
    speaking = {p.statement.sentence for p in placed if all(_tells(p, t) for t in nouns)}
    return speaking <= {one.statement.sentence}

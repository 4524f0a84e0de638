"""What a question takes from those before it: a scope that the store holds, bureaus to compare."""

import re
from collections.abc import Sequence

from knowledge.retrieval.question import Question, without_spans
from knowledge.retrieval.scope import Scope
from knowledge.retrieval.vocabulary import question_words
from knowledge.understanding.governments import is_government

# 两家相比谁高, 哪个多: a comparison that names neither whom nor what.
_COMPARISON = re.compile(
    r"(?=.*[家个者谁哪们比])(?:那么?|这)?(?:[两二三几]家|[两三几]个(?:局|单位)?|[它他]们|[二两]者)?(?:之间)?"
    r"(?:相比|比起来|比一比|对比|比较|比)?(?:一下)?[，,]?(?:谁|哪(?:一?家|个局?|边))?的?[更最]?[多少高低好差快慢]?"
    r"(?:一?[些点])?呢?[？?。！!\s]*"
)
_COMPARED = 2
_SAME = "同期"
_SAME_YEAR_BEFORE = "去年同期"


def wording_of_pairs(scope: Scope) -> str:
    """The bureaus of a scope with their periods, as a question names them."""
    return "和".join(
        "和".join(b.standing for b in bureaus) + "和".join(map(str, periods))
        for bureaus, periods in scope.pairs
    )


def period_words(read: Question, before: Question) -> str:
    """The periods that a follow-up asks about, in words that stand alone.

    上一期 and 去年同期 are those of the period asked about before.
    """
    new, old = read.scope, before.scope
    named = [str(period) for period in new.periods]
    earlier = [str(period) for period in old.periods]
    if new.turn:
        back = question_words().before_latest.search(new.turn)
        return "和".join(named or earlier if back else named) + new.turn
    if any(_SAME in read.text[slice(*place)] for p in new.periods for place in p.places):
        return "和".join(earlier) + _SAME_YEAR_BEFORE
    return "和".join(named or earlier)


def without_refused_scope(question: Question, before: Question | None) -> str | None:
    """An earlier question in place of one whose reports the store does not hold.

    Its known bureaus stay, else the scope ``before`` it; None where it is held as it is.
    """
    scope = question.scope
    if scope.reports is None or scope.reports or _is_told_by_governments(scope):
        return None
    known = "和".join(mention.standing for mention in scope.bureaus if mention.names)
    kept = known or (wording_of_pairs(before.scope) if before else "")
    return kept + without_spans(question.text, scope).strip("的，, ")


def _is_told_by_governments(scope: Scope) -> bool:
    """Whether reports of other years, as governments give them, may have answered."""
    names = {name for mention in scope.bureaus for name in mention.names}
    return bool(scope.telling) and any(map(is_government, names))


def compare_before(text: str, before: Sequence[Question]) -> str | None:
    """A comparison of nothing named, asked of the last two bureaus that were asked about.

    Empty where there are no two; None where the question is none of that kind.
    """
    if not before or not _COMPARISON.fullmatch(text.strip()):
        return None
    named = [m.standing for q in reversed(before) for m in reversed(q.scope.bureaus) if m.names]
    bureaus = list(dict.fromkeys(named))[:_COMPARED]
    if len(bureaus) < _COMPARED:
        return ""
    last = before[-1]
    periods = "和".join(map(str, last.scope.periods))
    matter = without_spans(last.text, last.scope).strip("的，,？?。 ")
    return "和".join(reversed(bureaus)) + periods + matter

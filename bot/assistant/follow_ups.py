"""A follow-up (那食品抽检呢？ after a question on 区局2023年) made to stand alone, by rules.

A model may rewrite one too; ``is_faithful`` checks what it wrote.
"""

import re

from knowledge.retrieval.question import Question, Wants, substance

_CUE = re.compile(r"^(?:那么?|还有|再问|另外|其中|它|他们|该局|换成)|同期|呢[？?。]?$")
_TRIMMED = re.compile(r"^(?:那么?|还有|另外|再问(?:一下)?|换成)|呢?[？?。！]*$")
_EVERYONE = re.compile(r"各|所有|全部|哪个局|哪些局|哪家局|每个")
_BARE_MEASURE = 4
_DIGITS = re.compile(r"[\d*]+")


def stand_alone(text: str, read: Question, previous: Question) -> tuple[str, ...]:
    """Readings of a question after another one, the likeliest first; the last is as it stands.

    ``read`` is the question as it reads on its own. A bureau or period that it names replaces
    the earlier one, what it leaves out is taken from before. A question that names a bureau or
    period and its matter stands alone: the one reading is itself.
    """
    cue = bool(_CUE.search(text.strip()))
    own_scope = bool(read.scope.spans or read.scope.unknown)
    everyone = (read.ranks and read.content) or _EVERYONE.search(text)
    if (own_scope and not cue) or everyone or not (previous.scope.spans or cue):
        return (text,)
    core = _without_scope(_TRIMMED.sub("", text.strip()).strip("，, "), read)
    scope = _scope_words(read, previous)
    matter = _without_scope(previous.text, previous)
    if not _substance(core):
        return (scope + matter, text)
    if cue and read.wants is Wants.TEXT and previous.wants is Wants.FIGURE:
        return (scope + _in_place_of(core.strip("的"), matter), text)
    if len(_substance(core)) <= _BARE_MEASURE and read.wants is Wants.FIGURE:
        return (scope + _subject(matter) + core, scope + core, text)
    return (scope + core, text)


def is_faithful(rewritten: Question, asked: Question, earlier: str) -> bool:
    """Whether a model's rewriting keeps what was asked and adds nothing.

    ``asked`` is the follow-up as it reads on its own, ``earlier`` the questions before it: the
    bureaus, periods and numbers of the rewriting stand in one of them, and those that the
    follow-up names itself are all kept.
    """
    said = asked.text + "\n" + earlier
    named = [m.wording for m in rewritten.scope.bureaus] + list(rewritten.scope.unknown)
    own = [m.wording for m in asked.scope.bureaus] + list(asked.scope.unknown)
    periods = {str(period) for period in rewritten.scope.periods}
    return (
        all(name in said for name in named)
        and all(digits in said for digits in _DIGITS.findall(rewritten.text))
        and all(name in rewritten.text for name in own)
        and {str(period) for period in asked.scope.periods} <= periods
    )


def keeps_scope(rewritten: Question, read: Question) -> bool:
    """Whether a rewriting names some bureau or period if the question has one."""
    return bool(rewritten.scope.spans) or not read.scope.spans


def _substance(core: str) -> str:
    rest = substance(core)
    return "" if re.fullmatch(r"(?:是|同期|的|多少|如何|怎么样|[\s，。？?])*", rest) else rest


def _in_place_of(core: str, matter: str) -> str:
    """The earlier question with its like word exchanged (省级→市级), or asked of the new word."""
    for like in re.findall(rf"[\u4e00-\u9fff]{{{len(core) - 1}}}{re.escape(core[-1])}", matter):
        if len(core) <= 4 and like != core:
            return matter.replace(like, core)
    return f"{core}多少"


def _subject(matter: str) -> str:
    """The earlier question's matter without what it asked of it."""
    words = substance(re.sub(r"(?:多少|几).{0,3}", " ", matter))
    return words.replace(" ", "")


def _scope_words(read: Question, previous: Question) -> str:
    """The bureaus and periods to ask about: the new ones, else those of the question before."""
    new, old = read.scope, previous.scope
    if not new.spans:
        return "和".join(
            "和".join(b.wording for b in bureaus) + "和".join(map(str, periods))
            for bureaus, periods in old.pairs
        )
    bureaus = [b.wording for b in new.bureaus or old.bureaus]
    periods = [str(p) for p in new.periods or old.periods]
    return "和".join(bureaus) + "和".join(periods)


def _without_scope(text: str, read: Question) -> str:
    for mention in read.scope.bureaus:
        text = text.replace(mention.wording, "")
    for place in (place for period in read.scope.periods for place in period.places):
        text = text.replace(read.text[slice(*place)], "")
    return text.strip("的，, ")

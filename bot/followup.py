"""A follow-up made to stand alone: 那食品抽检呢？ after a question about 区局2023年."""

import re

from knowledge.question import Question, Wants, substance

_CUE = re.compile(r"^(?:那么?|还有|再问|另外|其中|它|他们|该局|这个|换成|同期)|呢[？?。]?$|^(?:和|跟|与).{2,20}比")
_TRIMMED = re.compile(r"^(?:那么?|还有|另外|再问(?:一下)?|换成)|呢?[？?。！]*$")
_SHORT = 6


def stand_alone(text: str, read: Question, previous: Question) -> str:
    """The question with what it leaves out taken from the one before; unchanged if nothing is.

    ``read`` is the question as it reads on its own. A bureau or period that it names replaces
    the earlier one; the rest of the scope and, if it names only a scope, the matter are kept.
    """
    if not _CUE.search(text.strip()):
        return text
    core = _TRIMMED.sub("", text.strip()).strip("，, ")
    scope = _scope_words(read, previous)
    matter = substance(_without_scope(core, read))
    if not matter or matter == core and read.scope.spans and not _without_scope(core, read):
        return scope + _matter(previous)
    if read.wants is Wants.TEXT and previous.wants is Wants.FIGURE:
        return f"{scope}{_without_scope(core, read)}多少"
    return scope + _without_scope(core, read)


def _scope_words(read: Question, previous: Question) -> str:
    """The bureaus and periods to ask about: the new ones, else those of the question before."""
    new, old = read.scope, previous.scope
    bureaus = [b.wording for b in new.bureaus or old.bureaus]
    periods = [str(p) for p in new.periods or old.periods]
    return "和".join(bureaus) + "和".join(periods)


def _without_scope(text: str, read: Question) -> str:
    for mention in read.scope.bureaus:
        text = text.replace(mention.wording, "")
    for period in read.scope.periods:
        text = text.replace(read.text[period.start : period.end], "")
    return text.strip("的，, ")


def _matter(previous: Question) -> str:
    return _without_scope(previous.text, previous)

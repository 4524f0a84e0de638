"""Whose bureau 我们局 is: it is asked for once, and spelt out in the messages after. Pure."""

import re
from collections.abc import Callable, Sequence

from bot.assistant.intents import intent_words, own_bureau_spans

_AFTER_CLAUSE = re.compile("[，,。；; ]+")
_LEVEL = re.compile("(?:我们|咱们?|本)(?P<level>[省市县区])里?$")
"""咱区里 tells of which level the bureau is."""


def name_own_bureau(
    messages: Sequence[str], own: str, bureaus_named: Callable[[str], Sequence[str]]
) -> tuple[list[str], str]:
    """The messages with 我们局 spelt out, and whose it is; empty where nobody has said it yet.

    Who names just one bureau as their own (我们是区局), or after they spoke of theirs, has said
    whose it is: that message asks the one before again, what stands behind
    (我是区局的，我们立案多少), or is empty. ``bureaus_named`` gives the
    bureaus that a message may mean, if it names nothing else.
    """
    resolved: list[str] = []
    waiting: str | None = None
    for message in messages:
        text = message
        introduces = waiting is not None or intent_words().introducing.match(text)
        names = bureaus_named(text) if introduces else ()
        said, *asked = _AFTER_CLAUSE.split(text, maxsplit=1)
        introduced = bureaus_named(said) if introduces and any(asked) and not names else ()
        if len(introduced) == 1:
            own, text, waiting = introduced[0], asked[0], None
        elif len(names) == 1:
            own, text, waiting = names[0], waiting or "", None
        elif names:
            waiting = waiting or ""
        elif not own and own_bureau_spans(_spell_own(text, own)):
            waiting = text
        else:
            waiting = None
        resolved.append(_spell_own(text, own))
    return resolved, own


def _spell_own(text: str, own: str) -> str:
    for start, end in reversed(own_bureau_spans(text)):
        said = own or _LEVEL.sub(r"\g<level>局", text[start:end])
        text = text[:start] + said + text[end:]
    return text

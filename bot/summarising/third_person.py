"""A report's words as somebody else tells them: 我县 by its name, the period named once."""

import re

from bot.summarising.vocabulary import choice_words
from knowledge.models import Bureau, Level, Report

_OFFICE = re.compile(r"市场监督?管理?局|市监局|市场监管局")
_LEVELS = "".join(level.value for level in Level)
_LEFT_OVER = re.compile(r"^[，,；;、]+|(?<=[，；。])[，,]+")


def in_third_person(text: str, report: Report) -> str:
    """A text without 截至目前 and 今年, and with the bureau's name for 我局 and 我县.

    The report's own half or quarter is left out, too, where it leads a clause.
    """
    words, identity = choice_words(), report.identity
    bureau, period = identity.bureau, identity.period
    told = words.this_year.sub("", words.until_now.sub("", text))
    if period and (part := period.part.wording):
        told = re.sub(f"(?:^|(?<=[，；。])){part}(?:以来)?[，,]?", "", told)
    if bureau:
        told = words.our_bureau.sub(bureau.name, told)
    told = words.our_region.sub(lambda match: _region(bureau, match[0][-1]), told)
    return _LEFT_OVER.sub("", told)


def _region(bureau: Bureau | None, level: str) -> str:
    """The region of a bureau where it names one of that level, else 该县."""
    name = _OFFICE.split(bureau.name)[0] if bureau else ""
    if len(name) > 1 and name.endswith(level):
        return name
    return choice_words().that_region.format(level=level)

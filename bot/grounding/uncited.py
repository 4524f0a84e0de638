"""What may be said without a citation: lead-ins, connectives, and that there is nothing."""

import re

from bot.grounding.attribution import Attribution
from bot.grounding.faults import Role
from bot.grounding.words import grounding_words

_CLAUSES = re.compile(r"[，,；;。！？!?\n]")
_PUNCTUATION = ' \t\n\u3000。，,；;：:、！？!?（）()“”"*#-—|'
_LONGEST_LEAD_IN = 40
_LABEL = 8


def role_of(attribution: Attribution) -> Role:
    """What a statement without a citation does; the caller has seen that it holds no figure."""
    body, words = attribution.body.strip(), grounding_words()
    clauses = [clause.strip() for clause in _CLAUSES.split(body) if clause.strip()]
    if _refuses(clauses):
        return Role.REFUSAL
    rest = attribution.without_names()
    if not words.connectives.sub("", rest).strip(_PUNCTUATION):
        return Role.LEAD_IN
    cells = [cell.strip() for cell in rest.split("|")]
    if body.startswith("|") and all(len(cell) <= _LABEL for cell in cells):
        return Role.LEAD_IN
    label = len(rest.strip(_PUNCTUATION)) <= _LABEL
    leads = body.endswith(("：", ":")) and len(body) <= _LONGEST_LEAD_IN and len(clauses) < 3
    if leads and (label or words.lead_ins.search(rest)):
        return Role.LEAD_IN
    return Role.ASSERTION


def _refuses(clauses: list[str]) -> bool:
    words = grounding_words()
    refusals = [bool(words.refusals.fullmatch(clause)) for clause in clauses]
    return any(refusals) and all(
        refused or words.topics.fullmatch(clause)
        for refused, clause in zip(refusals, clauses, strict=True)
    )

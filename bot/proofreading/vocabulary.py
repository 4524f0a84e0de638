"""What the check of a draft goes by, from ``data/proofreading.toml`` and ``field_names.toml``."""

from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

from pydantic import Field

from bot.proofreading.findings import ProofKind
from knowledge.understanding.indicators import plain_unit
from knowledge.vocabulary import Pattern, Vocabulary, Words, at, fill_in, load_vocabulary

_DATA = Path(__file__).parent.parent / "data"
_WORDS, _NAMES = _DATA / "proofreading.toml", _DATA / "field_names.toml"


class WordingRule(Vocabulary, extra="forbid"):
    """A wording that is wrong wherever it stands.

    ``right`` is a template of what it becomes, ``change`` two strings of characters of which the
    first become the second; with neither a person decides.
    """

    kind: ProofKind
    pattern: Pattern
    certain: bool
    say: str
    right: str | None = None
    change: tuple[str, str] | None = None


class ProofWords(Vocabulary):
    """Compiled wordings; see the data file for what each is."""

    rule: tuple[WordingRule, ...]
    sources: Pattern = at("draft.sources")
    period_heads: Pattern = at("period.heads")
    period_plans: Pattern = at("period.plans")
    period_opens: Pattern = at("period.opens")
    period_intends: Pattern = at("period.intends")
    period_others: Pattern = at("period.others")
    plan_headed: Pattern = at("plan.headed")
    plan_title: Pattern = at("plan.title")
    report_title: Pattern = at("plan.not_title")
    period_introduced: Pattern = at("period.introduced")
    told: Pattern = at("plan.told")
    look_back: Pattern = at("plan.look_back")
    over: Pattern = at("plan.over")
    period_aims: Pattern = at("period.aims")
    period_deadline: Pattern = at("period.deadline")
    period_introduces: Pattern = at("period.introduces")
    compared_with: Pattern = at("figures.compared_with")
    changed_by: Pattern = at("figures.changed_by")
    part_of_year: Pattern = at("figures.part_of_year")
    change: Pattern = at("figures.change")
    falls: Words = at("figures.falls")
    goal: Pattern = at("figures.goal")
    of_whole_period: Pattern = at("figures.of_whole_period")
    exhaustive: tuple[Words, ...] = at("figures.exhaustive")
    loose_units: tuple[Words, ...] = at("figures.loose_units")
    balances: tuple[Words, ...] = at("figures.balances")
    intensifiers: Pattern = at("repeated.intensifiers")
    foreign_before: Pattern = at("foreign.before")
    foreign_after: Pattern = at("foreign.after")
    own_level: Pattern = at("foreign.own")
    blanks: Pattern = at("mask.blanks")
    masked_name: Pattern = at("mask.name")
    most_masks: int = at("mask.most")
    done: Pattern = at("plan.done")
    surely_done: Pattern = at("plan.surely_done")
    drives: Pattern = at("plan.drives")
    aims: Pattern = at("plan.aims")
    planned: Pattern = at("plan.planned")
    spoken: Pattern = at("wording.spoken")
    rank: Pattern = at("told.rank")
    turning: Words = at("told.turning")
    vague_stages: Words = at("told.vague_stages")


class SlipRule(Vocabulary, extra="forbid"):
    """Wrong forms of a name and the right one; ``why`` where that needs more words."""

    wrong: Words
    right: str
    why: str = ""
    certain: bool = True


class NameList(Vocabulary, extra="forbid"):
    """Right names; ``also`` are near them and right as well, ``local`` in provinces alone."""

    names: Words
    also: Words = ()
    local: Words = ()


class FieldNames(Vocabulary):
    """The names of the field: of laws, which stand in 《》, of bodies, and terms."""

    law: NameList
    body: NameList
    term: NameList
    slips: tuple[SlipRule, ...] = Field(validation_alias="slip")


proof_words = cache(partial(load_vocabulary, ProofWords, path=_WORDS))
field_names = cache(partial(load_vocabulary, FieldNames, path=_NAMES))


def are_counted_alike(unit: str, other: str) -> bool:
    """Whether two units are one, or often taken for each other: 家 and 户; none is any."""
    units = {plain_unit(unit), plain_unit(other)}
    return "" in units or len(units) == 1 or any(units <= {*g} for g in proof_words().loose_units)


def find_slips(text: str) -> Iterator[tuple[str, str]]:
    """The names that are surely misspelt in a text, each with the right one: 公平称, 公平秤."""
    for slip in field_names().slips:
        wrong = max((w for w in slip.wrong if w in text), key=len, default="")
        if wrong and slip.certain and slip.right not in text:
            yield wrong, slip.right


def proof_phrase(key: str, /, **fields: object) -> str:
    """What a finding or the answer says: ``table.name`` of the file, its fields filled in."""
    return fill_in(_WORDS, key, fields)

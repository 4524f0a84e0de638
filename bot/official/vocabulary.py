"""The wordings that the style check goes by, from ``data/style.toml``."""

import re
from functools import cache, partial
from pathlib import Path
from typing import Annotated

from knowledge.vocabulary import Pattern, Vocabulary, any_of, at, fill_in, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "style.toml"


class PeriodWords(Vocabulary, extra="forbid"):
    """What distinguishes a period that was left in by mistake from one that is meant."""

    reference_before: Pattern
    reference_after: Pattern
    planned_after: Pattern
    intends_after: Pattern
    intentions: Pattern
    shifting_years: Pattern
    first_half: Pattern
    second_half: Pattern


class StyleWords(Vocabulary):
    """Compiled wordings; see the data file for what each is."""

    say: dict[str, str]
    opens_items: Pattern = at("numbering.opens_items")
    chat_lead: Pattern = at("chat.lead")
    chat_closer: Annotated[re.Pattern[str], any_of("(?:", ")[。！!]?")] = at("chat.closers")
    chat: Pattern = at("chat.phrases")
    casual: Pattern = at("casual.words")
    after_masked_names: Pattern = at("markdown.after_masked_names")
    not_foreign_before: Pattern = at("foreign.not_before")
    past: Annotated[re.Pattern[str], any_of("(?:", ")(?!的)")] = at("past.words")
    results: Pattern = at("past.results")
    targets: Pattern = at("past.targets")
    grounds: Pattern = at("past.grounds")
    period: PeriodWords


style_words = cache(partial(load_vocabulary, StyleWords, path=_FILE))


def style_phrase(key: str, path: Path = _FILE, /, **fields: object) -> str:
    """A sentence of the table ``say``, filled in; raises DataFileError."""
    return fill_in(path, f"say.{key}", fields)

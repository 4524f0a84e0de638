"""The wordings that the style check goes by, from ``data/style.toml``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.errors import DataFileError
from knowledge.vocabulary import read_toml

_FILE = Path(__file__).parent.parent / "data" / "style.toml"


@dataclass(frozen=True, slots=True)
class StyleWords:
    """Compiled wordings; see the data file for what each is."""

    say: Mapping[str, str]
    opens_items: re.Pattern[str]
    chat_lead: re.Pattern[str]
    chat_closer: re.Pattern[str]
    chat: re.Pattern[str]
    casual: re.Pattern[str]
    after_masked_names: re.Pattern[str]
    not_foreign_before: re.Pattern[str]
    past: re.Pattern[str]
    results: re.Pattern[str]
    targets: re.Pattern[str]
    grounds: re.Pattern[str]
    reference_before: re.Pattern[str]
    reference_after: re.Pattern[str]
    planned_after: re.Pattern[str]
    intends_after: re.Pattern[str]
    intentions: re.Pattern[str]
    shifting_years: re.Pattern[str]
    first_half: re.Pattern[str]
    second_half: re.Pattern[str]

    def told(self, key: str, **fields: object) -> str:
        """What people are told: a sentence of the table ``say``, its fields filled in."""
        try:
            return self.say[key].format(**fields)
        except (KeyError, ValueError, IndexError) as error:
            fault = f"say.{key} 缺失或花括号不对。"
            raise DataFileError(name=_FILE.name, fault=fault) from error


@cache
def style_words(path: Path = _FILE) -> StyleWords:
    """The data file, compiled; raises DataFileError where it does not fit."""
    data = read_toml(path)
    try:
        chat, past = data["chat"], data["past"]
        closers = "|".join(f"(?:{closer})" for closer in chat["closers"])
        return StyleWords(
            say=data["say"],
            opens_items=re.compile(data["numbering"]["opens_items"]),
            chat_lead=re.compile(chat["lead"]),
            chat_closer=re.compile(rf"(?:{closers})[。！!]?"),
            chat=re.compile(chat["phrases"]),
            casual=re.compile(data["casual"]["words"]),
            after_masked_names=re.compile(data["markdown"]["after_masked_names"]),
            not_foreign_before=re.compile(data["foreign"]["not_before"]),
            past=re.compile(f"(?:{past['words']})(?!的)"),
            results=re.compile(past["results"]),
            targets=re.compile(past["targets"]),
            grounds=re.compile(past["grounds"]),
            **{name: re.compile(pattern) for name, pattern in data["period"].items()},
        )
    except (KeyError, TypeError, re.error) as error:
        raise DataFileError(name=path.name, fault=f"{error}。") from error

"""What summaries and plans are told of alike: how they were made, and what is wrong with them."""

from collections.abc import Sequence
from typing import Any, Protocol

from bot.wording import tell


class Made(Protocol):
    """A summary or a draft, as far as it tells how it was made."""

    @property
    def notice(self) -> str:
        """Why the writer that was set did not write it."""

    @property
    def prompt(self) -> str | None:
        """The prompt and version, if a model wrote it."""

    @property
    def struck(self) -> tuple[str, ...]:
        """What failed the checks."""


def making_of(made: Made | None) -> dict[str, Any]:
    """How something was made, for scripts and records; empty fields where nothing was."""
    return {
        "notice": made.notice if made else "",
        "prompts": [made.prompt] if made and made.prompt else [],
        "struck": list(made.struck) if made else [],
    }


def fault_words(found: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """Kinds of faults, each with what was found of it; a kind without any is passed over."""
    return [tell(f"evaluate.fault_{name}", what="、".join(what)) for name, what in found if what]


def miss_of(case: str, asked: str, failure: str, faults: Sequence[str]) -> str:
    """What is wrong with a case, for people; one without faults is wrong for being empty."""
    if failure:
        return tell("evaluate.not_made", id=case, question=asked, why=failure)
    told = "；".join(faults or [tell("evaluate.empty")])
    return tell("evaluate.faults", id=case, question=asked, faults=told)

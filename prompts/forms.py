"""The forms of what is filled into prompts, from ``forms.toml``: passages, faults, earlier turns.

What is filled in is material: it is made harmless here, so that no text can close a fence.
"""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from prompts.errors import PromptInvalid

_FILE = Path(__file__).parent / "forms.toml"
_FENCING = str.maketrans({"<": "＜", ">": "＞"})
_IN_ATTRIBUTE = str.maketrans({'"': "”", "\n": " ", "\r": " ", "\t": " "})


def passage_form(n: int, bureau: str, period: str, headings: Sequence[str], text: str) -> str:
    """A passage as the model is given it; an unknown bureau or period is an empty text."""
    forms = _forms()
    return _filled(
        "passage",
        n=str(n),
        bureau=_attribute(bureau or forms["unknown"]),
        period=_attribute(period or forms["unknown"]),
        section=_attribute(forms["between_headings"].join(headings)),
        text=harmless(text),
    )


def fault_form(statement: str, kind: str, words: str) -> str:
    """A fault of a draft, on one line."""
    return _filled("fault", statement=_line(statement), kind=kind, words=_line(words))


def turn_form(question: str) -> str:
    """An earlier question of the conversation, on one line."""
    return _filled("turn", question=_line(question))


def harmless(text: str) -> str:
    """The text without a sign that could open or close a fence: ``<`` and ``>`` made full-width."""
    return text.translate(_FENCING)


def _attribute(text: str) -> str:
    return harmless(text).translate(_IN_ATTRIBUTE)


def _line(text: str) -> str:
    return " ".join(harmless(text).split())


def _filled(form: str, **fields: str) -> str:
    try:
        return _forms()[form].format(**fields)
    except (KeyError, IndexError, ValueError) as error:
        raise PromptInvalid(_FILE.name, "form_wrong", form=form) from error


@cache
def _forms() -> dict[str, str]:
    return {key: str(form) for key, form in tomllib.loads(_FILE.read_text("utf-8")).items()}

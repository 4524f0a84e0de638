"""What is filled into prompts, in the forms of ``forms.toml``: passages, statements, faults, turns.

``<`` and ``>`` in it are replaced, so that no text can close a fence.
"""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from prompts.loading import PromptInvalid

_FILE = Path(__file__).parent / "forms.toml"
_FENCING = str.maketrans({"<": "＜", ">": "＞"})
_IN_ATTRIBUTE = str.maketrans({'"': "”", "\n": " ", "\r": " ", "\t": " "})


def passage_form(n: int, bureau: str, period: str, headings: Sequence[str], text: str) -> str:
    """A passage as the model reads it; pass an empty text for an unknown bureau or period."""
    forms = _forms()
    return _fill(
        "passage",
        n=str(n),
        bureau=_attribute(bureau or forms["unknown"]),
        period=_attribute(period or forms["unknown"]),
        section=_attribute(forms["between_headings"].join(headings)),
        text=harmless(text),
    )


def statement_form(n: int, text: str) -> str:
    """What a figure of a passage states, on one line behind the passage."""
    return _fill("statement", n=str(n), text=_line(text))


def fault_form(statement: str, kind: str, words: str, passages: Sequence[int] = ()) -> str:
    """A statement of a draft with what is wrong with it and what to do, on one line.

    ``kind`` names the fault, ``passages`` are those that state the words.
    """
    marks = "".join(_fill("mark", n=str(n)) for n in passages)
    form = "fault_held" if marks else "fault"
    wrong = _fill(f"wrong_{kind}")
    return _fill(form, statement=_line(statement), wrong=wrong, words=_line(words), marks=marks)


def turn_form(question: str) -> str:
    """An earlier question of the conversation, on one line."""
    return _fill("turn", question=_line(question))


def harmless(text: str) -> str:
    """The text with ``<`` and ``>`` made full-width, so that it cannot open or close a fence."""
    return text.translate(_FENCING)


def _attribute(text: str) -> str:
    return harmless(text).translate(_IN_ATTRIBUTE)


def _line(text: str) -> str:
    return " ".join(harmless(text).split())


def _fill(form: str, **fields: str) -> str:
    try:
        return _forms()[form].format(**fields)
    except (KeyError, IndexError, ValueError) as error:
        raise PromptInvalid(_FILE.name, "form_wrong", form=form) from error


@cache
def _forms() -> dict[str, str]:
    return {key: str(form) for key, form in tomllib.loads(_FILE.read_text("utf-8")).items()}

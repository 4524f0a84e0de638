"""What can be wrong with a prompt; sentences in ``errors.toml``.

A ValueError, since ``prompts`` knows nobody above or beside it: who loads the prompts makes it
an error of the assistant's own tree, with ``str(error)`` as its sentence.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "errors.toml"


@cache
def _wording() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


class PromptInvalid(ValueError):
    """A prompt file, or a choice of one, does not fit; ``str(error)`` is one Chinese line."""

    def __init__(self, place: str, fault: str, **fields: object) -> None:
        told = _wording()["faults"][fault].format(**fields)
        super().__init__(_wording()["PromptInvalid"].format(place=place, fault=told))

"""A piece of what a model writes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delta:
    """Some more text; ``finish`` is why the model stopped, empty while it goes on."""

    text: str
    finish: str = ""

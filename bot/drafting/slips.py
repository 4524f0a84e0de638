"""Names of the field that a report misspells, where a plan takes them over: 公平称 for 公平秤."""

from collections.abc import Iterator

from bot.proofreading.vocabulary import field_names


def find_slips(text: str) -> Iterator[tuple[str, str]]:
    """The names that are surely misspelt in a text, each with the right one."""
    for slip in field_names().slips:
        wrong = max((w for w in slip.wrong if w in text), key=len, default="")
        if wrong and slip.certain and slip.right not in text:
            yield wrong, slip.right

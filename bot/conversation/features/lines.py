"""Many lines as few blocks, each within what a message holds."""

from collections.abc import Sequence

from bot.telegram.rendering import units

_A_BLOCK = 3500


def blocks_of(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines of HTML, each whole in itself, joined into blocks in order."""
    blocks: list[str] = []
    for line in lines:
        if blocks and units(blocks[-1]) + 1 + units(line) <= _A_BLOCK:
            blocks[-1] += "\n" + line
        else:
            blocks.append(line)
    return tuple(blocks)


def numbers_in(data: str) -> tuple[int, ...] | None:
    """The numbers of a button's data (``3:2023:1``); None where anything else stands there."""
    parts = data.split(":")
    if not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in parts):
        return None
    return tuple(map(int, parts))

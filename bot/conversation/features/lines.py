"""What stands in a button's data."""


def numbers_in(data: str) -> tuple[int, ...] | None:
    """The numbers of a button's data (``3:2023:1``); None where anything else stands there."""
    parts = data.split(":")
    if not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in parts):
        return None
    return tuple(map(int, parts))

"""Names of files as people send them, made into names that are safe to write."""

import re
import unicodedata
from pathlib import PurePosixPath

_LONGEST_BYTES = 150  # file systems hold 255; a number and a marker of our own may be added
_LONGEST_SUFFIX = 12
_NAMELESS = "report.txt"
# Masks and question marks are not for file names everywhere; their wide forms are, and still tell
# a mask.
_WIDE = str.maketrans('*?:"<>|', "＊？：”＜＞｜")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)\d)(?:\.|$)|manifest\.csv$", re.IGNORECASE)


def safe_name(told: str) -> str:
    """The last part of a told path as a file name: never hidden, reserved, empty or too long."""
    text = unicodedata.normalize("NFC", told.encode("utf-8", "ignore").decode())
    last = next((p for p in reversed(re.split(r"[/\\]", text)) if p.strip(" .")), "")
    shown = "".join(c for c in last.translate(_WIDE) if _is_shown(c))
    bare = re.sub(r"\s+", " ", shown).strip(" .").lstrip("~$. ")
    if _RESERVED.match(bare):
        bare = f"_{bare}"
    return _shortened(bare) or _NAMELESS


def numbered(name: str, number: int) -> str:
    """A name's ``number``-th variant: 总结.txt, 总结（2）.txt."""
    if number < 2:
        return name
    path = PurePosixPath(name)
    return f"{path.stem}（{number}）{path.suffix}"


def _is_shown(character: str) -> bool:
    """Neither a control nor a mark that turns the direction of what follows."""
    return unicodedata.category(character)[0] != "C" or character in "\t\n"


def _shortened(name: str) -> str:
    if len(name.encode()) <= _LONGEST_BYTES:
        return name
    suffix = PurePosixPath(name).suffix
    if len(suffix) > _LONGEST_SUFFIX:
        suffix = ""
    stem = name.removesuffix(suffix).encode()[: _LONGEST_BYTES - len(suffix.encode())]
    return stem.decode("utf-8", "ignore").rstrip(" .") + suffix

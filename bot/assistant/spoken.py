"""What people say in the office's plain words: dialect and everyday forms, exclamations. Pure.

A message is read in these words alone, so that every list of phrases holds but one form of each;
the words are in ``data/spoken.toml``.
"""

from functools import cache
from pathlib import Path

from knowledge.vocabulary import Pattern, Vocabulary, at, load_vocabulary

_LONGEST = 1000
_FILE = Path(__file__).parent.parent / "data" / "spoken.toml"


class SpokenWords(Vocabulary):
    """Wordings by what they are in plain words, and those that say nothing; see the data file."""

    dropped: Pattern = at("dropped.words")
    passage: Pattern = at("passage.sent")
    plain: dict[str, Pattern]


@cache
def spoken_words(path: Path = _FILE) -> SpokenWords:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(SpokenWords, path)


def plain_words(message: str) -> str:
    """A message in plain words; one that consists of them, or is no question, is the same."""
    if len(message) > _LONGEST or passage_sent(message)[0]:
        return message
    words = spoken_words()
    for meant, said in words.plain.items():
        message = said.sub(meant, message)
    return words.dropped.sub("", message)


def passage_sent(message: str) -> tuple[str, str]:
    """The passage that a message sends to have it checked, and whose it is; empty of others."""
    sent = spoken_words().passage.fullmatch(message.strip())
    said = sent.groupdict() if sent else {}
    whose = said.pop("whose", "") or ""
    return next(filter(None, said.values()), ""), whose

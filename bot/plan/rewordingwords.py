"""The words that a rewording may add, and what is said of it, from ``data/rewording.toml``."""

from functools import cache, cached_property
from pathlib import Path

from bot.plan.words import plan_words
from knowledge.vocabulary import Vocabulary, Words, at, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "rewording.toml"
_SHORTEST = 2


class RewordingWords(Vocabulary):
    """What a rewording may add, and the templates ``kept``, ``instead``; see the file."""

    links: Words
    manners: Words
    broad: Words = at("plain")
    particles: str
    negations: str
    untitled: str
    kept: str
    kept_whole: str
    instead: str
    struck: str

    @cached_property
    def plain(self) -> Words:
        """The words that anybody may add, the longest first."""
        verbs = [verb for verb in plan_words().verbs if len(verb) >= _SHORTEST]
        words = {*self.links, *self.manners, *self.broad, *verbs}
        return tuple(sorted(words, key=lambda word: (-len(word), word)))


@cache
def rewording_words(path: Path = _FILE) -> RewordingWords:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(RewordingWords, path)

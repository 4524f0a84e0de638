"""The terms that texts are cut into: characters and pairs for search, words of the dictionary."""

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate
from operator import add

_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z]+|\d+(?:\.\d+)?")
# Folding changes no term where there is nothing but these, and it takes a third of the time.
_PLAIN = re.compile(r"[\u3400-\u9fff\x00-\x7f\u3000-\u3002，；：！？（）“”‘’《》—…％·]*")
# What NFKC does to a text of nothing but these, to replace the wide forms does seven times faster.
_COMMON = re.compile(r"[\u4e00-\u9fff\x00-\x7f\u3001-\u3011\uff01-\uff5e“”‘’—·×]*")
_WIDE = re.compile("[\uff01-\uff5e]")
_WIDE_BY = ord("！") - ord("!")


def normalise(text: str) -> str:
    """Full-width forms folded and letters made small; the length may change."""
    if not _COMMON.fullmatch(text):
        return unicodedata.normalize("NFKC", text).lower()
    for wide in set(_WIDE.findall(text)):
        text = text.replace(wide, chr(ord(wide) - _WIDE_BY))
    return text.lower()


def is_chinese(term: str) -> bool:
    """Whether a term begins with a Chinese character."""
    return "\u3400" <= term[0] <= "\u9fff"


@lru_cache(maxsize=256)  # a report's passages are cut twice: to be embedded and to be indexed
def tokens_of(text: str) -> tuple[str, ...]:
    """The terms of a text in order: each Chinese character, each pair, each word or number."""
    tokens: list[str] = []
    folded = text.lower() if _PLAIN.fullmatch(text) else normalise(text)
    for run in _RUN.findall(folded):
        if not is_chinese(run):
            tokens.append(run)
            continue
        tokens.extend(run)
        tokens.extend(map(add, run, run[1:]))
    return tuple(tokens)


def cut_words(text: str, *, guess: bool = True) -> list[str]:
    """The words of a text as the dictionary has them; ``guess`` joins characters that it has not.

    Together they are the text.
    """
    import rjieba  # noqa: PLC0415 - a tenth of a second to import, and few commands need it

    return rjieba.cut(text, hmm=guess)


@lru_cache(maxsize=1024)
def word_bounds(text: str) -> frozenset[int]:
    """The places of a text where a word of the dictionary begins or ends."""
    lengths = (len(word) for word in cut_words(text, guess=False))
    return frozenset(accumulate(lengths, initial=0))


def tag_words(text: str, *, guess: bool = True) -> list[tuple[str, str]]:
    """The same, each word with its part of speech."""
    import rjieba  # noqa: PLC0415 - as above

    return rjieba.tag(text, hmm=guess)

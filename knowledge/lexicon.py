"""Terms for lexical search: single characters and pairs of Chinese, whole words of the rest."""

import re
import unicodedata

_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z]+|\d+")


def normalised(text: str) -> str:
    """Full-width forms folded and letters made small; the length may change."""
    return unicodedata.normalize("NFKC", text).lower()


def tokens_of(text: str) -> list[str]:
    """The terms of a text in order: each Chinese character, each pair, each word or number."""
    tokens: list[str] = []
    for run in _RUN.findall(normalised(text)):
        if run[0] < "\u3400":
            tokens.append(run)
            continue
        tokens.extend(run)
        tokens.extend(run[i : i + 2] for i in range(len(run) - 1))
    return tokens

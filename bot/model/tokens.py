"""Tokens as they are estimated without any model's own table, and as an endpoint counts them."""

import json
import logging
import math
from collections.abc import Mapping
from pathlib import Path

_CHINESE, _LATIN = 1.4, 0.5
_LEAST = 0.55 / _CHINESE
"""Of what is estimated, the least that any tokenizer in use takes."""
_MARGIN = 1.1  # texts differ in how many digits and rare words they have
_SHORTEST = 400
"""Estimated tokens of a prompt that tells anything of those of others."""
_log = logging.getLogger("bot.model")


def token_count(text: str) -> int:
    """An upper estimate of a text's tokens, without any model's own table.

    Tokenizers differ and their tables would have to be downloaded. Of those in use, cl100k_base
    takes most for Chinese, about 1.3 a character in running text; newer ones 0.55 to 0.8. Latin
    text and digits take no more than one for two characters.
    """
    latin = sum(character < "\u0080" for character in text)
    return math.ceil(latin * _LATIN + (len(text) - latin) * _CHINESE)


class TokenGauge:
    """How many tokens an endpoint counts for one of ``token_count``, learnt from its ``usage``.

    What was learnt of an ``endpoint`` (its address and model) is kept in ``file``, if one is
    given; one that cannot be read or written is done without.
    """

    def __init__(self, endpoint: str = "", file: Path | None = None) -> None:
        self._endpoint = endpoint
        self._file = file
        self._most = self._read_rates().get(endpoint, 0.0)

    @property
    def rate(self) -> float:
        """Tokens for one estimated, never less than is safe; 1 where nothing was learnt."""
        return min(1.0, max(_LEAST, self._most) * _MARGIN) if self._most else 1.0

    def learn(self, estimated: int, counted: int) -> None:
        """Take in how many tokens a prompt had; the most that any had for its size counts."""
        rate = counted / max(1, estimated)
        if estimated < _SHORTEST or rate < _LEAST / 2 or rate <= self._most:
            return  # a count far too low leaves out what the endpoint had kept from before
        self._most = min(1.0, rate)
        self._keep()

    def _read_rates(self) -> Mapping[str, float]:
        if self._file is None:
            return {}
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        rates = kept.items() if isinstance(kept, dict) else ()
        return {name: r for name, r in rates if isinstance(r, float) and 0 < r <= 1}

    def _keep(self) -> None:
        if self._file is None:
            return
        kept = {**self._read_rates(), self._endpoint: round(self._most, 4)}
        scratch = self._file.with_suffix(".tmp")
        try:
            scratch.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
            scratch.replace(self._file)
        except OSError as error:
            _log.info("tokens: %s", type(error).__name__)

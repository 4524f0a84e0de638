"""Which of many phrases stand in a text, found without looking for each of them."""

from collections.abc import Iterable


class PhraseIndex:
    """Phrases by how they begin; those shorter than ``length`` characters are left out."""

    def __init__(self, phrases: Iterable[str], length: int) -> None:
        self._length = length
        self._by_beginning: dict[str, list[str]] = {}
        for phrase in dict.fromkeys(phrases):
            if len(phrase) >= length:
                self._by_beginning.setdefault(phrase[:length], []).append(phrase)

    def find(self, text: str) -> list[str]:
        """The phrases that stand in a text, in the order in which they first do."""
        found: dict[str, None] = {}
        for at in range(len(text) - self._length + 1):
            for phrase in self._by_beginning.get(text[at : at + self._length], ()):
                if text.startswith(phrase, at):
                    found[phrase] = None
        return list(found)

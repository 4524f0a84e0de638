"""What a model wrote, made readable: its thinking and tokens left out, its marks written [n].

The wordings are in ``data/drafts.toml``.
"""

import re
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

from knowledge.vocabulary import Vocabulary, Words, any_of, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "drafts.toml"
_OPENS, _CLOSES = r"[\[［【(（〔]", r"[\]］】)）〕]"
_NUMBER = re.compile(r"\d{1,3}(?:\s?[-–~～]\s?\d{1,3})?")
_LIST = r"\d{1,3}(?:\s?[,，、;；\-–~～]\s?\d{1,3})*"
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SUPERSCRIPT = re.compile(r"(?<![A-Za-z0-9⁰¹²³⁴⁵⁶⁷⁸⁹])[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}")
_CIRCLED = re.compile(r"(?<=\S)[①-⑳](?=\s*(?:[。；;，,！？!?\n①-⑳]|\Z))")
_TAGGED = re.compile(rf"<(\w+)>\s*[\[(（]?\s*({_LIST})\s*[\])）]?\s*</\1>")
_NESTED = re.compile(rf"〔({_LIST})〕|\\?\[\\?\[\s?({_LIST})\s?\\?\]\\?\]|\\\[\s?({_LIST})\s?\\?\]")
_LINKED = re.compile(rf"(\[\^?{_LIST}\])\((?:#|https?:)[^()\s]*\)")
_ROUND = re.compile(
    rf"(?<=[^\s\d：:、，])[ ]?[（(]({_LIST})[)）](?=\s*(?:[。；;，,！？!?\n（(]|\.(?!\d)|\Z))"
)
_COPIED = re.compile(
    r"(?<![^\n>])<(passage|statement)\b[^<>\d]*(\d{1,3})?[^<>]*>(.*?)"
    r"(?:</\1>|(?<![^\n>])(?=<(?:passage|statement)\b)|\Z)",
    re.DOTALL,
)
_ECHOED = re.compile(r"(?<![^\n>])<(draft|faults)\b[^<>]*>.*?(?:</\1>|\Z)", re.DOTALL)
_FENCES = re.compile(
    r"(?:(?<![^\n>])<|</)(?:passage|statement|material|draft|faults)\b[^<>]*(?:>|\Z)"
)
_UNMARKED_END = re.compile(r"(?<=[^\s\]】。！？!?])(?=[。！？!?]|\s*\n|\s*\Z)")
_QUOTED = re.compile(rf"`(\[{_LIST}\])`")
_MARK = re.compile(rf"[\[［【]\s?{_LIST}\s?[\]］】]")
_IGNORING_CASE = any_of(flags=re.IGNORECASE)


class _DraftWords(Vocabulary):
    thinking: tuple[Words, ...]
    ends: Annotated[re.Pattern[str], _IGNORING_CASE]
    tokens: Annotated[re.Pattern[str], _IGNORING_CASE]
    openings: Annotated[re.Pattern[str], any_of(r"\A[*\s]*(?:", r")[*]*[:：][*]*\s*")]
    labels: Words

    @cached_property
    def thoughts(self) -> tuple[re.Pattern[str], ...]:
        """For each way to mark thinking, its stretches; an end without a start ends one, too."""
        flags = re.IGNORECASE | re.DOTALL
        inside = [
            re.compile(f"(?:{opens}).*?(?:{closes}|\\Z)", flags) for opens, closes in self.thinking
        ]
        ends = "|".join(closes for _, closes in self.thinking if "(?=" not in closes)
        return (*inside, re.compile(rf"\A.*(?:{ends})", flags))

    @cached_property
    def labelled(self) -> re.Pattern[str]:
        """A mark with a word at its number."""
        label = rf"(?:(?:{'|'.join(self.labels)})\s?[:：=]?\s?[\"“]?)"
        number = rf"{label}*{_LIST}[\"”]?\s?[条段号]?"
        more = rf"(?:\s?[,，、;；]\s?{number})*"
        return re.compile(
            rf"{_OPENS}\s?(?:{label}+{_LIST}[\"”]?\s?[条段号]?{more}|{_LIST}†[^\]］】\n]{{0,30}})"
            rf"\s?{_CLOSES}",
            re.IGNORECASE,
        )

    @cached_property
    def source_line(self) -> re.Pattern[str]:
        """A line of marks alone behind a sentence, with a word before them."""
        label = rf"[（(*\-> ]*(?:{'|'.join(self.labels)})[*]*[:：][*]*"
        marks = rf"(?:{_MARK.pattern}[、，, ]*)+"
        return re.compile(
            rf"(?<=[^\]］】\s][。！？])\s*\n\s*{label}\s*"
            rf"({marks})[）)。]?[ \t]*(?=\n|\Z)",
            re.IGNORECASE,
        )


@cache
def _words() -> _DraftWords:
    return load_vocabulary(_DraftWords, _FILE)


def strip_thinking(text: str) -> str:
    """The text without what a reasoning model thought aloud, closed or not, and without tokens."""
    words = _words()
    for thought in words.thoughts:
        text = thought.sub("", text)
    if end := words.ends.search(text):
        text = text[: end.start()]
    return words.tokens.sub("", text).lstrip()


def read_draft(written: str) -> str:
    """The text that a model wrote, without its thinking, each mark of a passage written ``[n]``.

    Numbers in round brackets, in circles and small ones are marks only where it writes no others.
    Passages that it copies with their tags are sentences that cite them; a draft and faults that
    it copies are left out, if it writes anything else. All of a prompt copied is no text.
    """
    words, text = _words(), strip_thinking(written)
    if (rest := _ECHOED.sub("", text)).strip():
        text = "" if rest != text and _COPIED.search(rest) else rest
    text = _FENCES.sub("", _COPIED.sub(_as_cited, text)).lstrip()
    text = _LINKED.sub(r"\1", text)
    text = _NESTED.sub(lambda m: f"[{m[1] or m[2] or m[3]}]", text)
    text = _TAGGED.sub(r"[\2]", text)
    text = _QUOTED.sub(r"\1", words.openings.sub("", text))
    text = words.labelled.sub(lambda m: _mark(m[0]), text)
    if not _MARK.search(text):
        text = _SUPERSCRIPT.sub(lambda m: f"[{m[0].translate(_SUPERSCRIPTS)}]", text)
        text = _CIRCLED.sub(lambda m: f"[{ord(m[0]) - ord('①') + 1}]", _ROUND.sub(r"[\1]", text))
    return words.source_line.sub(r"\n\1", text)


def _as_cited(copied: re.Match[str]) -> str:
    """The text of a copied passage, each sentence marked with its number."""
    return _UNMARKED_END.sub(f"[{copied[2]}]" if copied[2] else "", copied[3])


def _mark(written: str) -> str:
    """A mark with words in it as ``[1, 2]``."""
    return f"[{', '.join(_NUMBER.findall(written.partition('†')[0]))}]"

"""Messages that say only how: talk, and changes of what was told, read from their phrases. Pure.

The phrases are in ``data/phrases.toml``. Their order does not matter: a message is one of these
where it consists of such phrases alone, so that a question, which names something, is none.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from knowledge.lexicon import cut_words
from knowledge.understanding.mentions import chinese_value
from knowledge.vocabulary import LongestFirst, Pattern, Vocabulary, Words, at, load_vocabulary

_FILE = Path(__file__).parent.parent / "data" / "phrases.toml"
ACTS = frozenset({"act", "write", "make", "draw", "tell", "sum", "list", "fetch"})
"""What phrases want done: to write, to say, to find."""
_OF_MASKS = frozenset({"masks", "why", "figures", "amount"})
_TALK_OF = (
    (frozenset({"masks", "why"}), _OF_MASKS, "masks"),
    (
        frozenset({"able", "evidence"}),
        frozenset({"able", "evidence", "figures", "counts"}),
        "honest",
    ),
    (frozenset({"upload"}), frozenset({"upload", "agreed", "able", "mine"}), "upload"),
    (frozenset({"able"}), ACTS | {"able", "gist", "hello", "learning"}, "able"),
    (frozenset({"mine"}), frozenset({"polish", "evidence"}), "polish"),
    (frozenset({"marks"}), ACTS | {"refused", "remove"}, "marks"),
    (frozenset({"layout"}), ACTS | {"figures", "table", "gist", "degree", "why"}, "layout"),
    (frozenset({"style"}), ACTS | {"degree", "again", "gist", "audience", "genre"}, "style"),
)
"""Talk that takes words of its own, those that may stand beside them, and what it is called."""
_COUNTED = re.compile("[两二三四五六七八九十]")
_WORDS = re.compile(r"\w+")
_BUREAUS = re.compile("家|局|单位")
_DIGITS = re.compile(r"[\d一二两三四五六七八九十百千零]")
_PAIR, _SEVERAL = 2, 3
_ASKING = re.compile("谁|哪|多少|几")
_STOPS = "，,。？?！! "


class PhraseWords(Vocabulary):
    """The phrases by what they say; see the data file."""

    content: Words
    filler: Words
    talk: dict[str, Words]
    store: dict[str, Words]
    change: dict[str, Words]
    request: dict[str, Words]
    kept: dict[str, Words]
    around: dict[str, Words]
    shapes: dict[str, Pattern]
    turning: dict[str, Pattern]
    patterns: dict[str, Pattern]
    asking: Pattern = at("remarks.asking")
    of_reports: Pattern = at("remarks.of_reports")
    remark: Pattern = at("remarks.words")
    before: Pattern = at("follow.before")
    after: Pattern = at("follow.after")
    echo: Pattern = at("follow.echo")
    whether: Pattern = at("follow.whether")
    pointing: LongestFirst = at("follow.pointing")
    same: LongestFirst = at("follow.same")
    one: LongestFirst = at("pronouns.one")
    several: LongestFirst = at("pronouns.several")
    joining: LongestFirst = at("beside.joining")
    comparing: Pattern = at("beside.comparing")


@cache
def phrase_words(path: Path = _FILE) -> PhraseWords:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(PhraseWords, path)


@dataclass(frozen=True, slots=True)
class Phrases:
    """What the phrases of a message say, in their order, fillers left out."""

    says: tuple[str, ...]

    def has(self, *names: str) -> bool:
        """Whether some phrase says one of these."""
        return any(name in self.says for name in names)

    def without(self, *names: str) -> "Phrases":
        """The same without some."""
        return Phrases(tuple(name for name in self.says if name not in names))


class PhraseTable:
    """Phrases by what they say: words as they stand, those named first before others, and patterns.

    A pattern counts where it is longer than every word.
    """

    def __init__(
        self, words: Mapping[str, Sequence[str]], patterns: Sequence[tuple[str, re.Pattern[str]]]
    ) -> None:
        self._says = {word: name for name in reversed([*words]) for word in words[name]}
        self._lengths = sorted(set(map(len, self._says)), reverse=True)
        self._patterns = patterns

    def find(self, text: str, start: int) -> Iterator[tuple[str, int]]:
        """What the phrases at a place say and where they end, the longest first."""
        found = {
            start + length: self._says[word]
            for length in self._lengths
            if len(word := text[start : start + length]) == length and word in self._says
        }
        for name, pattern in self._patterns:
            if (match := pattern.match(text, start)) and match.end() > start:
                found.setdefault(match.end(), name)
        return ((found[end], end) for end in sorted(found, reverse=True))


@cache
def _table() -> PhraseTable:
    words = phrase_words()
    meanings = {"": words.content, **words.talk, **words.change, **words.request}
    rest = {name: words.around[name] for name in ("measure", "courtesy", "frame")}
    return PhraseTable(
        {**meanings, "filler": words.filler, **rest},
        [
            *words.shapes.items(),
            *words.turning.items(),
            *((n, words.patterns[n]) for n in PATTERNS),
        ],
    )


PATTERNS = ("able", "length", "pair", "amount", "source", "items", "audience")
_SAYS_NOTHING = frozenset({"filler", "measure", "courtesy", "frame", "about"})


class Phrase(NamedTuple):
    """A phrase of a text, by what it says and where it stands."""

    says: str
    start: int
    end: int


def cut_text(text: str, table: PhraseTable | None = None) -> list[Phrase] | None:
    """A text without stops as its phrases, the longest at each place; None where more is said."""
    found, position, lowered = list[Phrase](), 0, text.lower()
    table = table or _table()
    while position < len(lowered):
        says, end = next(table.find(lowered, position), ("", 0))
        if not says:
            return None
        found.append(Phrase(says, position, end))
        position = end
    return found


def cut_phrases(text: str) -> Phrases | None:
    """What the phrases of a text without stops say; None where more is said.

    No more is said by an empty text.
    """
    cut = cut_text(text)
    if cut is None:
        return None
    return Phrases(tuple(one.says for one in cut if one.says not in _SAYS_NOTHING))


def cut_loosely(text: str) -> tuple[Phrases, list[str]]:
    """What the phrases anywhere in a text say, and the words that no phrase holds.

    They begin and end where words do, one or several in a row.
    """
    says, left = list[str](), list[str]()
    for clause in _WORDS.findall(text.lower()):
        ends = [*accumulate(map(len, cut_words(clause)))]
        position = 0
        while position < len(clause):
            run = _run_to(clause, position, ends)
            end = run[-1].end if run else next(end for end in ends if end > position)
            says += (phrase.says for phrase in run)
            left += [] if run else [clause[position:end]]
            position = end
    return Phrases(tuple(one for one in says if one not in _SAYS_NOTHING)), left


def _run_to(text: str, start: int, ends: Collection[int]) -> list[Phrase]:
    """The phrases from a place to the end of a word, the longest first; none where none fit."""
    for says, end in _table().find(text, start):
        further = [] if end in ends else _run_to(text, end, ends)
        if says and (end in ends or further):
            return [Phrase(says, start, end), *further]
    return []


def read_talk(phrases: Phrases) -> str:
    """Which talk a message is; empty where it is none, as a question why without more is."""
    says, talk = set(phrases.says), phrase_words().talk
    for needed, besides, name in _TALK_OF:
        if needed <= says <= needed | besides:
            return name
    if not says <= set(talk) or phrases.has("masks"):
        return ""
    return next((name for name in talk if name not in _OF_MASKS and phrases.has(name)), "")


@cache
def _table_of_store() -> PhraseTable:
    words = phrase_words()
    around = {"filler": words.filler, "courtesy": words.around["courtesy"]}
    return PhraseTable({**words.store, **around}, [("courtesy", words.shapes["courtesy"])])


def read_store(text: str) -> str:
    """Which question about the store a text without stops is; empty where it is none.

    It asks what there is (list), how new that is (newest), or since when it is there (loaded).
    """
    said = [phrase.says for phrase in cut_text(text, _table_of_store()) or ()]
    asks, things = {"which", "copies", "when"} & {*said}, said.count("thing")
    things += said.count("loose") if {"place", "have"} & {*said} else 0
    if not asks or not (things or "place" in said):
        return ""
    if "when" in said:
        several = things and "copies" in said and "newest" not in said
        return "loaded" if "loaded" in said else "list" if several else "newest"
    if "newest" in said:
        return "newest"
    here = {"place", "have", "copies"} & {*said} or things > 1
    return "list" if here and things and "loaded" not in said else ""


def read_change(phrases: Phrases) -> str:
    """How a message wants what was told changed; empty where it does not say."""
    has = phrases.has
    refused = has("refused") and "figures" in phrases.says[phrases.says.index("refused") :]
    shown = has("table", "join", "compare", "paragraph", *ACTS)
    tabled = has("table", "chart", "pie")
    doubted = has("evidence", "source") and has("amount")
    readings = {
        "mended": has("mended"),
        "disclosed": (has("refused", "remove") and has("masks"))
        or (has("existing") and has("keep", "only", *ACTS)),
        "rest": has("more") and not has("refused", "only", "remove", "why", "pair"),
        "quotes": has("quotes") and not has("evidence"),  # 在原文哪一段
        "shorter": has("each_bureau"),
        "again": has("again") and not has("word", "file"),
        "document": (has("word", "save") or (has("file") and has(*ACTS)))
        and not (has("amount") and not has("word", "file")),
        "figures": (has("counts") and not (has("table") and has("pair")))
        or {"figures"} <= set(phrases.says) <= {"figures", "able"}
        or (
            not (has("table") or refused or doubted)
            and (has("prose") or (has("figures") and has("only", "amount", "make")))
        ),
        "targets": has("targets"),
        "tasks": has("tasks"),
        "transposed": has("transpose"),
        "blanks": has("blanks"),
        "sorted": has("sort"),
        "borrowed": has("borrowed"),
        "evidence": has("evidence", "source", "masks") or (has("claim") and has("amount")),
        "plain": has("back") or (has("refused") and tabled and not has("paragraph")),
        "": has("total", "amount"),
        "together": has("pair") and shown and not has("gist"),
        "shares": has("pie"),
        "chart": has("chart"),
        "table": has("table") and not has("refused"),
        "paragraph": has("paragraph"),
    }
    name = next((name for name, holds in readings.items() if holds), None)
    return _read_size(phrases) if name is None else name


def _read_size(phrases: Phrases) -> str:
    """Shorter or longer: 短一点, 太长了; a bare 多 or 少 asks something else."""
    if phrases.has("gist"):
        return "shorter" if phrases.has("only", "keep", *ACTS) else ""
    said = (*phrases.says, "")
    for name, complained in (("longer", "thin"), ("shorter", "wordy")):
        if name not in said and complained in said:  # 太空了, 干巴了点
            return name
    told = [
        (name, said[n - 1] == "too", said[n + 1] == "degree" or name.endswith("er"))
        for n, name in enumerate(phrases.says)
        if name.removesuffix("er") in ("short", "long")
    ]
    for name, too, outright in sorted(told, key=lambda one: (one[1], not one[2])):
        if too:
            return "longer" if name.startswith("short") else "shorter"
        if outright or len(told) > 1 or phrases.has("too", "degree"):
            return f"{name.removesuffix('er')}er"
    return ""


def asks_total(phrases: Phrases) -> bool:
    """Whether a message asks for the sum of what was told, and no more: 加起来多少家."""
    return phrases.has("total") and set(phrases.says) <= {"total", "amount", "pair", "figures"}


def cut_reference(text: str) -> tuple[str, bool]:
    """What a message asks without the words that only point to the one before; if it has some.

    Nothing is left of one that only asks whether it is so of what it names: 区局没写吗.
    """
    words, core = phrase_words(), text.strip()
    points = core.startswith(words.pointing) or any(word in core for word in words.same)
    while match := _edges()["behind"].search(core):
        core, points = core[: match.start()].rstrip(), points or bool(match["echo"])
    while match := _edges()["before"].match(core):
        core, points = core[match.end() :].lstrip(), True
    core = core.strip("的，, ")
    return ("", True) if _edges()["whether"].fullmatch(core) else (core, points)


@cache
def _edges() -> dict[str, re.Pattern[str]]:
    """The words that point, where they stand: before what is asked, behind it, or alone."""
    words = phrase_words()
    echo, after, whether = (one.pattern for one in (words.echo, words.after, words.whether))
    edges = {
        "before": f"(?:{words.before.pattern})(?!一?份)",
        "behind": f"(?:(?P<echo>{echo})|{after})$",
        "whether": f"(?:{whether}|{after})+",
        "comparing": f"^(?:{words.comparing.pattern})+|(?:{words.comparing.pattern})+$",
    }
    return {name: re.compile(pattern) for name, pattern in edges.items()}


def number_meant(text: str) -> tuple[int, bool]:
    """How many things told before are meant, 0 where none are, and if they are bureaus: 三家."""
    pair = phrase_words().patterns["pair"].search(text)
    counted = _COUNTED.search(pair[0]) if pair else None
    if pair is None or counted is None:
        return 0, False
    return int(chinese_value(counted[0]) or _PAIR), bool(_BUREAUS.search(pair[0]))


def items_meant(text: str) -> slice | None:
    """Which of the things that were listed are meant: 第二条, 前两条, 最后一条; None for none."""
    bare = "".join(_WORDS.findall(text))
    found = phrase_words().patterns["ordinal"].match(bare)
    if not found or cut_phrases(bare[found.end() :]) is None:
        return None
    named = {name: number_in(words) for name, words in found.groupdict().items() if words}
    if "n" in named:
        return slice(named["n"] - 1, named["n"])
    return slice(named["first"]) if "first" in named else slice(-named["last"], None)


def item_meant(text: str) -> int:
    """Which one thing a message asks of: 2 for 第二条展开说说, 0 for none, -1 for the last."""
    meant = items_meant(text)
    if meant is None or meant.start is None:
        return 0
    start = int(meant.start)
    return start if start < 0 else start + 1


def number_in(words: str) -> int:
    """What 300, 三百 or 两条 is; a few for 几."""
    digits = "".join(_DIGITS.findall(words))
    value = (
        int(digits) if digits.isdecimal() else chinese_value(digits) or chinese_value(digits[-1:])
    )
    return int(value or _SEVERAL)


def beside_what(text: str) -> str:
    """What a message begins to compare with: 区局的短板 of 跟区局的短板; empty of others."""
    joining = next((word for word in phrase_words().joining if text.startswith(word)), "")
    return text.removeprefix(joining) if joining else ""


def without_comparing(text: str) -> str:
    """What is compared in words that say it is: 短板 of 的短板有重样的吗."""
    bare = text.strip(_STOPS)
    if _ASKING.search(bare):
        return bare.removeprefix("的").removeprefix("比")
    return _edges()["comparing"].sub("", bare).strip(_STOPS)

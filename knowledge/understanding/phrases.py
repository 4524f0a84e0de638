"""What a phrase says: its thing, its act, and the small words around them."""

import re
from collections.abc import Sequence
from functools import cache, cached_property, lru_cache, partial

from knowledge.understanding.figures import ClauseWords, clause_words
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.sentences import Span
from knowledge.vocabulary import DATA, LongestFirst, Pattern, Vocabulary, Words, load_vocabulary

BRACKETS = re.compile(r"[（(][^（）()\n]{0,60}[）)]")
SPACE = " \u3000\t"
EDGES = f"{SPACE}|、，,。；;：:-—"
SHORTEST = 2  # of a thing
CLOSE = 12  # where the words that end a phrase are looked for
_TOWARDS = "向为给"


class StatementWords(Vocabulary):
    """The words by which clauses are read; see the data file for what each is."""

    fillers: Pattern
    stages: LongestFirst
    changes: LongestFirst
    changed_to: Words
    changed_from: Pattern
    opposites: tuple[tuple[str, str], ...]
    courses: tuple[tuple[str, str], ...]
    inspections: Words
    findings: Words
    rates: LongestFirst
    money_names: LongestFirst
    totals: LongestFirst
    added: LongestFirst
    nouns: Words
    compared_with: Pattern
    adverbs: Words
    turns: Words
    achieved: Words
    bare: frozenset[str]
    kept: frozenset[str]
    bounds: Words
    results: Pattern
    places: Pattern
    no_places: Words
    remarks: Pattern
    sides: tuple[tuple[str, str, str], ...]
    helping: frozenset[str]
    amounts: LongestFirst
    vague: frozenset[str]
    own_acts: Pattern
    shared_acts: LongestFirst
    outlays: Words
    planned: Pattern
    durations: frozenset[str]
    money: frozenset[str]
    ratios: frozenset[str]

    @cached_property
    def stage(self) -> re.Pattern[str]:
        """A pattern of one word of progress, with what says that it is not yet done: 未结案."""
        return re.compile(f"(?:尚?未|正在)?(?:{'|'.join(map(re.escape, self.stages))})")

    @cached_property
    def rate(self) -> re.Pattern[str]:
        """A pattern of the name of a rate."""
        return re.compile("|".join(map(re.escape, self.rates)))

    @cached_property
    def rates_in_a_row(self) -> re.Pattern[str]:
        """A pattern of the names of several rates, one behind the other."""
        return re.compile(f"(?:{self.rate.pattern}){{2,}}")

    @cached_property
    def money_name(self) -> re.Pattern[str]:
        """A pattern of a word for money that does not say what it was for."""
        return re.compile("|".join(map(re.escape, self.money_names)))

    @cached_property
    def total(self) -> re.Pattern[str]:
        """A pattern of a word for all of what was spoken of."""
        return re.compile("|".join(map(re.escape, self.totals)))

    @cached_property
    def turned(self) -> re.Pattern[str]:
        """A pattern of a change to the amount that follows: 增加到."""
        words, to = "|".join(map(re.escape, self.turns)), "|".join(self.changed_to)
        return re.compile(rf"(?:{words})了?(?:{to})[ \u3000]?$")

    @cached_property
    def shared_act(self) -> re.Pattern[str]:
        """A pattern of a word that the items of a list share."""
        return re.compile("|".join(map(re.escape, self.shared_acts)))

    @cached_property
    def progress_only(self) -> re.Pattern[str]:
        """A pattern of a change alone: 减到, 增长了."""
        words = "|".join(map(re.escape, self.changes))
        to = "|".join(map(re.escape, self.changed_to))
        return re.compile(rf"(?:{words}|[增减升降压缩提])(?:了|{to})?")

    @cached_property
    def thing(self) -> re.Pattern[str]:
        """A pattern of a phrase with a thing: two signs beside fillers, progress and change.

        It is matched from the beginning, and ends with the second of these signs.
        """
        stages, changes = ("|".join(map(re.escape, w)) for w in (self.stages, self.changes))
        words = f"{stages}|(?:{changes})(?!值)"  # 增加值 is a thing
        empty = f"{self.fillers.pattern}|{words}|[{re.escape(EDGES)}]"
        return re.compile(f"(?:(?:{empty})*+.){{{SHORTEST}}}", re.DOTALL)

    @cached_property
    def opposite(self) -> re.Pattern[str]:
        """A pattern of a word that has an opposite, the negative ones first."""
        words = "|".join(word for pair in self.opposites for word in pair)
        return re.compile(rf"(?:{words})(?!率|时[间限]|(?<=符合)[^的，,|]{{5}})")

    @cached_property
    def amount_names(self) -> frozenset[str]:
        """What ``amounts`` lists, to be looked up."""
        return frozenset(self.amounts)

    @cached_property
    def place(self) -> re.Pattern[str]:
        """A pattern of a place that a paragraph begins with."""
        return re.compile(f"(?!{'|'.join(self.no_places)})(?:{self.places.pattern})")

    @cached_property
    def change(self) -> re.Pattern[str]:
        """A pattern of a change whose amount follows."""
        to = "|".join(map(re.escape, self.changed_to))
        words = "|".join(map(re.escape, self.changes))
        more = "(?:比|较)[^，,。；;]{0,6}[多少]"
        about = "均?(?:了|约|近|超过|达到?)?"
        held = "(?<=[增涨降]幅|增速)(?:保持|稳定|控制)?(?:在|为|达到?)?"
        return re.compile(rf"(?:{words}|{more})(?:(?!率){about}(?!{to})|{held})[ \u3000]?$")


statement_words = cache(partial(load_vocabulary, StatementWords, path=DATA / "statements.toml"))


class SourceText:
    """A report's text, folded, and with its brackets veiled so that no word there is read."""

    __slots__ = ("folded", "text", "veiled")

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold_width(text)
        self.veiled = BRACKETS.sub(blank_out, self.folded)

    def slice(self, span: Span) -> str:
        """The words of a span."""
        return self.text[span.start : span.end]

    def verb(self, span: Span) -> Span | None:
        """The last verb of a stretch that is not part of a noun (检查 of 检查药店)."""
        found = find_verb(self.veiled[span.start : span.end])
        return Span(span.start + found.start, span.start + found.end) if found else None


@lru_cache(maxsize=8192)
def trim_phrase(phrase: str) -> str:
    """A phrase without the small words that it begins and ends with."""
    words, reading, phrase = clause_words(), statement_words(), trim_start(phrase)
    while (closer := _closer(phrase, words)) and closer.start() and closer[0] not in reading.kept:
        phrase = phrase[: closer.start()].strip(EDGES)
    while last := next((w for w in reading.adverbs if phrase.endswith(w) and phrase != w), ""):
        phrase = phrase.removesuffix(last)
    while opening := next((w for w in reading.achieved if phrase.startswith(w)), ""):
        rest = phrase[len(opening) :]
        rest = trim_start(rest) or rest
        if len(rest) < SHORTEST:
            break
        phrase = rest
    return phrase


def trim_start(phrase: str) -> str:
    """A phrase without the small words that it begins with, but for those of 向市局移交."""
    openers, phrase = clause_words().openers, phrase.strip(EDGES)
    while opener := openers.match(phrase):
        start = opener.end()
        if phrase[start - 1] in _TOWARDS and find_verb(phrase[start:]):
            return phrase[start - 1 :]
        phrase = phrase[start:].strip(EDGES)
    return phrase


@lru_cache(maxsize=8192)
def find_verb(veiled: str) -> Span | None:
    """The last verb of a phrase that is not part of a noun."""
    words = clause_words()
    for verb in reversed(list(words.verbs.finditer(veiled))):
        if not words.noun_tails.match(veiled, verb.end()):
            return Span(*verb.span())
    return None


@lru_cache(maxsize=8192)
def without_fillers(phrase: str) -> str:
    """A phrase without the words that tell of no thing."""
    return statement_words().fillers.sub("", phrase)


@lru_cache(maxsize=8192)
def has_thing(phrase: str) -> bool:
    """Whether a phrase says more than fillers, progress and change."""
    return statement_words().thing.match(phrase) is not None


def _closer(phrase: str, words: ClauseWords) -> re.Match[str] | None:
    """The small words that a phrase ends with; it is not searched from its beginning."""
    return words.closers.search(phrase, max(0, len(phrase) - CLOSE))


def blank_out(match: re.Match[str]) -> str:
    """Signs that no word is read in, as many as were matched."""
    return "□" * len(match[0])


def last_of(words: Sequence[str], phrase: str) -> str:
    """The one of some words that ends last in a phrase, the longer first; "" where none is."""
    return max(
        (w for w in words if w in phrase), key=lambda w: phrase.rfind(w) + len(w), default=""
    )


def without_last(word: str, phrase: str) -> str:
    """A phrase without the last of a word: 增加值 of 增加值增加."""
    before, found, after = phrase.rpartition(word) if word else ("", "", phrase)
    return before + after if found else phrase


def balance_quotes(phrase: str) -> str:
    """A phrase without quotation marks of which the other half or what they hold is missing."""
    phrase = phrase.replace("“”", "")
    if phrase.count("“") == phrase.count("”"):
        return phrase
    return phrase.replace("“", "").replace("”", "").strip(EDGES)

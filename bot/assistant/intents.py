"""What a message wants, read from its words alone; the words are in ``data/intents.toml``. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from bot.assistant.phrases import (
    Phrases,
    cut_phrases,
    document_wanted,
    phrase_words,
    read_change,
    read_talk,
    thing_added,
)
from knowledge.lexicon import tag_words
from knowledge.understanding.figures import find_figures
from knowledge.understanding.mentions import chinese_value
from knowledge.vocabulary import (
    LongestFirst,
    Pattern,
    Vocabulary,
    Words,
    at,
    fill_in,
    load_vocabulary,
)

_FILE = Path(__file__).parent.parent / "data" / "intents.toml"
_STOPS = " \t\u3000，,。.；;：:？?！!~～…、"
_LONGEST = 1000
_OF_TELLING = frozenset({"act", "each", "only"})
_SHORT_REMARK = 6
_NAMING_TAGS = ("n", "m", "eng")
_SENTENCE, _SEVERAL = 50, 3
"""Characters of a sentence, and how many 几句话 are."""

_COMMAND = re.compile(r"/(?P<name>[a-z]+)(?:@\w+)?\s*(?P<words>.*)", re.DOTALL)
_HOW_MANY = re.compile(r"多少|(?<!哪)几[^个家]")
_PIECE = re.compile(r"[^\s，,。；;：:？?！!]+")


class IntentKind(StrEnum):
    """What is wanted."""

    TALK = "talk"
    STORE = "store"
    FIND = "find"
    TABLE = "table"
    CHART = "chart"
    COMPARE = "compare"
    SUMMARISE = "summarise"
    DRAFT = "draft"
    CHANGE = "change"
    ELSEWHERE = "out_of_scope"


class AnswerForm(StrEnum):
    """How an answer is told, once it is known; ``EVIDENCE`` shows what it was taken from."""

    PLAIN = "plain"
    SHORTER = "shorter"
    LONGER = "longer"
    FIGURES = "figures"
    PARAGRAPH = "paragraph"
    TABLE = "table"
    EVIDENCE = "evidence"


_FORMS = frozenset(form.value for form in AnswerForm) - {AnswerForm.EVIDENCE}

COMMANDS = {
    "ask": IntentKind.FIND,
    "summary": IntentKind.SUMMARISE,
    "plan": IntentKind.DRAFT,
    "compare": IntentKind.COMPARE,
    "figures": IntentKind.TABLE,
}
"""The commands that say outright what is wanted of the words behind them."""

TAKES_LONG = frozenset(IntentKind) - {
    IntentKind.TALK,
    IntentKind.STORE,
    IntentKind.FIND,
    IntentKind.ELSEWHERE,
}
"""What takes long where a model does it."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What a message wants: of ``matter``, its words without those that only say what is wanted.

    ``name`` tells which talk, change or question about the store it is; ``length`` is how long a
    text is wanted: a name (半页) or a number of characters (200). ``of_everyone`` says 各局, 大家;
    ``is_fresh`` says that it has nothing to do with what was said before. ``otherwise`` are less
    likely readings of the matter. ``form`` is how the answer is to be told, ``besides`` is what is
    told with it; of a file to save, ``besides`` is what it is to hold.
    """

    kind: IntentKind
    matter: str = ""
    name: str = ""
    length: str = ""
    of_everyone: bool = False
    is_fresh: bool = False
    otherwise: tuple[str, ...] = ()
    form: AnswerForm = AnswerForm.PLAIN
    besides: tuple["Intent", ...] = ()


class IntentWords(Vocabulary):
    """Compiled wordings; see the data file for what each is."""

    fresh: Pattern = at("fresh.before")
    courtesy_before: Pattern = at("courtesy.before")
    courtesy_after: Pattern = at("courtesy.after")
    talk: dict[str, Pattern]
    store: dict[str, Pattern]
    elsewhere: Pattern = at("elsewhere.subjects")
    summarise_begins: Pattern = at("summarise.begins")
    summarise_anywhere: Pattern = at("summarise.anywhere")
    summarise_ends: Pattern = at("summarise.ends")
    telling: Pattern = at("summarise.telling")
    draft_begins: Pattern = at("draft.begins")
    draft_ends: Pattern = at("draft.ends")
    next_year: Pattern = at("draft.next_year")
    next_period: Pattern = at("draft.next_period")
    measure: Pattern = at("table.measure")
    all_figures: Pattern = at("table.figures")
    sums: Pattern = at("sums.anywhere")
    table: Pattern = at("table.anywhere")
    chart: Pattern = at("chart.anywhere")
    compare: Pattern = at("compare.anywhere")
    compared_figures: Pattern = at("compare.figures")
    compared_guess: Pattern = at("compare.guess")
    follow: dict[str, Pattern]
    own_bureau: Pattern = at("own.bureau")
    introducing: Pattern = at("own.introducing")
    introduced: Pattern = at("own.introduced")
    characters: Pattern = at("length.characters")
    named_length: Pattern = at("length.named")
    sentences: Pattern = at("length.sentences")
    asks_figures: Pattern = at("asking.figures")
    asks: Pattern = at("asking.words")
    frame: Pattern = at("frame.before")
    everyone: Pattern = at("frame.everyone")
    whole: Words = at("wanted.whole")
    leading: LongestFirst = at("wanted.leading")
    trailing: LongestFirst = at("wanted.trailing")


@cache
def intent_words(path: Path = _FILE) -> IntentWords:
    """Read the file; raises DataFileError where it does not fit."""
    return load_vocabulary(IntentWords, path)


def reply(key: str, /, **fields: object) -> str:
    """What is said of a message that needs no report: ``reply.key`` of intents.toml, filled in."""
    return fill_in(_FILE, f"reply.{key}", fields)


def read_intent(text: str) -> Intent:
    """What a message wants; a command (``/summary 区局``) says so outright."""
    command = _COMMAND.fullmatch(text.strip())
    if command and command["name"] in COMMANDS:
        kind, matter = COMMANDS[command["name"]], command["words"].strip()
        if kind in (IntentKind.FIND, IntentKind.TABLE):
            return Intent(kind, matter)
        matter, length = _take_length(matter)
        return Intent(kind, matter, length=length)
    if len(text) > _LONGEST:
        return Intent(IntentKind.TALK, text, "too_long")
    words, bare = intent_words(), _without_courtesies(text)
    fresh = words.fresh.match(bare)
    bare = bare[fresh.end() :] if fresh and fresh.end() < len(bare) else bare
    bare = _without_remarks(bare)
    for said in dict.fromkeys((text, bare)):
        if talk := _read_talk(said, bare) or _read_talk_by_clause(said, bare):
            return talk
    intent = (
        _read_change(bare)
        or _read_elsewhere(bare)
        or _read_form(bare)
        or _read_draft(bare)
        or _read_summary(bare)
        or _read_check(bare)
        or _read_question(bare)
    )
    everyone = bool(words.everyone.search(bare))
    return replace(intent, of_everyone=everyone, is_fresh=bool(fresh))


def _read_talk(said: str, bare: str) -> Intent | None:
    """Talk, or a question about the store; ``bare`` is the message that it stands for."""
    words = intent_words()
    joined = "".join(c for c in said.lower() if c not in _STOPS)
    phrases = cut_phrases(joined)
    if name := read_talk(phrases) if phrases else "":
        return Intent(IntentKind.TALK, bare, name)
    for kind, meanings in ((IntentKind.TALK, words.talk), (IntentKind.STORE, words.store)):
        for name, pattern in meanings.items():
            if match := pattern.fullmatch(joined):
                return Intent(kind, next(filter(None, match.groups()), bare), name)
    return None


def _read_talk_by_clause(said: str, bare: str) -> Intent | None:
    """What the last clause that is talk says, where the others are talk or say nothing.

    A question about the store may stand behind anything.
    """
    clauses = _PIECE.findall(said)
    talk = [_read_talk(clause, bare) for clause in clauses] if len(clauses) > 1 else []
    if talk and talk[-1] and talk[-1].kind is IntentKind.STORE:
        return talk[-1]
    others = (clause for clause, one in zip(clauses, talk, strict=False) if not one)
    return next(filter(None, reversed(talk)), None) if all(map(_says_nothing, others)) else None


def _says_nothing(clause: str) -> bool:
    """Whether a short clause names no thing, no number and no bureau, and asks nothing: 又加班."""
    if len(clause) > _SHORT_REMARK or intent_words().asks.search(clause) or clause[-1] in "呢吗":
        return False
    return not any(tag.startswith(_NAMING_TAGS) for _, tag in tag_words(clause))


def _without_remarks(bare: str) -> str:
    """A message without the clauses around what it wants that are only talk: 行，换成表."""
    clauses = list(_PIECE.finditer(bare))
    phrases = [cut_phrases(clause[0]) for clause in clauses]
    changes = any(one and read_change(one) for one in phrases)
    said = [
        clause
        for clause, one in zip(clauses, phrases, strict=True)
        if not (one and one.says and read_talk(one))
        and not (changes and one is None and _says_nothing(clause[0]))
    ]
    return bare[said[0].start() : said[-1].end()] if said and len(clauses) > 1 else bare


def _without_courtesies(text: str) -> str:
    """A message without the greetings and thanks around what it wants."""
    words, bare = intent_words(), text.strip()
    for _ in range(2):  # 你好，请问
        match = words.courtesy_before.match(bare)
        bare = bare[match.end() :] if match and match.end() < len(bare) else bare
    ending = bare.rstrip(_STOPS)
    for match in words.courtesy_after.finditer(ending):
        if match.end() == len(ending) and match.start():
            return ending[: match.start()]
    return bare


def _read_change(bare: str) -> Intent | None:
    """再短一点, 换成表格, 200字以内: the whole message says how what was given is to change."""
    words, phrases = intent_words(), phrase_words()
    core = "".join(c for c in bare if c not in _STOPS)
    rest, length = _take_length(core)
    said = cut_phrases("".join(rest.split()))
    name = "length" if said and length else read_change(said) if said else ""
    if phrases.place.fullmatch(core):
        name = "evidence"
    if name:
        return Intent(IntentKind.CHANGE, bare, name, length)
    if wanted := document_wanted("".join(bare.split())):
        return Intent(IntentKind.CHANGE, wanted, "document_of")
    added = thing_added(core)
    if not added or words.asks_figures.search(added) or words.asks.search(added):
        return None  # 加上快检一共多少 is a question
    return Intent(IntentKind.CHANGE, added, "added")


def _read_elsewhere(bare: str) -> Intent | None:
    return Intent(IntentKind.ELSEWHERE, bare) if intent_words().elsewhere.search(bare) else None


def _read_question(bare: str) -> Intent:
    """A question; how its answer is to be told stands behind a comma (…，三句话说完; …，只要标题).

    What asks nothing (食品部分，精简成150字) is to be summarised.
    """
    words = intent_words()
    question, comma, tail = bare.rstrip(_STOPS).rpartition("，")
    rest, length = _take_length(tail) if comma else (tail, "")
    phrases = cut_phrases("".join(rest.split())) if comma else None
    if phrases is None:
        return Intent(IntentKind.FIND, bare)
    if not length:
        return _told_as(bare, question, phrases)
    if words.asks.search(question) or words.asks_figures.search(question):
        return Intent(IntentKind.FIND, question, length=length, form=AnswerForm.SHORTER)
    return Intent(IntentKind.SUMMARISE, _unframe(question), length=length)


def _told_as(bare: str, question: str, phrases: Phrases) -> Intent:
    """A question whose last clause says in what form it is to be answered, or only to tell it."""
    name = read_change(phrases)
    if name in _FORMS:
        return Intent(IntentKind.FIND, question, form=AnswerForm(name))
    only_tell = bool(phrases.says) and set(phrases.says) <= _OF_TELLING
    return Intent(IntentKind.FIND, question if only_tell else bare)


def _read_check(bare: str) -> Intent | None:
    """Whether figures add up: the matter is the place where they stand.

    One that gives a figure (检查了1233台，对不对) asks for that figure.
    """
    match = intent_words().sums.search(bare)
    if not match or len(find_figures(bare)) == 1:
        return None
    return Intent(IntentKind.FIND, f"{bare[: match.start()]} {bare[match.end() :]}".strip(), "sums")


def _read_form(bare: str) -> Intent | None:
    """A table, a chart, things put side by side."""
    words = intent_words()
    if match := words.all_figures.search(bare):
        what = next(filter(None, match.groups()), "")
        return Intent(IntentKind.TABLE, _unframe(what), "all")
    for kind, pattern in (
        (IntentKind.CHART, words.chart),
        (IntentKind.TABLE, words.table),
        (IntentKind.COMPARE, words.compare),
    ):
        match = pattern.search(bare)
        if match:
            matter = _unframe(f"{bare[: match.start()]} {bare[match.end() :]}")
            if kind is IntentKind.COMPARE and words.compared_figures.search(bare):
                return _figures_of_each(bare, matter)
            if matter or kind is IntentKind.COMPARE:
                return Intent(kind, matter)
    return None


def _figures_of_each(bare: str, matter: str) -> Intent:
    """Figures put side by side are a question: 食品抽检合格率对比一下 asks how much each is."""
    if intent_words().asks.search(matter) or _HOW_MANY.search(matter):
        return Intent(IntentKind.FIND, bare)
    matter = intent_words().compared_guess.sub("", matter)
    return Intent(IntentKind.FIND, f"{matter}相差多少")


def _read_draft(bare: str) -> Intent | None:
    words = intent_words()
    core = bare.strip(_STOPS)
    if words.asks.search(core):
        return None
    for match in words.draft_begins.finditer(core):
        matter = f"{core[: match.start()]} {match['matter']} {core[match.end() :]}"
        return _composition(IntentKind.DRAFT, matter)
    for match in words.draft_ends.finditer(core):
        if match.end() == len(core):
            return _composition(IntentKind.DRAFT, core[: match.start()])
    return None


def _read_summary(bare: str) -> Intent | None:
    """A summary; what only begins like one (总结一下区局检查了多少家) stays a question."""
    words = intent_words()
    core = bare.strip(_STOPS)
    rest, length = _take_length(core)
    rest = rest.strip(_STOPS)
    start = _end_of_frame(rest)
    if match := words.summarise_begins.match(rest, start) or words.summarise_anywhere.search(rest):
        cut = f"{rest[: match.start()]} {rest[match.end() :]}"
    elif match := next(
        (m for m in words.summarise_ends.finditer(rest) if m.end() == len(rest)), None
    ):
        matter = next(filter(None, match.groups()), "")
        cut = f"{rest[: match.start()]} {matter}"
    elif match := words.telling.match(rest, start):
        cut = rest[match.end() :]
    if not match:
        return None
    unframed = _unframe(cut)
    if words.asks_figures.search(unframed) or words.asks.search(unframed):
        return Intent(IntentKind.FIND, unframed)
    return Intent(IntentKind.SUMMARISE, unframed, length=length)


def _composition(kind: IntentKind, matter: str) -> Intent:
    matter, length = _take_length(matter)
    return Intent(kind, _unframe(matter), length=length)


def _end_of_frame(text: str) -> int:
    """Where the words end with which a request begins: 请帮我把."""
    end, frame = 0, intent_words().frame
    while (match := frame.match(text, end)) and match.end() > end:
        end = match.end()
    return end


def _unframe(text: str) -> str:
    """The pieces of a text without the words of asking before each of them, and without 各局."""
    pieces = (piece[_end_of_frame(piece) :] for piece in _PIECE.findall(text))
    bare = (intent_words().everyone.sub("", piece).strip("的") for piece in pieces)
    return " ".join(piece for piece in bare if piece)


def _take_length(text: str) -> tuple[str, str]:
    """A text without the length that it asks for, and the length: 半页, or characters as digits."""
    words = intent_words()
    if match := words.characters.search(text):
        number = str(_number(match["count"]))
        return f"{text[: match.start()]} {text[match.end() :]}".strip(), number
    if match := words.sentences.search(text):
        number = str(_number(match["many"]) * _SENTENCE)
        return f"{text[: match.start()]} {text[match.end() :]}".strip(), number
    if match := words.named_length.search(text):
        name = match["name"].rstrip("纸")
        return f"{text[: match.start()]} {text[match.end() :]}".strip(), name
    return text, ""


def _number(words: str) -> int:
    """What 300, 三百 or 两 is; a few for 几."""
    value = int(words) if words.isdecimal() else chinese_value(words)
    return int(value or _SEVERAL)


def elsewhere_words(text: str) -> list[str]:
    """The words of a message for which no report seems to be the place."""
    return [match[0] for match in intent_words().elsewhere.finditer(text)]


def own_bureau_spans(text: str) -> Sequence[tuple[int, int]]:
    """Where a message says 我们局, 本局, 咱们单位."""
    return [match.span() for match in intent_words().own_bureau.finditer(text)]

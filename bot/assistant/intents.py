"""What a message wants, read from its words alone; the words are in ``data/intents.toml``. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from bot.assistant.phrases import (
    ACTS,
    Phrases,
    cut_loosely,
    cut_phrases,
    items_meant,
    phrase_words,
    read_change,
    read_store,
    read_talk,
)
from bot.assistant.requests import (
    STOPS,
    MessageRequest,
    is_remark,
    read_request,
    says_nothing,
    take_length,
    turning_part,
)
from bot.assistant.spoken import passage_sent, plain_words
from knowledge.retrieval.asides import is_aside
from knowledge.retrieval.vocabulary import question_words
from knowledge.understanding.figures import find_figures
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
_LONGEST, _LONGEST_CHANGE = 1000, 24
_SURE_TALK = ("polish", "masks")
_QUOTED, _EACH = 5, "一句话"
_LARGE = ("万", "亿")
"""What an amount of money may end with."""

_COMMAND = re.compile(r"/(?P<name>[a-z]+)(?:@\w+)?\s*(?P<words>.*)", re.DOTALL)
_HOW_MANY = re.compile(r"多少|(?<!哪)几[^个家]")
_AMOUNT = re.compile(r"(?:多少|几)(?:个|批次|人次|家次|户次|[家件户起台批份人次元])?")
_AND_THIS = re.compile(
    r"(?<=[\u4e00-\u9fff][，, ])(?P<thing>[\u4e00-\u9fff“”]{2,8}?)的?呢(?=[，,。？? ]|$)"
)
_OF_TOPIC = re.compile(
    r"^(?:那|还有|再)?(?P<thing>[\u4e00-\u9fff“”]{2,8}?)"
    r"(?:(?:[这那]一?[块摊]|方面)(?:呢|的话)?|呢|的话)[，, ]+(?P<whose>各局)?"
    r"(?P<asked>[\u4e00-\u9fff]{1,4}(?:多少|几)[\u4e00-\u9fff]{0,2})(?=$|[，,。？?])"
)
_PARTS = re.compile(
    r"(?:^.{0,6}[，,：:])?一是|[，,。；;]\s*(?:[二三]是|另外|顺便|其次|再就是)(?:顺便|再|把)?"
)
_COUNTED_OFF = "一是"
_POLITE = re.compile(
    r"^你?(?:能|可以|能够)(?P<asked>(?:帮|给我|替我|把|写|列|画|做|整|弄|总结|存|导|换).+?)[吗么嘛]?[？?]?$"
)
_OF_PARTS = frozenset({"add", "last", "place", "remove", "keep"})
_LAST_TWO, _EVERYONE = "这两个", "各局"
_POINTING = ("这", "那", "两")
_EVERYONE_WITHIN = re.compile(
    r"(?P<thing>[\u4e00-\u9fff]{2,8})(?P<whom>各局)(?:都|分别)?(?P<asked>[\u4e00-\u9fff]{1,6}(?:多少|几)[\u4e00-\u9fff]{0,2})"
)
_LESS, _MORE = ("少", "小", "低"), ("多", "大", "高")
_ADDING = ("add", "last", "place")
_REPLACING = re.compile("换成|换为|改成|改为|换(?=[\u4e00-\u9fff]{2})")
_KEPT_ITEMS = re.compile(r"(?:只|光|就)(?:要|看|说|写|给|留)?(?P<items>(?:前|头|第|最后).{1,4})")
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
    CHECK = "check"
    CHANGE = "change"
    ELSEWHERE = "out_of_scope"


class AnswerForm(StrEnum):
    """How an answer is told, once it is known.

    ``EVIDENCE`` shows what it was taken from, ``QUOTES`` gives the sentences to be copied,
    ``REST`` what the reports write of the same besides.
    """

    PLAIN = "plain"
    SHORTER = "shorter"
    LONGER = "longer"
    FIGURES = "figures"
    PARAGRAPH = "paragraph"
    TABLE = "table"
    EVIDENCE = "evidence"
    QUOTES = "quotes"
    REST = "rest"


_CHANGES = {
    "add": "added", "last": "added", "place": "added_first", "remove": "removed", "keep": "kept",
    "transpose": "transposed", "sort": "sorted", "blanks": "blanks", "sentences": "sentences",
}  # fmt: skip
"""What a request wants done to parts, as the change that it is."""
_OF_WHOM = ACTS | {"only", "keep", "add", "each", "why"}
"""What may be said of all bureaus that only says that they are meant; 都 asks why elsewhere."""
_TURNED = {change: name for name, change in _CHANGES.items()}
_FORMS = frozenset(form.value for form in AnswerForm)


class EditKind(StrEnum):
    """What is to be done to what was given."""

    REMOVE = "removed"
    KEEP = "kept"
    FIRST = "added_first"
    TRANSPOSE = "transposed"
    SORT = "sorted"
    BLANKS = "blanks"
    SENTENCES = "sentences"
    DISCLOSED = "disclosed"
    TITLE = "titled"


EDITS_OF_PARTS = (EditKind.REMOVE, EditKind.KEEP, EditKind.FIRST, EditKind.DISCLOSED)
"""What is done to parts, and does not hold for another thing that is made the same way."""


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit, of a part; of a table how it is to be sorted (asc), what stands for nothing."""

    kind: EditKind
    part: str = ""


MESSAGE_COMMANDS = {
    "ask": IntentKind.FIND,
    "summary": IntentKind.SUMMARISE,
    "plan": IntentKind.DRAFT,
    "compare": IntentKind.COMPARE,
    "figures": IntentKind.TABLE,
}
"""The commands that say outright what is wanted of the words behind them."""

MADE_OF_ALL = (IntentKind.TABLE, IntentKind.CHART)
"""What is made of all reports where none is named."""

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

    ``name`` tells which talk, change or question about the store it is, or that a ``passage`` is
    wanted, which may be of what was asked before; ``length`` is how long a
    text is wanted: a name (半页) or a number of characters (200). ``of_everyone`` says 各局, 大家;
    ``is_fresh`` says that it has nothing to do with what was said before. ``otherwise`` are less
    likely readings of the matter. ``form`` is how the answer is to be told, ``most`` how many
    things of it, ``besides`` is what is told with it, ``edits`` is done to all of that; of a file
    to save, ``besides`` is what it is to hold, of a change what else is to be changed. ``adds``
    says that it is to be told beside what was given.
    """

    kind: IntentKind
    matter: str = ""
    name: str = ""
    length: str = ""
    of_everyone: bool = False
    is_fresh: bool = False
    otherwise: tuple[str, ...] = ()
    form: AnswerForm = AnswerForm.PLAIN
    most: int = 0
    adds: bool = False
    besides: tuple["Intent", ...] = ()
    edits: tuple[Edit, ...] = ()


class IntentWords(Vocabulary):
    """Compiled wordings; see the data file for what each is."""

    fresh: Pattern = at("fresh.before")
    talk: dict[str, Pattern]
    store: dict[str, Pattern]
    half_year: Pattern = at("lasting.half")
    whole_year: Pattern = at("lasting.whole")
    elsewhere: Pattern = at("elsewhere.subjects")
    next_year: Pattern = at("draft.next_year")
    next_period: Pattern = at("draft.next_period")
    measure: Pattern = at("table.measure")
    sums: Pattern = at("sums.anywhere")
    unique: Pattern = at("compare.unique")
    which_way: Pattern = at("compare.which_way")
    better: Pattern = at("compare.better")
    all_figures: Pattern = at("table.all_figures")
    compared_figures: Pattern = at("compare.figures")
    compared_guess: Pattern = at("compare.guess")
    follow: dict[str, Pattern]
    own_bureau: Pattern = at("own.bureau")
    introducing: Pattern = at("own.introducing")
    introduced: Pattern = at("own.introduced")
    asks_figures: Pattern = at("asking.figures")
    everyone: Pattern = at("wanted.everyone")
    others: Pattern = at("wanted.others")
    quoted: Pattern = at("wanted.quoted")
    like: Pattern = at("wanted.like")
    also: Pattern = at("wanted.also")
    denied: Pattern = at("wanted.denied")
    written_for: Pattern = at("wanted.written_for")
    added_text: Pattern = at("wanted.added_text")
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
    if command and command["name"] in MESSAGE_COMMANDS:
        kind, matter = MESSAGE_COMMANDS[command["name"]], command["words"].strip()
        if kind in (IntentKind.FIND, IntentKind.TABLE):
            return Intent(kind, matter)
        matter, length = take_length(matter)
        return Intent(kind, matter, length=length)
    if len(text) > _LONGEST:
        return Intent(IntentKind.TALK, text, "too_long")
    passage, whose = passage_sent(text)
    if passage:
        return Intent(IntentKind.CHECK, passage, otherwise=(whose,) * bool(whose))
    words, bare = intent_words(), _POLITE.sub(r"\g<asked>", plain_words(text.strip()))
    fresh = words.fresh.match(bare)
    bare = bare[fresh.end() :] if fresh and fresh.end() < len(bare) else bare
    everyone = any(not match[0].startswith(_POINTING) for match in _everyone_in(bare))
    said = words.like.sub("", words.denied.sub("", bare))
    bare = _without_whom(said)
    intent = _read_claim(bare) or _read_talk(bare) or _read_where(bare) or _read_change(bare)
    intent = intent or _read_elsewhere(bare) or _read_unique(bare) or _read_better(bare)
    intent = intent or _read_figures(bare) or _read_of_things(bare) or _read_also(bare)
    intent = intent or _read_several(bare) or _read_request(_with_whom_first(bare))
    if bare != said and intent.kind is IntentKind.FIND and not intent.adds:
        intent = replace(intent, matter=f"{_EVERYONE}{intent.matter}")  # 案件数，各家都报一下
    return replace(intent, of_everyone=everyone, is_fresh=bool(fresh))


def _everyone_in(text: str) -> list[re.Match[str]]:
    """The words of a text for all bureaus; 两家 may be those before."""
    found = intent_words().everyone.finditer(text)
    return [match for match in found if match[0] not in phrase_words().several]


def _with_whom_first(bare: str) -> str:
    """A question with 各局 before what is asked of them: 广告监管各局查了多少."""
    named = _EVERYONE_WITHIN.fullmatch(bare)
    return f"{named['whom']}{named['thing']}{named['asked']}" if named else bare


def _without_whom(bare: str) -> str:
    """A message without the clauses that only say of whom it is: 列个表，五家都放."""
    clauses = _PIECE.findall(bare)
    others = [clause for clause in clauses if not _says_whom(clause)]
    return "，".join(others) if others and len(others) < len(clauses) else bare


def _says_whom(clause: str) -> bool:
    """Whether a clause says but that all bureaus are meant."""
    said = cut_phrases(intent_words().everyone.sub("", clause)) if _everyone_in(clause) else None
    return said is not None and bool(said.says) and {*said.says} <= _OF_WHOM


def _read_talk(bare: str) -> Intent | None:
    """What the last clause that is talk says, where the others are talk or say nothing.

    A question about the store may stand behind anything.
    """
    clauses = _PIECE.findall(bare)
    shown = any(word in bare for word in phrase_words().change["existing"])  # 哪些是有数的
    if (talk := _talk_in(bare, bare)) and not (shown and talk.name == "masks"):
        return talk
    said = [_talk_in(clause, bare) for clause in clauses] if len(clauses) > 1 else []
    if said and said[-1] and said[-1].kind is IntentKind.STORE:
        of_store = [one for one in said if one and one.kind is IntentKind.STORE]
        first = of_store[0]
        several = first.name == "which"
        return replace(first, besides=tuple(of_store[1:])) if several else said[-1]
    if sure := next((one for one in said if one and one.name in _SURE_TALK and not shown), None):
        return sure
    others = (clause for clause, one in zip(clauses, said, strict=False) if not one)
    idle = all(says_nothing(c) or is_remark(c) or is_aside(c) for c in others)
    return next(filter(None, reversed(said)), None) if idle else None


def _talk_in(said: str, bare: str) -> Intent | None:
    """Talk, or a question about the store, that some words are; ``bare`` is the whole message."""
    words = intent_words()
    joined = "".join(c for c in said.lower() if c not in STOPS)
    if name := read_store(joined):
        return Intent(IntentKind.STORE, bare, name)
    phrases = cut_phrases(joined)
    if name := read_talk(phrases) if phrases else "":
        return Intent(IntentKind.TALK, bare, name)
    for kind, meanings in ((IntentKind.TALK, words.talk), (IntentKind.STORE, words.store)):
        for name, pattern in meanings.items():
            if match := pattern.fullmatch(joined):
                return Intent(kind, next(filter(None, match.groups()), bare), name)
    return None


def _read_change(bare: str) -> Intent | None:
    """再短一点, 换成表格, 200字以内: the whole message says how what was given is to change."""
    core = "".join(c for c in bare if c not in STOPS)
    if edited := _read_edit(bare, core):
        return edited
    if intent_words().follow["place"].fullmatch(core):
        return Intent(IntentKind.CHANGE, bare, "evidence")
    of_whom = _says_whom(core)
    said = None if of_whom else cut_phrases(core)
    if said is None:
        return Intent(IntentKind.CHANGE, bare, "widened") if of_whom else None
    length = read_request(bare).length
    name = _change_of(said, length)
    order = phrase_words().turning["sort"].search(core) if name == "sorted" else None
    if order and order["by"] and not intent_words().asks_figures.search(order["by"]):
        return Intent(IntentKind.TALK, bare, "not_sorted")  # 按严重程度排一下
    turned = name in ("sorted", "blanks", "transposed")
    matter = turning_part(_TURNED[name], core) if turned else bare
    most = read_request(bare).most
    return Intent(IntentKind.CHANGE, matter, name, length, most=most) if name else None


def read_change_within(text: str, names: Callable[[str], bool]) -> Intent | None:
    """How a message wants what was given changed, where its other words name nothing.

    ``names`` tells whether a word names something that reports write. Where one does, and only
    that is wanted (只看校园的), it is a part to be kept.
    """
    bare = plain_words(text.strip())
    if _asks_outright(bare) or len(bare) > _LONGEST_CHANGE:
        return None
    request, item = read_request(bare), phrase_words().patterns["ordinal"].search(bare)
    said, left = cut_loosely(bare[: item.start()] + "，" + bare[item.end() :] if item else bare)
    if any(map(names, left)):
        only = phrase_words().patterns["kept"].fullmatch(bare.strip(STOPS))
        return Intent(IntentKind.CHANGE, only["part"], EditKind.KEEP) if only else None
    if talk := read_talk(said):
        return Intent(IntentKind.TALK, bare, talk)
    picks = request.most and said.has("gist", "only", "keep", "fetch")
    name = AnswerForm.SHORTER.value if picks else _change_of(said, request.length)
    kept = (Intent(IntentKind.CHANGE, item[0], EditKind.KEEP),) if item else ()
    change = Intent(IntentKind.CHANGE, bare, name, request.length, most=request.most, besides=kept)
    return change if name else None


def _read_edit(bare: str, core: str) -> Intent | None:
    """An edit that names what is to be added, kept or written above."""
    if text := intent_words().added_text.fullmatch(bare):  # 开头加一句重点查哪些地方
        where = EditKind.FIRST if text["first"] else "added"
        return Intent(IntentKind.CHANGE, text["part"], where)
    if (kept := _KEPT_ITEMS.fullmatch(core)) and items_meant(kept["items"]) is not None:
        return Intent(IntentKind.CHANGE, kept["items"], EditKind.KEEP)
    title = phrase_words().patterns["titled"].fullmatch(bare.strip(STOPS))
    return Intent(IntentKind.CHANGE, title["title"], EditKind.TITLE) if title else None


def _read_elsewhere(bare: str) -> Intent | None:
    return Intent(IntentKind.ELSEWHERE, bare) if intent_words().elsewhere.search(bare) else None


def _read_unique(bare: str) -> Intent | None:
    """What only one bureau does: 区局独有的做法, 别家没有的招."""
    if not intent_words().unique.search(bare):
        return None
    return Intent(
        IntentKind.COMPARE, _without_everyone(bare), "unique", most=read_request(bare).most
    )


def _read_figures(bare: str) -> Intent | None:
    """All figures of a thing: 党建这块都有什么数."""
    match = intent_words().all_figures.fullmatch(bare)
    return Intent(IntentKind.TABLE, _without_everyone(match["thing"]), "all") if match else None


def _read_where(bare: str) -> Intent | None:
    """In which part of a report something stands: 个转企在区局报告哪个章节."""
    where = intent_words().follow["where"]
    rest = where.sub("", bare).strip(STOPS)
    of_kind = any(kind.search(bare) for kind in question_words().kinds.values())  # 不足在哪儿
    asks = of_kind or question_words().superlative.search(bare) or _asks_outright(rest)
    if rest == bare.strip(STOPS) or asks:
        return None
    if cut_phrases("".join(c for c in rest if c not in STOPS)) is not None:
        return Intent(IntentKind.CHANGE, bare, AnswerForm.EVIDENCE.value)
    return Intent(IntentKind.FIND, rest, "where", form=AnswerForm.EVIDENCE)


def _read_better(bare: str) -> Intent | None:
    """In what one bureau is ahead of another: 食品这块比市局强在哪."""
    match = intent_words().better.search(bare)
    if not match:
        return None
    rest = f"{bare[: match.start()]}和{match['whom']}{bare[match.end() :]}"
    return Intent(IntentKind.COMPARE, rest)


def _read_of_things(bare: str) -> Intent | None:
    """A text to be made of things told before, by their number: 就区局这两条，写个200字的材料."""
    for things in reversed([*phrase_words().patterns["things"].finditer(bare)]):
        start = max(bare.rfind(stop, 0, things.start()) for stop in STOPS) + 1
        rest = f"{bare[start : things.start()]}{bare[things.end() :]}".strip(STOPS)
        request = read_request(rest)
        made = _read_change(rest) or _read_request(rest)
        is_text = made.kind is IntentKind.SUMMARISE or made.name in ("paragraph", "length")
        written = is_text and request.says.has("write", "make", "genre", "paragraph", "length")
        if written and not (request.moved or request.says.has("refused")):
            whose = made.matter if made.kind is IntentKind.SUMMARISE else ""
            text = Intent(IntentKind.CHANGE, things[0], "together", made.length)
            return replace(text, otherwise=(whose,), form=AnswerForm.PARAGRAPH)
    return None


def _read_also(bare: str) -> Intent | None:
    """What is to be put beside what was given: 挽回了多少也一起放表里."""
    also = intent_words().also.search(bare)
    if not also:
        return None
    thing = also["beside"] or bare[: also.start()].strip(STOPS)
    if not thing:  # what was told last, beside what was told before it
        return Intent(IntentKind.CHANGE, _LAST_TWO, "together", form=AnswerForm.TABLE)
    kind = IntentKind.TABLE if also["table"] else IntentKind.FIND
    asks = Intent(kind, thing, adds=True)
    form = AnswerForm.TABLE if also["table"] or also["beside"] else AnswerForm.PLAIN
    return asks if _asks_outright(thing) else Intent(IntentKind.CHANGE, thing, "added", form=form)


def _read_several(bare: str) -> Intent | None:
    """Requests counted off (一是……，二是顺便……); questions alone are read as one."""
    first, *others = [part for part in _PARTS.split(bare) if part] or [bare]
    if not others:
        return None
    read = [_read_request(part.strip(STOPS)) for part in others]
    plain = Intent(IntentKind.FIND)
    asks = all((one.kind, one.form) == (plain.kind, plain.form) for one in read)
    if asks and _COUNTED_OFF not in bare:  # 合格率，顺便说下不合格的怎么处理
        matters = [one.matter for one in (_read_request(first.strip(STOPS)), *read)]
        return Intent(IntentKind.FIND, "，".join(map(_as_asked, matters)))
    return replace(_read_request(first.strip(STOPS)), besides=tuple(read))


def _as_asked(matter: str) -> str:
    """What is asked of an amount that is only named: 合格率."""
    named = intent_words().asks_figures.search(matter) and not _asks_outright(matter)
    return f"{matter}多少" if named else matter


def _read_request(bare: str) -> Intent:
    """What a message asks to be made or found, and of what."""
    bare = _say_in_full(bare)
    request = read_request(bare)
    if phrase_words().patterns["referring"].fullmatch(request.subject):
        request = replace(request, subject="")  # 剩下的做个表
    changes = tuple(
        Intent(IntentKind.CHANGE, *_change_wanted(move, thing))
        for move, thing in request.moved
        if (thing or move not in _OF_PARTS) and not intent_words().others.fullmatch(thing)
    )
    if any(_asks_outright(change.matter) for change in changes):
        return Intent(IntentKind.FIND, bare)  # 加上快检一共多少 is a question
    if request.subject and any(c.name == "removed" for c in changes) and _REPLACING.search(bare):
        added = Intent(IntentKind.CHANGE, request.subject, "added")
        request, changes = replace(request, subject=""), (*changes, added)
    if not request.subject:
        if not changes:
            return _without_subject(request, bare)
        return replace(changes[0], besides=changes[1:])
    if request.says.has("word") or (request.says.has("save") and request.says.has("file")):
        inner = replace(request, says=request.says.without("word", "save", "file", *ACTS))
        wanted = _of_subject(inner if inner.says.says else request, request.subject)
        return Intent(IntentKind.CHANGE, request.subject, "document_of", besides=(wanted,))
    adds = any(move in _ADDING and not thing for move, thing in request.moved)
    return replace(_of_subject(request, bare), besides=changes, adds=adds)


def _change_wanted(move: str, thing: str) -> tuple[str, str]:
    """What a request wants done to a part, and the part: 少的放前面 sorts."""
    order = thing.strip("的")
    if move == "place" and order in _LESS + _MORE:
        return ("asc" if order in _LESS else ""), EditKind.SORT
    return thing, _CHANGES[move]


def _say_in_full(bare: str) -> str:
    """A message in which each further thing is asked as the first: 药店查了几家 诊所呢.

    What is named before what is asked of it goes with that: 隐患这块呢，发现多少.

    Not where the amount alone does not say what is asked: 合格率多少，化妆品呢.
    """
    bare = _OF_TOPIC.sub(r"\g<whose>\g<thing>\g<asked>", bare)
    asked = _AMOUNT.search(bare)
    if not asked or _HOW_MANY.fullmatch(asked[0]):
        return bare
    return _AND_THIS.sub(rf"\g<thing>{asked[0]}", bare)


def _without_subject(request: MessageRequest, bare: str) -> Intent:
    """A request that names nothing: it is of what was given before."""
    picks = request.most and request.says.has("fetch", "sum") and not request.says.has("quotes")
    name = _change_of(request.says, request.length) or ("shorter" if picks else "")
    if name:
        return Intent(IntentKind.CHANGE, bare, name, request.length, most=request.most)
    kind = _kind_of(request, asks=False)
    things = request.says.without("act", "make", "write", "list", "fetch").says
    if kind is IntentKind.FIND or not things:
        unclear = Intent(IntentKind.TALK, bare, "unclear")
        return unclear if request.says.says else Intent(IntentKind.FIND, bare)
    return Intent(kind, length=request.length)


def _of_subject(request: MessageRequest, bare: str) -> Intent:
    """What is to be made of a subject, or asked about it, in which form."""
    subject, length = request.subject, request.length
    if which_way := intent_words().which_way.search(subject):
        rest = f"{subject[: which_way.start()]} {subject[which_way.end() :]}"
        return _comparison(bare, _without_everyone(rest), length)
    asks = _asks(subject)
    kind = _kind_of(request, asks=asks)
    if kind not in (IntentKind.FIND, IntentKind.COMPARE):
        subject = intent_words().written_for.sub("", subject)
    matter = _without_everyone(subject)
    if not matter and request.says.has("each_bureau"):
        return Intent(IntentKind.SUMMARISE, length=length or _EACH)
    several = kind is IntentKind.TABLE and "、" in subject and _asks_outright(subject)
    if kind is IntentKind.FIND or several:  # 专利、商标各多少，列表
        asked = _question(request, bare, asks=asks)
        return replace(asked, form=AnswerForm.TABLE) if several else asked
    if kind is IntentKind.COMPARE:
        return _comparison(subject, matter, length)
    if kind is IntentKind.DRAFT and not length:
        length = {"shorter": "短", "longer": "长"}.get(_change_of(request.says, ""), "")
    listed = kind is IntentKind.TABLE and not request.says.has("table", "tally")
    name = "all" if listed else "shares" if request.says.has("pie") else ""
    if kind is IntentKind.SUMMARISE and not request.says.has("sum", "summary", "genre", "tell"):
        name = "passage"
    flows = kind is IntentKind.SUMMARISE and phrase_words().patterns["flowing"].search(bare)
    form = AnswerForm.PARAGRAPH if flows else AnswerForm.PLAIN
    return Intent(kind, matter, name, length, form=form, most=request.most)


def _comparison(bare: str, matter: str, length: str) -> Intent:
    """Things put side by side; of figures a question: 合格率对比一下 asks how much each is."""
    if not intent_words().compared_figures.search(bare):
        return Intent(IntentKind.COMPARE, matter, length=length)
    if _asks_outright(matter):
        return Intent(IntentKind.FIND, bare)
    matter = intent_words().compared_guess.sub("", matter)
    if "、" in matter:
        return Intent(IntentKind.FIND, f"{matter}各多少", form=AnswerForm.TABLE)
    return Intent(IntentKind.FIND, f"{matter}相差多少")


def _question(request: MessageRequest, bare: str, *, asks: bool) -> Intent:
    """A question, and how its answer is to be told."""
    kind, subject, says = IntentKind.FIND, request.subject, request.says
    if says.has("letter") and says.has(*ACTS) and not asks:
        return Intent(kind, subject, "letter", form=AnswerForm.QUOTES, most=_QUOTED)
    if check := _read_check(bare):
        return check
    if says.has("quotes"):
        subject = intent_words().quoted.sub("", subject)
    elif request.length:
        return Intent(kind, subject, length=request.length, form=AnswerForm.SHORTER)
    if says.says and not says.without("summary", "genre", "plan", "draft").says:
        return Intent(kind, bare)
    name = _change_of(request.says, request.length)
    form = AnswerForm(name) if name in _FORMS else AnswerForm.PLAIN
    most = 0 if says.has("each_bureau") else request.most  # one of each is what is shorter
    if most > 1 and says.has("fetch") and form is AnswerForm.PLAIN:
        form = AnswerForm.SHORTER
    return Intent(kind, subject, form=form, most=most)


def _asks(text: str) -> bool:
    """Whether words ask something: how much, why, whether."""
    return bool(intent_words().asks_figures.search(text)) or _asks_outright(text)


def _asks_outright(text: str) -> bool:
    """The same of words that ask, not of those that only name what is counted: 合格率."""
    return bool(_HOW_MANY.search(text) or phrase_words().asking.search(text))


def _kind_of(request: MessageRequest, *, asks: bool) -> IntentKind:
    """What the phrases of a request want made; a question where nothing, or where it asks."""
    has = request.says.has
    makes = has("write", "make", "draft")
    counted = bool(request.most) and has("make")
    makes = makes and not has("figures", "counts")
    words = intent_words()
    ahead = any(w.search(request.subject) for w in (words.next_year, words.next_period))
    if has("quotes") or (has("letter") and has(*ACTS) and not asks):
        return IntentKind.FIND
    kinds = {
        IntentKind.CHART: has("chart", "pie"),
        IntentKind.TABLE: ((has("table") or (has("tally") and not asks)) and not has("compare"))
        or (has("figures", "counts") and (has("fetch") or counted) and not has("only"))
        or (has("counts") and has("list")),
        IntentKind.DRAFT: makes and not asks and (has("plan") or (has("draft") and ahead)),
        IntentKind.COMPARE: has("compare"),
        IntentKind.SUMMARISE: (
            not asks
            and (makes or has("sum", "summary") or (has("genre", "paragraph") and has("fetch")))
        )
        or (has("tell") and not asks and not _change_of(request.says, request.length))
        or (bool(request.length) and not asks),
    }
    return next((kind for kind, wanted in kinds.items() if wanted), IntentKind.FIND)


def _change_of(says: Phrases, length: str) -> str:
    """In which form phrases want something; empty where they do not say."""
    name = read_change(says)
    return "length" if length and name in ("", "shorter", "longer", "paragraph") else name


def _read_check(bare: str) -> Intent | None:
    """Whether figures add up: the matter is the place where they stand.

    One that gives a figure (检查了1233台，对不对) asks for that figure.
    """
    match = intent_words().sums.search(bare)
    if not match or len(find_figures(bare)) == 1:
        return None
    return Intent(IntentKind.FIND, f"{bare[: match.start()]} {bare[match.end() :]}".strip(), "sums")


def _read_claim(bare: str) -> Intent | None:
    """Whether a figure that somebody states or remembers is so: 合格率我写90.6%行不."""
    patterns = phrase_words().patterns
    claim = patterns["claimed"].search(bare) or patterns["checked"].search(bare)
    if not claim:
        return None
    told = _PIECE.findall(f"{bare[: claim.start()]}{bare[claim.end() :]}")
    while len(told) > 1 and cut_phrases(told[-1]) is not None:  # 真的假的
        told.pop()
    while len(told) > 1 and cut_phrases(told[0]) is not None:  # 不对吧，区局明明是
        told = told[1:]
    rest = patterns["stating"].sub("", "，".join(told).strip("来着吧啊呢是 "))
    figures = find_figures(rest)
    if not any(f.unit or f.text.endswith(_LARGE) for f in figures) or _asks_outright(rest):
        return None
    if cut_phrases("".join(c for c in rest if c not in STOPS)) is not None:
        return Intent(IntentKind.CHANGE, bare, AnswerForm.EVIDENCE.value)
    asks = question_words().confirming.search(rest)
    return Intent(IntentKind.FIND, rest if asks else reply("claimed", claim=rest), "claimed")


def _without_everyone(text: str) -> str:
    """The pieces of a text without 各局."""
    for match in reversed(_everyone_in(text)):
        text = text[: match.start()] + text[match.end() :]
    pieces = (piece.strip("的") for piece in _PIECE.findall(text))
    return " ".join(piece for piece in pieces if piece)


def elsewhere_words(text: str) -> list[str]:
    """The words of a message for which no report seems to be the place."""
    return [match[0] for match in intent_words().elsewhere.finditer(text)]


def own_bureau_spans(text: str) -> Sequence[tuple[int, int]]:
    """Where a message says 我们局, 本局, 咱们单位."""
    return [match.span() for match in intent_words().own_bureau.finditer(text)]

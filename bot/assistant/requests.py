"""A message cut into what it asks to be done and what of: 给领导写一段｜区局的投诉｜，两百字. Pure.

The phrases are in ``data/phrases.toml``. They are read at the edges of each clause and where
several of them stand together; what no phrase claims is the subject, so that the names of things
that hold such words (工作总结, 整治方案, 列车) stay whole.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import accumulate, pairwise, takewhile

from bot.assistant.phrases import (
    ACTS,
    PATTERNS,
    Phrase,
    Phrases,
    PhraseTable,
    cut_phrases,
    cut_text,
    number_in,
    phrase_words,
    read_talk,
)
from knowledge.lexicon import cut_words, tag_words
from knowledge.understanding.topics import topics

_MAKING = frozenset({"write", "make"})
_MOVING = frozenset({"add", "remove", "place", "last", "keep"})
_TURNING = frozenset({"transpose", "sort", "blanks"})
"""What is done to all that was given, and not to a part of it."""
_DOING = ACTS | _MOVING | {"only", "compare", "save", "quotes", "tally"}
_FORMS = frozenset({"table", "chart", "pie", "word", "file", "genre", "summary"})
"""What an answer may be put into."""
_SAYING_HOW = frozenset({"paragraph", "length", "each", "each_bureau", "gist", "prose"})
_ALONE = _MOVING | {
    "write", "make", "tell", "sum", "list", "fetch", "compare", "summary", "length", "each_bureau",
    "tally",
    "counts", "quotes",
}  # fmt: skip
"""What one phrase at a clause's edge may ask for; others need a second beside them."""
_MADE = frozenset({"genre", "plan", "draft"})
"""What is a thing that a report tells of, unless something is to be made."""
_GLUE = frozenset({"measure", "frame", "filler", "everything", "about", "courtesy"})
_BEFORE_RUN = frozenset({"frame", "about"})
_POLITE, _FRAMES = frozenset({"courtesy", "audience"}), frozenset({"frame"})
_NAMES = frozenset({"figures", "table", "chart", "pie"})
_SIZES = frozenset({"short", "long", "thin", "wordy"})
_OF_FORM = frozenset({
    *_SIZES, "shorter", "longer", "more", "degree", "too", "each", "gist", "table", "chart", "pie",
    "word", "file", "save", "only", "join", "figures", "prose", "paragraph", "again", "tasks",
    "refused",
})  # fmt: skip
_SAYS = {**dict.fromkeys(("amount", "source", "pair", "able", "asked"), ""), "numbers": "figures"}
"""What patterns say within a request, where it is not their name."""
_OF_CLAUSE = (
    _OF_FORM | _DOING | _GLUE | _TURNING | {"act", "length", "items", "audience", "use", "sample"}
)
_THINGS = _GLUE | {"figures", "word", "file"}
"""What asks for nothing where it is all that a clause says."""
_JOINING = ("和", "与", "跟", "及", "、")
_EDGES, _BUREAU_ENDS, _BEGINS_QUESTION = "的也", "局县区市", ("有什么", "有哪些", "有啥")
_PARTICLES = re.compile("[吧呗啊呀哈哦嘛]+$")
_BEHIND_NOUN, _BEHIND_ACT = tuple("里中上内的了过着到"), tuple("了过着得")
_ASKED = re.compile(r"(?:怎么|咋|如何|谁|多|哪(?:一?[家个些])?(?:[县区市]?局|单位)?)$")
_NAMING_TAGS = ("n", "m", "eng")
_SHORT_REMARK, _LONGEST_RUN = 6, 40
_PAIR = 2
SENTENCE, _MINUTE = 50, 200
"""Characters of a sentence and of a minute of speech."""
STOPS = " \t\u3000，,。.；;：:？?！!~～…、"
_HOW_MUCH = re.compile("多少|几[个家件起户批台条份人次]")
_COUNTED = re.compile(r"[一两二三四五六七八九十\d](?:条|点|项|句|个数)|[两二三四五六七八九十]个")
_CLAUSE = re.compile(r"[^\s，,。；;：:？?！!（）()—]+")
_EMPTY = re.compile(r"[（(][）)]|—+(?=$|—)")
_DOUBLED = re.compile(rf"([{re.escape(STOPS)}])[{re.escape(STOPS)}]+")


@dataclass(frozen=True, slots=True)
class MessageRequest:
    """What a message asks for: of ``subject``, its words that no phrase claims.

    ``says`` is what its phrases say. ``length`` is a name (半页) or a number of characters,
    ``most`` how many things are wanted; empty and 0 where it does not say. ``moved`` is what is to
    be done to parts of what is given, or to all of it, each with the part, the order, the word.
    """

    subject: str
    says: Phrases
    length: str = ""
    most: int = 0
    moved: tuple[tuple[str, str], ...] = ()


def read_request(text: str) -> MessageRequest:
    """What a message asks for; talk and remarks in it (领导催得急) are no part of it."""
    clauses = [_Clause(match[0], match.start()) for match in _CLAUSE.finditer(text)]
    last = max((n for n, clause in enumerate(clauses) if clause.asks_outright), default=0)
    asking = [
        clause
        for n, clause in enumerate(clauses)
        if not (clause.is_aside or (n < last and clause.leads_in))
    ] or clauses
    says = {phrase.says for clause in asking for phrase in clause.cut(_ALONE_IN_MESSAGE)}
    asks = bool(says & (_DOING | _SAYING_HOW))
    message = _Message(asks=True, makes=bool(says & _MAKING)) if asks else _ALONE_IN_MESSAGE
    cuts = [(clause, clause.cut(message)) for clause in asking]
    moving = [clause for clause, cut in cuts if any(one.says in _MOVING for one in cut)]
    claimed = [clause.span for clause in clauses if clause in moving or clause not in asking]
    said = list[tuple[str, str]]()
    for clause, cut in cuts:
        if clause not in moving:
            claimed += ((clause.start + one.start, clause.start + one.end) for one in cut)
            said += ((one.says, clause.text[one.start : one.end]) for one in cut)
    done = [(name, words) for name, words in said if name in _TURNING]
    lengths = [words for name, words in said if name == "length"]
    return MessageRequest(
        _without(text, claimed),
        Phrases(tuple(name for name, _ in said if name not in _GLUE | _TURNING)),
        next(map(_length_in, lengths), ""),
        _number_wanted(said),
        (
            *(_read_move(clause, cut) for clause, cut in cuts if clause in moving),
            *((name, turning_part(name, words)) for name, words in done),
            *(("sentences", str(number_in(words))) for words in lengths if "句" in words[1:]),
        ),
    )


def turning_part(name: str, words: str) -> str:
    """What words that turn, sort or fill a table say of it: asc, or what stands for nothing."""
    if blank := phrase_words().turning["blanks"].search(words):
        return blank["word"]
    order = _order_in(words) if name == "sort" else ""
    return "asc" if order and order[0] in "小低少升" else ""


def _order_in(words: str) -> str:
    """The order that words that sort name: 从大到小; empty where they name none."""
    order = phrase_words().turning["sort"].search(words)
    return (order["order"] or "") if order else ""


def _number_wanted(said: Sequence[tuple[str, str]]) -> int:
    """How many things phrases want: 三条原话; sentences are a length, unless they are quoted."""
    quoted = any(name == "quotes" for name, _ in said)
    counted = (words for name, words in said if quoted or name != "length")
    return next((number_in(words) for words in counted if _COUNTED.search(words)), 0)


def _read_move(clause: "_Clause", cut: Sequence[Phrase]) -> tuple[str, str]:
    """What is to be done to a part, and the part's name."""
    move = next(one.says for one in cut if one.says in _MOVING)
    return move, _without(clause.text, [(one.start, one.end) for one in cut])


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """A text without some spans, and with one stop where that leaves several."""
    kept, end = "", 0
    for start, stop in sorted(spans):
        kept, end = kept + text[end:start], max(end, stop)
    rest = _DOUBLED.sub(r"\1", kept + text[end:]) if spans else text
    return (_EMPTY.sub("", rest) if spans else rest).strip(STOPS + "—" if spans else " ")


@dataclass(frozen=True, slots=True)
class _Message:
    """What the other clauses of a message leave to one: whether they ask, and to make something.

    Where something is asked for, one phrase at an edge needs no second beside it.
    """

    asks: bool = False
    makes: bool = True


_ALONE_IN_MESSAGE = _Message()


class _Clause:
    """A clause, of which phrases may claim words."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.span = (start, start + len(text))
        self._lowered = text.lower()
        self._found = dict[int, list[tuple[str, int]]]()

    @cached_property
    def is_aside(self) -> bool:
        """Whether the clause is talk, or a remark that asks nothing."""
        said = cut_phrases(self.text)
        is_talk = said is not None and bool(read_talk(said))
        return is_talk or (not self.says_how and is_remark(self.text))

    @property
    def asks_outright(self) -> bool:
        """Whether the clause asks something of itself: how much, who, why."""
        return bool(_HOW_MUCH.search(self.text) or phrase_words().asking.search(self.text))

    @property
    def leads_in(self) -> bool:
        """Whether the clause says where an answer goes, and asks for nothing.

        汇总表等着填，区局投诉多少件 is no table.
        """
        named = self._run_from(0, _ALONE_IN_MESSAGE)
        rest = self.text[named[-1].end :] if named else ""
        nouns = any(tag.startswith(_NAMING_TAGS) for _, tag in tag_words(rest))
        return bool(rest) and {one.says for one in named} <= _FORMS and not nouns

    def cut(self, message: _Message) -> list[Phrase]:
        """The phrases of the clause that ask for something."""
        if self.says_how:
            return self.says_how
        cut = self._cut_edges(message)
        if any(one.says in _MOVING for one in cut):
            return self._cut_edges(replace(message, makes=False))  # 打算 is what is moved
        return cut

    def _cut_edges(self, message: _Message) -> list[Phrase]:
        polite = self._leading(0, _POLITE)
        first = polite[-1].end if polite else 0
        left = self._left_run(first, message)
        after = left[-1].end if left else first
        right = self._right_run(after, message)
        middle = self._middle_run(after, right, message)
        if not right:  # 写个……的思路: what is written stands at the end
            thing = self._right_run(after, replace(message, asks=True))
            middle = self._middle_run(after, thing, message)
            right = thing if middle else []
        frames = self._leading(first, _FRAMES) if message.asks and not left else []
        cut = [*polite, *frames, *left, *middle, *right]
        ending = _PARTICLES.search(self.text) if cut else None
        cut += [Phrase("filler", *ending.span())] if ending else []
        return [self._with_particles(one) for one in cut]

    def _with_particles(self, phrase: Phrase) -> Phrase:
        """A phrase with the 的 or 也 between it and the subject."""
        says, start, end = phrase
        while start and self.text[start - 1] in _EDGES:
            start -= 1
        return Phrase(says, start, end + self.text[end:].startswith("的"))

    @cached_property
    def says_how(self) -> list[Phrase]:
        """All phrases of a clause that says only how: 只要标题, 两百字以内."""
        said = cut_text(self.text) or []
        says = {phrase.says for phrase in said}
        known = says <= _OF_CLAUSE | phrase_words().request.keys()
        return said if known and not says & (_MOVING | _MADE) else []

    def _left_run(self, start: int, message: _Message) -> list[Phrase]:
        run = self._run_from(start, message)
        while run:
            if not _ends_loosely(run) and self._parts_words(run, run[-1].end):
                break
            run.pop()
        if self._is_done(run):
            return []
        if not run or run[0].says in _GLUE - _BEFORE_RUN or self._is_asked(run[-1].end):
            return []
        noun = len(_asking(run)) == 1 and run[-1].says not in _GLUE
        of_noun = noun and self.text[run[-1].end :].startswith(_BEHIND_NOUN)
        return run if not of_noun and _asks(run, message) else []

    def _right_run(self, after: int, message: _Message) -> list[Phrase]:
        """The phrases behind a subject, as many as reach the clause's end."""
        runs: dict[int, list[Phrase]] = {len(self.text): []}
        for start in range(len(self.text) - 1, max(after, len(self.text) - _LONGEST_RUN) - 1, -1):
            for phrase in self._phrases_at(start, message):
                if phrase.says and phrase.end in runs:
                    runs[start] = [phrase, *runs[phrase.end]]
                if not phrase.says or phrase.end in runs:
                    break
        for start in sorted(runs):
            run = runs[start]
            if run and self._begins_run(run) and _asks(run, message) and not self._is_done(run):
                return run
        return []

    def _begins_run(self, run: Sequence[Phrase]) -> bool:
        """Whether phrases that reach the clause's end begin with their first one."""
        first, before = run[0], self.text[: run[0].start]
        glue = takewhile(lambda one: one.says in _GLUE, run)
        unframed = any(p.says not in _BEFORE_RUN and (p is first or _is_word(p)) for p in glue)
        if unframed or _ASKED.search(before):
            return False
        if before.endswith(("也", "再")) and first.says == "tell":
            return False  # 县局的也说说 goes on
        if before.endswith(("没", "没有", "未")) and first.says in ACTS:
            return False  # 还有几个没搞完 asks for nothing to be made
        if first.says in _NAMES and not _is_word(first) and before[-1:] not in ("", "的"):
            return False
        asked = next(iter(_asking(run)), first)
        if asked.says in _MADE and self.text[: asked.start].endswith(_JOINING):
            return False  # 问题和打算 are things
        return self._parts_words(run, first.start)

    def _middle_run(self, after: int, right: Sequence[Phrase], message: _Message) -> list[Phrase]:
        """What asks for a text between two parts of its subject: 县局写个……的总结."""
        before = right[0].start if right else after
        for start in range(after + 1, before):
            run = self._run_from(start, message)
            while run and (run[-1].end > before or _ends_loosely(run)):
                run.pop()
            acts = run and run[0].says in ("write", "make", "draw", "frame")
            of_text = len(_asking(run)) >= _PAIR or (run and _is_text(run[-1]))
            if acts and of_text and self._begins_word(start):
                return run
        return []

    def _begins_word(self, place: int) -> bool:
        return place in self._word_ends or self.text[place - 1] in _BUREAU_ENDS

    def _parts_words(self, run: Sequence[Phrase], place: int) -> bool:
        """Whether a run stops between two words; where several phrases ask, their words count."""
        edge = run[0] if run[0].start == place else run[-1]
        several = len(_asking(run)) >= _PAIR or edge.says in _MOVING
        sure = several and edge.says not in _GLUE and (edge.says in ACTS or _is_word(edge))
        starts = place == 0 or self.text.startswith(_BEGINS_QUESTION, place)  # 党建有什么不一样
        return sure or starts or place in self._word_ends

    def _leading(self, start: int, says: frozenset[str]) -> list[Phrase]:
        """The phrases of some kinds from a place on."""
        run = self._run_from(start, _ALONE_IN_MESSAGE)
        found = [*takewhile(lambda one: one.says in says, run)]
        while found and found[-1].end not in self._word_ends:
            found.pop()
        return found

    def _run_from(self, start: int, message: _Message) -> list[Phrase]:
        """The phrases from a place on, one behind the other, the longest at each place."""
        run = list[Phrase]()
        while phrase := next(self._phrases_at(start, message), None):
            if not phrase.says:
                break
            run.append(phrase)
            start = phrase.end
        return run

    def _phrases_at(self, start: int, message: _Message) -> Iterator[Phrase]:
        """The phrases at a place, the longest first; one that says nothing bars the shorter."""
        if start not in self._found:
            self._found[start] = [*_table().find(self._lowered, start)]
        for name, end in self._found[start]:
            yield Phrase("" if name in _MADE and not message.makes else name, start, end)

    def _is_asked(self, end: int) -> bool:
        """Whether an asking word follows: 写了什么 asks, 写几条 does not."""
        asks = self.text[end:].startswith(phrase_words().kept["asks"])
        return asks and not next(self._phrases_at(end, _ALONE_IN_MESSAGE)).says

    def _is_done(self, run: Sequence[Phrase]) -> bool:
        """Whether a run tells that something was done: 搞了几条."""
        ends = (one.end for one in run if one.says in ACTS | _MOVING)
        return any(self.text[end:].startswith(_BEHIND_ACT) for end in ends)

    @cached_property
    def _word_ends(self) -> frozenset[int]:
        """Where the words of the clause end, as the dictionary has them."""
        return frozenset(accumulate(map(len, cut_words(self.text))))


@cache
def _table() -> PhraseTable:
    words = phrase_words()
    form = {
        name: [word for word in phrases if len(word) > 1 or name != "only"]
        for name, phrases in words.change.items()
        if name in _OF_FORM
    }
    kept = {"": (*words.kept["asks"], *words.kept["words"], *words.content)}
    named = ("about", "numbers", "length", "items", *PATTERNS, "asked")
    patterns = [(_SAYS.get(name, name), words.patterns[name]) for name in named]
    return PhraseTable(
        {
            **kept,
            **words.request,
            **form,
            **words.around,
            "style": words.talk["style"],
            "filler": words.filler,
        },
        [*words.shapes.items(), *patterns],
    )


def _is_word(phrase: Phrase) -> bool:
    """Whether a phrase is more than one character."""
    return phrase.end - phrase.start >= _PAIR


def _is_text(phrase: Phrase) -> bool:
    """Whether a phrase asks for one thing: 写个, 做份."""
    return phrase.says == "measure" or (phrase.says in _MAKING and _is_word(phrase))


def _asking(run: Sequence[Phrase]) -> list[Phrase]:
    return [one for one in run if one.says not in _GLUE]


def _ends_loosely(run: Sequence[Phrase]) -> bool:
    """Whether a run ends in words that belong to nothing in it."""
    last = run[-1]
    of_act = len(run) > 1 and last.says == "measure" and run[-2].says in ACTS
    return last.says in _GLUE and last.says != "frame" and not of_act


def _asks(run: Sequence[Phrase], message: _Message) -> bool:
    """Whether phrases at an edge ask for something, and are no part of a thing's name."""
    asking = _asking(run)
    says = {one.says for one in asking}
    if not asking or (says & _SIZES and not says & {"degree", "too"}):
        return False
    if message.asks or (len(asking) >= _PAIR and says & _DOING):
        return True
    first = asking[0]
    of_act = any(a.says in ACTS and b.says == "measure" for a, b in pairwise(run))
    long_name = first.says in _NAMES and first.end - first.start > _PAIR
    return of_act or long_name or (first.says in _ALONE and _is_word(first))


def is_remark(clause: str) -> bool:
    """Whether a clause begins like a remark and says nothing of any report: 领导催得急."""
    words = phrase_words()
    if words.asking.search(clause) or words.of_reports.search(clause):
        return False
    return bool(words.remark.match(clause)) and not _names_topic(clause)


def says_nothing(clause: str) -> bool:
    """Whether a short clause names no thing, no number and no bureau, and asks nothing: 又加班."""
    asks = phrase_words().asking.search(clause)
    if len(clause) > _SHORT_REMARK or asks or clause[-1] in "呢吗":
        return False
    return not any(tag.startswith(_NAMING_TAGS) for _, tag in tag_words(clause))


def _names_topic(clause: str) -> bool:
    return any(word in clause for topic in topics() for word in (topic.name, *topic.aliases))


def take_length(text: str) -> tuple[str, str]:
    """A text without the length that it asks for, and the length: 半页, or characters as digits."""
    match = phrase_words().patterns["length"].search(text)
    if not match:
        return text, ""
    return f"{text[: match.start()]} {text[match.end() :]}".strip(), _length_in(match[0])


def _length_in(words: str) -> str:
    match = phrase_words().patterns["length"].search(words)
    named = match.groupdict() if match else {}
    if named.get("count"):
        return str(number_in(named["count"]))
    for unit, characters in (("many", SENTENCE), ("minutes", _MINUTE)):
        if named.get(unit):
            return str(number_in(named[unit]) * characters)
    return (named.get("name") or "").rstrip("纸")

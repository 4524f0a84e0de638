"""A model's text cut into statements with their [n] marks, and what can be wrong with one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from knowledge.understanding.mentions import unit_words
from knowledge.understanding.sentences import Span

_NUMBERS = r"\d{1,3}(?:[ ]?[,，、\-–~～][ ]?\d{1,3})*"
_MARK = rf"(?:\[[ ]?{_NUMBERS}[ ]?\]|［{_NUMBERS}］|【{_NUMBERS}】)"
_MARKS = re.compile(rf"{_MARK}(?:[ \t]*{_MARK})*")
_END = re.compile(
    rf"(?:[。！？!?]+[”’\"』」）)》]*|(?<=[\]］】])[ ]*[；;]|[；;](?=[ ]*{_MARK})|\n|\Z)"
    rf"(?:[ \t]*{_MARK})*(?:\n[ \t]*(?:{_MARK}[ \t]*)+(?=\n|\Z))?\s*"
)
_ITEM = re.compile(
    r"[ \t\u3000]*(?:[-*•·–—][ \t]+|#{1,6}[ \t]+|\d{1,2}(?:[、)）．]|\.(?!\d))"
    r"|[(（](?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|[①-⑳]|[一二三四五六七八九十]{1,3}、)[ \t]*"
)
# Bold, not masked: what follows its end goes on neither with a unit nor with a place.
_BOLD = re.compile(
    r"(?:(?<!\*)\*\*(?!\*)|\*\*(?=\*\*[省市县区州旗盟镇乡]))(?P<words>(?:\*\*(?=[省市县区州旗盟镇乡]))?[^\s*，。；、,;](?:(?:[^*\n]|(?<!\*)\*(?!\*))*[^\s*])?)"
    rf"\*\*(?!\*|[省市县区州旗盟镇乡村街道局]|(?<=[\u4e00-\u9fff]\*\*)[余多几十百千万亿]*{unit_words().pattern})"
)
_RANGE = re.compile(r"(\d{1,3})[ ]?[\-–~～][ ]?(\d{1,3})")
_MARKED_WHOLE = re.compile(r"[\]］】](?:[ ]?[。！？!?]|[ ]?[。！？!?]?\n)\s*\Z")
_BEGUN = re.compile(r"(?:[\[［【][\d 、,，\-–~～\]］】\[［【]*)?")
_LONGEST_RANGE = 20
_BREAK = re.compile(r"[，；;]|,(?!\d{3})")
_ENDS_MARKED = re.compile(rf"{_MARK}\s*\Z")
_HAN = re.compile("[\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W_]|\*")
_NAMING = re.compile(
    r"[（(](?:以下)?(?:统?简)?称(?:为|作)?[“\"]?(?P<name>[^“”\"（）()]{1,12})[”\"]?[)）]"
)
_SHORTEST = 4
_INTRODUCES = re.compile(
    r"(?:方面|领域|期间|过程中|中|里|时|后|前|的|：|:)\s*\Z"
    r"|^\s*(?:针对|围绕|根据|按照|为了|由于|因为?|如果|虽然|尽管)"
)
_PAIRS = (("（", "）"), ("(", ")"), ("“", "”"), ("《", "》"))


class FaultKind(StrEnum):
    """Why a statement does not stand; ``prompts/repair`` tells the model what each asks for."""

    UNKNOWN_PASSAGE = "unknown_passage"
    UNCITED = "uncited"
    FIGURE_UNCITED = "figure_uncited"
    FIGURE_MISSING = "figure_missing"
    UNIT_CHANGED = "unit_changed"
    FIGURE_ELSEWHERE = "figure_elsewhere"
    FIGURE_MISPLACED = "figure_misplaced"
    MASK_FILLED = "mask_filled"
    NOT_MASKED = "not_masked"
    WRONG_BUREAU = "wrong_bureau"
    WRONG_PERIOD = "wrong_period"
    NOT_ASKED = "not_asked"
    DATE_MISSING = "date_missing"
    NAME_MISSING = "name_missing"
    MISQUOTED = "misquoted"
    WORDS_ADDED = "words_added"
    MEANING_TURNED = "meaning_turned"


@dataclass(frozen=True, slots=True)
class StatementFault:
    """One fault and the words of the statement that it is about."""

    kind: FaultKind
    words: str


class StatementRole(StrEnum):
    """What a statement does: it asserts, leads in to others, or says that there is nothing."""

    ASSERTION = "assertion"
    LEAD_IN = "lead_in"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class CheckedStatement:
    """A statement of the checked text, ``text[start:end]``; ``text`` has no space at its ends."""

    text: str
    start: int
    end: int
    cited: tuple[int, ...]
    role: StatementRole = StatementRole.ASSERTION
    faults: tuple[StatementFault, ...] = ()

    @property
    def says_nothing(self) -> bool:
        """Whether it is of citations alone."""
        return bool(self.cited) and not _WORD.search(_MARKS.sub("", self.text))


@dataclass(frozen=True, slots=True)
class CheckedText:
    """A text with what was found; the statements cover it without a gap.

    ``cut`` is what was taken off the end of statements whose rest stands; ``recited`` are the
    statements, as they were written, that were marked with another passage than the text gave.
    """

    text: str
    statements: tuple[CheckedStatement, ...]
    cut: tuple[str, ...] = ()
    recited: tuple[str, ...] = ()

    @property
    def says_nothing(self) -> bool:
        """Whether it is of citations alone, or empty."""
        return all(s.says_nothing or not s.text for s in self.statements)

    @property
    def faulty(self) -> tuple[CheckedStatement, ...]:
        """Those that do not stand."""
        return tuple(statement for statement in self.statements if statement.faults)

    @property
    def passing(self) -> tuple[CheckedStatement, ...]:
        """Those that stand; a lead-in only if something that it leads in to stands too.

        Citations alone are none.
        """
        passing: list[CheckedStatement] = []
        led = passed = False
        for statement in reversed([s for s in self.statements if not s.says_nothing]):
            if statement.role is StatementRole.LEAD_IN:
                passed = True
                if led and not statement.faults:
                    passing.append(statement)
                continue
            led = led if statement.faults and not passed else not statement.faults
            passed = False
            if not statement.faults:
                passing.append(statement)
        return tuple(reversed(passing))


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a statement and the passages that the marks behind it name."""

    start: int
    end: int
    numbers: tuple[int, ...]

    def holds(self, position: int) -> bool:
        """Whether a place of the statement is inside."""
        return self.start <= position < self.end


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """``text[start:end]``, white space after it included.

    ``body`` is as long, with marks and the number of a list item made blank; ``segments`` are
    its stretches, places counted in ``body``. ``in_list``: it belongs to an item of a list.
    """

    start: int
    end: int
    body: str
    segments: tuple[Segment, ...]
    in_list: bool = False

    @property
    def cited(self) -> tuple[int, ...]:
        """Every passage number that is marked, once, in order."""
        return tuple(dict.fromkeys(n for segment in self.segments for n in segment.numbers))

    @property
    def leads_in(self) -> bool:
        """Whether it ends as what introduces the lines below it, and has no mark of its own."""
        return not self.cited and self.body.rstrip(" *\n").endswith(("：", ":"))

    def resting_on(self, numbers: tuple[int, ...]) -> "MarkedSentence":
        """The same as if all of it were marked with some passages."""
        return replace(self, segments=(Segment(0, len(self.body), numbers),))


def passages_led_to(sentences: Sequence[MarkedSentence]) -> tuple[int, ...]:
    """What the lines below the first of some sentences rest on: its list, or its paragraph."""
    following = sentences[1:2]
    for one, other in pairwise(sentences[1:]):
        if other.in_list != one.in_list or other.leads_in or one.body.count("\n") > 1:
            break
        following = (*following, other)
    return tuple(dict.fromkeys(n for sentence in following for n in sentence.cited))


def shorten(written: str) -> Iterator[tuple[str, str]]:
    """A statement without its last clauses, the longest first, each with what is taken off.

    The marks behind what is taken off are kept. What is left is a sentence of some length, with
    as many brackets and quotation marks opened as closed, and is more than an introduction.
    """
    bare = written.rstrip()
    for match in reversed(list(_BREAK.finditer(bare))):
        head, tail = bare[: match.start()], bare[match.end() :]
        marks = "" if _MARKS.search(head) and _ENDS_MARKED.search(head) else _first_marks(tail)
        if _is_whole(head):
            yield f"{head}{marks}。{written[len(bare) :]}", _MARKS.sub("", tail).rstrip("。；;，, ")


def with_other_marks(written: str, n: int) -> Iterator[str]:
    """A statement marked as resting on a passage: all of it, then one of its stretches alone."""
    bare = written.rstrip()
    plain = _MARKS.sub("", bare)
    end = len(plain.rstrip("。；;！？!?"))
    yield f"{plain[:end]}[{n}]{plain[end:]}{written[len(bare) :]}"
    marks = list(_MARKS.finditer(written))
    for match in marks if len(marks) > 1 else ():
        yield f"{written[: match.start()]}[{n}]{written[match.end() :]}"


def _first_marks(text: str) -> str:
    match = _MARKS.search(text)
    return match[0] if match else ""


def _is_whole(head: str) -> bool:
    """Whether a beginning of a statement can stand as a sentence."""
    last = _BREAK.split(head)[-1]
    paired = all(head.count(one) == head.count(other) for one, other in _PAIRS)
    return paired and len(_HAN.findall(last)) >= _SHORTEST and not _INTRODUCES.search(last)


def split_statements(text: str) -> list[MarkedSentence]:
    """Cut a text at 。！？, line ends and at ；beside a mark; the parts cover it without a gap."""
    sentences: list[MarkedSentence] = []
    for span in _spans(text):
        before = sentences[-1] if sentences else None
        on_line = before is not None and "\n" not in text[before.start : before.end]
        in_list = before.in_list if before and on_line else bool(_ITEM.match(text, span.start))
        sentences.append(replace(_sentence(text, span), in_list=in_list))
    return sentences


def settled_length(text: str) -> int:
    """Up to where no further text can change the statements: a stream is checked that far."""
    spans = _spans(text)
    while len(spans) > 1 and _BEGUN.fullmatch(text[spans[-1].start :].strip()):
        spans.pop()
    return spans[-1].start if spans else 0


def _spans(text: str) -> list[Span]:
    spans: list[Span] = []
    position = 0
    while position < len(text):
        match = _END.search(text, position)
        end = match.end() if match and match.end() > position else len(text)
        piece = text[position:end]
        bare = not _MARKS.sub("", piece).strip(" \t\n\u3000。；;，,")
        if bare and spans:
            spans[-1] = Span(spans[-1].start, end)
        else:
            spans.append(Span(position, end))
        position = end
    return spans


def _sentence(text: str, span: Span) -> MarkedSentence:
    piece = text[span.start : span.end]
    item = _ITEM.match(piece)
    body = " " * item.end() + piece[item.end() :] if item else piece
    segments: list[Segment] = []
    position = 0
    for match in _MARKS.finditer(piece):
        numbers = _numbers(match[0])
        if segments and not piece[position : match.start()].strip(" \t\n\u3000。；;，,、"):
            last = segments.pop()
            position, numbers = last.start, last.numbers + numbers
        segments.append(Segment(position, match.start(), numbers))
        position = match.end()
    if piece[position:].strip(' \t\n\u3000。；;，,、！？!?”’"』」）)》') or not segments:
        segments.append(Segment(position, len(piece), ()))
    body = _BOLD.sub(_without_stars, body)
    body = _MARKS.sub(lambda m: " " * len(m[0]), body)
    body = _NAMING.sub(_without_naming, body)
    return MarkedSentence(span.start, span.end, body, tuple(segments))


def without_markup(written: str) -> str:
    """A statement without the mark of its list item and the stars of bold print; masks stay."""
    item = _ITEM.match(written)
    return _BOLD.sub(r"\g<words>", written[item.end() if item else 0 :]).strip()


def _without_stars(bold: re.Match[str]) -> str:
    """The words of bold print, as long as before; a unit right behind stays right behind."""
    words = bold["words"]
    return f"  {words}  " if "[" in words else f"    {words}"


def _without_naming(bracket: re.Match[str]) -> str:
    """Blanks for a bracket that gives a name's short form: 县局 for 县市场监管局, in its order."""
    before = iter(bracket.string[: bracket.start()])
    shortens = all(character in before for character in bracket["name"])
    return " " * len(bracket[0]) if shortens else bracket[0]


def _numbers(marks: str) -> tuple[int, ...]:
    found: list[int] = []
    rest = marks
    for match in _RANGE.finditer(marks):
        first, last = int(match[1]), int(match[2])
        if first < last <= first + _LONGEST_RANGE:
            found += range(first, last + 1)
            rest = rest.replace(match[0], " ")
    found += [int(digits) for digits in re.findall(r"\d+", rest)]
    return tuple(dict.fromkeys(found))


def showable_length(text: str) -> int:
    """Up to where a growing text can be shown: ``settled_length``, and a statement marked whole.

    After ``……[3]。`` or a line that ends with a mark, one more mark could follow, but hardly does:
    waiting for what comes next would hold back what is ready. What leads in to lines that are to
    come rests on them.
    """
    if _MARKED_WHOLE.search(text):
        return len(text)
    settled = split_statements(text[: settled_length(text)])
    while settled and settled[-1].leads_in:
        settled.pop()
    return settled[-1].end if settled else 0


def renumber_marks(text: str, marks: Mapping[int, str]) -> str:
    """The text with each run of marks replaced by those that ``marks`` gives for its numbers."""

    def new_marks(match: re.Match[str]) -> str:
        return "".join(dict.fromkeys(marks[n] for n in _numbers(match[0]) if n in marks))

    return _MARKS.sub(new_marks, text)

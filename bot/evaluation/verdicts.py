"""Whether an answer is right, refuses or is wrong, by what it states as its own.

An answer does not state what it quotes, nor, up to the end of the line, what it tells beside a
refusal: 没有写化妆品抽检的合格率；写了：化妆品抽检6批次[1].
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from bot.answers import Answer, AnswerStatus, Quote
from bot.evaluation.golden import GoldenQuestion
from knowledge.understanding.figures import Figure, find_figures
from knowledge.understanding.mentions import fold_width
from knowledge.understanding.sentences import find_all


def says(text: str, wording: str) -> bool:
    """Whether a text says a wording; a figure only as a whole: 86家 is not in 186家 or 1,286家."""
    before = r"(?<![\d０-９])(?<![\d０-９][.,，．])" if wording[:1].isdigit() else ""
    after = r"(?![\d０-９]|[.,，．][\d０-９])" if wording[-1:].isdigit() else ""
    return re.search(before + re.escape(wording) + after, text) is not None


def unsupported_figures(text: str, quotes: Sequence[Quote]) -> list[str]:
    """The figures of a text that are in none of its quotes in the same words and unit.

    Full and half width are alike; a blank that is to be filled in (××家) is no figure.
    """
    quoted = [figure for quote in quotes for figure in find_figures(fold_width(quote.text))]
    figures = find_figures(fold_width(text))
    return [f.text for f in figures if not any(_is_same_figure(f, other) for other in quoted)]


def _is_same_figure(figure: Figure, quoted: Figure) -> bool:
    same = (quoted.unit, quoted.masked) == (figure.unit, figure.masked)
    return same and says(quoted.text, figure.text.strip())


REFUSALS = frozenset({AnswerStatus.NOT_FOUND, AnswerStatus.NO_SUCH_REPORT})

_REFUSES = re.compile(
    r"(?:没有|没|未)(?:找到|写(?!明)|提到|提及|给出|说到|说明|替您排)"
    r"|库里没有|不是已完成|不能(?:相加|合计|相比)"
)
_RANKS = re.compile(
    r"最[多少高低大小]|第[一1]|排名|排序|[从由][多少高低大小][到至][多少高低大小]|[＞>]"
)
_LEADS_ON = re.compile(r"的|[）)]?[：:]")
_QUOTATION = re.compile(r"“[^“”]*”")
_CITED_QUOTATION = re.compile(r"(?<=[为作：])“[^\n]*?”(?=\[\d+\])")
_MARK = re.compile(r"\[\d+\]")
_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3})")
_CLAUSE_END = re.compile("[，。；：、]")
_NAME = re.compile(r"[\u4e00-\u9fff]{2}")
_EQUALS = re.compile("[＝=≈]")


class Verdict(StrEnum):
    """How good an answer is."""

    RIGHT = "right"
    REFUSED = "refused"
    WRONG = "wrong"


def judge_answer(golden: GoldenQuestion, answer: Answer) -> Verdict:
    """Judge an answer by its case.

    It is wrong to give a rejected figure or one that no quote holds, and to leave out something
    that is asked without saying so. Refused is what lacks something and says that it does.
    """
    if stated_rejects(golden, answer) or _unquoted_figures(golden, answer):
        return Verdict.WRONG
    if is_right(golden, answer):
        return Verdict.RIGHT
    refuses = answer.status in REFUSALS or _REFUSES.search(_without_quotations(answer.text))
    return Verdict.REFUSED if refuses else Verdict.WRONG


def is_right(golden: GoldenQuestion, answer: Answer) -> bool:
    """Whether the status fits and the answer says everything that it must."""
    text = _plain(answer.text)
    stated = _CITED_QUOTATION.sub("", text)
    ranked = not golden.first or any(_puts_first(ln, golden.first) for ln in text.split("\n"))
    return (
        answer.status in golden.status
        and all(_says_one(text, wordings) for wordings in golden.accept)
        and all(_says_one(stated, wordings) for wordings in golden.figures)
        and (answer.status in REFUSALS or _tells_missing(text, golden))
        and ranked
    )


def _tells_missing(text: str, golden: GoldenQuestion) -> bool:
    refusing = [line for line in text.split("\n") if _REFUSES.search(line)]
    return all(any(_says_one(ln, words) for ln in refusing) for words in golden.missing)


def _puts_first(line: str, names: Sequence[str]) -> bool:
    """Whether a line ranks and has the first name at the ranking word.

    That is the next one after 最多的是 or 从多到少：, else the last one before the word.
    """
    ranks = _RANKS.search(line)
    if not ranks:
        return False
    places = sorted((span.start, name) for name in names for span in find_all(name, line))
    before = [name for start, name in places if start < ranks.start()]
    after = [name for start, name in places if start >= ranks.end()]
    forward = not before or _LEADS_ON.match(line, ranks.end())
    return names[0] in (after[:1] if forward else before[-1:])


def stated_rejects(golden: GoldenQuestion, answer: Answer) -> list[str]:
    """The rejected figures that an answer states."""
    lines = [_MARK.sub("", _plain(line)) for line in _stated_lines(answer)]
    quoted = [_plain(citation.quote.text) for citation in answer.citations]
    expected = _expected_wordings(golden)
    return [
        f for f in golden.reject if any(_states(ln, _plain(f), expected, quoted) for ln in lines)
    ]


def _states(line: str, figure: str, expected: Sequence[str], quoted: Sequence[str]) -> bool:
    """Whether a line gives a figure as the answer; of a calculation, as what comes out of it.

    Where the line says what is ``expected``, a clause that says it too gives no other answer,
    nor do the report's own words with a subject of their own: 检查药店86家、医疗机构132家.
    """
    answers = _says_one(line, expected)
    for clause in _CLAUSE_END.split(line):
        *operands, result = _EQUALS.split(clause)
        if not says(result, figure):
            continue
        named = _NAME.search(clause.replace(figure, "")) and any(
            clause.strip() in q for q in quoted
        )
        if operands or not answers or not (named or _says_one(clause, expected)):
            return True
    return False


def _expected_wordings(golden: GoldenQuestion) -> list[str]:
    return [_plain(w) for wordings in (*golden.accept, *golden.figures) for w in wordings]


def _unquoted_figures(golden: GoldenQuestion, answer: Answer) -> list[str]:
    """The figures of lines with a mark that no quote holds; calculations are left out."""
    lines = [x for x in _stated_lines(answer) if _MARK.search(x) and not _EQUALS.search(x)]
    text = "\n".join(_MARK.sub("", line) for line in lines)
    found = unsupported_figures(text, [citation.quote for citation in answer.citations])
    expected = _expected_wordings(golden)
    return [f for f in found if not any(says(w, _plain(f).strip()) for w in expected)]


def _stated_lines(answer: Answer) -> list[str]:
    """The lines of an answer without quotations and without what follows a refusal."""
    text = _without_quotations(answer.text)
    if answer.status in REFUSALS:
        return _REFUSES.split(text, maxsplit=1)[0].split("\n")
    return [_REFUSES.split(line, maxsplit=1)[0] for line in text.split("\n")]


def _without_quotations(text: str) -> str:
    while (stripped := _QUOTATION.sub("", text)) != text:
        text = stripped
    return text


def _says_one(text: str, wordings: Sequence[str]) -> bool:
    return any(says(text, _plain(wording)) for wording in wordings)


def _plain(text: str) -> str:
    """A text with figures in half width and without separators: １,４２０ and 1,420 are 1420."""
    return _SEPARATOR.sub("", fold_width(text))

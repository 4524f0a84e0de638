"""What a test reads out of an answer: its lines, their figures, their marks."""

import re
from dataclasses import dataclass

from bot.answers import Answer, AnswerStatus, report_label
from bot.assistant.intents import reply
from bot.wording import say
from knowledge.understanding.mentions import fold_width

_MARK = re.compile(r"\[(\d+)\]")
_ITEM = re.compile(r"^\d+\. ")
_DIGITS = re.compile(r"[\d０-９]+")
_SHOWN = re.compile(r"(?:.*原文为)?“(.*)”\[\d+\]$")  # a subject may hold quotation marks too
_OF_PERIOD = re.compile(say("answer.of_period", period=r"[\d—]+年\w*"))
_PART = re.compile(say("answer.part", ask=".*"))
_AS_TAKEN = "理解）"  # what was taken from the question before
_WIDENED = "写到的有：）"  # only others than those that were meant tell it
_AMOUNT = re.compile(
    r"(?P<amount>[\d０-９][\d０-９,，.．]*[^\d、，。（]{0,5})(?P<period>（[^）]*的）)?$"
)


@dataclass(frozen=True)
class Line:
    """One line of an answer: whose it is, what it says, the numbers of its quotes."""

    text: str
    who: str
    said: str
    marks: tuple[int, ...]


def lines_of(answer: Answer) -> list[Line]:
    """The lines of an answer that rest on quotes."""
    labels = sorted({report_label(c.quote.report) for c in answer.citations}, key=len, reverse=True)
    lines = []
    for text in answer.text.split("\n"):
        marks = tuple(map(int, _MARK.findall(text)))
        if marks:
            label = next((x for x in labels if f"{x}：" in text), "")
            said = _MARK.sub("", _ITEM.sub("", text))
            lines.append(Line(text, label, said.split(f"{label}：", 1)[-1], marks))
    return lines


def figures_of(answer: Answer) -> list[str]:
    """The amounts that each line tells, with the period that it names for them."""
    if answer.status not in (AnswerStatus.ANSWERED, AnswerStatus.MASKED):
        return []
    found = []
    for line in lines_of(answer):
        if line.text.startswith("推算："):
            continue
        matches = [_AMOUNT.search(piece) for piece in line.said.split("、")]
        amounts = [m["amount"] + (m["period"] or "") for m in matches if m]
        found += ["、".join(amounts)] if amounts else []
    return found


def faults_of(answer: Answer) -> list[str]:
    """Everything in which an answer does not rest on its quotes."""
    faults = []
    numbers = [c.n for c in answer.citations]
    if numbers != list(range(1, len(numbers) + 1)):
        faults.append(f"numbers {numbers}")
    for c in answer.citations:
        report = c.quote.report
        whole = 0 <= c.quote.span.start < c.quote.span.end <= len(report.text)
        if not whole or not c.quote.text or c.quote.text != c.quote.text.strip():
            faults.append(f"[{c.n}] is no slice of its report without white space around it")
    marked = {int(n) for n in _MARK.findall(answer.text)}
    if marked != set(numbers):
        faults.append(f"marks {sorted(marked)} for quotes {numbers}")
        return faults
    for line in lines_of(answer):
        quotes = [answer.citations[n - 1].quote for n in line.marks]
        told = "\n".join(q.text for q in quotes)
        if line.who and any(report_label(q.report) != line.who for q in quotes):
            faults.append(f"another's quote: {line.text}")
        said = _stated(answer, line)
        labels = "".join(report_label(q.report) for q in quotes)  # a summary begins with its year
        held = told + fold_width(told) + labels  # a sum writes ３１２件 as 312
        faults += [f"{d} in no quote: {line.text}" for d in digits(said) if d not in held]
        shown = _SHOWN.search(line.text)
        if shown and shown[1] not in told:
            faults.append(f"words in no quote: {line.text}")
    return faults + _unmarked(answer)


def _stated(answer: Answer, line: Line) -> str:
    """What a line says that must stand in its quotes; a sum is held by its operands instead."""
    if not line.text.startswith("推算："):
        return _OF_PERIOD.sub("", line.said)  # of which period may stand in a heading
    said = line.text
    for citation in answer.citations:
        said = said.replace(report_label(citation.quote.report), "")
    return re.sub(r"100%－|[＝≈].*", "", _MARK.sub("", said))


def digits(text: str) -> list[str]:
    """The numbers of a text, each as it is written."""
    return _DIGITS.findall(text)


def _unmarked(answer: Answer) -> list[str]:
    """Lines of an answer that state something without a quote."""
    if answer.status not in (AnswerStatus.ANSWERED, AnswerStatus.MASKED):
        return []
    heads = {say("answer.list_head", who=report_label(c.quote.report)) for c in answer.citations}
    heads |= {say("answer.planned", line=head) for head in heads}
    owned = (
        "not_mentioned",
        "no_figure",
        "ask_missing",
        "partly_unknown",
        "assumed_year",
        "not_ranked",
        "told_elsewhere",
        "told_too",
        "no_honours",
        "no_reason",
        "no_such_problem",
        "no_such_highlight",
        "no_highlights",
        "other_words",
        "near_words",
    )
    confirmed = ("same", "other", "reached", "not_reached", "exceeded", "not_exceeded")
    blank = dict.fromkeys(("who", "unknown", "said", "period", "ask"), "")
    ends = (
        _AS_TAKEN,
        _WIDENED,
        say("answer.instead_of", **blank)[-4:],  # behind the period
        *(say(f"answer.{key}", **blank)[-6:] for key in owned),
        *(say(f"confirmed.{key}") for key in confirmed),
    )
    columns = {reply(f"table_{column}") for column in ("who", "what", "amount", "text")}
    silent, _, _ = say("answer.nowhere_mentioned", ask="|").partition("|")
    return [
        f"no quote: {text}"
        for text in answer.text.split("\n")
        if text
        and not _MARK.search(text)
        and text not in heads
        and silent not in text
        and not set(text.split()) <= columns
        and not text.endswith(ends)
        and not _PART.fullmatch(text)
    ]

"""What a figure of a draft or a report is of, by its own name and the ledger's; pure."""

import re

from bot.ledger.gathering import LedgerEntry
from bot.ledger.words import ledger_words
from knowledge.understanding.indicators import indicator_catalogue
from knowledge.understanding.topics import topics, topics_of

_SHORTEST_NAME = 4
_CLAUSES, _AMONG = "，。；：", "其中"
GENERIC = re.compile(
    r"^(?:共|累计)?(?:检查|抽查|巡查|下发|下达|发放|张贴|开展|召开|组织|出动|责令|约谈|培训|发现|排查"
    r"|整改|参加|参与|完成|移送|移交|查处|查办|立案|指导|走访|监测|举办|建立|制定|监督检查)"
)
_ACT = re.compile(r"整治|专项|行动|检查|巡查|抽检|执法")
_ASPECT = re.compile("(?<!执法)(?<!办案)(?<!查处)(?<!秩序)(?:方面|领域)")


def clause_of(entry: LedgerEntry) -> str:
    """The words of a figure's clause."""
    return entry.report.text[slice(*entry.statement.clause)].strip(" ，、。；\n")


def own_name(entry: LedgerEntry) -> str:
    """What a figure counts, in its own words."""
    return indicator_catalogue().own_name(entry.statement)


def is_of_titled_line(entry: LedgerEntry) -> bool:
    """Whether it counts for the line of work that its text is of what the bureau counts in all."""
    topic = entry.indicator.topic if entry.indicator else ""
    lines = topics_of("", (entry.report.identity.title,), topics())
    return topic in ledger_words().counted_everywhere and bool(lines) and topic not in lines


def is_of_all(entry: LedgerEntry) -> bool:
    """Whether it tells of an indicator for all of the bureau."""
    is_part = indicator_catalogue().is_part(entry.statement)
    return entry.indicator is not None and not is_part and not is_of_one_line(entry)


def is_of_one_line(entry: LedgerEntry) -> bool:
    """Whether a count that every line of work has (立案) is of one, or follows what it has done."""
    if entry.indicator is None or entry.is_only_a_part:
        return entry.is_only_a_part
    words, statement = ledger_words(), entry.statement
    before = entry.report.text[statement.sentence.start : statement.figure.start]
    acts = list(_ACT.finditer(before)) or list(_ASPECT.finditer(before))
    if not acts or entry.indicator.topic not in words.counted_everywhere:
        return False
    clauses = re.split(f"[{_CLAUSES}]", before)
    after = re.split(f"[{_CLAUSES}]", before[acts[-1].end() :])[1:]
    return not any(map(words.whole.match, after or clauses[-1:]))


def is_of_a_campaign(entry: LedgerEntry) -> bool:
    """Whether a count may be made once for each campaign: 检查, 下发责令改正通知书."""
    if is_of_all(entry):
        return False
    return is_of_one_line(entry) or bool(GENERIC.match(own_name(entry)))

"""The reports that a question names by their file or their title, wholly or in part."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.retrieval.holdings import KnownReport
from knowledge.understanding.sentences import Span, without_blanks

_SHORTEST_CODE = 4
_SHORTEST_NAME = 8  # 工作总结 names no file
_SHORTEST_PART = 2
_SHORT_REST = 4
_CODE = re.compile(r"(?=.*[A-Za-z])(?=.*\d)[\x21-\x7e]+")
_EXTENSION = re.compile(r"\.[A-Za-z]{2,4}(?![A-Za-z])")
_QUOTED = re.compile(r"[《“\"]([^《》“”\"]{3,60})[》”\"](?:[里中]面?|这份|那份)?")
# 定稿那份, 汇报这个文件: what stands before is a part of a name.
_POINTED = re.compile(
    r"(?P<part>[^\s，,。；;：:？?、]{2,24}?)的?[那这](?:一?份|个文件|篇)(?:[里中]面?)?"
)


@dataclass(frozen=True, slots=True)
class FileMention:
    """A file or title in a question, with the ids of the reports that are called so."""

    span: Span
    ids: frozenset[str]


def find_files(
    question: str, reports: Sequence[KnownReport], taken: Sequence[Span]
) -> list[FileMention]:
    """The files and titles that a question names; ``taken`` are its bureaus and periods."""
    names = {report.id: report.names for report in reports}
    found = list(_whole_names(question, names))
    if not found:
        found = list(_quoted_parts(question, names))
    return found or list(_pointed_parts(question, names, taken))


def _is_telling(name: str) -> bool:
    return len(name) >= (_SHORTEST_CODE if _CODE.fullmatch(name) else _SHORTEST_NAME)


def _whole_names(question: str, names: dict[str, tuple[str, ...]]) -> Iterator[FileMention]:
    named: dict[str, set[str]] = {}
    for key, mine in names.items():
        for name in mine:
            if name in question and _is_telling(name):
                named.setdefault(name, set()).add(key)
    for name, ids in named.items():
        if not any(name != other and name in other for other in named):
            start = question.index(name)
            extension = _EXTENSION.match(question, start + len(name))
            end = extension.end() if extension else start + len(name)
            yield FileMention(Span(start, end), frozenset(ids))


def _quoted_parts(question: str, names: dict[str, tuple[str, ...]]) -> Iterator[FileMention]:
    for match in _QUOTED.finditer(question):
        part = without_blanks(match[1])
        if ids := _called(part, names):
            yield FileMention(Span(*match.span()), ids)


def _pointed_parts(
    question: str, names: dict[str, tuple[str, ...]], taken: Sequence[Span]
) -> Iterator[FileMention]:
    for match in _POINTED.finditer(question):
        start, end = match.span("part")
        start = max([start, *(span.end for span in taken if start < span.end <= end)])
        for at in range(start, end - _SHORTEST_PART + 1):
            ids = _called(question[at:end], names)
            if ids and len(ids) < len(names):
                # 总结和 of 总结和谋划那份 is of the name as well
                near = start if at - start <= _SHORT_REST else at
                yield FileMention(Span(near, match.end()), ids)
                break


def _called(part: str, names: dict[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(key for key, mine in names.items() if any(part in name for name in mine))

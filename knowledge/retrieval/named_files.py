"""The reports that a question names by their file or their title, wholly or in part."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.retrieval.bureau_names import PhraseIndex
from knowledge.understanding.sentences import Span, without_blanks

_SHORTEST_CODE = 4
_SHORTEST_NAME = 8  # 工作总结 names no file
_SHORTEST_PART = 2
_SHORT_REST = 4
_CODE = re.compile(r"(?=.*[A-Za-z])(?=.*\d)[\x21-\x7e]+")
_EXTENSION = re.compile(r"\.[A-Za-z]{2,4}(?![A-Za-z])")
# 清河县2023年下半年 is no file 清河县2023年.
_PERIOD_GOES_ON = re.compile(r"[上下全]半?年|第?[一二三四]季度|\d{1,2}月")
_ITS_TEXT = re.compile(
    r"[ \u3000]?[那这]?(?:一?[个份篇])?(?:文件|文档|材料|报告|总结)?"
    r"(?:里[面头]?|[当之]?中|上)?(?:写|说|讲|提)?到?的?"
)
_QUOTED = re.compile(r"[《“\"]([^《》“”\"]{3,60})[》”\"](?:[里中]面?|这份|那份)?")
# 定稿那份, 汇报这个文件: what stands before is a part of a name.
_POINTED = re.compile(
    r"(?P<part>[^\s，,。；;：:？?、]{2,24}?)的?[那这](?:一?份|个文件|篇|个(?=[，,的里？?]|$))(?:[里中][面头]?)?"
)
# 那份定稿里: so is what stands behind.
_POINTED_AT = re.compile(
    r"[那这](?:一?份|篇|个)(?P<part>[\u4e00-\u9fff]{2,8}?)(?:里[面头]?|[当之]?中|上)的?"
)

# 002开头那个文件: the file whose name begins so.
_BEGINNING = re.compile(
    r"(?P<part>[\x21-\x7e]{3,})(?:开头|打头|起头)的?[那这]?(?:一?[份个])?(?:文件|材料|报告|总结)?"
    r"(?:里[面头]?|[当之]?中|上)?的?"
)


@dataclass(frozen=True, slots=True)
class FileMention:
    """A file or title in a question, with the ids of the reports that are called so."""

    span: Span
    ids: frozenset[str]


class FileNames:
    """What files and titles are called, ``names`` by the ids of their reports."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._names = names

    def find(self, question: str, taken: Sequence[Span]) -> list[FileMention]:
        """The files that a question names: wholly, else by a part in quotes, 总结那份, 那份总结里.

        ``taken`` is where it names bureaus and periods.
        """
        return (
            list(self._whole_names(question))
            or list(self._quoted_parts(question))
            or list(self._pointed_parts(question, taken))
            or list(self._parts_behind(question))
            or list(self._beginnings(question))
        )

    def _whole_names(self, question: str) -> Iterator[FileMention]:
        named = [*self._long_names.find(question), *self._codes.find(question)]
        for name in named:
            if not any(name != other and name in other for other in named):
                start = question.index(name)
                end = start + len(name)
                if _PERIOD_GOES_ON.match(question, end):
                    continue
                for behind in (_EXTENSION, _ITS_TEXT):
                    match = behind.match(question, end)
                    end = match.end() if match else end
                yield FileMention(Span(start, end), self._ids_by_name[name])

    def _quoted_parts(self, question: str) -> Iterator[FileMention]:
        for match in _QUOTED.finditer(question):
            part = without_blanks(match[1])
            if ids := self._called(part):
                yield FileMention(Span(*match.span()), ids)

    def _pointed_parts(self, question: str, taken: Sequence[Span]) -> Iterator[FileMention]:
        for match in _POINTED.finditer(question):
            start, end = match.span("part")
            start = max([start, *(span.end for span in taken if start < span.end <= end)])
            for at in range(start, end - _SHORTEST_PART + 1):
                ids = self._called(question[at:end])
                if ids and len(ids) < len(self._names):
                    # 总结和 of 总结和谋划那份 is of the name as well
                    near = start if at - start <= _SHORT_REST else at
                    yield FileMention(Span(near, match.end()), ids)
                    break

    def _parts_behind(self, question: str) -> Iterator[FileMention]:
        for match in _POINTED_AT.finditer(question):
            ids = self._called(match["part"])
            if ids and len(ids) < len(self._names):
                yield FileMention(Span(*match.span()), ids)

    def _beginnings(self, question: str) -> Iterator[FileMention]:
        for match in _BEGINNING.finditer(question):
            ids = (
                key
                for key, mine in self._names.items()
                if any(name.startswith(match["part"]) for name in mine)
            )
            if found := frozenset(ids):
                yield FileMention(Span(*match.span()), found)

    def _called(self, part: str) -> frozenset[str]:
        """The reports whose file or title holds a part."""
        if part not in self._all_names:
            return frozenset()
        return frozenset(key for key, mine in self._names.items() if any(part in n for n in mine))

    @cached_property
    def _ids_by_name(self) -> dict[str, frozenset[str]]:
        ids: dict[str, set[str]] = {}
        for key, mine in self._names.items():
            for name in mine:
                ids.setdefault(name, set()).add(key)
        return {name: frozenset(keys) for name, keys in ids.items()}

    @cached_property
    def _all_names(self) -> str:
        return "\n".join(self._ids_by_name)

    @cached_property
    def _codes(self) -> PhraseIndex:
        return PhraseIndex(filter(_CODE.fullmatch, self._ids_by_name), _SHORTEST_CODE)

    @cached_property
    def _long_names(self) -> PhraseIndex:
        names = (name for name in self._ids_by_name if not _CODE.fullmatch(name))
        return PhraseIndex(names, _SHORTEST_NAME)

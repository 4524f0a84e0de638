"""Vocabularies: the TOML files that staff can edit, each read into a model that declares it.

A vocabulary is a ``Vocabulary`` whose fields are the file's keys; ``at`` names a key of an inner
table. Types say what a list is read into: a tuple or frozenset of words, ``Pattern``, ``Either``.
Sentences with fields to fill in are not part of a vocabulary: ``fill_in`` reads them.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AliasPath, BaseModel, BeforeValidator, Field, ValidationError

from knowledge.errors import DataFileError, data_text

DATA = Path(__file__).parent / "data"
NOTHING = "(?!)"
_FAULTS = {
    "missing": "缺少 {place}。",
    "extra_forbidden": "不认识 {place}。",
    "value_error": "{place}：{error}。",
}


class Vocabulary(
    BaseModel,
    frozen=True,
    extra="ignore",  # a file may hold sentences too, and what an older or newer version reads
    defer_build=True,  # most commands read a few of the files only
):
    """A data file, or a table of one, as declared by its fields."""


AnyVocabulary = TypeVar("AnyVocabulary", bound=Vocabulary)


def load_vocabulary(model: type[AnyVocabulary], path: Path) -> AnyVocabulary:
    """Read a file into its model; raises DataFileError with the place of the fault."""
    try:
        return model.model_validate(read_toml(path))
    except ValidationError as error:
        raise DataFileError(name=path.name, fault=_fault_of(error)) from error
    except (TypeError, AttributeError) as error:  # from a validator that expects another shape
        raise DataFileError(name=path.name, fault=f"{error}。") from error


def fill_in(path: Path, key: str, fields: Mapping[str, object]) -> str:
    """Fill in the sentence at ``table.name`` of a file; raises DataFileError if it is missing."""
    value: Any = _read_tables(path)
    try:
        for part in key.split("."):
            value = value[part]
        return str(value).format(**fields)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise DataFileError(name=path.name, fault=f"{key} 缺失或花括号不对。") from error


def read_toml(path: Path) -> dict[str, Any]:
    """Read a file's tables; raises DataFileError with the place of the fault."""
    try:
        return tomllib.loads(data_text(path))
    except OSError as error:
        raise DataFileError(name=path.name, fault="读不到这个文件。") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataFileError(name=path.name, fault=f"{error}。") from error


def at(key: str) -> Any:
    """Make a field of the key ``table.name``, where that is not the field's own name."""
    return Field(validation_alias=AliasPath(*key.split(".")))


def any_of(before: str = "", after: str = "", flags: re.RegexFlag = re.NOFLAG) -> BeforeValidator:
    """Compile one pattern, or several as alternatives, between two others."""

    def compile_value(value: object) -> re.Pattern[str]:
        try:
            return re.compile(f"{before}{'|'.join(_texts(value))}{after}", flags)
        except re.error as error:
            raise ValueError(f"正则表达式不对（{error}）") from error

    return BeforeValidator(compile_value)


def either(words: Sequence[str]) -> str:
    """Write a pattern of words as they stand, the longest first; of no words, of nothing at all."""
    return "|".join(map(re.escape, longest_first(words))) or NOTHING


def longest_first(words: Sequence[str]) -> tuple[str, ...]:
    """Sort words so that none is found before a longer one that begins with it."""
    return tuple(sorted(words, key=len, reverse=True))


def _texts(value: object) -> Sequence[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise ValueError("要写成文字或一列文字")
    return texts


Pattern = Annotated[re.Pattern[str], any_of()]
Either = Annotated[
    re.Pattern[str], BeforeValidator(lambda value: re.compile(either(_texts(value))))
]
Words = tuple[str, ...]
LongestFirst = Annotated[Words, AfterValidator(longest_first)]


def _fault_of(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    fault = _FAULTS.get(first["type"], "{place} 的写法不对（{error}）。")
    return fault.format(place=place, error=first.get("ctx", {}).get("error", first["msg"]))


@cache
def _read_tables(path: Path) -> dict[str, Any]:
    return read_toml(path)

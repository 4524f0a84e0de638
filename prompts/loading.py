"""Prompt files ``<job>/v<N>.md``: front matter and text, checked and made LangChain templates.

A file starts with ``key: value`` lines between two ``---`` lines (a list is ``[a, b]``); its
text has the parts ``## system`` and ``## user``. A released version never changes.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from langchain_core.prompts import ChatPromptTemplate
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

FOLDER = Path(__file__).parent

_FILE_NAME = re.compile(r"v([1-9]\d{0,3})\.md")
_FRONT = re.compile(r"---\n(?P<front>.*?)^---\n(?P<text>.*)", re.DOTALL | re.MULTILINE)
_PARTS = re.compile(
    r"\s*^## system[ \t]*\n(?P<system>.*?)^## user[ \t]*\n(?P<user>.*)", re.DOTALL | re.MULTILINE
)
_LINE = re.compile(r"(?P<key>[a-z]+):[ \t]+(?P<value>\S.*)")
_LIST = re.compile(r"\[(?P<items>[a-z_]+(?:,[ ]*[a-z_]+)*)\]")
_NUMBER = re.compile(r"\d(?:\.\d+)?")

Output = Literal["cited", "line"]
"""What a prompt asks for: plain text with [n] after each statement, or one line alone."""


class PromptInvalid(ValueError):
    """A prompt file, or a choice of one, does not fit; ``str(error)`` is one Chinese line.

    A ValueError, since ``prompts`` imports nothing of the product: the caller that loads the
    prompts translates it into the assistant's own tree of errors.
    """

    def __init__(self, place: str, fault: str, **fields: object) -> None:
        sentences = _sentences()
        words = sentences["faults"][fault].format(**fields)
        super().__init__(sentences["PromptInvalid"].format(place=place, fault=words))


@dataclass(frozen=True, slots=True)
class Prompt:
    """One version of one job's prompt, ready to be filled."""

    job: str
    version: int
    changed: str
    variables: tuple[str, ...]
    temperature: float
    output: Output
    template: ChatPromptTemplate

    @property
    def label(self) -> str:
        """What an answer says it was made with: ``answer/v1``."""
        return f"{self.job}/v{self.version}"


@dataclass(frozen=True, slots=True)
class Prompts:
    """All prompts of a folder, the versions of each job in order."""

    _by_job: Mapping[str, tuple[Prompt, ...]]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Prompts":
        """Read and check every prompt of a folder; raises PromptInvalid at the first fault."""
        if not folder.is_dir():
            raise PromptInvalid(str(folder), "folder_missing")
        jobs = [path for path in sorted(folder.iterdir()) if path.is_dir() and _has_prompts(path)]
        if not jobs:
            raise PromptInvalid(str(folder), "nothing")
        return cls({path.name: _read_versions(path) for path in jobs})

    def choose(self, job: str, version: str = "") -> Prompt:
        """The newest prompt of a job, or the version named (``v1`` or ``1``)."""
        if job not in self._by_job:
            raise PromptInvalid(job, "job_unknown", job=job, jobs=_join(self._by_job))
        prompts = self._by_job[job]
        if not version:
            return prompts[-1]
        number = version.strip().removeprefix("v")
        for prompt in prompts:
            if str(prompt.version) == number:
                return prompt
        versions = _join(f"v{prompt.version}" for prompt in prompts)
        raise PromptInvalid(job, "version_unknown", version=version, versions=versions)

    def all(self) -> tuple[Prompt, ...]:
        """Every prompt, by job and version."""
        return tuple(prompt for versions in self._by_job.values() for prompt in versions)


@cache
def job_variables() -> Mapping[str, frozenset[str]]:
    """The variables that the product fills in each job's prompt."""
    table = tomllib.loads((FOLDER / "jobs.toml").read_text(encoding="utf-8"))["variables"]
    return {job: frozenset(names) for job, names in table.items()}


def _parse_list(value: object) -> tuple[str, ...]:
    match = _LIST.fullmatch(str(value))
    names = tuple(name.strip() for name in match["items"].split(",")) if match else ()
    if not names or len(set(names)) < len(names):
        raise ValueError
    return names


def _parse_number(value: object) -> float:
    if not _NUMBER.fullmatch(str(value)):
        raise ValueError
    return float(str(value))


class _FrontMatter(BaseModel):
    """What a prompt file says of itself, in the order in which files write it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    version: str
    changed: str
    variables: Annotated[tuple[str, ...], BeforeValidator(_parse_list)]
    temperature: Annotated[float, BeforeValidator(_parse_number), Field(le=2)]
    output: Output


_FIELD_FAULTS = {
    "output": "output_wrong",
    "variables": "list_wrong",
    "temperature": "temperature_wrong",
}
"""The faults of fields' values; of several, the first here is reported."""


def _has_prompts(folder: Path) -> bool:
    return folder.name in job_variables() or any(folder.glob("*.md"))


def _read_versions(folder: Path) -> tuple[Prompt, ...]:
    if folder.name not in job_variables():
        jobs = _join(job_variables())
        raise PromptInvalid(folder.name, "job_unknown", job=folder.name, jobs=jobs)
    prompts = [_read_prompt(path) for path in folder.glob("*.md")]
    if not prompts:
        raise PromptInvalid(folder.name, "job_without_versions")
    return tuple(sorted(prompts, key=lambda prompt: prompt.version))


def _read_prompt(path: Path) -> Prompt:
    place = f"{path.parent.name}/{path.name}"
    file_name = _FILE_NAME.fullmatch(path.name)
    if not file_name:
        raise PromptInvalid(place, "file_name")
    try:
        source = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptInvalid(place, "unreadable") from error
    parts = _FRONT.fullmatch(source)
    if not parts:
        raise PromptInvalid(place, "front_missing")
    fields = _read_fields(place, parts["front"])
    front = _validate(place, fields, job=path.parent.name, version=file_name[1])
    return Prompt(
        job=front.name,
        version=int(front.version),
        changed=front.changed,
        variables=front.variables,
        temperature=front.temperature,
        output=front.output,
        template=_make_template(place, front, parts["text"]),
    )


def _read_fields(place: str, text: str) -> dict[str, str]:
    """The front matter's lines as they are written."""
    fields: dict[str, str] = {}
    for line in filter(str.strip, text.splitlines()):
        key, colon, value = line.partition(":")
        if colon and key in fields:
            raise PromptInvalid(place, "key_duplicate", key=key)
        if key == "changed" and not value.strip():
            raise PromptInvalid(place, "changed_empty")
        match = _LINE.fullmatch(line.rstrip())
        if not match:
            raise PromptInvalid(place, "line_wrong", line=line.strip())
        fields[match["key"]] = match["value"]
    return fields


def _validate(place: str, fields: Mapping[str, str], job: str, version: str) -> _FrontMatter:
    """The front matter of a file that its path makes this job's and this version's."""
    try:
        front, faults = _FrontMatter.model_validate(fields), {}
    except ValidationError as error:
        front, faults = None, {str(one["loc"][0]): one["type"] for one in error.errors()}
    if absent := [key for key in _FrontMatter.model_fields if faults.get(key) == "missing"]:
        raise PromptInvalid(place, "keys_missing", keys=_join(absent))
    if unknown := [key for key in fields if faults.get(key) == "extra_forbidden"]:
        raise PromptInvalid(place, "keys_unknown", keys=_join(unknown))
    if fields["name"] != job:
        raise PromptInvalid(place, "name_wrong", name=fields["name"])
    if fields["version"] != version:
        raise PromptInvalid(place, "version_wrong", version=fields["version"])
    if front is None:
        fault = next(fault for key, fault in _FIELD_FAULTS.items() if key in faults)
        raise PromptInvalid(place, fault, outputs=_join(get_args(Output)))
    return front


def _make_template(place: str, front: _FrontMatter, text: str) -> ChatPromptTemplate:
    parts = _PARTS.fullmatch(text)
    if not parts or not parts["system"].strip() or not parts["user"].strip():
        raise PromptInvalid(place, "parts_wrong")
    try:
        template = ChatPromptTemplate.from_messages(
            [("system", parts["system"].strip()), ("user", parts["user"].strip())]
        )
    except (ValueError, KeyError, IndexError) as error:
        raise PromptInvalid(place, "braces_wrong") from error
    if "" in template.input_variables:
        raise PromptInvalid(place, "braces_wrong")
    used, declared = set(template.input_variables), set(front.variables)
    filled = job_variables()[front.name]
    if unknown := used - (filled & declared) or declared - filled:
        raise PromptInvalid(place, "variables_unknown", names=_join(sorted(unknown)))
    if absent := filled - used:
        raise PromptInvalid(place, "variables_missing", names=_join(sorted(absent)))
    return template


def _join(names: Iterable[str]) -> str:
    return "、".join(names)


@cache
def _sentences() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "errors.toml").read_text(encoding="utf-8"))

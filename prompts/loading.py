"""Prompt files ``<job>/v<N>.md``: front matter and text, made LangChain templates and checked.

A file starts with ``key: value`` lines between two ``---`` lines (a list is ``[a, b]``); its
text has the parts ``## system`` and ``## user``. A released version never changes.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from langchain_core.prompts import ChatPromptTemplate

from prompts.errors import PromptInvalid

FOLDER = Path(__file__).parent
OUTPUTS = ("cited", "line")
"""Plain text with [n] after each statement; one line alone."""

_KEYS = ("name", "version", "changed", "variables", "temperature", "output")
_FILE_NAME = re.compile(r"v([1-9]\d{0,3})\.md")
_FRONT = re.compile(r"---\n(?P<front>.*?)^---\n(?P<text>.*)", re.DOTALL | re.MULTILINE)
_PARTS = re.compile(
    r"\s*^## system[ \t]*\n(?P<system>.*?)^## user[ \t]*\n(?P<user>.*)", re.DOTALL | re.MULTILINE
)
_LINE = re.compile(r"(?P<key>[a-z]+):[ \t]+(?P<value>\S.*)")
_LIST = re.compile(r"\[(?P<items>[a-z_]+(?:,[ ]*[a-z_]+)*)\]")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One version of one job's prompt, ready to be filled."""

    job: str
    version: int
    changed: str
    variables: tuple[str, ...]
    temperature: float
    output: str
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
        jobs = [path for path in sorted(folder.iterdir()) if path.is_dir() and _holds_prompts(path)]
        if not jobs:
            raise PromptInvalid(str(folder), "nothing")
        return cls({path.name: _versions(path) for path in jobs})

    def choose(self, job: str, version: str = "") -> Prompt:
        """The newest prompt of a job, or the version named (``v1`` or ``1``)."""
        if job not in self._by_job:
            raise PromptInvalid(job, "job_unknown", job=job, jobs=_listed(self._by_job))
        held = self._by_job[job]
        if not version:
            return held[-1]
        wanted = version.strip().removeprefix("v")
        for prompt in held:
            if str(prompt.version) == wanted:
                return prompt
        versions = _listed(f"v{prompt.version}" for prompt in held)
        raise PromptInvalid(job, "version_unknown", version=version, versions=versions)

    def all(self) -> tuple[Prompt, ...]:
        """Every prompt, by job and version."""
        return tuple(prompt for held in self._by_job.values() for prompt in held)


@cache
def job_variables(path: Path = FOLDER / "jobs.toml") -> Mapping[str, frozenset[str]]:
    """What each job's prompt is given."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))["variables"]
    return {job: frozenset(names) for job, names in table.items()}


def _holds_prompts(folder: Path) -> bool:
    return folder.name in job_variables() or any(folder.glob("*.md"))


def _versions(folder: Path) -> tuple[Prompt, ...]:
    if folder.name not in job_variables():
        jobs = _listed(job_variables())
        raise PromptInvalid(folder.name, "job_unknown", job=folder.name, jobs=jobs)
    held = [_read(path) for path in folder.glob("*.md")]
    if not held:
        raise PromptInvalid(folder.name, "job_without_versions")
    return tuple(sorted(held, key=lambda prompt: prompt.version))


def _read(path: Path) -> Prompt:
    place = f"{path.parent.name}/{path.name}"
    named = _FILE_NAME.fullmatch(path.name)
    if not named:
        raise PromptInvalid(place, "file_name")
    try:
        source = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptInvalid(place, "unreadable") from error
    parts = _FRONT.fullmatch(source)
    if not parts:
        raise PromptInvalid(place, "front_missing")
    front = _front(place, parts["front"])
    if front["name"] != path.parent.name:
        raise PromptInvalid(place, "name_wrong", name=front["name"])
    if front["version"] != named[1]:
        raise PromptInvalid(place, "version_wrong", version=front["version"])
    if front["output"] not in OUTPUTS:
        raise PromptInvalid(place, "output_wrong", outputs=_listed(OUTPUTS))
    variables = _variables(place, front["variables"])
    return Prompt(
        job=front["name"],
        version=int(named[1]),
        changed=front["changed"],
        variables=variables,
        temperature=_temperature(place, front["temperature"]),
        output=front["output"],
        template=_template(place, front["name"], variables, parts["text"]),
    )


def _front(place: str, text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in filter(str.strip, text.splitlines()):
        key, colon, value = line.partition(":")
        if colon and key in found:
            raise PromptInvalid(place, "key_duplicate", key=key)
        if key == "changed" and not value.strip():
            raise PromptInvalid(place, "changed_empty")
        match = _LINE.fullmatch(line.rstrip())
        if not match:
            raise PromptInvalid(place, "line_wrong", line=line.strip())
        found[match["key"]] = match["value"]
    if absent := [key for key in _KEYS if key not in found]:
        raise PromptInvalid(place, "keys_missing", keys=_listed(absent))
    if unknown := [key for key in found if key not in _KEYS]:
        raise PromptInvalid(place, "keys_unknown", keys=_listed(unknown))
    return found


def _variables(place: str, written: str) -> tuple[str, ...]:
    match = _LIST.fullmatch(written)
    names = tuple(name.strip() for name in match["items"].split(",")) if match else ()
    if not names or len(set(names)) < len(names):
        raise PromptInvalid(place, "list_wrong")
    return names


def _temperature(place: str, written: str) -> float:
    if not re.fullmatch(r"\d(?:\.\d+)?", written) or float(written) > 2:
        raise PromptInvalid(place, "temperature_wrong")
    return float(written)


def _template(place: str, job: str, variables: Sequence[str], text: str) -> ChatPromptTemplate:
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
    used, given = set(template.input_variables), job_variables()[job]
    if unknown := used - (given & set(variables)) or set(variables) - given:
        raise PromptInvalid(place, "variables_unknown", names=_listed(sorted(unknown)))
    if absent := given - used:
        raise PromptInvalid(place, "variables_missing", names=_listed(sorted(absent)))
    return template


def _listed(names: Iterable[str]) -> str:
    return "、".join(names)

"""``python -m bot doctor``: what is set up, what is not, and what to do about it."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.assistant.data_folder import open_library
from bot.errors import PromptUnusable
from bot.model.prompts import choose_prompts
from bot.records import json_line
from bot.settings import Settings
from bot.wording import tell
from knowledge.errors import AssistantError, StoreMissing

_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined: good, bad with its remedy, or None where it is not set up."""

    name: str
    good: bool | None
    what: str
    remedy: str = ""


def examine(settings: Settings, data_dir: Path | None, *, as_json: bool) -> int:
    """Examine everything and print each finding; 1 if something is bad."""
    bad = False
    for finding in findings(settings, data_dir or settings.data_dir):
        bad |= finding.good is False
        print(_finding_record(finding) if as_json else _finding_line(finding), flush=True)
    return 1 if bad else 0


def findings(settings: Settings, data_dir: Path) -> Iterator[Finding]:
    """Settings, store, prompts, model endpoint and token, in this order."""
    yield _good("settings", "settings")
    yield from _examine_store(settings, data_dir)
    yield _examine_prompts(settings)
    yield _examine_model(settings)
    yield _examine_token(settings)


def _good(name: str, key: str, **fields: object) -> Finding:
    return Finding(name, good=True, what=tell(f"doctor.{key}", **fields))


def _bad(name: str, what: str, remedy: str) -> Finding:
    return Finding(name, good=False, what=what, remedy=tell(f"doctor.{remedy}"))


def _examine_store(settings: Settings, data_dir: Path) -> Iterator[Finding]:
    try:
        library = open_library(settings, data_dir, lambda _done, _of: None)
    except StoreMissing:
        yield _bad("store", tell("doctor.store_empty"), "store_empty_remedy")
        return
    except AssistantError as error:
        yield _bad("store", str(error), "as_said")
        return
    with closing(library):
        count, passages = len(library.all_reports()), library.passage_count()
        yield _good("store", "store", reports=count, passages=passages)
        yield _good("index", "index" if library.index_is_current() else "index_behind")


def _examine_prompts(settings: Settings) -> Finding:
    try:
        prompts = choose_prompts(settings)
    except PromptUnusable as error:
        return _bad("prompts", str(error), "prompts_remedy")
    labels = (prompts.answer.label, prompts.rewrite.label, prompts.repair.label)
    return _good("prompts", "prompts", labels="、".join(labels))


def _examine_model(settings: Settings) -> Finding:
    if not settings.has_endpoint:
        return Finding("model", good=None, what=tell("doctor.model_off"))
    key, url = settings.openai_api_key, settings.openai_base_url or "https://api.openai.com/v1"
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    response = _get(f"{url.rstrip('/')}/models", headers)
    fields = {"url": _without_secrets(url), "model": settings.chat_model}
    if fault := _fault_of(response):
        return _bad("model", tell("doctor.model_bad", fault=fault, **fields), "model_remedy")
    is_listed = response is not None and settings.chat_model in response.text
    return _good("model", "model_good" if is_listed else "model_unlisted", **fields)


def _without_secrets(url: str) -> str:
    """An address without the name, password and query that it may hold."""
    return re.sub(r"(?<=//)[^/]*@|\?.*", "", url)


def _examine_token(settings: Settings) -> Finding:
    if settings.telegram_bot_token is None:
        return Finding("token", good=None, what=tell("doctor.token_off"))
    token = settings.telegram_bot_token.get_secret_value()
    url = f"{settings.telegram_api_base.rstrip('/')}/bot{token}/getMe"
    if fault := _fault_of(_get(url, {})):
        return _bad("token", tell("doctor.token_bad", fault=fault), "token_remedy")
    return _good("token", "token_good")


def _get(url: str, headers: dict[str, str]) -> httpx.Response | None:
    """What an address answers; None if nobody does."""
    try:
        return httpx.get(url, headers=headers, timeout=_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL):
        return None


def _fault_of(response: httpx.Response | None) -> str:
    """What is wrong with an answer, empty if nothing is; no secret is in it."""
    if response is None:
        return tell("doctor.unreachable")
    status = response.status_code
    if status in (401, 403, 404):
        return tell("doctor.refused", status=status)
    return "" if status == 200 else tell("doctor.strange", status=status)


def _finding_line(finding: Finding) -> str:
    key = {None: "off", True: "good", False: "bad"}[finding.good]
    return tell(f"doctor.{key}", what=finding.what, remedy=finding.remedy)


def _finding_record(finding: Finding) -> str:
    fields = {"check": finding.name, "good": finding.good}
    return json_line(fields | {"what": finding.what, "remedy": finding.remedy})

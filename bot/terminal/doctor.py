"""``python -m bot doctor``: what is set up, what is not, and what to do about it."""

import re
from collections.abc import Iterator
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
    """One thing looked at: good, bad with its remedy, or None where it is not set up."""

    name: str
    good: bool | None
    what: str
    remedy: str = ""


def examine(settings: Settings, data_dir: Path | None, *, as_json: bool) -> int:
    """Look at everything and tell; 1 if something is bad."""
    bad = False
    for finding in findings(settings, data_dir or settings.data_dir):
        bad |= finding.good is False
        print(_record(finding) if as_json else _told(finding), flush=True)
    return 1 if bad else 0


def findings(settings: Settings, data_dir: Path) -> Iterator[Finding]:
    """Settings, store, prompts, model endpoint and token, in this order."""
    yield Finding("settings", good=True, what=tell("doctor.settings"))
    yield from _store(settings, data_dir)
    yield _prompts(settings)
    yield _model(settings)
    yield _token(settings)


def _store(settings: Settings, data_dir: Path) -> Iterator[Finding]:
    try:
        library = open_library(settings, data_dir, lambda _done, _of: None)
    except StoreMissing:
        what, remedy = tell("doctor.store_empty"), tell("doctor.store_empty_remedy")
        yield Finding("store", good=False, what=what, remedy=remedy)
        return
    except AssistantError as error:
        yield Finding("store", good=False, what=str(error), remedy=tell("doctor.as_said"))
        return
    try:
        count, passages = len(library.all_reports()), library.passage_count()
        what = tell("doctor.store", reports=count, passages=passages)
        yield Finding("store", good=True, what=what)
        if library.index_is_current():
            yield Finding("index", good=True, what=tell("doctor.index"))
        else:
            yield Finding("index", good=True, what=tell("doctor.index_behind"))
    finally:
        library.close()


def _prompts(settings: Settings) -> Finding:
    try:
        prompts = choose_prompts(settings)
    except PromptUnusable as error:
        return Finding("prompts", good=False, what=str(error), remedy=tell("doctor.prompts_remedy"))
    labels = (prompts.answer.label, prompts.rewrite.label, prompts.repair.label)
    return Finding("prompts", good=True, what=tell("doctor.prompts", labels="、".join(labels)))


def _model(settings: Settings) -> Finding:
    if not settings.has_endpoint:
        return Finding("model", good=None, what=tell("doctor.model_off"))
    key, url = settings.openai_api_key, settings.openai_base_url or "https://api.openai.com/v1"
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    response = _response(f"{url.rstrip('/')}/models", headers)
    fields = {"url": _shown(url), "model": settings.chat_model}
    if fault := _fault(response):
        what = tell("doctor.model_bad", fault=fault, **fields)
        return Finding("model", good=False, what=what, remedy=tell("doctor.model_remedy"))
    listed = response is not None and settings.chat_model in response.text
    key_of_sentence = "doctor.model_good" if listed else "doctor.model_unlisted"
    return Finding("model", good=True, what=tell(key_of_sentence, **fields))


def _shown(url: str) -> str:
    """An address without the name, password and query that it may hold."""
    return re.sub(r"(?<=//)[^/]*@|\?.*", "", url)


def _token(settings: Settings) -> Finding:
    if settings.telegram_bot_token is None:
        return Finding("token", good=None, what=tell("doctor.token_off"))
    token = settings.telegram_bot_token.get_secret_value()
    fault = _fault(_response(f"{settings.telegram_api_base.rstrip('/')}/bot{token}/getMe", {}))
    if fault:
        what = tell("doctor.token_bad", fault=fault)
        return Finding("token", good=False, what=what, remedy=tell("doctor.token_remedy"))
    return Finding("token", good=True, what=tell("doctor.token_good"))


def _response(url: str, headers: dict[str, str]) -> httpx.Response | None:
    """What an address answers; None if nobody does."""
    try:
        return httpx.get(url, headers=headers, timeout=_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL):
        return None


def _fault(response: httpx.Response | None) -> str:
    """What is wrong with an answer; empty if nothing is. Secrets are in no message."""
    if response is None:
        return tell("doctor.unreachable")
    status = response.status_code
    if status in (401, 403, 404):
        return tell("doctor.refused", status=status)
    return "" if status == 200 else tell("doctor.strange", status=status)


def _told(finding: Finding) -> str:
    if finding.good is None:
        return tell("doctor.off", what=finding.what)
    key = "doctor.good" if finding.good else "doctor.bad"
    return tell(key, what=finding.what, remedy=finding.remedy)


def _record(finding: Finding) -> str:
    fields = {"check": finding.name, "good": finding.good}
    return json_line(fields | {"what": finding.what, "remedy": finding.remedy})

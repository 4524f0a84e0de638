"""``python -m bot doctor``: what is set up, what is not, and what to do about it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.opening import open_library
from bot.records import line
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
    """Settings, store, model endpoint and token, in this order."""
    yield Finding("settings", good=True, what=tell("doctor.settings"))
    yield from _store(settings, data_dir)
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
        count, passages = len(library.reports()), library.passage_count()
        what = tell("doctor.store", reports=count, passages=passages)
        yield Finding("store", good=True, what=what)
        if library.index_is_current():
            yield Finding("index", good=True, what=tell("doctor.index"))
        else:
            what, remedy = tell("doctor.index_behind"), tell("doctor.index_behind_remedy")
            yield Finding("index", good=False, what=what, remedy=remedy)
    finally:
        library.close()


def _model(settings: Settings) -> Finding:
    key, url = settings.openai_api_key, settings.openai_base_url or "https://api.openai.com/v1"
    if key is None and not settings.openai_base_url:
        return Finding("model", good=None, what=tell("doctor.model_off"))
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    fault = _fault(f"{url.rstrip('/')}/models", headers)
    if fault:
        what = tell("doctor.model_bad", url=_shown(url), fault=fault)
        return Finding("model", good=False, what=what, remedy=tell("doctor.model_remedy"))
    return Finding("model", good=True, what=tell("doctor.model_good", url=_shown(url)))


def _shown(url: str) -> str:
    """An address without the name, password and query that it may hold."""
    return re.sub(r"(?<=//)[^/]*@|\?.*", "", url)


def _token(settings: Settings) -> Finding:
    if settings.telegram_bot_token is None:
        return Finding("token", good=None, what=tell("doctor.token_off"))
    token = settings.telegram_bot_token.get_secret_value()
    fault = _fault(f"{settings.telegram_api_base.rstrip('/')}/bot{token}/getMe", {})
    if fault:
        what = tell("doctor.token_bad", fault=fault)
        return Finding("token", good=False, what=what, remedy=tell("doctor.token_remedy"))
    return Finding("token", good=True, what=tell("doctor.token_good"))


def _fault(url: str, headers: dict[str, str]) -> str:
    """What is wrong with an address; empty if it answers. Secrets are in no message."""
    try:
        status = httpx.get(url, headers=headers, timeout=_SECONDS).status_code
    except (httpx.HTTPError, httpx.InvalidURL):
        return tell("doctor.unreachable")
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
    return line(fields | {"what": finding.what, "remedy": finding.remedy})

"""``python -m bot doctor``: what is set up, what is not, and what to do about it."""

import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.assistant.data_folder import open_library
from bot.errors import PromptUnusable
from bot.ledger.chart import has_chinese_font
from bot.model.prompts import choose_prompts
from bot.records import json_line
from bot.settings import Settings, check_connection_settings, proxy_variable
from bot.wording import tell
from knowledge.errors import AssistantError, StoreBusy, StoreMissing
from knowledge.storage.opening import SERVICE_LOCK, describe_server
from knowledge.storage.sqlite import write_lock

_SECONDS = 8.0
_LISTS_NOTHING = (404, 405, 501)


# X509_V_ERR_… of OpenSSL's x509_vfy.h
_CERTIFICATE_FAULTS = {
    9: "expired",  # not yet valid, by this machine's clock
    10: "expired",
    18: "issuer",
    19: "issuer",
    20: "issuer",
    21: "issuer",
    62: "host",
    64: "host",
}


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
    """Settings, store, prompts, fonts, model endpoint and the chat apps, in this order."""
    yield _good("settings", tell("doctor.settings"))
    if settings.database:
        yield _examine("database", lambda: _describe_database(settings.database))
    yield from _examine_store(settings, data_dir)
    yield _examine_prompts(settings)
    yield _examine_fonts()
    yield _examine("model", lambda: _examine_model(settings))
    yield _examine("token", lambda: _examine_token(settings))
    yield _examine("wecom", lambda: _examine_wecom(settings, data_dir))
    yield _examine("feishu", lambda: _examine_feishu(settings))


def _examine(name: str, examine: Callable[[], Finding]) -> Finding:
    """A finding; an error says itself what is wrong and what to do."""
    try:
        return examine()
    except AssistantError as error:
        return _bad(name, str(error), tell("doctor.as_said"))


def _good(name: str, what: str) -> Finding:
    return Finding(name, good=True, what=what)


def _bad(name: str, what: str, remedy: str) -> Finding:
    return Finding(name, good=False, what=what, remedy=remedy)


def _describe_database(url: str) -> Finding:
    return _good("database", tell("doctor.database", server=describe_server(url)))


def _examine_store(settings: Settings, data_dir: Path) -> Iterator[Finding]:
    try:
        library = open_library(settings, data_dir, lambda _done, _of: None)
    except StoreMissing:
        yield _bad("store", tell("doctor.store_empty"), tell("doctor.store_empty_remedy"))
        return
    except AssistantError as error:
        yield _bad("store", str(error), tell("doctor.as_said"))
        return
    with closing(library):
        count, passages = len(library.all_reports()), library.passage_count()
        yield _good("store", tell("doctor.store", reports=count, passages=passages))
        if library.index_server_answers() is False:
            what = tell("doctor.chroma_off", host=_without_secrets(settings.chroma_host))
            yield _bad("index", what, tell("doctor.chroma_off_remedy"))
            return
        is_current = library.index_is_current()
        yield _good("index", tell("doctor.index" if is_current else "doctor.index_behind"))


def _examine_prompts(settings: Settings) -> Finding:
    try:
        prompts = choose_prompts(settings)
    except PromptUnusable as error:
        return _bad("prompts", str(error), tell("doctor.prompts_remedy"))
    labels = (prompts.answer.label, prompts.rewrite.label, prompts.repair.label)
    return _good("prompts", tell("doctor.prompts", labels="、".join(labels)))


def _examine_fonts() -> Finding:
    """Charts need a Chinese font; without one all else works."""
    if has_chinese_font():
        return _good("fonts", tell("doctor.fonts"))
    return Finding("fonts", good=None, what=tell("doctor.fonts_missing"))


def _examine_model(settings: Settings) -> Finding:
    if not settings.has_endpoint:
        return Finding("model", good=None, what=tell("doctor.model_off"))
    check_connection_settings()
    key, url = settings.openai_api_key, settings.openai_base_url or "https://api.openai.com/v1"
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    response = _get(f"{url.rstrip('/')}/models", headers)
    fields = {"url": _without_secrets(url), "model": settings.chat_model}
    if isinstance(response, httpx.Response) and response.status_code in _LISTS_NOTHING:
        return _ask_model(settings, fields)
    name = proxy_variable(url) if response is None else ""
    if fault := tell("doctor.proxy", name=name) if name else _fault_of(response):
        what = tell("doctor.model_bad", fault=fault, **fields)
        return _bad("model", what, _remedy_of(response, "model_remedy"))
    listed = response.text if isinstance(response, httpx.Response) else ""
    is_listed = settings.chat_model in listed
    key_of_sentence = "doctor.model_good" if is_listed else "doctor.model_unlisted"
    return _good("model", tell(key_of_sentence, **fields))


def _ask_model(settings: Settings, fields: dict[str, str]) -> Finding:
    """What a question brings where an endpoint has no list of models: many have none."""
    from bot.assistant.models import try_endpoint  # noqa: PLC0415 - two seconds of langchain and openai

    try:
        try_endpoint(settings, tell("doctor.question"))
    except AssistantError as error:
        what = tell("doctor.model_silent", fault=error, **fields)
        return _bad("model", what, tell("doctor.model_remedy"))
    return _good("model", tell("doctor.model_answers", **fields))


def _without_secrets(url: str) -> str:
    """An address without the name, password and query that it may hold."""
    return re.sub(r"(?<=//)[^/]*@|\?.*", "", url)


def _examine_token(settings: Settings) -> Finding:
    if settings.telegram_bot_token is None:
        return Finding("token", good=None, what=tell("doctor.token_off"))
    check_connection_settings(settings.https_proxy)
    token = settings.telegram_bot_token.get_secret_value()
    url = f"{settings.telegram_api_base.rstrip('/')}/bot{token}/getMe"
    proxy = settings.https_proxy if url.startswith("https:") else ""
    response = _get(url, {}, proxy)
    if fault := _fault_of(response):
        remedy = _remedy_of(response, "token_remedy")
        return _bad("token", tell("doctor.token_bad", fault=fault), remedy)
    return _good("token", tell("doctor.token_good"))


def _examine_wecom(settings: Settings, data_dir: Path) -> Finding:
    """One bot has one connection: while it runs, it is left alone."""
    if not settings.has_wecom:
        return Finding("wecom", good=None, what=tell("doctor.wecom_off"))
    if not settings.wecom_token and _is_served(data_dir):
        return Finding("wecom", good=None, what=tell("doctor.wecom_running"))
    from bot.wecom.app import try_callback, try_wecom  # noqa: PLC0415 - as run_bot

    if settings.wecom_token:
        try_callback(settings)
        return _good("wecom", tell("doctor.wecom_callback_good", where=settings.wecom_listen))
    try_wecom(settings)
    return _good("wecom", tell("doctor.wecom_good"))


def _examine_feishu(settings: Settings) -> Finding:
    if not settings.feishu_app_id:
        return Finding("feishu", good=None, what=tell("doctor.feishu_off"))
    from bot.feishu.app import try_feishu  # noqa: PLC0415 - as run_bot

    return _good("feishu", tell("doctor.feishu_good", name=try_feishu(settings)))


def _is_served(data_dir: Path) -> bool:
    """Whether a service runs over a folder."""
    if not (data_dir / SERVICE_LOCK).exists():
        return False
    try:
        with write_lock(data_dir, file=SERVICE_LOCK):
            return False
    except StoreBusy:
        return True


def _get(url: str, headers: dict[str, str], proxy: str = "") -> httpx.Response | str | None:
    """What an address answers, or why its certificate is not trusted; None if nobody answers."""
    try:
        return httpx.get(url, headers=headers, proxy=proxy or None, timeout=_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
        return certificate_fault(error)


def certificate_fault(error: BaseException) -> str | None:
    """Why a certificate is not trusted, where an error came from that."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _CERTIFICATE_FAULTS.get(cause.verify_code, "other")
        cause = cause.__cause__ or cause.__context__
    return None


def _fault_of(response: httpx.Response | str | None) -> str:
    """What is wrong with an answer, empty if nothing is; no secret is in it."""
    if response is None:
        return tell("doctor.unreachable")
    if isinstance(response, str):
        return tell(f"doctor.certificate_{response}")
    status = response.status_code
    if status in (401, 403, 404):
        return tell("doctor.refused", status=status)
    return "" if status == 200 else tell("doctor.strange", status=status)


def _remedy_of(response: httpx.Response | str | None, otherwise: str) -> str:
    """What to do about a fault; ``otherwise`` names what helps where it is no certificate's."""
    if isinstance(response, str):
        return tell(f"doctor.certificate_{response}_remedy")
    return tell(f"doctor.{otherwise}")


def _finding_line(finding: Finding) -> str:
    if finding.good is None:
        return tell("doctor.off", what=finding.what)
    key = "doctor.good" if finding.good else "doctor.bad"
    return tell(key, what=finding.what, remedy=finding.remedy)


def _finding_record(finding: Finding) -> str:
    fields = {"check": finding.name, "good": finding.good}
    return json_line(fields | {"what": finding.what, "remedy": finding.remedy})

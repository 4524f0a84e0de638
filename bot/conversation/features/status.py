"""How the service is: for administrators as a message, for a machine as a dictionary."""

from collections.abc import Sequence
from datetime import datetime

from bot.conversation.context import Live, RequestContext
from bot.conversation.features.people import introduce, name_of
from bot.conversation.messages import Outcome, Text, reply_with
from bot.conversation.wording import plain, sentence, table
from bot.settings import Settings
from bot.state.delivery import AppQueue
from bot.state.people import AuditEntry

_ENTRIES = 8
_LONGEST = 120


def status(context: RequestContext, _words: str) -> Outcome:
    """``/status``: queue, library, writer, errors, feedback and the last actions."""
    introduce(context)
    live = context.live()
    lines = [
        *_work(context, live),
        *_library(context),
        *_endpoints(context, live),
        _feedback(context),
        _uptime(context.now - live.started_at),
    ]
    entries = context.state.audit.latest(_ENTRIES, without="ask")
    log = Text("\n").join((sentence("status.actions"), *(_entry(context, e) for e in entries)))
    return reply_with(sentence("status.head"), Text("\n").join(lines), *([log] if entries else []))


def health(live: Live, reports: int, passages: int, now: float) -> dict[str, object]:
    """How the service is, for a machine: figures, and the kind of the last error."""
    return {
        "status": "ok" if live.receiving_ok and live.chroma_ok is not False else "degraded",
        "polling_ok": live.receiving_ok,
        "chroma_ok": live.chroma_ok,
        "waiting": live.waiting,
        "working": live.working,
        "answered": live.answered,
        "median_ms": round(live.median_ms, 1),
        "p95_ms": round(live.p95_ms, 1),
        "reports": reports,
        "passages": passages,
        "last_error": live.last_error,
        "uptime_seconds": max(0, int(now - live.started_at)),
    }


def metrics_text(live: Live, queues: Sequence[AppQueue], now: float) -> str:
    """How the service is, in the text format of Prometheus."""
    figures: list[tuple[str, float]] = [
        ("receiving", int(live.receiving_ok)),
        ("working", live.working),
        ("answered_total", live.answered),
        ("answer_median_seconds", live.median_ms / 1000),
        ("answer_p95_seconds", live.p95_ms / 1000),
    ]
    if live.chroma_ok is not None:
        figures.append(("chroma_up", int(live.chroma_ok)))
    for queue in queues:
        label = f'{{app="{queue.app}"}}'
        figures += [
            (f"waiting_updates{label}", queue.waiting),
            (f"leased_updates{label}", queue.held),
            (f"oldest_update_seconds{label}", max(0.0, now - queue.oldest)),
        ]
    return "".join(f"supervision_{name} {value:g}\n" for name, value in figures)


def _work(context: RequestContext, live: Live) -> list[Text]:
    midnight = datetime.fromtimestamp(context.now).astimezone().replace(hour=0, minute=0, second=0)
    today = context.state.answers.count_since(midnight.timestamp())
    times = {"median": round(live.median_ms), "p95": round(live.p95_ms)}
    return [
        sentence("status.queue", waiting=live.waiting, working=live.working),
        sentence("status.answered", today=today, answered=live.answered),
        sentence("status.speed", **times) if live.answered else sentence("status.no_speed"),
    ]


def _library(context: RequestContext) -> list[Text]:
    library, usage = context.library, context.state.uploads.usage()
    reports, passages = len(library.all_reports()), library.passage_count()
    size = f"{usage.size / (1 << 20):.1f}"
    return [
        sentence("status.store", reports=reports, passages=passages),
        sentence("status.uploads", files=usage.files, size=size),
    ]


def _endpoints(context: RequestContext, live: Live) -> list[Text]:
    settings = context.settings
    lines = []
    if context.assistant.writer_name == "extractive":
        lines.append(sentence("status.writer_extractive"))
    else:
        lines.append(sentence("status.writer_model", model=settings.chat_model))
        error = _safe(settings, live.model_error)
        bad, good = sentence("status.model_bad", error=error), sentence("status.model_good")
        lines.append(bad if error else good)
    names = table("app_name")
    lines += [sentence("status.app_off", app=names.get(app, app)) for app in live.cut_off]
    if error := _safe(settings, live.app_error):
        lines.append(sentence("status.app_bad", error=error))
    elif live.receiving_ok:
        lines.append(sentence("status.app_good"))
    if live.chroma_ok is False:
        lines.append(sentence("status.chroma_off"))
    if error := _safe(settings, table("error_name").get(live.last_error, live.last_error)):
        lines.append(sentence("status.error", error=error))
    return lines


def _feedback(context: RequestContext) -> Text:
    counts = dict(context.state.answers.judgements())
    return sentence(
        "status.feedback", **{kind: counts.get(kind, 0) for kind in ("good", "bad", "words")}
    )


def _uptime(seconds: float) -> Text:
    minutes = max(0, int(seconds)) // 60
    days, minutes = divmod(minutes, 24 * 60)
    return sentence("status.uptime", days=days, hours=minutes // 60, minutes=minutes % 60)


def _entry(context: RequestContext, entry: AuditEntry) -> Text:
    at = datetime.fromtimestamp(entry.at).astimezone()
    return sentence(
        "status.action",
        at=f"{at:%m-%d %H:%M}",
        who=name_of(context, entry.user_id),
        action=table("action").get(entry.action, entry.action),
        matter=entry.subject[:_LONGEST],
    )


def _safe(settings: Settings, error: str) -> str:
    """An error without secrets, on one line, not long."""
    for secret in settings.secrets:
        error = error.replace(secret, plain("status.hidden"))
    return " ".join(error.split())[:_LONGEST]

from dataclasses import replace

import pytest
from pydantic import SecretStr

from bot.conversation.context import Live
from bot.conversation.features.status import health, status
from bot.conversation.wording import plain, table
from bot.state.answers import KeptAnswer
from tests.bot.conversation.features.office.conftest import ADMIN, NOON, Office, text_of

LIVE = Live(
    started_at=NOON - 90_061, waiting=2, working=1, answered=40, median_ms=35.4, p95_ms=120.0
)


def told(office: Office, live: Live = LIVE) -> str:
    return text_of(status(office.context(ADMIN, live=lambda: live), ""))


def test_it_tells_queue_speed_library_and_uptime(office: Office) -> None:
    said = told(office)
    passages = office.library.passage_count()
    assert passages
    for line in (
        plain("status.queue", waiting=2, working=1),
        plain("status.speed", median=35, p95=120),
        plain("status.store", reports=4, passages=passages),
        plain("status.uptime", days=1, hours=1, minutes=1),
        plain("status.writer_extractive"),
        plain("status.app_good"),
    ):
        assert line in said


def test_an_idle_and_empty_desk_has_its_words(empty_office: Office) -> None:
    said = told(empty_office, Live(started_at=NOON + 5))
    assert plain("status.no_speed") in said
    assert plain("status.store", reports=0, passages=0) in said
    assert plain("status.actions") not in said


def test_questions_of_today_are_counted_and_what_people_think(office: Office) -> None:
    for number, at in enumerate((NOON - 10, NOON - 86_400, NOON)):
        kept = KeptAnswer(number, "t:1", "t:2", "问", "答", (), "extractive", "")
        office.state.answers.keep(kept, at)
    office.state.answers.judge(1, "t:2", "good", "", NOON)
    office.state.answers.judge(2, "t:2", "bad", "figure", NOON)
    office.state.answers.judge(None, "t:2", "words", "快些", NOON)
    said = told(office)
    assert plain("status.answered", today=2, answered=40) in said
    assert plain("status.feedback", good=1, bad=1, words=1) in said


def test_the_last_faults_are_told_without_secrets(office: Office) -> None:
    token = "123:very-secret"  # noqa: S105 - nobody's token
    settings = office.services.settings.model_copy(update={"telegram_bot_token": SecretStr(token)})
    office.services = replace(office.services, settings=settings)
    live = replace(
        LIVE,
        cut_off=("wecom",),
        app_error=f"POST /bot{token}/getUpdates\nfailed",
        last_error="<b>坏</b>",
    )
    said = told(office, live)
    assert token not in said
    assert "/bot…/getUpdates failed" in said
    assert "&lt;b&gt;坏&lt;/b&gt;" in said
    assert plain("status.app_off", app="企业微信") in said
    assert plain("status.app_good") not in said


def test_an_index_server_that_is_gone_is_told_of(office: Office) -> None:
    live = replace(LIVE, chroma_ok=False)
    assert plain("status.chroma_off") in told(office, live)
    said = health(live, reports=4, passages=40, now=NOON)
    assert (said["status"], said["polling_ok"], said["chroma_ok"]) == ("degraded", True, False)


def test_a_bot_that_runs_twice_is_told_in_words(office: Office) -> None:
    said = told(office, replace(LIVE, last_error="RunElsewhere"))
    assert "在别处也开着" in said


def test_the_last_deeds_are_told_in_words(office: Office) -> None:
    office.state.audit.note(ADMIN, "remove", "清河县<2023年>", NOON)
    office.state.audit.note("t:5", "unheard_of", "x", NOON)
    said = told(office)
    assert table("action")["remove"] in said
    assert "清河县&lt;2023年&gt;" in said
    assert "unheard_of" in said


def test_every_deed_that_is_noted_has_words() -> None:
    noted = {"ask_in", "let_in", "deny", "role", "expel", "upload", "correct", "undo_upload"}
    assert noted | {"ask", "remove", "undo_remove"} == table("action").keys()


@pytest.mark.parametrize("polling_ok", [True, False])
def test_a_machine_reads_figures_and_the_kind_of_an_error(polling_ok: bool) -> None:
    cut_off = () if polling_ok else ("wecom",)
    live = replace(LIVE, cut_off=cut_off, last_error="Wait", model_error="secret")
    said = health(live, reports=4, passages=40, now=NOON)
    assert said["status"] == ("ok" if polling_ok else "degraded")
    assert (said["reports"], said["passages"], said["waiting"]) == (4, 40, 2)
    assert said["uptime_seconds"] == 90_061
    assert said["last_error"] == "Wait"
    assert "secret" not in str(said)

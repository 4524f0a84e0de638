"""What holds for the buttons of all features: nothing that comes back can break them."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.conversation.context import RequestContext
from bot.conversation.features.library import search
from bot.conversation.features.plans import plan
from bot.conversation.features.summaries import compare, summary
from bot.conversation.wording import plain
from bot.state.opening import State
from knowledge.library import Library
from tests.bot.conversation.features.conftest import visitor
from tests.bot.conversation.features.walking import ROUTES, labels, pages, tap_data, text

FEW = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PREFIXES = st.sampled_from(sorted(ROUTES))


@pytest.fixture(scope="module")
def busy(sample_library: Library) -> Iterator[RequestContext]:
    """A services with menus and results of all features in progress."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(State.open(Path(folder))) as state,
    ):
        context = visitor(sample_library, state)
        summary(context, "")
        summary(context, "云溪县2022年 食品安全")
        plan(context, "云溪县")
        plan(context, "云溪县 计量")
        compare(context, "")
        compare(context, "食品安全 2022年")
        search(context, "食品安全")
        yield context


@given(PREFIXES, st.text(max_size=60))
@example("s", "１:b0")
@example("s", "1:b0\n")
@example("s", "99999999999999999999:b0")
@example("h", "7:n9999")
@FEW
def test_garbled_data_is_a_stale_button(busy: RequestContext, prefix: str, data: str) -> None:
    assert tap_data(busy, f"{prefix}:{data}").toast == plain("button.stale")


@given(
    PREFIXES,
    st.integers(0, 9),
    st.sampled_from("btprhwknuxdeloqz"),
    st.none() | st.sampled_from([0, 1, 7, 999]),
)
@FEW
def test_guessed_data_never_raises(
    busy: RequestContext, prefix: str, number: int, act: str, index: int | None
) -> None:
    told = "" if index is None else index
    outcome = tap_data(busy, f"{prefix}:{number}:{act}{told}")
    assert outcome.toast or outcome.documents or pages(outcome)


@given(PREFIXES, st.integers(0, 9), st.sampled_from("btprhwknuxdeloqz"), st.integers(0, 3))
@FEW
def test_other_peoples_buttons_are_stale(
    busy: RequestContext, prefix: str, number: int, act: str, index: int
) -> None:
    data = f"{prefix}:{number}:{act}{index}"
    for stranger in (replace(busy, user_id="telegram:8"), replace(busy, chat_id="telegram:-5")):
        assert tap_data(stranger, data).toast == plain("button.stale")


@given(st.text(max_size=40))
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_words_after_a_command_are_answered(busy: RequestContext, words: str) -> None:
    for command in (summary, plan, compare, search):
        assert pages(command(busy, words))


YUNXI = "云溪县市场监管局"
SUMMARY = {"among": ["REPORT"], "bureau": YUNXI, "report": "REPORT", "part": "", "length": ""}
PLAN = {"bureau": YUNXI, "topic": "食品安全", "period": "", "length": "短"}
COMPARISON = {"topic": "", "reports": [], "length": "half"}


@pytest.mark.parametrize(
    ("button", "kind", "stored", "words"),
    [
        ("s:t0", "summary", {**SUMMARY, "step": "t", "listed": ["topic:食品安全"]}, "写好了"),
        ("s:u", "summary", {**SUMMARY, "step": "h", "listed": ["section:x"]}, "按条线选 ›"),
        ("p:p0", "plan", {**PLAN, "step": "p", "listed": ["2024年"]}, "2024年食品安全监管工作打算"),
        ("c:t0", "compare", {**COMPARISON, "step": "t", "listed": ["计量"]}, "对比 · 计量"),
    ],
)
def test_menus_that_an_earlier_version_stored_go_on(
    context: RequestContext, button: str, kind: str, stored: dict[str, object], words: str
) -> None:
    report = context.library.find_report("云溪县2023年工作总结").id
    values = json.loads(json.dumps({**stored, "page": 0}).replace("REPORT", report))
    number = context.state.choices.make(context.chat_id, context.user_id, kind, values, 0.0)
    outcome = tap_data(context, button.replace(":", f":{number}:"))
    assert words in text(outcome) + "".join(labels(outcome))

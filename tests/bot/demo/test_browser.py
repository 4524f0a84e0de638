"""The whole bot in a real browser; left out, with the reason, where there is none."""

import importlib.util
import re
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from bot.demo.words import players
from knowledge.library import Library
from tests.bot.demo.running import Talk, browser, chromium, demonstration
from tests.patience import PATIENCE

ADMIN, READER, STRANGER = (player.number for player in players())
QUESTION = "江岚市2023年上半年食品抽检合格率是多少？"
REPORT = "白鹭县市场监管局2023年工作总结\n一、食品安全\n检查食品经营单位417家，立案19件。\n"


@pytest.fixture(scope="module")
def looked_at() -> None:
    """Skips where the page cannot be looked at, before anything is started."""
    if not chromium():
        reason = "no Chromium on this machine: the page was not looked at"
        print(reason)  # noqa: T201 - so that a run's log tells what it left out
        pytest.skip(reason)
    if importlib.util.find_spec("playwright") is None:
        reason = "Playwright is not installed: the page was not looked at"
        print(reason)  # noqa: T201 - as above
        pytest.skip(reason)


@pytest.fixture(scope="module")
def url(
    looked_at: None, sample_library: Library, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    assert looked_at is None
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(sample_library.data_dir, folder / "data")
    with demonstration(folder / "data", folder) as address:
        yield address


@pytest.fixture(scope="module")
def opened(url: str) -> Iterator[Any]:
    assert url
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def faults() -> list[str]:
    """Errors of the page's own, and what its browser refused it."""
    return []


@pytest.fixture(scope="module")
def shown(opened: Any, url: str, faults: list[str]) -> Iterator[Any]:
    context = opened.new_context(locale="zh-CN")
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.extend([said.text] if said.type == "error" else []))
    page.goto(url)
    page.locator(f"#chat-{READER} .keys button").first.wait_for()
    yield page
    context.close()


@pytest.fixture
def page(shown: Any, faults: list[str]) -> Iterator[Any]:
    """The page in a wide and light window; an error in it fails the test."""
    shown.set_viewport_size({"width": 1280, "height": 860})
    shown.emulate_media(color_scheme="light")
    yield shown
    assert not faults


def test_a_question_a_follow_up_its_quote_and_how_it_was_answered(page: Any) -> None:
    admin = Talk(page, ADMIN)
    admin.say(QUESTION)
    answer = admin.heard("98.09%")
    assert answer.locator("strong, blockquote").count() >= 2
    admin.say("那2024年上半年呢？")
    admin.heard("98.42%").locator(".why").click()
    panel = page.locator("#trace")
    panel.get_by_text("江岚市2024年上半年食品抽检合格率是多少？").wait_for()
    assert "6,150批次" in panel.locator(".card").first.inner_text()
    panel.get_by_role("button", name="关闭").click()
    assert not panel.is_visible()
    admin.tap("[1]")
    admin.heard("1. 食品安全。")
    admin.chat.get_by_role("button", name="有用").last.click()
    admin.chat.locator(".toast.shown").wait_for()


def test_whatever_a_trace_tells_is_shown_known_keys_in_chinese(page: Any) -> None:
    record = {
        "question": "问什么",
        "answer": {"status": "not_found", "struck": [], "novel": {"depth": 2}},
        "steps": [{"name": "searching", "ms": 12.5}],
        "passages": [
            {"n": 1, "bureau": "甲局", "period": "", "score": 0.5, "text": "原文", "why": "x"}
        ],
    }
    admin = Talk(page, ADMIN)
    admin.say(QUESTION)
    page.route("**/trace", lambda route: route.fulfill(json=record))
    admin.heard("98.09%").locator(".why").click()
    panel = page.locator("#trace .trace-body")
    panel.get_by_text("甲局").wait_for()
    page.unroute("**/trace")
    told = panel.inner_text()
    for words in ("没有找到", "（无）", "novel", "depth", "查段落", "12.5 毫秒", "why"):
        assert words in told
    page.keyboard.press("Escape")
    assert not panel.is_visible()


def test_a_summary_by_buttons_whose_sources_open(page: Any) -> None:
    reader = Talk(page, READER)
    reader.say("/summary 江岚市2024年上半年")
    reader.tap("全文")
    quote = reader.heard("（摘要）").locator("blockquote.expandable").first
    button = quote.get_by_role("button")
    assert button.get_attribute("aria-expanded") == "false"
    before = quote.bounding_box()["height"]
    quote.locator(".inside").click()
    assert button.get_attribute("aria-expanded") == "true"
    assert quote.bounding_box()["height"] > before


def test_a_plan_comes_down_as_a_document(page: Any) -> None:
    admin = Talk(page, ADMIN)
    admin.say("/plan 云溪县 食品安全")
    admin.heard("工作打算").locator(".keys button").filter(has_text="存成文档").first.click()
    link = admin.chat.locator("a.document").last
    with page.expect_download() as coming:
        link.click()
    assert coming.value.suggested_filename.endswith(".docx")
    document = ZipFile(BytesIO(Path(coming.value.path()).read_bytes()))
    assert "食品" in document.read("word/document.xml").decode()


def test_a_report_goes_up_by_button_or_by_dropping_where_one_may(page: Any) -> None:
    admin, reader = Talk(page, ADMIN), Talk(page, READER)
    file = {"name": "白鹭县2023年.txt", "mimeType": "text/plain", "buffer": REPORT.encode()}
    admin.chat.locator("input[type=file]").set_input_files(files=[file])
    admin.heard("装进了资料库")
    admin.say("白鹭县2023年检查食品经营单位多少家？")
    admin.heard("417家")
    dropped = page.evaluate_handle(
        "text => { const held = new DataTransfer();"
        " held.items.add(new File([text], '甲.txt')); return held; }",
        REPORT,
    )
    for kind in ("dragenter", "dragover", "drop"):
        reader.chat.dispatch_event(kind, {"dataTransfer": dropped})
    reader.heard("还不能传报告")


def test_a_stranger_is_refused_asks_and_is_let_in(page: Any) -> None:
    stranger, admin = Talk(page, STRANGER), Talk(page, ADMIN)
    stranger.say(QUESTION)
    refused = stranger.heard("还没有开通")
    assert "98.09" not in stranger.chat.inner_text()
    assert refused.locator(".why").count() == 0
    stranger.tap("申请使用")
    stranger.chat.locator(".toast.shown").wait_for()
    stranger.chat.locator(".role").filter(has_text="等待批准").wait_for()
    admin.heard("有人申请使用")
    admin.tap("同意（只看）")
    stranger.heard("您的申请通过了")
    stranger.chat.locator(".role").filter(has_text="只看").wait_for()
    stranger.say(QUESTION)
    stranger.heard("98.09%")


def test_the_line_is_written_by_keyboard(page: Any) -> None:
    reader = Talk(page, READER)
    said = reader.chat.locator(".message.mine")
    before = said.count()
    reader.line.fill("第一行")
    reader.line.press("Shift+Enter")
    reader.line.press_sequentially("/re")
    assert reader.line.input_value() == "第一行\n/re"
    reader.line.fill("")
    reader.line.press("ArrowUp")
    assert reader.line.input_value() == ""
    reader.line.press_sequentially("/re")
    offered = reader.chat.get_by_role("option")
    assert [text.split()[0] for text in offered.all_inner_texts()] == ["/reports"]
    reader.line.press("Tab")
    assert reader.line.input_value() == "/reports "
    assert not reader.chat.get_by_role("option").first.is_visible()
    assert said.count() == before
    reader.line.press("Enter")
    said.nth(before).wait_for()
    assert "/reports" in said.last.inner_text()


def test_administrators_are_offered_more_commands_than_others(page: Any) -> None:
    offered = {}
    for number in (ADMIN, READER):
        talk = Talk(page, number)
        talk.line.press_sequentially("/u")
        offered[number] = talk.chat.get_by_role("option").all_inner_texts()
        talk.line.fill("")
    assert [text.split()[0] for text in offered[ADMIN]] == ["/upload", "/users"]
    assert offered[READER] == []


@pytest.mark.parametrize(("width", "chats"), [(390, 1), (1000, 3), (1280, 3)])
def test_the_page_fits_its_window(page: Any, width: int, chats: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator(".chat:visible").count() == chats
    assert page.locator("[role=tab]:visible").count() == (3 if chats == 1 else 0)
    for box in page.locator(".chat:visible .message").all()[-6:]:
        assert box.bounding_box()["x"] + box.bounding_box()["width"] <= width


def test_on_a_phone_tabs_lead_to_the_others(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("tab", name=re.compile("小李")).click()
    assert page.locator(f"#chat-{READER}").is_visible()
    page.keyboard.press("ArrowRight")
    assert page.locator(f"#chat-{STRANGER}").is_visible()
    assert page.locator(".chat:visible").count() == 1


def test_it_is_dark_where_the_system_is_or_the_switch_says_so(page: Any) -> None:
    def ground() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light = ground()
    page.emulate_media(color_scheme="dark")
    dark = ground()
    assert dark != light
    page.locator("#theme").click()
    assert ground() == light
    page.locator("#theme").click()
    page.emulate_media(color_scheme="light")
    assert ground() == dark
    page.locator("#theme").click()
    assert ground() == light


def test_another_page_of_the_same_browser_reads_nothing_and_does_nothing(
    opened: Any, url: str, page: Any
) -> None:
    before = page.locator(".message.mine").count()
    context = opened.new_context()
    other = context.new_page()
    outcome = other.evaluate(
        """async (url) => {
          const said = JSON.stringify({ user: 1001, text: "从别处来" });
          const read = await fetch(url + "words.json").then(() => "read", () => "refused");
          const refused = () => "refused"; // the answer, that is; the request has gone out
          await fetch(url + "say", { method: "POST", mode: "no-cors", body: said }).catch(refused);
          const heard = await new Promise((done) => {
            const events = new EventSource(url + "events");
            events.onopen = () => done("heard");
            events.onerror = () => done("refused");
          });
          return [read, heard];
        }""",
        url,
    )
    context.close()
    assert outcome == ["refused", "refused"]
    Talk(page, READER).say("/id")
    page.locator(".message.mine").nth(before).wait_for()
    assert page.get_by_text("从别处来").count() == 0

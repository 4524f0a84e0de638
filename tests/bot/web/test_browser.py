"""The page in a real browser; left out, with the reason, where there is none."""

import importlib.util
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from knowledge.library import Library
from tests.bot.web.running import (
    ADMIN,
    READER,
    ROOT,
    STRANGER,
    Visit,
    browser,
    chromium,
    demonstration,
    office_page,
)
from tests.patience import PATIENCE, free_port

QUESTION = "江岚市2023年上半年食品抽检合格率是多少？"
TABLE = "把各局的投诉举报数量列个表"
REPORT = "白鹭县市场监管局2023年工作总结\n一、食品安全\n检查食品经营单位417家，立案19件。\n"
EVIL = "<img src=x>"
EVIL_REPORT = f"{EVIL}白鹭县市场监管局2023年工作总结\n一、食品安全\n检查{EVIL}食品经营单位417家。\n"
PASSWORD = "不容易猜到的一句话"  # noqa: S105 - a test's
MOST_BYTES = 150_000


def _missing() -> str:
    """Why the page cannot be looked at; empty where it can."""
    if not chromium():
        return "no Chromium on this machine: the page was not looked at"
    if importlib.util.find_spec("playwright") is None:
        return "Playwright is not installed: the page was not looked at"
    return ""


@pytest.fixture(scope="module")
def looked_at() -> None:
    """Skips where the page cannot be looked at, before anything is started."""
    if reason := _missing():
        print(reason)  # noqa: T201 - so that a run's log tells what it left out
        pytest.skip(reason)


@pytest.fixture(scope="module")
def url(
    looked_at: None, sample_library: Library, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The demonstration, as its first person."""
    assert looked_at is None
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(sample_library.data_dir, folder / "data")
    with demonstration(folder / "data", folder) as address:
        yield address


@pytest.fixture(scope="module")
def first_address(
    looked_at: None, sample_library: Library, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """An office in which nobody has an account yet."""
    assert looked_at is None
    folder = tmp_path_factory.mktemp("office")
    shutil.copytree(sample_library.data_dir, folder / "data")
    with office_page(folder / "data", folder, free_port()) as address:
        yield address


@pytest.fixture(scope="module")
def opened(looked_at: None) -> Iterator[Any]:
    assert looked_at is None
    with browser() as started:
        yield started


@pytest.fixture
def faults() -> list[str]:
    """Errors of the page's own, and what its browser refused it."""
    return []


@pytest.fixture
def page(opened: Any, faults: list[str]) -> Iterator[Any]:
    """A wide and light window of its own; an error in it fails the test."""
    context = opened.new_context(
        locale="zh-CN", viewport={"width": 1280, "height": 860}, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE * 1000)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown = context.new_page()
    shown.on("pageerror", lambda error: faults.append(str(error)))
    shown.on("console", lambda said: faults.extend([said.text] if said.type == "error" else []))
    yield shown
    context.close()
    assert not faults


@pytest.fixture
def admin(page: Any, url: str) -> Visit:
    visit = Visit(page)
    visit.become(url, ADMIN)
    return visit


@pytest.fixture
def reader(page: Any, url: str) -> Visit:
    visit = Visit(page)
    visit.become(url, READER)
    return visit


def _clipboard(page: Any) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


# -- asking


def test_a_number_in_the_answer_opens_the_report_at_the_sentence(reader: Visit) -> None:
    reader.say(QUESTION)
    answer = reader.heard("98.09%")
    assert answer.locator(".key").count() == 0
    assert not answer.locator(".quoted").first.is_visible()
    answer.get_by_role("button", name="出处 1").first.click()
    panel = reader.page.locator("#panel")
    panel.locator("mark").wait_for()
    assert "合格率98.09%" in panel.locator("mark").inner_text()
    assert "江岚市市场监管局 2023年上半年" in panel.inner_text()
    assert "文件：江岚市2023年上半年工作总结及下半年谋划.txt" in panel.inner_text()
    box, mark = panel.locator(".report").bounding_box(), panel.locator("mark").bounding_box()
    assert box["y"] < mark["y"] < box["y"] + box["height"]
    reader.page.keyboard.press("Escape")
    assert not panel.is_visible()
    focused = reader.page.evaluate("document.activeElement.dataset.n")
    assert focused == "1"
    answer.get_by_text("出处（1）").click()
    assert "5,713批次" in answer.locator(".quoted").inner_text()


def test_a_quote_shows_while_the_pointer_rests_on_its_number(reader: Visit) -> None:
    reader.say(QUESTION)
    reader.heard("98.09%").locator(".reference").first.hover()
    preview = reader.page.locator(".preview")
    preview.wait_for()
    assert "5,713批次" in preview.inner_text()
    reader.page.keyboard.press("Escape")
    assert preview.count() == 0


def test_one_goes_from_one_source_to_the_next(reader: Visit) -> None:
    reader.say("各局食品抽检合格率")
    answer = reader.heard("98.42%")
    answer.get_by_role("button", name="出处 1").first.click()
    panel = reader.page.locator("#panel")
    panel.get_by_text("出处 1", exact=True).wait_for()
    assert panel.get_by_role("button", name="上一处").is_disabled()
    panel.get_by_role("button", name="下一处").click()
    panel.get_by_text("出处 2", exact=True).wait_for()
    assert "97.4%" in panel.locator("mark").inner_text()
    assert answer.locator(".reference.open").first.inner_text() == "2"


def test_the_last_question_is_changed_and_asked_again(reader: Visit) -> None:
    reader.say(QUESTION)
    reader.heard("98.09%")
    reader.page.get_by_role("button", name="改一改再问").click()
    assert reader.line.input_value() == QUESTION
    reader.say(QUESTION.replace("2023", "2024"))
    reader.heard("98.42%")


def test_an_answer_is_copied_without_its_quotes_and_read_out_once(reader: Visit) -> None:
    reader.say(QUESTION)
    reader.heard("98.09%").get_by_role("button", name="复制").click()
    reader.toast("复制好了")
    assert _clipboard(reader.page) == "江岚市市场监管局2023年上半年：食品监督抽检合格率98.09%"
    spoken = reader.page.locator("#spoken").filter(has_text="98.09%")
    spoken.wait_for(state="attached")
    assert "批次" not in spoken.inner_text()


def test_what_is_under_way_can_be_stopped(reader: Visit) -> None:
    page = reader.page
    page.route("**/api/say", lambda route: route.fulfill(json={"id": 0}))
    reader.say(QUESTION)
    page.get_by_role("button", name="停止").wait_for()
    page.unroute("**/api/say")
    page.get_by_role("button", name="停止").click()
    page.locator(".message.mine").filter(has_text="/stop").wait_for()
    page.get_by_role("button", name="停止").wait_for(state="hidden")


def test_the_assistant_opens_with_questions_that_it_can_answer(reader: Visit) -> None:
    examples = reader.page.locator(".example")
    examples.first.wait_for()
    assert examples.count() >= 3
    assert not [text for text in examples.all_inner_texts() if "…" in text]
    examples.first.click()
    reader.page.locator(".message.theirs .acts").first.wait_for()


# -- tables, menus


def test_a_table_sorts_filters_and_is_copied(reader: Visit) -> None:
    reader.say(TABLE)
    table = reader.heard("投诉举报受理").locator(".table")
    rows = table.locator("tbody tr:visible")
    assert rows.count() == 10
    head = table.get_by_role("columnheader", name="投诉举报受理")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert "415" in rows.first.inner_text()
    assert "*" in rows.last.inner_text()
    head.get_by_role("button").click()
    assert "21,400" in rows.first.inner_text()
    assert "*" in rows.last.inner_text()
    table.get_by_role("searchbox").fill("石桥")
    assert rows.count() == 2
    table.get_by_role("button", name="复制表格").click()
    reader.toast("复制好了")
    assert _clipboard(reader.page).splitlines() == [
        "单位\t期间\t投诉举报受理（件）",
        "石桥县市场监督管理局\t2023年\t868",
        "石桥县市场监督管理局\t2023年上半年\t415",
    ]
    table.get_by_role("searchbox").fill("没有的")
    assert "没有符合的行" in table.inner_text()


def _table_of(page: Any, text: str) -> dict[str, Any] | None:
    """The first table that the page reads in a text: its head and rows as texts."""
    found: dict[str, Any] | None = page.evaluate(
        """async (text) => {
          const { readMessage } = await import("/page/text.js");
          const { body } = readMessage({ text, entities: [], quotes: [1, 2, 3] });
          const table = body.find(({ kind }) => kind === "table");
          const cell = (ranges) => ranges.map(({ start, end }) => text.slice(start, end)).join();
          const head = (column) => Array.isArray(column) ? cell(column) : column.text ?? column;
          const rows = () => table.rows.map((row) => row.map(cell));
          return table ? { head: table.head.map(head), rows: rows() } : null;
        }""",
        text,
    )
    return found


@pytest.mark.parametrize(
    ("text", "head", "rows"),
    [
        (
            "看表：\n| 单位 | 件数 |\n| --- | --- |\n| 甲局 | 3 |\n| 乙局 | |",
            ["单位", "件数"],
            [["甲局", "3"], ["乙局", ""]],
        ),
        ("单位  件数\n甲局  3\n乙局  4", ["单位", "件数"], [["甲局", "3"], ["乙局", "4"]]),
        (
            "甲局2022年：立案3件[1]\n甲局2023年：立案4件[2]\n乙局2023年上半年：立案*件[3]\n另外的话",
            ["bureau", "period", "立案"],
            [
                ["甲局", "2022年", "3件[1]"],
                ["甲局", "2023年", "4件[2]"],
                ["乙局", "2023年上半年", "*件[3]"],
            ],
        ),
    ],
)
def test_lines_in_columns_are_read_as_tables(
    reader: Visit, text: str, head: list[str], rows: list[list[str]]
) -> None:
    assert _table_of(reader.page, text) == {"head": head, "rows": rows}


@pytest.mark.parametrize(
    "text",
    [
        "一、总的看\n甲局：好[1]\n乙局：也好[2]\n丙局：很好[3]",
        "甲局2023年：立案3件[1]\n乙局2023年：立案4件[2]",
        "• 食品安全：2024年抽检3批次[1]。\n• 药品：2024年抽检4批次[2]。",
        "或者甲|乙",
    ],
)
def test_other_lines_stay_lines(reader: Visit, text: str) -> None:
    assert _table_of(reader.page, text) is None


def test_a_comparison_has_a_column_for_each_report(reader: Visit) -> None:
    reader.say("对比江岚市和云溪县2023年上半年食品安全")
    table = reader.heard("各家是这样写的").locator("table").first
    heads = table.locator("thead th").all_inner_texts()
    assert [head.strip(" ↕") for head in heads] == [
        "指标",
        "云溪县市场监管局2023年上半年",
        "江岚市市场监管局2023年上半年",
    ]
    first = table.locator("tbody tr").first.locator("th, td").all_inner_texts()
    assert [cell.split()[0] for cell in first] == ["食品抽检批次", "486批次1", "5,824批次2"]


def test_a_long_row_of_buttons_is_found_by_typing(reader: Visit) -> None:
    reader.say("/compare")
    asked = reader.heard("比哪条线")
    asked.get_by_role("searchbox").fill("食品")
    assert asked.locator(".key:visible").all_inner_texts()[0] == "食品安全"
    asked.locator(".key:visible").first.click()
    reader.heard("同一期比各单位")


def test_buttons_above_the_last_question_grow_quiet(reader: Visit) -> None:
    reader.say("/compare")
    asked = reader.heard("比哪条线")
    asked.locator(".key").first.wait_for()
    before = _background(asked.locator(".key").first)
    reader.say(QUESTION)
    reader.heard("98.09%")
    assert _background(asked.locator(".key").first) != before


def _background(shown: Any) -> str:
    return str(shown.evaluate("shown => getComputedStyle(shown).backgroundColor"))


def test_a_plan_comes_down_as_a_document(reader: Visit) -> None:
    reader.say("/plan 云溪县 食品安全")
    reader.heard("工作打算").get_by_role("button", name="存成文档", exact=True).click()
    link = reader.page.locator("a.document").last
    link.wait_for()
    with reader.page.expect_download() as coming:
        link.click()
    assert coming.value.suggested_filename.endswith(".docx")
    document = ZipFile(BytesIO(Path(coming.value.path()).read_bytes()))
    assert "食品" in document.read("word/document.xml").decode()


def test_an_answer_comes_down_as_a_document(reader: Visit) -> None:
    reader.say(QUESTION)
    save = reader.heard("98.09%").get_by_role("link", name="存成 Word")
    with reader.page.expect_download() as coming:
        save.click()
    assert coming.value.suggested_filename == "江岚市2023年上半年食品抽检合格率是多少？.docx"


def test_how_an_answer_came_about_is_for_those_who_look_after_the_reports(admin: Visit) -> None:
    admin.say(QUESTION)
    answer = admin.heard("98.09%")
    answer.get_by_role("button", name="怎么答出来的").click()
    panel = admin.page.locator("#panel")
    panel.get_by_text("找到的段落").wait_for()
    passage = panel.locator("details").first
    passage.locator("summary").click()
    assert "5,824批次" in passage.inner_text()
    assert "得分" not in panel.inner_text()
    panel.get_by_role("button", name="关闭").click()
    assert "why" in str(admin.page.evaluate("document.activeElement.className"))


def test_readers_are_not_offered_how_an_answer_came_about(reader: Visit) -> None:
    reader.say(QUESTION)
    assert reader.heard("98.09%").get_by_role("button", name="怎么答出来的").count() == 0


# -- conversations


def test_a_conversation_is_renamed_found_exported_and_deleted(reader: Visit) -> None:
    page = reader.page
    reader.say(QUESTION)
    reader.heard("98.09%")
    page.locator("#chats [aria-current]").wait_for()
    reader.choose("#chat-menu", "改名")
    page.get_by_label("名字", exact=True).fill("抽检合格率备查")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("heading", name="抽检合格率备查").wait_for()
    page.locator("#search").fill("98.09")
    page.locator("#chats").get_by_text("抽检合格率备查").wait_for()
    page.locator("#search").fill("没有说过的话")
    page.locator("#chats").get_by_text("没有搜到").wait_for()
    page.locator("#search").fill("")
    for label, ending in (("存成 Word", ".docx"), ("存成 Markdown", ".md")):
        with page.expect_download() as coming:
            reader.choose("#chat-menu", label)
        assert coming.value.suggested_filename == f"抽检合格率备查{ending}"
    page.reload()
    reader.heard("98.09%")
    reader.choose("#chat-menu", "删除")
    page.get_by_role("dialog").get_by_role("button", name="取消").click()
    reader.choose("#chat-menu", "删除")
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    page.locator(".example").first.wait_for()
    assert page.locator("#chats").get_by_text("抽检合格率备查").count() == 0


def test_what_is_forgotten_leaves_the_open_page(reader: Visit) -> None:
    reader.say(QUESTION)
    reader.heard("98.09%")
    reader.say("/forget")
    reader.heard("").get_by_role("button", name="全部删掉").click()
    reader.page.locator(".message.theirs").filter(has_text="98.09%").wait_for(state="detached")
    assert reader.page.locator(".message.mine").count() == 0
    assert reader.page.locator(".message.theirs").count() == 1


def test_a_draft_stays_with_its_conversation_and_over_a_reload(reader: Visit) -> None:
    reader.say(QUESTION)
    reader.heard("98.09%")
    reader.line.fill("写了一半")
    reader.page.locator("#new").click()
    reader.page.locator(".example").first.wait_for()
    assert reader.line.input_value() == ""
    reader.page.go_back()
    reader.heard("98.09%")
    assert reader.line.input_value() == "写了一半"
    reader.page.reload()
    reader.heard("98.09%")
    assert reader.line.input_value() == "写了一半"


def test_a_broken_connection_is_told_and_mended(opened: Any, url: str) -> None:
    context = opened.new_context(locale="zh-CN")
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    page.route("**/api/events*", lambda route: route.abort())
    visit = Visit(page)
    visit.become(url, READER)
    page.locator("#offline").wait_for()
    visit.line.fill("写了一半")
    page.unroute("**/api/events*")
    page.locator("#offline").wait_for(state="hidden")
    assert visit.line.input_value() == "写了一半"
    visit.say(QUESTION)
    visit.heard("98.09%")
    context.close()


def test_what_could_not_be_sent_goes_back_into_the_line(opened: Any, url: str) -> None:
    context = opened.new_context(locale="zh-CN")
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    visit = Visit(page)
    visit.become(url, READER)
    page.route("**/api/say", lambda route: route.abort())
    visit.say(QUESTION)
    visit.toast("没有发出去")
    assert visit.line.input_value() == QUESTION
    page.unroute("**/api/say")
    visit.line.press("Enter")
    visit.heard("98.09%")
    context.close()


# -- files


def test_a_report_is_dropped_told_of_and_asked_about(admin: Visit) -> None:
    page = admin.page
    _drop(page, f"{EVIL}.txt", EVIL_REPORT)
    page.get_by_text("可以在下面加一句说明").wait_for()
    assert page.locator(".files").inner_text().startswith(f"{EVIL}.txt")
    admin.say("白鹭县市场监管局2023年")
    admin.heard("装进了资料库")
    admin.say("白鹭县2023年检查食品经营单位多少家？")
    admin.heard("417家").locator(".reference").first.click()
    page.locator("mark").wait_for()
    assert page.locator("img[src=x]").count() == 0
    assert EVIL in page.locator("#panel .report").inner_text()


def test_who_may_not_load_reports_is_told_so(reader: Visit) -> None:
    _drop(reader.page, "甲.txt", REPORT)
    reader.page.get_by_text("您的权限不能把报告装进资料库").wait_for()
    reader.page.get_by_role("button", name="去掉 甲.txt").click()
    assert reader.page.locator(".files li").count() == 0
    reader.page.locator("input[type=file]").set_input_files(
        files=[{"name": "空.txt", "mimeType": "text/plain", "buffer": b""}]
    )
    reader.toast("空的")


def _drop(page: Any, name: str, text: str) -> None:
    dropped = page.evaluate_handle(
        "([name, text]) => { const held = new DataTransfer();"
        " held.items.add(new File([text], name)); return held; }",
        [name, text],
    )
    for kind in ("dragenter", "dragover", "drop"):
        page.dispatch_event("#log", kind, {"dataTransfer": dropped})


# -- people


def test_a_stranger_asks_is_let_in_and_told(opened: Any, url: str, admin: Visit) -> None:
    context = opened.new_context(locale="zh-CN")
    context.set_default_timeout(PATIENCE * 1000)
    stranger = Visit(context.new_page())
    stranger.become(url, STRANGER)
    assert not stranger.line.is_visible()
    stranger.page.get_by_role("button", name="申请使用").click()
    stranger.page.get_by_role("heading", name="等管理员批准").wait_for()
    admin.page.locator("#chats").get_by_role("link", name="通知").click()
    admin.heard("有人申请使用")
    admin.press("同意（只看）")
    stranger.page.get_by_role("heading", name="想查什么").wait_for()
    stranger.page.locator("#chats").get_by_role("link", name="通知").click()
    stranger.heard("您的申请通过了")
    stranger.page.locator("#new").click()
    stranger.say(QUESTION)
    stranger.heard("98.09%")
    context.close()


def test_one_is_another_of_the_people_by_a_press(reader: Visit) -> None:
    reader.page.get_by_role("navigation", name="演示").get_by_role("link", name="王主任").click()
    reader.page.locator("#me").filter(has_text="王主任").wait_for()


def test_an_office_from_its_first_account_to_a_colleagues(
    opened: Any, page: Any, first_address: str
) -> None:
    page.goto(first_address)
    _enter(page, EVIL, PASSWORD, again="另外一句不一样的话")
    page.get_by_text("两遍密码不一样").wait_for()
    page.get_by_label("再输一遍密码").fill(PASSWORD)
    page.get_by_role("button", name="开通账号").click()
    page.locator("#me").filter(has_text=EVIL).wait_for()
    assert page.locator("img[src=x]").count() == 0
    visit = Visit(page)
    visit.choose("#me", "邀请同事")
    page.get_by_label("权限").select_option(label="可上传：能问，也能传报告")
    page.get_by_role("button", name="生成地址").click()
    page.get_by_role("dialog").get_by_role("button", name="复制").click()
    page.get_by_role("dialog").get_by_text("复制好了").wait_for()
    invitation = _clipboard(page)
    page.get_by_role("dialog").get_by_role("button", name="关闭").click()
    context = opened.new_context(locale="zh-CN")
    context.set_default_timeout(PATIENCE * 1000)
    other = context.new_page()
    other.goto(invitation)
    _enter(other, "王小姐", PASSWORD, again=PASSWORD)
    other.locator("#me").filter(has_text="可上传").wait_for()
    Visit(other).choose("#me", "修改密码")
    other.get_by_label("原来的密码").fill(PASSWORD)
    other.get_by_label("新密码（至少 8 位）").fill(f"{PASSWORD}2")
    other.get_by_label("再输一遍新密码").fill(f"{PASSWORD}2")
    other.get_by_role("button", name="保存").click()
    other.get_by_text("密码改好了").wait_for()
    other.get_by_role("button", name="知道了").click()
    Visit(other).choose("#me", "退出登录")
    other.get_by_role("heading", name="登录").wait_for()
    _enter(other, "王小姐", PASSWORD)
    other.get_by_text("姓名或密码不对").wait_for()
    other.get_by_label("密码").fill(f"{PASSWORD}2")
    other.get_by_role("button", name="登录", exact=True).click()
    other.locator("#me").filter(has_text="王小姐").wait_for()
    Visit(other).choose("#me", "退出登录")
    other.get_by_role("button", name="申请使用").click()
    _enter(other, "赵科长", PASSWORD, again=PASSWORD)
    other.get_by_role("heading", name="等管理员批准").wait_for()
    page.locator("#chats").get_by_role("link", name="通知").click()
    visit.heard("赵科长")
    visit.press("同意（只看）")
    other.get_by_role("heading", name="想查什么").wait_for()
    context.close()


def _enter(page: Any, name: str, password: str, again: str = "") -> None:
    page.get_by_label("姓名").fill(name)
    page.get_by_label("密码", exact=True).fill(password)
    if again:
        page.get_by_label("再输一遍密码").fill(again)
    page.locator("form .main").click()


# -- keyboard, looks


def test_the_line_is_written_by_keyboard(reader: Visit) -> None:
    said = reader.page.locator(".message.mine")
    reader.line.fill("第一行")
    reader.line.press("Shift+Enter")
    reader.line.press_sequentially("/re")
    assert reader.line.input_value() == "第一行\n/re"
    reader.line.fill("")
    reader.line.press("ArrowUp")
    assert reader.line.input_value() == ""
    reader.line.press_sequentially("/re")
    offered = reader.page.get_by_role("option")
    assert [text.split()[0] for text in offered.all_inner_texts()] == ["/reports"]
    reader.line.press("Tab")
    assert reader.line.input_value() == "/reports "
    assert not offered.first.is_visible()
    assert said.count() == 0
    reader.line.press("Enter")
    said.first.wait_for()
    assert "/reports" in said.last.inner_text()


def test_the_keyboard_comes_straight_to_the_line(reader: Visit) -> None:
    page = reader.page
    reader.say(QUESTION)
    reader.heard("98.09%")
    page.reload()
    reader.heard("98.09%")
    page.get_by_role("link", name="跳到输入框").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "line"
    assert page.locator(".message").count() == 2


def test_the_line_grows_with_what_is_written_and_shows_its_first_words(reader: Visit) -> None:
    before = reader.line.bounding_box()["height"]
    assert before >= 30
    reader.line.fill("一\n二\n三")
    assert reader.line.bounding_box()["height"] > before
    reader.line.fill("")
    assert reader.line.bounding_box()["height"] == before


def test_a_menu_is_walked_by_keyboard_and_gives_the_focus_back(reader: Visit) -> None:
    page = reader.page
    page.locator("#me").focus()
    page.keyboard.press("Enter")
    page.get_by_role("menu").wait_for()
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.textContent") == "退出登录"
    page.keyboard.press("Escape")
    assert page.get_by_role("menu").count() == 0
    assert page.evaluate("document.activeElement.id") == "me"


@pytest.mark.parametrize("width", [320, 390, 1280, 1920])
def test_the_page_fits_its_window(reader: Visit, width: int) -> None:
    page = reader.page
    page.set_viewport_size({"width": width, "height": 844})
    assert _overflow(page) == 0
    reader.say("各局食品抽检合格率")
    reader.heard("98.42%").locator(".reference").first.click()
    page.locator("mark").wait_for()
    assert _overflow(page) == 0
    panel, log = page.locator("#panel").bounding_box(), page.locator("#log").bounding_box()
    assert panel["x"] + panel["width"] == width
    if width < 1000:
        assert panel["width"] == width
    else:
        assert log["x"] + log["width"] <= panel["x"]
    page.keyboard.press("Escape")
    for box in page.locator(".message").all():
        assert box.bounding_box()["x"] + box.bounding_box()["width"] <= width


def _overflow(page: Any) -> int:
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


_FIRST_OF_LINES = """() => {
  const found = [];
  const nodes = document.createTreeWalker(document.querySelector("#log"), NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const { data, parentElement, previousSibling } = nodes.currentNode;
    if (!data.trim() || !previousSibling?.getBoundingClientRect) continue;
    const range = document.createRange();
    range.setStart(nodes.currentNode, 0);
    range.setEnd(nodes.currentNode, 1);
    if (range.getBoundingClientRect().top > previousSibling.getBoundingClientRect().bottom)
      found.push(data[0]);
  }
  return found;
}"""


@pytest.mark.parametrize("width", [320, 390, 430])
def test_no_line_begins_with_what_closes_a_sentence(reader: Visit, width: int) -> None:
    page = reader.page
    page.set_viewport_size({"width": width, "height": 844})
    reader.say("总结江岚市2023年上半年")
    reader.heard("推进质量强市")
    first = page.evaluate(_FIRST_OF_LINES)
    assert not set(first) & set("，。、；：！？）》”’")


def test_on_a_phone_what_a_table_tells_has_the_whole_width(reader: Visit) -> None:
    page = reader.page
    page.set_viewport_size({"width": 390, "height": 844})
    reader.say("各局食品抽检情况")
    table = reader.heard("5,824批次").locator("table.prose")
    assert table.locator("td").last.bounding_box()["width"] > 300


def test_on_a_phone_the_list_is_a_drawer(reader: Visit) -> None:
    page = reader.page
    page.set_viewport_size({"width": 390, "height": 844})
    assert not page.locator("#side").is_visible()
    page.get_by_role("button", name="打开对话列表").click()
    assert page.locator("#side").is_visible()
    page.keyboard.press("Escape")
    page.locator("#side").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.id") == "open-side"


def test_it_is_dark_where_the_system_is_or_the_menu_says_so(reader: Visit) -> None:
    page = reader.page
    light = _background(page.locator("body"))
    page.emulate_media(color_scheme="dark")
    dark = _background(page.locator("body"))
    assert dark != light
    reader.choose("#me", "换成浅色")
    assert _background(page.locator("body")) == light
    page.reload()
    assert _background(page.locator("body")) == light
    page.locator(".example").first.wait_for()
    reader.choose("#me", "跟随电脑的深浅")
    assert _background(page.locator("body")) == dark


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_stands_in_the_way_of_those_who_see_or_hear_otherwise(
    reader: Visit, url: str, width: int, scheme: str
) -> None:
    page = reader.page
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    page.locator(".example").first.wait_for()
    assert _violations(page) == []
    reader.say(TABLE)
    reader.heard("投诉举报受理")
    reader.say("各局食品抽检合格率")
    answer = reader.heard("98.42%")
    answer.locator("summary").click()
    assert _violations(page) == []
    answer.locator("td .reference").first.click()
    page.locator("mark").wait_for()
    assert _violations(page) == []
    page.keyboard.press("Escape")
    reader.say("/compare")
    reader.heard("比哪条线")
    if width < 1000:
        page.get_by_role("button", name="打开对话列表").click()
    page.locator("#me").click()
    assert _violations(page) == []
    page.keyboard.press("Escape")
    page.locator("#chats [aria-haspopup=menu]").first.click()
    page.get_by_role("menuitem", name="改名").click()
    assert _violations(page) == []
    page.goto(f"{url.split('/play', maxsplit=1)[0]}/sign-in")
    page.get_by_role("heading", name="登录").wait_for()
    assert _violations(page) == []
    page.goto(f"{url.rsplit('/', 1)[0]}/{STRANGER}")
    page.locator(".opening h2").wait_for()
    assert _violations(page) == []


def _violations(page: Any) -> list[str]:
    """What axe finds: the rule, and where."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def test_the_page_is_small() -> None:
    folder = ROOT / "bot" / "web" / "page"
    assert sum(file.stat().st_size for file in folder.iterdir()) < MOST_BYTES

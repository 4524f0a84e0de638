"""What must hold at every chat app: one conversation, and no word of a hidden report."""

import asyncio
import shutil
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.state.opening import State
from bot.state.people import Role
from knowledge.library import Library
from tests.bot.conftest import CLEAR, MARSH, REPORTS
from tests.bot.doors import DOORS, Door, OpenDoor, Shown, press, settle, told_after

NEW_REPORT = """松林县市场监管局2023年上半年工作总结

2023年上半年，松林县市场监管局扎实推进各项工作。

一、主要工作

（一）执法办案
立案77件，罚没款31.2万元。
（二）药品安全
检查药店19家。
"""
SCRIPT = [
    ("清河县2023年上半年检查药店多少家", f"{CLEAR}2023年上半年：检查药店83家", "守好药品安全"),
    ("[1]", "检查药店83家、诊所129家、化妆品店57家，立案9件，其中药店4件。"),
    ("清河县2023年上半年立案多少件", "146件"),
    ("苇塘区呢？", f"{MARSH}2023年上半年：立案205件"),
    ("总结一下清河县2023年上半年的食品安全", "412批次", "97.3%"),
    ("写个清河县2023年下半年的工作打算，存成word", ".docx", "明厨亮灶"),
    ("松林县.txt", "松林县市场监管局", "2023年上半年"),
    ("松林县2023年上半年立案多少件", "77件"),
    ("朝阳区市场监管局2023年查了多少家药店", "库里没有“朝阳区"),
]
"""Each step with what must be told: a button, a file, or else what is written."""

SECRET = REPORTS["苇塘区2023年上半年.txt"]
BEFORE = [
    "苇塘区2023年上半年立案多少件", "各局立案多少件", "/summary 苇塘区2023年上半年", "/plan",
    "/plan 苇塘区", "写个苇塘区2023年下半年的打算", "/reports", "/compare 食品安全",
    "/figures 立案", "/search 立案",
]  # fmt: skip
"""What is asked while it may still be read: it leaves buttons, and something to follow up."""
ATTACKS = [
    "那食品抽检呢？", "再说一遍", "换成表格", "存成word", "再短一点", "那投诉呢，两家放一起",
    "苇塘区2023年上半年检查药店多少家", "苇塘区立案多少件", "苇塘", "我们局立案多少件",
    "哪个局检查药店最多", "各局立案多少件", "把各局的立案数量列个表", "画个各局立案的图",
    "哪些局写了直播带货", "有没有苇塘区的报告", "库里有哪些报告", "都有哪些局的材料",
    "总结一下苇塘区的食品安全", "总结一下各局的食品安全", "写个苇塘区食品安全的计划",
    "清河县和苇塘区比一比立案", "大家都有啥好做法", "最新的报告是哪份", "苇糖区立案多少件",
    "投诉多少件，苇塘区呢", "有几份报告", "一共多少份材料", "苇塘区2023年上半年.txt里写了什么",
    "/reports", "/search 苇塘", "/search 药店", "/summary 苇塘区", "/summary", "/plan 苇塘区",
    "/plan", "/compare", "/compare 食品安全", "/figures", "/figures 立案", "/figures 苇塘区",
    "/start", "/help", "/bureau", "/bureau 苇塘区", "/users", "/status", "/access",
    "/remove 苇塘区", "/feedback list",
    "/check 苇塘区2023年上半年立案210件，罚没款100万元，食品抽检合格率99.1%，受理投诉1,000件。",
]  # fmt: skip
_AT_ONCE = 20
WITHOUT_FILES = ("wecom_callback",)
FILE_TOLD = "这里发不了文件"


@pytest.fixture
def folder(library: Library, data_dir: Path, tmp_path: Path, reads_here: None) -> Path:  # noqa: ARG001 - set up before it
    assert library
    shutil.copytree(data_dir, tmp_path / "own")
    return tmp_path / "own"


async def walk(open_door: OpenDoor, folder: Path) -> list[list[Shown]]:
    """What is told to each step of the script."""
    told = []
    async with open_door(folder, Role.ADMIN) as door:
        for step, *_ in SCRIPT:
            if step.startswith("["):
                doing = press(door, step)
            elif step.endswith(".txt"):
                doing = door.send_file(step, NEW_REPORT.encode())
            else:
                doing = door.write(step)
            told.append(await told_after(door, doing))
    return told


def test_one_conversation_is_answered_alike_at_every_door(folder: Path, tmp_path: Path) -> None:
    async def walk_all() -> list[list[list[Shown]]]:
        walks = []
        for name, open_door in DOORS.items():
            shutil.copytree(folder, tmp_path / name)
            walks.append(walk(open_door, tmp_path / name))
        return await asyncio.gather(*walks)

    first, *others = asyncio.run(walk_all())
    for (_, *wanted), told in zip(SCRIPT, first, strict=True):
        assert all(any(words in each.whole for each in told) for words in wanted), told
    for name, other in zip(list(DOORS)[1:], others, strict=True):
        for told, alike in zip(first, other, strict=True):
            if name in WITHOUT_FILES and any(each.content for each in told):
                assert FILE_TOLD in "".join(each.text for each in alike)
            else:
                assert in_one(told) == in_one(alike)


def in_one(told: list[Shown]) -> tuple[str, list[str], list[str]]:
    """Messages without how an app parts them: words, buttons, files without when they are of."""
    labels = [label for each in told for label in each.labels]
    files = [each.name + each.whole.partition("<w:body>")[2] for each in told if each.content]
    return "".join(each.bare for each in told), labels, files


@pytest.mark.parametrize("name", DOORS)
def test_nothing_of_a_hidden_report_is_told_whatever_is_tried(name: str, folder: Path) -> None:
    attacks = ATTACKS[list(DOORS).index(name) % 2 :: 2]  # each at two doors: it takes its time

    async def attack() -> list[Shown]:
        async with DOORS[name](folder, Role.EDITOR) as door:
            await do_all(door, [door.write(words) for words in BEFORE])
            before, buttons, toasts = await door.shown(), door.buttons(), len(door.toasts())
            assert any(MARSH in each.whole for each in before)
            hide(MARSH, folder)
            await do_all(door, [door.write(words) for words in attacks])
            await do_all(door, [each.press() for each in buttons])
            await do_all(door, [door.send_file("同一份.txt", SECRET.encode())])
            after = await door.shown()
            assert len(after) > len(before) + len(attacks)
            assert "您没有看它的权限" in after[-2].text
            changed = [new for old, new in zip(before, after, strict=False) if new != old]
            return [*after[len(before) :], *changed, *map(Shown, door.toasts()[toasts:])]

    for told in asyncio.run(attack()):
        assert MARSH not in told.whole, told
        for line in telling_lines():
            assert line not in told.whole, told


async def do_all(door: Door, acts: list[Coroutine[Any, Any, object]]) -> None:
    """Do some things, no more at once than may wait in a chat."""
    for begin in range(0, len(acts), _AT_ONCE):
        for act in acts[begin : begin + _AT_ONCE]:
            await act
        await settle(door)


def hide(bureau: str, folder: Path) -> None:
    """Let nobody but administrators read a bureau's reports."""
    state = State.open(folder)
    state.restrictions.limit(bureau)
    state.close()


def telling_lines() -> list[str]:
    """What only the hidden report says: whole lines, and its figures."""
    others = "".join(text for text in REPORTS.values() if text != SECRET)
    lines = [line.strip() for line in SECRET.splitlines() if len(line.strip()) > 8]
    figures = ["205件", "131.7", "530批", "98.1", "1,118", "占三成"]
    return [words for words in (*lines, *figures) if words not in others]

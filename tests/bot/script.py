"""One conversation that every chat app must carry: what is said, and what must be told.

A door is a chat app's fake server with one person at it.
"""

import io
import zipfile
from typing import Protocol

from tests.bot.conftest import CLEAR, MARSH

NEW_REPORT = """松林县市场监管局2023年上半年工作总结

2023年上半年，松林县市场监管局扎实推进各项工作。

一、主要工作

（一）执法办案
立案77件，罚没款31.2万元。
（二）药品安全
检查药店19家。
"""


class Door(Protocol):
    """Each call waits until there is a message with the words, and gives its text."""

    async def say(self, text: str, words: str) -> str:
        """The person writes."""

    async def press(self, label: str, words: str) -> str:
        """The person presses a button under the last message that has it."""

    async def send_file(self, name: str, content: bytes, words: str) -> str:
        """The person sends a file."""

    async def document(self, ending: str) -> bytes:
        """The last file that the bot sent, once there is one whose name ends so."""


async def walk(door: Door) -> None:
    """Question, follow-up, quote, summary, draft as a document, upload, refusal."""
    answer = await door.say("清河县2023年上半年检查药店多少家", "83家")
    assert answer.startswith(f"{CLEAR}2023年上半年：检查药店83家")
    assert "（二）守好药品安全" in answer
    quote = await door.press("[1]", "化妆品店57家")
    assert "检查药店83家、诊所129家、化妆品店57家，立案9件，其中药店4件。" in quote
    assert (await door.say("清河县2023年上半年立案多少件", "146件")).startswith(CLEAR)
    assert (await door.say("苇塘区呢？", "205件")).startswith(f"{MARSH}2023年上半年：立案205件")
    summary = await door.say("总结一下清河县2023年上半年的食品安全", "412批次")
    assert "97.3%" in summary
    await door.say("写个清河县2023年下半年的工作打算，存成word", "明厨亮灶")
    with zipfile.ZipFile(io.BytesIO(await door.document(".docx"))) as packed:
        assert "明厨亮灶" in packed.read("word/document.xml").decode()
    card = await door.send_file("松林县.txt", NEW_REPORT.encode(), "松林县市场监管局")
    assert "2023年上半年" in card
    assert "77件" in await door.say("松林县2023年上半年立案多少件", "77件")
    refusal = await door.say("朝阳区市场监管局2023年查了多少家药店", "朝阳区")
    assert "没有" in refusal
    assert "83" not in refusal

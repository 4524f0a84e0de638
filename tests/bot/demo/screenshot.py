"""Take the README's picture of the running page: ``make screenshot``.

``python -m tests.bot.demo.screenshot FILE [WIDTH HEIGHT [dark]]``.
"""

import sys
import tempfile
from pathlib import Path

from bot.demo.words import players
from tests.bot.demo.running import Talk, browser, demonstration
from tests.patience import PATIENCE

ADMIN, READER, STRANGER = (player.number for player in players())
QUESTION = "江岚市2023年上半年食品抽检合格率是多少？"


def main(file: str, width: str = "1280", height: str = "800", scheme: str = "light") -> None:
    """Play a short scene and write what can be seen of it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        demonstration(Path(folder) / "demo", Path(folder)) as url,
        browser() as opened,
    ):
        page = opened.new_page(
            viewport={"width": int(width), "height": int(height)},
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(url)
        admin, reader, stranger = (Talk(page, n) for n in (ADMIN, READER, STRANGER))
        if int(width) < 1000:
            admin.say(QUESTION)
            admin.heard("98.09%").locator(".why").wait_for()
            page.screenshot(path=file)
            return
        reader.heard("不妨先点一个试试")
        reader.say("/new")
        reader.heard("换个话题")
        reader.say(QUESTION)
        reader.heard("98.09%")
        reader.say("那2024年上半年呢？")
        reader.heard("98.42%").locator(".why").wait_for()
        stranger.say("你好")
        stranger.heard("还没有开通")
        stranger.tap("申请使用")
        admin.heard("有人申请使用")
        admin.say("/plan 云溪县 食品安全")
        admin.heard("工作打算").locator(".keys button").filter(has_text="存成文档").first.click()
        admin.chat.locator("a.document").last.wait_for()
        page.locator(".toast.shown").first.wait_for(state="detached")
        page.mouse.move(0, 0)
        admin.line.focus()
        page.screenshot(path=file)


if __name__ == "__main__":
    main(*sys.argv[1:])

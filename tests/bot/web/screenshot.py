"""Take the README's picture of the running page: ``make screenshot``.

``python -m tests.bot.web.screenshot FILE [WIDTH HEIGHT [dark]]``.
"""

import sys
import tempfile
from pathlib import Path

from tests.bot.web.running import ADMIN, Visit, browser, demonstration
from tests.patience import PATIENCE

QUESTIONS = ("江岚市2023年上半年食品抽检合格率是多少？", "那2024年上半年呢？")
TABLE = "各局食品抽检合格率"


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
            locale="zh-CN",
        )
        page.set_default_timeout(PATIENCE * 1000)
        visit = Visit(page)
        visit.become(url, ADMIN)
        for question, figure in zip(QUESTIONS, ("98.09%", "98.42%"), strict=True):
            visit.say(question)
            visit.heard(figure)
        visit.say(TABLE)
        answer = visit.heard("98.01%")
        if int(width) >= 1000:
            answer.locator("td .reference").nth(1).click()
            page.locator("mark").wait_for()
        page.mouse.move(0, 0)
        page.screenshot(path=file)


if __name__ == "__main__":
    main(*sys.argv[1:])

import io
from pathlib import Path

from rich.console import Console

from bot.display import load_doubts, load_result_line
from bot.terminal.progress import LoadingBar, loading_table
from knowledge.loading.loader import LoadResult, Status

GOOD = LoadResult("/r/a.txt", Status.ADDED, "1", "青禾县市场监管局", "县", "2023年", 12, 5, 40)
ODD = LoadResult(
    "/r/b.txt", Status.REPLACED, "2", sections=1, figures=3,
    doubts=("bureau_unknown", "period_unknown", "no_headings", "sums", "older_version"),
    superseded_by="/r/定稿.txt",
)  # fmt: skip
NEWER = LoadResult("/r/定稿.txt", Status.ADDED, "3", supersedes=("/r/b.txt", "/r/c.txt"))
BAD = LoadResult("/r/d.txt", Status.FAILED, error="文件是空的。")


def screen(width: int = 160) -> tuple[Console, io.StringIO]:
    file = io.StringIO()
    return Console(file=file, force_terminal=True, width=width, color_system=None), file


def test_a_line_ends_with_what_to_look_at_and_only_then() -> None:
    assert load_result_line(GOOD).endswith("数字40")
    assert load_result_line(ODD).endswith(
        "请看：单位未写明；期间未写明；没有标题；有的数字前后不一致（用 outline 看是哪些）；"
        "已有更新的一版：定稿.txt"
    )
    assert load_doubts(NEWER) == "取代旧稿 b.txt、c.txt"


def test_the_table_tells_what_changed_with_doubts_first() -> None:
    console, file = screen()
    unchanged = LoadResult("/r/u.txt", Status.UNCHANGED)
    console.print(loading_table([GOOD, unchanged, ODD, BAD]))
    shown = file.getvalue()
    order = [shown.index(name) for name in ("b.txt", "d.txt", "a.txt")]
    assert order == sorted(order)
    assert "u.txt" not in shown
    assert "文件是空的。" in shown
    assert "（期间未写明）" in shown


def test_of_very_many_files_the_rest_are_counted() -> None:
    console, file = screen()
    console.print(loading_table([GOOD] * 70))
    assert "另有 10 个文件没有列出" in file.getvalue()


def test_the_bar_tells_what_is_read_and_how_many_of_how_many() -> None:
    console, file = screen()
    bar = LoadingBar(console, 3)
    bar.begin_file(Path("/r/青禾县[b]2023年工作总结及下一步工作打算的报告.txt"))
    bar.end_file()
    bar.close()
    shown = file.getvalue()
    assert "正在读 青禾县[b]2023年工作总结及下一步工作打算…" in shown
    assert "1/3" in shown
    assert "个/秒" in shown

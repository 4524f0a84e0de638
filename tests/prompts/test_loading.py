import hashlib
import json
import re
from pathlib import Path

import pytest

from prompts.loading import FOLDER, PromptInvalid, Prompts, job_variables

RELEASED = json.loads((Path(__file__).parent / "released.json").read_text(encoding="utf-8"))

FRONT = {
    "name": "rewrite", "version": "1", "changed": "第一版", "variables": "[history, question]",
    "temperature": "0.3", "output": "line",
}  # fmt: skip
TEXT = "## system\n改写{{}}。\n\n## user\n{history}\n{question}\n"


def source(text: str = TEXT, drop: str = "", **front: str) -> str:
    lines = [f"{key}: {value}" for key, value in (FRONT | front).items() if key != drop]
    return "\n".join(["---", *lines, "---", text])


def put(folder: Path, content: str | bytes, name: str = "rewrite/v1.md") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def fault_of(folder: Path) -> str:
    with pytest.raises(PromptInvalid) as caught:
        Prompts.load(folder)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert re.search(r"[\u4e00-\u9fff]", sentence)
    return sentence


def test_a_released_version_never_changes() -> None:
    held = {
        f"{path.parent.name}/{path.stem}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in FOLDER.glob("*/v*.md")
    }
    assert held == RELEASED, "write a new version; add it to released.json when it is released"


def test_every_job_has_a_prompt_that_is_given_all_it_uses() -> None:
    prompts = Prompts.load()
    assert {prompt.job for prompt in prompts.all()} == job_variables().keys()
    for prompt in prompts.all():
        assert set(prompt.template.input_variables) == job_variables()[prompt.job]
        values = {name: f"<<{name}>>{{*}}" for name in prompt.variables}
        system, user = prompt.template.format_messages(**values)
        assert (system.type, user.type) == ("system", "human")
        assert all(value in user.text for value in values.values())
        assert not any(value in system.text for value in values.values())


@pytest.mark.parametrize("name", ["passages", "draft", "faults"])
def test_what_reports_and_drafts_say_stands_inside_one_fence(name: str) -> None:
    newest = [Prompts.load().choose(job) for job in job_variables()]
    for prompt in (p for p in newest if name in p.variables):
        values = dict.fromkeys(prompt.variables, "-") | {name: "##"}
        user = prompt.template.format_messages(**values)[1].text
        assert user.count("<material>") == user.count("</material>") == 1
        assert user.index("<material>") < user.index("##") < user.index("</material>")


def test_a_prompt_is_read_whole(tmp_path: Path) -> None:
    prompt = Prompts.load(put(tmp_path, source())).choose("rewrite")
    assert prompt.label == "rewrite/v1"
    assert prompt.changed == "第一版"
    assert prompt.variables == ("history", "question")
    assert (prompt.temperature, prompt.output) == (0.3, "line")
    messages = prompt.template.format_messages(history="甲", question="乙{丙}")
    assert [message.text for message in messages] == ["改写{}。", "甲\n乙{丙}"]


def test_the_newest_is_chosen_unless_one_is_named(tmp_path: Path) -> None:
    for n in (1, 2, 10):
        put(tmp_path, source(version=f"{n}"), f"rewrite/v{n}.md")
    prompts = Prompts.load(tmp_path)
    assert prompts.choose("rewrite").label == "rewrite/v10"
    assert prompts.choose("rewrite", "v2").label == "rewrite/v2"
    assert prompts.choose("rewrite", "1").label == "rewrite/v1"
    with pytest.raises(PromptInvalid, match=r"没有 v3 版，现有 v1、v2、v10"):
        prompts.choose("rewrite", "v3")
    with pytest.raises(PromptInvalid, match=r"没有“nothing”这项任务，现有 rewrite"):
        prompts.choose("nothing")


def test_line_ends_of_windows_are_read(tmp_path: Path) -> None:
    put(tmp_path, source().replace("\n", "\r\n"))
    assert Prompts.load(tmp_path).choose("rewrite").version == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "开头缺少两行 ---"),
        (source("## system\n甲\n"), "依次有 ## system 和 ## user"),
        (source("## system\n\n## user\n{history}{question}"), "都不为空"),
        (source("## user\n{history}{question}\n## system\n甲"), "依次有"),
        (source(TEXT.replace("{history}", "")), "没有用到变量 history"),
        (source(TEXT + "{passages}"), "用了没有的变量 passages"),
        (source(variables="[history, question, passages]"), "用了没有的变量 passages"),
        (source(variables="[question]"), "用了没有的变量 history"),
        (source(variables="[question, question]"), "不能重复"),
        (source(variables="history"), "应写成 [甲, 乙]"),
        (source(TEXT + "{"), "花括号不对"),
        (source(TEXT + "{}"), "花括号不对"),
        (source(version="2"), "version 写的是“2”"),
        (source(name="answer"), "name 写的是“answer”"),
        (source(changed=""), "changed 是空的"),
        (source(drop="output"), "说明里缺少 output"),
        (source(author="x"), "不认识的 author"),
        (source(temperature="热"), "0 到 2 之间"),
        (source(temperature="2.5"), "0 到 2 之间"),
        (source(output="json"), "output 应是 cited、line 之一"),
        (source().replace("output: line", "output: line\noutput: line"), "“output”写了两次"),
        (source().replace("output: line", "output line"), "“output line”一行"),
        (b"\xff\xfe\x00", "读不出来"),
    ],
)
def test_a_fault_is_told_in_one_line(tmp_path: Path, content: str | bytes, told: str) -> None:
    sentence = fault_of(put(tmp_path, content))
    assert sentence.startswith("提示词 rewrite/v1.md 用不了：")
    assert told in sentence


def test_a_file_is_named_by_its_version_alone(tmp_path: Path) -> None:
    put(tmp_path, source())
    assert "文件名应为" in fault_of(put(tmp_path, source(), "rewrite/v01.md"))


def test_a_job_is_known_and_not_empty(tmp_path: Path) -> None:
    (tmp_path / "rewrite").mkdir()
    assert "没有任何版本" in fault_of(tmp_path)
    put(tmp_path, source())
    assert "没有“other”这项任务" in fault_of(put(tmp_path, source(), "other/v1.md"))


def test_a_folder_without_prompts_is_told(tmp_path: Path) -> None:
    assert "文件夹里没有提示词" in fault_of(tmp_path)
    assert "没有这个文件夹" in fault_of(tmp_path / "nowhere")

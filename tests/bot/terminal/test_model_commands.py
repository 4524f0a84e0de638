"""``python -m bot ask`` as people run it, against an endpoint that works and one that does not."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import ModelMissing, PromptUnusable
from bot.terminal.commands import main
from tests.bot.answering.test_model_writer import (
    FACT,
    FALSE,
    MORE,
    QUESTION,
    TRUE,
    passage_with,
    writes,
)
from tests.bot.model.chat_server import (
    KEY,
    Behaviour,
    ChatServer,
    Reply,
    Request,
    cuts,
    gives,
    refuses,
    stalls,
)
from tests.conftest import ROOT, SAMPLES, loaded_library
from tests.forked import run_forked
from tests.patience import PATIENCE


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    loaded_library(folder, SAMPLES / "reports").close()
    return folder


def environment(server: ChatServer, **more: str) -> dict[str, str]:
    ours = {"PYTHONPATH": str(ROOT), "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.url}
    return os.environ | ours | {"CHAT_MODEL": "m", "MODEL_TIMEOUT": f"{PATIENCE}"} | more


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    data_dir: Path,
    server: ChatServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """``ask`` in this process: exit code, output, error output."""

    def ran(*words: str, **more: str) -> tuple[int, str, str]:
        for name, value in environment(server, **more).items():
            monkeypatch.setenv(name, value)
        code = main(["ask", "--data-dir", str(data_dir), *words, QUESTION])
        return code, *capsys.readouterr()

    return ran


def test_a_model_s_answer_is_one_line_of_json_with_prompt_and_version(
    data_dir: Path, server: ChatServer
) -> None:
    server.always = writes(TRUE + FALSE, TRUE + FALSE)
    words = ("ask", "--data-dir", str(data_dir), "--json", QUESTION)
    ran = run_forked(*words, environment=environment(server))
    assert ran.returncode == 0
    (line,) = ran.stdout.splitlines()
    record = json.loads(line)
    assert record["status"] == "answered"
    assert record["answer"].startswith(TRUE.format(n=1))
    assert (record["writer"], record["prompt"]) == ("model", "answer/v3")
    assert "2.5" in record["struck"][0]
    assert FACT in record["citations"][0]["quote"]
    assert "prompt=answer/v3+repair/v6" in ran.stderr
    assert KEY not in ran.stdout + ran.stderr


@pytest.mark.parametrize("behaviour", [refuses(401), cuts("云溪"), stalls(), gives(b"<html>")])
def test_a_failing_endpoint_is_told_and_the_reports_answer(
    run: Run, server: ChatServer, behaviour: Behaviour
) -> None:
    server.always = behaviour
    code, output, told = run("--json", MODEL_TIMEOUT="0.5")
    record = json.loads(output)
    assert code == 0
    assert record["writer"] == "extractive"
    assert record["answer"].startswith(record["notice"])
    assert "98.16%" in record["answer"]
    assert KEY not in output + told


def test_what_did_not_stand_is_not_printed(run: Run, server: ChatServer) -> None:
    server.always = writes(TRUE + FALSE + MORE, MORE + TRUE)
    _, output, _ = run()
    shown, _, corrected = output.partition("（更正）")
    assert shown.strip() == TRUE.format(n=1)
    assert corrected.strip().startswith((MORE + TRUE).format(n=1))
    assert "2.5" not in output


def test_a_prompt_that_does_not_exist_is_told_at_start(run: Run, server: ChatServer) -> None:
    with pytest.raises(PromptUnusable, match="提示词 answer 用不了：没有 v99 版，现有 v1"):
        run(PROMPT_ANSWER="v99")
    assert not server.requests


def test_a_model_without_an_endpoint_is_told(run: Run) -> None:
    with pytest.raises(ModelMissing, match="OPENAI_API_KEY"):
        run(OPENAI_API_KEY="", OPENAI_BASE_URL="", WRITER="model")


def test_extractive_asks_no_endpoint(run: Run, server: ChatServer) -> None:
    _, output, _ = run("--json", WRITER="extractive")
    assert json.loads(output)["writer"] == "extractive"
    assert not server.requests


def test_the_first_sentence_is_printed_before_the_model_has_ended(
    data_dir: Path, server: ChatServer
) -> None:
    def behave(reply: Reply, request: Request) -> None:
        n = passage_with(request, FACT)
        reply.begin()
        reply.piece((TRUE + MORE[:1]).format(n=n))
        reply.server.released.wait()
        reply.piece(MORE[1:].format(n=n))
        reply.end()

    server.always = behave
    command = [sys.executable, "-m", "bot", "ask", "--data-dir", str(data_dir), QUESTION]
    with subprocess.Popen(  # noqa: S603 - our own words
        command,
        env=environment(server),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout
        first = TRUE.format(n=1).encode()
        assert process.stdout.read(len(first)) == first
        server.released.set()
        rest = process.stdout.read().decode()
    assert rest.startswith(MORE.format(n=1))
    assert FACT in rest


def test_versions_of_a_prompt_are_put_side_by_side(
    data_dir: Path,
    server: ChatServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    golden = tmp_path / "golden.jsonl"
    question = {"id": "a", "kind": "figure", "question": QUESTION, "status": "answered"}
    golden.write_text(json.dumps(question | {"accept": [["98.16%"]]}) + "\n", encoding="utf-8")
    for name, value in environment(server).items():
        monkeypatch.setenv(name, value)
    server.always = writes(TRUE + FALSE, TRUE)
    words = ["evaluate", str(golden), "--data-dir", str(data_dir), "--prompt", "repair=v1,v2"]
    assert main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "对比 | repair/v1 | repair/v2"
    assert lines[1] == "数字 | 1/1 100.0% | 1/1 100.0%"
    versions = [p.count("<faults>\n") for p in server.prompts() if FALSE[:8] in p]
    assert versions == [0, 1]


def test_a_models_summaries_stand_beside_the_reports_own(
    data_dir: Path,
    server: ChatServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    golden = tmp_path / "golden.jsonl"
    summary = {"id": "s", "job": "summary", "report": "云溪县2023年", "topic": "食品安全"}
    plan = {"id": "p", "job": "plan", "bureau": "云溪县", "mentions": ["抽检"]}
    cases = (summary | {"figures": ["98.16%", "412批次"]}, plan)
    lines = (json.dumps(case, ensure_ascii=False) for case in cases)
    golden.write_text("\n".join(lines), encoding="utf-8")
    for name, value in environment(server).items():
        monkeypatch.setenv(name, value)
    server.always = writes(TRUE, TRUE)
    words = ["evaluate", str(golden), "--data-dir", str(data_dir), "--writer", "both"]
    assert main(words) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "对比 | extractive | model"
    assert "摘要·数字 | 留住 2/2，原文里没有 0 | 留住 1/2，原文里没有 0" in told
    assert "拟稿 | 1/1 | 1/1" in told
    assert told[-1] == f"  错 model：{TRUE.format(n=1).replace('[1]', '')}"
    assert not [line for line in told if line.startswith("拒答")]

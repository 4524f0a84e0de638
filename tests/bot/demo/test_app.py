import os
import signal
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

import bot.demo.app
from bot.demo.app import access_to, demonstrate, new_state, settings_for
from bot.demo.chats import app_id
from bot.demo.words import players
from bot.errors import AlreadyShown, ModelMissing, NotForShow
from bot.settings import Settings, WriterChoice
from bot.state.opening import FILE, State
from bot.state.people import Role
from knowledge.library import Library
from tests.bot.conftest import CLEAR
from tests.bot.demo.running import demonstration
from tests.bot.telegram.running import folder_like
from tests.patience import PATIENCE

ADMIN, READER, STRANGER = (player.number for player in players())
QUESTION = "清河县2023年上半年检查药店多少家"


def stop() -> None:
    """The signal that ends a demonstration, as Ctrl-C or a service manager sends it."""
    os.kill(os.getpid(), signal.SIGTERM)


def test_the_chats_of_a_real_bot_are_not_thrown_away(tmp_path: Path) -> None:
    with closing(State.open(tmp_path)) as real:
        real.people.give("telegram:7", "甲", Role.EDITOR, 0.0)
    with pytest.raises(NotForShow, match=str(tmp_path)):
        new_state(tmp_path)
    with closing(State.open(tmp_path)) as real:
        assert real.people.find("telegram:7")


def test_each_demonstration_begins_with_those_who_are_let_in_alone(tmp_path: Path) -> None:
    with closing(new_state(tmp_path)) as first:
        first.people.give(app_id(STRANGER), "小张", Role.EDITOR, 0.0)
        assert access_to(first).role_of(app_id(STRANGER)) is Role.EDITOR
    with closing(new_state(tmp_path)) as second:
        told = [access_to(second).role_of(app_id(number)) for number in (ADMIN, READER, STRANGER)]
        assert told == [Role.ADMIN, Role.READER, Role.STRANGER]
    assert (tmp_path / FILE).exists()


def test_only_the_players_are_let_in(tmp_path: Path) -> None:
    real = Settings(
        telegram_bot_token=SecretStr("1:real"), webhook_url="https://a.example/x",
        admin_ids=("telegram:9",),
        health_listen="0.0.0.0:80", https_proxy="http://proxy.example", chat_model="m",
    )  # fmt: skip
    given = settings_for(real, tmp_path)
    assert given.admin_ids == (app_id(ADMIN),)
    assert given.data_dir == tmp_path
    assert given.chat_model == "m"


def test_the_samples_are_loaded_once_and_the_address_told_when_the_bot_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    samples = tmp_path / "samples"
    samples.mkdir()
    (samples / "甲.txt").write_text(
        "清河县市场监管局2023年工作总结\n一、工作\n检查药店83家。", "utf-8"
    )
    monkeypatch.setattr(bot.demo.app, "SAMPLES", samples)
    told: list[str] = []

    def ready(url: str) -> None:
        told.append(url)
        stop()

    settings = Settings(data_dir=tmp_path / "data")
    demonstrate(settings, None, port=0, ready=ready)
    assert told[0].startswith("http://127.0.0.1:")
    assert "1/1：甲.txt" in capsys.readouterr().err
    assert (tmp_path / "data" / "demo" / FILE).exists()
    told.clear()
    demonstrate(settings, None, port=0, ready=ready)
    assert "甲.txt" not in capsys.readouterr().err


def test_two_demonstrations_of_a_folder_do_not_run_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "none").mkdir()
    monkeypatch.setattr(bot.demo.app, "SAMPLES", tmp_path / "none")
    folder = tmp_path / "data"
    refused: list[str] = []

    def again(_url: str) -> None:
        try:
            demonstrate(Settings(), folder, port=0, ready=lambda _url: None)
        except AlreadyShown as error:
            refused.append(str(error))
        stop()

    for _ in range(2):
        demonstrate(Settings(), folder, port=0, ready=again)
    assert len(refused) == 2
    assert str(folder) in refused[0]


def test_a_bot_that_cannot_start_ends_the_demonstration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "none").mkdir()
    monkeypatch.setattr(bot.demo.app, "SAMPLES", tmp_path / "none")
    told: list[str] = []
    with pytest.raises(ModelMissing):
        demonstrate(
            Settings(writer=WriterChoice.MODEL), tmp_path / "data", port=0, ready=told.append
        )
    assert not told


def test_the_command_serves_the_page_until_it_is_told_to_stop(
    library: Library, data_dir: Path, tmp_path: Path
) -> None:
    assert library
    with demonstration(folder_like(data_dir, tmp_path), tmp_path) as url:
        assert httpx.get(url, trust_env=False, timeout=PATIENCE).status_code == 200
        headers = {"Sec-Fetch-Site": "same-origin"}
        with httpx.stream(
            "GET", f"{url}events", headers=headers, trust_env=False, timeout=PATIENCE
        ) as stream:
            assert any(CLEAR in line for line in stream.iter_lines())

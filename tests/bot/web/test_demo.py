import os
import signal
from contextlib import closing
from pathlib import Path
from threading import Thread

import httpx
import pytest

import bot.web.demo
from bot.errors import AlreadyShown, ModelMissing, NotForShow
from bot.settings import Settings, WriterChoice
from bot.state.opening import FILE, State
from bot.state.people import Role
from bot.web.demo import demonstrate, open_state, people_of
from bot.web.entry import is_password
from tests.patience import PATIENCE


def stop() -> None:
    """The signal that ends a demonstration, as Ctrl-C or a service manager sends it."""
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.fixture
def one_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A single small report in place of the samples."""
    samples = tmp_path / "samples"
    samples.mkdir()
    text = "清河县市场监管局2023年工作总结\n一、工作\n检查药店83家。"
    (samples / "甲.txt").write_text(text, "utf-8")
    monkeypatch.setattr(bot.web.demo, "SAMPLES", samples)


def test_the_chats_of_a_real_bot_are_no_demonstration(tmp_path: Path) -> None:
    with closing(State.open(tmp_path)) as real:
        real.people.give("telegram:7", "甲", Role.EDITOR, 0.0)
    with pytest.raises(NotForShow, match=str(tmp_path)):
        open_state(tmp_path)
    with closing(State.open(tmp_path)) as real:
        assert real.people.find("telegram:7")


def test_the_people_keep_what_was_decided_on_them(tmp_path: Path) -> None:
    with closing(open_state(tmp_path)) as first:
        people = people_of(first)
        roles = [first.people.find(f"web:{p.id}") for p in people]
        assert [r and r.role for r in roles] == [Role.ADMIN, Role.READER, None]
        first.people.give(f"web:{people[2].id}", "小张", Role.EDITOR, 0.0)
    with closing(open_state(tmp_path)) as second:
        assert people_of(second) == people
        let_in = second.people.find(f"web:{people[2].id}")
        assert let_in
        assert let_in.role is Role.EDITOR


def test_nobody_signs_in_as_one_of_the_people(tmp_path: Path) -> None:
    with closing(open_state(tmp_path)) as state:
        people = people_of(state)
        assert not any(is_password(guess, p.password) for p in people for guess in ("", p.name))


@pytest.mark.usefixtures("one_sample", "reads_here")
def test_the_samples_are_loaded_once_and_the_address_leads_to_the_first_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []

    def ready(url: str) -> None:
        told.append(url)
        stop()

    settings = Settings(data_dir=tmp_path / "data")
    demonstrate(settings, None, port=0, ready=ready)
    assert told[0].startswith("http://127.0.0.1:")
    assert "1/1：甲.txt" in capsys.readouterr().err
    assert (tmp_path / "data" / "demo" / FILE).exists()
    demonstrate(settings, None, port=0, ready=ready)
    assert "甲.txt" not in capsys.readouterr().err
    assert told[0].rpartition("/")[0] != told[1].rpartition("/")[0]


@pytest.mark.usefixtures("one_sample", "reads_here")
def test_only_who_knows_the_address_becomes_one_of_the_people(tmp_path: Path) -> None:
    seen: list[int] = []

    def look(url: str) -> None:
        with httpx.Client(timeout=PATIENCE) as client:
            root = url.partition("/play")[0]
            seen.append(client.get(f"{root}/play/guessed/1").status_code)
            seen.append(client.get(f"{root}/api/me").status_code)
            seen.append(client.get(url).status_code)
            me = client.get(f"{root}/api/me").json()
            seen.append(len(me["people"]))
        stop()

    looking: list[Thread] = []

    def ready(url: str) -> None:
        looking.append(Thread(target=look, args=(url,)))
        looking[0].start()

    demonstrate(Settings(data_dir=tmp_path / "data"), None, port=0, ready=ready)
    looking[0].join(PATIENCE)
    assert seen == [404, 401, 303, 3]


@pytest.mark.usefixtures("one_sample", "reads_here")
def test_two_demonstrations_of_a_folder_do_not_run_together(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")

    def ready(_url: str) -> None:
        with pytest.raises(AlreadyShown):
            demonstrate(settings, None, port=0, ready=lambda _url: None)
        stop()

    demonstrate(settings, None, port=0, ready=ready)


@pytest.mark.usefixtures("one_sample", "reads_here")
def test_a_writer_that_cannot_open_is_told_before_the_page_is(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", writer=WriterChoice.MODEL)
    with pytest.raises(ModelMissing):
        demonstrate(settings, None, port=0, ready=lambda _url: None)

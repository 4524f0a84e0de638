"""Who may read a bureau's reports, and who not; ``tests/bot/test_doors.py`` has more attacks."""

import json

import pytest

from bot.state.people import Role
from tests.bot.conftest import MARSH
from tests.bot.web.office import PageOffice, Visitor


@pytest.fixture
def kept_out(office: PageOffice) -> Visitor:
    """Somebody who may not read the marsh's reports; others may."""
    office.state.restrictions.allow(MARSH, "web:2")
    return office.person("甲", Role.EDITOR)


def test_who_may_read_it_does(office: PageOffice, kept_out: Visitor) -> None:
    assert kept_out
    reader, chief = office.person("乙"), office.person("主任", Role.ADMIN)
    assert reader.enter()["user"] == 2
    for person in (reader, chief):
        assert MARSH in person.ask("苇塘区2023年上半年立案多少件")["text"]


def test_what_was_quoted_before_opens_no_more_once_it_is_limited(office: PageOffice) -> None:
    person = office.person("甲", Role.EDITOR)
    message = person.ask("苇塘区2023年上半年立案多少件")
    assert MARSH in message["text"]
    office.state.restrictions.limit(MARSH)
    assert person.get(f"/api/sources/{message['id']}/1").status_code == 410
    pressed = person.press(message, "[1]")
    assert pressed["answered"]
    assert [m for m in person.messages(message["chat"]) if m["id"] > message["id"]] == []
    record = person.post("/api/trace", {"message": message["id"]}).json()
    assert MARSH not in json.dumps(record["passages"], ensure_ascii=False)
    assert "苇塘" not in person.get("/api/examples").text


def test_an_administrator_limits_a_bureau_by_buttons(office: PageOffice) -> None:
    chief, reader = office.person("主任", Role.ADMIN), office.person("小李")
    listed = chief.ask("/access")
    chief.press(listed, MARSH)
    card = chief.wait_for(listed["chat"], lambda m: "只限管理员" in str(m["rows"]))
    chief.press(card, "只限管理员")
    assert MARSH not in reader.ask("苇塘区立案多少件")["text"]
    chief.press(chief.messages(listed["chat"])[-1], "小李")
    assert MARSH in reader.ask("苇塘区立案多少件")["text"]
    chief.press(chief.messages(listed["chat"])[-1], "所有人可看")
    assert chief.wait_for(listed["chat"], lambda m: "所有人都能看" in m["text"])

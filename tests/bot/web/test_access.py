"""Who may not read a bureau's reports learns nothing of them, whatever they try."""

import json

import pytest

from bot.state.people import Role
from tests.bot.conftest import MARSH, REPORTS
from tests.bot.web.office import PageOffice, Visitor

SECRET = REPORTS["苇塘区2023年上半年.txt"]
TRIES = [
    "苇塘区2023年上半年检查药店多少家", "苇塘区立案多少件", "苇塘", "苇塘区市场监管局",
    "哪个局检查药店最多", "各局立案多少件", "把各局的立案数量列个表", "画个各局立案的图",
    "哪些局写了直播带货", "有没有苇塘区的报告", "库里有哪些报告", "都有哪些局的材料",
    "总结一下苇塘区的食品安全", "总结一下各局的食品安全", "写个苇塘区食品安全的计划",
    "清河县和苇塘区比一比立案", "大家都有啥好做法", "最新的报告是哪份", "苇糖区立案多少件",
    "投诉多少件，苇塘区呢", "有几份报告", "一共多少份材料", "苇塘区2023年上半年.txt里写了什么",
    "/reports", "/search 苇塘", "/search 药店", "/summary 苇塘区", "/summary", "/plan 苇塘区",
    "/plan", "/compare", "/compare 食品安全", "/figures", "/figures 立案", "/figures 苇塘区",
    "/start", "/help", "/bureau 苇塘区", "/bureau 苇塘区市场监管局", "/users", "/status",
    "/access", "/remove 苇塘区", "/feedback list", "/id", "我们局立案多少件",
]  # fmt: skip


@pytest.fixture
def kept_out(office: PageOffice) -> Visitor:
    """Somebody who may not read the marsh's reports; others may."""
    office.state.restrictions.allow(MARSH, "web:2")
    return office.person("甲", Role.EDITOR)


def telling() -> list[str]:
    """What only the secret report says."""
    others = "".join(text for name, text in REPORTS.items() if text != SECRET)
    lines = [line.strip() for line in SECRET.splitlines() if len(line.strip()) > 8]
    return [line for line in lines if line not in others]


def test_no_try_brings_anything_of_a_hidden_report(kept_out: Visitor) -> None:
    chat = kept_out.begin()
    for words in TRIES:
        kept_out.ask(words, chat)
        kept_out.ask(words)
    told = [
        m for c in kept_out.get("/api/chats").json()["chats"] for m in kept_out.messages(c["id"])
    ]
    mine = {m["text"] for m in told if m["mine"]}
    assert len(mine) == len(TRIES)
    said = [m for m in told if not m["mine"]]
    for message in said:
        shown = json.dumps(message, ensure_ascii=False)
        assert MARSH not in shown.replace("苇塘区市场监管局”", ""), message["text"]
        for line in telling():
            assert line not in shown, message["text"]


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


def test_an_administrator_limits_a_bureau_by_buttons(office: PageOffice) -> None:
    chief, reader = office.person("主任", Role.ADMIN), office.person("小李")
    listed = chief.ask("/access")
    chief.press(listed, MARSH)
    chief.press(chief.messages(listed["chat"])[-1], "只限管理员")
    assert MARSH not in reader.ask("苇塘区立案多少件")["text"]
    chief.press(chief.messages(listed["chat"])[-1], "小李")
    assert MARSH in reader.ask("苇塘区立案多少件")["text"]
    chief.press(chief.messages(listed["chat"])[-1], "所有人可看")
    assert "所有人都能看" in chief.messages(listed["chat"])[-1]["text"]

import json
from contextlib import closing
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import NoReturn
from zipfile import ZipFile

import pytest

from bot.conversation.messages import IncomingMessage, Update
from bot.state.delivery import InboxItem
from bot.state.opening import State
from bot.state.people import Role
from bot.web.adapter import chat_id, person_id
from bot.web.entry import hash_password
from bot.web.words import phrase
from knowledge.errors import DatabaseUnreachable
from knowledge.library import Library
from knowledge.storage.sqlite import SQLiteDatabase
from tests.bot.conftest import CLEAR
from tests.bot.web.office import PASSWORD, PageOffice, folder_like, page_office

QUESTION = "清河县2023年上半年检查药店多少家"


def test_a_question_is_answered_with_quotes_that_open_their_report(office: PageOffice) -> None:
    person = office.person("甲")
    message = person.ask(QUESTION)
    assert message["text"].startswith(f"{CLEAR}2023年上半年：检查药店83家[1]")
    assert message["is_answer"]
    assert message["quotes"] == [1]
    source = person.get(f"/api/sources/{message['id']}/1").json()
    assert source["bureau"] == CLEAR
    assert source["path"] == ["一、主要工作开展情况", "（二）守好药品安全"]
    assert "检查药店83家" in source["quote"]
    assert source["before"].endswith("（二）守好药品安全\n")
    assert (source["earlier"], source["later"]) == (None, None)


def test_a_follow_up_goes_with_the_questions_of_its_conversation_alone(office: PageOffice) -> None:
    person = office.person("甲")
    chat = person.begin()
    person.ask(QUESTION, chat)
    assert "129家" in person.ask("诊所呢", chat)["text"]
    assert "129家" not in person.ask("诊所呢")["text"].splitlines()[0]


def test_what_is_sent_twice_is_answered_once(office: PageOffice) -> None:
    person = office.person("甲")
    chat, key = person.begin(), "0123456789abcdef"
    first = person.say(chat, QUESTION, key)
    person.wait_for(chat, lambda m: m["is_answer"])
    assert person.say(chat, QUESTION, key) == first
    person.ask("你好", chat)
    assert [m["is_answer"] for m in person.messages(chat) if not m["mine"]] == [True, False]


def test_an_answer_is_saved_as_a_document_with_its_sources(office: PageOffice) -> None:
    person = office.person("甲")
    message = person.ask(QUESTION)
    saved = person.get(f"/api/answers/{message['id']}")
    with ZipFile(BytesIO(saved.content)) as packed:
        document = packed.read("word/document.xml").decode()
    assert "检查药店83家" in document
    assert "守好药品安全" in document
    assert person.get(f"/api/answers/{person.ask('你好')['id']}").status_code == 404


def test_a_page_hears_from_where_on_a_conversation_is_kept(office: PageOffice) -> None:
    person = office.person("甲")
    first, other = person.ask(QUESTION), person.ask(QUESTION)
    sure = person.ask("/forget", other["chat"])
    person.press(sure, "删")
    done = person.wait_for(other["chat"], lambda m: m["id"] > sure["id"])
    assert done["first"] == done["id"]
    assert [chat["id"] for chat in person.get("/api/chats").json()["chats"]] == [other["chat"]]
    assert person.get(f"/api/chats/{first['chat']}").status_code == 404


def test_a_summary_and_a_draft_have_quotes_that_open(office: PageOffice) -> None:
    person = office.person("甲")
    for words in ("/summary 清河县2023年上半年 食品安全", "/plan 清河县 食品安全"):
        message = person.ask(words)
        assert message["quotes"]
        n = message["quotes"][-1]
        source = person.get(f"/api/sources/{message['id']}/{n}")
        assert source.json()["bureau"] == CLEAR, words


def test_a_draft_is_saved_as_a_file_of_its_conversation(office: PageOffice) -> None:
    person, other = office.person("甲"), office.person("乙")
    draft = person.ask("/plan 清河县 食品安全")
    person.press(draft, "存成文档")
    sent = person.wait_for(draft["chat"], lambda m: bool(m["document"]))
    assert sent["document"]["name"].endswith(".docx")
    path = f"/api/files/{sent['document']['id']}"
    assert person.get(path).content.startswith(b"PK")
    assert person.get(path).headers["content-disposition"].startswith("attachment")
    assert other.get(path).status_code == 404


def test_somebody_asks_to_be_let_in_and_is_told_on_the_page(office: PageOffice) -> None:
    chief = office.person("主任", Role.ADMIN)
    new = office.visitor()
    entry = {"name": "小张", "password": "一二三四五六七八"}
    assert new.post("/api/apply", entry).status_code == 204
    assert new.enter()["role"] == "asking"
    chief.press(chief.wait_for_notice("小张"), "只看")
    told = new.wait_for_notice("")
    assert new.get(f"/api/chats/{told['chat']}").json()["kind"] == "notices"
    assert new.enter()["role"] == "reader"
    assert "83家" in new.ask(QUESTION)["text"]


@pytest.mark.usefixtures("reads_here")
def test_a_report_that_is_dropped_on_the_page_is_answered_from(office: PageOffice) -> None:
    chief = office.person("主任", Role.EDITOR)
    chat = chief.begin()
    text = "白鹭县市场监管局2023年工作总结\n一、食品安全\n检查食品经营单位417家，立案19件。\n"
    assert chief.upload(chat, "白鹭县.txt", text.encode()).status_code == 200
    chief.wait_for(chat, lambda m: "白鹭县" in m["text"])
    assert "417家" in chief.ask("白鹭县检查食品经营单位多少家")["text"]


def test_conversations_are_found_named_saved_and_deleted(office: PageOffice) -> None:
    person = office.person("甲")
    first, second = person.ask(QUESTION)["chat"], person.ask("清河县立案多少件")["chat"]
    found = person.get("/api/chats", find="诊所129家").json()["chats"]
    assert [chat["id"] for chat in found] == [first]
    assert found[0]["title"] == QUESTION[:24]
    renamed = person.send("PATCH", f"/api/chats/{second}", json={"title": "  执法  办案 "})
    assert renamed.status_code == 204
    assert person.get(f"/api/chats/{second}").json()["title"] == "执法 办案"
    markdown = person.get(f"/api/chats/{second}/export", **{"as": "md"}).content.decode()
    assert markdown.startswith("# 执法 办案\n\n**问**\n\n清河县立案多少件")
    assert "146件" in markdown
    assert person.get(f"/api/chats/{second}/export", **{"as": "docx"}).content.startswith(b"PK")
    assert person.send("DELETE", f"/api/chats/{second}").status_code == 204
    assert person.get(f"/api/chats/{second}").status_code == 404
    assert [chat["id"] for chat in person.get("/api/chats").json()["chats"]] == [first]


def test_how_an_answer_came_about_is_for_those_who_look_after_the_reports(
    office: PageOffice,
) -> None:
    editor, reader = office.person("甲", Role.EDITOR), office.person("乙")
    told = editor.ask(QUESTION)
    record = editor.post("/api/trace", {"message": told["id"]}).json()
    assert record["passages"][0]["bureau"] == CLEAR
    asked = reader.ask(QUESTION)
    assert reader.post("/api/trace", {"message": asked["id"]}).status_code == 403


def test_what_a_killed_page_left_is_answered_by_the_next_one_once(
    library: Library, data_dir: Path, tmp_path: Path
) -> None:
    assert library
    folder = folder_like(data_dir, tmp_path)
    with closing(State.open(folder)) as state:
        account = state.accounts.add("甲", hash_password(PASSWORD), 0.0)
        assert account
        state.people.give(person_id(account.id), "甲", Role.READER, 0.0)
        chat = state.web_chats.begin(account.id, "", 0.0)
        told = IncomingMessage("web:0123456789abcdef", QUESTION)
        update = Update("0123456789abcdef", chat_id(chat.id), "web:1", "甲", told)
        item = InboxItem("web", update.id, update.chat_id, json.dumps(asdict(update)))
        state.inbox.take_in([item], 0.0)  # it was killed before it showed what was said
    for _ in range(2):
        with page_office(folder) as office:
            person = office.visitor()
            person.sign_in("甲")
            person.wait_for(chat.id, lambda m: m["is_answer"])
            mine, answer = person.messages(chat.id)
            assert (mine["text"], mine["mine"]) == (QUESTION, True)
            assert "83家" in answer["text"]


def test_a_single_sign_on_proxy_says_who_somebody_is(
    library: Library, data_dir: Path, tmp_path: Path
) -> None:
    assert library
    with page_office(folder_like(data_dir, tmp_path), web_user_header="X-Remote-User") as office:
        chief = office.person("主任", Role.ADMIN)
        new = office.visitor()
        entered = new.client.get("/", headers={b"x-remote-user": "小张".encode()})
        assert entered.headers["location"] == "/"
        assert new.enter()["role"] == "asking"
        assert chief.wait_for_notice("小张")
        known = office.visitor()
        known.client.get("/", headers={b"x-remote-user": "主任".encode()})
        assert known.enter()["role"] == "admin"


def test_a_person_may_be_linked_to_another_app_s(office: PageOffice) -> None:
    chief, reader = office.person("主任", Role.ADMIN), office.person("乙", Role.STRANGER)
    office.state.people.give("telegram:7", "老乙", Role.EDITOR, 0.0)
    assert "老乙" in chief.ask("/link web:2 7")["text"]
    assert reader.enter()["role"] == "editor"
    assert "83家" in reader.ask(QUESTION)["text"]
    chief.ask("/link web:2")
    assert reader.enter()["role"] == "stranger"
    assert "不能" in chief.ask("/link web:2 web:2")["text"]


def test_a_database_that_is_gone_is_told_in_words(
    office: PageOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = office.person("甲")
    with monkeypatch.context() as patch:
        patch.setattr(SQLiteDatabase, "rows", out_of_reach)
        for path in ("/api/me", "/"):  # of the guard before the endpoints
            said = person.get(path)
            assert (said.status_code, phrase("entry.unavailable") in said.text) == (503, True)
        unknown = office.visitor().post("/api/sign-in", {"name": "甲", "password": PASSWORD})
        assert unknown.json() == {"error": phrase("entry.unavailable")}
    assert person.get("/api/me").status_code == 200


def out_of_reach(*_: object) -> NoReturn:
    raise DatabaseUnreachable(address="db:5432/x")

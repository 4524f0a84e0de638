from bot.conversation.messages import Text, bold, fold
from bot.demo.chats import PageChats, PageMessage, app_id
from bot.demo.scene import AskedQuestion, Feed, Scene, questions_of
from bot.demo.words import players
from bot.ids import shown_id
from bot.state.people import Role
from tests.bot.demo.bot_side import edit, send


def chat(*said: str) -> list[PageMessage]:
    """A chat: what the bot says begins with ``<``."""
    return [
        PageMessage(n, 1001, not text.startswith("<"), 0, Text(text.lstrip("<")))
        for n, text in enumerate(said, 1)
    ]


def test_an_answer_is_of_the_question_before_it_and_knows_the_earlier_ones() -> None:
    found = questions_of(chat("甲县多少家？", "<12家", "那乙县呢？", "<15家"))
    assert found == {
        2: AskedQuestion("甲县多少家？", ()),
        4: AskedQuestion("那乙县呢？", ("甲县多少家？",)),
    }


def test_questions_that_came_together_are_answered_in_their_order() -> None:
    found = questions_of(chat("甲县多少家？", "乙县多少家？", "<12家", "<15家"))
    assert [found[n].question for n in (3, 4)] == ["甲县多少家？", "乙县多少家？"]


def test_commands_are_no_questions_but_what_stands_behind_ask() -> None:
    found = questions_of(chat("/start", "<您好", "/ask 甲县多少家？", "<12家", "/plan", "<拟稿"))
    assert found == {4: AskedQuestion("甲县多少家？", ())}


def test_a_new_topic_forgets_what_was_asked() -> None:
    found = questions_of(chat("甲县多少家？", "<12家", "/new", "<好", "乙县多少家？", "<15家"))
    assert found[6] == AskedQuestion("乙县多少家？", ())


def test_an_example_that_was_tapped_stands_in_its_answer() -> None:
    found = questions_of(chat("/start", "<您好", "<问：甲县有哪些亮点？\n\n两条"))
    assert found == {3: AskedQuestion("甲县有哪些亮点？", ())}


def test_a_page_is_told_all_at_first_and_then_what_changed() -> None:
    user, chats = players()[0].number, PageChats(players()[:1])
    chats.say(user, "您好 <b>")
    feed = Feed(Scene(chats, players()[:1], lambda _number: Role.READER))
    first = list(feed.news())
    assert [kind for kind, _ in first] == ["person", "message"]
    assert first[0][1]["role"] == "reader"
    assert first[1][1] | {"text": "您好 <b>", "mine": True} == first[1][1]
    assert not list(feed.news())
    message = send(chats, user, "请稍等")
    assert [kind for kind, _ in feed.news()] == ["message"]
    edit(chats, user, message, "再见")
    ((kind, told),) = feed.news()
    assert (kind, told["text"], told["edits"]) == ("message", "再见", 1)


def test_what_each_may_and_the_commands_come_anew_when_they_change() -> None:
    roles = {players()[2].number: Role.STRANGER}
    chats = PageChats(players()[2:3])
    feed = Feed(Scene(chats, players()[2:3], roles.__getitem__))
    ((_, before),) = feed.news()
    roles[players()[2].number] = Role.READER
    ((_, after),) = feed.news()
    assert before["role_told"] != after["role_told"]
    assert before["note"] != after["note"]


def test_what_is_set_off_is_placed_as_browsers_count() -> None:
    user, chats = players()[0].number, PageChats(players()[:1])
    send(chats, user, "𠮷" + bold("好") + " 看 /reports https://a.example/x。" + fold("原文"))
    feed = Feed(Scene(chats, players()[:1], lambda _number: Role.READER))
    message = dict(feed.news())["message"]
    assert [(e["type"], e["offset"], e["length"]) for e in message["entities"]] == [
        ("bold", 2, 1), ("bot_command", 6, 8), ("url", 15, 19), ("expandable_blockquote", 35, 2),
    ]  # fmt: skip


def test_people_on_the_page_are_told_their_bare_numbers() -> None:
    assert shown_id(app_id(1001)) == "1001"
    assert shown_id("telegram:7") == "7"
    assert shown_id("other:7") == "other:7"

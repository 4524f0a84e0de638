from bot.demo.scene import AskedQuestion, Feed, Scene, questions_of
from bot.demo.words import players
from bot.loopback.records import ApiMessage, ApiUser
from bot.loopback.world import BOT
from bot.state.people import Role
from tests.bot_api.server import serving

SOMEBODY = ApiUser(1001, "甲")


def chat(*said: str) -> list[ApiMessage]:
    """A chat: what the bot says begins with ``<``."""
    return [
        ApiMessage(n, SOMEBODY.id, BOT if text.startswith("<") else SOMEBODY, 0, text.lstrip("<"))
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
    with serving() as api:
        scene = Scene(api, players()[:1], lambda _number: Role.READER)
        user = api.user("甲", players()[0].number)
        said = api.user_says(user, user, "您好 <b>")
        feed = Feed(scene)
        first = list(feed.news())
        assert [kind for kind, _ in first] == ["person", "message"]
        assert first[0][1]["role"] == "reader"
        assert first[1][1] | {"text": "您好 <b>", "mine": True} == first[1][1]
        assert not list(feed.news())
        api.edits(said, "再见")
        ((kind, told),) = feed.news()
        assert (kind, told["id"], told["text"], told["edits"]) == ("message", said.id, "再见", 1)
        api.deletes(said)
        assert list(feed.news()) == [("deleted", {"user": user.id, "id": said.id})]


def test_what_each_may_and_the_commands_come_anew_when_they_change() -> None:
    roles = {players()[2].number: Role.STRANGER}
    with serving() as api:
        api.user("乙", players()[2].number)
        feed = Feed(Scene(api, players()[2:3], roles.__getitem__))
        ((_, before),) = feed.news()
        roles[players()[2].number] = Role.READER
        ((_, after),) = feed.news()
        assert before["role_told"] != after["role_told"]
        assert before["note"] != after["note"]

from bot.conversation.messages import Button, Document, Notice, Outcome, Reply, Text, bold
from bot.state.parcels import Kind, Parcel
from bot.telegram.packing import ANCHOR, contents, document_name, parcels_of
from bot.telegram.rendering import LIMIT, units

ROWS = ((Button("[1]", "q:1:1"),),)
BLOCK = bold("检查") + "家" * 1500


def test_a_long_reply_takes_several_messages_with_the_buttons_under_the_last() -> None:
    outcome = Outcome(replies=(Reply((BLOCK, BLOCK, BLOCK), ROWS),))
    parcels = parcels_of(outcome, 5, 7, 0, 99)
    texts, rows, replied = zip(*map(contents, parcels), strict=True)
    assert [p.n for p in parcels] == [ANCHOR, 1]
    assert "".join(texts).count("检查") == 3
    assert all(units(text) <= LIMIT for text in texts)
    assert rows == ((), ROWS)
    assert replied == (99, None)


def test_a_page_takes_the_place_of_its_message_and_leaves_the_anchor_alone() -> None:
    (page,) = parcels_of(Outcome(page=Reply((Text("页"),), ROWS)), 5, 7, 42, None)
    assert (page.kind, page.message_id, page.chat_id) == (Kind.PAGE, 42, 7)
    assert page.n != ANCHOR


def test_every_parcel_has_a_number_of_its_own() -> None:
    outcome = Outcome(
        replies=(Reply((Text("甲"),)), Reply((Text("乙"),))),
        page=Reply((BLOCK, BLOCK, BLOCK)),
        documents=(Document("计划.docx", b"1"), Document("总结.docx", b"2")),
        notices=(Notice(8, Reply((Text("丙"),))),),
    )
    parcels = parcels_of(outcome, 5, 7, 42, None)
    assert len({p.n for p in parcels}) == len(parcels) == 7
    documents = [p for p in parcels if p.kind is Kind.DOCUMENT]
    assert [(document_name(p), p.content) for p in documents] == [
        ("计划.docx", b"1"),
        ("总结.docx", b"2"),
    ]
    assert [p.chat_id for p in parcels] == [7] * 6 + [8]


def test_nothing_said_is_nothing_sent() -> None:
    assert parcels_of(Outcome(toast="好"), 5, 7, 42, None) == []


def test_a_body_of_an_earlier_version_is_read() -> None:
    body = '{"text": "<b>a</b>&lt;3 <blockquote expandable>x</blockquote>", "rows": []}'
    html, rows, replied = contents(Parcel(1, 0, 7, Kind.TEXT, body))
    assert (html, rows, replied) == (
        "<b>a</b>&lt;3 <blockquote expandable>x</blockquote>", (), None,
    )  # fmt: skip


def test_a_reply_for_one_message_is_shortened_to_fit_it() -> None:
    reply = Reply((Text("头"), BLOCK, BLOCK, BLOCK), ROWS, one_message=True)
    (page,) = parcels_of(Outcome(page=reply), 5, 7, 42, None)
    text, rows, _ = contents(page)
    assert units(text) <= LIMIT
    assert text.count("……") == 3
    assert rows == ROWS

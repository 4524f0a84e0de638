"""Telegram's HTML: what is taken, what comes of it, what is refused."""

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bot_api.markup import Entity, normalise, parse_html, slice_of, utf16_length
from tests.bot_api.refusals import ApiError

PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
TAGS = ("b", "i", "u", "s", "code", "blockquote", "tg-spoiler")


@st.composite
def marked(draw: st.DrawFn, depth: int = 3) -> tuple[str, str]:
    """A source and the plain text that it stands for."""
    text = draw(PLAIN)
    if depth == 0:
        return html.escape(text, quote=draw(st.booleans())).replace("&#x27;", "'"), text
    source, plain = html.escape(text), text
    for _ in range(draw(st.integers(0, 2))):
        inner, inner_plain = draw(marked(depth - 1))
        tag = draw(st.sampled_from(TAGS))
        source, plain = f"{source}<{tag}>{inner}</{tag}>", plain + inner_plain
    return source, plain


@given(marked())
@settings(max_examples=40)
def test_what_is_well_marked_gives_its_plain_text_back(case: tuple[str, str]) -> None:
    source, plain = case
    text, entities = parse_html(source)
    assert text == plain
    for entity in entities:
        assert 0 <= entity.offset < entity.end <= utf16_length(plain)
        assert utf16_length(slice_of(text, entity)) == entity.length


@given(st.text("<>/&;=\"' abx#1甲𠮷\n", max_size=24))
@settings(max_examples=60)
def test_any_source_is_parsed_or_refused_in_telegram_s_words(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except ApiError as refused:
        told = refused
    else:
        assert utf16_length(text) <= utf16_length(source)
        normalise(text, entities)
        return
    assert told.code == 400
    assert told.description.startswith("Bad Request: can't parse entities: ")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>甲", 'Can\'t find end tag corresponding to start tag "b"'),
        ("甲<p>乙</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<a href='x", 'Unclosed start tag "a" at byte offset 0'),
        ("甲</b>", "Unexpected end tag at byte offset 3"),
        (
            "<b><i>甲</b></i>",
            'Unmatched end tag at byte offset 9, expected "</i>", found "</b>"',
        ),
        ("<b>甲</b", "Unclosed end tag at byte offset 6"),
        ("<span>甲</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href=x&y>甲</a>", "Unexpected end of name token at byte offset 8"),
        ("<tg-emoji emoji-id='x'>甲</tg-emoji>", "Invalid custom emoji identifier specified"),
        (
            "&#xD83D;",
            (
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            ),
        ),
    ],
)
def test_a_badly_marked_source_is_refused(source: str, reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_html(source)
    assert caught.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("source", "text", "entity"),
    [
        ("<B>𠮷</B>", "𠮷", Entity("bold", 0, 2)),
        ("<strong>甲</>", "甲", Entity("bold", 0, 1)),
        ("<span class='tg-spoiler'>甲</span>", "甲", Entity("spoiler", 0, 1)),
        ("<blockquote expandable>甲</blockquote>", "甲", Entity("expandable_blockquote", 0, 1)),
        ("<pre><code class='language-py'>x</code></pre>", "x", Entity("pre", 0, 1, language="py")),
        ("<code class='language-py'>x</code>", "x", Entity("code", 0, 1)),
        ("<a href='a.cn'>甲</a>", "甲", Entity("text_link", 0, 1, url="http://a.cn/")),
        ("<a href='tg://user?id=7'>甲</a>", "甲", Entity("text_mention", 0, 1, user_id=7)),
    ],
)
def test_a_tag_makes_an_entity(source: str, text: str, entity: Entity) -> None:
    assert parse_html(source) == (text, [entity])


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("&lt;&gt;&amp;&quot;", '<>&"'),
        ("&#30002;&#x7532", "甲甲"),
        ("&nbsp;&apos;&", "&nbsp;&apos;&"),
        ("<a href='not an address'>甲</a>", "甲"),
    ],
)
def test_references_are_decoded_where_telegram_knows_them(source: str, text: str) -> None:
    assert parse_html(source) == (text, [])

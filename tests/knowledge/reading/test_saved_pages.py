"""Web pages whose text a tool saved element by element."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.reading.files import read_bytes
from knowledge.reading.text import clean_saved_page

ARTICLE = "\n".join(
    (
        "某某县市场监督管理局2022年工作总结",
        "一、食品安全监管",
        "全年组织开展食品安全监督抽检，覆盖农贸市场、学校食堂和小作坊。" * 4,
        "二、特种设备监管",
        "全年检查电梯使用单位，督促整改发现的隐患，未发生安全责任事故。" * 4,
        "三、消费维权",
        "全年受理消费者投诉举报，及时办理并回复，为消费者挽回经济损失。" * 4,
    )
)


def test_an_article_that_the_page_holds_three_times_is_kept_once() -> None:
    page = f"网站首页\n{ARTICLE}\n分享\n\n网站首页\n{ARTICLE}\n{ARTICLE}\n打印\n"

    assert clean_saved_page(page) == f"网站首页\n{ARTICLE}\n分享\n\n打印"


def test_a_set_phrase_that_comes_again_stays() -> None:
    phrase = "以习近平新时代中国特色社会主义思想为指导，扎实做好各项工作。"
    text = f"一、思路\n{phrase}\n二、措施\n{phrase}\n抓好落实。\n"

    assert clean_saved_page(text) == text


def test_comments_and_escaped_blanks_are_taken_out() -> None:
    assert clean_saved_page("<!--\n  head\n-->\n<U+00A0>总结<U+3000>全文") == "\n\xa0总结\u3000全文"


def test_what_is_no_comment_stays() -> None:
    assert clean_saved_page("合格率<!--98%") == "合格率<!--98%"


def test_sentences_that_were_cut_at_their_links_are_put_together() -> None:
    page = "根据《\n食品安全法\n》开展检查，\n细颗粒物（PM\n2.5\n）下降。\n一、监管\n工作有序。\n"

    cleaned = clean_saved_page(page)

    assert cleaned == "根据《食品安全法》开展检查，细颗粒物（PM2.5）下降。\n一、监管\n工作有序。\n"


def test_a_heading_without_a_stop_is_not_joined_to_what_follows_it() -> None:
    page = "查办\n案件\n、结案。\n\n一、监管工作\n\n落实《\n条例\n》。\n"

    assert "\n\n一、监管工作\n\n落实" in clean_saved_page(page)


def test_a_text_file_is_read_without_the_copies() -> None:
    assert read_bytes(f"{ARTICLE}\n{ARTICLE}".encode()).text == ARTICLE


@given(st.lists(st.text("一二，。总结 \n", max_size=40), max_size=20))
def test_no_line_is_lost_that_stood_nowhere_above(lines: list[str]) -> None:
    text = "\n".join(lines)
    if "\n，" not in text and "\n。" not in text:
        cleaned = {line.strip() for line in clean_saved_page(text).split("\n")}
        assert cleaned >= {line.strip() for line in text.split("\n") if line.strip()}

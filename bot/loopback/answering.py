"""The methods that answer a tap or an inline question."""

from typing import Any

from bot.loopback.given import Given
from bot.loopback.refusals import bad_request
from bot.loopback.texts import read_text
from bot.loopback.world import World

MOST_RESULTS = 50
LONGEST_NOTICE = 200


def answer_tap(world: World, given: Given) -> bool:
    """Answer a tap, once, with a notice or without."""
    query_id = given.text("callback_query_id")
    notice = given.text("text")
    if len(notice) > LONGEST_NOTICE:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {"text": notice, "show_alert": given.flag("show_alert"), "url": given.text("url")}
    world.answered(query_id, answer)
    return True


def answer_inline(world: World, given: Given) -> bool:
    """Answer an inline question with results to choose from."""
    results = given.items("results", "InlineQueryResult")
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    for result in results:
        _check_result(world, result)
    if len({result["id"] for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    answer = {"results": results, "next_offset": given.text("next_offset")}
    world.answered(given.text("inline_query_id"), answer)
    return True


def _check_result(world: World, result: Any) -> None:
    """An article with what it would send, checked as if it were sent; raises Refused."""
    if not isinstance(result, dict) or not isinstance(result.get("id"), str):
        raise bad_request("can't parse inline query result: expected an Object with an identifier")
    if not 1 <= len(result["id"].encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    if result.get("type") != "article":
        return
    if not result.get("title"):
        raise bad_request("RESULT_TITLE_EMPTY")
    content = result.get("input_message_content")
    if not isinstance(content, dict):
        raise bad_request("can't parse inline query result: input message content is not specified")
    fields = content | {"text": content.get("message_text", "")}
    read_text(world, Given(fields))

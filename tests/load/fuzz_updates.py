"""Updates as Telegram sends them, and what a seed makes of them; pure."""

import random
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

Update = dict[str, Any]

_WEIGHTS = {"text": 38, "tap": 34, "document": 8, "inline": 8, "group": 6, "picture": 6}
_UNASKED_KINDS = ("edited_message", "channel_post", "poll", "business_message", "fortune")
_TEXTS = (
    "云溪县2023年上半年检查了多少家药店？", "江岚市2024年上半年受理投诉举报多少件？", "那电梯呢？",
    "/start", "/help", "/ask 2022年云溪县有多少台电梯？", "/new", "/stop", "/id", "/search 电梯",
    "/summary 云溪县2023年", "/plan 江岚市", "/compare 食品安全", "/reports", "/users", "/status",
    "/upload", "/remove", "/feedback 很好", "/nosuch", "谢谢！", "/summary", "/plan", "/compare",
)  # fmt: skip
_TAP_PREFIXES = ("e:", "q:", "f:", "s:", "p:", "c:", "h:", "r:", "u:", "l:", "d:", "", "zz:")
_ODD_TEXTS = (
    "", "1", "\x00", "\ud800", "\udfff\ud800", "\u202e反", "零\u200b宽", "e" + "\u0301" * 99,
    "👨\u200d👩\u200d👧", "𠮷𠮷", "９９９", "한", "長" * 5_000, "*" * 50, "\r\n\t", "@",
    "/", "<b>", "</blockquote>", "&amp;&", "{0}{x}", "\ufeff%s", "'; DROP TABLE x;--",
)  # fmt: skip
_ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 10**30,
    [], {}, [[]], [None], {"id": {}}, {"": ""}, *_ODD_TEXTS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tap:
    """A button that the bot showed: to whom, under which message, and its data."""

    user_id: int
    message_id: int
    data: str


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part: their numbers, the files they sent, and the buttons they were shown."""

    known: Sequence[int]
    strangers: Sequence[int]
    groups: Sequence[int]
    files: Sequence[str]
    bot_name: str
    taps: Sequence[Tap]


def draw_update(dice: random.Random, cast: Cast, number: int, *, asked: bool) -> Update:
    """One update, spoilt in one to three places; of a kind that the bot asks for, or not."""
    kind, body = _whole(dice, cast, number)
    for _ in range(dice.randint(1, 3)):
        _spoil(dice, body)
    if not asked:
        kind = dice.choice(_UNASKED_KINDS)
    return {kind: _odd(dice) if dice.random() < 0.02 else body}


def _whole(dice: random.Random, cast: Cast, number: int) -> tuple[str, Update]:
    """The kind and content of an update that nothing is wrong with."""
    shape = dice.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
    somebody = dice.choice(cast.strangers if dice.random() < 0.3 else cast.known)
    text = dice.choice(_TEXTS)
    match shape:
        case "tap":
            return "callback_query", _tap(dice, cast, number, somebody)
        case "inline":
            query = {"id": str(number), "from": _user(somebody), "query": text, "offset": ""}
            return "inline_query", query
        case "group":
            name = dice.choice((cast.bot_name, "another_bot"))
            group = {"id": dice.choice(cast.groups), "type": "group", "title": "科室"}
            bot = {"id": 123456, "is_bot": True, "first_name": "监管助手", "username": name}
            replied = {"message_id": 1, "from": bot, "chat": group, "date": 1_700_000_000}
            beside = {"chat": group, "text": f"@{name} {text}", "reply_to_message": replied}
            return "message", _message(dice.choice(cast.known), number) | beside
        case "document":
            name = dice.choice(("报告.txt", "总结.docx", "a.zip", "x.pdf", "无后缀", ".txt"))
            document = {"file_id": dice.choice(cast.files), "file_name": name, "file_size": 9}
            sent = {"document": document, "caption": "云溪县 2023年上半年"}
            return "message", _message(somebody, number) | sent
        case "picture":
            kind = dice.choice(("photo", "voice", "sticker", "location", "contact", "video"))
            return "message", _message(somebody, number) | {kind: {"file_id": "AgAC", "width": 9}}
    mark = {"type": "bot_command", "offset": 0, "length": 4}
    marks = {"entities": [mark]} if text[0] == "/" else {}
    return "message", _message(somebody, number) | {"text": text} | marks


def _tap(dice: random.Random, cast: Cast, number: int, somebody: int) -> Update:
    """A button that was shown, tapped by whom it was shown or by another, or one that is none."""
    tap = dice.choice(cast.taps)
    tapped_by = tap.user_id if dice.random() < 0.6 else somebody
    data = tap.data
    if dice.random() < 0.3:
        data = dice.choice(_TAP_PREFIXES) + dice.choice(("1:1", "x:-1", "9" * 60))
    message = _message(tapped_by, tap.message_id) | {"text": "好"}
    beside = {"message": message, "chat_instance": "1", "data": data}
    return {"id": f"{tapped_by}-{number}", "from": _user(tapped_by)} | beside


def _user(user_id: int) -> Update:
    return {"id": user_id, "is_bot": False, "first_name": "甲", "language_code": "zh"}


def _message(user_id: int, message_id: int) -> Update:
    chat = {"id": user_id, "type": "private", "first_name": "甲"}
    head = {"message_id": message_id, "date": 1_700_000_000}
    return head | {"from": _user(user_id), "chat": chat}


def _spoil(dice: random.Random, body: Update) -> None:
    """Spoil one field, however deep it lies."""
    holder, key = dice.choice(list(_fields(body)))
    value = holder[key]
    match dice.choice(("drop", "add", "odd", "odd", "wrap", "spell", "garble", "garble")):
        case "drop":
            del holder[key]
        case "add":
            body[f"{key}_of_a_later_version"] = deepcopy(value)
        case "odd":
            holder[key] = _odd(dice)
        case "wrap":
            holder[key] = [value]
        case "spell":
            holder[key] = str(value)
        case "garble":
            holder[key] = _garbled(dice, value)


def _fields(part: Any) -> Iterator[tuple[Any, Any]]:
    """Every holder of values in an update, with the key or place of each of its values."""
    for key in list(part) if isinstance(part, dict) else range(len(part)):
        yield part, key
        if isinstance(part[key], (dict, list)):
            yield from _fields(part[key])


def _odd(dice: random.Random) -> Any:
    return deepcopy(dice.choice(_ODD_VALUES))


def _garbled(dice: random.Random, value: Any) -> Any:
    """A text cut, repeated or with something odd in it; a number made another."""
    if isinstance(value, str):
        cut = dice.randint(0, len(value))
        odd = value[:cut] + dice.choice(_ODD_TEXTS) + value[cut:]
        return dice.choice((value[:cut], value[cut:] * 3, odd))
    if isinstance(value, int):
        return value * dice.choice((-1, 1.0, 10**6, 2**64)) + dice.choice((0, 10**9))
    return _odd(dice)

"""``/check``: a writer's own draft, checked and given back with comments; nothing is stored.

Whoever has sent ``/check`` has the next file looked at, for an hour, and so does a caption that
says so.
"""

import json
import re
from datetime import UTC, datetime
from pathlib import PurePath

from bot.conversation.context import RequestContext
from bot.conversation.features.asking import own_bureau
from bot.conversation.features.report_labels import entry_called
from bot.conversation.messages import Document, Outcome, Text, fold, reply_with
from bot.conversation.wording import plain, sentence
from bot.display import check_foot, check_head, finding_lines
from bot.proofreading.export import commented_docx
from bot.proofreading.findings import ProofResult, group_alike
from bot.proofreading.proofreading import check_draft
from bot.proofreading.reading import CheckRequest
from bot.uploads.captions import read_caption
from knowledge.models import Identity
from knowledge.reading.archives import Content

_ASKED_SECONDS = 3600
_SHORTEST_PASSAGE = 40
_MOST_SHOWN = 6
_NOBODYS = Identity(None, None)


def check(context: RequestContext, words: str) -> Outcome:
    """``/check``: how it is done; the next file that this person sends here is a draft.

    A whole passage after the command is a draft itself, and so is a stored report by its name.
    """
    if entry := entry_called(context.library.reports(), words):
        text = context.library.report(entry.id).text
        stored = Content(f"{PurePath(entry.file).stem}.txt", text.encode())
        return reply_with_check(context, stored, "")
    if len(words) >= _SHORTEST_PASSAGE:
        return reply_with_check(context, Content(plain("check.passage"), words.encode()), "")
    _write_wish(context, {"words": words, "at": context.now, "update": None})
    return reply_with(sentence("check.how"), sentence("check.how_again"))


def check_wish(context: RequestContext, caption: str) -> str | None:
    """The words on a draft, if the attached file is one to be checked; None if it is not.

    The same update handled again gets the same answer.
    """
    wish = json.loads(context.state.notes.read(_note(context)) or "{}")
    fresh = bool(wish) and context.now - wish["at"] < _ASKED_SECONDS
    if fresh and wish["update"] in (None, context.update_id):
        _write_wish(context, wish | {"update": context.update_id})
        return f"{wish['words']} {caption}".strip()
    return caption if re.search(plain("check.asked"), caption) else None


def _note(context: RequestContext) -> str:
    return f"check:{context.chat_id}:{context.user_id}"


def _write_wish(context: RequestContext, wish: dict[str, object]) -> None:
    context.state.notes.write(_note(context), json.dumps(wish, ensure_ascii=False))


def reply_with_check(context: RequestContext, file: Content, words: str) -> Outcome:
    """What is wrong with a draft, in short, and the draft with its comments.

    Raises UnreadableFile.
    """
    told = read_caption(context.library, re.sub(plain("check.asked"), " ", words))
    stated = told.overrides(_NOBODYS)
    request = CheckRequest(file.name, file.data, stated.bureau, str(stated.period or ""))
    result = check_draft(context.library, request)
    if not result.draft.bureau and (own := own_bureau(context)):
        named = CheckRequest(file.name, file.data, own, request.period)
        result = check_draft(context.library, named)
    outcome = reply_with(*_blocks(result))
    if not result.findings:
        return outcome
    at = datetime.fromtimestamp(context.now, UTC)
    name = plain("check.document", stem=PurePath(file.name).stem)
    document = Document(name, commented_docx(result, file.data, at=at))
    return Outcome(replies=outcome.replies, documents=(document,))


def _blocks(result: ProofResult) -> list[Text]:
    """The head, the first findings, the certain ones before hints, and what was compared."""
    ordered = group_alike((*result.certain, *result.hints))
    blocks = [Text(check_head(result))]
    for n, group in enumerate(ordered[:_MOST_SHOWN], 1):
        line, *source = finding_lines(n, result.draft, group)
        quoted = (Text("\n"), fold(Text("\n".join(source).strip()))) if source else ()
        blocks.append(Text("").join((Text(line), *quoted)))
    left = sum(1 + len(group.others) for group in ordered[_MOST_SHOWN:])
    if left:
        blocks.append(sentence("check.more", count=left))
    return [*blocks, Text(check_foot(result))]

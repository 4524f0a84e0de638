"""What was asked and answered in a chat, and what people thought of it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from knowledge.storage.database import Database

_REMEMBERED = 6


@dataclass(frozen=True, slots=True)
class KeptQuote:
    """A quote as it was shown: whose words, under which headings, and where they stand."""

    n: int
    report_id: str
    bureau: str
    period: str
    path: tuple[str, ...]
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was given; its ``id`` is that of the update that asked."""

    id: int
    chat_id: str
    user_id: str
    question: str
    answer: str
    quotes: tuple[KeptQuote, ...]
    writer: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody said of an answer, or (``question`` empty) of the bot.

    ``prompt`` names the prompt that wrote the answer, else ``writer`` alone did.
    """

    said_at: float
    user_id: str
    verdict: str
    reason: str
    question: str = ""
    writer: str = ""
    prompt: str = ""


class Answers:
    """All answers of the last months, and the feedback on them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, answer: KeptAnswer, now: float) -> None:
        """Keep an answer; one that was worked out again takes the place of the first."""
        quotes = json.dumps([asdict(quote) for quote in answer.quotes], ensure_ascii=False)
        self._database.run(
            "INSERT INTO answers"
            " (id, chat_id, user_id, asked_at, question, answer, citations, writer, prompt)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " chat_id = excluded.chat_id, user_id = excluded.user_id,"
            " asked_at = excluded.asked_at, question = excluded.question,"
            " answer = excluded.answer, citations = excluded.citations,"
            " writer = excluded.writer, prompt = excluded.prompt",
            (
                answer.id, answer.chat_id, answer.user_id, now, answer.question, answer.answer,
                quotes, answer.writer, answer.prompt,
            ),
        )  # fmt: skip

    def latest(self, chat_id: str, user_id: str) -> KeptAnswer | None:
        """The last answer that a user was given in a chat."""
        row = self._database.row(
            "SELECT max(id) FROM answers WHERE chat_id = ? AND user_id = ?", (chat_id, user_id)
        )
        return self.find(int(row[0]), chat_id) if row and row[0] is not None else None

    def find(self, number: int, chat_id: str) -> KeptAnswer | None:
        """An answer that was given in a chat."""
        row = self._database.row(
            "SELECT id, chat_id, user_id, question, answer, citations, writer, prompt"
            " FROM answers WHERE id = ? AND chat_id = ?",
            (number, chat_id),
        )
        if row is None:
            return None
        quotes = tuple(
            KeptQuote(**{**quote, "path": tuple(quote["path"])}) for quote in json.loads(row[5])
        )
        key, chat, user, question, answer, _, writer, prompt = row
        return KeptAnswer(key, chat, user, question, answer, quotes, writer, prompt)

    def questions_before(self, chat_id: str, number: int) -> list[str]:
        """The questions that were answered in a chat before an answer, oldest first."""
        rows = self._database.rows(
            "SELECT question FROM answers WHERE chat_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
            (chat_id, number, _REMEMBERED),
        )
        return [question for (question,) in reversed(rows)]

    def judge(
        self, answer_id: int | None, user_id: str, verdict: str, reason: str, now: float
    ) -> None:
        """Keep what somebody thinks of an answer, or of the bot (``answer_id`` None).

        Of an answer the last word counts; the same words on the bot are kept once.
        """
        with self._database.transaction():
            if answer_id is None and self._database.row(
                "SELECT 1 FROM feedback WHERE answer_id IS NULL AND user_id = ? AND verdict = ?"
                " AND reason = ?",
                (user_id, verdict, reason),
            ):
                return
            self._database.run(
                "INSERT INTO feedback (answer_id, user_id, said_at, verdict, reason)"
                " VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (answer_id, user_id) WHERE answer_id IS NOT NULL"
                " DO UPDATE SET verdict = excluded.verdict, said_at = excluded.said_at,"
                " reason = excluded.reason",
                (answer_id, user_id, now, verdict, reason),
            )

    def judgement(self, answer_id: int, user_id: str) -> tuple[str, str] | None:
        """What somebody said of an answer, and why."""
        row = self._database.row(
            "SELECT verdict, reason FROM feedback WHERE answer_id = ? AND user_id = ?",
            (answer_id, user_id),
        )
        return (str(row[0]), str(row[1])) if row else None

    def latest_judgements(self, limit: int) -> list[Judgement]:
        """What was said last, the newest first, with what it was said of."""
        rows = self._database.rows(
            "SELECT said_at, f.user_id, verdict, reason, coalesce(question, ''),"
            " coalesce(writer, ''), coalesce(prompt, '')"
            " FROM feedback f LEFT JOIN answers a ON a.id = f.answer_id"
            " ORDER BY said_at DESC, f.id DESC LIMIT ?",
            (limit,),
        )
        return [Judgement(*row) for row in rows]

    def count_since(self, since: float) -> int:
        """How many answers were given since a time."""
        row = self._database.row("SELECT count(*) FROM answers WHERE asked_at >= ?", (since,))
        return int(row[0]) if row else 0

    def judgements(self) -> Sequence[tuple[str, int]]:
        """How many people said what."""
        return self._database.rows(
            "SELECT verdict, count(*) FROM feedback GROUP BY verdict ORDER BY verdict"
        )

    def forget_chat(self, chat_id: str) -> None:
        """Let go of all answers of a chat."""
        self._database.run("DELETE FROM answers WHERE chat_id = ?", (chat_id,))

    def forget_old(self, before: float) -> None:
        """Let go of all that was answered and said before a time."""
        self._database.run("DELETE FROM answers WHERE asked_at < ?", (before,))
        self._database.run("DELETE FROM feedback WHERE said_at < ?", (before,))


class Conversations:
    """The last questions of every chat."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def history(self, chat_id: str, before: int) -> list[str]:
        """The questions so far, oldest first, without that of the update ``before``."""
        return [text for number, text in self._questions(chat_id) if number != before]

    def remember(self, chat_id: str, update_id: int, question: str) -> None:
        """Keep what an update asked; asked again after a crash, it is kept once."""
        asked = [pair for pair in self._questions(chat_id) if pair[0] != update_id]
        kept = json.dumps([*asked, (update_id, question)][-_REMEMBERED:], ensure_ascii=False)
        self._database.run(
            "INSERT INTO conversations (chat_id, history) VALUES (?, ?)"
            " ON CONFLICT (chat_id) DO UPDATE SET history = excluded.history",
            (chat_id, kept),
        )

    def _questions(self, chat_id: str) -> list[tuple[int, str]]:
        row = self._database.row("SELECT history FROM conversations WHERE chat_id = ?", (chat_id,))
        return [(number, text) for number, text in json.loads(row[0])] if row else []

    def forget(self, chat_id: str) -> None:
        """Begin anew."""
        self._database.run("DELETE FROM conversations WHERE chat_id = ?", (chat_id,))

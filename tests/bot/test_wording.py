import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from bot.errors import BotError
from bot.terminal.arguments import TERMINAL_COMMANDS
from bot.wording import ANSWERS_FILE, CLI_FILE, say, tell
from knowledge.errors import AssistantError, DataFileError
from knowledge.loading.loader import ReviewReason, Status
from knowledge.models import Quantity, SectionKind
from knowledge.retrieval.question import Wants

ROOT = Path(__file__).parent.parent.parent
FILES = {"say": ANSWERS_FILE, "tell": CLI_FILE}
KEY = re.compile(r"[a-z_]+\.[a-z_]+")

MADE_KEYS = {
    "answer.": {
        "unsound", "overlooked", "beside", "besides", "own_words", "no_reason", "no_honours",
    },
    "help.": {*TERMINAL_COMMANDS, "missing", "unknown", "unfit", "unknown_command"},
    "status.": {status.value for status in Status},
    "doubt.": {reason.value for reason in ReviewReason},
    "ingest_table.": {"status", "file", "bureau", "period", "sections", "figures", "doubts"},
    "kind.": {kind.value for kind in SectionKind},
    "evaluate.": {
        "summaries", "plans", "claims", "rewordings",
        "claims_false", "claims_true", "claim_struck", "claim_shown",
    },
    "evaluate.verdict_": {"refused", "wrong"},
    "evaluate.fault_": {"lost", "unnamed", "missed", "outside", "uncited", "bare", "silent_on"},
    "comparison.": {
        name + end
        for name in (
            "questions", "refusals", "quotes", "model",
            "summaries", "summary_figures", "summary_headings", "summary_points",
            "summary_lines", "summary_model",
            "plans", "plan_mentions", "plan_figures", "plan_faults", "plan_style",
            "plan_model",
        )
        for end in ("", "_cell")
    },
    "doctor.certificate_": {
        response + end
        for response in ("issuer", "expired", "host", "other")
        for end in ("", "_remedy")
    },
    "doctor.": {"token_remedy", "model_remedy"},
    "trace.": {"reading", "searching", "answering"},
    "requirement.": {
        "period", "amount", "words", "whole", "topic", "own_words", "nearer",
    },
    "quantity.": {quantity.value for quantity in Quantity},
    "wants.": {wants.value for wants in Wants},
    "golden_kind.": {
        "absent", "arithmetic", "compare", "comparison", "described_scope", "figure", "follow_up",
        "list", "masked", "near_miss", "no_such_report", "other_words", "paraphrase", "ranking",
        "several_parts", "text", "wrong_bureau", "wrong_period", "yes_no",
    },
}  # fmt: skip
"""Keys that are put together: what may follow the part that is written."""


@cache
def nodes() -> list[ast.AST]:
    paths = (ROOT / "ingest.py", *sorted((ROOT / "bot").rglob("*.py")))
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in paths)
    return [node for tree in trees for node in ast.walk(tree)]


def calls() -> list[ast.Call]:
    """Where the code says a sentence."""
    return [
        node
        for node in nodes()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FILES
    ]


@cache
def sentences(file: Path) -> dict[str, str]:
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return {f"{table}.{key}": text for table, keys in tables.items() for key, text in keys.items()}


def fields_of(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def speaker(call: ast.Call) -> str:
    assert isinstance(call.func, ast.Name)
    return call.func.id


def written_keys() -> set[str]:
    """Every text in the code that is shaped like a key."""
    return {
        node.value
        for node in nodes()
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and KEY.fullmatch(node.value)
    }


def made_keys() -> set[str]:
    return {start + end for start, ends in MADE_KEYS.items() for end in ends}


def test_every_sentence_that_the_code_says_is_written() -> None:
    missing = [
        call.args[0].value
        for call in calls()
        if isinstance(call.args[0], ast.Constant)
        and call.args[0].value not in sentences(FILES[speaker(call)])
    ]
    assert not missing


def test_every_key_that_is_put_together_is_known_here() -> None:
    beginnings = {
        part.value if isinstance(part := call.args[0].values[0], ast.Constant) else ""
        for call in calls()
        if isinstance(call.args[0], ast.JoinedStr)
    }
    assert beginnings == MADE_KEYS.keys()
    assert made_keys() <= {key for file in FILES.values() for key in sentences(file)}


@pytest.mark.parametrize("file", FILES.values(), ids=lambda file: str(file.stem))
def test_no_sentence_is_written_for_nobody(file: Path) -> None:
    assert not sentences(file).keys() - written_keys() - made_keys()


def test_every_call_gives_the_fields_of_its_sentence_and_no_others() -> None:
    faults = []
    for call in calls():
        key, names = call.args[0], {keyword.arg for keyword in call.keywords}
        if isinstance(key, ast.Constant) and None not in names:
            wanted = fields_of(sentences(FILES[speaker(call)])[str(key.value)])
            if names != wanted:
                faults.append((str(key.value), names, wanted))
    assert not faults


@pytest.mark.parametrize("file", FILES.values(), ids=lambda file: str(file.stem))
def test_every_sentence_is_chinese(file: Path) -> None:
    foreign = {
        key: words
        for key, sentence in sentences(file).items()
        if not re.search(r"[\u4e00-\u9fff]", sentence)
        and (words := re.sub(r"\{.*?\}|Telegram", "", sentence))
        and re.search(r"[A-Za-z]", words)
    }
    assert not foreign


def _classes(root: type[AssistantError]) -> Iterator[type[AssistantError]]:
    for child in root.__subclasses__():
        yield child
        yield from _classes(child)


def test_every_error_has_its_sentence_and_no_sentence_is_without_error() -> None:
    for file in (AssistantError.wording, BotError.wording):
        written = tomllib.loads(file.read_text(encoding="utf-8")).keys()
        errors = [c for c in _classes(AssistantError) if c.wording == file]
        leaves = {c.__name__ for c in errors if not c.__subclasses__()}
        assert leaves <= written <= {c.__name__ for c in errors}


def test_fields_are_filled_in() -> None:
    assert say("answer.not_mentioned", who="清河县") == "清河县：没有提到。"
    assert "{" not in tell("doctor.store", reports=3, passages=40)


def test_braces_in_what_is_filled_in_stay_as_they_are() -> None:
    assert say("answer.not_mentioned", who="{x}") == "{x}：没有提到。"


@pytest.mark.parametrize("key", ["answer.nothing_of_the_kind", "nowhere.at_all", "answer."])
def test_a_missing_sentence_is_told_with_its_file_and_key(key: str) -> None:
    with pytest.raises(DataFileError, match=re.escape(key)) as raised:
        say(key)
    assert "wording.toml" in str(raised.value)


def test_a_sentence_without_its_fields_is_told_with_its_key() -> None:
    with pytest.raises(DataFileError, match=r"answer\.figure"):
        say("answer.figure")

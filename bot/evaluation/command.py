"""``python -m bot evaluate``: golden cases put to one writer, or to several to compare them."""

from argparse import Namespace
from collections.abc import Iterator

from bot.evaluation.comparison import side_by_side
from bot.evaluation.evaluation import Way, evaluate
from bot.evaluation.golden import read_golden
from bot.evaluation.record import change_lines, changes, read_record, record, write_record
from bot.opening import open_assistant, open_planner, open_summariser
from bot.records import line
from bot.settings import Settings, WriterChoice
from knowledge.library import Library


def evaluation_lines(library: Library, typed: Namespace, settings: Settings) -> Iterator[str]:
    """What is told of a run, for people or as JSON; raises what reading and answering raise."""
    golden = read_golden(typed.golden)
    earlier = read_record(typed.compare) if typed.compare else None
    ways = [
        Way(
            open_assistant(changed, library),
            open_summariser(changed, library),
            open_planner(changed, library),
            name,
        )
        for name, changed in _ways(settings, typed.writer, typed.prompt)
    ]
    evaluations = [evaluate(way, library, golden) for way in ways]
    if typed.record:
        write_record(typed.record, record(evaluations, settings, typed.golden))
    changed = list(changes(evaluations, earlier)) if earlier else []
    if typed.json:
        yield from (line(kept) for evaluation in evaluations for kept in evaluation.records())
        yield from (line({"compare": change}) for change in changed)
        return
    yield from side_by_side(evaluations) if len(evaluations) > 1 else evaluations[0].lines()
    if earlier:
        yield from (told for change in changed for told in change_lines(change, earlier))


def _ways(
    settings: Settings, writer: str, prompt: tuple[str, tuple[str, ...]] | None
) -> list[tuple[str, Settings]]:
    """The ways to answer that are asked for, each with its name; an empty name is the writer's."""
    if prompt:
        job, versions = prompt
        model = settings.model_copy(update={"writer": WriterChoice.MODEL})
        return [
            (f"{job}/{version}", model.model_copy(update={f"prompt_{job}": version}))
            for version in versions
        ]
    choices = {"both": ("extractive", "model"), "": ()}.get(writer, (writer,))
    return [
        (choice, settings.model_copy(update={"writer": WriterChoice(choice)})) for choice in choices
    ] or [("", settings)]

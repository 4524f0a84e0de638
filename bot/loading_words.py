"""What an ingest says of one file, in words."""

from pathlib import Path

from bot.wording import tell
from knowledge.loading import LoadResult


def names_in(line: LoadResult) -> tuple[str, str]:
    """Bureau and period, unknown ones said so."""
    return (
        line.bureau or tell("ingest.unknown_bureau"),
        line.period or tell("ingest.unknown_period"),
    )


def doubt_words(line: LoadResult) -> str:
    """What somebody should look at, and which file is the newer or the older version."""
    told = [tell(f"doubt.{doubt}", newer=Path(line.superseded_by).name) for doubt in line.doubts]
    if line.supersedes:
        older = "、".join(Path(file).name for file in line.supersedes)
        told.append(tell("ingest.supersedes", older=older))
    return "；".join(told)


def loaded_line(line: LoadResult) -> str:
    """A file that was loaded, in one line."""
    bureau, period = names_in(line)
    told = tell(
        "ingest.line",
        status=tell(f"status.{line.status.value}"),
        file=line.file,
        bureau=bureau,
        period=period,
        sections=line.sections,
        passages=line.passages,
        figures=line.figures,
    )
    doubts = doubt_words(line)
    return told + tell("ingest.look", doubts=doubts) if doubts else told

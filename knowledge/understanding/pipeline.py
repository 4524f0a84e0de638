"""From a text to all that is understood of it; pure, and the same text gives the same result."""

import hashlib
from dataclasses import dataclass, replace

from knowledge.models import Identity, ReadReport, Report
from knowledge.understanding.figures import find_figures
from knowledge.understanding.identity import bureau_named, read_identity
from knowledge.understanding.outline import read_outline
from knowledge.understanding.passages import cut_passages
from knowledge.understanding.periods import Period
from knowledge.understanding.sums import find_doubts
from knowledge.understanding.topics import topics
from knowledge.vocabulary import DATA

_CODE_VERSION = "3"
_READ_FROM = ("outline.toml", "identity.toml", "topics.toml", "units.toml", "clauses.toml")


@dataclass(frozen=True, slots=True)
class Overrides:
    """Bureau and period as a manifest, a caption or the command line states them.

    They win over the text; empty and None leave it to the text.
    """

    bureau: str = ""
    period: Period | None = None


def understand(
    text: str,
    *,
    file: str,
    sha256: str,
    overrides: Overrides | None = None,
    pages: tuple[int, ...] = (),
) -> ReadReport:
    """Outline, identity, figures and passages of one report.

    ``file`` is the path as it was given; the report's id comes from the text alone.
    ``pages`` are the places where its pages begin.
    """
    report_id = hashlib.sha256(text.encode()).hexdigest()[:16]
    sections = read_outline(text)
    identity = _override(read_identity(text, sections, file), overrides or Overrides(), text)
    figures = find_figures(text)
    return ReadReport(
        Report(report_id, file, sha256, identity, text, pages),
        sections,
        cut_passages(report_id, text, sections, topics()),
        figures,
        len(find_doubts(text, sections, figures)),
    )


def restate(read: ReadReport, *, file: str, overrides: Overrides) -> ReadReport:
    """A report that was understood already, as ``understand`` reads it from another path.

    Its identity alone depends on that, and on what is stated of it.
    """
    report = read.report
    own = read_identity(report.text, read.sections, file)
    identity = _override(own, overrides, report.text)
    return replace(read, report=replace(report, file=file, identity=identity))


def _override(identity: Identity, overrides: Overrides, text: str) -> Identity:
    if overrides.bureau:
        identity = replace(identity, bureau=bureau_named(overrides.bureau, text))
    if overrides.period:
        identity = replace(identity, period=overrides.period)
    return identity


def understanding_version() -> str:
    """What changes when the reading of reports does: stored reports are then read anew."""
    digest = hashlib.sha256(_CODE_VERSION.encode())
    for name in _READ_FROM:
        path = DATA / name
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()[:12]

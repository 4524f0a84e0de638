"""A checked draft as a .docx with a comment at each finding; the text itself is untouched."""

from datetime import datetime
from pathlib import Path

from bot.answers import names_of
from bot.errors import ExportFailed
from bot.official.comments import CommentAuthor, DocxComment, comment_docx
from bot.official.document import from_text
from bot.official.docx import docx_bytes
from bot.proofreading.findings import ProofFinding, ProofResult
from bot.proofreading.vocabulary import proof_phrase
from knowledge.reading.formats import recognise


def commented_docx(result: ProofResult, data: bytes, *, at: datetime) -> bytes:
    """The draft's own .docx, ``data``, with comments; of another file one made of its text.

    ``at`` is the moment that the comments name.
    """
    draft = result.draft
    author = CommentAuthor(proof_phrase("answer.author"), proof_phrase("answer.initials"), at)
    comments = [
        DocxComment(finding.start, finding.end, _words(finding)) for finding in result.findings
    ]
    if recognise(data).name == "docx":
        commented = comment_docx(data, draft.text, comments, author)
        if commented is not None:
            return commented
    made = docx_bytes(from_text(draft.text, draft.report.identity.title), at=at)
    return comment_docx(made, draft.text, comments, author) or made


def write_commented(path: Path, result: ProofResult, data: bytes) -> None:
    """Write the .docx with comments; raises ExportFailed where the file cannot be written."""
    content = commented_docx(result, data, at=datetime.now().astimezone())
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ExportFailed(path=path) from error


def _words(finding: ProofFinding) -> str:
    """What a comment says: certain or a hint, why, what is right, and the source."""
    kind = proof_phrase(f"kind.{finding.kind}")
    key = "comment_certain" if finding.certain else "comment_hint"
    lines = [proof_phrase(f"answer.{key}", kind=kind, why=finding.why)]
    if finding.right is not None:
        key = "comment_right" if finding.right else "comment_remove"
        lines.append(proof_phrase(f"answer.{key}", right=finding.right))
    if finding.quote:
        bureau, period = names_of(finding.quote.report)
        quote = finding.quote.text
        lines.append(
            proof_phrase("answer.comment_source", bureau=bureau, period=period, quote=quote)
        )
    return "\n".join(lines)

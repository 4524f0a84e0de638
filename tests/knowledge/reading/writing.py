"""Word documents made from raw parts, so that every kind of content can be tried."""

import io
import zipfile
from collections.abc import Mapping, Sequence

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_SPACES = (
    f'{W} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{n}"><w:name w:val="heading {n}"/></w:style>'
    for n in range(1, 4)
)


def document(body: str, **parts: str) -> bytes:
    """A file of some body; the other parts are named as styles, numbering, footnotes, endnotes."""
    return packed(files_of(body, **parts))


def files_of(body: str, **parts: str) -> dict[str, str]:
    """The same, not packed yet."""
    roots = {"styles": "styles", "numbering": "numbering"}
    files = {"word/document.xml": f"<w:document {_SPACES}><w:body>{body}</w:body></w:document>"}
    for kind, xml in parts.items():
        root = roots.get(kind, kind)
        files[f"word/{kind}.xml"] = f"<w:{root} {_SPACES}>{xml}</w:{root}>"
    files["word/_rels/document.xml.rels"] = _relations(
        [(f"{_OFFICE}/{kind}", f"{kind}.xml") for kind in parts]
    )
    files["_rels/.rels"] = _relations([(f"{_OFFICE}/officeDocument", "word/document.xml")])
    return {"[Content_Types].xml": "<Types/>", **files}


def packed(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of some files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def p(*runs: str, style: str = "", properties: str = "") -> str:
    """A paragraph; what is no XML is a run's text."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    inner = "".join(run if run.startswith("<") else r(run) for run in runs)
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{inner}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def numbered(text: str, num: int, level: int = 0) -> str:
    """A paragraph with automatic numbering."""
    about = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>'
    return p(text, properties=about)


def level(at: int, form: str, text: str, more: str = "", start: int = 1) -> str:
    """A level of a numbering."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(levels: str, nums: Mapping[int, str] | None = None) -> str:
    """One abstract numbering, and the nums that use it with their overrides."""
    of = '<w:abstractNumId w:val="7"/>'
    listed = "".join(
        f'<w:num w:numId="{key}">{of}{more}</w:num>' for key, more in (nums or {1: ""}).items()
    )
    return f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>{listed}'


def table(*rows: Sequence[str], header: bool = False) -> str:
    """A table; a cell that is no w:tc is its text."""
    marked = "<w:trPr><w:tblHeader/></w:trPr>"
    lines = (
        f"<w:tr>{marked if header and n == 0 else ''}{''.join(map(_cell, row))}</w:tr>"
        for n, row in enumerate(rows)
    )
    return f"<w:tbl><w:tblPr/>{''.join(lines)}</w:tbl>"


def cell(text: str, *, span: int = 1, merge: str = "") -> str:
    """A cell over several columns, or merged with those below (restart, continue)."""
    down = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    inner = "".join(map(p, text.split("\n")))
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{down}</w:tcPr>{inner}</w:tc>'


def _cell(told: str) -> str:
    return told if told.startswith("<w:tc>") else cell(told)


def _relations(of: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="r{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(of)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{listed}</Relationships>'

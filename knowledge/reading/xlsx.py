"""Excel workbooks (xlsx, xlsm) to text: what the cells show, by their number formats.

Values are those that the file holds, of formulas the ones of the last calculation; hidden sheets
are left out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from knowledge.reading.number_formats import BUILT_IN, GENERAL, shown_number
from knowledge.reading.parts import Element, OfficeParts
from knowledge.reading.result import PagedText
from knowledge.reading.sheets import Merge, Sheet, workbook_text

S: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_MAIN = "xl/workbook.xml"
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_TRUE = {"1": "TRUE", "0": "FALSE"}


def read_xlsx(data: bytes) -> PagedText:
    """The text of a workbook; raises UnreadableFile in words for its user."""
    parts = OfficeParts(data, "sheet")
    main = parts.target("", "officeDocument") or _MAIN
    workbook = parts.main(main)
    about = workbook.find(S + "workbookPr")
    from_1904 = about is not None and about.get("date1904") in {"1", "true"}
    # without its words and formats no cell is sound: 97.9 % is kept as 0.979, a day as a number
    shared = parts.tree(parts.target(main, "sharedStrings") or "xl/sharedStrings.xml")
    words = map(_words, shared.iterfind(S + "si")) if shared is not None else ()
    styles = parts.tree(parts.target(main, "styles") or "xl/styles.xml")
    reader = _SheetReader(_by_number(words), _by_number(_formats(styles)), from_1904)
    sheets = []
    for listed in workbook.iterfind(f"{S}sheets/{S}sheet"):
        name = listed.get("name", "")
        if listed.get("state", "visible") == "visible":
            tree, _ = parts.related(main, listed, "worksheet", name=name)
            sheets += [reader.read(name, tree)] if tree is not None else []
    read = workbook_text(sheets)
    return replace(read, text=parts.with_note(read.text))


def _by_number(texts: Iterable[str]) -> dict[str, str]:
    return {str(number): text for number, text in enumerate(texts)}


def _words(item: Element) -> str:
    """The words of a string, less the readings that stand over them."""
    own = item.findall(S + "t")
    runs = [run.find(S + "t") for run in item.iterfind(S + "r")]
    return "".join(element.text or "" for element in (*own, *runs) if element is not None)


def _formats(tree: Element | None) -> list[str]:
    if tree is None:
        return []
    own = {
        element.get("numFmtId"): element.get("formatCode", GENERAL)
        for element in tree.iterfind(f"{S}numFmts/{S}numFmt")
    }
    return [
        own.get(key := style.get("numFmtId", "0")) or BUILT_IN.get(key, GENERAL)
        for style in tree.iterfind(f"{S}cellXfs/{S}xf")
    ]


@dataclass(frozen=True, slots=True)
class _SheetReader:
    """Reads sheets by the words and the formats of their workbook, each by its number."""

    shared: Mapping[str, str]
    formats: Mapping[str, str]
    from_1904: bool

    def read(self, name: str, tree: Element) -> Sheet:
        """One sheet."""
        sheet = Sheet(name)
        row = -1
        for element in tree.iterfind(f"{S}sheetData/{S}row"):
            number = element.get("r", "")
            row = int(number) - 1 if number.isdecimal() and len(number) < 8 else row + 1
            column = -1
            for cell in element.iterfind(S + "c"):
                place = _PLACE.fullmatch(cell.get("r", ""))
                column = column_number(place[1]) if place else column + 1
                sheet.put(row, column, self._show(cell))
        sheet.merges += _merges(tree)
        return sheet

    def _show(self, cell: Element) -> str:
        found = cell.find(S + "v")
        value = (found.text or "") if found is not None else ""
        match cell.get("t", "n"):
            case "s":
                return self.shared.get(value, "")
            case "inlineStr":
                inline = cell.find(S + "is")
                return _words(inline) if inline is not None else ""
            case "b":
                return _TRUE.get(value, value)
            case "n":
                code = self.formats.get(cell.get("s", "0"), GENERAL)
                with suppress(ValueError, OverflowError):  # no number, or an endless one
                    return shown_number(float(value), code, from_1904=self.from_1904)
        return value


def _merges(tree: Element) -> Iterator[Merge]:
    for element in tree.iterfind(f"{S}mergeCells/{S}mergeCell"):
        first, _, last = element.get("ref", "").partition(":")
        begin, end = _PLACE.fullmatch(first), _PLACE.fullmatch(last)
        if begin and end:
            yield Merge(
                int(begin[2]) - 1, column_number(begin[1]), int(end[2]) - 1, column_number(end[1])
            )


@cache
def column_number(letters: str) -> int:
    """A column's number, from 0, by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1

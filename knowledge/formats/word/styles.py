"""What a paragraph or run is by its style and the styles that this is based on."""

import re
from dataclasses import dataclass

from knowledge.formats.word.package import Element, W, flag, number, value

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_TABLE_OF_CONTENTS = re.compile(r"(?:toc|目录)\s*\d", re.IGNORECASE)
_LAST_LEVEL = 8  # of outlineLvl; 9 says that a paragraph is body text
_LONGEST_CHAIN = 20


@dataclass(frozen=True, slots=True)
class Style:
    """A style with what it has of those below it.

    ``outline`` is the level of a heading, 0 the highest. ``num`` and ``level`` name the automatic
    numbering. None is what no style tells.
    """

    id: str = ""
    outline: int | None = None
    num: int | None = None
    level: int | None = None
    hidden: bool | None = None
    contents: bool = False


_NONE = Style()


class Styles:
    """The styles of a document, by id."""

    def __init__(self, part: Element | None) -> None:
        self._elements: dict[str, Element] = {}
        self._known: dict[str, Style] = {}
        self.usual = ""
        for style in part.iterfind(f"{W}style") if part is not None else ():
            key = style.get(W + "styleId", "")
            self._elements.setdefault(key, style)
            if style.get(W + "type") == "paragraph" and style.get(W + "default") in {"1", "true"}:
                self.usual = self.usual or key

    def style(self, key: str | None) -> Style:
        """The style of an id; one that says nothing where there is none."""
        if key not in self._known:
            self._known[key or ""] = self._resolved(key or "")
        return self._known[key or ""]

    def num_of(self, key: str) -> int | None:
        """The numbering that a numbering style names."""
        return number(self._elements.get(key), "pPr/numPr/numId")

    def _resolved(self, key: str) -> Style:
        chain: list[Element] = []
        while (element := self._elements.get(key)) is not None and len(chain) < _LONGEST_CHAIN:
            chain.append(element)
            key = value(element, "basedOn") or ""
        style = _NONE
        for element in reversed(chain):
            style = _over(style, element)
        return style


def _over(below: Style, element: Element) -> Style:
    """A style over the one that it is based on."""
    name = value(element, "name") or ""
    outline = number(element, "pPr/outlineLvl")
    if outline is None and (named := _HEADING.fullmatch(name.strip())):
        outline = int(named[1]) - 1
    num, level = number(element, "pPr/numPr/numId"), number(element, "pPr/numPr/ilvl")
    hidden = flag(element.find(f"{W}rPr"), "vanish")
    return Style(
        element.get(W + "styleId", ""),
        below.outline if outline is None else outline,
        below.num if num is None else num,
        below.level if level is None else level,
        below.hidden if hidden is None else hidden,
        contents=below.contents or bool(_TABLE_OF_CONTENTS.fullmatch(name.strip())),
    )


def outline_level(style: Style, properties: Element | None) -> int | None:
    """The heading level of a paragraph, 1 the highest; None for body text."""
    own = number(properties, "outlineLvl")
    level = style.outline if own is None else own
    return level + 1 if level is not None and 0 <= level <= _LAST_LEVEL else None

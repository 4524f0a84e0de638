"""A chart of one indicator for a slide: columns for bureaus, a line for periods.

The only file that knows vl_convert.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import vl_convert

from bot.errors import ChartImpossible, ExportFailed
from bot.ledger.ledger import (
    CellKey,
    LedgerTable,
    amount_text,
    bureau_label,
    period_label,
    table_title,
)
from bot.ledger.words import ledger_caption, ledger_words
from knowledge.understanding.periods import Period

_PERCENT = "%"
_SCALE = 2.0
_WIDTH, _WIDEST, _HEIGHT = 900, 2400, 440
_COLUMN = 46
_FEWEST_FOR_LINES = 3
_MOST_LINES = 8
_MOST_NAMED = 6
_UPRIGHT = 12
_INK, _GREY, _RULE = "#22303c", "#5b6770", "#dfe4e8"
_WIDEST_COLUMN = 96
_NEAR = 0.8
_HALO = {"stroke": "white", "strokeWidth": 5}
"""Parts a figure from a line of the grid that runs behind it."""

Spec = dict[str, Any]


def chart_png(table: LedgerTable) -> bytes:
    """The chart as a picture; raises ChartImpossible."""
    spec = chart_spec(table)
    if not has_chinese_font():
        raise ChartImpossible(why=ledger_caption("chart.no_font"))
    return vl_convert.vegalite_to_png(spec, scale=_SCALE, allowed_base_urls=[])


def write_chart(path: Path, tables: Sequence[LedgerTable]) -> None:
    """Write the chart of the only table as a PNG file.

    Raises ChartImpossible, also where there is another number of tables, and ExportFailed.
    """
    if len(tables) != 1:
        names = "、".join(table.name for table in tables[:_MOST_NAMED])
        raise ChartImpossible(why=ledger_caption("chart.one_indicator", known=names))
    picture = chart_png(tables[0])
    try:
        path.write_bytes(picture)
    except OSError as error:
        raise ExportFailed(path=path) from error


@cache
def has_chinese_font() -> bool:
    """Whether Chinese characters can be drawn: without a font for them all look the same."""
    one, other = map(_draw, "监管")
    return one != other


def _draw(character: str) -> bytes:
    return vl_convert.svg_to_png(
        '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24">'
        f'<text y="20" font-family="sans-serif" font-size="20">{character}</text></svg>'
    )


def chart_spec(table: LedgerTable) -> Spec:
    """The chart as a Vega-Lite specification; raises ChartImpossible where no cell can be drawn.

    Three or more periods of one length make a line for each bureau; all else is columns side by
    side for each bureau, or points where columns would be all but as high as one another.
    """
    keys = [key for key in _keys(table) if table.amount(key) is not None]
    if not keys:
        raise ChartImpossible(why=ledger_caption("chart.no_numbers"))
    comparable = _of_usual_length(keys)
    as_lines = _makes_lines(keys, comparable)
    keys = comparable if as_lines else keys
    labels = _bureau_labels(table)
    values = [_value(table, key, labels) for key in keys]
    periods = [period_label(p) for p in table.periods if any(p == q for _, q in keys)]
    names = [labels[b] for b in table.bureaus if any(b == c for c, _ in keys)]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "padding": 24,
        "width": _width(len(names), len(periods), as_lines=as_lines),
        "height": _HEIGHT,
        "title": _title(table, keys, labels, near=_are_near(table, values) and not as_lines),
        "data": {"values": values},
        "config": _config(),
        **_marks(table, names, periods, values, as_lines=as_lines),
    }


def _are_near(table: LedgerTable, values: Sequence[Spec]) -> bool:
    """Whether amounts are rates of which a column from nought on would not show how they differ."""
    amounts = [value["amount"] for value in values]
    return table.unit.unit == _PERCENT and min(amounts) >= _NEAR * max(amounts)


def _makes_lines(keys: Sequence[CellKey], comparable: Sequence[CellKey]) -> bool:
    bureaus = len({bureau for bureau, _ in keys})
    if len({period for _, period in comparable}) < _FEWEST_FOR_LINES:
        return False
    return bureaus == 1 or (len(comparable) == len(keys) and bureaus <= _MOST_LINES)


def _keys(table: LedgerTable) -> Iterator[CellKey]:
    """The cells that are there, by bureau and period."""
    for bureau in table.bureaus:
        for period in table.periods:
            if (bureau, period) in table.cells:
                yield bureau, period


def _of_usual_length(keys: Sequence[CellKey]) -> list[CellKey]:
    """The cells whose periods are as long as most are."""
    usual = Counter(_months(period) for _, period in keys).most_common(1)[0][0]
    return [key for key in keys if _months(key[1]) == usual]


def _months(period: Period | None) -> int:
    if period is None:
        return 0
    first, last = period.part.months
    return last - first + 1


def _bureau_labels(table: LedgerTable) -> dict[str, str]:
    """Short names of bureaus, or the whole ones where two short ones are the same."""
    tail = ledger_words().tail
    short = {name: tail.sub("", name) or bureau_label(name) for name in table.bureaus}
    again = Counter(short.values())
    return {
        name: label if again[label] == 1 else bureau_label(name) for name, label in short.items()
    }


def _value(table: LedgerTable, key: CellKey, labels: dict[str, str]) -> Spec:
    bureau, period = key
    amount, entry = table.amount(key), table.cells[key].only
    return {
        "bureau": labels[bureau],
        "period": period_label(period),
        "amount": float(amount or 0),
        "label": amount_text(entry, table.unit) if entry else "",
    }


def _width(bureaus: int, periods: int, *, as_lines: bool) -> int:
    columns = periods if as_lines else bureaus * (periods + 0.5)
    return int(min(max(_WIDTH, columns * _COLUMN), _WIDEST))


def _title(
    table: LedgerTable, keys: Sequence[CellKey], labels: dict[str, str], *, near: bool
) -> Spec:
    """The indicator, its unit, and in small what is not drawn and why."""
    notes = [_left_out(table, keys, labels), ledger_caption("chart.source")]
    if near:
        notes.insert(0, ledger_caption("chart.near"))
    if any((entry := table.cells[key].only) and entry.is_doubtful for key in keys):
        notes.insert(0, ledger_caption("chart.doubtful"))
    bureaus = {bureau for bureau, _ in keys}
    whose = bureau_label(bureaus.pop()) if len(bureaus) == 1 else ""
    return {"text": whose + table_title(table), "subtitle": [note for note in notes if note]}


def _left_out(table: LedgerTable, keys: Sequence[CellKey], labels: dict[str, str]) -> str:
    absent = [key for key in _keys(table) if key not in keys]
    cells = [
        ledger_caption(
            "chart.left_out_cell",
            bureau=labels[key[0]],
            period=period_label(key[1]),
            why=ledger_caption(f"chart.{_why_left_out(table, key)}"),
        )
        for key in absent
    ]
    if not cells:
        return ""
    named = "、".join(cells[:_MOST_NAMED])
    if len(cells) > _MOST_NAMED:
        named += ledger_caption("chart.more", count=len(cells))
    return ledger_caption("chart.left_out", cells=named)


def _why_left_out(table: LedgerTable, key: CellKey) -> str:
    cell = table.cells[key]
    entry = cell.only
    if entry is None:
        return "several" if len(cell.entries) > 1 else "part"
    if entry.statement.figure.masked:
        return "masked"
    return "other_unit" if table.amount(key) is None else "other_length"


def _marks(
    table: LedgerTable,
    bureaus: Sequence[str],
    periods: Sequence[str],
    values: Sequence[Spec],
    *,
    as_lines: bool,
) -> Spec:
    if not as_lines:
        return _columns(bureaus, periods, zero=not _are_near(table, values))
    return _lines(bureaus, periods, zero=table.unit.unit != _PERCENT)


def _columns(bureaus: Sequence[str], periods: Sequence[str], *, zero: bool) -> Spec:
    """Columns for bureaus, one for each period side by side; for a single bureau, for periods.

    Points where they do not begin at nought.
    """
    groups, inner = ("bureau", bureaus), ("period", periods)
    if len(bureaus) == 1:
        groups, inner = inner, groups
    field, names = groups
    upright = len(names) <= _UPRIGHT
    place = {
        "x": {
            "field": field,
            "type": "nominal",
            "sort": list(names),
            "title": None,
            "axis": {"labelAngle": 0 if upright else -40},
            "scale": {"paddingInner": 0.25, "paddingOuter": 0.15},
        },
        "y": _amount_axis(zero=zero),
    }
    if len(inner[1]) > 1:
        inside = {"domain": list(inner[1]), "paddingInner": 0.08}
        place["xOffset"] = {"field": inner[0], "type": "nominal", "scale": inside}
    bar: Spec = {"type": "bar", "cornerRadiusEnd": 2}
    width = {"maxBarSize": _WIDEST_COLUMN} if len(inner[1]) == 1 else {}
    if not zero:
        bar, width = {"type": "point", "filled": True, "size": 160, "opacity": 1}, {}
    size = 13 if len(bureaus) * len(periods) < 25 else 11
    text = {"type": "text", "dy": -9 if zero else -16, "fontSize": size}
    figure = {"text": {"field": "label"}}
    return {
        "encoding": place,
        "layer": [
            {"mark": bar | width, "encoding": {"color": _colour(*inner)}},
            {"mark": text | _HALO, "encoding": figure},
            {"mark": text, "encoding": figure},
        ],
    }


def _lines(bureaus: Sequence[str], periods: Sequence[str], *, zero: bool) -> Spec:
    """A line for each bureau over the periods, each point under its figure."""
    colour = _colour("bureau", bureaus)
    label = {"type": "text", "dy": -16, "fontSize": 14}
    figure = {"text": {"field": "label"}}
    return {
        "encoding": {
            "x": {
                "field": "period",
                "type": "ordinal",
                "sort": list(periods),
                "title": None,
                "axis": {"labelAngle": 0},
                "scale": {"padding": 0.5},
            },
            "y": _amount_axis(zero=zero),
            "color": colour,
        },
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 3, "point": {"size": 90, "filled": True}}},
            {"mark": label | _HALO, "encoding": figure},
            {"mark": label, "encoding": figure},
        ],
    }


def _amount_axis(*, zero: bool) -> Spec:
    return {
        "field": "amount",
        "type": "quantitative",
        "title": None,
        "scale": {"zero": zero, "nice": True, "padding": 0 if zero else 24},
        "axis": {"tickCount": 5, "domain": False, "ticks": False},
    }


def _colour(field: str, names: Sequence[str]) -> Spec:
    colours = list(islice(cycle(ledger_words().colours), len(names)))
    legend = {"orient": "top", "title": None} if len(names) > 1 else None
    return {
        "field": field,
        "type": "nominal",
        "sort": list(names),
        "scale": {"domain": list(names), "range": colours},
        "legend": legend,
    }


def _config() -> Spec:
    font = ", ".join(ledger_words().fonts)
    return {
        "font": font,
        "view": {"stroke": None},
        "title": {
            "font": font,
            "subtitleFont": font,
            "anchor": "start",
            "fontSize": 26,
            "fontWeight": "bold",
            "color": _INK,
            "subtitleFontSize": 14,
            "subtitleColor": _GREY,
            "subtitlePadding": 8,
            "offset": 18,
        },
        "axis": {
            "labelFont": font,
            "labelFontSize": 15,
            "labelColor": _INK,
            "labelLimit": 200,
            "gridColor": _RULE,
            "domainColor": _GREY,
            "tickColor": _GREY,
            "labelPadding": 8,
        },
        "axisX": {"grid": False, "ticks": False},
        "legend": {"labelFont": font, "labelFontSize": 15, "labelColor": _INK, "symbolSize": 160},
        "text": {"font": font, "color": _INK},
    }

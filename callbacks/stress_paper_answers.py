"""How do the answers beyond single scenarios stand in the PDF of the page of stress tests?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callbacks import stress_figures as drawing
from callbacks import stress_tables as tables
from services.exports_page import PageTable
from services.formatting import Style
from services.number_style import in_style

Part = tuple[str, Any]
TITLES = {
    "chance": "How often would which loss come?",
    "broken": "What if diversification failed?",
    "redemption": "Could a redemption be paid?",
    "reverse": "What would lose so much?",
    "repair": "Which trades keep losses within a limit?",
}


def answer_parts(found: Mapping[str, Any], way: str, style: Style, part: str = "") -> list[Part]:
    """Return heading, chart, tables and notes of each answer, in the order of the page.

    Parameters
    ----------
    found : mapping
        Question to its report.
    way : str
        The way of repair that the chart shows.
    style : Style
    part : str
        The chosen position, sector or factor, which stands out.

    """
    parts: list[Part] = []
    for name, report in found.items():
        is_repair = name == "repair"
        chart = drawing.of_repair(report, way, None) if is_repair else drawing.of_answer(name, report, None, part)
        parts += [(TITLES[name], chart), *_words(name, report, style)]
        parts += [(grid.caption, PageTable(grid.columns, grid.rows)) for grid in _grids(name, report, style)]
        told = [in_style(text, style) for text in report.result.notes]
        parts += [("", told)] if told else []
    return parts


def _words(name: str, report: Any, style: Style) -> list[Part]:
    if name == "reverse":
        return [("", in_style(report.result.sentence, style))]
    if name == "chance":
        words = tables.paths_words(report, style)
        return [("", words)] if words else []
    if name == "repair" and report.expected_return_source:
        return [("", in_style(report.expected_return_source, style))]
    return []


def _grids(name: str, report: Any, style: Style) -> list[tables.Grid]:
    if name == "chance":
        return tables.chance_grids(report, style)
    if name == "broken":
        return [tables.broken_grid(report, style)]
    if name == "redemption":
        return [tables.redemption_grid(report, style)]
    if name == "repair":
        trades = [tables.trades_grid(way, style) for way in report.result.alternatives]
        return [
            tables.ways_grid(report, style),
            *(one for one in trades if one.rows),
            tables.losses_grid(report, style),
        ]
    return []

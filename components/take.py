"""How is one table taken along by itself, one chart, or the whole page?

A small button below the table; assets/take.js opens its menu, reads the table with the exact values of its cells, and
hands it to callbacks/take.py. Every table of the product has it, because `components.table` and `components.grid` draw
it; every chart without a menu of its own has one by `components.graph`, and every page by `components.page_header`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from components.icon import icon


def takeable(table: Any, **attributes: Any) -> html.Div:
    """Set the button below a table, or below several that are one."""
    return html.Div([table, take_button()], className="table-frame", **attributes)


def take_button(columns: Sequence[Mapping[str, Any]] | None = None) -> html.Button:
    """Return the button; `columns` are those of a grid, whose rows are read from the grid itself."""
    more: dict[str, Any] = {}
    if columns is not None:
        kinds = [
            [str(one["field"]), str(one.get("headerName") or one["field"]), _format(one), one.get("cellRenderer") or ""]
            for one in columns
        ]
        more["data-take-grid"] = json.dumps(kinds)
    label = "Take these rows along"
    said = {"data-take": "", "aria-label": label, "aria-haspopup": "menu", "aria-expanded": "false", **more}
    return html.Button(icon("download"), type="button", className="take", title=label, **said)


def take_chart_button() -> html.Button:
    """Return the button of a chart: PDF, SVG and PNG as it stands, and its numbers (assets/take_chart.js)."""
    return _opener("chart", "Take this chart along", "btn-q btn-q-quiet btn-q-small")


def take_page_button() -> html.Button:
    """Return the button of a page: PDF, PNG and SVG as it stands, and printing (assets/take_page.js)."""
    return _opener("page", "Take this page along", "btn-q btn-q-quiet")


def _opener(what: str, label: str, classes: str) -> html.Button:
    said = {"data-take": what, "aria-label": label, "aria-haspopup": "menu", "aria-expanded": "false"}
    return html.Button(icon("download"), type="button", className=f"{classes} btn-q-icon", title=label, **said)


def _format(column: Mapping[str, Any]) -> str:
    """Return the kind of a grid's column, as `components.grid` was told it."""
    return str((column.get("context") or {}).get("kind") or "text")


def exact_attributes(cell: Any) -> dict[str, Any]:
    """Return what a cell's element carries of the value that its text tells; nothing where it tells none."""
    exact = getattr(cell, "exact", None) if isinstance(cell, str) else None
    return {} if exact is None else {"data-value": exact, "data-unit": cell.unit}  # type: ignore[attr-defined]

"""How does a table of many rows look and format its numbers?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import dash_ag_grid as dag
from dash import html

from components.take import take_button

FORMATTERS: Final[dict[str, str]] = {
    "weight": "qpoWeight(params.value)",
    "percent": "qpoPercent(params.value)",
    "signed_percent": "qpoSignedPercent(params.value)",
    "signed_points": "qpoSignedPoints(params.value)",
    "money": "qpoMoney(params.value, params)",
    "signed_money": "qpoSignedMoney(params.value, params)",
    "number": "qpoNumber(params.value, 2)",
    "ratio": "qpoNumber(params.value, 2)",
    "price": "qpoNumber(params.value, 2)",
    "quantity": "qpoQuantity(params.value)",
    "shares": "qpoShares(params.value)",
    "count": "qpoCount(params.value)",
    "date": "qpoDate(params.value)",
    "moment": "qpoMoment(params.value)",
    "text": "qpoText(params.value)",
}
"""Value formatters of assets/aggrid.js: the rules of services/formatting.py, in the browser."""

_SIGNED: Final = {"signed_percent", "signed_points", "signed_money"}
_LEFT: Final = {"text", "date", "moment"}

WRAPPED: Final[dict[str, Any]] = {"wrapHeaderText": True, "autoHeaderHeight": True}
"""Properties of a column whose header is longer than its figures: it may take two lines."""

FITTED_ON: Final = ("gridSizeChanged", "firstDataRendered", "rowDataUpdated")
"""When columns are fitted to the width; a grid that was slow to come has its first size before anybody listens."""

LEFT_ON: Final = "gridPreDestroyed"

GRID_OPTIONS: Final[dict[str, Any]] = {
    "theme": {"function": "qpoTheme(agGrid)"},
    "suppressCellFocus": False,
    "enableCellTextSelection": True,
    "ensureDomOrder": True,
    "animateRows": False,
    "suppressDragLeaveHidesColumns": True,
    "suppressMovableColumns": True,
    "tooltipShowDelay": 300,
    "paginationPageSizeSelector": False,  # else the library draws a choice of page sizes that no grid shows
}

COLUMN_OPTIONS: Final[dict[str, Any]] = {
    "suppressHeaderMenuButton": True,
    "suppressHeaderContextMenu": True,
    "minWidth": 76,
    "suppressKeyboardEvent": {"function": "qpoKeepSelectAll(params)"},
}
"""What all columns share. Ctrl+A is the browser's own where rows cannot be ticked: the library would only complain."""

TAB_OUT: Final = {
    "tabToNextCell": {"function": "qpoTabOut(params)"},
    "tabToNextHeader": {"function": "qpoTabOut(params)"},
}
"""Tab goes to the next link or control, as in a plain table, and so leaves a table soon; arrows move inside it."""


def column(
    field: str,
    header: str,
    *,
    format: str = "text",
    width_px: int | None = None,
    grow: float | None = None,
    pinned: bool = False,
    narrow: bool = True,
    narrow_px: int | None = None,
    narrow_below_px: int | None = None,
    tooltip: str | None = None,
    renderer: str | None = None,
    **properties: Any,
) -> dict[str, Any]:
    """Describe one column.

    Parameters
    ----------
    field, header : str
        Key in the row, words in the header; units belong into the header.
    format : str
        A key of :data:`FORMATTERS`: decides digits, sign, alignment and the sort order's type.
    width_px, grow : int or float or None
        Least width, and the share of spare width; text without a width grows by default.
    pinned : bool
        Keeps the column at the left while the others scroll.
    narrow : bool
        Whether the column is kept on phones; False marks it for hiding there (assets/aggrid.js).
    narrow_px : int or None
        Width on phones.
    narrow_below_px : int or None
        The grid's width below which the column leaves, where that is more than a phone's.
    tooltip : str or None
        Explanation of the header.
    renderer : str or None
        A cell renderer of assets/aggrid.js: ``qpoValue``, ``qpoSparkline``, ``qpoLight``, ``qpoBar``, ``qpoName``,
        ``qpoState``, ``qpoLines`` or ``qpoStatus``.
    """
    is_number = format not in _LEFT
    made: dict[str, Any] = {"field": field, "headerName": header, "sortable": True, "resizable": True}
    if renderer:
        made["cellRenderer"] = renderer
        made["cellDataType"] = False
    if is_number or not renderer:  # beside a renderer it words the rows of a page on paper that no screen drew
        made["valueFormatter"] = {"function": FORMATTERS[format]}
    if is_number:
        made["type"] = "rightAligned"
        made["comparator"] = {"function": "qpoCompare"}
        made["cellClass"] = "ag-right-aligned-cell num"
    if format in _SIGNED:
        made["cellClassRules"] = {"is-up": "params.value > 0", "is-down": "params.value < 0"}
    if width_px is not None:
        made["minWidth"] = width_px
        made["width"] = width_px
    share = (0 if is_number or width_px is not None else 1) if grow is None else grow
    if share:
        made["flex"] = share
    if pinned:
        made["pinned"] = "left"
        made["lockPinned"] = True
    if tooltip:
        made["headerTooltip"] = tooltip
    made["context"] = {"kind": format}
    if not narrow:
        made["context"]["narrow"] = False
    if narrow_below_px is not None:
        made["context"]["narrow"] = False
        made["context"]["narrowBelowPx"] = narrow_below_px
    if narrow_px is not None:
        made["context"]["narrowPx"] = narrow_px
        made["minWidth"] = min(narrow_px, width_px or narrow_px)
    return made | properties


def grid(
    *,
    id: Any,
    columns: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]],
    row_key: str | None = None,
    height_px: int | None = None,
    select: Literal["none", "one", "many"] = "none",
    label: str = "Table",
    empty: str = "Nothing to show.",
    filter_text: str | None = None,
    options: Mapping[str, Any] | None = None,
    may_take: bool = True,
    when_seen: bool = False,
    **properties: Any,
) -> html.Div:
    """Make a grid in the product's theme, inside a named region; ``id`` is the grid's own.

    Parameters
    ----------
    id : str or pattern
        Id of the grid.
    columns : sequence of dict
        From :func:`column`.
    rows : sequence of mapping
        One mapping a row: fractions as fractions, money as numbers or decimal strings, dates as ISO text, missing
        as None.
    row_key : str or None
        Field that identifies a row; needed for live updates and for a selection that survives them.
    height_px : int or None
        Fixed height with scrolling; None grows with the rows (use below 60 rows).
    select : {"none", "one", "many"}
        Whether rows can be chosen; ``many`` shows check boxes.
    label, empty : str
        Name for screen readers; what an empty grid says.
    filter_text : str or None
        Quick filter.
    options : mapping or None
        Further AG Grid options.
    may_take : bool
        Whether the rows can be taken along as a file; False for grids that are typed into.
    when_seen : bool
        Whether the browser makes the grid only when it is seen first (assets/grids_when_seen.js); for grids that a page
        hides when it opens, and that are given all their rows at once.
    """
    chosen: dict[str, Any] = {"localeText": {"noRowsToShow": empty}}
    if select == "one":
        chosen["rowSelection"] = {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True}
    if select == "many":
        chosen["rowSelection"] = {
            "mode": "multiRow",
            "enableClickSelection": False,
            "headerCheckbox": True,
            "selectAll": "filtered",
        }
    if select == "many" and any(one.get("pinned") for one in columns):
        chosen["selectionColumnDef"] = {"pinned": "left", "width": 46}
    if may_take and not any("editable" in one for one in columns):
        chosen |= TAB_OUT  # where cells are typed into, Tab goes to the next one
    if height_px is None:
        chosen["domLayout"] = "autoHeight"
    if filter_text is not None:
        chosen["quickFilterText"] = filter_text
    given: dict[str, Any] = {"getRowId": f"params.data.{row_key}"} if row_key else {}
    classes = "grid-q"
    if any(one.get("cellRenderer") == "qpoName" for one in columns):
        classes += " grid-tall"
    if when_seen:
        classes += " grid-when-seen"
    table = dag.AgGrid(
        id=id,
        columnDefs=[dict(one) for one in columns],
        rowData=[dict(row) for row in rows],
        defaultColDef=COLUMN_OPTIONS,
        dashGridOptions=GRID_OPTIONS | chosen | dict(options or {}),
        eventListeners={event: ["qpoFit(params)"] for event in FITTED_ON} | {LEFT_ON: ["qpoLeft(params)"]},
        className=classes,
        style={"height": f"{height_px}px" if height_px else None, "width": "100%"},
        columnSize="responsiveSizeToFit" if not any("flex" in one for one in columns) else None,
        dangerously_allow_code=False,
        **given,
        **properties,
    )
    shown = [table, take_button(columns)] if may_take else table
    return html.Div(shown, className="grid-frame", role="region", **{"aria-label": label})


def grid_in(frame: html.Div) -> Any:
    """Return the grid inside the region that `grid` made, for a property that is set afterwards."""
    return frame.children[0] if isinstance(frame.children, list) else frame.children

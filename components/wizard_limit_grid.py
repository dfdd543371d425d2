"""Step 3, behind the presets: all other limits as a grid, with paste from a spreadsheet, import and export as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import dcc, html

from components.button import button
from components.error_state import problem_list
from components.grid import column, grid
from components.ids import LimitGrid
from components.progress import progress
from components.wizard_fields import fold, problem_slot

EMPTY: Final = "No other limits. Add one above, paste rows from a spreadsheet, or import a CSV file."
FIRM: Final = (
    "must hold",
    *(f"may give way, {priority}" for priority in range(1, 10)),
)
HELP: Final = (
    "Limits on countries, currencies, asset classes and groups of your own, on factors and beta, distances from the "
    "current or the benchmark weights, and whatever else has no field above. Type into a cell; 25 in a cell of "
    "percentages is 25%. "
    "Shift+Delete removes a row."
)
PASTE_HELP: Final = (
    "Copy the cells in the spreadsheet, then press Ctrl+V on the table above or paste them here. The columns are "
    "limit, of, least, most, measured from, firm, details; a first row that names them may have them in any order."
)
_EDITING: Final = {
    "singleClickEdit": True,
    "stopEditingWhenCellsLoseFocus": True,
    "enterNavigatesVerticallyAfterEdit": False,
    "rowHeight": 38,
}


def _cell(field: str, header: str, width_px: int, tooltip: str, **more: Any) -> dict[str, Any]:
    return column(
        field,
        header,
        width_px=width_px,
        tooltip=tooltip,
        sortable=False,
        editable={"function": "qpoLimitHas(params)"},
        cellClass=more.pop("cell_class", "wz-cell"),
        cellDataType=False,
        cellClassRules={
            "wz-cell-bad": f"params.data.bad && params.data.bad.indexOf('{field}') >= 0",
            "wz-cell-off": f"params.data.off && params.data.off.indexOf('{field}') >= 0",
        },
        tooltipValueGetter={"function": "qpoLimitWhy(params)"},
        **more,
    )


def _figure(field: str, header: str, tooltip: str) -> dict[str, Any]:
    made = _cell(
        field,
        header,
        76,
        tooltip,
        cell_class="ag-right-aligned-cell num wz-cell",
        type="rightAligned",
        cellEditor={"function": "QpoLimitChoice"},
    )
    return made | {"valueFormatter": {"function": "qpoLimitFigure(params)"}}


_PLAIN: Final = {"valueFormatter": {"function": "qpoLimitText(params)"}}

COLUMNS: Final = (
    column("place", "#", width_px=44, tooltip="Row.", sortable=False, cellClass="num muted", maxWidth=44)
    | {"valueGetter": {"function": "qpoLimitPlace(params)"}, "valueFormatter": {"function": "qpoText(params.value)"}},
    _cell("limit", "Limit", 112, "Which limit it is.", grow=1, cellEditor={"function": "QpoLimitChoice"}) | _PLAIN,
    _cell("of", "Of", 92, "Whose: assets, a sector, a country.", grow=1.2, cellEditor={"function": "QpoLimitChoice"})
    | _PLAIN,
    _figure("least", "Least", "Empty: no lower limit."),
    _figure("most", "Most", "Empty: no upper limit."),
    _cell(
        "measured_from",
        "Measured from",
        140,
        "Nothing, or the distance from the current or the benchmark weight.",
        cellEditor="agSelectCellEditor",
        cellEditorParams={"function": "qpoLimitBases(params)"},
    )
    | _PLAIN,
    _cell(
        "firm",
        "How firm",
        130,
        "Must hold, or may give way: the larger number gives way first.",
        cellEditor="agSelectCellEditor",
        cellEditorParams={"values": list(FIRM)},
    )
    | _PLAIN,
    _cell("details", "Details", 90, "What has no column, such as level=99%.", cellEditor={"function": "QpoLimitChoice"})
    | _PLAIN,
    column("remove", "", width_px=46, renderer="qpoRemove", sortable=False, maxWidth=46, resizable=False)
    | {"pinned": "right", "lockPinned": True},
)


def panel() -> html.Details:
    """Draw the section; rows, kinds and what was read arrive later."""
    table = grid(
        may_take=False,
        id=LimitGrid.GRID,
        columns=COLUMNS,
        rows=[],
        row_key="id",
        label="All other limits",
        empty=EMPTY,
        options=_EDITING,
    )
    made = fold(
        "",
        html.P(HELP, className="field-help"),
        _tools(),
        html.Div(
            table, id=LimitGrid.FRAME, tabIndex=0, className="wz-limit-frame", **{"aria-label": "Paste rows here"}
        ),
        html.Div(problem_slot("others"), className="wz-limit-problems"),
        html.Div(progress("Reading the limits", None), id=LimitGrid.WAITING, hidden=True),
        html.Div(id=LimitGrid.RESULT, role="status", className="wz-limit-result"),
        button("Undo", LimitGrid.UNDO, small=True, glyph="arrow-counterclockwise", n_clicks=0, hidden=True),
        html.Div(id=LimitGrid.UNREAD),
        _paste(),
        *(dcc.Store(id=one) for one in (LimitGrid.GIVEN, LimitGrid.CHOICES, LimitGrid.BEFORE, LimitGrid.REMOVED)),
    )
    made.id = LimitGrid.FOLD
    made.children[0].children = [
        "All other limits: countries, currencies, groups, factors; CSV ",
        html.Span("", id=LimitGrid.COUNT, className="wz-limit-count"),
    ]
    return made


def _tools() -> html.Div:
    add = html.Div(
        [
            html.Label("New limit", htmlFor=LimitGrid.KIND, className="visually-hidden"),
            dbc.Select(id=LimitGrid.KIND, options=[], value="Country", class_name="wz-limit-kind"),
            button("Add limit", LimitGrid.ADD, small=True, glyph="plus-lg", n_clicks=0),
        ],
        className="btn-row",
        role="group",
        **{"aria-label": "Add a limit"},
    )
    file = html.Div(
        [
            dcc.Upload(
                button("Import CSV", small=True, glyph="file-earmark-arrow-up"),
                id=LimitGrid.UPLOAD,
                multiple=False,
                accept=".csv,.txt,.tsv,text/csv",
                style={},
                style_active={},
                style_reject={},
            ),
            button("Export CSV", LimitGrid.EXPORT, small=True, glyph="download", n_clicks=0),
            button("Remove all rows", LimitGrid.CLEAR, small=True, kind="quiet", n_clicks=0),
        ],
        className="btn-row",
        role="group",
        **{"aria-label": "Limits as a file"},
    )
    return html.Div([add, file], className="wz-tools")


def _paste() -> html.Details:
    box = dbc.Textarea(id=LimitGrid.PASTE, rows=4, maxlength=200_000, placeholder="Country\tUS\t\t60%")
    return html.Details(
        [
            html.Summary("Paste from Excel", className="wz-limit-more"),
            html.Div([html.Label("Rows copied from a spreadsheet", htmlFor=LimitGrid.PASTE), box], className="field"),
            html.P(PASTE_HELP, className="field-help"),
            html.Div(button("Take over these rows", LimitGrid.PASTE_READ, small=True, n_clicks=0), className="btn-row"),
        ],
        className="wz-limit-paste",
    )


def faults(lines: Sequence[tuple[str, str, str]], left_count: int, *, tone: str = "bad") -> Any:
    """List what is to be said of the rows of a table: place, message, advice."""
    more = [("", f"And {left_count} more.", "Put these right first, then read the table again.")] if left_count else []
    return html.Div(problem_list([*lines, *more], tone=tone), className="wz-limit-faults") if lines else None

"""How are views, own expected returns and shares of risk typed into tables?"""

from __future__ import annotations

from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import html

from components.button import button, button_group
from components.grid import column, grid
from components.ids import Estimates
from components.wizard_fields import problem_slot

EDITING: Final = {
    "singleClickEdit": True,
    "stopEditingWhenCellsLoseFocus": True,
    "enterNavigatesVerticallyAfterEdit": True,
}
SAYS: Final = ("earns", "beats", "trails")
PASTED_MAX_COUNT: Final = 20_000


def typed_column(field: str, header: str, tooltip: str, *, is_number: bool = True, **more: Any) -> dict[str, Any]:
    """Describe a column that is typed into as text; one with a problem is marked."""
    number: dict[str, Any] = {
        "type": "rightAligned",
        "cellClass": "ag-right-aligned-cell num wz-cell",
        "valueFormatter": {"function": "qpoWizardPercent(params)"},
    }
    words = {"cellClass": "wz-cell"}
    return column(
        field,
        header,
        tooltip=tooltip,
        editable=True,
        cellClassRules={"wz-cell-bad": f"params.data.bad && params.data.bad.indexOf('{field}') >= 0"},
        **({"cellEditor": "agTextCellEditor"} | (number if is_number else words) | more),
    )


VIEW_COLUMNS: Final = (
    column(
        "gone",
        "",
        width_px=46,
        editable=True,
        sortable=False,
        tooltip="Tick the views to remove.",
        cellDataType="boolean",
        cellRenderer="agCheckboxCellRenderer",
        cellEditor="agCheckboxCellEditor",
    ),
    column("n", "View", width_px=64, narrow=False, sortable=False),
    typed_column(
        "ahead",
        "Asset or basket",
        "A symbol, or several: KO, PEP.",
        is_number=False,
        width_px=130,
        grow=2,
        sortable=False,
    ),
    typed_column(
        "says",
        "Says",
        "Earns: its own return. Beats and trails: against another asset or basket.",
        is_number=False,
        width_px=92,
        cellEditor="agSelectCellEditor",
        cellEditorParams={"values": list(SAYS)},
        sortable=False,
    ),
    typed_column(
        "behind",
        "Against",
        "Empty where the view is about one side alone.",
        is_number=False,
        width_px=120,
        grow=2,
        sortable=False,
    ),
    typed_column("amount", "% a year", "Per year; below zero for a loss.", width_px=92, sortable=False),
    typed_column(
        "confidence", "Confidence, %", "How sure: 100 holds exactly; empty is 50.", width_px=124, sortable=False
    ),
)

RETURN_COLUMNS: Final = (
    column("name", "Asset", width_px=96, pinned=True),
    column("words", "Name", grow=2, width_px=150, narrow=False),
    typed_column("share", "Expected return, % a year", "Arithmetic, before costs.", width_px=190, grow=1),
)

BUDGET_COLUMNS: Final = (
    column("name", "Asset or sector", grow=1, width_px=130),
    column("words", "", grow=1.4, width_px=130, narrow=False),
    typed_column("share", "Share of risk, %", "Empty: an equal part of what the others leave.", width_px=150),
)


def views_table() -> html.Div:
    """Draw the views: a row each, their sentences below, and room to paste several."""
    table = grid(
        may_take=False,
        id=Estimates.VIEWS,
        columns=VIEW_COLUMNS,
        rows=[],
        row_key="n",
        label="Views",
        empty="No view yet: expected returns are those of the starting point. Press “Add a view”.",
        options=EDITING,
    )
    tools = button_group(
        button("Add a view", Estimates.VIEWS_ADD, small=True, glyph="plus-lg", n_clicks=0),
        button("Remove ticked views", Estimates.VIEWS_REMOVE, small=True, kind="quiet", glyph="trash", n_clicks=0),
        label="Views",
    )
    said = html.Ol(id=Estimates.VIEWS_SAID, className="wz-said", **{"aria-live": "polite", "aria-label": "In words"})
    return html.Div(
        [
            html.H3("Your views", className="wz-subtitle"),
            html.P(
                "What you believe about returns. Expected returns start from what the market implies, or from your own "
                "figures, and move towards each view by its confidence.",
                className="field-help",
            ),
            table,
            tools,
            said,
            _paste(
                "Paste views",
                "One view a line: AAPL beats MSFT by 2% a year, confidence 60%. Cells from a spreadsheet work too: "
                "asset, earns or beats or trails, against, % a year, confidence.",
                "KO earns 6% a year, confidence 70%",
                (Estimates.VIEWS_PASTE, Estimates.VIEWS_PASTE_APPLY, Estimates.VIEWS_PASTE_RESULT),
                "Add these views",
            ),
        ],
        className="wz-for-views wz-stack",
    )


def returns_table() -> html.Div:
    """Draw the expected returns that somebody has of their own, a row for each chosen asset."""
    table = grid(
        may_take=False,
        id=Estimates.OWN_RETURNS,
        columns=RETURN_COLUMNS,
        rows=[],
        row_key="name",
        height_px=300,
        label="My own expected returns",
        empty="Choose assets in step 1 first.",
        options=EDITING,
    )
    return html.Div(
        [
            html.H3("My own expected returns", className="wz-subtitle"),
            table,
            problem_slot("own_returns"),
            _paste(
                "Paste expected returns",
                "One asset a line, with its return in percent a year: a symbol, then the number.",
                "AAPL 7.5",
                (Estimates.RETURNS_PASTE, Estimates.RETURNS_PASTE_APPLY, Estimates.RETURNS_PASTE_RESULT),
                "Take these over",
            ),
        ],
        className="wz-for-own wz-stack",
        **{"data-key": "own_returns"},
    )


def budgets_table() -> html.Div:
    """Draw the shares of the risk, a row for each chosen asset or sector."""
    table = grid(
        may_take=False,
        id=Estimates.BUDGETS,
        columns=BUDGET_COLUMNS,
        rows=[],
        row_key="name",
        height_px=300,
        label="Shares of risk",
        empty="Choose assets in step 1 first.",
        options=EDITING,
    )
    help_text = (
        "The shares add up to 100%. Rows left empty share equally what the others leave; the share of a sector is "
        "split equally among its assets."
    )
    return html.Div(
        [html.P(help_text, className="field-help"), table, problem_slot("budgets")],
        className="wz-for-budgets wz-stack",
        **{"data-key": "budgets"},
    )


def _paste(title: str, help_text: str, example: str, ids: tuple[str, str, str], apply: str) -> html.Details:
    box, press, said = ids
    control = dbc.Textarea(id=box, placeholder=example, rows=3, maxlength=PASTED_MAX_COUNT)
    return html.Details(
        [
            html.Summary(title, className="wz-paste-fold"),
            html.Div([html.Label(help_text, htmlFor=box), control], className="field"),
            html.Div(
                [
                    button(apply, press, small=True, n_clicks=0),
                    html.P("", id=said, className="wz-paste-result", role="status"),
                ],
                className="btn-row",
            ),
        ],
        className="wz-paste wz-stack",
    )

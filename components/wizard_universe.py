"""Step 1: which assets may the portfolio hold?"""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from components.button import button, button_group
from components.drop_zone import drop_zone
from components.grid import TAB_OUT, column, grid
from components.icon import icon
from components.ids import Estimates, Own, Wizard
from components.price_source import price_column
from components.ticks import WIZARD_MS
from components.wizard_fields import choice_field, fold, problem_slot, section

SOURCES = (
    {"label": "All assets with a history", "value": "assets"},
    {"label": "A portfolio of mine", "value": "portfolio"},
)

# a row of two lines has a height of its own: a grid that measures every row holds the page up for half a second
COLUMNS = (
    column("symbol", "Symbol", width_px=92, pinned=True),
    column("name", "Name", renderer="qpoLines", width_px=120, grow=3),
    column("sector", "Sector", renderer="qpoLines", width_px=116, grow=2, narrow=False),
    column(
        "years",
        "History, years",
        format="number",
        width_px=84,
        wrapHeaderText=True,
        autoHeaderHeight=True,
        tooltip="Time from the first to the last price.",
        valueFormatter={"function": "qpoNumber(params.value, 1)"},
    ),
    price_column("last_price", "Last close", session="last_date", width_px=84, narrow=False),
    column("first_date", "From", format="date", width_px=96, narrow_below_px=760),
    column("last_date", "To", format="date", width_px=96, narrow_below_px=900),
    column(
        "gaps",
        "Days missing",
        format="count",
        width_px=78,
        narrow=False,
        wrapHeaderText=True,
        autoHeaderHeight=True,
        tooltip="Sessions without a price between the first and the last one.",
    ),
)


def panel() -> html.Section:
    """Draw step 1; the rows arrive when the server has been asked."""
    table = grid(
        may_take=False,
        id=Wizard.ASSETS,
        columns=COLUMNS,
        rows=[],
        row_key="symbol",
        height_px=430,
        select="many",
        label="Assets to choose from",
        empty="No asset fits the filter. Clear the search or choose another sector.",
        options={
            "isExternalFilterPresent": {"function": "true"},
            "doesExternalFilterPass": {"function": "qpoWizardPasses(params)"},
            **TAB_OUT,
        },
    )
    search = dbc.Input(
        id=Wizard.SEARCH,
        type="search",
        placeholder="Name, symbol, ISIN, sector or country",
        autocomplete="off",
        maxlength=60,
    )
    tools = html.Div(
        [
            html.Div(
                [
                    html.Label("Search assets", htmlFor=Wizard.SEARCH, className="visually-hidden"),
                    icon("search"),
                    search,
                ],
                className="search-q wz-search",
            ),
            button_group(
                button("Select all shown", Wizard.SELECT_ALL, small=True, n_clicks=0),
                button("Select none", Wizard.SELECT_NONE, small=True, kind="quiet", n_clicks=0),
                label="Selection",
            ),
        ],
        className="wz-tools",
    )
    count = html.P("", id=Wizard.CHOSEN_COUNT, className="wz-count", role="status")
    return html.Section(
        [
            section(
                "Start from",
                html.Div(
                    [
                        choice_field("source", "Universe", SOURCES),
                        html.Div(
                            choice_field(
                                "portfolio_id",
                                "Portfolio",
                                [],
                                help_text="Its holdings are chosen below; its weights are compared with the proposal.",
                            ),
                            id=Wizard.CHOSEN,
                            className="wz-for-portfolio",
                        ),
                    ],
                    className="fields",
                ),
            ),
            section(
                "Assets",
                tools,
                html.Div(id=Wizard.SECTOR_FILTER, className="pills", role="group", **{"aria-label": "Sectors"}),
                html.Div(table, className="wz-assets"),
                count,
                problem_slot("assets"),
            ),
            _paste(),
        ],
        id=Wizard.STEP_UNIVERSE,
        className="wz-panel",
        **{"aria-label": "Step 1: Universe"},
    )


def _paste() -> html.Details:
    box = dbc.Textarea(id=Wizard.PASTE, placeholder="AAPL, JPM, KO", rows=3, maxlength=8000)
    return fold(
        "Paste a list of symbols, or bring a file",
        html.Div(
            [html.Label("Symbols, separated by blanks, commas or lines", htmlFor=Wizard.PASTE), box], className="field"
        ),
        html.Div(
            [
                button("Choose these", Wizard.PASTE_APPLY, small=True, n_clicks=0),
                html.P("", id=Wizard.PASTE_RESULT, className="wz-paste-result", role="status"),
            ],
            className="btn-row",
        ),
        drop_zone(
            Own.UNIVERSE_FILE,
            "Or drop a file here",
            "CSV or Excel; the column that names most known symbols is read",
            label="Choose a file of assets",
        ),
        html.P("", id=Own.UNIVERSE_SAID, className="wz-paste-result", role="status"),
    )


def sector_pills(sectors: list[tuple[str, int]]) -> list[Any]:
    """Draw one toggle a sector, with the number of its assets."""
    return [
        html.Button(
            [name, html.Span(str(count), className="pill-count")],
            id=Wizard.sector_pill(name),
            type="button",
            className="pill",
            n_clicks=0,
            **{"aria-pressed": "false"},
        )
        for name, count in sectors
    ]


def stores(boot: dict[str, Any]) -> list[Any]:
    """Return the Stores of the wizard; only the draft survives a reload, and it holds nothing but input."""
    return [
        dcc.Store(id=Wizard.DRAFT, storage_type="session"),
        dcc.Store(id=Wizard.BOOT, data=boot),
        dcc.Store(id=Wizard.LOADED),
        dcc.Store(id=Wizard.PREVIEW_ASK),
        dcc.Store(id=Wizard.PREVIEW),
        dcc.Store(id=Wizard.SUBMITTED),
        dcc.Store(id=Wizard.ARRIVED),
        dcc.Store(id=Wizard.TAKEN),
        dcc.Store(id=Wizard.KEEP),
        dcc.Store(id=Own.UNIVERSE_NAMED),
        dcc.Store(id=Wizard.NEWS),
        dcc.Store(id=Estimates.PASTED),
        dcc.Interval(id=Wizard.TICK, interval=WIZARD_MS, disabled=True),
    ]

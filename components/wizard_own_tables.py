"""How are groups, factor exposures and a covariance of somebody's own typed, pasted or brought as CSV?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import dcc, html

from components.button import button
from components.grid import column, grid
from components.ids import Own
from components.wizard_fields import fold, problem_slot, switch_field
from components.wizard_tables import EDITING

PASTED_MAX_COUNT: Final = 4_000_000
NAME_COLUMN: Final = column("name", "Asset", width_px=96, grow=1, pinned=True)
GROUPINGS: Final = {
    "sector": "sector",
    "country": "country",
    "region": "region",
    "currency": "currency",
    "asset class": "asset_class",
    "industry": "industry",
    "exchange": "exchange",
    "issuer": "issuer",
}
"""Words that mean a grouping which the product has itself."""


@dataclass(frozen=True)
class _Table:
    """One table: its ids, its part of the draft, and its words."""

    key: str
    grid: str
    paste: str
    apply: str
    upload: str
    result: str
    label: str
    empty: str
    help_text: str
    example: str


_GROUPS: Final = _Table(
    "own_groups",
    Own.GROUPS,
    Own.GROUPS_PASTE,
    Own.GROUPS_APPLY,
    Own.GROUPS_UPLOAD,
    Own.GROUPS_RESULT,
    "Groups of your own",
    "Choose assets in step 1 first.",
    "The first line names the columns: asset, then each grouping. One asset a line.",
    "Asset\tSleeve\nAAPL\tGrowth/Large\nKO\tIncome",
)
_FACTORS: Final = _Table(
    "own_factors",
    Own.FACTORS,
    Own.FACTORS_PASTE,
    Own.FACTORS_APPLY,
    Own.FACTORS_UPLOAD,
    Own.FACTORS_RESULT,
    "Exposures to factors",
    "Choose assets in step 1 first.",
    "The first line names the columns: asset, then each factor. One asset a line.",
    "Asset\tValue\tMomentum\nAAPL\t-0.4\t1.2\nKO\t0.6\t-0.1",
)
_COVARIANCE: Final = _Table(
    "own_covariance",
    Own.COVARIANCE,
    Own.COVARIANCE_PASTE,
    Own.COVARIANCE_APPLY,
    Own.COVARIANCE_UPLOAD,
    Own.COVARIANCE_RESULT,
    "My own covariance",
    "Choose assets in step 1 first.",
    "The first line names the assets, and so does the first cell of each line; their order does not matter.",
    "\tAAPL\tKO\nAAPL\t0.09\t0.01\nKO\t0.01\t0.03",
)


def panel() -> html.Details:
    """Draw the section of groups and factors, in the step of the limits that use them."""
    made = fold(
        "",
        html.P(
            "What you know of the assets beside their prices. The table of all other limits below then offers it: "
            "“Group: Sleeve” for a grouping called Sleeve, “Factor” for the factors.",
            className="field-help",
        ),
        html.H3("Groups", className="wz-subtitle"),
        html.P(
            "One column for each grouping. A group inside another is written with a slash, Growth/Large: a limit on "
            "Growth counts it too. A column called Sector or Country comes before what the product knows.",
            className="field-help",
        ),
        _columns("grouping", "Sleeve", (Own.GROUPS_NAME, Own.GROUPS_ADD, Own.GROUPS_DROP)),
        *_table(_GROUPS),
        html.H3("Factors", className="wz-subtitle"),
        html.P(
            "One column for each factor, with the exposure of each asset as a plain number.", className="field-help"
        ),
        _columns("factor", "Value", (Own.FACTORS_NAME, Own.FACTORS_ADD, Own.FACTORS_DROP)),
        *_table(_FACTORS),
        dcc.Store(id=Own.READ),
    )
    made.id = Own.FOLD
    made.children[0].children = [
        "Groups and factors of your own ",
        html.Span("", id=Own.COUNT, className="wz-limit-count"),
    ]
    return made


def covariance_table() -> html.Div:
    """Draw the covariance, shown while it is the estimate that was chosen."""
    return html.Div(
        [
            html.H3("My own covariance", className="wz-subtitle"),
            html.P(
                "Of yearly returns as fractions: 0.04 on the diagonal is a volatility of 20% a year. One of the two "
                "cells of a pair is enough.",
                className="field-help",
            ),
            *_table(_COVARIANCE),
            html.Div(
                button("Empty the table", Own.COVARIANCE_CLEAR, small=True, kind="quiet", glyph="trash", n_clicks=0),
                className="btn-row",
            ),
            switch_field(
                "repair",
                "Repair a matrix that is no covariance",
                help_text="Uses the nearest one that is: symmetric, and without a mix of assets whose variance is "
                "below zero. The result says what was changed. Off: such a matrix is refused.",
            ),
        ],
        className="wz-for-given_covariance wz-stack",
    )


def _columns(noun: str, example: str, ids: tuple[str, str, str]) -> html.Div:
    """Draw what adds and removes a column by its name."""
    name, add, drop = ids
    box = dbc.Input(
        id=name, type="text", placeholder=example, maxlength=64, autocomplete="off", class_name="wz-own-name"
    )
    box_known = html.Div(box, **{"data-known": json.dumps(GROUPINGS if noun == "grouping" else {})})
    return html.Div(
        [
            html.Label(f"Name of a {noun}", htmlFor=name, className="wz-own-label"),
            box_known,
            button("Add", add, small=True, glyph="plus-lg", label=f"Add {noun}", n_clicks=0),
            button("Remove", drop, small=True, kind="quiet", glyph="trash", label=f"Remove {noun}", n_clicks=0),
        ],
        className="btn-row wz-own-columns",
        role="group",
        **{"aria-label": f"Columns of {noun}s"},
    )


def _table(one: _Table) -> list[Any]:
    """Return the grid, what is wrong with it, and the doors for pasted text and files."""
    made = grid(
        may_take=False,
        id=one.grid,
        columns=[NAME_COLUMN],
        rows=[],
        row_key="name",
        height_px=300,
        label=one.label,
        empty=one.empty,
        options=EDITING,
    )
    upload = dcc.Upload(
        button("Import CSV", small=True, glyph="file-earmark-arrow-up"),
        id=one.upload,
        multiple=False,
        accept=".csv,.txt,.tsv,text/csv",
        style={},
        style_active={},
        style_reject={},
    )
    said = html.P("", id=one.result, className="wz-paste-result", role="status")
    box = dbc.Textarea(id=one.paste, placeholder=one.example, rows=4, maxlength=PASTED_MAX_COUNT)
    paste = html.Details(
        [
            html.Summary("Paste from a spreadsheet, or import CSV", className="wz-paste-fold"),
            html.Div([html.Label(one.help_text, htmlFor=one.paste), box], className="field"),
            html.Div([button("Take these over", one.apply, small=True, n_clicks=0), upload], className="btn-row"),
        ],
        className="wz-paste wz-stack",
    )
    slot = html.Div(problem_slot(one.key), className="wz-limit-problems", **{"data-key": one.key})
    return [made, slot, paste, said]

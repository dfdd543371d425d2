"""Where does a person bring market data of their own, and see what the stored data lack?"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from components.button import button
from components.card import card
from components.drop_zone import drop_zone
from components.ids import Imports
from components.progress import progress
from components.table import more, table
from pages._frame import waiting

TEMPLATES = (
    ("prices", "Prices"),
    ("scores", "Scores"),
    ("rates", "Exchange rates"),
    ("weights", "Benchmark weights"),
    ("factors", "Factor returns"),
)
KINDS = "CSV, Excel (.xlsx) or Parquet"
COLUMNS = (
    ("Prices", "symbol, date, close", "open, high, low, adjusted_close, volume"),
    ("Scores", "symbol, date, esg_score", "or one value a row: symbol, date, field, value"),
    (
        "Fundamentals",
        "symbol, date, market_value_ccy",
        "shares_outstanding_count, pe_ratio, pb_ratio, dividend_yield_frac, average_daily_volume_units",
    ),
    ("Exchange rates", "base, quote, date, rate", "units of quote for one unit of base"),
    ("Benchmark weights", "benchmark, symbol, date, weight", "name, currency, where the benchmark is new"),
    (
        "Factor returns",
        "factor_set, factor, date, return_frac",
        "or a daily file of Kenneth French's data library as it is, in percent",
    ),
    ("New symbols", "name, currency", "sector, country, asset_class"),
)


def import_cards() -> list[Any]:
    """Draw what lacks, the form, and what was imported."""
    return [html.Div(waiting(110), id=Imports.GAPS, className="stack"), _form(), _imported()]


def _form() -> Any:
    zone = drop_zone(Imports.UPLOAD, "Drop a file here", KINDS)
    links: list[Any] = [html.Span("Templates to fill in:")]
    for key, text in TEMPLATES:
        links.append(html.A(text, href=f"/download/imports/templates/{key}.csv", download=f"{key}.csv"))
    actions = html.Div(
        [
            button("Import", Imports.RUN, kind="primary", glyph="check-lg", n_clicks=0),
            button("Download the rejected rows", Imports.REJECTS, glyph="download", n_clicks=0),
            button("Discard", Imports.DISCARD, n_clicks=0),
        ],
        id=Imports.ACTIONS,
        className="btn-row",
        hidden=True,
    )
    form = html.Div(
        [
            dcc.Store(id=Imports.FILE),
            dcc.Store(id=Imports.LIMIT),
            zone,
            html.P(id=Imports.LIMIT_WORDS, className="card-note"),
            html.P(links, className="import-links"),
            more("How the file looks", _layouts()),
            html.Div(progress("Looking at the file", None), id=Imports.WAITING, hidden=True),
            html.Div(id=Imports.ERRORS),
            html.Div(id=Imports.CHECK, role="status"),
            actions,
        ],
        id=Imports.FORM,
        className="stack import-form",
        hidden=True,
    )
    refused = html.P(
        "Administrators, portfolio managers and researchers import market data.",
        id=Imports.REFUSED,
        className="muted",
        hidden=True,
    )
    return card(
        [form, refused],
        title="Import market data",
        note="Prices, scores, exchange rates and benchmark weights of your own. Only your house sees them.",
        id=Imports.PLACE,
    )


def _layouts() -> Any:
    rows = [[what, html.Code(needed), html.Span(welcome)] for what, needed, welcome in COLUMNS]
    words = (
        "A line names the columns, in any order; what stands above it is skipped, and lines with totals are left out. "
        "Separate columns by comma, semicolon or tab, or send an Excel workbook, of which the first sheet is read, or "
        "a Parquet file. Write dates as 2022-12-28 and numbers without marks between thousands; a decimal comma is "
        "understood where the whole file uses it."
    )
    return html.Div(
        [
            table((("What", False), ("Columns", False), ("Also", False)), rows, caption="Columns of a file"),
            html.P(words, className="muted"),
        ],
        className="stack",
    )


def _imported() -> Any:
    return card(
        waiting(90),
        title="Imported files",
        note="Every figure keeps the file, the person and the time it came from",
        flush=True,
        body_id=Imports.LIST,
    )

"""Where does a person bring holdings, transactions and market data of their own, and take them back?"""

from __future__ import annotations

from typing import Any

import dash
from dash import dcc, html

from components.button import button
from components.card import card, columns
from components.confirm import ask_first, dialog
from components.drop_zone import drop_zone
from components.fields import field, text_area
from components.ids import HoldingsImport, Imports
from components.page_header import page_header
from components.progress import progress
from components.stepper import stepper
from components.tabs import tabs
from pages._frame import frame, waiting
from pages._imports_market import KINDS, import_cards

dash.register_page(__name__, path="/imports", title="Imports · Quantum Portfolio Optimizer", name="Imports", order=11)

TABS = (
    ("holdings", "Holdings"),
    ("transactions", "Transactions"),
    ("market", "Prices and other market data"),
    ("history", "History"),
)
STEPS = ("File", "Columns", "Names", "Check")


def layout(tab: str | None = None, draft: str | None = None, step: str | None = None, **_: Any) -> html.Div:
    """Draw the outline; a draft that the address names is read anew."""
    shown = tab if tab in {key for key, _ in TABS} else "holdings"
    place = int(step) if step in {"1", "2", "3"} else None
    return frame(
        HoldingsImport.PROBLEM,
        HoldingsImport.MAIN,
        dcc.Store(id=HoldingsImport.VIEW),
        dcc.Store(id=HoldingsImport.KIND, data=shown if shown == "transactions" else "holdings"),
        dcc.Store(id=HoldingsImport.DRAFT, data={"id": draft, "version": None} if draft else None),
        dcc.Store(id=HoldingsImport.STEP, data=place),
        page_header("Imports", lead="Bring your portfolios and your figures. Nothing is booked before you say so."),
        tabs(HoldingsImport.TABS, TABS, shown),
        html.Div(_wizard(), id=HoldingsImport.PANEL_WIZARD, role="tabpanel", className="stack",
                 hidden=shown not in {"holdings", "transactions"}),
        html.Div(import_cards(), id=HoldingsImport.PANEL_MARKET, role="tabpanel", className="stack",
                 hidden=shown != "market"),
        html.Div(_history(), id=HoldingsImport.PANEL_HISTORY, role="tabpanel", className="stack",
                 hidden=shown != "history"),
        _undo_dialog(Imports, "Undo this import?", "Undo the import"),
        _undo_dialog(HoldingsImport, "Undo this import of holdings?", "Undo the import of holdings"),
    )  # fmt: skip


def _wizard() -> list[Any]:
    refused = html.P(
        "Advisors, portfolio managers and researchers bring holdings and transactions.",
        id=HoldingsImport.REFUSED,
        className="muted",
        hidden=True,
    )
    foot = html.Div(
        [
            html.Div(className="wizard-status", role="status", id=HoldingsImport.STATUS),
            html.Div(
                [
                    button("Discard", HoldingsImport.DISCARD, kind="quiet", n_clicks=0, **_discard_asks()),
                    button("Back", HoldingsImport.BACK, glyph="arrow-left", n_clicks=0),
                    button("Next", HoldingsImport.NEXT, kind="primary", glyph="arrow-right", n_clicks=0),
                    button("Import", HoldingsImport.RUN, kind="primary", glyph="check-lg", n_clicks=0, hidden=True),
                ],
                className="btn-row",
            ),
        ],
        id=HoldingsImport.FOOT,
        className="wizard-foot",
        hidden=True,
    )
    form = html.Div(
        [
            html.Div(stepper(STEPS, 0, reachable=0, step_id=HoldingsImport.step), id=HoldingsImport.STEPPER),
            html.Div(progress("Reading the file", None), id=HoldingsImport.WAITING, hidden=True),
            html.Div(progress("Booking", None), id=HoldingsImport.BOOKING, hidden=True),
            html.Div(id=HoldingsImport.ERRORS),
            html.Div(_begin(), id=HoldingsImport.BEGIN),
            html.Datalist(id=HoldingsImport.ASSETS),
            html.Div(id=HoldingsImport.BODY, className="stack"),
            foot,
        ],
        id=HoldingsImport.FORM,
        className="stack import-form",
        hidden=True,
    )
    return [refused, form]


def _begin() -> Any:
    zone = drop_zone(
        HoldingsImport.UPLOAD, "Drop a file anywhere on this page", f"{KINDS}, as your bank or broker exports it"
    )
    paste = html.Div(
        [
            field(
                text_area(HoldingsImport.PASTE, rows=5),
                "Or paste rows from a spreadsheet",
                help_text="With or without a line of headings; cells separated by tabs, semicolons or commas.",
            ),
            html.Div(button("Look at the rows", HoldingsImport.PASTE_RUN, glyph="clipboard-check", n_clicks=0)),
        ],
        className="stack",
    )
    start = html.Div(
        [
            dcc.Store(id=HoldingsImport.FILE),
            dcc.Store(id=HoldingsImport.LIMIT),
            html.P(id=HoldingsImport.INTRO, className="muted"),
            zone,
            html.P(id=HoldingsImport.LIMIT_WORDS, className="card-note"),
            paste,
        ],
        className="stack",
    )
    note = "What you looked at and did not finish; it stays until you discard it"
    drafts = card(waiting(60), title="Begun", note=note, body_id=HoldingsImport.DRAFTS, flush=True)
    return columns(card(start, title="Choose a file"), drafts, layout="wide-left")


def _history() -> list[Any]:
    return [
        card(
            waiting(90),
            title="Imported holdings and transactions",
            note="Each can be taken back as a whole, as long as nothing was built on it",
            flush=True,
            body_id=HoldingsImport.LIST,
        ),
        card(
            waiting(60),
            title="How files are read",
            note="Remembered by their headings, for everybody in your house",
            flush=True,
            body_id=HoldingsImport.TEMPLATES,
        ),
    ]


def _undo_dialog(ids: type[Imports] | type[HoldingsImport], title: str, confirm: str) -> html.Div:
    """Ask before an import is taken back."""
    body = [
        html.Div(id=ids.UNDO_ERRORS),
        html.P(id=ids.UNDO_TEXT, className="muted"),
        dcc.Store(id=ids.UNDO_OF),
    ]
    return dialog(
        ids.UNDO_DIALOG,
        title,
        body,
        confirm=confirm,
        confirm_id=ids.UNDO_CONFIRM,
        cancel_id=ids.UNDO_CANCEL,
        confirm_kind="danger",
    )


def _discard_asks() -> dict[str, str]:
    return ask_first(
        "Discard this import?",
        "What was chosen and answered for the file is lost. Nothing of it was booked, and the file stays with you.",
        "Discard it",
    )

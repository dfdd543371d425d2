"""How does the tab of records stand: what waits for a second person, and the audit log?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import dcc, html

from components.button import button
from components.card import card, columns
from components.confirm import record_note
from components.fields import field, fields, select, text_area, text_input
from components.grid import column, grid, grid_in
from components.ids_compliance_records import ComplianceAudit as Audit
from components.ids_compliance_records import ComplianceRecords as Ids
from components.skeleton import skeleton

HEIGHT_PX, LOG_HEIGHT_PX = 300, 420
STATES: Final = (
    ("proposed", "Waiting"), ("all", "All"), ("approved", "Agreed to"), ("rejected", "Refused"),
    ("withdrawn", "Withdrawn"),
)  # fmt: skip
REQUESTS: Final = (
    column("sentence", "What is asked for", renderer="qpoLines", width_px=240, grow=3, narrow_px=170, pinned=True),
    column("standing", "Stands", renderer="qpoState", width_px=128, narrow_px=116),
    column("asked_by", "Asked by", width_px=120, grow=1, narrow=False),
    column("asked_at", "Asked", format="moment", width_px=204, narrow=False),
)
LOG: Final = (
    column("seq", "Number", format="count", width_px=84, narrow=False),
    column("at_utc", "When", format="moment", width_px=204),
    column("actor", "Who", width_px=150, grow=1, narrow=False),
    column("action", "Action", renderer="qpoLines", width_px=150, grow=2),
    column("about", "About", renderer="qpoLines", width_px=132, grow=1, narrow_below_px=840),
    column("via", "By way of", renderer="qpoLines", width_px=124, narrow=False),
)


def records_panel(view: Mapping[str, str]) -> list[Any]:
    """Draw the tab; records arrive."""
    main = [
        html.P(id=Ids.SENTENCE, className="compliance-sentence", role="status"),
        columns(_requests(), _one(), layout="two"),
        _log(view),
    ]
    return [dcc.Store(id=Ids.DONE), html.Div(id=Ids.PROBLEM), html.Div(main, id=Ids.MAIN, className="stack")]


def _requests() -> Any:
    table = grid(id=Ids.REQUESTS, columns=REQUESTS, rows=[], row_key="id", select="one", height_px=HEIGHT_PX,
                 label="Decisions of two people", empty="Nothing waits for a second person.")  # fmt: skip
    grid_in(table).rowData = None
    body = [field(select(Ids.STATE, STATES, "proposed"), "Show"), table]
    return card(html.Div(body, className="stack"), title="Decisions of two people", note="Who asks never decides")


def _one() -> Any:
    form = html.Div(
        [
            html.Div(id=Ids.PROBLEMS),
            field(select(Ids.DEED, (), None), "Action"),
            field(text_area(Ids.TEXT, rows=2, maxLength=2000), "Reason"),
            record_note(),
            html.Div(button("Do it", Ids.DO, kind="primary", n_clicks=0), className="btn-row"),
        ],
        id=Ids.FORM,
        className="stack",
        hidden=True,
    )
    body = [html.Div(skeleton(height_px=120), id=Ids.DETAIL, **{"aria-live": "polite"}), form]
    return card(html.Div(body, className="stack"), title="The decision")


def _log(view: Mapping[str, str]) -> Any:
    table = grid(id=Audit.ROWS, columns=LOG, rows=[], row_key="id", select="one", height_px=LOG_HEIGHT_PX,
                 label="Audit log", empty="Nothing of this kind was done on these days.")  # fmt: skip
    grid_in(table).rowData = None
    filters = fields(
        field(select(Audit.ACTION, (("all", "All"),), view.get("deed", "all")), "Action"),
        field(select(Audit.KIND, (("all", "All"),), view.get("about", "all")), "About"),
        field(text_input(Audit.START, view.get("since"), kind="date"), "From", is_optional=True),
        field(text_input(Audit.END, view.get("until"), kind="date"), "Until", is_optional=True),
    )
    more = html.Div(button("Show earlier ones", Audit.MORE, kind="quiet", n_clicks=0), className="btn-row")
    body = [
        html.Div(id=Audit.VERDICT, role="status"),
        html.Div(id=Audit.PROBLEMS),
        filters,
        dcc.Store(id=Audit.CURSOR),
        table,
        more,
        html.Div(id=Audit.ROW, **{"aria-live": "polite"}),
    ]
    look = "btn-q btn-q-secondary"
    export = html.A("Export", id=Audit.EXPORT, href="/api/v1/audit/export", className=look, hidden=True)
    actions = [button("Verify the chain", Audit.VERIFY, n_clicks=0), export]
    note = "Every action of everybody, chained so that a change shows; verify and export keep to the days chosen"
    return card(html.Div(body, className="stack"), title="Audit log", note=note, actions=actions)

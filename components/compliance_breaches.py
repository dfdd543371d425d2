"""How does the tab of breaches stand: the queue, one breach with its history, and a form for what is done about it?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import dcc, html

from components.button import button
from components.card import card, columns
from components.compliance_mend import mend_breach_card
from components.confirm import record_note
from components.empty_state import empty_state
from components.fields import field, fields, select, text_area, text_input
from components.grid import WRAPPED, column, grid, grid_in
from components.ids_compliance_breaches import ComplianceBreaches as Ids
from components.skeleton import kpi_skeleton, skeleton

HEIGHT_PX = 400
STATUSES: Final = (
    ("unsettled", "To be settled"), ("all", "All that are not closed"), ("open", "Open"),
    ("acknowledged", "Acknowledged"), ("in_remediation", "In remediation"), ("overridden", "Let stand"),
    ("grandfathered", "Grandfathered"), ("cured", "Cured, or ended by another rule"), ("closed", "Closed"),
    ("late", "Late"),
)  # fmt: skip
SEVERITIES: Final = (
    ("all", "All"), ("hard", "Hard"), ("soft", "Soft"), ("warning", "Warning"), ("info", "Information"),
)  # fmt: skip
OWNERS: Final = (("all", "Anybody's"), ("me", "Mine"), ("none", "Nobody's"))
QUEUE: Final = (
    column("rule", "Rule and portfolio", renderer="qpoName", width_px=204, narrow_px=140, grow=2, pinned=True),
    column("group", "What breaks it", renderer="qpoLines", width_px=132, narrow_px=96, grow=2, **WRAPPED),
    column("severity", "Severity", renderer="qpoState", width_px=92, narrow_px=92),
    column("standing", "Stands", renderer="qpoLines", width_px=100, grow=1, narrow=False),
    column("age_days", "Days", format="count", width_px=64, narrow=False),
    column("mend_by", "Mend by", format="date", width_px=104, narrow=False),
    column("owner", "Owner", renderer="qpoLines", width_px=112, grow=1, narrow_below_px=840),
)


def breaches_panel(view: Mapping[str, str]) -> list[Any]:
    """Draw the tab; breaches arrive."""
    return [
        dcc.Store(id=Ids.PICK, data=view.get("breach", "")),
        dcc.Store(id=Ids.DONE),
        html.P(id=Ids.SENTENCE, className="compliance-sentence", role="status"),
        html.Div(kpi_skeleton(4), id=Ids.FIGURES),
        _queue(view),
        columns(_one(), _deeds(), layout="wide-left"),
        mend_breach_card(),
    ]


def _queue(view: Mapping[str, str]) -> Any:
    table = grid(id=Ids.QUEUE, columns=QUEUE, rows=[], row_key="id", select="one", height_px=HEIGHT_PX,
                 label="Breaches", empty="No breach of this kind.")  # fmt: skip
    grid_in(table).rowData = None
    filters = fields(
        field(select(Ids.STATUS, STATUSES, _one_of(STATUSES, view.get("state"))), "Show"),
        field(select(Ids.SEVERITY, SEVERITIES, _one_of(SEVERITIES, view.get("severity"))), "Severity"),
        field(select(Ids.OWNER, OWNERS, _one_of(OWNERS, view.get("owner"))), "Owner"),
        field(select(Ids.PORTFOLIO, (("all", "All"),), view.get("portfolio", "all")), "Portfolio"),
    )
    none = empty_state(
        "No breach of this kind",
        "Portfolios are checked after every change and at the end of the day; what they break appears here.",
        glyph="check2-circle",
        level=3,
    )
    body = [
        html.Div(filters, className="filters-two"),
        html.Div(table, id=Ids.QUEUE_BOX),
        html.Div(none, id=Ids.EMPTY, hidden=True),
    ]
    return card(html.Div(body, className="stack"), title="Breaches", note="The gravest first, of those the oldest")


def _one_of(options: tuple[tuple[str, str], ...], wanted: str | None) -> str:
    keys = [key for key, _ in options]
    return wanted if wanted in keys else keys[0]


def _one() -> Any:
    return card(html.Div(skeleton(height_px=240), id=Ids.DETAIL, **{"aria-live": "polite"}), title="The breach")


def _deeds() -> Any:
    form = html.Div(
        [
            html.Div(id=Ids.PROBLEMS),
            field(select(Ids.DEED, (), None), "Action"),
            html.Div(field(select(Ids.PERSON, (), None), "To whom"), id=Ids.PERSON_BOX, hidden=True),
            html.Div(field(text_input(Ids.DAY, kind="date"), "Until"), id=Ids.DAY_BOX, hidden=True),
            field(text_area(Ids.TEXT, rows=3, maxLength=2000), "Reason or comment"),
            record_note(),
            html.Div(button("Do it", Ids.DO, kind="primary", n_clicks=0), className="btn-row"),
        ],
        id=Ids.FORM,
        className="stack",
        hidden=True,
    )
    nothing = html.P("Nothing is yours to do about it as it stands.", id=Ids.NO_DEED, className="muted")
    return card([form, nothing], title="What is done about it")

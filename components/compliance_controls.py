"""How does the tab of controls stand: retention, holds, locked periods, and reviews of who may do what?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import dcc, html

from components.button import button
from components.card import card, columns
from components.confirm import dialog, record_note
from components.fields import field, fields, number_input, select, text_area, text_input
from components.ids_compliance_controls import ComplianceHolds as Holds
from components.ids_compliance_controls import ComplianceLocks as Locks
from components.ids_compliance_controls import ComplianceRetention as Ids
from components.ids_compliance_controls import ComplianceReviews as Reviews
from components.skeleton import skeleton
from components.table import more

HOLDS_SHOWN: Final = (("now", "In effect"), ("all", "Released ones too"))
LOCKS_SHOWN: Final = (("now", "Locked now"), ("all", "Opened ones too"))
PLACE: Final = "place"
LOCK: Final = "lock"


def controls_panel(_view: Mapping[str, str]) -> list[Any]:
    """Draw the tab; what stands arrives."""
    return [
        html.P(id=Ids.SENTENCE, className="compliance-sentence", role="status"),
        _retention(),
        columns(_holds(), _locks(), layout="two"),
        _reviews(),
    ]


def _retention() -> Any:
    form = html.Div(
        [
            html.Div(id=Ids.PROBLEMS),
            fields(
                field(select(Ids.CLASS, (), None), "Class"),
                field(number_input(Ids.YEARS, None, unit="years"), "Kept for"),
                field(select(Ids.ACTION, (), None), "What happens then"),
                field(text_input(Ids.REASON, maxLength=2000), "Reason"),
            ),
            html.Div(button("Choose it", Ids.CHOOSE, n_clicks=0), className="btn-row"),
        ],
        className="stack",
    )
    chosen = more("Choose otherwise for a class", form)
    body = [
        dcc.Store(id=Ids.DONE),
        html.Div(skeleton(height_px=260), id=Ids.SCHEDULE, **{"aria-live": "polite"}),
        html.Div(chosen, id=Ids.FORM, hidden=True),
        html.Div(id=Ids.TRIED, className="stack", **{"aria-live": "polite"}),
        html.Div(id=Ids.ROUNDS),
        dialog(
            Ids.DIALOG,
            "Dispose of old records?",
            html.P(
                "What is old enough and not held goes now, as the preview says. It cannot be brought back; what went "
                "stays told in the audit log with its count and a digest of the ids.",
                className="muted",
            ),
            confirm="Dispose of them",
            confirm_id=Ids.RUN,
            cancel_id=Ids.CANCEL,
            confirm_kind="danger",
        ),
    ]
    actions = [button("What would go now?", Ids.TRY, n_clicks=0), button("Dispose of it", Ids.ASK, n_clicks=0)]
    note = "Keeping less than before takes two people; a round is made every four weeks"
    return card(html.Div(body, className="stack"), title="How long records are kept", note=note, actions=actions)


def _holds() -> Any:
    place = html.Div(
        fields(
            field(text_input(Holds.NAME, maxLength=200), "Name"),
            field(select(Holds.WHOM, (), None), "Keeps the records of"),
        ),
        id=Holds.PLACE_BOX,
    )
    form = [
        html.Div(id=Holds.PROBLEMS),
        field(select(Holds.DEED, ((PLACE, "Place a hold"),), PLACE), "Action"),
        place,
        field(text_area(Holds.REASON, rows=2, maxLength=2000), "Reason"),
        record_note(),
        html.Div(button("Place a hold", Holds.DO, n_clicks=0), className="btn-row"),
    ]
    body = [
        dcc.Store(id=Holds.DONE),
        field(select(Holds.SHOWN, HOLDS_SHOWN, "now"), "Show"),
        html.Div(skeleton(height_px=80), id=Holds.LIST, **{"aria-live": "polite"}),
        html.Div(form, id=Holds.FORM, className="stack", hidden=True),
    ]
    note = "Nothing that is held goes, whatever its age; releasing takes two people"
    return card(html.Div(body, className="stack"), title="Legal holds", note=note)


def _locks() -> Any:
    days = html.Div(
        fields(
            field(text_input(Locks.START, kind="date"), "First day"),
            field(text_input(Locks.END, kind="date"), "Last day"),
        ),
        id=Locks.DAYS_BOX,
    )
    form = [
        html.Div(id=Locks.PROBLEMS),
        field(select(Locks.DEED, ((LOCK, "Lock a period"),), LOCK), "Action"),
        days,
        field(text_area(Locks.REASON, rows=2, maxLength=2000), "Reason"),
        record_note(),
        html.Div(button("Lock a period", Locks.DO, n_clicks=0), className="btn-row"),
    ]
    body = [
        dcc.Store(id=Locks.DONE),
        field(select(Locks.SHOWN, LOCKS_SHOWN, "now"), "Show"),
        html.Div(skeleton(height_px=80), id=Locks.LIST, **{"aria-live": "polite"}),
        html.Div(form, id=Locks.FORM, className="stack", hidden=True),
    ]
    note = "Figures of reported days do not move unnoticed; opening takes two people"
    return card(html.Div(body, className="stack"), title="Locked periods", note=note)


def _reviews() -> Any:
    sign = [
        html.Div(id=Reviews.PROBLEMS),
        field(text_area(Reviews.NOTE, rows=2, maxLength=2000), "What was found, and what is done about it"),
        record_note(),
        html.Div(
            [
                button("Sign the review", Reviews.SIGN, n_clicks=0),
                button("The rest stays as it is", Reviews.REST, kind="quiet", n_clicks=0),
            ],
            className="btn-row",
        ),
    ]
    body = [
        dcc.Store(id=Reviews.MADE),
        dcc.Store(id=Reviews.SIGNED),
        field(select(Reviews.WHICH, (), None), "List"),
        html.P(id=Reviews.SAID, role="status"),
        html.Div(skeleton(height_px=120), id=Reviews.ROWS, **{"aria-live": "polite"}),
        html.Div(sign, id=Reviews.FORM, className="stack", hidden=True),
    ]
    actions = [button("Make a list", Reviews.MAKE, n_clicks=0)]
    note = "Who could do what on that day; whoever made the list does not sign it"
    return card(html.Div(body, className="stack"), title="Reviews of access", note=note, actions=actions)

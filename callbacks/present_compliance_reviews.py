"""How does a page say whether what a review of access decided was carried out?"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.wording import told
from components.button import button
from components.confirm import ask_first
from components.ids import ComplianceReviews as Ids
from components.pills import tag
from components.table import table
from services.messages.compliance_records import AccessReviewView

WORDS = {True: ("Done", "ok"), False: ("Still to do", "bad")}


def follow_up(found: AccessReviewView, *, may_change: bool, may_write: bool) -> list[Any]:
    """Show what is done and what is not, with the way there; nothing where there is nothing to do."""
    if not found.follow_ups:
        return []
    rows = [[told(one.sentence), tag(*WORDS[one.is_done])] for one in found.follow_ups]
    shown = table([("Person", False), ("State", False)], rows, caption="What the review decided")
    actions: list[Any] = []
    if may_change and not all(one.is_done for one in found.follow_ups):
        actions.append(dcc.Link("Go to the users", href="/users", className="btn-q btn-q-secondary"))
    if may_write and found.can_close:
        asks = ask_first(
            "Close the review?",
            "What it decided cannot be changed afterwards; the next review begins anew.",
            "Close it",
        )
        actions.append(button("Close the review", Ids.close(found.id), kind="primary", n_clicks=0, **asks))
    return [html.H3("What was decided, and whether it is done"), shown, html.Div(actions, className="btn-row")]

"""How do the earlier targets of a portfolio read?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from components.button import button
from components.ids import Portfolio
from components.table import table
from services import formatting
from services.formatting import Style
from services.messages.portfolios import TargetVersion

LARGEST_COUNT = 3


def earlier(versions: Sequence[TargetVersion], style: Style, *, may_write: bool) -> Any:
    """Return the targets that were in force before, each with who set it, its run, and a way back; None without any."""
    past = [one for one in versions if not one.is_in_force]
    if not past:
        return None
    rows = [
        [
            [html.Strong(one.name), html.Div(f"Version {one.version}", className="card-note")],
            html.Span(formatting.moment(one.set_at_utc), className="nowrap"),
            one.set_by_name or "Somebody outside your teams",
            dcc.Link("Open the run", href=f"/runs/{one.run_id}") if one.run_id else "Set by hand",
            largest(one, style),
            button("Restore", Portfolio.target_restore(one.version), kind="quiet", small=True, n_clicks=0)
            if may_write
            else "",
        ]
        for one in past
    ]
    columns = (("Target", False), ("Set", False), ("By", False), ("Made from", False), ("Largest", False), ("", True))
    return html.Div(
        [html.Hr(), html.H3("Earlier targets"), table(columns, rows, caption="Targets that were in force before")]
    )


def largest(one: TargetVersion, style: Style) -> str:
    """Return the largest weights of a target, by size."""
    ordered = sorted(one.weights_frac.items(), key=lambda item: (-abs(item[1]), item[0]))
    shown = ", ".join(f"{symbol} {formatting.weight(share, style=style)}" for symbol, share in ordered[:LARGEST_COUNT])
    more = len(ordered) - LARGEST_COUNT
    return f"{shown} and {more} more" if more > 0 else shown

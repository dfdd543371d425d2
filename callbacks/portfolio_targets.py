"""What does the page of a portfolio do with its earlier targets: bring one back?"""

from __future__ import annotations

from dash import ALL, Input, State, callback

from callbacks.actor import actor, services
from callbacks.present_toast import read_anew, say
from callbacks.pressed import pressed_index
from components.ids import Portfolio


@callback(
    Input(Portfolio.target_restore(ALL), "n_clicks"),
    State(Portfolio.ID, "data"),
    State(Portfolio.VERSION, "data"),
    prevent_initial_call=True,
)
def restore(_clicks: list[int], portfolio_id: str, row_version: int) -> None:
    """Put the chosen target in force again; the one before stays in the list."""
    version = pressed_index()
    if version is None:
        return
    made = services().portfolios.restore_target(portfolio_id, int(version), actor(), row_version)
    say(f"{made.name} is the target again", f"It is version {made.version}; the one before stays in the list.")
    read_anew("target restored")

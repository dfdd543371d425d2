"""How is a view of the dashboard given to others, and taken back?"""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, callback, no_update

from callbacks.actor import Permission, actor, may, services
from callbacks.board_views import free_name
from callbacks.present_errors import form, part
from callbacks.present_toast import say
from callbacks.pressed import pressed_index
from components.board import shared_list
from components.ids import Board
from services import formatting
from services.messages.dashboard_views import NewSharedView, SharedView

HOUSE = "house"
EVERYBODY = "everybody here"
WORDS = {"view": ("The view", Board.NAME), "team_id": ("With whom", Board.SHARE_WITH)}


@callback(
    Output(Board.SHARE_WITH, "options"),
    Output(Board.SHARE, "disabled"),
    Output(Board.SHARED, "children"),
    Input(Board.CUSTOMIZE, "n_clicks"),
    prevent_initial_call=True,
)
@part
def offer(clicks: int) -> Any:
    """Offer those with whom a view can be shared, and list what is shared already."""
    if not clicks:
        return (no_update,) * 3
    if not may(Permission.RUNS_WRITE):
        return no_update, True, None
    teams = services().teams.of_user(actor().user_id, actor())
    choices = [{"value": HOUSE, "label": "Everybody here"}, *({"value": one.id, "label": one.name} for one in teams)]
    return choices, False, _mine()


@callback(
    Output(Board.SHARED, "children", allow_duplicate=True),
    Input(Board.SHARE, "n_clicks"),
    State(Board.SHARE_WITH, "value"),
    State(Board.LAYOUTS, "data"),
    prevent_initial_call=True,
    running=[(Output(Board.SHARE, "disabled"), True, False)],
)
@form(Board.ERRORS, WORDS)
def share(clicks: int, whom: str | None, known: dict[str, Any] | None) -> Any:
    """Give a copy of the view that is shown, as it is kept."""
    if not clicks or not known:
        return no_update
    is_house = whom in (None, HOUSE)
    wish = NewSharedView(
        view=known["chosen"][:40], sharing="house" if is_house else "team", team_id=None if is_house else whom
    )
    made = services().dashboard_shares.share(wish, actor())
    say(f"“{made.name}” is shared with {_whom(made)}", "Its link opens it too.", link=("Open it", made.link))
    return _mine()


@callback(
    Output(Board.SHARED, "children", allow_duplicate=True),
    Input(Board.share_stop(ALL), "n_clicks"),
    prevent_initial_call=True,
)
def stop(_clicks: list[int]) -> Any:
    """Take a shared view back."""
    index = pressed_index()
    if index is None:
        return no_update
    gone = services().dashboard_shares.withdraw(index, actor())
    say(f"“{gone.name}” is shared no more", undo=f"shared view:{gone.id}")
    return _mine()


def _mine() -> Any:
    """Return the list of what the person shares; a view that was given twice is told apart by when."""
    listed: list[tuple[str, str, str]] = []
    for one in services().dashboard_shares.list(actor()):
        if one.is_mine:
            words = f"{one.name}, with {_whom(one)}, since {formatting.moment(one.shared_at_utc)}"
            listed.append((one.id, free_name(words, {known for _, known, _ in listed}), one.link))
    return shared_list(listed)


def _whom(one: SharedView) -> str:
    return EVERYBODY if one.sharing == "house" else one.team_name or "a team"

"""What answers the frontier on the page of a result: found once the page is shown, drawn anew in other measures?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks.actor import actor, preferences, services
from callbacks.present_toast import put
from callbacks.run_frontier_data import Seen, chart_part, measures_of, reason
from callbacks.run_parts import figure_of
from callbacks.wording import told
from components.graph import for_screen
from components.ids import Living, Result, Shell
from components.result_frontier import REWARD_WORDS, RISK_WORDS, notes, options
from services.errors import ServiceError


@callback(
    Output(Result.FRONTIER, "children", allow_duplicate=True),
    Output(Living.DATA, "data"),
    Output(Living.NOTES, "children"),
    Input(Result.SURE_SHOWN, "data"),
    Input(Living.RISK, "value"),
    Input(Living.REWARD, "value"),
    State(Result.RUN, "data"),
    State(Shell.THEME_SHOWN, "data"),
    prevent_initial_call=True,
)
def find(shown: Any, risk: str, reward: str, run_id: str, theme: str | None) -> Any:
    """Find the frontier in the measures that were chosen; the chart of the stored result stands until it is there."""
    if shown is None:  # there are no weights on the page
        return (no_update,) * 3
    likes = preferences()
    try:
        choices = services().frontiers.choices(run_id, actor())
        chosen = measures_of({"risk": risk, "reward": reward}, choices)
        seen = Seen.of(run_id, *chosen)
    except ServiceError as error:
        return no_update, {"none": True}, notes([told(error.sentence)], is_problem=True)
    _offer(choices, chosen, (risk, reward))
    if not seen.found.corners:
        return no_update, {"none": True}, notes(reason(seen.found, likes), is_problem=True)
    sure = services().uncertainty.of(run_id, actor()).result
    chart = chart_part(seen, Result.FRONTIER_CHART, theme, likes, sure)
    return chart, seen.document(likes), notes(seen.said(likes))


def _offer(choices: Any, chosen: tuple[str, str], wanted: tuple[str, str]) -> None:
    """Offer the measures whose data exist; one that was asked for in vain gives way."""
    has_choice = len(choices.risks) + len(choices.rewards) > 2
    put(Living.MEASURES, hidden=not has_choice)
    put(Living.RISK, options=options(RISK_WORDS, choices.risks))
    put(Living.REWARD, options=options(REWARD_WORDS, choices.rewards))
    if chosen[0] != wanted[0]:
        put(Living.RISK, value=chosen[0])
    if chosen[1] != wanted[1]:
        put(Living.REWARD, value=chosen[1])


@callback(
    Output(Living.FIGURE, "data"),
    Input(Result.SURE_STATE, "data"),
    State(Result.SURE_SHOWN, "data"),
    State(Living.DATA, "data"),
    State(Result.RUN, "data"),
    State(Shell.THEME_SHOWN, "data"),
    prevent_initial_call=True,
)
def draw_band(state: Any, shown: Any, data: Any, run_id: str, theme: str | None) -> Any:
    """Draw the chart anew when more is known of how sure the weights are; the browser keeps what is zoomed in."""
    if state is None or state == shown or not data:
        return no_update
    sure = services().uncertainty.of(run_id, actor()).result
    if data.get("none"):
        result = services().optimize.result(run_id, actor())
        return for_screen(figure_of("frontier", result, theme, preferences(), sure))[0]
    return for_screen(Seen.of(run_id, data["risk"], data["reward"]).figure(theme, preferences(), sure))[0]


clientside_callback(
    ClientsideFunction("frontier", "take"),
    Output(Living.READY, "data"),
    Input(Living.DATA, "data"),
    State(Living.VIEW, "data"),
)
clientside_callback(
    ClientsideFunction("frontier", "redraw"),
    Output(Living.KEPT, "data"),
    Input(Living.FIGURE, "data"),
    prevent_initial_call=True,
)

"""What answers the page of trade-offs about its surface of three objectives: drawing and turning it?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import tradeoffs_draw
from components.ids import Shell, Tradeoffs
from services.charts import tradeoffs_solid as chart

AXES_COUNT = 3


@callback(
    Output(Tradeoffs.SOLID_CARD, "hidden"),
    Output(Tradeoffs.SOLID, "children"),
    Input(Tradeoffs.DRAWN, "data"),
    Input(Tradeoffs.PICK, "data"),
    Input(Tradeoffs.CLIENT, "value"),
    State(Tradeoffs.STATE, "data"),
    State(Tradeoffs.ACROSS, "value"),
    State(Tradeoffs.UP, "value"),
    State(Tradeoffs.TURN, "value"),
    State(Tradeoffs.TILT, "value"),
    State(Shell.THEME_SHOWN, "data"),
    prevent_initial_call=True,
)
def draw_solid(drawn: str | None, pick: Any, client_id: Any, state: Any, across: Any, up: Any, *seen: Any) -> Any:
    """Draw the surface where three objectives were sought, with what stands out; of fewer or more there is none."""
    turn, tilt, theme = seen
    view = tradeoffs_draw.view_of(state, pick, client_id)
    if view is None or view.run.id != drawn:
        return no_update, no_update
    if len(view.result.axes) != AXES_COUNT:
        return True, None
    figure = tradeoffs_draw.figure_of(chart.NAME, view, (across, up, None), theme, (turn, tilt))
    return False, tradeoffs_draw.in_three(figure)


clientside_callback(
    ClientsideFunction("tradeoffsSolid", "turn"),
    Input(Tradeoffs.TURN, "value"),
    Input(Tradeoffs.TILT, "value"),
    prevent_initial_call=True,
)

"""What can be done with trade-offs: save a portfolio as target, keep the recipe as a template, take a chart along?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import tradeoffs_draw, tradeoffs_keep
from callbacks.actor import actor, services
from callbacks.present_errors import clear, form
from callbacks.present_file import chart_sent
from callbacks.present_toast import read_anew, say
from callbacks.pressed import pressed_index
from callbacks.tradeoffs import FIELD_STATES, read_typed
from callbacks.tradeoffs_form import recipe_of
from components.confirm import CLOSED, OPEN
from components.ids import Tradeoffs
from services.charts.frame import with_footer
from services.messages.tradeoffs import PointTarget

SAVE_WORDS = {
    "name": ("The name", Tradeoffs.SAVE_NAME),
    "team_id": ("The team", Tradeoffs.SAVE_SHARING),
    "note": ("The note", Tradeoffs.SAVE_NOTE),
}


@callback(
    Output(Tradeoffs.TARGET_DIALOG, "className"),
    Output(Tradeoffs.TARGET_TEXT, "children"),
    Input(Tradeoffs.TARGET, "n_clicks"),
    State(Tradeoffs.RUN, "data"),
    prevent_initial_call=True,
)
def ask_for_target(clicks: int | None, run_id: str | None) -> Any:
    """Say whose target would change before it does."""
    if not clicks or not run_id:
        return no_update, no_update
    run = services().tradeoffs.run(run_id, actor())
    name = services().portfolios.get(str(run.portfolio_id), actor()).name
    words = f"The weights of the chosen portfolio become the target of {name}. Holdings stay as they are."
    return OPEN, words


@callback(
    Output(Tradeoffs.TARGET_DIALOG, "className", allow_duplicate=True),
    Input(Tradeoffs.TARGET_CONFIRM, "n_clicks"),
    State(Tradeoffs.RUN, "data"),
    State(Tradeoffs.PICK, "data"),
    prevent_initial_call=True,
)
def save_target(clicks: int | None, run_id: str | None, pick: dict[str, Any] | None) -> Any:
    """Make the portfolio that is looked at the target."""
    if not clicks or not run_id:
        return no_update
    wish = PointTarget(point="chosen" if pick is None else pick["place"])
    services().tradeoffs.save_as_target(run_id, wish, actor())
    run = services().tradeoffs.run(run_id, actor())
    say("Saved as target", link=("Open the portfolio", f"/portfolios/{run.portfolio_id}"))
    return CLOSED


@callback(
    Output(Tradeoffs.SAVE_DIALOG, "className"),
    Output(Tradeoffs.SAVE_AS, "options"),
    Output(Tradeoffs.SAVE_AS, "value"),
    Output(Tradeoffs.SAVE_TYPES, "value"),
    Output(Tradeoffs.SAVE_SHARING, "options"),
    Output(Tradeoffs.SAVE_NAME, "value"),
    Output(Tradeoffs.SAVE_NOTE, "value"),
    Input(Tradeoffs.SAVE, "n_clicks"),
    State(Tradeoffs.TEMPLATE, "value"),
    State(Tradeoffs.CLIENT, "value"),
    prevent_initial_call=True,
)
def ask_for_name(clicks: int | None, template_id: str | None, client_id: str | None) -> tuple[Any, ...]:
    """Open the dialog; a template of one's own that the form was filled from is offered first."""
    if not clicks:
        return (no_update,) * 7
    clear(Tradeoffs.SAVE_ERRORS, SAVE_WORDS)
    options, chosen, types = tradeoffs_keep.offered(template_id, client_id)
    return OPEN, options, chosen, types, tradeoffs_keep.sharing_options(), "", ""


@callback(
    Output(Tradeoffs.SAVE_DIALOG, "className", allow_duplicate=True),
    Input(Tradeoffs.SAVE_CONFIRM, "n_clicks"),
    State(Tradeoffs.SAVE_AS, "value"),
    State(Tradeoffs.SAVE_NAME, "value"),
    State(Tradeoffs.SAVE_TYPES, "value"),
    State(Tradeoffs.SAVE_SHARING, "value"),
    State(Tradeoffs.SAVE_NOTE, "value"),
    *FIELD_STATES,
    prevent_initial_call=True,
    running=[(Output(Tradeoffs.SAVE_CONFIRM, "disabled"), True, False)],
)
@form(Tradeoffs.SAVE_ERRORS, SAVE_WORDS)
def save_template(clicks: int | None, kept: Any, name: Any, types: Any, sharing: Any, note: Any, *typed: Any) -> Any:
    """Keep what stands in the form as a template, or as the next version of one."""
    if not clicks:
        return no_update
    made = tradeoffs_keep.keep(recipe_of(read_typed(*typed)), kept, (name, types, sharing, note))
    say(
        f"{made.name} is kept",
        f"Version {made.version}.",
        link=("Open the templates", f"/templates?template={made.id}"),
    )
    read_anew("template saved")
    return CLOSED


@callback(
    Output(Tradeoffs.EXPORTED, "data"),
    Input(Tradeoffs.export(ALL), "n_clicks"),
    State(Tradeoffs.STATE, "data"),
    State(Tradeoffs.ACROSS, "value"),
    State(Tradeoffs.UP, "value"),
    State(Tradeoffs.TINT, "value"),
    State(Tradeoffs.PICK, "data"),
    State(Tradeoffs.CLIENT, "value"),
    State(Tradeoffs.TURN, "value"),
    State(Tradeoffs.TILT, "value"),
    prevent_initial_call=True,
)
def export_chart(
    _clicks: Any, state: Any, across: Any, up: Any, tint: Any, pick: Any, client_id: Any, *seen: Any
) -> Any:
    """Draw the chart as it stands, with what stands out in it; paper is always light."""
    index = pressed_index()
    view = tradeoffs_draw.view_of(state, pick, client_id)
    if index is None or view is None:
        return no_update
    name, kind, *renderer = index.split(":")
    figure = with_footer(tradeoffs_draw.figure_of(name, view, (across, up, tint), None, seen), view.run.name or "")
    drawn = renderer[0] if renderer else "vector"
    made = services().exports.chart(figure, name=name, format=kind, renderer=drawn, actor=actor())
    return chart_sent(made)


for _dialog, _close in (
    (Tradeoffs.TARGET_DIALOG, Tradeoffs.TARGET_CANCEL),
    (Tradeoffs.SAVE_DIALOG, Tradeoffs.SAVE_CANCEL),
):
    clientside_callback(
        ClientsideFunction("run", "close"),
        Output(_dialog, "className", allow_duplicate=True),
        Input(_close, "n_clicks"),
        prevent_initial_call=True,
    )

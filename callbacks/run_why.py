"""What answers the question why a result is what it is: the reasons once the page stands, an asset, a wanted weight?"""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, callback, ctx, no_update

from callbacks.actor import actor, preferences, services
from callbacks.run_why_needed import needed_of, read_wanted, usual_of
from callbacks.run_why_parts import answered, refused_parts
from callbacks.run_why_words import why_view
from components.fields import error_id
from components.ids import Result, Why
from components.result_why import why
from services.errors import ServiceError


@callback(
    Output(Why.CHOICE, "hidden"),
    Output(Why.ASKING, "hidden"),
    Output(Why.ASSET, "options"),
    Output(Why.ASSET, "value"),
    Output(Why.NOTES, "children"),
    Output(Why.PRICES, "children"),
    Input(Result.SURE_SHOWN, "data"),
    State(Result.RUN, "data"),
    State(Why.ASSET, "value"),
    prevent_initial_call=True,
)
def explain(shown: Any, run_id: str, asset: str | None) -> Any:
    """Find the reasons once the page stands; where there are none, say why in their place."""
    if shown is None:  # there are no weights on the page
        return (no_update,) * 6
    who, style = actor(), preferences().number_format
    try:
        found = services().explanations.of(run_id, who)
        result, asked = services().optimize.result(run_id, who), services().optimize.request(run_id, who)
    except ServiceError as error:
        return refused_parts(error, style)
    return answered(found, result, asked, asset, style)


@callback(
    Output(Why.BODY, "children"),
    Input(Why.ASSET, "value"),
    State(Result.RUN, "data"),
    prevent_initial_call=True,
)
def choose(asset: str | None, run_id: str) -> Any:
    """Show the balance behind the weight of the chosen asset."""
    if not asset:
        return None
    found = services().explanations.of(run_id, actor())
    view = why_view(found.explanation, asset, preferences().number_format)
    return None if view is None else why(view)


@callback(
    Output(Why.NEEDED, "children"),
    Output(Why.WANTED, "value"),
    Output(error_id(Why.WANTED), "children"),
    Input(Why.ASSET, "value"),
    Input(Why.FIND, "n_clicks"),
    Input(Why.WANTED, "n_submit"),
    State(Why.WANTED, "value"),
    State(Why.ASKING, "hidden"),
    State(Result.RUN, "data"),
    prevent_initial_call=True,
)
def require(asset: str | None, _clicks: Any, _enters: Any, text: Any, has_none: bool, run_id: str) -> Any:
    """Say which expected return the wanted weight requires: for another asset one point more than its weight."""
    if not asset or has_none:
        return None, no_update, None
    style, is_new = preferences().number_format, ctx.triggered_id == Why.ASSET
    weight, problem = (None, None) if is_new else read_wanted(text, style)
    if problem:
        return None, no_update, problem
    needed = services().explanations.required_return(run_id, asset, weight, actor())
    return needed_of(needed, style), usual_of(needed, style) if is_new else no_update, None

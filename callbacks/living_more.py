"""What else does the page of the frontier ask the server: why a weight, drawdowns of portfolios, files?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import present_living as present
from callbacks.actor import actor, preferences, services
from callbacks.living_subject import Base, problem_of, request_of, sureness_of, wish_of
from callbacks.present_file import chart_sent
from callbacks.present_living_why import why_of
from callbacks.pressed import pressed_index
from components.ids_living import LivingPage
from services.charts.frame import with_footer
from services.charts.living import living_chart
from services.exports_living import Chosen, living_document

Moved = dict[str, Any]


@callback(
    Output(LivingPage.WHY, "children"),
    Input(LivingPage.WHY_ASK, "data"),
    State(LivingPage.BASE, "data"),
    prevent_initial_call=True,
)
def explain(ask: dict[str, Any] | None, base: Base | None) -> Any:
    """Say why an asset has its weight at the chosen point."""
    if not ask or not base:
        return no_update
    return why_of(wish_of(base, ask), str(ask["asset"]), float(ask["at"]))


@callback(
    Output(LivingPage.MEASURED, "data"),
    Input(LivingPage.MEASURE, "data"),
    State(LivingPage.BASE, "data"),
    prevent_initial_call=True,
)
def measure(ask: dict[str, Any] | None, base: Base | None) -> Any:
    """Return the drawdowns of portfolios over the history."""
    if not ask or not base:
        return no_update
    found = services().living.drawdowns(request_of(base), ask["weights"], actor())
    return {"seq": ask["seq"], "drawdowns": found}


@callback(
    Output(LivingPage.EXPORTED, "data"),
    Input(LivingPage.export(ALL), "n_clicks"),
    State(LivingPage.BASE, "data"),
    State(LivingPage.MOVED, "data"),
    State(LivingPage.VIEW, "data"),
    prevent_initial_call=True,
)
def export_chart(_clicks: Any, base: Base, moved: Moved | None, view: Moved | None) -> Any:
    """Draw the chart as it stands, from the certified frontier; paper is always light."""
    index = pressed_index()
    if index is None:
        return no_update
    name, kind, *renderer = index.split(":")
    figure, _ = _drawn(base, moved, view)
    drawn = renderer[0] if renderer else "vector"
    return chart_sent(services().exports.chart(figure, name=name, format=kind, renderer=drawn, actor=actor()))


@callback(
    Output(LivingPage.EXPORTED, "data", allow_duplicate=True),
    Input(LivingPage.PAGE_PDF, "n_clicks"),
    State(LivingPage.BASE, "data"),
    State(LivingPage.MOVED, "data"),
    State(LivingPage.VIEW, "data"),
    prevent_initial_call=True,
)
def export_page(clicks: int | None, base: Base | None, moved: Moved | None, view: Moved | None) -> Any:
    """Set the page on paper: chart, limits, the point, what is pinned."""
    if not clicks or not base:
        return no_update
    figure, document = _drawn(base, moved, view)
    return chart_sent(services().exports.page(document(figure), actor()))


def _drawn(base: Base, moved: Moved | None, view: Moved | None) -> tuple[Any, Any]:
    """Return the chart with the certified frontier, and how its page is made."""
    problem, likes = problem_of(base), preferences()
    wish = wish_of(base, moved)
    found = services().living.moved(wish, actor())
    given = view or {}
    chosen = Chosen.of(problem, found, given.get("at"), given.get("pins") or ())
    look = present.look_of(None, likes)
    figure = living_chart(problem, look, found=found, at=chosen.spot, pins=chosen.pinned_spots, sure=sureness_of(base))
    title = present.subject_of(base)
    document = living_document(problem, found, chosen, wish.moves, title, look)
    return with_footer(figure, title), document


clientside_callback(
    ClientsideFunction("living", "measured"),
    Output(LivingPage.MEASURES_TAKEN, "data"),
    Input(LivingPage.MEASURED, "data"),
    prevent_initial_call=True,
)

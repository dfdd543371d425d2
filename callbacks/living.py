"""What answers the page of the frontier: whose it is, the problem to walk, and the certified answer to each move?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import present_living as present
from callbacks.actor import Permission, actor, may, preferences, services
from callbacks.living_subject import Base, problem_of, sureness_of, wish_of
from callbacks.present_errors import in_its_place
from callbacks.present_toast import put
from components.ids import Shell, chart_table
from components.ids_living import LivingPage
from components.living_layout import chart_box
from services.errors import NotAllowed, ServiceError

Asked = dict[str, str]


@callback(
    Output(LivingPage.PORTFOLIO, "options"),
    Output(LivingPage.PORTFOLIO, "value"),
    Input(LivingPage.ASKED, "data"),
)
def offer(asked: Asked) -> tuple[Any, Any]:
    """Offer the portfolios that the person may see, and the run of the address."""
    found = services().portfolios.list(actor()) if may(Permission.PORTFOLIOS_READ) else ()
    options = [{"value": f"portfolio:{one.id}", "label": one.name} for one in found]
    if asked.get("run"):
        options.insert(0, {"value": f"run:{asked['run']}", "label": present.run_label(asked["run"])})
        return options, options[0]["value"]
    if not options and not asked.get("portfolio"):
        put(LivingPage.STATE, children=_nobody())
        return options, no_update
    wanted = f"portfolio:{asked.get('portfolio')}"
    known = {one["value"] for one in options}
    return options, wanted if wanted in known or asked.get("portfolio") else options[0]["value"]


def _nobody() -> Any:
    """Say why there is no portfolio to choose: there is none yet, or the person sees none."""
    try:
        services().portfolios.list(actor())
    except NotAllowed as refusal:
        return in_its_place(refusal)
    return present.no_portfolios()


@callback(
    Output(LivingPage.BASE, "data"),
    Output(LivingPage.DATA, "data"),
    Output(LivingPage.CHART_BOX, "children"),
    Output(LivingPage.NOTES, "children"),
    Output(LivingPage.STATE, "children"),
    Output(LivingPage.STATE, "hidden"),
    Output(LivingPage.BODY, "hidden"),
    Input(LivingPage.PORTFOLIO, "value"),
    State(LivingPage.ASKED, "data"),
    State(Shell.THEME_SHOWN, "data"),
    prevent_initial_call=True,
)
def open_problem(chosen: str | None, asked: Asked, theme: str | None) -> tuple[Any, ...]:
    """Send the problem to the browser, with the ground of the chart."""
    if not chosen:
        return (no_update,) * 7
    kind, _, key = chosen.partition(":")
    base = {kind: key}
    try:
        problem = problem_of(base)
    except ServiceError as error:
        return base, None, None, None, in_its_place(error, f"This {kind}"), False, True
    if not problem.frontier.corners and not asked.get("moves"):
        return base, None, None, None, present.nothing(problem, base), False, True
    likes = preferences()
    figure = present.ground(problem, chosen, theme, likes, sureness_of(base))
    box = chart_box(figure, has_browser=services().exports.has_browser, may_export=may(Permission.EXPORTS_MAKE))
    data = present.document(problem, base, asked)
    return base, data, box, present.remarks(problem, likes.number_format), None, True, False


@callback(
    Output(LivingPage.ANSWER, "data"),
    Output(chart_table(LivingPage.CHART), "children"),
    Input(LivingPage.MOVED, "data"),
    State(LivingPage.BASE, "data"),
    prevent_initial_call=True,
)
def certify(moved: dict[str, Any] | None, base: Base | None) -> Any:
    """Have the engine answer where limits came to rest, and say what stands in the way beyond where they stopped."""
    if not moved or not base:
        return no_update, no_update
    try:
        found = services().living.moved(wish_of(base, moved), actor())
    except ServiceError as error:
        return {"seq": moved.get("seq", 0), "problem": present.refusal(error)}, no_update
    if moved.get("preview"):
        return present.sent(found), no_update
    blocked = moved.get("blocked")
    told = {} if not blocked else {"blocked": present.blocked(base, moved, blocked)}
    return {**present.sent(found), **told}, present.table(base, found, preferences())


clientside_callback(
    ClientsideFunction("living", "take"),
    Output(LivingPage.TAKEN, "data"),
    Input(LivingPage.DATA, "data"),
)
clientside_callback(
    ClientsideFunction("living", "answered"),
    Output(LivingPage.ANSWERED, "data"),
    Input(LivingPage.ANSWER, "data"),
    prevent_initial_call=True,
)

"""How is the course of a limit shown on its card, in its dialog, and taken along?"""

from __future__ import annotations

import math
from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, no_update

from callbacks.actor import Permission, actor, may, services
from callbacks.present_file import chart_sent, handed
from callbacks.pressed import pressed_index
from callbacks.risk_figures import look_of
from callbacks.wording import reader_style, told
from components.confirm import CLOSED, OPEN
from components.ids import Risk, RiskCourse, Shell
from components.risk_limits import course_box, course_words, house_limits
from components.traffic_light import WORDS
from components.traffic_light import State as Light
from services import formatting
from services.charts.frame import with_footer
from services.charts.risk_limits import limit_course
from services.exports_risk_limits import course_facts, course_sheet
from services.messages.portfolios import LimitState
from services.messages.risk_history import LimitCourse


@callback(
    Output(RiskCourse.spark(ALL), "children"),
    Output(RiskCourse.TICK, "max_intervals"),
    Input(Risk.STATE, "data"),
    Input(RiskCourse.TICK, "n_intervals"),
    State(RiskCourse.spark(ALL), "id"),
    prevent_initial_call=True,
)
def draw(state: dict[str, Any] | None, ticks: int | None, ids: list[dict[str, str]]) -> tuple[Any, int]:
    """Draw the last days on every card; ask again while workers compute missing ones."""
    if not state or not ids:
        return [no_update] * len(ids), ticks or 0
    found = {one.limit_id: one for one in services().limit_history.courses(state["portfolio"], actor())}
    drawn = [_small(found[one["index"]]) if one["index"] in found else no_update for one in ids]
    is_filling = any(one.is_filling for one in found.values())
    return drawn, (ticks or 0) + is_filling


@callback(
    Output(RiskCourse.HOUSE, "children"),
    Input(Risk.STATE, "data"),
    prevent_initial_call=True,
)
def draw_house(state: dict[str, Any] | None) -> Any:
    """Show beside the limits on risk how those of house and client stand."""
    if not state:
        return no_update
    found = services().portfolios.limit_checks(state["portfolio"], actor())
    if not found:
        return None
    lights: dict[LimitState, Light] = {LimitState.RED: "red", LimitState.AMBER: "amber"}
    lines = [(lights[one.state], WORDS[lights[one.state]], told(one.sentence)) for one in found if one.state in lights]
    broken = sum(1 for one in found if one.state is LimitState.RED)
    count = formatting.count(len(found), "limit")
    words = f"Of {count} of house and client, {broken or 'none'} {'is' if broken == 1 else 'are'} broken."
    return house_limits(lines, words, f"/portfolios/{state['portfolio']}?tab=limits")


def _small(course: LimitCourse) -> list[Any]:
    uses = [math.nan if one.use_frac is None else one.use_frac for one in course.days]
    if len(uses) < 2:
        words = f"History begins {formatting.day_short(course.begins_on)}" if course.begins_on else "No history yet"
        return course_words([], None, "History is being computed" if course.is_filling else words)
    if not any(math.isfinite(one) for one in uses):
        return course_words([], None, f"Not known on {formatting.count(len(uses), 'day')}")
    label = f"{course.label}: used part of the limit on the last {formatting.count(len(uses), 'day')}"
    return course_words(uses, label, formatting.count(len(uses), "day"))


@callback(
    Output(RiskCourse.DIALOG, "className"),
    Output(RiskCourse.BODY, "children"),
    Output(RiskCourse.OPENED, "data"),
    Input(RiskCourse.spark(ALL), "n_clicks"),
    Input(RiskCourse.CLOSE, "n_clicks"),
    State(Risk.PORTFOLIO, "value"),
    State(Shell.THEME_SHOWN, "data"),
    prevent_initial_call=True,
)
def show(_presses: object, _close: object, portfolio_id: str, theme: str | None) -> tuple[Any, Any, Any]:
    """Open the course of the limit whose card was pressed."""
    limit_id = pressed_index()
    if limit_id is None:
        closed = CLOSED if ctx.triggered_id == RiskCourse.CLOSE else no_update
        return closed, no_update, no_update
    course = services().limit_history.course(portfolio_id, limit_id, actor())
    figure = limit_course(course, **look_of(theme))
    body = course_box(figure, told(course.sentence), may_export=may(Permission.EXPORTS_MAKE))
    return OPEN, body, {"portfolio": portfolio_id, "limit": limit_id}


@callback(
    Output(RiskCourse.SAVED, "data"),
    Input(RiskCourse.export(ALL), "n_clicks"),
    State(RiskCourse.OPENED, "data"),
    prevent_initial_call=True,
)
def export_chart(_presses: object, opened: dict[str, str] | None) -> Any:
    """Draw the course for paper, which is always light."""
    kind = pressed_index()
    if kind is None or not opened:
        return no_update
    figure = with_footer(limit_course(_course(opened), **look_of(None)), _name_of(opened))
    return chart_sent(services().exports.chart(figure, name="limit", format=kind, renderer="vector", actor=actor()))


@callback(
    Output(RiskCourse.SAVED, "data", allow_duplicate=True),
    Input(RiskCourse.SAVE, "n_clicks"),
    State(RiskCourse.OPENED, "data"),
    prevent_initial_call=True,
)
def save(clicks: int | None, opened: dict[str, str] | None) -> Any:
    """Save all days as a table."""
    if not clicks or not opened:
        return no_update
    course = _course(opened)
    facts, title = course_facts(course, reader_style()), f"{_name_of(opened)} {course.label} history"
    return handed(services().exports.sheets([course_sheet(course)], facts, title, "csv", actor()))


def _course(opened: dict[str, str]) -> LimitCourse:
    return services().limit_history.course(opened["portfolio"], opened["limit"], actor())


def _name_of(opened: dict[str, str]) -> str:
    return services().portfolios.get(opened["portfolio"], actor()).name

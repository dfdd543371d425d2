"""How are limits on risk set, and how is one handed to an optimization?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, no_update
from pydantic import ValidationError

from callbacks.actor import actor, services
from callbacks.present_errors import clear, form
from callbacks.present_toast import put, read_anew, say
from callbacks.present_typed import Typed
from callbacks.pressed import pressed_index
from callbacks.wording import reader_style, told
from components.confirm import CLOSED, OPEN
from components.ids import Risk, RiskEditor, Shell
from components.risk_limits import EditorRow, editor_rows, use_body
from services import formatting
from services.errors import InvalidRequest
from services.formatting import Style
from services.messages.risk import (
    LimitConstraint,
    RiskLimitInput,
    RiskLimits,
    RiskLimitsInput,
    RiskLimitView,
    RiskMetric,
)

UNITS = {"frac": "%", "annual_frac": "%", "days": "days"}
AMBER_PERCENT = "80"
TOLD_AT_FIELDS = ("direction", "value", "amber")
Typing = Mapping[str, Any]


@callback(
    Output(RiskEditor.ROWS, "children"),
    Output(RiskEditor.ADD_METRIC, "options"),
    Output(RiskEditor.VERSION, "data"),
    Output(RiskEditor.DIALOG, "className"),
    Input(RiskEditor.OPEN, "n_clicks"),
    State(Risk.PORTFOLIO, "value"),
    prevent_initial_call=True,
)
def fill(clicks: int | None, portfolio_id: str) -> tuple[Any, ...]:
    """Open the dialog with the limits that the portfolio has; no sooner, or what is typed meanwhile would be lost."""
    if not clicks:
        return (no_update,) * 4
    found, style = services().risk.limits(portfolio_id, actor()), reader_style()
    clear(RiskEditor.ERRORS, {})
    known = {one.name: one for one in found.metrics}
    rows = [_row_of(one, known, style) for one in found.limits]
    options = [{"value": one.name, "label": one.label} for one in found.metrics]
    kept = {"row_version": found.row_version, "metrics": [row.metric for row in rows]}
    return editor_rows(rows), options, kept, OPEN


@callback(
    Output(RiskEditor.DIALOG, "className", allow_duplicate=True),
    Input(RiskEditor.CANCEL, "n_clicks"),
    prevent_initial_call=True,
)
def leave(clicks: int | None) -> Any:
    """Close the dialog without saving."""
    return CLOSED if clicks else no_update


@callback(
    Output(RiskEditor.ROWS, "children", allow_duplicate=True),
    Output(RiskEditor.VERSION, "data", allow_duplicate=True),
    Input(RiskEditor.ADD, "n_clicks"),
    Input(RiskEditor.remove(ALL), "n_clicks"),
    State(RiskEditor.ADD_METRIC, "value"),
    State(RiskEditor.field(ALL), "value"),
    State(RiskEditor.field(ALL), "id"),
    State(RiskEditor.VERSION, "data"),
    State(Risk.PORTFOLIO, "value"),
    prevent_initial_call=True,
)
def change_rows(
    _add: object, _remove: object, wanted: str | None, values: list[Any], ids: list[Any], kept: Any, portfolio_id: str
) -> tuple[Any, Any]:
    """Add a limit on a figure, or take one away; what was typed elsewhere stays."""
    gone = pressed_index()
    if gone is None and not (ctx.triggered_id == RiskEditor.ADD and wanted):
        return no_update, no_update
    found = services().risk.limits(portfolio_id, actor())
    known = {one.name: one for one in found.metrics}
    rows = [_typed_row(known[name], typing) for name, typing in typings(kept["metrics"], values, ids)]
    if gone is not None:
        del rows[int(gone)]
    elif wanted in known:
        rows.append(_typed_row(known[wanted], {}))
    return editor_rows(rows), {**kept, "metrics": [row.metric for row in rows]}


@callback(
    Output(RiskEditor.DIALOG, "className", allow_duplicate=True),
    Input(RiskEditor.SAVE, "n_clicks"),
    State(RiskEditor.field(ALL), "value"),
    State(RiskEditor.field(ALL), "id"),
    State(RiskEditor.VERSION, "data"),
    State(Risk.PORTFOLIO, "value"),
    prevent_initial_call=True,
)
def save(clicks: int | None, values: list[Any], ids: list[Any], kept: Any, portfolio_id: str) -> Any:
    """Put the limits in place of those that there were; what is wrong stands at its field."""
    if not clicks:
        return no_update
    return form(RiskEditor.ERRORS, words_of(ids))(_saved)(values, ids, kept, portfolio_id)


def words_of(ids: Sequence[Any]) -> dict[str, tuple[str, Any]]:
    """Return where a problem of each field is told, by the path that the services give it."""
    found: dict[str, tuple[str, Any]] = {}
    for one in ids:
        place, _, name = str(one["index"]).partition(":")
        if name in TOLD_AT_FIELDS:
            found[f"limits[{place}].{name}"] = ("", RiskEditor.field(one["index"]))
    return found


def _saved(values: list[Any], ids: list[Any], kept: Any, portfolio_id: str) -> str:
    risk = services().risk
    known = {one.name: one for one in risk.limits(portfolio_id, actor()).metrics}
    wanted = limits_typed([(known[name], typing) for name, typing in typings(kept["metrics"], values, ids)])
    made: RiskLimits = risk.set_limits(portfolio_id, wanted, actor(), kept["row_version"])
    say("The limits are saved", formatting.count(len(made.limits), "limit"))
    read_anew("risk limits")
    return CLOSED


@callback(
    Output(RiskEditor.USE_DIALOG, "className"),
    Output(RiskEditor.USE_BODY, "children"),
    Output(RiskEditor.USE_LINK, "data"),
    Input(RiskEditor.use(ALL), "n_clicks"),
    Input(RiskEditor.USE_CLOSE, "n_clicks"),
    State(Risk.PORTFOLIO, "value"),
    prevent_initial_call=True,
)
def use(_uses: object, _close: object, portfolio_id: str) -> tuple[Any, Any, Any]:
    """Show the constraint that keeps a limit."""
    limit_id = pressed_index()
    if limit_id is None:
        return CLOSED, no_update, no_update
    found = services().risk.constraint(portfolio_id, limit_id, actor())
    body = use_body(_kept(found), told(found.note), json.dumps(found.constraints, indent=1))
    return OPEN, body, found.optimize_link


def _kept(found: LimitConstraint) -> str:
    """Say whether the optimizer keeps the limit itself, and with which history."""
    days = None if found.estimates is None else formatting.count(int(found.estimates["lookback_days"]), "day")
    window = "" if days is None else f" The wizard opens with a history of {days}, to measure as the report does."
    if found.is_same:
        return f"{told(found.sentence)} The optimizer keeps exactly this limit.{window}"
    return f"{told(found.sentence)} The optimizer keeps something close to it.{window}"


@callback(
    Output(Shell.URL, "href", allow_duplicate=True),
    Input(RiskEditor.USE_GO, "n_clicks"),
    State(RiskEditor.USE_LINK, "data"),
    prevent_initial_call=True,
)
def go(clicks: int | None, link: str | None) -> Any:
    """Open the wizard for the portfolio."""
    if not clicks or not link:
        return no_update
    put(RiskEditor.USE_DIALOG, className=CLOSED)
    return link


def typings(metrics: Sequence[str], values: Sequence[Any], ids: Sequence[Any]) -> list[tuple[str, Typing]]:
    """Return each row's metric with what stands in its fields."""
    rows: list[dict[str, Any]] = [{} for _ in metrics]
    for value, one in zip(values, ids, strict=True):
        place, _, name = str(one["index"]).partition(":")
        if int(place) < len(rows):
            rows[int(place)][name] = value
    return list(zip(metrics, rows, strict=True))


def limits_typed(rows: Sequence[tuple[RiskMetric, Typing]]) -> RiskLimitsInput:
    """Return the limits that were typed.

    Raises
    ------
    InvalidRequest
        With every problem of every row.

    """
    typed, made = Typed(), []
    for place, (metric, typing) in enumerate(rows):
        unit = UNITS.get(metric.unit, "")
        label = f"The limit on {metric.label}"
        value = typed.number(
            f"limits[{place}].value", label, typing.get("value"), low=0, is_low_allowed=False, is_needed=True,
            unit="%" if unit == "%" else "",
        )  # fmt: skip
        amber = typed.number(
            f"limits[{place}].amber", f"The warning of {metric.label}", typing.get("amber"), low=5, high=99, unit="%",
            is_needed=True,
        )  # fmt: skip
        if value is None or amber is None:
            continue
        scale = 100.0 if unit == "%" else 1.0
        made.append(
            {
                "metric": metric.name,
                "value": round(float(value) / scale, 12),
                "direction": typing.get("direction") or metric.direction,
                "is_hard": bool(typing.get("hard", True)),
                "amber_use_frac": round(float(amber) / 100.0, 12),
            }
        )
    if typed.problems:
        raise InvalidRequest(
            "Some limits cannot be used.", "Put them right, then save again.", fields=tuple(typed.problems)
        )
    try:
        return RiskLimitsInput(limits=tuple(RiskLimitInput(**one) for one in made))
    except ValidationError:
        raise InvalidRequest("A limit is too large.", "Use numbers below a million.") from None


def _row_of(one: RiskLimitView, known: Mapping[str, RiskMetric], style: Style) -> EditorRow:
    unit = UNITS.get(one.unit, "")
    scale = 100.0 if unit == "%" else 1.0
    return EditorRow(
        metric=one.metric,
        label=one.label,
        unit=unit,
        direction=one.direction,
        directions=known[one.metric].directions if one.metric in known else (one.direction,),
        value=_plain(one.value * scale, style),
        is_hard=one.is_hard,
        amber=_plain(one.amber_use_frac * 100.0, style),
    )


def _typed_row(metric: RiskMetric, typing: Typing) -> EditorRow:
    return EditorRow(
        metric=metric.name,
        label=metric.label,
        unit=UNITS.get(metric.unit, ""),
        direction=str(typing.get("direction") or metric.direction),
        directions=metric.directions,
        value=str(typing.get("value") or ""),
        is_hard=bool(typing.get("hard", True)),
        amber=str(typing.get("amber") or AMBER_PERCENT),
    )


def _plain(value: float, style: Style) -> str:
    """Write a number as it is typed: without needless zeros and without grouping."""
    text = formatting.number(round(value, 6), 6, style=style).rstrip("0").rstrip(".,")
    return text if abs(value) < 1000 else f"{value:g}"

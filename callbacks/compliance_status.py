"""What answers the tab of how portfolios stand: the matrix, the evidence of a cell, and another check?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update

from callbacks import choosable
from callbacks import present_compliance_status as present
from callbacks.actor import actor, may, services
from callbacks.pace import held
from callbacks.present_errors import page, part
from callbacks.present_toast import read_anew, say
from callbacks.wording import reader_style, told
from components.compliance_status import FOLLOW_MS, TICK_MS
from components.ids import Compliance, Shell
from components.ids import ComplianceStatus as Ids
from services.auth.roles import Permission
from services.messages.compliance_matrix import ComplianceMatrix

SHOWN_COUNT = 40
"""Portfolios of the matrix at once; the filters lead to the others."""
ENOUGH_TICKS = 60


def _asked(standing: str | None, portfolio_id: str | None) -> ComplianceMatrix:
    return services().compliance_matrix.matrix(
        actor(),
        standings=() if standing in (None, "", "all") else (standing,),  # type: ignore[arg-type]
        portfolio_ids=() if portfolio_id in (None, "", "all") else (portfolio_id,),
        limit=SHOWN_COUNT,
    )


@callback(
    Output(Ids.SENTENCE, "children"),
    Output(Ids.FIGURES, "children"),
    Output(Ids.EMPTY, "children"),
    Output(Ids.EMPTY, "hidden"),
    Output(Ids.BODY, "hidden"),
    Output(Ids.MATRIX, "children"),
    Output(Ids.MORE, "children"),
    Output(Ids.PORTFOLIO, "options"),
    Output(Ids.FOLLOW, "disabled"),
    Input(Ids.STANDING, "value"),
    Input(Ids.PORTFOLIO, "value"),
    Input(Ids.FOLLOW, "n_intervals"),
    Input(Shell.RESYNC, "data"),
    State(Ids.PICK, "data"),
    running=held(Ids.FOLLOW, FOLLOW_MS),
)
@page(Compliance.PROBLEM, Compliance.MAIN)
def show(
    standing: str | None, portfolio_id: str | None, _looks: object, _resync: object, pick: str | None
) -> tuple[Any, ...]:
    """Say how all portfolios stand, and draw the matrix."""
    found, style = _asked(standing, portfolio_id), reader_style()
    has_rules = bool(found.rules) or any(one.approved_version is not None for one in services().rules.list(actor()))
    nothing = present.nothing(found, may_write=may(Permission.RULES_WRITE), has_rules=has_rules)
    return (
        told(found.sentence) if nothing is None else None,
        present.figures(found, style),
        nothing,
        nothing is None,
        nothing is not None,
        present.drawn(found, pick or ""),
        present.more(found, SHOWN_COUNT, style),
        present.portfolio_options(choosable.portfolios()),
        not (found.unchecked_count or found.stale_count),
    )


@callback(
    Output(Ids.DETAIL_TITLE, "children"),
    Output(Ids.DETAIL, "children"),
    Output(Ids.CHECK, "hidden"),
    Output(Ids.TICK, "max_intervals"),
    Input(Ids.PICK, "data"),
    Input(Ids.TICK, "n_intervals"),
    Input(Shell.RESYNC, "data"),
    running=held(Ids.TICK, TICK_MS),
)
@part
def show_evidence(pick: str | None, ticks: int | None, _resync: object) -> tuple[Any, ...]:
    """Show what makes up the figure of the chosen cell; ask again while a worker computes it."""
    portfolio_id, _, rule_id = (pick or "").partition("|")
    if not rule_id:
        return present.NO_CELL, present.no_cell(), True, 0
    answer = services().compliance_checks.evidence(actor(), portfolio_id, rule_id, wait_s=0.0)
    course = services().compliance_checks.course(actor(), portfolio_id, rule_id)
    title, body = present.evidence(answer, course, reader_style())
    is_waiting = answer.state == "working"
    return title, body, False, (ticks or 0) + ENOUGH_TICKS if is_waiting else 0


@callback(
    Output(Ids.CHECKED, "data"),
    Input(Ids.CHECK, "n_clicks"),
    State(Ids.PICK, "data"),
    prevent_initial_call=True,
)
def check_again(clicks: int | None, pick: str | None) -> Any:
    """Check the portfolio of the chosen cell now; what is found is kept and changes the matrix."""
    portfolio_id = (pick or "").partition("|")[0]
    if not clicks or not portfolio_id or ctx.triggered_id != Ids.CHECK:
        return no_update
    answer = services().compliance_checks.check(actor(), portfolio_id, again=True)
    title, sentence, tone = present.checked(answer)
    say(title, sentence, tone=tone)
    read_anew("compliance checked")
    return clicks


clientside_callback(
    ClientsideFunction("compliance_status", "view"),
    Output(Ids.STANDING, "title"),
    Input(Ids.STANDING, "value"),
    Input(Ids.PORTFOLIO, "value"),
    Input(Ids.PICK, "data"),
    prevent_initial_call=True,
)

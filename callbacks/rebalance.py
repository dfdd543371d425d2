"""What answers the page of trades towards a target before anything is kept?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, no_update
from dash.exceptions import PreventUpdate

from callbacks import choosable
from callbacks import present_rebalance as present
from callbacks import rebalance_given as given_weights
from callbacks.actor import Permission, actor, may, services
from callbacks.pace import held
from callbacks.present_errors import Words, form, page, part
from callbacks.wording import reader_style
from components.ids import Shell
from components.ids_rebalance import Rebalance as Ids
from components.rebalance_layout import TARGET, TICK_MS
from services import formatting
from services.errors import Conflict, NotFound
from services.messages.rebalancing import NewRebalancing, RebalancingAnswer, RebalancingChoices, RowChoice
from services.rebalancing_views import EDITABLE

ENOUGH_TICKS, WAIT_S = 120, 2.0
FIELDS: tuple[tuple[str, str], ...] = (
    ("band_frac", Ids.BAND), ("band_goal", Ids.BAND_GOAL), ("reserve_frac", Ids.RESERVE),
    ("least_trade_ccy", Ids.LEAST), ("lot_units", Ids.LOT), ("keeps_others", Ids.KEEPS),
    ("commission_ccy", Ids.COMMISSION), ("commission_frac", Ids.RATE), ("spread_frac", Ids.SPREAD),
    ("impact_coefficient", Ids.IMPACT),
)  # fmt: skip
WORDS: Words = {
    "band_frac": ("The band", Ids.BAND),
    "reserve_frac": ("The least cash", Ids.RESERVE),
    "least_trade_ccy": ("The smallest trade", Ids.LEAST),
    "lot_units": ("The lot", Ids.LOT),
    "commission_ccy": ("The commission a trade", Ids.COMMISSION),
    "commission_frac": ("The commission of the amount", Ids.RATE),
    "spread_frac": ("The spread", Ids.SPREAD),
    "impact_coefficient": ("Market impact", Ids.IMPACT),
}


@callback(
    Output(Ids.PORTFOLIO, "options"),
    Output(Ids.PORTFOLIO, "value"),
    Input(Shell.RESYNC, "data"),
    State(Ids.PORTFOLIO, "value"),
    State(Ids.VIEW, "data"),
)
@page(Ids.PROBLEM, Ids.MAIN, "This portfolio")
def offer_portfolios(_resync: object, chosen: str | None, view: dict[str, str]) -> tuple[Any, ...]:
    """Offer the portfolios; the one of the address, or the first, is chosen."""
    found = services().portfolios.list(actor())
    if view["proposal"] and not _is_there(view["proposal"]):
        raise PreventUpdate  # `restore` says so, instead of trades of another portfolio
    known = [one.id for one in found]
    led = view["portfolio"] or _portfolio_of(view)
    if led and chosen not in known and led not in known:
        services().portfolios.get(led, actor())  # refused, instead of trades of another portfolio than the link names
    wanted = next((one for one in (chosen, led, *known) if one in known), None)
    options = [{"value": one.id, "label": one.name} for one in found]
    return options, no_update if wanted == chosen else wanted


def _is_there(proposal_id: str) -> bool:
    try:
        services().rebalancings.get(proposal_id, actor())
    except NotFound:
        return False
    return True


def _portfolio_of(view: dict[str, str]) -> str | None:
    """Return the portfolio that the run of the address was made for; None where it names no run.

    Raises
    ------
    services.errors.Conflict
        The run has no weights to trade to, or no portfolio to trade in: another portfolio's trades are not shown.
    """
    if not view["run"] or not may(Permission.RUNS_READ):
        return None
    run = services().runs.get(view["run"], actor())
    if given_weights.led(view) is None and run.is_without_portfolio:
        raise Conflict(
            "No portfolio meets the limits of this optimization, so there are no weights to trade to.",
            "Open it among the runs to see what helps.",
        )
    if given_weights.led(view) is None and run.portfolio_id is None:
        raise Conflict(
            "This optimization was made from a list of assets, so there are no holdings to trade from.",
            "Start it from a portfolio, in the first step of the wizard.",
        )
    return run.portfolio_id


@callback(
    Output(Ids.SOURCE, "options"),
    Output(Ids.SOURCE, "value"),
    Input(Ids.PORTFOLIO, "value"),
    Input(Shell.RESYNC, "data"),  # alone, a portfolio that the address names already would ask for nothing
    State(Ids.SOURCE, "value"),
    State(Ids.VIEW, "data"),
)
@part
def offer_sources(
    portfolio_id: str | None, _resync: object, chosen: str | None, view: dict[str, str]
) -> tuple[Any, ...]:
    """Offer the target, the results of optimizations and the wishes that were kept."""
    offered = [{"value": TARGET, "label": "The portfolio's target"}]
    if portfolio_id:
        offered += given_weights.offered(view, portfolio_id) + _runs(portfolio_id) + _wishes(portfolio_id)
    known = [one["value"] for one in offered]
    kept = f"run:{view['run']}" if view["run"] else f"wish:{view['wish']}" if view["wish"] else None
    led = given_weights.led(view) or kept
    return offered, next((one for one in (chosen if chosen != TARGET else None, led, TARGET) if one in known), TARGET)


def _runs(portfolio_id: str) -> list[dict[str, str]]:
    return [
        {
            "value": f"run:{one.id}",
            "label": f"Result of {one.name or 'an optimization'}, {formatting.moment(one.created_at_utc)}",
        }
        for one in choosable.results(portfolio_id)
    ]


def _wishes(portfolio_id: str) -> list[dict[str, str]]:
    found = services().portfolio_drafts.list(portfolio_id, actor())
    return [{"value": f"wish:{one.id}", "label": f"What-if: {one.name}"} for one in found]


FORM: tuple[tuple[str, str], ...] = (
    (Ids.SOURCE, "value"), (Ids.PART, "value"), *((control, "value") for _, control in FIELDS),
    (Ids.CHOICES, "data"), (Ids.FITS, "value"), (Ids.PROPOSAL, "data"),
)  # fmt: skip
"""What stands in the form, as `wanted` takes it; the view of the page comes after it."""


@callback(
    Output(Ids.ASKED, "data"),
    Input(Ids.PORTFOLIO, "value"),
    *[Input(*one) for one in FORM],
    State(Ids.VIEW, "data"),
    State(Ids.TICK, "n_intervals"),
)
@form(Ids.FORM_PROBLEMS, WORDS)
def ask(portfolio_id: str | None, *given: Any) -> Any:
    """Read what was typed and chosen, and hand it on to be computed."""
    *typed, proposal, view, ticks = given
    if not portfolio_id:
        return None
    return {
        "portfolio_id": portfolio_id,
        "new": wanted(*typed, proposal, view).model_dump(mode="json"),
        "proposal": (proposal or {}).get("id"),
        "ticks": ticks or 0,
    }


def wanted(source: str | None, part_percent: float | None, *given: Any) -> NewRebalancing:
    """Return what the form asks for, of what `FORM` names and the view of the page.

    Raises
    ------
    services.errors.ServiceError
        Something cannot be read, or is not there.
    """
    typed = {name: value for (name, _), value in zip(FIELDS, given, strict=False)}
    choices, fits, proposal, view = given[len(FIELDS) :]
    return NewRebalancing(
        wish=present.wish(source, part_percent, typed, given_weights.weights(source, view, proposal)),
        choices=RebalancingChoices(
            rows=tuple(RowChoice.model_validate(one) for one in choices or ()), fits_rest=bool(fits)
        ),
    )


@callback(
    Output(Ids.SAID, "children"),
    Output(Ids.FIGURES, "children"),
    Output(Ids.GRID, "rowData"),
    Output(Ids.CHECK, "children"),
    Output(Ids.POINTS, "data"),
    Output(Ids.KEEP, "disabled"),
    Output(Ids.TICK, "max_intervals"),
    Input(Ids.ASKED, "data"),
    Input(Ids.TICK, "n_intervals"),
    prevent_initial_call=True,
    running=held(Ids.TICK, TICK_MS),
)
@form(Ids.FORM_PROBLEMS, WORDS)
def show(asked: dict[str, Any] | None, ticks: int | None) -> tuple[Any, ...]:
    """Show the trades, or how far their search is; of a proposal that was handed in, what was handed in."""
    if not asked:
        return (
            None if choosable.portfolios() else present.no_portfolios(),
            None,
            [],
            present.check(None, reader_style()),
            [],
            True,
            0,
        )
    answer, is_open = _answered(asked)
    report, style = answer.report, reader_style()
    is_waiting = answer.state == "working"
    return (
        present.said(answer, asked["portfolio_id"]),
        present.figures(report, style),
        no_update if is_waiting else [] if report is None else present.rows(report, is_open=is_open),
        present.check(report, style),
        present.points(report, float(asked["new"]["wish"]["part_frac"])),
        report is None or not report.trades_count,
        (ticks or 0) + ENOUGH_TICKS if is_waiting else 0,
    )


def _answered(asked: dict[str, Any]) -> tuple[RebalancingAnswer, bool]:
    """Return the answer, and whether its rows may be changed."""
    writes = may(Permission.PORTFOLIOS_WRITE)
    if asked["proposal"]:
        view = services().rebalancings.get(asked["proposal"], actor())
        if view.state not in EDITABLE or view.stale:
            return RebalancingAnswer(state="ready", report=view.report), False
    new = NewRebalancing.model_validate(asked["new"])
    try:
        return services().rebalancings.preview(asked["portfolio_id"], new, actor(), wait_s=WAIT_S), writes
    except Conflict as refusal:
        if refusal.code != present.NO_TARGET:
            raise
        return RebalancingAnswer(state="failed", report=None, code=refusal.code), False


@callback(
    Output(Ids.CHOICES, "data"),
    Output(Ids.RESET, "disabled"),
    Input(Ids.GRID, "cellValueChanged"),
    Input(Ids.RESET, "n_clicks"),
    State(Ids.CHOICES, "data"),
    prevent_initial_call=True,
)
@form(Ids.FORM_PROBLEMS, WORDS)
def choose(changed: list[dict[str, Any]] | None, _reset: int | None, known: list[dict[str, Any]] | None) -> Any:
    """Take over what was changed in rows of the trade list, or put it all away."""
    if ctx.triggered_id == Ids.RESET:
        return [], True
    kept = {one["symbol"]: one for one in known or ()}
    for one in changed or ():
        chosen = present.choice(one["data"])
        kept.pop(one["data"]["symbol"], None)
        if chosen is not None:
            kept[chosen.symbol] = chosen.model_dump(mode="json")
    return [kept[symbol] for symbol in sorted(kept)], not kept


clientside_callback(
    ClientsideFunction("rebalance", "ahead"),
    Output(Ids.AHEAD, "children"),
    Input(Ids.PART, "drag_value"),
    Input(Ids.PART, "value"),
    Input(Ids.POINTS, "data"),
)
clientside_callback(
    ClientsideFunction("rebalance", "address"),
    Input(Ids.PORTFOLIO, "value"),
    Input(Ids.SOURCE, "value"),
    Input(Ids.PROPOSAL, "data"),
    Input(Ids.PART, "value"),
    *[Input(control, "value") for _, control in FIELDS],
    prevent_initial_call=True,
)

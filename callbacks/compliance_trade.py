"""What answers the tab of the check before a trade?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import choosable
from callbacks import present_compliance_trade as present
from callbacks.actor import actor, services
from callbacks.pace import held
from callbacks.present_errors import form, part
from callbacks.present_toast import put
from callbacks.typed_orders import read_orders
from callbacks.wording import reader_style
from components.compliance_trade import TICK_MS, TYPED, no_answer
from components.ids import ComplianceTrade as Ids
from components.ids import Shell
from services.messages.compliance_checks import OrdersToCheck

ENOUGH_TICKS = 120
WORDS = {
    "portfolio_id": ("The portfolio", Ids.PORTFOLIO), "orders": ("The orders", Ids.ORDERS),
    "symbol": ("The symbol", Ids.ORDERS), "quantity": ("The number of units", Ids.ORDERS),
    "value_ccy": ("The amount", Ids.ORDERS), "weight_frac": ("The weight", Ids.ORDERS),
}  # fmt: skip


@callback(
    Output(Ids.PORTFOLIO, "options"),
    Output(Ids.PORTFOLIO, "value"),
    Input(Shell.RESYNC, "data"),
    State(Ids.PORTFOLIO, "value"),
)
@part
def offer(_resync: object, chosen: str | None) -> tuple[Any, ...]:
    """Offer the portfolios; the one of the address, or the first, is chosen."""
    found = choosable.portfolios()
    known = [one.id for one in found]
    if not known:
        put(Ids.ANSWER, children=present.no_portfolio())
    return (
        [{"value": one.id, "label": one.name} for one in found],
        no_update if chosen in known else known[0] if known else None,
    )


@callback(Output(Ids.SOURCE, "options"), Input(Ids.PORTFOLIO, "value"))
@part
def offer_runs(portfolio_id: str | None) -> Any:
    """Offer the optimizations of the chosen portfolio whose trades can be checked."""
    return present.sources(choosable.results(portfolio_id))


@callback(
    Output(Ids.ASKED, "data"),
    Input(Ids.CHECK, "n_clicks"),
    State(Ids.PORTFOLIO, "value"),
    State(Ids.SOURCE, "value"),
    State(Ids.ORDERS, "value"),
    prevent_initial_call=True,
)
@form(Ids.PROBLEMS, WORDS)
def ask(clicks: int | None, portfolio_id: str | None, source: str | None, text: str | None) -> Any:
    """Read what was typed, and hand it on to be checked."""
    if not clicks:
        return no_update
    put(Ids.ANSWER, children=no_answer())  # an earlier verdict is not that of these orders
    if source and source != TYPED:
        wanted = OrdersToCheck(portfolio_id=portfolio_id, optimization_id=source)
    else:
        wanted = OrdersToCheck(portfolio_id=portfolio_id, orders=read_orders(text))
    return {"wanted": wanted.model_dump(mode="json"), "press": clicks}


@callback(
    Output(Ids.ANSWER, "children"),
    Output(Ids.TICK, "max_intervals"),
    Input(Ids.ASKED, "data"),
    Input(Ids.TICK, "n_intervals"),
    prevent_initial_call=True,
    running=[(Output(Ids.CHECK, "disabled"), True, False), *held(Ids.TICK, TICK_MS)],
)
@form(Ids.PROBLEMS, WORDS)
def show_answer(asked: dict[str, Any] | None, ticks: int | None) -> tuple[Any, ...]:
    """Show what becomes of the orders; ask again while a worker checks them."""
    if not asked:
        return no_update, 0
    wanted = OrdersToCheck.model_validate(asked["wanted"])
    answer = services().compliance_checks.check_orders(actor(), wanted, wait_s=2.0)
    is_waiting = answer.state == "working"
    return present.shown(answer, reader_style()), (ticks or 0) + ENOUGH_TICKS if is_waiting else 0


clientside_callback(
    ClientsideFunction("compliance_trade", "source"),
    Output(Ids.ORDERS_BOX, "hidden"),
    Input(Ids.SOURCE, "value"),
    Input(Ids.PORTFOLIO, "value"),
)

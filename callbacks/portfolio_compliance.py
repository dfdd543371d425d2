"""What answers whether a portfolio keeps its rules, and what they would say to positions that are typed?"""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, callback, html, no_update

from callbacks import present_compliance_trade, present_portfolio_compliance
from callbacks.actor import Permission, actor, may, services
from callbacks.portfolio_edit import POSITION_WORDS
from callbacks.present_errors import form, part
from callbacks.present_portfolio_form import positions_typed
from callbacks.present_toast import put
from callbacks.wording import reader_style
from components.ids import Portfolio, Shell
from services.messages.compliance_checks import OrdersToCheck

BESIDE = "Judged as trades at the last closes, paid from cash; nothing is booked."


@callback(Output(Portfolio.COMPLIANCE, "children"), Input(Portfolio.ID, "data"), Input(Shell.RESYNC, "data"))
@part
def show_line(portfolio_id: str | None, _resync: object) -> Any:
    """Say how many rules are kept, and how the others stand."""
    if not portfolio_id or not may(Permission.COMPLIANCE_READ):
        return None
    found = services().compliance_matrix.matrix(actor(), portfolio_ids=(portfolio_id,), limit=1)
    row = next((one for one in found.portfolios if one.cells), None)
    return present_portfolio_compliance.line(row, portfolio_id)


@callback(
    Output(Portfolio.POSITIONS_CHECKED, "children"),
    Input(Portfolio.POSITIONS_CHECK, "n_clicks"),
    State(Portfolio.ID, "data"),
    State(Portfolio.POSITIONS_TEXT, "value"),
    State(Portfolio.POSITIONS_VALUE, "value"),
    State(Portfolio.POSITIONS_CASH, "value"),
    prevent_initial_call=True,
    running=[(Output(Portfolio.POSITIONS_CHECK, "disabled"), True, False)],
)
@form(Portfolio.POSITIONS_ERRORS, POSITION_WORDS)
def check_positions(
    clicks: int | None, portfolio_id: str, text: str | None, value: str | None, cash: str | None
) -> Any:
    """Say what rules and lists would say to the typed positions, in the words of the check before a trade."""
    if not clicks:
        return no_update
    put(Portfolio.POSITIONS_CHECKED, children=None)  # an earlier verdict is not that of these lines
    known = [asset.symbol for asset in services().market.assets(actor(), limit=500).items]
    wanted = positions_typed(text, value, cash, known=known)
    held = {one.symbol: one.quantity for one in services().portfolios.holdings(portfolio_id, actor())}
    orders = present_portfolio_compliance.orders(wanted, held)
    answer = services().compliance_checks.check_orders(actor(), OrdersToCheck(portfolio_id=portfolio_id, orders=orders))
    return [present_compliance_trade.shown(answer, reader_style()), html.P(BESIDE, className="muted")]


@callback(
    Output(Portfolio.POSITIONS_CHECKED, "children", allow_duplicate=True),
    Input(Portfolio.POSITIONS, "n_clicks"),
    prevent_initial_call=True,
)
def forget(_clicks: int | None) -> None:
    """Take away what an earlier check said when the form is opened again."""
    return

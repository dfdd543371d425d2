"""What does the grid of holdings answer beside its rows: contribution and risk, columns, one sector?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback

from callbacks.actor import actor, services
from callbacks.present_errors import part
from callbacks.wording import reader_style, told
from components.ids import Portfolio, Shell
from components.ids_portfolio_work import Holdings
from services import formatting
from services.messages.portfolio_analysis import Period, PositionsAnalysis

USUAL: Period = "ytd"
KNOWN: tuple[Period, ...] = ("1m", "3m", "ytd", "1y", "all")


@callback(
    Output(Holdings.PARTS, "data"),
    Output(Holdings.PARTS_NOTE, "children"),
    Input(Portfolio.ID, "data"),
    Input(Holdings.PERIOD, "value"),
    Input(Shell.RESYNC, "data"),
)
@part
def show_parts(portfolio_id: str | None, period: str | None, _resync: object) -> tuple[Any, Any]:
    """Say what each holding added to the return and adds to the risk."""
    chosen = next((one for one in KNOWN if one == period), USUAL)
    found = services().positions_analyst.analyze(portfolio_id or "", chosen, actor())
    rows = {one.symbol: [one.contribution_frac, one.risk_share_frac, one.price_age_days] for one in found.positions}
    return {"parts": rows}, words(found)


def words(found: PositionsAnalysis) -> str:
    """Return what the contributions sum to, and what is missing."""
    said = [told(one) for one in found.notes]
    if found.return_frac is not None and found.end is not None:
        style = reader_style()
        whole = formatting.rate(found.return_frac, style=style, signed=True)
        rest = formatting.rate(found.rest_frac, style=style, signed=True)
        said.insert(
            0,
            f"Contributions and {rest} of what is no longer held, cash and fees sum to the portfolio's return of "
            f"{whole}, up to {formatting.day(found.end)}.",
        )
    return " ".join(said)


clientside_callback(ClientsideFunction("portfolio_holdings", "parts"), Input(Holdings.PARTS, "data"))
clientside_callback(
    ClientsideFunction("portfolio_holdings", "columns"),
    Output(Portfolio.HOLDINGS, "columnDefs"),
    Input(Holdings.COLUMNS, "value"),
    State(Portfolio.HOLDINGS, "columnDefs"),
)
clientside_callback(
    ClientsideFunction("portfolio_holdings", "sector"),
    Output(Holdings.SECTOR_CHIP, "hidden"),
    Output(Holdings.SECTOR_WORDS, "children"),
    Input(Holdings.SECTOR, "data"),
)
clientside_callback(
    ClientsideFunction("portfolio_holdings", "clear"),
    Output(Holdings.SECTOR, "data"),
    Input(Holdings.SECTOR_CLEAR, "n_clicks"),
    prevent_initial_call=True,
)

"""What does the grid of holdings answer beside its rows: contribution and risk, columns, one sector?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks.actor import actor, services
from callbacks.present_errors import part
from callbacks.present_toast import put
from callbacks.wording import reader_style, told
from components.ids import Portfolio, Shell
from components.ids_portfolio_work import Holdings
from components.portfolio_holdings import COLUMNS
from components.portfolio_holdings import USUAL as USUAL_COLUMNS
from services import formatting
from services.messages.grid_columns import GridChoice, GridColumns
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


SHOWN = (
    Output(Holdings.COLUMNS, "value"),
    Output(Holdings.ORDER, "data"),
    Output(Holdings.KEPT, "data"),
)
ASKED = (Input(Portfolio.ID, "data"),)


@callback(*SHOWN, *ASKED, prevent_initial_call=True)
def show_columns(_portfolio_id: str | None) -> tuple[Any, ...]:
    """Say which columns the person chose, and in which order."""
    return _chosen(services().grid_choices.get("holdings", actor()))


@callback(
    Input(Holdings.TO_KEEP, "data"),
    prevent_initial_call=True,
    running=[(Output(Holdings.KEEPING, "data"), True, False)],
)
def keep_columns(choice: dict[str, Any] | None) -> None:
    """Keep a choice; the browser hands them in one after the other, so that the last one is what is kept."""
    if choice:
        services().grid_choices.set("holdings", GridChoice.model_validate(choice), actor())
        put(Holdings.KEPT, data=choice)  # not as an output: what is kept decides what is handed in next


@callback(
    *(Output(one.component_id, one.component_property, allow_duplicate=True) for one in SHOWN),
    Input(Holdings.USUAL, "n_clicks"),
    prevent_initial_call=True,
)
def reset_columns(clicks: int) -> tuple[Any, ...]:
    """Have the table stand as it came."""
    if not clicks:
        return (no_update,) * 3
    return _chosen(services().grid_choices.set("holdings", None, actor()))


def _chosen(found: GridColumns) -> tuple[Any, ...]:
    """Return the columns that are shown, the order of all, and both as they are kept."""
    known = [one["field"] for one in COLUMNS]
    choice = found.choice
    shown = [one for one in (USUAL_COLUMNS if choice is None else choice.shown) if one in known]
    order = known if choice is None or not choice.order else [one for one in choice.order if one in known]
    return shown, order, {"shown": sorted(shown), "order": order}


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
    Input(Holdings.ORDER, "data"),
    State(Portfolio.HOLDINGS, "columnDefs"),
)
clientside_callback(
    ClientsideFunction("portfolio_holdings", "toKeep"),
    Output(Holdings.TO_KEEP, "data"),
    Input(Holdings.COLUMNS, "value"),
    Input(Holdings.ORDER, "data"),
    Input(Holdings.KEEPING, "data"),
    Input(Holdings.KEPT, "data"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("portfolio_holdings", "move"),
    Output(Holdings.ORDER, "data", allow_duplicate=True),
    Input(Holdings.EARLIER, "n_clicks"),
    Input(Holdings.LATER, "n_clicks"),
    State(Holdings.MOVED, "value"),
    State(Holdings.COLUMNS, "value"),
    State(Portfolio.HOLDINGS, "columnDefs"),
    prevent_initial_call=True,
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

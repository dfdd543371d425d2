"""What does the page of one portfolio do: show it part by part, filter, and hand its holdings out?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, no_update

from callbacks import present_portfolio, present_portfolio_charts, present_targets
from callbacks.actor import Permission, actor, may, preferences, services
from callbacks.in_browser import pills, quick_filter
from callbacks.present_errors import page, part
from callbacks.present_toast import put
from callbacks.wording import reader_style
from components.confirm import title_id
from components.ids import Portfolio, Shell
from components.ids_portfolio_work import Asked, Notes, Versions
from components.portfolio_holdings import tall
from services.messages.portfolios import TransactionView

LEDGER_COUNT = 100
YEAR_LEAD_DAYS = 10
"""The year begins at the last close on or before its first day, which may be a holiday after a weekend."""


SHOWN = (
    Output(Portfolio.HEADER, "children"),
    Output(Portfolio.METRICS, "children"),
    Output(Portfolio.HOLDINGS, "rowData"),
    Output(Portfolio.HOLDINGS_NOTES, "children"),
    Output(Portfolio.CASH, "children"),
    Output(Portfolio.VERSION, "data"),
    Output(Portfolio.OPTIMIZE, "href"),
    Output(Portfolio.HOLDINGS, "dashGridOptions", allow_duplicate=True),
    Output(Portfolio.HOLDINGS, "style"),
)
ASKED = (Input(Portfolio.ID, "data"), Input(Shell.RESYNC, "data"))
"""The page comes with the first answer in it (callbacks/first_pages.py)."""


@callback(*SHOWN, *ASKED, prevent_initial_call=True)
@page(Portfolio.PROBLEM, Portfolio.MAIN, "This portfolio")
def show(portfolio_id: str | None, resync: object) -> tuple[Any, ...]:
    """Fill what the page says about the portfolio as a whole."""
    one = services().portfolios.get(portfolio_id or "", actor())
    holdings = services().portfolios.holdings(one.id, actor())
    style = preferences().number_format
    put(title_id(Portfolio.DELETE_DIALOG), children=f"Delete the portfolio {one.name}?")
    year = None
    if one.benchmark_id is not None and one.as_of is not None:
        start = present_portfolio.start_of_year_before(one.as_of) - timedelta(days=YEAR_LEAD_DAYS)
        year = services().portfolios.history(one.id, actor(), start=start)
    return (
        present_portfolio.header(one, holdings, style),
        present_portfolio.metrics(one, style, year),
        [present_portfolio.holding_row(held, style) for held in holdings],
        present_portfolio.notes(one, style),
        present_portfolio.cash(one, style),
        one.row_version,
        f"/optimize?portfolio={one.id}",
        *((no_update, no_update) if resync else tall(len(holdings))),
    )


@callback(
    Output(Portfolio.TARGETS, "children"),
    Input(Asked.TARGETS, "data"),
    Input(Shell.RESYNC, "data"),
    State(Portfolio.ID, "data"),
    prevent_initial_call=True,
)
@part
def show_targets(asked: str | None, _resync: object, portfolio_id: str | None) -> Any:
    """Show the target in force beside the weights now, and those before it."""
    if not asked:
        return no_update
    one = services().portfolios.get(portfolio_id or "", actor())
    holdings = services().portfolios.holdings(one.id, actor())
    style = preferences().number_format
    targets = services().portfolios.targets(one.id, actor())
    return [
        present_portfolio.target(one, holdings, style),
        present_targets.earlier(targets, style, may_write=may(Permission.PORTFOLIOS_WRITE)),
    ]


@callback(
    Output(Portfolio.ALLOCATION, "children"),
    Input(Asked.ALLOCATION, "data"),
    Input(Shell.RESYNC, "data"),
    State(Portfolio.ID, "data"),
    State(Shell.THEME_SHOWN, "data"),
    prevent_initial_call=True,
)
@part
def show_allocation(asked: str | None, _resync: object, portfolio_id: str | None, theme: str | None) -> Any:
    """Draw into what the money is divided."""
    if not asked:
        return no_update
    one = services().portfolios.get(portfolio_id or "", actor())
    holdings = services().portfolios.holdings(one.id, actor())
    return present_portfolio_charts.allocation(one, holdings, theme)


@callback(
    Output(Portfolio.HISTORY, "children"),
    Output(Portfolio.DRAWDOWN, "children"),
    Input(Asked.HISTORY, "data"),
    Input(Portfolio.VIEW, "data"),
    Input(Shell.RESYNC, "data"),
    State(Portfolio.ID, "data"),
    State(Shell.THEME_SHOWN, "data"),
    prevent_initial_call=True,
)
@part
def show_history(
    asked: str | None, view: dict[str, Any], _resync: object, portfolio_id: str | None, theme: str | None
) -> tuple[Any, Any]:
    """Draw how the portfolio did over the chosen period."""
    if not asked:
        return no_update, no_update
    one = services().portfolios.get(portfolio_id or "", actor())
    start = present_portfolio_charts.start_of(view["value"], one.as_of)
    history = services().portfolios.history(one.id, actor(), start=start)
    return present_portfolio_charts.history(one, history, theme)


@callback(
    Output(Portfolio.LIMITS, "children"),
    Input(Asked.LIMITS, "data"),
    Input(Shell.RESYNC, "data"),
    State(Portfolio.ID, "data"),
    prevent_initial_call=True,
)
@part
def show_limits(asked: str | None, _resync: object, portfolio_id: str | None) -> Any:
    """Show every limit with its light."""
    if not asked:
        return no_update
    one = services().portfolios.get(portfolio_id or "", actor())
    checks = services().portfolios.limit_checks(one.id, actor())
    return present_portfolio.limits(checks, one, reader_style())


@callback(
    Output(Portfolio.TRANSACTIONS, "rowData"),
    Output(Portfolio.TRANSACTIONS_CURSOR, "data"),
    Output(Portfolio.TRANSACTIONS_MORE, "hidden"),
    Input(Asked.TRANSACTIONS, "data"),
    Input(Shell.RESYNC, "data"),
    State(Portfolio.ID, "data"),
    prevent_initial_call=True,
)
@part
def show_ledger(asked: str | None, _resync: object, portfolio_id: str | None) -> tuple[Any, ...]:
    """Show the latest entries of the ledger."""
    if not asked:
        return no_update, no_update, no_update
    found = services().portfolios.transactions(portfolio_id or "", actor(), cursor=None, limit=LEDGER_COUNT)
    return _ledger(found.items), found.next_cursor, not found.has_more


def _ledger(found: Iterable[TransactionView]) -> list[dict[str, Any]]:
    style = reader_style()
    return [present_portfolio.ledger_row(entry, style) for entry in found]


@callback(
    Output(Portfolio.TRANSACTIONS, "rowTransaction"),
    Output(Portfolio.TRANSACTIONS_CURSOR, "data", allow_duplicate=True),
    Output(Portfolio.TRANSACTIONS_MORE, "hidden", allow_duplicate=True),
    Input(Portfolio.TRANSACTIONS_MORE, "n_clicks"),
    State(Portfolio.TRANSACTIONS_CURSOR, "data"),
    State(Portfolio.ID, "data"),
    prevent_initial_call=True,
)
def show_earlier(clicks: int, cursor: str | None, portfolio_id: str) -> tuple[Any, ...]:
    """Add earlier entries below those that stand."""
    if not clicks or not cursor:
        return no_update, no_update, no_update
    found = services().portfolios.transactions(portfolio_id, actor(), cursor=cursor, limit=LEDGER_COUNT)
    return {"add": _ledger(found.items), "async": False}, found.next_cursor, not found.has_more


@callback(
    Output(Portfolio.ACTIONS, "hidden"),
    Output(Portfolio.POSITIONS, "hidden"),
    Output(Portfolio.EDIT, "hidden"),
    Output(Portfolio.DELETE, "hidden"),
    Output(Portfolio.REBALANCE, "hidden"),
    Input(Portfolio.ID, "data"),
)
def show_actions(_portfolio_id: object) -> tuple[bool, ...]:
    """Offer only what the person may do."""
    cannot_write = not may(Permission.PORTFOLIOS_WRITE)
    return not may(Permission.RUNS_WRITE), cannot_write, cannot_write, cannot_write, cannot_write


@callback(
    Output(Shell.DOWNLOAD, "data", allow_duplicate=True),
    Input(Portfolio.EXPORT_CSV, "n_clicks"),
    State(Portfolio.ID, "data"),
    prevent_initial_call=True,
)
def export_csv(clicks: int, portfolio_id: str) -> Any:
    """Save the holdings as CSV."""
    return _file(portfolio_id, "csv") if clicks else no_update


@callback(
    Output(Shell.DOWNLOAD, "data", allow_duplicate=True),
    Input(Portfolio.EXPORT_XLSX, "n_clicks"),
    State(Portfolio.ID, "data"),
    prevent_initial_call=True,
)
def export_xlsx(clicks: int, portfolio_id: str) -> Any:
    """Save the holdings as an Excel workbook."""
    return _file(portfolio_id, "xlsx") if clicks else no_update


def _file(portfolio_id: str, kind: str) -> Any:
    made = services().exports.holdings(portfolio_id, kind, actor())
    return dcc.send_bytes(made.content, made.filename, type=made.media_type)


clientside_callback(
    ClientsideFunction("pages", "portfolioTab"),
    Output(Portfolio.PANEL_HOLDINGS, "hidden"),
    Output(Portfolio.PANEL_ALLOCATION, "hidden"),
    Output(Portfolio.PANEL_HISTORY, "hidden"),
    Output(Portfolio.PANEL_TRANSACTIONS, "hidden"),
    Output(Portfolio.PANEL_LIMITS, "hidden"),
    Output(Portfolio.PANEL_TARGETS, "hidden"),
    Output(Versions.PANEL, "hidden"),
    Output(Notes.PANEL, "hidden"),
    Input(Portfolio.TABS, "active_tab"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("pages", "portfolioAsked"),
    *(Output(one, "data") for one in Asked.ALL),
    Input(Portfolio.TABS, "active_tab"),
    *(State(one, "data") for one in Asked.ALL),
)
pills(Portfolio.VIEW, Portfolio.period)
quick_filter(Portfolio.HOLDINGS, Portfolio.HOLDINGS_SEARCH)
quick_filter(Portfolio.TRANSACTIONS, Portfolio.TRANSACTIONS_SEARCH)

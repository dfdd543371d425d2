"""What shows today's result on the page of performance? Figures follow live prices in the browser; nothing is asked."""

from __future__ import annotations

from typing import Any

from dash import Input, Output, callback
from dash.exceptions import PreventUpdate

from callbacks import present_performance_today as present
from callbacks.actor import actor, services
from callbacks.present_errors import part
from callbacks.wording import reader_style
from components.ids import Performance, Shell
from components.performance_layout import OWN

View = dict[str, str]


@callback(
    Output(Performance.TODAY, "children"),
    Input(Performance.PORTFOLIO, "value"),
    Input(Shell.RESYNC, "data"),
)
@part
def show_line(portfolio_id: str | None, _resync: object) -> Any:
    """Say the day's result in one line; live prices write into it."""
    if not portfolio_id:
        raise PreventUpdate
    return present.line(services().performance_today.read(portfolio_id, actor()), reader_style())


@callback(
    Output(Performance.TODAY_BODY, "children"),
    Input(Performance.VIEW, "data"),
    Input(Performance.TABS, "active_tab"),
    Input(Shell.RESYNC, "data"),
)
@part
def show_today(view: View, tab: str, _resync: object) -> Any:
    """Show what each holding added to the day."""
    if tab != "today" or not view["portfolio"]:
        return None
    found = services().performance_today.read(view["portfolio"], actor())
    return present.body(found, reader_style(), is_other_currency=view["currency"] not in (OWN, found.base_currency))

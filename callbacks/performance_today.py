"""What shows today's result on the page of performance? Figures follow live prices in the browser; nothing is asked."""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, callback
from dash.exceptions import PreventUpdate

from callbacks import performance_ask as asking
from callbacks import present_performance_today as present
from callbacks.actor import Permission, actor, may, services
from callbacks.performance_figures import today_chart
from callbacks.present_errors import part
from callbacks.wording import reader_style
from components.ids import Performance, Shell
from components.performance_layout import OWN, chart_box

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
    Input(Performance.TICK_CHOSEN, "n_intervals"),
    Input(Shell.RESYNC, "data"),
    State(Shell.THEME_SHOWN, "data"),
)
@part
def show_today(view: View, tab: str, _tick: object, _resync: object, theme: str | None) -> Any:
    """Show what each holding added to the day."""
    if tab != "today" or not view["portfolio"]:
        return None
    found = services().performance_today.read(view["portfolio"], actor())
    chosen = asking.chosen(view, Performance.TICK_CHOSEN)
    is_other = view["currency"] not in (OWN, found.base_currency)
    chart = chart_box(
        today_chart(found, theme, chosen),
        plot_id=Performance.chart("today"),
        name="today",
        has_browser=services().exports.has_browser,
        may_export=may(Permission.EXPORTS_MAKE),
    )
    return present.body(found, reader_style(), is_other_currency=is_other, chosen=chosen, chart=chart)

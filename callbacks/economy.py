"""What answers the page of economic series: listing them, drawing one as the address says, all releases of a period?"""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import economy_words as words
from callbacks.actor import actor, preferences, services
from callbacks.present_errors import in_its_place, page
from callbacks.present_toast import put
from callbacks.wording import reader_style
from components.economy_layout import chart_box, choose_period
from components.ids import Economy, Shell
from services.charts.economy import series_chart
from services.errors import ServiceError
from services.messages.economy import EconomicView, Reading

_PARTS_COUNT = 5


@callback(
    Output(Economy.TABLE, "rowData"),
    Output(Economy.LEAD, "children"),
    Output(Economy.LIST, "hidden"),
    Output(Economy.EMPTY, "hidden"),
    Input(Shell.RESYNC, "data"),
)
@page(Economy.PROBLEM, Economy.MAIN)
def show_list(_resync: object) -> tuple[Any, ...]:
    """List what is stored."""
    found = services().economy.all_series(actor())
    return words.list_rows(found), words.lead(found), not found, bool(found)


@callback(
    Output(Economy.CHART, "children"),
    Output(Economy.PERIODS, "rowData"),
    Output(Economy.PERIODS_NOTE, "children"),
    Output(Economy.SOURCE, "children"),
    Output(Economy.RELEASES, "children"),
    Input(Economy.VIEW, "data"),
    Input(Shell.RESYNC, "data"),
    Input(Shell.THEME_SHOWN, "data"),
)
def show(view: dict[str, str], _resync: object, theme: str | None) -> tuple[Any, ...]:
    """Draw the series as the view says."""
    try:
        found = viewed(view)
    except ServiceError as error:
        put(Economy.SHOWN_PROBLEM, children=in_its_place(error, "This series", ("All series", "/market/economy")))
        found = None
    else:
        put(Economy.SHOWN_PROBLEM, children=None)
    put(Economy.SHOWN, hidden=found is None)
    if found is None:
        return (no_update,) * _PARTS_COUNT
    return (
        chart_box(_figure(found, theme)),
        words.period_rows(found),
        words.periods_note(found, reader_style()),
        words.source(found, reader_style()),
        choose_period(),
    )


@callback(
    Output(Economy.RELEASES, "children", allow_duplicate=True),
    Input(Economy.PERIODS, "cellClicked"),
    State(Economy.VIEW, "data"),
    prevent_initial_call=True,
)
def show_releases(cell: dict[str, Any] | None, view: dict[str, str]) -> Any:
    """List all releases of the period that was chosen."""
    found = viewed(view) if cell and cell.get("rowId") else None
    if found is None or cell is None:
        return no_update
    period = date.fromisoformat(str(cell["rowId"]))
    points = services().market_facts.vintages(found.series.series_id, period, actor())
    return words.releases(found, period, points, reader_style())


def viewed(view: dict[str, str]) -> EconomicView | None:
    """Return the series of the view, the first one where it names none; None where nothing is stored."""
    economy = services().economy
    series_id = view["series"] or next((one.series_id for one in economy.all_series(actor())), None)
    if series_id is None:
        return None
    day = date.fromisoformat(view["known_on"]) if view["known_on"] else None
    reading = cast(Reading, view["reading"] if day is not None or view["reading"] != "known" else "latest")
    return economy.view(series_id, actor(), reading=reading, known_on=day)


def _figure(view: EconomicView, theme: str | None) -> Any:
    likes = preferences()
    return series_chart(
        view, theme="dark" if theme == "dark" else "light", style=likes.number_format, signs=likes.sign_palette
    )


clientside_callback(
    ClientsideFunction("market", "economy"),
    Output(Economy.VIEW, "data"),
    Output(Economy.KNOWN_ON_BOX, "hidden"),
    Input(Economy.TABLE, "cellClicked"),
    Input(Economy.READING, "value"),
    Input(Economy.KNOWN_ON, "value"),
    State(Economy.VIEW, "data"),
    prevent_initial_call=True,
)

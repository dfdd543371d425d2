"""What answers the choice of prices by the minute on the page of one asset?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback

from callbacks.actor import actor, services
from components.ids import MarketSymbol, Shell
from components.market_layout import FREQUENCIES, MINUTE
from services.errors import ServiceError
from services.messages.exports import Export, TableFormat
from services.messages.minutes import MinuteView

NONE_STORED = "No prices by the minute are stored."


@callback(
    Output(MarketSymbol.FREQUENCY, "options"),
    Input(MarketSymbol.SYMBOL, "data"),
    Input(Shell.RESYNC, "data"),
)
def offer(symbol: str, _resync: object) -> list[dict[str, Any]]:
    """Offer minutes where some are stored; elsewhere the choice says that there are none."""
    try:
        is_stored = services().explorer_minutes.last_session(symbol, actor()) is not None
    except ServiceError:  # the page says it in its place
        is_stored = False
    return frequency_options(is_stored)


def frequency_options(is_stored: bool) -> list[dict[str, Any]]:
    """Return how dense bars can be."""
    grey: dict[str, Any] = {} if is_stored else {"disabled": True, "title": NONE_STORED}
    return [{"value": key, "label": text, **(grey if key == MINUTE else {})} for key, text in FREQUENCIES]


def viewed(symbol: str, view: dict[str, str]) -> MinuteView | None:
    """Return the last sessions by the minute where the view asks for them; None elsewhere."""
    if view["frequency"] != MINUTE:
        return None
    return services().explorer_minutes.view(symbol, actor(), sessions_count=int(view["sessions"]))


def table(symbol: str, view: dict[str, str], kind: TableFormat) -> Export:
    """Write the bars that are shown into a file."""
    return services().explorer_minutes.table(symbol, kind, actor(), sessions_count=int(view["sessions"]))


clientside_callback(
    ClientsideFunction("market", "boxes"),
    Output(MarketSymbol.RANGE_BOX, "hidden"),
    Output(MarketSymbol.SESSIONS_BOX, "hidden"),
    Output(MarketSymbol.ADJUST_BOX, "hidden"),
    Input(MarketSymbol.FREQUENCY, "value"),
)

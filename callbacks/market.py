"""What answers the list of all assets: searching it, and going to one of them?"""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Input, Output, callback, clientside_callback

from callbacks import market_words as words
from callbacks.actor import actor, services
from callbacks.in_browser import pills
from callbacks.present_errors import page
from components.ids import Market, Shell


@callback(
    Output(Market.TABLE, "rowData"),
    Output(Market.LEAD, "children"),
    Output(Market.FOUND, "children"),
    Output(Market.LIST, "hidden"),
    Output(Market.EMPTY, "hidden"),
    Input(Market.VIEW, "data"),
    Input(Market.SEARCH, "value"),
    Input(Shell.RESYNC, "data"),
)
@page(Market.PROBLEM, Market.MAIN)
def show(view: dict[str, Any], text: str | None, _resync: object) -> tuple[Any, ...]:
    """List what fits the search."""
    query = (text or "").strip()[:60] or None
    wanted = None if view["value"] == "all" else view["value"]
    found = services().explorer.assets(actor(), query=query, asset_class=wanted)
    is_all = query is None and wanted is None
    is_empty = is_all and not found.items
    lead = words.list_sentence(found.items, is_cut=found.has_more, is_all=is_all)
    return words.list_rows(found.items), lead, lead, is_empty, not is_empty


pills(Market.VIEW, Market.pill)
clientside_callback(ClientsideFunction("market", "open"), Input(Market.TABLE, "cellClicked"), prevent_initial_call=True)

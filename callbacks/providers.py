"""What does the page of sources do: show how each stands, switch it, give it a key and limits, test and order them?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import present_providers
from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import form, page, part
from callbacks.present_toast import put, read_anew, say
from callbacks.pressed import pressed_index
from callbacks.wording import reader_style, told
from components.confirm import CLOSED, OPEN
from components.ids import Providers, Shell
from services.runs_kind_price_refresh import PriceRefreshRequest

PRICE_REFRESH = "price_refresh"
KEY_WORDS = {"api_key": ("The key", Providers.KEY_VALUE), "keys": ("The key", Providers.KEY_VALUE)}
LIMIT_WORDS = {
    "day_limit_count": ("The number a day", Providers.LIMITS_DAY),
    "minute_limit_count": ("The number a minute", Providers.LIMITS_MINUTE),
}


@callback(
    Output(Providers.SUMMARY, "children"),
    Output(Providers.CARDS, "children"),
    Output(Providers.BUILT_IN, "children"),
    Output(Providers.REFRESH, "hidden"),
    Output(Providers.FEED_NEW, "hidden"),
    Input(Providers.VIEW, "data"),
    Input(Shell.RESYNC, "data"),
)
@page(Providers.PROBLEM, Providers.MAIN)
def show(_view: object, _resync: object) -> tuple[Any, ...]:
    """Show how each source stands."""
    found, style = services().providers.list(actor()), reader_style()
    may_write, may_try = may(Permission.PROVIDERS_WRITE), may(Permission.MARKET_REFRESH)
    return (
        present_providers.summary(found, style, may_write=may_write),
        present_providers.cards(found, style, may_write=may_write, may_try=may_try),
        present_providers.built_in(found, style),
        not (may_try and found.outside_enabled_count),
        not may_write,
    )


@callback(
    Output(Providers.ORDER, "children"),
    Output(Providers.ORDER_NOTE, "children"),
    Input(Providers.KIND, "value"),
    Input(Shell.RESYNC, "data"),
)
@part
def show_order(kind: str, _resync: object) -> tuple[Any, str]:
    """Show in which order sources are asked for one kind of assets."""
    found = services().providers.list(actor())
    view = next(one for one in found.orders if one.asset_class == kind)
    shown = present_providers.order(view, found, may_write=may(Permission.PROVIDERS_WRITE))
    return shown, present_providers.order_note(view)


@callback(Input(Providers.move(ALL), "n_clicks"), State(Providers.KIND, "value"), prevent_initial_call=True)
def move(_clicks: list[int], kind: str) -> None:
    """Have a source asked one place earlier or later."""
    if (index := pressed_index()) is not None:
        found = services().providers.list(actor())
        view = next(one for one in found.orders if one.asset_class == kind)
        services().providers.set_order(kind, present_providers.moved(view.providers, index), actor())
        read_anew("order of sources")


@callback(Input(Providers.switch(ALL), "n_clicks"), prevent_initial_call=True)
def switch(_clicks: list[int]) -> None:
    """Switch a source on or off."""
    if (index := pressed_index()) is not None:
        before = services().providers.get(index, actor())
        after = services().providers.change(
            index, {"is_enabled": not before.is_enabled}, actor(), before.row_version or None
        )
        say(f"{after.label} is switched {'on' if after.is_enabled else 'off'}", told(after.sentence))
        read_anew("source switched")


@callback(Input(Providers.trial(ALL), "n_clicks"), prevent_initial_call=True)
def try_out(_clicks: list[int]) -> None:
    """Ask a source for one symbol, and say what came of it."""
    if (index := pressed_index()) is not None:
        view = services().providers.trial(index, actor())
        put(Providers.trial_result(index), children=present_providers.trial(view, reader_style()))


@callback(Input(Providers.REFRESH, "n_clicks"), prevent_initial_call=True)
def refresh(clicks: int) -> None:
    """Have all figures refreshed, as a run."""
    if clicks:
        run = services().runs.submit(PRICE_REFRESH, PriceRefreshRequest(), actor())
        say("Started", "Its progress stands under Tasks.", link=("Open the runs", f"/runs?run={run.id}"))
        read_anew("refresh started")


@callback(
    Output(Providers.KEY_DIALOG, "className", allow_duplicate=True),
    Output(Providers.CHOSEN, "data", allow_duplicate=True),
    Output(Providers.KEY_TEXT, "children"),
    Output(Providers.KEY_VALUE, "value"),
    Output(Providers.KEY_DELETE, "hidden"),
    Input(Providers.key(ALL), "n_clicks"),
    prevent_initial_call=True,
)
def open_key(_clicks: list[int]) -> tuple[Any, ...]:
    """Ask for a source's key; the field is always empty, because keys never come back."""
    if (index := pressed_index()) is None:
        return (no_update,) * 5
    one = services().providers.get(index, actor())
    put(Providers.KEY_ERRORS, children=None)
    return OPEN, index, f"The key that {one.label} gave to your house.", "", not any(key.is_set for key in one.keys)


@callback(
    Output(Providers.KEY_DIALOG, "className", allow_duplicate=True),
    Output(Providers.KEY_VALUE, "value", allow_duplicate=True),
    Input(Providers.KEY_SAVE, "n_clicks"),
    State(Providers.CHOSEN, "data"),
    State(Providers.KEY_VALUE, "value"),
    prevent_initial_call=True,
    running=[(Output(Providers.KEY_SAVE, "disabled"), True, False)],
)
@form(Providers.KEY_ERRORS, KEY_WORDS)
def save_key(clicks: int, name: str | None, value: str | None) -> tuple[Any, Any]:
    """Seal a key."""
    if not clicks or not name:
        return no_update, no_update
    one = services().providers.get(name, actor())
    services().providers.set_credentials(name, {key.name: value or "" for key in one.keys}, actor())
    say("The key is kept", f"Press Test at {one.label} to see whether it works.")
    read_anew("key set")
    return CLOSED, ""


@callback(
    Output(Providers.KEY_DIALOG, "className", allow_duplicate=True),
    Input(Providers.KEY_DELETE, "n_clicks"),
    State(Providers.CHOSEN, "data"),
    prevent_initial_call=True,
)
@form(Providers.KEY_ERRORS, KEY_WORDS)
def delete_key(clicks: int, name: str | None) -> Any:
    """Forget a key."""
    if not clicks or not name:
        return no_update
    one = services().providers.delete_credentials(name, actor())
    say("The key was deleted", f"{one.label} is not asked until it has another one.")
    read_anew("key deleted")
    return CLOSED


@callback(
    Output(Providers.LIMITS_DIALOG, "className", allow_duplicate=True),
    Output(Providers.CHOSEN, "data", allow_duplicate=True),
    Output(Providers.LIMITS_TEXT, "children"),
    Output(Providers.LIMITS_DAY, "value"),
    Output(Providers.LIMITS_MINUTE, "value"),
    Input(Providers.limits(ALL), "n_clicks"),
    prevent_initial_call=True,
)
def open_limits(_clicks: list[int]) -> tuple[Any, ...]:
    """Ask how much a source may be asked."""
    if (index := pressed_index()) is None:
        return (no_update,) * 5
    one = services().providers.get(index, actor())
    put(Providers.LIMITS_ERRORS, children=None)
    words, day, minute = present_providers.limits(one, reader_style())
    return OPEN, index, words, day, minute


@callback(
    Output(Providers.LIMITS_DIALOG, "className", allow_duplicate=True),
    Input(Providers.LIMITS_SAVE, "n_clicks"),
    State(Providers.CHOSEN, "data"),
    State(Providers.LIMITS_DAY, "value"),
    State(Providers.LIMITS_MINUTE, "value"),
    prevent_initial_call=True,
    running=[(Output(Providers.LIMITS_SAVE, "disabled"), True, False)],
)
@form(Providers.LIMITS_ERRORS, LIMIT_WORDS)
def save_limits(clicks: int, name: str | None, day: str | None, minute: str | None) -> Any:
    """Keep how much a source may be asked."""
    if not clicks or not name:
        return no_update
    one = services().providers.change(name, present_providers.typed_limits(day, minute), actor())
    say("The limits are kept", told(one.quotas[0].sentence))
    read_anew("limits of a source")
    return CLOSED


for _dialog, _close in (
    (Providers.KEY_DIALOG, Providers.KEY_CANCEL),
    (Providers.LIMITS_DIALOG, Providers.LIMITS_CANCEL),
    (Providers.FEED_DIALOG, Providers.FEED_CANCEL),
    (Providers.DELETE_DIALOG, Providers.DELETE_CANCEL),
):
    clientside_callback(
        ClientsideFunction("pages", "close"),
        Output(_dialog, "className"),
        Input(_close, "n_clicks"),
        prevent_initial_call=True,
    )

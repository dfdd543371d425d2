"""What does the page of sources do with feeds that a house describes itself?"""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, callback, no_update

from callbacks import present_feed_trials, present_feeds
from callbacks.actor import actor, services
from callbacks.present_toast import put, read_anew, say
from callbacks.pressed import pressed_id
from callbacks.wording import reader_style, told
from components.confirm import CLOSED, OPEN, title_id
from components.fields import error_id
from components.ids import Providers
from components.toast import banner
from services.errors import ServiceError


@callback(
    Output(Providers.FEED_DIALOG, "className", allow_duplicate=True),
    Output(Providers.FEED_FIELDS, "children"),
    Input(Providers.FEED_NEW, "n_clicks"),
    Input(Providers.feed(ALL), "n_clicks"),
    prevent_initial_call=True,
)
def open_feed(_new: int, _clicks: list[int]) -> tuple[Any, Any]:
    """Ask how a feed is to be read; an existing description is filled in."""
    pressed = pressed_id()
    if pressed is None:
        return no_update, no_update
    known: dict[str, Any] = {}
    if isinstance(pressed, dict):
        known = services().providers.get(pressed["index"], actor()).configuration
    put(Providers.FEED_ERRORS, children=None)
    put(Providers.FEED_TRIAL, children=None)
    put(Providers.FEED_KEY, value="")
    return OPEN, present_feeds.fields_of(known)


@callback(
    Output(Providers.FEED_DIALOG, "className", allow_duplicate=True),
    Input(Providers.FEED_SAVE, "n_clicks"),
    State(Providers.feed_field(ALL), "id"),
    State(Providers.feed_field(ALL), "value"),
    prevent_initial_call=True,
    running=[(Output(Providers.FEED_SAVE, "disabled"), True, False)],
)
def save_feed(clicks: int, ids: list[dict[str, str]], values: list[Any]) -> Any:
    """Keep a description."""
    if not clicks or not ids:
        return no_update
    try:
        view = services().providers.put_feed(present_feeds.document_of(_typed(ids, values)), actor())
    except ServiceError as error:
        tell(error)
        return no_update
    say(f"{view.label} is described", "Set its key if it has one, test it, then switch it on.")
    read_anew("feed described")
    return CLOSED


@callback(
    Output(Providers.FEED_TRIAL, "children"),
    Input(Providers.FEED_TRY, "n_clicks"),
    State(Providers.feed_field(ALL), "id"),
    State(Providers.feed_field(ALL), "value"),
    State(Providers.FEED_KEY, "value"),
    prevent_initial_call=True,
    running=[
        (Output(Providers.FEED_TRY, "disabled"), True, False),
        (Output(Providers.FEED_TRYING, "hidden"), False, True),
        (Output(Providers.FEED_TRIAL, "hidden"), True, False),
    ],
)
def try_feed(clicks: int, ids: list[dict[str, str]], values: list[Any], key: str | None) -> Any:
    """Ask the feed once with the description as it stands in the form, and show how its answer is understood."""
    if not clicks or not ids:
        return no_update
    try:
        document = present_feeds.document_of(_typed(ids, values))
        found = services().feed_trials.run_document(document, (key or "").strip(), actor())
    except ServiceError as error:
        tell(error)
        return banner("Nothing was asked", told(error.message), tone="warn")
    tell(None)
    return present_feed_trials.shown(found, reader_style())


def _typed(ids: list[dict[str, str]], values: list[Any]) -> dict[str, Any]:
    return {one["index"]: value for one, value in zip(ids, values, strict=True)}


def tell(error: ServiceError | None) -> None:
    """Show every problem of a description at its field and at the end of the form; None takes them away."""
    if error is None:
        for path in present_feeds.TITLES:
            put(error_id(Providers.feed_field(path)), children=None)
        put(Providers.FEED_ERRORS, children=None)
        return
    beside, rest = present_feeds.problems(error)
    for path, sentence in beside.items():
        put(error_id(Providers.feed_field(path)), children=sentence or None)
    put(Providers.FEED_ERRORS, children=banner(told(error.message), rest, tone="bad"))


@callback(
    Output(Providers.DELETE_DIALOG, "className", allow_duplicate=True),
    Output(Providers.CHOSEN, "data", allow_duplicate=True),
    Input(Providers.delete(ALL), "n_clicks"),
    prevent_initial_call=True,
)
def ask_delete(_clicks: list[int]) -> tuple[Any, Any]:
    """Ask before a feed is forgotten."""
    pressed = pressed_id()
    if not isinstance(pressed, dict):
        return no_update, no_update
    put(title_id(Providers.DELETE_DIALOG), children=f"Delete the feed {pressed['index']}?")
    return OPEN, pressed["index"]


@callback(
    Output(Providers.DELETE_DIALOG, "className", allow_duplicate=True),
    Input(Providers.DELETE_CONFIRM, "n_clicks"),
    State(Providers.CHOSEN, "data"),
    prevent_initial_call=True,
)
def delete(clicks: int, name: str | None) -> Any:
    """Forget a feed."""
    if not clicks or not name:
        return no_update
    services().providers.delete_feed(name, actor())
    say("The feed is forgotten", "Prices that it brought stay.")
    read_anew("feed deleted")
    return CLOSED

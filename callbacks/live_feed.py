"""What does the panel of live prices do: start, pause and stop the house's feed, and ask while the socket is down?"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks.actor import Permission, actor, may, services
from callbacks.present_errors import form
from callbacks.present_toast import say
from components.ids import Live, Shell
from services.errors import FieldProblem, InvalidRequest
from services.messages.live import FeedMode, StartFeed

STARTED = {
    FeedMode.REPLAY: "The replay is starting",
    FeedMode.POLL: "The providers are being asked",
    FeedMode.PUSH: "The feed waits for prices that are sent to the API",
}
WORDS = {"start_on": ("The first session", Live.START_ON), "speed": ("The speed", Live.SPEED)}


@callback(
    Output(Live.CONTROLS, "hidden"),
    Output(Live.START, "children"),
    Output(Live.HOUSE_PAUSE, "hidden"),
    Output(Live.HOUSE_PAUSE, "children"),
    Output(Live.STOP, "hidden"),
    Input(Live.BUTTON, "n_clicks"),
    Input(Live.CHANGED, "data"),
    prevent_initial_call=True,
)
def show_controls(_clicks: int, _changed: object) -> tuple[Any, ...]:
    """Offer only what the person may do, and what fits the feed as it stands."""
    if not may(Permission.MARKET_REFRESH):
        return True, no_update, no_update, no_update, no_update
    feed = services().live.feed(actor())
    is_off = feed.mode is FeedMode.OFF
    pause = "Go on" if feed.is_paused else "Pause for all"
    return False, "Start" if is_off else "Start anew", is_off, pause, is_off


@callback(Output(Live.REPLAY_FIELDS, "hidden"), Input(Live.MODE, "value"))
def show_fields(mode: str | None) -> bool:
    """Ask for speed and first session only where a recording is played."""
    return mode != FeedMode.REPLAY.value


@callback(
    Output(Live.CHANGED, "data"),
    Input(Live.START, "n_clicks"),
    State(Live.MODE, "value"),
    State(Live.SPEED, "value"),
    State(Live.START_ON, "value"),
    prevent_initial_call=True,
)
@form(Live.PROBLEM, WORDS)
def start(clicks: int, mode: str, speed: str, start_on: str | None) -> Any:
    """Start the chosen feed."""
    if not clicks:
        return no_update
    wish = StartFeed(mode=FeedMode(mode), speed=float(speed), start_on=_day(start_on))
    services().live.start_feed(wish, actor())
    say(STARTED[wish.mode], tone="info")
    return uuid.uuid4().hex


@callback(
    Output(Live.CHANGED, "data", allow_duplicate=True), Input(Live.HOUSE_PAUSE, "n_clicks"), prevent_initial_call=True
)
def pause(clicks: int) -> Any:
    """Have the feed stand still for the whole house, or go on."""
    if not clicks:
        return no_update
    live, who = services().live, actor()
    feed = live.resume_feed(who) if live.feed(who).is_paused else live.pause_feed(who)
    say("The feed is paused for everybody" if feed.is_paused else "The feed goes on", tone="info")
    return uuid.uuid4().hex


@callback(Output(Live.CHANGED, "data", allow_duplicate=True), Input(Live.STOP, "n_clicks"), prevent_initial_call=True)
def stop(clicks: int) -> Any:
    """End the feed; the stored figures come back."""
    if not clicks:
        return no_update
    services().live.stop_feed(actor())
    say("The feed is stopped", "Figures are those of the last close again.", tone="info")
    return uuid.uuid4().hex


def _day(text: str | None) -> date | None:
    """Return the day that was typed; None for nothing.

    Raises
    ------
    InvalidRequest
        It is no day.
    """
    if not (text or "").strip():
        return None
    try:
        return date.fromisoformat(str(text).strip())
    except ValueError as error:
        problem = FieldProblem("start_on", "cannot be read.", "Write a day such as 2020-02-19.")
        raise InvalidRequest("The replay cannot start.", fields=(problem,)) from error


clientside_callback(
    ClientsideFunction("live", "ask"),
    Output(Live.ASKED, "data"),
    Input(Shell.FALLBACK, "n_intervals"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("live", "anew"),
    Output(Live.ASKED, "data", allow_duplicate=True),
    Input(Shell.RESYNC, "data"),
    prevent_initial_call=True,
)

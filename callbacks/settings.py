"""What do the settings of a person do: name, looks, sessions and keys?"""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, no_update

from callbacks import present_account, present_settings
from callbacks.actor import actor, preferences, services
from callbacks.present_errors import form, page
from callbacks.present_toast import put, read_anew, say
from callbacks.pressed import pressed_index
from callbacks.wording import reader_style, told
from components.confirm import CLOSED, OPEN
from components.ids import Settings, Shell
from services.formatting import count
from services.reader import reading

CHOICES = ("theme", "sign_palette", "density", "number_format", "date_format", "time_zone", "clock")
KEY_WORDS = {
    "name": ("The name", Settings.KEY_NAME),
    "scopes": ("What it may do", Settings.KEY_SCOPES),
    "expires_at_utc": ("The end", Settings.KEY_EXPIRES),
}


@callback(
    Output(Settings.NAME, "value"),
    Output(Settings.PROFILE, "children"),
    Output(Settings.THEME, "value"),
    Output(Settings.SIGNS, "value"),
    Output(Settings.DENSITY, "value"),
    Output(Settings.NUMBERS, "value"),
    Output(Settings.DATES, "value"),
    Output(Settings.CLOCK, "value"),
    Output(Settings.ZONE, "value"),
    Output(Settings.ZONE, "options"),
    Input(Settings.VIEW, "data"),
)
@page(Settings.PROBLEM, Settings.MAIN)
def show(_view: object) -> tuple[Any, ...]:
    """Show the account and its choices."""
    one, likes = services().users.get(actor().user_id, actor()), preferences()
    choices = (likes.theme, likes.sign_palette, likes.density, likes.number_format, likes.date_format, likes.clock)
    return one.name, present_account.account(one), *choices, likes.time_zone, present_settings.zones()


@callback(
    Output(Settings.SAVED, "children", allow_duplicate=True),
    Input(Settings.NAME_SAVE, "n_clicks"),
    State(Settings.NAME, "value"),
    prevent_initial_call=True,
)
@form(Settings.NAME_ERRORS, {"name": ("The name", Settings.NAME)})
def rename(clicks: int, name: str | None) -> Any:
    """Change one's own name."""
    if clicks:
        one = services().users.rename_self(name or "", actor())
        say("Saved", f"You are shown as {one.name}; the menu follows at the next visit.")
    return no_update


@callback(
    Output(Settings.SAVED, "children"),
    Output(Settings.PREVIEW, "children"),
    Output(Shell.PREFERENCES, "data"),
    Input(Settings.THEME, "value"),
    Input(Settings.SIGNS, "value"),
    Input(Settings.DENSITY, "value"),
    Input(Settings.NUMBERS, "value"),
    Input(Settings.DATES, "value"),
    Input(Settings.ZONE, "value"),
    Input(Settings.CLOCK, "value"),
    prevent_initial_call=True,
)
def prefer(*values: str) -> tuple[Any, Any, Any]:
    """Keep a choice as soon as it is made, and show what it means."""
    chosen = dict(zip(CHOICES, values, strict=True))
    before = preferences().model_dump(include=set(chosen))
    kept = services().preferences.set(actor(), chosen) if chosen != before else preferences()
    words = "Saved: the choice holds on every machine." if chosen != before else None
    with reading(lambda: kept):
        return words, present_settings.preview(kept.number_format), kept.model_dump()


@callback(Output(Settings.WAYS_IN, "children"), Input(Settings.VIEW, "data"), Input(Shell.RESYNC, "data"))
def show_ways_in(_view: object, _resync: object) -> Any:
    """Show how the account is protected, and where that is changed."""
    return present_account.ways_in(services().users.own_security(actor()))


@callback(
    Output(Settings.SESSIONS, "children"),
    Output(Settings.TOKENS, "children"),
    Input(Settings.VIEW, "data"),
    Input(Shell.RESYNC, "data"),
)
def show_sessions(_view: object, _resync: object) -> tuple[Any, Any]:
    """Show where the person is signed in: in browsers, and programs with a token of theirs."""
    found = services().sessions.list(actor())
    return present_account.sessions(found), present_account.tokens(found)


@callback(Input(Settings.session_end(ALL), "n_clicks"), prevent_initial_call=True)
def end_session(_clicks: list[int]) -> None:
    """End one session or one token."""
    if (index := pressed_index()) is not None:
        is_token = any(one.key == index and one.via == "token" for one in services().sessions.list(actor()))
        services().sessions.revoke(index, actor())
        say("The token was ended" if is_token else "The session was ended")
        read_anew("session ended")


@callback(Input(Settings.SESSIONS_END_OTHERS, "n_clicks"), prevent_initial_call=True)
def end_others(clicks: int) -> None:
    """End every session but this one, and every token."""
    if clicks:
        others = [one for one in services().sessions.list(actor()) if not one.is_current]
        for one in others:
            services().sessions.revoke(one.key, actor())
        browsers = sum(one.via == "session" for one in others)
        ended = f"{count(browsers, 'other session')} and {count(len(others) - browsers, 'token')} ended."
        say("Signed out elsewhere", told(ended))
        read_anew("sessions ended")


@callback(Output(Settings.KEYS_TABLE, "children"), Input(Settings.VIEW, "data"), Input(Shell.RESYNC, "data"))
def show_keys(_view: object, _resync: object) -> Any:
    """Show the person's API keys."""
    return present_settings.keys(services().api_keys.list(actor()), services().ports.clock.now_utc(), reader_style())


@callback(
    Output(Settings.KEY_DIALOG, "className"),
    Output(Settings.KEY_SCOPES, "options"),
    Output(Settings.KEY_SCOPES, "value"),
    Input(Settings.KEY_NEW, "n_clicks"),
    prevent_initial_call=True,
)
def open_key(clicks: int) -> tuple[Any, ...]:
    """Ask what a new key is for; it may do nothing until that is said."""
    if not clicks:
        return no_update, no_update, no_update
    return OPEN, present_settings.scope_options(actor()), []


@callback(
    Output(Settings.KEY_DIALOG, "className", allow_duplicate=True),
    Output(Settings.KEY_SHOWN, "className", allow_duplicate=True),
    Output(Settings.KEY_TEXT, "children"),
    Input(Settings.KEY_CREATE, "n_clicks"),
    State(Settings.KEY_NAME, "value"),
    State(Settings.KEY_SCOPES, "value"),
    State(Settings.KEY_EXPIRES, "value"),
    prevent_initial_call=True,
    running=[(Output(Settings.KEY_CREATE, "disabled"), True, False)],
)
@form(Settings.KEY_ERRORS, KEY_WORDS)
def make_key(clicks: int, name: str | None, scopes: list[str], ends: str) -> tuple[Any, ...]:
    """Make a key and show it once."""
    if not clicks:
        return no_update, no_update, no_update
    until = present_settings.expiry(ends, services().ports.clock.now_utc())
    made = services().api_keys.create(actor(), name or "", scopes, until)
    put(Settings.KEY_NAME, value=None)
    read_anew("key made")
    return CLOSED, OPEN, present_settings.secret(made)


@callback(
    Output(Settings.KEY_SHOWN, "className"),
    Output(Settings.KEY_TEXT, "children", allow_duplicate=True),
    Input(Settings.KEY_SHOWN_CLOSE, "n_clicks"),
    Input(Settings.KEY_SHOWN_CANCEL, "n_clicks"),
    prevent_initial_call=True,
)
def forget_key(copied: int, closed: int) -> tuple[Any, Any]:
    """Take the secret off the screen for good."""
    return (CLOSED, None) if copied or closed else (no_update, no_update)


@callback(Input(Settings.key_revoke(ALL), "n_clicks"), prevent_initial_call=True)
def revoke_key(_clicks: list[int]) -> None:
    """End a key for good."""
    if (index := pressed_index()) is not None:
        one = services().api_keys.revoke(index, actor())
        say("The key was revoked", f"{one.name} opens nothing any more.")
        read_anew("key revoked")


clientside_callback(
    ClientsideFunction("pages", "settingsTab"),
    Output(Settings.PANEL_PROFILE, "hidden"),
    Output(Settings.PANEL_APPEARANCE, "hidden"),
    Output(Settings.PANEL_SECURITY, "hidden"),
    Output(Settings.PANEL_KEYS, "hidden"),
    Output(Settings.PANEL_DATA, "hidden"),
    Output(Settings.PANEL_SCHEDULES, "hidden"),
    Output(Settings.PANEL_ABOUT, "hidden"),
    Input(Settings.TABS, "active_tab"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("pages", "close"),
    Output(Settings.KEY_DIALOG, "className", allow_duplicate=True),
    Input(Settings.KEY_CANCEL, "n_clicks"),
    prevent_initial_call=True,
)

"""What does the frame do: who reads, how the screens look, and what needs attention?"""

from __future__ import annotations

from typing import Any

import dash
from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, dcc, html, no_update
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from callbacks import present_shell
from callbacks.actor import Permission, actor, may, preferences, services
from callbacks.present_toast import read_anew, say
from callbacks.pressed import pressed_index
from callbacks.wording import reader_style, told
from components.ids import Shell
from components.ids_amounts import Amounts
from components.shell import ShellView, shell
from components.topbar import as_of_badge
from services.charts.template import chart_templates
from services.version import PRODUCT_VERSION


def layout() -> html.Div:
    """Draw the frame for the person behind the request."""
    who, likes = actor(), preferences()
    as_of = services().market.as_of(who) if may(Permission.MARKET_READ) else None
    today, is_down = services().ports.clock.now_utc().date(), bool(services().providers.failing(who.tenant_id))
    view = ShellView(
        user_name=who.name,
        user_email=current_user.email,
        role_label=who.role.label,
        csrf_token=generate_csrf(),
        as_of_text=present_shell.as_of_words(as_of, today, is_source_down=is_down),
        is_historical=present_shell.is_historical(as_of, today) or is_down,
        navigation=present_shell.navigation(who),
        theme=likes.theme,
        signs=likes.sign_palette.replace("_", "-"),
        density=likes.density,
        numbers=likes.number_format,
        amounts=likes.amounts,
        dates=likes.date_format,
        zone=likes.time_zone,
        clock=likes.clock,
        templates=chart_templates(),
        preferences=likes.model_dump(),
        version=PRODUCT_VERSION,
        help_places={one.path: one.screen for one in services().help.pages(who).data},
        draws_as_shown=services().exports.has_browser,
    )
    return _framed(view)


def _framed(view: ShellView) -> html.Div:
    return html.Div([shell(dash.page_container, view), dcc.Store(id=Shell.NEWS)])


def validation_layout() -> html.Div:
    """Return the frame and every page at once, with nobody's data: what callbacks may name."""
    nobody = ShellView(
        user_name="", user_email="", role_label="", csrf_token="", as_of_text="", is_historical=False, navigation=()
    )
    pages = [page["layout"]() for page in dash.page_registry.values()]
    return html.Div([_framed(nobody), *pages])


@callback(Output(Shell.AS_OF, "children"), Input(Shell.RESYNC, "data"), prevent_initial_call=True)
def show_as_of(_resync: object) -> Any:
    """Say anew which day the prices end on."""
    as_of = services().market.as_of(actor())
    today = services().ports.clock.now_utc().date()
    is_down = bool(services().providers.failing(actor().tenant_id))
    words = present_shell.as_of_words(as_of, today, is_source_down=is_down)
    return as_of_badge(words, present_shell.is_historical(as_of, today) or is_down)


@callback(
    Output(Shell.PREFERENCES, "data", allow_duplicate=True),
    Input(Shell.THEME, "data"),
    State(Shell.PREFERENCES, "data"),
    prevent_initial_call=True,
)
def keep_theme(theme: str | None, known: dict[str, Any] | None) -> Any:
    """Keep the theme with the account, so that it follows to other machines."""
    if theme not in {"light", "dark", "system"} or theme == (known or {}).get("theme"):
        return no_update
    return services().preferences.set(actor(), {"theme": theme}).model_dump()


@callback(
    Output(Shell.PREFERENCES, "data", allow_duplicate=True),
    Input(Amounts.CHOICE, "data"),
    prevent_initial_call=True,
)
def keep_amounts(amounts: str | None) -> Any:
    """Keep with the account whether amounts are hidden; the page is then read anew, so that nothing stays as it was."""
    if amounts not in {"shown", "hidden"}:
        return no_update
    return services().preferences.set(actor(), {"amounts": amounts}).model_dump()


@callback(
    Output(Shell.BELL_LIST, "children"),
    Output(Shell.BELL_COUNT, "children"),
    Output(Shell.BELL_BUTTON, "title"),
    Output(Shell.BELL_BUTTON, "aria-label"),
    Output(Shell.BELL_SEEN, "data"),
    Input(Shell.BELL_BUTTON, "n_clicks"),
    Input(Shell.NEWS, "data"),
    Input(Shell.RESYNC, "data"),
    Input(Shell.FALLBACK, "n_intervals"),
    State(Shell.BELL_SEEN, "data"),
)
def show_bell(*reasons: object) -> tuple[Any, ...]:
    """Show alerts and the inbox; what did not change stays: nothing moves under a pointer, no link loses the focus."""
    alerts = [one for one in services().alerts.list(actor()) if one.state.value != "resolved"]
    inbox = services().events.notifications(actor(), limit=20)
    unread = services().events.unread_count(actor())
    may_act = may(Permission.ALERTS_WRITE)
    style = reader_style()
    drawn = present_shell.bell(alerts, inbox, style, may_act=may_act, unread=unread)
    mark = present_shell.mark_of(drawn)
    bubble, label = present_shell.bubble(alerts, unread), present_shell.bell_label(alerts, unread, style)
    return (no_update if mark == reasons[-1] else drawn), bubble, label, label, mark


@callback(Input(Shell.BELL_READ_ALL, "n_clicks"), prevent_initial_call=True)
def read_all(clicks: int) -> None:
    """Mark the whole inbox as read."""
    if clicks:
        services().events.mark_read(None, actor())
        read_anew("inbox read")


@callback(Input(Shell.alert_acknowledge(ALL), "n_clicks"), prevent_initial_call=True)
def acknowledge(_clicks: list[int]) -> None:
    """Take an alert on, so that it does not ask again."""
    if (index := pressed_index()) is not None:
        alert = services().alerts.acknowledge(index, actor())
        say("Acknowledged", told(alert.title))
        read_anew("alert acknowledged")


@callback(Input(Shell.alert_snooze(ALL), "n_clicks"), prevent_initial_call=True)
def snooze(_clicks: list[int]) -> None:
    """Let an alert rest for a day."""
    if (index := pressed_index()) is not None:
        until = present_shell.tomorrow(services().ports.clock.now_utc())
        alert = services().alerts.snooze(index, until, actor())
        say("Snoozed for a day", told(alert.title))
        read_anew("alert snoozed")


clientside_callback(ClientsideFunction("pages", "prefer"), Input(Shell.PREFERENCES, "data"))
clientside_callback(ClientsideFunction("rail", "mark"), Input(Shell.URL, "pathname"))
clientside_callback(ClientsideFunction("qpo", "templates"), Input(Shell.TEMPLATES, "data"))
clientside_callback(
    ClientsideFunction("pages", "title"),
    Output(Shell.TITLE, "children"),
    Input(Shell.PAGE, "data"),
)

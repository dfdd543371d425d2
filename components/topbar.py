"""What stands in the bar above every page?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from components.button import button, icon_button
from components.command_bar import bar_button
from components.help_layout import help_link
from components.icon import icon
from components.ids import Shell
from components.ids_amounts import Amounts
from components.live_panel import live_light
from components.menu import menu
from components.rail import NavItem

LEAD = "Historical data: "


def as_of_badge(text: str, is_historical: bool) -> html.Span:
    """Say which day the prices end on.

    Parameters
    ----------
    text : str
        The sentence, such as ``Historical data: prices to 28 Dec 2022``.
    is_historical : bool
        Whether the day is older than five days: then the badge stands out.
    """
    kind = "badge-historical" if is_historical else "badge-current"
    glyph = "clock-history" if is_historical else "calendar-check"
    lead, rest = (LEAD, text.removeprefix(LEAD)) if text.startswith(LEAD) else ("", text)
    # a phone leaves the lead out, never the day, the age or the reason
    words = [html.Span(lead, className="as-of-lead"), rest] if lead else [text]
    return html.Span([icon(glyph), html.Span(words, className="as-of-text")], className=f"as-of {kind}", title=text)


def count_bubble(count: int, id: str) -> html.Span:
    """Draw the small number on a tray button; zero hides it."""
    return html.Span(str(count) if count else "", id=id, className="bubble")


def _tasks() -> html.Details:
    head = html.Div("Tasks", className="menu-title")
    nothing = html.P("No optimization is running.", className="menu-empty")
    return menu(
        [icon("activity"), count_bubble(0, Shell.TASKS_COUNT)],
        [head, html.Div(nothing, id=Shell.TASKS_LIST, className="menu-list")],
        label="Tasks",
        button_id=Shell.TASKS_BUTTON,
        panel_id=Shell.TASKS_PANEL,
        className="menu-tray",
    )


def _bell() -> html.Details:
    head = html.Div(
        ["Notifications", button("Mark all as read", Shell.BELL_READ_ALL, kind="quiet", small=True, n_clicks=0)],
        className="menu-title",
    )
    nothing = html.P("Nothing new.", className="menu-empty")
    return menu(
        [icon("bell"), count_bubble(0, Shell.BELL_COUNT)],
        [head, html.Div(nothing, id=Shell.BELL_LIST, className="menu-list")],
        label="Notifications",
        button_id=Shell.BELL_BUTTON,
        panel_id=Shell.BELL_PANEL,
        className="menu-tray",
    )


def _person(
    name: str, email: str, role: str, csrf_token: str, sign_out_href: str, places: Sequence[NavItem]
) -> html.Details:
    initials = "".join(word[0] for word in name.split()[:2]).upper() or "?"
    sign_out = html.Form(
        [
            dcc.Input(type="hidden", name="csrf_token", value=csrf_token),
            html.Button([icon("box-arrow-right"), "Sign out"], id=Shell.SIGN_OUT, type="submit", className="menu-item"),
        ],
        action=sign_out_href,
        method="POST",
        className="menu-form",
    )
    links = [
        *(
            dcc.Link([icon(item.glyph), item.label], href=item.href, className="menu-item menu-item-phone")
            for item in places
        ),
        html.Button(
            [icon("eye"), "Hide or show amounts"],
            type="button",
            className="menu-item menu-item-phone",
            **{"data-amounts-toggle": ""},
        ),
        dcc.Link([icon("gear"), "Settings"], href="/settings", className="menu-item"),
        dcc.Link([icon("question-circle"), "Help"], href="/help", className="menu-item"),
        dcc.Link([icon("book"), "Glossary"], href="/help/glossary", className="menu-item"),
        html.A([icon("shield-lock"), "Two-factor sign-in"], href="/account/tf-setup", className="menu-item"),
        html.A([icon("key"), "Change password"], href="/account/change", className="menu-item"),
    ]
    who = html.Div([html.Strong(name), html.Span(email), html.Span(role, className="role-tag")], className="menu-who")
    return menu(
        [html.Span(initials, className="avatar", **{"aria-hidden": "true"})],
        [who, *links, sign_out],
        label=f"Account of {name}",
        button_id=Shell.USER_BUTTON,
        panel_id=Shell.USER_PANEL,
        className="menu-user",
    )


def topbar(
    *,
    as_of: Any,
    user_name: str,
    user_email: str,
    role_label: str,
    csrf_token: str,
    sign_out_href: str,
    hides_amounts: bool = False,
    places: Sequence[NavItem] = (),
) -> html.Header:
    """Assemble the bar: section, day of the prices, command bar, help, live prices, trays, eye, theme, account.

    On phones the account menu also leads to `places`, those that the bottom bar has no room for.
    """
    eye = icon_button(
        "eye-slash" if hides_amounts else "eye",
        "Show amounts" if hides_amounts else "Hide amounts",
        Amounts.BUTTON,
        **{"data-amounts-toggle": "", "aria-pressed": "true" if hides_amounts else "false"},
    )
    theme = icon_button("circle-half", "Switch between light and dark", Shell.THEME_BUTTON, **{"data-theme-toggle": ""})
    return html.Header(
        [
            html.Div("", id=Shell.TITLE, className="topbar-title"),
            html.Div(as_of, id=Shell.AS_OF, className="topbar-as-of"),
            html.Div(className="topbar-gap"),
            bar_button(),
            help_link(),
            live_light(),
            _tasks(),
            _bell(),
            eye,
            theme,
            _person(user_name, user_email, role_label, csrf_token, sign_out_href, places),
        ],
        className="topbar",
    )

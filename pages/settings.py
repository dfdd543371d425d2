"""How does a person set up their account, their data and their keys?"""

from __future__ import annotations

from typing import Any

import dash
from dash import dcc, html

from components.button import button, link_button
from components.card import card, columns
from components.confirm import ask_first
from components.fields import field, segments, select, text_input
from components.ids import Settings
from components.page_header import page_header
from components.progress import progress
from components.tabs import tabs
from pages._frame import frame, panels, tab_of, waiting
from pages._settings_dialogs import key_dialogs, sample_dialog, schedule_dialog

dash.register_page(__name__, path="/settings", title="Settings · Quantum Portfolio Optimizer", name="Settings", order=5)

TABS = (
    ("profile", "Profile", Settings.PANEL_PROFILE),
    ("appearance", "Appearance", Settings.PANEL_APPEARANCE),
    ("security", "Security", Settings.PANEL_SECURITY),
    ("keys", "API keys", Settings.PANEL_KEYS),
    ("data", "Data", Settings.PANEL_DATA),
    ("schedules", "Schedules", Settings.PANEL_SCHEDULES),
    ("about", "About", Settings.PANEL_ABOUT),
)


def layout(tab: str | None = None, **_: Any) -> html.Div:
    """Draw the outline; what is set arrives when the server has been asked."""
    places = [(key, part) for key, _text, part in TABS]
    return frame(
        Settings.PROBLEM,
        Settings.MAIN,
        dcc.Store(id=Settings.VIEW),
        page_header("Settings", lead="Your account, how the screens look, and where the data comes from."),
        tabs(Settings.TABS, [(key, text) for key, text, _part in TABS], tab_of(places, tab)),
        *panels(places, tab, _profile(), _appearance(), _security(), _keys(), _data(), _schedules(), _about()),
        *key_dialogs(),
        sample_dialog(),
        schedule_dialog(),
    )


def _profile() -> Any:
    name = html.Div(
        [
            html.Div(id=Settings.NAME_ERRORS),
            field(
                text_input(Settings.NAME, maxlength=100),
                "Name",
                help_text="Shown to your colleagues. It changes once it is saved.",
            ),
            button("Save the name", Settings.NAME_SAVE, kind="primary", n_clicks=0),
        ],
        className="stack",
    )
    return columns(card(name, title="Name"), card(waiting(120), title="Account", body_id=Settings.PROFILE))


def _appearance() -> Any:
    choices = [
        field(
            segments(
                Settings.THEME,
                [("light", "Light"), ("dark", "Dark"), ("system", "As the system")],
                "system",
                label="Theme",
            ),
            "Theme",
        ),
        field(
            segments(
                Settings.SIGNS,
                [("blue_orange", "Blue and orange"), ("green_red", "Green and red")],
                "blue_orange",
                label="Gain and loss",
            ),
            "Gain and loss",
            help_text="Both carry a sign as well, so that color is never the only mark.",
        ),
        field(
            segments(
                Settings.DENSITY,
                [("comfortable", "Comfortable"), ("compact", "Compact")],
                "comfortable",
                label="Density",
            ),
            "Density",
        ),
        field(
            select(
                Settings.NUMBERS,
                [("comma", "1,234,567.89"), ("point", "1.234.567,89"), ("space", "1 234 567,89")],
                "comma",
            ),
            "Numbers",
        ),
        field(
            select(
                Settings.DATES,
                [
                    ("words", "28 Dec 2022"),
                    ("iso", "2022-12-28"),
                    ("day_first", "28/12/2022"),
                    ("month_first", "12/28/2022"),
                ],
                "words",
            ),
            "Dates",
        ),
        field(
            select(Settings.ZONE, [("UTC", "UTC")], "UTC"),
            "Time zone",
            help_text="In which moments are told; days of prices stay those of the exchanges.",
        ),
        field(select(Settings.CLOCK, [("h24", "14:05"), ("h12", "2:05 pm")], "h24"), "Clock"),
        html.P(id=Settings.SAVED, className="muted", role="status"),
    ]
    return columns(
        card(html.Div(choices, className="stack"), title="How the screens look"),
        card(waiting(180), title="Preview", body_id=Settings.PREVIEW),
    )


def _security() -> list[Any]:
    asks = ask_first(
        "End all other sessions?",
        "Every other browser is signed out at once, and programs with a token are refused; both have to sign in again. "
        "What is typed there unsaved is lost.",
        "End them all",
    )
    others = button(
        "End all other sessions", Settings.SESSIONS_END_OTHERS, kind="danger", small=True, n_clicks=0, **asks
    )
    return [
        card(
            waiting(150),
            title="Ways in",
            note="You may be asked for your password once more first.",
            body_id=Settings.WAYS_IN,
        ),
        card(
            waiting(120),
            title="Sessions",
            note="Where you are signed in. A session that was ended never opens anything again: sign in anew there.",
            actions=others,
            flush=True,
            body_id=Settings.SESSIONS,
        ),
        card(
            waiting(70),
            title="Sign-in tokens",
            note="Programs that signed in with your password. They have a limit of their own and sign no browser out.",
            flush=True,
            body_id=Settings.TOKENS,
        ),
    ]


def _keys() -> Any:
    new = button("New key", Settings.KEY_NEW, kind="primary", small=True, glyph="plus-lg", n_clicks=0)
    return card(
        waiting(120),
        title="API keys",
        note="A key acts for you, within the scopes you give it. It is shown once, and never works again once revoked.",
        actions=new,
        flush=True,
        body_id=Settings.KEYS_TABLE,
    )


def _data() -> list[Any]:
    refresh = button("Refresh now", Settings.REFRESH, small=True, glyph="arrow-repeat", n_clicks=0, hidden=True)
    load = button("Load the sample pack", Settings.SAMPLE_LOAD, small=True, glyph="flask", n_clicks=0, hidden=True)
    return [
        html.Div(waiting(70), id=Settings.DATA_SUMMARY),
        card(
            link_button("Open the imports", "/imports?tab=market", glyph="upload"),
            title="Import market data",
            note="Prices, scores, exchange rates and benchmark weights of your own have a page of their own.",
        ),
        card(
            waiting(140),
            title="Sources",
            note="In the order in which they are asked",
            actions=refresh,
            flush=True,
            body_id=Settings.PROVIDERS,
        ),
        card(
            [
                html.Div(waiting(60), id=Settings.SAMPLE_STATE),
                html.Div(progress("Loading the sample pack", None), id=Settings.SAMPLE_PROGRESS, hidden=True),
            ],
            title="Sample pack",
            note="Invented figures, so that every feature can be tried",
            actions=load,
        ),
    ]


def _schedules() -> Any:
    new = button("New schedule", Settings.SCHEDULE_NEW, small=True, glyph="plus-lg", n_clicks=0, hidden=True)
    return card(
        waiting(120),
        title="Schedules",
        note="Work that repeats itself",
        actions=new,
        flush=True,
        body_id=Settings.SCHEDULES,
    )


def _about() -> list[Any]:
    verify = button("Verify the audit log", Settings.AUDIT_VERIFY, small=True, glyph="shield-check", n_clicks=0)
    audit = card(
        [html.Div(id=Settings.AUDIT_RESULT), html.Div(waiting(140), id=Settings.AUDIT)],
        title="Audit log",
        note="Every deed, chained so that a change shows",
        actions=verify,
    )
    return [
        html.Div(card(waiting(120), title="This installation"), id=Settings.ABOUT),
        html.Div(id=Settings.CONFIGURATION),
        html.Div(audit, id=Settings.AUDIT_CARD, hidden=True),
    ]

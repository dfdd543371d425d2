"""What frames every page: rail, top bar, live connection, tasks, toasts and the Stores that outlive a page?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import dcc, html

from components.command_bar import command_bar
from components.icon import icon
from components.ids import Shell
from components.ids_amounts import Amounts
from components.live_panel import live_note, live_stores
from components.price_source import price_note
from components.rail import NAVIGATION, NavItem, beside_the_bar, rail
from components.topbar import as_of_badge, topbar

KEYS: tuple[tuple[str, str], ...] = (
    ("Ctrl K", "Find a page, portfolio, client, asset or deed"),
    ("/", "Search on this page"),
    ("g h", "Go to Home"),
    ("g o", "Go to Optimize"),
    ("g e", "Go to Frontier"),
    ("g t", "Go to Trade-offs"),
    ("g w", "Go to Rebalance"),
    ("g f", "Go to Performance"),
    ("g x", "Go to Stress"),
    ("g k", "Go to Risk"),
    ("g r", "Go to Runs"),
    ("g b", "Go to Academic benchmarks"),
    ("g c", "Go to Clients"),
    ("g l", "Go to Compliance"),
    ("g m", "Go to Market"),
    ("g q", "Go to Data quality"),
    ("g p", "Go to Providers"),
    ("g i", "Go to Imports"),
    ("g u", "Go to Users"),
    ("g s", "Go to Settings"),
    ("t", "Switch between light and dark"),
    ("h", "Hide or show amounts"),
    ("p", "Pause live prices on this screen"),
    ("← →", "Go through the chart that Tab has reached"),
    ("Esc", "Close a panel or dialog"),
    ("?", "Show these keys"),
)


@dataclass(frozen=True)
class ShellView:
    """Everything the frame has to be told.

    Parameters
    ----------
    user_name, user_email, role_label : str
        The person who is signed in.
    csrf_token : str
        Token of the sign-out form.
    as_of_text : str
        Which day the prices end on, as a sentence.
    is_historical : bool
        Whether that day is older than five days.
    navigation : sequence of NavItem
        Destinations that this person may open.
    theme : str
        ``light``, ``dark`` or ``system``; the account's choice.
    signs : str
        Colors of gain and loss: ``blue-orange``, ``green-red`` or ``red-up``.
    density : str
        ``comfortable`` or ``compact``.
    numbers : str
        How numbers are written: ``comma`` (1,234.5), ``point`` (1.234,5) or ``space`` (1 234,5).
    amounts : str
        ``shown`` or ``hidden``: whether money and numbers of shares are masked.
    dates : str
        How days are written: ``words``, ``iso``, ``day_first`` or ``month_first``.
    zone, clock : str
        In which time zone moments are told, by name, and whether hours count to 24 (``h24``) or to 12 (``h12``).
    templates : mapping
        Plotly templates ``{"light": ..., "dark": ...}``, so that charts follow a switch of the theme.
    preferences : mapping
        The account's preferences, for callbacks.
    version : str
        Version of the product.
    help_places : mapping
        Names of the pages of help by the addresses of the screens, a star for what differs.
    fallback_ms : int
        How often the page asks for news while the socket is down.
    draws_as_shown : bool
        Whether charts can also be drawn by a browser of the server's.
    """

    user_name: str
    user_email: str
    role_label: str
    csrf_token: str
    as_of_text: str
    is_historical: bool
    navigation: Sequence[NavItem] = NAVIGATION
    theme: str = "system"
    signs: str = "blue-orange"
    density: str = "comfortable"
    numbers: str = "comma"
    amounts: str = "shown"
    dates: str = "words"
    zone: str = "UTC"
    clock: str = "h24"
    templates: Mapping[str, Any] = field(default_factory=dict)
    preferences: Mapping[str, Any] = field(default_factory=dict)
    version: str = ""
    help_places: Mapping[str, str] = field(default_factory=dict)
    fallback_ms: int = 5000
    draws_as_shown: bool = False
    sign_out_href: str = "/account/logout"


def _stores(view: ShellView) -> list[Any]:
    return [
        dcc.Location(id=Shell.URL, refresh="callback-nav"),
        dcc.Store(id=Shell.EVENT),
        dcc.Store(id=Shell.EVENT_SEQ, storage_type="session"),
        dcc.Store(id=Shell.CONNECTION_STATE),
        dcc.Store(id=Shell.RESYNC),
        dcc.Store(id=Shell.BELL_SEEN),
        dcc.Store(id=Shell.RUN, storage_type="session"),
        dcc.Store(id=Shell.RUN_VIEW),
        dcc.Store(id=Shell.RUN_END),
        dcc.Store(id=Shell.THEME),
        dcc.Store(id=Shell.THEME_SHOWN),
        dcc.Store(id=Amounts.CHOICE),
        dcc.Store(id=Shell.TEMPLATES, data=dict(view.templates)),
        dcc.Store(id=Shell.PREFERENCES, data=dict(view.preferences)),
        dcc.Interval(id=Shell.FALLBACK, interval=view.fallback_ms, disabled=True),
        dcc.Download(id=Shell.DOWNLOAD),
        dcc.Store(id=Shell.TAKE),
        dcc.Store(id=Shell.PROVENANCE),
        *live_stores(),
    ]


def keys_dialog(navigation: Sequence[NavItem] = NAVIGATION) -> html.Div:
    """List the keys of what this person may open; assets/keyboard.js opens and closes it."""
    away = {f"g {item.key}" for item in NAVIGATION} - {f"g {item.key}" for item in navigation}
    rows = [
        html.Div([html.Dt([html.Kbd(part) for part in keys.split()]), html.Dd(words)], className="keys-row")
        for keys, words in KEYS
        if keys not in away
    ]
    head = html.Div(
        [
            html.H2("Keys", id="shell-keys-title"),
            html.Button(
                icon("x-lg"), id=Shell.KEYS_CLOSE, type="button", className="dialog-close", **{"aria-label": "Close"}
            ),
        ],
        className="dialog-head",
    )
    box = html.Div(
        [head, html.Dl(rows, className="keys")],
        className="dialog-box",
        role="dialog",
        tabIndex=-1,
        **{"aria-modal": "true", "aria-labelledby": "shell-keys-title"},
    )
    return html.Div(box, id=Shell.KEYS, className="dialog", **{"aria-hidden": "true"})


def shell(page: Any, view: ShellView) -> html.Div:
    """Build the frame around a page.

    Parameters
    ----------
    page : component
        What the pages router draws into (``dash.page_container``).
    view : ShellView
        Who reads, what they may open, which day the data ends on.
    """
    bar = topbar(
        as_of=as_of_badge(view.as_of_text, view.is_historical),
        user_name=view.user_name,
        user_email=view.user_email,
        role_label=view.role_label,
        csrf_token=view.csrf_token,
        sign_out_href=view.sign_out_href,
        hides_amounts=view.amounts == "hidden",
        places=beside_the_bar(view.navigation),
    )
    main = html.Main(page, id=Shell.CONTENT, className="content", tabIndex=-1)
    return html.Div(
        [
            html.A("Skip to content", href=f"#{Shell.CONTENT}", className="skip"),
            *_stores(view),
            rail(view.navigation, view.version),
            html.Div([bar, live_note(), main], className="frame"),
            html.Div(id=Shell.TOASTS, className="toasts", role="region", **{"aria-label": "Messages"}),
            html.Div(id=Shell.ANNOUNCE, className="visually-hidden", role="status", **{"aria-live": "polite"}),
            price_note(),
            keys_dialog(view.navigation),
            command_bar(view.navigation),
        ],
        id=Shell.ROOT,
        className="shell",
        **{
            "data-theme-choice": view.theme,
            "data-signs": view.signs.replace("_", "-"),
            "data-density": view.density,
            "data-numbers": view.numbers,
            "data-amounts": view.amounts,
            "data-dates": view.dates,
            "data-zone": view.zone,
            "data-clock": view.clock,
            "data-places": json.dumps({item.key: item.href for item in view.navigation}),
            "data-help": json.dumps(dict(view.help_places)),
            **({"data-draws-as-shown": ""} if view.draws_as_shown else {}),
        },
    )

"""How does a person reach a page, a portfolio, an asset or a deed by a few letters?"""

from __future__ import annotations

import json
from collections.abc import Sequence

from dash import html

from components.icon import icon
from components.ids import Shell
from components.rail import NAVIGATION, NavItem

DEEDS_HERE: tuple[tuple[str, str, str], ...] = (
    ("Switch between light and dark", "theme", "t"),
    ("Hide or show amounts", "amounts", "h"),
    ("Pause or resume live prices", "pause", "p"),
    ("Show all keys", "keys", "?"),
    ("Sign out", "sign-out", ""),
)
"""What the bar does on the screen itself: words, name in assets/command_bar.js, key."""


def command_bar(navigation: Sequence[NavItem] = NAVIGATION) -> html.Div:
    """Draw the closed bar; assets/command_bar.js opens it, asks what fits, and goes there.

    Parameters
    ----------
    navigation : sequence of NavItem
        Pages that the person may open: the bar knows them without asking.

    """
    places = [{"title": one.label, "href": one.href, "key": f"g {one.key}"} for one in navigation]
    deeds = [{"title": words, "do": name, "key": key} for words, name, key in DEEDS_HERE]
    field = html.Div(
        [
            icon("search"),
            html.Span(id=Shell.BAR_FIELD, className="bar-field", **{"data-autofocus": ""}),
            html.Button(
                icon("x-lg"), id=Shell.BAR_CLOSE, type="button", className="dialog-close", **{"aria-label": "Close"}
            ),
        ],
        className="bar-head",
    )
    box = html.Div(
        [
            field,
            html.Div(id=Shell.BAR_LIST, className="bar-list", role="listbox", **{"aria-label": "Finds"}),
            html.Div(id=Shell.BAR_NOTE, className="bar-note", role="status"),
        ],
        className="dialog-box bar-box",
        role="dialog",
        tabIndex=-1,
        **{"aria-modal": "true", "aria-label": "Find anything"},
    )
    return html.Div(
        box,
        id=Shell.BAR,
        className="dialog bar",
        **{"aria-hidden": "true", "data-places": json.dumps(places), "data-deeds": json.dumps(deeds)},
    )


def bar_button() -> html.Button:
    """Draw the button above every page that opens the bar."""
    return html.Button(
        [icon("search"), html.Span("Find", className="bar-open-text"), html.Kbd("Ctrl K", className="bar-open-key")],
        id=Shell.BAR_OPEN,
        type="button",
        className="bar-open",
        **{"aria-label": "Find anything", "aria-keyshortcuts": "Control+K", "aria-haspopup": "dialog"},
    )

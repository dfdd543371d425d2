"""How does the page of portfolios side by side stand: the choice, and the cards that a callback fills?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import dcc, html

from components.card import card, columns
from components.fields import field, select
from components.ids_compare import Compare
from components.page_header import page_header
from components.skeleton import skeleton

PLACES: Final = ("First", "Second", "Third", "Fourth")
MOST_COUNT: Final = len(PLACES)
ID_MAX_LENGTH, CURRENCY_LENGTH = 40, 3
CHART_PX: Final = 380
NOBODY: Final = ("none", "None")


def view_of(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the view that an address asks for; what is too much of it is passed over."""
    named = [one.strip()[:ID_MAX_LENGTH] for one in str(query.get("portfolios") or "").split(",")]
    currency = str(query.get("currency") or "")
    return {
        "portfolios": list(dict.fromkeys(one for one in named if one))[:MOST_COUNT],
        "currency": currency if len(currency) == CURRENCY_LENGTH else "",
    }


def page_layout(view: Mapping[str, Any]) -> list[Any]:
    """Draw the outline of the page; figures arrive when the server has been asked."""
    return [
        dcc.Store(id=Compare.VIEW, data=dict(view)),
        page_header("Compare portfolios", lead=html.Span("Loading.", id=Compare.LEAD), crumbs=(("Home", "/"),)),
        _choice(view),
        html.Div(id=Compare.WHY),
        html.Div(_cards(), id=Compare.SHOWN, className="stack"),
    ]


def _choice(view: Mapping[str, Any]) -> Any:
    chosen = [*view["portfolios"], *[NOBODY[0]] * MOST_COUNT][:MOST_COUNT]
    choices = [
        field(select(Compare.portfolio(place), [NOBODY], one), PLACES[place]) for place, one in enumerate(chosen)
    ]
    currency = field(select(Compare.CURRENCY, [("", "The first one's")], view["currency"]), "Currency")
    return card(html.Div([*choices, currency], className="compare-choice"), title="Which portfolios?")


def _cards() -> list[Any]:
    return [
        card(html.Div(skeleton(height_px=420), id=Compare.FIGURES), title="Figures", flush=True),
        columns(
            card(html.Div(skeleton(height_px=CHART_PX), id=Compare.GROWTH)),
            card(html.Div(skeleton(height_px=CHART_PX), id=Compare.FALLS)),
            layout="two",
        ),
        columns(
            card(html.Div(skeleton(height_px=160), id=Compare.COMMON), title="What they have in common", flush=True),
            card(html.Div(skeleton(height_px=160), id=Compare.SECTORS), title="Sectors", flush=True),
            layout="two",
        ),
        card(
            html.Div(skeleton(height_px=320), id=Compare.HOLDINGS),
            title="Holdings",
            note="Those of several portfolios first",
            flush=True,
        ),
    ]

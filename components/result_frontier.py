"""Where does the frontier stand on the page of a result: the chart, what to draw it in, and the point to move along it?

The chart and its words come from the server. What follows the point (assets/frontier.js and its neighbors) is drawn by
the browser into places that are left empty here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import dcc, html

from components.card import card
from components.ids import Living, Result
from components.skeleton import skeleton

RISK_WORDS: Final = {
    "volatility": "Volatility",
    "tracking_error": "Tracking error",
    "cvar": "CVaR, worst days",
    "cdar": "CDaR, worst drawdowns",
    "max_drawdown": "Maximum drawdown",
}
REWARD_WORDS: Final = {"return": "Expected return", "esg": "ESG score"}


def options(words: Mapping[str, str], known: Sequence[str]) -> list[dict[str, str]]:
    """Return the choices whose data exist."""
    return [{"value": name, "label": word} for name, word in words.items() if name in known]


def frontier_card(view: Mapping[str, str]) -> html.Div:
    """Draw the place of the frontier.

    Parameters
    ----------
    view : mapping
        What the address asked for: ``risk``, ``reward``, and ``hide``, the layers that are hidden, with commas.

    """
    chart = html.Div(
        [
            html.Div(skeleton(height_px=460), id=Result.FRONTIER),
            html.Div(id=Living.LAYERS, className="frontier-layers"),
            html.Div(id=Living.MAP, className="frontier-map", hidden=True),
        ],
        className="frontier-chart",
    )
    point = html.Div(
        [
            html.Div(_measures(view), id=Living.MEASURES, className="frontier-measures", hidden=True),
            html.Div(skeleton(height_px=380), id=Living.WAITING),
            html.Div(id=Living.PANEL, className="frontier-panel", hidden=True),
            html.Div(id=Living.NOTES, className="frontier-notes"),
        ],
        className="frontier-side",
    )
    return html.Div(
        [
            dcc.Store(id=Living.VIEW, data={"hide": view.get("hide", "")}),
            *(dcc.Store(id=one) for one in (Living.DATA, Living.FIGURE, Living.POINT, Living.READY, Living.KEPT)),
            card(html.Div([chart, point], className="frontier")),
        ]
    )


def notes(sentences: Sequence[str], *, is_problem: bool = False) -> html.Div:
    """Say what is to be known of the frontier, or why there is none to move along."""
    said = [html.P(text, className="muted") for text in sentences]
    return html.Div(said, role="status") if is_problem else html.Div(said)


def _measures(view: Mapping[str, str]) -> list[Any]:
    return [
        _choice(Living.RISK, "Risk", RISK_WORDS, view.get("risk", "volatility")),
        _choice(Living.REWARD, "Reward", REWARD_WORDS, view.get("reward", "return")),
    ]


def _choice(id: str, label: str, words: Mapping[str, str], value: str) -> html.Div:
    chosen = value if value in words else next(iter(words))
    control = dbc.Select(id=id, options=options(words, tuple(words)), value=chosen, size="sm")
    return html.Div([html.Label(label, htmlFor=id), control], className="field")

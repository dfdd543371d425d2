"""How does the page of the frontier stand: the chart with its map, the limits to move, the point, pins and axes?

Most places are left empty here: assets/living*.js draws into them, at the speed of a hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from components.button import button
from components.card import card, stack
from components.fields import field, select
from components.graph import chart
from components.ids_living import LivingPage
from components.menu import export_menu
from components.page_header import page_header
from components.skeleton import skeleton

STORES = (
    LivingPage.BASE,
    LivingPage.DATA,
    LivingPage.TAKEN,
    LivingPage.MOVED,
    LivingPage.VIEW,
    LivingPage.ANSWER,
    LivingPage.ANSWERED,
    LivingPage.WHY_ASK,
    LivingPage.MEASURE,
    LivingPage.MEASURED,
    LivingPage.MEASURES_TAKEN,
    LivingPage.EXPORTED,
)
CHART_HEIGHT_PX = 430


def page_layout(asked: Mapping[str, str]) -> list[Any]:
    """Draw the outline of the page."""
    return [
        dcc.Store(id=LivingPage.ASKED, data=dict(asked)),
        *(dcc.Store(id=one) for one in STORES),
        page_header(
            "Frontier",
            lead="Drag the point along the frontier, or drag a limit: the exact frontier follows.",
            actions=_actions(),
        ),
        html.Div(
            [
                html.Div(field(select(LivingPage.PORTFOLIO, []), "Frontier of"), className="living-of"),
                html.P(id=LivingPage.TRUST, className="living-trust", role="status"),
            ],
            className="living-head",
        ),
        html.Div(skeleton(height_px=520), id=LivingPage.STATE),
        html.Div(_body(), id=LivingPage.BODY, className="stack living", hidden=True),
        html.Div(id=LivingPage.SAID, className="visually-hidden", role="status", **{"aria-live": "polite"}),
    ]


def _actions() -> list[Any]:
    return [
        html.A("Open in the wizard", id=LivingPage.WIZARD, href="/optimize", className="btn-q btn-q-primary"),
        html.A("Rebalance", id=LivingPage.REBALANCE, href="/rebalance", className="btn-q btn-q-secondary", hidden=True),
        button("Copy link", LivingPage.LINK, glyph="link-45deg", n_clicks=0),
        button("PDF", LivingPage.PAGE_PDF, glyph="file-earmark-pdf", label="Save the page as PDF", n_clicks=0),
    ]


def _body() -> list[Any]:
    left = stack(
        card(
            stack(
                html.Div(skeleton(height_px=CHART_HEIGHT_PX), id=LivingPage.CHART_BOX),
                html.Div(id=LivingPage.LAYERS, className="frontier-layers"),
                html.Div(id=LivingPage.MAP, className="living-map"),
            )
        ),
        card(
            html.Div(id=LivingPage.WEIGHTS),
            title="What it holds",
            note="Choose an asset to see why it has its weight.",
        ),
    )
    reset = button("Reset", LivingPage.RESET, kind="quiet", small=True, glyph="arrow-counterclockwise", n_clicks=0)
    right = stack(
        card(html.Div(id=LivingPage.POINT), title="The point"),
        card(
            [html.Div(id=LivingPage.HANDLES, className="living-handles"), html.Div(id=LivingPage.BLOCKED)],
            title="Limits",
            note="Drag, use the arrow keys, or type. The bar shows how much of a limit the point uses.",
            actions=reset,
        ),
        card(
            html.Div(html.P("Choose an asset.", className="muted"), id=LivingPage.WHY),
            title="Why this weight",
        ),
    )
    return [
        html.Div([left, right], className="living-top"),
        card(html.Div(id=LivingPage.PINS), title="Pinned portfolios", note="Up to four, compared with the first."),
        card(
            html.Div(id=LivingPage.AXES),
            title="Several objectives at once",
            note="Every line is an efficient portfolio. Narrow the range of an objective to keep those that meet it.",
        ),
        html.Div(id=LivingPage.NOTES, className="frontier-notes"),
    ]


def chart_box(figure: Any, *, has_browser: bool, may_export: bool) -> Any:
    """Draw the chart with its export menu."""
    items = [
        (LivingPage.export("frontier:pdf"), "PDF", "vector"),
        (LivingPage.export("frontier:svg"), "SVG", "vector"),
        (LivingPage.export("frontier:png"), "PNG", "picture"),
    ]
    if has_browser:
        items += [
            (LivingPage.export("frontier:pdf:browser"), "PDF", "as on screen"),
            (LivingPage.export("frontier:png:browser"), "PNG", "as on screen"),
        ]
    actions = [export_menu(items)] if may_export else []
    return chart(figure, id=LivingPage.CHART, height_px=CHART_HEIGHT_PX, actions=actions, level=2)


def why_card(sentence: str, lines: Sequence[tuple[str, str]], notes: Sequence[str]) -> Any:
    """Say why an asset has its weight: the sentence, then the terms that add up to nothing."""
    rows = [html.Tr([html.Th(name, scope="row"), html.Td(text, className="num")]) for name, text in lines]
    head = html.Thead(
        html.Tr([html.Th("What pulls", scope="col"), html.Th("Percent a year", scope="col", className="num")])
    )
    table = html.Table(
        [html.Caption("What pulls at the weight", className="visually-hidden"), head, html.Tbody(rows)],
        className="table-q living-why",
    )
    return html.Div(
        [html.P(sentence), *([table] if rows else []), *(html.P(note, className="muted") for note in notes)]
    )

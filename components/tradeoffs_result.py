"""How do the portfolios that were found stand on the page: charts, the one that is looked at, the list of all?"""

from __future__ import annotations

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from components.button import button
from components.card import card, columns
from components.fields import field, select
from components.graph import chart
from components.grid import column, grid
from components.ids import Tradeoffs
from components.menu import export_menu
from components.result_progress import progress_box
from components.skeleton import kpi_skeleton, skeleton
from components.tradeoffs_view import ENDS_DEG

POINTS_HEIGHT_PX = 460


def result_parts(view: tuple[float, float]) -> list[Any]:
    """Return the parts below the form: progress, what stands in place of a result, and the result.

    `view` says from where the surface is seen: turn and tilt in degrees.
    """
    return [
        html.Div(card(progress_box(Tradeoffs.CANCEL)), id=Tradeoffs.PROGRESS, hidden=True),
        html.Div(id=Tradeoffs.STAGE),
        html.Div(_result(view), id=Tradeoffs.RESULT, className="stack", hidden=True),
    ]


def _solid(view: tuple[float, float]) -> Any:
    """Hold the surface of three objectives with what turns it: by keys, by finger, and by a drag in the picture."""
    turns = [
        field(dbc.Input(id=key, type="range", min=low, max=high, step=1, value=at, class_name="slide-q"), words)
        for key, words, at, (low, high) in (
            (Tradeoffs.TURN, "Turn, in degrees", view[0], ENDS_DEG[0]),
            (Tradeoffs.TILT, "Tilt, in degrees", view[1], ENDS_DEG[1]),
        )
    ]
    return card(
        html.Div([html.Div(turns, className="axes-row"), html.Div(skeleton(height_px=430), id=Tradeoffs.SOLID)])
    )


def _result(view: tuple[float, float]) -> list[Any]:
    axes = html.Div(
        [
            field(select(Tradeoffs.ACROSS, []), "Across"),
            field(select(Tradeoffs.UP, []), "Up"),
            field(select(Tradeoffs.TINT, []), "Color"),
        ],
        className="axes-row",
    )
    chosen_actions = [
        button(
            "Save as target", Tradeoffs.TARGET, kind="primary", small=True, glyph="bullseye", n_clicks=0, hidden=True
        ),
        html.Span(id=Tradeoffs.WAYS),
        button("By the weights", Tradeoffs.SHOW_WEIGHED, small=True, glyph="sliders2", n_clicks=0, hidden=True),
        button("The recommended one", Tradeoffs.SHOW_RECOMMENDED, small=True, glyph="eye", n_clicks=0, hidden=True),
        button("Compute exactly", Tradeoffs.EXACT, small=True, glyph="check2-circle", n_clicks=0, hidden=True),
    ]
    points = grid(
        id=Tradeoffs.POINTS_TABLE,
        columns=[column("number", "No.", format="count", width_px=64, grow=0.5, pinned=True)],
        rows=[],
        row_key="id",
        height_px=POINTS_HEIGHT_PX,
        select="one",
        label="Every portfolio that was found",
        empty="There is no portfolio.",
    )
    return [
        html.Div(kpi_skeleton(4), id=Tradeoffs.FIGURES),
        html.Div(id=Tradeoffs.RECOMMENDED),
        columns(
            card(html.Div([axes, html.Div(skeleton(height_px=430), id=Tradeoffs.SURFACE)])),
            card(
                html.Div(
                    [
                        html.Div("", id=Tradeoffs.CHOSEN_WORDS, className="card-body", role="status"),
                        html.Div(skeleton(height_px=320), id=Tradeoffs.CHOSEN),
                    ]
                ),
                title="The chosen portfolio",
                actions=chosen_actions,
                flush=True,
            ),
            layout="wide-left",
        ),
        html.Div(_solid(view), id=Tradeoffs.SOLID_CARD, hidden=True),
        card(html.Div(skeleton(height_px=360), id=Tradeoffs.AXES)),
        card(
            html.Div(points, id=Tradeoffs.POINTS_BODY),
            title="Every portfolio",
            note="Choose a line, or a point of the chart, to look at it. None beats another in every objective.",
            flush=True,
        ),
        card(html.Div(id=Tradeoffs.NOTES), title="What this rests on"),
        dcc.Store(id=Tradeoffs.EXPORTED),
    ]


def exportable(figure: Any, *, chart_id: str, name: str, has_browser: bool, may_export: bool) -> html.Figure:
    """Show a chart with its export menu."""
    items = [
        (Tradeoffs.export(f"{name}:pdf"), "PDF", "vector"),
        (Tradeoffs.export(f"{name}:svg"), "SVG", "vector"),
        (Tradeoffs.export(f"{name}:png"), "PNG", "picture"),
    ]
    if has_browser:
        items.append((Tradeoffs.export(f"{name}:pdf:browser"), "PDF", "as on screen"))
    return chart(figure, id=chart_id, actions=[export_menu(items)] if may_export else [], level=2)

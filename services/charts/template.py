"""How does every chart look before it holds anything: one Plotly template a theme, made from the tokens?"""

from __future__ import annotations

from functools import cache
from typing import Any

import plotly.graph_objects as go

from services.charts.tokens import Theme, color, pairs

FONT = 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif'
FONT_SIZE_PX = 12


def template(theme: Theme = "light") -> go.layout.Template:
    """Return the template of a theme; its ``layout.meta.theme`` says which, so that the browser can repaint."""
    return _template(theme)


@cache
def _template(theme: Theme) -> go.layout.Template:
    text, muted, faint = color("text", theme), color("text-muted", theme), color("text-faint", theme)
    surface, line, grid = color("surface", theme), color("line", theme), color("grid", theme)
    axis: dict[str, Any] = {
        "automargin": True,
        "gridcolor": grid,
        "gridwidth": 1,
        "linecolor": color("line-strong", theme),
        "tickcolor": line,
        "tickfont": {"color": muted, "size": FONT_SIZE_PX - 1},
        "title": {"font": {"color": muted, "size": FONT_SIZE_PX}, "standoff": 10},
        "zeroline": False,
        "zerolinecolor": color("line-strong", theme),
        "zerolinewidth": 1,
        "fixedrange": False,
    }
    return go.layout.Template(
        layout={
            "meta": {"theme": theme},
            "colorway": [color(f"series-{n}", theme) for n in range(1, 8)],
            "font": {"family": FONT, "size": FONT_SIZE_PX, "color": text},
            "paper_bgcolor": surface,
            "plot_bgcolor": surface,
            "title": {
                "font": {"size": 15, "color": text, "weight": 600},
                "subtitle": {"font": {"size": FONT_SIZE_PX, "color": muted}},
                "x": 0,
                "xref": "container",
                "xanchor": "left",
                "pad": {"l": 16, "t": 14},
                "yref": "container",
                "y": 1,
                "yanchor": "top",
            },
            "xaxis": axis | {"showgrid": False, "showline": True, "ticks": "outside", "ticklen": 4},
            "yaxis": axis | {"showgrid": True, "showline": False, "ticks": "", "ticklabelstandoff": 6},
            "legend": {
                "orientation": "h",
                "x": 0,
                "xanchor": "left",
                "y": 1.02,
                "yanchor": "bottom",
                "font": {"color": muted, "size": FONT_SIZE_PX},
                "bgcolor": "rgba(0,0,0,0)",
                "itemwidth": 30,
            },
            "hoverlabel": {
                "bgcolor": surface,
                "bordercolor": line,
                "font": {"family": FONT, "size": FONT_SIZE_PX, "color": text},
                "align": "left",
            },
            "annotationdefaults": {"font": {"color": muted, "size": FONT_SIZE_PX - 1}, "showarrow": False},
            "hovermode": "closest",
            "dragmode": False,
            "margin": {"l": 16, "r": 20, "t": 104, "b": 64, "pad": 0},
            "bargap": 0.38,
            "colorscale": {"sequential": "Viridis"},
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": faint, "activecolor": text},
        },
    )


def chart_templates() -> dict[str, Any]:
    """Return both templates and the colors that correspond, as plain data for the browser's Store."""
    both: dict[str, Any] = {theme: _template(theme).to_plotly_json() for theme in ("light", "dark")}
    return {**both, "colors": [list(pair) for pair in pairs()]}

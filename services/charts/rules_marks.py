"""How are portfolios marked on a chart that break rules of compliance?"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from services.charts.look import Look

NAME = "Breaks a rule"


def broken_trace(points: Sequence[tuple[float, float]], broken: Sequence[Sequence[str]], look: Look) -> go.Scatter:
    """Return a cross on each portfolio that breaks a rule, with the rules' titles; empty where none does.

    Parameters
    ----------
    points : sequence of (x, y)
        Where the portfolios lie.
    broken : sequence of titles
        What each breaks, in the order of the points; may be empty for none.
    look : Look
    """
    places = [place for place, titles in enumerate(broken) if titles]
    return go.Scatter(
        x=[points[place][0] for place in places],
        y=[points[place][1] for place in places],
        mode="markers",
        marker={"size": 10, "symbol": "x-thin", "line": {"width": 2, "color": look.color("down")}},
        name=NAME,
        showlegend=bool(places),
        customdata=[words(broken[place]) for place in places],
        hovertemplate="<b>Breaks</b> %{customdata}<extra></extra>",
    )


def words(titles: Sequence[str]) -> str:
    """Return titles as text; empty for none."""
    return ", ".join(titles)

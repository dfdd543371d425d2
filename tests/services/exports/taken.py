"""What a page's own script hands over: a page as it stands on a screen, and a chart."""

from __future__ import annotations

from typing import Any

from services.charts.tokens import color

SHA = "c0ffee" + "0" * 58
LONG = "Global Multi-Asset Income and Growth Portfolio of the Foundation for Advancement of Learning, Series B (Hedged)"


def figure(**more: Any) -> dict[str, Any]:
    """Return a figure of a dark screen, zoomed, with what only a browser could do in it."""
    return {
        "data": [
            {"type": "scatter", "mode": "lines", "x": ["2022-01-03", "2022-06-01", "2022-12-28"],
             "y": [100.0, 92.5, 108.25], "name": "Portfolio", "line": {"color": color("chart-proposed", "dark")},
             "customdata": [["a"]], "hovertemplate": "%{y}"},
            {"type": "bar", "x": ["2022-01-03", "2022-06-01", "2022-12-28"], "y": [1.0, 2.0, 1.5], "name": "Flows"},
        ],
        "layout": {
            "xaxis": {"type": "date", "range": ["2022-01-03", "2022-12-28"]},
            "yaxis": {"type": "linear", "range": [0, 120], "tickformat": ",.0f", "autorange": True},
            "images": [{"source": "http://127.0.0.1:9/never"}],
            "template": {"layout": {"paper_bgcolor": "#000000"}},
            "paper_bgcolor": color("surface", "dark"),
            "annotations": [{"x": "2022-06-01", "y": 92.5, "text": "Lowest", "showarrow": False}],
        },
        **more,
    }  # fmt: skip


def chart(**more: Any) -> dict[str, Any]:
    """Return a chart as assets/take_chart.js hands it over."""
    return {
        "what": "chart", "title": "Grew 8.25% with one deep fall", "subtitle": "Growth of 100, EUR",
        "source": "Sample prices", "height_px": 320, "figure": figure(), "format": "pdf", "renderer": "vector",
        "search": "?portfolio=p-1", "is_hidden": False, "count": 1, **more,
    }  # fmt: skip


def page(**more: Any) -> dict[str, Any]:
    """Return a page as assets/take_page.js hands it over."""
    parts: list[dict[str, Any]] = [
        {"kind": "figures", "heading": "", "figures": [
            {"label": "Value", "value": "12.345.678,90 EUR", "note": "▲ 0,42%", "spark": [1.0, 2.0, 1.5]},
            {"label": "Volatility a year", "value": "15,20%", "note": "", "spark": None},
        ]},
        {"kind": "table", "heading": "Positions", "heads": [["Asset", False], ["60 days", False], ["Weight", True]],
         "rows": [["Alpha", {"spark": [3, 2, 4]}, "25,0%"], [LONG, "", "−1,5%"]], "note": ""},
        {"kind": "chart", "heading": "History", "title": "Grew 8.25% with one deep fall", "subtitle": "Growth of 100",
         "source": "Sample prices", "height_px": 320, "figure": figure()},
        {"kind": "words", "heading": "Notes", "sentences": ["Prices end on 28 December 2022.", "Two limits are near."]},
    ]  # fmt: skip
    return {
        "what": "page", "title": "Core", "lead": "Inside all limits.", "section": "Portfolio, Holdings",
        "path": "/portfolios/p-1", "search": "?tab=holdings", "as_of": "Historical data: prices to 28 Dec 2022",
        "parts": parts, "format": "pdf", "is_hidden": False, "count": 1, **more,
    }  # fmt: skip

"""How does the page of risk stand: what is always there, and what callbacks fill in?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from components.button import button
from components.card import card, columns, stack
from components.choose import chosen_chip
from components.factor_choice import factor_choice
from components.fields import segments, select
from components.graph import chart, graph
from components.ids import Risk
from components.menu import export_menu
from components.page_header import page_header
from components.risk_limits import limit_dialogs, limits_to_come
from components.skeleton import kpi_skeleton, skeleton
from components.tabs import tabs

MEASURES = (("volatility", "Volatility"), ("historical_var", "Value at risk"), ("expected_shortfall", "Shortfall"))
DIMENSIONS = (
    ("asset", "Holding"), ("sector", "Sector"), ("country", "Country"), ("currency", "Currency"),
    ("factor", "Factor"), ("statistical", "Statistical"),
)  # fmt: skip
SCOPES = (("total", "Total"), ("active", "Beside benchmark"))
LEVELS = (("95", "95%"), ("99", "99%"))
HORIZONS = (("1", "1 day"), ("10", "10 days"))
METHODS = (("lead", "As recommended"),)
ROLLED = (("volatility", "Volatility"), ("beta", "Beta"), ("correlation", "Correlation"))
SPEEDS = (("10", "10%"), ("20", "20%"), ("30", "30%"))
"""Shares of a day's volume that would be sold."""
GROUPS = (("sector", "Sector"), ("country", "Country"), ("currency", "Currency"), ("issuer", "Issuer"))
TABS = (
    ("sources", "Where it comes from", Risk.PANEL_SOURCES),
    ("losses", "How much may be lost", Risk.PANEL_LOSSES),
    ("structure", "What it is made of", Risk.PANEL_STRUCTURE),
)
USUAL = {
    "portfolio": "", "tab": "sources", "measure": "volatility", "by": "asset", "scope": "total", "level": "95",
    "horizon": "1", "method": "lead", "group": "sector", "pick": "",
    "factors": "", "speed": "20", "rolled": "volatility",
}  # fmt: skip
"""What leaves the address, because it is shown when nobody says otherwise."""
_KNOWN: dict[str, Sequence[tuple[str, ...]]] = {
    "tab": TABS, "measure": MEASURES, "by": DIMENSIONS, "scope": SCOPES, "level": LEVELS, "horizon": HORIZONS,
    "group": GROUPS, "speed": SPEEDS, "rolled": ROLLED,
}  # fmt: skip
TICK_MS = 1000
ADDRESS_MAX_LENGTH = 400


def view_of(query: Mapping[str, Any]) -> dict[str, str]:
    """Return the view that an address asks for; words that it does not know are passed over."""
    view = {name: str(query.get(name) or usual)[:ADDRESS_MAX_LENGTH] for name, usual in USUAL.items()}
    for name, options in _KNOWN.items():
        if view[name] not in {one[0] for one in options}:
            view[name] = USUAL[name]
    return view


def page_layout(view: Mapping[str, str]) -> list[Any]:
    """Draw the outline of the page; the controls stand as the address says."""
    return [
        dcc.Store(id=Risk.VIEW, data=dict(view)),
        dcc.Store(id=Risk.STATE),
        dcc.Store(id=Risk.PICK, data=view["pick"]),
        dcc.Store(id=Risk.EXPORTED),
        dcc.Interval(id=Risk.TICK, interval=TICK_MS, max_intervals=0),
        dcc.Interval(id=Risk.TICK_TESTS, interval=TICK_MS, max_intervals=0),
        page_header(
            "Risk",
            lead=html.Span("How much the portfolio may lose, and where that comes from.", id=Risk.LEAD),
            badges=[html.Span(id=Risk.BADGE)],
            actions=export_menu(
                [
                    (Risk.EXPORT_PDF, "PDF", "all tabs"),
                    (Risk.EXPORT_XLSX, "Excel", "all figures"),
                    (Risk.EXPORT_CSV, "CSV", "all methods"),
                ]
            ),
        ),
        html.Div(
            [
                labeled("Portfolio", Risk.PORTFOLIO, select(Risk.PORTFOLIO, (), view["portfolio"])),
                html.Div(id=Risk.STATUS, className="risk-status", **{"aria-live": "polite"}),
                button("Try again", Risk.RETRY, glyph="arrow-clockwise", small=True, n_clicks=0, hidden=True),
            ],
            className="risk-bar",
        ),
        html.Div(report_to_come(), id=Risk.STAGE, className="stack"),
        html.Div(stack(*_body(view)), id=Risk.BODY, hidden=True),
        *limit_dialogs(),
    ]


def report_to_come() -> list[Any]:
    """Hold the place of a report that is being computed."""
    return [kpi_skeleton(6), skeleton(height_px=360)]


def _body(view: Mapping[str, str]) -> list[Any]:
    return [
        html.Div(kpi_skeleton(6), id=Risk.FIGURES),
        html.Div(limits_to_come(), id=Risk.LIMITS),
        chosen_chip(Risk.CHOSEN, Risk.CHOSEN_CLEAR),
        tabs(Risk.TABS, [(key, text) for key, text, _ in TABS], view["tab"]),
        _panel(Risk.PANEL_SOURCES, "sources", view, _sources(view)),
        _panel(Risk.PANEL_LOSSES, "losses", view, _losses(view)),
        _panel(Risk.PANEL_STRUCTURE, "structure", view, _structure(view)),
        html.Div(id=Risk.NOTES),
    ]


def _panel(part_id: str, key: str, view: Mapping[str, str], body: Any) -> html.Div:
    name = {"aria-label": next(text for one, text, _ in TABS if one == key)}
    return html.Div(body, id=part_id, hidden=view["tab"] != key, role="tabpanel", className="stack", **name)


def labeled(text: str, control_id: str, control: Any) -> html.Div:
    """Set a name beside a control."""
    return html.Div([html.Label(text, htmlFor=control_id), control], className="risk-choice")


def _sources(view: Mapping[str, str]) -> list[Any]:
    tools = html.Div(
        [
            segments(Risk.MEASURE, MEASURES, view["measure"], label="Measure of risk"),
            segments(Risk.BY, DIMENSIONS, view["by"], label="Taken apart by"),
            segments(Risk.SCOPE, SCOPES, view["scope"], label="Whole portfolio, or its difference to the benchmark"),
        ],
        className="risk-tools",
    )
    return [
        card(
            stack(
                tools,
                factor_choice(Risk.FACTOR_SETS, Risk.FACTOR_SETS_BOX, view["factors"]),
                _place(Risk.SOURCES, Risk.SOURCES_PLOT, 420, "Where risk comes from"),
            )
        ),
        card(
            html.Div(skeleton(lines=8), id=Risk.SOURCES_TABLE),
            title="What does each holding add?",
            note="Marginal: per unit of weight added. Incremental: less of it if the position became cash. "
            "Components add up to the total.",
            flush=True,
        ),
    ]


def _losses(view: Mapping[str, str]) -> list[Any]:
    tools = html.Div(
        [
            segments(Risk.LEVEL, LEVELS, view["level"], label="Confidence"),
            segments(Risk.HORIZON, HORIZONS, view["horizon"], label="Over how many days"),
            labeled("Method", Risk.METHOD, select(Risk.METHOD, METHODS, view["method"])),
        ],
        className="risk-tools",
    )
    return [
        tools,
        columns(
            card(_place(Risk.HISTOGRAM, Risk.HISTOGRAM_PLOT, 340, "Distribution of returns")),
            card(_place(Risk.METHODS, Risk.METHODS_PLOT, 340, "Methods side by side")),
            layout="two",
        ),
        card(
            html.Div(skeleton(lines=8), id=Risk.METHODS_TABLE),
            title="How far do the methods agree?",
            note="Losses are positive. Intervals tell the error of the estimate, not how far a loss can go.",
            flush=True,
        ),
        card(_place(Risk.TESTS, Risk.TESTS_PLOT, 300, "Days beyond the forecast")),
        card(html.Div(skeleton(lines=6), id=Risk.TESTS_TABLE), title="Have the forecasts held?", flush=True),
    ]


def _structure(view: Mapping[str, str]) -> list[Any]:
    rolled = html.Div(segments(Risk.ROLLED, ROLLED, view["rolled"], label="Rolling figure"), className="risk-tools")
    speed = html.Div(
        segments(Risk.SPEED, SPEEDS, view["speed"], label="Share of a day's volume that is sold"),
        className="risk-tools",
    )
    group = html.Div(segments(Risk.GROUP, GROUPS, view["group"], label="Concentration by"), className="risk-tools")
    return [
        card(_place(Risk.CORRELATIONS, Risk.CORRELATIONS_PLOT, 420, "Correlations")),
        columns(
            card(_place(Risk.UNDERWATER, Risk.UNDERWATER_PLOT, 240, "Below the peak")),
            card(stack(rolled, _place(Risk.ROLLING, Risk.ROLLING_PLOT, 240, "Rolling volatility"))),
            layout="two",
        ),
        columns(
            card(html.Div(skeleton(lines=5), id=Risk.FALLS), title="Which falls were deepest?", flush=True),
            card(
                html.Div(skeleton(lines=5), id=Risk.BENCHMARK_TABLE),
                title="How does it move with its benchmark?",
                flush=True,
            ),
            layout="two",
        ),
        columns(
            card(stack(speed, _place(Risk.LIQUIDITY, Risk.LIQUIDITY_PLOT, 260, "How fast it is sold"))),
            card(stack(group, _place(Risk.CONCENTRATION, Risk.CONCENTRATION_PLOT, 260, "Concentration"))),
            layout="two",
        ),
        card(
            html.Div(skeleton(lines=5), id=Risk.LIQUIDITY_FACTS),
            title="What would leaving cost, and how much is hard to sell?",
            flush=True,
        ),
        card(
            html.Div(skeleton(lines=5), id=Risk.LIQUIDITY_TABLE),
            title="How long does each position take to sell, at what cost?",
            flush=True,
        ),
        card(html.Div(skeleton(lines=4), id=Risk.CONCENTRATION_TABLE), title="How concentrated is it?", flush=True),
    ]


def _place(part_id: str, plot_id: str, height_px: int, label: str) -> html.Div:
    """Hold the place of a chart, and of its id, so that what is chosen in it can be listened to from the start."""
    empty = html.Div(graph({}, id=plot_id, label=label, height_px=1), hidden=True)
    return html.Div([skeleton(height_px=height_px), empty], id=part_id)


def chart_box(figure: Any, *, plot_id: str, name: str, has_browser: bool, may_export: bool) -> html.Figure:
    """Show a chart with its export menu."""
    items = [
        (Risk.export(f"{name}:pdf"), "PDF", "vector"),
        (Risk.export(f"{name}:svg"), "SVG", "vector"),
        (Risk.export(f"{name}:png"), "PNG", "picture"),
    ]
    if has_browser:
        items.append((Risk.export(f"{name}:pdf:browser"), "PDF", "as on screen"))
    return chart(figure, id=plot_id, actions=[export_menu(items)] if may_export else (), level=2)


def notes_card(sentences: Sequence[str]) -> Any:
    """List what a reader should know besides the figures; nothing where there is nothing."""
    if not sentences:
        return None
    return card(html.Ul([html.Li(one) for one in sentences], className="risk-notes"), title="What to know")

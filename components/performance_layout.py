"""How does the page of performance stand: what is always there, and what callbacks fill in?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from components.button import button
from components.card import card, stack
from components.choose import chosen_chip
from components.factor_choice import factor_choice
from components.fields import segments, select
from components.graph import chart, graph
from components.ids import Performance
from components.menu import export_menu
from components.page_header import page_header
from components.performance_blend import blend_buttons, blend_dialog
from components.skeleton import kpi_skeleton, skeleton
from components.tabs import tabs

PERIODS = (
    ("1m", "1M"), ("3m", "3M"), ("6m", "6M"), ("ytd", "YTD"), ("1y", "1Y"), ("3y", "3Y"), ("5y", "5Y"), ("all", "All"),
)  # fmt: skip
BASES = (("twr", "Time-weighted"), ("mwr", "Money-weighted"))
FEES = (("net", "Net of fees"), ("gross", "Gross"))
ROLLED = (("sharpe", "Sharpe"), ("beta", "Beta"), ("volatility", "Volatility"), ("active", "Return ahead"))
ROLLING = (("63", "3 months"), ("126", "6 months"), ("252", "1 year"))
GROUPINGS = (
    ("sector", "Sector"), ("asset_class", "Asset class"), ("country", "Country"), ("currency", "Currency"),
    ("asset", "Holding"),
)  # fmt: skip
METHODS = (("bf", "Brinson–Fachler"), ("bhb", "Brinson–Hood–Beebower"))
LINKINGS = (
    ("carino", "Carino"), ("menchero", "Menchero"), ("grap", "GRAP"), ("frongello", "Frongello"),
    ("geometric", "Geometric"),
)  # fmt: skip
FOLDS = (("apart", "Interaction apart"), ("folded", "In selection"))
OWN = "own"
"""Stands for the portfolio's own benchmark, and for its own currency."""
TABS = (
    ("figures", "Figures", Performance.PANEL_METRICS),
    ("today", "Today", Performance.PANEL_TODAY),
    ("months", "Months and falls", Performance.PANEL_MONTHS),
    ("course", "Course", Performance.PANEL_COURSE),
    ("why", "Attribution", Performance.PANEL_WHY),
    ("regimes", "Regimes", Performance.PANEL_REGIMES),
)
USUAL = {
    "portfolio": "", "benchmark": OWN, "currency": OWN, "period": "all", "start": "", "end": "", "basis": "twr",
    "fees": "net", "rolling": "126", "rolled": "sharpe", "grouping": "sector", "method": "bf", "linking": "carino",
    "fold": "apart", "tab": "figures", "factors": "",
    "chosen": "",
}  # fmt: skip
"""What leaves the address, because it is shown when nobody says otherwise."""
_KNOWN: dict[str, Sequence[tuple[str, ...]]] = {
    "period": PERIODS, "basis": BASES, "fees": FEES, "rolling": ROLLING, "rolled": ROLLED, "grouping": GROUPINGS,
    "method": METHODS, "linking": LINKINGS, "fold": FOLDS, "tab": TABS,
}  # fmt: skip
TICK_MS = 1500
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
        dcc.Store(id=Performance.VIEW, data=dict(view)),
        dcc.Store(id=Performance.EXPORTED),
        dcc.Store(id=Performance.SPAN),
        *(
            dcc.Interval(id=one, interval=TICK_MS, max_intervals=0)
            for one in (
                Performance.TICK,
                Performance.TICK_METRICS,
                Performance.TICK_MONTHS,
                Performance.TICK_COURSE,
                Performance.TICK_WHY,
                Performance.TICK_REGIMES,
                Performance.TICK_CHOSEN,
            )
        ),
        page_header(
            "Performance",
            lead="How a portfolio did, against what, why and when.",
            badges=[html.Span(id=Performance.BADGE)],
            actions=export_menu(
                [
                    (Performance.EXPORT_PDF, "PDF", "all tabs"),
                    (Performance.EXPORT_XLSX, "Excel", "all figures"),
                    (Performance.EXPORT_CSV, "CSV", "all figures"),
                ]
            ),
        ),
        _controls(view),
        html.Div(id=Performance.TODAY, className="performance-now"),
        html.Div(id=Performance.STATE, **{"aria-live": "polite"}),
        _retry(),
        html.Div(kpi_skeleton(6), id=Performance.FIGURES),
        card(html.Div([skeleton(height_px=380), no_plot_yet()], id=Performance.GROWTH)),
        html.Div(id=Performance.BANDS),
        chosen_chip(Performance.CHOSEN, Performance.CHOSEN_CLEAR),
        html.Div(id=Performance.CHOSEN_BODY, **{"aria-live": "polite"}),
        tabs(Performance.TABS, [(key, text) for key, text, _ in TABS], view["tab"]),
        _panel(Performance.PANEL_METRICS, "figures", view, html.Div(skeleton(lines=8), id=Performance.METRICS)),
        _panel(Performance.PANEL_TODAY, "today", view, html.Div(skeleton(lines=6), id=Performance.TODAY_BODY)),
        _panel(Performance.PANEL_MONTHS, "months", view, _months()),
        _panel(Performance.PANEL_COURSE, "course", view, _course(view)),
        _panel(Performance.PANEL_WHY, "why", view, _why(view)),
        _panel(Performance.PANEL_REGIMES, "regimes", view, html.Div(skeleton(lines=8), id=Performance.REGIMES)),
        blend_dialog(),
        html.Div(id=Performance.NOTE, className="price-note", hidden=True, role="tooltip"),
    ]


def _panel(part_id: str, key: str, view: Mapping[str, str], body: Any) -> html.Div:
    label = next(text for name, text, _ in TABS if name == key)
    named: dict[str, Any] = {"role": "tabpanel", "aria-label": label}
    return html.Div(body, id=part_id, hidden=view["tab"] != key, className="stack", **named)


def _controls(view: Mapping[str, str]) -> html.Div:
    is_free = bool(view["start"] or view["end"])
    date_input: dict[str, Any] = {"type": "date", "debounce": True, "class_name": "input-q performance-date"}
    return html.Div(
        [
            html.Div(
                [
                    _labeled("Portfolio", Performance.PORTFOLIO, select(Performance.PORTFOLIO, (), view["portfolio"])),
                    _labeled("Against", Performance.BENCHMARK, select(Performance.BENCHMARK, (), view["benchmark"])),
                    _labeled("In", Performance.CURRENCY, select(Performance.CURRENCY, (), view["currency"])),
                    blend_buttons(),
                ],
                className="performance-choices",
            ),
            html.Div(
                [
                    segments(Performance.PERIOD, PERIODS, "" if is_free else view["period"], label="Period"),
                    html.Div(
                        [
                            html.Label("From", htmlFor=Performance.START),
                            dbc.Input(id=Performance.START, value=view["start"], **date_input),
                            html.Label("to", htmlFor=Performance.END),
                            dbc.Input(id=Performance.END, value=view["end"], **date_input),
                        ],
                        className="performance-dates",
                    ),
                    segments(Performance.BASIS, BASES, view["basis"], label="Kind of return"),
                    segments(Performance.FEES, FEES, view["fees"], label="Fees"),
                ],
                className="performance-tools",
            ),
        ],
        className="performance-bar",
    )


def _labeled(text: str, control_id: str, control: Any) -> html.Div:
    return html.Div([html.Label(text, htmlFor=control_id), control], className="performance-choice")


def _months() -> list[Any]:
    return [
        card(
            html.Div(skeleton(lines=6), id=Performance.MONTHS),
            title="What did each month bring?",
            note="Return of each calendar month; a star marks one that is not whole",
        ),
        card(html.Div(skeleton(lines=5), id=Performance.FALLS), title="Which falls were deepest?", flush=True),
    ]


def _course(view: Mapping[str, str]) -> list[Any]:
    return [
        html.Div(
            [
                segments(Performance.ROLLED, ROLLED, view["rolled"], label="Rolling figure"),
                segments(Performance.ROLLING_COUNT, ROLLING, view["rolling"], label="Window of rolling figures"),
            ],
            className="performance-tools",
        ),
        card(html.Div(skeleton(height_px=260), id=Performance.ROLLING)),
        card(html.Div(skeleton(height_px=260), id=Performance.UNDERWATER)),
    ]


def _why(view: Mapping[str, str]) -> list[Any]:
    return [
        html.Div(
            [
                _labeled("By", Performance.GROUPING, select(Performance.GROUPING, GROUPINGS, view["grouping"])),
                _labeled("Method", Performance.METHOD, select(Performance.METHOD, METHODS, view["method"])),
                _labeled("Linked by", Performance.LINKING, select(Performance.LINKING, LINKINGS, view["linking"])),
                segments(Performance.FOLD, FOLDS, view["fold"], label="Where interaction stands"),
            ],
            className="performance-tools",
        ),
        factor_choice(Performance.FACTOR_SETS, Performance.FACTOR_SETS_BOX, view["factors"]),
        html.Div(skeleton(height_px=320), id=Performance.WHY),
    ]


def no_plot_yet() -> html.Div:
    """Hold the place of the plot's id, so that its brush can be listened to from the start."""
    return html.Div(graph({}, id=Performance.PLOT, label="Growth", height_px=1), hidden=True)


def chart_box(
    figure: Any, *, plot_id: str, name: str, has_browser: bool, may_export: bool, level: int = 2
) -> html.Figure:
    """Show a chart with its export menu."""
    items = [
        (Performance.export(f"{name}:pdf"), "PDF", "vector"),
        (Performance.export(f"{name}:svg"), "SVG", "vector"),
        (Performance.export(f"{name}:png"), "PNG", "picture"),
    ]
    if has_browser:
        items.append((Performance.export(f"{name}:pdf:browser"), "PDF", "as on screen"))
    return chart(figure, id=plot_id, actions=[export_menu(items)] if may_export else (), level=level)


def working(text: str, height_px: int) -> html.Div:
    """Say that figures are being computed, in their place."""
    return stack(html.P(text, className="muted"), skeleton(height_px=height_px))


def _retry() -> Any:
    """Offer to compute once more what failed; hidden until something has."""
    return button("Try again", Performance.RETRY, glyph="arrow-clockwise", small=True, n_clicks=0, hidden=True)

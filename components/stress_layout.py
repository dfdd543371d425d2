"""How does the page of stress tests stand: what is always there, and what callbacks fill in?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from components.button import button
from components.card import card, columns, stack
from components.choose import chosen_chip
from components.fields import segments, select
from components.graph import chart, graph
from components.ids import Stress
from components.menu import export_menu
from components.page_header import page_header
from components.skeleton import kpi_skeleton, skeleton
from components.stress_answer import again_button
from components.stress_builder import KINDS, OTHERS, builder_parts
from components.stress_chance import BROKEN, METHODS, STRENGTHS, chance_parts
from components.stress_loss import loss_parts
from components.stress_own import own_dialogs
from components.stress_repair import BASES, HEDGES, WAYS, WHICH, repair_parts
from components.tabs import tabs

GROUPS = (("historic", "Past events"), ("factor", "Factor moves"), ("regulatory", "Supervisors"), ("own", "Own"))
MODES = (("buy_and_hold", "No trading"), ("daily_rebalanced", "Rebalanced daily"))
TABS = (
    ("results", "Scenarios", Stress.PANEL_RESULTS),
    ("builder", "Builder", Stress.PANEL_BUILDER),
    ("chance", "Chance and liquidity", Stress.PANEL_CHANCE),
    ("repair", "Reverse and repair", Stress.PANEL_REPAIR),
)
USUAL = {
    "portfolio": "", "group": "historic", "scenario": "", "mode": "buy_and_hold", "tab": "results", "kind": "moves",
    "others": "follow", "equity": "", "rates": "", "credit": "", "volatility": "", "oil": "", "usd": "", "slope": "",
    "ig": "", "emerging": "", "start": "",
    "end": "", "loss": "20", "basis": "factors", "limit": "25", "turnover": "10", "hedge": "yes", "which": "historic",
    "way": "both", "method": "t_copula", "days": "10", "broken": "toward_one", "strength": "0.5", "part": "20",
    "within": "5", "asked": "", "chosen": "",
}  # fmt: skip
"""What leaves the address, because it is shown when nobody says otherwise."""
_KNOWN: dict[str, Sequence[tuple[str, ...]]] = {
    "group": GROUPS, "mode": MODES, "tab": TABS, "kind": KINDS, "others": OTHERS, "basis": BASES, "hedge": HEDGES,
    "which": WHICH, "way": WAYS, "method": METHODS, "broken": BROKEN, "strength": STRENGTHS,
}  # fmt: skip
TICK_MS = 1200
NO_MARGIN_PX = 1


def view_of(query: Mapping[str, Any]) -> dict[str, str]:
    """Return the view that an address asks for; words that it does not know are passed over."""
    view = {name: str(query.get(name) or usual)[:80] for name, usual in USUAL.items()}
    for name, options in _KNOWN.items():
        if view[name] not in {one[0] for one in options}:
            view[name] = USUAL[name]
    return view


def page_layout(view: Mapping[str, str]) -> list[Any]:
    """Draw the outline of the page; the controls stand as the address says."""
    return [
        dcc.Store(id=Stress.VIEW, data={"portfolio": view["portfolio"], "group": view["group"]}),
        dcc.Store(id=Stress.PICK, data={name: view[name] for name in ("portfolio", "scenario", "mode")}),
        dcc.Store(id=Stress.CHOSEN, data=view["chosen"]),
        dcc.Store(id=Stress.EXPORTED),
        dcc.Interval(id=Stress.TICK, interval=TICK_MS, max_intervals=0),
        dcc.Interval(id=Stress.TICK_DETAIL, interval=TICK_MS, max_intervals=0),
        page_header(
            "Stress",
            lead="What past crises, moves of markets and scenarios of your own would do to a portfolio as it stands.",
            badges=[html.Span(id=Stress.BADGE)],
            actions=export_menu(
                [
                    (Stress.EXPORT_PDF, "PDF", "all tabs"),
                    (Stress.EXPORT_XLSX, "Excel", "all scenarios"),
                    (Stress.EXPORT_CSV, "CSV", "all scenarios"),
                ]
            ),
        ),
        html.Div(
            html.Div(
                [
                    html.Label("Portfolio", htmlFor=Stress.PORTFOLIO),
                    select(Stress.PORTFOLIO, (), view["portfolio"]),
                ],
                className="stress-choice",
            ),
            className="stress-bar",
        ),
        html.Div(id=Stress.STATE, **{"aria-live": "polite"}),
        button("Try again", Stress.RETRY, glyph="arrow-clockwise", small=True, n_clicks=0, hidden=True),
        chosen_chip(Stress.CHOSEN_BOX, Stress.CHOSEN_CLEAR),
        tabs(Stress.TABS, [(key, text) for key, text, _ in TABS], view["tab"]),
        _panel("results", view, _results(view)),
        _panel("builder", view, builder_parts(view)),
        _panel("chance", view, chance_parts(view)),
        _panel("repair", view, repair_parts(view)),
        *own_dialogs(),
    ]


def _panel(key: str, view: Mapping[str, str], body: Any) -> html.Div:
    text, part_id = next((text, one) for name, text, one in TABS if name == key)
    named = {"aria-label": text}
    return html.Div(body, id=part_id, hidden=view["tab"] != key, role="tabpanel", className="stack", **named)


def _results(view: Mapping[str, str]) -> list[Any]:
    return [
        html.Div(kpi_skeleton(4), id=Stress.FIGURES),
        segments(Stress.GROUP, GROUPS, view["group"], label="Which scenarios"),
        columns(
            card(html.Div([skeleton(height_px=420), no_bars_yet()], id=Stress.BARS)),
            card(
                html.Div(skeleton(lines=10), id=Stress.LIBRARY),
                title="Library",
                note="Choose a scenario, here or in the chart, to see what it does.",
                flush=True,
            ),
            layout="wide-left",
        ),
        loss_parts(view),
        card(
            stack(
                html.Div(skeleton(lines=2), id=Stress.DETAIL_WORDS, role="status"),
                again_button("detail"),
                html.Div(segments(Stress.MODE, MODES, view["mode"], label="On the way"), className="stress-tools"),
            ),
            title="The chosen scenario",
        ),
        columns(
            card(html.Div(skeleton(height_px=320), id=Stress.WATERFALL)),
            card(html.Div(skeleton(height_px=320), id=Stress.SECTORS)),
        ),
        html.Div(skeleton(height_px=320), id=Stress.COURSE),
        columns(
            card(
                html.Div(skeleton(lines=4), id=Stress.COMPARED), title="Beside its benchmark and the index", flush=True
            ),
            card(html.Div(skeleton(lines=4), id=Stress.COVERAGE), title="How well is it covered?"),
        ),
    ]


def no_bars_yet() -> html.Div:
    """Hold the place of the chart's id, so that clicks on it can be listened to from the start."""
    return html.Div(graph({}, id=Stress.BARS_CHART, label="Losses", height_px=NO_MARGIN_PX), hidden=True)


def scenario_card(key: str, name: str, figure: Any, note: str, *, is_chosen: bool, sense: str = "") -> html.Button:
    """Show one scenario of the library with its last result.

    Parameters
    ----------
    key, name : str
        Id and title.
    figure : str or component
        The impact on the portfolio.
    note : str
        When it was, or what it supposes.
    is_chosen : bool
        Whether the page shows it below.
    sense : {"up", "down", ""}
        Colors the figure.

    """
    return html.Button(
        [
            html.Span(name, className="stress-card-name"),
            html.Span(figure, className=f"stress-card-figure num {f'is-{sense}' if sense else ''}".strip()),
            html.Span(note, className="stress-card-note"),
        ],
        id=Stress.card(key),
        type="button",
        n_clicks=0,
        className="stress-card",
        **{"aria-pressed": "true" if is_chosen else "false", "data-stress-card": key},
    )


def chart_box(figure: Any, *, chart_id: str, name: str, has_browser: bool, may_export: bool) -> html.Figure:
    """Show a chart with its export menu."""
    items = [
        (Stress.export(f"{name}:pdf"), "PDF", "vector"),
        (Stress.export(f"{name}:svg"), "SVG", "vector"),
        (Stress.export(f"{name}:png"), "PNG", "picture"),
    ]
    if has_browser:
        items.append((Stress.export(f"{name}:pdf:browser"), "PDF", "as on screen"))
    return chart(figure, id=chart_id, actions=[export_menu(items)] if may_export else (), level=2)


def working(text: str, height_px: int) -> html.Div:
    """Say that figures are being computed, in their place."""
    return stack(html.P(text, className="muted"), skeleton(height_px=height_px))

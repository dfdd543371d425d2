"""How does the page of a test over the past stand: what is always there, and what a callback fills in?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from components.button import button
from components.card import card, columns, stack
from components.fields import segments
from components.graph import chart
from components.grid import WRAPPED, column, grid
from components.ids import WalkForward
from components.menu import export_menu
from components.page_header import page_header
from components.skeleton import skeleton
from components.ticks import WALK_FORWARD_MS

SCALES = (("linear", "Linear"), ("log", "Logarithmic"))


def layout(run_id: str | None) -> html.Div:
    """Draw the outline of a test: the same for one that waits, one that runs and one that has ended."""
    stop = button("Cancel", WalkForward.STOP, glyph="x-lg", small=True, n_clicks=0)
    return html.Div(
        [
            dcc.Store(id=WalkForward.RUN, data=run_id),
            dcc.Store(id=WalkForward.STATE),
            dcc.Store(id=WalkForward.NEWS),
            dcc.Store(id=WalkForward.EXPORTED),
            dcc.Interval(id=WalkForward.TICK, interval=WALK_FORWARD_MS),
            page_header(
                "Test over the past",
                lead=html.Span("What the recipe would have earned, asked on every date with what was known then.",
                               id=WalkForward.LEAD),
                crumbs=(("Runs", "/runs"),),
            ),
            html.Div(
                card(
                    stack(
                        html.Div(id=WalkForward.PROGRESS),
                        html.Div(stop, className="btn-row"),
                    )
                ),
                id=WalkForward.WORK,
                hidden=True,
            ),
            html.Div(id=WalkForward.STAGE),
            html.Div(stack(*_body()), id=WalkForward.BODY, hidden=True),
        ],
        className="walk-forward",
    )  # fmt: skip


def _body() -> list[Any]:
    quiet: dict[str, Any] = {"small": True, "kind": "quiet", "n_clicks": 0}
    tables = [
        button("CSV", WalkForward.EXPORT_CSV, glyph="download", **quiet),
        button("Excel", WalkForward.EXPORT_XLSX, glyph="file-earmark-spreadsheet", **quiet),
    ]
    return [
        html.Div(id=WalkForward.VERDICT),
        card(
            stack(
                segments(WalkForward.SCALE, SCALES, "linear", label="Scale of the wealth"),
                html.Div(skeleton(height_px=380), id=WalkForward.WEALTH),
            )
        ),
        card(
            html.Div(skeleton(height_px=220), id=WalkForward.FIGURES),
            title="What each strategy came to",
            note="After costs, per year. Behind ± stands one standard error; p is the chance of so large a difference "
            "in Sharpe ratio where there is none.",
            flush=True,
        ),
        columns(
            card(html.Div(skeleton(height_px=380), id=WalkForward.PROMISES)),
            card(
                html.Div(skeleton(height_px=320), id=WalkForward.CALIBRATION),
                title="Were the promises kept?",
                note="Each answer of the recipe promised a return and a volatility. This is what became of them.",
                flush=True,
            ),
            layout="two",
        ),
        html.Div(id=WalkForward.POINTS),
        card(
            html.Div(skeleton(height_px=320), id=WalkForward.DECISIONS),
            title="Date by date",
            actions=tables,
            flush=True,
        ),
        html.Div(id=WalkForward.NOTES),
    ]


def chart_box(figure: Any, *, chart_id: str, name: str, has_browser: bool, may_export: bool) -> html.Figure:
    """Show a chart of the test with its export menu.

    Parameters
    ----------
    figure : plotly Figure
        From ``services.charts.walk_forward``.
    chart_id, name : str
        Id of the graph, and the word of the chart in export ids.
    has_browser, may_export : bool
        Whether a browser of this installation can draw, and whether the person may take files along.

    """
    items = [
        (WalkForward.export(f"{name}:pdf"), "PDF", "vector"),
        (WalkForward.export(f"{name}:svg"), "SVG", "vector"),
        (WalkForward.export(f"{name}:png"), "PNG", "picture"),
    ]
    if has_browser:
        items.append((WalkForward.export(f"{name}:pdf:browser"), "PDF", "as on screen"))
    return chart(figure, id=chart_id, actions=[export_menu(items)] if may_export else ())


def decisions_grid(rows: Sequence[Mapping[str, Any]]) -> html.Div:
    """List every date of the test.

    Parameters
    ----------
    rows : sequence of mapping
        Day (ISO), what was promised, what was earned until the next date, fractions as fractions; ``answer`` says why
        there was none.

    """
    heads = [
        column("day", "Asked on", format="date", width_px=118, pinned=True, narrow_px=104),
        column("promised_return", "Promised return", format="percent", width_px=104, **WRAPPED),
        column("promised_volatility", "Promised volatility", format="percent", width_px=104, **WRAPPED),
        column("earned", "Earned until the next date", format="signed_percent", width_px=116, **WRAPPED),
        column("volatility", "Volatility until then", format="percent", width_px=104, narrow=False, **WRAPPED),
        column(
            "score",
            "In promised deviations",
            format="ratio",
            width_px=104,
            narrow=False,
            tooltip="What was earned less what was promised, in promised standard deviations.",
        ),
        column("turnover", "Turnover", format="percent", width_px=92, narrow=False),
        column("cost", "Cost", format="percent", width_px=80, narrow=False),
        column("assets", "Assets", format="count", width_px=76, narrow=False),
        column("answer", "Remarks", width_px=160, grow=1, narrow=False, tooltipField="answer"),
    ]
    return grid(
        id=WalkForward.DECISIONS_TABLE,
        columns=heads,
        rows=rows,
        row_key="day",
        height_px=460,
        label="The recipe's answers, date by date",
    )


def notes_card(sentences: Sequence[str]) -> html.Section:
    """List what a reader should know besides the figures."""
    return card(html.Ul([html.Li(text) for text in sentences], className="walk-forward-notes"), title="What to know")

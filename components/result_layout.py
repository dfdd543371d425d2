"""How does the page of one run stand: what is always there, and what a callback fills in?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html

from components.button import button, link_button
from components.card import card, columns
from components.confirm import dialog
from components.fields import text_input
from components.ids import Result
from components.result_frontier import frontier_card
from components.result_progress import progress_box
from components.result_sureness import sureness_card
from components.result_why import price_place, why_card
from components.skeleton import kpi_skeleton, skeleton
from components.ticks import RESULT_MS
from components.walk_forward_start import start_button, start_dialog
from components.wizard_fields import fold


def layout(run_id: str, view: Mapping[str, str] | None = None) -> html.Div:
    """Draw the outline of a run: the same for one that waits, one that runs and one that has ended.

    Parameters
    ----------
    run_id : str
    view : mapping or None
        How the address wants the frontier to be drawn; see `components.result_frontier`.

    """
    return html.Div(
        [
            dcc.Store(id=Result.RUN, data=run_id),
            dcc.Store(id=Result.STATE),
            dcc.Store(id=Result.NEWS),
            dcc.Store(id=Result.EXPORTED),
            dcc.Interval(id=Result.TICK, interval=RESULT_MS),
            html.Div(_head_waiting(), id=Result.HEADER),
            html.Div(_actions(run_id), id=Result.ACTIONS, hidden=True),
            html.Div(card(progress_box(Result.CANCEL)), id=Result.PROGRESS, hidden=True),
            html.Div(id=Result.STAGE),
            html.Div(_body(view or {}), id=Result.BODY),
            _rename_dialog(),
            _target_dialog(),
            start_dialog(),
        ],
        className="result",
    )


def _head_waiting() -> html.Div:
    return html.Div(skeleton(lines=2), className="page-header")


def _actions(run_id: str) -> html.Div:
    return html.Div(
        [
            button("Save as target", Result.SAVE_TARGET, kind="primary", glyph="bullseye", n_clicks=0),
            html.Span(
                [
                    link_button("Change and run again", f"/optimize?run={run_id}", glyph="sliders"),
                    link_button("Trade-offs", f"/tradeoffs?from={run_id}", glyph="bounding-box-circles"),
                    html.Span(
                        link_button("Rebalance", f"/rebalance?run={run_id}", glyph="arrow-left-right"),
                        id=Result.TO_TRADES,
                        className="btn-row",
                        hidden=True,
                    ),
                ],
                id=Result.AGAIN,
                className="btn-row",
                hidden=True,
            ),
            link_button("Frontier", f"/frontier?run={run_id}", glyph="bezier2"),
            start_button(),
            button("Rename", Result.RENAME, kind="quiet", glyph="pencil", n_clicks=0),
            button("Copy link", Result.COPY_LINK, kind="quiet", glyph="link-45deg", n_clicks=0),
            button("Delete", Result.DELETE, kind="quiet", glyph="trash", n_clicks=0),
            html.Span("", id=Result.COPY_NOTE, className="muted", role="status", **{"data-copy-note": ""}),
        ],
        className="btn-row result-actions",
        role="group",
        **{"aria-label": "What to do with this result"},
    )


def _body(view: Mapping[str, str]) -> list[Any]:
    """Return the places of the result, each with an outline as large as what will stand there."""
    table_actions = [
        button("CSV", Result.EXPORT_TABLE_CSV, small=True, kind="quiet", glyph="download", n_clicks=0),
        button(
            "Excel", Result.EXPORT_TABLE_XLSX, small=True, kind="quiet", glyph="file-earmark-spreadsheet", n_clicks=0
        ),
    ]
    return [
        html.Div(kpi_skeleton(6), id=Result.METRICS),
        columns(
            card(html.Div(skeleton(height_px=480), id=Result.WEIGHTS)),
            card(
                html.Div(skeleton(height_px=480), id=Result.TRADES),
                title="Weights and trades",
                actions=table_actions,
                flush=True,
            ),
            layout="two",
        ),
        frontier_card(view),
        card(
            html.Div(skeleton(height_px=420), id=Result.METRICS_TABLE),
            title="What changes",
            note="Estimates per year; VaR and CVaR are losses over one day, as positive numbers.",
            flush=True,
        ),
        why_card(),
        sureness_card(),
        html.Div(id=Result.COSTS),
        html.Div(id=Result.RULES),
        card(
            [html.Div(skeleton(height_px=320), id=Result.LIMITS), price_place()],
            title="Limits",
            note="Every limit with its value at the proposal. Binding means that no room is left.",
            flush=True,
        ),
        html.Div(
            [
                fold("How sure is it? Proof and solver", html.Div(id=Result.CERTIFICATE)),
                fold("Where does it come from? Data, request and version", html.Div(id=Result.LINEAGE)),
            ],
            className="columns columns-2 result-proof",
        ),
    ]


def _rename_dialog() -> html.Div:
    name = text_input(Result.RENAME_NAME, maxlength=200, autocomplete="off")
    body = html.Div([html.Label("Name", htmlFor=Result.RENAME_NAME), name], className="field")
    return dialog(
        Result.RENAME_DIALOG,
        "Rename this optimization",
        body,
        confirm="Rename",
        confirm_id=Result.RENAME_SAVE,
        cancel_id=Result.RENAME_CANCEL,
    )


def _target_dialog() -> html.Div:
    return dialog(
        Result.SAVE_DIALOG,
        "Save as the portfolio's target?",
        html.P("", id=Result.SAVE_TEXT, className="muted"),
        confirm="Save as target",
        confirm_id=Result.SAVE_CONFIRM,
        cancel_id=Result.SAVE_CANCEL,
    )

"""How do portfolios by rules look, and the evidence of one cell?

A cell says its state by shape and color, and by a word for screen readers; pressed, it shows its evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from dash import dcc, html

from components.button import button
from components.card import card
from components.compliance_mend import mend_all_card
from components.fields import field, fields, select
from components.ids import ComplianceStatus as Ids
from components.skeleton import kpi_skeleton, skeleton
from components.take import takeable

Standing = Literal["passed", "warning", "failed", "indeterminate", "unchecked"]
WORDS: Final[dict[Standing, str]] = {
    "failed": "Broken",
    "indeterminate": "Cannot be judged",
    "unchecked": "Not checked yet",
    "warning": "Warning",
    "passed": "Kept",
}
"""The worst first, as everywhere on the page."""
NONE_WORDS: Final = "Empty: the rule is not for this portfolio"
STANDINGS: Final = (("all", "All portfolios"), *((key, words) for key, words in WORDS.items()))
TICK_MS, FOLLOW_MS = 1_000, 1_500


@dataclass(frozen=True, slots=True)
class MatrixColumn:
    """The head of one column."""

    key: str
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """One portfolio: its name and link, a line below it, and a state per column; None where the rule is not its own."""

    key: str
    name: str
    href: str
    note: str
    is_old: bool
    states: Sequence[Standing | None]


def mark(state: Standing, *, word: bool = True) -> html.Span:
    """Show a state by shape and color, with its word beside it or for screen readers alone."""
    name = html.Span(WORDS[state], className="standing-word" if word else "visually-hidden")
    return html.Span(
        [html.Span(className="standing-shape", **{"aria-hidden": "true"}), name], className=f"standing standing-{state}"
    )


def matrix(columns: Sequence[MatrixColumn], lines: Sequence[MatrixLine], chosen: str) -> html.Div:
    """Draw the matrix; a cell's key is ``cell:portfolio|rule``, and one cell alone is a stop of the Tab key."""
    keys = [f"{line.key}|{one.key}" for line in lines for state, one in zip(line.states, columns, strict=True) if state]
    stop = chosen if chosen in keys else next(iter(keys), "")
    heads = [
        html.Th(html.Span(one.title, className="matrix-title"), scope="col", title=f"{one.title}. {one.note}")
        for one in columns
    ]
    rows = [
        html.Tr(
            [
                _name(line),
                *(_cell(line, state, column, chosen, stop) for state, column in zip(line.states, columns, strict=True)),
            ]
        )
        for line in lines
    ]
    scrolled = html.Div(
        html.Table(
            [
                html.Caption("Portfolios by rules", className="visually-hidden"),
                html.Thead(html.Tr([html.Th("Portfolio", scope="col", className="matrix-corner"), *heads])),
                html.Tbody(rows),
            ],
            className="matrix-q",
        ),
        className="matrix-scroll",
        tabIndex="0",
        role="region",
        **{"aria-label": "Portfolios by rules"},
    )
    return takeable(scrolled)


def _name(line: MatrixLine) -> html.Th:
    note = html.Span(line.note, className="matrix-note" + (" matrix-old" if line.is_old else ""))
    return html.Th([dcc.Link(line.name, href=line.href), note], scope="row")


def _cell(line: MatrixLine, state: Standing | None, column: MatrixColumn, chosen: str, stop: str) -> html.Td:
    if state is None:
        return html.Td(html.Span("Does not apply", className="visually-hidden"), className="matrix-none")
    key = f"{line.key}|{column.key}"
    title = f"{line.name}, {column.title}: {WORDS[state].lower()}"
    # two elements a cell, its shape drawn by the style sheet: a house has thousands of them
    dot = html.Button(
        type="button",
        className=f"choose-name matrix-dot standing-{state}",
        title=title,
        tabIndex="0" if key == stop else "-1",
        **{"data-choose": f"cell:{key}", "aria-pressed": "true" if key == chosen else "false"},
    )
    return html.Td(dot, className="matrix-cell")


def legend() -> html.Div:
    """Name the shapes, and what it means that a cell has none."""
    empty = html.Span(
        [html.Span(className="standing-shape", **{"aria-hidden": "true"}), html.Span(NONE_WORDS, className="muted")],
        className="standing standing-none",
    )
    return html.Div([*(mark(state) for state in WORDS), empty], className="matrix-legend", role="note")


def status_panel(view: Mapping[str, str]) -> list[Any]:
    """Draw the tab; figures arrive."""
    standing = view.get("standing", "all")
    filters = fields(
        field(select(Ids.STANDING, STANDINGS, standing if standing in WORDS else "all"), "Show"),
        field(select(Ids.PORTFOLIO, (("all", "All"),), view.get("portfolio", "all")), "Portfolio"),
    )
    return [
        dcc.Store(id=Ids.PICK, data=view.get("cell", "")),
        dcc.Store(id=Ids.CHECKED),
        dcc.Interval(id=Ids.TICK, interval=TICK_MS, max_intervals=0),
        dcc.Interval(id=Ids.FOLLOW, interval=FOLLOW_MS, disabled=True),
        html.P(id=Ids.SENTENCE, className="compliance-sentence", role="status"),
        html.Div(id=Ids.EMPTY, hidden=True),
        html.Div(_body(filters), id=Ids.BODY, className="stack"),
    ]


def _body(filters: Any) -> list[Any]:
    return [
        html.Div(kpi_skeleton(5), id=Ids.FIGURES),
        card(
            html.Div(
                [filters, legend(), html.Div(skeleton(height_px=280), id=Ids.MATRIX), html.Div(id=Ids.MORE)],
                className="stack",
            ),
            title="Portfolios by rules",
            note="The worst first on both sides; press a cell for its evidence",
        ),
        card(
            html.Div(
                html.P("Press a cell of the matrix.", className="muted"), id=Ids.DETAIL, **{"aria-live": "polite"}
            ),
            title="Evidence",
            id=Ids.EVIDENCE,
            note=html.Span("No cell is chosen", id=Ids.DETAIL_TITLE),
            actions=[button("Check again", Ids.CHECK, glyph="arrow-clockwise", small=True, n_clicks=0, hidden=True)],
        ),
        mend_all_card(),
    ]

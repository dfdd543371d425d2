"""How do the cards of the dashboard stand in a grid that their user changes, by pointer and by keyboard?

The grid is react-grid-layout; assets/board.js tells it where cards stand, moves them by buttons, and hides them. Below
1181 px the cards flow in one or two columns instead (assets/board.css), and cannot be moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import dash_snap_grid
from dash import dcc, html

from components.button import button
from components.fields import error_id, select, text_input
from components.icon import icon
from components.ids import Board

ROW_PX: Final = 40
GAP_PX: Final = 16
COLUMNS_COUNT: Final = 12


def board_card(
    key: str,
    title: str,
    body: Any,
    *,
    body_id: str,
    parts: Sequence[str] = (),
    actions: Any = None,
    flush: bool = False,
) -> html.Section:
    """Frame one card of the grid.

    Parameters
    ----------
    key : str
        Word of the card in views.
    title : str
    body : component or list
        What stands there until the first answer, of the same size.
    body_id : str
        What callbacks fill.
    parts : sequence of str
        The parts of the dashboard that it shows; each has a line that says why it is not fresh.
    actions : component or list
        At the right of the heading.
    flush : bool
        Whether the content touches the edges.

    """
    head = html.Header(
        [html.H2(title), html.Div(actions or [], className="btn-row board-actions")], className="card-head"
    )
    notes = [_note(part) for part in parts]
    inner = html.Div(body, id=body_id, className="card-body-flush" if flush else "card-body")
    return html.Section(
        [head, *notes, inner],
        id=Board.card(key),
        className="card-q board-card",
        **{"aria-label": title, "data-board-key": key, "data-board-title": title},
    )


def board_grid(cards: Sequence[Any]) -> html.Div:
    """Set cards into the grid; it is shown as soon as it is known where they stand."""
    grid = dash_snap_grid.Grid(
        list(cards),
        id=Board.GRID,
        cols=COLUMNS_COUNT,
        rowHeight=ROW_PX,
        margin=[GAP_PX, GAP_PX],
        containerPadding=[0, 0],
        compactType="vertical",
        isDraggable=False,
        isResizable=False,
        draggableHandle=".card-head",
        draggableCancel="button, a, input, select, .board-tools",
        layout=[],
    )
    return html.Div(grid, id=Board.BOX, className="board")


def board_bar() -> html.Div:
    """Show what can be done while the view is being changed."""
    return html.Div(
        [
            html.P(
                "Drag a card by its heading or its corner, or use its buttons. Save under the name of the view, or "
                "under a new one.",
                className="board-help",
            ),
            html.Div(id=Board.ERRORS),
            html.Div(
                [
                    html.Label("Name of the view", htmlFor=Board.NAME),
                    text_input(Board.NAME, maxlength=60),
                    button("Save", Board.SAVE, kind="primary", small=True, n_clicks=0),
                    button("Cancel", Board.CANCEL, small=True, n_clicks=0),
                    button("Reset", Board.RESET, kind="quiet", small=True, n_clicks=0),
                ],
                className="btn-row",
            ),
            html.Div(id=error_id(Board.NAME), className="field-error", role="alert"),
            html.Div(
                [
                    html.Label("Share with", htmlFor=Board.SHARE_WITH),
                    select(Board.SHARE_WITH, [("house", "Everybody here")], "house"),
                    button("Share", Board.SHARE, small=True, glyph="share", n_clicks=0),
                ],
                className="btn-row",
            ),
            html.Div(id=error_id(Board.SHARE_WITH), className="field-error", role="alert"),
            html.Div(id=Board.SHARED),
            html.Div(id=Board.ADD, className="btn-row board-add", role="group", **{"aria-label": "Hidden cards"}),
        ],
        id=Board.BAR,
        className="board-bar",
        hidden=True,
        role="region",
        **{"aria-label": "Changing the view"},
    )


def shared_list(shared: Sequence[tuple[str, str, str]]) -> Any:
    """List the views that their user gave to others: id, words that no other one has, and the link that opens it."""
    if not shared:
        return None
    rows = [
        html.Div(
            [
                html.Span(words),
                dcc.Link("Link", href=link, className="btn-q btn-q-quiet btn-q-small", title=link),
                button(
                    "Stop sharing",
                    Board.share_stop(key),
                    kind="danger",
                    small=True,
                    label=f"Stop sharing {words}",
                    n_clicks=0,
                ),
            ],
            className="btn-row",
        )
        for key, words, link in shared
    ]
    return html.Div(rows, role="group", **{"aria-label": "Views that you share"})


def board_stores() -> list[Any]:
    """Return what remembers views and freshness, and the region that says where a card was moved."""
    return [
        dcc.Store(id=Board.LAYOUTS),
        dcc.Store(id=Board.CARDS),
        dcc.Store(id=Board.MOVED),
        *(dcc.Store(id=one, data={}) for one in (Board.GOOD, Board.GOOD_NEWS, Board.GOOD_DAY)),
        html.Div(id=Board.SAID, className="visually-hidden", role="status", **{"aria-live": "polite"}),
    ]


def _note(part: str) -> html.Div:
    return html.Div(
        [
            icon("exclamation-triangle"),
            html.Span(id=Board.note_words(part)),
            button("Try again", Board.retry(part), small=True, n_clicks=0),
        ],
        id=Board.note(part),
        className="board-note",
        role="alert",
        hidden=True,
    )

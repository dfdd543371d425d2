"""Which recipes are kept, for which clients, and in which versions?"""

from __future__ import annotations

from typing import Any

import dash
from dash import dcc, html

from components.button import button, button_group, link_button
from components.card import card, columns
from components.confirm import confirm_delete, dialog
from components.empty_state import empty_state
from components.fields import field, fields, search, select, text_input
from components.grid import column, grid
from components.ids import Templates
from components.page_header import page_header
from components.tradeoffs_form import SHARING, TYPES
from pages._frame import arriving, frame

dash.register_page(
    __name__, path="/templates", title="Templates · Quantum Portfolio Optimizer", name="Templates", order=3
)

COLUMNS = (
    column("name", "Template", renderer="qpoName", width_px=190, grow=2, pinned=True),
    column("fills", "Fills in", width_px=110, grow=0.8, narrow=False),
    column("clients", "For", width_px=150, grow=1.4),
    column("shared", "Shared with", width_px=130, grow=1, narrow=False),
    column("version", "Version", format="count", width_px=88),
    column("changed_on", "Changed", format="date", width_px=112, narrow=False),
)


def layout(template: str | None = None, **_: Any) -> html.Div:
    """Draw the outline; what the person may see of the templates arrives from the server."""
    rows = arriving(
        grid(
            id=Templates.TABLE,
            columns=COLUMNS,
            rows=[],
            row_key="id",
            select="one",
            label="Templates",
            empty="No template fits the search.",
        )
    )
    none = card(
        empty_state(
            "No templates yet",
            "Set goal and limits in the wizard, or objectives on the page of trade-offs, then press Save as template.",
            glyph="bookmarks",
            actions=[
                link_button("Optimize", "/optimize", kind="primary", glyph="sliders2"),
                link_button("Trade-offs", "/tradeoffs", glyph="bounding-box-circles"),
            ],
        )
    )
    choose = empty_state("Choose a template", "Its recipe and its versions appear here.", glyph="bookmark", level=3)
    actions = html.Div(
        button_group(
            html.Span(button("Use", Templates.USE, small=True, kind="primary", glyph="play-fill", n_clicks=0)),
            html.Span(
                [
                    button("Edit", Templates.EDIT, small=True, glyph="pencil", n_clicks=0),
                    button("Delete", Templates.DELETE, small=True, kind="quiet", glyph="trash", n_clicks=0),
                ],
                id=Templates.OWN_ACTIONS,
                className="btn-row",
                hidden=True,
            ),
            label="The chosen template",
        ),
        id=Templates.ACTIONS,
        hidden=True,
    )
    return frame(
        Templates.PROBLEM,
        Templates.MAIN,
        dcc.Store(id=Templates.ID, data=template),
        dcc.Store(id=Templates.EDITED),
        page_header(
            "Templates",
            lead="Goals, objectives and limits that were kept, to start from for clients of a kind.",
            crumbs=(("Optimize", "/optimize"),),
        ),
        html.Div(none, id=Templates.EMPTY, hidden=True),
        html.Div(
            columns(
                card(rows, title="All templates", actions=search(Templates.SEARCH, "Find a template"), flush=True),
                html.Div(
                    [
                        card(html.Div(choose, id=Templates.DETAIL), title="Template", actions=actions),
                        html.Div(id=Templates.VERSIONS),
                        html.Div(_compare_card(), id=Templates.COMPARE_BOX, hidden=True),
                    ],
                    className="stack",
                ),
            ),
            id=Templates.LIST,
        ),
        _form_dialog(),
        confirm_delete(
            Templates.DELETE_DIALOG,
            "template",
            "It leaves the lists with all its versions; runs that were started from it stay. You can undo this for ten "
            "seconds.",
            confirm_id=Templates.DELETE_CONFIRM,
            cancel_id=Templates.DELETE_CANCEL,
        ),
    )


def _compare_card() -> Any:
    choices = fields(
        field(select(Templates.FIRST, []), "Version"),
        field(select(Templates.SECOND, []), "compared with"),
    )
    return card([choices, html.Div(id=Templates.COMPARED)], title="Compare two versions")


def _form_dialog() -> html.Div:
    types = dcc.Checklist(
        id=Templates.TYPES,
        options=[{"value": key, "label": text} for key, text in TYPES],
        value=[],
        className="checks",
    )
    body = [
        html.Div(id=Templates.FORM_ERRORS),
        fields(
            field(text_input(Templates.NAME, maxlength=200), "Name", is_wide=True),
            field(text_input(Templates.DESCRIPTION, maxlength=500), "Description", is_optional=True, is_wide=True),
            field(types, "For clients of the kind", help_text="None stands for all.", is_wide=True),
            field(select(Templates.SHARING, SHARING, "private"), "Who may use it", help_text="You alone change it."),
        ),
    ]
    return dialog(
        Templates.FORM_DIALOG,
        "Edit the template",
        html.Div(body),
        confirm="Save template",
        confirm_id=Templates.SAVE,
        cancel_id=Templates.CANCEL,
    )

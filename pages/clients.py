"""Who are the clients, and what did they say about risk?"""

from __future__ import annotations

from typing import Any

import dash
from dash import dcc, html

from components.button import button, button_group
from components.card import card, columns
from components.confirm import confirm_delete, dialog
from components.empty_state import empty_state
from components.fields import field, fields, number_input, search, select, switch, text_input
from components.grid import column, grid
from components.ids import Clients
from components.page_header import page_header
from components.table import more
from pages._frame import arriving, frame

dash.register_page(__name__, path="/clients", title="Clients · Quantum Portfolio Optimizer", name="Clients", order=3)

COLUMNS = (
    column("name", "Client", renderer="qpoName", width_px=230, grow=2, pinned=True),
    column("profile", "Risk profile", renderer="qpoLines", width_px=124, grow=1.4),
    column("dated_on", "Answered on", format="date", width_px=112, narrow=False),
    column("portfolios_count", "Portfolios", format="count", width_px=98, narrow_below_px=480),
)
TYPES = [("individual", "Individual"), ("family_office", "Family office"), ("institution", "Institution")]
TOLERANCES = [
    ("1", "1: I could not bear a loss"),
    ("2", "2: Small losses now and then"),
    ("3", "3: Losses like those of a balanced portfolio"),
    ("4", "4: Losses like those of the stock market"),
    ("5", "5: Larger losses for larger gains"),
]
WORDS_MAX_LENGTH = 200
KNOWLEDGE = [("none", "None"), ("basic", "Basic"), ("informed", "Informed"), ("professional", "Professional")]


def layout(client: str | None = None, find: str = "", **_: Any) -> html.Div:
    """Draw the outline; names and answers arrive when the server has been asked, if the person may see them."""
    rows = arriving(
        grid(
            id=Clients.TABLE,
            columns=COLUMNS,
            rows=[],
            row_key="id",
            select="one",
            label="Clients",
            empty="No client fits the search.",
            filter_text=find[:WORDS_MAX_LENGTH],
        )
    )
    new = button("New client", Clients.NEW, kind="primary", glyph="plus-lg", n_clicks=0, hidden=True)
    nobody = card(
        empty_state(
            "No clients yet",
            "Make the first one, then record what they answered about risk.",
            glyph="people",
            actions=button("New client", Clients.EMPTY_NEW, kind="primary", glyph="plus-lg", n_clicks=0),
        )
    )
    choose = empty_state(
        "Choose a client", "Their contact, profile and portfolios appear here.", glyph="person", level=3
    )
    actions = html.Div(
        button_group(
            button("New answers", Clients.PROFILE_OPEN, small=True, glyph="clipboard-check", n_clicks=0),
            button("Edit", Clients.EDIT, small=True, glyph="pencil", n_clicks=0),
            button("Delete", Clients.DELETE, small=True, kind="quiet", glyph="trash", n_clicks=0),
            label="The chosen client",
        ),
        id=Clients.ACTIONS,
        hidden=True,
    )
    return frame(
        Clients.PROBLEM,
        Clients.MAIN,
        dcc.Store(id=Clients.ID, data=client),
        dcc.Store(id=Clients.EDITED),
        page_header("Clients", lead="Who owns the portfolios, and how much risk suits them.", actions=new),
        html.Div(nobody, id=Clients.EMPTY, hidden=True),
        html.Div(
            columns(
                card(
                    rows,
                    title="All clients",
                    actions=search(Clients.SEARCH, "Find a client", kept_as="find", value=find[:WORDS_MAX_LENGTH]),
                    flush=True,
                ),
                html.Div(
                    [
                        card(html.Div(choose, id=Clients.DETAIL), title="Client", actions=actions),
                        html.Div(id=Clients.PROFILE),
                        html.Div(id=Clients.PORTFOLIOS),
                    ],
                    className="stack",
                ),
            ),
            id=Clients.LIST,
        ),
        _form_dialog(),
        _profile_dialog(),
        confirm_delete(
            Clients.DELETE_DIALOG,
            "client",
            "Contact and profile leave the screens; portfolios stay. You can undo this for ten seconds.",
            confirm_id=Clients.DELETE_CONFIRM,
            cancel_id=Clients.DELETE_CANCEL,
        ),
    )


def _form_dialog() -> html.Div:
    body = html.Div(
        [
            html.Div(id=Clients.FORM_ERRORS),
            fields(
                field(text_input(Clients.NAME, maxlength=200), "Name", is_wide=True),
                field(select(Clients.TYPE, TYPES, "individual"), "Kind of client"),
                field(
                    select(Clients.TEAM, [("none", "Only me")], "none"),
                    "Team",
                    help_text="Its members see the client and the client's portfolios.",
                ),
                field(text_input(Clients.EMAIL, kind="email", maxlength=254), "E-mail", is_optional=True),
                field(text_input(Clients.PHONE, kind="tel", maxlength=50), "Telephone", is_optional=True),
            ),
        ],
        id=Clients.FORM,
    )
    return dialog(
        Clients.FORM_DIALOG, "Client", body, confirm="Save client", confirm_id=Clients.SAVE, cancel_id=Clients.CANCEL
    )


def _profile_dialog() -> html.Div:
    body = [
        html.Div(id=Clients.PROFILE_ERRORS),
        fields(
            field(
                select(Clients.PROFILE_TOLERANCE, TOLERANCES, placeholder="Choose an answer"),
                "How much loss could they bear?",
                is_wide=True,
            ),
            field(
                number_input(Clients.PROFILE_HORIZON, unit="years"),
                "How long is the money invested?",
            ),
            field(
                number_input(Clients.PROFILE_LOSS, unit="%"),
                "Loss they can afford",
                help_text="Share of the sum invested whose loss would not change how they live.",
            ),
            field(
                select(Clients.PROFILE_KNOWLEDGE, KNOWLEDGE, placeholder="Choose an answer"), "Knowledge of investing"
            ),
            field(
                text_input(Clients.PROFILE_DATED, kind="date"),
                "Answered on",
                is_optional=True,
                help_text="Today when empty.",
            ),
        ),
        more(
            "Preferences",
            fields(
                switch(Clients.PROFILE_ESG, "Prefers sustainable investments"),
                switch(Clients.PROFILE_INCOME, "Needs regular income"),
                field(number_input(Clients.PROFILE_WEALTH), "Wealth", is_optional=True),
                field(text_input(Clients.PROFILE_PREFERENCES, maxlength=300), "Anything else", is_optional=True),
            ),
        ),
    ]
    return dialog(
        Clients.PROFILE_DIALOG,
        "Risk questionnaire",
        body,
        confirm="Save as a new version",
        confirm_id=Clients.PROFILE_SAVE,
        cancel_id=Clients.PROFILE_CANCEL,
        wide=True,
    )

"""Who may sign in, in which role, and who was invited?"""

from __future__ import annotations

from typing import Any

import dash
from dash import dcc, html

from components.button import button, button_group
from components.card import card, columns
from components.confirm import dialog
from components.empty_state import empty_state
from components.fields import field, fields, search, select, text_input
from components.grid import column, grid
from components.ids import Users
from components.page_header import page_header
from components.table import more
from pages._frame import arriving, frame, waiting
from pages._users_teams import member_dialog, team_dialog, team_gone_dialog, teams_card, teams_field

dash.register_page(__name__, path="/users", title="Users · Quantum Portfolio Optimizer", name="Users", order=4)

COLUMNS = (
    column("name", "Name", renderer="qpoName", width_px=220, narrow_px=164, grow=2, pinned=True),
    column("role", "Role", renderer="qpoLines", width_px=134, narrow_px=108),
    column("teams", "Teams", width_px=106, grow=1, narrow=False),
    column("state", "State", renderer="qpoStatus", width_px=90),
    column("seen", "Last seen", renderer="qpoLines", width_px=112, grow=1.5, narrow=False),
    column("totp", "Two-factor", width_px=96, narrow_below_px=760),
)
ROLES = [
    ("viewer", "Viewer"),
    ("advisor", "Advisor"),
    ("portfolio_manager", "Portfolio manager"),
    ("researcher", "Researcher"),
    ("compliance", "Compliance"),
    ("administrator", "Administrator"),
]


def layout(user: str | None = None, **_: Any) -> html.Div:
    """Draw the outline; people arrive when the server has been asked, if the person may see them."""
    rows = arriving(
        grid(
            id=Users.TABLE,
            columns=COLUMNS,
            rows=[],
            row_key="id",
            select="one",
            label="Users",
            empty="Nobody fits the search.",
        )
    )
    invite = button("Invite somebody", Users.INVITE, kind="primary", glyph="person-plus", n_clicks=0, hidden=True)
    choose = empty_state("Choose somebody", "Their role and their way in can be changed here.", glyph="person", level=3)
    change = html.Div(
        [
            field(select(Users.ROLE, ROLES, "viewer"), "Role"),
            button_group(
                button("Change the role", Users.ROLE_SAVE, n_clicks=0),
                button("Choose teams", Users.MEMBER, n_clicks=0),
                button("Reset two-factor", Users.TOTP_RESET, kind="danger", n_clicks=0, hidden=True),
                button("Disable", Users.DISABLE, kind="danger", n_clicks=0, hidden=True),
                button("Enable", Users.ENABLE, n_clicks=0, hidden=True),
                label="The chosen person",
            ),
        ],
        id=Users.DETAIL,
        className="stack",
        hidden=True,
    )
    person = card(html.Div([html.Div(choose, id=Users.FACTS), change], className="stack"), title="Person")
    waiting_ones = card(
        waiting(80), title="Invitations", note="A link works once, for one day", body_id=Users.INVITATIONS
    )
    return frame(
        Users.PROBLEM,
        Users.MAIN,
        dcc.Store(id=Users.SELECTED, data=user),
        page_header(
            "Users and roles", lead="Who may sign in, what each role allows, and who works together.", actions=invite
        ),
        columns(
            card(rows, title="People", actions=search(Users.SEARCH, "Find somebody"), flush=True),
            html.Div([person, waiting_ones], className="stack"),
            layout="wide-left",
        ),
        teams_card(),
        card(more("What each role allows", html.Div(waiting(240), id=Users.MATRIX))),
        _invite_dialog(),
        member_dialog(),
        team_dialog(),
        team_gone_dialog(),
        dialog(
            Users.ROLE_DIALOG,
            "Change the role?",
            html.P(id=Users.ROLE_TEXT, className="muted"),
            confirm="Change the role",
            confirm_id=Users.ROLE_CONFIRM,
            cancel_id=Users.ROLE_CANCEL,
        ),
        dialog(
            Users.TOTP_DIALOG,
            "Reset two-factor sign-in?",
            html.P(id=Users.TOTP_TEXT, className="muted"),
            confirm="Reset two-factor",
            confirm_id=Users.TOTP_CONFIRM,
            cancel_id=Users.TOTP_CANCEL,
            confirm_kind="danger",
        ),
        dialog(
            Users.DISABLE_DIALOG,
            "Disable this person?",
            html.P(id=Users.DISABLE_TEXT, className="muted"),
            confirm="Disable",
            confirm_id=Users.DISABLE_CONFIRM,
            cancel_id=Users.DISABLE_CANCEL,
            confirm_kind="danger",
        ),
    )


def _invite_dialog() -> html.Div:
    body = [
        html.Div(id=Users.INVITE_ERRORS),
        fields(
            field(text_input(Users.INVITE_NAME, maxlength=100), "Name"),
            field(text_input(Users.INVITE_EMAIL, kind="email", maxlength=254), "E-mail"),
            field(select(Users.INVITE_ROLE, ROLES, "viewer"), "Role", is_wide=True),
            teams_field(Users.INVITE_TEAMS),
            html.Div(id=Users.INVITE_LINK, className="field-wide"),
        ),
    ]
    return dialog(
        Users.INVITE_DIALOG,
        "Invite somebody",
        body,
        confirm="Make the link",
        confirm_id=Users.INVITE_SEND,
        cancel_id=Users.INVITE_CANCEL,
        cancel="Close",
    )

"""Where does the page of users show teams, and what does it ask about them?"""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from components.button import button
from components.card import card
from components.confirm import dialog
from components.fields import field, fields, text_input
from components.ids import Users
from pages._frame import waiting

HELP = "Members see the clients and portfolios of their teams; the role says what they may do there."


def teams_card() -> Any:
    """Outline the list of teams."""
    new = button("New team", Users.TEAM_NEW, small=True, n_clicks=0, hidden=True)
    return card(waiting(80), title="Teams", note=HELP, actions=new, body_id=Users.TEAMS)


def teams_field(id: str) -> html.Div:
    """Ask for teams; the choices arrive when the dialog opens."""
    return field(dcc.Checklist(id=id, options=[], value=None), "Teams", help_text=HELP, is_wide=True)


def member_dialog() -> html.Div:
    """Ask in which teams the chosen person works."""
    body = [
        html.Div(id=Users.MEMBER_ERRORS),
        html.P(id=Users.MEMBER_TEXT, className="muted"),
        fields(teams_field(Users.MEMBER_TEAMS)),
    ]
    return dialog(
        Users.MEMBER_DIALOG,
        "Choose teams",
        body,
        confirm="Save",
        confirm_id=Users.MEMBER_SAVE,
        cancel_id=Users.MEMBER_CANCEL,
    )


def team_gone_dialog() -> html.Div:
    """Ask before a team is deleted, and say who loses what."""
    return dialog(
        Users.TEAM_GONE_DIALOG,
        "Delete the team?",
        [dcc.Store(id=Users.TEAM_GONE), html.P(id=Users.TEAM_GONE_TEXT, className="muted")],
        confirm="Delete the team",
        confirm_id=Users.TEAM_GONE_CONFIRM,
        cancel_id=Users.TEAM_GONE_CANCEL,
        confirm_kind="danger",
    )


def team_dialog() -> html.Div:
    """Ask for the name of a new team, or for another name of one."""
    body = [
        dcc.Store(id=Users.TEAM),
        html.Div(id=Users.TEAM_ERRORS),
        fields(field(text_input(Users.TEAM_NAME, maxlength=100), "Name", is_wide=True)),
    ]
    return dialog(
        Users.TEAM_DIALOG,
        "Name the team",
        body,
        confirm="Save",
        confirm_id=Users.TEAM_SAVE,
        cancel_id=Users.TEAM_CANCEL,
    )

"""What does the page of users do for somebody who lost their phone?"""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State, callback, no_update

from callbacks.actor import Permission, actor, may, services
from callbacks.in_browser import dialog
from callbacks.present_errors import part
from callbacks.present_toast import put, read_anew, say
from components.confirm import CLOSED
from components.ids import Shell, Users


@callback(
    Output(Users.TOTP_RESET, "hidden"),
    Output(Users.TOTP_TEXT, "children"),
    Input(Users.SELECTED, "data"),
    Input(Shell.RESYNC, "data"),
)
@part
def offer_reset(user_id: str | None, _resync: object) -> tuple[bool, Any]:
    """Offer it for somebody else who has a second factor, and say what it means."""
    if not user_id or user_id == actor().user_id or not may(Permission.USERS_WRITE):
        return True, None
    one = services().users.get(user_id, actor())
    words = (
        f"Make sure that it is {one.name} who asks. Their authenticator and recovery codes stop working, they are "
        "signed out everywhere, and they sign in with the password alone until they switch two-factor on again. "
        f"{one.name} is told, and the audit log names you."
    )
    return not one.has_totp, words


@callback(
    Output(Users.TOTP_DIALOG, "className", allow_duplicate=True),
    Input(Users.TOTP_CONFIRM, "n_clicks"),
    State(Users.SELECTED, "data"),
    prevent_initial_call=True,
    running=[(Output(Users.TOTP_CONFIRM, "disabled"), True, False)],
)
def reset(clicks: int, user_id: str | None) -> Any:
    """Take the second factor away."""
    if not clicks or not user_id:
        return no_update
    put(Users.TOTP_DIALOG, className=CLOSED)
    one = services().users.reset_two_factor(user_id, actor())
    say("Two-factor sign-in was reset", f"{one.name} signs in with the password alone until it is switched on again.")
    read_anew("two-factor reset")
    return CLOSED


dialog(Users.TOTP_DIALOG, Users.TOTP_RESET, Users.TOTP_CANCEL)

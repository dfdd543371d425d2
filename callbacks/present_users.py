"""How do people, roles and invitations read?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from dash import html

from callbacks.present_settings import once
from components.button import button
from components.confirm import ask_first
from components.empty_state import empty_state
from components.ids import Users
from components.sample_badge import sample_badge
from components.table import facts, table
from components.toast import banner
from services import formatting
from services.auth.policy import PERMISSIONS
from services.auth.roles import Permission, Role
from services.messages.users import InviteView, User


def row(one: User, teams: str) -> dict[str, Any]:
    """Return one line of the list."""
    return {
        "id": one.id,
        "name": one.name,
        "note": one.email,
        "is_sample": False,
        "role": one.role.label,
        "teams": teams,
        "state": "active" if one.is_active else "disabled",
        "totp": "On" if one.has_totp else "Off",
        "seen": formatting.moment(one.last_seen_at_utc) if one.last_seen_at_utc else "Never",
    }


def nobody() -> Any:
    """Return what stands while nobody is chosen."""
    return empty_state("Choose somebody", "Their role and their way in can be changed here.", glyph="person", level=3)


def person(one: User, teams: str) -> Any:
    """Return who somebody is."""
    badges = [sample_badge()] if one.is_sample else []
    known = facts(
        [
            ("E-mail", one.email),
            ("Role", one.role.label),
            ("Teams", teams),
            ("State", "May sign in" if one.is_active else "Disabled: cannot sign in"),
            ("Two-factor", "On" if one.has_totp else "Off"),
            ("Member since", formatting.day(one.created_at_utc.date())),
            ("Last seen", formatting.moment(one.last_seen_at_utc) if one.last_seen_at_utc else "Never"),
        ]
    )
    return [html.Div([html.H3(one.name), *badges], className="btn-row"), html.Br(), known]


def invitation_link(invite: InviteView, public_url: str) -> Any:
    """Return the link of a new invitation, shown this once."""
    address = f"{public_url}/account/invite/{invite.link_token}"
    until = formatting.moment(invite.expires_at_utc.astimezone(UTC))
    words = [
        html.Span(f"Send it to {invite.email}. It works once, until {until}, and is not shown again."),
        once(address),
    ]
    return banner("The link is ready", html.Div(words), tone="ok")


def invitations(waiting: Sequence[InviteView], *, may_write: bool) -> Any:
    """Return who was invited and has not come yet."""
    if not waiting:
        return html.P("Nobody is invited at present.", className="muted")
    rows = [
        [
            [one.name, html.Div(one.email, className="card-note")],
            one.role.label,
            html.Span(formatting.moment(one.expires_at_utc), className="nowrap"),
            _withdrawal(one) if may_write else "",
        ]
        for one in waiting
    ]
    columns = (("Name", False), ("Role", False), ("Until", False), ("", True))
    return table(columns, rows, caption="Open invitations")


def _withdrawal(one: InviteView) -> Any:
    asks = ask_first(
        f"Withdraw the invitation of {one.name}?",
        "Its link stops working for good. Another invitation can be sent to the same address.",
        "Withdraw the invitation",
    )
    return button("Withdraw", Users.withdraw(one.id), kind="quiet", small=True, n_clicks=0, **asks)


def matrix() -> Any:
    """Return which role may do what."""
    rows = [
        [permission.sentence_part.capitalize(), *("Yes" if permission in PERMISSIONS[role] else "—" for role in Role)]
        for permission in Permission
    ]
    columns = (("Permission", False), *((role.label, False) for role in Role))
    return table(columns, rows, caption="What each role may do")


def role_question(one: User, role: Role) -> str:
    """Say what changing a role means."""
    gained = PERMISSIONS[role] - PERMISSIONS[one.role]
    lost = PERMISSIONS[one.role] - PERMISSIONS[role]
    parts = [f"{one.name} becomes {role.label} instead of {one.role.label}."]
    if gained:
        parts.append(f"May then {_listed(gained)}.")
    if lost:
        parts.append(f"May no longer {_listed(lost)}.")
    return " ".join(parts)


def _listed(permissions: frozenset[Permission]) -> str:
    words = sorted(permission.sentence_part for permission in permissions)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"

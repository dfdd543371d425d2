"""How do one's own account, its protection and its sessions read?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from components.button import button
from components.confirm import ask_first
from components.empty_state import empty_state
from components.ids import Settings
from components.pills import tag
from components.table import facts, table
from services import formatting
from services.messages.users import OwnSecurity, SessionView, User

FEW_CODES_COUNT = 3


def account(one: User) -> Any:
    """Return what is known of the account."""
    return facts(
        [
            ("E-mail", one.email),
            ("Role", one.role.label),
            ("Two-factor", "On" if one.has_totp else "Off: switch it on under Security"),
            ("Member since", formatting.day(one.created_at_utc.date())),
        ]
    )


def ways_in(one: OwnSecurity) -> Any:
    """Return what protects the account, each with the page that changes it."""
    changed = one.password_changed_at_utc
    password = f"Changed on {formatting.day(changed.date())}." if changed else "As it was made for you."
    rows = [_way("Password", password, "Change the password", "/account/change")]
    if not one.has_totp:
        words = [tag("Off", "warn"), " Whoever learns your password can sign in."]
        rows.append(_way("Two-factor sign-in", words, "Switch two-factor on", "/account/tf-setup"))
        return html.Div(rows, className="ways")
    words = [tag("On", "ok"), " A code from your phone is asked as well."]
    rows.append(_way("Two-factor sign-in", words, "Change two-factor", "/account/tf-setup"))
    left_count = one.recovery_codes_left_count
    few = [tag("Make new ones", "warn"), " "] if left_count < FEW_CODES_COUNT else []
    codes = [*few, f"{left_count} unused; each signs you in once without your phone."]
    rows.append(_way("Recovery codes", codes, "New recovery codes", "/account/mf-recovery-codes"))
    return html.Div(rows, className="ways")


def _way(name: str, state: Any, verb: str, href: str) -> Any:
    words = html.Div([html.H3(name, className="way-name"), html.Div(state, className="way-state")])
    return html.Div([words, html.A(verb, href=href, className="btn-q btn-q-secondary btn-q-small")], className="way")


def sessions(found: Sequence[SessionView]) -> Any:
    """Return in which browsers the person is signed in."""
    rows = [_row(one, _browser(one.agent), _END_ASKS) for one in found if one.via == "session"]
    return table((("Browser and address", False), *_COLUMNS), rows, caption="Your sessions")


def tokens(found: Sequence[SessionView]) -> Any:
    """Return which programs hold a sign-in token of the person."""
    rows = [_row(one, one.agent or "A program", _TOKEN_ASKS) for one in found if one.via == "token"]
    if not rows:
        words = (
            "A program that asks for one with your password shows here. A key is the better way for what runs often."
        )
        return empty_state("No program has a token", words, glyph="terminal", level=3)
    return table((("Program and address", False), *_COLUMNS), rows, caption="Your sign-in tokens")


_COLUMNS = (("Last seen", False), ("", True))


def _row(one: SessionView, name: str, asks: Mapping[str, Any]) -> list[Any]:
    end = button("End", Settings.session_end(one.key), kind="quiet", small=True, n_clicks=0, **asks)
    return [
        [name, " ", tag("This one", "ok") if one.is_current else "", _note(one.ip)],
        [
            html.Span(formatting.moment(one.seen_at_utc), className="nowrap"),
            _note(f"since {formatting.moment(one.started_at_utc)}"),
        ],
        "" if one.is_current else end,
    ]


_END_ASKS = ask_first(
    "End this session?",
    "Whoever works there is signed out at once and has to sign in again. What is typed there and not saved is lost.",
    "End the session",
)
_TOKEN_ASKS = ask_first(
    "End this token?",
    "The program that holds it is refused from now on, until it signs in again with your password.",
    "End the token",
)


def _note(text: str) -> Any:
    return html.Div(text, className="card-note")


def _browser(agent: str) -> str:
    name = next((word for word in ("Edg", "OPR", "Firefox", "Chrome", "Safari") if word in agent), "Browser")
    system = next((word for word in ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux") if word in agent), "")
    known = {"Edg": "Edge", "OPR": "Opera"}.get(name, name)
    return f"{known} on {system}" if system else known

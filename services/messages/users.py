"""What is known about users, invitations and sessions?"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from services.auth.roles import Role
from services.messages.frozen import Message


class User(Message):
    """A user as administrators see one; no password, no secret."""

    id: str
    tenant_id: str
    email: str
    name: str
    role: Role
    is_active: bool
    has_totp: bool
    is_sample: bool
    created_at_utc: datetime
    last_seen_at_utc: datetime | None
    row_version: int


class SignInUser(Message):
    """What the sign-in machinery needs of a user; never leaves the server.

    `totp_secret` is encrypted by the sign-in machinery itself.
    """

    id: str
    tenant_id: str
    email: str
    name: str
    role: Role
    is_active: bool
    password_hash: str | None
    fs_uniquifier: str
    tf_primary_method: str | None
    tf_totp_secret: str | None
    totp_counter: int
    password_changed_at_utc: datetime | None


class OwnSecurity(Message):
    """How well one's own account is protected; a person without a second factor has no recovery codes to count."""

    has_totp: bool
    recovery_codes_left_count: int
    password_changed_at_utc: datetime | None


class InviteView(Message):
    """An invitation; `link_token` is shown once, to the person who invited."""

    id: str
    email: str
    name: str
    role: Role
    team_ids: tuple[str, ...] = ()
    expires_at_utc: datetime
    link_token: str | None = None


class SampleSignIn(Message):
    """One sample user's way in."""

    email: str
    password: str
    role: Role
    name: str


class SessionView(Message):
    """One place where a user is signed in: a browser (`via` session) or a program (`via` token).

    `user` is filled in only for the sign-in machinery.
    """

    key: str
    user_id: str
    started_at_utc: datetime
    seen_at_utc: datetime
    agent: str
    ip: str
    via: Literal["session", "token"]
    is_current: bool = False
    user: SignInUser | None = None


class AccessToken(Message):
    """A short-lived token for the API, shown once."""

    token: str
    expires_at_utc: datetime

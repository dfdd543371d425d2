"""What is a user in the eyes of the sign-in pages?

A plain object made from one row: Flask-Security changes its fields and asks `people` to keep them. Roles stay out of
it: rights are decided by the services from `actor`.
"""

from __future__ import annotations

from typing import Any

from flask_security import RoleMixin, UserMixin

from api.session import throttle
from services.auth.actor import Actor
from services.messages.users import SignInUser


class NoRole(RoleMixin):
    """Flask-Security wants a class of roles; ours live in `services.auth`."""


class Person(UserMixin):
    """One user during one request.

    Parameters
    ----------
    row : SignInUser
        What is stored.
    via : str
        How the person came in: ``session``, ``token`` or ``key``.
    session_key : str or None
        Which sign-in it is.
    """

    id: str  # type: ignore[assignment]
    roles: list[Any] = []  # noqa: RUF012 - never written; Flask-Security looks for these names on the class
    tf_phone_number: str | None = None
    fs_uniquifier: str = ""
    tf_primary_method: str | None = None
    tf_totp_secret: str | None = None
    mf_recovery_codes: list[str] | None = None

    def __init__(self, row: SignInUser, via: str = "session", session_key: str | None = None) -> None:
        self.id = row.id
        self.tenant_id = row.tenant_id
        self.email = row.email
        self.name = row.name
        self.role = row.role
        self.active = row.is_active
        self.password = row.password_hash
        self.fs_uniquifier = row.fs_uniquifier
        self.tf_primary_method = row.tf_primary_method
        self.tf_totp_secret = row.tf_totp_secret
        self.totp_counter = row.totp_counter
        self.via = via
        self.session_key = session_key
        self._loaded = self._stored()

    @property
    def actor(self) -> Actor:
        """On whose behalf services act for this person."""
        return Actor(self.id, self.tenant_id, self.name, self.role, self.via, None, self.session_key)

    @property
    def is_active(self) -> bool:
        """Whether the person may sign in."""
        return self.active

    @property
    def has_totp(self) -> bool:
        """Whether a second factor is asked for."""
        return bool(self.tf_totp_secret and self.tf_primary_method)

    def _stored(self) -> dict[str, Any]:
        return {
            "password_hash": self.password,
            "fs_uniquifier": self.fs_uniquifier,
            "tf_primary_method": self.tf_primary_method,
            "tf_totp_secret": self.tf_totp_secret,
        }

    def changes(self) -> dict[str, Any]:
        """Return what the sign-in pages changed since the person was loaded, under the names of the store."""
        return {name: value for name, value in self._stored().items() if value != self._loaded[name]}

    def track_failed_authn(self, auth_type: str, tfa: bool = False) -> None:
        """Count a wrong password or code; committed at once, because Flask-Security's views commit on success only."""
        throttle.fail(self.email)


class KeyHolder:
    """The owner of an API key during one request; never signs in, has no password, cannot use the account pages."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, actor: Actor, secret: str | None) -> None:
        self.actor = actor
        self.secret = secret

    def get_id(self) -> str:
        """Return nothing that a cookie could hold."""
        return ""

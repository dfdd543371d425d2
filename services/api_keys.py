"""Which programs may act for a user, and how is a key told from a forgery?

A key is `qpo_live_<8 characters>_<43 characters>`; the store holds its SHA-256, which is enough for 256 random bits.
What it may do is what its scopes and its owner's role both allow at the moment of use. Keys are made by people, in the
browser, with a sign-in token or on the command line; a key makes no key, so that none can outlive or outgrow itself.
"""

from __future__ import annotations

import builtins
import hashlib
import hmac
import re
import secrets
import string
from collections.abc import Sequence
from datetime import datetime, timedelta

import data.store.tables.api_key as tables
from services.audit_notes import note
from services.auth.actor import Actor, Role
from services.auth.policy import PERMISSIONS, authorize
from services.auth.roles import Permission
from services.errors import Conflict, FieldProblem, InvalidRequest, NotAllowed, NotFound
from services.messages.api_keys import ApiKeyView, NewApiKey
from services.ports import Ports

PREFIX = "qpo_live_"
ID_COUNT = 8
SECRET_COUNT = 43
KEYS_PER_USER_MAX_COUNT = 50
TOUCH_INTERVAL = timedelta(seconds=60)

_ALPHABET = string.ascii_letters + string.digits
_FORM = re.compile(rf"{PREFIX}[A-Za-z0-9]{{{ID_COUNT}}}_[A-Za-z0-9]{{{SECRET_COUNT}}}")


class ApiKeys:
    """Keys by which programs use the API."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def create(
        self,
        actor: Actor,
        name: str,
        scopes: Sequence[str] | None = None,
        expires_at_utc: datetime | None = None,
    ) -> NewApiKey:
        """Make a key for the actor; its secret is in this answer and nowhere else.

        Parameters
        ----------
        actor : Actor
        name : str
            What the key is for.
        scopes : sequence of str or None
            Permissions such as ``portfolios.read``; all of the owner's role when None.
        expires_at_utc : datetime or None
            Never when None.

        Raises
        ------
        InvalidRequest
            For a scope that does not exist or that the owner does not have, and for a time that has passed.
        NotAllowed
            When a key asks.
        """
        self.authorize_making(actor)
        wanted = self._scopes(actor, scopes)
        name = self._checked(name, expires_at_utc)
        mark = "".join(secrets.choice(_ALPHABET) for _ in range(ID_COUNT))
        secret = f"{PREFIX}{mark}_" + "".join(secrets.choice(_ALPHABET) for _ in range(SECRET_COUNT))
        with self._ports.store.work(actor) as uow:
            if (
                sum(row.revoked_at_utc is None for row in uow.api_keys.all() if row.user_id == actor.user_id)
                >= KEYS_PER_USER_MAX_COUNT
            ):
                raise Conflict(
                    f"There are {KEYS_PER_USER_MAX_COUNT} keys already.", "Revoke one first.", code="too_many_keys"
                )
            row = uow.api_keys.add(
                tables.ApiKey(
                    user_id=actor.user_id,
                    name=name,
                    prefix=f"{PREFIX}{mark}",
                    secret_sha256=_hash(secret),
                    last4=secret[-4:],
                    scopes=wanted,
                    expires_at_utc=expires_at_utc,
                )
            )
            note(uow, "api_key.create", "api_key", row.id, after={"name": name, "scopes": wanted})
            uow.commit()
            return NewApiKey(key=_view(row), secret=secret)

    def authorize_making(self, actor: Actor) -> None:
        """Refuse whoever may not make keys; raises `NotAllowed`, also when a key asks."""
        authorize(actor, Permission.ACCOUNT_OWN)
        if actor.via == "key":
            raise NotAllowed(
                "A key cannot make another key.",
                "Make it on the settings page, or with a token of POST /api/v1/auth/token.",
                code="key_makes_no_key",
            )

    def create_for(self, email_or_name: str, name: str, scopes: Sequence[str] | None = None) -> tuple[ApiKeyView, str]:
        """Make a key from the command line for the user with this address or name; return it with its secret."""
        with self._ports.store.system(read_only=True) as uow:
            user = uow.users.find_by_email(email_or_name)
            if user is None:
                same = [one for one in uow.users.all() if one.name.casefold() == email_or_name.strip().casefold()]
                user = same[0] if len(same) == 1 else None
        if user is None:
            raise NotFound(f"There is no user {email_or_name!r}.", "Give the e-mail address of a user.")
        if user.is_sample and not self._ports.settings.allows_sample_sign_ins:
            raise NotAllowed(
                f"{user.email} is a sample user, whose keys are refused where others can reach the product.",
                "Make a key for a real user.",
                code="samples_refused",
            )
        made = self.create(Actor(user.id, user.tenant_id, user.name, Role(user.role), "cli"), name, scopes)
        return made.key, made.secret

    def list(self, actor: Actor) -> list[ApiKeyView]:
        """Return the actor's keys, the newest first, revoked ones included."""
        authorize(actor, Permission.ACCOUNT_OWN)
        with self._ports.store.read(actor) as uow:
            return [_view(row) for row in uow.api_keys.all() if row.user_id == actor.user_id]

    def revoke(self, key_id: str, actor: Actor) -> ApiKeyView:
        """End a key for good; administrators may end those of others."""
        authorize(actor, Permission.ACCOUNT_OWN)
        with self._ports.store.work(actor) as uow:
            row = uow.api_keys.revoke(key_id)
            note(uow, "api_key.revoke", "api_key", key_id)
            uow.commit()
            return _view(row)

    def authenticate(self, secret: str) -> Actor | None:
        """Return on whose behalf a key acts, or None for whatever is no living key of an active user."""
        if not _FORM.fullmatch(secret):
            return None
        now_utc = self._ports.clock.now_utc()
        sha256 = _hash(secret)
        with self._ports.store.system(read_only=True) as uow:
            found = uow.api_keys.find_live(sha256, now_utc)
        if found is None or not hmac.compare_digest(found[0].secret_sha256, sha256):
            return None
        key, user = found
        if user.is_sample and not self._ports.settings.allows_sample_sign_ins:
            return None
        if key.last_used_at_utc is None or key.last_used_at_utc < now_utc - TOUCH_INTERVAL:
            with self._ports.store.system() as uow:
                uow.api_keys.touch(key.id, now_utc)
                uow.commit()
        return Actor(user.id, user.tenant_id, user.name, Role(user.role), "key", frozenset(key.scopes), f"key:{key.id}")

    def _scopes(self, actor: Actor, scopes: Sequence[str] | None) -> builtins.list[str]:
        own = {permission.value for permission in PERMISSIONS[actor.role]}
        if actor.scopes is not None:
            own &= actor.scopes
        if scopes is None:
            return sorted(own)
        known = {permission.value for permission in Permission}
        problems = []
        for place, scope in enumerate(scopes):
            if scope not in known:
                problems.append(
                    FieldProblem(
                        f"scopes[{place}]", f"There is no scope {scope!r}.", f"Known: {', '.join(sorted(known))}."
                    )
                )
            elif scope not in own:
                problems.append(
                    FieldProblem(
                        f"scopes[{place}]", f"You may not give {scope!r} away, as you do not have it.", "Leave it out."
                    )
                )
        if not scopes:
            problems.append(FieldProblem("scopes", "A key without scopes could do nothing.", "Name at least one."))
        if problems:
            raise InvalidRequest("The key cannot have these scopes.", "See the fields.", fields=tuple(problems))
        return sorted(set(scopes))

    def _checked(self, name: str, expires_at_utc: datetime | None) -> str:
        name = " ".join(name.split())
        problems = []
        if not 1 <= len(name) <= 100:
            problems.append(FieldProblem("name", "The name needs 1 to 100 characters.", "Say what the key is for."))
        if expires_at_utc is not None and (
            expires_at_utc.tzinfo is None or expires_at_utc <= self._ports.clock.now_utc()
        ):
            problems.append(
                FieldProblem("expires_at_utc", "The time has no zone or has passed.", "Choose a time in the future.")
            )
        if problems:
            raise InvalidRequest("The key cannot be made like this.", "See the fields.", fields=tuple(problems))
        return name


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _view(row: tables.ApiKey) -> ApiKeyView:
    return ApiKeyView(
        id=row.id,
        name=row.name,
        prefix=row.prefix,
        last4=row.last4,
        scopes=tuple(row.scopes),
        created_at_utc=row.created_at_utc,
        expires_at_utc=row.expires_at_utc,
        last_used_at_utc=row.last_used_at_utc,
        revoked_at_utc=row.revoked_at_utc,
    )

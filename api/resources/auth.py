"""How does a program sign in with a person's own password?

The token is a session like a browser's: it shows in the list of sessions, ends by time, by sign-out, by a change of
password and when the user is disabled. The second factor is asked for wherever it is switched on.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Response, request
from flask_security import hash_password, verify_password
from flask_security.proxies import _security
from pydantic import BaseModel, ConfigDict, Field

from api.access import actor, services
from api.answers import answer, nothing
from api.reading import Body
from api.routing import Resource
from api.session import samples, throttle
from api.session.loaders import TOKEN_PREFIX
from api.session.passwords import bounded
from api.session.person import Person
from services.errors import FieldProblem, NotAllowed, NotSignedIn
from services.messages.users import AccessToken

resource = Resource("auth", "Signing in", "Tokens for programs that act with a person's own password.")


class Credentials(Body):
    """What a person signs in with."""

    email: str = Field(min_length=3, max_length=254, description="The person's address.")
    password: str = Field(min_length=1, max_length=1000, description="The person's password.")
    totp: str | None = Field(
        default=None, pattern="^[0-9]{6}$", description="The code of the authenticator, where it is switched on."
    )


class TokenOwner(BaseModel):
    """Whom a token belongs to."""

    model_config = ConfigDict(frozen=True)

    user_id: str
    name: str
    role: str
    via: str


class WrongCredentials(NotSignedIn):
    """Address, password or code do not match; the answer never says which."""

    default_code = "wrong_credentials"


def _refused(person: Person | None, account: str) -> WrongCredentials:
    """Count the failure and return the refusal."""
    throttle.fail(person.email if person is not None else account)
    return WrongCredentials("This address, password and code do not match.", "Check all three.")


def _person(credentials: Credentials) -> Person:
    """Return who signs in, or refuse; an unknown address takes as long as a wrong password."""
    account = credentials.email.strip()
    throttle.check(account)
    found = services().users.sign_in.find(email=account)
    password = _security.password_util.normalize(bounded(credentials.password))
    if found is None or not found.is_active or not found.password_hash or samples.is_refused(account):
        hash_password("not-a-password")
        raise _refused(None, account)
    person = Person(found, "token")
    if not verify_password(password, found.password_hash):
        raise _refused(person, account)
    if person.has_totp:
        _check_code(person, credentials.totp)
    throttle.clear(account)
    return person


def _check_code(person: Person, code: str | None) -> None:
    """Refuse unless the code is right and unused."""
    if code is None:
        raise NotSignedIn(
            "This account asks for a second factor.",
            "Send the six digits of the authenticator as 'totp'.",
            code="totp_required",
            fields=(FieldProblem("totp", "The code is missing.", "Send six digits."),),
        )
    secret = person.tf_totp_secret or ""
    if not _security.totp_factory.verify_totp(token=code, totp_secret=secret, user=person, window=30):
        raise _refused(person, person.email)


@resource.route_for("post", "/auth/token", "Get a token", answers={201: AccessToken}, is_open=True, repeatable=False)
def create_token(body: Credentials) -> Response:
    """Return a token to be sent as `Authorization: Bearer ...`; it ends after some idle minutes or some hours."""
    person = _person(body)
    sid = services().sessions.open(person.id, request.headers.get("User-Agent", "API"), throttle.address(), via="token")
    ports = services().ports
    expires_at_utc = ports.clock.now_utc() + timedelta(hours=ports.settings.session_absolute_h)
    return answer(AccessToken(token=TOKEN_PREFIX + sid, expires_at_utc=expires_at_utc), 201)


@resource.route_for("get", "/auth/token", "Read whose token it is", answers={200: TokenOwner})
def read_token() -> Response:
    """Return on whose behalf the request acts."""
    one = actor()
    return answer(TokenOwner(user_id=one.user_id, name=one.name, role=one.role.value, via=one.via))


@resource.route_for("delete", "/auth/token", "Give a token back", answers={204: None})
def revoke_token() -> Response:
    """End the token that the request is sent with."""
    secret = request.headers.get("Authorization", "").partition(" ")[2].strip()
    if not secret.startswith(TOKEN_PREFIX):
        raise NotAllowed("Only a sign-in token can be given back here.", "Revoke a key at /api/v1/api-keys/{id}.")
    services().sessions.end(secret.removeprefix(TOKEN_PREFIX), via="token")
    return nothing()

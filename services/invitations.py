"""How does somebody become a user by a link that works once?

Links are valid for a day at most; the store holds the SHA-256 of the token only.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import data.store.tables.user as tables
from data.store.tables.invitation import Invitation
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.roles import Role
from services.errors import Conflict, NotFound
from services.messages.users import InviteView, SignInUser
from services.ports import Ports
from services.teams import checked_team_ids, join
from services.users_checks import clean_name, email_problems, name_problems, refuse
from services.users_rows import sign_in_user

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

VALID_FOR = timedelta(hours=24)
SETUP_EMAIL = "administrator@setup.invalid"


class Invitations:
    """Invitations to a house, and the set-up link of a new one."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def make(
        self, email: str, name: str, role: Role, actor: Actor, team_ids: Sequence[str] | None = None
    ) -> InviteView:
        """Make an invitation; the token is in this answer and nowhere else. See `Users.invite` for the teams."""
        token = secrets.token_urlsafe(32)
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.work(actor) as uow:
            joined = _usual_teams(uow, role) if team_ids is None else checked_team_ids(uow, team_ids)
            row = uow.invitations.add(
                Invitation(
                    email=email,
                    name=name,
                    role=role.value,
                    team_ids=joined,
                    purpose="invite",
                    token_sha256=_hash(token),
                    invited_by_id=None if actor.is_system else actor.user_id,
                    expires_at_utc=now_utc + VALID_FOR,
                )
            )
            note(uow, "user.invite", "invitation", row.id, after={"email": email, "role": role.value, "teams": joined})
            uow.commit()
            return _view(row, token)

    def make_setup(self, tenant_id: str) -> str:
        """Return the token of a link by which the first administrator is made; earlier ones stop working."""
        token = secrets.token_urlsafe(32)
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.system(tenant_id) as uow:
            for row in uow.invitations.list().rows:
                if row.purpose == "setup" and row.accepted_at_utc is None and row.revoked_at_utc is None:
                    uow.invitations.update(row.id, {"revoked_at_utc": now_utc})
            uow.invitations.add(
                Invitation(
                    email=SETUP_EMAIL,
                    name="Administrator",
                    role=Role.ADMINISTRATOR.value,
                    purpose="setup",
                    token_sha256=_hash(token),
                    expires_at_utc=now_utc + VALID_FOR,
                )
            )
            uow.commit()
        return token

    def waiting(self, actor: Actor) -> list[InviteView]:
        """Return invitations that can still be accepted, the latest first."""
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.read(actor) as uow:
            rows = [
                row
                for row in uow.invitations.list().rows
                if row.accepted_at_utc is None and row.revoked_at_utc is None and row.expires_at_utc > now_utc
            ]
            return [_view(row) for row in rows]

    def withdraw(self, invitation_id: str, actor: Actor) -> None:
        """Make a link useless."""
        with self._ports.store.work(actor) as uow:
            uow.invitations.update(invitation_id, {"revoked_at_utc": self._ports.clock.now_utc()})
            note(uow, "user.withdraw_invitation", "invitation", invitation_id)
            uow.commit()

    def look(self, token: str) -> InviteView:
        """Return what the link invites to, without using it up.

        Raises
        ------
        NotFound
            When it was used, withdrawn, is too old or never existed.
        """
        with self._ports.store.system(read_only=True) as uow:
            row = uow.invitations.find_open(_hash(token), self._ports.clock.now_utc())
            if row is None:
                raise _dead_link()
            return _view(row)

    def accept(
        self, token: str, password_hash: str, *, email: str | None = None, name: str | None = None
    ) -> SignInUser:
        """Use up the link and make the user; of two people with the same link, one wins.

        Parameters
        ----------
        token : str
            From the link.
        password_hash : str
            Of the password the person chose.
        email, name : str or None
            Chosen on the set-up page; an invitation's own are used otherwise.

        Raises
        ------
        InvalidRequest
            When the set-up page sent no usable address or name.
        NotFound
            When the link does not work any more.
        """
        now_utc = self._ports.clock.now_utc()
        with self._ports.store.system(read_only=True) as uow:
            open_row = uow.invitations.find_open(_hash(token), now_utc)
            if open_row is None:
                raise _dead_link()
            tenant_id = open_row.tenant_id
        with self._ports.store.system(tenant_id) as uow:
            row = uow.invitations.find_open(_hash(token), now_utc)
            if row is None or not uow.invitations.redeem(_hash(token), now_utc):
                raise _dead_link()
            address, called = row.email, row.name
            if row.purpose == "setup":
                problems = email_problems(email or "") + name_problems(name or "")
                refuse(problems, "The account needs an address and a name.")
                address, called = (email or "").strip(), clean_name(name or "")
            if uow.users.find_by_email(address) is not None:
                raise Conflict(
                    f"There is a user with the address {address} already.", "Sign in instead.", code="email_taken"
                )
            user = uow.users.add(
                tables.User(
                    email=address,
                    name=called,
                    role=row.role,
                    password_hash=password_hash,
                    password_changed_at_utc=now_utc,
                    fs_uniquifier=secrets.token_hex(16),
                )
            )
            note(uow, "user.accept_invitation", "user", user.id, after={"email": address, "role": user.role})
            for team_id in uow.teams.get_many(row.team_ids):  # a team that was deleted meanwhile is left out
                join(uow, team_id, user.id)
            uow.commit()
            return sign_in_user(user)


def _usual_teams(uow: UnitOfWork, role: Role) -> list[str]:
    """Return the house's only team, for whoever looks after portfolios."""
    teams = uow.teams.all()
    return [teams[0].id] if len(teams) == 1 and role is not Role.ADMINISTRATOR else []


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _dead_link() -> NotFound:
    return NotFound(
        "This link does not work any more: it was used, withdrawn, or is older than a day.",
        "Ask an administrator for a new invitation.",
        code="dead_link",
    )


def _view(row: Invitation, token: str | None = None) -> InviteView:
    return InviteView(
        id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        team_ids=tuple(row.team_ids),
        expires_at_utc=row.expires_at_utc,
        link_token=token,
    )

"""Who are the users of a house, and what may administrators do with them?"""

from __future__ import annotations

import builtins
import secrets
from collections.abc import Sequence

import data.store.tables.user as tables
from data.store.tables.tenant import Tenant
from services.audit_notes import note
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission, Role
from services.errors import Conflict, FieldProblem
from services.events_outbox import announce
from services.four_eyes_wish import refuse_single_handed
from services.invitations import Invitations
from services.messages.users import InviteView, OwnSecurity, SampleSignIn, SignInUser, User
from services.ports import Ports
from services.sessions import Sessions
from services.teams import team_ids_problems
from services.users_checks import (
    checked_email,
    checked_name,
    checked_password,
    checked_role,
    clean_name,
    email_problems,
    name_problems,
    refuse,
    role_problems,
)
from services.users_roles import change_role, refuse_without_administrators
from services.users_rows import user_view
from services.users_samples import SampleUsers
from services.users_sign_in import SignIn
from services.users_two_factor import reset_two_factor

DEFAULT_TENANT_NAME = "My house"


class Users:
    """Users of the actor's tenant.

    Attributes
    ----------
    sign_in : SignIn
        What the sign-in machinery reads and writes.
    """

    def __init__(self, ports: Ports, *, sessions: Sessions) -> None:
        self._ports = ports
        self._sessions = sessions
        self._invitations = Invitations(ports)
        self._samples = SampleUsers(ports)
        self.sign_in = SignIn(ports)

    def list(self, actor: Actor) -> list[User]:
        """Return the users by name."""
        authorize(actor, Permission.USERS_READ)
        with self._ports.store.read(actor) as uow:
            return [user_view(row) for row in uow.users.all()]

    def get(self, user_id: str, actor: Actor) -> User:
        """Return one user; everybody may look at themselves.

        Raises
        ------
        NotFound
            When there is none, or none that the actor may see.
        """
        with self._ports.store.read(actor) as uow:
            return user_view(uow.users.get(user_id))

    def invite(
        self, email: str, name: str, role: Role | str, actor: Actor, team_ids: Sequence[str] | None = None
    ) -> InviteView:
        """Make an invitation whose link works once, for a day; the token in it is shown this once.

        Parameters
        ----------
        email, name : str
        role : Role or str
        actor : Actor
        team_ids : sequence of str or None
            The teams that the person joins on accepting. When None, the house's only team if there is exactly one;
            an administrator joins none unasked, because administrators look after users and not after portfolios.

        Raises
        ------
        InvalidRequest
            With every problem of the fields at once.
        Conflict
            When somebody has the address already, and nothing else is wrong; and for every role but viewer where the
            house wants two people for roles.
        """
        authorize(actor, Permission.USERS_WRITE)
        problems = email_problems(email) + name_problems(name) + role_problems(role)
        if team_ids:
            with self._ports.store.read(actor) as uow:
                problems += team_ids_problems(uow, team_ids)
        is_taken = not email_problems(email) and self.sign_in.find(email=email.strip()) is not None
        if is_taken:
            taken = email_taken(email.strip())
            if not problems:
                raise taken
            problems.insert(0, FieldProblem("email", taken.message, taken.advice))
        refuse(problems, "Nobody was invited, because some fields are wrong.")
        if Role(role) is not Role.VIEWER:
            with self._ports.store.read(actor) as uow:
                advice = "Invite them as a viewer, and propose the role once they have accepted."
                refuse_single_handed(uow, "roles", advice)
        return self._invitations.make(email.strip(), clean_name(name), Role(role), actor, team_ids)

    def invitations(self, actor: Actor) -> builtins.list[InviteView]:
        """Return the invitations that still wait for an answer."""
        authorize(actor, Permission.USERS_READ)
        return self._invitations.waiting(actor)

    def withdraw_invitation(self, invitation_id: str, actor: Actor) -> None:
        """Make an invitation's link useless."""
        authorize(actor, Permission.USERS_WRITE)
        self._invitations.withdraw(invitation_id, actor)

    def set_role(self, user_id: str, role: Role | str, actor: Actor, row_version: int | None = None) -> User:
        """Give a user another role; takes effect at the next request.

        Raises
        ------
        Conflict
            For the last administrator, for one's own role, and where the house wants two people for it.
        Stale
            When the user was changed since `row_version` was read.
        """
        authorize(actor, Permission.USERS_WRITE)
        role = checked_role(role)
        if user_id == actor.user_id:
            raise Conflict("Nobody changes their own role.", "Ask another administrator.", code="own_role")
        with self._ports.store.work(actor) as uow:
            uow.users.get(user_id)
            refuse_single_handed(uow, "roles")
            row = change_role(uow, user_id, role, row_version)
            uow.commit()
            return user_view(row)

    def disable(self, user_id: str, actor: Actor, row_version: int | None = None) -> User:
        """Shut a user out: sessions end at once, and keys stop working."""
        authorize(actor, Permission.USERS_WRITE)
        if user_id == actor.user_id:
            raise Conflict("Nobody disables their own account.", "Ask another administrator.", code="own_account")
        with self._ports.store.work(actor) as uow:
            row = uow.users.get(user_id)
            if row.role == Role.ADMINISTRATOR and row.is_active:
                refuse_without_administrators(uow.users.count(role=Role.ADMINISTRATOR) - 1)
            row = uow.users.update(user_id, {"is_active": False}, row_version)
            uow.sessions.end_all(user_id, "user_disabled")
            note(uow, "user.disable", "user", user_id)
            announce(uow, "users", "user.changed", {"user_id": user_id})
            uow.commit()
            return user_view(row)

    def enable(self, user_id: str, actor: Actor, row_version: int | None = None) -> User:
        """Let a user in again."""
        authorize(actor, Permission.USERS_WRITE)
        with self._ports.store.work(actor) as uow:
            row = uow.users.update(user_id, {"is_active": True}, row_version)
            note(uow, "user.enable", "user", user_id)
            announce(uow, "users", "user.changed", {"user_id": user_id})
            uow.commit()
            return user_view(row)

    def reset_two_factor(self, user_id: str, actor: Actor) -> User:
        """Switch the second factor off for somebody who lost it; every session ends, and the person is told.

        Administrators only, and never for themselves: a session that somebody left open must not take its own guard
        away. The person signs in with the password alone afterwards and can switch it on anew.

        Raises
        ------
        Conflict
            For oneself, and where no second factor is switched on.
        """
        return reset_two_factor(self._ports, user_id, actor)

    def own_security(self, actor: Actor) -> OwnSecurity:
        """Return how one's own account is protected."""
        authorize(actor, Permission.ACCOUNT_OWN)
        with self._ports.store.read(actor) as uow:
            row = uow.users.get(actor.user_id)
            return OwnSecurity(
                has_totp=row.tf_totp_secret is not None,
                recovery_codes_left_count=uow.recovery_codes.count(actor.user_id),
                password_changed_at_utc=row.password_changed_at_utc,
            )

    def rename_self(self, name: str, actor: Actor, row_version: int | None = None) -> User:
        """Change one's own name; Stale when the user was changed since `row_version` was read."""
        authorize(actor, Permission.ACCOUNT_OWN)
        name = checked_name(name)
        with self._ports.store.work(actor) as uow:
            before = uow.users.get(actor.user_id).name
            row = uow.users.update(actor.user_id, {"name": name}, row_version)
            note(uow, "user.rename", "user", actor.user_id, before={"name": before}, after={"name": name})
            uow.commit()
            return user_view(row)

    def accept_invitation(self, token: str, password: str) -> SignInUser:
        """Turn an invitation or a set-up link into a user who can sign in.

        Raises
        ------
        NotFound
            When the link was used, withdrawn or is older than a day; the answer does not say which.
        InvalidRequest
            When the password is too short or too long.
        """
        checked_password(password)
        return self._invitations.accept(token, self._ports.hash_password(password))

    def create_admin(self, email: str, name: str, password: str | None = None) -> tuple[User, str | None]:
        """Make the first or a further administrator from the command line.

        Returns
        -------
        (User, str or None)
            The user, and the password when none was given and one was made.
        """
        email, name = checked_email(email), checked_name(name)
        made = None if password else self._samples.new_password()
        if password is not None:
            checked_password(password)
        if self.sign_in.find(email=email) is not None:
            raise email_taken(email)
        tenant_id = self.ensure_tenant()
        hashed = self._ports.hash_password(password or made or "")
        with self._ports.store.system(tenant_id) as uow:
            row = uow.users.add(new_user_row(email, name, Role.ADMINISTRATOR, hashed))
            note(uow, "user.create", "user", row.id, after={"email": email, "role": row.role})
            uow.commit()
            return user_view(row), made

    def ensure_tenant(self) -> str:
        """Return the id of the first house, made if there is none yet."""
        with self._ports.store.system() as uow:
            if rows := uow.tenants.all():
                return rows[0].id
            tenant = uow.tenants.add(Tenant(name=DEFAULT_TENANT_NAME))
            uow.commit()
            return tenant.id

    def ensure_samples(self) -> builtins.list[SampleSignIn]:
        """Make one sample user per role where that is allowed; return their sign-ins, also at later starts."""
        return self._samples.ensure(self.ensure_tenant())

    def shut_out_samples(self) -> int:
        """End the sessions and keys of sample users where they may not sign in; return how many there were."""
        return self._samples.shut_out()

    def setup_link(self) -> str | None:
        """Return the address of a single-use set-up page while there is no user yet, else None."""
        tenant_id = self.ensure_tenant()
        with self._ports.store.system(read_only=True) as uow:
            if uow.users.all():
                return None
        token = self._invitations.make_setup(tenant_id)
        return f"{self._ports.settings.public_url}/account/invite/{token}"


def new_user_row(
    email: str, name: str, role: Role, password_hash: str | None, *, is_sample: bool = False
) -> tables.User:
    """Return the row of a new user."""
    return tables.User(
        email=email,
        name=name,
        role=role.value,
        password_hash=password_hash,
        fs_uniquifier=secrets.token_hex(16),
        is_sample=is_sample,
    )


def email_taken(email: str) -> Conflict:
    """Return the refusal of an address that somebody has already."""
    return Conflict(f"There is a user with the address {email} already.", "Use another address.", code="email_taken")

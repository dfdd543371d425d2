"""How is a role proposed by one administrator and given by another?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.store import tables
from services.auth.actor import Actor
from services.auth.policy import authorize
from services.auth.roles import Permission, Role
from services.compliance.four_eyes import Deed, FourEyes, ask
from services.errors import Conflict
from services.messages.compliance_records import ChangeRequestView
from services.ports import Ports
from services.users_checks import checked_role
from services.users_roles import change_role

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

ROLE = "user.set_role"


class RoleChanges:
    """Changes of roles by two people; possible in every house, and the only way where the house wants it.

    Parameters
    ----------
    ports : Ports
    four_eyes : FourEyes

    """

    def __init__(self, ports: Ports, four_eyes: FourEyes) -> None:
        self._ports = ports
        self._four_eyes = four_eyes

    def propose(self, user_id: str, role: Role | str, reason: str, actor: Actor) -> ChangeRequestView:
        """Propose another role for somebody, for a second administrator to approve.

        Raises
        ------
        NotFound
            There is no such user.
        Conflict
            For one's own role, the role that the user has, and while another proposal waits.

        """
        authorize(actor, Permission.USERS_WRITE)
        role = checked_role(role)
        if user_id == actor.user_id:
            raise Conflict("Nobody changes their own role.", "Ask another administrator.", code="own_role")
        with self._ports.store.work(actor) as uow:
            row = uow.users.get(user_id)
            if row.role == role.value:
                raise Conflict(f"{row.name} is {role.label} already.", "There is nothing to propose.")
            sentence = f"Make {row.name} {role.label} instead of {Role(row.role).label}."
            request = ask(
                uow, actor, ROLE, object_kind="user", object_id=user_id, sentence=sentence, reason=reason,
                payload={"role": role.value, "before": row.role},
            )  # fmt: skip
            uow.commit()
            return self._four_eyes.view(uow, request, actor)


def role_deed() -> Deed:
    """Return what gives somebody a role once a second administrator agrees."""

    def do(uow: UnitOfWork, request: tables.ChangeRequest, actor: Actor) -> None:
        user_id = request.object_id or ""
        if user_id == actor.user_id:
            raise Conflict("Nobody approves their own role.", "Ask another administrator.", code="own_role")
        now = uow.users.get(user_id).role
        if now != request.payload["before"]:
            raise Conflict(
                "The role was changed since this was proposed.", "Reject it, and propose anew.", code="role_changed"
            )
        change_role(uow, user_id, Role(request.payload["role"]))

    return Deed(Permission.USERS_WRITE, do)

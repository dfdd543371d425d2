"""How does somebody get another role, in the unit of whoever gives it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.audit_notes import note
from services.auth.roles import Role
from services.errors import Conflict
from services.events_outbox import announce

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork


def change_role(uow: UnitOfWork, user_id: str, role: Role, row_version: int | None = None) -> tables.User:
    """Give a user another role, with audit row and event, in the unit of whoever does so.

    Raises
    ------
    Conflict
        For the last administrator.
    """
    row = uow.users.get(user_id)
    before = row.role
    if before == Role.ADMINISTRATOR and role != Role.ADMINISTRATOR:
        refuse_without_administrators(uow.users.count(role=Role.ADMINISTRATOR) - int(row.is_active))
    row = uow.users.update(user_id, {"role": role.value}, row_version)
    note(uow, "user.set_role", "user", user_id, before={"role": before}, after={"role": role.value})
    announce(uow, "users", "user.changed", {"user_id": user_id})
    return row


def refuse_without_administrators(left_count: int) -> None:
    """Refuse what would leave the house without an administrator."""
    if left_count < 1:
        raise Conflict(
            "This is the last administrator.", "Make somebody else administrator first.", code="last_administrator"
        )

"""Who of a house can decide about a wish to let a breach stand, and what is to be done where nobody can?

Compliance sees every portfolio of its house; an administrator sees those alone that somebody granted, and decides about
no others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from services.auth.actor import Actor
from services.auth.roles import Role
from services.ports import Ports

if TYPE_CHECKING:
    from data.store.tables import User

NOBODY = (
    "Nobody else of the house can decide about it: an administrator invites a second person of compliance under "
    "Settings, Users."
)
USUAL = (Role.COMPLIANCE.value, Role.ADMINISTRATOR.value)


def deciders(
    ports: Ports, tenant_id: str, portfolio_id: str, roles: Sequence[str], *, without_id: str | None
) -> list[User]:
    """Return the active people who can decide about a wish.

    Parameters
    ----------
    ports, tenant_id, portfolio_id
    roles : sequence of str
        Those that the rule names; compliance and administrators where it names none.
    without_id : str or None
        Whoever asked, where a second person is needed.
    """
    with ports.store.system(tenant_id, read_only=True) as uow:
        people = [user for role in roles or USUAL for user in uow.users.all(role=role, is_active=True)]
    return [one for one in people if one.id != without_id and _sees(ports, one, tenant_id, portfolio_id)]


def _sees(ports: Ports, user: User, tenant_id: str, portfolio_id: str) -> bool:
    with ports.store.read(Actor(user.id, tenant_id, user.name, Role(user.role), "session")) as uow:
        return uow.portfolios.find(portfolio_id) is not None

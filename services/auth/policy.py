"""Which role may do what, and how is it refused?

Rows are a second fence: repositories return only what the actor's tenant and grants make visible, so that foreign rows
are "not found" here as well.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from services.auth.actor import Actor
from services.auth.roles import Permission, Role
from services.errors import NotAllowed, NotFound

P = Permission

_READS: frozenset[Permission] = frozenset(
    {P.MARKET_READ, P.PORTFOLIOS_READ, P.RUNS_READ, P.ALERTS_READ, P.COMPLIANCE_READ, P.ACCOUNT_OWN}
)
_MANAGES: frozenset[Permission] = _READS | {
    P.PORTFOLIOS_WRITE,
    P.CLIENTS_READ,
    P.CLIENTS_WRITE,
    P.CLIENTS_PERSONAL,
    P.RUNS_WRITE,
    P.EXPORTS_MAKE,
    P.ALERTS_WRITE,
    P.SCHEDULES_READ,
    P.SCHEDULES_WRITE,
    P.BREACHES_WRITE,
}
_GUARDS: frozenset[Permission] = frozenset(
    {
        P.COMPLIANCE_READ,
        P.RULES_WRITE,
        P.RULES_APPROVE,
        P.BREACHES_WRITE,
        P.OVERRIDES_APPROVE,
        P.RESTRICTIONS_WRITE,
        P.RECORDS_READ,
        P.RECORDS_WRITE,
    }
)

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _READS | {P.CLIENTS_READ, P.EXPORTS_MAKE},
    Role.ADVISOR: _MANAGES,
    Role.PORTFOLIO_MANAGER: _MANAGES
    | {P.MARKET_REFRESH, P.MARKET_IMPORT, P.SAMPLE_PACK_LOAD, P.OVERRIDES_REQUEST, P.TRADES_APPROVE},
    Role.RESEARCHER: _READS
    | {P.RUNS_WRITE, P.EXPORTS_MAKE, P.ALERTS_WRITE, P.MARKET_REFRESH, P.MARKET_IMPORT, P.SCHEDULES_READ},
    Role.COMPLIANCE: _READS
    | _GUARDS
    | {
        P.CLIENTS_READ,
        P.CLIENTS_PERSONAL,
        P.EXPORTS_MAKE,
        P.SCHEDULES_READ,
        P.USERS_READ,
        P.AUDIT_READ,
        P.AUDIT_EXPORT,
        P.OVERRIDES_REQUEST,
        P.TRADES_APPROVE,
    },
    Role.ADMINISTRATOR: _GUARDS
    | frozenset(
        {
            P.MARKET_READ,
            P.MARKET_REFRESH,
            P.MARKET_IMPORT,
            P.RUNS_READ,
            P.ALERTS_READ,
            P.ALERTS_WRITE,
            P.SCHEDULES_READ,
            P.SCHEDULES_WRITE,
            P.USERS_READ,
            P.USERS_WRITE,
            P.PROVIDERS_WRITE,
            P.SETTINGS_WRITE,
            P.SAMPLE_PACK_LOAD,
            P.AUDIT_READ,
            P.ACCOUNT_OWN,
        }
    ),
}


@runtime_checkable
class Owned(Protocol):
    """Whatever belongs to a tenant."""

    tenant_id: str


def permissions_of(actor: Actor) -> frozenset[Permission]:
    """Return what the actor may do now: the role's rights, cut down to the key's scopes if there is a key."""
    if actor.is_system:
        return frozenset(Permission)
    allowed = PERMISSIONS[actor.role]
    if actor.scopes is None:
        return allowed
    return frozenset(permission for permission in allowed if permission.value in actor.scopes)


def is_allowed(actor: Actor, permission: Permission) -> bool:
    """Return whether the actor has the permission; used to hide what would be refused."""
    return permission in permissions_of(actor)


def authorize(actor: Actor, permission: Permission, obj: object | None = None) -> None:
    """Refuse unless the actor has the permission, on this object if one is given.

    Raises
    ------
    NotAllowed
        The role, or the scopes of the key, lack the permission.
    NotFound
        The object belongs to another tenant; the answer does not confirm that it exists.
    """
    if obj is not None and isinstance(obj, Owned) and obj.tenant_id != actor.tenant_id:
        raise NotFound("There is no such object.", "Check the link, or choose one from the list.")
    if is_allowed(actor, permission):
        return
    if permission in PERMISSIONS[actor.role]:
        raise NotAllowed(
            f"This key may not {permission.sentence_part}.",
            f"Make a key with the scope {permission.value!r} on the settings page.",
            code="scope_missing",
        )
    raise NotAllowed(f"The role {actor.role.label} may not {permission.sentence_part}.", way_out(actor.role))


def way_out(role: Role) -> str:
    """Return what a person does whose role is not enough; an administrator is not sent to an administrator."""
    if role is Role.ADMINISTRATOR:
        return "Administrators look after people, data and settings; sign in with another role for this."
    return "Ask an administrator for another role."

"""On whose behalf does a service act?"""

from __future__ import annotations

from dataclasses import dataclass

from services.auth.roles import Permission, Role

__all__ = ["SYSTEM_USER_ID", "Actor", "Permission", "Role"]

SYSTEM_USER_ID = "system"
"""The user id under which the scheduler and the workers act."""


@dataclass(frozen=True)
class Actor:
    """A signed-in person, an API key's owner, or the product itself.

    Parameters
    ----------
    user_id, tenant_id : str
        UUIDs of the user and of the house that the user belongs to.
    name : str
        Shown in audit rows and on screens.
    role : Role
    via : str
        How the actor came in: ``session``, ``token``, ``key``, ``cli`` or ``system``.
    scopes : frozenset of str or None
        Permissions that a key was given; None means all that the role allows.
    session_key : str or None
        The key of the session row, for sockets and for ending "all other sessions".
    """

    user_id: str
    tenant_id: str
    name: str
    role: Role
    via: str
    scopes: frozenset[str] | None = None
    session_key: str | None = None

    @classmethod
    def system(cls, tenant_id: str) -> Actor:
        """Return the actor under which scheduled work of a tenant is done."""
        return cls(SYSTEM_USER_ID, tenant_id, "System", Role.ADMINISTRATOR, "system")

    @property
    def is_system(self) -> bool:
        """Whether the product itself acts."""
        return self.via == "system"

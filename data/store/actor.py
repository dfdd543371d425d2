"""For whom does the store answer?"""

from dataclasses import dataclass
from typing import Protocol

READ_ONLY_ROLES = frozenset({"viewer", "compliance"})
"""Roles that never change clients, portfolios and what hangs below them."""


class Actor(Protocol):
    """Anything that says who asks; the services' own actor fits.

    ``role`` is one of viewer, advisor, portfolio_manager, researcher, compliance, administrator. ``scopes`` is None
    for a person and the scopes of the key for a program; an empty set sees nothing.
    """

    @property
    def user_id(self) -> str:
        """Id of the user."""

    @property
    def tenant_id(self) -> str:
        """Id of the user's tenant."""

    @property
    def role(self) -> str:
        """Role of the user in the tenant."""

    @property
    def scopes(self) -> frozenset[str] | None:
        """Scopes of the API key, None without a key."""


@dataclass(frozen=True)
class SystemActor:
    """The product itself (scheduler, worker, sign-in, command line); sees one tenant, or all when None."""

    tenant_id: str | None = None
    name: str = "system"
    via: str = "system"


Asker = Actor | SystemActor
"""Who may open a unit of work."""

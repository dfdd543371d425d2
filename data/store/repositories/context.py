"""What do all repositories of one unit of work share?"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from data.store.actor import Asker, SystemActor
from data.store.base import Clock
from data.store.session import StoreSession


@dataclass
class UnitContext:
    """The session of one unit, for whom it works, and what is written at its end."""

    session: StoreSession
    actor: Asker
    clock: Clock
    dialect: str
    audit_key: bytes | None
    audit_entries: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def now_utc(self) -> datetime:
        """Return the present instant of the store's clock."""
        return self.clock()

    @property
    def user_id(self) -> str | None:
        """Id of the user who asks; None for the product itself."""
        return None if isinstance(self.actor, SystemActor) else self.actor.user_id

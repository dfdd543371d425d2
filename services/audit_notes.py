"""How does a deed get its audit row, in the transaction of the deed itself?"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.auth.actor import Actor


def _no_second_factor() -> bool:
    """Return False: outside of a request nobody shows a code."""
    return False


@dataclass(frozen=True)
class RequestFacts:
    """From where a request came, under which id it is logged, and how surely we know who sent it.

    `has_second_factor` is asked only when something is recorded, because the sender is not known before.
    """

    ip: str | None = None
    request_id: str | None = None
    has_second_factor: Callable[[], bool] = _no_second_factor


PEOPLE_ORIGINS = frozenset({"session", "token"})
"""How actors came in who gave a password."""

NOWHERE = RequestFacts()
REQUEST_FACTS: ContextVar[RequestFacts] = ContextVar("request_facts", default=NOWHERE)
"""Set by the web layer for the time of one request."""


def note(
    uow: UnitOfWork,
    action: str,
    object_kind: str,
    object_id: str | None,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    tenant_id: str | None = None,
    by: Actor | None = None,
) -> None:
    """Record what the unit's actor does; written at the unit's commit, or not at all if it fails.

    The row says from which address and under which request id it was asked for, and how the actor signed in:
    ``session``, ``token`` (each with ``+totp`` after a second factor), ``key``, ``cli`` or ``system``.

    Parameters
    ----------
    uow : UnitOfWork
    action : str
        Subject and verb, such as ``run.submit``.
    object_kind, object_id : str
        What it was done to.
    before, after : dict or None
        The fields that changed, without secrets.
    tenant_id : str or None
        For units of the product itself that have no tenant.
    by : Actor or None
        Who does it, where a unit of the product itself does what a person decided.
    """
    facts = REQUEST_FACTS.get()
    who = {} if by is None else {"actor_id": by.user_id, "actor_name": by.name}
    uow.audit.append(
        action,
        object_kind=object_kind,
        object_id=object_id,
        before=before,
        after=after,
        ip=facts.ip,
        request_id=facts.request_id,
        tenant_id=tenant_id,
        via=_auth_level(uow.actor if by is None else by, facts),
        **who,
    )


def _auth_level(who: object, facts: RequestFacts) -> str | None:
    """Return how somebody signed in; None leaves it to the store, for units of the product itself."""
    via = str(getattr(who, "via", ""))
    if via not in PEOPLE_ORIGINS:
        return via if via == "key" else None
    return f"{via}+totp" if facts.has_second_factor() else via

"""How does a deed get its audit row, in the transaction of the deed itself?"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class RequestFacts:
    """From where a request came, and under which id it is logged."""

    ip: str | None = None
    request_id: str | None = None


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
) -> None:
    """Record what the unit's actor does; written at the unit's commit, or not at all if it fails.

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
    """
    facts = REQUEST_FACTS.get()
    uow.audit.append(
        action,
        object_kind=object_kind,
        object_id=object_id,
        before=before,
        after=after,
        ip=facts.ip,
        request_id=facts.request_id,
        tenant_id=tenant_id,
    )

"""Who sees and changes what compliance and administrators look after?

Other than with clients and portfolios, compliance writes here: lists, holds, locks and decisions are its own work.
"""

from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, exists, false, or_

from data.store import tables as t
from data.store.actor import Actor

Condition = ColumnElement[bool]
GUARDS = frozenset({"compliance", "administrator"})

GUARDED: tuple[type[Any], ...] = (t.TradingLot, t.LockedPeriod)
"""Tables that the whole house reads, and that compliance and administrators change."""

RECORDS: tuple[type[Any], ...] = (
    t.RetentionRule, t.RetentionReport, t.LegalHold, t.AccessReview,
)  # fmt: skip
"""Tables that compliance and administrators alone read and change."""


def guarded(model: type[Any]) -> Callable[[Actor, bool], Condition]:
    """Return the rule of a table of `GUARDED`."""

    def rule(actor: Actor, write: bool) -> Condition:
        if write and actor.role not in GUARDS:
            return false()
        return cast("Condition", model.tenant_id == actor.tenant_id)

    return rule


def records(model: type[Any]) -> Callable[[Actor, bool], Condition]:
    """Return the rule of a table of `RECORDS`."""

    def rule(actor: Actor, write: bool) -> Condition:
        return cast("Condition", model.tenant_id == actor.tenant_id) if actor.role in GUARDS else false()

    return rule


def restriction_list(ids: Callable[..., Any]) -> Callable[[Actor, bool], Condition]:
    """Return the rule of lists: those of the house, of oneself, and of clients and portfolios that one sees.

    Whoever sees a portfolio sees what its client's lists forbid in it, even where the client itself is out of sight.

    Parameters
    ----------
    ids : callable
        `data.store.visibility.visible_ids`.
    """
    row = t.RestrictionList

    def rule(actor: Actor, write: bool) -> Condition:
        same_tenant = row.tenant_id == actor.tenant_id
        if actor.role in GUARDS:
            return same_tenant
        if write:
            return false()
        of_client = exists().where(t.Portfolio.client_id == row.scope_id, t.Portfolio.id.in_(ids(t.Portfolio, actor)))
        return and_(
            same_tenant,
            or_(
                row.scope_kind == "house",
                and_(row.scope_kind == "client", of_client),
                and_(row.scope_kind == "person", row.scope_id == actor.user_id),
                and_(row.scope_kind == "client", row.scope_id.in_(ids(t.Client, actor))),
                and_(row.scope_kind == "portfolio", row.scope_id.in_(ids(t.Portfolio, actor))),
            ),
        )

    return rule


def short_locate(ids: Callable[..., Any]) -> Callable[[Actor, bool], Condition]:
    """Return the rule of locates: those for every portfolio, and for portfolios that one sees."""
    row = t.ShortLocate

    def rule(actor: Actor, write: bool) -> Condition:
        same_tenant = row.tenant_id == actor.tenant_id
        if actor.role in GUARDS:
            return same_tenant
        below = row.portfolio_id.in_(ids(t.Portfolio, actor, write=write))
        return and_(same_tenant, below if write else or_(row.portfolio_id.is_(None), below))

    return rule


def auditor_report(actor: Actor, write: bool) -> Condition:
    """Reports tell of every portfolio: compliance alone makes and reads them."""
    return t.AuditorReport.tenant_id == actor.tenant_id if actor.role == "compliance" else false()


def change_request(actor: Actor, write: bool) -> Condition:
    """Requests of the house for those who may decide, one's own for everybody else."""
    same_tenant = t.ChangeRequest.tenant_id == actor.tenant_id
    return same_tenant if actor.role in GUARDS else and_(same_tenant, t.ChangeRequest.requested_by_id == actor.user_id)


def stated_fact(ids: Callable[..., Any]) -> Callable[[Actor, bool], Condition]:
    """Return the rule of facts that somebody stated: those of the house, and of portfolios that one sees."""
    row = t.ComplianceFact

    def rule(actor: Actor, write: bool) -> Condition:
        same_tenant = row.tenant_id == actor.tenant_id
        if actor.role in GUARDS:
            return same_tenant
        if write:
            return false()
        return and_(same_tenant, or_(row.portfolio_id.is_(None), row.portfolio_id.in_(ids(t.Portfolio, actor))))

    return rule

"""Who sees and changes rules of compliance, and what clients and portfolios have otherwise?

A portfolio's rules are those of its house, of its client and its own: whoever sees the portfolio sees all three, even
where the client is not seen. Compliance and administrators see and change all of the house; rules tell no holdings.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_

from data.store import tables as t
from data.store.actor import Actor
from data.store.visible_guarded import GUARDS

Condition = ColumnElement[bool]


def rule(ids: Callable[..., Any]) -> Callable[[Actor, bool], Condition]:
    """Return the rule of rules of compliance.

    Parameters
    ----------
    ids : callable
        `data.store.visibility.visible_ids`.
    """
    row = t.ComplianceRule

    def judge(actor: Actor, write: bool) -> Condition:
        same_tenant = row.tenant_id == actor.tenant_id
        if actor.role in GUARDS:
            return same_tenant
        return false() if write else and_(same_tenant, or_(row.scope == "house", _above(row, actor, ids)))

    return judge


def rule_override(ids: Callable[..., Any]) -> Callable[[Actor, bool], Condition]:
    """Return the rule of what clients and portfolios have otherwise."""
    row = t.RuleOverride

    def judge(actor: Actor, write: bool) -> Condition:
        same_tenant = row.tenant_id == actor.tenant_id
        if actor.role in GUARDS:
            return same_tenant
        return false() if write else and_(same_tenant, _above(row, actor, ids))

    return judge


def _above(row: Any, actor: Actor, ids: Callable[..., Any]) -> Condition:
    """Rows of clients and portfolios that the actor sees, and of the clients of such portfolios."""
    portfolios = ids(t.Portfolio, actor)
    clients = ids(t.Portfolio, actor).with_only_columns(t.Portfolio.client_id).where(t.Portfolio.client_id.is_not(None))
    return or_(row.portfolio_id.in_(portfolios), row.client_id.in_(ids(t.Client, actor)), row.client_id.in_(clients))

"""How do limits on risk take the place of others, in the unit of whoever sets them?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from data.store import tables
from services.audit_notes import note
from services.risk_limits import audit_document

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork
    from services.auth.actor import Actor
    from services.messages.risk import RiskLimitInput

Terms = tuple[str, str, float, bool, float]


def terms(row: tables.RiskLimit | RiskLimitInput) -> Terms:
    """Return what makes a limit the one that it is."""
    return (row.metric, row.direction, row.value, row.is_hard, row.amber_use_frac)


def limits_differ(uow: UnitOfWork, portfolio_id: str, wanted: Sequence[RiskLimitInput]) -> bool:
    """Return whether a portfolio has other limits than those that are wanted."""
    return {terms(row) for row in uow.risk_limits.of(portfolio_id)} != {terms(one) for one in wanted}


def replace_limits(
    uow: UnitOfWork, portfolio_id: str, wanted: Sequence[RiskLimitInput], by: Actor | None = None
) -> list[tables.RiskLimit]:
    """Put limits in place of those that a portfolio has, with the audit row; return those whose figure is free now.

    A limit that stays as it is keeps how it was judged; one whose terms change keeps its id, so that links to it hold.

    Parameters
    ----------
    uow : UnitOfWork
    portfolio_id : str
    wanted : sequence of RiskLimitInput
    by : Actor, optional
        Who decided about it, where the unit is the product's own.

    """
    before = list(uow.risk_limits.of(portfolio_id))
    document = audit_document(before)
    kept = {(row.metric, row.direction): row for row in before}
    named = {(one.metric, one.direction) for one in wanted}
    gone = [row for row in before if (row.metric, row.direction) not in named]
    fresh = [tables.RiskLimit(**one.model_dump()) for one in wanted if (one.metric, one.direction) not in kept]
    uow.risk_limits.replace(portfolio_id, fresh, [row.id for row in gone])
    for one in wanted:
        row = kept.get((one.metric, one.direction))
        if row is not None and terms(row) != terms(one):
            uow.risk_limits.revise(row, value=one.value, is_hard=one.is_hard, amber_use_frac=one.amber_use_frac)
    note(uow, "portfolio.risk_limits", "portfolio", portfolio_id, before=document, after=audit_document(wanted), by=by)
    return gone

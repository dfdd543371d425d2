"""Which of the positions that somebody states stand on a list that forbids trades in them, and may they be booked?

What a custodian holds is a fact, and a ledger that may not say it is wrong. So a list stops nothing here that is said
to be one: whoever brings a listed name in or out gives the reason, which stands with every entry and in the audit log.
The first positions of a portfolio are what was held before it was here, and are not asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from services.compliance.trading import TradingNote, trading_notes
from services.errors import FieldProblem
from services.valuation_ledger import ZERO

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.valuation_ledger import LedgerEntry

FORBIDDING: Final = frozenset({"restricted", "blackout", "exclusion"})
ADVICE: Final = (
    "Leave it as it is held; or, if this is what the custodian holds, give that as the reason: it is booked then, and "
    "the rules judge it."
)


def listed_notes(
    uow: UnitOfWork,
    portfolio_id: str,
    before: Sequence[LedgerEntry],
    entries: Sequence[tables.LedgerTransaction],
    on: date,
    person_id: str | None,
) -> tuple[TradingNote, ...]:
    """Return what lists forbid of the changes that some entries make, the worst first.

    Parameters
    ----------
    uow : UnitOfWork
        Its actor sees the portfolio.
    before, entries : sequence of entries
        In the ledger, and not yet.
    on : date
        The day on which the lists are asked.
    person_id : str or None
        Who books; adds this person's blackouts.
    """
    if all(entry.asset_id is None for entry in before):
        return ()
    units: dict[str, Decimal] = {}
    for entry in entries:
        if entry.asset_id is not None:
            units[entry.asset_id] = units.get(entry.asset_id, ZERO) + entry.quantity
    if not units:
        return ()
    found = trading_notes(uow, portfolio_id, units, on, person_id=person_id)
    return tuple(one for one in found if one.kind in FORBIDDING)


def listed_problems(notes: Sequence[TradingNote], reason: str | None) -> list[FieldProblem]:
    """Return each forbidden change as a problem of the reason, where none is given."""
    if (reason or "").strip():
        return []
    return [FieldProblem("reason", one.sentence, ADVICE) for one in notes]

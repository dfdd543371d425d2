"""How is an import of holdings taken back without changing the ledger's past?

Every entry gets another one that reverses it on its own day, so that holdings, cash, flows and costs of all days are as
if neither were, and both stay to be read. What was built on the import since then stands in the way and is named.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from data.store import tables
from services import formatting
from services.errors import Conflict
from services.ledger_reversal import reversal
from services.valuation import Valuator

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork


def reverse(uow: UnitOfWork, row: tables.HoldingsImport, valuator: Valuator) -> None:
    """Book the reversals of an import; the caller commits.

    Raises
    ------
    Conflict
        Later entries, targets or runs rest on it, or a portfolio was put aside.

    """
    parts: list[dict[str, Any]] = row.outcome["portfolios"]
    found = [(one, _portfolio(uow, one)) for one in parts]
    for one, portfolio in found:
        _refuse_if_used(uow, row, one, portfolio)
    for one, portfolio in found:
        entries = [
            entry
            for entry in uow.ledger.entries(portfolio.id)
            if one["first_entry"] <= entry.entry_number <= one["last_entry"]
        ]
        why = f"the import of “{row.file_name}” was undone"
        uow.ledger.append(portfolio.id, [reversal(entry, why) for entry in entries])
        before = one.get("inception_before")
        if before is not None:
            uow.portfolios.update(portfolio.id, {"inception_on": date.fromisoformat(before)})
        else:
            uow.portfolios.touch(portfolio.id)
        valuator.revalue(uow, portfolio)
        if one["is_new"]:
            uow.portfolios.delete(portfolio.id)


def _portfolio(uow: UnitOfWork, one: dict[str, Any]) -> tables.Portfolio:
    portfolio = uow.portfolios.find(one["id"], write=True)
    if portfolio is None:
        raise Conflict(
            f"The portfolio “{one['name']}” was deleted, or is not yours to change any more.",
            "Have it restored first.",
            code="import_in_use",
        )
    return portfolio


def _refuse_if_used(
    uow: UnitOfWork, row: tables.HoldingsImport, one: dict[str, Any], portfolio: tables.Portfolio
) -> None:
    """Refuse to take back what later work rests on.

    Raises
    ------
    Conflict

    """
    entries = uow.ledger.entries(portfolio.id)
    reversed_ids = {entry.reverses_id for entry in entries if entry.reverses_id is not None}
    later = [
        entry
        for entry in entries
        if entry.entry_number > one["last_entry"] and entry.reverses_id is None and entry.id not in reversed_ids
    ]
    if later:
        raise Conflict(
            f"{formatting.count(len(later), 'entry', 'entries')} {'was' if len(later) == 1 else 'were'} booked in "
            f"“{portfolio.name}” after this import.",
            "Undo later imports first; what was booked by hand is put right by setting the positions.",
            code="import_in_use",
        )
    assert row.imported_at_utc is not None
    targets = [one for one in uow.targets.versions(portfolio.id) if one.created_at_utc >= row.imported_at_utc]
    if targets:
        raise Conflict(
            f"A target was saved for “{portfolio.name}” after this import, from the holdings that it brought.",
            "Delete the portfolio instead, or set its positions.",
            code="import_in_use",
        )
    runs_count = uow.runs.count_of_portfolio(portfolio.id, row.imported_at_utc)
    if runs_count:
        raise Conflict(
            f"{formatting.count(runs_count, 'run')} of “{portfolio.name}” {'was' if runs_count == 1 else 'were'} "
            "computed after this import, from the holdings that it brought.",
            "Delete those runs first, or set the positions.",
            code="import_in_use",
        )

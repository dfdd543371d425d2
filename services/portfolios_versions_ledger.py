"""Which entries of a ledger were entered together, by whom and why, and what was held after them?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from services import formatting
from services.valuation_ledger import ZERO

if TYPE_CHECKING:
    from data.store import tables

TRADES = frozenset({"buy", "sell"})
STATED = frozenset({"opening", "transfer", "deposit", "withdrawal"})


@dataclass(frozen=True)
class LedgerVersion:
    """Entries that were entered together, numbered from 1; `last_entry` is the number of the last of them."""

    number: int
    last_entry: int
    at_utc: datetime
    by_id: str | None
    why: str
    entries_count: int
    positions_count: int


def versions_of(entries: Sequence[tables.LedgerTransaction]) -> list[LedgerVersion]:
    """Return the versions of a ledger, the oldest first; what one person enters in one instant is one of them."""
    ordered = sorted(entries, key=lambda one: one.entry_number)
    held: dict[str, Decimal] = {}
    made: list[LedgerVersion] = []
    for _, grouped in groupby(ordered, key=lambda one: (one.created_at_utc, one.entered_by_id)):
        group = list(grouped)
        for one in group:
            if one.asset_id is not None:
                held[one.asset_id] = held.get(one.asset_id, ZERO) + one.quantity
        made.append(
            LedgerVersion(
                number=len(made) + 1,
                last_entry=group[-1].entry_number,
                at_utc=group[0].created_at_utc,
                by_id=group[0].entered_by_id,
                why=_why(group),
                entries_count=len(group),
                positions_count=sum(1 for quantity in held.values() if quantity),
            )
        )
    return made


def held_after(
    entries: Sequence[tables.LedgerTransaction], last_entry: int
) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Return units by asset id and cash by currency after the entry of a number; zeros are left out."""
    quantities: dict[str, Decimal] = {}
    cash: dict[str, Decimal] = {}
    for one in entries:
        if one.entry_number > last_entry:
            continue
        if one.asset_id is not None:
            quantities[one.asset_id] = quantities.get(one.asset_id, ZERO) + one.quantity
        cash[one.currency] = cash.get(one.currency, ZERO) + one.amount_ccy
    return {key: one for key, one in quantities.items() if one}, {key: one for key, one in cash.items() if one}


def _why(group: Sequence[tables.LedgerTransaction]) -> str:
    """Return why entries were made, as far as they tell."""
    notes = {one.note for one in group}
    kinds = {one.kind for one in group}
    if all(one.reverses_id is not None for one in group):
        return "An import was undone"
    if any((one.external_ref or "").startswith("import:") for one in group):
        return "Booked from a file"
    if all(one.is_sample for one in group):
        return f"Sample history: {formatting.count(len(group), 'entry', 'entries')}"
    if len(notes) == 1 and len(group) > 1 and (only := notes.pop()):
        return only
    if kinds <= TRADES:
        return formatting.count(len(group), "trade")
    if kinds <= STATED:
        return group[0].note or "Positions set" if len(group) == 1 else "Positions set"
    return formatting.count(len(group), "entry", "entries")

"""What does a portfolio lack where the rows of a file that cannot be booked are left out?

Told before it is decided: which rows, and what that means for positions and cash.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from data.upload.holdings.layout import FileKind
from data.upload.holdings.rows import HoldingRow, TransactionRow, Unread
from data.upload.holdings.securities import Security
from services import formatting
from services.holdings_import_accounts import account_key
from services.messages.holdings_import import LeftOut
from services.valuation_ledger import ZERO

if TYPE_CHECKING:
    from services.holdings_import_plan import HoldingsPlan

NAMED_COUNT = 12
"""So many names and lines a sentence has at most."""
Row = HoldingRow | TransactionRow | Unread


def rejected_lines(plan: HoldingsPlan) -> list[int]:
    """Return the lines of the rows that cannot be booked because something is wrong with them."""
    named = {one.line for one in plan.problems if one.line is not None} | {one.line for one in plan.rows.unread}
    return sorted(line for line in named if line in plan.rows.lines)


def skipped_lines(plan: HoldingsPlan) -> dict[int, str]:
    """Return the lines of the rows whose name a person left out, with that name."""
    skipped = {key for key, one in plan.meanings.items() if one.status == "skipped"}
    rows: Sequence[HoldingRow | TransactionRow] = plan.rows.holdings or plan.rows.transactions
    return {row.line: row.security.key for row in rows if row.security is not None and row.security.key in skipped}


def left_out_of(plan: HoldingsPlan) -> LeftOut | None:
    """Return what is not booked where the rows with problems are left out; None where every row is booked."""
    rejected, skipped = rejected_lines(plan), skipped_lines(plan)
    lines = sorted({*rejected, *skipped, *plan.kept_lines})
    if not lines:
        return None
    readable: Iterable[HoldingRow | TransactionRow] = (*plan.rows.holdings, *plan.rows.transactions)
    rows: dict[int, Row] = {one.line: one for one in plan.rows.unread} | {one.line: one for one in readable}
    found = [rows[line] for line in lines if line in rows]
    is_held = plan.rows.kind is FileKind.HOLDINGS
    said = _of_holdings(plan, found) if is_held else _of_transactions(plan, found)
    return LeftOut(rows_count=len(lines), lines=tuple(lines[:100]), sentences=(_which(lines), *said))


def _which(lines: Sequence[int]) -> str:
    noun = "Line" if len(lines) == 1 else "Lines"
    return f"{noun} {_listed([str(one) for one in lines])} of the file {'is' if len(lines) == 1 else 'are'} not booked."


def _of_holdings(plan: HoldingsPlan, rows: Sequence[Row]) -> list[str]:
    """Say what is held afterwards of each name that a left-out row is about."""
    held = {one.key: one.held for one in plan.accounts}
    ids = {meaning.symbol: meaning.asset.id for meaning in plan.meanings.values() if meaning.asset is not None}
    kept: dict[str, Decimal] = {}
    lacking: dict[str, None] = {}
    said = []
    for row in rows:
        if row.security is None:
            continue
        meaning = plan.meanings.get(row.security.key)
        name = (None if meaning is None else meaning.symbol) or row.security.key
        asset_id = ids.get(name) or plan.unread_ids.get(row.security.key, "")
        quantity = held.get(account_key(row.account), {}).get(asset_id, ZERO)
        if quantity:
            kept[name] = quantity
        else:
            lacking[name] = None
    if kept:
        told = _listed([f"{name} {formatting.quantity(quantity)}" for name, quantity in kept.items()])
        said.append(f"Held afterwards without these rows: {told}.")
    if lacking:
        said.append(f"Not held afterwards: {_listed(list(lacking))}.")
    if any(row.security is None for row in rows):
        said.append("Cash that these rows state is not booked; what is there of it stays.")
    else:
        said.append("Cash does not change by that; the value below is without them.")
    return said


def _of_transactions(plan: HoldingsPlan, rows: Sequence[Row]) -> list[str]:
    """Say by how much positions and cash differ from what the file as a whole would make of them."""
    units: dict[str, Decimal] = defaultdict(Decimal)
    money: dict[str, Decimal] = defaultdict(Decimal)
    unread = [row for row in rows if isinstance(row, Unread)]
    bases = {one.key: one.base_currency for one in plan.accounts}
    for row in rows:
        if not isinstance(row, TransactionRow):
            continue
        currency = row.currency or _currency(plan, row.security) or bases.get(account_key(row.account), "")
        money[currency] += row.amount_ccy
        if row.security is not None:
            meaning = plan.meanings.get(row.security.key)
            units[(None if meaning is None else meaning.symbol) or row.security.key] += row.quantity
    said = [
        f"{name}: {formatting.quantity(abs(count))} {'fewer' if count > 0 else 'more'} held than the file says."
        for name, count in units.items()
        if count
    ][:NAMED_COUNT]
    said += [
        f"Cash in {currency}: {formatting.money(abs(amount), currency)} {'less' if amount > 0 else 'more'} than the "
        "file says."
        for currency, amount in money.items()
        if amount and currency
    ]
    if unread:
        names = list(dict.fromkeys(row.security.key for row in unread if row.security is not None))
        about = f" ({_listed(names)})" if names else ""
        said.append(
            f"{formatting.count(len(unread), 'row')} cannot be read{about}: by how much positions and cash differ is "
            "not known."
        )
    return said


def _currency(plan: HoldingsPlan, security: Security | None) -> str:
    meaning = None if security is None else plan.meanings.get(security.key)
    if meaning is None:
        return ""
    if meaning.asset is not None:
        return meaning.asset.currency
    return "" if meaning.new is None else meaning.new.currency


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED_COUNT} more" if len(names) > NAMED_COUNT else ""
    return ", ".join(names[:NAMED_COUNT]) + more

"""What takes a booked entry of the ledger back?"""

from __future__ import annotations

from data.store import tables


def reversal(entry: tables.LedgerTransaction, reason: str) -> tables.LedgerTransaction:
    """Return the entry that takes another one back on its own day; the ledger itself is never changed.

    Parameters
    ----------
    entry : tables.LedgerTransaction
    reason : str
        Why, as the end of a sentence: "rebalancing 3 was taken back".

    """
    return tables.LedgerTransaction(
        kind=entry.kind,
        trade_date=entry.trade_date,
        settle_date=entry.settle_date,
        asset_id=entry.asset_id,
        quantity=-entry.quantity,
        price=entry.price,
        amount_ccy=-entry.amount_ccy,
        fees_ccy=entry.fees_ccy,
        currency=entry.currency,
        fx_rate=entry.fx_rate,
        note=f"Reverses entry {entry.entry_number}: {reason}.",
        reverses_id=entry.id,
    )

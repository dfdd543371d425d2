"""A small market and ledger that can be checked by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from services.valuation_ledger import LedgerEntry
from services.valuation_prices import CloseSeries, PriceBook

SESSIONS = np.array(
    ["2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07", "2020-01-08", "2020-01-09"], dtype="datetime64[D]"
)


@pytest.fixture
def book() -> PriceBook:
    return PriceBook(
        "USD",
        {
            "a": CloseSeries(SESSIONS, np.array([10.0, 11.0, 12.1, 11.0, 10.0, 10.5]), "USD"),
            "b": CloseSeries(SESSIONS, np.array([50.0, 49.0, 49.5, 50.5, 52.0, 51.0]), "USD"),
            "e": CloseSeries(SESSIONS, np.array([20.0, 20.0, 21.0, 21.0, 22.0, 22.0]), "EUR"),
        },
        {"EUR": CloseSeries(SESSIONS, np.array([1.1, 1.1, 1.2, 1.2, 1.1, 1.15]), "USD")},
    )


Maker = Callable[..., LedgerEntry]


@pytest.fixture
def entry() -> Maker:
    count = 0

    def make(
        kind: str,
        day: str,
        amount: str = "0",
        asset: str | None = None,
        quantity: str = "0",
        price: str | None = None,
        currency: str = "USD",
    ) -> LedgerEntry:
        nonlocal count
        count += 1
        return LedgerEntry(
            id=f"t{count}",
            entry_number=count,
            kind=kind,
            trade_date=date.fromisoformat(day),
            asset_id=asset,
            quantity=Decimal(quantity),
            amount_ccy=Decimal(amount),
            fees_ccy=Decimal(0),
            price=None if price is None else Decimal(price),
            currency=currency,
        )

    return make

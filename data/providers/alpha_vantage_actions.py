"""Which dividends and splits stand on a page of Alpha Vantage: beside the bars, or in the list that a free key has?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from data.providers.alpha_vantage_pages import DIVIDEND, SPLIT, Table, number
from data.providers.answers import ActionFact
from data.providers.symbols import MINOR_UNITS


def actions_of(symbol: str, rows: Table, quote: str) -> list[ActionFact]:
    """Return what stands beside daily bars.

    Parameters
    ----------
    symbol : str
    rows : Table
    quote : str
        The currency of prices and amounts, or a hundredth of one.

    Raises
    ------
    ValueError
        A row has no date, or something that is no number.

    """
    found: list[ActionFact] = []
    part, currency = (100 if quote in MINOR_UNITS else 1), MINOR_UNITS.get(quote, quote)
    for day, amount, ratio in zip(rows.sessions().tolist(), rows.column(DIVIDEND), rows.column(SPLIT), strict=True):
        if amount > 0:
            paid = Decimal(repr(float(amount))) / part
            found.append(ActionFact(symbol, "dividend", day, amount_ccy=paid, currency=currency))
        if ratio > 0 and ratio != 1.0:
            found.append(ActionFact(symbol, "split", day, ratio=Decimal(repr(float(ratio)))))
    return found


def is_list_of_splits(page: Mapping[str, Any]) -> bool:
    """Return whether a page is the list of splits, which has no time series."""
    return "data" in page and "Meta Data" not in page


def splits_of(symbol: str, page: Mapping[str, Any]) -> list[ActionFact]:
    """Return the splits of a list; an empty list says that there was none.

    Raises
    ------
    ValueError
        It is no list of splits with their days.

    """
    rows = page["data"]
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ValueError("a list of splits")
    found: list[ActionFact] = []
    for row in rows:
        ratio = number(row.get("split_factor"))
        if not ratio > 0:
            raise ValueError("the ratio of a split")
        if ratio != 1.0:
            day = date.fromisoformat(str(row.get("effective_date")))
            found.append(ActionFact(symbol, "split", day, ratio=Decimal(repr(ratio))))
    return found

"""In which shapes are the versions of a portfolio's holdings and targets shown, and what differs between two?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from services.messages.exact import Exact
from services.messages.frozen import Message

VersionKind = Literal["holdings", "target"]
Change = Literal["added", "removed", "changed"]


class VersionView(Message):
    """One version: what was entered into the ledger together, or one target.

    `entries_count` counts the ledger's entries of the version, `positions_count` the assets that it holds or names;
    `by_name` is None where the reader may not see who it was, or where the product itself did it.
    """

    kind: VersionKind
    number: int
    at_utc: datetime
    by_id: str | None
    by_name: str | None
    why: str
    entries_count: int
    positions_count: int
    is_current: bool
    run_id: str | None = None


class ChangedPosition(Message):
    """One asset, or cash of one currency, that differs; both sides at today's closes, so that only units differ.

    Values are None where no usable close or rate is known, and quantities in a comparison of targets.
    """

    symbol: str
    name: str
    change: Change
    quantity_before: Exact | None
    quantity_after: Exact | None
    value_before_ccy: Exact | None
    value_after_ccy: Exact | None
    value_change_ccy: Exact | None
    weight_before_frac: float | None
    weight_after_frac: float | None
    weight_change_frac: float | None


class VersionDifference(Message):
    """What differs between two versions of one kind, the largest first."""

    kind: VersionKind
    before: int
    after: int
    base_currency: str
    as_of: date | None
    value_before_ccy: Exact | None
    value_after_ccy: Exact | None
    same_count: int
    positions: tuple[ChangedPosition, ...]
    sentence: str

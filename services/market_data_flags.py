"""How is each bar of an answer marked: by the store, and by the doubts that the house has now or had at an instant?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from data.store.repositories.quality import was_open
from data.store.repositories.series import CORRECTED_CODE
from services.market_data_bars import Codes
from services.quality_flags import Marked, codes_of, flags_of

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.market_data_stored import Found

DAILY = "daily"
_ROWS_MAX_COUNT = 100_000


def marked_now(uow: UnitOfWork, found: Mapping[str, Found]) -> dict[str, Found]:
    """Return bars with the house's open doubts as flags; only daily bars are ever doubted."""
    daily = {key: _marked(key, one) for key, one in found.items() if one.frequency == DAILY}
    codes = flags_of(uow, daily.values())
    return {key: _with(one, codes[key]) if key in codes else one for key, one in found.items()}


def marked_then(
    uow: UnitOfWork, found: Mapping[str, Found], preference: Sequence[str], known_at_utc: datetime
) -> dict[str, Found]:
    """Return bars with the flags that they had at an instant.

    What a provider marked counts for the version that it delivered, a correction from when it was made to when the
    source changed the bar or it was taken back, and a doubt of the house while it waited for a decision.
    """
    daily = {key: one for key, one in found.items() if one.frequency == DAILY}
    if not daily:
        return dict(found)
    delivered = _delivered(uow, daily, preference)
    doubts = _doubts(uow, daily, known_at_utc)
    marked = {
        key: _with(one, codes_of(_marked(key, _with(one, delivered[key])), doubts.get(key, ())))
        for key, one in daily.items()
    }
    return {**found, **marked}


def _delivered(uow: UnitOfWork, found: Mapping[str, Found], preference: Sequence[str]) -> dict[str, Codes]:
    """Return what providers marked: flags are kept for the latest version of a bar, and hold where it was the same."""
    codes: dict[str, Codes] = {}
    latest = uow.prices.series_of(list(found), preference)
    for key, one in found.items():
        codes[key], now = one.bars.flags, latest.get(key)
        if now is None or now.flags is None or now.provider != one.provider:
            continue
        spot = np.minimum(np.searchsorted(now.dates, one.bars.sessions), len(now.dates) - 1)
        is_same = (now.dates[spot] == one.bars.sessions) & (now.close[spot] == one.bars.close)
        is_told = is_same & (now.flags[spot] != CORRECTED_CODE) & (codes[key] == 0)
        codes[key] = np.where(is_told, now.flags[spot], codes[key]).astype(np.int8)
    return codes


def _doubts(
    uow: UnitOfWork, found: Mapping[str, Found], known_at_utc: datetime
) -> dict[str, list[tables.QualityFinding]]:
    """Return what waited for a decision at an instant, by asset id."""
    open_then: dict[str, list[tables.QualityFinding]] = defaultdict(list)
    for row in uow.quality_findings.of(list(found), limit=_ROWS_MAX_COUNT):
        if was_open(row, known_at_utc):
            open_then[row.asset_id].append(row)
    return open_then


def _marked(asset_id: str, found: Found) -> Marked:
    return Marked(asset_id, found.provider, found.bars.sessions, found.bars.flags)


def _with(found: Found, codes: Codes) -> Found:
    return replace(found, bars=replace(found.bars, flags=codes))

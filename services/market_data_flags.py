"""How is each bar of an answer marked: by the store, and by the doubts that the house has now or had at an instant?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from data.store.repositories.quality import GONE, OPEN
from data.store.repositories.series import CORRECTED_CODE, unpack, unpack_days
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
    source changed the bar, and a doubt of the house from when it was found to when it was decided about.
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
    """Return what was found by an instant and not decided about by then, by asset id."""
    open_then: dict[str, list[tables.QualityFinding]] = defaultdict(list)
    for row in uow.quality_findings.of(list(found), limit=_ROWS_MAX_COUNT):
        is_decided = row.decided_at_utc is not None and row.decided_at_utc <= known_at_utc
        if row.seen_at_utc > known_at_utc or (is_decided and row.state != OPEN):
            continue
        # Nothing says when an undecided doubt went; it was there while the bars said what was doubted.
        if row.state != GONE or row.decided_at_utc is not None or _says(found[row.asset_id], row):
            open_then[row.asset_id].append(row)
    return open_then


def _says(found: Found, row: tables.QualityFinding) -> bool:
    """Return whether bars say what a finding speaks of."""
    days, raw = unpack_days(row.sessions), unpack(row.raw)
    closes = found.bars.adjusted_close if row.is_adjusted_only else found.bars.close
    spot = np.searchsorted(days, found.bars.sessions)
    spot = np.minimum(spot, len(days) - 1)
    is_there = days[spot] == found.bars.sessions
    return bool(is_there.any()) and bool(np.isclose(closes[is_there], raw[spot[is_there]], rtol=1e-9, atol=0.0).all())


def _marked(asset_id: str, found: Found) -> Marked:
    return Marked(asset_id, found.provider, found.bars.sessions, found.bars.flags)


def _with(found: Found, codes: Codes) -> Found:
    return replace(found, bars=replace(found.bars, flags=codes))

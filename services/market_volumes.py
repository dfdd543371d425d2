"""How many units of each asset are traded on a usual day, as far as any source says?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from data.store import tables
    from data.store.unit_of_work import UnitOfWork
    from services.market_series import SeriesReader, StoredSeries

VOLUME_SESSIONS_COUNT = 20
AVERAGE_VOLUME = "average_daily_volume_units"


def stated_volumes(uow: UnitOfWork, asset_ids: Sequence[str], day: date) -> dict[str, tables.AssetAttribute]:
    """Return the usual volumes that the house itself states, known by a day, by asset id; none that are invented."""
    rows = uow.assets.attributes(
        list(asset_ids), AVERAGE_VOLUME, day, known_by_utc=datetime.combine(day, time.max, UTC)
    )
    return {key: row for key, row in rows.items() if not row.is_sample and float(row.value) > 0}


def usual_volumes(
    uow: UnitOfWork,
    reader: SeriesReader,
    asset_ids: Sequence[str],
    day: date,
    average: Callable[[NDArray[np.float64]], Any],
    fresh_days_max: int | None = None,
) -> dict[str, tuple[float, bool]]:
    """Return the usual volume of the last 20 sessions up to a day, in units, and whether it was invented, by asset id.

    Each asset takes the first source, in the house's order, that has volumes of it; assets without any are left out.

    Parameters
    ----------
    average : callable
        What is taken of the sessions' volumes: their mean, or their median where one wild day must not count.
    fresh_days_max : int or None
        Volumes that ended more days before the day say nothing about it; None asks nothing of their age.

    """
    found: dict[str, tuple[float, bool]] = {}
    for provider in reader.preference:
        absent = [key for key in asset_ids if key not in found]
        for key, series in reader.series(uow, absent, (provider,)).items() if absent else ():
            usual = usual_volume(series, day, average, fresh_days_max)
            if usual is not None:
                found[key] = (usual, series.is_sample)
    return found


def usual_volume(
    series: StoredSeries,
    day: date,
    average: Callable[[NDArray[np.float64]], Any],
    fresh_days_max: int | None = None,
) -> float | None:
    """Return the usual volume of the last 20 sessions up to a day; None without any, or where they are too old."""
    if series.volumes is None:
        return None
    end = int(np.searchsorted(series.sessions, np.datetime64(day, "D"), side="right"))
    if end == 0:
        return None
    age_days = int((np.datetime64(day, "D") - series.sessions[end - 1]).astype(int))
    if fresh_days_max is not None and age_days > fresh_days_max:
        return None
    recent = series.volumes[max(end - VOLUME_SESSIONS_COUNT, 0) : end]
    recent = recent[np.isfinite(recent)]
    usual = float(average(recent)) if recent.size else 0.0
    return usual if usual > 0.0 else None

"""What did one asset close at over time, and who says so?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from data.store import tables
from services.errors import NotFound
from services.lineage_deliveries import delivery_marks
from services.market_basis import FIRST_DAY, latest_basis
from services.market_data_bars import keys_of
from services.market_series import SeriesReader, StoredSeries
from services.messages.lineage import DeliveryMark
from services.messages.market import PricePoint, PriceSeriesView

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork

Frequency = Literal["daily", "weekly", "monthly"]


def price_history(
    uow: UnitOfWork,
    asset: tables.Asset,
    reader: SeriesReader,
    start: date | None,
    end: date | None,
    frequency: Frequency,
) -> PriceSeriesView:
    """Return the closes of a window with source, adjustment and notes.

    Raises
    ------
    NotFound
        Nothing is stored of the asset.

    """
    series = reader.series(uow, [asset.id]).get(asset.id)
    if series is None:
        raise NotFound(f"No prices of {asset.symbol} are stored.", "Import its prices first.")
    keep = np.ones(series.sessions.size, dtype=bool)
    if start is not None:
        keep &= series.sessions >= np.datetime64(start, "D")
    if end is not None:
        keep &= series.sessions <= np.datetime64(end, "D")
    chosen = np.flatnonzero(keep)
    chosen = chosen[_last_of_each(series.sessions[chosen], frequency)]
    sessions = series.sessions[chosen].astype("datetime64[D]").tolist()
    closes = series.closes[chosen].tolist()
    volumes, volume_source, is_volume_sample = _volumes(uow, series, reader, series.sessions[chosen], frequency)
    batches = _batches(uow, series)
    lineage: dict[str, Any] = batches[-1].lineage if batches else {}
    return PriceSeriesView(
        symbol=asset.symbol,
        currency=asset.currency,
        frequency=frequency,
        points=tuple(
            PricePoint(session=session, close=close, volume=volume)
            for session, close, volume in zip(sessions, closes, volumes, strict=True)
        ),
        source=series.provider,
        dataset_sha256=series.content_sha256,
        fetched_at_utc=batches[-1].created_at_utc if batches else None,
        adjustment=latest_basis([one.lineage for one in batches], asset.symbol),
        notes=(*lineage.get("notes", ()), *(origin.sentence for origin in series.origins)),
        is_sample=series.is_sample,
        volume_source=volume_source,
        is_volume_sample=is_volume_sample,
        deliveries=_deliveries(uow, series, sessions),
    )


def _deliveries(uow: UnitOfWork, series: StoredSeries, sessions: list[date]) -> tuple[DeliveryMark, ...]:
    """Return the deliveries that brought the bars of a window, the oldest first."""
    if not sessions:
        return ()
    found = uow.prices.batches_of([series.asset_id], series.provider, sessions[0], sessions[-1])
    marks = delivery_marks(uow, list(found.get(series.asset_id, {})))
    return tuple(sorted(marks.values(), key=lambda one: (one.stored_at_utc, one.batch_id)))


def _volumes(
    uow: UnitOfWork,
    series: StoredSeries,
    reader: SeriesReader,
    sessions: NDArray[np.datetime64],
    frequency: Frequency,
) -> tuple[list[float | None], str | None, bool]:
    """Return volumes of daily bars with their source: the closes' own, else that of the next provider that has some."""
    nothing: tuple[list[float | None], None, bool] = ([None] * sessions.size, None, False)
    if frequency != "daily":
        return nothing
    days, found, source, is_sample = series.sessions, series.volumes, series.provider, series.is_sample
    if found is None:
        other = uow.prices.series(series.asset_id, tuple(name for name in reader.preference if name != source))
        if other is None or other.volume is None:
            return nothing
        days, found, source, is_sample = other.dates, other.volume, other.provider, other.is_sample
    place = np.minimum(np.searchsorted(days, sessions), days.size - 1)
    values = np.where(days[place] == sessions, found[place], np.nan)
    return [None if np.isnan(value) else value for value in values.tolist()], source, is_sample


def _last_of_each(sessions: NDArray[np.datetime64], frequency: Frequency) -> NDArray[np.bool_]:
    """Return which sessions are the last of their week or month; all of them when daily."""
    if frequency == "daily" or sessions.size == 0:
        return np.ones(sessions.size, dtype=bool)
    group = keys_of(sessions, frequency)
    return np.concatenate((group[1:] != group[:-1], [True]))


def _batches(uow: UnitOfWork, series: StoredSeries) -> list[tables.IngestBatch]:
    """Return the deliveries of prices that brought the series, the oldest first."""
    last: date = series.sessions[-1].astype("datetime64[D]").astype(object)
    ids = uow.prices.batches_of([series.asset_id], series.provider, FIRST_DAY, last).get(series.asset_id, {})
    rows = [one for one in uow.ingest_batches.get_many(sorted(ids)).values() if one.kind == "prices"]
    return sorted(rows, key=lambda one: (one.created_at_utc, one.id))

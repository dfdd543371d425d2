"""What becomes of a house's corrections when the bars under them come again: adjusted anew, or in a longer file?

A correction says what the price was; a dividend or split that becomes known later says nothing against it. So the raw
bar gets its new factor, and the correction follows with the same one, as a later version under its own delivery: undo
takes back all of them. An import writes the raw figure again, so that each import can be undone by itself, and the
correction follows that too. Where the source says another close, the correction falls, as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from data.store.repositories.price_versions import SAME_FRAC
from data.store.repositories.price_writer import same_figures, taken
from data.store.repositories.series import CORRECTED_CODE, Bars, Series
from data.store.tables import PriceBar

if TYPE_CHECKING:
    from data.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Standing:
    """Corrections of one asset that are to follow bars which are about to be stored.

    Parameters
    ----------
    raw : Series
        What the source said before.
    rows : tuple of PriceBar
        The corrections, the oldest first.

    """

    raw: Series
    rows: tuple[PriceBar, ...] = ()

    @classmethod
    def of(cls, uow: UnitOfWork, mine: Series, raw: Series, bars: Bars) -> Standing:
        """Return the corrections over bars whose close stays and of which anything else is news.

        Parameters
        ----------
        uow : UnitOfWork
        mine : Series
            What counts now, with the corrections.
        raw : Series
            The same without them.
        bars : Bars
            What is about to be stored, corrected nowhere.

        """
        if mine.flags is None:
            return cls(raw)
        days = bars.dates.astype("datetime64[D]")
        spot = np.minimum(np.searchsorted(raw.dates, days), len(raw.dates) - 1)
        follows = (raw.dates[spot] == days) & (mine.flags[spot] == CORRECTED_CODE)
        follows &= np.isclose(bars.close, raw.close[spot], rtol=SAME_FRAC, atol=0.0)
        follows[follows] = ~same_figures(taken(bars, follows), raw, days[follows])
        if not bool(follows.any()):
            return cls(raw)
        return cls(raw, tuple(uow.prices.standing_corrections(mine.asset_id, mine.provider, days[follows])))

    @classmethod
    def repeated(cls, uow: UnitOfWork, provider: str, entries: Sequence[Bars]) -> list[tuple[Standing, Bars]]:
        """Return the corrections over daily bars that an import is about to write again, with those bars."""
        stored = uow.prices.series_of([one.asset_id for one in entries], (provider,), is_whole=True)
        found: list[tuple[Standing, Bars]] = []
        for bars in entries:
            mine = stored.get(bars.asset_id)
            if mine is None or mine.provider != provider or mine.flags is None:
                continue
            raw = uow.prices.as_said(mine)
            days = bars.dates.astype("datetime64[D]")
            follows = repeats_raw(mine.flags, raw.dates, raw.close, raw.adjusted_close, bars)
            if bool(follows.any()):
                rows = uow.prices.standing_corrections(mine.asset_id, provider, days[follows])
                found.append((cls(raw, tuple(rows)), bars))
        return found

    def follow(self, uow: UnitOfWork, bars: Bars) -> None:
        """Write the corrections anew over bars that were stored, with the factors of those."""
        by_batch: dict[str, list[PriceBar]] = {}
        for row in self.rows:
            by_batch.setdefault(str(row.batch_id), []).append(row)
        for batch_id, rows in by_batch.items():
            rows.sort(key=lambda row: row.session_date)
            days = np.array([row.session_date for row in rows], dtype="datetime64[D]")
            after = bars.adjusted[np.searchsorted(bars.dates.astype("datetime64[D]"), days)]
            before = self.raw.adjusted_close[np.searchsorted(self.raw.dates, days)]
            # a price of zero has no factor: what took its place stays
            factors = np.where(before != 0, after / np.where(before != 0, before, 1.0), 1.0)
            now = uow.prices.series_of([bars.asset_id], (self.raw.provider,))[bars.asset_id]
            uow.prices.ingest(
                [_again(days, rows, factors, self.raw, bars)],
                provider=self.raw.provider,
                knowledge_time_utc=now.knowledge_time_utc + timedelta(microseconds=1),
                batch_id=batch_id,
                is_sample=self.raw.is_sample,
                with_repeats=True,
            )


def repeats_raw(flags: Any, dates: Any, close: Any, adjusted_close: Any, bars: Bars) -> np.ndarray:
    """Return which bars say again what a standing correction was made for, close and adjusted close.

    Parameters
    ----------
    flags : array of int8
        Of the series that counts, one a session of ``dates``.
    dates, close, adjusted_close : array
        The series without the corrections.
    bars : Bars
        What comes.

    """
    days = bars.dates.astype("datetime64[D]")
    spot = np.minimum(np.searchsorted(dates, days), len(dates) - 1)
    said = (dates[spot] == days) & (flags[spot] == CORRECTED_CODE)
    said &= np.isclose(bars.close, close[spot], rtol=SAME_FRAC, atol=0.0)
    said &= np.isclose(bars.adjusted, adjusted_close[spot], rtol=SAME_FRAC, atol=0.0)
    return np.asarray(said)


def _again(days: np.ndarray, rows: list[PriceBar], factors: np.ndarray, raw: Series, bars: Bars) -> Bars:
    """Return corrected bars with other factors between close and adjusted close.

    What the bars under them say anew of volumes, opens, highs and lows goes in, prices by the factor of the close.
    """
    under = np.searchsorted(raw.dates, days)
    above = np.searchsorted(bars.dates.astype("datetime64[D]"), days)
    close = np.array([row.close for row in rows], dtype=np.float64)
    was = raw.close[under]
    scale = np.where(was > 0, close / np.where(was > 0, was, 1.0), 1.0)

    def column(name: str, of_bar: Any) -> np.ndarray:
        kept = np.array([getattr(row, name) for row in rows], dtype=np.float64)
        old, new = getattr(raw, name), getattr(bars, name)
        if new is None:
            return kept
        is_other = ~np.isnan(new[above]) & (True if old is None else new[above] != old[under])
        return np.where(is_other, new[above] * of_bar, kept)

    return Bars(
        asset_id=bars.asset_id,
        dates=days,
        close=close,
        adjusted_close=np.array([row.adjusted_close for row in rows], dtype=np.float64) * factors,
        open=column("open", scale),
        high=column("high", scale),
        low=column("low", scale),
        volume=column("volume", 1.0),
        event_times_utc=np.array([row.event_time_utc.replace(tzinfo=None) for row in rows], dtype="datetime64[s]"),
        flags=np.full(len(rows), CORRECTED_CODE, dtype=np.int8),
    )

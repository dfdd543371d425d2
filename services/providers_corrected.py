"""What becomes of a house's corrections when adjusted closes of the bars under them are computed anew?

A correction says what the price was; a dividend or split that becomes known later says nothing against it. So the raw
bar gets its new factor, and the correction follows with the same one, as a later version under its own delivery: undo
takes back all of them. Where the source says another close, the correction falls, as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

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

    def follow(self, uow: UnitOfWork, bars: Bars) -> None:
        """Write the corrections anew over bars that were stored, with the factors of those."""
        by_batch: dict[str, list[PriceBar]] = {}
        for row in self.rows:
            by_batch.setdefault(str(row.batch_id), []).append(row)
        for batch_id, rows in by_batch.items():
            rows.sort(key=lambda row: row.session_date)
            days = np.array([row.session_date for row in rows], dtype="datetime64[D]")
            after = bars.adjusted[np.searchsorted(bars.dates, days)]
            before = self.raw.adjusted_close[np.searchsorted(self.raw.dates, days)]
            # a price of zero has no factor: what took its place stays
            factors = np.where(before != 0, after / np.where(before != 0, before, 1.0), 1.0)
            now = uow.prices.series_of([bars.asset_id], (self.raw.provider,))[bars.asset_id]
            uow.prices.ingest(
                [_again(bars.asset_id, days, rows, factors)],
                provider=self.raw.provider,
                knowledge_time_utc=now.knowledge_time_utc + timedelta(microseconds=1),
                batch_id=batch_id,
                is_sample=self.raw.is_sample,
                with_repeats=True,
            )


def _again(asset_id: str, days: np.ndarray, rows: list[PriceBar], factors: np.ndarray) -> Bars:
    """Return corrected bars with other factors between close and adjusted close."""

    def column(name: str) -> np.ndarray:
        return np.array([getattr(row, name) for row in rows], dtype=np.float64)

    return Bars(
        asset_id=asset_id,
        dates=days,
        close=column("close"),
        adjusted_close=column("adjusted_close") * factors,
        open=column("open"),
        high=column("high"),
        low=column("low"),
        volume=column("volume"),
        event_times_utc=np.array([row.event_time_utc.replace(tzinfo=None) for row in rows], dtype="datetime64[s]"),
        flags=np.full(len(rows), CORRECTED_CODE, dtype=np.int8),
    )

"""Do thousands of bars come into each database exactly as they were given, by whichever way they are written?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from data.store.repositories.price_writer import Tally
from data.store.repositories.series import Bars
from data.store.tables import Asset, IngestBatch

KNOWN = datetime(2026, 1, 5, 3, 4, 5, 678901, tzinfo=UTC)
COUNT = 2_100
"""Above what PostgreSQL takes row by row."""


def made(asset_id: str, seed: int = 1) -> Bars:
    """Bars before and after 2000 with figures of all sizes, some of them unknown in each way."""
    rng = np.random.default_rng(seed)
    days = np.datetime64("1996-01-01", "D") + np.arange(COUNT)

    def part(share: float) -> Any:
        values = rng.normal(0.0, 1.0, COUNT) * 10.0 ** rng.integers(-9, 12, COUNT)
        return np.where(rng.random(COUNT) < share, np.nan, values)

    return Bars(
        asset_id, days, part(0.0), part(0.0), part(0.3), part(0.3), None, part(0.5),
        days.astype("datetime64[s]") + rng.integers(0, 86_400, COUNT),
    )  # fmt: skip


def read(uow: Any, bars: Bars) -> None:
    """Compare what the database holds with what was given."""
    rows = uow.prices.bars(bars.asset_id, provider="bulk")
    assert [row.session_date for row in rows] == bars.dates.tolist()
    assert [row.event_time_utc.replace(tzinfo=None) for row in rows] == bars.event_times_utc.tolist()
    assert {row.knowledge_time_utc for row in rows} == {KNOWN}
    for name in ("open", "high", "low", "close", "adjusted_close", "volume"):
        given = getattr(bars, name)
        held = np.array([getattr(row, name) for row in rows], dtype=float)
        np.testing.assert_array_equal(held, np.full(COUNT, np.nan) if given is None else given)


@pytest.mark.requirement("2.1.A5")
def test_bars_come_in_whole_are_counted_where_they_lie_and_replaced_by_their_key(store: Any) -> None:
    with store.system() as uow:
        ids = [
            uow.assets.add(Asset(symbol=name, name=name, asset_class="equity", currency="USD")).id
            for name in ("A", "B")
        ]
        batch = uow.ingest_batches.add(IngestBatch(provider="bulk", kind="prices", status="running"))
        first, second = made(ids[0]), made(ids[1], 2)
        tally = Tally()
        how = {"provider": "bulk", "knowledge_time_utc": KNOWN}
        uow.prices.ingest([first], **how, batch_id=batch.id, tally=tally)
        assert uow.prices.tally_of(batch.id, ids, "bulk", "1d") == tally
        assert tally.count == COUNT
        assert uow.prices.tally_of("no such delivery", ids, "bulk", "1d") == Tally()
        read(uow, first)
        uow.commit()
    with store.system() as uow:  # one of the two is there already: its rows are replaced, the other's are new
        again = made(ids[0], 3)
        again = Bars(ids[0], first.dates, *vars_of(again), first.event_times_utc)
        uow.prices.ingest([again, second], **how)
        read(uow, again)
        read(uow, second)
        uow.commit()


def vars_of(bars: Bars) -> tuple[Any, ...]:
    return bars.close, bars.adjusted_close, bars.open, bars.high, bars.low, bars.volume


def test_a_few_bars_come_in_as_many_do(store: Any) -> None:
    with store.system() as uow:
        asset_id = uow.assets.add(Asset(symbol="A", name="A", asset_class="equity", currency="USD")).id
        whole = made(asset_id)
        for start in range(0, COUNT, 700):
            part = slice(start, start + 700)
            bars = Bars(
                asset_id, whole.dates[part], *(None if one is None else one[part] for one in vars_of(whole)),
                whole.event_times_utc[part],
            )  # fmt: skip
            uow.prices.ingest([bars], provider="bulk", knowledge_time_utc=KNOWN)
        read(uow, whole)
        late = uow.prices.ingest([whole], provider="bulk", knowledge_time_utc=KNOWN + timedelta(days=1))
        assert late == 0
        uow.commit()

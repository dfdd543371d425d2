"""Do prices by the minute show the last sessions as delivered, and say so where none are stored?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.store import tables
from data.store.repositories.series import Bars
from services.charts.minutes import BREAK_MINUTES, minute_chart, places
from services.errors import NotFound
from services.explorer_minutes import Minutes
from services.market_data import MarketData
from tests.services.market_house import House, shared_house

__all__ = ["shared_house"]

SESSIONS = (date(2022, 12, 23), date(2022, 12, 27), date(2022, 12, 28))
"""A weekend and a holiday lie between the first two."""
MINUTES = (1, 2, 3, 6)
"""Minutes after 14:30 UTC, half past nine in New York: the fourth and the fifth are missing."""


def plant(house: House) -> None:
    days = np.repeat(np.array(SESSIONS, dtype="datetime64[D]"), len(MINUTES))
    steps = np.tile(np.array(MINUTES, dtype="timedelta64[m]"), len(SESSIONS))
    events = days.astype("datetime64[s]") + np.timedelta64(14 * 60 + 30, "m") + steps
    closes = 100.0 + np.arange(days.size)
    with house.ports.store.system() as uow:
        asset = uow.assets.add(
            tables.Asset(symbol="TICK", name="Tick", asset_class="equity", currency="USD", exchange="XNYS")
        )
        bars = Bars(
            asset.id, days, closes, None, closes - 0.5, closes + 1.0, closes - 1.0, np.full(days.size, 50.0),
            event_times_utc=events,
        )  # fmt: skip
        uow.prices.ingest(
            [bars], provider="upload", knowledge_time_utc=datetime(2022, 12, 29, tzinfo=UTC), frequency="1m",
            batch_id=None,
        )  # fmt: skip
        uow.commit()


@pytest.fixture(scope="module")
def ticked(shared_house: House) -> tuple[House, Minutes]:
    plant(shared_house)
    return shared_house, Minutes(shared_house.ports, MarketData(shared_house.ports))


@pytest.mark.requirement("2.1.A1")
def test_the_last_sessions_are_shown_in_the_hours_of_their_exchange(ticked: Any) -> None:
    house, minutes = ticked
    one = minutes.view("TICK", house.manager)
    assert one.sessions == SESSIONS[-1:]
    assert [bar.close for bar in one.bars] == [108.0, 109.0, 110.0, 111.0]
    assert one.bars[0].ended_at_utc == datetime(2022, 12, 28, 14, 31, tzinfo=UTC)
    assert (one.has_candles, one.timezone) == (True, "America/New_York")
    assert one.change_frac == pytest.approx(111.0 / 108.0 - 1.0)
    assert minutes.view("TICK", house.manager, sessions_count=2).sessions == SESSIONS[1:]
    assert minutes.view("TICK", house.manager, sessions_count=99).sessions == SESSIONS
    assert minutes.last_session("TICK", house.manager) == SESSIONS[-1]


def test_closed_hours_take_no_room_and_a_missing_minute_stays_free(ticked: Any) -> None:
    house, minutes = ticked
    view = minutes.view("TICK", house.manager, sessions_count=2)
    second = 5 + BREAK_MINUTES
    assert places(view.bars) == [0, 1, 2, 5, second, second + 1, second + 2, second + 5]
    chart = minute_chart(view)
    assert [trace.type for trace in chart.data] == ["candlestick", "bar"]
    assert list(chart.layout.xaxis.ticktext) == ["27 Dec", "28 Dec"]
    assert chart.data[0].text[0] == "27 Dec 2022, 09:31"
    assert chart.layout.meta["title"] == "TICK rose 6.73% over 2 sessions, to 111.00"
    plain = minute_chart(view, is_plain=True).data
    assert [trace.type for trace in plain] == ["scatter"]
    assert list(plain[0].y).count(None) == 3  # two missing stretches, and the night


def test_where_none_are_stored_the_view_says_so(ticked: Any) -> None:
    house, minutes = ticked
    view = minutes.view("AAPL", house.manager)
    assert (view.bars, view.sessions, view.has_candles) == ((), (), False)
    assert view.sentence.startswith("No prices of AAPL by the minute are stored.")
    assert minutes.last_session("AAPL", house.manager) is None
    with pytest.raises(NotFound, match="no asset with the symbol 'NOPE'"):
        minutes.view("NOPE", house.manager)


def test_the_file_holds_the_bars_that_are_shown(ticked: Any, tmp_path: Path) -> None:
    house, minutes = ticked
    made = minutes.table("TICK", "csv", house.manager)
    lines = made.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "session,ended_at_utc,open,high,low,close,volume_units,currency,flag"
    assert lines[1] == "2022-12-28,2022-12-28T14:31:00+00:00,107.5,109.0,107.0,108.0,50.0,USD,ok"
    assert len(lines) == 1 + len(MINUTES)
    assert minutes.table("TICK", "xlsx", house.manager).data[:2] == b"PK"

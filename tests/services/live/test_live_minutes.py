"""Are stored bars of minutes played where there are any, adjusted and labelled, and daily ones otherwise?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest

from data.feeds.replay import ReplayFeed, Tape
from data.store.repositories.series import Bars
from services.live_minutes import minute_tape
from services.live_tape import make_tape
from services.market_series import SeriesReader, StoredSeries
from services.messages.live import FeedMode, FeedState, StartFeed
from tests.services.live.test_live import Desk, until
from tests.services.market_house import House

DAY = date(2022, 12, 27)
MINUTES = np.arange(np.datetime64("2022-12-27T14:30", "s"), np.datetime64("2022-12-27T14:34", "s"), 60)


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    made = Desk(house)
    yield made
    made.live.stop()


def store_minutes(house: House, symbol: str, closes: list[float]) -> None:
    with house.ports.store.system() as uow:
        asset = uow.assets.by_symbols([symbol])[symbol]
        days = np.full(MINUTES.size, np.datetime64(DAY, "D"))
        bars = Bars(asset.id, days, np.array(closes), event_times_utc=MINUTES.astype("datetime64[us]"))
        uow.prices.ingest(
            [bars], provider="yahoo", knowledge_time_utc=datetime(2022, 12, 28, tzinfo=UTC), frequency="1m"
        )
        uow.commit()


def tape(desk: Desk, day: date | None, **more: Any) -> Tape:
    return make_tape(desk.house.ports, desk.live._reader, desk.manager.tenant_id, day, **more)


def test_minutes_are_played_where_they_are_stored_of_the_first_day_and_daily_bars_otherwise(desk: Desk) -> None:
    store_minutes(desk.house, "AAPL", [129.0, 130.0, 131.0, 132.0])
    of_minutes = tape(desk, DAY)
    assert not of_minutes.is_daily
    assert len(of_minutes.times) == 5
    column = of_minutes.symbols.index("AAPL")
    assert of_minutes.prices[1:, column].tolist() == [129.0, 130.0, 131.0, 132.0]
    other = of_minutes.symbols.index("KO")  # its daily close comes with the last minute
    assert np.isnan(of_minutes.prices[1:4, other]).all()
    daily = tape(desk, DAY, is_daily=True)
    assert of_minutes.prices[4, other] == daily.prices[daily.first_slot, daily.symbols.index("KO")]
    assert tape(desk, date(2022, 12, 23)).is_daily
    assert tape(desk, None).is_daily


def test_a_replay_of_minutes_says_so_and_another_process_stands_at_the_same_minute(desk: Desk) -> None:
    store_minutes(desk.house, "AAPL", [129.0, 130.0, 131.0, 132.0])
    wish = StartFeed(mode=FeedMode.REPLAY, speed=60, start_on=DAY, is_loop=False)
    desk.live.start_feed(wish, desk.manager)
    desk.later(3.5)
    desk.beat()
    until(lambda: bool(desk.prices()))
    desk.beat()
    view = desk.live.feed(desk.manager)
    assert (view.state, view.bars) == (FeedState.REPLAY, "minute")
    assert view.sentence.startswith("Recorded bars of minutes of 27 Dec 2022 are played at 60x")
    assert desk.prices()["AAPL"] in (131.0, 132.0)
    (quote,) = desk.live.quotes(["AAPL"], desk.manager).quotes
    assert quote.event_time_utc is not None
    assert (quote.session, quote.is_replay) == (DAY, True)
    paused = desk.live.pause_feed(desk.manager)
    assert paused.paused_since_utc == desk.house.ports.clock.now_utc()
    again = Desk(desk.house)
    desk.live.stop()
    again.later(100.0)
    again.beat()
    until(lambda: bool(again.prices()))
    assert again.prices() == desk.prices()
    again.live.resume_feed(again.manager)
    again.later(10.0)
    again.beat()
    until(lambda: again.prices()["AAPL"] == 132.0)
    again.live.stop()


def _daily(currency: str, days: list[str], closes: list[float], adjusted: list[float]) -> StoredSeries:
    sessions = np.array(days, dtype="datetime64[D]")
    return StoredSeries("x", currency, "p", sessions, np.array(closes), np.array(adjusted), None, False, "")


def test_minutes_are_adjusted_like_their_session_and_a_session_that_begins_the_evening_before_keeps_its_day() -> None:
    # a split of 2 for 1 on 6 January: the closes before count half
    daily = {
        "A": _daily("AUD", ["2026-01-05", "2026-01-06"], [200.0, 104.0], [100.0, 104.0]),
        "X": _daily("USD", ["2026-01-05", "2026-01-06"], [0.66, 0.67], [0.66, 0.67]),
    }
    adjusted = {symbol: one.adjusted_closes for symbol, one in daily.items()}
    events = np.array(
        ["2026-01-04T23:00", "2026-01-05T04:59", "2026-01-05T23:00", "2026-01-06T04:59"], dtype="datetime64[us]"
    )
    sessions = np.array(["2026-01-05", "2026-01-05", "2026-01-06", "2026-01-06"], dtype="datetime64[D]")

    class Bars1m:
        dates = sessions
        close = np.array([196.0, 200.0, 101.0, 104.0])

    made = minute_tape(daily, adjusted, {"A": (Bars1m, events)})  # type: ignore[dict-item]
    feed = ReplayFeed(made, 60.0, datetime(2026, 2, 1, tzinfo=UTC))
    told = []
    for seconds in range(5):
        told += feed.take(datetime(2026, 2, 1, 0, 0, seconds, tzinfo=UTC))
    assert [(one.symbol, one.price, one.previous_close, str(one.session)) for one in told] == [
        ("A", 98.0, None, "2026-01-05"),
        ("A", 100.0, None, "2026-01-05"),
        ("X", 0.66, None, "2026-01-05"),
        ("A", 101.0, 100.0, "2026-01-06"),
        ("A", 104.0, 100.0, "2026-01-06"),
        ("X", 0.67, 0.66, "2026-01-06"),
    ]


def test_without_a_day_a_replay_begins_where_most_assets_play_however_far_one_series_reaches(desk: Desk) -> None:
    before = tape(desk, None)
    with desk.house.ports.store.system() as uow:
        asset = uow.assets.by_symbols(["AAPL"])["AAPL"]
        days = np.busday_offset("2026-01-15", np.arange(-800, 1), roll="backward").astype("datetime64[D]")
        bars = Bars(asset.id, days, np.full(days.size, 150.0))
        uow.prices.ingest([bars], provider="upload", knowledge_time_utc=datetime(2026, 1, 16, tzinfo=UTC))
        uow.commit()
    made = make_tape(desk.house.ports, SeriesReader(desk.house.ports), desk.manager.tenant_id, None)
    assert str(made.times[-1])[:10] == "2026-01-15"
    assert made.times[made.first_slot] == before.times[before.first_slot]
    assert np.isfinite(made.prices[made.first_slot]).sum() > made.prices.shape[1] // 2

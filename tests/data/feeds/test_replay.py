"""Is recorded history played completely, in order, at the asked speed, and the same way each time?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from data.feeds.replay import DAY_SLOT_S, MINUTE_SLOT_S, ReplayFeed, Tape

START = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
DAYS = np.array(["2020-03-05", "2020-03-06", "2020-03-09", "2020-03-10"], dtype="datetime64[s]")
PRICES = np.array([[100.0, 50.0], [98.0, 49.0], [90.0, np.nan], [95.0, 47.5]])


def tape(first_slot: int = 1) -> Tape:
    return Tape(("A", "B"), ("USD", "EUR"), DAYS, PRICES, first_slot=first_slot)


def told(feed: ReplayFeed, seconds: list[float]) -> list[tuple[str, float]]:
    return [(tick.symbol, tick.price) for at in seconds for tick in feed.take(START + timedelta(seconds=at))]


def test_the_first_look_says_what_stood_before_then_each_bar_comes_once() -> None:
    feed = ReplayFeed(tape(), DAY_SLOT_S, START)  # one session a second
    assert told(feed, [0]) == [("A", 100.0), ("B", 50.0)]
    assert told(feed, [0.5]) == [("A", 98.0)]
    assert told(feed, [0.5, 1.0]) == [("B", 49.0)]
    assert told(feed, [1.5, 2.0, 2.5, 3.0, 9.0]) == [("A", 90.0), ("A", 95.0), ("B", 47.5)]


@pytest.mark.parametrize("steps", [[0.0, 3.0], [0.0, 1.2, 1.3, 2.9, 3.0], [i / 20 for i in range(61)]])
def test_however_it_is_looked_at_the_last_price_of_each_symbol_is_the_same(steps: list[float]) -> None:
    feed = ReplayFeed(tape(), DAY_SLOT_S, START)
    assert dict(told(feed, steps)) == {"A": 95.0, "B": 47.5}


def test_a_symbol_without_a_bar_in_the_last_session_keeps_the_one_that_was_skipped() -> None:
    feed = ReplayFeed(tape(), DAY_SLOT_S, START)
    told(feed, [0])
    assert dict(told(feed, [2.0])) == {"A": 90.0, "B": 49.0}


def test_each_price_names_its_session_and_the_close_before() -> None:
    feed = ReplayFeed(tape(), DAY_SLOT_S, START)
    feed.take(START)
    ticks = {tick.symbol: tick for tick in feed.take(START + timedelta(seconds=3))}
    assert (ticks["A"].session, ticks["A"].previous_close) == (date(2020, 3, 10), 90.0)
    assert (ticks["B"].session, ticks["B"].previous_close, ticks["B"].currency) == (date(2020, 3, 10), 49.0, "EUR")
    assert ticks["A"].event_time_utc is None


def test_minutes_are_played_with_their_times_against_the_close_of_the_day_before() -> None:
    times = np.array(["2020-03-05T20:59", "2020-03-06T14:30", "2020-03-06T14:31"], dtype="datetime64[s]")
    minutes = Tape(("A",), ("USD",), times, np.array([[100.0], [98.0], [97.0]]), MINUTE_SLOT_S, first_slot=1)
    feed = ReplayFeed(minutes, 60.0, START)
    feed.take(START)
    (tick,) = feed.take(START + timedelta(seconds=2))
    assert tick.event_time_utc == datetime(2020, 3, 6, 14, 31, tzinfo=UTC)
    assert (tick.price, tick.previous_close) == (97.0, 100.0)


def test_a_process_that_takes_over_stands_where_the_first_one_stood() -> None:
    first = ReplayFeed(tape(), DAY_SLOT_S, START)
    prices = dict(told(first, [0, 0.4, 0.9, 1.7]))
    assert dict(told(ReplayFeed(tape(), DAY_SLOT_S, START), [1.7])) == prices


def test_a_pause_stands_still_and_goes_on_from_there() -> None:
    paused = ReplayFeed(tape(), DAY_SLOT_S, START, anchor_s=DAY_SLOT_S, is_paused=True)
    assert dict(told(paused, [0])) == {"A": 98.0, "B": 49.0}
    assert told(paused, [100]) == []
    resumed = ReplayFeed(tape(), DAY_SLOT_S, START + timedelta(seconds=100), anchor_s=DAY_SLOT_S)
    assert told(resumed, [100])[-2:] == [("A", 98.0), ("B", 49.0)]
    assert told(resumed, [100.6]) == [("A", 90.0)]


def test_the_end_is_told_and_a_loop_begins_anew() -> None:
    once = ReplayFeed(tape(), DAY_SLOT_S, START)
    assert not once.is_over(START + timedelta(seconds=2.9))
    assert once.is_over(START + timedelta(seconds=3))
    loop = ReplayFeed(tape(), DAY_SLOT_S, START, is_loop=True)
    told(loop, [0, 2.9])
    assert dict(told(loop, [3.6])) == {"A": 98.0, "B": 50.0}
    assert not loop.is_over(START + timedelta(days=1))


def test_the_highest_speed_hands_over_no_more_than_one_price_a_symbol() -> None:
    feed = ReplayFeed(tape(), 100_000.0, START)
    feed.take(START)
    assert len(feed.take(START + timedelta(hours=5))) == 2


def test_a_clock_that_goes_back_plays_nothing_twice() -> None:
    feed = ReplayFeed(tape(), DAY_SLOT_S, START)
    told(feed, [0, 1.0])
    assert told(feed, [0.2]) == []

"""Does the light know when markets trade: weekends, half days, holidays, changes of clocks, several exchanges?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from data.feeds.ticks import Tick
from services.live_ages import TradingOf, with_ages
from services.live_hours import Hours, Trading
from services.live_state import Pulse, Wish, feed_view
from services.messages.live import FeedMode, FeedState, FeedView

HOURS = Hours(is_waiting=True)
MARKETS = {
    "AAPL": ("XNAS", "equity"),
    "KO": ("XNYS", "equity"),
    "BHP": ("XASX", "equity"),
    "BTC": ("24/7", "crypto"),
    "EURUSD=X": (None, "fx"),
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def light(now: str, mode: FeedMode = FeedMode.PUSH, **paid: str) -> FeedView:
    """Return the light of a house that holds the named symbols, each with a price of a moment."""
    now_utc = at(now)
    names = {"EURUSD": "EURUSD=X"}
    ticks = [Tick(names.get(name, name), 1.0, "USD", event_time_utc=at(time)) for name, time in paid.items()]
    trading_of: TradingOf = lambda symbol: HOURS.at(*MARKETS[symbol], now_utc)  # noqa: E731
    heard_utc = max(tick.event_time_utc for tick in ticks if tick.event_time_utc)
    pulse = with_ages(Pulse(now_utc, heard_utc), ticks, [tick.symbol for tick in ticks], now_utc, trading_of)
    return feed_view(Wish(mode=mode), pulse, now_utc)


@pytest.mark.parametrize(
    ("what", "now", "paid", "opens"),
    [
        ("the evening", "2026-01-06T23:00", "2026-01-06T20:59:58", "7 Jan 2026, 14:30 UTC"),
        ("a weekend", "2026-01-04T12:00", "2026-01-02T20:59:58", "5 Jan 2026, 14:30 UTC"),
        ("a holiday", "2026-01-01T16:00", "2025-12-31T20:59:58", "2 Jan 2026, 14:30 UTC"),
        ("a half day", "2025-11-28T19:00", "2025-11-28T17:59:58", "1 Dec 2025, 14:30 UTC"),
        ("clocks forward", "2026-03-08T12:00", "2026-03-06T20:59:58", "9 Mar 2026, 13:30 UTC"),
        ("clocks back", "2026-11-01T12:00", "2026-10-30T19:59:58", "2 Nov 2026, 14:30 UTC"),
    ],
)
def test_after_the_close_the_light_is_closed_with_the_time_and_the_next_opening(
    what: str, now: str, paid: str, opens: str
) -> None:
    view = light(now, AAPL=paid)
    assert view.state is FeedState.CLOSED, what
    moment = f"{at(paid).day} {at(paid):%b %H:%M} UTC"
    assert view.words == f"Closed - {moment}"
    assert view.sentence.startswith("Closed - prices of the last session, the newest of ")
    assert f"The first of them opens on {opens}." in view.sentence
    assert view.closed_count == 1


def test_while_the_exchange_is_open_silence_is_stale_and_also_on_a_half_day_before_its_end() -> None:
    assert light("2026-01-06T16:00", AAPL="2026-01-06T15:50").state is FeedState.STALE
    assert light("2026-01-06T16:00", AAPL="2026-01-06T15:59:50").words == "Live"
    assert light("2025-11-28T17:30", AAPL="2025-11-28T16:00").state is FeedState.STALE
    assert light("2026-03-09T13:50", AAPL="2026-03-06T20:59").state is FeedState.STALE  # an hour earlier in UTC


def test_the_minute_after_the_bell_still_has_the_prices_of_the_session_before() -> None:
    rung = light("2026-01-05T14:30:40", AAPL="2026-01-02T20:59")
    assert rung.state is FeedState.CLOSED
    assert "opens on" not in rung.sentence  # that moment is past
    assert light("2026-01-05T14:31:10", AAPL="2026-01-02T20:59").state is FeedState.STALE


def test_a_source_that_died_during_the_session_is_not_told_as_closed_afterwards() -> None:
    view = light("2026-01-06T23:00", AAPL="2026-01-06T16:00", KO="2026-01-06T16:01")
    assert view.state is FeedState.STALE
    assert "stopped arriving before the last session ended" in view.sentence
    view = light("2026-01-06T23:00", AAPL="2026-01-06T20:59", KO="2026-01-05T20:59")
    assert view.state is FeedState.CLOSED
    assert "With prices from before the end of the last session: 1." in view.sentence


def test_a_price_that_is_paid_out_of_hours_is_live() -> None:
    assert light("2026-01-06T22:00", AAPL="2026-01-06T21:59:50").state is FeedState.LIVE


def test_of_mixed_exchanges_the_open_ones_are_judged_and_the_closed_ones_are_counted() -> None:
    now, fresh, sydney = "2026-01-06T15:00", "2026-01-06T14:59:50", "2026-01-06T04:59"
    view = light(now, AAPL=fresh, KO=fresh, BHP=sydney)
    assert (view.state, view.words, view.closed_count) == (FeedState.LIVE, "Live, 1 closed", 1)
    assert "Closed at present: 1; their prices are those of the last session." in view.sentence
    view = light(now, AAPL=fresh, KO="2026-01-06T14:00", BTC=fresh, BHP=sydney)
    assert view.words == "Live for 2 of 3, 1 closed"
    assert light(now, AAPL="2026-01-06T14:50", BHP=sydney, mode=FeedMode.POLL).state is FeedState.STALE
    assert light(now, AAPL=fresh, BHP="2026-01-05T04:59").closed_count == 1  # behind, and no longer judged
    assert light("2026-01-06T12:00", AAPL="2026-01-05T20:59", BHP=sydney).state is FeedState.CLOSED


def test_coins_trade_around_the_clock_and_currencies_from_sunday_to_friday() -> None:
    sunday, friday = "2026-01-04T21:59", "2026-01-02T21:59"
    assert HOURS.at("24/7", "crypto", at(sunday)) is None
    assert light(sunday, BTC="2026-01-02T20:00").state is FeedState.STALE
    assert light(sunday, BTC="2026-01-04T21:58:50", AAPL="2026-01-02T20:59").words == "Live, 1 closed"
    week = Trading(at("2025-12-28T22:00"), at("2026-01-02T22:00"), at("2026-01-04T22:00"))
    assert HOURS.at(None, "fx", at(sunday)) == week
    assert HOURS.at(None, "fx", at("2026-01-03T03:00")) == HOURS.at("24/5", "fx", at("2026-01-02T22:00")) == week
    assert HOURS.at(None, "fx", at("2026-01-04T22:00")) == Trading(at("2026-01-04T22:00"))
    assert light(sunday, EURUSD=friday).state is FeedState.CLOSED
    assert light("2026-01-05T03:00", EURUSD="2026-01-05T02:00").state is FeedState.STALE
    spring = HOURS.at(None, "fx", at("2026-03-08T12:00"))  # clocks change between its close and its opening
    assert spring is not None
    assert (spring.closed_utc, spring.opens_utc) == (at("2026-03-06T22:00"), at("2026-03-08T21:00"))


def test_a_calendar_that_is_being_loaded_keeps_nobody_waiting_and_counts_as_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    began: list[str] = []
    hours = Hours()
    monkeypatch.setattr(hours, "_load", began.append)
    now_utc = at("2026-01-04T12:00")
    assert hours.at("XNYS", "equity", now_utc) is None
    assert hours.at("XNAS", "equity", now_utc) is None
    end_utc = datetime.now(UTC) + timedelta(seconds=5)
    while not began and datetime.now(UTC) < end_utc:
        pass
    assert began == ["XNYS"]


def test_an_unknown_calendar_is_logged_and_counts_as_open(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_exchange: str) -> None:
        raise ValueError("no calendar")

    hours = Hours(is_waiting=True)
    monkeypatch.setattr("data.reference.calendars.sessions_of", fails)
    assert hours.at("XNYS", "equity", at("2026-01-04T12:00")) is None

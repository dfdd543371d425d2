"""Does the day's result split into holdings and exchange rates to the cent, and say whose prices it rests on?"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from data.feeds.ticks import Tick
from services.live_overlay import move_of
from services.live_rates import moved_rate
from services.messages.live import FeedMode, FeedState, FeedView, LiveRate
from services.messages.portfolios import Holding, PortfolioSummary
from services.performance_today import today_of

NOW = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
CLOSE = date(2026, 1, 2)


def held(symbol, *, price, quantity, currency="USD", rate="1"):
    value = Decimal(price) * Decimal(quantity) * Decimal(rate)
    return Holding(
        asset_id=symbol.lower(), symbol=symbol, name=f"{symbol} Inc.", sector=None, asset_class="equity",
        currency=currency, quantity=Decimal(quantity), price=Decimal(price), price_date=CLOSE, value_ccy=value,
        weight_frac=None, target_weight_frac=None, drift_frac=None, unrealized_pnl_ccy=None,
        day_pnl_ccy=Decimal("-3.00"), is_sample=False,
    )  # fmt: skip


def portfolio(value):
    return PortfolioSummary.model_construct(
        id="p", name="Core", base_currency="USD", value_ccy=Decimal(value), day_pnl_ccy=Decimal("-5.00"), as_of=CLOSE
    )


def feed(state=FeedState.LIVE, mode=FeedMode.PUSH, **more):
    return FeedView(mode=mode, state=state, words="Live", sentence="Prices arrive.", at_utc=NOW, **more)


def day(ticks, *, state=None, holdings=None, value="3200"):
    listed = holdings or [
        held("AAA", price="100", quantity="10"),
        held("EEE", price="50", quantity="20", currency="EUR", rate="1.1"),
        held("ZZZ", price="10", quantity="110"),
    ]
    stored = LiveRate(currency="EUR", symbol="EURUSD=X", rate=Decimal("1.1"), rate_date=CLOSE)
    known = {tick.symbol: tick for tick in ticks}
    rates = {"EUR": moved_rate(stored, "USD", known)}
    moves = [
        move_of(one, known.get(one.symbol), rates.get(one.currency, moved_rate(None, "USD", known))) for one in listed
    ]
    return today_of(portfolio(value), moves, known, state or feed())


TICKS = (
    Tick("AAA", 103.0, "USD", NOW, previous_close=100.0),
    Tick("EEE", 49.0, "EUR", NOW, previous_close=50.0),
    Tick("EURUSD=X", 1.12, "USD", NOW, previous_close=1.1),
)


@pytest.mark.requirement("5.1.F2")
def test_holdings_sum_to_the_day_and_rates_are_told_apart():
    found = day(TICKS)
    by_symbol = {one.symbol: one for one in found.holdings}
    assert [one.symbol for one in found.holdings] == ["AAA", "ZZZ", "EEE"]
    assert by_symbol["AAA"].day_pnl_ccy == Decimal("30.00")
    assert by_symbol["EEE"].day_pnl_ccy == Decimal("-2.40")  # 20 x (49 x 1.12 - 50 x 1.10)
    assert by_symbol["EEE"].fx_pnl_ccy == Decimal("19.60")  # 20 x 49 x (1.12 - 1.10); the price lost 22.00
    assert by_symbol["ZZZ"].day_pnl_ccy == 0
    assert sum(one.day_pnl_ccy for one in found.holdings) == found.day_pnl_ccy == Decimal("27.60")
    assert found.fx_pnl_ccy == Decimal("19.60")
    assert found.start_ccy == found.value_ccy - found.day_pnl_ccy == Decimal("3200.00")
    assert sum(one.contribution_frac for one in found.holdings) == pytest.approx(found.return_frac, abs=1e-12)
    assert found.sentence.startswith("Today +27.60 USD (+0.86%). Most up: AAA +0.94%. Most down: EEE −0.0")
    assert any("1 holding without a live price" in note for note in found.notes)


def test_an_unknown_close_before_makes_the_day_unknown_and_says_whose():
    found = day((Tick("AAA", 103.0, "USD", NOW),))
    assert found.is_live
    assert found.day_pnl_ccy is None
    assert found.return_frac is None
    assert found.fx_pnl_ccy is None
    assert "not known yet" in found.sentence
    assert any("not known of AAA" in note for note in found.notes)


def test_without_a_feed_it_is_the_last_session_and_says_so():
    found = day((), state=feed(FeedState.OFF, FeedMode.OFF))
    assert not found.is_live
    assert found.day_pnl_ccy == Decimal("-5.00")
    assert found.other_pnl_ccy == Decimal("4.00")  # -5 in all, of which the three holdings lost 9
    assert found.sentence.startswith("On 2 Jan 2026, the last stored session, −5.00 USD")
    assert found.fx_pnl_ccy is None


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (feed(FeedState.REPLAY, FeedMode.REPLAY), "replay of recorded ones"),
        (feed(FeedState.LIVE, age_s=12.0, oldest_age_s=90.0), "The middle price is 12.00 s old, the oldest 1 min 30 s"),
        (
            FeedView(
                mode=FeedMode.POLL,
                state=FeedState.CLOSED,
                words="Closed",
                sentence="The markets are closed.",
                at_utc=NOW,
            ),
            "The markets are closed.",
        ),
    ],
)
def test_the_notes_say_how_old_prices_are_and_whose(state, words):
    assert any(words in note for note in day(TICKS, state=state).notes)

"""Is a holding in another currency valued at the live rate, does the overlay say which, and do the parts sum up?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from data.feeds.ticks import Tick
from data.store import tables
from data.store.repositories.series import Bars
from services.live_overlay import move_of, moved
from services.live_rates import Moved, moved_rate, rate_now
from services.live_tape import followed
from services.messages.live import FeedMode, LiveRate, LiveValue, StartFeed, TickInput, TicksInput
from services.messages.portfolios import NewPortfolio, PositionInput, PositionsInput
from tests.services.live.test_live import Desk
from tests.services.market_house import House

EUR = LiveRate(currency="EUR", symbol="EURUSD=X", rate=Decimal("1.25"), rate_date=date(2022, 12, 28))
DAYS = np.array(["2022-12-23", "2022-12-27", "2022-12-28"], dtype="datetime64[D]")


def tick(symbol: str, price: float, currency: str, **more: Any) -> dict[str, Tick]:
    return {symbol: Tick(symbol, price, currency, **more)}


def test_the_rate_of_a_pair_counts_in_either_direction_and_one_in_another_currency_does_not() -> None:
    assert moved_rate(EUR, "USD", tick("EURUSD=X", 1.5, "USD", previous_close=1.0)) == Moved(
        Decimal("1.2"), Decimal("0.8"), True
    )
    inverse = moved_rate(EUR, "USD", tick("USDEUR=X", 0.5, "EUR", previous_close=0.8))
    assert (inverse.now, inverse.before, inverse.is_live) == (Decimal("1.6"), Decimal(1), True)
    assert moved_rate(EUR, "USD", tick("EURUSD=X", 1.5, "EUR")) == Moved()
    assert moved_rate(EUR, "USD", {}) == moved_rate(None, "USD", tick("EURUSD=X", 1.5, "USD")) == Moved()
    live = rate_now(EUR, "USD", tick("USDEUR=X", 0.5, "EUR"))
    assert (live.rate, live.is_live, live.rate_date) == (Decimal(2), True, None)
    assert rate_now(EUR, "USD", {}) == EUR


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    made = Desk(house)
    yield made
    made.live.stop()


@pytest.fixture
def abroad(desk: Desk) -> tuple[Desk, str]:
    """A portfolio in dollars with a German stock of 100 euro at 1.25 dollars, an American one, and cash."""
    known_utc = datetime(2022, 12, 29, tzinfo=UTC)
    ports, manager = desk.house.ports, desk.manager
    with ports.store.system() as uow:
        row = uow.assets.add(
            tables.Asset(symbol="SAP", name="SAP", asset_class="equity", currency="EUR", exchange="XETR")
        )
        bars = [Bars(row.id, DAYS, np.array([98.0, 99.0, 100.0]))]
        uow.prices.ingest(bars, provider="upload", knowledge_time_utc=known_utc)
        rates = {day: 1.25 for day in DAYS.tolist()}
        uow.fx.ingest("EUR", "USD", rates, provider="upload", knowledge_time_utc=known_utc)
        uow.commit()
    made = desk.house.portfolios.create(NewPortfolio(name="Abroad", base_currency="USD"), manager)
    rows = (PositionInput(symbol="SAP", quantity=Decimal(10)), PositionInput(symbol="AAPL", quantity=Decimal(3)))
    wanted = PositionsInput(positions=rows, as_of=date(2022, 12, 28), cash_ccy=Decimal(1000))
    desk.house.portfolios.set_positions(made.id, wanted, manager)
    desk.live.start_feed(StartFeed(mode=FeedMode.PUSH), manager)
    return desk, made.id


def send(desk: Desk, symbol: str, price: float, currency: str, before: float | None = None) -> None:
    at_utc = desk.house.ports.clock.now_utc()
    one = TickInput(symbol=symbol, price=price, currency=currency, event_time_utc=at_utc, previous_close=before)
    report = desk.live.push(TicksInput(ticks=(one,)), desk.manager)
    assert report.accepted_count == 1, report.refused


def sums_up(desk: Desk, value: LiveValue) -> None:
    """The parts give the whole to the cent, with cash that no price moves."""
    stored = desk.house.portfolios.get(value.portfolio_id, desk.manager)
    holdings = desk.house.portfolios.holdings(value.portfolio_id, desk.manager)
    cash_ccy = (stored.value_ccy or Decimal(0)) - sum(held.value_ccy or Decimal(0) for held in holdings)
    assert sum(one.day_pnl_ccy or Decimal(0) for one in value.positions) == value.day_pnl_ccy
    assert sum(one.value_ccy or Decimal(0) for one in value.positions) + cash_ccy == value.value_ccy


def test_a_position_in_euro_is_valued_at_the_live_price_and_at_the_last_or_the_live_rate(
    abroad: tuple[Desk, str],
) -> None:
    desk, portfolio_id = abroad
    stored = desk.house.portfolios.get(portfolio_id, desk.manager)
    assert stored.value_ccy is not None

    def seen() -> tuple[LiveValue, Any]:
        value = desk.overlay.value(portfolio_id, desk.manager)
        return value, {one.symbol: one for one in value.positions}

    value, parts = seen()
    assert (value.live_count, value.value_ccy) == (0, stored.value_ccy)
    assert [(rate.symbol, rate.rate, rate.is_live) for rate in value.rates] == [("EURUSD=X", Decimal("1.25"), False)]
    assert value.rates[0].rate_date == date(2022, 12, 28)

    send(desk, "SAP", 102.0, "EUR", before=101.0)  # 10 x 2 euro more, 10 x 1 of them today, at 1.25
    value, parts = seen()
    assert value.value_ccy == stored.value_ccy + 25
    assert value.day_pnl_ccy == Decimal("12.50")
    assert (parts["SAP"].is_price_live, parts["SAP"].is_rate_live) == (True, False)
    sums_up(desk, value)

    send(desk, "EURUSD=X", 1.5, "USD", before=1.2)  # 10 x (102 x 1.5 - 100 x 1.25), today 10 x (102 x 1.5 - 101 x 1.2)
    value, parts = seen()
    assert value.value_ccy == stored.value_ccy + 280
    assert value.day_pnl_ccy == Decimal("318.00")
    assert (parts["SAP"].is_rate_live, parts["AAPL"].is_rate_live) == (True, False)
    assert [(rate.rate, rate.is_live, rate.rate_date) for rate in value.rates] == [(Decimal("1.5"), True, None)]
    sums_up(desk, value)

    send(desk, "AAPL", 131.37, "USD", before=126.0)
    sums_up(desk, seen()[0])


def test_a_live_rate_alone_moves_a_holding_at_its_last_close(abroad: tuple[Desk, str]) -> None:
    desk, portfolio_id = abroad
    stored = desk.house.portfolios.get(portfolio_id, desk.manager)
    send(desk, "EURUSD=X", 1.26, "USD", before=1.25)
    value = desk.overlay.value(portfolio_id, desk.manager)
    assert stored.value_ccy is not None
    assert (value.value_ccy, value.day_pnl_ccy, value.live_count) == (stored.value_ccy + 10, Decimal("10.00"), 1)
    sums_up(desk, value)


def test_the_recipe_names_the_rate_and_its_pair_and_a_house_follows_only_the_pairs_that_it_needs(
    abroad: tuple[Desk, str],
) -> None:
    desk, portfolio_id = abroad
    every = {one.portfolio_id: one for one in desk.overlay.portfolios(None, desk.manager).portfolios}
    assert every[portfolio_id].rates == (EUR,)
    assert all(one.rates == () for key, one in every.items() if key != portfolio_id)
    known = followed(desk.house.ports, desk.manager.tenant_id)
    assert known.pairs == {"EURUSD=X": ("EUR", "USD")}
    assert (known.currencies["EURUSD=X"], known.classes["EURUSD=X"]) == ("USD", "fx")
    assert "EURUSD=X" in known.first(len(known.held) + 1)
    assert followed(desk.house.ports, desk.house.stranger.tenant_id).pairs == {}


def test_a_replay_plays_the_recorded_rates_with_the_prices(abroad: tuple[Desk, str]) -> None:
    desk, _ = abroad
    wish = StartFeed(mode=FeedMode.REPLAY, speed=23_400.0, start_on=date(2022, 12, 28), is_loop=False)
    desk.live.start_feed(wish, desk.manager)
    desk.later(2.0)
    feed = desk.live._make_feed(desk.manager.tenant_id, desk.live.houses.of(desk.manager.tenant_id).wish)
    told = {one.symbol: one for one in feed.take(desk.house.ports.clock.now_utc())}
    assert (told["EURUSD=X"].price, told["EURUSD=X"].currency, told["SAP"].price) == (1.25, "USD", 100.0)


def test_without_a_close_or_a_matching_currency_nothing_moves(house: House) -> None:
    one = house.portfolios.list(house.manager)[0]
    held = house.portfolios.holdings(one.id, house.manager)[0]
    now_utc = house.ports.clock.now_utc() - timedelta(seconds=1)
    strange = Tick(held.symbol, 1.0, "EUR", event_time_utc=now_utc)
    assert moved(one, [move_of(held, strange, Moved())]) == (one.value_ccy, one.day_pnl_ccy, 0)
    unpriced = held.model_copy(update={"price": None, "value_ccy": None})
    assert not move_of(unpriced, Tick(held.symbol, 1.0, "USD", event_time_utc=now_utc), Moved()).is_live

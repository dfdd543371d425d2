"""Is a price in another unit refused, and does a day's result count from the session before or from none?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from data.feeds.poll import PollFeed
from data.feeds.ticks import LastClose, Tick, problem_of
from data.store.repositories.series import Bars
from services.live import Live
from services.live_closes import day_note
from services.live_hours import Hours
from services.live_overlay import LiveOverlay
from services.messages.live import FeedMode, StartFeed
from tests.services.live.test_live import Desk
from tests.services.market_house import House

NOW = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
CLOSE = LastClose(350.0, date(2022, 12, 28))
TICK = Tick("LLY", 350.0, "USD", event_time_utc=NOW)


@pytest.fixture
def pushed(house: House) -> Iterator[Desk]:
    made = Desk(house)
    made.live = Live(house.ports, hours=Hours(is_waiting=True))
    made.overlay = LiveOverlay(made.live, house.portfolios)
    made.live.start_feed(StartFeed(mode=FeedMode.PUSH), made.manager)
    yield made
    made.live.stop()


def add_close(desk: Desk, symbol: str, day: str, close: float) -> None:
    with desk.house.ports.store.system(desk.manager.tenant_id) as uow:
        row = uow.assets.by_symbols([symbol])[symbol]
        bars = [Bars(row.id, np.array([day], dtype="datetime64[D]"), np.array([close]))]
        uow.prices.ingest(bars, provider="upload", knowledge_time_utc=desk.house.ports.clock.now_utc())
        uow.commit()


@pytest.mark.parametrize(("price", "is_refused"), [(35_000.0, True), (3.5, True), (3_500.0, False), (35.0, False)])
def test_a_price_in_another_unit_is_refused_and_a_decade_of_growth_is_not(price: float, is_refused: bool) -> None:
    problem = problem_of(replace(TICK, price=price), None, "USD", NOW, CLOSE)
    assert (problem is not None) is is_refused
    if problem is not None:
        assert "times its last stored close, 350.00 of 2022-12-28" in problem
        assert "import a close at the new level" in problem


def test_a_previous_close_in_another_unit_is_refused_too() -> None:
    problem = problem_of(replace(TICK, previous_close=3.5), None, "USD", NOW, CLOSE)
    assert problem == "The price of LLY, 350.00, is 100.00 times its previous_close, 3.50; check the unit of both."


def test_a_poll_holds_prices_against_the_closes_as_a_push_does() -> None:
    answers = [[replace(TICK, price=35_000.0)], [replace(TICK, price=351.0)]]
    feed = PollFeed(lambda symbols: answers.pop(0), lambda: {"LLY": "USD"}, 15.0, lambda: {"LLY": CLOSE})
    assert feed.take(NOW) == []
    assert len(feed.refused) == 1
    assert "times its last stored close" in feed.refused[0]
    assert [tick.price for tick in feed.take(NOW)] == [351.0]


def test_a_pushed_price_of_a_hundred_times_moves_no_portfolio_until_a_close_of_that_level_is_stored(
    pushed: Desk,
) -> None:
    one = pushed.house.portfolios.list(pushed.manager)[0]
    held = pushed.house.portfolios.holdings(one.id, pushed.manager)[0]
    assert held.price is not None
    price = float(held.price) * 100
    for _ in range(2):  # saying it again confirms nothing
        report = pushed.push((held.symbol, price))
        assert (report.accepted_count, report.refused_count, report.refused[0].symbol) == (0, 1, held.symbol)
        pushed.later(1)
    assert "100.00 times its last stored close" in report.refused[0].message
    assert pushed.overlay.value(one.id, pushed.manager).live_count == 0
    add_close(pushed, held.symbol, "2022-12-30", price)
    pushed.later(61)
    assert pushed.push((held.symbol, price)).accepted_count == 1


def test_a_day_counts_from_the_session_before_and_is_unknown_without_its_close(pushed: Desk) -> None:
    one = pushed.house.portfolios.list(pushed.manager)[0]
    held = pushed.house.portfolios.holdings(one.id, pushed.manager)[0]
    assert held.price is not None
    close = float(held.price)
    assert pushed.push((held.symbol, close * 1.5)).accepted_count == 1  # the last close is of a week before
    value = pushed.overlay.value(one.id, pushed.manager)
    assert (value.live_count, value.day_pnl_ccy) == (1, None)
    assert {p.symbol: p.day_pnl_ccy for p in value.positions if p.is_price_live} == {held.symbol: None}
    assert value.day_note is not None
    assert held.symbol in value.day_note
    quote = pushed.live.quotes([held.symbol], pushed.manager).quotes[0]
    assert (quote.previous_close, quote.change_frac) == (None, None)

    add_close(pushed, held.symbol, "2022-12-30", close)  # the Friday before: Monday the second was a holiday
    pushed.later(61)
    pushed.push((held.symbol, close + 1.0))
    value = pushed.overlay.value(one.id, pushed.manager)
    assert value.day_note is None
    assert value.day_pnl_ccy == pytest.approx(held.quantity, abs=Decimal("0.02"))
    assert pushed.live.quotes([held.symbol], pushed.manager).quotes[0].previous_close == pytest.approx(close)


def test_the_session_before_minds_weekends_holidays_coins_and_currencies() -> None:
    tuesday = datetime(2023, 1, 3, 15, 0, tzinfo=UTC)
    monday = tuesday - timedelta(days=1)
    hours = Hours(is_waiting=True)
    assert hours.session_before("XNYS", "equity", tuesday) == date(2022, 12, 30)  # Monday the second was a holiday
    assert hours.session_before(None, "fx", monday) == date(2022, 12, 30)
    assert hours.session_before(None, "fx", tuesday) == date(2023, 1, 2)
    assert hours.session_before(None, "crypto", tuesday) == date(2023, 1, 2)
    assert hours.session_before("XNYS", "equity", datetime(2023, 1, 4, 2, 0, tzinfo=UTC)) == date(2022, 12, 30)
    assert Hours().session_before("XTKS", "equity", monday) == date(2022, 12, 30)  # its calendar is not loaded yet


def test_the_note_names_a_few_holdings() -> None:
    assert day_note([]) is None
    note = day_note(["A", "B", "C", "D"])
    assert note is not None
    assert "of A, B, C and 1 more." in note

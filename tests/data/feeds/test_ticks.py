"""Which prices from outside are believed, and does the book stay small however many come?"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data.errors import ProviderUnavailable
from data.feeds import book as books
from data.feeds.book import QuoteBook
from data.feeds.poll import PollFeed
from data.feeds.ticks import Tick, is_repeat, problem_of

NOW = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
GOOD = Tick("AAPL", 150.0, "USD", event_time_utc=NOW)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"price": math.nan}, "above zero"),
        ({"price": math.inf}, "above zero"),
        ({"price": 0.0}, "above zero"),
        ({"price": -1.0}, "above zero"),
        ({"bid": -1.0}, "bid of AAPL"),
        ({"volume": math.nan}, "volume of AAPL"),
        ({"bid": 150.2, "ask": 150.1}, "The bid of AAPL, 150.20, lies above its ask, 150.10; check both"),
        ({"currency": "GBP"}, "quoted in USD here, not in GBP"),
        ({"event_time_utc": None}, "must name its zone"),
        ({"event_time_utc": NOW.replace(tzinfo=None)}, "must name its zone"),
        ({"event_time_utc": NOW + timedelta(seconds=30)}, "30 s in the future"),
        ({"event_time_utc": NOW - timedelta(days=8)}, "older than 7 days"),
        ({"event_time_utc": NOW - timedelta(seconds=2)}, "out of order"),
    ],
)
def test_what_cannot_be_believed_is_named(changes: dict[str, object], words: str) -> None:
    problem = problem_of(replace(GOOD, **changes), replace(GOOD, event_time_utc=NOW - timedelta(seconds=1)), "USD", NOW)  # type: ignore[arg-type]
    assert problem is not None
    assert words in problem


def test_a_price_that_is_new_is_believed_also_with_a_clock_a_little_ahead() -> None:
    assert problem_of(GOOD, None, "USD", NOW) is None
    for bid, ask in ((149.9, 150.1), (150.0, 150.0), (150.0, 0.0), (150.0, None), (None, 150.0)):
        assert problem_of(replace(GOOD, bid=bid, ask=ask), None, "USD", NOW) is None
    assert problem_of(GOOD, None, "USD", NOW - timedelta(seconds=4)) is None
    assert problem_of(GOOD, None, None, NOW) == "There is no asset with the symbol 'AAPL'."


def test_the_same_price_of_the_same_time_is_a_repeat_and_another_price_is_not() -> None:
    assert is_repeat(GOOD, replace(GOOD))
    assert not is_repeat(replace(GOOD, price=151.0), GOOD)
    assert not is_repeat(GOOD, None)


def test_a_hundred_thousand_ticks_leave_one_a_symbol_and_the_last_one_counts() -> None:
    book = QuoteBook()
    for number in range(100_000):
        book.put([replace(GOOD, symbol=f"S{number % 50}", price=float(number + 1))])
    _feed, told = book.untold()
    assert len(told) == len(book) == 50
    assert {tick.price for tick in told} == {float(number + 1) for number in range(99_950, 100_000)}
    assert book.untold() == ("", [])


def test_the_book_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "SYMBOLS_MAX_COUNT", 3)
    book = QuoteBook()
    book.put(replace(GOOD, symbol=f"S{number}") for number in range(10))
    assert len(book) == 3
    book.put([replace(GOOD, symbol="S1", price=9.0)])
    last = book.last("S1")
    assert last is not None
    assert last.price == 9.0


def test_a_poll_hands_over_what_is_new_and_names_what_it_refuses() -> None:
    answers = [[GOOD], [GOOD, replace(GOOD, symbol="XXX")], [replace(GOOD, price=151.0)]]
    feed = PollFeed(lambda symbols: answers.pop(0), lambda: {"AAPL": "USD"}, 15.0)
    assert [tick.price for tick in feed.take(NOW)] == [150.0]
    assert feed.take(NOW) == []
    assert feed.refused == ["There is no asset with the symbol 'XXX'."]
    assert [tick.price for tick in feed.take(NOW)] == [151.0]


def test_a_poll_asks_less_often_while_the_source_fails_and_as_before_afterwards() -> None:
    is_away = True

    def ask(symbols: object) -> list[Tick]:
        if is_away:
            raise ProviderUnavailable("away", provider="p")
        return [GOOD]

    feed = PollFeed(ask, lambda: {"AAPL": "USD"}, 15.0)
    pauses = []
    for _ in range(6):
        with pytest.raises(ProviderUnavailable):
            feed.take(NOW)
        pauses.append(feed.pause_s())
    assert pauses == [30, 60, 120, 240, 300, 300]
    is_away = False
    feed.take(NOW)
    assert feed.pause_s() == 15


def test_a_poll_asks_for_a_new_holding_without_being_started_anew() -> None:
    followed = {"AAPL": "USD"}
    asked: list[object] = []

    def ask(symbols: object) -> list[Tick]:
        asked.append(symbols)
        return [replace(GOOD, symbol="KO")]

    feed = PollFeed(ask, lambda: dict(followed), 15.0)
    assert feed.take(NOW) == []
    followed["KO"] = "USD"
    assert [tick.symbol for tick in feed.take(NOW)] == ["KO"]
    assert asked == [("AAPL",), ("AAPL", "KO")]

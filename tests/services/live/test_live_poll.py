"""Are a house's providers asked by kind of assets, and is an old answer never taken for a fresh one?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from data.providers.answers import Provenance, Quote, QuoteAnswer
from services.errors import ServiceError, Unavailable
from services.live_poll import AskProviders
from services.messages.providers import Answered

NOW = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
FROM = Provenance("p", "quotes", (), (), NOW, "free", (), (), False)


class Sources:
    """Providers that answer as told: a price, an old price, or a refusal, by asset class."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str | None, tuple[str, ...]]] = []
        self.is_on = True

    def is_online(self, who: str) -> bool:
        return self.is_on

    def ask_each(self, question: Any, who: str, *, asset_class: str | None) -> tuple[Answered, ...]:
        self.asked.append((asset_class, question.symbols))
        found = self.answers[asset_class or "other"]
        if isinstance(found, ServiceError):
            raise found
        quotes = tuple(Quote(symbol, found, "USD", NOW, previous_close=1.0) for symbol in question.symbols)
        return (Answered(QuoteAnswer(quotes, (), FROM), "p", is_stale=found < 0, age_s=0.0, attempts=()),)


def ask(sources: Sources, **classes: str) -> dict[str, float]:
    return {tick.symbol: tick.price for tick in AskProviders(sources)("t1", classes)}  # type: ignore[arg-type]


def test_each_kind_is_asked_for_once_and_one_that_fails_does_not_take_the_others_along() -> None:
    sources = Sources(equity=10.0, fx=Unavailable("away"), other=3.0)
    assert ask(sources, AAPL="equity", MSFT="equity", EURUSD="fx", HOUSE="painting") == {
        "AAPL": 10.0,
        "MSFT": 10.0,
        "HOUSE": 3.0,
    }
    assert sources.asked == [("equity", ("AAPL", "MSFT")), ("fx", ("EURUSD",)), (None, ("HOUSE",))]


def test_what_nobody_answers_and_what_is_only_kept_from_before_is_a_failure_of_the_feed() -> None:
    with pytest.raises(Unavailable, match="away"):
        ask(Sources(equity=Unavailable("away")), AAPL="equity")
    with pytest.raises(Unavailable, match="answers at present"):
        ask(Sources(equity=-1.0), AAPL="equity")


def test_a_house_without_a_source_is_told_where_to_set_one_up() -> None:
    sources = Sources(equity=1.0)
    sources.is_on = False
    with pytest.raises(Unavailable, match="switched on") as refusal:
        ask(sources, AAPL="equity")
    assert "Providers" in refusal.value.advice
    assert sources.asked == []

"""Which houses and which sources do the tests of providers use? The sources obey the test and never use a network."""

from __future__ import annotations

import dataclasses
import threading
from datetime import UTC, datetime
from typing import Any, ClassVar

import numpy as np
import pytest

from data.providers.answers import Payload, PriceAnswer, PriceSeries, Provenance, Quote, QuoteAnswer
from data.providers.protocol import Capabilities, Provider, ProviderContext
from data.providers.questions import PriceQuestion, Question, QuoteQuestion
from data.providers.registry import ProviderRegistry
from data.providers.vocabulary import AssetClass, Field, Flag, Frequency
from services.auth.actor import Actor
from services.ports import Ports
from services.providers import Providers
from tests.services.core.conftest import (
    administrator,
    clock,
    empty_database,
    manager,
    person,
    queue,
    settings,
    stranger,
)
from tests.services.core.conftest import ports as core_ports

__all__ = [
    "administrator", "clock", "core_ports", "empty_database", "manager", "person", "queue", "settings", "stranger",
]  # fmt: skip

KINDS = frozenset({AssetClass.EQUITY, AssetClass.ETF})


class Source(Provider):
    """A source outside that answers whatever the test lets it."""

    licence: ClassVar[str] = "For tests"
    test_symbol: ClassVar[str] = "AAPL"
    capabilities: ClassVar[Capabilities] = Capabilities(
        questions=frozenset({PriceQuestion, QuoteQuestion}),
        frequencies=frozenset({Frequency.DAILY, Frequency.MINUTE}),
        asset_classes=KINDS,
        fields=frozenset({Field.CLOSE}),
        is_remote=True,
    )
    close: ClassVar[float] = 0.0
    asked: ClassVar[list[tuple[str, ...]]]
    keys_seen: ClassVar[list[dict[str, str]]]
    fails: ClassVar[list[Exception]]
    lacks: ClassVar[set[str]]
    wait: ClassVar[threading.Event | None] = None

    def can_handle(self, symbol: str) -> bool:
        return True

    def universe(self) -> tuple[str, ...]:
        return ()

    def ask(self, question: Question) -> Question:
        return question

    def fetch(self, asked: Any) -> tuple[Payload, ...]:
        type(self).asked.append(asked.symbols)
        type(self).keys_seen.append(dict(self.context.credentials))
        if self.wait is not None:
            self.wait.wait(5.0)
        if self.fails:
            raise self.fails[0]
        raw = (self.name + ",".join(asked.symbols)).encode()
        return tuple(Payload(raw, "text/plain", "https://example.com", self.context.now_utc()) for _ in asked.symbols)

    def shape(self, asked: Any, payloads: tuple[Payload, ...]) -> Any:
        origin = Provenance(
            self.name, "test", ("https://example.com",), (payloads[0].sha256,), payloads[0].fetched_at_utc, self.licence
        )
        known = [symbol for symbol in asked.symbols if symbol not in self.lacks]
        missing = tuple(symbol for symbol in asked.symbols if symbol in self.lacks)
        if isinstance(asked, QuoteQuestion):
            when = payloads[0].fetched_at_utc
            return QuoteAnswer(tuple(Quote(one, self.close, "USD", when) for one in known), missing, origin)
        days = np.array(["2026-02-26", "2026-02-27"], dtype="datetime64[D]")
        series = [
            PriceSeries(one, "USD", days.copy(), {Field.CLOSE: np.array([self.close, self.close + 1])}, _ok())
            for one in known
        ]
        return PriceAnswer(tuple(series), missing, asked.frequency, origin)


def _ok() -> Any:
    return np.full(2, Flag.OK.value)


def source(name: str, close: float, **more: Any) -> type[Source]:
    """Return a class of its own, so that what it was asked is its own too."""
    facts = {"name": name, "label": name.capitalize(), "close": close, "asked": [], "keys_seen": [], "fails": []}
    return type(name.capitalize(), (Source,), facts | {"lacks": set()} | more)


class Memory:
    """A cache that counts and never forgets by itself: what is fresh is decided by the product's clock."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    def get(self, key: str) -> Any | None:
        return self.kept.get(key)

    def put(self, key: str, value: Any, ttl_s: float) -> None:
        self.kept[key] = value

    def drop(self, key: str) -> None:
        self.kept.pop(key, None)

    def close(self) -> None:
        self.kept.clear()


@pytest.fixture
def alpha() -> type[Source]:
    return source("alpha", 100.0)


@pytest.fixture
def beta() -> type[Source]:
    able = dataclasses.replace(Source.capabilities, needs_credentials=("api_key",))
    return source("beta", 200.0, capabilities=able)


@pytest.fixture
def past() -> type[Source]:
    """A history that is built in and never changes."""
    able = dataclasses.replace(Source.capabilities, is_remote=False, is_static=True)
    return source("past", 1.0, capabilities=able)


@pytest.fixture
def ports(core_ports: Ports, alpha: Any, beta: Any, past: Any) -> Ports:
    context = ProviderContext(now_utc=core_ports.clock.now_utc)
    registry = ProviderRegistry((alpha(context), beta(context), past(context)))
    return dataclasses.replace(core_ports, providers=registry, cache=Memory())


@pytest.fixture
def providers(ports: Ports) -> Providers:
    return Providers(ports)


@pytest.fixture
def online(providers: Providers, administrator: Actor) -> Providers:
    """Alpha and beta are switched on in the first house, beta with a key."""
    providers.change("alpha", {"is_enabled": True}, administrator)
    providers.change("beta", {"is_enabled": True}, administrator)
    providers.set_credentials("beta", {"api_key": KEY}, administrator)
    return providers


KEY = "SECRET-of-the-first-house-9876"
PRICES = PriceQuestion(("AAPL", "MSFT"))
QUOTES = QuoteQuestion(("AAPL",))
NOON_UTC = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

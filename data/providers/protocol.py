"""What must a provider be able to do, and how are its three stages joined?"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from data.errors import ProviderRefused
from data.http.clients import HttpClients
from data.providers.answers import (
    ActionAnswer,
    Answer,
    AttributeAnswer,
    ConstituentAnswer,
    FactorAnswer,
    MacroAnswer,
    Payload,
    PriceAnswer,
    QuoteAnswer,
    RateAnswer,
    ReferenceAnswer,
)
from data.providers.questions import (
    SUBJECTS,
    ActionQuestion,
    AttributeQuestion,
    ConstituentQuestion,
    FactorQuestion,
    MacroQuestion,
    PriceQuestion,
    Question,
    QuoteQuestion,
    RateQuestion,
    ReferenceQuestion,
)
from data.providers.vocabulary import AssetClass, Field, Frequency
from data.upload.reading import FileReading

StoredSeries = Callable[[], tuple[NDArray[np.datetime64], NDArray[np.float64]] | None]


def _nothing_stored() -> None:
    """Return None: no series is known to whoever made the context."""


def _machine_time() -> datetime:
    """Return the machine's time; the composition passes the clock port instead."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class ProviderContext:
    """What a provider may use from outside.

    Parameters
    ----------
    now_utc : callable
        The clock, for the fetch time.
    credentials : mapping of str to str
        The provider's own keys only, never another's.
    market_series : callable
        Sessions and closes of the stored default index, for a provider that must follow the market; None when the
        store has none yet.
    file : FileReading or None
        The file that somebody brought, for the provider that answers from one.
    http : HttpClients
        The way to the network, with one circuit breaker a source that all copies of a context share: make a context for
        another house by ``dataclasses.replace(context, credentials=...)``.
    base_urls : mapping of str to str
        Another address for a provider, by its name; its own public address where it is not named.

    """

    now_utc: Callable[[], datetime] = _machine_time
    credentials: Mapping[str, str] = field(default_factory=dict)
    market_series: StoredSeries = _nothing_stored
    file: FileReading | None = None
    http: HttpClients = field(default_factory=HttpClients)
    base_urls: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Capabilities:
    """What a provider can be asked for.

    Parameters
    ----------
    questions : frozenset of type
        The question classes that it answers.
    frequencies, asset_classes, fields
        Limits of its prices.
    attributes : frozenset of str
        Names of the other facts that it has.
    needs_credentials : tuple of str
        Keys without which it cannot be asked.
    is_sample : bool
        True when it invents its figures; the product then says so wherever they appear.
    is_static : bool
        True when its figures never change, so that refreshing finds nothing new.
    is_on_demand : bool
        True when it is asked only when the user wants it, not at the first start.
    is_own : bool
        True when what it brings belongs to the house that brought it; it then counts before what others say.
    is_remote : bool
        True when it asks a server outside, so that a question takes time, may count against a quota and may fail.

    """

    questions: frozenset[type]
    frequencies: frozenset[Frequency] = frozenset()
    asset_classes: frozenset[AssetClass] = frozenset()
    fields: frozenset[Field] = frozenset()
    attributes: frozenset[str] = frozenset()
    needs_credentials: tuple[str, ...] = ()
    is_sample: bool = False
    is_static: bool = False
    is_on_demand: bool = False
    is_own: bool = False
    is_remote: bool = False


class Provider(ABC):
    """One source of market facts.

    A member file defines a subclass and names it ``PROVIDER``; the registry does the rest.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    licence: ClassVar[str]
    test_symbol: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    absence: ClassVar[str] = ""
    """What is said while nothing of it is stored; a sentence with its label when empty."""

    def __init__(self, context: ProviderContext) -> None:
        self.context = context

    @abstractmethod
    def can_handle(self, symbol: str) -> bool:
        """Return whether the symbol is one that this provider knows; must not fetch prices."""

    @abstractmethod
    def universe(self) -> tuple[str, ...]:
        """Return every symbol that it can list; empty when it knows too many to list."""

    @abstractmethod
    def ask(self, question: Question) -> Any:
        """Turn our question into theirs, refusing what they cannot answer."""

    @abstractmethod
    def fetch(self, asked: Any) -> tuple[Payload, ...]:
        """Return their bytes, unread."""

    @abstractmethod
    def shape(self, asked: Any, payloads: tuple[Payload, ...]) -> Answer:
        """Turn their bytes into our answer; must not fetch."""

    def version(self) -> str | None:
        """Return a word that changes when the provider's data changes, if that is cheap to know; None otherwise."""
        return None

    def answer(self, question: Question) -> Answer:
        """Ask, fetch and shape.

        Raises
        ------
        ProviderRefused
            The provider does not answer questions of this kind.
        ProviderUnavailable, ProviderLimited, ProviderChanged
            What goes wrong on their side.

        """
        if type(question) not in self.capabilities.questions:
            raise ProviderRefused(
                f"{self.label} does not answer questions about {SUBJECTS[type(question)]}.", provider=self.name
            )
        asked = self.ask(question)
        return self.shape(asked, self.fetch(asked))

    def prices(self, question: PriceQuestion) -> PriceAnswer:
        """Return bars."""
        return cast(PriceAnswer, self.answer(question))

    def reference(self, question: ReferenceQuestion) -> ReferenceAnswer:
        """Return who the assets are."""
        return cast(ReferenceAnswer, self.answer(question))

    def attributes(self, question: AttributeQuestion) -> AttributeAnswer:
        """Return facts other than prices."""
        return cast(AttributeAnswer, self.answer(question))

    def rates(self, question: RateQuestion) -> RateAnswer:
        """Return rates of exchange."""
        return cast(RateAnswer, self.answer(question))

    def constituents(self, question: ConstituentQuestion) -> ConstituentAnswer:
        """Return a benchmark's weights."""
        return cast(ConstituentAnswer, self.answer(question))

    def factors(self, question: FactorQuestion) -> FactorAnswer:
        """Return the returns of a factor set."""
        return cast(FactorAnswer, self.answer(question))

    def actions(self, question: ActionQuestion) -> ActionAnswer:
        """Return dividends and splits."""
        return cast(ActionAnswer, self.answer(question))

    def macro(self, question: MacroQuestion) -> MacroAnswer:
        """Return observations of economic series."""
        return cast(MacroAnswer, self.answer(question))

    def quotes(self, question: QuoteQuestion) -> QuoteAnswer:
        """Return last prices."""
        return cast(QuoteAnswer, self.answer(question))

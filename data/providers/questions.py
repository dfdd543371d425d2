"""What can be asked of a provider, in the product's own words?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from data.providers.vocabulary import Field, Frequency


@dataclass(frozen=True)
class PriceQuestion:
    """Bars of some symbols over a window.

    Parameters
    ----------
    symbols : tuple of str
        The product's own symbols.
    start, end : date or None
        First and last session wanted, both included; None leaves that side open.
    frequency : Frequency
    fields : frozenset of Field
        The columns wanted.

    """

    symbols: tuple[str, ...]
    start: date | None = None
    end: date | None = None
    frequency: Frequency = Frequency.DAILY
    fields: frozenset[Field] = field(default_factory=lambda: frozenset({Field.CLOSE}))


@dataclass(frozen=True)
class ReferenceQuestion:
    """Who the symbols are: name, sector, country, currency, exchange, issuer; no symbols means all there are."""

    symbols: tuple[str, ...] = ()


@dataclass(frozen=True)
class AttributeQuestion:
    """Dated facts about assets other than prices, by name: ``esg_score``."""

    names: tuple[str, ...]
    symbols: tuple[str, ...] = ()


@dataclass(frozen=True)
class RateQuestion:
    """Rates of exchange: units of ``quote`` for one unit of ``base``."""

    base: str
    quote: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class ConstituentQuestion:
    """What a benchmark consists of, with its dated weights."""

    benchmark: str


@dataclass(frozen=True)
class FactorQuestion:
    """Returns of the factors of one set, such as those of Fama and French."""

    factor_set: str


@dataclass(frozen=True)
class ActionQuestion:
    """Dividends and splits of some symbols.

    Parameters
    ----------
    symbols : tuple of str
        The product's own symbols.
    start, end : date or None
        First and last ex-date wanted, both included; None leaves that side open.

    """

    symbols: tuple[str, ...]
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class MacroQuestion:
    """Observations of economic series.

    Parameters
    ----------
    series_ids : tuple of str
        The source's own ids: ``GDP``, ``DGS10``.
    start, end : date or None
        First and last observation date wanted, both included; None leaves that side open.
    is_all_vintages : bool
        True asks for every value that was ever published, each with the days on which it stood; False for what stands
        on the day of asking.

    """

    series_ids: tuple[str, ...]
    start: date | None = None
    end: date | None = None
    is_all_vintages: bool = False


@dataclass(frozen=True)
class QuoteQuestion:
    """The last price of some symbols, as fresh as the source has it."""

    symbols: tuple[str, ...]


Question = (
    PriceQuestion
    | ReferenceQuestion
    | AttributeQuestion
    | RateQuestion
    | ConstituentQuestion
    | FactorQuestion
    | ActionQuestion
    | MacroQuestion
    | QuoteQuestion
)

SUBJECTS: dict[type, str] = {
    PriceQuestion: "price histories",
    QuoteQuestion: "last prices",
    ActionQuestion: "dividends and splits",
    AttributeQuestion: "fundamentals and scores",
    ReferenceQuestion: "names of assets",
    RateQuestion: "exchange rates",
    MacroQuestion: "economic series",
    ConstituentQuestion: "benchmark weights",
    FactorQuestion: "returns of factors",
}
"""What each kind of question is about, in words, in the order in which they are listed."""


def is_within(day: date, question: PriceQuestion | RateQuestion | ActionQuestion) -> bool:
    """Return whether a day lies in the window that a question names, both ends included."""
    return (question.start is None or day >= question.start) and (question.end is None or day <= question.end)

"""In which shapes is asked how a portfolio did, and what is told?

Returns, weights and effects are fractions; money is in the portfolio's base currency. A period runs from the close of
`start` to the close of `end`.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from engine.performance.result import (
    ActivePeriods,
    BrinsonAttribution,
    CalendarTable,
    Contribution,
    ContributionTable,
    CurrencyAttribution,
    DrawdownTable,
    FactorAttribution,
    Metric,
    MoneyWeighted,
    PerformanceFigures,
    Regimes,
    RollingSeries,
    WealthCurve,
)
from engine.performance.result_phases import MarketPhase, MarketPhases
from services.messages.exact import Exact
from services.messages.factor_sets import FactorSetNames
from services.messages.frozen import Message

__all__ = [
    "ActivePeriods",
    "AttributionRequest",
    "AttributionView",
    "BenchmarkLine",
    "BrinsonAttribution",
    "CalendarTable",
    "Contribution",
    "DrawdownTable",
    "MarketPhase",
    "MarketPhases",
    "Metric",
    "MoneyBridge",
    "MoneyCourse",
    "MoneyWeighted",
    "PerformanceRequest",
    "PerformanceView",
    "PeriodChoice",
    "PeriodView",
    "PeriodsRequest",
    "PeriodsView",
    "Regimes",
    "RegimesView",
    "ReturnKinds",
    "RollingSeries",
]


class PeriodChoice(StrEnum):
    """A stretch that ends on the last valued day."""

    MONTH = "1m"
    QUARTER = "3m"
    HALF = "6m"
    YEAR_TO_DATE = "ytd"
    YEAR = "1y"
    THREE_YEARS = "3y"
    FIVE_YEARS = "5y"
    ALL = "all"


Fees = Literal["net", "gross"]
Basis = Literal["twr", "mwr"]
Grouping = Literal["sector", "asset_class", "country", "currency", "asset"]
Method = Literal["bf", "bhb"]
Link = Literal["carino", "menchero", "grap", "frongello", "geometric"]


class PeriodsRequest(Message):
    """Which portfolio over which period, beside which benchmark.

    `start` and `end` go before `period`. Without `benchmark_id` the portfolio's own benchmark counts, and without
    `currency` its own currency.
    """

    portfolio_id: str = Field(min_length=1, max_length=64)
    period: PeriodChoice = PeriodChoice.ALL
    start: date | None = None
    end: date | None = None
    fees: Fees = "net"
    benchmark_id: str | None = Field(None, min_length=1, max_length=64)
    risk_free_annual_frac: float | None = None
    currency: str | None = Field(None, pattern=r"^[A-Z]{3}$")


class PerformanceRequest(PeriodsRequest):
    """How figures are to be computed; `rolling_count` is the window of rolling figures in sessions."""

    basis: Basis = "twr"
    rolling_count: Literal[63, 126, 252] = 126


class AttributionRequest(PeriodsRequest):
    """How a return is to be taken apart."""

    grouping: Grouping = "sector"
    method: Method = "bf"
    linking: Link = "carino"
    is_interaction_folded: bool = False
    factor_sets: FactorSetNames = ()


class PeriodView(Message):
    """The period that was computed.

    `start` is the close before the first return; `is_from_start` says that it is the beginning of the portfolio.
    `first_day` and `last_day` bound what there is.
    """

    label: str
    start: date
    end: date
    sessions_count: int
    is_year: bool
    is_from_start: bool
    first_day: date
    last_day: date

    @property
    def told_from(self) -> date:
        """The day that readers are told: before its first day a portfolio has no close, only the night."""
        return self.first_day if self.is_from_start else self.start


class BenchmarkLine(Message):
    """What the portfolio is measured against, and whether its constituents are known."""

    id: str
    name: str
    kind: str
    is_sample: bool
    has_weights: bool


class MoneyBridge(Message):
    """From the value at the start to that at the end.

    start + `paid_in_ccy` - `taken_out_ccy` + `gain_before_costs_ccy` - `costs_ccy` - `fees_ccy` = end, to the cent.
    `flows_ccy` is what was put in less what was taken out, and `gain_ccy` the gain after fees and costs of trades.
    """

    start_ccy: Exact
    paid_in_ccy: Exact
    taken_out_ccy: Exact
    flows_ccy: Exact
    gain_before_costs_ccy: Exact
    gain_ccy: Exact
    end_ccy: Exact
    fees_ccy: Exact
    costs_ccy: Exact


class ReturnKinds(Message):
    """The four kinds of return of one period: time-weighted and money-weighted, net and gross of booked fees.

    Time-weighted ones are over the whole period, as fractions; costs of trades are in all four.
    """

    twr_net_frac: float | None
    twr_gross_frac: float | None
    mwr_net: MoneyWeighted
    mwr_gross: MoneyWeighted


class MoneyCourse(Message):
    """The client's money by day: value, what was put in until then, and what the benchmark would have made of it."""

    dates: tuple[date, ...]
    value_ccy: tuple[float, ...]
    invested_ccy: tuple[float, ...]
    benchmark_ccy: tuple[float | None, ...] | None


class PerformanceHead(Message):
    """What every answer about performance begins with.

    `base_currency` is that of all figures, `own_currency` the portfolio's own. `is_sample` says that portfolio, prices
    or benchmark are invented, `sample_assets` which holdings, `sample_rates` the currencies whose rates are, and
    `sample_mark` what charts and files must say of invented figures. The API adds when it was computed, how long that
    took, and whether the data have changed since.
    """

    portfolio_id: str
    portfolio_name: str
    base_currency: str
    own_currency: str
    period: PeriodView
    fees: Fees
    fees_sentence: str
    benchmark: BenchmarkLine | None
    risk_free_sentence: str
    sample_assets: tuple[str, ...]
    sample_rates: tuple[str, ...] = ()
    sample_mark: str
    is_sample: bool
    notes: tuple[str, ...]
    computed_at_utc: datetime | None = None
    elapsed_ms: float | None = None
    is_current: bool | None = None


class PerformanceView(PerformanceHead):
    """How the portfolio did.

    `return_frac` is time-weighted, `money` what the client's own money earned with the dates of flows;
    `benchmark_money` is the same flows in the benchmark. `basis` says which one was asked for first.
    """

    basis: Basis
    return_frac: float
    benchmark_return_frac: float | None
    figures: PerformanceFigures
    wealth: WealthCurve
    calendar: CalendarTable
    rolling: tuple[RollingSeries, ...]
    money: MoneyWeighted
    benchmark_money: MoneyWeighted | None
    kinds: ReturnKinds
    bridge: MoneyBridge
    course: MoneyCourse


class AttributionView(PerformanceHead):
    """Where the return came from; what cannot be told is None and a sentence says why.

    `factors_start` is the first session that the factors explain; None where they explain the whole period.
    """

    grouping: Grouping
    contributions: ContributionTable
    brinson: BrinsonAttribution | None
    brinson_sentence: str | None
    currency: CurrencyAttribution | None
    currency_sentence: str | None
    factors: FactorAttribution | None
    factors_sentence: str | None
    factors_start: date | None = None
    fees_frac: float
    cash_frac: float
    names: dict[str, str]


class PeriodsView(PerformanceHead):
    """When it did better or worse than its benchmark, and how in rising, falling, calm and turbulent markets."""

    periods: ActivePeriods | None
    periods_sentence: str | None
    phases: MarketPhases | None = None


class RegimesView(PerformanceHead):
    """Calm and turbulent times."""

    regimes: Regimes

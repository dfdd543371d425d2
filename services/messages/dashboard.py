"""In which shape is the dashboard told: totals, portfolios, the day, holdings, sectors, what happened, what waits?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from services.messages.alerts import AlertView
from services.messages.exact import Exact
from services.messages.frozen import Message
from services.messages.live import FeedView
from services.messages.portfolios import PortfolioSummary

Part = Literal["summary", "portfolios", "today", "holdings", "sectors", "attention", "tasks", "activity"]
Light = Literal["ok", "amber", "red", "none"]
RulesStanding = Literal["passed", "warning", "failed", "indeterminate", "unchecked"]


class LeftOutPortfolio(Message):
    """A portfolio that a total leaves out, and why."""

    portfolio_id: str
    name: str
    reason: str


class RiskUsed(Message):
    """The limit that is used most; `used_frac` is 1 where it is reached, None where it is beyond every use."""

    portfolio_id: str
    portfolio_name: str
    limit: str
    used_frac: float | None
    is_over: bool
    sentence: str
    link: str


class OpenBreaches(Message):
    """How many breaches of rules wait for somebody; `hard_count` are those of hard rules among them."""

    unsettled_count: int
    hard_count: int
    late_count: int
    sentence: str


class DashboardSummary(Message):
    """All portfolios together, in one currency.

    `value_ccy` and `day_pnl_ccy` sum the portfolios that are not `left_out`, each brought into `currency` at the rate
    of its own as-of date; `rates` are those rates by portfolio. Null is what no portfolio has. `return_ytd_frac` is
    the return of the composite: each day's return is that of the portfolios weighted by their values at its beginning,
    of those whose prices end on `as_of`. `benchmark_ytd_frac` is the same composite of their benchmarks, and
    `compared_ytd_frac` that of the `compared_count` portfolios that have one; `active_ytd_frac` is the difference of
    the two. The sparks are at most 60 points, the newest last.
    """

    currency: str
    currencies: tuple[str, ...]
    portfolios_count: int
    counted_count: int
    value_ccy: Exact | None
    day_pnl_ccy: Exact | None
    day_frac: float | None
    day_count: int
    rates: dict[str, Exact]
    left_out: tuple[LeftOutPortfolio, ...]
    as_of_first: date | None
    as_of: date | None
    is_historical: bool
    return_ytd_frac: float | None
    compared_ytd_frac: float | None
    benchmark_ytd_frac: float | None
    active_ytd_frac: float | None
    compared_count: int
    value_spark: tuple[float, ...]
    return_spark: tuple[float, ...]
    risk_used: RiskUsed | None
    breaches: OpenBreaches | None
    notes: tuple[str, ...]
    is_sample: bool


class Drift(Message):
    """How far a portfolio stands from its target.

    `total_frac` is half of the sum of all distances, cash included: what trading back to the target would turn over,
    one-way. `most_symbol` stands farthest away, by `most_frac` (positive: more than wanted).
    """

    target_name: str
    total_frac: float
    most_symbol: str | None
    most_frac: float | None


class DashboardRow(PortfolioSummary):
    """A portfolio on the dashboard.

    Returns are time-weighted fractions; `active_ytd_frac` is `return_ytd_frac` less `benchmark_ytd_frac`. `limit_light`
    is that of its limits on holdings and on risk, with the one used most; `rules` tells how it stands by the rules of
    compliance as last checked. `share_frac` is the part of its value that a filter lets through, None without a filter.
    """

    return_mtd_frac: float | None
    benchmark_ytd_frac: float | None
    active_ytd_frac: float | None
    drift: Drift | None
    limit_light: Light
    limit_name: str | None
    limit_used_frac: float | None
    rules: RulesStanding | None
    rules_broken_count: int
    share_frac: float | None


class DayMove(Message):
    """What one asset added to the day of all portfolios, in the dashboard's currency.

    `contribution_frac` is that over the value of all portfolios at the close before.
    """

    asset_id: str
    symbol: str
    name: str
    sector: str | None
    day_pnl_ccy: Exact
    contribution_frac: float | None
    portfolios_count: int
    is_live: bool


class DashboardToday(Message):
    """What moved the day: the assets that added most and took most, the rest in `other_pnl_ccy`.

    `ups`, `downs` and `other_pnl_ccy` sum to `day_pnl_ccy`. Without live prices it is the last stored session.
    """

    currency: str
    is_live: bool
    as_of: date | None
    day_pnl_ccy: Exact | None
    start_ccy: Exact | None
    return_frac: float | None
    ups: tuple[DayMove, ...]
    downs: tuple[DayMove, ...]
    other_pnl_ccy: Exact | None
    other_count: int
    unknown_symbols: tuple[str, ...]
    sentence: str
    notes: tuple[str, ...]
    feed: FeedView


class TopHolding(Message):
    """One asset over all portfolios: `weight_frac` of the value of all of them, cash included."""

    asset_id: str
    symbol: str
    name: str
    sector: str | None
    value_ccy: Exact
    weight_frac: float | None
    portfolios_count: int
    most_portfolio_id: str
    most_portfolio_name: str
    most_weight_frac: float | None
    is_sample: bool


class TopHoldings(Message):
    """The largest assets over all portfolios; `top_frac` is the share of those that are shown."""

    currency: str
    holdings: tuple[TopHolding, ...]
    assets_count: int
    top_frac: float | None
    sentence: str
    notes: tuple[str, ...]


class SectorShare(Message):
    """One sector: `weight_frac` of all portfolios.

    `compared_frac` is that of the portfolios whose benchmark's weights are known, `benchmark_frac` that of those
    benchmarks, weighted by the portfolios' values; `active_frac` is the difference. Null where none is known.
    """

    sector: str
    weight_frac: float
    value_ccy: Exact
    compared_frac: float | None
    benchmark_frac: float | None
    active_frac: float | None


class Sectors(Message):
    """Where all portfolios stand, by sector, the largest first; cash is one of them."""

    currency: str
    sectors: tuple[SectorShare, ...]
    compared_count: int
    portfolios_count: int
    sentence: str
    notes: tuple[str, ...]


class Attention(Message):
    """Alerts that fire, and portfolios beyond a limit of house, client or risk."""

    alerts: tuple[AlertView, ...]
    beyond: tuple[PortfolioSummary, ...]


class Task(Message):
    """Something that waits for the reader, and where it is done."""

    kind: str
    title: str
    sentence: str
    since_utc: datetime
    link: str
    is_decision: bool


class Tasks(Message):
    """What waits for the reader: decisions first, the oldest first."""

    tasks: tuple[Task, ...]
    decisions_count: int
    sentence: str


class Happening(Message):
    """Something that happened in what the reader may see; `who` is None where the product did it."""

    kind: str
    at_utc: datetime
    who: str | None
    title: str
    sentence: str
    tone: Literal["ok", "info", "warn", "bad"]
    link: str | None


class PartProblem(Message):
    """A part that could not be made, and what to do."""

    part: Part
    code: str
    sentence: str
    advice: str


class Dashboard(Message):
    """Everything on the dashboard; a part that could not be made, or was not asked for, is null.

    `problems` names those that could not. The rest is whole: one part that fails takes no other with it.
    """

    currency: str | None
    sector: str | None
    symbol: str | None
    made_at_utc: datetime
    summary: DashboardSummary | None = None
    portfolios: tuple[DashboardRow, ...] | None = None
    today: DashboardToday | None = None
    holdings: TopHoldings | None = None
    sectors: Sectors | None = None
    attention: Attention | None = None
    tasks: Tasks | None = None
    activity: tuple[Happening, ...] | None = None
    problems: tuple[PartProblem, ...] = ()

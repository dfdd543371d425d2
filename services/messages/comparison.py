"""In which shape are two to four portfolios told side by side?"""

from __future__ import annotations

from datetime import date, datetime

from services.messages.dashboard import Drift, RulesStanding
from services.messages.exact import Exact
from services.messages.frozen import Message

LEAST_COUNT, MOST_COUNT = 2, 4


class ComparedPortfolio(Message):
    """One portfolio of a comparison.

    Amounts are in the comparison's currency, at the rate of the portfolio's own as-of date. Returns are time-weighted
    fractions; `active_ytd_frac` is `return_ytd_frac` less that of the portfolio's own benchmark, and
    `volatility_1y_annual_frac` that of the last year's own returns. `volatility_annual_frac`,
    `tracking_error_annual_frac` and `var_95_1d_frac` (a day's loss at 95%, historical, positive) are those of today's
    holdings, as the report on risk has them; `max_drawdown_1y_frac` is the deepest fall of the last year's own returns,
    negative or zero. What cannot be told is null, and `notes` of the comparison say why.
    """

    portfolio_id: str
    name: str
    client_name: str | None
    base_currency: str
    benchmark_name: str | None
    as_of: date | None
    is_sample: bool
    value_ccy: Exact | None
    day_pnl_ccy: Exact | None
    day_frac: float | None
    return_ytd_frac: float | None
    active_ytd_frac: float | None
    return_1y_frac: float | None
    volatility_1y_annual_frac: float | None
    volatility_annual_frac: float | None
    var_95_1d_frac: float | None
    tracking_error_annual_frac: float | None
    max_drawdown_1y_frac: float | None
    drift: Drift | None
    holdings_count: int
    largest_symbol: str | None
    largest_frac: float | None
    limits_broken_count: int
    limit_used_frac: float | None
    rules: RulesStanding | None
    rules_broken_count: int


class ComparedWeights(Message):
    """One sector or asset: its weight in each portfolio, in their order; 0 is held by none of it, null is not known."""

    name: str
    title: str
    weights_frac: tuple[float | None, ...]


class Overlap(Message):
    """What two portfolios have in common.

    `overlap_frac` is the sum over all assets of the smaller of the two weights, of those held on the same side: 1 is
    the same portfolio, 0 nothing in common. Cash does not count.
    """

    first_id: str
    second_id: str
    overlap_frac: float
    shared_count: int


class ComparedCourse(Message):
    """How a portfolio went over the last year, each day beside the first one that all have in common.

    `growth_frac` is its time-weighted return in its own currency since the first of `days`, `fall_frac` its distance
    from the highest level since then, negative or zero; both have one value a day and begin with 0.
    """

    portfolio_id: str
    days: tuple[date, ...]
    growth_frac: tuple[float, ...]
    fall_frac: tuple[float, ...]


class Comparison(Message):
    """Two to four portfolios side by side.

    `sectors` have cash among them and sum to 1 for each portfolio that is valued; `holdings` are the assets held by at
    least two, then the others, the heaviest first, of which `others_count` are left out. `courses` leave out a
    portfolio without daily values, and `notes` say so.
    """

    currency: str
    currencies: tuple[str, ...]
    made_at_utc: datetime
    portfolios: tuple[ComparedPortfolio, ...]
    courses: tuple[ComparedCourse, ...]
    sectors: tuple[ComparedWeights, ...]
    overlaps: tuple[Overlap, ...]
    holdings: tuple[ComparedWeights, ...]
    shared_count: int
    others_count: int
    sentence: str
    notes: tuple[str, ...]

"""Were the promises kept: did outcomes lie where expected returns and volatilities had put them?

References
----------
Connor, Goldberg and Korajczyk (2010), Portfolio Risk Analysis, chapter 3, for the bias statistic and its bounds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.stats import binom

from engine.walkforward.result import Calibration

INTERVAL_FRAC = 0.9
CONFIDENCE_FRAC = 0.95
LEAST_OUTCOMES_COUNT = 3


@dataclass(frozen=True)
class Outcome:
    """A promise, a year, and what became of it over some periods, before costs; the realized return is of those."""

    promised_return_annual_frac: float
    promised_volatility_annual_frac: float
    realized_return_frac: float
    realized_volatility_annual_frac: float | None
    periods_count: int

    def standardized(self, periods_per_year: int) -> float | None:
        """Return (r - μ h/k) / (σ √(h/k)) over h of k periods a year; None where no risk was promised."""
        share = self.periods_count / periods_per_year
        spread = self.promised_volatility_annual_frac * math.sqrt(share)
        if spread <= 0.0:
            return None
        return (self.realized_return_frac - self.promised_return_annual_frac * share) / spread


def calibrate(outcomes: list[Outcome], periods_per_year: int) -> Calibration | None:
    """Return how promises and outcomes compare; None with fewer than three outcomes.

    Volatilities are root mean squares, returns means, each weighted by how long the portfolio was held.
    """
    scored = [(one, one.standardized(periods_per_year)) for one in outcomes]
    kept = [(one, score) for one, score in scored if score is not None]
    count = len(kept)
    if count < LEAST_OUTCOMES_COUNT:
        return None
    scores = np.array([score for _, score in kept])
    held = np.array([float(one.periods_count) for one, _ in kept])
    shares = held / held.sum()
    normal = NormalDist()
    reach = normal.inv_cdf(0.5 + 0.5 * INTERVAL_FRAC)
    slack = normal.inv_cdf(0.5 + 0.5 * CONFIDENCE_FRAC) / math.sqrt(2.0 * count)
    tail = 0.5 * (1.0 - CONFIDENCE_FRAC)
    promised = np.array([one.promised_volatility_annual_frac for one, _ in kept])
    returns = np.array([one.promised_return_annual_frac for one, _ in kept])
    earned = np.array([one.realized_return_frac for one, _ in kept])
    return Calibration(
        outcomes_count=count,
        bias_statistic=float(scores.std(ddof=1)),
        bias_lower=max(0.0, 1.0 - slack),
        bias_upper=1.0 + slack,
        within_frac=float(np.mean(np.abs(scores) <= reach)),
        within_lower_frac=float(binom.ppf(tail, count, INTERVAL_FRAC)) / count,
        within_upper_frac=float(binom.ppf(1.0 - tail, count, INTERVAL_FRAC)) / count,
        promised_return_annual_frac=float(shares @ returns),
        realized_return_annual_frac=float(earned.sum() / held.sum()) * periods_per_year,
        promised_volatility_annual_frac=math.sqrt(float(shares @ promised**2)),
        realized_volatility_annual_frac=_realized_volatility(kept, periods_per_year),
    )


def _realized_volatility(kept: list[tuple[Outcome, float]], periods_per_year: int) -> float:
    """Return the annual volatility: within the stretches, or from stretch to stretch where each is one period."""
    inner = [(one.realized_volatility_annual_frac, one.periods_count) for one, _ in kept]
    known = [(value, count - 1) for value, count in inner if value is not None]
    if known:
        weights = np.array([float(count) for _, count in known])
        return math.sqrt(float(weights @ np.square([value for value, _ in known]) / weights.sum()))
    earned = np.array([one.realized_return_frac for one, _ in kept])
    return float(earned.std(ddof=1)) * math.sqrt(periods_per_year)

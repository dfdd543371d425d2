"""What did a strategy earn and risk, by the definitions of the whole product?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.kernel.forms import Vector
from engine.risk import PortfolioSample
from engine.risk.max_drawdown import MaxDrawdown
from engine.walkforward.deflated_sharpe import sharpe_standard_error
from engine.walkforward.result import RealizedFigures

STILL_FRAC = 1e-12  # a standard deviation below it is rounding
_DRAWDOWN = MaxDrawdown()


@dataclass(frozen=True, eq=False)
class Shape:
    """Moments of returns above the risk-free rate, per period: the standard deviation with t - 1, the others with t."""

    count: int
    mean_frac: float
    deviation_frac: float
    skewness: float
    kurtosis: float

    @classmethod
    def of(cls, excess_frac: Vector) -> Shape:
        """Return the moments of returns, shape (t,), t ≥ 2; those of a normal distribution where nothing varies."""
        mean, deviation = float(excess_frac.mean()), float(excess_frac.std(ddof=1))
        if deviation <= STILL_FRAC:
            return cls(len(excess_frac), mean, 0.0, 0.0, 3.0)
        scaled = (excess_frac - mean) / float(excess_frac.std())
        return cls(len(excess_frac), mean, deviation, float(np.mean(scaled**3)), float(np.mean(scaled**4)))

    @property
    def sharpe(self) -> float | None:
        """The Sharpe ratio per period; None where nothing varies."""
        return self.mean_frac / self.deviation_frac if self.deviation_frac > 0.0 else None


def returns_of(wealth: Vector) -> Vector:
    """Return net returns per period of wealth after each, shape (t,), from 1; 0 once all is lost."""
    before = np.concatenate([[1.0], wealth[:-1]])
    return np.where(before > 0.0, wealth / np.where(before > 0.0, before, 1.0) - 1.0, 0.0)


def realized_figures(
    wealth: Vector,
    cash_frac: Vector,
    turnovers_frac: list[float],
    costs_frac: list[float],
    periods_per_year: int,
) -> RealizedFigures:
    """Return the figures of a strategy.

    Parameters
    ----------
    wealth
        Shape (t,), after each period, from 1.
    cash_frac
        Shape (t,), what cash earned.
    turnovers_frac, costs_frac
        Of each trade, as fractions of the wealth then.
    periods_per_year
        Of the returns.

    """
    returns = returns_of(wealth)
    count = len(returns)
    years = count / periods_per_year
    final = float(wealth[-1])
    shape = Shape.of(returns - cash_frac)
    ratio = shape.sharpe
    root = math.sqrt(periods_per_year)
    error = None if ratio is None else root * sharpe_standard_error(ratio, count, shape.skewness, shape.kurtosis)
    return RealizedFigures(
        periods_count=count,
        total_return_frac=final - 1.0,
        return_annual_frac=final ** (1.0 / years) - 1.0 if count >= periods_per_year else None,
        mean_annual_frac=float(returns.mean()) * periods_per_year,
        volatility_annual_frac=float(returns.std(ddof=1)) * root,
        sharpe=None if ratio is None else ratio * root,
        sharpe_standard_error=error,
        max_drawdown_frac=_DRAWDOWN.compute(PortfolioSample(returns, 0.0, 0.0)),
        turnover_annual_frac=sum(turnovers_frac) / years,
        cost_annual_frac=sum(costs_frac) / years,
    )

"""What is a portfolio expected to earn and to risk? The same formulas for proposed and current weights."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engine.kernel.forms import Estimates, Vector
from engine.kernel.frames import ReturnsPanel
from engine.kernel.units import day, percent_fixed
from engine.result import Metrics
from engine.risk import PortfolioSample, RiskMeasure
from engine.risk.historical_cvar import HistoricalCvar
from engine.risk.historical_var import HistoricalVar
from engine.risk.max_drawdown import MaxDrawdown
from engine.risk.normal_cvar import NormalCvar
from engine.risk.normal_var import NormalVar

TRADING_DAYS_PER_YEAR = 252
DAILY_PERIODS_MIN_COUNT = 200
HISTORY_MIN_COUNT = 100
RISKLESS_VOLATILITY_FRAC = 1e-9
RISKLESS_SHARE = 1e-4  # of a typical asset's volatility: what is below is rounding, or the remainder of hedges
LEVELS = (0.95, 0.99)
HISTORICAL = (
    [HistoricalVar(level=level) for level in LEVELS],
    [HistoricalCvar(level=level) for level in LEVELS],
)
NORMAL = ([NormalVar(level=level) for level in LEVELS], [NormalCvar(level=level) for level in LEVELS])
DRAWDOWN = MaxDrawdown()


def measure(
    weights: Vector,
    estimates: Estimates,
    risk_free_annual_frac: float,
    window: ReturnsPanel | None,
    periods_per_year: int,
) -> Metrics:
    """Return the figures of a portfolio.

    Parameters
    ----------
    weights
        Shape (n,). What they leave of the capital is cash (or a loan, when negative) at the risk-free rate.
    estimates
        Annual expected returns and covariance.
    window
        The history the estimates rest on; None when there is none.
    risk_free_annual_frac
        What cash earns and what the Sharpe ratio subtracts.
    periods_per_year
        Of the history's rows.

    Returns
    -------
    Metrics
        Expected return is the arithmetic mean; VaR and CVaR are losses over one day. They are historical (today's
        weights on past returns) when the history is daily and has at least 100 days, else normal.

    """
    cash = 1.0 - float(weights.sum())
    excess = float((estimates.returns_annual_frac - risk_free_annual_frac) @ weights)
    expected = excess + risk_free_annual_frac
    volatility = estimates.volatility_annual_frac(weights)
    daily = TRADING_DAYS_PER_YEAR
    series = None
    drawdown: float | None = None
    drawdown_note = "No history of returns was given, so no drawdown can be measured."
    if window is not None:
        series = window.returns_frac @ weights + cash * risk_free_annual_frac / periods_per_year
        if float(series.min()) > -1.0:
            drawdown = DRAWDOWN.compute(PortfolioSample(series, 0.0, 0.0))
            drawdown_note = (
                f"Largest fall of wealth from {day(window.start)} to {day(window.end)} with these weights "
                "restored every period."
            )
        else:
            drawdown_note = "These weights would have lost the whole capital within one period of the history."
    ordered = None if series is None else np.sort(series)  # the four losses below need only the order
    sample = PortfolioSample(ordered, expected / daily, volatility / math.sqrt(daily))
    is_daily = periods_per_year >= DAILY_PERIODS_MIN_COUNT
    is_historical = series is not None and is_daily and len(series) >= HISTORY_MIN_COUNT
    if is_historical and window is not None:
        note = f"From the returns of {window.observations_count:,} days with these weights."
    elif series is None:
        note = "No history was given: losses are those of a normal distribution with these figures, scaled to one day."
    elif not is_daily:
        note = "The history is not daily: losses are those of a normal distribution, scaled to one day."
    else:
        note = (
            f"{len(series)} days are too few for a 99% loss from history (at least {HISTORY_MIN_COUNT}): losses are "
            "those of a normal distribution."
        )
    var: Sequence[RiskMeasure]
    cvar: Sequence[RiskMeasure]
    var, cvar = HISTORICAL if is_historical else NORMAL
    return Metrics(
        return_annual_frac=expected,
        volatility_annual_frac=volatility,
        sharpe=excess / volatility if volatility > _least_volatility(estimates) else None,
        var_95_1d_frac=var[0].compute(sample),
        var_99_1d_frac=var[1].compute(sample),
        cvar_95_1d_frac=cvar[0].compute(sample),
        cvar_99_1d_frac=cvar[1].compute(sample),
        var_method="historical" if is_historical else "normal",
        var_note=note,
        max_drawdown_frac=drawdown,
        max_drawdown_note=drawdown_note,
    )


def _least_volatility(estimates: Estimates) -> float:
    """Return the volatility below which a ratio to it means nothing, as in the search for the best ratio."""
    typical = math.sqrt(max(float(np.mean(estimates.variances_annual)), 0.0))
    return max(RISKLESS_VOLATILITY_FRAC, RISKLESS_SHARE * typical)


def describe(metrics: Metrics) -> str:
    """Return the main figures as part of a sentence."""
    ratio = "no Sharpe ratio" if metrics.sharpe is None else f"Sharpe ratio {metrics.sharpe:.2f}"
    return (
        f"expected return {percent_fixed(metrics.return_annual_frac)} a year, "
        f"volatility {percent_fixed(metrics.volatility_annual_frac)}, {ratio}"
    )

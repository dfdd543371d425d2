"""How much of the return came from exposure to common factors, and how much was the portfolio's own?

y_t = a + Σ b_k f_k,t + e_t by least squares, y the return above the risk-free rate or above the benchmark. Every term
of every period is linked by Carino's coefficients: cash, factors, constant and the unexplained sum to the return.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.kernel.arrays import numbers_of
from engine.kernel.errors import InputRefused, Problem
from engine.kernel.forms import Matrix, Vector
from engine.kernel.units import plural
from engine.performance.currency import single_coefficients
from engine.performance.history import History
from engine.performance.linking import coefficients, refuse_ruin
from engine.performance.regression import Regression, regress
from engine.performance.result_attribution import FactorAttribution, FactorEffect

REST = ("cash", "alpha", "unexplained")
"""What a return has beside its factors, in the order of the last columns of `FactorDays.parts_frac`."""


@dataclass(frozen=True, eq=False)
class FactorDays:
    """The linked parts of a return, day by day.

    Attributes
    ----------
    history
        The days on which all factors are known.
    fit
        The regression over them.
    factors_frac
        What the factors earned, shape (t, k).
    parts_frac
        One column a factor and one for each of `REST`, shape (t, k + 3); the sum of all is the return over the days.
    total_frac
        That return.

    """

    history: History
    fit: Regression
    factors_frac: Matrix
    parts_frac: Matrix
    total_frac: float


def factor_attribution(
    history: History, names: tuple[str, ...], factors_frac: Any, *, is_active: bool = False
) -> FactorAttribution:
    """Return the attribution to factors.

    Parameters
    ----------
    history
        The record; with a benchmark where `is_active`.
    names, factors_frac
        Factors and their returns on the record's dates, shape (t, k): returns above the risk-free rate, or of one side
        less the other, as factors are. Periods with a gap are left out, and noted.
    is_active
        Explain the return over the benchmark instead of the return.

    Raises
    ------
    InputRefused
        Shapes that do not match, too few periods, factors of which one follows from others, everything lost.

    """
    days = factor_days(history, names, factors_frac, is_active=is_active)
    fit, x, total = days.fit, days.factors_frac, days.total_frac
    betas = fit.coefficients[1:]
    sums = days.parts_frac.sum(axis=0)
    parts, (earned, alpha, unexplained) = sums[: len(names)], (float(one) for one in sums[len(names) :])
    whole = np.prod(1.0 + x, axis=0) - 1.0
    is_perfect = float(fit.standard_errors.max()) == 0.0
    effects = [
        FactorEffect(
            key=name,
            exposure=float(betas[j]),
            standard_error=None if is_perfect else float(fit.standard_errors[j + 1]),
            lower=None if is_perfect else float(fit.lower[j + 1]),
            upper=None if is_perfect else float(fit.upper[j + 1]),
            t_statistic=None if is_perfect else float(fit.t_statistics[j + 1]),
            factor_return_frac=float(whole[j]),
            contribution_frac=float(parts[j]),
        )
        for j, name in enumerate(names)
    ]
    missing = history.count - days.history.count
    told = f"{plural(missing, 'period')} without a factor or the benchmark {'is' if missing == 1 else 'are'} left out."
    notes = (told,) if missing else ()
    return FactorAttribution(
        is_active=is_active,
        return_frac=total,
        cash_frac=earned,
        alpha_frac=alpha,
        unexplained_frac=unexplained,
        residual_frac=total - earned - alpha - unexplained - float(parts.sum()),
        r_squared=fit.r_squared,
        factors=tuple(sorted(effects, key=lambda row: (-abs(row.contribution_frac), row.key))),
        periods_count=days.history.count,
        notes=notes,
    )


def factor_days(history: History, names: tuple[str, ...], factors_frac: Any, *, is_active: bool = False) -> FactorDays:
    """Return the linked parts of every day. Parameters and errors are those of `factor_attribution`."""
    factors = numbers_of(factors_frac, "factors_frac")
    if factors.shape != (history.count, len(names)) or not names:
        message = f"The factors have shape {factors.shape}, not ({history.count}, {len(names)})."
        raise InputRefused(
            [Problem("factors_frac", message, "Give one column for each factor, on the record's dates.")]
        )
    kept = np.isfinite(factors).all(axis=1)
    if is_active:
        kept &= np.isfinite(history.benchmark())
    chosen, x = history.where(kept), factors[kept]
    own = chosen.returns_frac
    base = chosen.benchmark() if is_active else np.zeros(len(own))
    cash = np.zeros(len(own)) if is_active else chosen.risk_free_frac
    refuse_ruin(own, base, chosen.dates, "carino")
    fit = regress(own - base - cash, x)
    if fit is None:
        message = f"{len(own)} periods do not tell {len(names)} factors apart."
        raise InputRefused([Problem("factors_frac", message, "Take a longer record, or fewer factors.")])
    weights: Vector = coefficients(own, base, "carino") if is_active else single_coefficients(own)
    table = np.column_stack([x * fit.coefficients[1:], cash, np.full(len(own), fit.alpha), fit.residuals])
    total = float(np.prod(1.0 + own)) - float(np.prod(1.0 + base))
    return FactorDays(chosen, fit, x, weights[:, None] * table, total)

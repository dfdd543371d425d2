"""How likely is a Sharpe ratio to be more than chance, and more than the best of many trials would show by chance?

All ratios here are per period, not annual; kurtosis is that of Pearson, 3 for a normal distribution.

References
----------
Bailey and Lopez de Prado (2012), The Sharpe Ratio Efficient Frontier, Journal of Risk 15(2), equation 11.
Bailey and Lopez de Prado (2014), The Deflated Sharpe Ratio, Journal of Portfolio Management 40(5), equations 1 and 2.
Mertens (2002), Comments on variance of the IID estimator in Lo, for the standard error.
"""

from __future__ import annotations

import math
from statistics import NormalDist

EULER_MASCHERONI = 0.5772156649015329
_NORMAL = NormalDist()


def sharpe_standard_error(sharpe: float, count: int, skewness: float = 0.0, kurtosis: float = 3.0) -> float:
    """Return √((1 - γ₃ SR + (γ₄ - 1)/4 SR²) / (T - 1)), per period, for T > 1 independent returns."""
    spread = 1.0 - skewness * sharpe + 0.25 * (kurtosis - 1.0) * sharpe * sharpe
    return math.sqrt(max(spread, 0.0) / (count - 1))


def probabilistic_sharpe(
    sharpe: float, benchmark: float, count: int, skewness: float = 0.0, kurtosis: float = 3.0
) -> float:
    """Return Φ((SR - SR*) / se(SR)): the probability that the true ratio is above the benchmark's.

    Parameters
    ----------
    sharpe, benchmark
        SR and SR* per period.
    count
        T, the number of returns.
    skewness, kurtosis
        γ₃ and γ₄ of the returns.

    """
    error = sharpe_standard_error(sharpe, count, skewness, kurtosis)
    if error == 0.0:
        return 0.5 if sharpe == benchmark else float(sharpe > benchmark)
    return _NORMAL.cdf((sharpe - benchmark) / error)


def expected_best_sharpe(trials_count: int, deviation: float) -> float:
    """Return the ratio that the best of so many trials without skill shows, 0 for one trial.

    √V ((1 - γ) Φ⁻¹(1 - 1/N) + γ Φ⁻¹(1 - 1/(N e))) with the Euler-Mascheroni constant γ; `deviation` is √V, the standard
    deviation of the ratio from trial to trial.
    """
    if trials_count <= 1:
        return 0.0
    near = _NORMAL.inv_cdf(1.0 - 1.0 / trials_count)
    far = _NORMAL.inv_cdf(1.0 - 1.0 / (trials_count * math.e))
    return deviation * ((1.0 - EULER_MASCHERONI) * near + EULER_MASCHERONI * far)


def deflated_sharpe(
    sharpe: float, trials_count: int, deviation: float, count: int, skewness: float = 0.0, kurtosis: float = 3.0
) -> float:
    """Return the probability that the true ratio is above the best of so many trials without skill.

    Parameters as for `probabilistic_sharpe` and `expected_best_sharpe`.
    """
    benchmark = expected_best_sharpe(trials_count, deviation)
    return probabilistic_sharpe(sharpe, benchmark, count, skewness, kurtosis)

"""Were losses beyond the value at risk as frequent as promised, and independent of each other?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, chdtrc, gammaln, xlogy

from engine.kernel.forms import Vector

Flags = NDArray[np.bool_]


class Ratio(NamedTuple):
    """A likelihood ratio and its p-value by the chi-square distribution."""

    statistic: float
    p_value: float


def kupiec(exceptions_count: int, days_count: int, level: float) -> Ratio:
    """Return the test of the share of exceptions, with one degree of freedom; 0 log 0 is 0.

    References
    ----------
    Kupiec (1995), Techniques for verifying the accuracy of risk measurement models, Journal of Derivatives 3(2).

    """
    x, n, tail = exceptions_count, days_count, 1.0 - level
    share = x / n
    promised = xlogy(n - x, level) + xlogy(x, tail)
    observed = xlogy(n - x, 1.0 - share) + xlogy(x, share)
    return _ratio(2.0 * float(observed - promised), 1)


def independence(exceptions: Flags) -> Ratio:
    """Return the test whether an exception makes one on the next day likelier or less likely; 0 log 0 is 0.

    Parameters
    ----------
    exceptions
        Shape (t,), whether each day was one, in time order.

    References
    ----------
    Christoffersen (1998), Evaluating interval forecasts, International Economic Review 39(4): a Markov chain of first
    order against independence, one degree of freedom.

    """
    before, after = exceptions[:-1], exceptions[1:]
    n11, n10 = int(np.sum(before & after)), int(np.sum(before & ~after))
    n01, n00 = int(np.sum(~before & after)), int(np.sum(~before & ~after))
    if n01 + n11 == 0 or n00 + n01 == 0 or n10 + n11 == 0:
        return Ratio(0.0, 1.0)
    calm, struck, both = n01 / (n00 + n01), n11 / (n10 + n11), (n01 + n11) / len(before)
    chained = xlogy(n00, 1.0 - calm) + xlogy(n01, calm) + xlogy(n10, 1.0 - struck) + xlogy(n11, struck)
    alike = xlogy(n00 + n10, 1.0 - both) + xlogy(n01 + n11, both)
    return _ratio(2.0 * float(chained - alike), 1)


def conditional_coverage(exceptions: Flags, level: float) -> Ratio:
    """Return the joint test of share and independence: the sum of both ratios, two degrees of freedom."""
    share = kupiec(int(exceptions.sum()), len(exceptions), level)
    return _ratio(share.statistic + independence(exceptions).statistic, 2)


def binomial_p_value(exceptions_count: int, days_count: int, level: float) -> float:
    """Return the exact two-sided p-value: the chance of all counts that are no likelier than the observed one.

    Below 500 days it takes the place of Kupiec's test, whose chi-square distribution then rejects too often: at 99%
    and 250 days in 9.5% of cases instead of 5%.
    """
    chances = _chances(days_count, level)
    return float(min(1.0, chances[chances <= chances[exceptions_count] * (1.0 + 1e-7)].sum()))


def exact_test_reach(days_count: int, level: float, size: float) -> tuple[int | None, float]:
    """Return the least number of exceptions above the expected one that the exact test rejects, and its true size.

    None where no number is rejected: so few days tell nothing. The true size is how often it rejects right forecasts.
    """
    chances = _chances(days_count, level)
    rejected = np.array([binomial_p_value(one, days_count, level) < size for one in range(days_count + 1)])
    above = np.flatnonzero(rejected & (np.arange(days_count + 1) > days_count * (1.0 - level)))
    return (int(above[0]) if above.size else None), float(chances[rejected].sum())


def _chances(days_count: int, level: float) -> Vector:
    """Return the chance of each number of exceptions if the forecasts are right, shape (days_count + 1,)."""
    counts = np.arange(days_count + 1.0)
    logs = gammaln(days_count + 1.0) - gammaln(counts + 1.0) - gammaln(days_count - counts + 1.0)
    made: Vector = np.exp(logs + xlogy(counts, 1.0 - level) + xlogy(days_count - counts, level))
    return made


def at_most(exceptions_count: int, days_count: int, level: float) -> float:
    """Return the chance of so many exceptions or fewer if the forecasts are right."""
    return float(bdtr(float(exceptions_count), days_count, 1.0 - level))


def _ratio(statistic: float, degrees: int) -> Ratio:
    at_least_zero = max(0.0, statistic)
    return Ratio(at_least_zero, float(chdtrc(degrees, at_least_zero)))

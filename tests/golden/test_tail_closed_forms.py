"""Do the closed forms of value at risk and expected shortfall equal published figures?

Normal and Student-t: McNeil, Frey and Embrechts (2005), Quantitative Risk Management, chapter 2, the table of a holding
of 10,000 at a yearly volatility of 20% over 250 days, by a normal and by a Student-t distribution with 4 degrees of
freedom (its columns of values at risk, and of normal shortfalls; Student-t shortfalls by integration with scipy).
Cornish-Fisher: the coefficients 1.96, 0.474, 0.0687 and 0.146 of the 97.5% quantile in Commission Delegated Regulation
(EU) 2017/653, annex II, point 12; quantiles of the D library mir-stat (`cornishFisherInvCDF`); its shortfalls by
integration. The domain of Cornish-Fisher: Maillard (2012), A user's guide to the Cornish Fisher expansion.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from engine.tails.closed_forms import cornish_fisher_loss, cornish_fisher_score, is_rising, normal_loss, student_t_loss

DAILY = 10_000 * 0.2 / math.sqrt(250)
TABLE = {  # level: normal VaR, t VaR, normal ES
    0.9: (162.1, 137.1, 222.0),
    0.95: (208.1, 190.7, 260.9),
    0.975: (247.9, 248.3, 295.7),
    0.99: (294.3, 335.1, 337.1),
    0.995: (325.8, 411.8, 365.8),
}


@pytest.mark.requirement("4.1.A1")
@pytest.mark.parametrize(("level", "published"), TABLE.items())
def test_a_published_table_of_normal_and_student_t(level: float, published: tuple[float, ...]) -> None:
    normal = normal_loss(0.0, DAILY, level)
    student = student_t_loss(0.0, DAILY * math.sqrt(2.0 / 4.0), 4.0, level)
    assert (normal.var, student.var, normal.es) == pytest.approx(published, abs=0.06)


def test_the_shortfall_at_97_5_is_about_the_value_at_risk_at_99() -> None:
    assert normal_loss(0.0, 1.0, 0.975).es == pytest.approx(2.3378, abs=5e-5)
    assert normal_loss(0.0, 1.0, 0.99).var == pytest.approx(2.3263, abs=5e-5)


@pytest.mark.parametrize("level", [0.95, 0.99])
def test_scipy_agrees_on_student_t(level: float) -> None:
    law = stats.t(3.5, loc=0.001, scale=0.01)
    loss = student_t_loss(0.001, 0.01, 3.5, level)
    quantile = law.ppf(1.0 - level)
    mean_beyond = law.expect(lambda x: x, ub=quantile) / (1.0 - level)
    assert (loss.var, loss.es) == pytest.approx((-quantile, -mean_beyond), rel=1e-7)


def test_the_regulations_cornish_fisher_coefficients() -> None:
    z = stats.norm.ppf(0.025)
    at = [cornish_fisher_score(z, *moments) for moments in ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (-1.0, 0.0))]
    by_kurtosis = at[1] - at[0]
    by_skewness, by_its_square = 0.5 * (at[2] - at[3]), 0.5 * (at[2] + at[3]) - at[0]
    assert (at[0], by_skewness, by_kurtosis, by_its_square) == pytest.approx((-1.96, 0.474, -0.0687, 0.146), abs=5e-4)


@pytest.mark.parametrize(
    ("probability", "skewness", "kurtosis", "quantile"),
    [(0.99, 0.1, 0.0, 2.396116), (0.99, 0.1, 1.0, 2.629904), (0.01, 0.1, 1.0, -2.482841), (0.9, 0.1, -1.0, 1.365363)],
)
def test_another_librarys_cornish_fisher_quantiles(
    probability: float, skewness: float, kurtosis: float, quantile: float
) -> None:
    assert cornish_fisher_score(stats.norm.ppf(probability), skewness, kurtosis) == pytest.approx(quantile, abs=5e-7)


@pytest.mark.parametrize("level", [0.95, 0.99])
def test_the_cornish_fisher_shortfall_is_the_mean_of_its_quantiles(level: float) -> None:
    loss = cornish_fisher_loss(0.001, 0.02, -0.5, 3.0, level)

    def weighted(z: float) -> float:
        return cornish_fisher_score(z, -0.5, 3.0) * stats.norm.pdf(z)

    mean = integrate.quad(weighted, -12.0, stats.norm.ppf(1.0 - level))[0] / (1.0 - level)
    assert loss.es == pytest.approx(-(0.001 + 0.02 * mean), rel=1e-8)


@pytest.mark.parametrize(
    ("skewness", "kurtosis", "holds"),
    [(-0.5, 3.0, True), (0.0, 8.0, True), (0.0, 0.0, True), (-1.0, 1.0, False), (-2.0, 3.0, False), (0.0, 10.0, False)],
)
def test_where_the_cornish_fisher_expansion_holds(skewness: float, kurtosis: float, holds: bool) -> None:
    scores = np.linspace(-12.0, 12.0, 4001)
    steps = np.diff([cornish_fisher_score(z, skewness, kurtosis) for z in scores])
    assert bool((steps >= 0.0).all()) is holds
    assert is_rising(skewness, kurtosis) is holds

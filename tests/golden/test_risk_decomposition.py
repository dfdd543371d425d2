"""Do parts of risk and concentration equal the published examples?

Jorion (2006), Value at Risk, 3rd edition, chapter 7: two million dollars in Canadian dollars (volatility 5%) and one in
euros (12%), uncorrelated, at 1.65 deviations. VaR is 257,738 dollars, of which 105,630 and 152,108 are the components
(41.0% and 59.0%); alone they are 165,000 and 198,000; the marginal figures are 0.0528 and 0.1521.

U.S. Department of Justice and Federal Trade Commission, Horizontal Merger Guidelines (2010), section 5.3, note 9: four
firms with shares of 30, 30, 20 and 20 percent have a Herfindahl index of 2,600 of 10,000.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from engine.concentration.measure import concentration
from engine.decompose.total import decompose

MILLIONS = 3.0


def test_two_currencies_of_the_textbook() -> None:
    result = decompose(
        np.zeros((30, 2)),
        np.array([2.0, 1.0]) / MILLIONS,
        ("CAD", "EUR"),
        covariance=np.diag([0.05**2, 0.12**2]),
        level_frac=NormalDist().cdf(1.65),
    )
    one = result.of("normal_var")
    dollars = 1e6 * MILLIONS
    assert dollars * one.total_frac == pytest.approx(257_738, abs=1)
    assert [dollars * line.component_frac for line in one.assets] == pytest.approx([105_630, 152_108], abs=1)
    assert [dollars * line.standalone_frac for line in one.assets] == pytest.approx([165_000, 198_000], abs=1)
    assert [line.share_frac for line in one.assets] == pytest.approx([0.410, 0.590], abs=5e-4)
    assert [line.marginal_frac for line in one.assets] == pytest.approx([0.0528, 0.1521], abs=5e-5)
    assert dollars * one.diversification_benefit_frac == pytest.approx(363_000 - 257_738, abs=1)


def test_four_firms_of_the_guidelines() -> None:
    assert concentration(np.array([0.3, 0.3, 0.2, 0.2])).herfindahl == pytest.approx(0.26)

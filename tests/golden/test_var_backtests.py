"""Do the tests of value at risk and expected shortfall equal published tables and worked examples?

Kupiec's numbers of exceptions that are not rejected: Kupiec (1995), Journal of Derivatives 3(2), as tabulated by Jorion
(2007), Value at Risk, third edition, table 6-2. Jorion, chapter 6, question 10: 252 days at 99%, 6 exceptions of which
4 follow another; the ratios are 3.498 and 25.837. A worked example with every count: the manual of MATLAB's Risk
Management Toolbox (`varbacktest.cc`): 1,043 days at 95%, 57 exceptions, transitions 932, 53, 53, 4. Zones: Basel
Committee (1996), table 2, and (2019) MAR32. Critical values of Z2: Acerbi and Székely (2014), Risk, December.
"""

from __future__ import annotations

import numpy as np
import pytest

from engine.backtests.coverage import at_most, binomial_p_value, conditional_coverage, independence, kupiec
from engine.backtests.shortfall import z2_when_right
from engine.backtests.zones import traffic_light

KUPIEC = {
    (0.99, 255): (1, 6),
    (0.99, 510): (2, 10),
    (0.99, 1000): (5, 16),
    (0.975, 255): (3, 11),
    (0.975, 510): (7, 20),
    (0.975, 1000): (16, 35),
    (0.95, 255): (7, 20),
    (0.95, 510): (17, 35),
    (0.95, 1000): (38, 64),
    (0.9, 255): (17, 35),
    (0.9, 510): (39, 64),
    (0.9, 1000): (82, 119),
}


def chain(n00: int, n01: int, n10: int, n11: int) -> np.ndarray:
    """Return a history with these transitions that begins and ends calmly: as many ways in as out."""
    assert n01 == n10
    runs = [1 + n11, *[1] * (n01 - 1)]
    days = [0] * (n00 + 1)
    for run in runs:
        days += [1] * run + [0]
    return np.array(days, dtype=bool)


@pytest.mark.requirement("4.1.D2")
@pytest.mark.parametrize(("case", "kept"), KUPIEC.items())
def test_kupiec_keeps_the_tabulated_numbers_of_exceptions(case: tuple[float, int], kept: tuple[int, int]) -> None:
    level, days = case
    held = [count for count in range(days // 3) if kupiec(count, days, level).p_value >= 0.05]
    assert (held[0], held[-1]) == kept
    assert held == list(range(kept[0], kept[1] + 1))


def test_a_worked_example_of_the_ratios() -> None:
    days = chain(932, 53, 53, 4)
    assert (len(days), int(days.sum())) == (1043, 57)
    assert kupiec(57, 1043, 0.95) == pytest.approx((0.46147, 0.49694), abs=5e-6)
    assert independence(days) == pytest.approx((0.25866, 0.61104), abs=5e-6)
    assert conditional_coverage(days, 0.95) == pytest.approx((0.72013, 0.69763), abs=5e-6)


def test_clusters_are_found_where_their_number_is_not_rejected() -> None:
    days = chain(244, 2, 2, 4)
    assert int(days.sum()) == 6
    assert kupiec(6, 252, 0.99).statistic == pytest.approx(3.498, abs=1e-3)
    assert independence(days).statistic == pytest.approx(25.837, abs=1e-3)


@pytest.mark.parametrize(
    ("count", "zone", "plus", "multiplier", "cumulative"),
    [
        (0, "green", 0.0, 1.5, 0.0811),
        (4, "green", 0.0, 1.5, 0.8922),
        (5, "yellow", 0.4, 1.7, 0.9588),
        (6, "yellow", 0.5, 1.76, 0.9863),
        (7, "yellow", 0.65, 1.83, 0.9960),
        (8, "yellow", 0.75, 1.88, 0.9989),
        (9, "yellow", 0.85, 1.92, 0.9997),
        (10, "red", 1.0, 2.0, 0.9999),
        (15, "red", 1.0, 2.0, 1.0),
    ],
)
def test_the_zones_of_basel(count: int, zone: str, plus: float, multiplier: float, cumulative: float) -> None:
    light = traffic_light(count, 250, 0.99)
    assert (light.zone, light.plus_factor, light.multiplier) == (zone, plus, multiplier)
    assert light.cumulative_probability == pytest.approx(cumulative, abs=6e-5)
    assert (light.yellow_from_count, light.red_from_count) == (5, 10)


@pytest.mark.parametrize(
    ("degrees", "five_percent", "one_in_ten_thousand"),
    [(3, -0.82, -4.4), (5, -0.73, -2.0), (10, -0.71, -1.9), (1e6, -0.70, -1.8)],
)
def test_the_critical_values_of_acerbi_and_szekely(
    degrees: float, five_percent: float, one_in_ten_thousand: float
) -> None:
    drawn = z2_when_right(250, 0.975, degrees, draws_count=200_000)
    assert np.quantile(drawn, 0.05) == pytest.approx(five_percent, abs=0.015)
    assert np.quantile(drawn, 0.0001) == pytest.approx(one_in_ten_thousand, rel=0.15)


def test_the_exact_test_agrees_with_scipy() -> None:
    from scipy.stats import binomtest

    for count, days, level in ((0, 250, 0.99), (6, 250, 0.99), (20, 250, 0.95), (57, 1043, 0.95), (1, 60, 0.975)):
        assert binomial_p_value(count, days, level) == pytest.approx(
            binomtest(count, days, 1.0 - level).pvalue, rel=1e-9
        )


def exact_size(days: int, level: float) -> float:
    """Return how often Kupiec's test rejects right forecasts, from the binomial distribution."""
    chances = np.diff([0.0, *[at_most(count, days, level) for count in range(days + 1)]])
    rejected = [kupiec(count, days, level).p_value < 0.05 for count in range(days + 1)]
    return float(chances[rejected].sum())


def test_the_chi_square_rejects_too_often_on_short_histories() -> None:
    """Which is why the exact test decides below 500 days: it never rejects right forecasts in more than 5%."""
    assert exact_size(250, 0.99) == pytest.approx(0.095, abs=5e-4)
    assert exact_size(500, 0.99) == pytest.approx(0.071, abs=5e-4)
    assert exact_size(1000, 0.99) == pytest.approx(0.055, abs=5e-4)
    assert exact_size(250, 0.95) == pytest.approx(0.059, abs=5e-4)
    chances = np.diff([0.0, *[at_most(count, 250, 0.99) for count in range(251)]])
    rejected = [binomial_p_value(count, 250, 0.99) < 0.05 for count in range(251)]
    assert float(chances[rejected].sum()) <= 0.05

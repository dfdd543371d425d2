"""Does the historical method weighted by age give the figures of its published examples, and of the closed form?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backtests.forecasts import rolling_forecasts
from engine.kernel.errors import InputRefused
from engine.tails.age_weighted import age_weighted_losses, age_weights, worth_count
from engine.tails.report import tail_report

pytestmark = pytest.mark.requirement("4.1.A1")
COUNT = 100


def history(worst: dict[int, float], count: int = COUNT) -> np.ndarray:
    """Return quiet returns in time order with losses so many days ago, the last being 1."""
    returns = np.linspace(0.001, 0.02, count)
    for ago, value in worst.items():
        returns[count - ago] = value
    return returns


def test_weights_and_quantile_of_the_paper() -> None:
    """Boudoukh, Richardson and Whitelaw (1998), their example of 100 days with λ = 0.98, by order of loss."""
    lost = {3: -0.033, 2: -0.029, 65: -0.027, 45: -0.025, 5: -0.024, 30: -0.023}
    weights = age_weights(COUNT, 0.98)
    told = (0.0221, 0.0226, 0.0063, 0.0095, 0.0213, 0.0128)
    assert [round(float(weights[COUNT - ago]), 4) for ago in lost] == list(told)
    assert np.cumsum(told).round(4).tolist() == [0.0221, 0.0447, 0.051, 0.0605, 0.0818, 0.0946]
    ((var, es),) = age_weighted_losses(history(lost)[None, :], 0.95, 0.98)
    assert var == 0.027  # the first at which the weights reach 5%: 0.0447, then 0.0510
    exact = [float(weights[COUNT - ago]) for ago in (3, 2)]
    assert es == pytest.approx((exact[0] * 0.033 + exact[1] * 0.029 + (0.05 - sum(exact)) * 0.027) / 0.05, rel=1e-14)


def test_weights_of_a_second_published_example() -> None:
    """An exercise of the FRM course: 100 days, λ = 0.96, the ten worst returns with their weights."""
    ages = (7, 10, 15, 20, 17, 28, 32, 18, 55, 62)
    told = (0.0318, 0.0282, 0.0230, 0.0187, 0.0212, 0.0135, 0.0115, 0.0203, 0.0045, 0.0034)
    weights = age_weights(COUNT, 0.96)
    assert [round(float(weights[COUNT - ago]), 4) for ago in ages] == pytest.approx(told, abs=1.01e-4)
    lost = dict(
        zip(ages, (-0.043, -0.039, -0.037, -0.035, -0.030, -0.029, -0.026, -0.025, -0.024, -0.023), strict=True)
    )
    assert age_weighted_losses(history(lost)[None, :], 0.95, 0.96)[0, 0] == 0.039


@pytest.mark.parametrize("level", [0.95, 0.99])
@pytest.mark.parametrize("decay", [0.94, 0.98, 0.995])
@pytest.mark.parametrize("count", [250, 500])
def test_where_the_last_days_were_the_worst_the_place_has_a_closed_form(level: float, decay: float, count: int) -> None:
    """Where each day was worse than the one before, the weights of the k last sum to (1-λ^k)/(1-λ^n)."""
    returns = np.linspace(0.02, -0.03, count)
    place = math.ceil(math.log(1.0 - (1.0 - level) * (1.0 - decay**count)) / math.log(decay) - 1e-9)
    ((var, es),) = age_weighted_losses(returns[None, :], level, decay)
    assert var == -returns[count - place]
    tail = np.array([decay**n * (1.0 - decay) / (1.0 - decay**count) for n in range(place)])
    tail[-1] = (1.0 - level) - tail[:-1].sum()
    assert es == pytest.approx(-(tail @ returns[::-1][:place]) / (1.0 - level), rel=1e-10)


def test_the_worth_of_the_weights_has_a_closed_form() -> None:
    for decay in (0.95, 0.98):
        expected = (1.0 + decay) / (1.0 - decay) * (1.0 - decay**500) / (1.0 + decay**500)
        assert worth_count(age_weights(500, decay)) == pytest.approx(expected, rel=1e-10)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.floats(-0.1, 0.1), min_size=100, max_size=160), st.floats(0.9, 0.9999))
def test_shortfall_is_never_below_value_at_risk_and_levels_rise(moves: list[float], decay: float) -> None:
    rows = np.array(moves)[None, :]
    low, high = age_weighted_losses(rows, 0.95, decay)[0], age_weighted_losses(rows, 0.99, decay)[0]
    assert low[1] >= low[0] - 1e-12
    assert high[1] >= high[0] - 1e-12
    assert high[0] >= low[0]
    assert high[1] >= low[1] - 1e-12


def test_equal_weights_are_the_plain_historical_method() -> None:
    returns = np.random.default_rng(5).normal(0.0, 0.01, 500)
    nearly = age_weighted_losses(returns[None, :], 0.95, 1.0 - 1e-12)[0]
    report = tail_report(returns, methods=("historical",), levels=(0.95,), horizons_days=(1,), resamples_count=0)
    plain = report.figures[0]
    assert nearly[0] == plain.value_at_risk.loss_frac
    assert nearly[1] == pytest.approx(plain.expected_shortfall.loss_frac, rel=1e-8)


def test_in_the_report_it_has_intervals_a_note_and_a_reasoned_refusal_for_ten_days() -> None:
    returns = np.random.default_rng(6).standard_t(5, 500) * 0.008
    report = tail_report(returns, methods=("historical", "age_weighted"))
    for level in (0.95, 0.99):
        one = report.figure("age_weighted", level, 1)
        assert one.status == "ok"
        assert one.value_at_risk.lower_frac <= one.value_at_risk.loss_frac <= one.value_at_risk.upper_frac
        assert one.expected_shortfall.loss_frac >= one.value_at_risk.loss_frac
        assert one.expected_shortfall.standard_error_frac > 0
    assert "1.0 days of equal weight" in report.figure("age_weighted", 0.99, 1).notes[0]
    refused = report.figure("age_weighted", 0.95, 10)
    assert refused.status == "refused"
    assert "worth 99 days, that is 10 stretches of 10" in refused.reason
    assert report.default_method == "historical"
    with pytest.raises(InputRefused, match=r"0\.5 is no weight"):
        tail_report(returns, age_decay=0.5)


def test_a_walk_forecasts_what_the_report_would_have_said_on_the_day_before() -> None:
    returns = np.random.default_rng(8).normal(0.0, 0.01, 520)
    made = rolling_forecasts(returns, "age_weighted", 0.95, 500)
    for day in (500, 511, 519):
        expected = tail_report(returns[day - 500 : day], methods=("age_weighted",), levels=(0.95,), horizons_days=(1,))
        assert made.var_frac[day] == expected.figures[0].value_at_risk.loss_frac
        assert made.es_frac[day] == pytest.approx(expected.figures[0].expected_shortfall.loss_frac, rel=1e-12)

"""Do calm and crisis in turns, and the portfolio's own volatility model, draw what their laws say?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from engine.kernel.errors import InputRefused
from engine.performance.regime_fit import fit_regimes
from engine.stress.monte_carlo import simulate
from engine.stress.regimes import draw
from engine.tails.report import tail_report
from engine.volatility.fit import fit_garch
from tests.engine.stress_worlds import portfolio

CALM, CRISIS = 0.006, 0.025


@pytest.fixture(scope="module")
def turns():
    """Two positions whose days come from two states that last, and the states."""
    rng = np.random.default_rng(8)
    states, state = [], 0
    for _ in range(4000):
        state = int(rng.random() < (0.02 if state == 0 else 0.95))
        states.append(state)
    sizes = np.where(np.array(states) == 1, CRISIS, CALM)
    common = rng.standard_normal((4000, 2)) @ np.array([[1.0, 0.0], [0.6, 0.8]]).T
    return sizes[:, None] * common, np.array(states)


@pytest.mark.requirement("4.2.F2", "4.2.D3")
def test_one_day_has_the_quantiles_of_the_mixture(turns):
    returns, _ = turns
    held = portfolio([0.5, 0.5])
    found = simulate(held, returns, method="regimes", scenarios_count=400_000, drift="history")
    daily = returns @ held.weights_frac
    fit = fit_regimes(daily)
    ahead = fit.smoothed[-1] @ fit.transition
    deviations = np.sqrt(fit.variances)

    def below(loss: float) -> float:
        return float(ahead @ norm.cdf((-loss - fit.means) / deviations))

    for tail in found.tails:
        exact = brentq(lambda loss, at=1.0 - tail.level_frac: below(loss) - at, 0.0, 1.0)
        assert tail.var_frac == pytest.approx(exact, abs=4.0 * tail.var_error_frac), tail.level_frac
    for chance in found.chances:
        assert chance.probability_frac == pytest.approx(below(chance.loss_frac), abs=4.0 * chance.error_frac + 1e-6)
    assert found.is_antithetic
    assert "calm" in found.label


def test_the_states_are_those_that_made_the_history(turns):
    returns, states = turns
    fit = fit_regimes(returns @ np.array([0.5, 0.5]))
    own = np.sqrt(0.25 * (1.0 + 1.0 + 2.0 * 0.6))
    assert np.sqrt(fit.variances) == pytest.approx([CALM * own, CRISIS * own], rel=0.1)
    assert float(((fit.smoothed[:, 1] > 0.5) == (states == 1)).mean()) > 0.95


def test_paths_stay_in_their_state_as_long_as_the_chain_says(turns):
    returns, _ = turns
    fit = fit_regimes(returns @ np.array([0.5, 0.5]))
    days = draw(fit, np.random.default_rng(0), 40_000, 60)
    assert days[:40_000] + days[40_000:] == pytest.approx(2.0 * np.where(
        np.isclose(days[:40_000] + days[40_000:], 2.0 * fit.means[1], atol=1e-12), fit.means[1], fit.means[0]
    ), abs=1e-12)  # fmt: skip
    in_crisis = np.isclose(days[:40_000, -1] + days[40_000:, -1], 2.0 * fit.means[1], atol=1e-12)
    expected = fit.smoothed[-1] @ np.linalg.matrix_power(fit.transition, 60)
    assert float(in_crisis.mean()) == pytest.approx(expected[1], abs=4.0 * np.sqrt(0.25 / 40_000))


def test_regimes_are_the_same_for_the_same_seed_and_need_days_that_move(turns):
    returns, _ = turns
    held = portfolio([0.5, 0.5])
    options = {"method": "regimes", "scenarios_count": 2000, "horizon_days": 10}
    assert simulate(held, returns, **options) == simulate(held, returns, **options)
    with pytest.raises(InputRefused, match="never moves"):
        simulate(portfolio([1.0]), np.zeros((400, 1)), **options)


def test_one_state_is_told_as_one():
    returns = np.random.default_rng(4).normal(0.0, 0.01, (1500, 1))
    found = simulate(portfolio([1.0]), returns, method="regimes", scenarios_count=2000)
    assert any("no evidence for two states" in one for one in found.notes)


@pytest.mark.requirement("4.2.F2")
@pytest.mark.parametrize("horizon_days", [1, 10])
def test_the_portfolios_own_model_gives_the_tails_of_the_report_on_risk(turns, horizon_days):
    returns, _ = turns
    held = portfolio([0.6, 0.3], cash=0.1)
    daily = returns[-1000:] @ held.weights_frac
    model = fit_garch(daily, fitted_on=date(2022, 12, 28))
    found = simulate(
        held,
        returns,
        method="filtered",
        portfolio_garch=model,
        horizon_days=horizon_days,
        scenarios_count=100_000,
        drift="history",
    )
    report = tail_report(daily, horizons_days=[horizon_days], methods=["fhs"], garch=model, resamples_count=0)
    for level in (0.95, 0.99):
        ours = next(one for one in found.tails if one.level_frac == level)
        theirs = report.figure("fhs", level, horizon_days)
        assert ours.var_frac == pytest.approx(theirs.value_at_risk.loss_frac, rel=0.03), level
        assert ours.es_frac == pytest.approx(theirs.expected_shortfall.loss_frac, rel=0.03), level
    assert "28 Dec" in found.label or "2022" in found.label


def test_a_part_of_the_portfolio_has_no_model_of_the_whole(turns):
    returns, _ = turns
    young = np.column_stack([returns, np.full(len(returns), np.nan)])
    held = portfolio([0.4, 0.3, 0.3])
    model = fit_garch(returns[-1000:] @ np.array([0.4, 0.3]))
    found = simulate(held, young, method="filtered", portfolio_garch=model, scenarios_count=2000)
    assert found.label == "Filtered historical simulation of all positions together"
    assert found.uncovered == ("A2",)

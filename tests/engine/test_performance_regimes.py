"""Are calm and turbulent times told apart where there are two, and is one state called one?"""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from engine.performance.history import History
from engine.performance.regime_fit import fit_regimes
from engine.performance.regimes import volatility_regimes

COUNT = 1200
DATES = np.busday_offset("2020-01-02", np.arange(COUNT), roll="forward")


@pytest.fixture(scope="module")
def world():
    rng = np.random.default_rng(3)
    state = np.zeros(COUNT, dtype=int)
    for t in range(1, COUNT):
        state[t] = state[t - 1] if rng.random() < (0.985, 0.95)[state[t - 1]] else 1 - state[t - 1]
    calm, turbulent = 0.0006 + rng.normal(0, 0.006, COUNT), -0.001 + rng.normal(0, 0.02, COUNT)
    return state, np.where(state == 0, calm, turbulent)


@pytest.mark.requirement("2.3.A6")
def test_two_states_are_found_with_their_dates_and_figures(world):
    state, returns = world
    found = volatility_regimes(History.of(DATES, returns, benchmark_returns_frac=0.5 * returns))
    assert found.has_two
    assert found.is_converged
    told = np.array(found.turbulent_probability) > 0.5
    assert (told == state).mean() > 0.95
    calm, turbulent = found.regimes
    assert (calm.label, turbulent.label) == ("calm", "turbulent")
    assert calm.volatility_annual_frac == pytest.approx(0.006 * np.sqrt(252), rel=0.05)
    assert turbulent.volatility_annual_frac == pytest.approx(0.02 * np.sqrt(252), rel=0.08)
    assert calm.periods_count + turbulent.periods_count == COUNT
    assert sum(run.periods_count for run in found.runs) == COUNT
    assert np.prod([1 + run.return_frac for run in found.runs]) == pytest.approx(np.prod(1 + returns))
    assert [sum(row) for row in found.transition] == pytest.approx([1.0, 1.0])
    value = {one.key: one.value for one in turbulent.metrics}
    assert value["volatility"] == pytest.approx(returns[told].std(ddof=1) * np.sqrt(252))
    assert value["beta"] == pytest.approx(2.0)
    assert "in turbulent times" in found.sentence
    assert found.model_dump_json()


def test_the_fit_is_that_of_statsmodels(world):
    sm = pytest.importorskip("statsmodels.api", reason="statsmodels comes with arch")
    _, returns = world
    ours = fit_regimes(returns)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = sm.tsa.MarkovRegression(100 * returns, k_regimes=2, switching_variance=True).fit()
    assert ours.log_likelihood == pytest.approx(theirs.llf + COUNT * np.log(100), abs=0.05)
    order = np.argsort(theirs.params[4:])
    assert ours.variances * 1e4 == pytest.approx(theirs.params[4:][order], rel=0.02)
    other = np.asarray(theirs.smoothed_marginal_probabilities)[:, order]
    assert np.abs(ours.smoothed - other).max() < 0.02


def test_states_of_the_benchmark_carry_the_figures_of_the_portfolio(world):
    _, returns = world
    own = np.random.default_rng(8).normal(0.0, 0.01, COUNT)
    found = volatility_regimes(History.of(DATES, own, benchmark_returns_frac=returns), is_by_benchmark=True)
    assert found.turbulent_probability == volatility_regimes(History.of(DATES, returns)).turbulent_probability
    told = np.array(found.turbulent_probability) > 0.5
    value = {one.key: one.value for one in found.regimes[1].metrics}
    assert value["volatility"] == pytest.approx(own[told].std(ddof=1) * np.sqrt(252))
    assert "no benchmark" in volatility_regimes(History.of(DATES, own), is_by_benchmark=True).sentence


def test_one_state_is_called_one():
    returns = np.random.default_rng(5).normal(0.0003, 0.01, 600)
    found = volatility_regimes(History.of(DATES[:600], returns))
    assert not found.has_two
    assert found.bic_one < found.bic_two
    assert found.sentence.startswith("There is no evidence for two states")


@pytest.mark.parametrize(
    ("returns", "words"), [(np.full(59, 0.01), "It needs 60 periods"), (np.full(80, 0.01), "never vary")]
)
def test_what_cannot_be_fitted_says_why(returns, words):
    found = volatility_regimes(History.of(DATES[: len(returns)], returns))
    assert found.regimes == ()
    assert words in found.sentence


def test_equal_returns_do_not_become_a_state_without_variance():
    returns = np.random.default_rng(6).normal(0.0, 0.01, 300)
    returns[::3] = 0.0
    found = volatility_regimes(History.of(DATES[:300], returns))
    assert all(one.volatility_annual_frac > 0.0 for one in found.regimes)
    assert "rarely lasts" in " ".join(found.notes)

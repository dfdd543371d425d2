"""Do the volatility models fit, filter and simulate what `arch` and the definitions say?"""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from engine.kernel.errors import InputRefused
from engine.volatility.ewma import ewma_variances
from engine.volatility.filter import garch_variances, standardized
from engine.volatility.fit import fit_garch
from engine.volatility.refit import Refitter
from engine.volatility.result import GarchParameters
from engine.volatility.simulate import compounded
from tests.engine.tail_worlds import ALPHA, BETA, garch_returns, student_returns


@pytest.fixture(scope="module")
def returns() -> np.ndarray:
    return garch_returns(2500)


@pytest.fixture(scope="module")
def fitted(returns: np.ndarray) -> GarchParameters:
    return fit_garch(returns)


@pytest.mark.parametrize("kind", ["garch", "gjr"])
def test_the_filter_gives_the_conditional_volatility_of_arch(returns: np.ndarray, kind: str) -> None:
    from arch import arch_model

    start = float(returns.var())
    model = arch_model(returns * 100, vol="GARCH", p=1, o=int(kind == "gjr"), q=1, dist="t", rescale=False)
    theirs = model.fit(disp="off", backcast=start * 1e4)
    values = theirs.params
    parameters = GarchParameters(
        model=kind,
        innovation="student_t",
        mean_frac=values["mu"] / 100,
        omega=values["omega"] / 1e4,
        alpha=values["alpha[1]"],
        gamma=values.get("gamma[1]", 0.0),
        beta=values["beta[1]"],
        degrees_of_freedom=values["nu"],
        start_variance=start,
        observations_count=len(returns),
    )
    ours = np.sqrt(garch_variances(returns, parameters))
    assert ours[:-1] == pytest.approx(theirs.conditional_volatility / 100, abs=1e-8, rel=1e-8)
    forecast = theirs.forecast(horizon=1, reindex=False).variance.iloc[-1, 0] / 1e4
    assert ours[-1] ** 2 == pytest.approx(forecast, rel=1e-8)


def test_the_fit_finds_the_parameters_that_made_the_series(fitted: GarchParameters) -> None:
    errors = np.sqrt(np.diag(np.array(fitted.estimate_covariance)))
    found = dict(
        zip(("mean", "omega", "alpha", "beta", "degrees"), zip(fitted.values(), errors, strict=True), strict=True)
    )
    for name, truth in (("alpha", ALPHA), ("beta", BETA), ("degrees", 6.0), ("omega", 2e-6)):
        value, error = found[name]
        assert abs(value - truth) < 3.0 * error, name
    assert fitted.persistence < 1.0
    assert fitted.long_run_variance == pytest.approx(1e-4, rel=0.5)


def test_parameters_survive_json(fitted: GarchParameters) -> None:
    assert GarchParameters.model_validate_json(fitted.model_dump_json()) == fitted


def test_surprises_have_variance_one(returns: np.ndarray, fitted: GarchParameters) -> None:
    surprises, next_variance = standardized(returns, fitted)
    assert float(np.mean(surprises**2)) == pytest.approx(1.0, abs=0.06)
    assert next_variance > 0.0


def test_simulated_variance_over_ten_days_is_the_models(returns: np.ndarray, fitted: GarchParameters) -> None:
    next_variance = 4.0 * fitted.long_run_variance
    shocks = np.random.default_rng(3).normal(size=(200_000, 10))
    paths = compounded(
        shocks, next_variance, mean=0.0, omega=fitted.omega, alpha=fitted.alpha, gamma=0.0, beta=fitted.beta
    )
    ahead = np.arange(10)
    long_run = fitted.long_run_variance
    variances = long_run + fitted.persistence**ahead * (next_variance - long_run)
    assert float(paths.mean()) == pytest.approx(0.0, abs=4.0 * paths.std() / np.sqrt(len(paths)))
    assert paths.var() == pytest.approx(np.prod(1.0 + variances) - 1.0, rel=0.02)


def test_ewma_is_its_recursion() -> None:
    returns = garch_returns(100)
    variances = ewma_variances(returns, 0.9)
    expected = [float(np.mean(returns[:30] ** 2))]
    for one in returns:
        expected.append(0.9 * expected[-1] + 0.1 * one**2)
    assert variances == pytest.approx(expected, rel=1e-12)


def test_the_quick_refit_is_as_likely_as_the_fit_of_arch() -> None:
    refitter = Refitter()
    for returns in (garch_returns(1200), student_returns(1200)):
        for begin in (0, 300):
            window = returns[begin : begin + 500]
            quick, thorough = refitter(window), fit_garch(window, has_errors=False)
            if not thorough.is_fallback:
                assert quick.log_likelihood > thorough.log_likelihood - 0.3  # of some 1,600: no other model
            assert refitter(window) is quick
    known = refitter(garch_returns(2500))
    thorough = fit_garch(garch_returns(2500), has_errors=False)
    assert known.values() == pytest.approx(thorough.values(), rel=0.01)


def test_a_short_history_gets_the_samples_variance_as_target() -> None:
    returns = garch_returns(120)
    parameters = fit_garch(returns)
    assert parameters.is_fallback
    assert parameters.note is not None
    assert "120 returns are too few" in parameters.note
    assert parameters.long_run_variance == pytest.approx(returns.var(), rel=1e-9)


def test_an_explosive_fit_gets_the_samples_variance_as_target() -> None:
    rng = np.random.default_rng(5)
    returns = rng.normal(size=1500) * 0.002 * np.exp(np.linspace(0.0, 4.0, 1500))  # volatility that only grows
    parameters = fit_garch(returns)
    assert parameters.persistence < 1.0
    if parameters.is_fallback:
        assert parameters.long_run_variance == pytest.approx(returns.var(), rel=1e-9)


@pytest.mark.parametrize("returns", [np.zeros(500), np.full(300, 0.001), np.array([0.01, -0.01])])
def test_what_cannot_be_fitted_is_refused_in_words(returns: np.ndarray) -> None:
    with pytest.raises(InputRefused) as refusal:
        fit_garch(returns)
    assert all(problem.advice for problem in refusal.value.problems)


def test_parameters_that_make_no_variance_are_refused() -> None:
    kept = {"model": "garch", "innovation": "normal", "mean_frac": 0.0, "start_variance": 1e-4, "observations_count": 9}
    for wrong in ({"omega": 1e-6, "alpha": 0.2, "beta": 0.8}, {"omega": -1e-6, "alpha": 0.1, "beta": 0.8}):
        with pytest.raises(ValidationError):
            GarchParameters(**kept, **wrong)

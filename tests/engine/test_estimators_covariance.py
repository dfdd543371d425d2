"""Are covariances what their definitions say, and sound whatever the history?"""

from __future__ import annotations

import numpy as np
import pytest

from engine.estimators import ESTIMATORS, CovarianceEstimator, EstimationData
from engine.estimators.denoised import DenoisedCovariance, density_error, noise_variance
from engine.estimators.ewma_covariance import EwmaCovariance
from engine.estimators.factor_model import FactorModelCovariance
from engine.estimators.given_covariance import GivenCovariance
from engine.estimators.ledoit_wolf import LedoitWolfCovariance
from engine.estimators.oas import OasCovariance
from engine.estimators.sample_covariance import SampleCovariance

MEASURED = ("sample", "ewma", "ledoit_wolf", "oas", "denoised", "factor_model")


def data_of(table, periods_per_year=252) -> EstimationData:
    table = np.asarray(table, dtype=float)
    return EstimationData(tuple(f"A{i}" for i in range(table.shape[1])), table, periods_per_year)


def estimate(kind, table):
    return ESTIMATORS.get(kind)().estimate(data_of(table))


def awkward(name):
    rng = np.random.default_rng(4)
    table = rng.normal(0.0003, 0.01, (300, 6)) + rng.normal(0.0, 0.01, (300, 1))
    if name == "fewer days than assets":
        return rng.normal(0.0, 0.01, (12, 30)) + rng.normal(0.0, 0.01, (12, 1))
    if name == "a constant asset":
        table[:, 2] = 0.0001
    if name == "only constant assets":
        table[:] = 0.0001
    if name == "a duplicate asset":
        table[:, 3] = table[:, 1]
    if name == "one asset":
        return table[:, :1]
    if name == "two observations":
        return table[:2]
    if name == "steady growth":
        return 0.01 + 1e-7 * table
    return table


CASES = (
    "ordinary", "fewer days than assets", "a constant asset", "only constant assets", "a duplicate asset", "one asset",
    "two observations", "steady growth",
)  # fmt: skip


@pytest.mark.parametrize("kind", MEASURED)
@pytest.mark.parametrize("case", CASES)
def test_every_covariance_is_symmetric_and_positive_semidefinite(kind, case):
    table = awkward(case)
    made = estimate(kind, table)
    assert issubclass(ESTIMATORS.get(kind), CovarianceEstimator)
    covariance = made.covariance
    assert covariance.shape == (table.shape[1],) * 2
    assert np.isfinite(covariance).all()
    np.testing.assert_array_equal(covariance, covariance.T)
    assert np.linalg.eigvalsh(covariance)[0] >= -1e-13 * max(float(np.trace(covariance)), 1e-12)


@pytest.mark.parametrize("kind", [kind for kind in MEASURED if ESTIMATORS.get(kind).is_regular])
def test_regular_covariances_tell_all_risks_apart_with_fewer_days_than_assets(kind):
    values = np.linalg.eigvalsh(estimate(kind, awkward("fewer days than assets")).covariance)
    assert values[0] > 1e-3 * values.mean() / len(values)


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_sample_covariance_is_numpys(panel, order):
    table = np.array(panel.tail(500).returns_frac, order=order)
    np.testing.assert_allclose(estimate("sample", table).covariance, np.cov(table.T), rtol=1e-11, atol=1e-18)


def test_the_sample_covariance_keeps_its_digits_where_means_are_large():
    table = awkward("steady growth")
    np.testing.assert_allclose(estimate("sample", table).covariance, np.cov(table.T), rtol=1e-9, atol=1e-26)
    assert abs(estimate("sample", awkward("a constant asset")).covariance[2]).max() < 1e-18


@pytest.mark.parametrize("shape", [(500, 20), (12, 30), (60, 60), (3, 2), (40, 1)])
def test_shrinkage_agrees_with_scikit_learn(shape):
    from sklearn.covariance import ledoit_wolf, oas

    rng = np.random.default_rng(1)
    table = rng.normal(0.001, 0.01, shape) @ np.diag(rng.uniform(0.5, 2.0, shape[1])) + rng.normal(
        0, 0.01, (shape[0], 1)
    )
    for kind, reference in (("ledoit_wolf", ledoit_wolf), ("oas", oas)):
        expected = reference(table)[0]
        ours = estimate(kind, table).covariance
        np.testing.assert_allclose(ours, expected, rtol=1e-12, atol=1e-12 * np.abs(expected).max())


def test_shrinkage_agrees_with_scikit_learn_on_real_prices(panel):
    from sklearn.covariance import ledoit_wolf, oas

    table = panel.tail(1260).returns_frac
    for member, reference in ((LedoitWolfCovariance(), ledoit_wolf), (OasCovariance(), oas)):
        made = member.estimate(data_of(table))
        expected, share = reference(table)
        np.testing.assert_allclose(made.covariance, expected, rtol=1e-12)
        assert f"{100 * share:.1f}".rstrip("0").rstrip(".") + "%" in made.notes[0]


def test_exponential_weights_that_hardly_decay_give_the_sample_covariance(panel):
    table = panel.tail(300).returns_frac
    slow = EwmaCovariance(decay=1 - 1e-9).estimate(data_of(table)).covariance
    np.testing.assert_allclose(slow, np.cov(table.T), rtol=1e-5, atol=1e-12)


def test_pandas_agrees_on_the_exponentially_weighted_covariance(panel):
    import pandas as pd

    frame = pd.DataFrame(panel.tail(400).returns_frac[:, :4])
    reference = frame.ewm(alpha=0.03, adjust=True).cov(bias=False).loc[399].to_numpy()
    ours = EwmaCovariance(decay=0.97).estimate(data_of(frame.to_numpy())).covariance
    np.testing.assert_allclose(ours, reference, rtol=1e-9)


def test_denoising_agrees_with_skfolio_on_real_prices(panel):
    from skfolio.moments import DenoiseCovariance

    table = panel.tail(1260).returns_frac
    reference = DenoiseCovariance().fit(table).covariance_
    ours = DenoisedCovariance().estimate(data_of(table)).covariance
    np.testing.assert_allclose(ours, reference, rtol=1e-6, atol=1e-12)


def test_the_noise_variance_fits_at_least_as_well_as_any_other():
    rng = np.random.default_rng(0)
    values = np.linalg.eigvalsh(np.corrcoef(rng.normal(size=(1000, 100)).T))
    found = noise_variance(values, 10.0)
    best = min(density_error(one, values, 10.0) for one in np.linspace(0.02, 0.999, 800))
    assert density_error(found, values, 10.0) <= best * (1 + 1e-9)
    assert 0.9 < found <= 1.0


def test_denoising_pure_noise_leaves_next_to_no_correlation_and_keeps_variances():
    rng = np.random.default_rng(3)
    table = rng.normal(0.0, 0.01, (1000, 80))
    sample = np.cov(table.T)
    covariance = DenoisedCovariance().estimate(data_of(table)).covariance
    np.testing.assert_allclose(np.diag(covariance), np.diag(sample), rtol=1e-12)
    assert np.linalg.norm(covariance - np.diag(np.diag(covariance))) < 0.4 * np.linalg.norm(
        sample - np.diag(np.diag(sample))
    )


def test_the_factor_model_is_its_parts_and_keeps_every_variance(synthetic):
    table = synthetic(50).returns_frac
    made = FactorModelCovariance().estimate(data_of(table))
    parts = made.factors
    rebuilt = parts.loadings @ parts.covariance @ parts.loadings.T + np.diag(parts.specific_variances)
    np.testing.assert_allclose(made.covariance, rebuilt, rtol=0, atol=1e-16)
    np.testing.assert_allclose(np.diag(made.covariance), table.var(axis=0, ddof=1), rtol=1e-12)
    assert parts.loadings.shape[1] == 5, made.notes
    assert (parts.specific_variances >= 0.0).all()
    assert "5 factors" in made.notes[0]


def test_all_factors_give_the_sample_covariance_and_one_factor_the_first_component():
    table = awkward("ordinary")
    full = FactorModelCovariance(factors_count=6).estimate(data_of(table)).covariance
    np.testing.assert_allclose(full, np.cov(table.T), rtol=1e-9)
    one = FactorModelCovariance(factors_count=1).estimate(data_of(table)).factors
    values, vectors = np.linalg.eigh(np.corrcoef(table.T))
    scale = table.std(axis=0, ddof=1)
    assert one.covariance[0, 0] == pytest.approx(values[-1], rel=1e-10)
    np.testing.assert_allclose(np.abs(one.loadings[:, 0]), scale * np.abs(vectors[:, -1]), rtol=1e-8)


@pytest.mark.parametrize("wanted", [None, 3, 200])
def test_the_factors_of_a_wide_table_are_those_of_its_correlations(wanted):
    table = awkward("fewer days than assets")
    made = FactorModelCovariance(factors_count=wanted).estimate(data_of(table))
    count = made.factors.loadings.shape[1]
    assert 1 <= count <= 11
    values = np.linalg.eigvalsh(np.corrcoef(table.T))[::-1]
    np.testing.assert_allclose(np.diag(made.factors.covariance), values[:count], rtol=1e-9)
    if wanted == 200:
        assert made.notes[1] == "200 factors were asked for; these figures have only 11."


def test_a_given_covariance_is_taken_in_the_order_of_the_assets_and_per_period():
    own = GivenCovariance(assets=("A1", "X", "A0"), matrix=((0.09, 0.0, 0.01), (0.0, 1.0, 0.0), (0.01, 0.0, 0.04)))
    made = own.estimate(data_of(np.zeros((3, 2))))
    np.testing.assert_allclose(made.covariance * 252, [[0.04, 0.01], [0.01, 0.09]], rtol=1e-15)
    assert made.notes == ("The covariance rows of X are not used: not among the assets.",)
    daily = own.model_copy(update={"is_annual": False}).estimate(data_of(np.zeros((3, 2))))
    np.testing.assert_allclose(daily.covariance, [[0.04, 0.01], [0.01, 0.09]], rtol=1e-15)


def test_a_given_matrix_that_is_no_covariance_is_refused_with_every_reason_or_repaired_and_said():
    wrong = GivenCovariance(assets=("A0", "A1", "A1"), matrix=((0.04, 0.09, 0), (0.09, 0.04, 0), (0, 0, 400.0)))
    found = {one.message for one in wrong.problems(("A0", "A1", "A9"))}
    assert any("A1 is named more than once" in message for message in found)
    assert any("no row for A9" in message for message in found)
    assert any("not positive semidefinite" in message for message in found)
    assert any("2000% a year" in message for message in found)
    bent = GivenCovariance(assets=("A0", "A1"), matrix=((0.04, 0.09), (0.09, 0.04)))
    assert not bent.problems(("A0", "A1"), is_repair_allowed=True)
    made = bent.estimate(data_of(np.zeros((3, 2))))
    assert "repaired" in made.notes[0]
    assert np.linalg.eigvalsh(made.covariance)[0] >= -1e-18
    uneven = GivenCovariance(assets=("A0", "A1"), matrix=((0.04,), (0.09, 0.04)))
    assert "not square" in uneven.problems(None)[0].message


def test_the_sample_is_measured_once_for_mean_and_covariance():
    data = data_of(awkward("ordinary"))
    SampleCovariance().estimate(data)
    assert "mean_frac" in data.__dict__
    assert "centered_frac" not in data.__dict__

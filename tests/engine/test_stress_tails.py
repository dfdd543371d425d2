"""Do simulations agree with closed forms, tell their errors rightly, and do broken correlations stay correlations?"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import kendalltau, norm, t

from engine.kernel.errors import InputRefused
from engine.stress.correlation import STEPS, break_down, mixed
from engine.stress.joint_history import covariance_of, joint_history, split
from engine.stress.margins import Margins
from engine.stress.monte_carlo import simulate
from engine.stress.nearest_correlation import is_correlation
from engine.stress.path_risk import path_risk, stationary_rows
from engine.stress.scenarios.monte_carlo import MonteCarlo
from engine.stress.t_copula import copula_degrees, kendall_correlation, multivariate_degrees
from engine.volatility.result import GarchParameters
from tests.engine.stress_worlds import portfolio

METHODS = ("t_copula", "multivariate_t", "normal", "filtered", "block_bootstrap")


def student_rows(count: int, width: int, nu: float, seed: int, correlation: float = 0.5) -> np.ndarray:
    """Multivariate Student-t rows of variance 0.0001."""
    rng = np.random.default_rng(seed)
    matrix = np.full((width, width), correlation) + (1.0 - correlation) * np.eye(width)
    normal = rng.normal(size=(count, width)) @ np.linalg.cholesky(matrix).T
    return 0.01 * normal * np.sqrt((nu - 2.0) / rng.chisquare(nu, count))[:, None]


@pytest.fixture(scope="module")
def rows():
    return student_rows(1000, 5, 5.0, 1)


@pytest.mark.requirement("4.2.F2", "4.2.D3")
def test_the_normal_method_meets_the_closed_form_within_its_errors(rows):
    held = portfolio([0.3, 0.2, 0.2, 0.2, 0.1])
    answer = simulate(held, rows, method="normal", scenarios_count=100_000, drift="history")
    mean = float(rows.mean(axis=0) @ held.weights_frac)
    deviation = float(np.sqrt(held.weights_frac @ covariance_of(rows) @ held.weights_frac))
    for one in answer.tails:
        z = norm.ppf(one.level_frac)
        assert abs(one.var_frac - (z * deviation - mean)) < 4.0 * one.var_error_frac
        shortfall = deviation * norm.pdf(z) / (1.0 - one.level_frac) - mean
        assert abs(one.es_frac - shortfall) < 4.0 * one.es_error_frac
        assert one.var_error_frac < 0.05 * one.var_frac
    for one in answer.chances:
        assert abs(one.probability_frac - norm.cdf((-one.loss_frac - mean) / deviation)) < 4.0 * one.error_frac + 1e-5
    assert answer.mean_frac == pytest.approx(mean, abs=1e-15)  # mirrored pairs have no error of the mean
    assert answer.is_antithetic


def test_the_multivariate_t_meets_its_closed_form(rows):
    held = portfolio([0.3, 0.2, 0.2, 0.2, 0.1])
    answer = simulate(held, rows, method="multivariate_t", drift="history")
    nu = answer.degrees_of_freedom
    mean = float(rows.mean(axis=0) @ held.weights_frac)
    deviation = float(np.sqrt(held.weights_frac @ covariance_of(rows) @ held.weights_frac))
    for one in answer.tails:
        quantile = deviation * np.sqrt((nu - 2.0) / nu) * t.ppf(one.level_frac, nu) - mean
        assert abs(one.var_frac - quantile) < 4.0 * one.var_error_frac


@pytest.mark.parametrize("method", METHODS)
def test_errors_are_those_that_other_seeds_show(rows, method):
    held = portfolio([0.3, 0.2, 0.2, 0.2, 0.1])
    answers = [
        simulate(held, rows[:400], method=method, scenarios_count=2000, horizon_days=2, seed=seed) for seed in range(25)
    ]
    for pick in (
        lambda one: (one.tails[0].var_frac, one.tails[0].var_error_frac),
        lambda one: (one.tails[0].es_frac, one.tails[0].es_error_frac),
        lambda one: (one.chances[0].probability_frac, one.chances[0].error_frac),
        lambda one: (one.paths.expected_max_drawdown_frac, one.paths.error_frac),
    ):
        values, errors = np.array([pick(one) for one in answers]).T
        assert 0.55 < values.std(ddof=1) / errors.mean() < 1.6


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_answer_and_another_seed_another(rows, method):
    held = portfolio([0.5, 0.5, 0.0, 0.0, 0.0])
    first, second, other = (
        simulate(held, rows, method=method, scenarios_count=2000, horizon_days=3, seed=seed) for seed in (7, 7, 8)
    )
    assert first == second
    assert first.tails != other.tails
    assert all(one.es_frac >= one.var_frac for one in first.tails)
    assert sum(first.histogram_count) == first.scenarios_count
    assert len(first.paths.worst) == 10
    assert first.paths.worst[0][-1] == min(path[-1] for path in first.paths.worst)


@pytest.mark.parametrize("method", METHODS)
def test_the_mean_of_the_history_is_left_out_unless_asked_for(rows, method):
    """A rising past must not make losses look small: the answer is that of the same days without their mean."""
    held = portfolio([0.3, 0.2, 0.2, 0.2, 0.1])
    rising = rows + 0.002
    options = {"method": method, "scenarios_count": 20_000, "horizon_days": 5}
    without = simulate(held, rising, **options)
    with_it = simulate(held, rising, drift="history", **options)
    assert abs(without.mean_frac) < 4.0 * without.mean_error_frac + 1e-3  # filtered days are nearly, not quite, even
    assert with_it.mean_frac == pytest.approx(5 * (0.002 + float((rows @ held.weights_frac).mean())), abs=2.5e-3)
    assert without.tails[0].var_frac > with_it.tails[0].var_frac + 0.004
    assert without.history_mean_annual_frac == pytest.approx(252 * float((rising @ held.weights_frac).mean()))
    assert "is left out" in without.notes[0]
    assert "is taken to go on" in with_it.notes[0]


def test_a_long_horizon_draws_what_fits_and_says_so():
    for horizon_days, drawn in ((10, 100_000), (21, 95_238), (252, 7_936)):
        assert MonteCarlo(horizon_days=horizon_days).drawn_count == drawn
    light = MonteCarlo(method="block_bootstrap", horizon_days=63)
    assert light.drawn_count == 100_000
    asked = MonteCarlo(horizon_days=252, scenarios_count=20_000, method="normal")
    rows = student_rows(300, 1, 5.0, 4)
    world = SimpleNamespace(
        portfolio=portfolio([1.0]), history=SimpleNamespace(returns_frac=rows), garch={}, portfolio_garch=None
    )
    answer = asked.answer(world)
    assert answer.scenarios_count == 7_936
    assert answer.notes[0].startswith("7,936 scenarios were drawn instead of 20,000")


def test_a_loss_that_never_came_has_a_bound_and_no_false_certainty(rows):
    held = portfolio([0.3, 0.2, 0.2, 0.2, 0.1])
    answer = simulate(held, rows, method="normal", losses_frac=(0.01, 0.9))
    often, never = answer.chances
    assert often.at_most_frac is None
    assert (never.probability_frac, never.at_most_frac) == (0.0, pytest.approx(3e-5))


def test_the_degrees_of_freedom_are_found_again():
    near, far = student_rows(4000, 6, 4.0, 2), student_rows(4000, 6, 25.0, 3)
    assert copula_degrees(near, kendall_correlation(near[:500])) == pytest.approx(4.0, abs=0.6)
    assert copula_degrees(far, kendall_correlation(far[:500])) > 12.0
    assert multivariate_degrees(near, covariance_of(near)) == pytest.approx(4.0, abs=0.6)
    rng = np.random.default_rng(0)
    assert copula_degrees(rng.normal(size=(500, 3)), np.eye(3)) > 20.0


def test_kendalls_tau_is_scipys(rows):
    ours = kendall_correlation(rows[:200, :3])
    tau = kendalltau(rows[:200, 0], rows[:200, 2]).statistic
    assert ours[0, 2] == pytest.approx(np.sin(0.5 * np.pi * tau), abs=1e-6)


def test_a_copula_keeps_each_margin(rows):
    held = portfolio([1.0, 0.0, 0.0, 0.0, 0.0])
    answer = simulate(held, rows * [1, 2, 3, 4, 5], method="t_copula", margins="empirical", drift="history")
    for one in answer.tails[:2]:
        assert one.var_frac == pytest.approx(-np.quantile(rows[:, 0], 1.0 - one.level_frac), rel=0.05)
    assert answer.mean_frac == pytest.approx(rows[:, 0].mean(), abs=2e-5)
    margins = Margins.of(rows, 4.0)
    assert margins.tables.min(axis=1) == pytest.approx(rows.min(axis=0))
    assert (np.diff(margins.tables, axis=1) >= 0.0).all()
    scores = t.ppf((np.arange(1000) + 0.5) / 1000, 4.0)[:, None] * np.ones(5)
    assert margins.each(scores) == pytest.approx(np.sort(rows, axis=0), abs=2e-4)
    assert margins.summed(np.ones(5))(scores) == pytest.approx(margins.each(scores).sum(axis=1), abs=1e-12)


def test_fat_tails_together_lose_more_than_normal_ones():
    rows = student_rows(1000, 8, 3.5, 4, 0.4)
    held = portfolio([0.125] * 8)
    fat = simulate(held, rows, margins="empirical").tails[2].var_frac
    assert fat > 1.15 * simulate(held, rows, method="normal").tails[2].var_frac


def test_copula_margins_follow_the_volatility_expected_now(rows):
    held = portfolio([0.2] * 5)
    rough = rows.copy()
    rough[-20:] *= 3.0
    calm, now = (simulate(held, one, method="t_copula").volatility_frac for one in (rows, rough))
    assert now > 1.8 * calm
    assert simulate(held, rough, margins="empirical").volatility_frac < 1.5 * calm
    longer = simulate(held, rows, horizon_days=4, scenarios_count=20_000)
    assert longer.volatility_frac == pytest.approx(2.0 * calm, rel=0.1)
    assert "surprises" in longer.label


def test_blocks_keep_the_days_and_their_length():
    rng = np.random.default_rng(0)
    drawn = stationary_rows(rng, 500, 2000, 60, 12)
    assert drawn.min() >= 0
    assert drawn.max() <= 499
    follows = (np.diff(drawn, axis=1) % 500 == 1).mean()
    assert follows == pytest.approx(1.0 - 1.0 / 12 + 1.0 / 12 / 500, abs=0.004)
    assert np.bincount(drawn.ravel(), minlength=500).min() > 100


def test_blocks_of_trending_days_widen_longer_horizons():
    rng = np.random.default_rng(2)
    shocks = rng.normal(0.0, 0.01, 1001)
    trending = (shocks[1:] + 0.9 * shocks[:-1])[:, None]
    held = portfolio([1.0])
    short, long = (
        simulate(
            held, trending, method="block_bootstrap", horizon_days=10, mean_block_days=days, scenarios_count=20_000
        ).volatility_frac
        for days in (1, 20)
    )
    assert long > 1.2 * short


def test_filtered_surprises_are_scaled_to_the_volatility_expected_now():
    rng = np.random.default_rng(0)
    rows = rng.normal(0.0, 0.01, (1000, 1))
    calm = GarchParameters(
        model="garch", innovation="normal", mean_frac=0.0, omega=1e-4, alpha=0.0, beta=0.0, start_variance=1e-4,
        observations_count=1000, log_likelihood=None,
    )  # fmt: skip
    held = portfolio([1.0])
    flat = simulate(held, rows, method="filtered", garch={"A0": calm}, drift="history")
    assert flat.tails[0].var_frac == pytest.approx(-np.quantile(rows, 0.05), rel=0.03)
    rough = rows.copy()
    rough[-20:] *= 3.0
    assert (
        simulate(held, rough, method="filtered").volatility_frac
        > 1.8 * simulate(held, rows, method="filtered").volatility_frac
    )
    longer = simulate(held, rows, method="filtered", garch={"A0": calm}, horizon_days=9)
    assert longer.volatility_frac == pytest.approx(3.0 * flat.volatility_frac, rel=0.03)


def test_a_first_loss_is_a_drawdown():
    found = path_risk(np.array([[-0.1, 0.05], [0.2, -0.5]]), is_paired=False)
    assert found.expected_max_drawdown_frac == pytest.approx(0.5 * (0.1 + 0.5))
    assert found.worst[0] == pytest.approx((1.0, 1.2, 0.6))


def test_young_assets_are_left_out_and_named(rows):
    seen = rows.copy()
    seen[:900, 4] = np.nan
    held = portfolio([0.2] * 5)
    answer = simulate(held, seen, scenarios_count=2000)
    assert answer.uncovered == ("A4",)
    assert answer.covered_frac == pytest.approx(0.8)
    assert "A4" in answer.notes[-1]
    assert joint_history(held, seen).returns_frac.shape == (1000, 4)


def test_only_cash_loses_nothing():
    answer = simulate(portfolio([], cash=1.0), np.zeros((600, 0)), horizon_days=5, scenarios_count=1000)
    assert all(one.var_frac == one.es_frac == one.var_error_frac == 0.0 for one in answer.tails)
    assert answer.paths.expected_max_drawdown_frac == 0.0
    assert "Nothing" in answer.notes[0]
    with pytest.raises(InputRefused, match="cannot be simulated"):
        simulate(portfolio([1.0]), np.zeros((600, 1)), horizon_days=0)


@pytest.mark.requirement("4.2.F5")
def test_the_way_to_a_stressed_matrix_stays_among_correlations(rows):
    today = split(covariance_of(rows))[0]
    stressed = np.full((5, 5), 0.9) + 0.1 * np.eye(5)
    for strength in np.linspace(0.0, 1.0, 11):
        assert is_correlation(mixed(today, stressed, float(strength)))


@pytest.mark.requirement("4.2.F5")
def test_full_breakdown_of_equal_assets_has_its_closed_form(rows):
    held = portfolio([0.2] * 5)
    answer = break_down(held, rows, strength_frac=1.0, stressed_correlation=0.9, levels_frac=(0.95, 0.99))
    deviations = split(covariance_of(rows))[1]
    stressed = np.full((5, 5), 0.9) + 0.1 * np.eye(5)
    daily = np.sqrt((0.2 * deviations) @ stressed @ (0.2 * deviations))
    assert answer.asked.volatility_annual_frac == pytest.approx(daily * np.sqrt(252))
    assert answer.asked.var_frac == pytest.approx((norm.ppf(0.95) * daily, norm.ppf(0.99) * daily))
    assert answer.asked.es_frac[1] == pytest.approx(norm.pdf(norm.ppf(0.99)) / 0.01 * daily)
    assert answer.asked == answer.points[-1]
    assert [one.strength_frac for one in answer.points] == list(STEPS)
    volatilities = [one.volatility_annual_frac for one in answer.points]
    assert volatilities == sorted(volatilities)
    assert answer.asked.average_correlation == pytest.approx(0.9)


def test_failing_hedges_never_take_risk_away():
    rng = np.random.default_rng(9)
    for seed in range(20):
        mixing = np.random.default_rng(seed).normal(size=(4, 4))
        rows = 0.01 * rng.normal(size=(400, 4)) @ mixing
        held = portfolio(rng.normal(size=4))
        answer = break_down(held, rows, kind="hedges_fail", strength_frac=1.0)
        assert answer.points[-1].volatility_annual_frac >= answer.points[0].volatility_annual_frac * (1.0 - 1e-9)


def test_rough_days_of_the_history_are_found():
    rng = np.random.default_rng(0)
    calm = rng.normal(0.0, 0.01, (900, 2))
    common = rng.normal(0.0, 0.04, 126)
    calm[400:526] = common[:, None] + rng.normal(0.0, 0.005, (126, 2))
    answer = break_down(portfolio([0.5, 0.5]), calm, kind="sample", strength_frac=1.0)
    assert answer.asked.average_correlation > 0.95


def test_an_edited_matrix_is_made_a_correlation(rows):
    held = portfolio([0.2] * 5)
    wild = ((1.0, 0.9, -0.9), (0.9, 1.0, 0.9), (-0.9, 0.9, 1.0))
    answer = break_down(held, rows, kind="edited", strength_frac=1.0, edited=(("A0", "A1", "A2"), wild))
    assert answer.repaired_distance > 0.5
    assert "Higham" in " ".join(answer.notes)
    scaled = break_down(held, rows, kind="toward_one", strength_frac=0.0, volatilities_scaled_by=2.0)
    plain = break_down(held, rows, kind="toward_one", strength_frac=0.0)
    assert scaled.asked.volatility_annual_frac == pytest.approx(2.0 * plain.asked.volatility_annual_frac)
    for wrong in (None, (("A0",), ((1.0, 0.2),)), (("A9",), ((1.0,),))):
        with pytest.raises(InputRefused):
            break_down(held, rows, kind="edited", edited=wrong)


def test_one_asset_and_no_asset_have_no_correlation_to_break(rows):
    alone = break_down(portfolio([1.0]), rows[:, :1], kind="sample")
    assert alone.points[0].volatility_annual_frac == pytest.approx(alone.points[-1].volatility_annual_frac)
    none = break_down(portfolio([], cash=1.0), rows[:, :0])
    assert none.asked.volatility_annual_frac == 0.0

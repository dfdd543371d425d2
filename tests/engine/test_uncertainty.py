"""Is an interval what the same recipe answers on other histories, and is the verdict what these say together?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import engine
from engine.kernel.rng import generator
from engine.uncertainty.blocks import mean_block_length, stationary_indices
from engine.uncertainty.solve import STREAM, stream

NAMES = tuple("ABCDEFGH")
GOALS: dict[str, dict[str, Any]] = {
    "least risk": {"kind": "min_volatility"},
    "ratio": {"kind": "max_sharpe"},
    "utility": {"kind": "max_utility", "risk_aversion": 6.0},
    "return": {"kind": "target_return", "return_min_annual_frac": 0.04},
    "risk": {"kind": "max_return", "volatility_max_annual_frac": 0.2},
    "loss": {"kind": "min_cvar"},
    "parity": {"kind": "risk_parity"},
}

OPEN = (
    {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0, "short_max_frac": 1.0},
    {"kind": "long_short", "gross_max_frac": 5.0, "short_max_frac": 4.0},
)


def history(observations: int = 400, seed: int = 1) -> engine.ReturnsPanel:
    rng = np.random.default_rng(seed)
    common = rng.normal(0.0004, 0.008, observations)
    own = rng.normal(0.0, 0.01, (observations, len(NAMES)))
    returns = np.outer(common, np.linspace(0.6, 1.4, len(NAMES))) + own + np.linspace(0.0, 0.0006, len(NAMES))
    dates = np.datetime64("2020-01-01") + np.arange(observations)
    return engine.ReturnsPanel(dates, NAMES, returns)


def asked(goal: dict[str, Any], *limits: dict[str, Any], **more: Any) -> engine.OptimizationRequest:
    return engine.parse_request({"asset_ids": list(NAMES), "objective": goal, "constraints": list(limits), **more})


def cap(most: float = 0.4, least: float = 0.0) -> dict[str, Any]:
    return {"kind": "position_bounds", "min_frac": least, "max_frac": most}


def drawn(panel: engine.ReturnsPanel, seed: int, draw: int, length: float) -> engine.ReturnsPanel:
    days = stationary_indices(generator(seed, STREAM, draw), panel.observations_count, length)
    return engine.ReturnsPanel(panel.dates, panel.assets, panel.returns_frac[days])


@pytest.mark.parametrize("goal", GOALS.values(), ids=GOALS)
@pytest.mark.parametrize(
    "limits",
    [(cap(0.3, 0.05),), (cap(0.4), {"kind": "turnover", "max_frac": 0.3})],
    ids=["minimum", "turnover"],
)
def test_an_interval_is_what_the_optimizer_itself_answers_on_other_histories(goal, limits):
    panel, held = history(), {name: 0.125 for name in NAMES}
    request = asked(goal, *limits, costs={"spread_frac": 0.001})
    found = engine.uncertainty(
        request, panel, current_weights_frac=held, resamples_count=20, block_length_periods=4.0, level_frac=0.8
    )
    answers = []
    for draw in range(20):
        other = engine.optimize(request, drawn(panel, request.seed, draw, 4.0), current_weights_frac=held)
        if other.status.has_weights:
            answers.append([line.weight_frac for line in other.weights])
    assert len(answers) == found.answered_count
    assert found.answered_count + found.unanswered_count == 20
    lower, middle, upper = np.quantile(np.array(answers), [0.1, 0.5, 0.9], axis=0)
    within = 2e-4 if goal["kind"] == "risk_parity" else 2e-6
    for i, line in enumerate(found.weights):
        assert [line.lower_frac, line.median_frac, line.upper_frac] == pytest.approx(
            [lower[i], middle[i], upper[i]], abs=within
        )
        assert line.inclusion_frac == pytest.approx(float((np.abs(np.array(answers)[:, i]) > 1e-6).mean()))


def test_least_risk_without_bounds_equals_its_closed_form_on_every_history():
    panel = history()
    request = asked({"kind": "min_volatility"}, *OPEN)
    found = engine.uncertainty(request, panel, resamples_count=40, block_length_periods=2.0)
    closed = []
    for draw in range(40):
        covariance = np.cov(drawn(panel, request.seed, draw, 2.0).returns_frac.T)
        raw = np.linalg.solve(covariance, np.ones(len(NAMES)))
        closed.append(raw / raw.sum())
    lower, upper = np.quantile(np.array(closed), [0.05, 0.95], axis=0)
    assert np.allclose([line.lower_frac for line in found.weights], lower, atol=1e-9)
    assert np.allclose([line.upper_frac for line in found.weights], upper, atol=1e-9)


@pytest.mark.requirement("1.1.A4")
def test_intervals_contain_their_middle_and_grow_steadier_with_every_result():
    results = list(stream(asked({"kind": "max_sharpe"}, cap()), history(), resamples_count=220))
    assert [one.answered_count + one.unanswered_count for one in results] == [50, 100, 200, 220]
    assert [one.is_complete for one in results] == [False, False, False, True]
    for one in results:
        assert all(0.0 <= w.lower_frac <= w.median_frac <= w.upper_frac <= 0.4 for w in one.weights)
        assert len(one.bands) == 15
        for band in one.bands:
            assert band.return_lower_annual_frac <= band.return_upper_annual_frac
            assert band.volatility_lower_annual_frac <= band.volatility_upper_annual_frac
    aversions = [band.risk_aversion for band in results[-1].bands]
    assert aversions[0] is None
    assert aversions[1:] == sorted(aversions[1:], reverse=True)


def test_a_band_holds_the_utility_portfolios_of_its_risk_aversion():
    panel = history()
    found = engine.uncertainty(asked({"kind": "min_volatility"}, cap()), panel, resamples_count=30)
    band = found.bands[7]
    goal = {"kind": "max_utility", "risk_aversion": band.risk_aversion}
    same = engine.uncertainty(asked(goal, cap()), panel, resamples_count=30)
    assert np.allclose(band.weights_lower_frac, [line.lower_frac for line in same.weights], atol=1e-7)
    assert np.allclose(band.weights_upper_frac, [line.upper_frac for line in same.weights], atol=1e-7)
    own = engine.optimize(asked(goal, cap()), panel).metrics
    assert own is not None
    assert band.return_annual_frac == pytest.approx(own.return_annual_frac, abs=1e-7)
    assert band.volatility_annual_frac == pytest.approx(own.volatility_annual_frac, abs=1e-7)


def test_the_same_seed_gives_the_same_result_and_another_one_another():
    def run(seed: int) -> engine.UncertaintyResult:
        made = engine.uncertainty(asked({"kind": "max_sharpe"}, cap(), seed=seed), history(), resamples_count=30)
        return made.model_copy(update={"elapsed_ms": {}, "lineage": None})

    assert run(7) == run(7)
    assert run(7).weights != run(8).weights


def test_who_holds_the_proposal_need_not_trade_and_who_is_far_away_should():
    panel, request = history(), asked({"kind": "min_volatility"}, cap())
    proposal = {line.asset: line.weight_frac for line in engine.optimize(request, panel).weights}
    near = engine.uncertainty(request, panel, current_weights_frac=proposal, resamples_count=60).verdict
    assert near is not None
    assert (near.is_worthwhile, near.nearer_frac, near.distance_annual_frac) == (False, 0.0, pytest.approx(0.0))
    assert near.partial_trades == ()
    far = engine.uncertainty(
        request, panel, current_weights_frac={"H": 0.4, "G": 0.4, "F": 0.2}, resamples_count=60
    ).verdict
    assert far is not None
    assert far.is_worthwhile
    assert far.nearer_frac == 1.0
    assert [trade.share_frac for trade in far.partial_trades] == [0.25, 0.5, 0.75, 1.0]
    distances = [trade.distance_annual_frac for trade in far.partial_trades]
    assert distances == sorted(distances, reverse=True)
    for trade in far.partial_trades:
        assert trade.turnover_frac <= trade.share_frac * far.turnover_frac + 1e-8
        assert sum(trade.weights_frac) == pytest.approx(1.0)


def test_a_part_of_the_trade_beats_the_straight_way_of_the_same_turnover():
    panel, request = history(), asked({"kind": "min_volatility"}, cap(0.6))
    held = dict.fromkeys(NAMES, 0.0) | {"H": 0.5, "G": 0.5}
    verdict = engine.uncertainty(request, panel, current_weights_frac=held, resamples_count=20).verdict
    assert verdict is not None
    half = verdict.partial_trades[1]
    start = np.array([held[name] for name in NAMES])
    straight = 0.5 * (start + np.array(verdict.partial_trades[-1].weights_frac))
    covariance = np.cov(panel.returns_frac.T) * 252
    assert half.volatility_annual_frac <= float(np.sqrt(straight @ covariance @ straight)) + 1e-9


def test_without_holdings_there_is_no_verdict():
    assert engine.uncertainty(asked({"kind": "max_sharpe"}, cap()), history(), resamples_count=20).verdict is None


def test_histories_without_an_answer_are_counted_and_said():
    goal = {"kind": "target_return", "return_min_annual_frac": 0.19}
    found = engine.uncertainty(asked(goal, cap(1.0)), history(), resamples_count=60)
    assert 0 < found.unanswered_count < 60
    assert any(f"{found.unanswered_count} of 60" in note for note in found.notes)


def test_limits_that_clash_end_as_in_the_optimizer():
    request = asked({"kind": "min_volatility"}, cap(0.05))
    found, plain = engine.uncertainty(request, history()), engine.optimize(request, history())
    assert (found.status, found.message, found.advice) == (plain.status, plain.message, plain.advice)
    assert found.weights == ()
    assert found.is_complete


def test_time_that_is_up_ends_with_what_there_is():
    found = engine.uncertainty(asked({"kind": "max_sharpe"}, cap()), history(), resamples_count=10_000, time_max_s=0.1)
    assert 20 <= found.answered_count < 10_000
    assert any("Time was up" in note for note in found.notes)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("resamples_count", 19),
        ("resamples_count", 50.5),
        ("resamples_count", True),
        ("level_frac", 1.0),
        ("level_frac", float("nan")),
        ("block_length_periods", 0.5),
        ("time_max_s", "long"),
    ],
)
def test_an_option_out_of_range_is_refused_with_its_name(option, value):
    with pytest.raises(engine.InputRefused) as refusal:
        engine.uncertainty(asked({"kind": "max_sharpe"}), history(), **{option: value})
    assert [problem.path for problem in refusal.value.problems] == [option]


def test_figures_given_directly_have_no_other_history():
    problem = {"assets": ["A", "B"], "expected_returns_frac": [0.0, 0.0], "covariance": [[1e-4, 0.0], [0.0, 1e-4]]}
    with pytest.raises(engine.InputRefused, match="no history"):
        engine.uncertainty(engine.parse_request({"problem": problem, "objective": {"kind": "min_volatility"}}))


def test_blocks_have_the_asked_mean_length_and_wrap_around():
    days = stationary_indices(generator(3), 20_000, 8.0)
    assert days.min() >= 0
    assert days.max() < 20_000
    breaks = np.count_nonzero(np.diff(days) % 20_000 != 1)
    assert 20_000 / breaks == pytest.approx(8.0, rel=0.05)
    assert np.bincount(days, minlength=20_000).mean() == 1.0


def test_returns_that_remember_get_longer_blocks():
    rng = np.random.default_rng(5)
    shocks = rng.normal(size=(1500, 3)) * 0.01
    remembering = shocks.copy()
    for t in range(1, len(shocks)):
        remembering[t] += 0.6 * remembering[t - 1]
    assert mean_block_length(shocks) < 5.0 < 10.0 < mean_block_length(remembering)
    assert mean_block_length(np.zeros((100, 2))) == 1.0
    assert mean_block_length(shocks[:8]) == 2.0


@pytest.mark.parametrize("memory", [0.3, 0.5, 0.7])
def test_block_lengths_are_those_of_the_closed_form_for_a_first_order_memory(memory):
    rng = np.random.default_rng(11)
    series = rng.normal(size=(20_000, 6))
    for t in range(1, len(series)):
        series[t] += memory * series[t - 1]
    closed = (2.0 * memory / (1.0 - memory**2)) ** (2.0 / 3.0) * len(series) ** (1.0 / 3.0)
    assert mean_block_length(series) == pytest.approx(closed, rel=0.1)

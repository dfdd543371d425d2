"""Does a replay add up, agree with the days themselves, and say what stands in and what is not covered?"""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest

from data.reference.stress_events import stress_events
from engine.kernel.errors import InputRefused
from engine.stress.replay import Replayer, Window, replay_all
from engine.stress.stand_ins import History, StandIns
from tests.engine.stress_worlds import embedded_index, portfolio, weekdays, window_of

MODES = ("instant", "buy_and_hold", "daily_rebalanced")


@pytest.fixture(scope="module")
def world():
    """Six assets on an index over 800 weekdays; the last two begin after day 400."""
    rng = np.random.default_rng(3)
    index = rng.normal(0.0, 0.012, 800)
    betas = np.array([0.5, 0.8, 1.0, 1.2, 1.5, 0.7])
    returns = np.outer(index, betas) + rng.normal(0.0, 0.004, (800, 6))
    returns[:400, 4:] = np.nan
    return weekdays(800), returns, index


def replayer(world, weights, stand_ins=None, groups=None, cash=0.0):
    dates, returns, index = world
    held = portfolio(weights, cash, groups)
    return Replayer(held, History(dates, returns[:, : held.count], index), stand_ins)


@pytest.fixture(scope="module")
def real():
    """Dates and returns of the embedded index."""
    known = sorted(embedded_index().items())
    closes = np.array([close for _, close in known])
    return np.array([day for day, _ in known[1:]], dtype="datetime64[D]"), closes[1:] / closes[:-1] - 1.0


@pytest.mark.requirement("4.2.F1", "4.2.D2", "4.2.A5")
def test_the_index_itself_loses_in_each_event_what_it_lost(real):
    dates, moves = real
    windows = [
        Window(one.id, one.name, one.start, one.end, one.sessions_count, one.index_move_frac) for one in stress_events()
    ]
    inside = [one for one in windows if np.datetime64(one.start) >= dates[0] and np.datetime64(one.end) <= dates[-1]]
    answers = replay_all(portfolio([1.0]), History(dates, moves[:, None], moves), inside)
    by_id = {one.scenario: one for one in answers}
    assert by_id["covid_2020"].total_frac == pytest.approx(-0.339, abs=0.003)
    assert by_id["gfc_2007"].total_frac == pytest.approx(-0.568, abs=0.003)
    for one in answers:
        assert one.total_frac == pytest.approx(one.event_index_frac, abs=0.003)
        assert one.total_frac == pytest.approx(one.benchmark_frac, abs=1e-12)
        assert one.sessions_count == next(w.sessions_count for w in windows if w.id == one.scenario)


@pytest.mark.requirement("4.2.A3", "4.2.A4")
@pytest.mark.parametrize("mode", MODES)
def test_positions_and_sectors_sum_to_the_total_and_to_the_path(world, mode):
    weights = np.array([0.4, -0.3, 0.5, 0.2])
    answer = replayer(world, weights, cash=0.2).replay(window_of(world[0], 500, 560), mode)
    assert sum(one.impact_frac for one in answer.positions) == pytest.approx(answer.total_frac, abs=1e-12)
    assert sum(one.impact_frac for one in answer.groups) == pytest.approx(answer.total_frac, abs=1e-12)
    assert answer.covered_frac == 1.0
    assert answer.low_frac == answer.total_frac == answer.high_frac
    if mode != "instant":
        assert answer.path.value_index[-1] - 1.0 == pytest.approx(answer.total_frac, abs=1e-12)
        assert len(answer.path.dates) == len(answer.path.value_index) == 61
        assert answer.path.benchmark_index[-1] - 1.0 == pytest.approx(answer.benchmark_frac, abs=1e-12)


def test_each_mode_is_its_own_formula(world):
    dates, returns, _ = world
    weights = np.array([0.4, -0.3, 0.5, 0.2])
    days = returns[500:560, :4]
    asked = replayer(world, weights, cash=0.2)
    window = window_of(dates, 500, 560)
    grown = np.prod(1.0 + days, axis=0) - 1.0
    assert asked.replay(window).total_frac == pytest.approx(weights @ grown, abs=1e-12)
    assert asked.replay(window, "buy_and_hold").total_frac == pytest.approx(weights @ grown, abs=1e-12)
    daily = asked.replay(window, "daily_rebalanced").total_frac
    assert daily == pytest.approx(np.prod(1.0 + days @ weights) - 1.0, abs=1e-12)


def test_the_deepest_fall_counts_from_the_start(world):
    dates, returns, index = world
    shaped = returns[:, :1].copy()
    shaped[500:504, 0] = (-0.1, -0.1, 0.3, -0.05)
    asked = Replayer(portfolio([1.0]), History(dates, shaped, index))
    path = asked.replay(window_of(dates, 500, 504), "buy_and_hold").path
    assert path.max_drawdown_frac == pytest.approx(0.19)
    assert (path.peak, path.trough) == (path.dates[0], path.dates[2])


@pytest.mark.requirement("4.2.A5")
def test_an_asset_without_history_is_the_index_times_its_beta(world):
    dates, _, index = world
    stand_ins = StandIns({"Index": index}, "Index")
    answer = replayer(world, [0.2, 0.2, 0.2, 0.2, 0.1, 0.1], stand_ins).replay(window_of(dates, 200, 260))
    late = answer.positions[4]
    assert (late.tier, late.proxy) == ("index", "Index")
    assert late.r2_frac > 0.9
    assert not late.is_weak
    assert late.return_frac == pytest.approx(np.prod(1.0 + 1.5 * index[200:260]) - 1.0, abs=0.02)
    assert late.low_frac < late.impact_frac < late.high_frac
    assert answer.low_frac < answer.total_frac < answer.high_frac
    assert answer.proxied_frac == pytest.approx(0.2)
    assert not answer.is_mostly_proxied


def test_the_band_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(11)
    inside = 0
    for _ in range(60):
        index = rng.normal(0.0, 0.01, 500)
        true = 1.2 * index + rng.normal(0.0, 0.01, 500)
        seen = true.copy()
        seen[:200] = np.nan
        history = History(weekdays(500), seen[:, None], index)
        asked = Replayer(portfolio([1.0]), history, StandIns({"Index": index}, "Index"))
        answer = asked.replay(window_of(history.dates, 100, 140))
        truth = np.prod(1.0 + true[100:140]) - 1.0
        inside += answer.low_frac <= truth <= answer.high_frac
    assert 46 <= inside <= 60


def test_a_regression_stands_in_where_the_index_says_little():
    rng = np.random.default_rng(5)
    first, second = rng.normal(0.0, 0.01, (2, 600))
    own = 0.05 * first + 0.9 * second + rng.normal(0.0, 0.003, 600)
    own[:300] = np.nan
    stand_ins = StandIns({"Index": first, "Rates": second}, "Index", factors=("Index", "Rates"))
    asked = Replayer(portfolio([1.0]), History(weekdays(600), own[:, None]), stand_ins)
    position = asked.replay(window_of(weekdays(600), 100, 130)).positions[0]
    assert position.tier == "factors"
    assert position.return_frac == pytest.approx(
        np.prod(1.0 + 0.9 * second[100:130] + 0.05 * first[100:130]) - 1, abs=0.02
    )


def test_a_weak_index_is_flagged():
    rng = np.random.default_rng(6)
    index = rng.normal(0.0, 0.01, 600)
    own = 0.1 * index + rng.normal(0.0, 0.02, 600)
    own[:300] = np.nan
    asked = Replayer(portfolio([1.0]), History(weekdays(600), own[:, None]), StandIns({"Index": index}, "Index"))
    answer = asked.replay(window_of(weekdays(600), 100, 130))
    assert answer.positions[0].is_weak
    assert answer.is_mostly_proxied
    assert "rough figure" in " ".join(answer.notes)


def test_the_sector_stands_in_and_what_nothing_covers_is_named(world):
    dates, returns, index = world
    seen = returns.copy()
    seen[:, 4:] = np.nan
    held = portfolio([0.2, 0.2, 0.2, 0.1, 0.1, 0.2], groups=["Tech", "Tech", "Tech", "Bank", "Tech", ""])
    answer = Replayer(held, History(dates, seen, index)).replay(window_of(dates, 200, 230))
    assert [one.tier for one in answer.positions] == ["own"] * 4 + ["sector", "none"]
    median = np.median(returns[200:230, :3], axis=1)
    assert answer.positions[4].return_frac == pytest.approx(np.prod(1.0 + median) - 1.0)
    assert answer.positions[4].is_weak
    assert answer.positions[5].impact_frac is None
    assert [(one.asset, one.weight_frac) for one in answer.uncovered] == [("A5", 0.2)]
    assert answer.covered_frac == pytest.approx(0.8)
    assert answer.total_frac == pytest.approx(sum(one.impact_frac for one in answer.positions[:5]), abs=1e-12)


def test_the_assets_own_mapping_comes_before_its_sectors_and_the_broad_index():
    rng = np.random.default_rng(8)
    broad, sector, own = rng.normal(0.0, 0.01, (3, 600))
    returns = np.column_stack([broad, sector, own])
    returns += rng.normal(0.0, 0.001, returns.shape)
    returns[:300] = np.nan
    series = {"Broad": broad, "Tech fund": sector, "Twin": own}
    stand_ins = StandIns(series, "Broad", {"Tech": "Tech fund"}, {"A2": "Twin"})
    held = portfolio([0.3, 0.3, 0.4], groups=["", "Tech", "Tech"])
    answer = Replayer(held, History(weekdays(600), returns), stand_ins).replay(window_of(weekdays(600), 100, 130))
    assert [one.proxy for one in answer.positions] == ["Broad", "Tech fund", "Twin"]


def test_a_fund_that_is_younger_than_the_event_gives_way_to_the_broad_index(world):
    dates, returns, index = world
    fund = index + np.random.default_rng(1).normal(0.0, 0.001, 800)
    fund[:400] = np.nan
    stand_ins = StandIns({"Index": index, "Fund": fund}, "Index", {"Young": "Fund"})
    held = portfolio([1.0], groups=["Young"])
    asked = Replayer(held, History(dates, returns[:, 4:5], index), stand_ins)
    answer = asked.replay(window_of(dates, 200, 260, -0.5), "buy_and_hold")
    assert answer.positions[0].proxy == "Index"
    assert answer.path is not None


def test_outside_all_history_the_recorded_move_times_beta_stands_in(world):
    index = world[2]
    window = Window("old", "Old", date(1987, 10, 13), date(1987, 10, 19), 4, -0.2851)
    answer = replayer(world, [0.5, 0.5], StandIns({"Index": index}, "Index")).replay(window, "buy_and_hold")
    assert answer.mode == "instant"
    assert answer.path is None
    assert answer.benchmark_frac is None
    assert answer.positions[0].return_frac == pytest.approx(-0.2851 * 0.5, abs=0.02)
    assert answer.is_mostly_proxied


def test_outside_all_history_without_an_index_nothing_is_covered(world):
    window = Window("old", "Old", date(1987, 10, 13), date(1987, 10, 19), 4, -0.2851)
    answer = replayer(world, [0.5, 0.3], cash=0.2).replay(window)
    assert answer.total_frac == 0.0
    assert answer.covered_frac == pytest.approx(0.2)
    assert len(answer.uncovered) == 2
    assert "not covered" in " ".join(answer.notes)


def test_few_missing_days_are_filled_and_said(world):
    dates, returns, index = world
    seen = returns[:, :1].copy()
    seen[550] = np.nan
    asked = Replayer(portfolio([1.0]), History(dates, seen, index), StandIns({"Index": index}, "Index"))
    answer = asked.replay(window_of(dates, 500, 560))
    assert answer.positions[0].tier == "own"
    assert "A0" in " ".join(answer.notes)
    whole = np.prod(1.0 + returns[500:560, 0]) - 1.0
    assert answer.total_frac == pytest.approx(whole, abs=0.02)


def test_order_and_size_of_the_portfolio_change_nothing(world):
    dates, returns, index = world
    weights = np.array([0.1, 0.2, 0.3, 0.4])
    order = [2, 0, 3, 1]
    window = window_of(dates, 500, 530)
    one = Replayer(portfolio(weights), History(dates, returns[:, :4], index)).replay(window)
    held = portfolio(
        weights[order], names=[f"A{place}" for place in order], groups=[("Tech", "Bank")[o % 2] for o in order]
    )
    other = Replayer(held, History(dates, returns[:, order], index)).replay(window)
    assert {p.asset: p.impact_frac for p in one.positions} == {p.asset: p.impact_frac for p in other.positions}
    assert one.total_frac == pytest.approx(other.total_frac, abs=1e-14)
    stand_ins, early = StandIns({"Index": index}, "Index"), window_of(dates, 200, 230)
    young = np.column_stack([returns[:, 0], returns[:, 4]])
    first = Replayer(portfolio([0.5, 0.5]), History(dates, young, index), stand_ins).replay(early)
    turned = portfolio([0.5, 0.5], names=["A1", "A0"], groups=["Bank", "Tech"])
    second = Replayer(turned, History(dates, young[:, ::-1], index), stand_ins).replay(early)
    assert {p.asset: (p.low_frac, p.high_frac) for p in first.positions} == {
        p.asset: (p.low_frac, p.high_frac) for p in second.positions
    }


def test_odd_portfolios_get_figures_or_flags(world):
    dates, returns, index = world
    window = window_of(dates, 500, 520)
    only_cash = Replayer(portfolio([], cash=1.0), History(dates, returns[:, :0], index)).replay(window, "buy_and_hold")
    assert only_cash.total_frac == 0.0
    assert only_cash.covered_frac == 1.0
    assert only_cash.path.value_index == (1.0,) * 21
    neutral = replayer(world, [1.0, -1.0], cash=1.0).replay(window)
    assert np.isfinite(neutral.total_frac)
    shaped = returns[:, :1].copy()
    shaped[505] = 1.2
    short = Replayer(portfolio([-1.0], cash=2.0), History(dates, shaped, index)).replay(window, "daily_rebalanced")
    assert short.path.is_ruined
    assert "zero or below" in " ".join(short.notes)
    json.dumps(short.model_dump(mode="json"))


def test_the_same_seed_gives_the_same_answer(world):
    stand_ins = StandIns({"Index": world[2]}, "Index")
    window = window_of(world[0], 200, 260)
    first, second = (replayer(world, [0.2] * 6, stand_ins, cash=-0.2).replay(window) for _ in range(2))
    assert first == second


def test_figures_that_do_not_agree_are_refused(world):
    dates, returns, index = world
    with pytest.raises(InputRefused, match="one column for each position"):
        Replayer(portfolio([0.5, 0.5]), History(dates, returns, index))
    with pytest.raises(InputRefused, match="for 800 days"):
        replayer(world, [0.5], StandIns({"Index": index[1:]}, "Index"))
    with pytest.raises(InputRefused, match="named twice"):
        portfolio([0.5, 0.5], names=["A", "A"])
    with pytest.raises(InputRefused, match="Weights are missing"):
        portfolio([0.5, np.nan])

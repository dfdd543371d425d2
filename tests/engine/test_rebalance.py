"""Do whole-share trades come as near as any, keep cash, and fall with the part of the way?"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernel.errors import InputRefused
from engine.rebalance import RebalanceProblem, TradeCosts, WholeTrades, goal_weights, points_along, whole_trades
from engine.rebalance.rounded import rounded_lots
from engine.rebalance.whole import _steps

FREE = {"fixed_ccy": 0.0, "commission_frac": 0.0}


def problem(
    prices: list[float], quantities: list[float], targets: list[float], *, cash: float, **more: object
) -> RebalanceProblem:
    count = len(prices)
    p, q = np.array(prices), np.array(quantities)
    costs = TradeCosts(
        float(more.pop("fixed", 0.0)),  # type: ignore[arg-type]
        float(more.pop("commission", 0.0)),  # type: ignore[arg-type]
        np.full(count, float(more.pop("half_spread", 0.0))),  # type: ignore[arg-type]
        np.full(count, float(more.pop("impact", 0.0))),  # type: ignore[arg-type]
    )
    return RebalanceProblem(
        symbols=tuple(f"A{place}" for place in range(count)),
        prices_ccy=p,
        quantities=q,
        lots=np.array(more.pop("lots", [1.0] * count)),
        targets_frac=np.array(targets),
        whole_ccy=float((p * q).sum() + cash),
        cash_ccy=cash,
        reserve_ccy=float(more.pop("reserve", 0.0)),  # type: ignore[arg-type]
        costs=costs,
        **more,  # type: ignore[arg-type]
    )


def drawn(seed: int, count: int, **more: object) -> RebalanceProblem:
    rng = np.random.default_rng(seed)
    prices = rng.uniform(20.0, 300.0, count)
    held = np.floor(rng.dirichlet(np.ones(count)) * 20_000.0 / prices)
    return problem(
        list(prices), list(held), list(rng.dirichlet(np.ones(count)) * 0.99), cash=float(rng.uniform(300, 900)), **more
    )


def every_choice(one: RebalanceProblem) -> float:
    """The best value over all whole lots within the steps, by trying each."""
    steps = _steps(one, goal_weights(one), is_forced=False)
    best = np.inf
    for chosen in itertools.product(*(range(max(int(most) - 4, 0), int(most) + 1) for most in steps.most)):
        for lots in (np.array(chosen), np.where(np.array(chosen) == max(chosen), 0, np.array(chosen))):
            if steps.is_kept(lots.astype(np.int64)):
                best = min(best, steps.objective(lots.astype(np.int64)))
    return best


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("fixed", [0.0, 15.0])
def test_no_lots_that_are_tried_one_by_one_come_nearer(seed: int, fixed: float) -> None:
    one = drawn(seed, 4, fixed=fixed, half_spread=0.0005, reserve=250.0, least_trade_ccy=200.0 if fixed else 0.0)
    found = whole_trades(one)
    assert found.outcome == "proven"
    assert found.distance_ccy <= every_choice(one) + 1e-6 * one.whole_ccy


def test_the_hand_example_buys_two_of_three_shares_because_cash_is_short() -> None:
    one = problem([100.0, 50.0], [10.0, 0.0], [0.85, 0.15], cash=110.0, unsold=np.array([True, True]))
    found = whole_trades(one)
    assert found.quantities.tolist() == [0.0, 2.0]
    assert found.cash_ccy == pytest.approx(10.0)


def test_what_lies_within_its_band_is_left_alone_and_the_rest_goes_to_the_target_or_to_the_edge() -> None:
    given_ = ([100.0, 100.0, 100.0], [40.0, 33.0, 27.0], [0.34, 0.33, 0.33])
    to_target = whole_trades(problem(*given_, cash=0.0, band_frac=0.02))
    to_edge = whole_trades(problem(*given_, cash=0.0, band_frac=0.02, band_goal="edge"))
    assert to_target.quantities.tolist() == [-6.0, 0.0, 6.0]
    assert to_edge.quantities.tolist() == [-4.0, 0.0, 4.0]


def test_what_may_not_be_bought_or_sold_is_not() -> None:
    one = problem(
        [100.0, 100.0, 100.0], [50.0, 50.0, 0.0], [0.2, 0.6, 0.2], cash=0.0,
        unbought=np.array([False, True, False]), unsold=np.array([False, False, True]),
    )  # fmt: skip
    found = whole_trades(one)
    assert found.quantities[1] == 0.0
    assert found.quantities[0] == -30.0
    assert found.quantities[2] == 20.0


def test_a_position_that_is_given_up_takes_its_odd_rest_along() -> None:
    one = problem([10.0, 10.0], [250.5, 100.0], [0.0, 1.0], cash=0.0, lots=[100.0, 100.0])
    found = whole_trades(one)
    assert found.quantities.tolist() == [-250.5, 200.0]
    assert found.cash_ccy == pytest.approx(505.0)


def test_a_reserve_above_the_cash_forces_sales_that_the_target_does_not_ask_for() -> None:
    one = problem([100.0, 50.0], [10.0, 20.0], [0.5, 0.5], cash=0.0, reserve=200.0)
    found = whole_trades(one)
    assert found.cash_ccy >= 200.0
    assert found.forced
    unable = whole_trades(problem([100.0], [1.0], [1.0], cash=0.0, reserve=500.0))
    assert unable.outcome == "no_cash"
    assert not unable.quantities.any()


def test_a_trade_that_costs_more_than_it_brings_nearer_is_not_made() -> None:
    far = problem([100.0, 100.0], [51.0, 49.0], [0.5, 0.5], cash=0.0, fixed=110.0)
    assert not whole_trades(far).quantities.any()
    assert whole_trades(problem([100.0, 100.0], [51.0, 49.0], [0.5, 0.5], cash=0.0)).quantities.tolist() == [-1.0, 1.0]


def test_many_names_are_rounded_and_the_gap_is_told() -> None:
    one = drawn(3, 90, reserve=250.0)
    found = whole_trades(one)
    assert found.method == "largest_remainder"
    assert found.cash_ccy >= 250.0
    assert 0.0 <= found.gap_ccy <= 0.5 * found.distance_ccy


@pytest.mark.parametrize("seed", range(6))
def test_rounding_comes_near_the_proven_answer(seed: int) -> None:
    one = drawn(seed, 12, reserve=250.0)
    steps = _steps(one, goal_weights(one), is_forced=False)
    lots = rounded_lots(steps)
    assert lots is not None
    proven = whole_trades(one)
    assert proven.method == "integer_program"
    assert proven.distance_ccy <= steps.objective(lots) + 1e-6 * one.whole_ccy
    assert steps.objective(lots) <= 1.25 * proven.distance_ccy + 1.0


def test_costs_are_those_of_the_optimizer() -> None:
    from engine.costs import CostsSpec
    from engine.kernel.forms import Estimates, Universe

    volumes, capital, weights = np.array([2e6, 5e6]), 1e6, np.array([0.4, 0.6])
    covariance = np.diag([0.04, 0.09])
    universe = Universe(
        assets=("A", "B"), sectors=(None, None), current_weights_frac=np.array([0.5, 0.5]),
        daily_volumes_money=volumes, capital_money=capital,
    )  # fmt: skip
    estimates = Estimates(np.zeros(2), covariance)
    spec = CostsSpec(spread_frac=0.002, impact_coefficient=0.7, holding_period_days=252)
    theirs = spec.once_frac(weights, universe, estimates) * capital
    impacts = 0.7 * np.sqrt(np.diag(covariance) / 252) / np.sqrt(volumes)
    ours = TradeCosts(0.0, 0.0, np.full(2, 0.001), impacts).of((weights - 0.5) * capital).sum()
    assert ours == pytest.approx(theirs, rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 7), part=st.floats(0.0, 1.0), lot=st.sampled_from([1.0, 10.0]))
def test_trades_are_whole_keep_cash_and_never_sell_more_than_is_held(
    seed: int, count: int, part: float, lot: float
) -> None:
    one = drawn(
        seed, count, reserve=200.0, fixed=1.0, half_spread=0.0004, commission=0.0001, impact=1e-6, part_frac=part,
        lots=[lot] * count,
    )  # fmt: skip
    found = whole_trades(one)
    rest = np.abs(found.quantities / lot - np.rint(found.quantities / lot)) > 1e-9
    assert (~rest | (found.quantities == -one.quantities)).all()
    assert (one.quantities + found.quantities >= -1e-9).all()
    values = found.quantities * one.prices_ccy
    assert found.cash_ccy == pytest.approx(one.cash_ccy - values.sum() - one.costs.of(values).sum(), abs=1e-6)
    assert found.cash_ccy >= 200.0 - 1e-6
    assert found.bound_ccy <= found.distance_ccy


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(2, 8))
def test_on_the_way_the_distance_falls_steadily_and_risk_stays_below_its_ends(seed: int, count: int) -> None:
    one = drawn(seed, count)
    factors = np.random.default_rng(seed).normal(size=(count, count))
    covariance = factors @ factors.T / count * 0.04
    points = points_along(one, covariance, [step / 10 for step in range(11)])
    away = [point.tracking_error_annual_frac for point in points]
    risk = [point.volatility_annual_frac for point in points]
    assert all(after <= before + 1e-12 for before, after in itertools.pairwise(away))
    assert away[-1] == pytest.approx(0.0, abs=1e-9)
    for part, value in zip((step / 10 for step in range(11)), risk, strict=True):
        assert value <= (1 - part) * risk[0] + part * risk[-1] + 1e-12
    turnover = [point.turnover_frac for point in points]
    assert turnover == pytest.approx([step / 10 * turnover[-1] for step in range(11)])


def test_unusable_figures_are_refused_with_every_problem() -> None:
    with pytest.raises(InputRefused) as told:
        problem([100.0, -1.0], [1.0, 1.0], [0.5, 0.5], cash=200.0, band_frac=-0.1)
    assert {one.path for one in told.value.problems} == {"prices_ccy", "band_frac"}


def test_equal_questions_have_equal_answers() -> None:
    first: WholeTrades = whole_trades(drawn(5, 30, reserve=250.0))
    again = whole_trades(drawn(5, 30, reserve=250.0))
    assert first.quantities.tolist() == again.quantities.tolist()

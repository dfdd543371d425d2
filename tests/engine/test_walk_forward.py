"""Does a walk through the past know nothing of what comes later, pay for what it trades, and measure rightly?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import engine
from engine.kernel.errors import Cancelled
from engine.kernel.risk_free import RiskFree
from engine.walkforward.calibration import Outcome, calibrate
from engine.walkforward.history import History, rebalancing_rows
from engine.walkforward.walk import Stretch, Walker

COUNT, PERIODS = 6, 420
NAMES = tuple(f"A{i}" for i in range(COUNT))
FEW: dict[str, Any] = {"lookback_periods": 120, "frontier_points_count": 0}


def days(count: int) -> np.ndarray:
    calendar = np.arange(np.datetime64("2018-01-01"), np.datetime64("2030-01-01"))
    return calendar[np.is_busday(calendar)][:count]


def returns_of(seed: int, periods: int = PERIODS) -> np.ndarray:
    rng = np.random.default_rng(seed)
    common = 0.007 * rng.normal(size=(periods, 1))
    return common + 0.01 * rng.normal(size=(periods, COUNT)) + 0.0004


def panel(returns: np.ndarray) -> engine.ReturnsPanel:
    return engine.ReturnsPanel(days(len(returns)), NAMES, returns)


def request(**more: Any) -> engine.OptimizationRequest:
    body: dict[str, Any] = {
        "asset_ids": list(NAMES),
        "objective": {"kind": "max_sharpe"},
        "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.5}],
    }
    return engine.parse_request(body | more)


def walk(
    returns: np.ndarray, asked: engine.OptimizationRequest | None = None, **options: Any
) -> engine.WalkForwardResult:
    chosen = engine.WalkForwardOptions(**(FEW | options))
    return engine.walk_forward(asked or request(), panel(returns), risk_free=RiskFree.not_set(), options=chosen)


def decided(result: engine.WalkForwardResult) -> list[tuple[Any, ...]]:
    return [
        (one.decided_on, one.promised_return_annual_frac, one.promised_volatility_annual_frac, one.turnover_frac)
        for one in result.decisions
    ]


@pytest.mark.parametrize("embargo", [0, 1, 5])
def test_what_comes_after_a_date_changes_nothing_decided_on_it(embargo: int) -> None:
    returns = returns_of(1)
    other = returns.copy()
    cut = 300
    other[cut:] = returns_of(99)[cut:] * 3.0  # another future from row 300 on
    first, second = (walk(one, embargo_periods=embargo, frontier_points_count=2) for one in (returns, other))
    last_same = panel(returns).dates[cut - 1]
    same = [n for n, one in enumerate(first.decisions) if np.datetime64(one.decided_on) <= last_same]
    assert len(same) >= 5
    assert len(first.decisions) > len(same)
    assert [decided(first)[n] for n in same] == [decided(second)[n] for n in same]
    assert decided(first) != decided(second)
    known = sum(np.datetime64(day) <= last_same for day in first.dates)
    for one, two in zip(first.strategies, second.strategies, strict=True):
        assert one.wealth[:known] == two.wealth[:known]


def test_the_embargo_keeps_the_last_days_out_of_the_estimate() -> None:
    returns = returns_of(2)
    row = int(rebalancing_rows(History.of(panel(returns)).dates, 125, "monthly", 1)[0])
    other = returns.copy()
    other[row - 5 : row] *= -2.0  # the five days before the trade
    first, second = (walk(one, embargo_periods=5) for one in (returns, other))
    assert decided(first)[0][:3] == decided(second)[0][:3]
    assert decided(walk(returns, embargo_periods=4))[0][:3] != decided(walk(other, embargo_periods=4))[0][:3]


def test_each_date_has_the_answer_of_the_engine_on_its_own_window() -> None:
    returns = returns_of(3)
    result = walk(returns, embargo_periods=0)
    first = result.decisions[0]
    window = panel(returns).until(first.decided_on).tail(120)
    own = engine.optimize(
        request(estimates={"lookback_days": 120}), window, current_weights_frac=dict.fromkeys(NAMES, 0.0)
    )
    assert own.metrics is not None
    assert first.promised_return_annual_frac == pytest.approx(own.metrics.return_annual_frac, rel=1e-12)
    weights = np.array([line.weight_frac for line in own.weights])
    place = int(np.searchsorted(panel(returns).dates, np.datetime64(first.decided_on))) + 1
    held = returns[place : place + first.periods_count]
    assert first.realized_return_frac == pytest.approx(np.prod(1.0 + held, axis=0) @ weights - 1.0, abs=1e-12)
    assert first.turnover_frac == pytest.approx(0.5)  # bought from cash


def test_wealth_is_what_holdings_costs_and_cash_make_of_one() -> None:
    returns = returns_of(4)
    asked = request(
        constraints=[
            {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.3},
            {"kind": "budget", "net_frac": 0.9},
        ],
        risk_free_annual_frac=0.04,
    )
    result = walk(returns, asked, spread_bps=40.0)
    gross = 1.0
    for one in result.decisions:
        assert one.cost_frac == pytest.approx(2.0 * one.turnover_frac * 0.5 * 40e-4, rel=1e-12)
        gross *= (1.0 - one.cost_frac) * (1.0 + one.realized_return_frac)
    assert result.strategies[0].wealth[-1] == pytest.approx(gross, rel=1e-9)
    equal = result.strategies[1]
    row = len(returns) - len(result.dates) + 1
    held = np.ones(COUNT) / COUNT
    wealth, path = 1.0, []
    dates = set(one.decided_on for one in result.decisions)
    weights = np.zeros(COUNT)
    for n, day in enumerate(result.dates[:-1]):
        if day in dates:
            wealth *= 1.0 - float(np.abs(held - weights).sum()) * 0.5 * 40e-4
            weights = held.copy()
        grown = weights * (1.0 + returns[row + n])
        total = grown.sum() + (1.0 - weights.sum()) * (1.0 + 0.04 / 252)
        wealth, weights = wealth * total, grown / total
        path.append(wealth)
    assert equal.wealth[1:] == pytest.approx(path, rel=1e-9)


def test_the_figures_are_those_of_their_definitions() -> None:
    result = walk(returns_of(5))
    one = result.strategies[0]
    wealth = np.array(one.wealth)
    net = wealth[1:] / wealth[:-1] - 1.0
    figures = one.figures
    assert figures.return_annual_frac == pytest.approx(wealth[-1] ** (252 / len(net)) - 1.0, rel=1e-8)
    assert figures.volatility_annual_frac == pytest.approx(net.std(ddof=1) * np.sqrt(252), rel=1e-6)
    assert figures.sharpe == pytest.approx(net.mean() / net.std(ddof=1) * np.sqrt(252), rel=1e-6)
    assert figures.max_drawdown_frac == pytest.approx(1.0 - (wealth / np.maximum.accumulate(wealth)).min(), rel=1e-6)
    years = len(net) / 252
    assert figures.turnover_annual_frac == pytest.approx(sum(d.turnover_frac for d in result.decisions) / years)
    assert len(result.dates) == len(wealth)
    short = walk(returns_of(5, 240), frequency="periods", every_periods=10)
    assert short.strategies[0].figures.return_annual_frac is None  # less than a year is not annualized


def test_permuted_assets_permute_the_answer_and_nothing_else() -> None:
    returns = returns_of(6)
    order = [3, 0, 5, 1, 4, 2]
    names = tuple(NAMES[i] for i in order)
    turned = engine.ReturnsPanel(days(PERIODS), names, returns[:, order])
    options = engine.WalkForwardOptions(**FEW)
    first = walk(returns)
    second = engine.walk_forward(request(asset_ids=list(names)), turned, options=options)
    for one, two in zip(first.strategies, second.strategies, strict=True):
        assert one.wealth == pytest.approx(two.wealth, rel=1e-5)


def test_a_recipe_of_minimum_variance_is_not_compared_with_itself() -> None:
    result = walk(returns_of(7), request(objective={"kind": "min_volatility"}), frontier_points_count=2)
    assert [one.key for one in result.strategies] == ["recipe", "equal_weight"]
    assert any("itself the one of minimum variance" in note for note in result.notes)
    least = result.frontier[0]
    assert least.place_frac == 0.0
    assert least.figures.total_return_frac == pytest.approx(result.strategies[0].figures.total_return_frac, rel=1e-4)


def test_current_weights_are_held_without_a_trade_and_a_turnover_limit_holds() -> None:
    held = dict(zip(NAMES, (0.5, 0.5, 0.0, 0.0, 0.0, 0.0), strict=True))
    limits = [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.6},
        {"kind": "turnover", "max_frac": 0.1},
    ]
    result = walk(returns_of(8), request(current_weights=held, constraints=limits))
    assert [one.key for one in result.strategies][-1] == "buy_and_hold"
    assert result.strategies[-1].figures.turnover_annual_frac == 0.0
    assert all(one.turnover_frac <= 0.1 + 1e-7 for one in result.decisions)
    assert any(one.turnover_frac > 0.05 for one in result.decisions)


def test_dates_without_an_answer_keep_what_is_held_and_are_told() -> None:
    returns = returns_of(9)
    returns[:260] -= 0.004  # nothing beats cash at first
    result = walk(returns)
    silent = [one for one in result.decisions if not one.is_answered]
    assert 0 < len(silent) < len(result.decisions)
    assert all(one.turnover_frac == 0.0 and one.promised_return_annual_frac is None for one in silent)
    assert result.strategies[0].held_count == len(silent)
    assert any(f"On {len(silent)} of {len(result.decisions)} dates" in note for note in result.notes)
    assert result.decisions[0].realized_return_frac == 0.0  # still in cash
    falling = walk(returns_of(9) - 0.02)
    assert falling.status == "never_answered"
    assert falling.strategies == ()
    assert falling.advice


def test_assets_without_prices_are_left_out_on_those_dates() -> None:
    levels = 100.0 * np.vstack([np.ones(COUNT), np.cumprod(1.0 + returns_of(10), axis=0)])
    levels[:200, 5] = np.nan  # listed later
    levels[330:, 4] = np.nan  # no longer traded
    levels[150, 0] = np.nan  # one day without a price
    prices = engine.PricePanel(days(PERIODS + 1), NAMES, levels)
    result = engine.walk_forward(request(), prices, options=engine.WalkForwardOptions(**FEW))
    assert result.decisions[0].left_out == ("A5",)
    assert "A5" not in result.decisions[-1].left_out
    assert "A4" in result.decisions[-1].left_out
    assert all("A0" not in one.left_out for one in result.decisions)
    assert any("A5" in note and "left out" in note for note in result.notes)
    assert all(np.isfinite(one.wealth).all() for one in result.strategies)
    named = request(
        objective={"kind": "min_volatility"},
        constraints=[
            {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.5},
            {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.1, "assets": ["A5"]},
        ],
    )
    capped = engine.walk_forward(named, prices, options=engine.WalkForwardOptions(**FEW))
    assert capped.decisions[0].is_answered  # a limit on an asset that does not exist yet is no obstacle


def test_progress_tells_the_date_and_a_wish_to_stop_is_heard() -> None:
    stages: list[str] = []

    def report(stage: str, share: float) -> None:
        stages.append(stage)
        if len(set(stages)) > 2:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        engine.walk_forward(
            request(), panel(returns_of(11)), on_progress=report, options=engine.WalkForwardOptions(**FEW)
        )
    assert stages[0].startswith("Deciding on 29 June 2018, 1 of ")


def test_what_cannot_be_tested_is_refused_with_a_way_out() -> None:
    with pytest.raises(engine.InputRefused, match="look-back window of 5,000 leaves 0 dates"):
        walk(returns_of(12), lookback_periods=5000)
    with pytest.raises(engine.InputRefused, match="have none"):
        engine.walk_forward(request())
    with pytest.raises(engine.InputRefused, match="Did you mean 50%"):
        engine.WalkForwardOptions(starting_weights={"A0": 50.0})
    late = walk(returns_of(12), from_date=days(PERIODS)[300].astype(object))
    assert late.decisions[0].decided_on >= days(PERIODS)[300].astype(object)


def test_months_quarters_and_periods_are_counted_from_the_first_possible_date() -> None:
    dates = np.concatenate([[np.datetime64("2017-12-29")], days(300)])
    monthly = dates[rebalancing_rows(dates, 20, "monthly", 1)]
    assert [str(one) for one in monthly[:3]] == ["2018-01-31", "2018-02-28", "2018-03-30"]
    assert str(dates[rebalancing_rows(dates, 20, "quarterly", 1)][0]) == "2018-03-30"
    assert rebalancing_rows(dates, 20, "periods", 50).tolist() == [20, 70, 120, 170, 220, 270]
    assert monthly[-1] < dates[-1]


def test_wealth_that_is_lost_stays_lost() -> None:
    walker = Walker(np.array([3.0]), np.zeros(1))  # three times the wealth, with a loan of twice
    walker.hold(Stretch.of(np.array([[-0.5], [0.9]]), np.zeros(2)))
    walker.trade(np.array([1.0]))
    walker.hold(Stretch.of(np.array([[0.5]]), np.zeros(1)))
    assert walker.wealths().tolist() == [0.0, 0.0, 0.0]


def test_honest_promises_are_calibrated_and_half_the_risk_is_not() -> None:
    rng = np.random.default_rng(0)
    outcomes = [rng.normal(0.08 * 21 / 252, 0.16 * np.sqrt(21 / 252)) for _ in range(400)]

    def calibration(volatility: float) -> Any:
        return calibrate([Outcome(0.08, volatility, one, None, 21) for one in outcomes], 252)

    honest, bold = calibration(0.16), calibration(0.08)
    assert honest.bias_lower < honest.bias_statistic < honest.bias_upper
    assert honest.within_lower_frac <= honest.within_frac <= honest.within_upper_frac
    assert bold.bias_statistic == pytest.approx(2.0 * honest.bias_statistic)
    assert bold.within_frac < bold.within_lower_frac
    assert honest.realized_return_annual_frac == pytest.approx(np.mean(outcomes) * 12)

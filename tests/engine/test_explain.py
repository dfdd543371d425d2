"""Do the reasons for weights add up, do prices hold where they say, and does a required return do what it says?"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import engine
from engine.explain.result import ExplanationResult
from engine.kernel.frames import ReturnsPanel
from tests.engine.explain_worlds import COUNT, RATE, figures, world

SHARPE = {"kind": "max_sharpe"}
UTILITY = {"kind": "max_utility", "risk_aversion": 4.0}
TARGET = {"kind": "target_return", "return_min_annual_frac": 0.09}
CEILING = {"kind": "max_return", "volatility_max_annual_frac": 0.13}
VARIANCE = {"kind": "min_volatility"}
ACTIVE = {"kind": "min_tracking_error", "return_min_annual_frac": 0.09}
KINDS = [
    (),
    ("sectors", "turnover", "esg", "factor"),
    ("te",),
    ("vol", "sectors"),
    ("long_short", "sectors", "turnover", "esg"),
]


def weights_of(found: ExplanationResult) -> np.ndarray:
    return np.array([line.weight_frac for line in found.weights])


def optimal(request: Any) -> np.ndarray:
    return np.array([line.weight_frac for line in engine.optimize(request).weights])


@pytest.mark.requirement("5.2.F6")
@pytest.mark.parametrize("goal", [SHARPE, UTILITY, TARGET, CEILING, VARIANCE, ACTIVE], ids=lambda goal: goal["kind"])
@pytest.mark.parametrize("kinds", KINDS, ids="-".join)
def test_terms_sum_to_zero_and_the_split_leads_to_the_weights(goal: dict[str, Any], kinds: tuple[str, ...]) -> None:
    for seed in (0, 1):
        request = world(seed, goal, kinds, has_costs=seed == 1)
        found = engine.explain(request, has_required_returns=False)
        direct = engine.optimize(request)
        if direct.status == "infeasible":
            assert (found.status, found.message, found.weights) == ("infeasible", direct.message, ())
            continue
        weights = weights_of(found)
        assert weights == pytest.approx([line.weight_frac for line in direct.weights], abs=1e-7)
        assert direct.certificate is not None
        bounds = {line.scope: line for line in direct.certificate.limits if line.kind == "position_bounds"}
        means, covariance = figures(seed)
        for at, line in enumerate(found.weights):
            terms = line.reward + line.risk + line.costs + line.bound + sum(one.amount for one in line.limits)
            assert abs(terms) <= 1e-8
            own = bounds[line.asset]
            if not own.is_binding:
                assert line.bound == 0.0
            elif own.min_frac is not None and abs(line.weight_frac - own.min_frac) < 1e-6:
                assert line.bound >= -1e-12
            else:
                assert line.bound <= 1e-12
            if found.unit == "annual_return":
                assert line.reward == pytest.approx(means[at] - RATE, abs=1e-12)
        slope = covariance @ (weights if goal is not ACTIVE else weights - benchmark_of(request))
        risks = np.array([line.risk for line in found.weights])
        if found.risk_price is not None:
            assert risks == pytest.approx(-slope / found.risk_price, abs=1e-7)
        elif goal is VARIANCE:
            assert risks == pytest.approx(-slope / np.sqrt(weights @ covariance @ weights), abs=1e-7)
        if found.split is not None:
            shifts = np.array([step.shifts_frac for step in found.split.steps]).reshape(-1, COUNT).sum(axis=0)
            assert np.abs(np.array(found.split.start_frac) + shifts - weights).max() <= 1e-10
            if found.split.steps:
                last = found.split.steps[-1].volatility_annual_frac
                assert last == pytest.approx(np.sqrt(weights @ covariance @ weights), rel=1e-8)


def benchmark_of(request: Any) -> np.ndarray:
    return np.array([request.facts.benchmark_weights[name] for name in request.problem.assets])


def test_the_way_starts_from_the_portfolio_that_a_formula_gives() -> None:
    means, covariance = figures(3)
    inverse = np.linalg.inv(covariance)
    found = engine.explain(world(3, SHARPE), has_required_returns=False)
    tangency = inverse @ (means - RATE)
    assert found.split is not None
    assert np.array(found.split.start_frac) == pytest.approx(tangency / tangency.sum(), abs=1e-8)
    least = engine.explain(world(3, VARIANCE), has_required_returns=False)
    assert least.split is not None
    assert np.array(least.split.start_frac) == pytest.approx(inverse.sum(axis=1) / inverse.sum(), abs=1e-8)
    assert (least.unit, least.risk_price, least.required_returns) == ("marginal_volatility", None, ())


FIELDS = {("sector_limit", True): "max_frac", ("turnover", True): "max_frac", ("esg_floor", False): "min_score"}


@pytest.mark.parametrize("goal", [SHARPE, UTILITY, TARGET, CEILING, VARIANCE], ids=lambda goal: goal["kind"])
def test_prices_equal_differences_and_hold_just_as_far_as_they_say(goal: dict[str, Any]) -> None:
    seen = 0
    for seed in (0, 2):
        for kinds in (("turnover",), ("esg",)):
            request = world(seed, goal, kinds)
            found = engine.explain(request, has_required_returns=False)
            for price in found.prices:
                field = FIELDS.get((price.kind, price.is_upper))
                if field is None or not price.has_range:
                    continue
                seen += 1

                def moved(
                    side: float, kind: str = price.kind, field: str = field, seed: int = seed, kinds: Any = kinds
                ):  # type: ignore[no-untyped-def]
                    return world(seed, goal, kinds, change={"kind": kind, field: side})

                low = price.side - 1.0 if price.holds_from is None else price.holds_from
                high = price.side + 1.0 if price.holds_to is None else price.holds_to
                step = 0.2 * min(price.side - low, high - price.side, 0.01 * abs(price.side))
                if step > 1e-6:
                    ends = [figure(goal, moved(price.side + way * step)) for way in (1.0, -1.0)]
                    assert price.price == pytest.approx((ends[0] - ends[1]) / (2.0 * step), rel=0.01, abs=1e-6)
                same = pattern(found)
                for end in (price.holds_from, price.holds_to):
                    if end is None or abs(end - price.side) < 1e-6:
                        continue
                    inside = engine.explain(moved(price.side + 0.95 * (end - price.side)), has_required_returns=False)
                    assert pattern(inside) == same
                    outside = engine.explain(moved(price.side + 1.05 * (end - price.side)), has_required_returns=False)
                    assert pattern(outside) != same
                if price.figure_gain is not None:
                    sign = -1.0 if goal is VARIANCE or goal is TARGET else 1.0
                    gain = sign * (figure(goal, moved(price.step_side)) - figure(goal, request))
                    assert price.figure_gain == pytest.approx(gain, abs=1e-7)
                    assert price.figure_cost is not None
                    assert price.figure_cost >= price.figure_gain - 1e-9 >= -1e-8
    assert seen >= 2


def figure(goal: dict[str, Any], request: Any) -> float:
    """Return the goal's figure at the request's answer, from weights and figures alone."""
    means = np.array(request.problem.expected_returns_frac)
    covariance = np.array(request.problem.covariance)
    weights = weights_of(engine.explain(request, has_required_returns=False))
    earned, risk = float(means @ weights) - RATE, float(np.sqrt(weights @ covariance @ weights))
    if goal is SHARPE:
        return earned / risk
    if goal is UTILITY:
        return earned - 0.5 * 4.0 * risk**2
    return earned if goal is CEILING else risk


def pattern(found: ExplanationResult) -> tuple[Any, ...]:
    """Return which limits and bounds bind, and on which side of its present weight each asset lies."""
    signs = tuple(np.sign(round(line.bound, 10)) for line in found.weights)
    slopes = np.array([sum(one.amount for one in line.limits if one.kind == "turnover") for line in found.weights])
    shares = slopes / (float(np.abs(slopes).max()) or 1.0)
    sides = tuple(round(share) if abs(abs(share) - 1.0) < 1e-7 else 0.5 for share in shares.tolist())
    return signs, sides, tuple(price.name for price in found.prices)


@pytest.mark.requirement("5.2.F6")
@pytest.mark.parametrize("goal", [SHARPE, UTILITY, CEILING], ids=lambda goal: goal["kind"])
@pytest.mark.parametrize("kinds", [("sectors",), ("turnover", "esg"), ("te",)], ids="-".join)
def test_the_required_return_solved_again_gives_the_weight(goal: dict[str, Any], kinds: tuple[str, ...]) -> None:
    request = world(4, goal, kinds)
    now = optimal(request)
    at = int(np.argsort(now)[-4])
    for wanted in (now[at] + 0.01, max(now[at] - 0.02, 0.5 * now[at])):
        found = engine.explain.required_return(request, asset=f"A{at}", weight_frac=float(wanted))
        if found.return_annual_frac is None:
            assert found.limits or "jumps past it" in found.sentence
            continue
        assert (found.return_annual_frac > found.return_now_annual_frac) == (wanted > now[at])
        again = optimal(world(4, goal, kinds, returns={at: found.return_annual_frac}))
        assert again[at] == pytest.approx(wanted, abs=1e-6)
        assert found.reached_frac == pytest.approx(wanted, abs=1e-6)


def test_an_asset_that_is_not_held_enters_just_above_the_return_that_is_stated() -> None:
    found = engine.explain(world(0, SHARPE, ("sectors",)))
    out = [line for line in found.required_returns if line.now_frac == 0.0 and line.weight_frac == 0.0]
    assert out
    for line in out:
        at = int(line.asset[1:])
        assert line.return_annual_frac is not None
        for shift, is_held in ((1e-4, True), (-1e-4, False)):
            weights = optimal(world(0, SHARPE, ("sectors",), returns={at: line.return_annual_frac + shift}))
            assert bool(weights[at] > 0.0) is is_held


def test_every_required_return_is_verified_where_weights_jump_too() -> None:
    stated = 0
    for goal, seed in ((SHARPE, 1), ({"kind": "max_return", "volatility_max_annual_frac": 0.2}, 0), (TARGET, 2)):
        for line in engine.explain(world(seed, goal)).required_returns:
            assert line.sentence
            if line.return_annual_frac is not None:
                stated += 1
                assert line.reached_frac == pytest.approx(line.weight_frac, abs=1e-6)
    assert stated >= 10


def test_a_weight_that_a_limit_forbids_names_that_limit() -> None:
    found = engine.explain.required_return(world(0, SHARPE), asset="A1", weight_frac=0.3)
    assert found.return_annual_frac is None
    assert found.limits == ("Positions at most 25%",)
    assert "No expected return gives A1 a weight of 30%" in found.sentence
    none = engine.explain.required_return(world(0, VARIANCE), asset="A1", weight_frac=0.1)
    assert none.return_annual_frac is None
    assert "no part in this goal" in none.sentence
    with pytest.raises(engine.InputRefused, match="not among the assets"):
        engine.explain.required_return(world(0, SHARPE), asset="Z")


def test_goals_without_multipliers_say_so_and_give_what_is_exact(panel: ReturnsPanel) -> None:
    body = '{"objective": {"kind": "%s"}, "asset_ids": ["AAPL", "JNJ", "KO", "XOM"], "frontier_points_count": 0}'
    told = {}
    for kind in ("min_cvar", "risk_parity", "equal_weight"):
        found = engine.explain(engine.parse_request(body % kind), panel=panel)
        assert found.weights == ()
        told[kind] = found.notes[-1]
        total = sum(part.part_frac for part in found.risk_parts)
        weights = np.array([part.part_frac / part.marginal for part in found.risk_parts])
        returns = panel.select(("AAPL", "JNJ", "KO", "XOM")).returns_frac[-1260:]
        if kind == "min_cvar":
            losses = np.sort(-(returns @ weights))[::-1]
            assert total == pytest.approx((losses[:63]).sum() / 63.0, rel=1e-9)
        else:
            assert total == pytest.approx(np.std(returns @ weights, ddof=1) * np.sqrt(252), rel=1e-9)
    assert len(set(told.values())) == 3


def test_whole_positions_are_explained_given_the_chosen_ones() -> None:
    request = world(
        2, SHARPE, more=[{"kind": "min_holding", "min_frac": 0.08}, {"kind": "holdings_count", "max_count": 6}]
    )
    found = engine.explain(request)
    assert any("chosen by a search" in note for note in found.notes)
    assert max(abs(line.residual) for line in found.weights) <= 1e-8
    assert weights_of(found) == pytest.approx(optimal(request), abs=1e-7)
    assert all(price.figure_cost is None for price in found.prices)


def test_a_worst_case_and_market_impact_are_terms_too(panel: ReturnsPanel) -> None:
    body = {
        "objective": {"kind": "robust", "uncertainty": 0.5, "risk_aversion": 3.0},
        "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.4}],
        "asset_ids": ["AAPL", "JNJ", "KO", "XOM", "JPM", "WMT"],
        "current_weights": {"KO": 0.5, "XOM": 0.5},
        "frontier_points_count": 0,
    }
    found = engine.explain(engine.parse_request(json.dumps(body)), panel=panel, has_required_returns=False)
    assert max(abs(line.residual) for line in found.weights) <= 1e-8
    assert found.split is not None
    assert found.split.residual_frac <= 1e-10
    assert found.split.steps[0].name == "Worst case of the returns"
    assert all(not price.has_range for price in found.prices)
    facts = {"capital_money": 1e9, "daily_volumes_money": dict.fromkeys(body["asset_ids"], 1e8)}
    costs = {"spread_frac": 0.002, "impact_coefficient": 0.5, "holding_period_days": 252}
    traded = {**body, "objective": SHARPE, "facts": facts, "costs": costs}
    request = engine.parse_request(json.dumps(traded))
    found = engine.explain(request, panel=panel, has_required_returns=False)
    assert max(abs(line.residual) for line in found.weights) <= 1e-8
    for line, now in zip(found.weights, (0.0, 0.0, 0.5, 0.5, 0.0, 0.0), strict=True):
        assert (line.costs < 0.0) == (line.weight_frac > now) or line.weight_frac == now

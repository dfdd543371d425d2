"""Does `engine.frontier` tell the whole frontier: in annual figures, with prices, and why where there is none?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import engine

NAMES = tuple("ABCDEFGH")
HELD = dict.fromkeys(NAMES, 0.125)
SECTORS = {name: "one" if name in "ABC" else "two" for name in NAMES}


@pytest.fixture(scope="module")
def panel() -> engine.ReturnsPanel:
    rng = np.random.default_rng(3)
    common = rng.normal(0.0004, 0.008, (750, 1))
    own = rng.normal(0.0002, 1.0, (750, 8)) * rng.uniform(0.004, 0.015, 8)
    days = np.datetime64("2020-01-01") + np.arange(750)
    return engine.ReturnsPanel.from_array(common * rng.uniform(0.5, 1.5, 8) + own, NAMES, days)


def asked(*limits: dict[str, Any], cap: float = 0.4, **more: Any) -> engine.OptimizationRequest:
    bounds = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": cap}
    return engine.parse_request(
        {
            "asset_ids": list(NAMES),
            "objective": {"kind": "min_volatility"},
            "constraints": [bounds, *limits],
            "frontier_points_count": 0,
            **more,
        }
    )


def volatility_at(request: engine.OptimizationRequest, panel: Any, wanted: float, **more: Any) -> Any:
    objective = {"kind": "min_volatility"} if wanted == -1 else {"kind": "target_return"}
    if wanted != -1:
        objective["return_min_annual_frac"] = wanted
    changed = engine.parse_request({**request.model_dump(mode="json"), "objective": objective})
    return engine.optimize(changed, panel=panel, **more)


def test_ends_and_middle_are_the_optimizers_own(panel: Any) -> None:
    request = asked()
    found = engine.frontier(request, panel=panel)
    assert (found.status, found.is_exact, found.assets) == ("optimal", True, NAMES)
    least = volatility_at(request, panel, -1)
    assert found.corners[0].volatility_annual_frac == pytest.approx(least.metrics.volatility_annual_frac, abs=1e-8)
    place, share = 2, 0.3
    first, following = found.corners[place], found.corners[place + 1]
    weights = (1 - share) * np.array(first.weights_frac) + share * np.array(following.weights_frac)
    between = found.between_variances_annual[place]
    risk = np.sqrt(
        (1 - share) ** 2 * first.risk_annual_frac**2
        + 2 * share * (1 - share) * between
        + share**2 * following.risk_annual_frac**2
    )
    wanted = (1 - share) * first.return_annual_frac + share * following.return_annual_frac
    answer = volatility_at(request, panel, wanted)
    assert answer.metrics.volatility_annual_frac == pytest.approx(risk, abs=2e-8)
    own = np.array([line.weight_frac for line in answer.weights])
    assert np.abs(own - weights).max() < 1e-6


def test_the_best_sharpe_ratio_is_the_optimizers(panel: Any) -> None:
    request = asked(risk_free_annual_frac=0.02)
    found = engine.frontier(request, panel=panel)
    sharpest = engine.parse_request({**request.model_dump(mode="json"), "objective": {"kind": "max_sharpe"}})
    answer = engine.optimize(sharpest, panel=panel)
    best = found.best_sharpe
    assert best is not None
    assert (best.return_annual_frac - 0.02) / best.volatility_annual_frac == pytest.approx(
        answer.metrics.sharpe, rel=1e-7
    )


def test_a_price_is_what_the_variance_changes_by_at_the_same_return(panel: Any) -> None:
    limit = {"kind": "sector_limit", "sector": "one", "max_frac": 0.3}
    found = engine.frontier(asked(limit), panel=panel, sectors=SECTORS)
    row = next(one for one in found.prices if one.kind == "sector_limit")
    binding = [at for at, price in enumerate(row.variances_annual) if price < 0.0]
    assert binding
    checked = 0
    for at in binding[:-1]:
        ends = [found.corners[at].return_annual_frac, found.corners[at + 1].return_annual_frac]
        wanted = ends[0] + 0.0005 * (ends[1] - ends[0])  # a corner may be a kink: the price holds from there on
        step = 1e-8
        risks = []
        for cap in (0.3 - step, 0.3 + step):
            moved = engine.frontier(asked({**limit, "max_frac": cap}), panel=panel, sectors=SECTORS)
            returns = [one.return_annual_frac for one in moved.corners]
            if not returns[0] <= wanted <= returns[-1]:
                break
            place = min(int(np.searchsorted(returns, wanted, side="right")) - 1, len(returns) - 2)
            share = (wanted - returns[place]) / (returns[place + 1] - returns[place])
            first, following = moved.corners[place], moved.corners[place + 1]
            risks.append(
                (1 - share) ** 2 * first.risk_annual_frac**2
                + 2 * share * (1 - share) * moved.between_variances_annual[place]
                + share**2 * following.risk_annual_frac**2
            )
        if len(risks) == 2:
            checked += 1
            slope = (risks[1] - risks[0]) / (2 * step)
            assert slope == pytest.approx(row.variances_annual[at], rel=0.02, abs=1e-5)
    assert checked > 0


def test_tracking_error_is_measured_from_the_benchmark(panel: Any) -> None:
    benchmark = {"benchmark_weights": HELD}
    found = engine.frontier(asked(facts=benchmark), panel=panel, risk="tracking_error")
    assert found.corners[0].risk_annual_frac == pytest.approx(0.0, abs=1e-8)
    assert found.corners[0].weights_frac == pytest.approx([0.125] * 8, abs=1e-8)
    assert found.corners[-1].risk_annual_frac > 0.01
    assert found.best_sharpe is None


def test_scores_can_take_the_place_of_returns_in_both_directions(panel: Any) -> None:
    scores = {name: float(at * 10) for at, name in enumerate(NAMES)}
    up = engine.frontier(asked(facts={"esg_scores": scores}), panel=panel, reward="esg")
    down = engine.frontier(
        asked(facts={"esg_scores": scores, "is_esg_higher_better": False}), panel=panel, reward="esg"
    )
    assert up.corners[0].weights_frac == pytest.approx(down.corners[0].weights_frac, abs=1e-8)
    assert up.corners[-1].reward == pytest.approx(0.4 * 70 + 0.4 * 60 + 0.2 * 50)
    assert down.corners[-1].reward == pytest.approx(0.4 * 0 + 0.4 * 10 + 0.2 * 20)


def test_costs_and_what_is_held_shape_the_frontier(panel: Any) -> None:
    costs = {"spread_frac": 0.01, "holding_period_days": 126}
    dear = engine.frontier(asked(current_weights=HELD, costs=costs), panel=panel)
    cheap = engine.frontier(asked(current_weights=HELD), panel=panel)
    assert dear.current is not None
    assert dear.current.weights_frac == pytest.approx([0.125] * 8)
    assert dear.corners[-1].reward < cheap.corners[-1].reward
    assert dear.corners[-1].reward < dear.corners[-1].return_annual_frac


def test_what_is_left_out_is_said(panel: Any) -> None:
    found = engine.frontier(
        asked({"kind": "min_holding", "min_frac": 0.05}, {"kind": "volatility_ceiling", "max_annual_frac": 0.3}),
        panel=panel,
    )
    assert any("whole positions" in note and "ceilings on risk" in note for note in found.notes)


def test_limits_that_clash_are_diagnosed(panel: Any) -> None:
    low = engine.frontier(asked(cap=0.1), panel=panel)
    assert (low.status, low.corners) == ("infeasible", ())
    assert "80%" in low.message
    clash = engine.frontier(
        asked(
            {"kind": "sector_limit", "sector": "one", "min_frac": 0.7},
            {"kind": "sector_limit", "sector": "two", "min_frac": 0.6},
        ),
        panel=panel,
        sectors=SECTORS,
    )
    assert clash.status == "infeasible"
    assert clash.diagnosis is not None
    assert clash.diagnosis.conflicts


@pytest.mark.parametrize(("axes", "field"), [({"risk": "tracking_error"}, "risk"), ({"reward": "esg"}, "reward")])
def test_axes_without_data_are_refused_by_name(panel: Any, axes: dict[str, Any], field: str) -> None:
    with pytest.raises(engine.InputRefused) as refusal:
        engine.frontier(asked(), panel=panel, **axes)
    assert refusal.value.problems[0].path == field


def test_scores_of_some_assets_only_are_refused_with_the_others_named(panel: Any) -> None:
    scores = {name: 50.0 for name in NAMES if name != "D"}
    with pytest.raises(engine.InputRefused, match="Without an ESG score: D"):
        engine.frontier(asked(facts={"esg_scores": scores}), panel=panel, reward="esg")


def test_equal_means_leave_one_portfolio_or_a_flat_end(panel: Any) -> None:
    flat = engine.ReturnsPanel.from_array(
        panel.returns_frac - panel.returns_frac.mean(axis=0) + 0.0003, NAMES, panel.dates
    )
    found = engine.frontier(asked(), panel=flat)
    assert found.status == "optimal"
    returns = [one.return_annual_frac for one in found.corners]
    assert max(returns) - min(returns) < 1e-9


def test_the_answer_survives_json(panel: Any) -> None:
    found = engine.frontier(asked(), panel=panel)
    assert engine.FrontierResult.model_validate_json(found.model_dump_json()) == found
    assert len(found.model_dump_json()) < 20_000

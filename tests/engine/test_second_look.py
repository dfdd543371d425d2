"""Do labels, units of rows and limits that may give way stay right through every door of the engine?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import engine

NAMES = list("ABCD")
MEANS = [0.02, 0.04, 0.06, 0.12]
COVARIANCE = np.diag([0.01, 0.02, 0.03, 0.09])


def asked(*limits: dict[str, Any], kind: str = "max_sharpe", cap: float = 1.0, **more: Any) -> Any:
    bounds = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": cap}
    body = {"asset_ids": NAMES, "objective": {"kind": kind}, "constraints": [bounds, *limits]}
    return engine.parse_request({**body, "frontier_points_count": 0, **more})


def weights_of(figures: engine.Figures, request: Any = None) -> dict[str, float]:
    result = engine.optimize(request or asked(), figures=figures)
    return {line.asset: line.weight_frac for line in result.weights}


def test_labelled_figures_are_put_in_the_order_of_the_assets() -> None:
    means, covariance = pd.Series(MEANS, NAMES), pd.DataFrame(COVARIANCE, NAMES, NAMES)
    plain = weights_of(engine.Figures(NAMES, MEANS, COVARIANCE))
    turned = weights_of(engine.Figures(NAMES, means[::-1], covariance.iloc[::-1, ::-1]))
    assert turned == plain
    with pytest.raises(engine.InputRefused, match="labels do not include D"):
        engine.Figures(NAMES, means.drop("D"), covariance)


def test_figures_are_copies_that_nobody_changes_later() -> None:
    means = np.array(MEANS)
    figures = engine.Figures(NAMES, means, COVARIANCE)
    before = weights_of(figures)
    means[:] = means[::-1].copy()
    assert weights_of(figures) == before
    with pytest.raises(ValueError, match="read-only"):
        figures.returns_annual_frac[0] = np.nan


@pytest.mark.parametrize(
    ("assets", "means", "covariance", "field"),
    [
        (NAMES, ["a", "b", "c", "d"], COVARIANCE, "returns_annual_frac"),
        (NAMES, MEANS, [[1.0, 2.0], [3.0]], "covariance_annual"),
        (None, MEANS, COVARIANCE, "assets"),
        ("ABCD", MEANS, COVARIANCE, "assets"),
    ],
)
def test_what_is_no_figure_is_refused_by_name(assets: Any, means: Any, covariance: Any, field: str) -> None:
    with pytest.raises(engine.InputRefused) as refusal:
        engine.Figures(assets, means, covariance)
    assert refusal.value.problems[0].path == field


@pytest.mark.parametrize("unit", [1.0, 10.0, 1000.0])
@pytest.mark.parametrize("floor", [45.0, 45.05, 51.0])
def test_a_floor_that_binds_says_so_in_any_unit_of_the_scores(floor: float, unit: float) -> None:
    scores = dict(zip(NAMES, (np.array([10.0, 20.0, 64.3, 30.0]) * unit).tolist(), strict=True))

    def sharpe(least: float) -> Any:
        request = asked({"kind": "esg_floor", "min_score": least * unit}, facts={"esg_scores": scores})
        return engine.optimize(request, figures=engine.Figures(NAMES, MEANS, COVARIANCE))

    found = sharpe(floor)
    line = next(one for one in found.certificate.limits if one.kind == "esg_floor")
    slope = (sharpe(floor + 0.01).metrics.sharpe - sharpe(floor - 0.01).metrics.sharpe) / (0.02 * unit)
    assert line.is_binding
    assert line.price == pytest.approx(slope, rel=1e-2)


def test_soft_limits_give_way_on_the_frontier_too() -> None:
    scores = dict(zip(NAMES, [20.0, 50.0, 80.0, 40.0], strict=True))
    soft = {"kind": "esg_floor", "min_score": 90.0, "is_soft": True}
    request = asked(soft, cap=0.6, facts={"esg_scores": scores})
    found = engine.frontier(request, figures=engine.Figures(NAMES, MEANS, COVARIANCE))
    assert found.status == "optimal"
    assert any("gave way" in note for note in found.notes)


def test_the_rewards_of_a_frontier_rise_though_impact_is_left_out() -> None:
    costs = {"spread_frac": 0.001, "impact_coefficient": 3.0, "holding_period_days": 63}
    facts = {"daily_volumes_money": dict.fromkeys(NAMES, 1e6), "capital_money": 1e7}
    held = dict.fromkeys(NAMES, 0.25)
    request = asked(kind="min_volatility", costs=costs, current_weights=held, facts=facts)
    found = engine.frontier(request, figures=engine.Figures(NAMES, MEANS, COVARIANCE))
    rewards = [corner.reward for corner in found.corners]
    assert rewards == sorted(rewards)
    assert any("market impact" in note for note in found.notes)


@pytest.mark.parametrize("outside", [1.0, 0.5])
def test_a_benchmark_beside_the_assets_is_refused_for_a_frontier(outside: float) -> None:
    weights = {"Z": outside} | ({"A": 1.0 - outside} if outside < 1.0 else {})
    with pytest.raises(engine.InputRefused):
        engine.frontier(
            asked(facts={"benchmark_weights": weights}),
            figures=engine.Figures(NAMES, MEANS, COVARIANCE),
            risk="tracking_error",
        )


def test_axes_that_nobody_knows_are_refused() -> None:
    with pytest.raises(engine.InputRefused, match="is not known"):
        engine.frontier(asked(), figures=engine.Figures(NAMES, MEANS, COVARIANCE), risk="vol")  # type: ignore[arg-type]


def test_the_doctor_takes_figures() -> None:
    found = engine.diagnose(asked(cap=0.2), figures=engine.Figures(NAMES, MEANS, COVARIANCE))
    assert not found.is_feasible


def test_a_soft_turnover_gives_way_to_what_must_be_sold() -> None:
    held = {"A": 0.25, "B": 0.25, "Z": 0.5}
    soft = {"kind": "turnover", "max_frac": 0.1, "is_soft": True}
    result = engine.optimize(asked(soft, current_weights=held), figures=engine.Figures(NAMES, MEANS, COVARIANCE))
    assert result.status in {"optimal", "near_optimal"}
    assert result.given_way


def test_beside_a_ceiling_a_soft_limit_that_gave_way_has_prices_of_small_changes() -> None:
    soft = {"kind": "turnover", "max_frac": 0.05, "is_soft": True}
    ceiling = {"kind": "volatility_ceiling", "max_annual_frac": 0.085}
    held = {"D": 1.0}
    request = asked(soft, ceiling, kind="min_volatility", current_weights=held)
    result = engine.optimize(request, figures=engine.Figures(NAMES, MEANS, COVARIANCE))
    assert result.given_way
    assert result.status == "optimal", result.notes
    assert next(line.price for line in result.certificate.limits if line.kind == "turnover") < 0.0
    assert any("true for very small changes of it only" in note for note in result.notes)

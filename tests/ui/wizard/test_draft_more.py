"""Do the goals behind the presets, costs and rarer limits come into the request, and back from a run into the draft?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from callbacks.optimize_draft import build
from callbacks.optimize_draft_more import PRESETS
from callbacks.optimize_restore import from_request
from components.wizard_draft import DEFAULTS
from components.wizard_estimates import COVARIANCES, RETURNS
from components.wizard_goal import GOALS, MORE_GOALS
from services.messages.optimize import OptimizationRequest


def built_of(**parts: Any) -> Any:
    return build(DEFAULTS | {"assets": ["AAPL", "JPM", "KO", "MSFT", "XOM"]} | parts)


def request_of(**parts: Any) -> OptimizationRequest:
    built = built_of(**parts)
    assert not built.problems
    return OptimizationRequest.model_validate_json(built.request_json)


def kinds_of(union: Any) -> set[str]:
    return set(union["discriminator"]["mapping"])


def test_every_goal_and_every_estimate_can_be_chosen() -> None:
    schema = OptimizationRequest.model_json_schema()
    estimates = schema["$defs"]["EstimatesSpec"]["properties"]
    offered = {goal[0] for goal in GOALS} - {"more"} | {goal[1] for goal in MORE_GOALS}
    assert offered == kinds_of(schema["properties"]["objective"])
    assert {one["value"] for one in RETURNS} == kinds_of(estimates["expected_returns"])
    assert {one["value"] for one in COVARIANCES} == kinds_of(estimates["covariance"])


@pytest.mark.parametrize("kind", [*[goal[1] for goal in MORE_GOALS], *sorted(PRESETS)])
def test_a_goal_behind_the_presets_goes_there_and_back(kind: str) -> None:
    parts = {"goal": "more", "goal_more": kind, "risk_aversion": "2,5", "level": "99", "floor": "3", "uncertainty": "2"}
    request = request_of(**parts)
    assert request.objective.model_dump()["kind"] == kind
    back = from_request("r", request.model_dump(mode="json"))
    assert back["goal"] == (kind if kind in PRESETS else "more")
    again = build(back)
    assert not again.problems
    assert OptimizationRequest.model_validate_json(again.request_json).objective == request.objective


def test_rarer_limits_go_there_and_back_with_how_firm_they_are() -> None:
    request = request_of(
        turnover_max="30", turnover_soft="8", tracking_max="4", volatility_max="15", cvar_max="3", esg_min="55.5",
        count_min="3", count_max="4", trade_min="0,5", costs=True, spread="0.2", holding_period="63",
    )  # fmt: skip
    limits: dict[str, Any] = {one.model_dump()["kind"]: one for one in request.constraints}
    assert (limits["turnover"].max_frac, limits["turnover"].is_soft, limits["turnover"].priority) == (0.3, True, 8)
    assert (limits["holdings_count"].min_count, limits["holdings_count"].max_count) == (3, 4)
    assert limits["esg_floor"].min_score == 55.5
    assert request.costs is not None
    assert (request.costs.spread_frac, request.costs.holding_period_days) == (0.002, 63)
    again = build(from_request("r", request.model_dump(mode="json")))
    assert OptimizationRequest.model_validate_json(again.request_json) == request


def test_what_has_no_field_is_carried_along() -> None:
    given = {
        "asset_ids": ["A", "B"],
        "objective": {"kind": "risk_parity", "budgets": {"A": 0.7, "B": 0.3}},
        "constraints": [
            {"kind": "budget", "net_frac": 0.9},
            {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 1.0},
            {"kind": "group_limit", "dimension": "country", "group": "US", "max_frac": 0.5},
            {"kind": "sector_limit", "sector": "Energy", "max_frac": 0.2, "is_soft": True, "priority": 7},
        ],
    }
    asked = OptimizationRequest.model_validate_json(json.dumps(given))
    again = OptimizationRequest.model_validate_json(
        build(from_request("r", asked.model_dump(mode="json"))).request_json
    )
    assert (again.constraints, again.objective) == (asked.constraints, asked.objective)


def test_wrong_figures_are_told_at_their_fields() -> None:
    built = built_of(
        goal="more", goal_more="robust", risk_aversion="much", uncertainty="", costs=True, spread="30",
        holding_period="0", tracking_max="0", count_min="5", count_max="3", trade_min="x",
    )  # fmt: skip
    keys = {problem.key for problem in built.problems}
    assert keys == {
        "risk_aversion", "uncertainty", "spread", "holding_period", "tracking_max", "count_min", "trade_min",
    }  # fmt: skip
    OptimizationRequest.model_validate_json(built.request_json)

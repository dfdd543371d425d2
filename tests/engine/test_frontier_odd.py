"""Has every frontier a stated outcome on odd input, with advice where nothing can be drawn?"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, get_args

import numpy as np
import pytest

import engine
from engine.frontier.path import risk_of, trace
from engine.frontier.pieces import pieces_of
from engine.frontier.proof import proof_of
from engine.frontier.result import FrontierRisk
from tests.engine.test_frontier_path import CASES, core_of

NAMES = tuple("ABCDEF")
SECTORS = dict(zip(NAMES, ["one", "one", "one", "two", "two", "two"], strict=True))
RISKS = get_args(FrontierRisk)


def drawn(risk: FrontierRisk, returns: Any, *limits: Any, cap: float = 0.5) -> engine.FrontierResult:
    body = {
        "asset_ids": list(NAMES),
        "objective": {"kind": "min_volatility"},
        "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": cap}, *limits],
        "facts": {"benchmark_weights": dict.fromkeys(NAMES, 1 / 6)},
    }
    panel = engine.ReturnsPanel.from_array(returns, NAMES, np.datetime64("2020-01-01") + np.arange(len(returns)))
    return engine.frontier(engine.parse_request(body), panel=panel, sectors=SECTORS, risk=risk)


def history(what: str = "", days: int = 80) -> Any:
    returns = np.random.default_rng(11).normal(4e-4, 0.01, (days, 6))
    means = returns.mean(axis=0)
    if what == "equal means":
        returns += 4e-4 - means
    if what == "tied means":
        returns[:, :3] += means.max() + 1e-4 - means[:3]
    if what == "duplicated assets":
        returns[:, 3:] = returns[:, :3]
    if what == "a riskless asset":
        returns[:, 0] = 1e-5
    return returns


def risks_of(found: engine.FrontierResult) -> list[float]:
    return [one.risk_annual_frac if one.loss_frac is None else one.loss_frac for one in found.corners]


@pytest.mark.parametrize("risk", RISKS)
@pytest.mark.parametrize("what", ["tied means", "duplicated assets", "a riskless asset", "degenerate", "few days"])
def test_odd_figures_have_a_whole_frontier(risk: FrontierRisk, what: str) -> None:
    found = drawn(risk, history(what, 5 if what == "few days" else 80), cap=1 / 3 if what == "degenerate" else 0.5)
    assert found.status == "optimal", found.message
    assert all(a < b for a, b in pairwise(one.reward for one in found.corners))
    assert all(a < b for a, b in pairwise(risks_of(found)))
    for one in found.corners:
        assert sum(one.weights_frac) == pytest.approx(1.0, abs=1e-8)
        assert min(one.weights_frac) > -1e-9


@pytest.mark.parametrize("risk", RISKS)
def test_equal_means_or_a_single_portfolio_leave_one_point_and_say_so(risk: FrontierRisk) -> None:
    for found in (drawn(risk, history("equal means")), drawn(risk, history(), cap=1 / 6)):
        assert found.status == "optimal"
        assert len(found.corners) == 1
        assert found.message == "One portfolio is efficient: the limits, or equal figures, leave no choice."


@pytest.mark.parametrize("risk", RISKS)
def test_an_empty_frontier_is_diagnosed_with_advice(risk: FrontierRisk) -> None:
    clash = [{"kind": "sector_limit", "sector": name, "min_frac": 0.6} for name in ("one", "two")]
    for found in (drawn(risk, history(), cap=0.1), drawn(risk, history(), *clash)):
        assert (found.status, found.corners) == ("infeasible", ())
        assert found.advice


def test_where_the_walk_fails_each_point_is_solved_for_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = drawn("volatility", history())
    monkeypatch.setattr("engine.frontier.path.ATTEMPTS", ())
    found = drawn("volatility", history())
    assert (found.status, found.is_exact) == ("near_optimal", False)
    assert any(note.startswith("The corners were not found because") for note in found.notes)
    assert found.corners[0].risk_annual_frac == pytest.approx(whole.corners[0].risk_annual_frac, rel=1e-7)
    assert found.corners[-1].reward == pytest.approx(whole.corners[-1].reward, abs=1e-9)


@pytest.mark.parametrize("name", list(CASES))
def test_every_corner_meets_the_optimality_conditions_by_plain_arithmetic(name: str) -> None:
    case = dict(CASES[name])
    core = core_of(24, *case.pop("limits"), seed=6, days=300, **case)
    path, pieces = trace(core).path, pieces_of(core)
    assert path is not None
    quadratic = risk_of(core)
    for tilt, weights, duals in zip(path.tilts, path.points, path.row_duals, strict=True):
        scale = 1e-8 * max(1.0, tilt)
        activity = pieces.activity(weights[None])[0]
        assert (activity <= pieces.row_upper + 1e-9).all()
        assert (activity >= pieces.row_lower - 1e-9).all()
        for row, dual in enumerate(duals):
            side = pieces.row_upper[row] if dual > 0.0 else pieces.row_lower[row]
            assert dual == 0.0 or abs(dual * (side - activity[row])) <= scale
        for asset, weight in enumerate(weights):
            for step in (-1e-9, 1e-9):
                piece = int(pieces.piece_of(weights[None] + step, is_left=step < 0.0)[0, asset])
                slope = quadratic[asset] @ weights - tilt * pieces.rewards[piece, asset]
                slope += duals @ pieces.coefficients[piece, :, asset]
                low, high = pieces.edges[asset, 0], pieces.edges[asset, -1]
                if step < 0.0 and weight > low + 1e-9:
                    assert slope <= scale
                if step > 0.0 and weight < high - 1e-9:
                    assert slope >= -scale


@pytest.mark.parametrize("name", list(CASES))
def test_the_gap_of_a_proof_bounds_what_a_portfolio_misses(name: str) -> None:
    case = dict(CASES[name])
    core = core_of(12, *case.pop("limits"), seed=2, days=300, **{**case, **_held_by(12, case)})
    path, pieces = trace(core).path, pieces_of(core)
    assert path is not None
    quadratic = risk_of(core)
    mixed = 0.5 * (path.points[:-1] + path.points[-1])  # within the limits, and not the best
    limits = (pieces.row_lower, pieces.row_upper)
    shape = (pieces.edges, pieces.counts, pieces.coefficients, pieces.offsets, pieces.rewards)

    def value(weights: Any, tilt: float) -> float:
        return float(0.5 * weights @ quadratic @ weights - tilt * pieces.reward(weights[None])[0])

    for at in range(path.count - 1):
        one = slice(at, at + 1)
        given = (path.tilts[one], path.row_duals[one], shape, limits, 1e-9, 1e-12, 1e-8)
        is_kept, is_best, gap = proof_of(mixed[one], mixed[one] @ quadratic, *given)
        missed = value(mixed[at], path.tilts[at]) - value(path.points[at], path.tilts[at])
        assert is_kept
        assert gap * max(1.0, path.tilts[at]) >= missed - 1e-12
        assert not is_best or missed < 1e-9
        assert proof_of(path.points[one], path.points[one] @ quadratic, *given)[:2] == (True, True)
        outside = mixed[one] * 1.01
        assert not proof_of(outside, outside @ quadratic, *given)[0]


def _held_by(count: int, case: dict[str, Any]) -> dict[str, Any]:
    """Return current weights for fewer assets, where a case has them."""
    if "current_weights" not in case:
        return {}
    return {"current_weights": {f"A{i:03d}": 1.0 / count for i in range(count)}}

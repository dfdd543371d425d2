"""Is the joint repair the cheapest by the priorities, with nothing in it that could stay as it was?"""

from __future__ import annotations

import json

import numpy as np
import pytest

import engine
from engine.diagnosis import Change
from engine.doctor.diagnose import diagnose_limits, soften
from engine.doctor.judge import Judge
from engine.doctor.read import read
from engine.doctor.repairs import apply
from engine.kernel.facts import Facts, KnownUniverse, universe_of
from engine.kernel.forms import Estimates
from engine.spec import OptimizationRequest

FAR_FRAC = 0.02
FAR_SCORE = 1.0


class Case:
    """Four to ten assets and limits of every convex kind, each with a priority of its own, most of them impossible."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        count = int(rng.choice([4, 6, 10]))
        names = [f"A{i}" for i in range(count)]
        self.sectors = {name: f"S{int(rng.integers(0, 4))}" for name in names}
        scores, betas = np.round(rng.uniform(20.0, 90.0, count), 2), np.round(rng.uniform(0.4, 1.6, count), 3)
        held, benchmark = rng.dirichlet(np.full(count, 2.0)), rng.dirichlet(np.full(count, 3.0))
        facts = Facts(
            benchmark_weights=dict(zip(names, benchmark.tolist(), strict=True)),
            esg_scores=dict(zip(names, scores.tolist(), strict=True)),
            betas=dict(zip(names, betas.tolist(), strict=True)),
        )
        self.universe: KnownUniverse = universe_of(
            names, self.sectors, dict(zip(names, held.tolist(), strict=True)), facts
        )
        covariance = 0.02 * np.outer(betas, betas) + np.diag(rng.uniform(0.06, 0.3, count) ** 2)
        returns = np.round(rng.normal(0.08, 0.1, count), 3)
        self.estimates = Estimates(returns, covariance)
        limits = self._limits(rng, scores, betas, np.sqrt(np.diag(covariance)))
        for limit in limits:
            limit["priority"] = int(rng.integers(1, 10))
        goal: dict[str, object] = {"kind": "min_volatility"}
        if rng.random() < 0.3:
            goal = {"kind": "target_return", "return_min_annual_frac": float(np.sort(returns)[-2])}
        body = {"asset_ids": names, "objective": goal, "constraints": limits}
        self.request: OptimizationRequest = engine.parse_request(json.dumps(body))

    def _limits(self, rng, scores, betas, risks) -> list[dict[str, object]]:
        count = len(scores)
        cap = round(float(rng.uniform(0.8 / count, 2.5 / count)), 3)
        limits: list[dict[str, object]] = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": cap}]
        for sector in sorted(set(self.sectors.values())):
            if rng.random() < 0.6:
                side = {"max_frac": round(float(rng.uniform(0.05, 0.5)), 3)}
                if rng.random() < 0.5:
                    side = {"min_frac": round(float(rng.uniform(0.1, 0.6)), 3)}
                limits.append({"kind": "sector_limit", "sector": sector, **side})
        more = (
            (
                0.5,
                {"kind": "esg_floor", "min_score": round(float(rng.uniform(np.median(scores), scores.max() + 3)), 1)},
            ),
            (0.5, {"kind": "beta", "max_beta": round(float(rng.uniform(betas.min() - 0.05, np.median(betas))), 2)}),
            (0.5, {"kind": "turnover", "max_frac": round(float(rng.uniform(0.0, 0.3)), 2)}),
            (
                0.6,
                {
                    "kind": "volatility_ceiling",
                    "max_annual_frac": round(float(rng.uniform(0.3, 0.9) * risks.mean()), 3),
                },
            ),
            (0.6, {"kind": "tracking_error", "max_annual_frac": round(float(rng.uniform(0.005, 0.05)), 3)}),
        )
        return limits + [limit for share, limit in more if rng.random() < share]

    def is_feasible(self, changes: list[Change]) -> bool:
        """Return whether the limits hold after these changes, judged anew."""
        asked = apply(self.request, changes)
        judge = Judge(read(asked.constraints, self.universe, asked.objective, self.estimates))
        return judge.holds(judge.everyone)

    def joint(self) -> list[Change] | None:
        """Return the joint repair's changes; None where the limits can hold."""
        found = diagnose_limits(self.request.constraints, self.universe, self.request.objective, self.estimates)
        return None if found.is_feasible else list(found.joint_repair.changes)

    def priority(self, change: Change) -> int:
        """Return the priority of the limit that is changed; a goal's own floor counts as 5."""
        return 5 if change.constraint_index is None else self.request.constraints[change.constraint_index].priority


def further(change: Change) -> Change:
    """Return a change two hundredths, or a point of a score, beyond what is proposed; a removal stays one."""
    if change.to_value is None:
        return change
    step = FAR_SCORE if change.field == "min_score" else FAR_FRAC
    value = change.to_value + (step if change.to_value > change.from_value else -step)
    if change.field in ("min_frac", "max_frac"):
        value = min(max(value, 0.0), 1.0)
    return change.model_copy(update={"to_value": value})


def check_needed(case: Case) -> int:
    """Check that a joint repair is enough and that nothing in it could stay; return how many changes it has."""
    changes = case.joint()
    if changes is None:
        return 0
    assert case.is_feasible(changes), changes
    for change in changes:
        assert not case.is_feasible([other for other in changes if other is not change]), (change, changes)
    best = min(map(case.priority, changes))
    worse = [further(change) for change in changes if case.priority(change) != best]
    assert not case.is_feasible(worse), (best, changes)
    return len(changes)


# Before, each of these loosened a limit of better priority by a hundredth of a percent although it need not give way,
# or, where what better priorities leave is a single point, proposed to remove limits that could stay.
TOUCHING = (31, 32, 36, 46)


@pytest.mark.parametrize("seed", TOUCHING)
def test_a_trace_of_the_solver_is_not_a_change(seed):
    assert check_needed(Case(seed)) > 0


def test_putting_back_any_change_of_the_joint_repair_makes_the_limits_impossible():
    assert sum(check_needed(Case(seed)) > 0 for seed in range(25)) >= 20


def test_limits_are_loosened_where_that_is_enough_not_removed():
    for seed in (2, 8, 21, 24, 194):  # what better priorities leave is a single point here, which a solver may miss
        assert all(change.field is not None for change in Case(seed).joint())


@pytest.mark.parametrize("seed", [1, 3, 22, 31, 32])
def test_soft_limits_give_way_by_no_trace_either(seed):
    case = Case(seed)
    soft = [limit.model_copy(update={"is_soft": True}) for limit in case.request.constraints]
    kept, ways = soften(soft, case.universe, None, case.estimates)
    judge = Judge(read(kept, case.universe, None, case.estimates))
    assert judge.holds(judge.everyone)
    assert len(kept) == len(soft)
    for way in ways:
        assert all(abs(change.to_value - change.from_value) > 1e-4 for change in way.changes), way

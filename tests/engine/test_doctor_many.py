"""Are very many conflicts found and mended as surely as one, and is what mends them the least, by another solver?"""

from __future__ import annotations

import json

import cvxpy as cp
import numpy as np
import pytest

import engine
from bench.proofs.doctor_many import KINDS, many_conflicts
from engine.diagnosis import Conflict, Diagnosis, LimitName, Repair
from engine.doctor.diagnose import diagnose_limits
from engine.doctor.judge import Judge
from engine.doctor.pieces import proofs_of
from engine.doctor.read import read
from engine.doctor.reason import TOLD_MAX_COUNT, UNKNOWN, reason_of
from engine.doctor.repairs import apply
from engine.doctor.session import LinearSession
from engine.kernel.facts import Facts, universe_of


@pytest.mark.parametrize("kind", KINDS)
def test_each_of_120_conflicts_is_named_and_mended_in_few_programs(kind, monkeypatch):
    universe, request, planted = many_conflicts(kind)
    runs: list[int] = []
    run = LinearSession.solve

    def counted(self, *args):
        runs.append(1)
        return run(self, *args)

    monkeypatch.setattr(LinearSession, "solve", counted)
    found = diagnose_limits(request.constraints, universe, request.objective)
    assert len(runs) < 4 * len(planted)  # one by one it would be about its square
    assert not found.notes
    named = {frozenset(name.constraint_index for name in one.limits) for one in found.conflicts}
    assert set(planted) <= named
    mended = apply(request, found.joint_repair)
    judge = Judge(read(mended.constraints, universe))
    assert judge.holds(judge.everyone)
    for change in found.joint_repair.changes[:5]:
        less = apply(request, [one for one in found.joint_repair.changes if one is not change])
        judge = Judge(read(less.constraints, universe))
        assert not judge.holds(judge.everyone), change


def test_many_conflicts_are_told_as_a_few_and_how_many_more():
    universe, request, planted = many_conflicts("crossed")
    reason = reason_of(diagnose_limits(request.constraints, universe))
    assert reason.message.endswith(f"And {len(planted) - TOLD_MAX_COUNT} more conflicts.")
    assert reason_of(None) == UNKNOWN
    one = LimitName(constraint_index=0, kind="turnover", label="Turnover", sentence="At most 1%.")
    told = Conflict(limits=(one,), sentence="It is too little.", advice="Loosen it.")
    said = Diagnosis(is_feasible=False, sentence="No.", conflicts=(told,))
    assert (reason_of(said).message, reason_of(said).advice) == ("It is too little.", "Loosen it.")
    mended = said.model_copy(update={"joint_repair": Repair(changes=(), sentence="Raise it to 2%.")})
    assert reason_of(mended).advice == "Raise it to 2%."


class Case:
    """Ten assets in two kinds of groups, with caps, floors and ceilings of which some clash and some are soft."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.count = 10
        names = [f"A{i}" for i in range(self.count)]
        groups = {
            "team": {name: f"T{i % 4}" for i, name in enumerate(names)},
            "desk": {name: f"D{i // 3}" for i, name in enumerate(names)},
        }
        self.universe = universe_of(names, {}, None, Facts(groups=groups))
        low = round(float(rng.uniform(0.0, 0.06)), 3)
        self.limits: list[dict[str, object]] = [
            {"kind": "position_bounds", "min_frac": low, "max_frac": round(low + float(rng.uniform(0.08, 0.3)), 3)}
        ]
        for dimension, labels in groups.items():
            for group in sorted(set(labels.values())):
                if rng.random() < 0.8:
                    side = "min_frac" if rng.random() < 0.6 else "max_frac"
                    limit = {"kind": "group_limit", "dimension": dimension, "group": group}
                    share = round(float(rng.uniform(0.05, 0.45)), 3)
                    self.limits.append({**limit, side: share, "is_soft": bool(rng.random() < 0.2)})
        body = {"asset_ids": names, "objective": {"kind": "min_volatility"}, "constraints": self.limits}
        self.request = engine.parse_request(json.dumps(body))

    def least_change(self, constraints) -> float | None:
        """Return Σ of the least changes of hard limits, in fractions, by cvxpy; None where none is enough."""
        w = cp.Variable(self.count, nonneg=True)
        rows, given = [cp.sum(w) == 1.0], []
        for limit in constraints:
            if limit.is_soft:
                continue
            if limit.kind == "position_bounds":
                down, up = cp.Variable(nonneg=True), cp.Variable(nonneg=True)
                rows += [w >= limit.min_frac - down, w <= limit.max_frac + up, up <= 1.0 - limit.max_frac]
                given += [down, up]
                continue
            inside = self.universe.members_of(limit.group, limit.dimension).astype(float)
            for side, sign in ((limit.min_frac, 1.0), (limit.max_frac, -1.0)):
                if side is not None:
                    slack = cp.Variable(nonneg=True)
                    rows.append(sign * (inside @ w) >= sign * side - slack)
                    given.append(slack)
        program = cp.Problem(cp.Minimize(sum(given) if given else cp.Constant(0.0)), rows)
        program.solve(solver=cp.CLARABEL)
        return float(program.value) if program.status == "optimal" else None

    def is_possible(self, constraints) -> bool:
        """Return whether hard limits can hold, by cvxpy."""
        least = self.least_change(constraints)
        return least is not None and least <= 1e-7


SEEDS = range(50)


def test_the_least_total_change_is_that_of_another_solver_and_every_set_is_irreducible():
    clashes_count = 0
    for seed in SEEDS:
        case = Case(seed)
        limits = case.request.constraints
        found = diagnose_limits(limits, case.universe)
        least = case.least_change(limits)
        assert found.is_feasible == (least <= 1e-7), seed
        if found.is_feasible:
            continue
        clashes_count += 1
        judge = Judge(read(limits, case.universe))
        loose = [k for k, (place, _) in enumerate(judge.knobs) if place in judge.hard]
        assert sum(judge.least_slacks(judge.hard, loose).values()) == pytest.approx(least, abs=1e-6), seed
        changes = found.joint_repair.changes
        total = sum(abs(change.to_value - change.from_value) for change in changes)
        assert least - 1e-7 <= total <= least + 0.001 * len(changes) + 1e-7, (seed, changes)
        assert case.is_possible(apply(case.request, found.joint_repair).constraints), seed
        for one in found.conflicts:
            inside = [limits[name.constraint_index] for name in one.limits]
            assert not case.is_possible(inside), (seed, one.sentence)
            for left_out in inside:
                assert case.is_possible([other for other in inside if other is not left_out]), (seed, one.sentence)
        for single in found.single_repairs:
            if single.is_enough:
                assert case.is_possible(apply(case.request, single).constraints), seed
    assert clashes_count >= 20


def test_the_parts_of_a_proof_are_proofs_and_their_sizes_sum_to_the_whole():
    universe, request, planted = many_conflicts("crossed", conflicts_count=12, assets_count=20)
    judge = Judge(read(request.constraints, universe))
    program, session = judge.program()
    lower, upper = program.bounds(judge.everyone, free=judge.everyone)
    cost = np.zeros(program.width)
    cost[program.gone_columns] = 1.0
    answer = session.solve(cost, lower, upper)
    proofs = proofs_of(program, answer)
    assert sum(proof.value for proof in proofs) == pytest.approx(answer.value, abs=1e-9)
    assert {proof.limits for proof in proofs if proof.value > 1e-9} == set(planted)
    assert all(Judge(judge.mandate).violation(proof.limits)[0] == pytest.approx(proof.value) for proof in proofs)

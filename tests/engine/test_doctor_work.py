"""Does the doctor spare work without changing what is true: by arithmetic, by known portfolios, by a budget?"""

from __future__ import annotations

import itertools
import json
from types import SimpleNamespace

import numpy as np
import pytest

import engine
from bench.proofs import doctor as proof
from bench.proofs.doctor import holds, mandate, request_of
from engine.doctor.diagnose import can_hold, diagnose_limits
from engine.doctor.effort import Effort
from engine.doctor.judge import Judge
from engine.doctor.read import read
from engine.doctor.repairs import apply
from engine.doctor.witness import any_meets
from engine.kernel.facts import Facts, universe_of
from engine.kernel.forms import Estimates
from services.optimize_diagnose import MANY_LIMITS, Patience, diagnosis_of

FOUR = ("AAA", "BBB", "CCC", "DDD")


def asked(names, limits):
    body = {"asset_ids": list(names), "objective": {"kind": "min_volatility"}, "constraints": limits}
    return engine.parse_request(json.dumps(body))


def four(**facts):
    held = dict.fromkeys(FOUR, 0.25)
    return universe_of(FOUR, dict.fromkeys(FOUR, "Tech"), held, Facts(benchmark_weights=held, **facts))


def test_a_ceiling_that_has_given_way_counts_as_it_then_is():
    world, limits, planted = mandate(3)
    place = next(j for j in planted[0] if limits[j]["kind"] == "tracking_error")
    found = diagnose_limits(request_of(world, limits).constraints, world.universe, None, world.estimates)
    change = next(item for item in found.single_repairs if item.limit.constraint_index == place).changes[0]
    needed = change.to_value
    assert needed < 0.03  # the convex limits need 2.84%
    just_less = [*limits[:place], {**limits[place], "max_annual_frac": needed - 0.001}, *limits[place + 1 :]]
    assert not holds(world, request_of(world, just_less).constraints)


def test_together_never_costs_more_than_one_limit_alone():
    world, limits, _ = mandate(2)
    request = request_of(world, limits)
    found = diagnose_limits(request.constraints, world.universe, None, world.estimates)
    alone = min(
        sum(abs(change.to_value - change.from_value) for change in item.changes)
        for item in found.single_repairs
        if item.is_enough
    )
    together = sum(abs(change.to_value - change.from_value) for change in found.joint_repair.changes)
    assert together <= alone + 1e-12


def test_whole_positions_are_judged_as_trying_every_choice_of_holdings_does():
    rng = np.random.default_rng(11)
    verdicts = []
    for _ in range(150):
        caps = np.round(rng.uniform(0.05, 0.6, 4), 2)
        size, most, least = round(float(rng.uniform(0.05, 0.4)), 2), int(rng.integers(1, 5)), int(rng.integers(1, 3))
        limits = [
            {"kind": "position_bounds", "min_frac": 0.0, "max_frac": float(cap), "assets": [name]}
            for name, cap in zip(FOUR, caps, strict=True)
        ]
        limits += [
            {"kind": "min_holding", "min_frac": size},
            {"kind": "holdings_count", "max_count": max(most, least), "min_count": least},
        ]
        choices = [
            held
            for count in range(least, max(most, least) + 1)
            for held in itertools.combinations(range(4), count)
            if all(caps[i] >= size for i in held)
            and count * size <= 1.0 + 1e-12
            and caps[list(held)].sum() >= 1 - 1e-12
        ]
        judge = Judge(read(asked(FOUR, limits).constraints, four()))
        assert judge.holds(judge.everyone) == bool(choices), (caps, size, most, least)
        verdicts.append(bool(choices))
    assert 20 < sum(verdicts) < 130


def test_a_side_that_some_portfolio_breaks_is_never_called_idle():
    rng = np.random.default_rng(5)
    loadings = rng.normal(0.5, 0.4, (4, 2)) * 0.2
    estimates = Estimates(np.full(4, 0.05), loadings @ loadings.T + 0.01 * np.eye(4))
    for scale in (0.5, 0.9, 1.0, 1.1):
        largest = float(np.sqrt(np.diag(estimates.covariance_annual).max()))
        limits = [
            {"kind": "volatility_ceiling", "max_annual_frac": scale * largest},
            {"kind": "turnover", "max_frac": scale * 0.75},
            {"kind": "sector_limit", "sector": "Tech", "max_frac": scale},
        ]
        demands = [limit.demands for limit in read(asked(FOUR, limits).constraints, four(), None, estimates).limits]
        is_left = [bool(item.lines or item.risks) for item in demands]
        assert is_left == [scale < 1.0] * 3, scale


BROKEN = {
    "position_bounds": {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.39, "assets": ["AAA"]},
    "sector_limit": {"kind": "group_limit", "dimension": "region", "group": "East", "max_frac": 0.69},
    "turnover": {"kind": "turnover", "max_frac": 0.19},
    "tracking_error": {"kind": "tracking_error", "max_annual_frac": 0.01},
    "min_holding": {"kind": "min_holding", "min_frac": 0.11},
    "holdings_count": {"kind": "holdings_count", "max_count": 3},
    "min_trade": {"kind": "min_trade", "min_frac": 0.06},
    "budget": {"kind": "budget", "net_frac": 0.9},
    "drawdown_ceiling": {"kind": "drawdown_ceiling", "max_frac": 0.001},
}
KEPT = {
    "position_bounds": {"max_frac": 0.4},
    "sector_limit": {"max_frac": 0.7},
    "turnover": {"max_frac": 0.2},
    "tracking_error": {"max_annual_frac": 0.9},
    "min_holding": {"min_frac": 0.1},
    "holdings_count": {"max_count": 4},
    "min_trade": {"min_frac": 0.05},
    "budget": {"net_frac": 1.0},
    "drawdown_ceiling": {"max_frac": 0.99},
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_known_portfolio_proves_only_limits_that_it_meets(kind):
    weights = np.array([0.4, 0.3, 0.2, 0.1])
    rng = np.random.default_rng(2)
    estimates = Estimates(np.full(4, 0.05), 0.04 * np.eye(4), history_frac=rng.normal(0.0, 0.01, (60, 4)))
    universe = four(groups={"region": {"AAA": "East", "BBB": "East", "CCC": "West", "DDD": "West"}})
    for changes, is_met in (({}, False), (KEPT[kind], True)):
        limits = asked(FOUR, [{**BROKEN[kind], **changes}]).constraints
        assert any_meets(read(limits, universe, None, estimates), [weights]) is is_met


def test_without_effort_one_set_is_still_irreducible_and_nothing_untrue_is_said():
    world, limits, planted = mandate(18)
    request = request_of(world, limits)
    short = diagnose_limits(request.constraints, world.universe, None, world.estimates, effort_s=0.0)
    assert not short.is_feasible
    assert len(planted) > len(short.conflicts) == 1
    inside = [limits[name.constraint_index] for name in short.conflicts[0].limits]
    assert not holds(world, request_of(world, inside).constraints)
    for left_out in inside:
        assert holds(world, request_of(world, [item for item in inside if item is not left_out]).constraints)
    assert any("further" in note or "others beside" in note for note in short.notes)
    assert any("together" in note for note in short.notes)
    if short.joint_repair is not None:
        assert holds(world, apply(request, short.joint_repair).constraints)


def test_a_limit_that_was_not_looked_at_is_not_said_to_be_of_no_help():
    names = [f"N{i}" for i in range(6)]
    limits = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.1, "assets": [name]} for name in names]
    known = universe_of(names, {}, None, Facts())
    full = diagnose_limits(asked(names, limits).constraints, known)
    short = diagnose_limits(asked(names, limits).constraints, known, effort_s=0.0)
    assert sum(item.is_enough for item in full.single_repairs) == 6
    assert short.single_repairs == ()
    assert "For some limits it was not looked at" in " ".join(short.notes)


def test_work_is_counted_by_steps_so_that_two_diagnoses_stop_at_the_same_place():
    world, limits, _ = mandate(18)
    request = request_of(world, limits)
    spent = []
    for _ in range(2):
        effort = Effort(0.05)
        judge = Judge(read(request.constraints, world.universe, None, world.estimates), effort=effort)
        judge.holds(judge.everyone)
        spent.append(effort.spent_s)
    assert spent[0] == spent[1] > 0.0


@pytest.mark.parametrize("assets_count", [200, 500])
def test_hundreds_of_assets_and_a_hundred_limits_are_taken_apart(assets_count):
    names = [f"N{i:03d}" for i in range(assets_count)]
    sectors = {name: f"S{i % 20}" for i, name in enumerate(names)}
    scores = {name: 20.0 + 60.0 * i / assets_count for i, name in enumerate(names)}
    known = universe_of(names, sectors, dict.fromkeys(names, 1.0 / assets_count), Facts(esg_scores=scores))
    tiny = 0.1 / assets_count
    limits = [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.2},
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": tiny, "assets": names[::20]},
        {"kind": "sector_limit", "sector": "S0", "min_frac": 0.02},
        {"kind": "esg_floor", "min_score": 90.0},
        {"kind": "turnover", "max_frac": 0.9},
    ]
    limits += [{"kind": "sector_limit", "sector": f"S{s}", "max_frac": 0.5} for s in range(1, 20)]
    relative = {"kind": "position_bounds", "relative_to": "current", "min_frac": -1.0, "max_frac": 0.5}
    limits += [{**relative, "assets": [name]} for name in names[1 : 101 - len(limits)]]
    request = asked(names, limits)
    found = diagnose_limits(request.constraints, known)
    named = [{name.constraint_index for name in conflict.limits} for conflict in found.conflicts]
    assert len(limits) == 100
    assert {1, 2} in named
    assert {3} in named
    assert found.notes == ()
    assert can_hold(apply(request, found.joint_repair).constraints, known)


def test_above_the_number_of_limits_every_limit_on_weights_is_still_looked_at():
    scores = dict(zip(FOUR, (10.0, 20.0, 30.0, 40.0), strict=True))
    inputs = SimpleNamespace(universe=lambda _: four(esg_scores=scores), assets=FOUR)
    patience = Patience(4, 4, 4, limits_max_count=1)
    cap = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.5}
    for floor, is_feasible in ((35.0, True), (35.1, False)):
        found = diagnosis_of(asked(FOUR, [cap, {"kind": "esg_floor", "min_score": floor}]), inputs, patience)
        assert (found.is_feasible, found.notes) == (is_feasible, (MANY_LIMITS,))


def test_a_score_on_another_scale_is_asked_about():
    scores = dict(zip(FOUR, (0.2, 0.5, 0.7, 0.9), strict=True))
    for floor, is_asked in ((75.0, True), (0.95, False)):
        found = diagnose_limits(
            asked(FOUR, [{"kind": "esg_floor", "min_score": floor}]).constraints, four(esg_scores=scores)
        )
        assert ("between 0.2 and 0.9: did you mean 0.75?" in found.sentence) is is_asked


def test_figures_that_differ_never_look_the_same():
    scores = dict(zip(FOUR, (80.0, 80.0, 10.0, 10.0), strict=True))
    found = diagnose_limits(
        asked(FOUR, [{"kind": "esg_floor", "min_score": 80.001}]).constraints, four(esg_scores=scores)
    )
    assert "The best reachable ESG score is 80; you asked for 80.001." in found.sentence
    assert "from 80.001 to 80" in found.joint_repair.sentence


def test_the_proof_holds_at_its_reduced_size_with_the_arithmetic_switched_off(monkeypatch):
    monkeypatch.setattr("engine.doctor.verdict.Verdict._is_barred", lambda *_: False)
    monkeypatch.setattr("engine.doctor.repairs.any_meets", lambda *_: False)
    world, limits, planted = mandate(4)
    with_all = proof.check_diagnosis(world, request_of(world, limits), planted)
    monkeypatch.undo()
    assert proof.check_diagnosis(world, request_of(world, limits), planted) == with_all

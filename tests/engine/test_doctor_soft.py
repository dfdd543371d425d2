"""Is a soft limit never the reason why nothing is possible, and never changed by a repair?"""

from __future__ import annotations

import json

import numpy as np
import pytest

import engine
from engine.doctor.diagnose import SOFT, diagnose_limits
from engine.doctor.repairs import apply
from engine.kernel.facts import universe_of

NAMES = ("AAA", "BBB", "CCC", "DDD")
SECTORS = {"AAA": "Tech", "BBB": "Tech", "CCC": "Retail", "DDD": "Retail"}
FIGURES = {
    "assets": NAMES,
    "expected_returns_frac": [0.05, 0.06, 0.07, 0.08],
    "covariance": np.diag([0.04, 0.05, 0.06, 0.07]).tolist(),
    "periods_per_year": 1,
    "sectors": SECTORS,
}
HARD = [
    {"kind": "sector_limit", "sector": "Tech", "min_frac": 0.6},
    {"kind": "sector_limit", "sector": "Retail", "min_frac": 0.7},
]
SOFT_ONE = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.1, "is_soft": True, "priority": 9}


def asked(limits, **more):
    body = {"problem": FIGURES, "objective": {"kind": "min_volatility"}, "constraints": limits, **more}
    return engine.parse_request(json.dumps(body))


def test_where_hard_limits_clash_a_soft_one_is_in_no_conflict_and_no_repair():
    request = asked([SOFT_ONE, *HARD])
    found = engine.diagnose(request)
    assert not found.is_feasible
    assert [{name.constraint_index for name in one.limits} for one in found.conflicts] == [{1, 2}]
    assert {change.constraint_index for change in found.joint_repair.changes} <= {1, 2}
    assert {one.limit.constraint_index for one in found.single_repairs} <= {1, 2}
    assert SOFT in found.notes
    total = sum(abs(change.to_value - change.from_value) for change in found.joint_repair.changes)
    assert total == pytest.approx(0.3)  # 60% and 70% are 130%
    mended = engine.optimize(apply(request, found.joint_repair))
    assert mended.status in ("optimal", "near_optimal")
    alone = engine.diagnose(asked(HARD))
    assert found.sentence == alone.sentence
    assert SOFT not in alone.notes


def test_a_soft_limit_alone_makes_nothing_impossible():
    found = engine.diagnose(asked([SOFT_ONE]))
    assert found.is_feasible
    assert found.joint_repair is None
    assert [way.limit.constraint_index for way in found.given_way] == [0]


def _random_limits(rng: np.random.Generator) -> list[dict[str, object]]:
    limits: list[dict[str, object]] = [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": round(float(rng.uniform(0.15, 0.5)), 2)}
    ]
    for sector in ("Tech", "Retail"):
        limits.append({"kind": "sector_limit", "sector": sector, "min_frac": round(float(rng.uniform(0.3, 0.8)), 2)})
        limits.append(
            {"kind": "group_limit", "dimension": "sector", "group": sector, "max_frac": round(rng.uniform(0.2, 0.9), 2)}
        )
    limits.append({"kind": "esg_floor", "min_score": round(float(rng.uniform(20.0, 60.0)), 1)})
    for limit in limits:
        limit["is_soft"] = bool(rng.random() < 0.4)
        limit["priority"] = int(rng.integers(1, 10))
    return limits


def _price(limits, changes) -> dict[int, float]:
    """Return how much gives way in all, priority by priority, in fractions; a point of a score counts a hundredth."""
    sums = dict.fromkeys(range(1, 10), 0.0)
    for change in changes:
        size = 1.0 if change.field is None else abs(change.to_value - change.from_value)
        sums[limits[change.constraint_index]["priority"]] += size / 100.0 if change.field == "min_score" else size
    return sums


def test_the_doctor_says_of_hard_limits_what_it_says_without_the_soft_ones():
    rng = np.random.default_rng(17)
    facts = {"esg_scores": dict(zip(NAMES, (10.0, 25.0, 40.0, 55.0), strict=True))}
    clashes_count = 0
    for _ in range(60):
        limits = _random_limits(rng)
        request = asked(limits, facts=facts)
        hard = [limit for limit in limits if not limit["is_soft"]]
        universe = universe_of(NAMES, SECTORS, None, request.facts)
        found = diagnose_limits(request.constraints, universe)
        alone = diagnose_limits(asked(hard, facts=facts).constraints, universe)
        assert found.is_feasible == alone.is_feasible
        if found.is_feasible:
            continue
        clashes_count += 1
        kept = [place for place, limit in enumerate(limits) if not limit["is_soft"]]
        sets = {frozenset(name.constraint_index for name in one.limits) for one in found.conflicts}
        assert sets == {frozenset(kept[name.constraint_index] for name in one.limits) for one in alone.conflicts}
        changes = found.joint_repair.changes
        assert {change.constraint_index for change in changes} <= set(kept)
        assert _price(limits, changes) == pytest.approx(_price(hard, alone.joint_repair.changes), abs=2e-3)
        mended = apply(request, found.joint_repair)
        assert engine.optimize(mended).status in ("optimal", "near_optimal")
        for place, limit in enumerate(limits):
            if limit["is_soft"] and all(change.field is not None for change in changes):
                assert mended.constraints[place] == request.constraints[place]
    assert clashes_count >= 15


def test_what_gave_way_is_told_as_what_happened_and_not_as_an_order():
    soft = {"kind": "sector_limit", "sector": "Tech", "max_frac": 0.3, "is_soft": True, "priority": 9}
    request = asked([soft, {"kind": "sector_limit", "sector": "Tech", "min_frac": 0.6}])
    found = engine.diagnose(request)
    assert [way.sentence for way in found.given_way] == ["Sector limit (Tech): the maximum was raised from 30% to 60%."]
    notes = engine.optimize(request).notes
    assert "A soft limit gave way. Sector limit (Tech): the maximum was raised from 30% to 60%." in notes
    assert not any(word in note for note in notes for word in ("Raise ", "Lower ", "gives way"))


def test_a_grouping_of_the_user_s_own_is_named_as_one():
    limit = {"kind": "group_limit", "dimension": "mine", "group": "Equity", "max_frac": 0.5}
    request = asked([limit], facts={"groups": {"mine": {"AAA": "Equity"}}})
    (own,) = request.constraints
    assert own.sentence() == "The group Equity of “mine” holds at most 50%."
    notes = engine.optimize(request).notes
    assert "3 assets have no group in the grouping “mine”; limits on it do not count them." in notes
    with pytest.raises(engine.InputRefused) as refused:
        asked([{**limit, "dimension": "other"}, limit], facts={"groups": {"mine": {"AAA": "Equity"}}})
    assert "because no asset has a group in the grouping “other”." in str(refused.value.problems)

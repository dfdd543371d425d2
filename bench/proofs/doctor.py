"""Does the mandate doctor name every planted conflict, with irreducible sets and with repairs that work?"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import engine
from engine.constraints import Constraint
from engine.doctor.diagnose import diagnose_limits
from engine.doctor.judge import Judge
from engine.doctor.read import read
from engine.doctor.repairs import apply
from engine.kernel.facts import Facts, KnownUniverse, universe_of
from engine.kernel.forms import Estimates
from engine.spec import OptimizationRequest

ASSETS_COUNT = 50
SECTORS_COUNT, COUNTRIES_COUNT = 10, 5
Limit = dict[str, Any]


class World:
    """Fifty assets with sectors, nested regions, scores, betas, a benchmark, holdings and a factor covariance."""

    def __init__(self, seed: int) -> None:
        rng = self.rng = np.random.default_rng(seed)
        n = ASSETS_COUNT
        self.names = [f"A{i:02d}" for i in range(n)]
        self.sectors = {name: f"S{i % SECTORS_COUNT}" for i, name in enumerate(self.names)}
        self.countries = {name: f"R{(i // 10) % 2}/C{i // 10}" for i, name in enumerate(self.names)}
        self.scores = rng.uniform(20.0, 80.0, n)
        self.held = np.full(n, 1.0 / n)
        facts = Facts(
            groups={"country": self.countries},
            benchmark_weights=dict(zip(self.names, self.held.tolist(), strict=True)),
            esg_scores=dict(zip(self.names, self.scores.tolist(), strict=True)),
            betas=dict(zip(self.names, rng.uniform(0.6, 1.4, n).tolist(), strict=True)),
        )
        held = dict(zip(self.names, self.held.tolist(), strict=True))
        self.universe: KnownUniverse = universe_of(self.names, self.sectors, held, facts)
        loadings = rng.normal(0.6, 0.4, (n, 5)) * 0.09
        covariance = loadings @ loadings.T + np.diag(rng.uniform(0.12, 0.3, n) ** 2)
        self.estimates = Estimates(rng.uniform(0.02, 0.12, n), covariance)

    def members(self, sector: int) -> list[str]:
        """Return the assets of a sector."""
        return [name for name in self.names if self.sectors[name] == f"S{sector}"]

    def in_country(self, country: int) -> list[str]:
        """Return the assets of a country."""
        return self.names[10 * country : 10 * country + 10]


def _capped_sector(world: World, area: int) -> list[Limit]:
    """Five assets of at most 1% each cannot fill a sector of 15%."""
    return [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.01, "assets": world.members(area)},
        {"kind": "sector_limit", "sector": f"S{area}", "min_frac": 0.15},
    ]


def _floored_sector(world: World, area: int) -> list[Limit]:
    """Five assets of at least 3% each do not fit into 10%."""
    return [
        {"kind": "position_bounds", "min_frac": 0.03, "max_frac": 0.3, "assets": world.members(area)},
        {"kind": "sector_limit", "sector": f"S{area}", "max_frac": 0.1},
    ]


def _crossed_sector(world: World, area: int) -> list[Limit]:
    """One sector is to hold at least 20% and, as a group of another dimension, at most 12%."""
    return [
        {"kind": "sector_limit", "sector": f"S{area}", "min_frac": 0.2},
        {"kind": "group_limit", "dimension": "sector", "group": f"S{area}", "max_frac": 0.12},
    ]


def _small_positions(world: World, area: int) -> list[Limit]:
    """Positions of at most 1% are too small for a minimum holding of 1.5%, so the sector stays empty."""
    return [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.01, "assets": world.members(area)},
        {"kind": "sector_limit", "sector": f"S{area}", "min_frac": 0.02},
        {"kind": "min_holding", "min_frac": 0.015},
    ]


def _nested(world: World, area: int) -> list[Limit]:
    """A country inside a region is to hold more than the region may."""
    return [
        {"kind": "group_limit", "dimension": "country", "group": "R1", "max_frac": 0.25},
        {"kind": "group_limit", "dimension": "country", "group": "R1/C1", "min_frac": 0.28},
    ]


def _esg(world: World, area: int) -> list[Limit]:
    """No asset reaches the score."""
    return [{"kind": "esg_floor", "min_score": float(np.ceil(world.scores.max() + 2.0))}]


def _turnover(world: World, area: int) -> list[Limit]:
    """Selling five holdings of 2% each is a turnover of 10%."""
    return [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.0, "assets": world.members(area)},
        {"kind": "turnover", "max_frac": 0.08},
    ]


def _tracking(world: World, area: int) -> list[Limit]:
    """A sector of 10% in the benchmark cannot go to 40% within a tracking error of half a percent."""
    return [
        {"kind": "tracking_error", "max_annual_frac": 0.004},
        {"kind": "sector_limit", "sector": f"S{area}", "min_frac": 0.4},
    ]


def _few(world: World, area: int) -> list[Limit]:
    """Four holdings of at most a fifth do not make a whole."""
    return [
        {"kind": "holdings_count", "max_count": 4},
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.2},
    ]


LOCAL = (_capped_sector, _floored_sector, _crossed_sector)
PLANS: tuple[tuple[Callable[[World, int], list[Limit]], ...], ...] = (
    (_esg,),
    (_nested,),
    (_turnover,),
    (_tracking,),
    (_small_positions,),
    (_few,),
    (_nested, _esg),
    (_small_positions, _esg),
    (_esg, _turnover),
    (_nested, _small_positions),
)


def mandate(seed: int) -> tuple[World, list[Limit], list[frozenset[int]]]:
    """Return a world, about thirty limits, and the planted conflicts as sets of places among the limits.

    The limits that are not planted are loose enough that every planted set is irreducible and there is no other one.
    """
    world = World(seed)
    rng = world.rng
    plan = PLANS[seed % len(PLANS)]
    areas = rng.permutation(SECTORS_COUNT).tolist()
    planted = [plant(world, areas.pop()) for plant in plan]
    is_free = not {_turnover, _tracking, _few} & set(plan)
    for _ in range(int(rng.integers(0 if plan else 1, 3)) if is_free else 0):
        planted.append(LOCAL[int(rng.integers(len(LOCAL)))](world, areas.pop()))
    kinds = {limit["kind"] for group in planted for limit in group}
    loose: list[Limit] = [
        {"kind": "sector_limit", "sector": f"S{area}", "max_frac": round(float(rng.uniform(0.5, 0.9)), 3)}
        for area in areas
    ]
    loose += [
        {"kind": "group_limit", "dimension": "country", "group": f"R{c % 2}/C{c}", "max_frac": 0.95}
        for c in range(COUNTRIES_COUNT)
    ]
    if "esg_floor" not in kinds:
        loose.append({"kind": "esg_floor", "min_score": 20.0})
    loose.append({"kind": "beta", "min_beta": 0.1, "max_beta": 2.0})
    if "tracking_error" not in kinds:
        loose.append({"kind": "tracking_error", "max_annual_frac": 0.9})
    if "turnover" not in kinds:
        loose.append({"kind": "turnover", "max_frac": 1.0})
    if "min_holding" not in kinds and rng.uniform() < 0.5:
        loose.append({"kind": "min_holding", "min_frac": 0.01})
    while len(loose) + sum(map(len, planted)) < 30:
        asset = world.names[int(rng.integers(ASSETS_COUNT))]
        relative = {"relative_to": "current", "min_frac": -1.0, "max_frac": 0.9}
        loose.append({"kind": "position_bounds", "assets": [asset], **relative})
    wide = {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.6}
    # A bound for all comes first, because later ones replace it.
    head = [limit for group in planted for limit in group if limit == _few(world, 0)[1]] or [wide]
    tail = [limit for group in planted for limit in group if limit not in head] + loose
    order = rng.permutation(len(tail)).tolist()
    limits = head + [tail[i] for i in order]
    return world, limits, [frozenset(limits.index(limit) for limit in group) for group in planted]


def request_of(world: World, limits: Sequence[Limit], objective: Limit | None = None) -> OptimizationRequest:
    """Return the limits as a request."""
    body = {"asset_ids": world.names, "objective": objective or {"kind": "min_volatility"}, "constraints": limits}
    return engine.parse_request(json.dumps(body))


def holds(world: World, constraints: Sequence[Constraint], objective: Any = None) -> bool:
    """Return whether limits can hold, judged from their own compilation anew."""
    judge = Judge(read(constraints, world.universe, objective, world.estimates))
    return judge.holds(judge.everyone)


def check_diagnosis(world: World, request: OptimizationRequest, planted: Sequence[frozenset[int]]) -> int:
    """Check one diagnosis in full; return how many sets it names."""
    found = diagnose_limits(request.constraints, world.universe, request.objective, world.estimates)
    assert not found.is_feasible, found.sentence
    named = {frozenset(name.constraint_index for name in conflict.limits) for conflict in found.conflicts}
    for conflict in planted:
        assert conflict in named, (sorted(conflict), [sorted(item, key=str) for item in named])
    every = request.constraints
    for conflict in named:
        inside = [every[j] for j in sorted(conflict, key=str) if j is not None]
        assert not holds(world, inside), inside
        for left_out in inside:
            assert holds(world, [item for item in inside if item is not left_out]), (inside, left_out)
    rest = [item for j, item in enumerate(every) if not any(j in conflict for conflict in named)]
    assert holds(world, rest)
    assert found.joint_repair is not None
    assert holds(world, apply(request, found.joint_repair).constraints), found.joint_repair
    singles = {item.limit.constraint_index: item for item in found.single_repairs}
    for j, item in singles.items():
        if item.is_enough:
            assert holds(world, apply(request, item).constraints), item
            assert {change.constraint_index for change in item.changes} == {j}
        elif j is not None:
            assert not holds(world, [other for place, other in enumerate(every) if place != j]), item
    return len(named)


def feasible_mandate(seed: int) -> tuple[World, list[Limit]]:
    """Return limits that one known portfolio meets, many of them exactly: nothing in them may be called impossible."""
    world = World(seed)
    rng = world.rng
    n = ASSETS_COUNT
    inside = rng.dirichlet(np.full(n, 0.6)) if seed % 3 else np.full(n, 1.0 / n)
    inside = np.round(inside, 6)
    inside[int(np.argmax(inside))] += 1.0 - float(inside.sum())
    cap = float(inside.max())
    limits: list[Limit] = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": cap}]
    for s in range(SECTORS_COUNT):
        share = float(sum(inside[i] for i, name in enumerate(world.names) if world.sectors[name] == f"S{s}"))
        side = "min_frac" if rng.uniform() < 0.5 else "max_frac"
        limits.append({"kind": "sector_limit", "sector": f"S{s}", side: share})
    limits.append({"kind": "esg_floor", "min_score": float(world.scores @ inside)})
    limits.append({"kind": "turnover", "max_frac": float(0.5 * np.abs(inside - world.held).sum())})
    away = inside - world.held
    error = float(np.sqrt(max(away @ world.estimates.covariance_annual @ away, 0.0)))
    limits.append({"kind": "tracking_error", "max_annual_frac": max(error, 1e-6) * (1.0 + 1e-9)})
    limits.append({"kind": "holdings_count", "max_count": int(np.count_nonzero(inside))})
    if inside[inside > 0].min() > 1e-4:
        limits.append({"kind": "min_holding", "min_frac": float(inside[inside > 0].min())})
    return world, limits


def best_score(world: World, cap_frac: float) -> float:
    """Return the best reachable score with at most `cap_frac` in each asset, by filling up the best."""
    left, total = 1.0, 0.0
    for score in np.sort(world.scores)[::-1]:
        weight = min(cap_frac, left)
        total += weight * float(score)
        left -= weight
    return total


def check_boundary(seed: int) -> None:
    """Check that a floor exactly at the best reachable score holds, and that one a step above does not."""
    world = World(seed)
    cap = float(world.rng.choice([0.02, 0.05, 0.1, 1.0 / 3.0]))
    best = best_score(world, cap)
    limits: list[Limit] = [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": cap},
        {"kind": "esg_floor", "min_score": best},
    ]
    assert holds(world, request_of(world, limits).constraints), (seed, cap)
    above = [limits[0], {"kind": "esg_floor", "min_score": best + 1e-4}]
    assert not holds(world, request_of(world, above).constraints), (seed, cap)


def prove(size: int) -> dict[str, float]:
    """Diagnose ``size`` mandates with planted conflicts, ``size`` feasible ones and ``size`` on the very boundary."""
    conflicts = named = 0
    for seed in range(size):
        world, limits, planted = mandate(seed)
        named += check_diagnosis(world, request_of(world, limits), planted)
        conflicts += len(planted)
        world, limits = feasible_mandate(seed)
        assert holds(world, request_of(world, limits).constraints), seed
        check_boundary(seed)
    return {
        "mandates_count": size,
        "planted_conflicts_count": conflicts,
        "named_sets_count": named,
        "feasible_mandates_count": 2 * size,
    }

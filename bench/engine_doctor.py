"""How long does the mandate doctor take at 50 assets and 30 limits, how long at 500, and how long to say all is well?

One thread; processor time, because a busy machine stretches the wall clock. The mandates are those of the proof: boxes,
groups, nested groups, tracking error, scores, turnover, minimum holding and number of holdings, with conflicts planted.
The large ones have linear limits: bounds, sectors, nested groups, scores, betas, turnover; the last ones 120 conflicts
that have nothing to do with each other.
"""

from __future__ import annotations

import json
import os
from statistics import median
from time import process_time

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import engine  # noqa: E402
from bench.proofs.doctor import World, feasible_mandate, mandate, request_of  # noqa: E402 (after the thread counts)
from bench.proofs.doctor_many import ASSETS_COUNT, CONFLICTS_COUNT, KINDS, many_conflicts  # noqa: E402
from bench.report import Figure, quantile, show  # noqa: E402
from engine.doctor.diagnose import diagnose_limits  # noqa: E402
from engine.kernel.facts import Facts, KnownUniverse, universe_of  # noqa: E402
from engine.spec import OptimizationRequest  # noqa: E402

MANDATES_COUNT = 60
REPEATS_COUNT = 3
PROMISE_MS = 150.0
FEASIBLE_PROMISE_MS = 10.0
LARGE = ((200, 40), (200, 100), (500, 40), (500, 100))
LARGE_PROMISE_MS = 2000.0
SECTORS_COUNT = 20


def least_ms(world: World, request: OptimizationRequest, *, has_figures: bool) -> float:
    """Return the least processor time of a few diagnoses of the same request: what the work itself takes."""
    figures = world.estimates if has_figures else None
    times = []
    for _ in range(REPEATS_COUNT):
        begun = process_time()
        diagnose_limits(request.constraints, world.universe, request.objective, figures)
        times.append((process_time() - begun) * 1e3)
    return min(times)


def large_mandate(assets_count: int, limits_count: int) -> tuple[KnownUniverse, OptimizationRequest]:
    """Return assets in twenty sectors and nested regions, and linear limits with four conflicts planted."""
    names = [f"A{i:03d}" for i in range(assets_count)]
    sectors = {name: f"S{i % SECTORS_COUNT}" for i, name in enumerate(names)}
    held = dict.fromkeys(names, 1.0 / assets_count)
    facts = Facts(
        groups={"country": {name: f"R{i // 25 % 2}/C{i // 25 % 10}" for i, name in enumerate(names)}},
        esg_scores={name: 20.0 + 60.0 * (i * 37 % assets_count) / assets_count for i, name in enumerate(names)},
        betas={name: 0.6 + 0.8 * (i * 53 % assets_count) / assets_count for i, name in enumerate(names)},
    )
    limits: list[dict[str, object]] = [
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.1},
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.1 / assets_count, "assets": names[::SECTORS_COUNT]},
        {"kind": "sector_limit", "sector": "S0", "min_frac": 0.1},
        {"kind": "esg_floor", "min_score": 85.0},
        {"kind": "group_limit", "dimension": "country", "group": "R1", "max_frac": 0.25},
        {"kind": "group_limit", "dimension": "country", "group": "R1/C1", "min_frac": 0.28},
        {"kind": "turnover", "max_frac": 0.02},
        {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.0, "assets": names[1::SECTORS_COUNT]},
        {"kind": "beta", "min_beta": 0.7, "max_beta": 1.3},
    ]
    limits += [{"kind": "sector_limit", "sector": f"S{s}", "max_frac": 0.4} for s in range(2, SECTORS_COUNT)]
    relative = {"kind": "position_bounds", "relative_to": "current", "min_frac": -1.0, "max_frac": 0.09}
    limits += [{**relative, "assets": [name]} for name in names[: limits_count - len(limits)]]
    body = {"asset_ids": names, "objective": {"kind": "min_volatility"}, "constraints": limits}
    return universe_of(names, sectors, held, facts), engine.parse_request(json.dumps(body))


def large_ms(assets_count: int, limits_count: int) -> float:
    """Return the least processor time of a few diagnoses of a large mandate."""
    universe, request = large_mandate(assets_count, limits_count)
    times = []
    for _ in range(REPEATS_COUNT):
        begun = process_time()
        found = diagnose_limits(request.constraints, universe, request.objective)
        times.append((process_time() - begun) * 1e3)
        assert len(found.conflicts) >= 4, found.sentence
        assert not found.notes, found.notes
    return min(times)


def many_ms(kind: str) -> float:
    """Return the least processor time of a few diagnoses of very many separate conflicts, all of them named."""
    universe, request, planted = many_conflicts(kind)
    times = []
    for _ in range(REPEATS_COUNT):
        begun = process_time()
        found = diagnose_limits(request.constraints, universe, request.objective)
        times.append((process_time() - begun) * 1e3)
        assert len(found.conflicts) >= len(planted), found.sentence
        assert not found.notes, found.notes
    return min(times)


def measure() -> list[Figure]:
    """Time infeasible and feasible mandates of the same make."""
    ill, well, preview = [], [], []
    for seed in range(MANDATES_COUNT):
        world, limits, planted = mandate(seed)
        ill.append(least_ms(world, request_of(world, limits), has_figures=True))
        broken = frozenset().union(*planted)
        rest = request_of(world, [limit for place, limit in enumerate(limits) if place not in broken])
        well.append(least_ms(world, rest, has_figures=True))
        preview.append(least_ms(world, rest, has_figures=False))
    tight = []
    for seed in range(MANDATES_COUNT // 4):
        world, limits = feasible_mandate(seed)
        tight.append(least_ms(world, request_of(world, limits), has_figures=True))
    large = [
        Figure(f"{assets} assets, {limits} linear limits", large_ms(assets, limits), "ms", "promise", LARGE_PROMISE_MS)
        for assets, limits in LARGE
    ]
    many = [
        Figure(
            f"{ASSETS_COUNT} assets, {CONFLICTS_COUNT} conflicts ({kind})",
            many_ms(kind),
            "ms",
            "promise",
            LARGE_PROMISE_MS,
        )
        for kind in KINDS
    ]
    return [
        Figure("diagnosis of an impossible mandate, p95", quantile(ill, 0.95), "ms", "promise", PROMISE_MS),
        Figure("diagnosis of an impossible mandate, median", median(ill), "ms", "promise", PROMISE_MS),
        Figure("possible mandate, p95", quantile(well, 0.95), "ms", "promise", FEASIBLE_PROMISE_MS),
        Figure("possible mandate, median", median(well), "ms", "promise", FEASIBLE_PROMISE_MS),
        Figure("possible mandate without figures, p95", quantile(preview, 0.95), "ms", "promise", FEASIBLE_PROMISE_MS),
        Figure("possible at one portfolio only, median", median(tight), "ms", "-"),
        *large,
        *many,
    ]


if __name__ == "__main__":
    show("engine_doctor", measure())

"""How long does the mandate doctor take at 50 assets and 30 limits, and how long to say that all is well?

One thread; processor time, because a busy machine stretches the wall clock. The mandates are those of the proof: boxes,
groups, nested groups, tracking error, scores, turnover, minimum holding and number of holdings, with conflicts planted.
"""

from __future__ import annotations

import os
from statistics import median
from time import process_time

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

from bench.proofs.doctor import World, feasible_mandate, mandate, request_of  # noqa: E402 (after the thread counts)
from bench.report import Figure, quantile, show  # noqa: E402
from engine.doctor.diagnose import diagnose_limits  # noqa: E402
from engine.spec import OptimizationRequest  # noqa: E402

MANDATES_COUNT = 60
REPEATS_COUNT = 3
PROMISE_MS = 150.0
FEASIBLE_PROMISE_MS = 10.0


def least_ms(world: World, request: OptimizationRequest, *, has_figures: bool) -> float:
    """Return the least processor time of a few diagnoses of the same request: what the work itself takes."""
    figures = world.estimates if has_figures else None
    times = []
    for _ in range(REPEATS_COUNT):
        begun = process_time()
        diagnose_limits(request.constraints, world.universe, request.objective, figures)
        times.append((process_time() - begun) * 1e3)
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
    return [
        Figure("diagnosis of an impossible mandate, p95", quantile(ill, 0.95), "ms", "promise", PROMISE_MS),
        Figure("diagnosis of an impossible mandate, median", median(ill), "ms", "promise", PROMISE_MS),
        Figure("possible mandate, p95", quantile(well, 0.95), "ms", "promise", FEASIBLE_PROMISE_MS),
        Figure("possible mandate, median", median(well), "ms", "promise", FEASIBLE_PROMISE_MS),
        Figure("possible mandate without figures, p95", quantile(preview, 0.95), "ms", "promise", FEASIBLE_PROMISE_MS),
        Figure("possible at one portfolio only, median", median(tight), "ms", "-"),
    ]


if __name__ == "__main__":
    show("engine_doctor", measure())

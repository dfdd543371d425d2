"""How fast is a whole frontier, one that follows a slider, and how sure it is, beside other packages and promises?

One thread; medians of processor time, ratios within one run. Ours goes from a request and figures (or a history) to the
whole result document, each corner proven, and is then read off at 100 returns; theirs end with 100 weights. A move of a
slider sets the cap of every position, every sector's cap and the ESG floor at random, and ends with the new frontier's
proven corners and the portfolio of the highest Sharpe ratio. Moves are audited against PIQP at a tolerance of 1e-11: it
shares no line with the walk.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402 (after the thread counts)
import piqp  # noqa: E402

import engine  # noqa: E402
from bench.engine_peers import SECTORS_COUNT, Task, task_of  # noqa: E402
from bench.engine_peers.frontiers import draws  # noqa: E402
from bench.engine_solve import in_turns, request, spent_ms  # noqa: E402
from bench.engine_tail import skfolio_ms  # noqa: E402
from bench.report import Figure, quantile, show  # noqa: E402
from engine.frontier.live import LiveAnswer, LiveFrontier, Sides  # noqa: E402
from engine.kernel.forms import Vector  # noqa: E402
from engine.uncertainty.solve import stream  # noqa: E402

POINTS_COUNT, TAIL_POINTS_COUNT = 100, 20
MOVES = {50: (1000, 1, 10.0), 500: (300, 5, 30.0)}  # moves, every which one is audited, the most ms of 99 in 100
LOOKS_COUNT = 3  # places of each moved frontier that are audited, beside its best Sharpe ratio
RIGHT, KEPT = 1e-8, 1e-8  # of the variance or the ratio, and of a limit
RESAMPLES_COUNT = 500
SEED = 5


def whole_frontiers() -> list[Figure]:
    """Return the time of a 100-point frontier of 50 assets beside every package, and whether both ends are reached."""
    task = task_of(50, "min_volatility")
    asked = request(task.panel.assets, "min_volatility")
    figures = engine.Figures(task.panel.assets, task.means, task.covariance)

    def drawn(found: engine.FrontierResult) -> np.ndarray:
        assert found.is_exact, found.message
        weights = np.array([corner.weights_frac for corner in found.corners])
        rewards = np.array([corner.reward for corner in found.corners])
        wanted = np.linspace(rewards[0], rewards[-1], POINTS_COUNT)
        place = np.clip(np.searchsorted(rewards, wanted, side="right") - 1, 0, len(rewards) - 2)
        share = ((wanted - rewards[place]) / (rewards[place + 1] - rewards[place]))[:, None]
        return np.asarray((1.0 - share) * weights[place] + share * weights[place + 1])

    def from_figures() -> np.ndarray:
        return drawn(engine.frontier(asked, figures=figures, sectors=task.sectors))

    def from_history() -> np.ndarray:
        return drawn(engine.frontier(asked, panel=task.panel, sectors=task.sectors))

    rivals, missing = draws(task, POINTS_COUNT)
    for sentence in missing:
        print(f"  {sentence}")
    ends = _ends(task, from_figures())
    names, times = ["figures", "history"], in_turns([from_figures, from_history], 5, 6)
    mine = dict(zip(names, times, strict=True))
    theirs: dict[str, float] = {}
    for name, draw in rivals.items():
        try:
            begun = process_time()
            weights = draw()
            slow = process_time() - begun > 3.0
        except Exception as failure:  # whatever a package raises, it is then no contender
            print(f"  {name} fails: {type(failure).__name__}")
            continue
        theirs[name] = median(spent_ms(draw) for _ in range(1 if slow else 3))
        low, high = _ends(task, weights)
        print(
            f"  {name}: {theirs[name]:.0f} ms; {low - ends[0]:+.1e} at the least risk, {high - ends[1]:+.1e} at the top"
        )
    again = dict(zip(names, in_turns([from_figures, from_history], 5, 6), strict=True))
    mine = {name: 0.5 * (mine[name] + again[name]) for name in names}  # before and after the others
    best = min(theirs, key=lambda name: theirs[name])
    what = f"{POINTS_COUNT} points of the frontier, 50 assets"
    return [
        *(Figure(f"{what}, {name}", mine[name], "ms", f"fastest: {best}", theirs[best]) for name in names),
        Figure(f"{what}, times faster than the fastest", theirs[best] / mine["figures"], "times", "promise", 80.0),
        *(Figure(f"{what}: {name}", spent, "ms", "engine, figures", mine["figures"]) for name, spent in theirs.items()),
    ]


def _ends(task: Task, weights: np.ndarray) -> tuple[float, float]:
    """Return the least volatility and the highest return of some portfolios."""
    risks = np.sqrt(np.einsum("ki,ij,kj->k", weights, task.covariance, weights))
    return float(risks[0]), float((weights @ task.means)[-1])


@dataclass(frozen=True, eq=False)
class _Move:
    cap_frac: float
    sector_caps_frac: Vector
    score_min: float


class _Sliders:
    """A frontier under a cap, seven sector caps and an ESG floor, and where its sliders are put."""

    def __init__(self, count: int) -> None:
        self.task = task_of(count, "min_volatility")
        self.rng = np.random.default_rng(SEED)
        self.scores = self.rng.uniform(0.0, 100.0, count)
        names = list(self.task.panel.assets)
        body = {
            "asset_ids": names,
            "objective": {"kind": "min_volatility"},
            "facts": {"esg_scores": dict(zip(names, self.scores.tolist(), strict=True))},
            "constraints": [
                {"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25},
                {"kind": "esg_floor", "min_score": 40.0},
                *({"kind": "sector_limit", "sector": f"S{i}", "max_frac": 0.3} for i in range(SECTORS_COUNT)),
            ],
        }
        asked = engine.parse_request(json.dumps(body))
        self.live = LiveFrontier.of(asked, panel=self.task.panel, sectors=self.task.sectors)

    def moves(self, count: int) -> Iterator[_Move]:
        """Return random places of all sliders."""
        for _ in range(count):
            caps = self.rng.uniform(0.15, 0.5, SECTORS_COUNT)
            yield _Move(float(self.rng.uniform(0.05, 0.4)), caps, float(self.rng.uniform(30.0, 70.0)))

    def moved(self, move: _Move) -> LiveAnswer:
        """Return the frontier there."""
        sides: dict[str, Sides] = {self.live.names[0]: (move.score_min, None)}
        sides |= {self.live.names[1 + i]: (None, float(cap)) for i, cap in enumerate(move.sector_caps_frac)}
        return self.live.moved(upper_frac=move.cap_frac, sides=sides)

    def is_right(self, move: _Move, answer: LiveAnswer) -> bool:
        """Return whether a few places and the best Sharpe ratio are what PIQP finds."""
        path = answer.path
        assert path is not None
        task = self.task
        scale = float(np.mean(np.diag(task.covariance)))
        rows = np.vstack([task.sector_rows, -self.scores, -task.means])
        highs = np.concatenate([move.sector_caps_frac, [-move.score_min, 0.0]])
        for wanted in self.rng.uniform(path.rewards[0], path.rewards[-1], LOOKS_COUNT):
            point = path.at_reward(np.array([wanted]))[0]
            highs[-1] = -float(task.means @ point)
            if not _keeps(point, move.cap_frac, rows, highs):
                return False
            other = _piqp(task.covariance / scale, np.ones((1, task.count)), np.ones(1), rows, highs, move.cap_frac)
            own, least = (float(one @ task.covariance @ one) for one in (point, other))
            if own > least * (1.0 + RIGHT):
                return False
        best = answer.best_frac
        if best is None:
            return bool(path.rewards[-1] <= 0.0)
        ratio = [rows[:-1] - highs[:-1, None], np.eye(task.count) - move.cap_frac]  # Charnes and Cooper (1962)
        stacked = np.vstack(ratio)
        unit = float(np.abs(task.means).max())
        other = _piqp(
            task.covariance / scale, task.means[None] / unit, np.ones(1), stacked, np.zeros(len(stacked)), np.inf
        )
        own, most = (float(task.means @ one) / np.sqrt(float(one @ task.covariance @ one)) for one in (best, other))
        return own >= most * (1.0 - RIGHT) and _keeps(best, move.cap_frac, rows[:-1], highs[:-1])


def _keeps(weights: Vector, cap: float, rows: np.ndarray, highs: Vector) -> bool:
    worst = max(float(-weights.min()), float(weights.max()) - cap, abs(float(weights.sum()) - 1.0))
    return max(worst, float((rows @ weights - highs).max())) <= KEPT


def _piqp(curve: Any, equal: Any, at: Vector, rows: Any, highs: Vector, cap: float) -> Vector:
    count = len(curve)
    solver = piqp.DenseSolver()
    solver.settings.verbose = False
    solver.settings.eps_abs = solver.settings.eps_rel = 1e-11
    solver.settings.max_iter = 500
    low = np.full(len(highs), -np.inf)
    upper = np.full(count, cap)
    matrices = (np.asfortranarray(one) for one in (curve, equal, rows))
    curve, equal, rows = matrices
    solver.setup(curve, np.zeros(count), equal, at, rows, low, highs, np.zeros(count), upper)
    solver.solve()
    return np.asarray(solver.result.x)


def sliders(count: int, moves_count: int, audit_step: int, promise_ms: float) -> list[Figure]:
    """Return how long a moved slider takes, and how many of the moves were wrong."""
    scene = _Sliders(count)
    for move in scene.moves(5):  # what only the first calls pay
        scene.moved(move)
    times, wrong, swept, empty = [], 0, 0, 0
    for number, move in enumerate(scene.moves(moves_count)):
        begun = process_time()
        answer = scene.moved(move)
        times.append((process_time() - begun) * 1e3)
        if answer.is_infeasible:
            empty += 1
        elif not answer.is_exact:
            swept += 1
        elif number % audit_step == 0 and not scene.is_right(move, answer):
            wrong += 1
    audited = moves_count // audit_step
    print(f"  {count} assets: {audited} of {moves_count} moves audited, {wrong} wrong, {swept} swept, {empty} empty")
    what = f"moved slider, {count} assets, new exact frontier and its best Sharpe ratio"
    return [
        Figure(f"{what}, median", median(times), "ms", ""),
        Figure(f"{what}, slowest hundredth", quantile(times, 0.99), "ms", "promise", promise_ms),
        Figure(f"{what}, wrong of {audited} audited", float(wrong + swept), "moves", "PIQP at 1e-11"),
    ]


def tails() -> list[Figure]:
    """Return the time of 20 points of the CVaR frontier beside skfolio, and of the frontiers in drawdowns."""
    task = task_of(50, "min_volatility")
    asked = request(task.panel.assets, "min_volatility")
    found = []
    words = {"cvar": "CVaR", "cdar": "CDaR", "max_drawdown": "maximum drawdown"}
    for risk, word in words.items():

        def draw(risk: Any = risk) -> Any:
            drawn = engine.frontier(asked, panel=task.panel, sectors=task.sectors, risk=risk)
            assert drawn.status == "optimal", drawn.message
            assert len(drawn.corners) == TAIL_POINTS_COUNT
            return drawn

        spent = in_turns([draw], 2, 5)[0]
        name = f"{TAIL_POINTS_COUNT} points of the {word} frontier, 50 assets, 1,260 days, history to document"
        if risk != "cvar":
            found.append(Figure(name, spent, "ms", ""))
            continue
        peer, theirs = skfolio_ms(np.asarray(task.panel.returns_frac), "cvar", 1, TAIL_POINTS_COUNT)
        found.append(Figure(name, spent, "ms", peer, theirs))
        found.append(Figure(f"{name}, times faster", theirs / spent, "times", "promise", 40.0))
    return found


def resamples() -> list[Figure]:
    """Return how long 500 other histories take, and when the first band is there."""
    task = task_of(50, "min_volatility")
    asked = request(task.panel.assets, "max_sharpe")
    walls, spents, firsts = [], [], []
    for _ in range(4):
        wall, spent, first = perf_counter(), process_time(), None
        for one in stream(asked, task.panel, task.sectors, resamples_count=RESAMPLES_COUNT, time_max_s=600.0):
            if first is None and one.bands:
                first = (process_time() - spent) * 1e3
            assert one.weights
        walls.append((perf_counter() - wall) * 1e3)
        spents.append((process_time() - spent) * 1e3)
        firsts.append(first or np.inf)
    what = f"{RESAMPLES_COUNT} resamples, 50 assets, maximum Sharpe"
    return [
        Figure(f"{what}, processor time", median(spents[1:]), "ms", "promise", 1000.0),
        Figure(f"{what}, wall time on this machine", median(walls[1:]), "ms", ""),
        Figure(f"{what}, first band, processor time", median(firsts[1:]), "ms", "promise", 300.0),
    ]


def measure() -> list[Figure]:
    """Measure whole frontiers, moved sliders, tail frontiers and resamples."""
    warnings.simplefilter("ignore")
    moved = [one for count, how in MOVES.items() for one in sliders(count, *how)]
    return [*whole_frontiers(), *moved, *tails(), *resamples()]


if __name__ == "__main__":
    show("engine_frontier", measure())

"""How fast are replays, simulations and repairs, against what was promised?

One thread; medians of processor time, from arrays to whole answers. Fifty positions of twenty years, five of which have
no history before the middle.
"""

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import numpy as np  # noqa: E402 (after the thread counts)

from bench.engine_solve import median_ms  # noqa: E402
from bench.report import Figure, show  # noqa: E402
from engine.stress.correlation import break_down  # noqa: E402
from engine.stress.monte_carlo import simulate  # noqa: E402
from engine.stress.positions import StressedPortfolio  # noqa: E402
from engine.stress.repair import Hedge, RepairTask, repair  # noqa: E402
from engine.stress.replay import Window, replay_all  # noqa: E402
from engine.stress.reverse import reverse_assets  # noqa: E402
from engine.stress.stand_ins import History, StandIns  # noqa: E402

ASSETS_COUNT, DAYS_COUNT, SECTORS_COUNT = 50, 5040, 10
EVENTS_COUNT, SCENARIOS_COUNT = 12, 30
REPLAY_PROMISED_MS, SIMULATION_PROMISED_MS, REPAIR_PROMISED_MS, REVERSE_PROMISED_MS = 200.0, 1000.0, 300.0, 200.0


def world() -> tuple[StressedPortfolio, History, StandIns]:
    """Return positions, their history and an index, from a fixed seed."""
    rng = np.random.default_rng(0)
    index = rng.standard_t(4, DAYS_COUNT) * 0.007
    returns = np.outer(index, rng.uniform(0.5, 1.6, ASSETS_COUNT))
    returns += rng.standard_t(4, (DAYS_COUNT, ASSETS_COUNT)) * rng.uniform(0.004, 0.012, ASSETS_COUNT)
    returns[: DAYS_COUNT // 2, -5:] = np.nan
    dates = np.busday_offset(np.datetime64("2003-01-01"), np.arange(DAYS_COUNT), roll="forward")
    names = tuple(f"A{place:02d}" for place in range(ASSETS_COUNT))
    sectors = tuple(f"S{place % SECTORS_COUNT}" for place in range(ASSETS_COUNT))
    held = StressedPortfolio(names, np.full(ASSETS_COUNT, 0.95 / ASSETS_COUNT), 0.05, sectors)
    return held, History(dates, np.maximum(returns, -0.5), index), StandIns({"Index": index}, "Index")


def windows(history: History) -> list[Window]:
    """Return twelve windows of 20 to 350 sessions."""
    lengths = np.linspace(20, 350, EVENTS_COUNT).astype(int)
    firsts = np.linspace(100, DAYS_COUNT - 400, EVENTS_COUNT).astype(int)
    return [
        Window(
            f"E{at}", f"E{at}", history.dates[first - 1].item(), history.dates[first + length - 1].item(), int(length)
        )
        for at, (first, length) in enumerate(zip(firsts, lengths, strict=True))
    ]


def task(held: StressedPortfolio) -> RepairTask:
    """Return thirty scenarios that must lose a fifth less than the worst, with three hedges and sector caps."""
    rng = np.random.default_rng(1)
    market = -rng.uniform(0.02, 0.55, SCENARIOS_COUNT)
    own = rng.normal(0.0, 0.05, (SCENARIOS_COUNT, ASSETS_COUNT))
    moves = np.maximum(market[:, None] * rng.uniform(0.5, 1.6, ASSETS_COUNT) + own, -1.0)
    worst = float((-moves @ held.weights_frac).max())
    names = tuple(f"K{at:02d}" for at in range(SCENARIOS_COUNT))
    return RepairTask(
        held,
        names,
        names,
        moves,
        np.full(SCENARIOS_COUNT, 0.8 * worst),
        rng.uniform(0.0005, 0.003, ASSETS_COUNT),
        hedges=(
            Hedge("Index", market, 0.0003, -0.3, 0.0, is_funded=False),
            Hedge("Treasuries", -0.2 * market, 0.0002, 0.0, 0.2),
            Hedge("Gold", rng.normal(0.03, 0.05, SCENARIOS_COUNT), 0.001, 0.0, 0.1),
        ),
        group_max_frac={f"S{at}": 0.12 for at in range(SECTORS_COUNT)},
        turnover_max_frac=0.4,
    )


def measure() -> list[Figure]:
    """Measure each question from arrays to the whole answer."""
    held, history, stand_ins = world()
    events, asked = windows(history), task(held)
    answers = replay_all(held, history, events, stand_ins)
    assert all(abs(sum(p.impact_frac or 0.0 for p in one.positions) - one.total_frac) < 1e-12 for one in answers)
    assert {one.status for one in repair(asked).alternatives} == {"repaired"}
    figures = []
    for mode in ("instant", "buy_and_hold", "daily_rebalanced"):
        took = median_ms(lambda mode=mode: replay_all(held, history, events, stand_ins, mode=mode), 7)  # type: ignore[misc]
        figures.append(Figure(f"12 past events, 50 positions, {mode}", took, "ms", "promised", REPLAY_PROMISED_MS))
    for method in ("t_copula", "multivariate_t", "filtered", "block_bootstrap", "regimes"):
        took = median_ms(lambda method=method: simulate(held, history.returns_frac, method=method), 5)  # type: ignore[misc]
        figures.append(
            Figure(f"100,000 scenarios, 50 positions, {method}", took, "ms", "promised", SIMULATION_PROMISED_MS)
        )
    took = median_ms(lambda: simulate(held, history.returns_frac, horizon_days=10, scenarios_count=20_000), 3)
    figures.append(Figure("20,000 paths of 10 days, 50 positions, t_copula", took, "ms", "", None))
    figures.append(
        Figure(
            "repair in three ways, 30 scenarios",
            median_ms(lambda: repair(asked), 9),
            "ms",
            "promised",
            REPAIR_PROMISED_MS,
        )
    )
    took = median_ms(lambda: reverse_assets(held, history.returns_frac, 0.2), 9)
    figures.append(Figure("reverse stress over 50 positions", took, "ms", "promised", REVERSE_PROMISED_MS))
    figures.append(
        Figure(
            "correlation breakdown, 50 positions",
            median_ms(lambda: break_down(held, history.returns_frac), 9),
            "ms",
            "",
            None,
        )
    )
    return figures


if __name__ == "__main__":
    show("stress", measure())

"""Which small worlds do the tests of stress share?"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import io
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from data.reference.stress_events import FACTORS, factor_moves, stress_events
from engine.stress.moves import EventMoves
from engine.stress.positions import StressedPortfolio
from engine.stress.replay import Window


def portfolio(weights, cash=0.0, groups=None, names=None) -> StressedPortfolio:
    count = len(weights)
    return StressedPortfolio(
        tuple(names or (f"A{place}" for place in range(count))),
        np.array(weights, dtype=float),
        cash,
        tuple(("Tech", "Bank")[place % 2] for place in range(count)) if groups is None else tuple(groups),
    )


def weekdays(count: int, start: str = "2015-01-01") -> np.ndarray:
    return np.busday_offset(np.datetime64(start), np.arange(count), roll="forward")


def window_of(dates: np.ndarray, first: int, last: int, index_move: float | None = None) -> Window:
    """From the close of row first - 1 to that of row last - 1."""
    start = dates[first - 1].astype("datetime64[D]").item()
    return Window("test", "Test", start, dates[last - 1].astype("datetime64[D]").item(), last - first, index_move)


def events() -> EventMoves:
    known = stress_events()
    return EventMoves(
        tuple(one.id for one in known),
        tuple(one.name for one in known),
        tuple(one.start for one in known),
        tuple(one.end for one in known),
        FACTORS,
        factor_moves(),
    )


def event_table(moves: np.ndarray, factors: tuple[str, ...]) -> EventMoves:
    """Events apart from one another with these moves, shape (e, k)."""
    count = len(moves)
    starts = tuple(date(2000, 1, 1) + timedelta(days=100 * place) for place in range(count))
    ends = tuple(day + timedelta(days=10) for day in starts)
    names = tuple(f"E{place}" for place in range(count))
    return EventMoves(names, names, starts, ends, factors, moves)


@cache
def embedded_index() -> dict[date, float]:
    """Closes of the S&P 500 that the product itself holds, read where they lie: the library's import takes seconds."""
    spec = importlib.util.find_spec("skfolio")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "datasets" / "data" / "sp500_index.csv.gz"
    rows = csv.reader(io.StringIO(gzip.decompress(path.read_bytes()).decode()))
    next(rows)
    return {date.fromisoformat(day[:10]): float(close) for day, close in rows}

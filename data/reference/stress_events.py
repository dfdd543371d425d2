"""Which past market events are there to replay, how far did each market move, and who says so?

The table is the product's own: dates run from the close before the fall to the close at its end, figures were computed
from the series that each row names, and sentences are ours. An empty cell is not known and stays so. `verified_on` is
empty where a figure has not been recomputed from data, and `unverified_why` says why.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from engine.kernel.estimates import Matrix

TABLE = Path(__file__).parent / "stress_events.csv"
FACTORS = ("equity", "rates", "credit", "volatility", "oil", "usd", "slope", "ig", "emerging")


@dataclass(frozen=True, slots=True)
class StressEvent:
    """One event; moves are from `start` to `end`.

    Attributes
    ----------
    id, name, what_happened
        Key, title and one or two sentences.
    start, end
        Close before the fall and close at its end.
    sessions_count
        Sessions of the New York exchange after `start` until `end`.
    index_move_frac
        S&P 500, price index.
    rates_move_pp
        Ten-year US Treasury yield, percentage points.
    hy_spread_move_pp, ig_spread_move_pp
        Spreads of US high yield and investment grade bonds, percentage points.
    vix_start_points, vix_max_points
        VIX at the start, and its highest close in the window.
    oil_move_frac, gold_move_frac
        In US dollars.
    usd_move_frac
        US dollar against the euro; positive is a stronger dollar.
    slope_move_pp
        Ten-year less two-year US Treasury yield, percentage points; positive is a steeper curve.
    em_move_frac
        Shares of emerging markets, by a fund that holds them, with distributions, in US dollars.
    sources
        Column of a figure to the words that name its source.
    verified_on
        Day on which the figures were recomputed from their series; None where they were not.
    unverified_why
        One sentence for the reader where they were not; None where they were.

    """

    id: str
    name: str
    what_happened: str
    start: date
    end: date
    sessions_count: int
    index_move_frac: float | None
    rates_move_pp: float | None
    hy_spread_move_pp: float | None
    ig_spread_move_pp: float | None
    vix_start_points: float | None
    vix_max_points: float | None
    oil_move_frac: float | None
    gold_move_frac: float | None
    usd_move_frac: float | None
    slope_move_pp: float | None
    em_move_frac: float | None
    sources: dict[str, str]
    verified_on: date | None
    unverified_why: str | None

    @property
    def vix_rise_points(self) -> float | None:
        """Return the highest close less the start."""
        if self.vix_start_points is None or self.vix_max_points is None:
            return None
        return self.vix_max_points - self.vix_start_points

    def factor_moves(self) -> tuple[float | None, ...]:
        """Return the moves in the order of `FACTORS`; credit is the high yield spread, volatility the VIX's rise."""
        return (
            self.index_move_frac,
            self.rates_move_pp,
            self.hy_spread_move_pp,
            self.vix_rise_points,
            self.oil_move_frac,
            self.usd_move_frac,
            self.slope_move_pp,
            self.ig_spread_move_pp,
            self.em_move_frac,
        )


@cache
def stress_events() -> tuple[StressEvent, ...]:
    """Return all events in the order of time."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(_event(row) for row in csv.DictReader(file))


def factor_moves() -> Matrix:
    """Return the moves of all events, shape (events, factors of `FACTORS`); NaN is not known."""
    return np.array(
        [[np.nan if move is None else move for move in event.factor_moves()] for event in stress_events()], dtype=float
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def _event(row: dict[str, str]) -> StressEvent:
    """Read one line."""
    return StressEvent(
        id=row["id"],
        name=row["name"],
        what_happened=row["what_happened"],
        start=date.fromisoformat(row["start"]),
        end=date.fromisoformat(row["end"]),
        sessions_count=int(row["sessions_count"]),
        index_move_frac=_number(row["index_move_frac"]),
        rates_move_pp=_number(row["rates_move_pp"]),
        hy_spread_move_pp=_number(row["hy_spread_move_pp"]),
        ig_spread_move_pp=_number(row["ig_spread_move_pp"]),
        vix_start_points=_number(row["vix_start_points"]),
        vix_max_points=_number(row["vix_max_points"]),
        oil_move_frac=_number(row["oil_move_frac"]),
        gold_move_frac=_number(row["gold_move_frac"]),
        usd_move_frac=_number(row["usd_move_frac"]),
        slope_move_pp=_number(row["slope_move_pp"]),
        em_move_frac=_number(row["em_move_frac"]),
        sources={name: text for name, text in row.items() if name.endswith("_source") and text},
        verified_on=date.fromisoformat(row["verified_on"]) if row["verified_on"] else None,
        unverified_why=row["unverified_why"] or None,
    )

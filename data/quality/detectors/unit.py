"""Was a price quoted in another unit, such as pence for pounds?"""

from __future__ import annotations

import numpy as np

from data.quality.findings import Finding, Kind, day
from data.quality.levels import Block, Step, blocks_of
from data.quality.peers import Peers
from data.quality.registry import Detector
from data.quality.series import QualitySeries, known_ratio

FACTORS = (100.0, 1000.0)
TOLERANCE = 0.35
"""How far the log move may be from that of the factor: what a price may move by itself on the day."""


def find(series: QualitySeries, peers: Peers) -> list[Finding]:
    """Return blocks and single days that are 100 or 1,000 times too high or too low.

    No price moves by a factor of 100 within a day and stays, so that a step is an error of one of its sides, unless a
    known split has that ratio (which then has a check of its own), or the adjusted closes go on as before. Which side
    is right is certain only for a block that is enclosed; where the adjusted closes show nothing of it, nothing is
    proposed, because a correction changes both.
    """
    moves = series.raw_returns
    large = np.flatnonzero(np.abs(np.where(np.isfinite(moves), moves, 0.0)) > np.log(FACTORS[0]) - TOLERANCE)
    steps = [step for place in large.tolist() if (step := _step(series, float(moves[place]), place)) is not None]
    return [
        _finding(series, block)
        for block in blocks_of(steps, len(series.close))
        if block.is_inside or not _is_close_alone(series, block)
    ]


def _step(series: QualitySeries, move: float, place: int) -> Step | None:
    if known_ratio(series, place, move) is not None:
        return None
    for factor in FACTORS:
        if abs(abs(move) - np.log(factor)) < TOLERANCE:
            return Step(place, move, factor if move > 0 else 1.0 / factor)
    return None


def _is_close_alone(series: QualitySeries, block: Block) -> bool:
    """Whether the adjusted closes show nothing of the steps, as around a split that the source has adjusted for."""
    return all(abs(float(series.returns[step.place])) < TOLERANCE for step in block.steps)


def _finding(series: QualitySeries, block: Block) -> Finding:
    low, high = block.low, block.high
    times = round(1.0 / block.scale) if block.scale < 1 else round(block.scale)
    way = "higher" if block.scale < 1 else "lower"
    count = high - low
    edge = "" if block.is_inside else " than what follows" if low == 0 else " than what came before"
    inside = " than the sessions around" if block.is_inside else edge
    span = f"on {day(series.sessions[low])}" if count == 1 else (
        f"for {count:,} sessions from {day(series.sessions[low])} to {day(series.sessions[high - 1])}"
    )  # fmt: skip
    why = "" if block.is_inside else ", or a split or a new currency that no source names"
    raw = series.close[low:high]
    return Finding(
        Kind.UNIT, series.symbol, series.sessions[low:high], raw,
        None if _is_close_alone(series, block) else raw * block.scale,
        f"block {'divided by' if block.scale < 1 else 'times'} {times}",
        0.98 if block.is_inside else 0.85 if low == 0 else 0.75,
        f"The price is {times:,} times {way} {span}{inside}: another unit, such as pence for pounds{why}.",
    )  # fmt: skip


DETECTOR = Detector(Kind.UNIT, 60, find, "A price does not move by a factor of 100 or 1,000 within a day.")

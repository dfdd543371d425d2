"""Was a split left out when prices were adjusted, or adjusted for where there was none?"""

from __future__ import annotations

import numpy as np

from data.quality.findings import Finding, Floats, Kind, day
from data.quality.levels import Block, Step, blocks_of
from data.quality.peers import Peers
from data.quality.registry import Detector
from data.quality.robust import local_scale
from data.quality.series import (
    CONFIRMED_TOLERANCE,
    QualitySeries,
    is_paid_out,
    is_told_by_another,
    known_ratio,
)

RATIOS = (1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 8.0, 10.0, 15.0, 20.0, 25.0, 50.0)
"""New shares for one old share in common splits; their inverses are reverse splits."""
TOLERANCE = 0.02
"""How far the move may be from the ratio, beside what the peers moved that day."""
ROOM_SCALES = 1.5
ROOM_MAX = 0.04
MOVE_SCALES = 8.0
AROUND_COUNT = 20
BLOCK_MAX_COUNT = 260
LIKELY_FRAC = 0.5
SMALLEST_UNCONFIRMED = 1.9
"""Below 2 for 1 a true move of the same size is met too often; only a known split tells them apart."""
SURGE_TIMES = 2.5
"""Times the usual turnover on the day itself: bad news are traded, a change of the count of shares is not."""
FEWEST_COUNT = 5


def find(series: QualitySeries, peers: Peers) -> list[Finding]:
    """Return level shifts of the adjusted close by the ratio of a split.

    A true fall by half looks alike on its day. It is told apart by what follows: after a missed split the price is as
    calm as before and about as many more shares change hands as there are more of them; after bad news neither holds.
    Only shifts that a known split confirms, or for which the evidence is good, are told; a proposal multiplies
    everything before the shift, or the block between two opposite shifts.
    """
    moves = series.returns
    least = np.log(RATIOS[0]) - ROOM_MAX - TOLERANCE
    known = {float(action.ratio) for action in series.actions if action.kind == "split" and action.ratio > 0}
    if known:
        least = min(least, min(abs(np.log(ratio)) for ratio in known) - CONFIRMED_TOLERANCE)
    own = moves - np.nan_to_num(peers.moves(series))
    steps = []
    for place in np.flatnonzero(np.abs(np.nan_to_num(moves)) >= max(least, 0.1)).tolist():
        step = _step(series, moves, own, place)
        if step is not None:
            steps.append(step)
    found = []
    for block in blocks_of(steps, len(series.close), BLOCK_MAX_COUNT):
        finding = _finding(series, moves, own, block)
        if finding is not None:
            found.append(finding)
    return found


def _step(series: QualitySeries, moves: Floats, own: Floats, place: int) -> Step | None:
    """Return the shift at one place, if its size is that of a split."""
    move = float(moves[place])
    confirmed = known_ratio(series, place, move)
    if confirmed is not None:
        return Step(place, move, confirmed if move > 0 else 1.0 / confirmed)
    if series.sessions.size < 2 * AROUND_COUNT or is_paid_out(series, place, move):
        return None
    middle, scale = local_scale(moves, place)
    if not abs(move - middle) > MOVE_SCALES * scale:
        return None
    room = TOLERANCE + min(ROOM_SCALES * scale, ROOM_MAX - TOLERANCE)
    away = [(abs(abs(size) - np.log(ratio)), ratio) for ratio in RATIOS for size in (move, float(own[place]))]
    nearest, ratio = min(away)
    return Step(place, move, ratio if move > 0 else 1.0 / ratio) if nearest <= room else None


def _finding(series: QualitySeries, moves: Floats, own: Floats, block: Block) -> Finding | None:
    """Return what to tell of a block; None where the evidence speaks for true moves."""
    is_confirmed = any(known_ratio(series, step.place, step.size) is not None for step in block.steps)
    if block.is_inside:
        if block.high - block.low < 2 and not is_confirmed:
            return None  # one day: a spike, which has a check of its own
        confidence = 0.97 if is_confirmed else 0.85
    else:
        confidence = 0.96 if is_confirmed else _evidence(series, moves, own, block.steps[0])
    if confidence < LIKELY_FRAC:
        return None
    low, high = block.low, block.high
    ratio = max(block.scale, 1.0 / block.scale)
    words = f"{ratio:.4g} for 1" if block.steps[0].factor < 1 else f"1 for {ratio:.4g}"
    is_adjusted_only = abs(float(series.raw_returns[block.steps[0].place] - block.steps[0].size)) > TOLERANCE
    column = series.adjusted if is_adjusted_only else series.close
    proof = "a known split confirms it" if is_confirmed else "no split is known, but the price behaves like one"
    return Finding(
        Kind.SPLIT, series.symbol, series.sessions[low:high], column[low:high],
        column[low:high] * block.scale, f"block times {block.scale:.6g}", confidence,
        f"The price shifts by the ratio of a split ({words}) at {day(series.sessions[block.steps[0].place])}; {proof}.",
        is_adjusted_only=is_adjusted_only,
    )  # fmt: skip


def _evidence(series: QualitySeries, moves: Floats, own: Floats, step: Step) -> float:
    """Return how much speaks for a missed split: exact ratio, calm after it, and volume against the price."""
    place = step.place
    before, after = _around(moves, place, 1)
    shares = 1.0 / step.factor
    is_small = max(shares, step.factor) < SMALLEST_UNCONFIRMED
    if (
        is_small
        or min(np.isfinite(before).sum(), np.isfinite(after).sum()) < FEWEST_COUNT
        or is_told_by_another(series, place)
    ):
        return 0.0
    calm = float(np.nanstd(after)) / max(float(np.nanstd(before)), 1e-12)
    confidence = 0.55 if calm < 1.6 else 0.35 if calm < 2.5 else 0.1
    is_exact = min(abs(abs(size) - abs(np.log(shares))) for size in (step.size, float(own[place]))) <= TOLERANCE
    traded = None if series.volume is None else np.where(series.volume > 0, series.volume, np.nan)
    if traded is None or np.isfinite(_around(traded, place, 0)[0]).sum() < FEWEST_COUNT:
        return confidence if is_exact else 0.0
    usual, then = (float(np.nanmedian(part)) for part in _around(traded, place, 0))
    surge = float(traded[place]) / (usual * max(1.0, shares)) if np.isfinite(traded[place]) else 1.0
    gap = abs(float(np.log(then / usual)) - float(np.log(shares)))
    confidence += (0.25 if gap < np.log(1.6) else 0.1 if gap < np.log(2.2) else -0.25) + (0.05 if is_exact else 0.0)
    return min(0.93, confidence - (0.4 if surge > SURGE_TIMES else 0.0))


def _around(values: Floats, place: int, skipped_count: int) -> tuple[Floats, Floats]:
    """Return up to 20 values before a place, and 20 from it on after leaving some out."""
    first = place + skipped_count
    return values[max(0, place - AROUND_COUNT) : place], values[first : first + AROUND_COUNT]


DETECTOR = Detector(Kind.SPLIT, 61, find, "The level does not shift by the ratio of a split without a split.")

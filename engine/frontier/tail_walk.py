"""Which weights minimize θ CVaR - reward under linear limits, for every θ from 0 upwards at once?

CVaR is the least over a of a + Σ_k max(0, loss_k(w) - a) / τ with τ periods in the tail (Rockafellar and Uryasev 2000),
so all is piecewise linear: the frontier of (reward, CVaR) is a chain of straight stretches, and each of its corners a
vertex where as many limits are active as there are free weights. The walk is a parametric simplex method (Gass and
Saaty 1955, *Naval Research Logistics Quarterly* 2) that keeps only what is active: a period is in the tail (its loss
counts), outside, or on its edge (loss_k = a, an active limit whose multiplier lies between 0 and θ). At the θ at which
a multiplier would leave its range its limit is let go, and the weights move along the edge that opens, on which
θ CVaR - reward does not change, until a weight, a row or a period blocks the way.

The loops are plain because that is what compiles quickly and well. Items 0..n-1 are variables (weights, their short
parts, and a as the last), n..n+m-1 rows, then periods. `sides` and `row_sides`: -1 at the lower side, 1 at the upper
one, 0 free or inside; a row of 2 is an equality. `tails`: 1 in the tail, -1 outside, 0 at its edge and active.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from engine.frontier.bordered import exchange_limit, exchange_weight, join, leave
from engine.frontier.compiled import Places, compiled
from engine.frontier.inverse import invert
from engine.frontier.tail_events import blocked, entry, turn

DONE: Final = 0
OUT_OF_ROOM: Final = 1
STUCK: Final = 2
SINGULAR: Final = 3

_LATE: Final = 1e10  # a reward of a ten-billionth of the loss: the least loss is reached
_STANDSTILL_COUNT: Final = 2000
_REFRESH_COUNT: Final = 40
_SMALL_PIVOT: Final = 1e-10


@compiled
def _placed(problem: Any, state: Any, free: Places, active: Places, count: int, work: Any) -> bool:
    """Compute the inverse, the free variables and what rows and losses amount to anew; return if that is possible."""
    rows, row_lower, row_upper, lower, upper, slopes, _, by_period, _ = problem
    x, sides, row_sides, _, act, excess = state
    inverse, system, right = work
    height, width = rows.shape
    for b in range(count):
        for a in range(count):
            system[b, a] = entry(rows, by_period, active[b], free[a])
    if not invert(system, count, inverse):
        return False
    for j in range(width):
        if sides[j] != 0:
            x[j] = lower[j] if sides[j] < 0 else upper[j]
    for b in range(count):
        item = active[b]
        total = 0.0
        if item < height:
            total = row_lower[item] if row_sides[item] == -1 else row_upper[item]
        for j in range(width):
            if sides[j] != 0 and x[j] != 0.0:
                total -= entry(rows, by_period, item, j) * x[j]
        right[b] = total
    for a in range(count):
        total = 0.0
        for b in range(count):
            total += inverse[a, b] * right[b]
        x[free[a]] = total
    for r in range(height):
        act[r] = 0.0
        for j in range(width):
            act[r] += rows[r, j] * x[j]
    for k in range(slopes.shape[1]):
        excess[k] = -x[width - 1]
    for j in range(slopes.shape[0]):
        if x[j] != 0.0:
            for k in range(slopes.shape[1]):
                excess[k] += slopes[j, k] * x[j]
    return True


@compiled
def descend(
    problem: Any,
    sides: Places,
    row_sides: Places,
    tails: Places,
    free: Places,
    active: Places,
    count: int,
    corners: Any,
) -> tuple[int, int]:
    """Walk from the highest reward to the least loss; return how it ended and how many corners were written.

    Parameters
    ----------
    problem
        Rows (m, n), their sides, bounds (n,) each, slopes of the losses (assets, t), direction of the reward (n,), the
        slopes the other way around (t, assets), and τ; variable n - 1 is a.
    sides, row_sides, tails, free, active, count
        Where everything stands at the beginning, and its regular system: `count` free variables and active limits.
    corners
        Written: θ (k,), variables (k, n), multipliers of the rows (k, m), slopes of the tail (k, n), all for the
        stretch from each corner to the next; those of the last one are for the largest θ.

    """
    rows, _, _, lower, upper, slopes, _, by_period, tail_count = problem
    height, width = rows.shape
    assets, periods = slopes.shape
    size = min(width, height + periods) + 1
    x, act, excess = np.zeros(width), np.zeros(height), np.zeros(periods)
    state = (x, sides, row_sides, tails, act, excess)
    inverse, system = np.zeros((size, size)), np.zeros((size, size))
    right = np.zeros(size)
    work = (inverse, system, right)
    prices = (np.zeros(size), np.zeros(size), np.zeros(width), np.zeros(width))
    left, over, column, line = np.zeros(size), np.zeros(size), np.zeros(size), np.zeros(size)
    way_x, way_rows, way_losses = np.zeros(size), np.zeros(height), np.zeros(periods)
    way = (way_x, way_rows, way_losses)
    pull = np.zeros(width)
    now, found, standing, since = 0.0, 0, 0, _REFRESH_COUNT
    while True:
        if since >= _REFRESH_COUNT:
            since = 0
            if not _placed(problem, state, free, active, count, work):
                return SINGULAR, found
            pull[:] = 0.0
            pull[width - 1] = tail_count
            for k in range(periods):
                if tails[k] == 1:
                    pull[width - 1] -= 1.0
                    for j in range(assets):
                        pull[j] += by_period[k, j]
        when, item, side = turn(problem, state, pull, free, active, count, inverse, prices, now)
        is_over = item < 0 or when > _LATE
        standing = standing + 1 if when <= now else 0
        if standing > _STANDSTILL_COUNT + size:
            return STUCK, found
        at = max(now, 1.0) if is_over else when
        since += 1
        place, gone_rate = -1, 0.0
        if not is_over:
            now = when
            if item < width:
                gone_rate = -1.0 * side
                for b in range(count):
                    column[b] = entry(rows, by_period, active[b], item)
                for a in range(count):
                    total = 0.0
                    for b in range(count):
                        total += inverse[a, b] * column[b]
                    left[a] = total
                    way_x[a] = -total * gone_rate
            else:
                for b in range(count):
                    if active[b] == item - width:
                        place = b
                push = -1.0 * side if item < width + height else 1.0 * side
                for a in range(count):
                    way_x[a] = inverse[a, place] * push
            for r in range(height):
                way_rows[r] = rows[r, item] * gone_rate if item < width else 0.0
            way_losses[:] = 0.0
            for a in range(count + 1):
                if a == count and item >= width:
                    continue
                j = free[a] if a < count else item
                speed = way_x[a] if a < count else gone_rate
                if speed == 0.0:
                    continue
                if a < count:
                    for r in range(height):
                        way_rows[r] += rows[r, j] * speed
                if j < assets:
                    for k in range(periods):
                        way_losses[k] += slopes[j, k] * speed
                elif j == width - 1:
                    for k in range(periods):
                        way_losses[k] -= speed
            length, blocker, block_side = blocked(problem, state, free, count, way, item, gone_rate)
            if blocker < 0:
                return SINGULAR, found
        if is_over or length > 0.0:
            if found == len(corners[0]):
                return OUT_OF_ROOM, found
            corners[0][found] = at
            for j in range(width):
                corners[1][found, j] = min(max(x[j], lower[j]), upper[j])
                corners[3][found, j] = at * pull[j]
            for r in range(height):
                corners[2][found, r] = 0.0
            for b in range(count):
                y = prices[0][b] + at * prices[1][b]
                r = active[b]
                if r < height:
                    corners[2][found, r] = y
                else:
                    y = min(max(y, 0.0), at)
                    corners[3][found, width - 1] -= y
                    for j in range(assets):
                        corners[3][found, j] += by_period[r - height, j] * y
            found += 1
        if is_over:
            return DONE, found
        for a in range(count):
            x[free[a]] += length * way_x[a]
        if item < width:
            x[item] += length * gone_rate
        for r in range(height):
            act[r] += length * way_rows[r]
        for k in range(periods):
            excess[k] += length * way_losses[k]
        if item >= width + height:  # a period leaves the edge of the tail
            k = item - width - height
            tails[k] = side
            if side > 0:
                pull[width - 1] -= 1.0
                for j in range(assets):
                    pull[j] += by_period[k, j]
        elif item >= width:
            row_sides[item - width] = 0
        else:
            sides[item] = 0
        if blocker == item:  # it went all the way to its own other side
            if item < width:
                sides[item] = block_side
                x[item] = lower[item] if block_side < 0 else upper[item]
                continue
            row_sides[item - width] = block_side
            since = _REFRESH_COUNT
            continue
        if blocker >= width:
            mark = blocker - width
            for a in range(count):
                line[a] = entry(rows, by_period, mark, free[a])
            over[:count] = 0.0
            for a in range(count):
                for b in range(count):
                    over[b] += line[a] * inverse[a, b]
            if mark < height:
                row_sides[mark] = block_side
            else:
                k = mark - height
                if tails[k] > 0:
                    pull[width - 1] += 1.0
                    for j in range(assets):
                        pull[j] -= by_period[k, j]
                tails[k] = 0
                excess[k] = 0.0
            if place >= 0:
                if abs(over[place]) < _SMALL_PIVOT:
                    return SINGULAR, found
                exchange_limit(inverse, count, place, line, over)
                active[place] = mark
            else:
                pivot = entry(rows, by_period, mark, item)
                for a in range(count):
                    pivot -= line[a] * left[a]
                if abs(pivot) < _SMALL_PIVOT:
                    return SINGULAR, found
                join(inverse, count, left, over, pivot)
                free[count], active[count] = item, mark
                count += 1
        else:
            spot = -1
            for a in range(count):
                if free[a] == blocker:
                    spot = a
            sides[blocker] = block_side
            x[blocker] = lower[blocker] if block_side < 0 else upper[blocker]
            if place >= 0:
                if abs(inverse[spot, place]) < _SMALL_PIVOT:
                    return SINGULAR, found
                leave(inverse, count, spot, place)
                count -= 1
                free[spot], active[place] = free[count], active[count]
            else:
                if abs(left[spot]) < _SMALL_PIVOT:
                    return SINGULAR, found
                exchange_weight(inverse, count, spot, left)
                free[spot] = item

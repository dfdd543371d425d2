"""Which corners of a walk differ, what are their variances, and where is the ratio of reward to risk highest?

Plain loops in place of many small array operations: a frontier is drawn hundreds of times when somebody asks how sure
it is.
"""

from __future__ import annotations

import numpy as np

from engine.frontier.compiled import Numbers, Places, compiled


@compiled
def chain_of(
    points: Numbers, images: Numbers, linear: Numbers, rewards: Numbers, same: float, level: float
) -> tuple[Places, Numbers, Numbers]:
    """Return the places of corners that differ from the next one, with wᵀPw + 2 cᵀw there and between neighbours.

    Parameters
    ----------
    points, images
        Weights and P w, shape (k, n) each.
    linear
        c, shape (n,).
    rewards
        Shape (k,).
    same, level
        The largest change of a weight that is none; the same of the reward, of the largest one.

    """
    length, width = points.shape
    largest = 1.0
    for k in range(length):
        largest = max(largest, abs(rewards[k]))
    places = np.zeros(length, dtype=np.int64)
    count = 0
    for k in range(length):
        is_last, moved = k == length - 1, 0.0
        if not is_last:
            for i in range(width):
                moved = max(moved, abs(points[k + 1, i] - points[k, i]))
        if is_last or (moved > same and rewards[k + 1] - rewards[k] > level * largest):
            places[count] = k
            count += 1
    variances, crosses = np.zeros(count), np.zeros(max(count - 1, 0))
    shift = 0.0
    for a in range(count):
        k = places[a]
        before, shift, own, cross = shift, 0.0, 0.0, 0.0
        for i in range(width):
            shift += points[k, i] * linear[i]
            own += images[k, i] * points[k, i]
            if a > 0:
                cross += images[places[a - 1], i] * points[k, i]
        variances[a] = own + 2.0 * shift
        if a > 0:
            crosses[a - 1] = cross + before + shift
    return places[:count], variances, crosses


@compiled
def tilted(
    wanted: Numbers, tilts: Numbers, rewards: Numbers, variances: Numbers, crosses: Numbers
) -> tuple[Places, Numbers]:
    """Return the corner and the share of the way to the next that are the best at each λ wanted, shape (q,).

    Parameters
    ----------
    wanted
        λ at which ½ variance - λ reward is to be least.
    tilts, rewards, variances
        Of the corners, shape (k,), at least two of them; `tilts` rise.
    crosses
        The squared risk's form between neighbours, shape (k - 1,).

    """
    places, shares = np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted))
    for q in range(len(wanted)):
        k = 0
        while k < len(tilts) - 2 and tilts[k + 1] < wanted[q]:
            k += 1
        bend = crosses[k] - variances[k]
        spread = variances[k + 1] - 2.0 * crosses[k] + variances[k]
        pull = wanted[q] * (rewards[k + 1] - rewards[k]) - bend
        places[q] = k
        if pull >= spread:
            shares[q] = 1.0 if pull > 0.0 else 0.0
        elif pull > 0.0:
            shares[q] = pull / max(spread, 1e-300)
    return places, shares


@compiled
def steepest(values: Numbers, variances: Numbers, crosses: Numbers, riskless: float, none: float) -> tuple[int, float]:
    """Return corner and share of the way to the next at which value / √variance is highest; -1 where it has no maximum.

    Parameters
    ----------
    values, variances, crosses
        Reward and squared risk at each corner, shape (k,), and the squared risk's form between neighbours, (k - 1,).
    riskless, none
        The variance and the value that count as none.

    """
    best, place, share = -np.inf, 0, 0.0
    for k in range(len(values)):
        if variances[k] <= riskless:
            if values[k] > none:
                return -1, 0.0
        elif values[k] / np.sqrt(variances[k]) > best:
            best, place = values[k] / np.sqrt(variances[k]), k
    for k in range(len(values) - 1):
        if variances[k] <= riskless:  # rises all the way
            continue
        start, rise, first = values[k], values[k + 1] - values[k], variances[k]
        bend = crosses[k] - first
        spread = variances[k + 1] - 2.0 * crosses[k] + first
        above, below = start * bend - rise * first, rise * bend - start * spread
        at = 0.0
        if below != 0.0:
            at = min(max(above / below, 0.0), 1.0)
        elif above > 0.0:
            at = 1.0
        ratio = (start + at * rise) / np.sqrt(max(first + 2.0 * at * bend + at * at * spread, 1e-300))
        if ratio > best:
            best, place, share = ratio, k, at
    return place, share

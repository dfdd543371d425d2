"""How do weights, multipliers and rows move while the same limits stay active?"""

from __future__ import annotations

from typing import Any

from engine.frontier.compiled import Numbers, Places, compiled


@compiled
def line_of(
    quadratic: Numbers,
    linear: Numbers,
    state: Any,
    limits: Any,
    row_sides: Places,
    items: Places,
    count: int,
    base: Numbers,
    base_rows: Numbers,
    inverse: Numbers,
    course: tuple[float, float],
    turns_count: int,
    line: Any,
) -> None:
    """Write items, gradient, activity and multipliers along the line, each as start + slope times the way made.

    Solved a few times, each time for what is left, so that the line meets the system to rounding.
    """
    first, second, right, right_slope, pull, pull_slope, act, act_slope, price, price_slope = line
    _, _, _, rows, shift, direction = state
    row_lower, row_upper = limits
    origin, heading = course
    width, rows_count = len(base), len(base_rows)
    for a in range(count):
        first[a] = 0.0
        second[a] = 0.0
        i = items[a]
        if i < width:
            right[a] = origin * direction[i] - linear[i] - base[i]
            right_slope[a] = heading * direction[i]
        else:
            r = i - width
            right[a] = (row_lower[r] if row_sides[r] == -1 else row_upper[r]) - shift[r] - base_rows[r]
            right_slope[a] = 0.0
    for turn in range(turns_count):
        for b in range(count):  # the inverse is symmetric, and whole rows are added quickly
            rest, rest_slope = right[b], right_slope[b]
            for a in range(count):
                first[a] += inverse[b, a] * rest
            for a in range(count):
                second[a] += inverse[b, a] * rest_slope
        if turn == turns_count - 1:
            break
        for a in range(count):  # what is left, of the items only: the others are of interest at the end
            i = items[a]
            if i < width:
                left, left_slope = base[i] + linear[i] - origin * direction[i], -heading * direction[i]
                for b in range(count):
                    k = items[b]
                    held = quadratic[i, k] if k < width else rows[k - width, i]
                    left += held * first[b]
                    left_slope += held * second[b]
                right[a] = -left
                right_slope[a] = -left_slope
            else:
                r = i - width
                amount, amount_slope = base_rows[r] + shift[r], 0.0
                for b in range(count):
                    if items[b] < width:
                        amount += rows[r, items[b]] * first[b]
                        amount_slope += rows[r, items[b]] * second[b]
                right[a] = (row_lower[r] if row_sides[r] == -1 else row_upper[r]) - amount
                right_slope[a] = -amount_slope
    for j in range(width):
        pull[j] = base[j] + linear[j] - origin * direction[j]
        pull_slope[j] = -heading * direction[j]
    for r in range(rows_count):
        act[r] = base_rows[r] + shift[r]
        act_slope[r] = 0.0
        price[r] = 0.0
        price_slope[r] = 0.0
    for a in range(count):
        i = items[a]
        x, s = first[a], second[a]
        if i < width:
            for j in range(width):
                pull[j] += quadratic[i, j] * x
                pull_slope[j] += quadratic[i, j] * s
            for r in range(rows_count):
                act[r] += rows[r, i] * x
                act_slope[r] += rows[r, i] * s
        else:
            price[i - width] = x
            price_slope[i - width] = s
            for j in range(width):
                pull[j] += rows[i - width, j] * x
                pull_slope[j] += rows[i - width, j] * s

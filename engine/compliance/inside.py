"""How does an answer come inside a curved rule that rows alone approach too slowly?

Between a portfolio well inside and the best one that the rows found so far lies the boundary. Around the point on it
the rule is linear but for a remainder that a small box bounds: there the problem is solved again, and moved on from
what is found.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.compliance.bounds import Vector
from engine.compliance.linear import CurvedRule, LinearRow

SPARED_FRAC = 1e-4
HALVINGS_COUNT = 60


def on_boundary(rules: Sequence[CurvedRule], inner: Vector, outer: Vector) -> Vector | None:
    """Return the point farthest from `inner` towards `outer` that keeps all rules; None where `inner` does not."""

    def holds(x: Vector) -> bool:
        return all(rule.value(x) <= rule.limit * (1.0 - SPARED_FRAC) for rule in rules)

    if not holds(inner):
        return None
    low, high = 0.0, 1.0
    if holds(outer):
        return outer
    for _ in range(HALVINGS_COUNT):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if holds(inner + middle * (outer - inner)) else (low, middle)
    point: Vector = inner + low * (outer - inner)
    return point


def box_around(rules: Sequence[CurvedRule], point: Vector, places: np.ndarray, size: float) -> tuple[LinearRow, ...]:
    """Return rows that hold every weight within `size` of a point, and each rule as its plane there, less a remainder.

    Of squares v of figures that are sums of weights, Σ v² ≤ Σ p² + 2 p'(v - p) + |v - p|²; the last part is at most the
    sum over figures of (their number of weights times `size`)². Of the k greatest figures any k are at most those of p
    after the trade, and twice what k figures can move.
    """
    rows = []
    for rule in rules:
        figures = np.where(rule.mask, np.asarray(rule.most @ point), 0.0)
        widths = np.where(rule.mask, np.asarray(abs(rule.most)[:, places].sum(axis=1)).ravel() * size, 0.0)
        if rule.shape == "top":
            row = rule.cut(point)
            rows.append(row.at(row.limit - 2.0 * rule.most_count * float(widths.max(initial=0.0))))
            continue
        part, square = np.asarray(2.0 * figures @ rule.most), float(figures @ figures)
        rows.append(LinearRow("", part, None, 0.0, 1.0, rule.limit + square - float(widths @ widths)))
    for place in places.tolist():
        one = np.zeros(len(point))
        one[place] = 1.0
        rows.append(LinearRow("", one, None, 0.0, 1.0, float(point[place]) + size))
        rows.append(LinearRow("", -one, None, 0.0, 1.0, size - float(point[place])))
    return tuple(rows)

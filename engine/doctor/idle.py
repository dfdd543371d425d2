"""Which sides of a limit hold for every portfolio, whatever the other limits say?

Of weights of at least zero that sum to one, each portfolio is a mixture of the single assets, and every side is convex:
where each asset alone keeps it, all portfolios keep it. Such a side is in no conflict, loosening it mends nothing, and
every program is smaller without it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.doctor.demands import Demands, Line, Tail
from engine.kernel.forms import Estimates, Vector
from engine.optimize.tail_measures import tail_value


@dataclass(frozen=True)
class Idle:
    """Places of the lines, risk ceilings and tail ceilings of one limit that always hold."""

    lines: frozenset[int] = frozenset()
    risks: frozenset[int] = frozenset()
    tails: frozenset[int] = frozenset()

    def without(self, demands: Demands) -> Demands:
        """Return the demands without those sides."""
        if not (self.lines or self.risks or self.tails):
            return demands
        return replace(
            demands,
            lines=tuple(line for at, line in enumerate(demands.lines) if at not in self.lines),
            risks=tuple(risk for at, risk in enumerate(demands.risks) if at not in self.risks),
            tails=tuple(tail for at, tail in enumerate(demands.tails) if at not in self.tails),
        )


def idle_of(demands: Demands, estimates: Estimates | None) -> Idle:
    """Return which sides of a limit hold for all weights of at least zero that sum to one."""
    return Idle(
        lines=frozenset(at for at, line in enumerate(demands.lines) if _is_idle_line(line)),
        risks=frozenset(at for at, risk in enumerate(demands.risks) if _is_idle_risk(*risk, estimates)),
        tails=frozenset(at for at, tail in enumerate(demands.tails) if _is_idle_tail(tail, estimates)),
    )


def _is_idle_line(line: Line) -> bool:
    values = line.linear
    if line.absolute.any():
        away = line.absolute * np.abs(line.center)
        values = values + line.absolute * np.abs(1.0 - line.center) + float(away.sum()) - away
    return bool(values.max() <= line.upper)


def _is_idle_risk(center: Vector, upper: float, estimates: Estimates | None) -> bool:
    if estimates is None:
        return False
    covariance = estimates.covariance_annual
    toward = covariance @ center if center.any() else np.zeros(len(center))
    variances = np.diag(covariance) - 2.0 * toward + float(center @ toward)
    return bool(upper >= 0.0 and variances.max() <= upper**2)


def _is_idle_tail(tail: Tail, estimates: Estimates | None) -> bool:
    history = None if estimates is None else estimates.history_frac
    if history is None:
        return False
    return all(tail_value(tail.tail, tail.level, history, single) <= tail.upper for single in np.eye(history.shape[1]))

"""Can any portfolio of some assets keep a rule, whatever else is asked of it, and how much of it may be invested?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from engine.compliance.bounds import Mask, Vector
from engine.compliance.limit import on_weights
from engine.compliance.linear import CurvedRule, Kept, LinearRow, LinearRule
from engine.compliance.list_limit import Held
from engine.kernel.units import UNITS_PER_ONE
from engine.optimize.linear import solve_linear

SAFE = 1e-7
WIDE_FRAC = 10.0
STEP = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """The assets, and what may be held of each.

    Parameters
    ----------
    places
        Shape (n,), the places of the assets in the state.
    can_be_short
        Shape (n,).
    held
        What lists leave as it is.
    memory
        Of the state, where what was found once is found again.

    """

    places: np.ndarray
    can_be_short: Mask
    held: Held
    memory: dict[Any, Any] = field(default_factory=dict, repr=False)

    def is_out(self, kept: Kept, net_frac: float, *, is_free: bool = False) -> bool:
        """Return whether no portfolio that invests `net_frac` keeps a rule by itself; False where that is not sure.

        Free, lists are not looked at.
        """
        words = (self.places, self.can_be_short, self.held.is_held, self.held.weights_frac, self.held.is_unbought)
        key = ("out", kept, net_frac, is_free, *(one.tobytes() for one in words))
        found: bool | None = self.memory.get(key)
        if found is None:
            found = self.memory[key] = self._is_out(kept, net_frac, is_free=is_free)
        return found

    def _is_out(self, kept: Kept, net_frac: float, *, is_free: bool) -> bool:
        if isinstance(kept, CurvedRule):
            is_plain = bool((np.diff(kept.most.indptr) <= 1).all())  # of each position: least where all are alike
            even = np.zeros(kept.most.shape[1])
            even[self.places], even[0] = net_frac / len(self.places), 1.0 - net_frac
            return is_plain and not bool(self.can_be_short.any()) and kept.value(even) > kept.limit + SAFE
        if not isinstance(kept, LinearRule):
            return False
        return self._most(kept, net_frac, net_frac, is_free=is_free) is None

    def most_invested(self, kept: Kept, net_frac: float) -> float | None:
        """Return the most up to `net_frac` that may be invested so that a rule of rows holds; None where none may."""
        return self._most(kept, -WIDE_FRAC, net_frac, safe=0.0) if isinstance(kept, LinearRule) else None

    def _most(
        self, kept: LinearRule, least_net: float, most_net: float, *, is_free: bool = False, safe: float = SAFE
    ) -> float | None:
        count = len(self.places)
        rows = [on_weights(row, self.places) for row in kept.rows]
        matrix = np.vstack([np.ones(count), *(coefficients for coefficients, _ in rows)])
        upper = np.array([most_net, *(side + safe * max(1.0, float(np.abs(c).max(initial=0.0))) for c, side in rows)])
        lower = np.array([least_net, *(-np.inf for _ in rows)])
        nothing = kept.nothing[self.places]
        wide = np.where(self.can_be_short, WIDE_FRAC, max(1.0, most_net))
        least = np.where(self.can_be_short & ~nothing, -WIDE_FRAC, 0.0)
        least, most = (least, wide) if is_free else self.held.bounds(least, wide)
        most = np.where(nothing, np.minimum(most, 0.0), most)
        if bool((least > most).any()):
            return None
        answer = solve_linear(-np.ones(count), matrix, lower, upper, least, most)
        return float(answer.x.sum()) if answer.outcome == "solved" else None


def no_worse(kept: Kept, x: Vector, held: Held, places: np.ndarray) -> Kept | None:
    """Return a broken rule with what is held now as its limit; None where it is not broken, or has no rows.

    Figures are those of `evaluate`, in whole steps; `x` is what is held, shape (n,).
    """
    if isinstance(kept, CurvedRule):
        now = kept.value(x)
        return replace(kept, limit=_step(now)) if now > kept.limit + STEP else None
    if not isinstance(kept, LinearRule):
        return None
    slack = STEP * (1 + int(held.is_held.sum())) if bool(held.is_held.any()) else 0.0
    rows, is_eased = [], False
    for row in kept.rows:
        out = row.excess(x)
        is_eased |= out > STEP / 2
        rows.append(_eased(row, out, slack) if out > STEP / 2 else row)
    stuck = np.zeros_like(kept.nothing)
    stuck[places[held.is_held & (held.weights_frac != 0.0)]] = True
    is_stuck = bool((kept.nothing & stuck).any())
    if not is_eased and not is_stuck:
        return None
    return replace(kept, rows=tuple(rows), nothing=kept.nothing & ~stuck)


def _eased(row: LinearRow, out: float, slack: float) -> LinearRow:
    figure = _step(row.limit + row.sign * out)
    return row.at(figure - slack if row.sign < 0.0 else figure)


def _step(value: float) -> float:
    return float(np.rint(value * UNITS_PER_ONE) / UNITS_PER_ONE)
